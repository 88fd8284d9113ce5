"""Where the network is wrong: errors by regime, what marked samples share, which neurons answer to them."""

import numpy as np
import pytest

from playground.catalog.datasets.regimes import Regimes
from playground.engine.run import Run
from playground.experiment import files
from playground.experiment.data import regimes_of
from playground.session.diagnostics.judged import judge
from playground.session.frames import Frames
from playground.session.judging import answers
from playground.session.residuals import Brushed, by_regime, errors, maps, overrepresented, responses, worst
from playground.session.snapshot import Wants


def trained(name, steps=100):
    run = Run(files.load(name))
    run.step(steps)
    return run


@pytest.mark.parametrize("name", ["weather", "penguins"])
def test_errors_by_regime_are_those_of_the_checks(name):
    run = trained(name)
    found, judged = answers(run, "validation", 20_000), judge(run)
    for way, known in zip(regimes_of(run.experiment.data, 1), judged.regimes, strict=True):
        mine = by_regime(way, found)
        np.testing.assert_array_equal(mine.count, known.count)
        np.testing.assert_allclose(mine.error, known.error)
        np.testing.assert_allclose(mine.bias, known.bias)


def test_what_marked_samples_have_more_of():
    rows = np.arange(100)
    half = Regimes("Half", ("low", "high"), (rows >= 50).astype(np.int64))
    even = Regimes("Even", ("even", "odd"), rows % 2)
    marked = rows[60:80]
    (only,) = overrepresented((even, half), marked, rows)
    assert (only.name, only.label, only.marked, only.all) == ("Half", "high", 1.0, 0.5)
    assert overrepresented((even, half), rows[:0], rows) == ()


def test_the_neurons_that_tell_the_marked_samples_apart_come_first():
    run = trained("penguins", 300)
    rows = np.unique(run.prepared.train)
    marked = rows[run.prepared.targets[rows] == 2]
    found = responses(run, Brushed("train", tuple(marked.tolist())), rows).found
    values = run.forward(run.prepared.inputs[rows]).post["dense_1"].astype(np.float64)
    inside = np.isin(rows, marked)
    apart = (values[:, inside].mean(axis=1) - values[:, ~inside].mean(axis=1)) / values.std(axis=1)
    order = np.argsort(-np.abs(apart))
    assert [each.unit for each in found[:3]] == order[:3].tolist()
    assert found[0].difference == pytest.approx(apart[order[0]])
    assert {each.layer for each in found} == {"dense_1"}


@pytest.mark.parametrize("marked", [(), "all"])
def test_without_others_to_compare_with_no_neuron_stands_out(marked):
    run = trained("penguins", 1)
    rows = np.unique(run.prepared.validation)
    chosen = tuple(rows.tolist()) if marked == "all" else marked
    assert responses(run, Brushed("validation", chosen), rows).found == ()


@pytest.mark.parametrize(
    ("name", "titles"),
    [
        ("spiral", ["Over the plane"]),
        ("curve", ["Along the line"]),
        ("weather", ["In time"]),
        ("digits", ["By class"]),
    ],
)
def test_errors_are_laid_out_by_what_is_known_of_the_samples(name, titles):
    run = trained(name, 1)
    found = answers(run, "validation", 100)
    made = maps(run.prepared, found)
    assert [each.title for each in made] == titles
    for each in made:
        assert len(each.x) == len(found.rows)


def test_the_most_wrong_samples_come_first():
    found = answers(trained("weather"), "validation", 500)
    listed = worst(found, np.arange(len(found.rows)), 10)
    size = np.abs(errors(found))
    assert size[listed].tolist() == sorted(size.tolist(), reverse=True)[:10]


def test_frames_answer_for_marked_samples():
    run = trained("xor", 20)
    rows = tuple(np.unique(run.prepared.validation)[:5].tolist())
    wants = Wants(brushed=Brushed("validation", rows))
    found = Frames(run, run.prepared).refresh(wants, at_once=True)["responses"]
    assert found.asked.rows == rows
    assert found.found
