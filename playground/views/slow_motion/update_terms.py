"""The optimizer's rule with one weight's numbers in it, read out of the rule's own formula."""

from __future__ import annotations

import re

from playground.experiment.held import held_places
from playground.experiment.model import Experiment
from playground.session.snapshot import SlowMotion
from playground.views.slow_motion.numbers import fine, math, result, signed, slope
from playground.views.slow_motion.walk import Followed

SETTINGS = {
    "learning_rate": "η",
    "momentum": "μ",
    "alpha": "α",
    "epsilon": "ε",
    "weight_decay": "λ",
    "beta1": "β₁",
    "beta2": "β₂",
}
SLOTS = {
    **{"velocity": "v", "average": "v", "squares": "s", "mean": "m", "square": "v"},
    **{"spread": "s", "middle": "a", "push": "b"},
}
_SYMBOL = re.compile(r"[mv]̂|β[₁₂]|[a-zηµμαελ]")
_TAG = re.compile(r"(<[^>]+>)")


def update_rule(experiment: Experiment) -> list[str]:
    """The rule in symbols."""
    return [math(part) for part in experiment.training.optimizer.entry.formula.split(",  ")]


def update_lines(motion: SlowMotion, followed: Followed, experiment: Experiment) -> list[str]:
    """Every assignment of the rule with the numbers of one weight, and what they come to."""
    sheet = motion.layers[followed.layer].update
    place = followed.unit, followed.source
    gradient, after = sheet.gradient.get("weight"), sheet.after.get("weight")
    if gradient is None or after is None:
        return ["This weight is not moved."]
    if place in held_places(experiment, f"{followed.layer}.weight"):
        return ["This weight is frozen: no step moves it."]
    before = float(sheet.before["weight"][place])
    known = {"w": before, "g": float(gradient[place])}
    lines = _clipping(known, float(sheet.clipped["weight"][place])) if "weight" in sheet.clipped else []
    lines += _penalty(known, experiment, is_clipped=bool(lines))
    known |= {SETTINGS[key]: value for key, value in motion.settings.items() if key in SETTINGS}
    ends = {"w": float(after[place])}
    slots = [name for name in sheet.before if name.startswith("weight/")]
    for name in slots:
        symbol = SLOTS.get(name.removeprefix("weight/"))
        if symbol is not None:
            known[symbol] = float(sheet.before[name][place])
            ends[symbol] = float(sheet.after[name][place])
    if _leaves_out(experiment):
        lines += update_rule(experiment)
        return [*lines, f"{math('<i>w</i>')}: {fine(before)} → {_end('w', ends)}"]
    lines += _averages(known, ends, motion)
    for part in experiment.training.optimizer.entry.formula.split(",  "):
        left = part.partition("←")[0]
        symbol = re.sub(r"<[^>]+>|\s", "", left)
        lines.append(math(part))
        if symbol == "v" and _starts_average(known, ends, experiment):
            lines.append(f"= {result(ends['v'])}: the first gradient counts in full")
            known["v"] = ends["v"]
        elif symbol in ends and all(name in known for name in _symbols(part.partition("←")[2])):
            lines.append(f"= {_filled(part.partition('←')[2], known)} = {_end(symbol, ends)}")
            known[symbol] = ends[symbol]
    if not lines[-1].startswith("= "):
        lines.append(f"{math('<i>w</i>')}: {fine(before)} → {_end('w', ends)}")
    return lines


def _leaves_out(experiment: Experiment) -> bool:
    """True where a setting is at work that the rule's short formula does not name."""
    entry = experiment.training.optimizer.entry
    explained = {SETTINGS[key] for key in ("beta1", "beta2")}
    return any(
        getattr(experiment.training.optimizer, setting.key)
        and setting.type != "switch"
        and SETTINGS.get(setting.key, setting.key) not in entry.formula
        and SETTINGS.get(setting.key) not in explained
        for setting in entry.settings
    )


def _starts_average(known: dict[str, float], ends: dict[str, float], experiment: Experiment) -> bool:
    """True where a running average has no value yet to which a share of the gradient could be added."""
    first = experiment.training.optimizer.kind == "momentum_average" and known.get("v") == 0.0
    return first and abs(ends["v"] - known["g"]) <= 1e-5 * abs(known["g"])


def _clipping(known: dict[str, float], clipped: float) -> list[str]:
    """What clipping makes of the gradient; nothing where it is short enough."""
    before, known["g"] = known["g"], clipped
    if clipped == before:
        return []
    return [math("<i>g</i> = ∂<i>L</i> / ∂<i>w</i>, clipped"), f"{slope(before)} becomes {result(clipped)}"]


def _penalty(known: dict[str, float], experiment: Experiment, is_clipped: bool) -> list[str]:
    """The slope of the penalties joins the gradient before the rule sees it."""
    training, w, g = experiment.training, known["w"], known["g"]
    if not (training.l1 or training.l2):
        return []
    known["g"] = g + training.l2 * w + training.l1 * ((w > 0) - (w < 0))
    terms = [slope(g)]
    terms += [f"{training.l2:g}·{signed(w, True)}"] if training.l2 else []
    terms += [f"{training.l1:g}·sign {signed(w, True)}"] if training.l1 else []
    rule = math(
        "<i>g</i> ← <i>g</i> + penalty" if is_clipped else "<i>g</i> = ∂<i>L</i> / ∂<i>w</i> + penalty"
    )
    return [rule, f"= {' + '.join(terms)} = {result(known['g'])}"]


def _averages(known: dict[str, float], ends: dict[str, float], motion: SlowMotion) -> list[str]:
    """Adam's two running averages and their corrections, which its formula takes for granted."""
    settings = motion.settings
    if "m" not in ends or "beta1_power" not in settings:
        return []
    lines = []
    for symbol, beta, power, of in (("m", "β₁", "beta1_power", "g"), ("v", "β₂", "beta2_power", "g²")):
        b, old, g = known[beta], known[symbol], known["g"]
        square = "<sup>2</sup>" if of == "g²" else ""
        lines.append(math(f"<i>{symbol}</i> ← {beta} <i>{symbol}</i> + (1 − {beta}) <i>g</i>{square}"))
        numbers = f"{b:g} · {signed(old, True)} + {1 - b:.3g} · {signed(g, True)}{square}"
        lines.append(f"= {numbers} = {result(ends[symbol])}")
        share = max(1e-300, 1.0 - settings[power])
        hat = ends[symbol] / share
        lines.append(math(f"<i>{symbol}̂</i> = <i>{symbol}</i> / (1 − {beta}<sup><i>t</i></sup>)"))
        lines.append(f"= {signed(ends[symbol], True)} / {share:.3g} = {result(hat)}")
        known[f"{symbol}̂"] = hat
    return lines


def _end(symbol: str, ends: dict[str, float]) -> str:
    return f"<b>{fine(ends['w'])}</b>" if symbol == "w" else result(ends[symbol])


def _symbols(html: str) -> list[str]:
    return _SYMBOL.findall(_TAG.sub("", html))


def _filled(html: str, known: dict[str, float]) -> str:
    """A formula's right side with numbers for symbols."""

    def fill(text: str) -> str:
        return _SYMBOL.sub(lambda found: f" {_number(found.group(), known)} ", text)

    filled = "".join(part if part.startswith("<") else fill(part) for part in _TAG.split(html))
    filled = re.sub(r"</?i>", "", filled)
    filled = re.sub(r"(</span>|\)) (<span|\()", r"\1 · \2", re.sub(r"\s+", " ", filled))
    return re.sub(r"</span> ([)<])", r"</span>\1", filled).strip()


def _number(symbol: str, known: dict[str, float]) -> str:
    return signed(known[symbol], True, fine(known[symbol]) if symbol == "w" else "")
