"""What several runs of one experiment answer together, and where they disagree.

Every answer is computed from a run's real weights, over the inputs that the output view shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from playground.experiment.metrics import class_scores
from playground.session.boundary import boundary
from playground.session.grids import line_grid, plane_grid
from playground.session.snapshot import MAP

if TYPE_CHECKING:
    from playground.engine.run import Run

Floats = NDArray[np.float64]
Extent = tuple[float, float, float, float]
MOST_ROWS = 2_000
MOST_IMAGES = 24


@dataclass(frozen=True, eq=False)
class PlaneAnswer:
    """Over the plane: `values` (outputs, MAP, MAP) as in `MapOutput`, with the boundary of classes (n, 4)."""

    classes: bool
    values: Floats
    extent: Extent
    boundary: Floats


@dataclass(frozen=True, eq=False)
class LineAnswer:
    """Along a line: `x` (n,), `y` (outputs, n), in their own units."""

    x: Floats
    y: Floats


@dataclass(frozen=True, eq=False)
class RowsAnswer:
    """Of a table's validation rows: predicted and observed (n, outputs), in their own units."""

    rows: NDArray[np.int64]
    predicted: Floats
    observed: Floats


@dataclass(frozen=True, eq=False)
class RecallAnswer:
    """How much of each class is found in the validation rows, (classes,); NaN where there is none of it."""

    names: tuple[str, ...]
    recall: Floats


@dataclass(frozen=True, eq=False)
class ImagesAnswer:
    """What an autoencoder makes of images from all over the data, the same rows in every run.

    `images` and `truth` (n, pixels), own units; a run may have learned from some of them.
    """

    rows: NDArray[np.int64]
    images: Floats
    truth: Floats


Answer = PlaneAnswer | LineAnswer | RowsAnswer | RecallAnswer | ImagesAnswer


def answer(run: Run) -> Answer:
    """What a run answers where the output view looks."""
    prepared, domain = run.prepared, run.prepared.domain
    if domain is not None and len(domain) == 2:
        (x_low, x_high), (y_low, y_high) = domain
        values = _predict(run, prepared.transform(plane_grid(domain, MAP))).T.reshape(-1, MAP, MAP)
        extent = (x_low, x_high, y_low, y_high)
        classes = prepared.task == "classes"
        edges = boundary(values, extent) if classes else np.empty((0, 4))
        return PlaneAnswer(classes, values, extent, edges)
    if domain is not None:
        x = line_grid(domain, 4 * MAP)
        return LineAnswer(x[:, 0], _predict(run, prepared.transform(x)).T)
    if prepared.reconstructs and prepared.image_shape is not None:
        rows = np.unique(np.linspace(0, len(prepared.inputs) - 1, MOST_IMAGES).astype(np.int64))
        images = _predict(run, prepared.inputs[rows])
        return ImagesAnswer(rows, images, prepared.raw_inputs[rows])
    rows = (prepared.validation if len(prepared.validation) else prepared.train)[:MOST_ROWS]
    predicted = _predict(run, prepared.inputs[rows])
    if prepared.task == "classes":
        if predicted.shape[1] == 1:
            predicted = np.column_stack([1.0 - predicted, predicted])
        truth = prepared.targets[rows].astype(np.int64)
        scores = class_scores(truth, predicted.argmax(axis=1), len(prepared.class_names))
        return RecallAnswer(prepared.class_names, np.where(scores.support > 0, scores.recall, np.nan))
    return RowsAnswer(rows, predicted, prepared.restore_targets(prepared.targets[rows]))


def _predict(run: Run, inputs: Floats) -> Floats:
    """Probabilities, or numbers in the target's own units: (samples, outputs)."""
    found = np.asarray(run.predict(inputs), np.float64)
    return found if run.prepared.task == "classes" else run.prepared.restore_targets(found)


@dataclass(frozen=True, eq=False)
class PlaneTogether:
    """The plane as several runs see it.

    `mean` (outputs, MAP, MAP); `apart` (outputs or 1, MAP, MAP) is for classes the share of runs that
    name another class than most do, for numbers the standard deviation over runs. `boundaries` are those
    of each run.
    """

    classes: bool
    mean: Floats
    apart: Floats
    extent: Extent
    boundaries: tuple[Floats, ...]


@dataclass(frozen=True, eq=False)
class LineTogether:
    """Curves of several runs: median, quartiles and outermost values, (outputs, n) each."""

    x: Floats
    least: Floats
    low: Floats
    median: Floats
    high: Floats
    most: Floats


@dataclass(frozen=True, eq=False)
class RowsTogether:
    """Rows that several runs predicted without learning from them: (n, outputs) each.

    `least` and `most` are the outermost predictions of a row, which may have been seen by one run alone.
    """

    observed: Floats
    mean: Floats
    least: Floats
    most: Floats


@dataclass(frozen=True, eq=False)
class RecallTogether:
    """The recall of each class in each run: (classes, runs)."""

    names: tuple[str, ...]
    recall: Floats


@dataclass(frozen=True, eq=False)
class ImagesTogether:
    """Images as several runs reconstruct them: mean and standard deviation over runs, (n, pixels) each."""

    rows: NDArray[np.int64]
    mean: Floats
    apart: Floats


Together = PlaneTogether | LineTogether | RowsTogether | RecallTogether | ImagesTogether


def together(answers: Sequence[Answer]) -> Together | None:
    """What these runs of one experiment say together; None without a run."""
    if not answers:
        return None
    first = answers[0]
    if isinstance(first, PlaneAnswer):
        return _plane([each for each in answers if isinstance(each, PlaneAnswer)])
    if isinstance(first, LineAnswer):
        curves = np.stack([each.y for each in answers if isinstance(each, LineAnswer)])
        low, median, high = np.quantile(curves, [0.25, 0.5, 0.75], axis=0)
        return LineTogether(first.x, curves.min(axis=0), low, median, high, curves.max(axis=0))
    if isinstance(first, RowsAnswer):
        return _rows([each for each in answers if isinstance(each, RowsAnswer)])
    if isinstance(first, ImagesAnswer):
        return _images([each for each in answers if isinstance(each, ImagesAnswer)])
    recalls = [each.recall for each in answers if isinstance(each, RecallAnswer)]
    return RecallTogether(first.names, np.stack(recalls, axis=1))


def _plane(answers: list[PlaneAnswer]) -> PlaneTogether:
    first, values = answers[0], np.stack([each.values for each in answers])
    apart = _disagreement(values) if first.classes else values.std(axis=0, ddof=min(1, len(values) - 1))
    edges = tuple(each.boundary for each in answers)
    return PlaneTogether(first.classes, values.mean(axis=0), apart, first.extent, edges)


def _images(answers: list[ImagesAnswer]) -> ImagesTogether:
    """Of the rows that hold the same image in every run."""
    truth = np.stack([each.truth for each in answers])
    same = ((truth == truth[0]) | (np.isnan(truth) & np.isnan(truth[0]))).all(axis=(0, 2))
    images = np.stack([each.images[same] for each in answers])
    apart = images.std(axis=0, ddof=min(1, len(images) - 1))
    return ImagesTogether(answers[0].rows[same], images.mean(axis=0), apart)


def _disagreement(values: Floats) -> Floats:
    """The share of runs that name another class than most do: (1, rows, columns)."""
    single = values.shape[1] == 1
    named = (values[:, 0] > 0.5).astype(np.int64) if single else values.argmax(axis=1)
    classes = 2 if single else values.shape[1]
    votes = np.stack([(named == index).mean(axis=0) for index in range(classes)])
    return np.asarray(1.0 - votes.max(axis=0, keepdims=True))


def _rows(answers: list[RowsAnswer]) -> RowsTogether:
    """Predictions of the same row, where the row holds the same sample in every run, side by side."""
    rows = np.concatenate([each.rows for each in answers])
    predicted = np.concatenate([each.predicted for each in answers])
    observed = np.concatenate([each.observed for each in answers])
    order = np.lexsort((*observed.T, rows))
    rows, predicted, observed = rows[order], predicted[order], observed[order]
    others = (np.diff(rows) != 0) | (np.diff(observed, axis=0) != 0).any(axis=1)
    starts = np.concatenate([[0], np.flatnonzero(others) + 1])
    counts = np.diff(np.append(starts, len(rows)))[:, None]
    return RowsTogether(
        observed[starts],
        np.add.reduceat(predicted, starts) / counts,
        np.minimum.reduceat(predicted, starts),
        np.maximum.reduceat(predicted, starts),
    )
