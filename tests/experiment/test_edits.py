"""Edits: each returns another experiment, and what cannot be done is said in words."""

from __future__ import annotations

import pytest

from playground.catalog import registries
from playground.experiment import edits, files
from playground.experiment.edits import EditError
from playground.experiment.problems import problems
from playground.experiment.shapes import shapes, task

EXPERIMENT = edits.default_experiment()


def names(experiment):
    return [layer.name for layer in experiment.network.layers]


def test_the_default_experiment_can_train():
    assert problems(EXPERIMENT) == ()
    assert shapes(EXPERIMENT).parameter_count == 2 * 6 + 6 + 6 * 5 + 5 + 5 + 1


def test_a_value_is_set_by_its_path_and_the_old_experiment_stays():
    changed = edits.set_value(EXPERIMENT, "training.optimizer.learning_rate", 0.5)
    assert changed.training.optimizer.learning_rate == 0.5
    assert EXPERIMENT.training.optimizer.learning_rate == 0.02
    assert edits.set_value(EXPERIMENT, "network.dense_1.units", 9).network.layers[0].units == 9
    assert edits.set_value(EXPERIMENT, "training.l2", 1).training.l2 == 1.0


def test_choosing_another_entry_keeps_the_settings_both_have():
    changed = edits.set_choice(EXPERIMENT, "training.optimizer", "sgd")
    assert (changed.training.optimizer.kind, changed.training.optimizer.learning_rate) == ("sgd", 0.02)
    leaky = edits.set_value(EXPERIMENT, "network.dense_1.activation", "leaky_relu")
    assert leaky.network.layers[0].activation.negative_slope == 0.01


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("training.optimizer.learning_rate", -1.0),
        ("training.optimizer.learning_rate", float("nan")),
        ("training.optimizer.learning_rate", True),
        ("training.optimizer.learning_rate", "fast"),
        ("training.optimizer", "hope"),
        ("training.nothing", 1),
        ("network.dense_9.units", 3),
        ("network.dense_1.units", 0),
        ("network.dense_1.units", 4097),
        ("network.dense_1.units", 2.5),
        ("network.dense_1.name", "Dense 1"),
        ("seed", -1),
        ("", 1),
        ("network", 1),
        ("seed.deeper", 1),
    ],
)
def test_what_cannot_be_set_is_said_in_one_line(path, value):
    with pytest.raises(EditError) as caught:
        edits.set_value(EXPERIMENT, path, value)
    assert str(caught.value)
    assert "\n" not in str(caught.value)


def test_layers_are_added_moved_copied_renamed_and_removed():
    added = edits.add_layer(EXPERIMENT, 1, "dropout", rate=0.3)
    assert names(added) == ["dense_1", "dropout_1", "dense_2"]
    assert names(edits.move_layer(added, "dense_1", 3)) == ["dropout_1", "dense_2", "dense_1"]
    assert names(edits.move_layer(added, "dense_2", 0)) == ["dense_2", "dense_1", "dropout_1"]
    assert names(edits.move_layer(added, "dense_1", 0)) == names(added)
    copied = edits.copy_layer(added, "dropout_1", 0)
    assert names(copied)[0] == "dropout_2"
    assert copied.network.layers[0].rate == 0.3
    assert names(edits.rename_layer(added, "dense_1", "first")) == ["first", "dropout_1", "dense_2"]
    assert edits.remove_layer(added, "dropout_1") == EXPERIMENT


def test_two_layers_never_bear_one_name():
    with pytest.raises(EditError, match="dense_2"):
        edits.rename_layer(EXPERIMENT, "dense_1", "dense_2")
    with pytest.raises(EditError):
        edits.rename_layer(EXPERIMENT, "dense_1", "output")


def test_renaming_follows_the_wiring():
    wired = edits.set_value(EXPERIMENT, "network.dense_2.inputs", ["dense_1"])
    assert edits.rename_layer(wired, "dense_1", "first").network.layers[1].inputs == ("first",)


def test_at_most_64_layers():
    experiment = EXPERIMENT
    while len(experiment.network.layers) < 64:
        experiment = edits.add_layer(experiment, 0, "dense")
    assert problems(experiment) == ()
    with pytest.raises(EditError, match="64"):
        edits.add_layer(experiment, 0, "dense")


@pytest.mark.parametrize("key", registries["datasets"].keys())
def test_every_data_set_can_be_chosen_and_trains(key):
    changed = edits.set_dataset(EXPERIMENT, key)
    assert problems(changed) == ()
    assert changed.training.loss.entry.task in ("both", task(changed.data))
    assert shapes(changed).outputs >= 1


@pytest.mark.parametrize("kind", ["losses", "optimizers"])
def test_every_loss_and_optimizer_can_be_chosen(kind):
    for key in registries[kind].keys():
        path = {"losses": "training.loss", "optimizers": "training.optimizer"}[kind]
        assert edits.set_choice(EXPERIMENT, path, key).training


def test_choosing_a_loss_fits_the_output():
    changed = edits.set_loss(EXPERIMENT, "categorical_cross_entropy")
    assert shapes(changed).outputs == 2
    assert problems(changed) == ()


def test_setting_a_part_of_what_is_off_turns_it_on():
    stopping = edits.set_value(
        edits.default_experiment(), "training.early_stopping.min_delta", 0.1
    ).training.early_stopping
    assert (stopping.patience, stopping.min_delta, stopping.restore_best) == (10, 0.1, True)
    assert (
        edits.set_value(edits.default_experiment(), "training.early_stopping", None).training.early_stopping
        is None
    )


def test_the_practical_pattern_is_adamw_a_plateau_and_early_stopping():
    training = edits.set_practical_pattern(edits.default_experiment()).training
    assert (training.optimizer.kind, training.optimizer.learning_rate) == ("adamw", 1e-3)
    assert training.schedule.kind == "plateau"
    assert training.early_stopping.patience > training.schedule.patience
    assert training.batch_size == edits.default_experiment().training.batch_size


def test_files_say_only_what_is_unusual_about_training():
    experiment = edits.set_practical_pattern(edits.default_experiment())
    for path in ("network.dense_1.frozen", "network.output.frozen"):
        experiment = edits.set_value(experiment, path, True)
    experiment = edits.set_value(experiment, "training.penalize_biases", False)
    text = files.dumps(experiment)
    assert files.loads(text) == experiment
    assert text.count('"frozen": true') == 2
    usual = files.dumps(edits.default_experiment())
    assert not [word for word in ("frozen", "schedule", "penalize", "clip", "early") if word in usual]


def test_another_loss_leaves_a_frozen_output_frozen():
    _words, frozen = edits.freezing(edits.default_experiment(), "output")
    assert edits.set_loss(frozen, "mean_squared_error").network.output.frozen
