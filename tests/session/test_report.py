"""The report says what the run did, keeps the test set locked, and asks what it cannot know."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from playground.catalog.losses import losses
from playground.engine.run import Run
from playground.experiment import edits, files, presets, scoring
from playground.experiment.data import prepare
from playground.experiment.model import Answers, Unlocked
from playground.experiment.one_line import from_line
from playground.experiment.scoring import Score, interval, spelt
from playground.session.report import Writing, collect, gather
from playground.session.report.questions import questions
from playground.session.table_answers import Learned
from tests.patience import PATIENCE

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def few_resamples(monkeypatch):
    """A hundred are enough to see that there are intervals."""
    monkeypatch.setattr(scoring, "_COST", 1)


def trained(name, steps=60, **changes):
    experiment = files.load(name)
    run = Run(experiment.model_copy(update=changes))
    run.step(steps)
    return run


def test_numbers():
    report = gather(collect(trained("weather")), NOW)
    facts = dict(report.facts)
    assert [row[0] for row in report.scores.rows] == [
        "RMSE",
        "MAE",
        "Bias",
        "R²",
        "Skill against persistence",
    ]
    assert report.classes is None
    assert "This network" in [row[0] for row in report.baselines.rows]
    assert report.baselines.rows[report.baselines.strong][0] == "This network"
    assert ("Log-loss" in report.baselines.head) == (report.classes is not None)
    assert all(len(row) == len(report.baselines.head) for row in report.baselines.rows)
    assert facts["Split"] == "By time: 730 training, 365 validation, 365 test"
    assert facts["Trained"].startswith("60 steps")
    assert "Licence" in facts["Data"]
    assert from_line(report.line) == report.material.experiment
    assert "than linear regression" in report.headline
    assert report.made == "2026-11-21 12:00"


def test_with_a_rare_class_balanced_accuracy_comes_first_and_ranks():
    run = trained("penguins")
    checks = run.experiment.checks.model_copy(update={"rare": 1.0})
    material = replace(collect(run), experiment=run.experiment.model_copy(update={"checks": checks}))
    report = gather(material, NOW)
    assert report.scores.rows[0][0] == "Balanced accuracy"
    assert report.headline.startswith("Balanced accuracy ")
    assert "20% of the samples are Chinstrap, balanced accuracy comes first." in report.scores.note
    assert ("Always Adelie", "33.3%") in [row[:2] for row in report.baselines.rows]


def test_classes():
    report = gather(collect(trained("penguins")), NOW)
    assert [row[0] for row in report.classes.rows] == ["Adelie", "Chinstrap", "Gentoo"]
    counts = np.array([[int(cell) for cell in row[6:]] for row in report.classes.rows])
    assert counts.sum() == len(report.material.prepared.validation)
    assert report.headline.startswith("Accuracy")


def test_the_test_set_is_not_looked_at_until_it_is_unlocked():
    locked = collect(trained("xor"))
    assert set(locked.parts) == {"train", "validation"}
    assert dict(gather(locked, NOW).facts)["Test set"].startswith("Locked")
    moment = Unlocked(step=50, time="2026-11-21T10:00:00Z")
    opened = collect(trained("xor", test_unlocked=moment))
    assert opened.main.part == "test"
    said = dict(gather(opened, NOW).facts)["Test set"]
    assert "2026-11-21 10:00:00 UTC" in said
    assert "step 50" in said


def test_without_validation_samples_it_says_that_the_score_means_little():
    experiment = edits.set_value(edits.default_experiment(), "data.split", "random")
    split = experiment.data.split.model_copy(update={"train": 1.0, "validation": 0.0, "test": 0.0})
    run = Run(experiment.model_copy(update={"data": experiment.data.model_copy(update={"split": split})}))
    report = gather(collect(run), NOW)
    assert report.baselines is None
    assert "learned from" in report.headline
    assert dict(report.facts)["Test set"] == "There is none."


def written(name, **options):
    run = trained(name)
    learned = Learned(run.experiment, run.parameters | run.buffers, run.steps)
    writing = Writing(learned, run.history, **options)
    writing.wait(PATIENCE)
    assert writing.problem == ""
    return writing.report


def test_other_seeds_stand_beside_the_scores():
    report = written("xor", other_seeds=True)
    assert report.scores.head[-1] == "5 seeds"
    assert report.scores.rows[0][-1].endswith(")")
    assert len(report.diagnosis.evidence.seeds) == 5


def test_in_the_background_it_is_the_same_report():
    there, here = written("weather"), gather(collect(trained("weather")), NOW)
    assert (there.facts, there.scores, there.baselines) == (here.facts, here.scores, here.baselines)
    assert len(there.diagnosis.checks) == 5


@pytest.mark.parametrize("name", presets.names())
def test_the_four_questions_are_answered_as_far_as_the_program_knows(name):
    experiment = files.load(name)
    found = questions(experiment, prepare(experiment.data, experiment.seed))
    assert [question.key for question in found] == list(Answers.model_fields)
    for question in found:
        assert question.ask.endswith("?")
        assert question.known
        for text in question.known:
            assert not text[0].islower()
            assert text.endswith(".")


def test_what_the_author_says_is_kept_with_the_experiment():
    experiment = edits.set_value(edits.default_experiment(), "answers.assumed", "Only on weekdays.")
    assert files.loads(files.dumps(experiment)) == experiment
    assert "answers" not in files.dumps(edits.default_experiment())
    said = questions(experiment, prepare(experiment.data, experiment.seed))[3].said
    assert said == "Only on weekdays."


def test_every_loss_says_what_minimising_it_buys():
    for loss in losses:
        assert loss.buys, loss.key
        assert not loss.buys.endswith(".")


def test_numbers_in_words():
    assert spelt(0.9996, "share") == "99.9%"
    assert spelt(1.0, "share") == "100%"
    assert spelt(-3.061, "unit", "°C") == "−3.06 °C"
    assert spelt(float("nan"), "plain") == "–"
    assert spelt(1.2e-7, "plain") == "1.20e−7"


def test_a_score_without_an_interval_has_no_words_for_it():
    report = gather(collect(trained("xor", steps=5)), NOW)
    assert all(len(row) == len(report.scores.head) for row in report.scores.rows)
    assert interval(Score("r2", "R²", 0.5, "plain", 1.0)) == ""


def test_baselines_of_classes_have_a_log_loss_too():
    report = gather(collect(trained("penguins")), NOW)
    assert report.baselines.head == ("", "Accuracy", "Log-loss")
    losses = {row[0]: float(row[2]) for row in report.baselines.rows}
    own = next(row[1] for row in report.scores.rows if row[0] == "Log-loss")
    assert losses["This network"] == float(own)
    assert losses["Always Adelie"] > 0.9  # of three classes that are not alike in number, below log 3
