"""The race on screen: who runs, what is said of each lane, and a lane taken into the window."""

from __future__ import annotations

import csv

import numpy as np
import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from playground.experiment import files
from playground.experiment.edits import set_value
from playground.experiment.yardsticks import with_losses, yardstick
from playground.session.race.contests import CONTESTS, MOST
from playground.session.repeat import Repeat, Side
from playground.session.seeds import SeedBook
from playground.session.snapshot import PredictedOutput
from playground.session.uncertainty import RowsTogether
from playground.views.output.thumbnail import paint_output
from playground.views.plots.lines_chart import Line, LinesChart
from playground.views.race.race_page import RacePage
from playground.views.theme import theme
from tests.patience import PATIENCE

KEYS = [contest.key for contest in CONTESTS]


@pytest.fixture
def page(qtbot):
    theme().set("light")
    view = RacePage()
    qtbot.addWidget(view)
    view.set_experiment(files.load("spiral"))
    view.resize(1100, 650)
    view.show()
    yield view
    race = view.race
    view.close_race()
    assert race is None or race.close()


def trained(qtbot, page, steps=60):
    page.race.train_to(steps)

    def there():
        state = page.race.latest()
        assert all(lane.steps == steps for lane in state.lanes)
        assert not page.race._unmeasured
        assert page._shown is page.race.latest()

    qtbot.waitUntil(there)


@pytest.mark.parametrize("key", KEYS)
def test_every_contest_lines_up_and_runs(key, page, qtbot):
    page._contest.set_value(key)
    page._gather()
    trained(qtbot, page)
    labels = [line.label for line in page.chart._lines]
    assert labels == [lane.label for lane in page._shown.lanes]
    assert len(page.cards) == len(page._chips.running()) == len(labels)
    assert all(card.tile._shown is not None for card in page.cards)
    for name in ("dark", "light"):
        theme().set(name)
        assert not page.grab().isNull()


def test_play_pause_and_reset(page, qtbot):
    qtbot.waitUntil(lambda: page.race.latest().map is not None)
    page._speed.set_value("inf")
    page._set_speed()
    qtbot.keyClick(page, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: page.race.latest().steps > 50)
    page.refresh()
    assert page.play.accessibleName() == "Pause"
    page.play.click()
    qtbot.waitUntil(lambda: not page.race.latest().playing)
    page.reset.click()
    qtbot.waitUntil(lambda: page.race.latest().steps == 0)


def test_two_to_six_run(page):
    chips = page._chips
    for chip in chips.chips.values():
        if not chip.isChecked():
            chip.click()
    assert len(chips.running()) == MOST
    assert len(page.cards) == MOST
    for chip in chips.chips.values():
        if chip.isChecked():
            chip.click()
    assert len(chips.running()) == 2
    assert len(page.cards) == 2


def test_a_lane_is_taken_as_one_edit(page, qtbot):
    trained(qtbot, page, 3)
    with qtbot.waitSignal(page.edited) as taken:
        page.cards[1].open.click()
    experiment, label, merge = taken.args
    assert experiment == page._shown.lanes[1].contestant.experiment
    assert label == f"Take {page._shown.lanes[1].label} from the race"
    assert merge == ""


def test_a_click_draws_the_map_through_a_lane_and_a_second_one_no_longer(page, qtbot):
    trained(qtbot, page)
    qtbot.mouseClick(page.cards[2], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page._shown.map is not None and page._shown.map.through == (2,))
    trained(qtbot, page)
    assert page.cards[2].strong
    assert page.cards[2]._where.text().startswith("On the map: loss")
    qtbot.mouseClick(page.cards[2], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page._shown.map is not None and page._shown.map.through == ())
    assert not page.cards[2].strong


def test_a_hidden_race_is_paused(page, qtbot):
    qtbot.waitUntil(lambda: page.race.latest().map is not None)
    page.toggle()
    qtbot.waitUntil(lambda: page.race.latest().steps > 2)
    page.hide()
    qtbot.waitUntil(lambda: not page.race.latest().playing)


def test_an_experiment_that_cannot_train_says_why_in_every_lane(page, qtbot):
    broken = set_value(files.load("spiral"), "training.loss", "mean_squared_error")
    broken = set_value(broken, "network.output.units", 5)
    page.set_experiment(broken)
    qtbot.waitUntil(lambda: page._shown is not None and all(e.failed for e in page._shown.lanes))
    assert all(card._ended.text() for card in page.cards)
    page.toggle()
    page.reset.click()
    assert not page.grab().isNull()


def test_the_best_baseline_is_a_line_among_the_lanes(page, qtbot):
    trained(qtbot, page)
    page._which.set_value("validation_loss")
    page._redraw()
    qtbot.waitUntil(lambda: page.chart.reference is not None)
    lane = page._shown.lanes[0]
    best = yardstick(with_losses(lane.contestant.experiment, lane.prepared), loss=True)
    assert page.chart.reference == best
    assert best.label in page.chart.accessibleDescription()
    assert not page.grab().isNull()


def test_other_seeds_of_every_lane_are_bands_behind_its_curve(page, qtbot):
    book = SeedBook()
    page.set_seeds(book)
    page.seeds.found.connect(book.keep)
    book.changed.connect(lambda: page.set_seeds(book))
    trained(qtbot, page, 40)
    assert all(line.band is None for line in page.chart._lines)
    plain = page.cards[1].tile.grab().toImage()
    page.seeds.click()
    assert page.seeds.text().startswith("Stop: ")
    assert page.seeds.repeat.wait(PATIENCE)
    page.seeds.look()
    assert not page.seeds.running
    assert page.seeds.text() == "Repeat with 5 seeds"
    which = page._which.value()
    for line, lane in zip(page.chart._lines, page._shown.lanes, strict=True):
        seeds = book.of(lane.contestant.experiment)
        assert (seeds.count, seeds.steps) == (5, 40)
        assert line.band is seeds.band(which)
        own = seeds.outcome.curve(0, which)  # the first seed is the lane's own
        assert float(np.interp(40, *own)) == line.value[-1]
    assert "middle half" in page.seeds.toolTip()
    assert page.cards[1].tile.grab().toImage() != plain  # shaded where its seeds disagree
    assert not page.grab().isNull()


def test_the_lanes_can_be_taken_along(page, qtbot):
    trained(qtbot, page, 40)
    page._book = SeedBook()
    lanes = page._shown.lanes
    rows = list(csv.DictReader(page.table_as_csv().splitlines()))
    assert [row["lane"] for row in rows] == [lane.label for lane in lanes]
    assert [row["Optimizer"] for row in rows] == ["SGD", "Momentum 0.9", "RMSProp", "Adam"]
    for row, lane in zip(rows, lanes, strict=True):
        assert int(row["steps"]) == lane.now[0] == 40
        assert (float(row["train_loss"]), float(row["validation_loss"])) == lane.now[1:]
        last = lane.history[-1]
        assert int(row["evaluated_at_step"]) == last["step"]
        assert float(row["validation_accuracy"]) == last["validation_metric"]
    assert "seeds" not in rows[0]
    seeds = Repeat((Side("lane", lanes[0].contestant.experiment),), 3, 40).start()
    assert seeds.wait(PATIENCE)
    page._book.keep(seeds.look())
    first, *others = list(csv.DictReader(page.table_as_csv().splitlines()))
    ends = page._book.found[0].at("validation_loss", 40)
    assert first["seeds"] == "3"
    assert float(first["validation_loss_median"]) == np.median(ends)
    assert all(row["seeds"] == "" for row in others)
    asked = []
    page.exportRequested.connect(asked.append)
    for action in page.export_menu().actions():
        action.trigger()
    assert asked == ["table", "chart", "page"]


def test_the_repetition_of_a_race_can_be_stopped(page, qtbot):
    trained(qtbot, page, 3)
    page.seeds.click()
    page.seeds.click()
    assert page.seeds.repeat.wait(PATIENCE)
    page.seeds.look()
    assert page.seeds.text() == "Repeat with 5 seeds"


def test_a_lane_that_runs_away_does_not_flatten_the_others(qtbot):
    chart = LinesChart("Losses")
    qtbot.addWidget(chart)
    chart.resize(600, 300)
    step = np.arange(20.0)
    calm = Line("calm", 0, step, np.linspace(1.0, 0.1, 20))
    wild = Line("wild", 1, step[:3], np.array([1.0, 1e9, 1e25]), ended="fails")
    chart.show_lines([calm, wild])
    assert chart.view[3] < 2.0  # a power of ten
    assert not chart.grab().isNull()
    chart.show_lines([wild])
    assert chart.view[3] > 20.0


def test_a_stroke_goes_from_the_lowest_to_the_highest_prediction_of_a_seed():
    theme().set("light")
    observed = np.array([[0.0], [5.0], [10.0]])
    output = PredictedOutput(np.arange(3), observed, observed)
    apart = np.array([[0.0], [2.0], [0.0]])
    least, most = observed - apart, observed + apart

    def drawn(seeds):
        image = QImage(128, 128, QImage.Format.Format_RGB32)
        image.fill(theme().color("panel"))
        painter = QPainter(image)
        paint_output(painter, QRectF(0, 0, 128, 128), output, None, seeds)
        painter.end()
        return image

    plain, seeded = drawn(None), drawn(RowsTogether(observed, observed, least, most))
    differ = [(x, y) for x in range(128) for y in range(128) if plain.pixel(x, y) != seeded.pixel(x, y)]
    across, down = zip(*differ, strict=True)
    assert 62 <= min(across) <= max(across) <= 66  # of the one row on which seeds disagree
    assert (min(down), max(down)) == (
        pytest.approx(44, abs=1),
        pytest.approx(83, abs=1),
    )  # two tenths each way
    lost = RowsTogether(observed, observed, np.full_like(least, np.nan), most)
    assert drawn(lost) == plain
