"""A random user: clicks, drags, keys and commands on the whole window while it trains."""

from __future__ import annotations

import math
import random
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from playground.app.actions import COMMANDS
from playground.app.exceptions import Reporter
from playground.app.settings import Settings
from playground.app.start import application
from playground.app.window import Window
from playground.experiment import edits
from playground.session.document import ByHand, Document

KEYS = [
    *(Qt.Key.Key_Space, Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Tab),
    *(
        Qt.Key.Key_Plus,
        Qt.Key.Key_Minus,
        Qt.Key.Key_Delete,
        Qt.Key.Key_Return,
        Qt.Key.Key_Escape,
        Qt.Key.Key_R,
    ),
]
ASKING = {
    "export",
    "save_picture",
    "quit",
    "open",
    "save",
    "save_as",
    "rename",
    "preferences",
    "shortcuts",
    "about",
    "recent",
    "examples",
    "new",
}
LABELS = [command.key for command in COMMANDS if command.key and command.key not in ASKING | {"full_screen"}]


class RandomUser:
    """Does something to the window, again and again, the same for the same seed."""

    def __init__(self, window, seed):
        self.window = window
        self.draw = random.Random(seed)
        self.did = []

    def act(self):
        action = self.draw.choice(
            (self.click, self.click, self.drag, self.key, self.command, self.type, self.shape, self.touch)
        )
        action()
        popup = QApplication.activePopupWidget()
        if popup is not None and self.draw.random() < 0.7:
            QTest.keyClick(popup, Qt.Key.Key_Escape)
        QApplication.processEvents()

    def widget(self, kind=QWidget):
        shown = [
            w
            for w in self.window.findChildren(kind)
            if w.isVisible() and w.isEnabled() and min(w.width(), w.height()) > 3
        ]
        return self.draw.choice(shown) if shown else None

    def place(self, widget):
        return QPoint(self.draw.randrange(widget.width()), self.draw.randrange(widget.height()))

    def click(self):
        widget = self.widget()
        self.did.append(f"click {type(widget).__name__}")
        QTest.mouseClick(
            widget, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, self.place(widget)
        )

    def drag(self):
        widget = self.draw.choice([self.widget(), self.window.canvas.viewport()])
        if type(widget).__module__.endswith("palette"):
            return  # a real drag runs a loop of its own
        self.did.append(f"drag {type(widget).__name__}")
        start, end = self.place(widget), self.place(widget)
        none, left = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
        QTest.mousePress(widget, left, none, start)
        for part in (0.3, 0.6, 1.0):
            QTest.mouseMove(widget, start + (end - start) * part)
        QTest.mouseRelease(widget, left, none, end)

    def key(self):
        key = self.draw.choice(KEYS)
        self.did.append(f"key {key.name}")
        QTest.keyClick(QApplication.focusWidget() or self.window.canvas, key)

    def command(self):
        key = self.draw.choice(LABELS)
        self.did.append(f"command {key}")
        self.window.actions_by_key[key].trigger()

    def type(self):
        field = self.widget(QLineEdit)
        if field is not None:
            self.did.append("type")
            field.setFocus()
            field.setText(self.draw.choice(["", "0", "1e9", "-3", "0,5", "abc", "nan", "7", "1.234,5"]))
            QTest.keyClick(field, Qt.Key.Key_Return)

    def touch(self):
        """A weight or a bias set by hand, often one of a drag, sometimes one that is not there."""
        self.did.append("touch")
        tensor = self.draw.choice(["dense_1.weight", "dense_2.bias", "output.weight", "output.bias"])
        place = (self.draw.randrange(3), self.draw.randrange(3))[: 2 if "weight" in tensor else 1]
        touch = ByHand(tensor, place, self.draw.uniform(-3, 3))
        self.window.canvas.touch((touch,), "Set", self.draw.choice(["", "drag"]))

    def shape(self):
        what = self.draw.randrange(5)
        experiment = self.window.document.experiment
        if what == 0:
            self.window.resize(self.draw.randrange(1100, 1900), self.draw.randrange(700, 1100))
        elif what == 1:
            key = self.draw.choice(["spiral", "digits", "plane", "curve", "penguins", "moons", "weather"])
            self.did.append(f"data {key}")
            self.window.document.apply(edits.set_dataset(experiment, key), "Data")
        elif what == 2 and len(experiment.network.layers) < 6:
            kind = self.draw.choice(["dense", "dropout", "batch_norm"])
            self.did.append(f"add {kind}")
            self.window.document.apply(edits.add_layer(experiment, 0, kind), "Add")
        elif what == 3:
            self.window.trainer.set_speed(self.draw.choice([1.0, 1000.0, math.inf]))
        else:
            self.window.do("undo")


def run(qtbot, monkeypatch, seed, actions):
    for name in ("getOpenFileName", "getSaveFileName", "getExistingDirectory"):
        answer = "" if name == "getExistingDirectory" else ("", "")
        monkeypatch.setattr(f"PySide6.QtWidgets.QFileDialog.{name}", lambda *args, answer=answer: answer)
    monkeypatch.setattr("playground.app.dialogs.ask_to_save", lambda *args: "cancel")
    monkeypatch.setattr("playground.app.dialogs.ask_name", lambda *args: "")
    monkeypatch.setattr("playground.app.dialogs.ask_to_unlock", lambda *args: True)
    monkeypatch.setattr("playground.app.dialogs.edit_preferences", lambda *args: False)
    monkeypatch.setattr("playground.app.dialogs.show_shortcuts", lambda *args: None)
    monkeypatch.setattr("playground.app.dialogs.show_about", lambda *args: None)
    monkeypatch.setattr("PySide6.QtGui.QDrag.exec", lambda *args: Qt.DropAction.IgnoreAction)
    application()
    reporter = Reporter(QApplication.instance())
    complaints = []
    reporter.report = lambda sentence, details: complaints.append(details)
    window = Window(Document(edits.default_experiment()), Settings(theme="light"), reporter)
    window.resize(1440, 900)
    window.show()
    user = RandomUser(window, seed)
    try:
        window.do("play")
        for _ in range(actions):
            user.act()
        qtbot.waitUntil(lambda: window.trainer.latest() is not None, timeout=60_000)
        while window.document.can_undo:
            window.document.undo()
        assert window.document.experiment == edits.default_experiment()
        assert complaints == [], user.did[-10:]
    finally:
        window.document.mark_saved(Path("nowhere.json"))
        window.close()
        window.deleteLater()
        QApplication.processEvents()


@pytest.mark.parametrize("seed", range(4))
def test_a_random_user_breaks_nothing(qtbot, home, monkeypatch, seed):
    run(qtbot, monkeypatch, seed, 500)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 140))
def test_a_random_user_breaks_nothing_for_long(qtbot, home, monkeypatch, seed):
    run(qtbot, monkeypatch, seed, 500)
