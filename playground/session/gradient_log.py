"""How long each layer's gradient was, and how far its weights moved in a step, over the whole run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from playground.experiment.shapes import shapes
from playground.sweep.layer_norms import by_layer, norms

if TYPE_CHECKING:
    from playground.engine.run import Run

MOST_WEIGHTS = 2_000_000  # of a network that is looked at
MOST = 1_000  # looks that are kept; then every second one is dropped

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class GradientCurves:
    """One row a look: `steps` (n,); by layer (n, layers), NaN where a layer was not there.

    `norms` are ‖∂𝓛/∂θ‖ of the last step before the look, `ratios` ‖Δθ‖ / ‖θ‖ a step since the look before.
    """

    layers: tuple[str, ...]
    steps: NDArray[np.int64]
    norms: Floats
    ratios: Floats


class GradientLog:
    """Looks now and then at a run on one branch. What it does again after it went back has been seen."""

    def __init__(self) -> None:
        self._count = 0
        self._steps = np.zeros(MOST + 1, np.int64)
        self._table = np.empty((MOST + 1, 0, 2))  # norm and ratio by look and column
        self._columns: dict[str, int] = {}  # of every layer that was ever seen
        self._layers: tuple[str, ...] = ()  # of the last look
        self._before: tuple[int, dict[str, Any]] | None = None

    def look(self, run: Run) -> GradientCurves | None:
        """Measure once more if steps were done since the last look; None for a very large network."""
        if shapes(run.experiment).parameter_count > MOST_WEIGHTS:
            return None
        steps = run.steps
        if steps == 0:
            if not self._count:
                self._before = 0, by_layer(run.parameters)
        elif not self._count or steps > self._steps[self._count - 1]:
            self._measure(run, steps)
            if self._count > MOST:
                kept = self._table[: self._count : 2].copy(), self._steps[: self._count : 2].copy()
                self._count = len(kept[0])
                self._table[: self._count], self._steps[: self._count] = kept
        return self.curves()

    def until(self, step: int) -> GradientLog:
        """What was seen up to a step, for a branch that begins there."""
        log = GradientLog()
        log._count = int(np.searchsorted(self._steps[: self._count], step, side="right"))
        log._steps, log._table = self._steps.copy(), self._table.copy()
        log._columns, log._layers = dict(self._columns), self._layers if log._count else ()
        if self._before is not None and self._before[0] <= step:
            log._before = self._before
        return log

    def _measure(self, run: Run, steps: int) -> None:
        lengths, here = norms(run.gradients), by_layer(run.parameters)
        self._make_columns(tuple(here))
        self._steps[self._count], self._table[self._count] = steps, np.nan
        for layer, values in here.items():
            ratio = np.nan
            if self._before is not None and steps > self._before[0]:
                old = self._before[1].get(layer)
                length = float(np.linalg.norm(values))
                if old is not None and old.shape == values.shape and length > 0.0:
                    ratio = float(np.linalg.norm(values - old)) / length / (steps - self._before[0])
            self._table[self._count, self._columns[layer]] = lengths.get(layer, np.nan), ratio
        self._before = steps, here
        self._count += 1

    def _make_columns(self, layers: tuple[str, ...]) -> None:
        self._layers = layers
        new = [layer for layer in layers if layer not in self._columns]
        if new:
            self._columns |= {layer: len(self._columns) + at for at, layer in enumerate(new)}
            more = np.full((len(self._table), len(new), 2), np.nan)
            self._table = np.concatenate([self._table, more], axis=1)

    def curves(self) -> GradientCurves:
        """All looks as curves, the layers in the order of the network as it is now."""
        layers = self._layers if self._count else ()
        values = self._table[: self._count, [self._columns[layer] for layer in layers]]
        return GradientCurves(layers, self._steps[: self._count].copy(), values[..., 0], values[..., 1])
