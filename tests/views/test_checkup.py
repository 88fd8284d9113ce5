"""What goes wrong, on the canvas and in the list: marks in words, a sentence, a cure as one edit."""

from __future__ import annotations

import pytest

from playground.experiment import edits
from playground.session.rules import Checkup, Finding, rules
from playground.session.rules.say import set_to
from playground.views.canvas.hits import Hit
from playground.views.canvas.view import Canvas
from playground.views.canvas.words import describe, tooltip
from playground.views.checkup.checkup_panel import WELL, CheckupPanel
from playground.views.checkup.gradient_bars import GradientBars, decades, scientific
from playground.views.right_panel import RightPanel
from playground.views.widgets.buttons import TextButton
from tests.views.snapshots import experiment_of, snapshot

START = experiment_of()
DEAD = Finding(
    "dead_units",
    "Dense 1: 2 of 6 relu neurons never fire.",
    set_to("Use leaky relu", "network.dense_1.activation", "leaky_relu"),
    "dense_1",
    (1, 4),
)
LINE = Finding(
    "linear_collapse",
    "Three layers are one.",
    set_to("Use tanh", "network.dense_1.activation", "relu"),
    "dense_1",
)


def checkup(*findings, gradients=None):
    some = {"dense_1": 1e-5, "dense_2": 0.01, "output": 0.2}
    return Checkup(START, findings, some if gradients is None else gradients)


def test_every_rule_that_marks_units_has_a_short_word():
    for rule in rules:
        assert len(rule.mark) <= 8, rule.key
        assert rule.label
        assert rule.summary.endswith(".")


def test_the_canvas_marks_units_in_words_and_layers_with_a_sign(qtbot):
    canvas = Canvas()
    qtbot.addWidget(canvas)
    canvas.resize(864, 600)
    canvas.set_experiment(START)
    canvas.show_snapshot(snapshot(START, checkup=checkup(DEAD)))
    column = canvas.canvas_scene.columns["dense_1"]
    assert [neuron.mark for neuron in column.neurons] == ["", "dead", "", "", "dead", ""]
    assert column.chip.has_finding
    assert not canvas.canvas_scene.columns["dense_2"].chip.has_finding
    assert describe(canvas.canvas_scene, "dense_1", 1).endswith(", dead")
    assert DEAD.sentence in tooltip(canvas.canvas_scene, Hit("tile", "dense_1", 4))
    assert DEAD.sentence not in tooltip(canvas.canvas_scene, Hit("tile", "dense_1", 0))
    assert canvas.overlay.findings.text() == "1 to look at"

    before = canvas.grab().toImage()
    canvas.show_snapshot(snapshot(START, checkup=checkup()))
    assert not any(neuron.mark for neuron in column.neurons)
    assert not canvas.overlay.findings.isVisibleTo(canvas)
    assert canvas.grab().toImage() != before


@pytest.fixture
def panel(qtbot):
    view = CheckupPanel()
    qtbot.addWidget(view)
    view.set_experiment(START)
    view.resize(328, 600)
    view.show()
    return view


def test_a_finding_has_a_sentence_and_a_button_that_is_one_edit(panel, qtbot):
    panel.show_snapshot(snapshot(START, checkup=checkup(DEAD)))
    (card,) = panel.cards
    assert DEAD.sentence in card.accessibleName()
    (button,) = [b for b in card.findChildren(TextButton) if b.text() == "Use leaky relu"]
    with qtbot.waitSignal(panel.edited) as caught:
        button.click()
    experiment, label, _merge = caught.args
    assert label == "Use leaky relu"
    assert experiment == edits.set_value(START, "network.dense_1.activation", "leaky_relu")


def test_where_the_loss_is_no_number_there_are_no_bars(panel):
    panel.show_snapshot(snapshot(START, checkup=checkup(DEAD)))
    assert panel._bars.isVisibleTo(panel)
    panel.show_snapshot(snapshot(START, checkup=checkup(DEAD, gradients={})))
    assert not panel._bars.isVisibleTo(panel)
    assert not panel._title.isVisibleTo(panel)


def test_cards_stay_while_only_numbers_change(panel):
    panel.show_snapshot(snapshot(START, checkup=checkup(DEAD)))
    (card,) = panel.cards
    panel.show_snapshot(snapshot(START, checkup=checkup(DEAD, gradients={"dense_1": 0.5})))
    assert panel.cards == [card]
    panel.show_snapshot(snapshot(START, checkup=checkup()))
    assert panel.cards == []
    assert panel._well.text() == WELL
    assert panel._well.isVisibleTo(panel)


def test_linear_layers_offer_to_show_the_one_they_equal(panel, qtbot):
    panel.show_snapshot(snapshot(START, checkup=checkup(LINE)))
    (button,) = [b for b in panel.cards[0].findChildren(TextButton) if "single" in b.text()]
    with qtbot.waitSignal(panel.explain):
        button.click()


def test_bars_have_a_logarithmic_axis_of_at_least_four_decades(qtbot):
    bars = GradientBars()
    qtbot.addWidget(bars)
    bars.show_values({"dense_1": 5e-7, "dense_2": 0.3, "output": 0.0})
    assert "Dense 1 5e−7" in bars.accessibleName()
    assert "Output 0" in bars.accessibleName()
    assert not bars.grab().isNull()
    assert decades([5e-7, 0.3]) == (-7, 0)
    assert decades([]) == (-4, 0)
    assert [scientific(v) for v in (0.0, 3e-9, 0.25, 5e4)] == ["0", "3e−9", "0.25", "5e4"]


def test_a_sheet_covers_the_right_column_and_asks_only_then(qtbot):
    right = RightPanel()
    qtbot.addWidget(right)
    right.set_experiment(START)
    right.resize(328, 700)
    right.show()
    assert not right.wants().checkup
    right.toggle_sheet("checkup")
    assert right.wants().checkup
    assert not right.wants().output
    right.toggle_sheet("checkup")
    assert right.wants().output


def test_buttons_side_by_side_fit_the_panel(panel):
    panel.show_snapshot(snapshot(START, checkup=checkup(LINE)))
    for button in panel.cards[0].findChildren(TextButton):
        assert button.width() >= button.sizeHint().width()
