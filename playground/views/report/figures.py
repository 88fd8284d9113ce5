"""The pictures of a report."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
from PySide6.QtGui import QColor

from playground.experiment import metrics
from playground.experiment.scoring import PART_NAMES, Answered
from playground.session.report import Material
from playground.session.snapshot import ConfusionOutput, CurveOutput, MapOutput
from playground.views.output.colors import looked_up, surface_colors
from playground.views.plots.axis import Tick, date_ticks, log_ticks, step_ticks
from playground.views.plots.curve import decimate
from playground.views.plots.safe import plot_safe
from playground.views.report.plot import Plot
from playground.views.theme import Theme
from playground.views.widgets.numbers import measure

WIDE, HIGH = 330.0, 230.0
MOST_DOTS = 400
DASH = "5 3"


@dataclass(frozen=True)
class Figure:
    """A picture as SVG, with what stands below it."""

    title: str
    svg: str
    words: str = ""


@cache
def paper() -> Theme:
    """The light look, whatever the window shows."""
    return Theme()


def figures(material: Material) -> tuple[Figure, ...]:
    """Every picture that has a meaning for this run."""
    return tuple(_figures(material))


def _figures(material: Material) -> Iterator[Figure]:
    if len(material.history) > 1:
        yield _losses(material)
    output = material.output
    if isinstance(output, MapOutput):
        yield _map(output, material)
    elif isinstance(output, CurveOutput):
        yield _curve(output, material)
    elif isinstance(output, ConfusionOutput):
        yield _confusion(material)
    found = material.main
    if found.probability is not None:
        yield _roc(found, material)
        yield _reliability(found)
    else:
        yield _predicted(found, material)
        yield _residuals(found, material)


def _losses(material: Material) -> Figure:
    look, history = paper(), material.history
    curves = [
        ("Train", history.train_loss, "train", ""),
        ("Validation", history.validation_loss, "val", DASH),
    ]
    drawn = []
    for name, values, token, dash in curves:
        x, y = plot_safe(history.step, values)
        x, y = decimate(x[y > 0.0], y[y > 0.0], 400)
        if len(x):
            drawn.append((name, x, np.log10(y), token, dash))
    steps = (float(history.step[0]), float(history.step[-1]))
    heights = np.concatenate([y for _, _, y, _, _ in drawn]) if drawn else np.array([-1.0, 0.0])
    room = 0.05 * (heights.max() - heights.min()) or 0.1
    plot = Plot(look, WIDE, HIGH, steps, (heights.min() - room, heights.max() + room))
    plot.axes("step", "loss, log scale", step_ticks(*steps, 4), log_ticks(*plot.up, 4))
    for number, (name, x, y, token, dash) in enumerate(drawn):
        plot.curve(x, y, look.color(token), 1.6, dash)
        said = f"{name} {measure(float(10 ** y[-1]))}"
        plot.words(plot.right, plot.top + 10 + 13 * number, said, look.color(token), "end", bold=True)
    return Figure("Loss", plot.svg("Loss by step"))


def _map(output: MapOutput, material: Material) -> Figure:
    look, prepared = paper(), material.prepared
    x_low, x_high, y_low, y_high = output.extent
    plot = Plot(look, HIGH + 24, HIGH, (x_low, x_high), (y_low, y_high))
    plot.picture(surface_colors(output.values, prepared, "probability", look=look))
    plot.axes("x₁", "x₂")
    ends = np.asarray(output.boundary, np.float64).reshape(-1, 4)
    for x1, y1, x2, y2 in np.column_stack(
        [plot.x(ends[:, 0]), plot.y(ends[:, 1]), plot.x(ends[:, 2]), plot.y(ends[:, 3])]
    ):
        plot.rule((x1, y1), (x2, y2), look.color("ink", 0.6))
    rows = _thin(prepared.learned)
    x, y = prepared.raw_inputs[rows, 0], prepared.raw_inputs[rows, 1]
    if prepared.task == "classes":
        for index in range(len(prepared.class_names)):
            mine = prepared.targets[rows] == index
            color = look.class_color(index, len(prepared.class_names))
            plot.dots(x[mine], y[mine], color, 2.2, "#ffffff")
    else:
        plot.dots(x, y, look.color("ink", 0.35), 1.2)
    return Figure("Output", plot.svg("The network's output over the plane"), "Points: training samples.")


def _curve(output: CurveOutput, material: Material) -> Figure:
    look, prepared = paper(), material.prepared
    x, y = plot_safe(output.x, output.y[0])
    targets = prepared.raw_targets[:, 0]
    low, high = min(y.min(), targets.min()), max(y.max(), targets.max())
    room = 0.05 * (high - low)
    plot = Plot(look, WIDE, HIGH, (float(x.min()), float(x.max())), (float(low - room), float(high + room)))
    plot.axes("x", _target(material))
    for part, token in (("train", "train"), ("validation", "val")):
        rows = _thin(prepared.rows_of(part))
        plot.dots(prepared.raw_inputs[rows, 0], targets[rows], look.color(token, 0.5))
    plot.curve(x, y, look.color("ink"), 2.0)
    return Figure(
        "Output", plot.svg("The network's curve"), "Points: training in ink, validation in magenta."
    )


def _confusion(material: Material) -> Figure:
    look, found, names = paper(), material.main, material.prepared.class_names
    count = len(names)
    counts = metrics.confusion(found.observed, found.predicted, count)
    plot = Plot(look, HIGH + 40, HIGH, (0, count), (0, count))
    plot.left = 66.0
    ticks = [Tick(index + 0.5, _short(name, count)) for index, name in enumerate(names)]
    plot.axes("taken for", "", ticks, [Tick(count - tick.at, tick.label) for tick in ticks])
    share = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    table = looked_up(share, look.lut("sequential"), look.color("field"))
    for row in range(count):
        for column in range(count):
            height = count - row
            color = QColor.fromRgb(int(table[row, column]))
            plot.box((column + 0.02, column + 0.98), (height - 0.98, height - 0.02), color)
            if counts[row, column]:
                ink = look.color("on-ink") if share[row, column] > 0.6 else look.color("text")
                at = float(plot.x(column + 0.5)), float(plot.y(height - 0.5)) + 3.5
                plot.words(*at, f"{counts[row, column]:,}", ink, "middle")
    return Figure(
        "Confusion", plot.svg("Which class is taken for which"), f"Rows: the true class. {_part(found)}"
    )


def _roc(found: Answered, material: Material) -> Figure:
    assert found.probability is not None
    look, names = paper(), material.prepared.class_names
    plot = Plot(look, HIGH + 24, HIGH, (0.0, 1.0), (0.0, 1.0)).axes("false alarms", "hits")
    plot.curve([0, 1], [0, 1], look.color("border-strong"), 1.0, "3 3")
    which = [1] if len(names) == 2 else list(range(len(names)))[:10]
    for number, index in enumerate(which):
        curve = metrics.roc(found.observed == index, found.probability[:, index])
        if np.isnan(curve.area):
            continue
        color = (
            look.color("val")
            if len(which) == 1
            else look.categorical(index + 1 if len(names) < 10 else index)
        )
        plot.curve(curve.false_alarms, curve.hits, color, 1.6)
        said = f"{names[index]} {curve.area:.3f}"
        y = plot.bottom - 6 - 12 * (len(which) - 1 - number)
        plot.words(plot.right - 4, y, said, color, "end", bold=True)
    return Figure("ROC, with its area", plot.svg("ROC curve"), _part(found))


def _reliability(found: Answered) -> Figure:
    assert found.probability is not None
    look, probability = paper(), found.probability
    binary = probability.shape[1] == 2
    sure = probability[:, 1] if binary else probability.max(axis=1)
    right = found.observed == 1 if binary else found.observed == found.predicted
    curve = metrics.reliability(right, sure)
    plot = Plot(look, HIGH + 24, HIGH, (0.0, 1.0), (0.0, 1.0))
    plot.axes("stated probability", "how often it came true")
    plot.curve([0, 1], [0, 1], look.color("border-strong"), 1.0, "3 3")
    plot.curve(curve.stated, curve.observed, look.color("val"), 1.2)
    for x, y, n in zip(curve.stated, curve.observed, curve.count, strict=True):
        plot.dots([x], [y], look.color("val"), 1.5 + 4.0 * float(np.sqrt(n / curve.count.max())))
    return Figure(
        "Reliability", plot.svg("Reliability curve"), "On the diagonal, a probability can be believed."
    )


def _predicted(found: Answered, material: Material) -> Figure:
    look = paper()
    chosen, which = _thin(np.arange(len(found.rows))), _liveliest(found)
    x, y = plot_safe(found.observed[chosen, which], found.predicted[chosen, which])
    span = (float(x.min()), float(x.max())) if len(x) else (0.0, 1.0)
    room = 0.08 * (span[1] - span[0])
    span = (span[0] - room, span[1] + room)
    plot = Plot(look, HIGH + 24, HIGH, span, span).axes(f"observed {_target(material, which)}", "predicted")
    plot.curve(span, span, look.color("ink"), 1.2)
    plot.dots(x, y, look.color("val", 0.55))
    return Figure("Predicted against observed", plot.svg("Predicted against observed"), _part(found))


def _residuals(found: Answered, material: Material) -> Figure:
    """Predicted − observed over time where there is one, else over what is observed."""
    look, prepared = paper(), material.prepared
    chosen, which = _thin(np.arange(len(found.rows))), _liveliest(found)
    timed = prepared.time is not None
    across = prepared.time[found.rows[chosen]] if prepared.time is not None else found.observed[chosen, which]
    x, y = plot_safe(across, (found.predicted - found.observed)[chosen, which])
    reach = float(np.abs(y).max()) * 1.1 if len(y) else 1.0
    span = (float(x.min()), float(x.max())) if len(x) else (0.0, 1.0)
    plot = Plot(look, WIDE, HIGH, span, (-reach, reach))
    name = prepared.time_name if timed else f"observed {_target(material, which)}"
    ticks = date_ticks(*span) if timed and prepared.dated else None
    plot.axes(name, "predicted − observed", ticks)
    plot.rule((plot.left, float(plot.y(0.0))), (plot.right, float(plot.y(0.0))), look.color("ink"))
    for side, token in ((y > 0.0, "pos"), (y <= 0.0, "neg")):
        plot.dots(x[side], y[side], look.color(token, 0.7))
    return Figure("Residuals", plot.svg("Residuals"), _part(found))


def _liveliest(found: Answered) -> int:
    """The output that varies most, where several numbers are predicted."""
    return int(np.argmax(found.observed.var(axis=0)))


def _target(material: Material, which: int = 0) -> str:
    names, unit = material.prepared.target_names, material.prepared.target_unit
    name = names[which].replace("_", " ") if names else "target"
    short = name if len(name) <= 22 else f"{name[:21]}…"
    return f"{short}{', ' + unit if unit else ''}"


def _part(found: Answered) -> str:
    return f"{len(found.rows):,} {PART_NAMES[found.part].lower()} samples."


def _short(name: str, count: int) -> str:
    most = 10 if count <= 4 else 6 if count <= 6 else 3
    return name if len(name) <= most else name[: most - 1] + "…"


def _thin(rows: np.ndarray) -> np.ndarray:
    if len(rows) <= MOST_DOTS:
        return rows
    return np.asarray(rows[np.linspace(0, len(rows) - 1, MOST_DOTS).astype(np.int64)])
