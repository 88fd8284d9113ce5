"""How long each layer's gradient is: all its weights and biases as one vector."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def by_layer(tensors: Mapping[str, Any]) -> dict[str, Floats]:
    """Each layer's numbers as one vector."""
    parts: dict[str, list[Floats]] = {}
    for name, array in tensors.items():
        parts.setdefault(name.partition(".")[0], []).append(array.ravel().astype(np.float64))
    return {layer: np.concatenate(arrays) for layer, arrays in parts.items()}


def norms(gradients: Mapping[str, Any]) -> dict[str, float]:
    """‖∂𝓛/∂θ‖ of each layer."""
    return {layer: float(np.linalg.norm(values)) for layer, values in by_layer(gradients).items()}


class NormLog:
    """Gradient norms by layer, in columns that grow with each look."""

    def __init__(self) -> None:
        self._steps: list[int] = []
        self._norms: list[dict[str, float]] = []

    def note(self, step: int, gradients: Mapping[str, Any]) -> None:
        """One look more."""
        self._steps.append(step)
        self._norms.append(norms(gradients))

    @property
    def steps(self) -> NDArray[np.int64]:
        """After which steps, (n,)."""
        return np.array(self._steps, np.int64)

    @property
    def columns(self) -> dict[str, Floats]:
        """The norms of each layer, (n,)."""
        layers = self._norms[0] if self._norms else {}
        return {layer: np.array([each[layer] for each in self._norms]) for layer in layers}
