"""Operations on the canvas are handed out with their surgery, or refused with a reason."""

from __future__ import annotations

import pytest

from playground.experiment import files
from playground.views.canvas.operations import on_layer, on_unit, what_is_kept
from playground.views.canvas.view import Canvas


@pytest.fixture
def canvas(qtbot):
    made = Canvas()
    qtbot.addWidget(made)
    made.set_experiment(files.load("spiral"))
    return made


def test_every_operation_is_handed_out_with_what_it_does_to_the_weights(canvas, qtbot):
    for words, act in (on_layer(canvas, "dense_1") | on_unit(canvas, "dense_1", 2)).items():
        with qtbot.waitSignal(canvas.operated) as told:
            act()
        experiment, label, surgery = told.args
        assert experiment != canvas.experiment, words
        assert label
        assert surgery.layer == "dense_1"


def test_what_would_break_the_network_is_refused(canvas, qtbot):
    canvas.set_experiment(files.load("residual"))
    with qtbot.assertNotEmitted(canvas.operated):
        on_unit(canvas, "dense_1", 2)["Split this neuron"]()


def test_the_line_says_what_was_measured(canvas):
    assert what_is_kept(None) == ""
    assert what_is_kept(1e-8).startswith("Kept")
    assert "0.25" in what_is_kept(0.25)
    canvas.overlay.say(what_is_kept(0.25), 1)
    assert canvas.overlay.line.isVisibleTo(canvas)
    canvas.overlay.say("", 2)
    assert not canvas.overlay.line.isVisibleTo(canvas)
