"""Gradient norm and update ratio in the dock: one curve a layer."""

from __future__ import annotations

import numpy as np
import pytest
from snapshots import experiment_of, history, snapshot

from playground.session.gradient_log import GradientCurves
from playground.session.snapshot import BranchView, TimelineView
from playground.views.plots.loss_plot import LossPlot


@pytest.fixture
def plot(qtbot):
    made = LossPlot()
    qtbot.addWidget(made)
    made.set_experiment(experiment_of())
    made.resize(860, 212)
    made.show()
    return made


@pytest.mark.parametrize("what", ["norms", "ratios"])
@pytest.mark.parametrize("rows", [0, 1, 50])
def test_one_curve_a_layer_and_back_to_the_loss(plot, what, rows):
    steps = np.arange(1, rows + 1) * 10
    values = np.exp(-np.outer(np.arange(rows) / 9, [1.0, 2.0])) * 1e-3
    values[:1, 0] = np.nan
    curves = GradientCurves(("dense_1", "output"), steps, values, values / 2)
    plot._what._choose(what)
    plot.show_snapshot(snapshot(gradients=curves))
    assert plot._layers.isVisible()
    assert not plot._log.isVisible()
    assert not plot.grab().isNull()
    if rows > 1:
        assert "Dense 1" in plot._layers.accessibleDescription()
    plot._what._choose("loss")
    assert not plot._layers.isVisible()
    assert plot._chart.isVisible()
    assert not plot.grab().isNull()


def test_in_the_smallest_window_everything_has_room_in_the_past_too(plot):
    plot.set_experiment(experiment_of("weather"))
    plot.resize(720, 150)
    past = TimelineView(travelled=True, tip=123_200, branches=(branch(1, True), branch(2, False)))
    plot.show_snapshot(snapshot(experiment_of("weather"), timeline=past))
    assert plot._live.isVisible()
    assert plot._runs.isVisible()
    plot.layout().activate()
    assert plot.layout().minimumSize().width() <= 720


def branch(number, current):
    return BranchView(number, f"Run {number}", 123_200, False, current, history(40), None)
