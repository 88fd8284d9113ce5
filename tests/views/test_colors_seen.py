"""Colours as they are seen: with each colour deficiency, and as text on its background.

What only a hue tells apart is at least so many CIEDE2000 apart; what may look alike has a shape as well.
"""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from vision import DEFICIENCIES, apart, contrast, difference

from playground.views.canvas.edge_item import EdgeBundleItem
from playground.views.icons import paint_icon
from playground.views.output.colors import class_palette
from playground.views.plots.chart import Chart, Margins
from playground.views.plots.points import Group, Points
from playground.views.theme import theme

TWO, FEW, MANY = 12.0, 9.0, 6.5  # CIEDE2000: two meanings, the first six colours of runs, all ten
SURFACE = 5.0  # areas of classes, half as strong as their markers
TEXT, GRAPHIC = 4.5, 3.0  # WCAG 2.2, levels AA of 1.4.3 and 1.4.11
SURFACES = ("panel", "canvas", "field", "raised", "window")


@pytest.fixture(params=["light", "dark"], autouse=True)
def _both(qapp, request):
    theme().apply(qapp)
    theme().set(request.param)
    yield
    theme().set("light")


def rgb(color: QColor | str) -> np.ndarray:
    color = theme().color(color) if isinstance(color, str) else color
    return np.array([color.red(), color.green(), color.blue()], dtype=np.float64)


def test_the_measure_agrees_with_the_pairs_of_sharma():
    pairs = [
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, 2.5, 0), (73, 25, -18), 27.1492),
        ((50, 2.5, 0), (50, 0, -2.5), 4.3065),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
    ]
    for one, other, expected in pairs:
        assert difference(np.array(one), np.array(other)) == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize("deficiency", DEFICIENCIES)
def test_two_meanings_never_look_alike(deficiency):
    pairs = [("neg", "pos"), ("neg-text", "pos-text"), ("train", "val"), ("train", "test"), ("val", "test")]
    for one, other in pairs:
        assert apart(rgb(one), rgb(other), deficiency) > TWO, (one, other)
    for name in ("diverging", "sequential", "gray"):
        ends = [rgb(QColor.fromRgb(int(value))) for value in theme().lut(name)[[0, -1]]]
        assert apart(*ends, deficiency) > 2 * TWO, name


@pytest.mark.parametrize("deficiency", DEFICIENCIES)
def test_a_colour_map_never_looks_the_same_on_both_sides_of_its_middle(deficiency):
    lut = theme().lut("diverging")
    for reach in (40, 80, 127):
        low, high = (rgb(QColor.fromRgb(int(lut[128 + side * reach]))) for side in (-1, 1))
        assert apart(low, high, deficiency) > TWO, reach


@pytest.mark.parametrize("deficiency", DEFICIENCIES)
def test_runs_and_classes_can_be_told_apart_by_colour(deficiency):
    colors = [rgb(theme().categorical(index)) for index in range(10)]
    for (i, one), (j, other) in itertools.combinations(enumerate(colors), 2):
        assert apart(one, other, deficiency) > (FEW if max(i, j) < 6 else MANY), (i, j)


@pytest.mark.parametrize("deficiency", DEFICIENCIES)
def test_areas_of_three_classes_can_be_told_apart(deficiency):
    palette = class_palette([theme().class_color(index, 3) for index in range(3)], theme().color("panel"))
    areas = [rgb(QColor.fromRgb(int(value))) for value in palette]
    for one, other in itertools.combinations(areas, 2):
        assert apart(one, other, deficiency) > SURFACE


def silhouette(paint, side: int = 32) -> np.ndarray:
    image = QImage(QSize(side, side), QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    paint(painter)
    painter.end()
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(side, side, 4)
    return pixels[..., :3].min(axis=-1) < 128


def likeness(one: np.ndarray, other: np.ndarray) -> float:
    return float((one & other).sum() / (one | other).sum())


def test_verdicts_have_shapes_of_their_own():
    black = QColor("black")
    shapes = [
        silhouette(lambda p, name=name: paint_icon(p, name, QPointF(16, 16), black, 32))
        for name in ("pass", "warn", "fail")
    ]
    assert all(likeness(one, other) < 0.6 for one, other in itertools.combinations(shapes, 2))


def test_each_of_ten_classes_has_a_marker_of_its_own(qtbot):
    assert len({theme().marker(index) for index in range(10)}) == 10
    chart = Chart("markers", Margins(0, 0, 0, 0), lambda *_: [], lambda *_: [])
    chart.box.setRange(xRange=(-1, 1), yRange=(-1, 1))
    qtbot.addWidget(chart)
    chart.resize(120, 120)
    middle = np.zeros(1)
    points, shapes = Points(chart), []
    for index in range(10):
        points.show([Group(middle, middle, QColor("red"), theme().marker(index), size=40.0)])
        image = chart.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
        pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1, 4).astype(int)
        shapes.append((pixels[..., 2] > 150) & (pixels[..., 0] < 100))
    assert all(shape.sum() > 100 for shape in shapes)
    assert all(likeness(one, other) < 0.95 for one, other in itertools.combinations(shapes, 2))


def test_negative_weights_are_dashed_and_positive_ones_are_not():
    bundle = EdgeBundleItem("input", "output")
    bundle.connect(np.array([0, 0]), np.array([0, 1]))
    bundle.place(np.array([[0.0, 20.0], [0.0, 60.0]]), np.array([[200.0, 20.0], [200.0, 60.0]]))
    bundle.set_weights(np.array([1.0, -1.0]))
    drawn = silhouette(lambda painter: bundle.paint(painter, None), 200)
    assert drawn[20, 10:190].all()
    assert 0.3 < drawn[60, 10:190].mean() < 0.9


def test_text_reaches_the_contrast_that_people_need():
    words = (
        "text",
        "text-2",
        "text-3",
        "neg-text",
        "pos-text",
        "val",
        "grad",
        "test",
        "pass",
        "warn",
        "fail",
    )
    for word, surface in itertools.product(words, SURFACES):
        assert contrast(rgb(word), rgb(surface)) >= TEXT, (word, surface)
    for verdict in ("pass", "warn", "fail"):
        assert contrast(rgb(verdict), rgb(f"{verdict}-bg")) >= TEXT
        assert contrast(rgb("text"), rgb(f"{verdict}-bg")) >= TEXT
    assert contrast(rgb("on-ink"), rgb("ink")) >= TEXT
    for index, surface in itertools.product(range(10), ("panel", "canvas", "raised")):
        assert contrast(rgb(theme().categorical(index)), rgb(surface)) >= TEXT, index


def test_lines_and_markers_reach_the_contrast_that_shapes_need():
    for token, surface in itertools.product(
        ("neg", "pos", "train", "val", "ink", "hist"), ("panel", "canvas")
    ):
        assert contrast(rgb(token), rgb(surface)) >= GRAPHIC, (token, surface)
