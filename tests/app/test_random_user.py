"""A random user: clicks, drags, keys and commands on the whole window while it trains."""

from __future__ import annotations

import math
import random
from collections import Counter
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QContextMenuEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QLineEdit, QWidget

from playground.app.actions import COMMANDS
from playground.app.exceptions import Reporter
from playground.app.pages import PAGES
from playground.app.settings import Settings
from playground.app.start import application
from playground.app.window import Window
from playground.experiment import edits
from playground.session.document import ByHand, Document
from playground.views.canvas import operations
from playground.views.widgets.segments import Segments
from playground.views.widgets.switch import Switch

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
PATIENCE = 400_000  # milliseconds: kernels may have to be compiled first
ASKING = {"export", "save_picture", "quit", "open", "save", "save_as", "recent", "new"}
DIALOGS = ("rename", "preferences", "shortcuts", "about", "examples", "report")
LEFT_OUT = ASKING | set(DIALOGS) | {"full_screen"}
LABELS = [command.key for command in COMMANDS if command.key and command.key not in LEFT_OUT]


class RandomUser:
    """Does something to the window, again and again, the same for the same seed."""

    def __init__(self, window, seed):
        self.window = window
        self.draw = random.Random(seed)
        self.did = []
        self.patience = QTimer(window, interval=20)  # a dialog that a click opened waits for an answer
        self.patience.timeout.connect(self._leave_dialogs)
        self.patience.start()

    def act(self):
        self._leave_dialogs()  # a key in the gallery would open an example, which no undo takes back
        kinds = (self.click, self.drag, self.key, self.command, self.type, self.shape, self.touch)
        more = (self.click, self.wheel, self.menu, self.surgery, self.on_output, self.on_page, self.in_dialog)
        self.draw.choice((*kinds, *more))()
        popup = QApplication.activePopupWidget()
        if popup is not None and self.draw.random() < 0.7:
            QTest.keyClick(popup, Qt.Key.Key_Escape)
        QApplication.processEvents()

    def rest(self):
        """Take everything back and put away whatever was opened."""
        while (popup := QApplication.activePopupWidget()) is not None:
            popup.close()
        self.window.pages.leave()
        self.window.right.close_sheet()
        if self.window.slow.active:
            self.window.do("slow_motion")
        while self.window.document.can_undo:
            self.window.document.undo()
        for run in self.window.pins.runs:
            self.window.pins.remove(run)
        self.window.do("back_to_live")
        self.window.resize(1440, 900)

    def widget(self, kind=QWidget, of=None):
        shown = [
            w
            for w in (of or self.window).findChildren(kind)
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

    def drag(self, widget=None):
        widget = widget or self.draw.choice([self.widget(), self.window.canvas.viewport()])
        if type(widget).__module__.endswith("palette"):
            return  # a real drag runs a loop of its own
        self.did.append(f"drag {type(widget).__name__}")
        start, end = self.place(widget), self.place(widget)
        none, left = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
        QTest.mousePress(widget, left, none, start)
        for part in (0.3, 0.6, 1.0):
            QTest.mouseMove(widget, start + (end - start) * part)
        QTest.mouseRelease(widget, left, none, end)

    def wheel(self):
        """Zoom or move the network along."""
        self.did.append("wheel")
        port = self.window.canvas.viewport()
        place = QPointF(self.place(port))
        turn = QPoint(0, self.draw.choice([-240, -120, 120, 240]))
        held = self.draw.choice([Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier])
        event = QWheelEvent(
            place, QPointF(port.mapToGlobal(place.toPoint())), QPoint(), turn,
            Qt.MouseButton.NoButton, held, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(port, event)

    def menu(self):
        """The menu of whatever is under the pointer, and often one of its lines."""
        port = self.window.canvas.viewport()
        place = self.place(port)
        self.did.append(f"menu at {place.toTuple()}")
        reason = QContextMenuEvent.Reason.Mouse
        QApplication.sendEvent(port, QContextMenuEvent(reason, place, port.mapToGlobal(place)))
        for _ in range(self.draw.randrange(8)):
            if (popup := QApplication.activePopupWidget()) is not None:
                QTest.keyClick(popup, Qt.Key.Key_Down)
        if (popup := QApplication.activePopupWidget()) is not None and self.draw.random() < 0.7:
            QTest.keyClick(popup, Qt.Key.Key_Return)

    def surgery(self):
        """An operation that keeps what was learned, or freezing a layer."""
        canvas = self.window.canvas
        layers = [layer.name for layer in canvas.experiment.network.layers]
        if not layers:
            return
        name = self.draw.choice(layers)
        known = operations.on_layer(canvas, name) | operations.on_unit(canvas, name, self.draw.randrange(3))
        known |= operations.freeze_entry(canvas, name)
        label = self.draw.choice(sorted(known))
        if len(layers) < 6 or label not in operations.on_layer(canvas, name):
            self.did.append(f"{label} {name}")
            known[label]()

    def on_output(self):
        """Look, draw or erase: another tool, then a stroke over the output or the input that is tried."""
        if self.draw.random() < 0.3:
            self.window.do("try_input")
        tools = [w for w in self.window.right.findChildren(Segments) if w.isVisible()]
        if tools and self.draw.random() < 0.5:
            tool = self.draw.choice(tools)
            QTest.keyClick(tool, self.draw.choice([Qt.Key.Key_Left, Qt.Key.Key_Right]))
            self.did.append(f"{tool.accessibleName()}: {tool.value()}")
        self.drag(self.widget(of=self.window.right))

    def on_page(self):
        """A page is turned, looked at, and used: clicks, drags and keys on what is there."""
        key = self.draw.choice(sorted(PAGES))
        if self.window.pages.key != key:
            self.window.do(key)
        self.did.append(f"page {key}")
        page = self.window.pages.currentWidget()
        for _ in range(self.draw.randrange(1, 5)):
            widget = self.widget(of=page)
            if widget is not None and self.draw.random() < 0.3:
                self.drag(widget)
            elif widget is not None:
                self.did.append(f"click {type(widget).__name__} {widget.accessibleName()}")
                left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
                QTest.mouseClick(widget, left, none, self.place(widget))
            QApplication.processEvents()

    def in_dialog(self):
        """A dialog is opened, something in it is clicked and typed, and Esc closes it."""
        key = self.draw.choice(DIALOGS)
        self.did.append(f"dialog {key}")
        QTimer.singleShot(0, self.window, self._use_dialog)
        self.window.do(key)
        QApplication.processEvents()
        self._leave_dialogs()

    def _use_dialog(self):
        for dialog in self._dialogs():
            for _ in range(self.draw.randrange(4)):
                widget = self.widget(of=dialog)
                if widget is None or (isinstance(widget, QAbstractButton) and not isinstance(widget, Switch)):
                    continue  # no button that accepts: what is set here would stay
                left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
                QTest.mouseClick(widget, left, none, self.place(widget))
                QTest.keyClick(widget, self.draw.choice([Qt.Key.Key_Tab, Qt.Key.Key_7, Qt.Key.Key_Space]))
        self._leave_dialogs()

    def _leave_dialogs(self):
        for dialog in self._dialogs():
            while (popup := QApplication.activePopupWidget()) is not None:
                popup.close()
            dialog.reject()

    def _dialogs(self):
        return [dialog for dialog in self.window.findChildren(QDialog) if dialog.isVisible()]

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
        self.window.canvas.editing.touch((touch,), "Set", self.draw.choice(["", "drag"]))

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


ON_DEMAND = (*PAGES, "metrics", "checkup", "numbers", "maths", "landscape", "try_input")


def undoable(experiment):
    """The experiment without what no undo takes back: an opened test set, and answers to the report."""
    kept = ("test_unlocked", "opened", "answers")
    first = edits.default_experiment()
    return experiment.model_copy(update={name: getattr(first, name) for name in kept})


def census(qtbot, window):
    """How many items lie on the canvas, and how many widgets of each kind there are."""
    scene = window.canvas.canvas_scene
    qtbot.waitUntil(lambda: window.trainer.latest().changes == window._sent, timeout=PATIENCE)
    window.canvas.set_experiment(window.document.experiment)
    qtbot.wait(400)  # until nothing moves any more
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    edges = sum(len(bundle.targets) for bundle in scene.bundles)
    kinds = Counter(type(widget).__name__ for widget in window.findChildren(QWidget))
    return (len(scene.items()), len(scene.columns), edges), kinds


def run(qtbot, monkeypatch, seed, actions, parts=1):
    for name in ("getOpenFileName", "getSaveFileName", "getExistingDirectory"):
        answer = "" if name == "getExistingDirectory" else ("", "")
        monkeypatch.setattr(f"PySide6.QtWidgets.QFileDialog.{name}", lambda *args, answer=answer: answer)
    for name in ("getText", "getItem"):
        monkeypatch.setattr(f"PySide6.QtWidgets.QInputDialog.{name}", lambda *args, **named: ("", False))
    monkeypatch.setattr("playground.app.dialogs.ask_to_save", lambda *args: "cancel")
    # No undo takes back that another experiment was opened: it stays, until the end gives it a path.
    monkeypatch.setattr("playground.app.filing.may_leave", lambda window: window.document.path is not None)
    monkeypatch.setattr("playground.app.dialogs.ask_to_unlock", lambda *args: True)
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
        for key in ON_DEMAND if parts > 1 else ():  # made when first opened, so that they are no growth
            window.do(key)
            qtbot.wait(100)
        counted = []
        for _ in range(parts):
            for _ in range(actions // parts):
                user.act()
            qtbot.waitUntil(lambda: window.trainer.latest() is not None, timeout=PATIENCE)
            user.rest()
            assert undoable(window.document.experiment) == edits.default_experiment()
            assert complaints == [], user.did[-10:]
            counted.append(census(qtbot, window))
        assert len({items for items, _widgets in counted}) == 1
        return [widgets for _items, widgets in counted]
    finally:
        window.document.mark_saved(Path("nowhere.json"))
        window.close()
        window.deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # with its dialogs, before the next
        QApplication.processEvents()


@pytest.mark.parametrize("seed", range(3))
def test_a_random_user_breaks_nothing(qtbot, home, monkeypatch, seed):
    run(qtbot, monkeypatch, seed, 250)


@pytest.mark.long
def test_a_random_user_leaves_no_widgets_behind(qtbot, home, monkeypatch):
    """What is made when it is first needed, such as a menu, comes once; what leaks comes again and again."""
    counted = run(qtbot, monkeypatch, 7, 3000, parts=6)[1:]
    kinds = {kind: [part[kind] for part in counted] for kind in counted[-1]}
    grown = {kind: counts for kind, counts in kinds.items() if counts[-1] > counts[0] + 4}
    leaking = {kind: counts for kind, counts in grown.items() if counts[-3] < counts[-2] < counts[-1]}
    assert not leaking, leaking


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 140))
def test_a_random_user_breaks_nothing_for_long(qtbot, home, monkeypatch, seed):
    run(qtbot, monkeypatch, seed, 500)
