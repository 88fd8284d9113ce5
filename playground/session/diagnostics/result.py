"""What a check says: a verdict, the evidence in a sentence, what to draw, and what may help."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from playground.experiment.model import Experiment
from playground.experiment.scoring import spelt
from playground.session.diagnostics.judged import RegimeScores
from playground.session.diagnostics.response import Response

Mark = Literal["passes", "look", "fails"]
WORDS: dict[Mark, str] = {"passes": "Passes", "look": "Needs a look", "fails": "Fails"}
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Action:
    """Something that helps, as one undo step: an edit of the experiment, or the way back to a step."""

    label: str
    edit: Callable[[Experiment], Experiment] | None = None
    step: int | None = None


@dataclass(frozen=True, eq=False)
class SplitPicture:
    """Where the parts lie. `axis` says what `at` (n,) is; "" where the order of samples means nothing.

    `value` (n,) is drawn over it, NaN for samples that may not be looked at. `part` (n,) is 0, 1 or 2 for
    train, validation and test, −1 for samples that a gap leaves out. `parts` has a title, a range in words
    and a count for each part. `place` (n, 2) is where samples lie, if that is what they are split by.
    """

    axis: str
    at: Floats
    value: Floats
    part: NDArray[np.int64]
    parts: tuple[tuple[str, str, int], ...]
    place: Floats | None
    locked: bool


@dataclass(frozen=True)
class Bar:
    """A prediction and its error or its share that is right; `spread` are the seeds' own.

    Of a baseline, `word` says how the network compares with it, and `told` by how much and how surely.
    """

    label: str
    value: float
    own: bool = False
    spread: tuple[float, ...] = ()
    word: str = ""
    told: str = ""


@dataclass(frozen=True)
class BarsPicture:
    """The network among the baselines, the worst first. `best` is the value of the best baseline."""

    bars: tuple[Bar, ...]
    best: float
    percent: bool


@dataclass(frozen=True, eq=False)
class GapPicture:
    """Training and validation error over steps; `best` is the step at which validation was best."""

    step: NDArray[np.int64]
    train: Floats
    validation: Floats
    best: int
    measure: str
    percent: bool
    unit: str


@dataclass(frozen=True, eq=False)
class SanityPicture:
    """How the answer follows one input, for the network on screen and for the others."""

    own: Response
    others: tuple[Response, ...]
    unit: str
    limits: tuple[float | None, float | None]


@dataclass(frozen=True, eq=False)
class SharesPicture:
    """How often each class is named, and how often it is there: shares, means over the judged networks."""

    names: tuple[str, ...]
    named: Floats
    observed: Floats


@dataclass(frozen=True, eq=False)
class RegimePicture:
    """Errors by regime, means over the judged networks: one table for each way to tell samples apart.

    `shown` is the table with the worst regime and `worst` that regime, −1 where none stands out.
    """

    tables: tuple[RegimeScores, ...]
    shown: int
    worst: int
    least: int
    percent: bool
    unit: str


Picture = SplitPicture | BarsPicture | GapPicture | SanityPicture | SharesPicture | RegimePicture | None


@dataclass(frozen=True, eq=False)
class CheckResult:
    """One check's answer. `reason` is a short sentence for the headline, "" where there is none."""

    key: str
    title: str
    mark: Mark
    sentence: str
    picture: Picture = None
    action: Action | None = None
    reason: str = ""


def words_for(value: float, unit: str, percent: bool) -> str:
    """A score in a sentence: 94.2% or 3.06 °C."""
    return spelt(value, "share" if percent else "unit", unit).replace(" ", "\u00a0")


def plain(value: Any) -> str:
    """A number as scores are spelt, without a unit."""
    return spelt(float(value), "plain")
