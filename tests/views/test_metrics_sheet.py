"""The metrics sheet shows what scikit-learn would say, and nothing of a locked test set."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sklearn import metrics as reference

from playground.engine.run import Run
from playground.experiment import edits, files
from playground.experiment.baselines import baselines
from playground.experiment.model import Unlocked
from playground.experiment.yardsticks import with_losses
from playground.session import judging
from playground.session.frames import Frames
from playground.session.judging import judgement
from playground.session.snapshot import Wants
from playground.views.metrics.metrics_panel import MetricsPanel
from playground.views.plots.loss_plot import LossPlot
from tests.views.snapshots import snapshot


def trained(name, **changes):
    run = Run(files.load(name).model_copy(update=changes))
    run.step(60)
    return run


def shown(run, asked="validation", with_baselines=True):
    found = with_losses(run.experiment, run.prepared) if with_baselines else ()
    made = snapshot(run.experiment)
    return replace(
        made,
        experiment=run.experiment,
        prepared=run.prepared,
        history=run.history,
        judgement=judgement(run, asked, 2_000),
        baselines=found,
    )


@pytest.fixture
def panel(qtbot):
    made = MetricsPanel()
    qtbot.addWidget(made)
    made.resize(328, 900)
    made.show()
    return made


def test_numbers(panel):
    run = trained("weather")
    panel.set_experiment(run.experiment)
    panel.show_snapshot(shown(run))
    rows = dict(panel._scores.rows())
    truth = run.prepared.raw_targets[run.prepared.validation]
    predicted = run.prepared.restore_targets(run.predict(run.prepared.inputs[run.prepared.validation]))
    assert rows["RMSE"] == f"{reference.root_mean_squared_error(truth, predicted):.2f} °C"
    assert list(rows) == ["RMSE", "MAE", "Bias", "R²", "Skill against persistence"]
    assert "This network" in dict(panel._rivals.rows())
    assert not panel._classes.isVisible()
    assert panel._charts is None


@pytest.mark.parametrize("name", ["xor", "penguins", "digits"])
def test_classes(panel, name):
    run = trained(name)
    panel.set_experiment(run.experiment)
    panel.show_snapshot(shown(run))
    rows = run.prepared.validation
    answers = run.predict(run.prepared.inputs[rows])
    named = (answers[:, 0] > 0.5).astype(int) if answers.shape[1] == 1 else answers.argmax(axis=1)
    recall = reference.recall_score(run.prepared.targets[rows], named, average=None, zero_division=0)
    assert [row[3] for row in panel._classes.rows()] == [f"{each:.2f}" for each in recall]
    roc, reliability = panel._charts
    assert roc.isVisible()
    assert reliability.isVisible()
    panel.grab()


def test_other_samples_can_be_asked_for_but_never_a_locked_test_set(panel):
    run = trained("xor")
    panel.show_snapshot(shown(run))
    assert [key for key, _ in panel._part._options] == ["validation", "train"]
    assert panel._lock.isVisible()
    panel._part.set_value("train")
    assert panel.wants() == Wants(judged="train", baselines=True)
    panel.show_snapshot(shown(run, "train"))
    assert panel._words.text() == "240 training samples"
    assert not panel._rivals.isVisible()  # they are those of the validation samples
    assert judgement(run, "test", 100).answers.part == "train"
    opened = trained("xor", test_unlocked=Unlocked(step=1, time="2026-11-21T10:00:00Z"))
    panel.show_snapshot(shown(opened))
    assert "test" in [key for key, _ in panel._part._options]
    assert not panel._lock.isVisible()


def test_the_frames_judge_and_fit_the_baselines_in_the_background(qtbot):
    told = []
    run = trained("xor")
    frames = Frames(run, run.prepared, tell=lambda: told.append(1))
    wants = Wants(judged="validation", baselines=True)
    assert frames.refresh(wants, at_once=True)["judgement"].scores[0].key == "accuracy"
    qtbot.waitUntil(lambda: bool(told))
    found = frames.refresh(wants, at_once=True)["baselines"]
    assert [each.key for each in found] == ["majority", "logistic", "neighbours"]


def loss_plot(qtbot, run):
    plot = LossPlot()
    qtbot.addWidget(plot)
    plot.resize(860, 212)
    plot.show()
    plot.set_experiment(run.experiment)
    plot.show_snapshot(shown(run))
    return plot


def test_nothing_is_fitted_before_the_first_step():
    run = Run(edits.default_experiment())
    parts = Frames(run, run.prepared).refresh(Wants(baselines=True), at_once=True)
    assert "baselines" not in parts


def test_the_best_baseline_is_a_line_in_the_loss_plot(qtbot):
    run = trained("weather")
    plot = loss_plot(qtbot, run)
    linear = next(each for each in baselines(run.prepared) if each.key == "linear")
    name, value = plot._chart._reference
    assert name == "Linear regression"
    scaled = (
        linear.predicted - run.prepared.raw_targets[run.prepared.validation]
    ) / run.prepared.target_scale
    assert value == pytest.approx(np.mean(scaled**2))
    plot._what.set_value("metric")
    plot.show_snapshot(shown(run))
    assert plot._chart._reference[1] == linear.score
    assert "Linear regression 2.71 °C" in plot._chart.accessibleDescription()
    plot.show_snapshot(shown(run, with_baselines=False))
    assert plot._chart._reference is None


@pytest.mark.parametrize("key", ["xor", "penguins"])
def test_a_cross_entropy_has_the_line_of_the_best_baseline_too(qtbot, key):
    run = trained(key)
    plot = loss_plot(qtbot, run)
    truth = run.prepared.raw_targets[run.prepared.validation]
    found = baselines(run.prepared)
    losses = {each.label: reference.log_loss(truth, each.probability) for each in found}
    name, value = plot._chart._reference
    assert name == min(losses, key=losses.get)
    assert value == pytest.approx(losses[name])


def test_baselines_are_measured_again_when_the_loss_changes(qtbot):
    told = []
    run = trained("xor")
    search = judging.BaselineSearch(lambda: run.prepared, lambda: told.append(1))
    other = edits.set_loss(run.experiment, "mean_squared_error")
    search.look(run.experiment)
    qtbot.waitUntil(lambda: len(told) == 1)
    surprise = [each.loss for each in search.look(run.experiment)]
    search.look(other)
    qtbot.waitUntil(lambda: len(told) == 2)
    squared = [each.loss for each in search.look(other)]
    assert all(np.isfinite(squared))
    assert surprise != squared


def test_scores_keep_the_data_that_they_are_of(panel):
    panel.show_snapshot(shown(trained("penguins")))
    panel.hide()
    panel.show_snapshot(replace(shown(trained("xor")), judgement=None))
    panel._redraw()  # a change of colours
    assert len(panel._classes.rows()) == 3


def test_a_search_for_data_that_nobody_asks_about_any_more_gives_up(qtbot, monkeypatch):
    run, told = trained("xor"), []
    monkeypatch.setattr(judging, "PATIENCE", -1.0)
    search = judging.BaselineSearch(lambda: run.prepared, lambda: told.append(1))
    assert search.look(run.experiment) == ()
    qtbot.waitUntil(lambda: bool(told))
    assert search.found == ()
    monkeypatch.setattr(judging, "PATIENCE", 1.0)
    search.look(run.experiment)
    qtbot.waitUntil(lambda: len(told) == 2)
    assert len(search.look(run.experiment)) == 3


@pytest.mark.parametrize("name", ["spiral", "rings"])
def test_the_log_loss_of_a_network_that_is_sure_and_wrong_is_its_cross_entropy(name):
    """In single precision a doubt of 1e-9 is none, and its logarithm would be made up."""
    run = Run(files.load(name))
    run.set_parameters({"output.weight": 40.0 * run.parameters["output.weight"]})
    found = {score.key: score.value for score in judgement(run, "validation", 10_000).scores}
    assert found["log_loss"] == pytest.approx(run.loss("validation"), rel=1e-5)
