"""The program under test by hand: beside its window it tells where things are and what they say.

Run as a script with a path; several times a second a JSON file there is replaced: places in pixels of
the screen, and the state of the experiment. The hands themselves are a real mouse and keyboard.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from PySide6.QtCore import QPointF, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from playground.app import start, window
from playground.views.canvas.chip_item import pieces_of
from playground.views.widgets.slider import Slider


def places(shown: window.Window) -> dict[str, list[int]]:
    """Where to point at, by name."""
    canvas, found = shown.canvas, {}
    scene = canvas.canvas_scene

    def on_canvas(x: float, y: float) -> list[int]:
        point = canvas.viewport().mapToGlobal(canvas.mapFromScene(QPointF(x, y)))
        return [point.x(), point.y()]

    for number, x in enumerate(scene.arrangement.gaps):
        found[f"gap {number}"] = on_canvas(x, 300)
    for name, item in scene.columns.items():
        column = scene.arrangement.column(name)
        for piece in pieces_of(item.text, scene.arrangement.form)[0]:
            if piece.zone and piece.text != " · ":
                x = column.chip.x + piece.left + piece.width / 2
                found[f"{name} {piece.zone}"] = on_canvas(x, column.chip.y + 16)
    for widget in QApplication.allWidgets():
        if isinstance(widget, QWidget) and widget.isVisible() and widget.accessibleName():
            middle = widget.mapToGlobal(widget.rect().center())
            name = widget.accessibleName() + (" slider" if isinstance(widget, Slider) else "")
            found[name] = [middle.x(), middle.y()]
            found[f"{name} width"] = [widget.width(), 0]
    return found


def tell(shown: window.Window, path: Path) -> None:
    """Write what can be seen, whole."""
    snapshot = shown.trainer.latest()
    said = {
        "places": places(shown),
        "experiment": shown.document.experiment.model_dump(mode="json"),
        "state": snapshot.state if snapshot else "",
        "steps": snapshot.steps if snapshot else 0,
        "can_undo": shown.document.can_undo,
    }
    beside = path.with_suffix(".new")
    beside.write_text(json.dumps(said))
    beside.replace(path)


def main() -> int:
    """Open the window and tell about it until it is closed."""
    path = Path(sys.argv[1])
    show = window.Window.showEvent

    def show_and_tell(self: window.Window, event: object) -> None:
        show(self, event)  # type: ignore[arg-type]
        timer = QTimer(self)
        timer.timeout.connect(lambda: tell(self, path))
        timer.start(150)

    window.Window.showEvent = show_and_tell  # type: ignore[method-assign,assignment]
    return start.main()


if __name__ == "__main__":
    sys.exit(main())
