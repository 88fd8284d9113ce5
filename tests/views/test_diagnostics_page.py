"""The Diagnostics page: what it shows of an inspection, and what its buttons ask for."""

import numpy as np
import pytest

from playground.engine.run import Run
from playground.experiment import edits, files
from playground.session.diagnostics.inspection import Inspection
from playground.session.diagnostics.judged import RegimeScores
from playground.session.diagnostics.result import Bar, BarsPicture, RegimePicture, SplitPicture
from playground.views.diagnostics import regime_view, split_view
from playground.views.diagnostics.bars_view import BarsView
from playground.views.diagnostics.page import DiagnosticsPage
from playground.views.theme import theme
from playground.views.widgets.control import text_width
from tests.patience import PATIENCE


def inspection(experiment, steps=60, seeds=True):
    run = Run(experiment)
    run.step(steps)
    made = Inspection(experiment, run.parameters | run.buffers, steps if seeds else 0, run.history)
    made.start().wait(PATIENCE)
    return made


@pytest.fixture
def page(qtbot):
    made = DiagnosticsPage()
    qtbot.addWidget(made)
    made.resize(1100, 650)
    made.show()
    return made


def shown(page, experiment, **more):
    page.set_experiment(experiment)
    page.show_inspection(inspection(experiment, **more))


NAMES = ("weather", "xor", "plane", "penguins", "digits", "curve", "well_log", "autoencoder")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("colours", ["light", "dark"])
def test_every_kind_of_data_has_five_cards_that_can_be_painted(page, name, colours):
    theme().set(colours)
    shown(page, files.load(name), seeds=False)
    assert len(page.cards) == 5
    assert page.conclusion.headline.text()
    assert not page.grab().toImage().isNull()
    theme().set("light")


def test_the_headline_states_the_conclusion_and_the_counts_add_up(page):
    shown(page, files.load("plane"))
    assert "straight-line model" in page.conclusion.headline.text()
    assert "5 seeds" in page.conclusion.status.text()
    assert sum(page.diagnosis.count(mark) for mark in ("passes", "look", "fails")) == 5
    assert not page.conclusion.stop_button.isVisible()


def test_what_it_is_doing_is_said_once(page):
    experiment = files.load("xor")
    run = Run(experiment)
    page.set_experiment(experiment)
    page.show_inspection(Inspection(experiment, run.parameters | run.buffers, 0, run.history))
    said = page.conclusion
    assert [part.text() for part in (said.headline, said.summary, said.status)] == [
        "Judging…",
        "",
        "Judging the network…",
    ]


def test_an_action_leaves_as_an_edit(page, qtbot):
    shown(page, files.load("plane"), seeds=False)
    card = next(card for card in page.cards if card.action is not None)
    with qtbot.waitSignal(page.edited) as caught:
        card.action.click()
    after, label, _merge = caught.args
    assert after != page.experiment
    assert label == card.result.action.label


def test_limits_are_tried_at_once_and_leave_as_an_edit(page, qtbot):
    experiment = files.load("weather")
    shown(page, experiment, seeds=False)
    assert page.cards[4].result.mark != "fails"
    page._limits.limits.show_checks(experiment.checks)
    with qtbot.waitSignal(page.edited) as caught:
        page._limits.limits.fields["regime_fail"].edited.emit(1.0, True)
    after = caught.args[0]
    assert after.checks.regime_fail == 1.0
    page.set_experiment(after)
    assert page.cards[4].result.mark == "fails"
    assert "changed" not in page.conclusion.status.text()


def test_what_has_the_keyboard_keeps_it_when_the_answers_change(page, qtbot):
    experiment = files.load("weather")
    shown(page, experiment, seeds=False)
    button = next(card.action for card in page.cards if card.action is not None)
    for control in (page.cards[4]._choice, button):
        page.activateWindow()
        control.setFocus()
        qtbot.waitUntil(control.hasFocus)
        cards, views = list(page.cards), [card.view for card in page.cards]
        for limit in (1.0, 2.0):
            page.set_experiment(edits.set_value(experiment, "checks.regime_fail", limit))
            assert control.hasFocus()
        shown(page, experiment, seeds=False)
        assert control.hasFocus()
        assert page.cards == cards
        assert all(card.view is not view for card, view in zip(page.cards, views, strict=True))


def test_other_changes_make_the_page_say_that_it_is_old(page):
    experiment = files.load("weather")
    shown(page, experiment, seeds=False)
    page.set_experiment(edits.set_value(experiment, "training.batch_size", 7))
    assert "changed" in page.conclusion.status.text()


def test_regimes_can_be_told_apart_in_another_way_and_stay_so(page):
    experiment = files.load("weather")
    shown(page, experiment, seeds=False)
    card = page.cards[4]
    assert isinstance(card.result.picture, RegimePicture)
    names = [table.name for table in card.result.picture.tables]
    assert names == ["Season", "Observed"]
    other = names[1 - card.result.picture.shown]
    card._choose(other)
    assert card.view.accessibleName().startswith("Dec" if other == "Season" else "below")
    shown(page, experiment, seeds=False)
    assert page.cards[4].table == other


def test_a_locked_test_set_can_be_asked_for_until_it_is_open(page):
    experiment = files.load("weather")
    shown(page, experiment, seeds=False)
    assert page.conclusion.unlock_button.isVisible()
    assert "locked" in page.conclusion.lock.text()
    opened = edits.set_value(experiment, "test_unlocked", {"step": 1234, "time": "2026-01-02T03:04:05Z"})
    shown(page, opened, seeds=False)
    assert not page.conclusion.unlock_button.isVisible()
    assert "step 1,234" in page.conclusion.lock.text()
    assert "2026-01-02" in page.conclusion.lock.text()


def test_without_validation_samples_it_says_why(page):
    split = {"kind": "random", "train": 1.0, "validation": 0.0, "test": 0.0}
    shown(page, edits.set_value(files.load("plane"), "data.split", split))
    assert page.cards == []
    assert "validation" in page.conclusion.summary.text()


def test_other_data_make_it_forget_what_it_found(page):
    experiment = files.load("weather")
    shown(page, experiment, seeds=False)
    page.set_experiment(edits.set_value(experiment, "data.dataset.city", "new_york"))
    assert page.cards == []
    assert page.inspection is None
    assert "Not checked" in page.conclusion.headline.text()


def test_the_number_of_a_class_without_errors_stands_apart_from_its_name(qtbot, monkeypatch):
    scores = RegimeScores(
        "Class",
        ("Adelie", "Gentoo"),
        np.array([30, 30]),
        np.array([90, 90]),
        np.array([0.2, 0.0]),
        np.zeros(2),
    )
    places = {}
    monkeypatch.setattr(
        regime_view, "write", lambda _painter, place, text, *_more: places.update({text: place})
    )
    view = regime_view.RegimeView(RegimePicture((scores,), 0, 0, 20, True, ""))
    qtbot.addWidget(view)
    view.resize(560, 130)
    view.grab()
    assert not places["0%"].intersects(places["Gentoo"])


def test_every_part_of_a_split_is_named_in_the_narrowest_card(qtbot, monkeypatch):
    part = np.repeat([0, 1, 2], (240, 80, 80))
    parts = (("Train", "", 240), ("Validation", "", 80), ("Test", "", 80))
    place = np.random.default_rng(1).normal(size=(400, 2))
    picture = SplitPicture("", np.arange(400.0), np.full(400, np.nan), part, parts, place, True)
    places = {}
    monkeypatch.setattr(
        split_view, "write", lambda _painter, place, text, *_more: places.update({text: place})
    )
    view = split_view.SplitView(picture)
    qtbot.addWidget(view)
    view.resize(380, 130)
    view.grab()
    assert all(places[name].width() >= text_width(name, "label") for name, _where, _n in parts)
    assert places["Test"].left() > places["Validation"].left() + text_width("Validation", "label")


def test_bars_have_room_on_a_narrow_page(qtbot):
    bars = (Bar("Mean of the training samples", 7.38, word="better"), Bar("This network", 3.06, True))
    view = BarsView(BarsPicture(bars, 3.06, False))
    qtbot.addWidget(view)
    view.resize(340, 60)
    image = view.grab().toImage()
    grey = theme().color("border-strong").rgb()
    lengths = [
        sum(image.pixel(x, y) == grey for x in range(image.width())) for y in range(0, image.height(), 2)
    ]
    assert max(lengths) > 80 * image.devicePixelRatio()
