"""Each rule speaks up in a run that goes wrong in its way, and is silent in one that does not."""

from __future__ import annotations

from functools import partial
from types import SimpleNamespace

import numpy as np
import pytest

from playground.engine.run import Run
from playground.experiment import edits
from playground.experiment.data import prepare
from playground.experiment.files import load
from playground.experiment.presets import path_of
from playground.session.rules import check_up, examine, rules
from playground.session.rules.evidence import Witness
from playground.session.rules.say import number
from playground.session.snapshot import Wants
from playground.session.trainer import Trainer
from tests.patience import PATIENCE, wait_for

START = edits.default_experiment()


def experiment(dataset="spiral", layers=(6, 5), activation="tanh", initializer="glorot_uniform", **settings):
    """A small experiment; settings are paths with __ for a dot."""
    made = START if dataset == "spiral" else edits.set_dataset(START, dataset)
    made = edits.with_layers(made, ())
    for index, units in enumerate(layers):
        made = edits.add_layer(
            made, index, "dense", units=units, activation=activation, initializer=initializer
        )
    for path, value in settings.items():
        made = edits.set_value(made, path.replace("__", "."), value)
    return made


def findings(made, steps=0, looks=2, change=None):
    """What the rules say of a run after so many steps."""
    run = Run(made)
    witness = Witness(run, run.prepared)
    if change is not None:
        run.set_parameters(change(run.parameters))
    for look in range(looks):
        witness.look()
        if look + 1 < looks and steps:
            for _ in range(steps):  # a diverging run ends in steps that stop at once
                if run.advance(1000.0, 1).stopped:
                    break
    return examine(witness.look()), run


def nudged(name, **rows):
    """Parameters with one tensor changed."""

    def change(parameters):
        changed = parameters[name].copy()
        for row, value in rows.items():
            changed[int(row[1:])] = value
        return {name: changed}

    return change


def eight_dead(parameters):
    bias = parameters["dense_1.bias"].copy()
    bias[:8] = -30.0
    return {"dense_1.bias": bias}


def grown(parameters):
    return {name: 6.0 * value for name, value in parameters.items() if name.endswith("weight")}


def twins(parameters):
    weight, bias = parameters["dense_1.weight"].copy(), parameters["dense_1.bias"].copy()
    weight[3], bias[3] = weight[1], bias[1]
    return {"dense_1.weight": weight, "dense_1.bias": bias}


RELU = experiment(layers=(16,), activation="relu", initializer="he_uniform")
DEEP = experiment(layers=(16,) * 10, activation="sigmoid")
PIXELS = prepare(edits.set_dataset(START, "digits").data, 1).raw_names
PLANE = edits.set_dataset(START, "plane")

# rule: (a run in which it must speak, a run in which it must not)
CASES = {
    "leak": (
        partial(findings, experiment("weather", data__split="random")),
        partial(findings, experiment("weather")),
    ),
    "dead_units": (
        partial(findings, RELU, change=eight_dead),
        partial(
            findings, edits.set_value(RELU, "network.dense_1.activation", "leaky_relu"), change=eight_dead
        ),
    ),
    "saturated_units": (
        partial(findings, START, change=nudged("dense_1.bias", r2=9.0)),
        partial(findings, START, steps=100),
    ),
    "symmetric_weights": (
        partial(findings, experiment(initializer="zeros"), steps=20),
        partial(findings, experiment(layers=(1,)), steps=5),
    ),
    "duplicate_units": (
        partial(findings, START, change=twins),
        partial(findings, START, steps=50),
    ),
    "vanishing_gradient": (
        partial(findings, DEEP),
        partial(findings, experiment(layers=(16,) * 10, activation="relu", initializer="he_uniform")),
    ),
    "exploding_gradient": (
        partial(
            findings,
            experiment("plane", (16,) * 6, "relu", "he_uniform"),
            change=grown,
        ),
        partial(findings, experiment("plane", (16,) * 6, "relu", "he_uniform"), steps=50),
    ),
    "linear_collapse": (
        partial(findings, experiment(activation="identity")),
        partial(findings, experiment(layers=())),
    ),
    "diverging": (
        partial(
            findings,
            experiment("plane", (), training__optimizer="sgd", training__optimizer__learning_rate=1.5),
            steps=40,
        ),
        partial(findings, experiment("plane"), steps=40),
    ),
    "rate_above_limit": (
        partial(
            findings,
            experiment("plane", (), training__optimizer="sgd", training__optimizer__learning_rate=1.5),
            looks=8,
        ),
        partial(
            findings,
            experiment("plane", (), training__optimizer="sgd", training__optimizer__learning_rate=0.5),
            looks=8,
        ),
    ),
    "rate_too_small": (
        partial(findings, edits.set_value(START, "training.optimizer.learning_rate", 1e-6), steps=20),
        partial(findings, START, steps=20),
    ),
    "wrong_loss": (
        partial(findings, edits.set_loss(START, "mean_squared_error")),
        partial(findings, edits.set_dataset(START, "curve")),
    ),
    "whole_batch": (
        partial(findings, edits.set_value(START, "training.batch_size", 100_000)),
        partial(findings, START),
    ),
    "heavy_penalty": (
        partial(findings, edits.set_value(START, "training.l2", 3.0)),
        partial(findings, edits.set_value(START, "training.l2", 0.001), steps=50),
    ),
    "high_dropout": (
        partial(findings, edits.add_layer(START, 1, "dropout", rate=0.9)),
        partial(findings, edits.add_layer(START, 1, "dropout", rate=0.2)),
    ),
    "output_range": (
        partial(findings, edits.set_value(PLANE, "network.output.activation", "relu")),
        partial(findings, edits.set_value(PLANE, "network.output.activation", "leaky_relu")),
    ),
    "unscaled_inputs": (
        partial(
            findings, edits.set_value(edits.set_dataset(START, "penguins"), "data.scaling", "none"), looks=1
        ),
        partial(findings, edits.set_dataset(START, "penguins"), looks=1),
    ),
    "constant_column": (
        partial(
            findings,
            edits.set_value(
                edits.set_dataset(START, "digits"), "data.features", (PIXELS[0], PIXELS[20], PIXELS[21])
            ),
            looks=1,
        ),
        partial(findings, START),
    ),
    "few_samples": (
        partial(findings, experiment(layers=(400, 40))),
        partial(findings, START),
    ),
    "no_validation": (
        partial(
            findings,
            edits.set_value(
                START,
                "data.split",
                START.data.split.model_copy(update={"train": 1.0, "validation": 0.0, "test": 0.0}),
            ),
        ),
        partial(findings, START),
    ),
    "overfitting": (
        partial(
            findings,
            experiment(
                layers=(64, 64),
                activation="relu",
                initializer="he_uniform",
                data__dataset__noise=0.9,
                data__dataset__samples=100,
            ),
            steps=1500,
        ),
        partial(findings, START, steps=300),
    ),
    "underfitting": (
        partial(findings, experiment("xor", ()), steps=600),
        partial(findings, experiment("xor"), steps=600),
    ),
    "one_answer": (
        partial(findings, experiment(activation="relu", initializer="zeros"), steps=80),
        partial(findings, START, steps=80),
    ),
}


def test_there_are_enough_rules_and_each_has_both_cases():
    assert len(rules) >= 15
    assert set(CASES) == set(rules.keys())


@pytest.mark.parametrize("key", rules.keys())
def test_it_speaks_where_something_is_wrong(key):
    found, run = CASES[key][0]()
    mine = [finding for finding in found if finding.rule == key]
    assert mine, f"only {[finding.rule for finding in found]}"
    for finding in mine:
        assert finding.sentence.endswith("."), finding.sentence
        assert "nan" not in finding.sentence, finding.sentence
        assert finding.sentence[0].isupper() or finding.layer == "input", finding.sentence
        cured = finding.cure.edit(run.experiment)
        assert cured != run.experiment
        run.adopt(cured)  # the engine takes it


@pytest.mark.parametrize("key", rules.keys())
def test_it_is_silent_where_nothing_is_wrong(key):
    found, _ = CASES[key][1]()
    assert key not in {finding.rule for finding in found}, [finding.sentence for finding in found]


def shrunk(parameters):
    return {name: 0.1 * value for name, value in parameters.items() if name.endswith("weight")}


def test_weights_so_small_that_nothing_comes_back_are_a_vanishing_gradient():
    found, _ = findings(experiment(layers=(8,) * 8), change=shrunk)
    (mine,) = (finding for finding in found if finding.rule == "vanishing_gradient")
    assert "in Dense 1 it is" in mine.sentence
    normed = edits.add_layer(experiment(layers=(8,) * 3, activation="identity"), 3, "batch_norm")
    assert "vanishing_gradient" not in {finding.rule for finding in findings(normed, change=shrunk)[0]}


def test_the_ratio_that_is_told_is_that_of_the_bars_or_it_says_of_what_it_is():
    found, run = findings(load(path_of("vanishing_gradient")), steps=100)
    (mine,) = (finding for finding in found if finding.rule == "vanishing_gradient")
    witness = Witness(run, run.prepared).look()
    first, last = (witness.layers[place].gradient_norm for place in (0, 7))
    assert first < 1e-6  # so small that the biases are asked too
    assert f"in Dense 1 it is {number(last / first, 2)} times smaller" in mine.sentence
    found, _ = findings(experiment(layers=(8,) * 8), change=shrunk)
    (mine,) = (finding for finding in found if finding.rule == "vanishing_gradient")
    assert "gradient of the biases fades" in mine.sentence


def test_batch_norm_does_not_bend_what_is_straight():
    straight = experiment(layers=(4, 4), activation="identity")
    for kind, told in (("batch_norm", True), ("layer_norm", False)):
        found, _run = findings(edits.add_layer(straight, 1, kind), steps=20)
        sentences = [finding.sentence for finding in found if finding.rule == "linear_collapse"]
        assert [sentence.endswith("only shifts and scales each neuron.") for sentence in sentences] == [
            True
        ] * told


OTHER_CASES = {  # what speaks, and what must not, once more in other networks and data
    "leak": (experiment("well_log", data__split="random"), experiment("digits", data__split="random")),
    "linear_collapse": (
        experiment("digits", (8, 8, 8), "identity"),
        edits.set_value(experiment(activation="identity"), "network.dense_2.activation", "softsign"),
    ),
    "wrong_loss": (
        edits.set_loss(experiment("penguins"), "mean_absolute_error"),
        edits.set_loss(experiment("curve"), "huber"),
    ),
    "whole_batch": (
        experiment("curve", training__batch_size=10**6),
        experiment("xor", training__batch_size=10**6, training__optimizer="lbfgs"),
    ),
    "high_dropout": (
        edits.add_layer(edits.add_layer(START, 1, "dropout", rate=0.3), 3, "dropout", rate=0.85),
        edits.add_layer(START, 1, "dropout", rate=0.5, scaling="at_test_time"),
    ),
    "output_range": (
        experiment("curve", network__output__activation="sigmoid"),
        experiment("curve", network__output__activation="sigmoid", data__target_scaling="minmax"),
    ),
    "unscaled_inputs": (
        experiment("weather", data__scaling="none"),
        experiment("xor", data__scaling="none"),
    ),
    "few_samples": (experiment(layers=(40, 40), data__dataset__samples=30), experiment("penguins")),
    "heavy_penalty": (experiment(training__l1=1.0), experiment(training__l1=1e-4)),
    "rate_too_small": (
        experiment("curve", training__optimizer="sgd", training__optimizer__learning_rate=1e-7),
        experiment(training__schedule={"kind": "warmup_cosine", "warmup": 5}),
    ),
}


@pytest.mark.parametrize("key", OTHER_CASES)
def test_it_tells_other_networks_apart_too(key):
    wrong, right = ({f.rule for f in findings(made, steps=30)[0]} for made in OTHER_CASES[key])
    assert key in wrong
    assert key not in right


@pytest.mark.parametrize(("decay", "speaks"), [(50.0, True), (0.3, False)])
def test_a_decay_that_holds_all_weights_small_is_a_heavy_penalty(decay, speaks):
    made = experiment("plane", training__optimizer="adamw", training__optimizer__weight_decay=decay)
    found, run = findings(made, steps=30)
    mine = [finding for finding in found if finding.rule == "heavy_penalty"]
    assert bool(mine) == speaks
    for finding in mine:
        assert "under about 0.02" in finding.sentence
        assert finding.cure.edit(run.experiment).training.optimizer.weight_decay == 0.01


def test_nothing_is_said_of_the_first_experiment():
    found, _ = findings(START, steps=400)
    assert [finding.sentence for finding in found] == []


def straight_line(rate):
    """Linear regression by plain descent on all rows: its loss is a quadratic valley."""
    made = experiment("plane", (), training__optimizer="sgd", training__batch_size=100_000)
    return edits.set_value(made, "training.optimizer.learning_rate", rate)


def test_the_limit_is_two_over_the_largest_curvature():
    run = Run(straight_line(0.1))
    x, _ = run.data("train")
    one = np.column_stack([x, np.ones(len(x))])
    largest = np.linalg.eigvalsh(2.0 / len(x) * one.T @ one)[-1]
    witness = Witness(run, run.prepared)
    for _ in range(20):
        evidence = witness.look()
    assert evidence.sharpness == pytest.approx(largest, rel=5e-3)

    # 1.9 / λmax settles and nothing is said; 2.1 / λmax runs away and the rule says why.
    for times, settles in ((1.9, True), (2.1, False)):
        found, run = findings(straight_line(times / largest), steps=100, looks=4)
        assert ("rate_above_limit" in {f.rule for f in found}) is not settles
        losses = run.history.train_loss
        assert bool(losses[-1] < losses[0]) is settles


def ratio(activation, initializer, seed):
    """The first hidden layer's gradient over the tenth's, before the first step."""
    made = experiment(layers=(16,) * 10, activation=activation, initializer=initializer, seed=seed)
    run = Run(made)
    hidden = Witness(run, run.prepared).look().hidden
    return hidden[0].gradient_norm / hidden[-1].gradient_norm


@pytest.mark.parametrize(
    ("activation", "initializer", "low", "high"),
    [
        ("sigmoid", "glorot_uniform", 1e-7, 2e-6),
        ("sigmoid", "pytorch_default", 5e-10, 2e-8),
        ("tanh", "glorot_uniform", 0.3, 1.5),
        ("relu", "he_uniform", 0.15, 1.2),
    ],
)
def test_the_gradient_through_ten_layers(activation, initializer, low, high):
    median = np.median([ratio(activation, initializer, seed) for seed in range(1, 11)])
    assert low < median < high


@pytest.mark.parametrize(("activation", "dead"), [("relu", 8), ("leaky_relu", 0)])
def test_dead_units_do_not_move_by_one_bit(activation, dead):
    made = experiment("circle", (16,), activation, "he_uniform")
    run = Run(made)
    start = run.parameters
    start["dense_1.weight"][:8] *= 0.2  # so that a bias of -3 switches them off everywhere
    start["dense_1.bias"][:8] = -3.0
    run.set_parameters(start)
    found = {f.rule: f for f in examine(Witness(run, run.prepared).look())}
    assert len(found["dead_units"].units if dead else ()) == dead
    assert ("dead_units" in found) is bool(dead)
    before = run.parameters["dense_1.weight"][:8]
    run.step(600)
    moved = np.any(run.parameters["dense_1.weight"][:8] != before, axis=1)
    assert moved.sum() == 8 - dead


def test_the_trainer_hands_the_findings_to_whoever_wants_them():
    trainer = Trainer(RELU)
    trainer.want("test", Wants(checkup=True))
    trainer.start()
    try:
        wait_for(lambda: trainer.latest() is not None and trainer.latest().checkup is not None)
        checkup = trainer.latest().checkup
        assert list(checkup.gradients) == ["dense_1", "output"]
        assert all(norm > 0.0 for norm in checkup.gradients.values())
    finally:
        assert trainer.close(PATIENCE)


def test_a_run_beyond_numbers_is_called_diverging_and_nothing_else():
    def huge(parameters):
        return {name: np.full_like(value, 1e30) for name, value in parameters.items()}

    found, run = findings(experiment("plane", activation="identity"), change=huge)
    assert [finding.rule for finding in found] == ["diverging"]
    assert check_up(Witness(run, run.prepared).look()).gradients == {}


@pytest.mark.parametrize("initializer", ["zeros", "constant"])
def test_equal_weights_stay_equal_only_if_everything_behind_them_is_equal_too(initializer):
    alone = edits.set_value(START, "network.dense_1.initializer", initializer)
    found, _ = findings(alone)
    assert "symmetric_weights" not in {finding.rule for finding in found}
    whole = edits.set_value(alone, "network.dense_2.initializer", initializer)
    whole = edits.set_value(whole, "network.output.initializer", initializer)
    for steps in (0, 50):
        found, run = findings(whole, steps=steps)
        assert "symmetric_weights" in {finding.rule for finding in found}
        assert np.all(run.parameters["dense_1.weight"] == run.parameters["dense_1.weight"][0])


FALLING = np.linspace(1.0, 0.1, 20)
TURNING = np.r_[np.linspace(1.0, 0.4, 8), np.full(12, 0.6)]  # best at row 7, then half as much again


@pytest.mark.parametrize(
    ("train", "validation", "speaks"),
    [
        (FALLING, TURNING, True),
        (FALLING[::-1], TURNING, False),
        (FALLING, np.minimum(TURNING, 0.45), False),
        (FALLING, np.r_[np.linspace(1.0, 0.4, 16), np.full(4, 0.6)], False),
        (FALLING[:11], TURNING[:11], False),
        (FALLING, np.where(TURNING > 0.99, np.nan, TURNING), False),
    ],
    ids=["memorizes", "both rise", "rises little", "best just now", "too short", "not a number"],
)
def test_overfitting_is_a_rise_of_one_loss_while_the_other_falls(train, validation, speaks):
    steps = 100 * np.arange(len(train))
    history = np.rec.fromarrays([steps, train, validation], names="step,train_loss,validation_loss")
    found = list(rules["overfitting"].find(SimpleNamespace(history=history, experiment=START)))
    assert [finding.rule for finding in found] == ["overfitting"] * speaks
