"""Fill snapshots: read out of the engine what visible views asked for, and no more often than it pays.

Pictures of neurons and the output map are forward passes over a fixed grid, run between two slices of
training. Each part has its own rate, stretched so that all of them together cost training some 2 %.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from playground.engine.answers import Answers
from playground.engine.run import WORK_CLOCK, Run
from playground.experiment.data import Prepared
from playground.experiment.model import Experiment
from playground.experiment.shapes import output_activation, shapes
from playground.session.activity import activity
from playground.session.boundary import boundary
from playground.session.gradient_log import GradientLog
from playground.session.grids import line_grid, plane_grid
from playground.session.judging import BaselineSearch, judgement, open_rows
from playground.session.landscape import SLICE, Surveyor
from playground.session.pre_activations import counts_within, edge_for
from playground.session.residuals import responses
from playground.session.rules import check_up
from playground.session.rules.evidence import Witness
from playground.session.slow_motion import sample_losses, slow_motion, worst_of
from playground.session.snapshot import (
    MAP,
    TILE,
    Array,
    ConfusionOutput,
    CurveOutput,
    LayerDetail,
    MapOutput,
    Output,
    PredictedOutput,
    ReconstructionOutput,
    Rehearse,
    SampleLosses,
    Tiles,
    Trial,
    Tried,
    Wants,
)

if TYPE_CHECKING:
    from playground.session.timeline import Moment

RATES = {
    "parameters": 60.0,
    "dropped": 60.0,
    "tiles": 60.0,
    "output": 20.0,
    "layer": 10.0,
    "activity": 10.0,
    "gradients": 8.0,
    "landscape": 60.0,
    "checkup": 1.0,
    "slow_motion": 4.0,
    "losses": 2.0,
    "tried": 60.0,
    "judgement": 8.0,
    "baselines": 4.0,
    "responses": 4.0,
}  # at most, a second; 60 is with every snapshot
AT_ONCE = 0.03  # seconds of measuring the landscape at a time while nothing trains
SHARE = 0.003  # of the worker's time, for each of the parts
SHARE_OF_WEIGHTS = 0.015  # the same for what the canvas draws anew in every frame
SHARE_OF_TRAVEL = 0.15  # the same while the playhead is dragged: then there is nothing but to look
MOST_ROWS = 2_000
MOST_IMAGES = 24
MOST_VALUES = 100_000


class Frames:
    """The parts of a snapshot for one run and its data, each kept until it is due again."""

    def __init__(
        self,
        run: Run,
        prepared: Prepared,
        moments: Callable[[], Sequence[Moment]] = tuple,
        tell: Callable[[], None] = lambda: None,
        log: Callable[[], GradientLog] | None = None,
    ) -> None:
        self.run = run
        self.prepared = prepared
        self._seen: Answers = run  # the network whose pictures are shown: this one, or a preview
        self._surveys = False  # someone looks at the landscape
        self._parts: dict[str, Any] = {}
        self._due: dict[str, float] = {}
        self._costs: dict[str, float] = {}  # seconds that the last of each took
        self._made: dict[str, int] = {}  # of which version of the run each part is
        self._version = 0
        self._witness = Witness(run, prepared)
        own = GradientLog()
        self._log = log or (lambda: own)  # that of the branch on screen
        self._surveyor = Surveyor(run, moments)
        self._baselines = BaselineSearch(lambda: prepared, tell)  # `tell` is called when they are there
        self._train = prepared.train[:MOST_ROWS]
        domain = prepared.domain
        self._dimensions = len(domain) if domain else 0
        if self._dimensions == 2:
            assert domain is not None
            self._tile_inputs = prepared.transform(plane_grid(domain, TILE))
            self._map_inputs = prepared.transform(plane_grid(domain, MAP))
        elif self._dimensions == 1:
            assert domain is not None
            self._tile_inputs = prepared.transform(line_grid(domain, TILE))
            self._curve = line_grid(domain, 4 * MAP)
            self._map_inputs = prepared.transform(self._curve)
        else:
            self._groups = self._ordered_rows()
            self._tile_inputs = prepared.inputs[self._groups]

    def _ordered_rows(self) -> NDArray[np.int64]:
        """TILE × k training rows ordered by class or target, for the stripes of a table."""
        targets = self.prepared.targets[self._train]
        key = targets if targets.ndim == 1 else targets[:, 0]
        order = self._train[np.argsort(key, kind="stable")]
        each = max(1, len(order) // TILE)
        picks = np.linspace(0, len(order) - 1, TILE * each)
        return np.asarray(order[picks.astype(np.int64)])

    def refresh(
        self, wants: Wants, *, at_once: bool, idle: bool = False, dragged: bool = False
    ) -> dict[str, Any]:
        """The wanted parts; `at_once` renews all of them, for a run that has come to stand still.

        `idle` says that it stands where it stood: only what is new, or grows with every look, is made.
        Otherwise each part is made as often as its share of the time allows, which is larger while the
        playhead is `dragged`; weights are made each time.
        """
        self._look_at(wants.instead)
        wanted: dict[str, Callable[[], Any]] = {}
        wanted["gradients"] = lambda: self._log().look(self.run)  # a past nobody looked at cannot be drawn
        if wants.parameters:
            wanted["parameters"] = lambda: self.run.parameters | self.run.buffers
            wanted["dropped"] = self.dropped
        if wants.tiles:
            wanted["tiles"] = self.tiles
        if wants.output:
            wanted["output"] = self.output
        if wants.layer:
            wanted["layer"] = lambda: self.layer(wants.layer, wants.rehearse)
            view = wants.activity
            if view:
                wanted["activity"] = lambda: activity(self.run, self.prepared, wants.layer, view)
        plane = wants.landscape
        if plane is not None:
            wanted["landscape"] = lambda: self._surveyor.look(plane, AT_ONCE if idle else SLICE)
        self._surveys = plane is not None
        asked = wants.rehearse
        if asked is not None:
            wanted["slow_motion"] = lambda: slow_motion(self.run, asked)
        if wants.losses:
            wanted["losses"] = self.losses
        part = wants.judged
        if part is not None:
            wanted["judgement"] = lambda: judgement(self.run, part, MOST_ROWS)
        brushed = wants.brushed
        if brushed is not None:
            rows = open_rows(self.run, brushed.part, MOST_ROWS)
            wanted["responses"] = lambda: responses(self.run, brushed, rows)
        if wants.baselines and self.run.steps:  # not before the first step: the start comes first
            wanted["baselines"] = lambda: self._baselines.look(self.run.experiment)
        trial = wants.trial
        if trial is not None and len(trial.values) == self.prepared.raw_inputs.shape[1]:
            wanted["tried"] = lambda: self.tried(trial)
        if wants.checkup:
            wanted["checkup"] = lambda: check_up(self._witness.look())
        now = time.monotonic()
        if at_once or not idle:
            self._version += 1
        for name, make in wanted.items():
            weights = name in ("parameters", "dropped")
            needed = at_once or (dragged and weights)
            if needed or self._is_stale(name, wants) or self._is_due(name, now, idle):
                start = WORK_CLOCK()
                self._parts[name], self._made[name] = make(), self._version
                cost = self._usual_cost(name, 1e-9 * (WORK_CLOCK() - start))
                share = SHARE_OF_TRAVEL if dragged else SHARE_OF_WEIGHTS if weights else SHARE
                self._due[name] = now + max(1.0 / RATES[name], cost / share)
        found = {name: self._parts[name] for name in wanted if self._parts[name] is not None}
        if self._seen is not self.run:
            found["instead"] = self._seen.experiment
        return found

    def _usual_cost(self, part: str, cost: float) -> float:
        """The lower of the last two: what the machine does besides must not keep a part from the screen."""
        before, self._costs[part] = self._costs.get(part, cost), cost
        return min(before, cost)

    def _look_at(self, instead: Experiment | None) -> None:
        """Show this network with the weights of the run, or the run itself where they do not fit."""
        before = self._seen.experiment
        self._seen = self.run
        if instead is not None and instead != self.run.experiment:
            with suppress(ValueError):
                self._seen = self.run.as_if(instead)
        if self._seen.experiment is not before:
            for part in ("tiles", "output", "tried"):
                self._parts.pop(part, None)

    @property
    def unfinished(self) -> bool:
        """True while a part that is looked at grows with every look."""
        return self._surveys and self._surveyor.unfinished

    def _is_due(self, part: str, now: float, idle: bool) -> bool:
        """True if it is time for the part; while the run stands still, once, or as long as it grows."""
        if part not in self._parts:
            return True
        if idle:
            return part == "landscape" or self._made[part] != self._version
        return now >= self._due[part]

    def _is_stale(self, part: str, wants: Wants) -> bool:
        """True if the part belongs to another layer or another experiment than the one at hand."""
        last = self._parts.get(part)
        if part == "layer":
            followed = wants.rehearse.row if wants.rehearse is not None else None
            other = followed is not None and getattr(last, "sample", followed) != followed
            return other or getattr(last, "name", "") != wants.layer
        if part == "slow_motion":
            return last is None or last.asked != wants.rehearse
        if part == "activity":
            return last is None or (last.layer, last.view) != (wants.layer, wants.activity)
        if part == "tried":
            return last is None or last.asked != wants.trial
        if part == "judgement":
            return last is None or last.answers.part not in (wants.judged, "train")
        if part == "responses":
            return last is None or last.asked != wants.brushed
        return part == "checkup" and last is not None and last.experiment is not self.run.experiment

    def dropped(self) -> dict[str, NDArray[np.bool_]]:
        """Which units each dropout layer switched off in the last step, for the batch's first sample."""
        layers = self.run.experiment.network.layers
        names = [layer.name for layer in layers if layer.kind == "dropout"]
        return {name: self.run.dropped(name, 1)[:, 0] for name in names}

    def tiles(self) -> Tiles:
        """The picture of every unit; see `Tiles`."""
        forward = self._seen.forward(self._tile_inputs)
        layers: dict[str, Array] = {"input": np.ascontiguousarray(self._tile_inputs.T)}
        layers |= {name: values.copy() for name, values in forward.post.items()}  # the arena goes on
        classes = self.prepared.task == "classes"
        if classes and layers["output"].shape[0] == 1:
            layers["output"] = 2.0 * layers["output"] - 1.0
        scale = {name: self._scale(name, values) for name, values in layers.items()}
        shape: tuple[int, ...] = (TILE, TILE) if self._dimensions == 2 else (TILE,)
        if self._dimensions == 0:
            layers = {n: v.reshape(len(v), TILE, -1).mean(axis=2) for n, v in layers.items()}
        shaped = {name: values.reshape(len(values), *shape) for name, values in layers.items()}
        kinds = {2: "map", 1: "curve", 0: "stripes"}
        return Tiles(kinds[self._dimensions], shaped, scale)  # type: ignore[arg-type]

    def _scale(self, name: str, values: Array) -> float:
        activation = _activation(self._seen.experiment, name)
        bounded = activation is not None and None not in activation.entry.saturates
        if bounded or (name == "output" and self.prepared.task == "classes"):
            return 1.0
        sample = np.abs(values).ravel()
        sample = sample[:: max(1, len(sample) // 4096)]
        top = float(np.partition(sample, int(0.99 * (len(sample) - 1)))[int(0.99 * (len(sample) - 1))])
        return top if 0.0 < top < np.inf else 1.0

    def losses(self) -> SampleLosses:
        """How wrong the network is about each sample."""
        rows = np.concatenate([self._train, self.prepared.validation[:MOST_ROWS]])
        losses = sample_losses(self.run, rows)
        return SampleLosses(rows, losses, worst_of(rows[: len(self._train)], losses[: len(self._train)]))

    def tried(self, trial: Trial) -> Tried:
        """The way of an input through the network."""
        inputs = self.prepared.transform(np.array([trial.values]))
        forward = self._seen.forward(inputs)
        layers: dict[str, Array] = {"input": inputs[0]}
        layers |= {name: values[:, 0].copy() for name, values in forward.post.items()}
        answer = self._predict(inputs)[0]
        if self.prepared.task == "classes" and len(answer) == 1:
            answer = np.array([1.0 - answer[0], answer[0]])
        return Tried(trial, layers, answer)

    def output(self) -> Output:
        """The output view that fits the task and the data."""
        if self._dimensions == 2:
            return self._map()
        if self._dimensions == 1:
            return CurveOutput(self._curve[:, 0], self._predict(self._map_inputs).T)
        rows = self.prepared.validation if len(self.prepared.validation) else self.prepared.train
        rows = rows[:MOST_ROWS]
        predicted = self._predict(self.prepared.inputs[rows])
        if self.prepared.task == "classes":
            return self._confusion(rows, predicted)
        observed = self.prepared.restore_targets(self.prepared.targets[rows])
        if self.prepared.reconstructs and self.prepared.image_shape is not None:
            error = float(np.sqrt(np.mean((predicted - observed) ** 2)))
            return ReconstructionOutput(rows[:MOST_IMAGES], predicted[:MOST_IMAGES], error, len(rows))
        return PredictedOutput(rows, predicted, observed)

    def _predict(self, inputs: Array) -> Array:
        """Probabilities, or values in the target's own units: (samples, outputs)."""
        predicted = self._seen.predict(inputs, scaled=True)
        return predicted if self.prepared.task == "classes" else self.prepared.restore_targets(predicted)

    def _map(self) -> MapOutput:
        values = self._predict(self._map_inputs).T.reshape(-1, MAP, MAP)
        assert self.prepared.domain is not None
        (x_low, x_high), (y_low, y_high) = self.prepared.domain
        extent = (x_low, x_high, y_low, y_high)
        edges = boundary(values, extent) if self.prepared.task == "classes" else np.empty((0, 4))
        return MapOutput(values, extent, edges)

    def _confusion(self, rows: NDArray[np.int64], probabilities: Array) -> ConfusionOutput:
        if probabilities.shape[1] == 1:
            probabilities = np.column_stack([1.0 - probabilities, probabilities])
        classes = len(self.prepared.class_names)
        observed = self.prepared.targets[rows].astype(np.int64)
        predicted = probabilities.argmax(axis=1)
        confidence = probabilities[np.arange(len(rows)), predicted]
        counts = np.bincount(observed * classes + predicted, minlength=classes * classes)
        wrong = np.flatnonzero(predicted != observed)
        wrong = wrong[np.argsort(-confidence[wrong], kind="stable")]
        return ConfusionOutput(
            counts.reshape(classes, classes),
            rows[wrong],
            predicted[wrong],
            confidence[wrong],
            rows,
            predicted,
        )

    def layer(self, name: str, followed: Rehearse | None = None) -> LayerDetail | None:
        """The selected layer over the training rows; None if there is no such layer."""
        tensors = [key for key in self.run.parameters if key.startswith(name + ".")]
        units = {shape.name: shape.units for shape in shapes(self.run.experiment).layers}.get(name)
        if units is None:
            return None
        forward_rows = self._train[: max(32, MOST_VALUES // units)]
        row = followed.row if followed is not None and followed.row is not None else int(self._train[0])
        one = self.run.forward(self.prepared.inputs[[row]])
        forward = self.run.forward(self.prepared.inputs[forward_rows])
        pre, post = forward.pre[name], forward.post[name]
        parameters, gradients = self.run.parameters, self.run.gradients
        saturated, dead = self._off(name, pre, post)
        last = self._parts.get("layer")
        edge = edge_for(pre, last.high if last is not None and last.name == name else 0.0)
        return LayerDetail(
            name=name,
            counts=counts_within(pre, edge),
            low=-edge,
            high=edge,
            beyond=(bool((pre < -edge).any()), bool((pre > edge).any())),
            samples=len(forward_rows),
            saturated=saturated,
            dead=dead,
            weights=_flat(parameters, tensors),
            gradients=_flat(gradients, [t for t in tensors if t in gradients]),
            sample=row,
            pre=one.pre[name][:, 0].copy(),
            post=one.post[name][:, 0].copy(),
        )

    def _off(self, name: str, pre: Array, post: Array) -> tuple[float | None, float | None]:
        """Fractions of saturated values and of dead units, where the words have a meaning."""
        activation = _activation(self.run.experiment, name)
        if activation is None or activation.entry.saturates == (None, None):
            return None, None
        low, high = activation.entry.saturates
        if high is None:  # relu: switched off, and dead where no sample switches it on
            return float(np.mean(pre <= low)), float(np.mean((post <= 0.0).all(axis=1)))
        return float(np.mean((pre < low) | (pre > high))), 0.0


def _activation(experiment: Experiment, name: str) -> Any:
    """The layer's activation, None where it has none (dropout) or the layer is unknown."""
    if name == "output":
        return output_activation(experiment)
    layers = {layer.name: layer for layer in experiment.network.layers}
    return getattr(layers.get(name), "activation", None)


def _flat(arrays: dict[str, Array], names: list[str]) -> Array:
    return np.concatenate([arrays[name].ravel() for name in names]) if names else np.empty(0)
