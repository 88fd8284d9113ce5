"""Rules about how the gradient travels: vanishing, exploding, and layers that are one straight map."""

from __future__ import annotations

from collections.abc import Iterator

from playground.experiment.words import called
from playground.session.rules.collapse import is_linear
from playground.session.rules.evidence import Evidence, LayerEvidence
from playground.session.rules.rule import Cure, Finding, Rule, rules
from playground.session.rules.say import number, set_to, several

VANISHED = 1e-3  # first layer's gradient over the last hidden layer's
NEXT_TO_NOTHING = 1e-6
LARGE = 100.0  # the length of a layer's gradient
GROWN = 1e3


def _weighing(evidence: Evidence) -> list[LayerEvidence]:
    """Hidden layers with weights, the first first."""
    return [layer for layer in evidence.hidden if layer.weight is not None]


def _vanishing(evidence: Evidence) -> Iterator[Finding]:
    layers = _weighing(evidence)
    if len(layers) < 3:
        return
    first, last = layers[0].gradient_norm, layers[-1].gradient_norm
    biases = layers[0].bias_gradient_norm, layers[-1].bias_gradient_norm
    what, seen = "", _vanished(first, last)
    if first < NEXT_TO_NOTHING and biases[0] > 0.0:
        # Tiny weights shrink the way there as much as the way back: the biases tell. Bars show the weights.
        if not seen or first == 0.0:
            what, first, last = " of the biases", *biases
        seen = _vanished(*biases)
    if seen:
        shrunk = f"{number(last / first, 2)} times smaller than" if first > 0.0 else "0, unlike"
        yield Finding(
            "vanishing_gradient",
            f"The gradient{what} fades on its way back: in {called(layers[0].name)} it is {shrunk} in "
            f"{called(layers[-1].name)}, so the first layers hardly learn.",
            _strengthen(evidence, layers),
            layers[0].name,
        )


def _vanished(first: float, last: float) -> bool:
    return last > 0.0 and first < VANISHED * last


def _strengthen(evidence: Evidence, layers: list[LayerEvidence]) -> Cure:
    """relu where curves are flat, and weights sized for it: both are needed."""
    values = {}
    for layer in layers:
        activation = layer.activation
        if activation is not None and None not in activation.entry.saturates:
            values[f"network.{layer.name}.activation"] = "relu"
        if "initializer" in type(evidence.experiment.layer(layer.name)).model_fields:
            values[f"network.{layer.name}.initializer"] = "he_uniform"
    return several("Use relu with He weights", values)


rules.register(
    Rule(
        key="vanishing_gradient",
        label="Vanishing gradient",
        summary="The gradient shrinks from layer to layer on its way back.",
        find=_vanishing,
    )
)


def _exploding(evidence: Evidence) -> Iterator[Finding]:
    layers = [*_weighing(evidence), evidence.layers[-1]]
    if evidence.experiment.training.clip_norm is not None:
        return
    norms = [layer.gradient_norm for layer in layers]
    if max(norms) <= LARGE and not norms[0] > GROWN * norms[-1] > 0.0:
        return
    worst = layers[norms.index(max(norms))]
    yield Finding(
        "exploding_gradient",
        f"The gradient explodes: in {called(worst.name)} it is {number(max(norms), 2)} long, so one step "
        "throws the weights far away.",
        _soften(evidence),
        worst.name,
    )


def _soften(evidence: Evidence) -> Cure:
    data = evidence.experiment.data
    if data.scaling.kind == "none":
        return set_to("Scale the inputs", "data.scaling", "standard")
    if data.target_scaling.kind == "none" and evidence.prepared.task == "regression":
        return set_to("Scale the target", "data.target_scaling", "standard")
    return set_to("Clip the gradient to 1", "training.clip_norm", 1.0)


rules.register(
    Rule(
        key="exploding_gradient",
        label="Exploding gradient",
        summary="The gradient of a layer is so long that a step overshoots.",
        find=_exploding,
    )
)


def _linear_collapse(evidence: Evidence) -> Iterator[Finding]:
    if is_linear(evidence.experiment):
        layers = _weighing(evidence)
        count = len(layers) + 1
        values = {f"network.{layer.name}.activation": "tanh" for layer in layers}
        normed = any(layer.kind == "batch_norm" for layer in evidence.hidden)
        yield Finding(
            "linear_collapse",
            f"Without an activation these {count} layers compute no more than a single one would: "
            f"W\u2009x + b.{' Batch norm only shifts and scales each neuron.' if normed else ''}",
            several("Use tanh", values),
            layers[0].name,
        )


rules.register(
    Rule(
        key="linear_collapse",
        label="Linear collapse",
        summary="Layers without an activation are together one straight map.",
        find=_linear_collapse,
    )
)
