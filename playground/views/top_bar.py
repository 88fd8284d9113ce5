"""The bar at the top: the experiment's name, the controls of time, and the numbers of the moment."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from playground.experiment.edits import default_experiment
from playground.experiment.model import Experiment
from playground.session.snapshot import Snapshot
from playground.views.demo import show_alone
from playground.views.icons import paint_icon
from playground.views.theme import theme
from playground.views.widgets.buttons import IconButton, RoundButton, TextButton
from playground.views.widgets.control import Button, painter_of, plain_tip, rounded, text_width, write
from playground.views.widgets.numbers import count, measure, short_count
from playground.views.widgets.ranges import Range
from playground.views.widgets.slider import Slider

FASTEST = 1e6  # the dial's right end: as fast as the machine goes
_NO_NUMBER = "–"


class NameButton(Button):
    """The experiment's name; a click renames it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Experiment", parent, "Rename the experiment")
        self._modified = False
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def set_name(self, name: str) -> None:
        """Show another name."""
        if name != self.text():
            self.setText(name)
            self.setAccessibleName(f"Experiment: {name}")
            self.setToolTip(plain_tip(f"{name}: click to rename"))
            self.updateGeometry()
            self.update()

    def set_modified(self, modified: bool) -> None:
        """A dot after the name while there are changes that are not saved."""
        if modified != self._modified:
            self._modified = modified
            self.setAccessibleDescription("has unsaved changes" if modified else "")
            self.update()

    def sizeHint(self) -> QSize:
        """As wide as the name, within reason."""
        return QSize(int(min(320.0, text_width(self.text(), "section") + 46)), 40)

    def minimumSizeHint(self) -> QSize:
        """Long names take two lines, and are cut where these are too short."""
        return QSize(80, 40)

    def lines(self) -> tuple[str, ...]:
        """The name in one line, or two of about the same length where it does not fit."""
        words = self.text().split()
        if len(words) < 2 or text_width(self.text(), "section") <= self.width() - 42:
            return (self.text(),)
        halves = [(" ".join(words[:k]), " ".join(words[k:])) for k in range(1, len(words))]
        return min(halves, key=lambda half: max(text_width(line, "label") for line in half))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Name, dot, chevron."""
        painter = painter_of(self)
        box = QRectF(self.rect())
        if self.hovered:
            rounded(painter, box, self.radius, theme().color("field"))
        room = box.width() - 42
        lines = self.lines()
        style, high = ("section", box.height()) if len(lines) == 1 else ("label", 17.0)
        for row, line in enumerate(lines):
            top = (box.height() - high * len(lines)) / 2 + high * row
            write(painter, QRectF(8, top, room, high), line, style)
        x = 8 + min(room, max(text_width(line, style) for line in lines))
        if self._modified:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme().color("text-3"))
            painter.drawEllipse(QPointF(x + 8, box.center().y() + 1), 2.5, 2.5)
        place = QPointF(x + (22 if self._modified else 14), box.center().y())
        paint_icon(painter, "chevron-down", place, theme().color("text-3"), 13)


class Number(QWidget):
    """A live number under its name, at a fixed width so that nothing jumps."""

    def __init__(self, name: str, width: int, color: str = "text", line: str = "") -> None:
        super().__init__()
        self._name = name
        self._value = _NO_NUMBER
        self._color = color
        self._line = line  # "solid" or "dashed": how the curve of this number is drawn
        self.setFixedSize(width, 40)

    def set_value(self, value: str, full: str = "") -> None:
        """Show a value; `full` is the number in full, for the tooltip."""
        if value != self._value:
            self._value = value
            self.setToolTip(full if full != value else "")
            self.setAccessibleName(f"{self._name}: {full or value}")
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The name above, the value below."""
        painter = painter_of(self)
        x = 0.0
        if self._line:
            self._paint_line(painter)
            x = 18.0
        color = self._color if self._line and self._color != "text" else "text-2"
        write(painter, QRectF(x, 3, self.width() - x, 15), self._name, "caption", color)
        write(painter, QRectF(0, 18, self.width(), 20), self._value, "stat", self._color)

    def _paint_line(self, painter: QPainter) -> None:
        pen = QPen(theme().color(self._color), 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap)
        if self._line == "dashed":
            pen.setDashPattern([2.2, 1.2])
        painter.setPen(pen)
        painter.drawLine(QPointF(0, 10.5), QPointF(13, 10.5))


class Progress(QWidget):
    """What the program is doing, with a thin bar while it is known how far it has come."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = ""
        self._done: float | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(120)

    def show_progress(self, words: str, done: float | None) -> None:
        """Say what is done and how far; `done` is 0 to 1, None where nobody knows."""
        if (words, done) != (self._words, self._done):
            self._words, self._done = words, done
            self.setAccessibleName(words)
            self.setToolTip(plain_tip(words))
            self.update()

    def sizeHint(self) -> QSize:
        """As much as there is."""
        return QSize(360, 40)

    def paintEvent(self, event: QPaintEvent) -> None:
        """One line of words, and the bar below."""
        painter = painter_of(self)
        high = 22.0 if self._done is not None else 40.0
        write(painter, QRectF(0, 4 if high < 40 else 0, self.width(), high), self._words, "label", "text-2")
        if self._done is not None:
            length = min(self.width() - 2.0, 320.0)
            for part, token in ((1.0, "border"), (max(0.0, min(1.0, self._done)), "ink")):
                rounded(painter, QRectF(0, 29, length * part, 3), 1.5, theme().color(token))


class SpeedDial(QWidget):
    """Slow motion … normal … max, on a logarithmic line. `edited(steps per second)`, inf at the end."""

    edited = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._compact = False
        self._slider = Slider("Speed, steps a second", Range(1, FASTEST, log=True), self)
        self._slider.edited.connect(self._tell)
        self.setFixedHeight(44)
        self.setMinimumWidth(110)
        self.setMaximumWidth(200)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_speed(1000.0)

    def _tell(self, value: float, _finished: bool) -> None:
        self._describe()
        self.edited.emit(self.speed())

    def speed(self) -> float:
        """Steps a second; inf at the right end."""
        value = self._slider.value()
        return math.inf if value >= FASTEST else float(value)

    def set_speed(self, speed: float) -> None:
        """Show a speed."""
        self._slider.set_value(min(FASTEST, max(1.0, speed)))
        self._describe()

    def _describe(self) -> None:
        speed = self.speed()
        words = "As fast as possible" if math.isinf(speed) else f"{count(speed)} steps a second"
        self._slider.setToolTip("One step a second" if speed == 1 else words)
        self._slider.setAccessibleDescription(words)

    def set_compact(self, compact: bool) -> None:
        """Without the words below."""
        self._compact = compact
        self._place()
        self.update()

    def sizeHint(self) -> QSize:
        """Long where there is room."""
        return QSize(196, 44)

    def resizeEvent(self, event: object) -> None:
        """The slider on top, words below."""
        self._place()

    def _place(self) -> None:
        self._slider.setGeometry(0, 8 if self._compact else 0, self.width(), 28)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click on a word goes to that speed."""
        if not self._compact and event.position().y() > 26:
            third = event.position().x() / max(1, self.width())
            self.set_speed(1.0 if third < 0.3 else FASTEST if third > 0.8 else 1000.0)
            self.edited.emit(self.speed())

    def paintEvent(self, event: QPaintEvent) -> None:
        """The three words."""
        if self._compact:
            return
        painter = painter_of(self)
        line = QRectF(0, 27, self.width(), 14)
        write(painter, line, "slow motion", "caption", "text-3")
        write(painter, line, "max", "caption", "text-3", Qt.AlignmentFlag.AlignRight)
        wide = text_width("normal", "caption")
        left = max(text_width("slow motion", "caption") + 8, self.width() / 2 - wide / 2)
        if left + wide + 34 < self.width():
            write(painter, QRectF(left, 27, wide + 1, 14), "normal", "caption", "text-3")


class TopBar(QWidget):
    """`play` is the round button: play if paused, pause if playing."""

    menuRequested = Signal()  # noqa: N815
    renameRequested = Signal()  # noqa: N815
    play = Signal()
    step = Signal()
    epoch = Signal()
    reset = Signal()
    diagnose = Signal()
    back = Signal()  # from a page to the network
    pin = Signal()
    speedChanged = Signal(float)  # noqa: N815

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(theme().size("topbar"))
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(10, 0, 16, 1)
        self._row.setSpacing(6)
        self._build_name()
        self._build_controls()
        self._build_numbers()
        self._build_tools()

    # Building

    def _build_name(self) -> None:
        menu = IconButton("menu", "Menu", self)
        menu.clicked.connect(self.menuRequested)
        self._name = NameButton()
        self._name.clicked.connect(self.renameRequested)
        self._left = QWidget()
        row = QHBoxLayout(self._left)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        row.addWidget(menu)
        row.addWidget(self._name)
        row.addStretch()
        self._left.setFixedWidth(theme().size("left") - 10)
        self._row.addWidget(self._left)

    def _build_controls(self) -> None:
        self._reset = IconButton("reset", "Reset training", self, tip="Start again from first weights (R)")
        self._play = RoundButton("play", "Play", self, theme().size("play"))
        self._step = IconButton("step", "One step", self, tip="One step (→)")
        self._epoch = IconButton("epoch", "One epoch", self, tip="To the end of the epoch (Shift →)")
        for button, signal in (
            (self._reset, self.reset),
            (self._play, self.play),
            (self._step, self.step),
            (self._epoch, self.epoch),
        ):
            button.clicked.connect(signal)
            self._row.addWidget(button)
        self._dial = SpeedDial()
        self._dial.edited.connect(self.speedChanged)
        self._row.addSpacing(8)
        self._row.addWidget(self._dial)
        self._row.addSpacing(14)

    def _build_numbers(self) -> None:
        self._numbers = {
            "epoch": Number("Epoch", 66),
            "step": Number("Step", 112),
            "rate": Number("Steps/s", 74),
            "train": Number("Train loss", 82, line="solid"),
            "validation": Number("Validation loss", 106, "val", "dashed"),
        }
        for number in self._numbers.values():
            self._row.addWidget(number)
        self._progress = Progress()
        self._progress.hide()
        self._row.addWidget(self._progress, 1)
        self._row.addStretch()

    def _build_tools(self) -> None:
        """Words that open a page; on narrow windows their icons alone."""
        self._back = TextButton("Network", self, icon="chevron-left", tip="Back to the network (Esc)")
        self._back.clicked.connect(self.back)
        self._back.hide()
        self._row.addWidget(self._back)
        self._tools: list[TextButton] = [self._back]
        for text, icon, tip, signal in (
            ("Pin run", "pin", "Keep this run to compare others with it (P)", self.pin),
            ("Diagnostics", "checks", "Five checks whether this network can be trusted (D)", self.diagnose),
        ):
            button = TextButton(text, self, icon=icon, tip=tip)
            button.clicked.connect(signal)
            self._tools.append(button)
            self._row.addWidget(button)

    # Showing

    def set_page(self, on: bool) -> None:
        """Offer the way back while a page covers the network."""
        self._back.setVisible(on)

    def set_experiment(self, experiment: Experiment) -> None:
        """Show the experiment's name."""
        self._name.set_name(experiment.name or "Untitled")

    def set_modified(self, modified: bool) -> None:
        """Mark unsaved changes."""
        self._name.set_modified(modified)

    def set_speed(self, speed: float) -> None:
        """Show a speed in steps a second; inf is flat out."""
        self._dial.set_speed(speed)

    def set_compact(self, compact: bool) -> None:
        """On narrow windows the dial loses its words and the name some room."""
        self._dial.set_compact(compact)
        for button in self._tools:
            button.fold(compact)
        self._left.setFixedWidth(226 if compact else theme().size("left") - 10)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the numbers of this moment and what can be pressed."""
        loading = snapshot.state == "loading"
        self._progress.setVisible(loading)
        for number in self._numbers.values():
            number.setVisible(not loading)
        if loading:
            self._progress.show_progress(snapshot.message, snapshot.progress)
        else:
            self._show_numbers(snapshot)
        self._show_state(snapshot)

    def _show_numbers(self, snapshot: Snapshot) -> None:
        numbers = self._numbers
        numbers["epoch"].set_value(short_count(int(snapshot.epochs), 8), count(int(snapshot.epochs)))
        numbers["step"].set_value(short_count(snapshot.steps), count(snapshot.steps))
        rate = snapshot.steps_per_second
        if snapshot.state == "running":
            numbers["rate"].set_value(short_count(rate, 8) if rate >= 1 else measure(rate), count(rate))
        else:
            numbers["rate"].set_value("paused" if snapshot.state == "paused" else "stopped")
        row = snapshot.history[-1] if len(snapshot.history) else None
        for key, column in (("train", "train_loss"), ("validation", "validation_loss")):
            value = float(row[column]) if row is not None else math.nan
            numbers[key].set_value(measure(value), f"{value:.8g}" if math.isfinite(value) else "")

    def _show_state(self, snapshot: Snapshot) -> None:
        state = snapshot.state
        running = state == "running"
        self._play.set_icon("pause" if running else "play", "Pause" if running else "Play")
        able = state not in ("loading", "blocked")
        for button in (self._play, self._step, self._epoch):
            button.setEnabled(able)
        tip = "Pause (Space)" if running else "Play (Space)"
        self._play.setToolTip(tip if able else plain_tip(snapshot.message))

    def paintEvent(self, event: QPaintEvent) -> None:
        """The panel's ground and the line below."""
        painter = painter_of(self)
        painter.fillRect(self.rect(), theme().color("panel"))
        painter.fillRect(0, self.height() - 1, self.width(), 1, theme().color("border"))


def _demo() -> QWidget:
    bar = TopBar()
    bar.resize(1440, 52)
    bar.set_experiment(default_experiment())
    bar.set_modified(True)
    for key, text in (("step", "3,200"), ("rate", "1,180"), ("train", "0.013"), ("validation", "0.074")):
        bar._numbers[key].set_value(text)
    bar._numbers["epoch"].set_value("400")
    return bar


if __name__ == "__main__":
    show_alone(_demo)
