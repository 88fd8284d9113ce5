"""The split drawn on the data shows every row in its part, for every data set and split."""

import numpy as np
import pytest

from playground.catalog.datasets import datasets
from playground.catalog.splits import splits
from playground.experiment import edits
from playground.experiment.data import prepare
from playground.experiment.split_picture import parts_of, split_picture


def prepared(key, split=""):
    experiment = edits.set_dataset(edits.default_experiment(), key)
    if split:
        experiment = edits.set_choice(experiment, "data.split", split)
    return experiment.data, prepare(experiment.data, 1)


def test_every_data_set_has_a_picture():
    for entry in datasets:
        if entry.key in ("points", "line_points"):
            continue
        data, ready = prepared(entry.key)
        picture = split_picture(data, ready)
        sizes = [len(ready.train), len(ready.validation), len(ready.test)]
        if picture.kind == "map":
            assert len(picture.places) == len(picture.parts) > 0
            assert ((picture.places >= 0) & (picture.places <= 1)).all()
        else:
            assert picture.counts.sum(axis=0)[:3].tolist() == sizes, entry.key
        assert picture.over


@pytest.mark.parametrize(("split", "parts"), [("time", 1), ("random", 3), ("latest", 2)])
def test_a_split_of_days_is_a_strip(split, parts):
    picture = split_picture(*prepared("weather", split))
    assert (picture.kind, picture.over) == ("strip", "date")
    assert np.median((picture.counts[:40, :3] > 0).sum(axis=1)) == parts


def test_a_split_goes_where_it_goes_by():
    assert split_picture(*prepared("well_log", "group")).over == "well"
    for entry in datasets:
        data = edits.set_dataset(edits.default_experiment(), entry.key).data
        if splits["blocks"].fits(data.dataset):
            assert split_picture(*prepared(entry.key, "blocks")).kind == "map"
            return
    raise AssertionError("no data set has places")


def test_rows_of_a_gap_are_in_no_part():
    experiment = edits.set_dataset(edits.default_experiment(), "weather")
    experiment = edits.set_choice(experiment, "data.split", "time")
    experiment = edits.set_value(experiment, "data.split.gap", 30.0)
    ready = prepare(experiment.data, 1)
    picture = split_picture(experiment.data, ready)
    assert picture.counts[:, 3].sum() == np.sum(parts_of(ready) == 3) > 50
