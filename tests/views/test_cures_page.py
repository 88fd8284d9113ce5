"""The cures on screen: rows that fill while forks train, a verdict each, and one applied as one edit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from playground.engine.run import Run
from playground.experiment import files
from playground.experiment.edits import set_value
from playground.session.rules import Checkup, Finding
from playground.session.rules.say import set_to
from playground.session.snapshot import Wants
from playground.views.cures.cures_page import NO_CURE, WELL, CuresPage
from playground.views.theme import theme
from tests.patience import PATIENCE
from tests.views.snapshots import snapshot

RATE = "training.optimizer.learning_rate"
FASTER = Finding("rate_too_small", "The weights hardly move.", set_to("Set learning rate 0.03", RATE, 0.03))
OTHER = Finding(
    "symmetric_weights",
    "All are the same.",
    set_to("Other weights", "network.dense_1.initializer", "he_normal"),
)


@pytest.fixture
def run():
    made = Run(set_value(files.load("spiral"), RATE, 0.003))
    made.step(30)
    return made


@pytest.fixture
def page(qtbot, run):
    theme().set("light")
    view = CuresPage(lambda: (run.experiment, run.state()), lambda: None)
    qtbot.addWidget(view)
    view.resize(1100, 650)
    view.show()
    yield view
    view.cancel()
    if view.cures is not None:
        view.cures.wait(PATIENCE)


def begin(page, run, *findings):
    shown = replace(snapshot(), experiment=run.experiment, prepared=run.prepared)
    page.show_snapshot(replace(shown, checkup=Checkup(run.experiment, findings, {})))


def test_it_asks_for_the_rules_until_it_begins(page, run):
    assert page.wants() == Wants(checkup=True)
    begin(page, run, FASTER)
    assert page.wants() == Wants()


def test_rows_fill_and_a_cure_is_applied_as_one_edit(page, run, qtbot):
    begin(page, run, FASTER, OTHER)
    qtbot.waitUntil(lambda: page.trials is not None and page.trials.done)
    labels = [each.remedy.label for each in page.trials.treated]
    assert labels == ["No change", "Set learning rate 0.03", "No change", "Other weights"]
    assert page.rows[1].mark.accessibleName() == "Helped"
    assert page.rows[1].strong
    assert "Set learning rate 0.03" in page._where.text()
    assert [row.strip.accessibleName() for row in page.rows] == [
        f"Median {page.chart.format(float(line.value[-1]))}" for line in page.chart._lines
    ]
    for line, treated in zip(page.chart._lines, page.trials.treated, strict=True):
        found = treated.outcome.band("validation_loss")
        assert line.band.step[-1] == found.step[-1] - treated.start
        assert (line.band.low[-1], line.band.high[-1]) == (found.low[-1], found.high[-1])
        assert np.array_equal(line.band.median, line.value)
    assert "shaded the middle half" in page._note.text()
    assert [line.label for line in page.chart._lines][2] == "No change, from the start"
    assert "From the present weights of step 30" in page._note.text()
    assert "From the start, because the change needs other first weights" in page._note.text()
    for name in ("dark", "light"):
        theme().set(name)
        assert not page.grab().isNull()
    page._metric._choose("validation_accuracy")
    assert page.rows[1].strip._most == 1.0
    with qtbot.waitSignal(page.edited) as applied:
        page.rows[1].apply.click()
    assert applied.args == [set_value(run.experiment, RATE, 0.03), "Set learning rate 0.03", ""]


def test_where_nothing_is_wrong_nothing_is_tried(page, run):
    begin(page, run)
    assert page._where.text() == WELL
    assert page.cures is None


def test_it_says_so_where_no_cure_can_be_tried(page, run):
    begin(page, run, replace(OTHER, cure=set_to("Elsewhere", "network.dense_99.initializer", "he_normal")))
    assert page._where.text() == NO_CURE
    assert page.cures is None


def test_it_stops_when_told_and_when_left(page, run, qtbot):
    begin(page, run, FASTER)
    page._go.click()
    qtbot.waitUntil(lambda: page.trials.done)
    assert page._go.text() == "Try again"
    page._go.click()
    assert page.wants().checkup
    begin(page, run, FASTER)
    cures = page.cures
    page.hide()
    assert cures.wait(PATIENCE)
