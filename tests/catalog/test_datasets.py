"""Every data set of the registry, and the numbers that single ones promise."""

import os
import subprocess
import sys

import numpy as np
import pytest

from playground.catalog.datasets import datasets, table_record
from playground.catalog.features import features
from playground.catalog.scalings import scalings
from playground.catalog.splits import splits
from playground.experiment.model import choice

OWN = ["table", "points", "line_points"]  # what the user brings
GENERATED = [entry.key for entry in datasets if not entry.table and entry.key not in OWN]
TABLES = [entry.key for entry in datasets if entry.table]
NOISY = [entry.key for entry in datasets if any(setting.key == "noise" for setting in entry.settings)]

PROGRAM = """
import hashlib
from playground.catalog.datasets import datasets
from playground.experiment.model import choice
made = hashlib.sha256()
for entry in datasets:
    samples = entry.samples_of(choice(datasets, entry.key), 7)
    for values in (samples.raw, samples.targets):
        made.update(values.astype(values.dtype.newbyteorder("<")).tobytes())
print(made.hexdigest())
"""
DIGEST = "7f5cbc8794b6e595d96c6d8e02b1e06be556e5071a8b5c3a1b352e4cc02d3ba5"


def make(key, seed=1, **settings):
    chosen = choice(datasets, key, **settings)
    return chosen, datasets[key].samples_of(chosen, seed)


def test_the_keys_are_those_of_the_file_format():
    plane = "circle xor gaussians spiral moons checkerboard plane bumps swirl"
    lines = "rings saddle sine_mix step absolute chirp oscillator well_log wedge stations"
    tables = "iris wine breast_cancer diabetes earthquakes well_tx oilsands"
    series = "co2_weekly sunspots elnino nile global_temp"
    named = f"{plane} {lines} {tables} {series} curve penguins digits weather random"
    assert set(datasets.keys()) == set(named.split()) | set(OWN)


@pytest.mark.parametrize("entry", list(datasets), ids=datasets.keys())
def test_samples_fit_what_the_entry_says(entry):
    chosen, samples = make(entry.key)
    entry, rows = chosen.entry, len(samples.raw)
    assert samples.raw.shape == (rows, len(entry.raw_names_of(chosen)))
    assert samples.raw.dtype == np.float64
    assert np.isfinite(samples.raw).all()
    assert entry.key in OWN or rows == getattr(chosen, "samples", rows)
    if entry.task_of(chosen) == "classes":
        assert samples.targets.dtype == np.int64
        assert set(samples.targets.tolist()) == set(range(len(entry.class_names_of(chosen))))
        assert entry.outputs_of(chosen) == 0
    else:
        assert samples.targets.shape == (rows, entry.outputs_of(chosen))
        assert np.isfinite(samples.targets).all()
        assert entry.class_names_of(chosen) == ()
    if entry.domain is not None:
        assert entry.dimensions == samples.raw.shape[1]
        lows, highs = zip(*entry.domain, strict=True)
        assert (samples.raw >= lows).all()
        assert (samples.raw <= highs).all()


@pytest.mark.parametrize("entry", list(datasets), ids=datasets.keys())
def test_defaults_exist(entry):
    chosen = choice(datasets, entry.key)
    assert entry.default_split in splits
    assert entry.default_scaling in scalings
    assert set(entry.features_of(chosen)) <= set(entry.all_features_of(chosen))
    assert entry.domain is None or set(entry.all_features_of(chosen)) <= set(features.keys())
    assert list(splits[entry.default_split].problems(choice(splits, entry.default_split), chosen)) == []
    samples = make(entry.key)[1]
    for what in ("time", "group", "place", "depth"):
        assert (getattr(entry, f"{what}_name") != "") == (getattr(samples, what) is not None)
    assert entry.label
    assert entry.summary.endswith(".")


@pytest.mark.parametrize("key", GENERATED)
def test_a_seed_makes_the_same_points_and_another_seed_others(key):
    first, again, other = (make(key, seed)[1] for seed in (1, 1, 2))
    assert (first.raw == again.raw).all()
    assert (first.targets == again.targets).all()
    assert not (first.raw == other.raw).all()


@pytest.mark.parametrize("key", GENERATED)
def test_the_smallest_size_works(key):
    smallest = datasets[key].setting("samples").minimum
    assert len(make(key, samples=int(smallest))[1].raw) == smallest


@pytest.mark.parametrize("key", NOISY)
@pytest.mark.parametrize("noise", [0.0, 1.0])
def test_noise_at_its_ends_keeps_points_in_the_picture(key, noise):
    samples = make(key, noise=noise)[1]
    assert np.isfinite(samples.targets).all()
    assert datasets[key].domain is None or (np.abs(samples.raw) <= 6.0).all()


@pytest.mark.parametrize(
    "key", [key for key in NOISY if datasets[key].task == "classes" and datasets[key].domain]
)
def test_a_little_more_noise_moves_points_a_little(key):
    calm, rougher = (make(key, noise=noise)[1].raw for noise in (0.10, 0.11))
    assert 0.0 < np.abs(rougher - calm).max() < 0.1


def test_the_same_bits_whatever_the_processor_can_do():
    found = [
        subprocess.run(
            [sys.executable, "-c", PROGRAM],
            env={**os.environ, "NPY_DISABLE_CPU_FEATURES": features},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for features in ("", simd_features())
    ]
    assert found == [DIGEST, DIGEST]


def simd_features():
    """Every vector unit that NumPy found here and can do without."""
    return " ".join(np.show_config(mode="dicts")["SIMD Extensions"].get("found", []))


def test_a_spiral_has_a_class_for_each_arm():
    for arms in (2, 3):
        chosen, samples = make("spiral", arms=arms)
        assert len(datasets["spiral"].class_names_of(chosen)) == arms
        assert samples.targets.max() == arms - 1


def test_xor_without_noise_is_the_sign_of_the_product():
    samples = make("xor", noise=0.0)[1]
    assert (samples.targets == (samples.raw[:, 0] * samples.raw[:, 1] > 0.0)).all()
    quarters = (samples.raw > 0.0) @ (1, 2)
    assert np.ptp(np.bincount(quarters)) <= 1


def test_the_curve_has_a_gap():
    x = make("curve", samples=2000)[1].raw[:, 0]
    assert not ((x > 1.0) & (x < 3.0)).any()
    assert x.min() < -5.9
    assert x.max() > 5.9


@pytest.mark.parametrize(
    "key", ["plane", "bumps", "curve", "saddle", "sine_mix", "step", "absolute", "chirp"]
)
def test_noise_is_its_share_of_the_variance(key):
    clean, noisy = (make(key, samples=20_000, noise=noise)[1].targets for noise in (0.0, 0.3))
    assert clean.var() == pytest.approx(1.0, abs=0.03)
    assert np.corrcoef(clean[:, 0], noisy[:, 0])[0, 1] ** 2 == pytest.approx(0.7, abs=0.02)


def test_random_has_any_shape():
    chosen, samples = make("random", samples=50, inputs=7, classes=0, outputs=3)
    assert samples.raw.shape == (50, 7)
    assert samples.targets.shape == (50, 3)
    assert datasets["random"].task_of(chosen) == "regression"
    assert datasets["random"].target_names_of(chosen) == ("y1", "y2", "y3")
    chosen, samples = make("random", samples=5000, inputs=7, classes=5)
    assert datasets["random"].features_of(chosen) == tuple(f"x{i}" for i in range(1, 8))
    assert np.bincount(samples.targets).min() > 100


def test_penguins_are_counted_and_the_left_out_ones_too():
    samples = make("penguins")[1]
    assert (len(samples.raw), samples.left_out) == (342, 2)
    assert np.bincount(samples.targets).tolist() == [151, 68, 123]
    assert set(samples.time.tolist()) == {2007.0, 2008.0, 2009.0}
    names = datasets["penguins"].raw_names
    islands = samples.raw[:, [index for index, name in enumerate(names) if name.startswith("island")]]
    assert (islands.sum(axis=1) == 1.0).all()


def test_digits_are_images_of_16_shades():
    samples = make("digits")[1]
    assert samples.raw.shape == (1797, 64)
    assert (samples.raw.min(), samples.raw.max()) == (0.0, 16.0)
    assert np.bincount(samples.targets).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]


@pytest.mark.parametrize("city", ["seattle", "new_york"])
def test_weather_predicts_the_next_day(city):
    samples = make("weather", city=city)[1]
    assert len(samples.raw) == 1460
    assert (np.diff(samples.time) == 1.0).all()
    assert (samples.targets[:-1, 0] == samples.raw[1:, 1]).all()


@pytest.mark.parametrize("key", TABLES)
def test_a_table_says_where_it_comes_from(key):
    entry, record = datasets[key], table_record(datasets[key].table)
    for field in ("title", "source", "author", "licence", "url", "columns", "suggested_split", "regimes"):
        assert record[field], field
    assert entry.licence == record["licence"]
    assert record["source"]["version"] in entry.provenance
    assert len(entry.columns) == len(entry.units) == len(entry.raw_names)


@pytest.mark.parametrize("key", TABLES)
def test_values_of_a_table_lie_in_their_valid_ranges(key):
    entry, samples = datasets[key], make(key)[1]
    for column in table_record(entry.table)["columns"]:
        low, high = column["valid"]
        if column["name"] == "pixels":
            values = samples.raw
        elif column["name"] in entry.raw_names:
            values = samples.raw[:, entry.raw_names.index(column["name"])]
            if column["name"] == "ild":
                values = 10.0**values
        else:
            values = samples.targets
        assert values.min() >= low
        assert values.max() <= high


def test_a_damped_oscillator_follows_its_equation():
    samples = make("oscillator", samples=400, noise=0.0)[1]
    time = samples.raw[:, 0]
    assert samples.targets[:, 0] == pytest.approx(np.exp(-0.25 * time) * np.cos(2.0 * time), abs=1e-12)


def test_a_wedge_is_loudest_at_its_tuning_thickness():
    samples = make("wedge", samples=20_000, noise=0.0)[1]
    bins = (samples.targets[:, 0] // 5.0).astype(int)
    loudest = np.abs(samples.raw).max(axis=1)
    amplitude = [loudest[bins == index].mean() for index in range(12)]
    assert 15.0 <= 5.0 * int(np.argmax(amplitude)) <= 20.0  # V/(4f) = 20.8 m (Widess 1973)


def test_stations_cool_with_height_by_the_lapse_rate():
    samples = make("stations", samples=60_000, noise=0.0)[1]
    day = np.unique(samples.time, return_inverse=True)[1]
    centred = samples.raw - samples.raw.mean(axis=0)
    known = np.column_stack((centred[:, 1], centred[:, 2]))
    left = samples.targets[:, 0] - (np.bincount(day, samples.targets[:, 0]) / np.bincount(day))[day]
    slope = np.linalg.lstsq(known, left, rcond=None)[0]
    assert slope[1] == pytest.approx(-0.0065, abs=1e-6)


def test_the_texas_well_and_the_oil_sands_are_counted():
    well, sands = make("well_tx")[1], make("oilsands")[1]
    assert well.raw.shape == (3010, 6)
    assert len(sands.raw) + sands.left_out == 5808
    assert len(np.unique(sands.group)) > 200


def test_licences_that_are_not_plain_say_so():
    said = {key: datasets[key].licence for key in ("diabetes", "well_tx", "oilsands")}
    assert "No explicit licence" in said["diabetes"]
    assert "classifier only" in said["well_tx"]
    assert "provenance of the data is undocumented" in said["oilsands"]
