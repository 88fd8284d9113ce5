"""What a data set is: an entry that makes samples."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from playground.catalog.entry import Entry, Setting
from playground.catalog.features import available

Floats = NDArray[np.float64]
Domain = tuple[tuple[float, float], ...]

PLANE: Domain = ((-6.0, 6.0), (-6.0, 6.0))
LINE: Domain = ((-6.0, 6.0),)


@dataclass(frozen=True)
class Samples:
    """What a data set made: raw inputs (n, columns) and targets, before any choice, split or scaling.

    `targets` are class numbers (n,) or the numbers to predict (n, outputs), in their own units. `time`
    orders the rows where they have one. `left_out` counts rows dropped because a value was missing.
    """

    raw: Floats
    targets: NDArray[Any]
    time: Floats | None = None
    left_out: int = 0


def _nothing(seed: int) -> Samples:
    raise NotImplementedError


@dataclass(frozen=True)
class Dataset(Entry):
    """A data set. `make(seed, **settings)` gives its samples, the same bits on every machine.

    `raw_names` are its columns; `units` theirs ("" where there is none). `columns` are readable names of
    the columns, for tables. `default_features` are the inputs of a new experiment (None: the columns).
    `domain` is the part of the plane or line that pictures show; None for tables. `provenance` names the
    file under `assets/data` that says where a table comes from and what its licence is.
    """

    task: Literal["classes", "regression"] = "classes"
    make: Callable[..., Samples] = _nothing
    raw_names: tuple[str, ...] = ("x1", "x2")
    columns: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    default_features: tuple[str, ...] | None = None
    default_split: str = "random"
    default_scaling: str = "standard"
    class_names: tuple[str, ...] = ()
    target_names: tuple[str, ...] = ()
    target_unit: str = ""
    domain: Domain | None = PLANE
    image_shape: tuple[int, int] | None = None
    time_name: str = ""
    in_gallery: bool = True
    provenance: str = ""

    # These take the choice (`experiment.data.dataset`), as some data sets change with their settings.

    def samples_of(self, choice: Any, seed: int) -> Samples:
        """The samples for these settings and this seed."""
        return self.make(seed, **{setting.key: getattr(choice, setting.key) for setting in self.settings})

    def task_of(self, choice: Any) -> str:
        """What is to be learnt: "classes" or "regression"."""
        return self.task

    def raw_names_of(self, choice: Any) -> tuple[str, ...]:
        """The keys of the columns."""
        return self.raw_names

    def features_of(self, choice: Any) -> tuple[str, ...]:
        """The inputs that the network sees unless others are chosen."""
        return self.default_features or self.raw_names_of(choice)

    def all_features_of(self, choice: Any) -> tuple[str, ...]:
        """Every input that can be chosen."""
        return available(self.raw_names) if self.domain else self.raw_names_of(choice)

    def class_names_of(self, choice: Any) -> tuple[str, ...]:
        """What the classes are called; empty for regression."""
        return self.class_names

    def target_names_of(self, choice: Any) -> tuple[str, ...]:
        """What the predicted numbers are called; empty for classes."""
        return self.target_names

    def outputs_of(self, choice: Any) -> int:
        """How many numbers are predicted for each sample, or how many classes there are."""
        return len(self.target_names_of(choice)) or len(self.class_names_of(choice))


def samples_setting(default: int = 400, minimum: int = 10) -> Setting:
    """How many points a generator makes."""
    return Setting(
        "samples",
        "Samples",
        default,
        "whole",
        minimum,
        2_000_000,
        scale="log",
        rebuilds=True,
        summary="How many points there are, all parts of the split together.",
    )


def noise_setting(default: float, summary: str) -> Setting:
    """How far the samples stray from the pattern, 0 to 1."""
    return Setting("noise", "Noise", default, minimum=0.0, maximum=1.0, rebuilds=True, summary=summary)
