"""Operations on the canvas are handed out with their surgery, or refused with a reason."""

from __future__ import annotations

import numpy as np
import pytest

from playground.catalog import registries
from playground.engine.run import Run
from playground.experiment import edits, files
from playground.session.course import Course
from playground.session.document import Document
from playground.session.probe import PROBED
from playground.views.canvas import commands
from playground.views.canvas.operations import after_input, on_layer, on_unit, what_is_kept
from playground.views.canvas.view import Canvas


@pytest.fixture
def canvas(qtbot):
    made = Canvas()
    qtbot.addWidget(made)
    made.set_experiment(files.load("spiral"))
    return made


BENDS = [each.key for each in registries["activations"] if not each.output_only and not each.forward_only]
SURE = ("Split this neuron", "Insert identity layer after", "first: Insert identity layer after")


class Learned:
    """A network that has learned something, with the canvas that operates on it."""

    def __init__(self, canvas, bend):
        experiment = edits.set_value(files.load("spiral"), "network.dense_1.activation", bend)
        self.canvas, self.document = canvas, Document(experiment)
        self.course = Course(experiment, lambda each: Run(each, "float32"))
        self.document.changed.connect(self.course.perform)
        canvas.set_experiment(experiment)
        self.course.advance(1e6, 30)

    def answers(self):
        return self.course.run.predict(self.course.run.data()[0][:PROBED])

    def try_out(self, act):
        """How far an operation moved the answers, and what the canvas would say of it; then undo."""
        before = self.answers()

        def make(experiment, label, by):
            self.document.apply(experiment, label, surgery=None if isinstance(by, str) else by)

        for signal in (self.canvas.operated, self.canvas.edited):
            signal.connect(make)
        act()
        for signal in (self.canvas.operated, self.canvas.edited):
            signal.disconnect(make)
        moved = float(np.abs(self.answers() - before).max())
        words = what_is_kept(self.course.moved)
        assert self.document.can_undo
        self.document.undo()
        np.testing.assert_array_equal(self.answers(), before)
        return moved, words


def fitting(moved: float) -> tuple[str, ...]:
    """How the words may begin: the trace of a change lies between a change and none."""
    if moved < 1e-5:
        return "Kept:", "Nearly kept:"
    return ("Nearly kept:", "Not kept:") if moved < 2e-4 else ("Not kept:",)


@pytest.mark.parametrize("bend", BENDS)
def test_of_every_operation_the_window_says_whether_answers_were_kept(canvas, bend):
    learned = Learned(canvas, bend)
    found = on_layer(canvas, "dense_1") | on_unit(canvas, "dense_1", 2)
    found |= {f"first: {words}": act for words, act in after_input(canvas).items()}
    other = BENDS[(BENDS.index(bend) + 1) % len(BENDS)]
    found["swap"] = lambda: canvas.editing.attempt(commands.set_activation, "dense_1", other)
    found["more"] = lambda: canvas.editing.attempt(commands.change_units, "dense_1", 1)
    for words, act in found.items():
        moved, said = learned.try_out(act)
        assert said.startswith(fitting(moved)), (words, moved, said)
        assert moved < 1e-5 or words not in SURE, (words, moved)
        if words == "Duplicate with its weights" and bend not in ("identity", "relu"):
            assert said.startswith("Not kept:")


def test_of_every_layer_that_is_put_in_or_taken_out_too(canvas):
    learned = Learned(canvas, "tanh")
    kinds = [entry.key for entry in registries["layers"] if entry.joins is None]
    acts = {kind: lambda kind=kind: canvas.editing.insert(kind, 1) for kind in kinds}
    acts["fewer"] = lambda: canvas.editing.attempt(commands.change_units, "dense_1", -1)
    acts["out"] = lambda: canvas.editing.attempt(commands.remove, "dense_2")
    verdicts = {}
    for words, act in acts.items():
        moved, said = learned.try_out(act)
        assert said.startswith(fitting(moved)), (words, moved, said)
        verdicts[words] = said.partition(":")[0]
    assert verdicts["dropout"] == verdicts["gaussian_noise"] == "Kept"
    assert verdicts["dense"] == verdicts["layer_norm"] == verdicts["out"] == "Not kept"


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
    assert what_is_kept(2e-6).startswith("Nearly kept")
    assert "0.25" in what_is_kept(0.25)
    assert what_is_kept(float("nan")).startswith("Not kept")
    canvas.overlay.say(what_is_kept(0.25), 1)
    assert canvas.overlay.line.isVisibleTo(canvas)
    assert canvas.overlay.line.accessibleName() == what_is_kept(0.25)
    canvas.overlay.line.grab()
    canvas.overlay.say("", 2)
    assert not canvas.overlay.line.isVisibleTo(canvas)
