"""Every example of the gallery trains, and shows the idea that it stands for."""

from __future__ import annotations

import numpy as np
import pytest

from playground.engine.run import Run
from playground.experiment import files, presets
from playground.session.examples import Darkroom, example_picture


def trained(name: str, steps: int) -> Run:
    run = Run(files.load(name))
    run.step(steps)
    return run


@pytest.mark.parametrize("name", presets.names())
def test_every_example_trains_and_its_picture_is_made_of_numbers(name: str) -> None:
    picture = example_picture(name)
    for values in vars(picture.output).values():
        assert np.isfinite(values).all()
    assert picture.prepared is not None


def test_the_gallery_is_large_enough_and_pictures_come_in_its_order() -> None:
    assert len(presets.names()) >= 16
    room = Darkroom(presets.names()[:2])
    taken = []
    while room.busy:
        taken += room.take()
    assert [picture.name for picture in taken] == list(presets.names()[:2])
    room.close()


def test_a_picture_that_fails_is_told_and_the_others_are_made() -> None:
    told: list[str] = []
    room = Darkroom(("no such example", "gaussians"), lambda sentence, details: told.append(sentence))
    taken = []
    while room.busy:
        taken += room.take()
    assert [picture.name for picture in taken] == ["gaussians"]
    assert len(told) == 1


@pytest.mark.parametrize("name", ["xor_one_neuron", "linear_collapse"])
def test_a_straight_line_does_not_separate(name: str) -> None:
    assert trained(name, 800).history.train_metric[-1] < 0.7


def test_neurons_that_start_alike_stay_alike() -> None:
    weight = trained("same_weights", 300).parameters["dense_1.weight"]
    assert np.all(weight == weight[0])


def test_relus_die() -> None:
    run = trained("dead_relus", 300)
    assert np.all(run.forward(run.data()[0]).post["dense_2"] == 0.0)


def test_the_gradient_vanishes_on_its_way_back() -> None:
    gradients = trained("vanishing_gradient", 5).gradients
    first, last = (np.linalg.norm(gradients[f"dense_{layer}.weight"]) for layer in (1, 8))
    assert first < 1e-4 * last


def test_a_wide_layer_follows_the_curve() -> None:
    run = trained("universal", 3000)
    assert run.history.train_loss[-1] < 0.25 * run.history.train_loss[0]


def test_regularisation_closes_the_gap_that_overfitting_opens() -> None:
    gaps = []
    for name in ("overfitting", "regularisation"):
        history = trained(name, 3000).history
        gaps.append(history.validation_loss[-1] - history.train_loss[-1])
    assert gaps[0] > 1.0
    assert gaps[1] < 0.5 * gaps[0]
