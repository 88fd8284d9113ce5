"""How smooth the window is while it trains flat out, and what that costs the training.

    python packaging/benchmark_window.py [PRESET] [--seconds 4] [--rounds 3] [--size 1440x900]

The same network trains without a window, with all views open, and with everything hidden, in turns of about a
second, so that each is compared with what the machine did just before and after. Then the playhead is dragged
to and fro over what was trained, and a race is run on its page. Frames are those that were painted, not asked
for; without a screen they are painted in memory.
"""

from __future__ import annotations

import argparse
import math
import os
import statistics
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

if TYPE_CHECKING:
    from playground.app.window import Window
    from playground.experiment.model import Experiment
    from playground.session.trainer import Trainer

WANTED = {
    "canvas": 30.0,
    "plots": 20.0,
    "late": 33.0,
    "open": 0.90,
    "hidden": 0.98,
    "scrub": 20.0,
    "race": 20.0,
}
LANES = 4  # runs of the race
SWEEP = 1.5  # seconds in which the playhead is dragged from end to end
REST = 0.2  # seconds before and after each measurement
TURN = 1.0  # seconds that one way of training is measured before it is the next one's turn
TICK = 0.016  # seconds between the calls of the timer that is watched


def rate(trainer: Trainer, seconds: float, pause: Any, watch: Watch | None = None) -> float:
    """Steps a second over some seconds, counted by the run itself; `watch` looks at the window meanwhile."""
    trainer.play()
    pause(REST)
    run = trainer._worker.run
    assert run is not None
    if watch is not None:
        watch.go_on()
    begun, start = run.steps, time.perf_counter()
    pause(seconds)
    found = (run.steps - begun) / (time.perf_counter() - start)
    if watch is not None:
        watch.rest()
    trainer.pause()
    pause(REST)
    return found


def _steps(trainer: Trainer) -> int:
    snapshot = trainer.latest()
    return snapshot.steps if snapshot is not None else 0


def windowless(experiment: Experiment) -> Trainer:
    """A trainer alone, ready to train."""
    from playground.session.trainer import Trainer

    trainer = Trainer(experiment)
    trainer.set_speed(math.inf)
    trainer.start()
    while (snapshot := trainer.latest()) is None or snapshot.state == "loading":
        time.sleep(0.01)
    return trainer


class Watch:
    """Counts the frames of canvas and loss plot, and how late a timer is."""

    def __init__(self, window: Window) -> None:
        from PySide6.QtCore import QEvent, QObject, Qt, QTimer
        from PySide6.QtWidgets import QGraphicsView

        self.frames = {"canvas": 0, "plots": 0}
        self.gaps: list[float] = []
        self.watching = False
        self._last = time.perf_counter()
        watch = self

        class Painted(QObject):
            def __init__(self, name: str) -> None:
                super().__init__(window)
                self.name = name

            def eventFilter(self, watched: QObject, event: QEvent) -> bool:
                if event.type() == QEvent.Type.Paint and watch.watching:
                    watch.frames[self.name] += 1
                return False

        plot = max(window.dock.findChildren(QGraphicsView), key=lambda view: view.width())
        for name, view in (("canvas", window.canvas), ("plots", plot)):
            view.viewport().installEventFilter(Painted(name))
        self._timer = QTimer(window)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)

    def _tick(self) -> None:
        now = time.perf_counter()
        if self.watching:
            self.gaps.append(now - self._last)
        self._last = now

    def begin(self) -> None:
        """Forget what was counted."""
        self.frames = dict.fromkeys(self.frames, 0)
        self.gaps = []

    def go_on(self) -> None:
        """Count on, beside what was counted before."""
        self.watching, self._last = True, time.perf_counter()
        self._timer.start(int(TICK * 1000))

    def rest(self) -> None:
        """Count no more; a timer would wake a window that has nothing to do."""
        self.watching = False
        self._timer.stop()


def scrub(window: Window, watch: Watch, seconds: float, pause: Any) -> float:
    """Canvas frames a second that show another step, while the playhead is dragged over the whole run."""
    from playground.views.plots.loss_chart import LossChart

    chart = window.dock.findChild(LossChart)
    timeline = window.trainer.latest().timeline
    shown = set()
    start = time.perf_counter()
    while (spent := time.perf_counter() - start) < seconds:
        there = abs((spent / SWEEP) % 2.0 - 1.0)
        chart.sought.emit(round(timeline.first + there * (timeline.tip - timeline.first)))
        pause(TICK)
        shown.add((watch.frames["canvas"], _steps(window.trainer)))
    window.trainer.back_to_live()
    pause(REST)
    frames = {frame for frame, _ in shown}
    return min(len(frames), len({step for _, step in shown})) / seconds


def race(experiment: Experiment, size: tuple[int, int], seconds: float, pause: Any) -> float:
    """Updates a second of the race's page, its lanes trained as fast as they go."""
    from playground.views.race.race_page import RacePage

    page = RacePage()
    page.resize(*size)
    page.set_experiment(experiment)
    page.show()
    page._line_up(tuple(each.key for each in page._contestants[:LANES]))
    assert page.race is not None
    while page.race.latest().map is None:
        pause(0.05)
    page.race.set_speed(math.inf)
    page.race.play()
    pause(seconds / 4)
    while any(thread.name == "baselines" for thread in threading.enumerate()):  # fitted once for all races
        pause(0.1)
    painted = 0

    def paint(state: Any, show: Any = page.map.show_state) -> None:
        nonlocal painted
        painted += 1
        show(state)

    page.map.show_state = paint  # type: ignore[method-assign]
    start = time.perf_counter()
    pause(seconds)
    spent = time.perf_counter() - start
    page.close_down()
    page.close()
    return painted / spent


def measure(experiment: Experiment, seconds: float, rounds: int, size: tuple[int, int]) -> dict[str, float]:
    """Medians over the rounds: frames a second, the timer's 99th percentile in ms, shares of the rate."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import QEventLoop, QTimer

    from playground.app.exceptions import Reporter
    from playground.app.settings import Settings
    from playground.app.start import application
    from playground.app.window import Window
    from playground.session.document import Document

    app = application()

    def pause(length: float) -> None:
        loop = QEventLoop()
        QTimer.singleShot(round(1e3 * length), loop.quit)
        loop.exec()

    window = Window(Document(experiment), Settings(theme="light", keep_session=False), Reporter(app))
    window.resize(*size)
    window.show()
    while (snapshot := window.trainer.latest()) is None or snapshot.state == "loading":
        pause(0.05)
    window.trainer.set_speed(math.inf)
    watch = Watch(window)
    found: dict[str, list[float]] = {name: [] for name in WANTED}
    alone = windowless(experiment)
    rate(alone, TURN, time.sleep)

    def turn(seen: bool) -> float:
        """The window's share of the rate without it, which is measured before and after."""
        window.setVisible(seen)
        pause(0.5)
        before = rate(alone, TURN / 2, time.sleep)
        with_window = rate(window.trainer, TURN, pause, watch if seen else None)
        return 2.0 * with_window / (before + rate(alone, TURN / 2, time.sleep))

    for _ in range(rounds):
        watch.begin()
        for _ in range(max(1, round(seconds / TURN))):
            found["hidden"].append(turn(False))
            found["open"].append(turn(True))
        spent = sum(watch.gaps)
        for name, frames in watch.frames.items():
            found[name].append(frames / spent)
        late = sorted(watch.gaps)
        found["late"].append(1e3 * late[int(0.99 * (len(late) - 1))])
        watch.go_on()
        found["scrub"].append(scrub(window, watch, seconds, pause))
        watch.rest()
        window.hide()
        found["race"].append(race(experiment, size, seconds, pause))
    alone.close()
    window.document.mark_saved(Path("nowhere"))
    window.close()
    return {name: statistics.median(values) for name, values in found.items()}


def main() -> int:
    """Print what was measured beside what is promised; exit status 1 if a promise is missed."""
    from playground.experiment.files import load
    from playground.experiment.presets import names, path_of

    parser = argparse.ArgumentParser(description="How smooth the window is while it trains flat out.")
    parser.add_argument("preset", nargs="?", default="spiral", choices=names())
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--size", default="1440x900", metavar="WIDTHxHEIGHT")
    told = parser.parse_args()
    width, height = (int(side) for side in told.size.split("x"))
    found = measure(load(path_of(told.preset)), told.seconds, told.rounds, (width, height))
    words = {
        "canvas": "frames of the canvas a second, at least",
        "plots": "frames of the loss plot a second, at least",
        "late": "milliseconds, 99th percentile of a 16 ms timer, at most",
        "open": "of the windowless rate with all views open, at least",
        "hidden": "of the windowless rate with everything hidden, at least",
        "race": f"updates a second of a race of {LANES}, at least",
        "scrub": "frames of other steps a second while the playhead is dragged, at least",
    }
    missed = 0
    for name, value in found.items():
        bad = value > WANTED[name] if name == "late" else value < WANTED[name]
        missed += bad
        print(f"{value:>8.2f}  {words[name]} {WANTED[name]:g}{'   missed' if bad else ''}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
