"""Trying an input: dragged, typed, drawn and taken from a sample; on the canvas as the engine has it."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from snapshots import curve_output, experiment_of, map_output, snapshot, tiles

from playground.catalog.activations import activations
from playground.catalog.datasets import datasets
from playground.experiment.data import prepare
from playground.session.snapshot import Tiles, Tried
from playground.views.activation_menu import ActivationMenu
from playground.views.canvas.view import Canvas
from playground.views.preview import Preview
from playground.views.right_panel import RightPanel
from playground.views.theme import theme
from playground.views.trial.fields import Fields, Input
from playground.views.trial.trial_panel import TrialPanel

KINDS = ("spiral", "curve", "digits", "weather", "penguins")


def panel_of(qtbot, key, make=TrialPanel):
    experiment = experiment_of(key)
    prepared = prepare(experiment.data, experiment.seed)
    panel = make()
    qtbot.addWidget(panel)
    panel.resize(328, 800)
    panel.show()
    panel.set_experiment(experiment)
    panel.show_snapshot(snapshot(experiment))
    return panel, experiment, prepared


def tried_for(panel, experiment, prepared):
    """An answer made up for the input that the panel asks for."""
    trial = panel.wants().trial
    names = [layer.name for layer in experiment.network.layers]
    layers = {name: np.linspace(-1, 1, 6) for name in (*names, "output")}
    layers["input"] = prepared.transform(np.array([trial.values]))[0]
    count = len(prepared.class_names) or len(prepared.target_names)
    answer = np.full(count, 1.0 / count)
    answer[-1] += 1e-3
    return Tried(trial, layers, answer)


@pytest.mark.parametrize("key", KINDS)
def test_the_panel_asks_for_its_input_and_shows_the_answer(qtbot, key):
    panel, experiment, prepared = panel_of(qtbot, key)
    assert len(panel.wants().trial.values) == len(prepared.raw_names)
    tried = tried_for(panel, experiment, prepared)
    panel.show_snapshot(snapshot(experiment, tried=tried))
    words = panel.answer.words()
    wanted = prepared.class_names[-1] if prepared.class_names else prepared.target_names[0]
    assert wanted in words
    for name in ("dark", "light"):
        theme().set(name)
        assert not panel.grab().isNull()
    panel.hide()
    assert panel.wants().trial is None


@pytest.mark.parametrize("key", KINDS)
def test_a_sample_is_taken_as_it_is(qtbot, key):
    panel, _experiment, prepared = panel_of(qtbot, key)
    row = int(prepared.validation[0])
    panel.sample.click()
    np.testing.assert_array_equal(panel.wants().trial.values, prepared.raw_inputs[row])
    assert f"Sample {row + 1:,}" in panel._hint.text()
    panel.sample.click()
    assert not np.array_equal(panel.wants().trial.values, prepared.raw_inputs[row])


@pytest.mark.parametrize("key", [entry.key for entry in datasets])
def test_every_input_of_every_data_set_has_a_name_and_a_unit(key):
    dataset = experiment_of(key).data.dataset
    columns = len(dataset.entry.raw_names_of(dataset))
    assert len(dataset.entry.columns_of(dataset)) == len(dataset.entry.units_of(dataset)) == columns


def test_values_are_typed_in_their_units_and_moved_with_the_slider(qtbot):
    panel, _experiment, prepared = panel_of(qtbot, "weather")
    model = panel.fields.model
    assert model.rowCount() == len(prepared.raw_names)
    assert model.data(model.index(1, 2)).endswith("°C")
    assert model.setData(model.index(1, 1), "12,5")
    assert panel.wants().trial.values[1] == 12.5
    for text in ("", "abc", "nan", "1e30"):
        assert not model.setData(model.index(1, 1), text)
    panel.fields.table.setCurrentIndex(model.index(2, 1))
    panel.fields.slider.setFocus()
    QTest.keyClick(panel.fields.slider, Qt.Key.Key_Home)
    assert panel.wants().trial.values[2] == pytest.approx(prepared.raw_inputs[prepared.train, 2].min())
    words = model.data(model.index(1, 1), Qt.ItemDataRole.AccessibleTextRole)
    assert "12.5 °C" in words


def test_a_digit_is_drawn_erased_and_cleared(qtbot):
    panel, _experiment, prepared = panel_of(qtbot, "digits")
    grid = panel.grid

    def pixels():
        return np.array(panel.wants().trial.values).reshape(prepared.image_shape)

    assert not pixels().any()
    middle = QPoint(grid.width() // 2, 16)
    QTest.mousePress(grid, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, middle)
    QTest.mouseMove(grid, middle + QPoint(0, 200))
    QTest.mouseRelease(grid, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, middle)
    drawn = pixels()
    assert drawn.max() <= prepared.raw_inputs.max()
    assert drawn[1:6].max(axis=1).min() > 0.5 * prepared.raw_inputs.max()
    QTest.mouseClick(grid, Qt.MouseButton.RightButton, Qt.KeyboardModifier.NoModifier, middle)
    assert pixels().sum() < drawn.sum()
    QTest.keyClick(grid, Qt.Key.Key_Left)
    QTest.keyClick(grid, Qt.Key.Key_Space)
    assert pixels()[0, 7] == prepared.raw_inputs.max()
    panel.tool.edited.emit("eraser", True)
    QTest.keyClick(grid, Qt.Key.Key_Space)
    assert pixels()[0, 7] == 0.0
    panel.clear.click()
    assert not pixels().any()


@pytest.mark.parametrize(("key", "output"), [("spiral", "map"), ("curve", "curve")])
def test_the_probe_is_dragged_on_the_output(qtbot, key, output):
    right, experiment, prepared = panel_of(qtbot, key, RightPanel)
    shown = map_output() if output == "map" else curve_output(prepared)
    moment = snapshot(experiment, output=shown, tiles=tiles())
    right.show_snapshot(moment)
    right.toggle_trial()
    right.show_snapshot(replace(moment, tried=tried_for(right.trial, experiment, prepared)))
    assert right.output.isVisible()
    assert not right.inspector.isVisible()
    asked = []
    right.asked.connect(lambda: asked.append(right.wants().trial))
    view = right.output._views[output]
    place = view.place(2.0, 1.0).toPoint()
    QTest.mousePress(view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    QTest.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    assert asked[-1].values == pytest.approx((2.0, 1.0)[: right.trial.dimensions], abs=0.15)
    assert view.probe == asked[-1].values
    assert not right.grab().isNull()
    right.toggle_trial()
    assert right.wants().trial is None
    assert view.probe == ()
    assert right.inspector.isVisible()


def test_beside_an_image_the_output_makes_room(qtbot):
    right, _experiment, _prepared = panel_of(qtbot, "digits", RightPanel)
    right.toggle_trial()
    assert not right.output.isVisible()
    assert right.trial.grid.isVisible()
    QTest.keyClick(right.trial, Qt.Key.Key_Escape)
    assert right.output.isVisible()
    assert not right.trial.isVisible()


@pytest.mark.parametrize("key", KINDS)
def test_the_canvas_shows_every_number_of_the_input(qtbot, key):
    panel, experiment, prepared = panel_of(qtbot, key)
    canvas = Canvas()
    qtbot.addWidget(canvas)
    canvas.resize(900, 600)
    canvas.show()
    canvas.set_experiment(experiment)
    kind = {2: "map", 1: "curve", 0: "stripes"}[panel.dimensions]
    pictures = Tiles(kind, {}, {}) if kind != "map" else tiles()
    bare = snapshot(experiment, tiles=pictures)
    canvas.show_snapshot(bare)
    before = canvas.grab().toImage()
    tried = tried_for(panel, experiment, prepared)
    canvas.show_snapshot(replace(bare, tried=tried))
    assert canvas.travel.isVisible()
    assert canvas.travel.value("dense_1", 3) == pytest.approx(tried.layers["dense_1"][3])
    assert canvas.travel.value("dense_1", 999) is None
    for name in ("dark", "light"):
        theme().set(name)
        assert canvas.grab().toImage() != before
    canvas.show_snapshot(bare)
    assert not canvas.travel.isVisible()
    assert canvas.grab().toImage() == before


def test_pointing_at_an_activation_asks_for_a_preview_of_it(qtbot):
    experiment = experiment_of("spiral")
    canvas = Canvas()
    qtbot.addWidget(canvas)
    canvas.resize(900, 600)
    canvas.show()
    canvas.set_experiment(experiment)
    asked, edited = [], []
    canvas.asked.connect(lambda: asked.append(canvas.wants().instead))
    canvas.edited.connect(lambda changed, label, merge: edited.append(changed))
    canvas.editing.open_activations("dense_1")
    menu = canvas.findChild(ActivationMenu) or canvas.window().findChild(ActivationMenu)
    menu.pointed.emit("relu")
    assert asked[-1].layer("dense_1").activation.kind == "relu"
    menu.pointed.emit(experiment.layer("dense_1").activation.kind)
    assert asked[-1] is None
    menu.pointed.emit("relu")
    menu.dismiss()
    assert asked[-1] is None
    assert not edited
    canvas.editing.open_activations("dense_1")
    menu.pointed.emit("relu")
    menu._pick("relu")
    assert canvas.wants().instead is None
    assert edited[0].layer("dense_1").activation.kind == "relu"


def test_no_preview_of_what_cannot_be_chosen(qtbot):
    made = Preview(None)
    made._point(experiment_of("spiral"), "no_such_layer", activations.keys()[0])
    assert made.wants().instead is None


def test_what_begins_a_number_is_typed_and_no_shortcut(qtbot):
    from PySide6.QtGui import QKeyEvent

    panel, _experiment, _prepared = panel_of(qtbot, "weather")
    none = Qt.KeyboardModifier.NoModifier
    keys = (("-", Qt.Key.Key_Minus, True), ("4", Qt.Key.Key_4, True), ("m", Qt.Key.Key_M, False))
    for text, key, ours in keys:
        event = QKeyEvent(QKeyEvent.Type.ShortcutOverride, key, none, text)
        event.ignore()
        panel.fields.table.event(event)
        assert event.isAccepted() is ours


def test_a_slider_moved_before_there_are_inputs_changes_nothing(qtbot):
    fields = Fields()
    qtbot.addWidget(fields)
    told = []
    fields.changed.connect(told.append)
    fields.show()
    assert not fields.slider.isVisible()
    fields.slider.edited.emit(0.5, True)
    fields.show_values(np.ones(3))
    assert told == []
    fields.show_inputs((Input("x", "", 0.0, 1.0),))
    fields.show_values(np.ones(3))
    fields.slider.edited.emit(0.5, True)
    assert [list(values) for values in told] == [[0.5]]


@pytest.mark.parametrize("key", KINDS)
def test_numbers_that_are_not_finite_are_shown_as_such(qtbot, key):
    panel, experiment, prepared = panel_of(qtbot, key)
    tried = tried_for(panel, experiment, prepared)
    broken = {name: np.full_like(values, np.nan) for name, values in tried.layers.items()}
    broken["dense_1"] = np.array([np.inf, -np.inf, np.nan, 1e30, 0.0, -1e-9])
    tried = replace(tried, layers=broken, answer=np.full_like(tried.answer, np.nan))
    canvas = Canvas()
    qtbot.addWidget(canvas)
    canvas.resize(900, 600)
    canvas.show()
    canvas.set_experiment(experiment)
    moment = snapshot(experiment, tried=tried)
    canvas.show_snapshot(moment)
    panel.show_snapshot(moment)
    assert not canvas.grab().isNull()
    assert not panel.grab().isNull()
    assert "NaN" in canvas.travel._words("dense_1", float("nan"))


def test_a_table_starts_from_a_sample_that_is_there(qtbot):
    panel, _, prepared = panel_of(qtbot, "penguins")
    rows = prepared.raw_inputs[prepared.train]
    assert (rows == panel.values).all(axis=1).any()
    islands = [place for place, name in enumerate(prepared.raw_names) if name.startswith("Island")]
    assert not islands or panel.values[islands].sum() == 1.0
    np.testing.assert_array_equal(prepared.raw_range, [rows.min(axis=0), rows.max(axis=0)])


def test_numbers_have_the_colours_of_the_pictures(qtbot):
    panel, experiment, prepared = panel_of(qtbot, "spiral")
    tried = tried_for(panel, experiment, prepared)
    small = {name: np.full_like(values, 0.006) for name, values in tried.layers.items()}
    canvas = Canvas()
    qtbot.addWidget(canvas)
    canvas.resize(900, 600)
    canvas.set_experiment(experiment)
    canvas.show_snapshot(snapshot(experiment, tiles=tiles(), tried=replace(tried, layers=small)))
    middle = QColor.fromRgb(int(theme().lut("diverging")[127]))
    for name in ("input", "dense_1"):
        color = canvas.travel._color(name, 0.006)
        assert max(abs(a - b) for a, b in zip(color.getRgb(), middle.getRgb(), strict=True)) < 12, name
