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
    """Looks at a run now and then. A run that went back forgets what it does again."""

    def __init__(self) -> None:
        self._looks: list[tuple[int, dict[str, tuple[float, float]]]] = []
        self._before: tuple[int, dict[str, Any]] | None = None

    def look(self, run: Run) -> GradientCurves | None:
        """Measure once more if steps were done since the last look; None for a very large network."""
        if shapes(run.experiment).parameter_count > MOST_WEIGHTS:
            return None
        steps = run.steps
        last = self._looks[-1][0] if self._looks else 0
        if steps == 0:
            self._before = 0, by_layer(run.parameters)
        elif steps != last:
            while self._looks and self._looks[-1][0] >= steps:
                self._looks.pop()
            self._measure(run, steps)
            if len(self._looks) > MOST:
                self._looks = self._looks[::2]
        return self.curves()

    def _measure(self, run: Run, steps: int) -> None:
        lengths, here = norms(run.gradients), by_layer(run.parameters)
        found = {}
        for layer, values in here.items():
            ratio = np.nan
            if self._before is not None and steps > self._before[0]:
                old = self._before[1].get(layer)
                length = float(np.linalg.norm(values))
                if old is not None and old.shape == values.shape and length > 0.0:
                    ratio = float(np.linalg.norm(values - old)) / length / (steps - self._before[0])
            found[layer] = (lengths.get(layer, np.nan), ratio)
        self._before = steps, here
        self._looks.append((steps, found))

    def curves(self) -> GradientCurves:
        """All looks as curves, the layers in the order of the network as it is now."""
        layers = tuple(self._looks[-1][1]) if self._looks else ()
        missing = (np.nan, np.nan)
        values = np.array([[look.get(layer, missing) for layer in layers] for _, look in self._looks])
        values = values.reshape(len(self._looks), len(layers), 2)
        steps = np.array([step for step, _ in self._looks], np.int64)
        return GradientCurves(layers, steps, values[..., 0], values[..., 1])
