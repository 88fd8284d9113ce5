"""Pictures of the window for people who have not started it yet: `python packaging/screens.py [NAME …]`.

What is shot stands in the table `SHOTS`; the pictures go to `assets/screenshots`, each with its size and
theme in its name. They have at most 160 colours, which keeps them small.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from playground.app.exceptions import Reporter
from playground.app.settings import Settings
from playground.app.start import application
from playground.app.window import Window
from playground.experiment import edits
from playground.experiment.files import load
from playground.experiment.model import Experiment
from playground.experiment.presets import path_of
from playground.session.document import Document
from playground.views.theme import theme

ROOT = Path(__file__).resolve().parent.parent
SIZES = ((1440, 900), (1920, 1080), (1100, 700))
THEMES = ("light", "dark")
COLORS = 160
PATIENCE = 180.0  # seconds
Look = Callable[[Window], None]


def preset(name: str) -> Callable[[], Experiment]:
    """An example of the gallery."""
    return lambda: load(path_of(name))


def empty() -> Experiment:
    """No layer yet."""
    experiment = edits.default_experiment()
    for layer in experiment.network.layers:
        experiment = edits.remove_layer(experiment, layer.name)
    return experiment


def too_fast() -> Experiment:
    """A learning rate at which the loss becomes infinite."""
    experiment = edits.set_dataset(edits.default_experiment(), "plane")
    experiment = edits.set_choice(experiment, "training.optimizer", "sgd")
    for layer in experiment.network.layers:
        experiment = edits.set_choice(experiment, f"network.{layer.name}.activation", "relu")
    return edits.set_value(experiment, "training.optimizer.learning_rate", 3.0)


def deep() -> Experiment:
    """Twenty layers, one of them with 512 units."""
    experiment = edits.default_experiment()
    while len(experiment.network.layers) < 20:
        experiment = edits.add_layer(experiment, 1, "dense")
    for layer in experiment.network.layers:
        experiment = edits.set_value(experiment, f"network.{layer.name}.units", 8)
    return edits.set_value(experiment, f"network.{experiment.network.layers[2].name}.units", 512)


def select(layer: str) -> Look:
    """A layer is selected."""
    return lambda window: window.canvas.select(layer)


def slow_motion(window: Window) -> None:
    """In the middle of one training step."""
    window.do("slow_motion")
    wait(lambda: window.slow.walk.motion is not None)
    for _ in range(9):
        window.slow.move(1)


def travelled(window: Window) -> None:
    """Back in time, with a change on the way."""
    rate = edits.set_value(window.document.experiment, "training.optimizer.learning_rate", 0.005)
    window.edit(rate, "Learning rate 0.005")
    train_on(window, 3000)
    window.trainer.seek(1300)
    wait(lambda: window.travelled)


def train_on(window: Window, steps: int) -> None:
    """Some more steps."""
    latest = window.trainer.latest()
    goal = (latest.steps if latest is not None else 0) + steps
    window.trainer.step(steps)
    wait(lambda: (now := window.trainer.latest()) is not None and now.steps >= goal)


def compare(window: Window) -> None:
    """Three optimizers, pinned."""
    window.do("pin")
    for kind in ("momentum", "sgd"):
        window.edit(edits.set_choice(window.document.experiment, "training.optimizer", kind), "Optimizer")
        window.do("reset")
        wait(lambda: (now := window.trainer.latest()) is not None and now.steps == 0)
        train_on(window, 1500)
        window.do("pin")
    window.banner.clear()
    window.do("compare")


def race(window: Window) -> None:
    """Optimizers, some hundred steps after the start."""
    window.do("race")
    page: Any = window.pages.page("race")
    page.play.click()
    wait(lambda: False, 6.0)
    page.play.click()


def luck(window: Window) -> None:
    """The same with ten seeds."""
    window.do("luck")
    page: Any = window.pages.page("luck")
    page.start()
    wait(lambda: not page.running)


def diagnostics(window: Window) -> None:
    """Five checks over five seeds."""
    window.do("diagnostics")
    page: Any = window.pages.page("diagnostics")
    wait(lambda: page.inspection is not None and page.inspection.state().done)


def residuals(window: Window) -> None:
    """The worst tenth is marked."""
    window.do("residuals")
    page: Any = window.pages.page("residuals")
    wait(lambda: False, 2.0)
    page.worst.click()


def focus(window: Window) -> None:
    """The keyboard is on a chip."""
    from PySide6.QtCore import Qt

    window.canvas.setFocus(Qt.FocusReason.TabFocusReason)
    window.canvas.focusNextPrevChild(True)


@dataclass(frozen=True)
class Shot:
    """A picture: the experiment, how long it trains, what is done then; and in which sizes."""

    name: str
    experiment: Callable[[], Experiment]
    steps: int
    then: Look = lambda window: None
    sizes: tuple[tuple[int, int], ...] = SIZES


SHOTS = (
    Shot("main", preset("spiral"), 1840, select("dense_2")),
    Shot("slow-motion", preset("xor"), 300, slow_motion),
    Shot("digits", preset("digits"), 600),
    Shot("state-empty", empty, 0, sizes=SIZES[2:]),
    Shot("state-failed", too_fast, 200, sizes=SIZES[2:]),
    Shot("state-focus", edits.default_experiment, 100, focus, sizes=SIZES[2:]),
    Shot("travelled", preset("spiral"), 700, travelled, sizes=SIZES[:1]),
    Shot("compare", preset("spiral"), 1500, compare, sizes=SIZES[:1]),
    Shot("race", preset("spiral"), 0, race, sizes=SIZES[:1]),
    Shot("luck", preset("spiral"), 1500, luck, sizes=SIZES[:1]),
    Shot("diagnostics", preset("weather"), 2300, diagnostics, sizes=SIZES[:1]),
    Shot("residuals", preset("weather"), 2300, residuals, sizes=SIZES[:1]),
    Shot("deep", deep, 200, sizes=SIZES[:1]),
)


def wait(ready: Callable[[], Any], seconds: float = PATIENCE) -> None:
    """Let the window live until something is true."""
    end = time.monotonic() + seconds
    while not ready() and time.monotonic() < end:
        QApplication.processEvents()
        time.sleep(0.01)


def shoot(shot: Shot, folder: Path) -> list[Path]:
    """One window, all its pictures."""
    app = application()
    theme().reduced_motion = True
    settings = Settings(theme="light", keep_session=False)
    window = Window(Document(shot.experiment()), settings, Reporter(app))
    window.resize(*shot.sizes[0])
    window.show()

    def ended() -> bool:
        now = window.trainer.latest()
        return now is not None and (now.steps >= shot.steps or now.state in ("failed", "blocked"))

    wait(lambda: (now := window.trainer.latest()) is not None and now.state != "loading")
    if shot.steps:
        window.trainer.step(shot.steps)
    wait(ended)
    wait(lambda: False, 1.0)
    shot.then(window)
    made = []
    for name in THEMES:
        theme().set(name)
        for size in shot.sizes:
            window.resize(*size)
            wait(lambda: False, 0.8)
            window.clock.flush()
            wait(lambda: False, 0.2)
            made.append(folder / f"{shot.name}-{size[0]}-{name}.png")
            save(window.grab().toImage(), made[-1])
    theme().set("light")
    window.document.mark_saved(folder)
    window.close()
    window.deleteLater()
    return made


def save(image: QImage, path: Path) -> None:
    """Write a PNG with a palette of the colours that matter most; OSError if it cannot be written."""
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    width, height = image.width(), image.height()
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(height, -1, 4)[:, :width, 2::-1]
    colors, places = np.unique(pixels.reshape(-1, 3), axis=0, return_inverse=True)
    counts = np.bincount(places.ravel(), minlength=len(colors))
    palette, nearest = reduced(colors.astype(np.float64), counts)
    indexed = np.ascontiguousarray(nearest[places.ravel()].reshape(height, width).astype(np.uint8))
    small = QImage(indexed.tobytes(), width, height, width, QImage.Format.Format_Indexed8)
    small.setColorTable([0xFF000000 | int(r) << 16 | int(g) << 8 | int(b) for r, g, b in palette])
    if not small.save(str(path), "PNG", 0):  # type: ignore[call-overload]
        raise OSError(f"The picture could not be written to {path}.")


def reduced(
    colors: NDArray[np.float64], counts: NDArray[np.intp]
) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """At most `COLORS` colours, by median cut (Heckbert, 1982), and which of them is nearest to each."""
    boxes = [np.arange(len(colors))]
    weight = np.sqrt(counts)  # else the paper would take all the colours
    while len(boxes) < min(COLORS, len(colors)):
        spread = [np.ptp(colors[box], axis=0).max() * weight[box].sum() ** 0.5 for box in boxes]
        box = boxes.pop(int(np.argmax(spread)))
        box = box[np.argsort(colors[box, np.ptp(colors[box], axis=0).argmax()], kind="stable")]
        half = np.searchsorted(weight[box].cumsum(), weight[box].sum() / 2)
        cut = int(min(max(half, 1), len(box) - 1))
        boxes += [box[:cut], box[cut:]]
    palette = np.array([np.average(colors[box], axis=0, weights=counts[box]).round() for box in boxes])
    nearest = np.empty(len(colors), dtype=np.intp)
    for start in range(0, len(colors), 4096):
        part = colors[start : start + 4096]
        nearest[start : start + 4096] = ((part[:, None] - palette) ** 2).sum(axis=2).argmin(axis=1)
    return palette, nearest


def main() -> int:
    """Shoot all of them, or those whose names are given."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    folder = ROOT / "assets" / "screenshots"
    for shot in SHOTS:
        if len(sys.argv) == 1 or shot.name in sys.argv[1:]:
            for path in shoot(shot, folder):
                print(f"{path.name}  {path.stat().st_size / 1000:.0f} kB", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
