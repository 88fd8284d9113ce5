"""The page of pinned runs: what it states is true, twelve runs stay legible, and a keyboard is enough."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from snapshots import map_output, snapshot

from playground.experiment import edits
from playground.experiment.edits import set_value
from playground.experiment.yardsticks import with_losses, yardstick
from playground.session.repeat import Repeat, Side
from playground.session.seeds import SeedBook
from playground.session.snapshot import Flag, TimelineView
from playground.sweep.wording import ONE_SEED
from playground.views.compare.compare_page import EMPTY, ComparePage
from playground.views.compare.rows import Row, as_csv, rows_of
from playground.views.compare.run_card import look_of, swatch_of
from playground.views.plots.spread import LABEL_GAP
from playground.views.theme import theme
from playground.views.widgets.rows import Text
from tests.patience import PATIENCE
from tests.session.pinned_runs import START, board, pinned_run


@pytest.fixture
def page(qtbot):
    made = ComparePage()
    qtbot.addWidget(made)
    made.resize(1440, 848)
    made.show()
    return made


def shown(page, count=3):
    made = board(count, map_output(), snapshot().prepared)
    page.set_runs(made.runs)
    return made


def moment(run, branch=None, **changes):
    """A snapshot of the run on screen, on this branch of the timeline."""
    timeline = TimelineView(key=run.timeline, current=branch or run.branch)
    return snapshot(timeline=timeline, **{"steps": run.steps, "state": "paused", **changes})


def test_without_runs_it_says_what_to_do(page):
    assert EMPTY in [text.text() for text in page.findChildren(Text) if text.isVisible()]
    assert not page.export.isVisible()


def test_it_states_what_the_runs_have_in_common(page):
    runs = shown(page).runs
    assert page.title.text() == "Compare 3 pinned runs"
    assert page.common.text() == "Same data, same first weights, same batches"
    page.set_runs((runs[0], replace(runs[1], first_weights="b")))
    assert page.common.text() == "Same data, same batches"
    page.set_runs(runs[:1])
    assert (page.title.text(), page.common.text()) == ("Compare 1 pinned run", "")


def test_the_table_shows_only_what_differs_until_asked(page):
    shown(page)
    texts = page.judged.table.texts
    assert texts[0] == ["Optimizer", "SGD", "Momentum 0.9", "Adam"]
    assert [row[0] for row in texts[1:]] == [
        "Validation loss",
        "Train loss",
        "Validation accuracy",
        "Steps to reach 0.05",
    ]
    assert page.judged.others.text().endswith("other settings are identical")
    page.judged.others.click()
    assert len(page.judged.table.texts) == len(texts) + int(page.judged.others.text().split()[0])
    page.judged.others.click()
    assert page.judged.table.texts == texts


def test_a_best_value_is_said_to_be_best(page):
    shown(page)
    model = page.judged.table.model()
    said = [model.data(model.index(1, column), Qt.ItemDataRole.AccessibleTextRole) for column in range(3)]
    assert said[0].startswith("Validation loss, SGD: ")
    assert [text.endswith(", best") for text in said] == [True, False, False]


def test_losses_of_two_kinds_have_no_winner(page):
    runs = [pinned_run(), pinned_run(edits.set_loss(START, "mean_squared_error"), end=0.01)]
    rows = rows_of(runs, [1.0, 2.0], "0.1", False)
    best = {row.label: row.best for row in rows}
    assert best["Validation loss"] == best["Train loss"] == (False, False)
    assert best["Validation accuracy"] == (False, True)


def test_changes_on_the_way_are_told(page):
    from playground.session.snapshot import Flag

    runs = [pinned_run(), replace(pinned_run(), changes=(Flag(50, "Set learning rate 0.1"),), steps=500)]
    texts = {row.label: row.texts for row in rows_of(runs, [1.0, 2.0], "0.1", False)}
    assert texts["Changed on the way"] == ("–", "Set learning rate 0.1 at 50")
    assert texts["Steps"] == ("3,000", "500")


@pytest.mark.parametrize(("width", "height"), [(1440, 848), (1100, 648)])
def test_twelve_runs_stay_legible(page, width, height):
    page.resize(width, height)
    runs = shown(page, 12).runs
    assert len({(swatch_of(run).shape, theme().categorical(look_of(run)).name()) for run in runs}) == 12
    assert len({run.name for run in runs}) == 12
    page.show_snapshot(moment(runs[0], branch=99, steps=10))
    heights = sorted(page.chart.label_heights())
    assert len(heights) == 13
    assert all(b - a >= LABEL_GAP - 1e-6 for a, b in pairwise(heights))
    assert page.chart.plot.top() <= heights[0]
    assert heights[-1] <= page.chart.height()
    assert not page.grab().isNull()


def test_by_time_the_curves_lie_over_seconds(page):
    shown(page)
    page.along._choose("time")
    assert page.chart.accessibleName() == "Validation loss, log scale, by time"
    assert page.judged.table.texts[-1][0] == "Time to reach 0.05"
    assert page.judged.table.texts[-1][1].endswith(" s")
    assert page.chart.view[1] < 10.0


def test_accuracy_is_drawn_as_a_share_and_higher_is_better(page):
    shown(page)
    page.which._choose("validation_metric")
    assert page.chart.accessibleName() == "Validation accuracy, by step"
    assert page.judged.table.texts[-1][0].endswith("%")
    assert page.chart.view[3] <= 1.02


def test_the_level_can_be_dragged_and_typed(page):
    shown(page)
    page.grab()
    chart = page.chart
    at = QPointF(chart.plot.center().x(), chart._height_of(0.05)).toPoint()
    QTest.mousePress(chart.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    to = QPointF(chart.plot.center().x(), chart._height_of(0.3)).toPoint()
    QTest.mouseMove(chart.viewport(), to)
    QTest.mouseRelease(chart.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, to)
    assert page.level.value() == pytest.approx(0.3, abs=0.02)
    assert "not reached" not in page.judged.table.texts[-1]
    page.level.selectAll()
    QTest.keyClicks(page.level, "0.15")
    QTest.keyClick(page.level, Qt.Key.Key_Return)
    assert page.judged.table.texts[-1][0] == "Steps to reach 0.15"
    page.along._choose("time")
    assert page.judged.table.texts[-1][0] == "Time to reach 0.15"


def test_smoothing_changes_the_curve_and_not_the_results(page):
    shown(page)
    before = page.judged.table.texts
    rough = page.chart._calm[0][1].copy()
    page.smoothing.set_value(0.15)
    page.smoothing.edited.emit(0.15, True)
    assert page.chart._calm[0][1].std() != rough.std()
    assert page.judged.table.texts[:-1] == before[:-1]


def test_the_run_on_screen_is_marked_or_drawn_faint(page):
    runs = shown(page).runs
    page.show_snapshot(moment(runs[1]))
    assert [card.on_screen for card in page.strip.cards] == [False, True, False]
    assert len(page.chart._lines) == 3
    page.show_snapshot(moment(runs[1], steps=3_500))
    assert not any(card.on_screen for card in page.strip.cards)
    assert page.chart._lines[-1].label == "This run"
    assert page.chart._lines[-1].quiet


def test_a_run_of_another_session_is_never_on_screen(page):
    page.set_runs((replace(pinned_run(), name="Old", timeline=""),))
    page.show_snapshot(snapshot(steps=3_000))
    assert not page.strip.cards[0].on_screen


def test_a_keyboard_shows_renames_and_unpins(page, qtbot):
    runs = shown(page).runs
    card = page.strip.cards[1]
    assert "Momentum" in card.accessibleName()
    for signal, key in (
        (page.showRequested, Qt.Key.Key_Return),
        (page.renameRequested, Qt.Key.Key_F2),
        (page.unpinRequested, Qt.Key.Key_Delete),
    ):
        with qtbot.waitSignal(signal) as caught:
            QTest.keyClick(card, key)
        assert caught.args == [runs[1]]


def test_cards_stay_while_others_come_and_go(page):
    pins = shown(page)
    first = page.strip.cards[0]
    pins.rename(pins.runs[0], "the first")
    page.set_runs(pins.runs)
    assert page.strip.cards[0] is first
    assert first.run.name == "the first"
    pins.remove(pins.runs[1])
    page.set_runs(pins.runs)
    assert [card.run.name for card in page.strip.cards] == ["the first", "Adam"]


def test_a_run_whose_data_are_gone_and_one_that_never_trained_are_shown(page):
    lost = edits.set_dataset(START, "table")
    empty = replace(pinned_run(rows=1), name="Empty")
    page.set_runs((replace(pinned_run(lost, map_output()), name="Lost"), replace(empty, slot=1)))
    assert not page.grab().isNull()


def test_diverged_runs_are_drawn_as_far_as_they_are_numbers(page):
    run = pinned_run()
    run.history.validation_loss[-50:] = float("nan")
    other = pinned_run(seed=2)
    other.history.validation_loss[-1] = float("inf")
    page.set_runs((replace(run, name="A"), replace(other, name="B", slot=1)))
    assert not page.grab().isNull()
    assert page.judged.table.texts[-4][1:] == ["–", "∞"]


def test_the_table_goes_to_a_spreadsheet(page):
    runs = shown(page).runs
    lines = page.table_as_csv().splitlines()
    assert lines[0] == ",SGD,Momentum,Adam"
    assert lines[1] == "Optimizer,SGD,Momentum 0.9,Adam"
    assert len(lines) > 20
    hostile = replace(runs[0], name="=1+1")
    assert as_csv([hostile], ()).splitlines()[0] == ",'=1+1"
    nothing = Row("Empty", ("",), (False,), "same")
    assert as_csv(runs[:1], [nothing]).splitlines()[1] == "Empty,"
    assert not any(line.startswith("Answers") for line in lines)  # they are part of the report


@pytest.mark.parametrize("name", ["light", "dark"])
def test_it_can_be_painted_in_both_themes(page, name):
    before = theme().choice
    theme().set(name)
    try:
        shown(page)
        assert not page.grab().isNull()
    finally:
        theme().set(before)


def test_the_best_baseline_is_a_line_while_all_runs_learn_from_the_same(page, qtbot):
    runs = shown(page).runs
    qtbot.waitUntil(lambda: page.chart.reference is not None)
    best = yardstick(with_losses(START, runs[0].prepared), loss=True)
    assert page.chart.reference == best
    assert not page.grab().isNull()
    other = START.model_copy(update={"seed": START.seed + 1})
    page.set_runs((runs[0], replace(runs[1], experiment=other)))
    assert page.chart.reference is None


def test_other_seeds_of_pinned_runs_are_bands_a_row_and_a_verdict(page):
    first, second = board(2, map_output(), snapshot().prepared).runs
    first, slow = replace(first, experiment=START), set_value(START, "training.optimizer.learning_rate", 1e-6)
    second = replace(second, experiment=slow, name="slow")
    page.set_runs((first, second))
    assert page.judged.seed.text() == ONE_SEED
    assert all(line.band is None for line in page.chart._lines)
    book = SeedBook()
    page.set_seeds(book)
    for experiments, words in (
        ((first.experiment,), "no other seeds yet of slow"),
        ((first.experiment, slow), f"{first.name} is better than slow over 4 seeds"),
    ):
        repeat = Repeat(tuple(Side("", each) for each in experiments), 4, 200).start()
        assert repeat.wait(PATIENCE)
        book.keep(repeat.look())
        page.set_seeds(book)
        assert page.judged.seed.text() == words
    assert all(line.band is not None for line in page.chart._lines)
    rows = {row[0]: row[1:] for row in page.judged.table.texts}
    assert len(rows["Median of 4 seeds"]) == 2
    assert all("–" in text for text in rows["Half of them"])
    assert not page.grab().isNull()
    by_step = page.chart._lines[0].band
    page.along._choose("time")
    for line, run in zip(page.chart._lines, page.runs, strict=True):
        assert 0.0 < line.band.step[-1] <= run.seconds[-1]
    by_time = page.chart._lines[0].band
    assert np.array_equal(by_time.median, by_step.median)
    assert np.allclose(by_time.step, by_step.step / 1_000.0)  # the pace of these runs
    assert not page.grab().isNull()
    page.along._choose("step")
    page.set_runs((first, replace(second, experiment=set_value(slow, "data.split.train", 0.5))))
    assert page.judged.seed.text() == "not measured alike: other seeds cannot tell"
    page.set_runs((first, replace(first, name="later", slot=1)))  # one experiment, pinned twice
    assert page.judged.seed.text() == "one experiment, repeated with 4 seeds"
    assert [line.band is None for line in page.chart._lines] == [False, True]
    changed = replace(second, changes=(Flag(3, "Rate"),))
    page.set_runs((first, changed))
    assert page.judged.seed.text() == "no other seeds yet of slow"


def test_a_baseline_may_be_found_after_the_page_was_left(page):
    runs = shown(page).runs
    page.hide()
    page.set_runs(runs[:2])
    page._reference.found.emit()
    page.set_runs(())
    page._reference.found.emit()
    page.set_runs(runs)
    page.show()
    assert page.judged.table.texts[0] == ["Optimizer", "SGD", "Momentum 0.9", "Adam"]
