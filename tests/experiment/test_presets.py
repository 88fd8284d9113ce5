"""Every example that ships is a valid, readable file in the very form in which it would be saved."""

from __future__ import annotations

import re

import pytest

from playground.catalog.datasets import datasets
from playground.experiment import files, presets
from playground.experiment.data import prepare
from playground.experiment.edits import default_experiment
from playground.experiment.problems import problems
from playground.experiment.shapes import shapes


@pytest.mark.parametrize("name", presets.names())
def test_an_example_can_train_and_is_written_as_we_write(name: str) -> None:
    experiment = files.load(name)
    assert problems(experiment) == ()
    assert files.dumps(experiment) == presets.path_of(name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", presets.names())
def test_an_example_is_split_as_its_data_ask_for(name: str) -> None:
    data = files.load(name).data
    assert data.split.kind == data.dataset.entry.default_split


def test_every_data_set_of_the_gallery_has_an_example() -> None:
    shown = {files.load(name).data.dataset.kind for name in presets.names()}
    assert shown >= {entry.key for entry in datasets if entry.in_gallery}


def test_the_first_example_is_what_a_new_window_opens_on() -> None:
    assert files.load(presets.names()[0]) == default_experiment()


def test_titles_are_the_experiments_names() -> None:
    for preset in presets.presets():
        assert preset.title == files.load(preset.name).name
        assert presets.path_of(preset.name).stem == preset.name
    with pytest.raises(KeyError):
        presets.path_of("../secret")


@pytest.mark.parametrize("name", presets.names())
def test_the_weights_in_a_name_are_those_of_the_network(name: str) -> None:
    experiment = files.load(name)
    named = re.search(r"([\d,]+) weights for (\d+) points", experiment.name)
    if named is not None:
        assert int(named[1].replace(",", "")) == shapes(experiment).parameter_count
        assert int(named[2]) == len(prepare(experiment.data, experiment.seed).train)
