"""What an experiment is called after its data, as long as the user has not named it."""

from __future__ import annotations

from pathlib import Path

from playground.catalog.datasets import datasets
from playground.experiment import edits
from playground.experiment.model import Experiment
from playground.experiment.presets import presets


def named_after(before: Experiment, after: Experiment) -> Experiment:
    """The experiment after a change of its data, called like them unless the user gave it a name."""
    return edits.set_value(after, "name", name_of_data(after)) if _unnamed(before) else after


def name_of_data(experiment: Experiment) -> str:
    """What the data are called: the file of an own table, else the data set."""
    dataset = experiment.data.dataset
    file = "".join(letter for letter in Path(getattr(dataset, "path", "")).stem if letter.isprintable())
    return file[:200] or datasets[dataset.kind].label


def _unnamed(experiment: Experiment) -> bool:
    """True if its name is the program's own: the first one, an example's, or that of its data."""
    given = (
        name_of_data(experiment),
        Experiment.model_fields["name"].default,
        edits.default_experiment().name,
    )
    return experiment.name in given or any(experiment.name == preset.title for preset in presets())
