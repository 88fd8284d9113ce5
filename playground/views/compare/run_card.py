"""A pinned run as a card: its marker, its name, and what its network answered."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QMenu, QSizePolicy, QWidget

from playground.session.pins import Pinned
from playground.views.output.legend import Swatch, paint_swatch
from playground.views.output.thumbnail import paint_output
from playground.views.theme import theme
from playground.views.widgets.buttons import IconButton
from playground.views.widgets.control import Button, painter_of, plain_tip, rounded, text_width, write
from playground.views.widgets.numbers import count
from playground.views.widgets.passing_menu import passing_menu

HEAD = 38.0
MARGIN = 12.0


def look_of(run: Pinned) -> int:
    """Its place among the colours and markers; ink, the first, is left to last."""
    return run.slot + 1


def swatch_of(run: Pinned) -> Swatch:
    """Its marker in its colour."""
    return Swatch(run.name, theme().marker(look_of(run)), color=theme().categorical(look_of(run)))


class RunCard(Button):
    """A click shows the run. The menu, F2 and Delete rename it and let it go."""

    shown = Signal()
    renamed = Signal()
    unpinned = Signal()

    def __init__(self, run: Pinned, parent: QWidget | None = None) -> None:
        super().__init__(run.name, parent, radius=theme().radius("card"))
        self.run = run
        self._on_screen = False
        self._room = 260
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.clicked.connect(self.shown)
        self._more = IconButton("more", "More", self, size=28, tip="Show, rename, unpin")
        self._more.clicked.connect(self._open_menu)
        self._describe()
        theme().changed.connect(self.update)

    @property
    def on_screen(self) -> bool:
        """True while this is the run in the window."""
        return self._on_screen

    def set_on_screen(self, on_screen: bool) -> None:
        """Mark the run in the window."""
        if on_screen != self._on_screen:
            self._on_screen = on_screen
            self._describe()
            self.update()

    def set_run(self, run: Pinned) -> None:
        """Show another run, or the same under another name."""
        self.run = run
        self._describe()
        self.update()

    def _describe(self) -> None:
        shown = ", shown in the window" if self._on_screen else ""
        self.setAccessibleName(f"{self.run.name}, {count(self.run.steps)} steps{shown}")
        self._more.setAccessibleName(f"More about {self.run.name}")
        self.setToolTip(plain_tip(f"Show {self.run.name} in the window"))
        self.setAccessibleDescription("Enter shows this run, F2 renames it, Delete unpins it")

    def sizeHint(self) -> QSize:
        """The picture is a square below the name."""
        return QSize(224, 268)

    def minimumSizeHint(self) -> QSize:
        """Small on low windows."""
        return QSize(150, 150)

    def set_room(self, width: int) -> None:
        """So wide it may be at most."""
        self._room = width
        self._fit()

    def resizeEvent(self, event: object) -> None:
        """The width follows the height; the menu's button stays in its corner."""
        self._fit()

    def _fit(self) -> None:
        side = min(self.height() - int(HEAD + MARGIN), self._room - int(2 * MARGIN))
        wide = max(110, side) + int(2 * MARGIN)
        if self.width() != wide:
            self.setFixedWidth(wide)
        self._more.move(wide - 34, 6)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """F2 renames, Delete unpins."""
        if event.key() == Qt.Key.Key_F2:
            self.renamed.emit()
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.unpinned.emit()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The same menu as the button's."""
        self.menu().popup(event.globalPos())

    def _open_menu(self) -> None:
        self.menu().popup(self._more.mapToGlobal(QPoint(0, self._more.height())))

    def menu(self) -> QMenu:
        """What can be done with this run."""
        menu = passing_menu(self)
        menu.addAction("Show this run").triggered.connect(self.shown)
        menu.addAction("Rename…").triggered.connect(self.renamed)
        menu.addAction("Unpin").triggered.connect(self.unpinned)
        return menu

    def paintEvent(self, event: QPaintEvent) -> None:
        """Card, name and picture; a rim of ink around the run on screen."""
        painter = painter_of(self)
        box = QRectF(self.rect())
        fill = theme().color("field" if self.hovered else "panel")
        rounded(painter, box, self.radius, fill, theme().color("border"))
        if self._on_screen:
            painter.setPen(QPen(theme().color("ink"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), self.radius - 1, self.radius - 1)
        paint_swatch(painter, swatch_of(self.run), QPointF(MARGIN + 8, 20))
        right = self.width() - 36.0
        if self._on_screen:
            wide = text_width("shown", "caption")
            right -= wide + 6
            write(painter, QRectF(right + 4, 10, wide + 2, 20), "shown", "caption", "text-3")
        write(painter, QRectF(MARGIN + 20, 10, right - MARGIN - 20, 20), self.run.name, "section")
        self._paint_answer(painter)

    def _paint_answer(self, painter: QPainter) -> None:
        side = min(self.width() - 2 * MARGIN, self.height() - HEAD - MARGIN)
        box = QRectF((self.width() - side) / 2, HEAD, side, side)
        below = QRectF(MARGIN, box.bottom() + 5, self.width() - 2 * MARGIN, 16)
        if below.bottom() < self.height() - 6:
            write(painter, below, f"{count(self.run.steps)} steps", "caption", "text-3")
        rounded(painter, box, theme().radius("tile"), theme().color("field"))
        if self.run.output is None:
            write(painter, box, "No picture", "caption", "text-3", Qt.AlignmentFlag.AlignHCenter)
            return
        try:
            prepared = self.run.prepared
        except (ValueError, OSError):  # the table it learned from is gone
            write(painter, box, "Its data are gone", "caption", "text-3", Qt.AlignmentFlag.AlignHCenter)
            return
        corners = QPainterPath()
        corners.addRoundedRect(box, theme().radius("tile"), theme().radius("tile"))
        painter.setClipPath(corners, Qt.ClipOperation.IntersectClip)
        paint_output(painter, box, self.run.output, prepared)
