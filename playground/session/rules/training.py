"""Rules about how training is set: learning rate, batch, loss, penalties, dropout."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np

from playground.catalog import registries
from playground.experiment import edits
from playground.experiment.shapes import fitting_loss, output_activation
from playground.experiment.words import called
from playground.session.rules.evidence import Evidence
from playground.session.rules.rule import Cure, Finding, Rule, rules
from playground.session.rules.say import learning_rate, learning_rate_cure, number, set_to

SLOW = 1e-5  # relative movement of the weights in a step
STEEP = 1e-2  # a gradient that still has somewhere to go
FULL_BATCH_RULES = ("lbfgs",)
USUAL_BATCH = 32
HIGH_DROPOUT = 0.6
STILL_GROWING = 0.05  # softsign gains 0.03 between z = 15 and 30


def _diverging(evidence: Evidence) -> Iterator[Finding]:
    losses, cure = evidence.history.train_loss, learning_rate_cure(evidence.experiment, 0.1)
    if not np.isfinite(evidence.loss):
        yield Finding("diverging", "The loss is no number any more: the steps were too long.", cure)
    elif len(losses) >= 4:
        now, first, best = float(np.median(losses[-3:])), float(losses[0]), float(np.min(losses[:-1]))
        if now > 3.0 * best and now > 1.5 * first:
            words = (
                f"The loss climbs: {number(first, 2)} at first, {number(now, 2)} now. The steps are too long."
            )
            yield Finding("diverging", words, cure)


rules.register(
    Rule(
        key="diverging",
        label="Divergence",
        summary="The training loss rises far above where it began.",
        find=_diverging,
        severity="fail",
    )
)


def stable_rate(evidence: Evidence) -> float | None:
    """The largest learning rate at which descent on a valley of this curvature still settles: 2/λmax.

    The sum form of momentum allows 2(1 + μ)/λmax. None where the curvature was not measured.
    """
    if evidence.sharpness is None:
        return None
    optimizer = evidence.experiment.training.optimizer
    curvature = evidence.sharpness + evidence.experiment.training.l2
    momentum = float(getattr(optimizer, "momentum", 0.0)) if optimizer.kind == "momentum" else 0.0
    return 2.0 * (1.0 + momentum) / curvature


def _rate_above_limit(evidence: Evidence) -> Iterator[Finding]:
    training, losses = evidence.experiment.training, evidence.history.train_loss
    limit, rate = stable_rate(evidence), learning_rate(evidence.experiment)
    if training.schedule.kind != "constant" and len(losses):
        rate = float(evidence.history.learning_rate[-1])
    if training.clip_norm is not None or training.clip_value is not None:
        return  # no step is long
    falling = len(losses) > 2 and losses[-1] < 0.999 * losses[-2]
    if limit is not None and rate > limit * 1.02 and not falling:
        momentum = getattr(evidence.experiment.training.optimizer, "momentum", 0.0)
        words = "2(1 + μ)/λmax" if momentum else "2/λmax"
        yield Finding(
            "rate_above_limit",
            f"The learning rate {number(rate)} is above {words} = {number(limit)}, the most that the "
            "steepest direction of this loss allows: each step there lands further away.",
            set_to(
                f"Set learning rate {number(float(f'{limit / 3.0:.1g}'))}",
                "training.optimizer.learning_rate",
                float(f"{limit / 3.0:.1g}"),
            ),
        )


rules.register(
    Rule(
        key="rate_above_limit",
        label="Learning rate above 2/λmax",
        summary="Gradient descent overshoots where the learning rate times the largest curvature exceeds 2.",
        formula="<i>η</i> &gt; 2 / <i>λ</i><sub>max</sub>",
        find=_rate_above_limit,
    )
)


def _rate_too_small(evidence: Evidence) -> Iterator[Finding]:
    if evidence.moved is None or evidence.moved >= SLOW or evidence.gradient_norm < STEEP:
        return
    training = evidence.experiment.training
    if not hasattr(training.optimizer, "learning_rate") or training.schedule.kind != "constant":
        return  # a schedule may mean it
    yield Finding(
        "rate_too_small",
        f"The weights hardly move: {number(evidence.moved, 1)} of their size a step, though the gradient is "
        f"{number(evidence.gradient_norm, 2)} long.",
        learning_rate_cure(evidence.experiment, 10.0),
    )


rules.register(
    Rule(
        key="rate_too_small",
        label="Learning rate too small",
        summary="The weights hardly change though there is a slope to follow.",
        find=_rate_too_small,
    )
)


def _wrong_loss(evidence: Evidence) -> Iterator[Finding]:
    loss = evidence.experiment.training.loss
    if evidence.prepared.task == "classes" and loss.entry.task == "both":
        wanted = registries["losses"][fitting_loss(evidence.experiment.data)]
        yield Finding(
            "wrong_loss",
            f"{loss.entry.label} asks for numbers, but the data have classes: a sure wrong answer costs "
            "little and its gradient is weak.",
            Cure(f"Use {wanted.label.lower()}", partial(edits.set_loss, key=wanted.key)),
            "output",
        )


rules.register(
    Rule(
        key="wrong_loss",
        label="Loss does not fit the task",
        summary="Classes are learned with a loss for numbers.",
        find=_wrong_loss,
    )
)


def _whole_batch(evidence: Evidence) -> Iterator[Finding]:
    training, rows = evidence.experiment.training, len(evidence.prepared.train)
    if training.batch_size >= rows > 2 * USUAL_BATCH and training.optimizer.kind not in FULL_BATCH_RULES:
        yield Finding(
            "whole_batch",
            f"A batch of {training.batch_size:,} holds all {rows:,} training samples: an epoch is one step.",
            set_to(f"Set batch size {USUAL_BATCH}", "training.batch_size", USUAL_BATCH),
        )


rules.register(
    Rule(
        key="whole_batch",
        label="Batch as large as the data",
        summary="Every epoch is a single step.",
        find=_whole_batch,
    )
)


HEAVY_DECAY = 5.0  # from here on weights stay under a fifth


def _heavy_penalty(evidence: Evidence) -> Iterator[Finding]:
    training = evidence.experiment.training
    weights = np.concatenate([layer.parameters["weight"].ravel() for layer in evidence.dense]).astype(
        np.float64
    )
    penalties = {
        "l2": (
            training.l2,
            0.5 * training.l2 * float(weights @ weights),
            training.l2 * float(np.linalg.norm(weights)),
        ),
        "l1": (
            training.l1,
            training.l1 * float(np.abs(weights).sum()),
            training.l1 * float(np.sqrt(len(weights))),
        ),
    }
    for key, (strength, cost, pull) in penalties.items():
        if strength > 0.0 and (
            cost > evidence.loss or (pull > 10.0 * evidence.gradient_norm and cost > 0.3 * evidence.loss)
        ):
            name = key.upper()
            yield Finding(
                "heavy_penalty",
                f"The {name} penalty costs {number(cost, 2)}, the mistakes on the data "
                f"{number(evidence.loss, 2)}: the network is paid to stay small, not to be right.",
                set_to(
                    f"Set {name} penalty {number(strength / 10, 1)}",
                    f"training.{key}",
                    float(f"{strength / 10:.1g}"),
                ),
            )
    decay = getattr(training.optimizer, "weight_decay", 0.0)
    if decay >= HEAVY_DECAY:
        yield Finding(
            "heavy_penalty",
            f"Adam steps about as far as the learning rate says, so weight decay of {number(decay)} keeps "
            f"every weight under about {number(1.0 / decay, 1)}: it is held small, whatever the data say.",
            set_to("Set weight decay 0.01", "training.optimizer.weight_decay", 0.01),
        )


rules.register(
    Rule(
        key="heavy_penalty",
        label="Penalty outweighs the data",
        summary="The penalty on the weights is larger than the loss on the data.",
        find=_heavy_penalty,
    )
)


def _high_dropout(evidence: Evidence) -> Iterator[Finding]:
    units = {layer.name: layer.units for layer in evidence.layers}
    for layer in evidence.experiment.network.layers:
        if layer.kind == "dropout" and layer.rate > 0.0:
            left = (1.0 - layer.rate) * units[layer.name]
            if layer.rate >= HIGH_DROPOUT or left < 2.0:
                yield Finding(
                    "high_dropout",
                    f"{called(layer.name)} switches off {layer.rate:.0%} of {units[layer.name]} units in "
                    f"each step: about {number(left, 2)} are left to learn with.",
                    set_to(
                        "Set rate 0.2" if left >= 2.0 or layer.rate > 0.2 else "Set rate 0",
                        f"network.{layer.name}.rate",
                        0.2 if layer.rate > 0.2 else 0.0,
                    ),
                    layer.name,
                )


rules.register(
    Rule(
        key="high_dropout",
        label="Dropout too high",
        summary="So many units are switched off that too few are left to learn with.",
        find=_high_dropout,
    )
)


def _output_range(evidence: Evidence) -> Iterator[Finding]:
    activation = output_activation(evidence.experiment)
    if evidence.prepared.task != "regression" or activation.entry.value is None:
        return
    low, high = _reach(activation)
    targets = evidence.targets
    outside = float(np.mean((targets < low - 1e-9) | (targets > high + 1e-9)))
    if outside > 0.0:
        span = (
            f"{number(low, 2)} to {number(high, 2)}" if np.isfinite(high) else f"{number(low, 2)} and above"
        )
        yield Finding(
            "output_range",
            f"A {activation.entry.label} output gives {span} only, but {max(outside, 0.01):.0%} of the "
            "scaled targets lie outside.",
            Cure(
                "Use a linear output", partial(edits.set_value, path="network.output.activation", value=None)
            ),
            "output",
        )


def _reach(activation: object) -> tuple[float, float]:
    """The least and the greatest value of an activation, infinite where it goes on growing."""
    entry, settings = activation.entry, activation.settings  # type: ignore[attr-defined]
    values = np.array([entry.value(float(z), *settings) for z in np.linspace(-30.0, 30.0, 601)])
    middle, ends = values[150:-150], (values[:150], values[-150:])
    low, high = float(values.min()), float(values.max())
    falls = min(end.min() for end in ends) < middle.min() - STILL_GROWING
    climbs = max(end.max() for end in ends) > middle.max() + STILL_GROWING
    return (-np.inf if falls else low), (np.inf if climbs else high)


rules.register(
    Rule(
        key="output_range",
        label="Output cannot reach the targets",
        summary="The activation at the output is bounded, and targets lie beyond its bounds.",
        find=_output_range,
    )
)
