"""Every sample on screen can be chosen, and says what it is and how wrong the network is about it."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip
from snapshots import confusion_output, curve_output, experiment_of, map_output, predicted_output, snapshot

from playground.engine.run import Run
from playground.experiment import edits
from playground.experiment.data import prepare
from playground.session.frames import Frames
from playground.session.snapshot import ReconstructionOutput, SampleLosses, Wants
from playground.views.output.output_panel import OutputPanel

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def panel_with(qtbot, key, make, target="dataset"):
    experiment = edits.set_target(experiment_of(key), target) if target != "dataset" else experiment_of(key)
    prepared = prepare(experiment.data, experiment.seed)
    rows = prepared.train[:20]
    losses = SampleLosses(rows, np.linspace(0, 1, 20), tuple((int(row), 1.0) for row in rows[:10]))
    panel = OutputPanel()
    qtbot.addWidget(panel)
    panel.resize(328, 560)
    panel.show()
    panel.set_experiment(experiment)
    panel.show_snapshot(snapshot(experiment, output=make(prepared), losses=losses))
    QApplication.processEvents()
    panel.chosen = []
    panel.sampleChosen.connect(panel.chosen.append)
    return panel, prepared


CHARTS = [
    ("spiral", lambda prepared: map_output(), "map", lambda p, row: p.raw_inputs[row]),
    ("curve", curve_output, "curve", lambda p, row: (p.raw_inputs[row, 0], np.ravel(p.raw_targets[row])[0])),
]


@pytest.mark.parametrize(("key", "make", "name", "where"), CHARTS)
def test_a_sample_on_a_chart_is_described_and_chosen(qtbot, key, make, name, where):
    panel, prepared = panel_with(qtbot, key, make)
    view, row = panel._views[name], int(prepared.train[4])
    place = view.place(*(float(value) for value in where(prepared, row))).toPoint()
    found = view.sample_at(QPointF(place))
    QTest.mouseClick(view.viewport(), LEFT, NONE, place)
    assert panel.chosen == [found]
    np.testing.assert_allclose(where(prepared, found), where(prepared, row), atol=0.4)
    words = view.describe(row)
    assert words.startswith(f"Sample {row + 1:,}")
    assert "loss 0.2" in words
    help_at = QHelpEvent(QEvent.Type.ToolTip, place, view.viewport().mapToGlobal(place))
    QApplication.sendEvent(view.viewport(), help_at)
    assert QToolTip.text().startswith("Sample ")
    QToolTip.hideText()


def test_a_point_of_predicted_against_observed_is_chosen(qtbot):
    panel, prepared = panel_with(qtbot, "weather", predicted_output)
    view, output = panel._views["predicted"], predicted_output(prepared)
    place = view.place(float(output.observed[7, 0]), float(output.predicted[7, 0])).toPoint()
    QTest.mouseClick(view.viewport(), LEFT, NONE, place)
    assert len(panel.chosen) == 1
    assert panel.chosen[0] in prepared.validation


@pytest.mark.parametrize("key", ["digits", "penguins"])
def test_a_cell_of_the_confusion_matrix_gives_its_samples_in_turn(qtbot, key):
    panel, prepared = panel_with(qtbot, key, confusion_output)
    view, output = panel._views["confusion"], confusion_output(prepared)
    cell = (1, 1)
    rows = view.samples_in(cell)
    assert len(rows) == output.counts[cell]
    for _ in range(2):
        QTest.mouseClick(view, LEFT, NONE, view._box(*cell).center().toPoint())
    assert panel.chosen == rows[:2].tolist()
    empty = next(map(tuple, np.argwhere(output.counts == 0)), None)
    if empty is not None:
        QTest.mouseClick(view, LEFT, NONE, view._box(*empty).center().toPoint())
    QTest.mouseClick(view, LEFT, NONE, QPoint(view.width() - 2, view.height() - 2))
    assert len(panel.chosen) == 2


@pytest.mark.parametrize("key", ["digits", "penguins"])
def test_a_mistake_is_chosen_be_it_a_picture_or_a_line(qtbot, key):
    panel, prepared = panel_with(qtbot, key, confusion_output)
    panel._modes.set_value("mistakes")
    panel._redraw()
    QApplication.processEvents()
    QTest.mouseClick(panel._views["mistakes"], LEFT, NONE, QPoint(20, 40))
    assert panel.chosen == [int(confusion_output(prepared).mistakes[0])]


def test_a_reconstruction_is_chosen(qtbot):
    def pairs(prepared):
        rows = prepared.validation[:12]
        return ReconstructionOutput(rows, prepared.raw_inputs[rows], 0.5, 12)

    panel, prepared = panel_with(qtbot, "digits", pairs, "inputs")
    view = panel._views["reconstruction"]
    QTest.mouseClick(view, LEFT, NONE, (view._corner(5) + QPointF(4, 4)).toPoint())
    assert panel.chosen == [int(prepared.validation[5])]


@pytest.mark.parametrize("key", ["spiral", "weather"])
def test_the_ten_worst_are_one_click_away(qtbot, key):
    make = predicted_output if key == "weather" else lambda prepared: map_output()
    panel, prepared = panel_with(qtbot, key, make)
    menu = panel.worst_menu()
    assert len(menu.actions()) == 10
    menu.actions()[3].trigger()
    assert panel.chosen == [int(prepared.train[3])]


@pytest.mark.parametrize("key", ["spiral", "digits", "weather"])
def test_losses_are_those_of_the_engine(key):
    experiment = experiment_of(key)
    run = Run(experiment)
    run.step(5)
    shown = Frames(run, run.prepared).refresh(Wants(losses=True), at_once=True)["losses"]
    for row in (int(run.prepared.train[3]), int(run.prepared.validation[1])):
        x, y = run.prepared.inputs[[row]], run.prepared.targets[[row]]
        assert shown.of(row) == pytest.approx(run.loss_and_gradients(x, y)[0], rel=1e-4, abs=1e-6)
    assert shown.of(10**9) is None
    assert shown.worst[0][1] == max(shown.losses[: len(run.prepared.train)])
