"""Schedules: how the learning rate changes from epoch to epoch. Formulas in plain Python.

The engine lifts these very lines, so they keep to the rules of `activations.py`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playground.catalog.entry import Entry, Registry, Setting


@dataclass(frozen=True)
class Schedule(Entry):
    """A rule for the learning rate over time.

    `at(initial, time, *settings)` gives the learning rate, where `time` counts epochs from 0; for a
    schedule with `watch` it counts the cuts made so far. `watch(loss, best, bad, cuts, *settings)`
    runs after every epoch on the validation loss (the training loss where there is none) and gives
    the new `(best, bad, cuts)`: the best loss so far, the epochs since, and the cuts.
    """

    at: Callable[..., float] = lambda initial, time: initial
    watch: Callable[..., tuple[float, ...]] | None = None


schedules: Registry[Schedule] = Registry("schedules", "schedule")


def rate(schedule: Any, initial: float, epoch: float) -> float:
    """The learning rate that a chosen schedule gives in epoch 0, 1, 2, …, as the engine computes it.

    `schedule` is a choice with its settings. A schedule that watches the loss is told here as it
    stands before its first cut, because nobody knows when that will be.
    """
    time = 0.0 if schedule.entry.watch else float(math.floor(epoch))
    return float(schedule.entry.at(initial, time, *map(float, schedule.settings)))


def _epochs(key: str, label: str, default: int, summary: str, minimum: int = 1) -> Setting:
    return Setting(key, label, default, type="whole", minimum=minimum, maximum=1e9, summary=summary)


def _factor(default: float, summary: str) -> Setting:
    return Setting(
        "factor",
        "Factor",
        default,
        minimum=0.0,
        maximum=1.0,
        open_minimum=True,
        open_maximum=True,
        summary=summary,
    )


_MINIMUM = Setting(
    "minimum",
    "Lowest rate",
    0.0,
    minimum=0.0,
    maximum=1e6,
    scale="log",
    summary="The learning rate never falls below it.",
)


def _constant(initial: float, epoch: float) -> float:
    return initial


schedules.register(
    Schedule(
        key="constant",
        label="Constant",
        summary="The same learning rate from beginning to end.",
        formula="<i>η</i><sub>t</sub> = <i>η</i>",
        pytorch="ConstantLR",
        at=_constant,
    )
)


def _step(initial: float, epoch: float, every: float, factor: float) -> float:
    return initial * math.pow(factor, epoch // every)


schedules.register(
    Schedule(
        key="step",
        label="Step",
        summary="Cuts the learning rate every so many epochs.",
        formula="<i>η</i><sub>t</sub> = <i>η γ</i><sup>⌊t / N⌋</sup>",
        settings=(
            _epochs("every", "Every", 30, "Epochs between two cuts."),
            _factor(0.5, "What each cut leaves of the learning rate."),
        ),
        pytorch="StepLR",
        at=_step,
    )
)


def _exponential(initial: float, epoch: float, factor: float) -> float:
    return initial * math.pow(factor, epoch)


schedules.register(
    Schedule(
        key="exponential",
        label="Exponential",
        summary="Cuts the learning rate a little after every epoch.",
        formula="<i>η</i><sub>t</sub> = <i>η γ</i><sup>t</sup>",
        settings=(_factor(0.98, "What each epoch leaves of the learning rate."),),
        pytorch="ExponentialLR",
        keras="ExponentialDecay",
        at=_exponential,
    )
)


def _cosine(initial: float, epoch: float, epochs: float, minimum: float) -> float:
    return minimum + 0.5 * (initial - minimum) * (1.0 + math.cos(math.pi * epoch / epochs))


schedules.register(
    Schedule(
        key="cosine",
        label="Cosine",
        summary="Glides down along half a wave; after that it rises again.",
        formula="<i>η</i><sub>t</sub> = <i>η</i><sub>min</sub> + ½ (<i>η</i> − <i>η</i><sub>min</sub>) "
        "(1 + cos(π t / T))",
        settings=(_epochs("epochs", "Epochs", 100, "Epochs from the top to the bottom."), _MINIMUM),
        pytorch="CosineAnnealingLR",
        keras="CosineDecay",
        at=_cosine,
    )
)


def _warmup_cosine(initial: float, epoch: float, warmup: float, epochs: float, minimum: float) -> float:
    if epoch < warmup:
        return initial * (0.1 + 0.9 * epoch / warmup)
    if epochs <= warmup:
        return initial
    return _cosine(initial, epoch - warmup, epochs - warmup, minimum)


schedules.register(
    Schedule(
        key="warmup_cosine",
        label="Warm-up, cosine",
        summary="Starts at a tenth, climbs to the full learning rate, then glides down along half a wave.",
        formula="<i>η</i><sub>t</sub> = <i>η</i> (0.1 + 0.9 t / W) while t &lt; W, then cosine",
        settings=(
            _epochs("warmup", "Warm-up", 10, "Epochs of climbing.", minimum=0),
            _epochs("epochs", "Epochs", 100, "Epochs from the start to the bottom."),
            _MINIMUM,
        ),
        pytorch="SequentialLR",
        keras="CosineDecay",
        at=_warmup_cosine,
    )
)


def _after_cuts(initial: float, cuts: float, factor: float, patience: float, minimum: float) -> float:
    rate = initial
    while cuts > 0.0:
        lower = rate * factor
        lower = minimum if lower < minimum else lower
        if not rate - lower > 1e-8:  # PyTorch's eps: a smaller cut is no cut
            return rate
        rate = lower
        cuts = cuts - 1.0
    return rate


def _plateau(
    loss: float, best: float, bad: float, cuts: float, factor: float, patience: float, minimum: float
) -> tuple[float, ...]:
    # An improvement of less than a ten-thousandth is none.
    if loss < best * (1.0 - 1e-4):
        return loss, 0.0, cuts
    if bad + 1.0 > patience:
        return best, 0.0, cuts + 1.0
    return best, bad + 1.0, cuts


schedules.register(
    Schedule(
        key="plateau",
        label="On plateau",
        summary="Cuts the learning rate when the validation loss has stopped falling.",
        formula="<i>η</i> ← <i>γ η</i> after more than p epochs without a better loss",
        settings=(
            _factor(0.5, "What each cut leaves of the learning rate."),
            _epochs("patience", "Patience", 10, "Epochs without improvement to wait for.", minimum=0),
            _MINIMUM,
        ),
        pytorch="ReduceLROnPlateau",
        keras="ReduceLROnPlateau",
        at=_after_cuts,
        watch=_plateau,
    )
)
