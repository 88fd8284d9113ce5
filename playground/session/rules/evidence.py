"""What the rules look at: one moment of a run, its numbers read out of the engine.

Rules see training rows only, in evaluation mode; the gradients are those of one batch of all these rows.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from playground.experiment.data import Prepared
from playground.experiment.model import Experiment
from playground.experiment.shapes import output_activation, shapes

if TYPE_CHECKING:
    from playground.engine.run import Run

Array = NDArray[Any]

MOST_WORK = 100_000_000  # rows × parameters that one look may cost
MOST_VALUES = 4_000_000  # rows × units


@dataclass(frozen=True)
class LayerEvidence:
    """One layer over the rows: `pre` and `post` (units, rows), its tensors and their gradients by name."""

    name: str
    kind: str
    activation: Any | None  # the choice, None where the layer has none
    pre: Array
    post: Array
    parameters: dict[str, Array]
    gradients: dict[str, Array]

    @property
    def units(self) -> int:
        """How many numbers come out."""
        return len(self.post)

    @property
    def weight(self) -> Array | None:
        """The matrix (units, inputs) of a layer that weighs all its inputs; None for the others."""
        weight = self.parameters.get("weight")
        return weight if weight is not None and weight.ndim == 2 else None

    @property
    def gradient_norm(self) -> float:
        """The length of the gradient of the weights, all numbers of the layer as one vector."""
        return self._gradient_norm("weight")

    @property
    def bias_gradient_norm(self) -> float:
        """The same of the biases: what comes back, whatever the layer reads."""
        return self._gradient_norm("bias")

    def _gradient_norm(self, tensor: str) -> float:
        found = self.gradients.get(tensor)
        return float(np.linalg.norm(found.astype(np.float64))) if found is not None else 0.0


@dataclass(frozen=True)
class Evidence:
    """One moment of a run. `layers` run from the first to "output"; `of_rows` counts all training rows.

    `moved` is the relative change of all weights a step, ‖Δθ‖ / (‖θ‖ steps), since the look before; None
    at the first look. `sharpness` is λmax of the loss, None where it was not measured.
    """

    experiment: Experiment
    prepared: Prepared
    steps: int
    epochs: float
    history: np.recarray[Any, Any]
    rows: NDArray[np.int64]
    loss: float
    layers: tuple[LayerEvidence, ...]
    moved: float | None = None
    sharpness: float | None = None

    @property
    def hidden(self) -> tuple[LayerEvidence, ...]:
        """All layers but the output."""
        return self.layers[:-1]

    @property
    def dense(self) -> tuple[LayerEvidence, ...]:
        """The layers with a weight matrix, the output among them."""
        return tuple(layer for layer in self.layers if layer.weight is not None)

    @cached_property
    def inputs(self) -> Array:
        """The scaled inputs of the rows: (rows, features)."""
        return self.prepared.inputs[self.rows]

    @cached_property
    def targets(self) -> Array:
        """The scaled targets of the rows (rows, outputs), or class numbers (rows,)."""
        return self.prepared.targets[self.rows]

    @property
    def gradient_norm(self) -> float:
        """The length of the whole gradient of the weights."""
        return float(np.sqrt(sum(layer.gradient_norm**2 for layer in self.layers)))

    @property
    def rows_in_words(self) -> str:
        """Such as "240 training samples", or how many of them were looked at."""
        count, whole = len(self.rows), len(self.prepared.train)
        return f"{count:,} training samples" if count == whole else f"{count:,} of {whole:,} training samples"


@dataclass
class Witness:
    """Looks at one run again and again. Remembers the weights of the last look, to tell how they move."""

    run: Run
    prepared: Prepared
    _weights: Array | None = None
    _steps: int = 0
    _moved: float | None = None
    _sharpness: Sharpness = field(default_factory=lambda: Sharpness())

    def look(self) -> Evidence:
        """The evidence of this moment."""
        run, prepared = self.run, self.prepared
        experiment = run.experiment
        sizes = shapes(experiment)
        units = sum(layer.units for layer in sizes.layers)
        most = min(MOST_WORK // max(1, sizes.parameter_count), MOST_VALUES // max(1, units))
        rows = _spread(prepared.train, max(32, most))
        x, y = prepared.inputs[rows], prepared.targets[rows]
        forward = run.forward(x)
        loss, gradients = run.loss_and_gradients(x, y)
        parameters = run.parameters
        self._move(parameters, run.steps)
        return Evidence(
            experiment=experiment,
            prepared=prepared,
            steps=run.steps,
            epochs=run.epochs,
            history=run.history,
            rows=rows,
            loss=loss,
            layers=_layers(experiment, forward, parameters, gradients),
            moved=self._moved,
            sharpness=self._sharpness.measure(run, x, y, gradients, parameters),
        )

    def _move(self, parameters: dict[str, Array], steps: int) -> None:
        """A run that stands still moves as it moved last."""
        now = np.concatenate([array.ravel() for array in parameters.values()]).astype(np.float64)
        before, self._weights = self._weights, now
        done, self._steps = steps - self._steps, steps
        if before is None or len(before) != len(now) or done < 0:
            self._moved = None
        elif done > 0:
            size = float(np.linalg.norm(before)) or 1.0
            self._moved = float(np.linalg.norm(now - before)) / (size * done)


class Sharpness:
    """λmax, the largest curvature of the loss: beyond a learning rate of 2/λmax plain descent climbs.

    Power iteration: (g(θ + εv) − g(θ)) / ε is the Hessian times v. The direction is kept from look to
    look, so that a few products a look suffice. Gradients come from a second run with the same weights.
    """

    KINDS = ("sgd", "momentum", "nesterov")  # rules for which 2/λmax means something
    MOST_WORK = 4_000_000  # rows × parameters
    PRODUCTS = 6

    def __init__(self) -> None:
        self._scratch: Run | None = None
        self._direction: Array | None = None

    def measure(
        self, run: Run, x: Array, y: Array, gradients: dict[str, Array], parameters: dict[str, Array]
    ) -> float | None:
        """λmax at the run's weights on (x, y); None where it means nothing or costs too much."""
        count = sum(array.size for array in parameters.values())
        kind = run.experiment.training.optimizer.kind
        if kind not in self.KINDS or count * len(x) > self.MOST_WORK or not _finite(gradients):
            return None
        if self._scratch is None or self._scratch.experiment != run.experiment:
            self._scratch = type(run)(run.experiment, run.dtype)
        here, names = _flat(parameters), list(parameters)
        if not _finite(parameters) or not _finite(run.buffers):
            return None
        base = _flat({name: gradients[name] for name in names})
        v = self._direction if self._direction is not None and len(self._direction) == count else base + 1e-3
        size = float(np.linalg.norm(v))
        v = v / size if size > 0.0 else np.full(count, count**-0.5)
        step = 1e-2 * max(1.0, float(np.linalg.norm(here)))
        found = 0.0
        for _ in range(self.PRODUCTS):
            there = _unflat(here + step * v, parameters)
            if not _finite(there):
                break
            self._scratch.set_parameters(there | run.buffers)
            _, moved = self._scratch.loss_and_gradients(x, y)
            product = (_flat({name: moved[name] for name in names}) - base) / step
            found = float(v @ product)
            size = float(np.linalg.norm(product))
            if not np.isfinite(size) or size == 0.0:
                break
            v = product / size
        self._direction = v if np.isfinite(v).all() else None
        return found if np.isfinite(found) and found > 0.0 else None


def _spread(rows: NDArray[np.int64], most: int) -> NDArray[np.int64]:
    """All rows, or as many evenly spread over them."""
    if len(rows) <= most:
        return rows
    return np.asarray(rows[np.linspace(0, len(rows) - 1, most).astype(np.int64)])


def _layers(
    experiment: Experiment, forward: Any, parameters: dict[str, Array], gradients: dict[str, Array]
) -> tuple[LayerEvidence, ...]:
    def own(tensors: dict[str, Array], name: str) -> dict[str, Array]:
        start = name + "."
        return {key.removeprefix(start): array for key, array in tensors.items() if key.startswith(start)}

    layers = [
        (layer.name, layer.kind, getattr(layer, "activation", None)) for layer in experiment.network.layers
    ]
    layers.append(("output", "output", output_activation(experiment)))
    return tuple(
        LayerEvidence(
            name,
            kind,
            activation,
            forward.pre[name],
            forward.post[name],
            own(parameters, name),
            own(gradients, name),
        )
        for name, kind, activation in layers
    )


def _finite(arrays: dict[str, Array]) -> bool:
    return all(np.isfinite(array).all() for array in arrays.values())


def _flat(arrays: dict[str, Array]) -> Array:
    return np.concatenate([array.ravel() for array in arrays.values()]).astype(np.float64)


def _unflat(flat: Array, like: dict[str, Array]) -> dict[str, Array]:
    made, start = {}, 0
    for name, array in like.items():
        made[name] = flat[start : start + array.size].reshape(array.shape)
        start += array.size
    return made
