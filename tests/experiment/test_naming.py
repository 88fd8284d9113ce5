"""An experiment is called after its data until the user names it."""

from playground.catalog.datasets import datasets
from playground.experiment import edits
from playground.experiment.files import load
from playground.experiment.naming import named_after


def test_the_programs_own_names_follow_the_data():
    experiment = edits.default_experiment()
    for key in ("moons", "weather", "spiral"):
        experiment = named_after(experiment, edits.set_dataset(experiment, key))
        assert experiment.name == datasets[key].label
    example = load("overfitting")
    assert named_after(example, edits.set_dataset(example, "circle")).name == datasets["circle"].label


def test_a_name_of_the_users_stays():
    named = edits.set_value(edits.default_experiment(), "name", "My winter")
    assert named_after(named, edits.set_dataset(named, "weather")).name == "My winter"
