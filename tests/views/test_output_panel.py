import math

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QPointF
from PySide6.QtGui import QColor
from snapshots import (
    confusion_output,
    curve_output,
    experiment_of,
    map_output,
    predicted_output,
    replace,
    snapshot,
    spiral_like,
    tiles,
)

from playground.experiment import edits
from playground.experiment.data import prepare
from playground.session.repeat import Repeat, Side
from playground.session.seeds import SeedBook
from playground.session.snapshot import (
    MAP,
    CurveOutput,
    MapOutput,
    PredictedOutput,
    ReconstructionOutput,
    Tiles,
    Wants,
)
from playground.views.output import colors
from playground.views.output.confusion_view import cell_levels, readable_on
from playground.views.output.output_panel import OutputPanel
from playground.views.output.predicted_view import rmse
from playground.views.output.reconstruction_view import gray_image
from playground.views.theme import theme
from tests.patience import PATIENCE

PAPER, GAP = QColor("#FFFFFF"), QColor("#123456")


@pytest.fixture
def panel(qtbot):
    theme().set("light")
    view = OutputPanel()
    qtbot.addWidget(view)
    view.resize(328, 440)
    view.show()
    return view


def moment(dataset, make, **changes):
    experiment = experiment_of(dataset)
    shown = snapshot(experiment)
    return replace(shown, output=make(shown.prepared), **changes)


def visible(panel):
    return [key for key, view in panel._views.items() if view.isVisible()]


# Colours


def test_half_is_the_middle_of_the_map_and_nan_is_a_gap():
    theme().set("light")
    lut = theme().lut("diverging")
    picture = colors.probability(np.array([[0.0, 0.5, 1.0, np.nan, 7.0]]), lut, GAP)
    assert picture.shape == (1, 5)
    assert picture[0, 1] in lut[126:130]
    assert picture[0, 0] in lut[62:66]
    assert picture[0, 2] in lut[190:194]
    assert picture[0, 3] == GAP.rgb()
    assert picture[0, 4] == lut[255]


def test_classes_blend_by_their_probabilities():
    red, blue = QColor("#FF0000"), QColor("#0000FF")
    values = np.array([[[1.0, 0.0, 0.5, np.nan]], [[0.0, 1.0, 0.5, 0.5]]])
    picture = colors.blended(values, [red, blue], PAPER, GAP)
    shown = [QColor.fromRgb(int(argb)).getRgb()[:3] for argb in picture[0]]
    assert shown[:2] == [(255, 127, 127), (127, 127, 255)]
    assert shown[2] == (191, 127, 191)
    assert picture[0, 3] == GAP.rgb()


def test_the_winner_takes_the_cell_and_the_map_gets_finer():
    palette = colors.class_palette([QColor("#FF0000"), QColor("#0000FF")], PAPER)
    values = np.array([[[0.9, 0.1], [0.9, 0.1]]])
    picture = colors.winners(values, palette, GAP)
    assert picture.shape == (2 * colors.ENLARGED, 2 * colors.ENLARGED)
    assert (picture[:, 0] == palette[1]).all()
    assert (picture[:, -1] == palette[0]).all()


def test_a_finer_map_keeps_straight_slopes():
    values = np.arange(12.0).reshape(1, 3, 4)
    fine = colors.enlarged(values, 2)
    assert fine.shape == (1, 6, 8)
    assert fine.min() == 0
    assert fine.max() == 11
    assert np.diff(fine[0, 0, 1:7]) == pytest.approx(0.5)


@pytest.mark.parametrize("shape", [(1, 1, 1), (3, 1, 5), (2, 5, 1)])
def test_the_smallest_maps_can_be_enlarged(shape):
    assert np.isfinite(colors.enlarged(np.ones(shape))).all()


# Which view is shown


@pytest.mark.parametrize(
    ("dataset", "make", "expected"),
    [
        ("spiral", lambda p: map_output(), "map"),
        ("bumps", lambda p: MapOutput(spiral_like(100), (-6.0, 6.0, -6.0, 6.0), np.empty((0, 4))), "map"),
        ("curve", curve_output, "curve"),
        ("digits", confusion_output, "confusion"),
        ("penguins", confusion_output, "confusion"),
        ("weather", predicted_output, "predicted"),
    ],
)
@pytest.mark.parametrize("name", ["light", "dark"])
def test_the_view_fits_the_output(panel, dataset, make, expected, name):
    theme().set(name)
    panel.show_snapshot(moment(dataset, make))
    assert visible(panel) == [expected]
    assert not panel.grab().isNull()
    theme().set("light")


def test_views_follow_one_another_without_a_trace(panel):
    for dataset, make in (("spiral", lambda p: map_output()), ("digits", confusion_output)) * 3:
        panel.show_snapshot(moment(dataset, make))
    assert visible(panel) == ["confusion"]
    assert set(panel._views) == {"map", "confusion"}


def test_class_maps_have_two_modes_and_surfaces_none(panel):
    panel.show_snapshot(moment("spiral", lambda p: map_output()))
    smooth = panel.grab().toImage()
    panel._modes._choose("class")
    assert panel.grab().toImage() != smooth
    panel.show_snapshot(
        moment("plane", lambda p: MapOutput(np.zeros((1, 100, 100)), (-6, 6, -6, 6), np.empty((0, 4))))
    )
    assert not panel._modes.isVisible()


@pytest.mark.parametrize(
    "values", [np.full((1, 100, 100), np.nan), np.empty((0, 100, 100)), np.ones((1, 9, 9))]
)
def test_maps_that_say_nothing_are_drawn_all_the_same(panel, values):
    output = MapOutput(values, (-6.0, 6.0, -6.0, 6.0), np.empty((0, 4)))
    for mode in ("probability", "class"):
        panel.show_snapshot(moment("spiral", lambda p: output))
        panel._modes._choose(mode)
        assert not panel.grab().isNull()


def test_ten_classes_on_the_plane(panel):
    three = moment("spiral", lambda p: map_output(3))
    panel.show_snapshot(three)
    assert not panel.grab().isNull()
    ten = np.abs(np.random.default_rng(1).normal(size=(10, 100, 100)))
    panel.show_snapshot(replace(three, output=replace(three.output, values=ten / ten.sum(axis=0))))
    assert not panel.grab().isNull()


def test_an_empty_or_broken_curve_leaves_the_points(panel):
    x = np.linspace(-6, 6, 50)
    for y in (np.empty((0, 50)), np.full((1, 50), np.nan), np.full((1, 50), 1e300)):
        panel.show_snapshot(moment("curve", lambda p, y=y: CurveOutput(x, y)))
        assert not panel.grab().isNull()


@pytest.mark.parametrize(("dataset", "output"), [("curve", curve_output), ("bumps", lambda p: map_output())])
def test_numbers_of_which_none_validate_are_drawn(panel, dataset, output):
    whole = {"kind": "random", "train": 1.0, "validation": 0.0, "test": 0.0}
    experiment = edits.set_value(experiment_of(dataset), "data.split", whole)
    shown = snapshot(experiment)
    assert not len(shown.prepared.validation)
    panel.show_snapshot(replace(shown, output=output(shown.prepared)))
    assert not panel.grab().isNull()


def test_predictions_that_are_no_numbers_do_no_harm(panel):
    rows = np.arange(3)
    bad = PredictedOutput(rows, np.array([[np.nan], [np.inf], [1.0]]), np.array([[1.0], [2.0], [3.0]]))
    panel.show_snapshot(moment("weather", lambda p: bad))
    assert not panel.grab().isNull()
    assert math.isnan(rmse(np.empty(0), np.empty(0)))


def test_the_error_is_in_the_targets_own_unit(panel):
    panel.show_snapshot(moment("weather", predicted_output))
    words = panel._views["predicted"].accessibleDescription()
    assert "°C RMSE on" in words
    assert words.endswith("validation rows")


def test_one_of_several_targets_is_chosen(panel):
    swirl = experiment_of("swirl")
    values = np.stack([np.full((MAP, MAP), 1.0), np.full((MAP, MAP), -1.0)])
    output = MapOutput(values, (-6.0, 6.0, -6.0, 6.0), np.empty((0, 4)))
    panel.show_snapshot(snapshot(swirl, output=output))
    assert panel._which.isVisible()
    first = panel.grab().toImage()
    panel._which._choose("v2")
    assert panel.grab().toImage() != first
    panel.show_snapshot(moment("spiral", lambda p: map_output()))
    assert not panel._which.isVisible()


def test_an_autoencoder_shows_images_beside_their_reconstructions(panel):
    experiment = edits.set_target(experiment_of("digits"), "inputs")
    made = snapshot(experiment)
    rows = made.prepared.validation[:24]
    for images in (made.prepared.raw_inputs[rows], np.full((24, 64), np.nan)):
        panel.show_snapshot(replace(made, output=ReconstructionOutput(rows, images, 2.5, 360)))
        assert not panel.grab().isNull()
    assert panel._views["reconstruction"].accessibleDescription() == "2.50 RMSE on 360 validation images"


# Confusion and mistakes


def test_the_share_that_is_right_is_said(panel):
    panel.show_snapshot(moment("digits", lambda p: confusion_output(p, wrong=18)))
    view = panel._views["confusion"]
    rows = len(prepare(experiment_of("digits").data, experiment_of("digits").seed).validation)
    assert view.accessibleDescription() == f"{(rows - 18) / rows:.1%} correct on {rows} validation images"
    assert view.words_at(QPointF(1, 1)) == ""
    cell = view._cell()
    assert "of class 0 read as 0" in view.words_at(QPointF(view._left() + cell / 2, cell / 2))
    assert "of class 0 taken for 1" in view.words_at(QPointF(view._left() + 1.5 * cell, cell / 2))


def test_hundreds_of_classes_are_one_picture(panel):
    few = moment("digits", confusion_output)
    names = tuple(f"class {index}" for index in range(300))
    counts = np.diag(np.arange(300)) + 1
    prepared = replace(few.prepared, class_names=names)
    panel.show_snapshot(replace(few, prepared=prepared, output=replace(few.output, counts=counts)))
    assert not panel.grab().isNull()


@pytest.mark.parametrize("dataset", ["digits", "penguins"])
@pytest.mark.parametrize("wrong", [0, 1, 300])
def test_mistakes_are_shown_as_far_as_they_fit(panel, dataset, wrong):
    panel.show_snapshot(moment(dataset, lambda p: confusion_output(p, wrong)))
    panel._modes._choose("mistakes")
    assert visible(panel) == ["mistakes"]
    assert not panel.grab().isNull()
    words = panel._views["mistakes"].accessibleDescription()
    assert words.startswith("All" if wrong == 0 else str(1 if wrong == 1 else ""))


def test_right_cells_are_blue_and_wrong_ones_orange():
    levels = cell_levels(np.array([[9, 1], [0, 0]]))
    assert levels[0, 0] > 0.8
    assert levels[0, 1] < 0.4
    assert np.isfinite(cell_levels(np.zeros((0, 0), dtype=np.int64))).all()
    assert readable_on(QColor("#FFFFFF")) == QColor("#14161A")
    assert readable_on(QColor("#0F4F82")) == QColor("#FFFFFF")


# One neuron


def settled(panel):
    """The picture once the layout has come to rest."""
    QCoreApplication.processEvents()
    return panel.grab().toImage()


def test_a_hovered_neuron_takes_the_place_of_the_output(panel):
    shown = moment("spiral", lambda p: map_output(), tiles=tiles())
    panel.show_snapshot(shown)
    assert panel.wants() == Wants(output=True, losses=True)
    answer = settled(panel)
    panel.preview_unit("dense_1", 2)
    assert panel.wants() == Wants(output=True, tiles=True, losses=True)
    assert panel._title.text() == "Dense 1, neuron 3"
    neuron = settled(panel)
    assert neuron != answer
    panel.preview_unit(None)
    assert panel._title.text() == "Output"
    assert settled(panel) == answer


def test_a_neuron_without_a_picture_leaves_the_output(panel):
    panel.show_snapshot(moment("spiral", lambda p: map_output(), tiles=tiles()))
    for layer, index in (("dense_1", 6), ("gone", 0), ("dense_1", -1)):
        panel.preview_unit(layer, index)
        assert panel._title.text() == "Output"


@pytest.mark.parametrize("kind", ["curve", "stripes"])
def test_neurons_without_a_plane(panel, kind):
    values = np.tanh(np.linspace(-3, 3, 46))[None]
    made = Tiles(kind, {"dense_1": values}, {"dense_1": 1.0})
    panel.show_snapshot(moment("digits", confusion_output, tiles=made))
    panel.preview_unit("dense_1", 0)
    assert visible(panel) == ["unit"]
    assert not panel.grab().isNull()
    broken = replace(made, layers={"dense_1": np.full((1, 46), np.nan)})
    panel.show_snapshot(moment("digits", confusion_output, tiles=broken))
    assert not panel.grab().isNull()


# Manners


def test_a_hidden_panel_wants_nothing_and_draws_nothing(panel):
    panel.hide()
    assert panel.wants() == Wants()
    panel.show_snapshot(moment("spiral", lambda p: map_output()))
    assert panel._views == {}
    panel.show()
    assert visible(panel) == ["map"]


def test_the_test_set_stays_locked():
    from playground.views.output.map_view import sample_groups

    prepared = prepare(experiment_of("spiral").data, 1)
    drawn = sum(len(group.x) for group in sample_groups(prepared))
    assert drawn == len(prepared.train) + len(prepared.validation)


def test_a_million_samples_are_a_cloud_of_a_few():
    from playground.views.plots.points import MOST, thin

    assert len(thin(np.arange(2_000_000))) == MOST
    assert len(thin(np.arange(5))) == 5


def test_before_data_there_are_words(panel):
    panel.show_snapshot(snapshot(prepared=None))
    assert panel._wait.isVisible()
    assert visible(panel) == []


# Other seeds


def answered(experiment, panel):
    """The panel after three seeds of an experiment have answered."""
    repeat = Repeat((Side("", experiment),), 3, 5).start()
    assert repeat.wait(PATIENCE)
    book = SeedBook()
    book.keep(repeat.look())
    panel.show_seeds(book.of(experiment))


@pytest.mark.parametrize(
    ("dataset", "make", "shown"),
    [
        ("spiral", lambda _: map_output(), "map"),
        ("plane", lambda _: map_output(), "map"),
        ("curve", curve_output, "curve"),
        ("penguins", confusion_output, "recall"),
        ("weather", predicted_output, "predicted"),
    ],
)
def test_where_other_seeds_disagree_is_one_mode_of_every_output(panel, dataset, make, shown):
    now = moment(dataset, make)
    panel.show_snapshot(now)
    plain = panel.grab().toImage()
    answered(experiment_of(dataset), panel)
    assert panel._modes._options[-1] == ("seeds", "Seeds")
    panel._modes._choose("seeds")
    assert visible(panel) == [shown]
    assert panel.grab().toImage() != plain
    panel.show_seeds(None)
    assert panel._modes.value() != "seeds" or not panel._modes.isVisible()


def test_images_are_coloured_where_seeds_reconstruct_them_differently(panel):
    experiment = edits.set_target(experiment_of("digits"), "inputs")
    made = snapshot(experiment)
    rows = made.prepared.validation[:24]
    output = ReconstructionOutput(rows, made.prepared.raw_inputs[rows], 2.5, 360)
    panel.show_snapshot(replace(made, output=output))
    answered(experiment, panel)
    panel._modes._choose("seeds")
    view = panel._views["reconstruction"]
    assert view._apart.shape == (24, 64)
    assert view._apart.max() > 0.0
    assert "largest standard deviation" in view.accessibleDescription()
    assert not panel.grab().isNull()
    panel._modes._choose("network")
    assert view._apart is None
    gray = gray_image(np.zeros(64), (8, 8), 16.0)
    colored = gray_image(np.zeros(64), (8, 8), 16.0, np.eye(8).ravel())
    changed = {(x, y) for x in range(8) for y in range(8) if gray.pixel(x, y) != colored.pixel(x, y)}
    assert changed == {(place, place) for place in range(8)}


def test_a_shade_is_darkest_where_seeds_are_furthest_apart():
    white = np.full((2, 4), 0xFFFFFFFF, np.uint32)
    found = colors.shaded(white, np.array([[0.0, 1.0]]), QColor("black"))
    assert found.shape == (2, 4)
    assert (found[:, :2] == 0xFFFFFFFF).all()
    assert ((found[:, 2:] & 0xFF) == 255 - int(255 * colors.SHADOW) - 1).all()
