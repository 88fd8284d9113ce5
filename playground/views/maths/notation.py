"""Symbols, addresses and numbers of the textbook's notation, as rich text. No Qt."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from playground.catalog import registries

X, H, B, LOSS, THETA = "<b>x</b>", "<b>h</b>", "<b>b</b>", "𝓛", "<i>θ</i>"
W, REALS = "<i>W</i>", "ℝ"
MOST_ROWS, MOST_COLUMNS, MOST_TERMS = 8, 5, 6
NAMES = {"relu": "ReLU", "leaky_relu": "leaky ReLU"}
SLOTS = {
    "velocity": "<i>v</i>",
    "average": "<i>v</i>",
    "mean": "<i>m</i>",
    "square": "<i>v</i>",
    "squares": "<i>s</i>",
    "spread": "<i>s</i>",
    "middle": "<i>a</i>",
    "push": "<i>b</i>",
}
SYMBOLS = {
    **{"learning_rate": "<i>η</i>", "momentum": "<i>μ</i>", "alpha": "<i>α</i>", "weight_decay": "<i>λ</i>"},
    **{
        "label_smoothing": "<i>ε</i>",
        "rate": "<i>p</i>",
        "deviation": "<i>σ</i>",
        "negative_slope": "<i>a</i>",
    },
}

PREDICTION = {"predicted": "<i>ŷ</i>", "observed": "<i>y</i>"}
INVERSION = {
    "predicted": "<i>d</i><sup>pred</sup>",
    "observed": "<i>d</i><sup>obs</sup>",
}


@dataclass(frozen=True)
class Place:
    """One thing on the canvas. `unit` −1 is the whole layer, `source` −1 a unit, 0 and up its weight."""

    layer: str
    unit: int = -1
    source: int = -1

    @property
    def link(self) -> str:
        """The address that a symbol bears."""
        if self.unit < 0:
            return f"layer:{self.layer}"
        if self.source < 0:
            return f"unit:{self.layer}:{self.unit}"
        return f"edge:{self.layer}:{self.unit}:{self.source}"

    @classmethod
    def of(cls, link: str) -> Place | None:
        """The place behind an address; None if it is none."""
        kind, _, rest = link.partition(":")
        name, *numbers = rest.split(":")
        wanted = {"layer": 0, "unit": 1, "edge": 2}.get(kind)
        if wanted is None or len(numbers) != wanted or not all(number.isdigit() for number in numbers):
            return None
        return cls(name, *(int(number) for number in numbers))


def spell(value: float) -> str:
    """A number of a matrix: two digits after the point, a real minus sign."""
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else ("∞" if value > 0 else "−∞")
    text = f"{value:.2f}" if abs(value) < 99.995 else f"{value:.3g}"
    return ("0.00" if text == "-0.00" else text).replace("-", "−")


def exact(value: float) -> str:
    """A number with four digits that count, small and large ones with a power of ten."""
    if value == 0.0 or not math.isfinite(value):
        return "0" if value == 0.0 else spell(value)
    power = math.floor(math.log10(abs(value)))
    if -3 <= power < 5:
        return f"{value:.{max(0, 3 - power)}f}".replace("-", "−")
    return f"{value / 10.0**power:.3f} · 10<sup>{power}</sup>".replace("-", "−")


def some(count: int, most: int) -> list[int | None]:
    """All indices, or the first ones, a gap, and the last."""
    if count <= most:
        return list(range(count))
    return [*range(most - 2), None, count - 1]


def brackets(line: int, lines: int) -> tuple[str, str]:
    """The pieces of a tall bracket beside one line of a matrix."""
    if lines == 1:
        return "[", "]"
    if line == 0:
        return "⎡", "⎤"
    return ("⎣", "⎦") if line == lines - 1 else ("⎢", "⎥")


def feature(name: str) -> str:
    """A feature as its formula, a column by its name."""
    known = registries["features"]
    return str(known[name].formula) if name in known else name.replace("_", " ")


def applied(activation: Any, inside: str) -> str:
    """An activation around its argument; nothing around it for the identity."""
    if activation.kind == "identity":
        return inside
    name = NAMES.get(activation.kind, activation.entry.label)
    return f"{name}({inside})"


def setting_symbol(setting: Any) -> str:
    """η for the learning rate, μ for momentum; Greek labels are symbols already."""
    return SYMBOLS.get(setting.key, str(setting.label))


def setting_value(value: Any) -> str:
    """A setting's value, short."""
    if isinstance(value, bool):
        return "on" if value else "off"
    if not isinstance(value, int | float):
        return str(value).replace("_", " ")
    mantissa, _, power = f"{value:g}".partition("e")
    raised = f"{'' if mantissa == '1' else f'{mantissa} · '}10<sup>{int(power)}</sup>" if power else mantissa
    return raised.replace("-", "−")


def settings_of(choice: Any) -> str:
    """All numbers, switches and options of a choice: "η = 0.1,  μ = 0.9"."""
    shown = (setting for setting in choice.entry.settings if setting.type not in ("entry", "record"))
    return ",&nbsp; ".join(
        f"{setting_symbol(setting)} = {setting_value(getattr(choice, setting.key))}" for setting in shown
    )
