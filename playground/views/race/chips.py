"""Who runs: a chip with a check mark for each contestant, in as many lines as they need."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Signal
from PySide6.QtGui import QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.session.race.contests import FEWEST, MOST, Contestant
from playground.views.icons import paint_icon
from playground.views.output.legend import Swatch, paint_swatch
from playground.views.theme import theme
from playground.views.widgets.control import HEIGHT, Button, painter_of, rounded, text_width, write

GAP = 6


class Chip(Button):
    """One contestant; checked it runs, and shows the marker of its lane."""

    def __init__(self, label: str, parent: QWidget | None = None) -> None:
        super().__init__(label, parent)
        self.setCheckable(True)
        self.look = 0
        self._label = label

    def sizeHint(self) -> QSize:
        """The mark and the word."""
        return QSize(int(text_width(self._label) + 40), HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """A box with a check mark and the lane's marker where it runs, an empty one where it does not."""
        painter = painter_of(self)
        on, box = self.isChecked(), QRectF(self.rect())
        border = theme().color("border-strong" if on or self.hovered else "border")
        rounded(painter, box, self.radius, theme().color("raised" if on else "field"), border)
        middle = QPointF(16, box.center().y())
        if on:
            paint_swatch(
                painter, Swatch("", theme().marker(self.look), color=theme().categorical(self.look)), middle
            )
        else:
            paint_icon(painter, "plus", middle, theme().color("text-3"), 12)
        write(painter, box.adjusted(28, 0, -6, 0), self._label, "label", "text" if on else "text-2")


class Chips(QWidget):
    """All contestants of a contest; two to six of them run. `chosen` when the user changes who."""

    chosen = Signal(tuple)  # keys

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Who runs")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.chips: dict[str, Chip] = {}

    def show_contestants(self, contestants: tuple[Contestant, ...], running: tuple[str, ...]) -> None:
        """These chips, those that run checked."""
        for chip in self.chips.values():
            chip.hide()
            chip.deleteLater()
        self.chips = {}
        for each in contestants:
            chip = Chip(each.label, self)
            chip.setChecked(each.key in running)
            chip.clicked.connect(lambda _=False, key=each.key: self._toggle(key))
            chip.show()
            self.chips[each.key] = chip
        self._dress()
        self._place()

    def running(self) -> tuple[str, ...]:
        """The keys that are checked, in order."""
        return tuple(key for key, chip in self.chips.items() if chip.isChecked())

    def _toggle(self, key: str) -> None:
        count = len(self.running())
        if not FEWEST <= count <= MOST:
            self.chips[key].setChecked(count < FEWEST)
            return
        self._dress()
        self.chosen.emit(self.running())

    def _dress(self) -> None:
        running = self.running()
        for key, chip in self.chips.items():
            chip.look = running.index(key) if key in running else 0
            full = len(running) >= MOST and key not in running
            few = len(running) <= FEWEST and key in running
            chip.setToolTip(
                f"At most {MOST} run at a time." if full else f"At least {FEWEST} run." if few else ""
            )
            chip.update()

    def _place(self) -> None:
        x, y = 0, 0
        for chip in self.chips.values():
            size = chip.sizeHint()
            if x and x + size.width() > self.width():
                x, y = 0, y + HEIGHT + GAP
            chip.setGeometry(x, y, size.width(), size.height())
            x += size.width() + GAP
        self.setFixedHeight(y + HEIGHT)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lines break where they must."""
        self._place()
