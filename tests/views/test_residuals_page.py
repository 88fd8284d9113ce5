"""The residuals page: brush a zone, see its samples, follow one, look at a neuron."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt

from playground.engine.run import Run
from playground.experiment import edits, files, presets
from playground.session.judging import answers, judgement, open_rows
from playground.session.residuals import responses
from playground.views.residuals.clouds import clouds
from playground.views.residuals.page import ResidualsPage
from tests.views.snapshots import snapshot


def shown(run, page):
    """What the session would answer to the page's wants."""
    wants = page.wants()
    rows = open_rows(run, wants.judged, 2_000)
    return replace(
        snapshot(run.experiment),
        experiment=run.experiment,
        prepared=run.prepared,
        judgement=judgement(run, wants.judged, 2_000),
        responses=responses(run, wants.brushed, rows) if wants.brushed else None,
    )


@pytest.fixture
def open_page(qtbot):
    def opener(name, steps=30):
        run = Run(files.load(name))
        run.step(steps)
        page = ResidualsPage()
        qtbot.addWidget(page)
        page.resize(1100, 650)
        page.show()
        page.set_experiment(run.experiment)
        page.show_snapshot(shown(run, page))
        return run, page

    return opener


@pytest.mark.parametrize("name", ["spiral", "swirl", "curve", "weather", "digits", "autoencoder", "well_log"])
def test_every_kind_of_data_can_be_drawn(open_page, name):
    assert name in presets.names()
    _, page = open_page(name, 1)
    assert page.plots[0].isVisible()
    page.grab()


def test_answers_without_bounds_have_no_place(open_page):
    run, page = open_page("curve", 1)
    judged = shown(run, page).judgement
    for value in (np.nan, np.inf):
        broken = replace(judged.answers, predicted=np.full_like(judged.answers.predicted, value))
        page.show_snapshot(replace(shown(run, page), judgement=replace(judged, answers=broken)))
        assert not page.grab().isNull()


def test_a_dragged_rectangle_marks_what_lies_in_it(open_page, qtbot):
    run, page = open_page("weather")
    plot = page.plots[0]
    box = plot._axes().box
    start, end = QPoint(int(box.center().x()), int(box.top())), box.bottomRight().toPoint()
    qtbot.mousePress(plot, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(plot, end)
    qtbot.mouseRelease(plot, Qt.MouseButton.LeftButton, pos=end)
    inside = plot.inside(QRectF(QPointF(start), QPointF(end)))
    assert 0 < len(inside) < len(page._found.rows)
    assert page._rows == tuple(page._found.rows[inside].tolist())
    assert page.marked.title.text() == f"{len(inside)} samples marked"
    page.show_snapshot(shown(run, page))
    assert page.marked.neurons.count() > 0
    page.marked.clear.click()
    assert page._rows == ()
    assert page.wants().brushed is None


def test_a_bar_marks_its_regime_and_a_listed_sample_can_be_followed(open_page, qtbot):
    run, page = open_page("weather")
    page.bars.chosen.emit(2)
    way = page._way()
    assert set(page._rows) == set(page._found.rows[way.of[page._found.rows] == 2].tolist())
    sizes = np.abs(page._found.predicted - page._found.observed)[:, 0]
    with qtbot.waitSignal(page.followed) as followed:
        page.marked.samples.itemActivated.emit(page.marked.samples.item(0))
    marked = np.isin(page._found.rows, page._rows)
    assert followed.args == [int(page._found.rows[marked][sizes[marked].argmax()])]
    page.show_snapshot(shown(run, page))
    page.marked.neurons.setCurrentRow(0)
    with qtbot.waitSignal(page.asked) as asked:
        page.marked.neurons.itemActivated.emit(page.marked.neurons.item(0))
    assert asked.args[0] == "dense_1"


def test_other_data_forget_what_was_marked(open_page):
    _, page = open_page("weather")
    page.bars.chosen.emit(0)
    other = Run(files.load("xor"))
    page.show_snapshot(shown(other, ResidualsPage()))
    assert page._rows == ()
    assert not page.which.isVisible()


def test_the_worst_tenth_and_the_regimes_can_be_marked_by_keys(open_page, qtbot):
    _, page = open_page("weather")
    page.worst.click()
    assert len(page._rows) == len(page._found.rows) // 10
    marked = np.isin(page._found.rows, page._rows)
    assert page._found.miss[marked].min() >= page._found.miss[~marked].max()
    page.bars.setFocus()
    qtbot.keyClick(page.bars, Qt.Key.Key_Down)
    qtbot.keyClick(page.bars, Qt.Key.Key_Space)
    way = page._way()
    assert set(page._rows) == set(page._found.rows[way.of[page._found.rows] == 1].tolist())


def test_classes_have_their_names_on_every_axis_that_counts_them():
    run = Run(edits.set_dataset(edits.default_experiment(), "wine"))
    names = list(run.prepared.class_names)
    for cloud in clouds(run.prepared, answers(run, "validation", 100), 0):
        assert [tick.label for tick in cloud.ticks(0.0, 2.0, 8)] == names
