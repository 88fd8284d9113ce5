"""Rules about what comes out: memorizing, not getting anywhere, one answer for everything."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from playground.experiment import edits
from playground.experiment.model import Experiment
from playground.session.rules.evidence import Evidence
from playground.session.rules.rule import Cure, Finding, Rule, rules
from playground.session.rules.say import learning_rate_cure, number, set_to

WORSE = 1.2  # validation loss over its best
SETTLED = 20.0  # epochs before a verdict on the fit
FIRST_L2 = 0.003


def _overfitting(evidence: Evidence) -> Iterator[Finding]:
    history = evidence.history
    validation, train = history.validation_loss, history.train_loss
    if len(history) < 12 or not np.isfinite(validation).all():
        return
    best = int(np.argmin(validation))
    now, train_now = float(np.median(validation[-5:])), float(np.median(train[-5:]))
    if (
        history.step[best] > 0.7 * history.step[-1]
        or now <= WORSE * validation[best]
        or train_now >= train[best]
    ):
        return
    l2 = evidence.experiment.training.l2
    stronger = float(f"{3 * l2:.1g}") if l2 else FIRST_L2
    yield Finding(
        "overfitting",
        f"The network begins to memorize: since step {int(history.step[best]):,} the validation loss has "
        f"risen from {number(validation[best], 2)} to {number(now, 2)} while the training loss fell.",
        set_to(f"Set L2 penalty {number(stronger)}", "training.l2", stronger),
    )


rules.register(
    Rule(
        key="overfitting",
        label="Overfitting",
        summary="The validation loss rises while the training loss falls.",
        find=_overfitting,
    )
)


def _baseline(evidence: Evidence) -> tuple[float, float, bool]:
    """The metric of the run, that of always giving one answer, and whether more of it is better."""
    metric = float(np.median(evidence.history.train_metric[-3:]))
    targets = evidence.prepared.raw_targets[evidence.rows]
    if evidence.prepared.task == "classes":
        counts = np.bincount(targets.astype(np.int64))
        return metric, float(counts.max() / counts.sum()), True
    return metric, float(np.sqrt(np.mean(np.var(targets, axis=0)))), False


def _underfitting(evidence: Evidence) -> Iterator[Finding]:
    history = evidence.history
    if evidence.epochs < SETTLED or len(history) < 12 or not np.isfinite(history.train_loss[-1]):
        return
    late = history.train_loss[2 * len(history) // 3 :]
    third = max(1, len(late) // 3)
    flat = float(np.mean(late[-third:])) > 0.98 * float(np.mean(late[:third]))
    metric, baseline, more_is_better = _baseline(evidence)
    poor = metric < 0.5 * (1.0 + baseline) if more_is_better else metric > 0.6 * baseline
    if flat and poor:
        said = (
            f"only {metric:.0%} of the training samples are right"
            if more_is_better
            else (f"the error is {number(metric, 2)} where the data vary by {number(baseline, 2)}")
        )
        yield Finding(
            "underfitting",
            f"The loss has stopped falling, but {said}: the network is too simple for these data.",
            Cure("Add a layer of 8 tanh neurons", _deeper),
        )


def _deeper(experiment: Experiment) -> Experiment:
    return edits.add_layer(experiment, len(experiment.network.layers), "dense", units=8, activation="tanh")


rules.register(
    Rule(
        key="underfitting",
        label="Underfitting",
        summary="The loss no longer falls though many answers are still wrong.",
        find=_underfitting,
    )
)


def _one_answer(evidence: Evidence) -> Iterator[Finding]:
    if evidence.epochs < 5 or evidence.prepared.task != "classes":
        return
    output = evidence.layers[-1].post
    guessed = output.argmax(axis=0) if len(output) > 1 else (output[0] > 0.5).astype(np.int64)
    if len(np.unique(evidence.targets)) < 2 or np.any(guessed != guessed[0]):
        return
    name = evidence.prepared.class_names[int(guessed[0])]
    share = float(np.mean(evidence.targets == guessed[0]))
    experiment = evidence.experiment
    adam = set_to("Use Adam", "training.optimizer", "adam")
    yield Finding(
        "one_answer",
        f"Every sample gets the answer {name}, which is right for {share:.0%} of them: the network tells "
        "nothing apart.",
        learning_rate_cure(experiment, 3.0) if experiment.training.optimizer.kind == "adam" else adam,
        "output",
    )


rules.register(
    Rule(
        key="one_answer",
        label="One answer for everything",
        summary="All samples are taken for the same class.",
        find=_one_answer,
    )
)
