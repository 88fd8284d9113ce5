"""Is it luck? The page repeats the experiment, says plainly what came out, and can be stopped."""

from __future__ import annotations

import csv

import numpy as np
import pytest
from PySide6.QtGui import QAction

from playground.experiment.data import prepare
from playground.experiment.edits import default_experiment, set_dataset, set_value
from playground.experiment.files import load
from playground.experiment.yardsticks import with_losses, yardstick
from playground.session.repeat import Repeat, Side
from playground.sweep.wording import HEADLINES
from playground.views.luck.band_chart import BandChart
from playground.views.luck.page import LuckPage
from playground.views.luck.together_view import Said, fill_tiles, tiles_for
from playground.views.luck.words import difference_format, value_format
from playground.views.theme import theme
from tests.patience import PATIENCE
from tests.views.snapshots import snapshot

START = default_experiment()
SLOW = set_value(START, "training.optimizer.learning_rate", 1e-6)


@pytest.fixture
def page(qtbot):
    made = LuckPage()
    qtbot.addWidget(made)
    made.resize(1100, 650)
    made.set_experiment(START)
    made.show_snapshot(snapshot(START, steps=0))
    made.show()
    yield made
    made.close_down()


def finish(qtbot, page, steps=80, seeds="5"):
    page._seeds.set_value(seeds)
    page._steps.set_value(steps)
    page.start()
    qtbot.waitUntil(lambda: not page.running)


def words(page):
    return page.verdict.sentence.text() + " " + page.verdict.more.text()


def test_one_seed_says_little_and_the_page_says_so(page):
    assert page.verdict.headline.text() == "One seed says little"
    assert "one seed; repeat with 5 to be sure" in page._subtitle.text()
    assert page._go.text() == "Repeat with 5 seeds"
    assert not page.grab().isNull()


def test_one_experiment_alone_has_a_spread(qtbot, page):
    finish(qtbot, page)
    ends = page._repeated.outcomes[0].ends("validation_loss")
    low, high = np.quantile(ends, [0.25, 0.75])
    shown = value_format("validation_loss", "", high - low)
    assert page.verdict.headline.text() == f"{shown(low)} to {shown(high)}"
    assert "Half of 5 seeds" in words(page)
    assert "Seed 1 with" in words(page)
    assert page.chart.accessibleDescription().startswith("Validation loss, median: This experiment")
    assert "Validation accuracy" in page.table.accessibleDescription()
    page._steps.set_value(7)  # of the next repetition
    page._redraw()
    assert page._subtitle.text() == "5 runs finished, 80 steps each"
    before = page._experiment
    page.set_experiment(set_value(before, "training.batch_size", 7))
    assert page._subtitle.text() == "5 runs finished, 80 steps each; the experiment has changed since"
    page.set_experiment(before)
    assert page._subtitle.text() == "5 runs finished, 80 steps each"
    assert len(page._tiles) == 2


def test_all_runs_can_be_taken_along(qtbot, page):
    assert not page.export.isEnabled()
    finish(qtbot, page, steps=10)
    rows = list(csv.DictReader(page.table_as_csv().splitlines()))
    assert [row["seed"] for row in rows] == ["1", "2", "3", "4", "5"]
    ends = page._repeated.outcomes[0].ends("validation_loss")
    assert [float(row["validation_loss"]) for row in rows] == ends.tolist()
    assert page.export.isEnabled()
    asked = []
    page.exportRequested.connect(asked.append)
    for action in page.export_menu().actions():
        action.trigger()
    assert asked == ["table", "chart", "page"]


def test_two_experiments_get_a_verdict(qtbot, page):
    page.rivals.choose(Side("slow", SLOW))
    finish(qtbot, page, steps=300)
    assert page.verdict.headline.text() == HEADLINES["better"]
    assert "than with slow" in words(page)
    assert "better in 5 of 5 seeds" in words(page)
    titles = [tile.accessibleName() for tile in page._tiles]
    assert titles == ["This experiment: mean of 5 seeds", "slow: mean of 5 seeds"]
    page._what.edited.emit(page._what.set_value("accuracy"), True)
    assert "Validation accuracy is" in words(page)
    assert "points higher than with slow" in words(page)
    for name in ("dark", "light"):
        theme().set(name)
        assert not page.grab().isNull()


def test_an_experiment_equals_itself(qtbot, page):
    page.rivals.choose(Side("the same", START))
    finish(qtbot, page, steps=20)
    assert page.verdict.headline.text() == HEADLINES["equal"]
    assert "the same as with the same in each of 5 seeds" in words(page)


def test_failures_are_said(qtbot, page):
    numbers = set_dataset(START, "plane")
    wild = set_value(numbers, "training.optimizer", {"kind": "sgd", "learning_rate": 1e6})
    for layer in ("dense_1", "dense_2"):
        wild = set_value(wild, f"network.{layer}.activation", "relu")
    page.set_experiment(numbers)
    page.rivals.choose(Side("wild", wild))
    finish(qtbot, page, steps=50)
    assert page.verdict.headline.text() == HEADLINES["unknown"]
    assert "No seed has finished in both" in words(page)
    assert "5 of 5 seeds of wild failed. The loss stopped being a finite number" in words(page)


def test_a_repetition_can_be_cancelled(qtbot, page):
    page._steps.set_value(10**9)
    page.toggle()
    assert page.running
    assert page._go.text() == "Cancel"
    page.toggle()
    qtbot.waitUntil(lambda: not page.running)
    assert page._subtitle.text().startswith("Cancelled: 0 of 5 runs finished")
    assert page.verdict.headline.text() == "No seed has finished yet"
    assert page._go.text() == "Repeat with 5 seeds"


def test_the_others_train_as_far_as_the_run_on_screen(page):
    assert page._steps.value() == 100 * 8
    page.show_snapshot(snapshot(START, steps=420))
    assert page._steps.value() == 420
    page._steps.set_value(7)
    page._steps.edited.emit(7, True)
    page.show_snapshot(snapshot(START, steps=900))
    assert page._steps.value() == 7


def test_the_menu_offers_what_is_at_hand_and_one_change_of_every_kind(page):
    page.set_rivals((Side("Run 2", SLOW),))
    menu = page.rivals.menu()
    texts = [action.text() for action in menu.actions() if not action.isSeparator()]
    assert texts[:2] == ["Nothing: this experiment alone", "Run 2"]
    assert texts[2:] == ["Other optimizer", "Other learning rate", "Other activation", "Other initializer"]
    menu.actions()[2].trigger()
    assert page.rivals.chosen().label == "Run 2"
    inner = [each for each in menu.findChildren(QAction) if each.text().startswith("Momentum")]
    inner[0].trigger()
    assert page.rivals.chosen().experiment.training.optimizer.kind == "momentum"
    page.set_experiment(SLOW)
    assert page.rivals.chosen() is None


@pytest.mark.parametrize(
    "experiment",
    [
        START,
        set_dataset(START, "plane"),
        load("spiral_three_arms"),
        load("curve"),
        load("penguins"),
        load("weather"),
        load("autoencoder"),
    ],
    ids=lambda experiment: experiment.data.dataset.kind,
)
def test_every_kind_of_output_has_tiles(qtbot, experiment):
    repeat = Repeat((Side("", experiment),), 3, 10).start()
    assert repeat.wait(PATIENCE)
    found, prepared = repeat.look().outcomes[0].answers(), prepare(experiment.data, experiment.seed)
    alone = [Said("", found, prepared, 3)]
    both = [Said("This", found, prepared, 3), Said("other", found, prepared, 2)]
    tiles, pair = tiles_for(alone), tiles_for(both)
    fill_tiles(tiles, alone)
    fill_tiles(pair, both)
    assert [tile.accessibleName().partition(":")[0] for tile in pair] == ["This", "other"]
    for tile in (*tiles, *pair):
        qtbot.addWidget(tile)
        tile.resize(300, 330)
        assert "seeds" in tile.accessibleName()
        assert not tile.grab().isNull()


def test_the_chart_says_what_will_appear(qtbot):
    chart = BandChart()
    qtbot.addWidget(chart)
    chart.resize(500, 300)
    chart.show_curves((), "Validation loss", str, "size")
    assert not chart.grab().isNull()


def test_differences_of_percentages_are_points():
    assert difference_format("validation_accuracy", "")(-0.025) == "−2.5 points"
    assert difference_format("validation_rmse", "°C")(-0.25) == "−0.25 °C"
    assert value_format("validation_accuracy", "")(0.5) == "50.0%"


def test_the_best_baseline_of_the_first_seed_is_a_line(qtbot, page):
    finish(qtbot, page)
    qtbot.waitUntil(lambda: page.chart.reference is not None)
    best = yardstick(with_losses(START, page._repeated_on), loss=True)
    assert page.chart.reference == (f"{best.label}, first seed", best.value)
    page._what.set_value("accuracy")
    page._redraw()
    qtbot.waitUntil(lambda: page.chart.reference is not None and page.chart.reference[1] > 0.5)
    assert not page.grab().isNull()


def test_what_differs_from_seed_to_seed_is_said_with_two_digits_of_the_spread():
    loss = value_format("validation_loss", "", 0.1986)
    assert [loss(value) for value in (0.0671, 0.2657, 0.0914)] == ["0.07", "0.27", "0.09"]
    assert loss(0.0004) == "4.0e−4"  # not 0.00
    assert value_format("validation_loss", "", 0.0996)(1.2345) == "1.23"
    assert value_format("validation_rmse", "°C", 12.3)(1234.56) == "1,235 °C"
    share = value_format("validation_accuracy", "", 0.118)
    assert [share(value) for value in (0.866, 0.9996, 1.0)] == ["87%", ">99.9%", "100%"]
    assert difference_format("validation_accuracy", "", 0.0123)(-0.0251) == "−2.5 points"
