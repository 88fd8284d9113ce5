"""Check 3: is the error on unseen samples much larger than on those it learned from?"""

from __future__ import annotations

from functools import partial

import numpy as np

from playground.experiment import edits
from playground.experiment.data import Floats, Indices
from playground.session.diagnostics.evidence import Evidence
from playground.session.diagnostics.result import Action, CheckResult, GapPicture, Mark, words_for

TITLE = "Generalization gap"
_WORTH = 0.02  # of the error: a better step in the past is worth the way back
_SURE = 2.0  # standard errors of a share


def check(evidence: Evidence) -> CheckResult:
    """Needs a look, or fails, where the error on judged samples lies far above the training error.

    The errors are means over the judged networks. For classes a gap that two standard errors of the judged
    share explain is no gap.
    """
    train = float(np.mean([_error(evidence, each.train_score) for each in evidence.judged]))
    held = float(np.mean([_error(evidence, each.score) for each in evidence.judged]))
    gap = held / train - 1.0 if train > 0.0 else (0.0 if held <= 0.0 else np.inf)
    limits = evidence.limits
    mark: Mark = "fails" if gap > limits.gap_fail else "look" if gap > limits.gap_look else "passes"
    if evidence.classes:
        error = _SURE * (max(held * (1.0 - held), 0.0) / evidence.own.weight) ** 0.5
        mark = "passes" if held - train <= error else mark
    sentence = _sentence(evidence, train, held, gap)
    if evidence.rare:
        sentence += " Errors are means over classes; the curves count all samples alike."
    back = way_back(evidence)
    if back is not None and mark != "passes":
        sentence += f" It was lowest at step {back.step:,}."
    action = (back or _calm(evidence)) if mark != "passes" else None
    reason = "It does much worse on samples it has not seen." if mark == "fails" else ""
    return CheckResult("gap", TITLE, mark, sentence, _picture(evidence), action, reason)


def _error(evidence: Evidence, score: float) -> float:
    return 1.0 - score if evidence.classes else score


def _sentence(evidence: Evidence, train: float, held: float, gap: float) -> str:
    unit, percent = evidence.prepared.target_unit, evidence.classes
    part = evidence.part.capitalize()
    errors = f"{words_for(held, unit, percent)} against {words_for(train, unit, percent)}"
    if not np.isfinite(gap) or train < 1e-6:
        return f"{part} error is {errors} in training{evidence.averaged}."
    if gap > 1.0:
        return f"{part} error is {held / train:.1f} times the training error: {errors}{evidence.averaged}."
    way = "above" if gap >= 0.0 else "below"
    return f"{part} error is {100 * abs(gap):.0f}% {way} training: {errors}{evidence.averaged}."


def way_back(evidence: Evidence) -> Action | None:
    """Back to the step of the lowest validation error, if it was clearly lower there."""
    steps, _train, held = _curves(evidence)
    if len(steps) == 0:
        return None
    best = int(np.argmin(held))
    if not held[best] < (1.0 - _WORTH) * held[-1]:
        return None
    step = int(steps[best])
    return Action(f"Go back to step {step:,}", step=step)


def _curves(evidence: Evidence) -> tuple[Indices, Floats, Floats]:
    """Steps, training and validation errors of the network on screen, where both are numbers."""
    history = evidence.history
    train, held = history["train_metric"], history["validation_metric"]
    if evidence.classes:
        train, held = 1.0 - train, 1.0 - held
    known = np.isfinite(train) & np.isfinite(held)
    steps, train, held = history["step"][known], train[known], held[known]
    if len(steps) and steps[-1] < evidence.steps and evidence.part == "validation":
        own = evidence.own  # the engine's last evaluation may be some steps old
        steps = np.append(steps, evidence.steps)
        train = np.append(train, _error(evidence, own.train_whole))
        held = np.append(held, _error(evidence, own.whole))
    return steps, train, held


def _calm(evidence: Evidence) -> Action:
    """Early stopping, then ever more weight decay."""
    training = evidence.experiment.training
    if training.early_stopping is None:
        stop = partial(edits.set_value, path="training.early_stopping", value={"patience": 10})
        return Action("Stop early", stop)
    decay = training.l2 * 3.0 if training.l2 > 0.0 else 1e-3
    return Action(f"Set weight decay {decay:.2g}", partial(edits.set_value, path="training.l2", value=decay))


def _picture(evidence: Evidence) -> GapPicture:
    steps, train, held = _curves(evidence)
    best = int(steps[np.argmin(held)]) if len(steps) else -1
    measure = "share wrong" if evidence.classes else "RMSE"
    return GapPicture(steps, train, held, best, measure, evidence.classes, evidence.prepared.target_unit)
