"""One place for each choice: an activation that is registered is found everywhere, and works."""

from __future__ import annotations

import json

import numpy as np
import pytest

import playground
from playground.app.cli import main
from playground.catalog.activations import Activation, activations
from playground.catalog.losses import Loss, losses
from playground.catalog.schedules import Schedule, rate, schedules
from playground.experiment import edits, files


def _bent(z: float, amount: float) -> float:
    return z / (1.0 + amount * z * z)


def _bent_slope(z: float, a: float, amount: float) -> float:
    below = 1.0 + amount * z * z
    return (1.0 - amount * z * z) / (below * below)


@pytest.fixture
def bent():
    from playground.catalog.entry import Setting

    entry = Activation(
        key="bent",
        label="bent",
        summary="Rises, then falls back to zero.",
        settings=(Setting("amount", "Amount", 0.5, minimum=0.0, maximum=4.0),),
        value=_bent,
        slope=_bent_slope,
    )
    activations.register(entry)
    yield entry
    del activations.entries["bent"]


def test_a_new_activation_is_found_everywhere(bent, capsys, tmp_path, qtbot):
    chosen = edits.set_value(edits.default_experiment(), "network.dense_1.activation", "bent")
    assert chosen.network.layers[0].activation.amount == 0.5

    # the file format and its schema
    assert files.loads(files.dumps(chosen)) == chosen
    assert '"bent"' in json.dumps(files.json_schema())
    files.save(chosen, tmp_path / "bent.json")

    # the command line
    assert main(["list", "activations"]) == 0
    assert "bent" in capsys.readouterr().out
    assert main(["check", str(tmp_path / "bent.json")]) == 0

    # the engine: gradients agree with central differences
    run = playground.Run(chosen, dtype="float64")
    x, y = run.data("train")
    _, gradients = run.loss_and_gradients(x, y)
    before = run.parameters
    for name in ("dense_1.weight", "dense_1.bias"):
        for index in np.ndindex(before[name].shape):
            losses = []
            for h in (1e-6, -1e-6):
                moved = {key: value.copy() for key, value in before.items()}
                moved[name][index] += h
                run.set_parameters(moved)
                losses.append(run.loss_and_gradients(x, y)[0])
            slope = (losses[0] - losses[1]) / 2e-6
            assert abs(slope - gradients[name][index]) < 1e-8

    # the menu
    from PySide6.QtCore import QPoint
    from PySide6.QtWidgets import QWidget

    from playground.views.activation_menu import ActivationMenu

    page = QWidget()
    qtbot.addWidget(page)
    menu = ActivationMenu(page)
    menu.choose("tanh", QPoint(0, 0))
    names = [button.accessibleName() for button in menu.findChildren(QWidget)]
    assert any("bent" in name for name in names)
    menu.dismiss()


def _zigzag(initial: float, time: float) -> float:
    return initial if time % 2.0 == 0.0 else initial / 4.0


def _quartic(o: float, y: float, outputs: float) -> float:
    d = o - y
    return d * d * d * d


def _quartic_slope(o: float, y: float, outputs: float) -> float:
    d = o - y
    return 4.0 * d * d * d


@pytest.fixture
def zigzag():
    entry = Schedule(key="zigzag", label="zigzag", summary="Full and a quarter by turns.", at=_zigzag)
    schedules.register(entry)
    yield entry
    del schedules.entries["zigzag"]


@pytest.fixture
def quartic():
    entry = Loss(
        key="quartic", label="quartic", summary="Far is very bad.", value=_quartic, slope=_quartic_slope
    )
    losses.register(entry)
    yield entry
    del losses.entries["quartic"]


def found_outside_the_engine(experiment, registry, key, capsys, tmp_path):
    """In the file format, its schema, the command line and the menu of the training panel."""
    from playground.views.setting_rows import options_of

    assert files.loads(files.dumps(experiment)) == experiment
    assert f'"{key}"' in json.dumps(files.json_schema())
    files.save(experiment, tmp_path / "new.json")
    assert main(["list", registry]) == 0
    assert key in capsys.readouterr().out
    assert main(["check", str(tmp_path / "new.json")]) == 0
    assert key in [option[0] for option in options_of(registry)]


def test_a_new_schedule_is_found_everywhere(zigzag, capsys, tmp_path):
    chosen = edits.set_value(edits.default_experiment(), "training.schedule", "zigzag")
    found_outside_the_engine(chosen, "schedules", "zigzag", capsys, tmp_path)
    initial = chosen.training.optimizer.learning_rate
    assert [rate(chosen.training.schedule, initial, e) for e in (0, 1, 2)] == [initial, initial / 4, initial]


def test_a_new_loss_is_found_everywhere(quartic, capsys, tmp_path):
    chosen = edits.set_loss(edits.default_experiment(), "quartic")
    found_outside_the_engine(chosen, "losses", "quartic", capsys, tmp_path)
    run = playground.Run(chosen, dtype="float64")
    x, y = run.data("train")
    _, gradients = run.loss_and_gradients(x, y)
    before = run.parameters
    for index in np.ndindex(before["output.weight"].shape):
        ends = []
        for h in (1e-6, -1e-6):
            moved = {key: value.copy() for key, value in before.items()}
            moved["output.weight"][index] += h
            run.set_parameters(moved)
            ends.append(run.loss_and_gradients(x, y)[0])
        assert abs((ends[0] - ends[1]) / 2e-6 - gradients["output.weight"][index]) < 1e-7
