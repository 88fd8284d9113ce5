"""What the canvas draws from a snapshot: right numbers, no crash on numbers of another structure, in time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, QPointF, QRect, Qt
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QRegion
from PySide6.QtWidgets import QApplication

from playground.catalog.datasets import datasets
from playground.catalog.layers import layers
from playground.experiment import edits
from playground.experiment.edits import default_experiment, set_dataset
from playground.session.snapshot import TILE
from playground.views.canvas.demo import forward_snapshot
from playground.views.canvas.hits import Hit, hit
from playground.views.canvas.tile_atlas import TileAtlas
from playground.views.canvas.view import Canvas
from playground.views.canvas.words import describe, name_of, parts, tooltip
from playground.views.theme import theme

DRAWN = [entry for entry in datasets if entry.key != "table"]  # which has no samples before a file is chosen


@pytest.fixture
def canvas(qtbot, qapp, monkeypatch):
    theme().apply(qapp)
    theme().set("light")
    monkeypatch.setattr(theme(), "reduced_motion", True)
    canvas = Canvas()
    qtbot.addWidget(canvas)
    canvas.resize(864, 636)
    canvas.show()
    yield canvas
    theme().set("light")


def show(canvas: Canvas, experiment, **changes: object):
    """The experiment and a snapshot of it."""
    snapshot = replace(forward_snapshot(experiment), **changes)
    canvas.set_experiment(experiment)
    canvas.show_snapshot(snapshot)
    return snapshot


def picture(canvas: Canvas, ratio: float = 1.0) -> QImage:
    """What is seen, without the floating controls."""
    image = QImage(canvas.viewport().size() * ratio, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    canvas.render(painter, QRect(), canvas.viewport().rect())
    painter.end()
    return image


def pixels(image: QImage) -> np.ndarray:
    """Height, width, and four bytes a pixel."""
    return np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4).copy()


def point_at(canvas: Canvas, place: QPointF) -> None:
    """Move the mouse to a place of the scene."""
    at = canvas.mapFromScene(place)
    none, keys = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    on_screen = QPointF(canvas.viewport().mapToGlobal(at))
    event = QMouseEvent(QMouseEvent.Type.MouseMove, QPointF(at), on_screen, none, none, keys)
    QApplication.sendEvent(canvas.viewport(), event)


def test_the_canvas_asks_for_weights_and_tiles(canvas):
    wants = canvas.wants()
    assert wants.parameters
    assert wants.tiles
    assert not wants.output


@pytest.mark.parametrize("name", ["light", "dark"])
@pytest.mark.parametrize("dataset", [entry.key for entry in DRAWN])
def test_every_data_set_is_drawn(canvas, dataset, name):
    theme().set(name)
    experiment = set_dataset(default_experiment(), dataset)
    canvas.set_experiment(experiment)
    blank = pixels(picture(canvas))
    show(canvas, experiment)
    assert (pixels(picture(canvas)) != blank).any(axis=2).sum() > 3_000


@pytest.mark.parametrize("kind", [entry.key for entry in layers])
def test_every_kind_of_layer_is_drawn_in_every_place(canvas, kind):
    for place in range(3):
        show(canvas, edits.add_layer(default_experiment(), place, kind))
        picture(canvas)


def test_each_edge_carries_its_weight(canvas):
    snapshot = show(canvas, default_experiment())
    scene = canvas.canvas_scene
    for bundle in scene.bundles:
        weight = snapshot.parameters[f"{bundle.target}.weight"]
        assert len(bundle.weights) == weight.size
        sources, targets = scene.columns[bundle.source].units, scene.columns[bundle.target].units
        for edge in range(len(bundle.weights)):
            unit = targets[bundle.targets[edge]], sources[bundle.sources[edge]]
            assert bundle.weights[edge] == weight[unit]


def test_an_edge_under_the_pointer_says_its_weight_and_the_others_fade(canvas):
    snapshot = show(canvas, default_experiment())
    scene = canvas.canvas_scene
    bundle = scene.bundles[-1]
    strongest = int(np.abs(bundle.weights).argmax())
    before = pixels(picture(canvas)).astype(int)
    found = hit(scene, bundle.middle(strongest))
    assert (found.kind, found.edge) == ("edge", strongest)
    point_at(canvas, bundle.middle(strongest))
    assert scene.callout.isVisible()
    assert f"{snapshot.parameters['output.weight'][0, strongest]:.2f}".lstrip("-") in scene.callout._value
    assert "-" not in scene.callout._value
    assert (pixels(picture(canvas)).astype(int) != before).any()
    point_at(canvas, QPointF(4, 400))
    assert not scene.callout.isVisible()


def test_a_tile_is_the_units_activation(canvas):
    experiment = default_experiment()
    snapshot = forward_snapshot(experiment)
    values = {name: np.zeros_like(array) for name, array in snapshot.tiles.layers.items()}
    values["dense_1"][0], values["dense_1"][1] = 1.0, -1.0
    values["dense_1"][2, : TILE // 2] = 1.0
    show(canvas, experiment, tiles=replace(snapshot.tiles, layers=values))
    image = picture(canvas)

    def color(row: int, down: float = 0.0):
        box = canvas.canvas_scene.arrangement.column("dense_1").tile_box(row)
        place = QPointF(box.x + box.width / 2, box.y + box.height * (0.5 + down))
        return image.pixelColor(canvas.mapFromScene(place))

    assert color(0).blue() > color(0).red() + 60
    assert color(1).red() > color(1).blue() + 60
    assert color(2, -0.25) == color(0)
    assert color(2, 0.25) == color(3)


def test_pictures_are_as_sharp_on_a_screen_of_200_percent(canvas):
    show(canvas, default_experiment())
    once, twice = pixels(picture(canvas)), pixels(picture(canvas, 2.0))
    assert twice.shape[:2] == (2 * once.shape[0], 2 * once.shape[1])
    enlarged = once.repeat(2, axis=0).repeat(2, axis=1)
    assert np.abs(np.diff(twice.astype(int), axis=1)).max() > 60
    assert (twice != enlarged).any()


def changed_structures():
    """Pairs of experiments: the numbers belong to the first, the canvas shows the second."""
    first = default_experiment()
    yield "fewer units", first, edits.set_value(first, "network.dense_1.units", 2)
    yield "more units", first, edits.set_value(first, "network.dense_2.units", 40)
    yield "no layers", first, edits.remove_layer(edits.remove_layer(first, "dense_1"), "dense_2")
    yield "moved", first, edits.move_layer(first, "dense_1", 2)
    yield "another kind", first, edits.set_choice(first, "network.dense_1", "dropout")
    for entry in DRAWN:
        yield entry.key, first, set_dataset(first, entry.key)
        yield f"from {entry.key}", set_dataset(first, entry.key), first
    for entry in layers:
        yield f"new {entry.key}", first, edits.add_layer(first, 1, entry.key)


@pytest.mark.parametrize(
    ("before", "after"), [pytest.param(b, a, id=name) for name, b, a in changed_structures()]
)
def test_numbers_of_another_structure_do_no_harm(canvas, before, after):
    snapshot = show(canvas, before)
    canvas.set_experiment(after)
    picture(canvas)
    canvas.show_snapshot(replace(snapshot, parameters=dict(snapshot.parameters)))
    picture(canvas)
    canvas.show_snapshot(forward_snapshot(after))
    picture(canvas)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 1e300, 0.0])
def test_broken_numbers_are_drawn_calmly(canvas, bad):
    snapshot = forward_snapshot(default_experiment())
    weights = {name: np.full_like(array, bad) for name, array in snapshot.parameters.items()}
    values = {name: np.full_like(array, bad) for name, array in snapshot.tiles.layers.items()}
    scale = dict.fromkeys(snapshot.tiles.scale, 0.0 if bad == 0 else 1.0)
    tiles = replace(snapshot.tiles, layers=values, scale=scale)
    with np.errstate(over="ignore"):
        show(canvas, default_experiment(), parameters=weights, tiles=tiles)
        picture(canvas)


def test_a_snapshot_without_numbers_leaves_neutral_tiles(canvas):
    show(canvas, default_experiment(), parameters={}, tiles=None)
    assert all(bundle.weights is None for bundle in canvas.canvas_scene.bundles)
    picture(canvas)


def test_the_caption_counts_parameters(canvas):
    canvas.set_experiment(default_experiment())
    captions = {name: item.text.caption for name, item in canvas.canvas_scene.columns.items()}
    assert captions["dense_1"] == "6 × 2 + 6 = 18 parameters"
    assert captions["output"] == "1 × 5 + 1 = 6 parameters"


def test_the_tooltip_of_a_chip_tells_the_shapes(canvas):
    canvas.set_experiment(edits.add_layer(default_experiment(), 1, "dropout"))
    scene = canvas.canvas_scene
    assert "\nweight (6, 2), bias (6,)\n" in tooltip(scene, Hit("chip", "dense_1", zone="title"))
    assert "\nweight (1, 5), bias (1,)" in tooltip(scene, Hit("chip", "output", zone="title"))
    assert "(" not in tooltip(scene, Hit("chip", "dropout_1", zone="title"))
    assert "(" not in tooltip(scene, Hit("chip", "input", zone="title"))


def test_everything_has_a_name_for_screen_readers(canvas):
    show(canvas, default_experiment())
    names = [name_of(canvas.canvas_scene, part) for part in parts(canvas.canvas_scene)]
    assert len(names) == len(set(names)) == 4 + (2 + 6 + 5 + 1) + (12 + 30 + 5)
    assert any(name.startswith("Dense 1, neuron 3, bias ") for name in names)
    assert any(name.startswith("Weight from Dense 2, neuron 5 to Output") for name in names)
    assert not any("-" in name for name in names)


def test_a_change_of_theme_repaints(canvas):
    show(canvas, default_experiment())
    light = pixels(picture(canvas)).astype(int)
    theme().set("dark")
    dark = pixels(picture(canvas)).astype(int)
    assert dark.mean() < light.mean() - 60
    theme().set("light")
    assert (pixels(picture(canvas)) == light).all()


class Paints(QObject):
    """Counts how often widgets are painted."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def eventFilter(self, _watched, event) -> bool:
        self.count += event.type() == QEvent.Type.Paint
        return False


def test_a_snapshot_paints_the_network_and_nothing_that_floats_over_it(canvas, qtbot):
    experiment = default_experiment()
    network, floating = Paints(), Paints()
    canvas.viewport().installEventFilter(network)
    for part in (canvas.overlay.palette, canvas.overlay.undo, canvas.overlay.total):
        part.installEventFilter(floating)
    first = show(canvas, experiment)
    qtbot.waitUntil(lambda: network.count > 0 and floating.count >= 3)
    qtbot.wait(50)
    network.count = floating.count = 0
    canvas.show_snapshot(replace(first, parameters={n: -w for n, w in first.parameters.items()}))
    qtbot.waitUntil(lambda: network.count > 0)
    assert floating.count == 0


def kernel_at(canvas: Canvas, name: str, row: int) -> tuple[object, QPointF]:
    """A neuron and the middle of the image of its weights, in the scene."""
    item = canvas.canvas_scene.columns[name]
    neuron = item.neurons[row]
    return neuron, item.pos() + neuron.pos() - QPointF(neuron.side / 2 + item.kernel_room / 2 + 3, 0)


def test_a_unit_that_sees_an_image_bears_its_weights_as_an_image(canvas):
    experiment = set_dataset(default_experiment(), "digits")
    shown = show(canvas, experiment)
    canvas.show_snapshot(shown)
    scene = canvas.canvas_scene
    neuron, middle = kernel_at(canvas, "dense_1", 1)
    kernel = neuron.kernel
    assert (kernel.width(), kernel.height()) == (8, 8)
    weights = shown.parameters["dense_1.weight"][neuron.unit].reshape(8, 8)
    for at, wins in ((np.argmin(weights), "red"), (np.argmax(weights), "blue")):  # orange is negative
        row, column = divmod(int(at), 8)
        color = kernel.pixelColor(column, row)
        assert max(("red", "blue"), key=lambda part: getattr(color, part)()) == wins
    assert hit(scene, middle) == Hit("tile", "dense_1", neuron.unit)
    assert "weights, a cell for each pixel" in tooltip(scene, Hit("tile", "dense_1", neuron.unit))
    ends = next(bundle for bundle in scene.bundles if bundle.target == "dense_1").points[:, -1, 0]
    assert (ends < middle.x()).all()  # the lines from the image end at the left of it
    assert not any(neuron.has_kernel for neuron in scene.columns["output"].neurons)


def test_slow_motion_has_the_canvas_without_the_images_of_weights(canvas):
    show(canvas, set_dataset(default_experiment(), "digits"))
    canvas.set_bare(True, images=False)
    assert canvas.canvas_scene.columns["dense_1"].kernel_room == 0.0
    canvas.set_bare(False)
    assert canvas.canvas_scene.columns["dense_1"].kernel_room > 0.0


def test_units_that_see_a_part_of_an_image_or_a_table_bear_none(canvas):
    digits = set_dataset(default_experiment(), "digits")
    two_pixels = edits.set_value(digits, "data.features", ("pixel_3", "pixel_4"))
    for experiment in (two_pixels, default_experiment()):
        show(canvas, experiment)
        assert canvas.canvas_scene.columns["dense_1"].kernel_room == 0.0


def test_numbers_of_a_run_that_diverges_are_coloured_as_the_largest():
    atlas = TileAtlas(2)
    huge = np.full((2, TILE, TILE), np.finfo(np.float32).max, np.float32)
    huge[1] *= -1
    atlas.fill(0, huge, 1.0)
    small = TileAtlas(2)
    small.fill(0, np.sign(huge), 0.1)
    assert atlas.image == small.image


@pytest.mark.parametrize("zoom", [1.0, 1.27])
def test_what_training_paints_is_what_a_whole_picture_shows_there(canvas, zoom):
    experiment = default_experiment()
    show(canvas, experiment)
    for name in ("input", experiment.network.layers[0].name, "output"):
        canvas.select(name)
        canvas.zoom(zoom, QPointF(canvas.viewport().rect().center()))
        whole = canvas.viewport().grab()
        live = canvas.mapFromScene(canvas.canvas_scene._live_part()).boundingRect() & canvas.viewport().rect()
        again = whole.copy()
        canvas.viewport().render(again, live.topLeft(), QRegion(live))
        assert whole.toImage() == again.toImage()


def test_tiles_are_coloured_once(canvas, monkeypatch):
    first = show(canvas, default_experiment())
    filled = []
    monkeypatch.setattr("playground.views.canvas.scene.fill_tiles", lambda *these: filled.append(these[2]))
    moved = {name: array + 1.0 for name, array in first.parameters.items()}
    canvas.show_snapshot(replace(first, parameters=moved))
    assert not filled
    other = replace(first, parameters=first.parameters, tiles=replace(first.tiles))
    canvas.show_snapshot(other)
    assert filled == [other.tiles]


class Areas(QObject):
    """Notes what widgets paint."""

    def __init__(self) -> None:
        super().__init__()
        self.areas: list[QRect] = []

    def eventFilter(self, _watched, event) -> bool:
        if event.type() == QEvent.Type.Paint:
            self.areas.append(event.region().boundingRect())
        return False


def test_the_tooltip_of_a_tile_leaves_the_number_to_the_callout(canvas):
    """A tooltip stays as it was while the network trains on, and would hide the number of now."""
    show(canvas, default_experiment())
    scene = canvas.canvas_scene
    assert "bias" not in tooltip(scene, Hit("tile", "dense_1", 2))
    assert describe(scene, "dense_1", 2).startswith("Dense 1, neuron 3, bias ")
    scene.columns["dense_1"].neurons[2].is_held = True
    assert tooltip(scene, Hit("tile", "dense_1", 2)).startswith("Dense 1, neuron 3, bias frozen")


def test_a_part_that_is_painted_first_does_not_take_the_whole_s_place(canvas, qtbot):
    """A column that had just faded in stayed unseen until the mouse came near."""
    show(canvas, default_experiment())
    QApplication.processEvents()
    seen = Areas()
    canvas.viewport().installEventFilter(seen)
    canvas.canvas_scene.update()
    canvas.viewport().repaint(0, 0, 9, 9)
    qtbot.waitUntil(lambda: canvas.viewport().rect() in seen.areas)
