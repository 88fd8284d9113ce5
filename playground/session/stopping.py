"""Why training stopped by itself, in words: a condition was met, it got no better, or it failed."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from playground.experiment.words import called, counted, in_words
from playground.session.snapshot import Failure, RateChange
from playground.sweep.jobs import TOO_LARGE_AT_FIRST, began_too_large

if TYPE_CHECKING:
    from playground.engine.run import Run

RAN_AWAY = 1e6  # a pre-activation that says: this layer ran away


def steps_to_stop(run: Run) -> float:
    """Steps until a stop condition that counts; math.inf without one."""
    stop = run.experiment.training.stop
    bounds = [math.inf]
    if stop.steps is not None and run.steps < stop.steps:
        bounds.append(stop.steps - run.steps)
    if stop.epochs is not None and run.epochs < stop.epochs:
        left = (stop.epochs - math.floor(run.epochs)) * run.steps_per_epoch - run.epoch_position
        bounds.append(max(1, left))
    return min(bounds)


def condition_met(run: Run, before: int, playing: bool) -> str:
    """Which stop condition was met since the step `before`; "" for none.

    The loss is a condition for training that goes on, not for single steps.
    """
    stop = run.experiment.training.stop
    if stop.steps is stop.epochs is stop.target_loss is None:
        return ""
    loss = run.history[-1].train_loss if stop.target_loss is not None and len(run.history) else math.inf
    last = stop.epochs * run.steps_per_epoch if stop.epochs is not None else 0
    if stop.steps is not None and before < stop.steps <= run.steps:
        return f"Stopped at step {run.steps:,}, as set."
    if stop.epochs is not None and (
        (run.epochs == stop.epochs and before < run.steps) or before < last <= run.steps
    ):
        return f"Stopped after {counted(stop.epochs, 'epoch')}, as set."
    if stop.target_loss is not None and loss <= stop.target_loss and playing:
        return f"Stopped: the training loss reached {loss:.4g}."
    return ""


def stopped_early(run: Run) -> str:
    """What early stopping did."""
    stopping = run.experiment.training.early_stopping
    assert stopping is not None
    loss = "validation" if len(run.prepared.validation) else "training"
    epochs = round(run.epochs)
    words = (
        f"Stopped early after {counted(epochs, 'epoch')}: "
        f"the {loss} loss has not fallen for {counted(stopping.patience, 'epoch')}."
    )
    if stopping.restore_best:
        words += " The best weights are back."
    return words


def failure_of(run: Run, changed: RateChange | None, good_step: int | None) -> Failure:
    """That the loss became infinite or NaN, where, and why that may be.

    `changed` is how the learning rate came to be what it is, `good_step` the step to go back to.
    """
    what = "NaN" if math.isnan(run.last_loss) else "infinite"
    reasons = (_where(run), _why(run, changed))
    return Failure(
        run.steps,
        f"Loss became {what} at step {run.steps + 1:,}",
        " ".join(reason for reason in reasons if reason),
        good_step,
        _gentler(run, changed),
    )


def _rate(run: Run) -> float | None:
    return getattr(run.experiment.training.optimizer, "learning_rate", None)


def _gentler(run: Run, changed: RateChange | None) -> float | None:
    """The learning rate before it was raised, else a tenth; None without one, or if none can help."""
    if began_too_large(run):
        return None
    if changed is not None and changed.raised:
        return changed.before
    rate = _rate(run)
    return float(f"{rate / 10:.1g}") if rate else None


def _why(run: Run, changed: RateChange | None) -> str:
    """A learning rate that may be to blame, and from which step on it was set; "" without one."""
    if began_too_large(run):
        return TOO_LARGE_AT_FIRST
    rate = _rate(run)
    if not rate:
        return ""
    since, before = "", ""
    if changed is not None and changed.step:
        since = f", set at step {changed.step:,},"
        if changed.raised and changed.before is not None:
            before = f" Before that it was {in_words(changed.before)}."
    return f"A learning rate of {in_words(rate)}{since} may be too high.{before}"


def _where(run: Run) -> str:
    """In which layer numbers grew out of bounds first; "" where none did."""
    with np.errstate(all="ignore"):
        forward = run.forward(run.prepared.inputs[run.prepared.train[:256]])
        for layer, values in forward.post.items():
            largest = np.abs(forward.pre.get(layer, values)).max(initial=0.0)
            if not np.isfinite(values).all() or not np.isfinite(largest):
                return f"The numbers of {called(layer)} grew beyond all bounds."
            if largest > RAN_AWAY:
                return f"The numbers of {called(layer)} grew to {_power(largest)}."
    return ""


def _power(value: float) -> str:
    mantissa, exponent = f"{value:.0e}".split("e")
    return f"{mantissa}e{int(exponent)}"
