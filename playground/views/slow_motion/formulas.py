"""The formulas of a training step with the numbers in their places, as lines of rich text."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.experiment.model import Experiment
from playground.experiment.shapes import output_activation
from playground.session.snapshot import LayerSheet, SlowMotion
from playground.views.slow_motion.numbers import math, result, signed, slope, spell
from playground.views.slow_motion.walk import Followed

MOST_TERMS = 4

Lines = list[str]
Floats = NDArray[np.float64]


def activation_of(experiment: Experiment, layer: str) -> Any:
    """The activation of a layer, None if it has none."""
    if layer == "output":
        return output_activation(experiment)
    return getattr(experiment.layer(layer), "activation", None)


def source_symbol(sheet: LayerSheet, unit: int) -> str:
    """What an edge carries: x₁ from the inputs, h₁ from a layer."""
    return f"<i>{'x' if sheet.reads == 'input' else 'h'}</i><sub>{unit + 1}</sub>"


def answer_symbol(layer: str) -> str:
    """What a layer computes: ŷ at the output, else h."""
    return "<i>ŷ</i>" if layer == "output" else "<i>h</i>"


def _sum(terms: list[tuple[float, float]], first: int = -1) -> str:
    """A sum of products; of many terms the one followed and the largest are shown."""
    shown = list(range(len(terms)))
    if len(terms) > MOST_TERMS:
        order = sorted(shown, key=lambda i: (i != first, -abs(terms[i][0] * terms[i][1])))
        shown = sorted(order[:MOST_TERMS])
    parts = [f"{signed(terms[i][0], True)}·{signed(terms[i][1], True)}" for i in shown]
    left = len(terms) - len(shown)
    return " + ".join(parts) + (f" + <i>{left:,} more</i>" if left else "")


def forward_rule(sheet: LayerSheet, experiment: Experiment) -> Lines:
    """How a unit computes, in symbols."""
    if sheet.weight is None:
        layer = experiment.layer(sheet.name)
        return [math(layer.entry.formula or f"<i>h</i> = {layer.entry.label.lower()}(<i>x</i>)")]
    carried = "x" if sheet.reads == "input" else "h"
    activation = activation_of(experiment, sheet.name)
    symbol, name = answer_symbol(sheet.name), activation.entry.label
    return [math(f"<i>z</i> = <i>w</i>·<i>{carried}</i> + <i>b</i>"), math(f"{symbol} = {name} <i>z</i>")]


def forward_lines(sheet: LayerSheet, unit: int, experiment: Experiment, source: int = -1) -> Lines:
    """A unit's weighted sum and its activation, with the first sample's numbers."""
    rule = forward_rule(sheet, experiment)
    if sheet.weight is None or sheet.pre is None or sheet.bias is None:
        shown = min(max(unit, 0), len(sheet.post) - 1)
        values = f"{signed(sheet.inputs[shown % len(sheet.inputs), 0])} → {result(sheet.post[shown, 0])}"
        return [*rule, f"unit {shown + 1}: {values}"]
    terms = list(zip(sheet.weight[unit].tolist(), sheet.inputs[:, 0].tolist(), strict=True))
    z, h = float(sheet.pre[unit, 0]), float(sheet.post[unit, 0])
    activation = activation_of(experiment, sheet.name)
    bent = f"{activation.entry.label}({signed(z)})"
    if activation.kind == "softmax":
        bent = _share(sheet, z)
    return [
        rule[0],
        f"= {_sum(terms, source)} + {signed(sheet.bias[unit], True)}",
        f"= {result(z)}",
        f"{rule[1]} = {bent} = {result(h)}",
    ]


def _share(sheet: LayerSheet, z: float) -> str:
    """What softmax makes of z: its share of the sum over all outputs of the first sample."""
    assert sheet.pre is not None
    symbol = f"e<sup>{signed(z)}</sup> / Σ e<sup><i>z</i></sup>"
    with np.errstate(over="ignore"):
        own, total = float(np.exp(z)), float(np.exp(sheet.pre[:, 0].astype(np.float64)).sum())
    return f"{symbol} = {spell(own)} / {spell(total)}" if np.isfinite(total) and own > 0.0 else symbol


def loss_rule(experiment: Experiment) -> Lines:
    """The loss in symbols."""
    return [math(experiment.training.loss.entry.formula)]


def _probability(logits: Floats, of: int) -> str:
    """The softmax of one logit; near 1 by what it lacks, because −ln 1.00 is 0."""
    shares = np.exp(logits - logits.max())
    right, others = float(shares[of]), float(np.delete(shares, of).sum())
    if right > 9.0 * others > 0.0:
        return f"(1 − {signed(others / (right + others))})"
    return signed(right / (right + others))


def loss_lines(motion: SlowMotion, experiment: Experiment) -> Lines:
    """The loss with its numbers; of a batch the mean over its samples."""
    rule = loss_rule(experiment)
    if motion.rows.size > 1:
        return [*rule, f"mean over {motion.rows.size:,} samples = {result(motion.loss)}"]
    output, wanted = motion.layers["output"], motion.wanted[:, 0]
    answers, z = output.post[:, 0], output.pre[:, 0].astype(np.float64) if output.pre is not None else None
    kind = experiment.training.loss.kind
    value, bare = result(motion.loss), not any(experiment.training.loss.settings)  # no smoothing
    if kind == "binary_cross_entropy" and z is not None and len(z) == 1 and bare:
        words = "<i>ŷ</i>" if wanted[0] else "(1 − <i>ŷ</i>)"
        sure = _probability(np.append(z, 0.0), 0 if wanted[0] else 1)
        return [math(f"<i>L</i> = −ln {words}"), f"= −ln {sure} = {value}"]
    if kind == "categorical_cross_entropy" and z is not None and bare:
        sure = _probability(z, int(wanted.argmax()))
        return [math("<i>L</i> = −ln <i>ŷ</i><sub>true class</sub>"), f"= −ln {sure} = {value}"]
    if kind == "mean_squared_error":
        pairs = zip(answers.tolist(), wanted.tolist(), strict=True)
        parts = [f"({signed(a)} − {signed(y, True)})<sup>2</sup>" for a, y in pairs][:MOST_TERMS]
        count = f" / {len(answers)}" if len(answers) > 1 else ""
        more = " + …" if len(answers) > MOST_TERMS else ""
        if count:
            return [*rule, f"= ({' + '.join(parts)}{more}){count} = {value}"]
        return [*rule, f"= {parts[0]} = {value}"]
    return [*rule, f"= {value}"]


def _own_slope(sheet: LayerSheet, unit: int, experiment: Experiment) -> float | None:
    """The slope of the activation at a unit; None where it mixes units or the loss reads before it."""
    activation = activation_of(experiment, sheet.name)
    if sheet.pre is None or activation is None or activation.entry.slope is None:
        return None
    if sheet.name == "output" and experiment.training.loss.entry.reads != "activation":
        return None
    z, h = float(sheet.pre[unit, 0]), float(sheet.post[unit, 0])
    return float(activation.entry.slope(z, h, *activation.settings))


def delta_lines(motion: SlowMotion, sheet: LayerSheet, unit: int, experiment: Experiment) -> Lines:
    """δ = ∂L/∂z of a unit, from the layers after it or from the loss."""
    if sheet.delta is None:
        return []
    value, own = float(sheet.delta[unit, 0]), _own_slope(sheet, unit, experiment)
    samples = motion.rows.size
    if sheet.name == "output":
        answer, wanted = float(sheet.post[unit, 0]), float(motion.wanted[unit, 0])
        if own is None and abs((answer - wanted) / samples - value) <= 1e-4 * max(1.0, abs(value)):
            share = f" / {samples}" if samples > 1 else ""
            return [
                math("<i>δ</i> = ∂<i>L</i> / ∂<i>z</i> = <i>ŷ</i> − <i>y</i>"),
                f"= {'(' if share else ''}{signed(answer)} − {signed(wanted, True)}"
                f"{')' if share else ''}{share} = {slope(value)}",
            ]
        if own is None or sheet.arriving is None:
            return [math("<i>δ</i> = ∂<i>L</i> / ∂<i>z</i>") + f" = {slope(value)}"]
        arriving = float(sheet.arriving[unit, 0])
        return [
            math("<i>δ</i> = ∂<i>L</i> / ∂<i>ŷ</i> · slope of the activation"),
            f"= {signed(arriving, True)} · {signed(own, True)} = {slope(value)}",
        ]
    if sheet.arriving is None or own is None:
        return [math("<i>δ</i> = ∂<i>L</i> / ∂<i>z</i>") + f" = {slope(value)}"]
    if not sheet.sent_back:
        return [
            math("<i>δ</i> = ∂<i>L</i> / ∂<i>h</i> · slope of the activation"),
            f"= {signed(sheet.arriving[unit, 0], True)} · {signed(own, True)} = {slope(value)}",
        ]
    terms = [
        (float(delta), float(weight))
        for part in sheet.sent_back
        for delta, weight in zip(part.delta[:, 0], part.weight[:, unit], strict=True)
    ]
    total = _sum(terms) if len(terms) == 1 else f"({_sum(terms)})"
    return [
        math("<i>δ</i> = <i>δ</i><sub>out</sub> · <i>w</i><sub>out</sub> · <i>h</i>′"),
        f"= {total} · {signed(own, True)} = {slope(value)}",
    ]


def gradient_lines(motion: SlowMotion, sheet: LayerSheet, followed: Followed) -> Lines:
    """∂L/∂w of the weight that is followed: a product for one sample, a sum of them for a batch."""
    gradient = sheet.update.gradient.get("weight")
    if gradient is None or sheet.delta is None:
        return [math("∂<i>L</i> / ∂<i>w</i>") + ": this weight is frozen"]
    carried = source_symbol(sheet, followed.source)
    value = slope(gradient[followed.unit, followed.source])
    pairs: NDArray[Any] = np.stack([sheet.delta[followed.unit], sheet.inputs[followed.source]], axis=1)
    left = f"∂<i>L</i> / ∂<i>w</i> = <i>δ</i> · {carried}"
    if motion.rows.size == 1:
        terms = f"{signed(pairs[0, 0], True)} · {signed(pairs[0, 1], True)}"
        return [math(left), f"= {terms} = {value}"]
    shown = " + ".join(f"{signed(d, True)}·{signed(h, True)}" for d, h in pairs[:2].tolist())
    more = motion.rows.size - 2
    rest = f" + <i>{more:,} more samples</i>" if more > 0 else ""
    return [math(f"∂<i>L</i> / ∂<i>w</i> = Σ <i>δ</i> · {carried}"), f"= {shown}{rest} = {value}"]


def backward_rule(sheet: LayerSheet) -> Lines:
    """The backward pass in symbols."""
    if sheet.weight is None:
        return [math("∂<i>L</i> / ∂<i>x</i> goes back through the layer")]
    first = "<i>δ</i><sub>out</sub> · <i>w</i><sub>out</sub> · <i>h</i>′"
    if sheet.name == "output":
        first = "∂<i>L</i> / ∂<i>z</i>"
    return [math(f"<i>δ</i> = {first}"), math("∂<i>L</i> / ∂<i>w</i> = <i>δ</i> · <i>h</i>")]


def passed_back(sheet: LayerSheet, unit: int) -> Lines:
    """What comes back to a unit of a layer that weighs nothing: a norm, or one that joins others."""
    arriving = sheet.arriving
    if arriving is None or unit >= len(arriving):
        return backward_rule(sheet)
    came = math("∂<i>L</i> / ∂<i>h</i>") + f" = {slope(arriving[unit, 0])}"
    return [f"unit {unit + 1}: {came}", *backward_rule(sheet)]


def in_words(motion: SlowMotion, followed: Followed) -> str:
    """What the gradient says, as a sentence."""
    gradient = motion.layers[followed.layer].update.gradient.get("weight")
    if gradient is None:
        return ""
    g = float(gradient[followed.unit, followed.source])
    if g == 0.0:
        return "In words: a small change of this weight does not change the loss, so it stays."
    way = "down" if g > 0 else "up"
    return (
        f"In words: raising this weight by 0.01 would change the loss by about {spell(0.01 * g)}, "
        f"so it should move {way}."
    )
