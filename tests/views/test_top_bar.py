import math

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFontMetricsF

from playground.experiment import files, presets
from playground.experiment.edits import default_experiment
from playground.session.snapshot import Snapshot
from playground.views.theme import theme
from playground.views.top_bar import Number, TopBar
from playground.views.widgets.control import text_width

HISTORY = np.rec.array(
    [(3200, 400.0, 0.0131, 0.0742)],
    dtype=[("step", "i8"), ("epoch", "f8"), ("train_loss", "f8"), ("validation_loss", "f8")],
)


def _snapshot(**changes) -> Snapshot:
    values = {
        "experiment": default_experiment(),
        "state": "running",
        "message": "",
        "progress": None,
        "steps": 3200,
        "epochs": 400.2,
        "steps_per_second": 1180.4,
        "history": HISTORY,
    }
    return Snapshot(**(values | changes))


@pytest.fixture
def bar(qtbot, qapp):
    theme().apply(qapp)
    bar = TopBar()
    bar.resize(1440, 52)
    bar.set_experiment(default_experiment())
    qtbot.addWidget(bar)
    bar.show()
    return bar


def _shown(bar) -> dict[str, str]:
    return {key: number._value for key, number in bar._numbers.items()}


def test_the_numbers_of_the_moment(bar):
    bar.show_snapshot(_snapshot())
    assert _shown(bar) == {
        "epoch": "400",
        "step": "3,200",
        "rate": "1,180",
        "train": "0.013",
        "validation": "0.074",
    }
    bar.grab()


def test_before_the_first_step_there_are_no_losses(bar):
    bar.show_snapshot(_snapshot(state="paused", steps=0, epochs=0.0, history=HISTORY[:0]))
    shown = _shown(bar)
    assert (shown["train"], shown["rate"]) == ("–", "paused")


@pytest.mark.parametrize("steps", [1_234_567_890, 9_999_999_999, 123_456_789_012, 10**15])
def test_counters_beyond_a_billion_fit(bar, steps):
    bar.show_snapshot(_snapshot(steps=steps, epochs=steps / 8.0, steps_per_second=3_512_345.6))
    metrics = QFontMetricsF(theme().font("stat"))
    for number in bar.findChildren(Number):
        assert metrics.horizontalAdvance(number._value) <= number.width(), number._value
    full = bar._numbers["step"].toolTip() or bar._numbers["step"]._value
    assert full == f"{steps:,}"


def test_infinite_losses_have_a_sign(bar):
    history = HISTORY.copy()
    history["train_loss"], history["validation_loss"] = math.inf, math.nan
    bar.show_snapshot(_snapshot(state="failed", history=history))
    assert (_shown(bar)["train"], _shown(bar)["validation"]) == ("∞", "–")


def test_the_buttons_tell(bar, qtbot):
    bar.show_snapshot(_snapshot())
    for button, signal in (
        (bar._play, bar.play),
        (bar._step, bar.step),
        (bar._epoch, bar.epoch),
        (bar._reset, bar.reset),
        (bar._name, bar.renameRequested),
    ):
        with qtbot.waitSignal(signal):
            qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert bar._play.accessibleName() == "Pause"


def test_play_is_off_with_the_reason_where_the_network_cannot_train(bar):
    bar.show_snapshot(_snapshot(state="blocked", message="No samples are left for training."))
    assert not bar._play.isEnabled()
    assert "No samples are left for training." in bar._play.toolTip()
    bar.show_snapshot(_snapshot(state="paused"))
    assert bar._play.isEnabled()
    assert bar._play.toolTip() == "Play (Space)"


def test_while_kernels_compile_the_bar_says_so(bar):
    bar.show_snapshot(_snapshot(state="loading", message="Compiling kernels, 3 of 9", progress=0.33))
    assert bar._progress.isVisible()
    assert not bar._numbers["step"].isVisible()
    assert not bar._play.isEnabled()
    bar.grab()
    bar.show_snapshot(_snapshot())
    assert not bar._progress.isVisible()
    assert bar._numbers["step"].isVisible()


def test_the_dial_runs_from_one_step_a_second_to_flat_out(bar, qtbot):
    told = []
    bar.speedChanged.connect(told.append)
    slider = bar._dial._slider
    qtbot.keyClick(slider, Qt.Key.Key_Home)
    qtbot.keyClick(slider, Qt.Key.Key_End)
    assert told[0] == 1.0
    assert math.isinf(told[-1])
    bar.set_speed(250.0)
    assert bar._dial.speed() == 250.0
    bar.set_speed(math.inf)
    assert math.isinf(bar._dial.speed())
    qtbot.mouseClick(bar._dial, Qt.MouseButton.LeftButton, pos=QPoint(bar._dial.width() // 2, 36))
    assert told[-1] == 1000.0


@pytest.mark.parametrize("name", presets.names())
def test_on_the_narrowest_window_every_example_has_its_whole_name(bar, name):
    bar.set_experiment(files.load(name))
    bar.set_modified(True)
    bar.resize(1100, 52)
    bar.set_compact(True)
    bar.grab()
    lines = bar._name.lines()
    assert " ".join(lines) == bar._name.text()
    style = "section" if len(lines) == 1 else "label"
    assert all(text_width(line, style) <= bar._name.width() - 42 for line in lines)


def test_a_name_of_one_long_word_is_cut(bar):
    bar._name.set_name("x" * 200)
    assert bar._name.lines() == ("x" * 200,)
    assert not bar.grab().isNull()


def test_the_narrowest_window_still_holds_everything(bar):
    bar.resize(1100, 52)
    bar.set_compact(True)
    bar.show_snapshot(_snapshot(steps=1_234_567_890))
    bar.grab()
    last = bar._numbers["validation"]
    assert last.geometry().right() <= 1100
    assert bar._name.width() >= 80
