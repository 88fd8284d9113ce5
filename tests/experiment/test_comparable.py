"""Numbers are set side by side only where they mean the same."""

from __future__ import annotations

import pytest

from playground.experiment.comparable import why_not
from playground.experiment.edits import default_experiment, set_dataset, set_value

START = default_experiment()
NUMBERS = set_dataset(START, "plane")


@pytest.mark.parametrize(
    ("one", "other", "loss", "metric"),
    [
        (START, START, "", ""),
        (START, set_value(START, "seed", 9), "", ""),
        (START, set_value(START, "training.optimizer", "sgd"), "", ""),
        (START, set_value(START, "training.loss", "mean_squared_error"), "in another way", ""),
        (NUMBERS, set_value(NUMBERS, "data.target_scaling", "none"), "in another way", ""),
        (START, set_value(START, "data.dataset.noise", 0.4), "other data", "other data"),
        (START, set_dataset(START, "moons"), "other data", "other data"),
        (START, set_value(START, "data.split.train", 0.5), "other samples", "other samples"),
    ],
)
def test_a_metric_is_compared_where_it_means_the_same(one, other, loss, metric):
    for name, words in (("validation_loss", loss), ("train_loss", loss), ("validation_metric", metric)):
        found = why_not([one, one, other], name)
        assert words in found
        assert bool(found) == bool(words)
