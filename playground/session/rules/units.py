"""Rules about single units: dead, saturated, all the same, twice the same."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

from playground.experiment import edits
from playground.experiment.words import called
from playground.session.rules.evidence import Array, Evidence, LayerEvidence
from playground.session.rules.rule import Cure, Finding, Rule, rules
from playground.session.rules.say import set_to, several, some_units

SATURATED_ROWS = 0.95  # of the rows in a flat part of the curve
DUPLICATE = 1e-3  # of a unit's spread


def _dead_units(evidence: Evidence) -> Iterator[Finding]:
    for layer in evidence.hidden:
        dead = tuple(
            unit for unit in range(layer.units) if layer.weight is not None and _is_dead(layer, unit)
        )
        if dead:
            verb = "fires" if len(dead) == 1 else "fire"
            name, word = called(layer.name), layer.activation.entry.label if layer.activation else ""
            yield Finding(
                "dead_units",
                f"{name}: {len(dead)} of {layer.units} {word} neurons never {verb}: "
                f"0 for all {evidence.rows_in_words}, so their gradient is 0 and they cannot learn.",
                set_to("Use leaky relu", f"network.{layer.name}.activation", "leaky_relu"),
                layer.name,
                dead,
            )


def _is_dead(layer: LayerEvidence, unit: int) -> bool:
    """Output 0 on every row, gradient exactly 0, and a curve that is flat wherever the unit stands."""
    if np.any(layer.post[unit] != 0.0) or any(np.any(g[unit] != 0.0) for g in layer.gradients.values()):
        return False
    entry = layer.activation.entry if layer.activation is not None else None
    if entry is None or entry.slope is None:
        return False
    ends = (float(layer.pre[unit].min()), float(layer.pre[unit].max()))
    return all(_slope(layer.activation, z) == 0.0 for z in ends)


def _slope(activation: Any, z: float) -> float:
    entry, settings = activation.entry, activation.settings
    return float(entry.slope(z, entry.value(z, *settings), *settings))


rules.register(
    Rule(
        key="dead_units",
        label="Dead units",
        summary="Units whose output and gradient are 0 for every training sample.",
        find=_dead_units,
        mark="dead",
    )
)


def _saturated_units(evidence: Evidence) -> Iterator[Finding]:
    for layer in evidence.hidden:
        low, high = layer.activation.entry.saturates if layer.activation is not None else (None, None)
        if low is None or high is None:
            continue
        flat = ((layer.pre < low) | (layer.pre > high)).mean(axis=1)
        units = tuple(int(unit) for unit in np.flatnonzero(flat >= SATURATED_ROWS))
        if units and layer.activation is not None:
            yield Finding(
                "saturated_units",
                f"{called(layer.name)}, {some_units(units)}: {layer.activation.entry.label} is flat where "
                f"{'they lie' if len(units) > 1 else 'it lies'} for nearly every sample, so hardly any "
                "gradient comes through.",
                _desaturate(evidence, layer),
                layer.name,
                units,
            )


def _desaturate(evidence: Evidence, layer: LayerEvidence) -> Cure:
    if evidence.experiment.data.scaling.kind == "none":
        return set_to("Scale the inputs", "data.scaling", "standard")
    return set_to("Use leaky relu", f"network.{layer.name}.activation", "leaky_relu")


rules.register(
    Rule(
        key="saturated_units",
        label="Saturated units",
        summary="Units that stand in a flat part of their activation for nearly every sample.",
        find=_saturated_units,
        mark="flat",
    )
)


def _twins(layer: LayerEvidence) -> bool:
    """True if all units have the same weights to the last bit, and gradients that keep it so."""
    if layer.weight is None or layer.units < 2:
        return False
    same = all(np.all(tensor == tensor[0]) for tensor in layer.parameters.values())
    return same and all(_alike(gradient) for gradient in layer.gradients.values())


def _alike(gradient: Array) -> bool:
    """True if every unit is pulled in the same direction, but for rounding."""
    return bool(np.abs(gradient - gradient[0]).max() <= 1e-5 * np.abs(gradient).max())


def _symmetric_weights(evidence: Evidence) -> Iterator[Finding]:
    twins = [layer for layer in evidence.hidden if _twins(layer)]
    if twins:
        names = " and ".join(called(layer.name) for layer in twins[:2])
        names += " and others" if len(twins) > 2 else ""
        values = {
            f"network.{layer.name}.initializer": "glorot_uniform"
            for layer in evidence.experiment.network.layers
            if hasattr(layer, "initializer") and layer.initializer.kind in ("zeros", "constant")
        }
        if evidence.experiment.network.output.initializer.kind in ("zeros", "constant"):
            values["network.output.initializer"] = "glorot_uniform"
        yield Finding(
            "symmetric_weights",
            f"All neurons of {names} have the same weights, so they get the same gradient and "
            "stay the same for ever.",
            several("Start from random weights", values),
            twins[0].name,
            tuple(range(twins[0].units)),
        )


rules.register(
    Rule(
        key="symmetric_weights",
        label="Symmetric weights",
        summary="All units of a layer start alike, and nothing ever tells them apart.",
        find=_symmetric_weights,
        severity="fail",
        mark="same",
    )
)


def _duplicate_units(evidence: Evidence) -> Iterator[Finding]:
    for layer in evidence.hidden:
        if layer.weight is None or layer.units < 2 or layer.units > 256 or _twins(layer):
            continue
        pair = _pair(layer.post)
        if pair is not None:
            yield Finding(
                "duplicate_units",
                f"{called(layer.name)}: neurons {pair[0] + 1} and {pair[1] + 1} compute the same for every "
                "sample, so one of them adds nothing.",
                Cure(
                    f"Use {layer.units - 1} neuron{'s' if layer.units > 2 else ''}",
                    partial(edits.set_value, path=f"network.{layer.name}.units", value=layer.units - 1),
                ),
                layer.name,
                pair,
            )


def _pair(post: Array) -> tuple[int, int] | None:
    """The first two units that vary, and vary alike."""
    values = post[:, :512].astype(np.float64)
    spread = values.std(axis=1)
    for first in np.flatnonzero(spread > 1e-6):
        away = np.abs(values[first + 1 :] - values[first]).max(axis=1, initial=0.0)
        alike = np.flatnonzero(away < DUPLICATE * spread[first])
        if len(alike):
            return int(first), int(first + 1 + alike[0])
    return None


rules.register(
    Rule(
        key="duplicate_units",
        label="Duplicate units",
        summary="Two units of a layer that compute the same.",
        find=_duplicate_units,
        mark="twin",
    )
)
