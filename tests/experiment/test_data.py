"""Prepared data are what the contract says for every data set, and the numbers match published ones."""

import os
import subprocess
import sys

import numpy as np
import pytest

from playground.catalog.datasets import datasets
from playground.catalog.features import features
from playground.catalog.scalings import scalings
from playground.catalog.splits import splits
from playground.experiment.data import feature_picture, prepare, thumbnail
from playground.experiment.memory import give_back
from playground.experiment.model import Data, choice

ALL = datasets.keys()


def data(dataset, **changes):
    chosen = dataset if isinstance(dataset, dict) else {"kind": dataset}
    return Data.model_validate({"dataset": chosen} | changes)


@pytest.mark.parametrize("key", ALL)
def test_every_data_set_is_ready_to_learn_from(key):
    made = data(key)
    prepared = prepare(made, 1)
    entry, rows = datasets[key], len(prepared.inputs)
    assert prepared.inputs.shape == (rows, len(prepared.feature_names))
    assert prepared.raw_inputs.shape == (rows, len(prepared.raw_names))
    assert prepared.feature_names == entry.features_of(made.dataset)
    assert np.isfinite(prepared.inputs).all()
    together = np.concatenate([prepared.train, prepared.validation, prepared.test])
    assert sorted(together.tolist()) == list(range(rows))
    assert min(len(prepared.train), len(prepared.validation), len(prepared.test)) > 0
    assert prepared.task == entry.task_of(made.dataset)
    if prepared.task == "classes":
        assert prepared.targets.dtype == np.int64
        assert set(prepared.targets[prepared.train].tolist()) == set(range(len(prepared.class_names)))
    else:
        assert prepared.targets.shape == (rows, entry.outputs_of(made.dataset))
        assert prepared.class_names == ()


@pytest.mark.parametrize("key", ALL)
def test_inputs_and_targets_can_be_made_again_from_raw_ones(key):
    prepared = prepare(data(key), 1)
    assert (prepared.transform(prepared.raw_inputs) == prepared.inputs).all()
    back = prepared.restore_targets(prepared.targets)
    np.testing.assert_allclose(back, prepared.raw_targets, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("key", ALL)
def test_every_input_can_be_chosen(key):
    every = datasets[key].all_features_of(data(key).dataset)
    prepared = prepare(data(key, features=every), 1)
    assert prepared.feature_names == every
    assert np.isfinite(prepared.inputs).all()
    one = prepare(data(key, features=every[-1:]), 1)
    assert one.inputs.shape[1] == 1
    assert one.image_shape is None


@pytest.mark.parametrize("key", ALL)
def test_prepared_arrays_cannot_be_changed(key):
    for value in vars(prepare(data(key), 1)).values():
        assert not isinstance(value, np.ndarray) or not value.flags.writeable


def test_the_same_choice_is_prepared_once():
    assert prepare(data("spiral"), 1) is prepare(data("spiral"), 1)
    assert prepare(data("spiral"), 2) is not prepare(data("spiral"), 1)


@pytest.mark.parametrize("key", scalings.keys())
def test_scaling_is_fitted_on_training_rows_only(key):
    prepared = prepare(data("weather", scaling={"kind": key}), 1)
    train = prepared.inputs[prepared.train]
    if key == "standard":
        np.testing.assert_allclose(train.mean(axis=0), 0.0, atol=1e-12)
        np.testing.assert_allclose(train.std(axis=0), 1.0, rtol=1e-12)
        assert np.abs(prepared.inputs.mean(axis=0)).max() > 1e-3
    elif key == "minmax":
        assert (train.min(axis=0) == 0).all()
        assert (train.max(axis=0) == 1).all()
    else:
        assert (prepared.inputs == prepared.raw_inputs).all()


@pytest.mark.parametrize("key", scalings.keys())
def test_constant_columns_become_zero(key):
    prepared = prepare(data("digits", features=["pixel_0"], scaling={"kind": key}), 1)
    assert (prepared.inputs == 0).all()


def test_class_targets_are_not_scaled():
    prepared = prepare(data("digits", target_scaling={"kind": "standard"}), 1)
    assert (prepared.targets == prepared.raw_targets).all()
    assert prepared.image_shape == (8, 8)


def linear_rmse(prepared):
    """Root mean squared error on the test rows of least squares fitted on the training rows, own units."""
    table = np.column_stack([prepared.inputs, np.ones(len(prepared.inputs))])
    weights = np.linalg.lstsq(table[prepared.train], prepared.targets[prepared.train], rcond=None)[0]
    error = prepared.restore_targets(table @ weights) - prepared.raw_targets
    return np.sqrt((error[prepared.test] ** 2).mean())


@pytest.mark.parametrize(("city", "expected"), [("seattle", 2.70), ("new_york", 3.24)])
def test_weather_is_forecast_as_well_as_measured_before(city, expected):
    prepared = prepare(data({"kind": "weather", "city": city}), 1)
    assert [len(rows) for rows in (prepared.train, prepared.validation, prepared.test)] == [730, 365, 365]
    assert linear_rmse(prepared) == pytest.approx(expected, abs=0.02)
    assert prepared.target_unit == "°C"


def test_persistence_is_what_the_raw_columns_say():
    prepared = prepare(data("weather"), 1)
    today = prepared.raw_inputs[:, prepared.raw_names.index("temp_max")]
    error = (today - prepared.raw_targets[:, 0])[prepared.test]
    assert np.sqrt((error**2).mean()) == pytest.approx(2.91, abs=0.01)


def test_penguins_are_told_apart_by_a_linear_model():
    prepared = prepare(data("penguins"), 1)
    table = np.column_stack([prepared.inputs, np.ones(len(prepared.inputs))])
    one_hot = np.eye(3)[prepared.targets]
    weights = np.linalg.lstsq(table[prepared.train], one_hot[prepared.train], rcond=None)[0]
    right = (table @ weights).argmax(axis=1) == prepared.targets
    assert right[prepared.test].mean() > 0.95


@pytest.mark.parametrize("noise", [0.0, 0.1, 0.5])
def test_a_linear_model_explains_all_but_the_noise_of_the_plane(noise):
    prepared = prepare(data({"kind": "plane", "noise": noise, "samples": 20_000}), 1)
    spread = prepared.raw_targets[prepared.test].std()
    assert 1 - (linear_rmse(prepared) / spread) ** 2 == pytest.approx(1 - noise, abs=0.02)


def test_samples_and_inputs_have_limits():
    with pytest.raises(ValueError, match="40,000,000"):
        prepare(data({"kind": "random", "samples": 2_000_000, "inputs": 100}), 1)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"split": {"kind": "random", "train": 0.5, "validation": 0.1, "test": 0.1}}, "100%"),
        ({"split": {"kind": "random", "train": 0.0, "validation": 0.5, "test": 0.5}}, "training"),
        ({"split": {"kind": "random", "train": 1e-6, "validation": 0.999999, "test": 0.0}}, "training"),
        ({"split": {"kind": "time"}}, "time"),
        ({"features": ["x1", "bill_length_mm"]}, "bill_length_mm"),
        ({"features": ["x1", "x1"]}, "twice"),
    ],
)
def test_what_cannot_be_prepared_is_refused_in_words(changes, words):
    with pytest.raises(ValueError, match=words):
        prepare(data("spiral", **changes), 1)


def test_raw_inputs_of_another_width_are_refused():
    with pytest.raises(ValueError, match=r"\(samples, 2\)"):
        prepare(data("spiral"), 1).transform(np.zeros((4, 3)))


@pytest.mark.parametrize("key", ALL)
def test_data_without_validation_or_test_are_fine(key):
    prepared = prepare(data(key, split={"kind": "random", "train": 1.0, "validation": 0.0, "test": 0.0}), 1)
    assert len(prepared.validation) == len(prepared.test) == 0


@pytest.mark.parametrize("split", splits.keys())
def test_every_split_works_for_the_tables_that_it_fits(split):
    fitting = [entry.key for entry in datasets if splits[split].fits(choice(datasets, entry.key))]
    for key in [key for key in fitting if datasets[key].table]:
        prepared = prepare(data(key, split={"kind": split}), 1)
        assert len(prepared.train) > 0


@pytest.mark.parametrize("key", ALL)
def test_a_thumbnail_can_be_drawn(key):
    picture = thumbnail(key)
    if picture.image is not None:
        assert picture.image.max() == 1
    else:
        assert 40 <= len(picture.points) <= 60
        assert np.abs(picture.points).max() <= 1
        assert len(picture.targets) == len(picture.points)


@pytest.mark.parametrize("key", features.keys())
def test_a_feature_can_be_drawn_over_the_plane(key):
    picture = feature_picture(key, 12)
    assert picture.shape == (12, 12)
    assert np.isfinite(picture).all()
    if key == "x1":
        assert (np.diff(picture, axis=1) > 0).all()
    if key == "x2":
        assert (picture[0] > picture[-1]).all()  # the top row first


PROGRAM = """
import hashlib
from playground.catalog.datasets import datasets
from playground.experiment.data import prepare
from playground.experiment.model import Data
for key in datasets.keys():
    every = datasets[key].all_features_of(Data(dataset={"kind": key}).dataset)
    made = hashlib.sha256()
    prepared = prepare(Data(dataset={"kind": key}, features=every), 3)
    for name in ("inputs", "targets", "raw_inputs", "raw_targets", "train", "validation", "test"):
        made.update(getattr(prepared, name).tobytes())
    print(key, made.hexdigest())
"""


def test_the_same_bits_with_and_without_the_processors_extras():
    from numpy._core._multiarray_umath import __cpu_dispatch__, __cpu_features__

    extras = " ".join(name for name in __cpu_dispatch__ if __cpu_features__.get(name))
    runs = [
        subprocess.run(
            [sys.executable, "-c", PROGRAM], env=os.environ | more, capture_output=True, text=True, check=True
        )
        for more in ({}, {"NPY_DISABLE_CPU_FEATURES": extras})
    ]
    assert runs[0].stdout == runs[1].stdout
    assert len(runs[0].stdout.split()) == 2 * len(datasets)


def test_preparing_imports_no_pandas():
    check = "import sys, playground.experiment.data; sys.exit('pandas' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0


def test_what_large_data_leave_behind_is_given_back(monkeypatch):
    given = []
    monkeypatch.setattr("playground.experiment.data.give_back", lambda: given.append(True))
    prepare(data({"kind": "plane", "samples": 500_001}), 77)
    prepare(data("plane"), 77)
    assert given == [True]
    give_back()
