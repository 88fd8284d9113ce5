"""Random numbers of any size, for benchmarks and tests."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.catalog.datasets.entry import Dataset, Samples, samples_setting
from playground.catalog.entry import Setting
from playground.catalog.random import Stream

_TERMS = 8  # inputs that each class or output depends on
_BLOCK = 1 << 22  # values held at once while scores are compared


@lru_cache(maxsize=16)
def _names(letter: str, count: int) -> tuple[str, ...]:
    return tuple(f"{letter}{index + 1}" for index in range(count))


def _random(seed: int, samples: int, inputs: int, classes: int, outputs: int) -> Samples:
    """Normal inputs; each class scores, or each output is, a weighted sum of a few of them."""
    width = classes or outputs
    raw = Stream(seed, "data", "random").normal(samples * inputs).reshape(samples, inputs)
    stream = Stream(seed, "data", "random.pattern")
    chosen = (stream.uniform(width * _TERMS) * inputs).astype(np.int64).reshape(_TERMS, width)
    weights = stream.normal(width * _TERMS).reshape(_TERMS, width) / float(np.sqrt(_TERMS))
    targets: NDArray[Any] = np.empty(samples, np.int64) if classes else np.empty((samples, outputs))
    rows = max(1, _BLOCK // width)
    for start in range(0, samples, rows):
        block = raw[start : start + rows]
        scores = np.zeros((len(block), width))
        for columns, weight in zip(chosen, weights, strict=True):
            scores += block[:, columns] * weight
        targets[start : start + rows] = scores.argmax(axis=1) if classes else scores
    return Samples(raw, targets)


@dataclass(frozen=True)
class RandomTable(Dataset):
    """Its columns, classes and outputs are as many as its settings say."""

    def task_of(self, choice: Any) -> str:
        """Regression where there are no classes."""
        return "classes" if choice.classes else "regression"

    def raw_names_of(self, choice: Any) -> tuple[str, ...]:
        """x1, x2, …"""
        return _names("x", choice.inputs)

    def class_names_of(self, choice: Any) -> tuple[str, ...]:
        """1, 2, …"""
        return _names("", choice.classes)

    def target_names_of(self, choice: Any) -> tuple[str, ...]:
        """y1, y2, … where there are no classes."""
        return () if choice.classes else _names("y", choice.outputs)


entries = (
    RandomTable(
        "random",
        "Random",
        "Random numbers of any size, for benchmarks and tests.",
        settings=(
            samples_setting(1000, minimum=2),
            Setting("inputs", "Inputs", 10, "whole", 1, 4096, summary="Columns of the table."),
            Setting(
                "classes",
                "Classes",
                2,
                "whole",
                0,
                1000,
                summary="0 asks for numbers instead.",
            ),
            Setting(
                "outputs",
                "Outputs",
                1,
                "whole",
                1,
                1000,
                summary="Numbers to predict without classes.",
            ),
        ),
        raw_names=(),
        domain=None,
        in_gallery=False,
        make=_random,
    ),
)
