"""Cures are tried on forks of the run: with no change a fork is the run itself, with a good one it helps."""

from __future__ import annotations

import pytest

from playground.engine.run import Run
from playground.experiment import files
from playground.experiment.edits import set_value
from playground.session.cures import NO_CHANGE, ORDERS, Cures, Remedy, Treated, Trials, remedies
from playground.session.repeat import Outcome, Side
from playground.session.rules import Finding, check_up
from playground.session.rules.evidence import Witness
from playground.session.rules.say import set_to
from playground.session.snapshot import RateChange
from playground.sweep.jobs import Job, JobResult
from tests.patience import PATIENCE

RATE = "training.optimizer.learning_rate"


def tried(run, findings, good=None) -> Trials:
    cures = Cures(run.experiment, run.state(), findings, run.prepared, good).start()
    assert cures.wait(PATIENCE)
    return cures.look()


def finding(rule, label, path, value):
    return Finding(rule, "A sentence.", set_to(label, path, value))


def words(trials, metric=None):
    metric = metric or trials.metrics[0]
    return {
        each.remedy.label: trials.effect(each, metric).word for each in trials.treated if each.remedy.changes
    }


def trained(preset, steps, **values):
    experiment = files.load(preset)
    for path, value in values.items():
        experiment = set_value(experiment, path.replace("__", "."), value)
    run = Run(experiment)
    run.step(steps)
    return run


def test_a_fork_without_a_change_is_the_run_itself():
    run = trained("spiral", 137)
    trials = tried(run, [finding("rate_too_small", "Faster", RATE, 0.05)])
    control = trials.treated[0]
    assert control.remedy.label == NO_CHANGE
    results = control.outcome.results
    run.step(results[0].steps - run.steps)
    assert results[0].digest == run.digest()
    assert len({each.digest for each in results}) == ORDERS
    assert control.start == 137


def test_a_change_from_the_present_weights_is_what_the_window_would_do():
    run = trained("spiral", 50)
    trials = tried(run, [finding("rate_too_small", "Faster", RATE, 0.05)])
    fork = trials.treated[1].outcome.results[0]
    run.adopt(set_value(run.experiment, RATE, 0.05))
    run.step(fork.steps - run.steps)
    assert not trials.treated[1].remedy.from_start
    assert fork.digest == run.digest()


def test_it_tells_help_from_luck_and_from_harm():
    run = trained("spiral", 40, training__optimizer__learning_rate=0.003)
    findings = [
        finding("rate_too_small", "Faster", RATE, 0.03),
        finding("rate_too_small", "Hardly other", RATE, 0.003001),
        finding("rate_too_small", "Stand still", RATE, 1e-9),
        finding("heavy_penalty", "Explode", "training.l2", 1e6),
    ]
    trials = tried(run, findings)
    found = words(trials, "train_loss")
    assert found["Faster"] == "helped"
    assert found["Hardly other"] == "no difference"
    assert found["Stand still"] == "worse"
    assert found["Explode"] in ("worse", "failed")
    assert trials.progress == 1.0
    sentence = trials.effect(trials.treated[1], "train_loss").sentence
    assert sentence.startswith("Train loss 0.")
    assert sentence.endswith(f"better in {ORDERS} of {ORDERS}.")


@pytest.mark.parametrize(("preset", "steps", "rule"), [("same_weights", 60, "symmetric_weights")])
def test_the_cure_of_a_rule_helps_its_example(preset, steps, rule):
    run = trained(preset, steps)
    findings = [each for each in check_up(Witness(run, run.prepared).look()).findings if each.rule == rule]
    trials = tried(run, findings)
    remedy = next(each.remedy for each in trials.treated if each.remedy.changes)
    assert remedy.from_start  # other first weights
    assert words(trials) == {remedy.label: "helped"}


def test_a_run_that_diverged_is_tried_from_the_start():
    run = trained("curve", 0, training__optimizer="sgd", training__optimizer__learning_rate=1e3)
    with pytest.raises(FloatingPointError):
        run.step(1000)
    trials = tried(run, [finding("diverging", "Set learning rate 100", RATE, 100.0)])
    assert {each.remedy.from_start for each in trials.treated} == {True}
    found = words(trials)  # lower and lower rates, until one is low enough
    assert list(found) == [f"Set learning rate {rate}" for rate in ("100", "10", "1", "0.1")]
    assert found["Set learning rate 100"] == "failed"
    assert found["Set learning rate 0.1"] == "helped"
    assert "stops being a number" in trials.effect(trials.treated[-1], trials.metrics[0]).sentence


def test_a_run_that_diverged_is_tried_from_its_last_good_state():
    run = trained("curve", 80, training__optimizer="sgd", training__optimizer__learning_rate=0.05)
    good = run.experiment, run.state()
    run.adopt(set_value(run.experiment, RATE, 1e3))
    with pytest.raises(FloatingPointError):
        run.step(1000)
    trials = tried(run, [finding("diverging", "Set learning rate 100", RATE, 100.0)], good)
    assert {(each.remedy.from_start, each.start) for each in trials.treated} == {(False, 80)}
    control, *_, gentle = trials.treated
    assert control.failed
    assert words(trials)["Set learning rate 0.1"] == "helped"
    back = Run(good[0])
    back.restore(good[1])
    back.adopt(gentle.remedy.experiment)
    fork = gentle.outcome.results[0]
    back.step(fork.steps - 80)
    assert back.digest() == fork.digest


def ended(label, from_start, failed=0, loss=1.0):
    """A remedy whose three forks have ended, the first of them by failing."""
    remedy = Remedy(label, "slow" if label else "", files.load("xor"), from_start)
    results = tuple(
        JobResult(label, Job(label, remedy.experiment), failure="It failed.")
        if number < failed
        else JobResult(
            label, Job(label, remedy.experiment), finished=True, metrics={"validation_loss": loss + number}
        )
        for number in range(3)
    )
    return Treated(remedy, Outcome(Side(label, remedy.experiment), results), 0)


def test_a_remedy_has_failed_once_most_of_its_forks_have():
    assert [ended("", False, failed).failed for failed in range(4)] == [False, False, True, True]


def test_a_remedy_is_compared_with_no_change_from_the_same_place():
    here, start = ended("", False, loss=1.0), ended("", True, loss=9.0)
    faster, other = ended("Faster", False, loss=5.0), ended("Other weights", True, loss=5.0)
    trials = Trials((here, faster, start, other), ("validation_loss",), False, True, 1.0, "")
    assert trials.control(faster) is here
    assert trials.control(other) is start
    assert words(trials) == {"Faster": "worse", "Other weights": "helped"}


@pytest.mark.parametrize("lost", [True, False])
def test_a_rate_that_was_raised_is_put_back_first(lost):
    run = trained("spiral", 5, training__optimizer__learning_rate=3.0)
    findings = [finding("diverging", "Set learning rate 0.3", RATE, 0.3)]

    def labels(changed, findings=findings):
        return [
            each.label for each in remedies(run.experiment, findings, lost, True, changed) if each.changes
        ]

    first, second, *_ = labels(RateChange(1200, 0.03, 3.0))
    assert (first, second) == ("Back to learning rate 0.03", "Set learning rate 0.3")
    assert labels(RateChange(1200, 30.0, 3.0)) == labels(None)  # it was lowered
    assert labels(RateChange(1200, None, 3.0)) == labels(None)  # the rule before had none
    same = labels(RateChange(1200, 0.3, 3.0))
    assert same[0].startswith("Back to learning rate 0.3")
    assert "Set learning rate 0.3" not in same
    if not lost:
        slow = [finding("overfitting", "Penalty", "training.l2", 0.01)]
        assert labels(RateChange(1200, 0.03, 3.0), slow) == ["Penalty"]  # nothing runs away


def test_two_findings_with_the_same_cure_are_tried_once():
    run = trained("spiral", 5)
    twice = [finding("rate_too_small", "Faster", RATE, 0.5), finding("underfitting", "Quicker", RATE, 0.5)]
    cures = Cures(run.experiment, run.state(), twice, run.prepared)
    assert [each.label for each in cures.remedies] == [NO_CHANGE, "Faster"]
    assert cures.remedies[1].against == "learning rate too small, underfitting"


def test_losses_of_different_kinds_are_not_compared():
    run = trained("spiral", 5)
    loss = set_to("Other loss", "training.loss", "mean_squared_error")
    other = [Finding("wrong_loss", "A sentence.", loss)]
    cures = Cures(run.experiment, run.state(), other, run.prepared)
    assert cures.look().metrics == ("validation_accuracy", "train_accuracy")


def test_it_can_be_cancelled():
    run = trained("spiral", 5)
    cures = Cures(
        run.experiment, run.state(), [finding("underfitting", "Faster", RATE, 0.5)], run.prepared
    ).start()
    cures.cancel()
    assert cures.wait(PATIENCE)
    trials = cures.look()
    assert trials.done
    assert trials.effect(trials.treated[1], "train_loss").word in (
        "waiting",
        "helped",
        "no difference",
        "worse",
    )
