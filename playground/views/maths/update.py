"""What the next step does to one weight, row by row: each row follows from those before it. No Qt."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from numpy.typing import NDArray

from playground.experiment.model import Training
from playground.views.maths.notation import LOSS, SLOTS, exact

Array = NDArray[Any]
Row = tuple[str, str]


@dataclass(frozen=True)
class Update:
    """What the next step does to a layer's tensors: name → values, slots as "weight/mean".

    `clipped` is the gradient that clipping has left, `settings` are the optimizer's numbers of the step.
    """

    step: int
    before: dict[str, Array]
    gradient: dict[str, Array]
    after: dict[str, Array]
    clipped: dict[str, Array] = field(default_factory=dict)
    settings: dict[str, float] = field(default_factory=dict)


def hats(optimizer: Any) -> list[str]:
    """The averages that Adam's formula takes for granted."""
    if "m̂" not in optimizer.entry.formula:
        return []
    averages = (("m", "β₁", "<i>g</i>"), ("v", "β₂", "<i>g</i><sup>2</sup>"))
    return [
        f"<i>{letter}</i> ← {beta} <i>{letter}</i> + (1 − {beta}) {of},&nbsp; "
        f"<i>{letter}̂</i> = <i>{letter}</i> / (1 − {beta}<sup><i>t</i></sup>)"
        for letter, beta, of in averages
    ]


def step_rows(update: Update, index: tuple[int, int], training: Training, w: str, name: str) -> list[Row]:
    """Gradient, what the rule remembers, and the weight: left and right sides. `w` is `name` as a link."""
    before, after = float(update.before["weight"][index]), float(update.after["weight"][index])
    if training.optimizer.entry.searches:
        before = float(update.after["weight/start"][index])  # the search has left it already
        rows = _search(update, index)
        return [*rows, (w, f"{exact(before)} → {exact(after)}"), (f"Δ{name}", exact(after - before))]
    rule = " ".join([training.optimizer.entry.formula, *hats(training.optimizer)])
    rows = _slope(update, index, training, name) if "weight" in update.gradient else []
    for key, values in update.before.items():
        slot = key.removeprefix("weight/")
        symbol = SLOTS.get(slot, "")
        if symbol and f"{symbol} ←" in rule:
            new = float(update.after[key][index])
            rows.append((symbol, f"{exact(float(values[index]))} → {exact(new)}"))
            power = update.settings.get({"mean": "beta1_power", "square": "beta2_power"}.get(slot, ""), 0.0)
            if power:
                rows.append((f"<i>{symbol[3]}̂</i>", exact(new / (1.0 - power))))
    rows.append((w, f"{exact(before)} → {exact(after)}"))
    rows.append((f"Δ{name}", exact(after - before)))
    return rows


def _search(update: Update, index: tuple[int, int]) -> list[Row]:
    """The direction, and how far along it the line search went."""
    length = update.settings.get("search_length")
    rows = [("−<i>H g</i>", exact(float(update.after["weight/direction"][index])))]
    return rows if length is None else [*rows, ("<i>t</i>", exact(length))]


def _slope(update: Update, index: tuple[int, int], training: Training, name: str) -> list[Row]:
    """The gradient of the data loss, what clipping leaves of it, what the penalties make of it."""
    found = float(update.gradient["weight"][index])
    g = float(update.clipped["weight"][index]) if "weight" in update.clipped else found
    clipped, penalized = g != found, bool(training.l1 or training.l2)
    loss = f"{LOSS}<sub>data</sub>" if penalized else LOSS
    rows = [(f"{'' if clipped or penalized else '<i>g</i> = '}∂{loss}/∂{name}", exact(found))]
    if clipped:
        rows.append(("clipped" if penalized else "<i>g</i>, clipped", exact(g)))
    if penalized:
        w = float(update.before["weight"][index])
        sign = (w > 0.0) - (w < 0.0)
        terms = f" + {exact(training.l2)} <i>w</i>" if training.l2 else ""
        terms += f" + {exact(training.l1)} sign <i>w</i>" if training.l1 else ""
        g += training.l2 * w + training.l1 * sign
        rows.append((f"<i>g</i>, with{terms.removeprefix(' +')}", exact(g)))
    return rows
