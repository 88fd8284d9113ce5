"""Opens one view alone on a preset that trains: `python -m playground.views.output.map_view [--dark]`."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from playground.experiment.files import load
from playground.session.snapshot import Wants
from playground.session.trainer import Trainer
from playground.views.demo import show_alone

FIRST_STEPS = 2_000
PATIENCE = 30.0  # seconds; the first start of all compiles kernels


def show_live(make: Callable[[], Any], preset: str, size: tuple[int, int] = (328, 440)) -> None:
    """Train the preset for a moment, then show the view that `make` builds while training goes on."""

    def build() -> Any:
        view = make()
        view.resize(*size)
        experiment = load(preset)
        view.set_experiment(experiment)
        trainer = Trainer(experiment)
        trainer.want("view", Wants(output=True, tiles=True, layer="dense_1"))
        trainer.set_speed(float("inf"))
        trainer.start()
        trainer.play()
        _await_steps(trainer)

        def show_newest() -> None:
            snapshot = trainer.latest()
            if snapshot is not None:
                view.show_snapshot(snapshot)

        timer = QTimer(view)
        timer.timeout.connect(show_newest)
        timer.start(50)
        app = QApplication.instance()
        assert app is not None
        app.aboutToQuit.connect(lambda: trainer.close())
        return view

    show_alone(build)


def _await_steps(trainer: Trainer) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        snapshot = trainer.latest()
        if snapshot is not None and (snapshot.steps >= FIRST_STEPS or snapshot.failure is not None):
            return
        time.sleep(0.02)
