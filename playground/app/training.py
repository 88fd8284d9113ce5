"""Playing: start, stop, one step, one epoch, again from the start, and how fast."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playground.app.window import Window

SPEEDS = (1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1000.0, 3000.0, 10_000.0, 100_000.0, math.inf)


def play(window: Window) -> None:
    """Play if paused, pause if playing."""
    snapshot = window.trainer.latest()
    if window.trainer.playing:
        window.trainer.pause()
    elif snapshot is None or snapshot.state != "blocked":
        window.banner.clear()
        window.trainer.play()


def step(window: Window) -> None:
    """One training step."""
    window.trainer.step()


def epoch(window: Window) -> None:
    """To the end of the epoch."""
    window.trainer.epoch()


def reset(window: Window) -> None:
    """Start again from first weights."""
    window.document.reset_training()


def set_speed(window: Window, speed: float) -> None:
    """Steps a second, infinite for as fast as it goes."""
    window.trainer.set_speed(speed)
    window.settings.speed = 0.0 if math.isinf(speed) else float(speed)


def slower(window: Window) -> None:
    """Fewer steps a second."""
    _shift_speed(window, -1)


def faster(window: Window) -> None:
    """More steps a second."""
    _shift_speed(window, 1)


def flat_out(window: Window) -> None:
    """As fast as the machine goes."""
    _shift_speed(window, len(SPEEDS))


def _shift_speed(window: Window, by: int) -> None:
    now = window.settings.speed or math.inf
    here = min(range(len(SPEEDS)), key=lambda i: abs(min(SPEEDS[i], 1e9) - min(now, 1e9)))
    speed = SPEEDS[min(max(here + by, 0), len(SPEEDS) - 1)]
    window.top_bar.set_speed(speed)
    set_speed(window, speed)
