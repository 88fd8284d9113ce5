from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from snapshots import experiment_of, history, snapshot

from playground.session.snapshot import BranchView, Failure, Flag, TimelineView
from playground.views.plots.axis import decimal_ticks, log_ticks, percent_ticks, plane_ticks, step_ticks
from playground.views.plots.curve import decimate, smooth
from playground.views.plots.loss_chart import nearest, series_of
from playground.views.plots.loss_plot import LossPlot
from playground.views.plots.safe import plot_safe
from playground.views.plots.scale import Scale
from playground.views.plots.spread import spread
from playground.views.plots.words import percent, with_unit
from playground.views.theme import theme


@pytest.fixture
def dock(qtbot):
    theme().set("light")
    view = LossPlot()
    qtbot.addWidget(view)
    view.set_experiment(experiment_of())
    view.resize(864, 212)
    view.show()
    return view


# Numbers to points


def test_the_gate_lets_only_finite_points_of_modest_size_through():
    x, y = plot_safe([0, 1, 2, 3, 4], [1.0, np.nan, np.inf, 1e300, -1e300])
    assert x.tolist() == [0, 3, 4]
    assert y.tolist() == [1.0, 1e15, -1e15]
    assert x.dtype == y.dtype == np.float64


def test_thinning_keeps_the_ends_of_every_stretch():
    x = np.arange(10_000.0)
    y = np.sin(x / 50)
    y[4_321], y[8_765] = 9.0, -9.0
    few_x, few_y = decimate(x, y, 1_000)
    assert len(few_x) <= 1_000
    assert (np.diff(few_x) >= 0).all()
    assert (few_y.max(), few_y.min()) == (9.0, -9.0)
    assert np.isin(few_y, y).all()


@pytest.mark.parametrize("count", [0, 1, 2, 3, 499, 500, 501, 777, 5_000])
def test_a_smooth_curve_starts_and_ends_where_the_data_do(count):
    x = np.arange(float(count))
    y = 3.0 + np.cumsum(np.random.default_rng(1).normal(size=count))
    calm_x, calm_y = smooth(x, y)
    assert len(calm_x) == len(calm_y) <= 500
    if count:
        assert (calm_x[0], calm_x[-1]) == (x[0], x[-1])
        assert calm_y[[0, -1]] == pytest.approx(y[[0, -1]])


def test_a_smooth_straight_line_stays_straight():
    x = np.arange(4_000.0)
    calm_x, calm_y = smooth(x, 2 * x)
    assert calm_y == pytest.approx(2 * calm_x)


def test_the_rate_of_before_the_first_step_is_not_drawn():
    run = history(5)
    run.learning_rate = 0.02, 0.002, 0.004, 0.006, 0.008  # a warm-up was chosen at step 0
    assert series_of(run, "train_loss", "validation_loss").rate.tolist() == [
        0.002,
        0.002,
        0.004,
        0.006,
        0.008,
    ]
    assert run.learning_rate[0] == 0.02
    run.learning_rate[1:] = 0.01
    assert series_of(run, "train_loss", "validation_loss").rate.size == 0


# Axes


def labels(ticks):
    return [tick.label for tick in ticks]


@pytest.mark.parametrize(
    ("ticks", "expected"),
    [
        (step_ticks(0, 3_900), ["0", "500", "1,000", "1,500", "2,000", "2,500", "3,000", "3,500"]),
        (step_ticks(0, 1), ["0", "1"]),
        (step_ticks(0, 400_000, 4), ["0", "100k", "200k", "300k", "400k"]),
        (step_ticks(0, 5e6, 5), ["0", "1M", "2M", "3M", "4M", "5M"]),
        (step_ticks(0, 1e10, 5), ["0", "2G", "4G", "6G", "8G", "10G"]),
        (step_ticks(1e10, 1e10 + 2, 3), ["10,000,000,000", "10,000,000,001", "10,000,000,002"]),
        (log_ticks(-3, 0.2), ["10⁻³", "0.01", "0.1", "1"]),
        (log_ticks(-0.5, 0.2), ["0.5", "1"]),
        (log_ticks(-12, 1), ["10⁻¹²", "10⁻⁹", "10⁻⁶", "10⁻³", "1"]),
        (log_ticks(-5.2, -0.4, 2), ["10⁻⁵", "0.01"]),
        (log_ticks(-1.04, -0.05, 2), ["0.1", "0.3"]),
        (log_ticks(-0.69, -0.31), ["0.3", "0.4"]),
        (log_ticks(0.05, 0.28, 2), ["1.2", "1.6"]),
        (log_ticks(-0.9, 0.6, 3), ["0.3", "1", "3"]),
        (log_ticks(-5.5, -4.9), ["5·10⁻⁶", "10⁻⁵"]),
        (log_ticks(-0.16, -0.15), ["0.695", "0.700", "0.705"]),
        (decimal_ticks(-0.5, 0.5, 4), ["−0.5", "0", "0.5"]),
        (plane_ticks(-6, 6), ["−4", "0", "4"]),
        (percent_ticks(0.9, 1.0), ["90%", "92%", "94%", "96%", "98%", "100%"]),
    ],
)
def test_ticks_are_round_and_spelt_for_people(ticks, expected):
    assert labels(ticks) == expected


@pytest.mark.parametrize("ticks", [step_ticks, log_ticks, decimal_ticks, percent_ticks, plane_ticks])
@pytest.mark.parametrize(
    ("low", "high"), [(0, 0), (-1e15, 1e15), (-300, 300), (0, 1e-9), (5, 5 + 1e-9), (1e14, 1e15)]
)
def test_ticks_lie_inside_and_are_few_on_any_range(ticks, low, high):
    found = ticks(low, high, 5)
    assert len(found) <= 12
    slack = 1e-6 * max(1.0, abs(high - low))
    assert all(low - slack <= tick.at <= high + slack for tick in found)


@pytest.mark.parametrize("span", [0.02, 0.2, 0.3, 0.8, 1.0, 1.7, 4.0])
@pytest.mark.parametrize("most", [2, 3, 5])
def test_a_logarithmic_axis_has_two_labels_at_least(span, most):
    counts = {len(log_ticks(low, low + span, most)) for low in np.arange(-6.0, 3.0, 0.037)}
    assert counts <= {*range(2, most + 1)}


def test_values_are_spelt_with_care():
    assert percent(0.9996) == ">99.9%"
    assert percent(0.0004) == "<0.1%"
    assert percent(0.0006) == "0.1%"
    assert percent(1.0) == "100%"
    assert percent(float("nan")) == "–"
    assert with_unit("°C")(3.06) == "3.06 °C"
    assert with_unit("")(1e-9) == "1.0e−9"


def test_end_labels_never_touch_each_other_or_the_border():
    for heights in (
        [50, 52],
        [52, 50],
        [8, 9],
        [99, 100],
        [0, 0],
        [100, 100],
        [0, 100],
        [-5],
        [],
        [50, 51, 49],
        [90, 91, 92, 93, 5],
    ):
        places = spread(list(map(float, heights)), 7.0, 93.0)
        assert all(7.0 <= place <= 93.0 for place in places)
        assert all(abs(a - b) >= 16.0 for a, b in pairwise(sorted(places)))
    low_first = spread([50.0, 52.0], 7.0, 93.0)
    assert low_first[0] < low_first[1]


def test_the_nearest_step_is_read():
    steps = np.array([0.0, 10.0, 100.0])
    assert [nearest(steps, x) for x in (-5, 4, 6, 54, 56, 1e9)] == [0, 0, 1, 1, 2, 2]


# The dock


def test_nothing_is_plotted_before_the_first_snapshot(dock):
    assert dock._chart is None


@pytest.mark.parametrize("rows", [0, 1, 2, 3, 400, 3_000])
@pytest.mark.parametrize("log", [True, False])
def test_any_number_of_rows_can_be_drawn(dock, rows, log):
    dock._log.set_value(log)
    dock.show_snapshot(snapshot(rows=rows))
    assert not dock.grab().isNull()
    ends = [word for word, *_ in dock._chart._ends]
    assert ends == (["Train", "Validation"] if rows else [])
    if rows > 1:
        x_low, x_high, y_low, y_high = dock._chart.view
        assert x_low <= 0
        assert 3_200 < x_high < 6_000
        assert y_low < y_high


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 1e308, 0.0, -1.0])
def test_a_loss_that_is_no_number_leaves_the_rest_of_the_curve(dock, bad):
    broken = history(50)
    broken.train_loss[-1] = broken.validation_loss[-1] = bad
    dock.show_snapshot(snapshot(history=broken))
    assert not dock.grab().isNull()
    assert len(dock._chart._smooth[0].xData) >= 49
    assert np.isfinite(dock._chart.view).all()


@pytest.mark.parametrize("constant", [0.0, 0.693, 1e-30, 1e12])
def test_a_constant_loss_lies_inside_its_scale(dock, constant):
    flat = history(50)
    flat.train_loss[:] = constant
    flat.validation_loss[:] = constant
    for log in (True, False):
        dock._log.set_value(log)
        dock.show_snapshot(snapshot(history=flat))
        dock._redraw()
        _, _, low, high = dock._chart.view
        assert low < high
        assert all(low <= y <= high for *_, y in dock._chart._ends)


def test_without_validation_there_is_one_curve(dock):
    alone = history(50)
    alone.validation_loss[:] = np.nan
    dock.show_snapshot(snapshot(history=alone))
    assert [word for word, *_ in dock._chart._ends] == ["Train"]
    assert "Validation" not in dock._chart.accessibleDescription().replace("Validation –", "")
    assert not dock.grab().isNull()


def test_ten_thousand_million_steps_fit_the_axis(dock):
    dock.show_snapshot(snapshot(history=history(2_000, 10**10)))
    x_low, x_high, *_ = dock._chart.view
    assert labels(dock._chart.across(x_low, x_high, 6))[-1].endswith("G")
    assert not dock.grab().isNull()


def test_accuracy_for_classes_and_rmse_with_its_unit_for_numbers(dock):
    assert [label for _key, label in dock._what._options[:2]] == ["Loss", "Accuracy"]
    dock.set_experiment(experiment_of("weather"))
    assert [label for _key, label in dock._what._options[:2]] == ["Loss", "RMSE (°C)"]
    dock._what._choose("metric")
    dock.show_snapshot(snapshot(experiment_of("weather")))
    assert dock._chart.accessibleDescription().endswith("°C")


def test_the_labels_name_the_last_values(dock):
    dock.show_snapshot(snapshot())
    last = history(400)[-1]
    assert dock._chart.accessibleDescription() == (
        f"Train {last.train_loss:.3f}, Validation {last.validation_loss:.3f}"
    )


def test_the_status_says_whether_it_runs(dock):
    for state, word in (("running", "Live"), ("paused", "Paused"), ("failed", "Stopped")):
        dock.show_snapshot(snapshot(state=state))
        assert dock._status.accessibleName() == word


def test_where_training_failed_there_is_a_line_on_the_timeline(dock):
    fail = theme().color("fail")

    def red():
        picture = dock.grab().toImage()
        colors = (picture.pixelColor(x, y) for x in range(picture.width()) for y in range(picture.height()))
        near = ((c.red() - fail.red(), c.green() - fail.green(), c.blue() - fail.blue()) for c in colors)
        return sum(max(map(abs, apart)) < 40 for apart in near)

    dock.show_snapshot(snapshot(state="paused"))
    before = red()
    dock.show_snapshot(snapshot(state="paused", failure=Failure(1_000, "Loss became NaN", "", None)))
    assert red() > before + 40


def test_zooming_stops_following_and_a_double_click_resumes(dock, qtbot):
    dock.show_snapshot(snapshot())
    chart = dock._chart
    before = chart.view
    chart.box.setMouseEnabled(x=True, y=True)
    chart.box.scaleBy((0.5, 0.5))
    chart.box.sigRangeChangedManually.emit([True, True])
    assert not chart.following
    assert dock._follow.isVisible()
    zoomed = chart.view
    dock.show_snapshot(snapshot(history=history(500, 4_000)))
    assert chart.view == zoomed
    QTest.mouseDClick(chart.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(300, 60))
    assert chart.following
    assert chart.view[1] > before[1]
    assert not dock._follow.isVisible()


def test_the_pointer_reads_the_nearest_step(dock, qtbot):
    dock.show_snapshot(snapshot())
    chart = dock._chart
    plain = dock.grab().toImage()
    chart.pointer = QPointF(300, 60)
    chart.viewport().update()
    assert dock.grab().toImage() != plain


def test_a_hidden_dock_draws_nothing_and_catches_up(dock):
    dock.show_snapshot(snapshot())
    dock.hide()
    dock.show_snapshot(snapshot(history=history(400, 9_000)))
    assert dock._chart._ends[0][2] == 3_200
    dock.show()
    assert dock._chart._ends[0][2] == 9_000


def test_the_same_history_is_drawn_once(dock):
    dock.show_snapshot(snapshot())
    calls = []
    dock._chart.show_series = lambda *a: calls.append(a)
    dock.show_snapshot(snapshot())
    assert calls == []


def test_both_themes_draw_other_pictures(dock):
    dock.show_snapshot(snapshot())
    light = dock.grab().toImage()
    theme().set("dark")
    try:
        assert dock.grab().toImage() != light
    finally:
        theme().set("light")


def test_the_mouse_pans_and_the_wheel_zooms(dock, qtbot):
    dock.show_snapshot(snapshot())
    chart = dock._chart
    before = chart.view
    port = chart.viewport()
    QTest.mousePress(port, Qt.MouseButton.LeftButton, pos=QPoint(300, 60))
    for x in (310, 330, 360, 400):
        QTest.mouseMove(port, QPoint(x, 60))
        qtbot.wait(5)
        move = QMouseEvent(
            QEvent.Type.MouseMove,
            QPointF(x, 60),
            QPointF(port.mapToGlobal(QPoint(x, 60))),
            Qt.MouseButton.NoButton,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
        QCoreApplication.sendEvent(port, move)
    QTest.mouseRelease(port, Qt.MouseButton.LeftButton, pos=QPoint(400, 60))
    panned = chart.view
    assert panned[0] < before[0]
    assert not chart.following
    chart.follow()
    wheel = QWheelEvent(
        QPointF(300, 60),
        QPointF(port.mapToGlobal(QPoint(300, 60))),
        QPoint(0, 0),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QCoreApplication.sendEvent(port, wheel)
    assert chart.view[1] - chart.view[0] < before[1] - before[0]
    assert not chart.following


def test_the_switch_has_its_word_wherever_there_is_room(dock):
    for width, word in ((900, "log scale"), (724, "log")):
        dock.resize(width, 212)
        dock.show_snapshot(snapshot())
        assert dock._log_label.isVisible()
        assert dock._log_label.text() == word, width
        parts = [part for part in dock.findChildren(QWidget) if part.parent() is dock and part.isVisible()]
        assert all(part.geometry().right() <= width for part in parts)


def test_zooming_out_without_end_stays_drawable(dock):
    dock.show_snapshot(snapshot())
    chart = dock._chart
    for _ in range(60):
        chart.box.scaleBy((10.0, 10.0))
    assert np.isfinite(chart.view).all()
    assert not dock.grab().isNull()
    for _ in range(120):
        chart.box.scaleBy((0.1, 0.1))
    assert np.isfinite(chart.view).all()
    assert not dock.grab().isNull()


def test_a_loss_of_zero_is_drawn_at_a_tick_that_says_so():
    scale = Scale(log=True, ticks=log_ticks)
    train, validation = np.array([2.0, 0.7, 0.0, 0.0]), np.array([1.5, np.nan, 0.9, 0.0])
    scale.learn(train, validation)
    both = [scale.plotted(train)[-1], scale.plotted(validation)[-1], scale.plotted(train[-1:])[0]]
    assert len(set(both)) == 1
    scale.fit([both[0], float(np.log10(2.0))])
    ticks = scale.marks(scale.low, scale.high, 5)
    assert (ticks[0].at, ticks[0].label) == (both[0], "0")
    assert all(tick.at > both[0] for tick in ticks[1:])
    assert "0" not in [tick.label for tick in ticks[1:]]


def test_a_loss_that_is_never_zero_has_no_tick_for_it():
    scale = Scale(log=True, ticks=log_ticks)
    scale.learn(np.array([2.0, 0.7]), np.array([np.nan, 0.9]))
    assert "0" not in [tick.label for tick in scale.marks(-2.0, 0.5, 5)]


def test_a_snapshot_paints_the_chart_once(dock, qtbot):
    dock.show_snapshot(snapshot(history=history(100, last_step=800)))
    qtbot.wait(50)
    painted = []
    paint = dock._chart.drawBackground
    dock._chart.drawBackground = lambda *args: (painted.append(1), paint(*args))
    dock.show_snapshot(snapshot(history=history(400)))
    qtbot.waitUntil(lambda: bool(painted))
    qtbot.wait(50)
    assert len(painted) == 1


def test_back_in_time_the_future_has_its_place_in_the_plot(dock):
    whole = history(200)
    whole.validation_loss[100:] = np.linspace(1.0, 40.0, 100)  # it will overfit
    branch = BranchView(1, "Run 1", 3_200, False, True, whole, None)
    past = TimelineView(travelled=True, tip=3_200, branches=(branch,), current=1)
    step = int(whole.step[50])
    dock.show_snapshot(snapshot(rows=0, history=whole[:51], steps=step, timeline=past))
    chart = dock._chart
    x_low, x_high, low, high = chart.view
    assert x_low <= 0
    assert x_high >= 3_200
    assert low <= np.log10(whole.train_loss.min())
    assert high >= np.log10(40.0)


def test_a_flag_ahead_leaves_the_value_beside_the_playhead_readable(dock):
    whole = history(200)
    whole.validation_loss[:] = np.nan
    branch = BranchView(1, "Run 1", 3_200, False, True, whole, None)
    step = int(whole.step[50])

    def pictured(*flags):
        past = TimelineView(travelled=True, tip=3_200, flags=flags, branches=(branch,), current=1)
        dock.show_snapshot(snapshot(rows=0, history=whole[:51], steps=step, timeline=past))
        return dock._chart.grab().toImage()

    plain = pictured()
    chart = dock._chart
    ((_word, _token, *end),) = chart._ends
    height = round(chart.place(*end).y())
    ahead = Flag(step + round(40 / (chart._across(step + 1) - chart._across(step))), "L2 0 → 0.001")
    across = round(chart._across(ahead.step))
    flagged = pictured(ahead)
    around = [(across + dx, height + dy) for dx in (-1, 0, 1) for dy in range(-6, 7)]
    assert all(flagged.pixel(*at) == plain.pixel(*at) for at in around)
    below = [(across + dx, height + dy) for dx in (-1, 0, 1) for dy in range(12, 22)]
    assert any(flagged.pixel(*at) != plain.pixel(*at) for at in below)
