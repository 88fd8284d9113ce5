"""A quiet table of words and numbers, painted line by line."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.views.theme import theme
from playground.views.widgets.control import painter_of, text_width, write

LINE = 24
GAP = 12


class Grid(QWidget):
    """Rows of cells: the first column is words, left; the others are numbers, right."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._head: tuple[str, ...] = ()
        self._rows: tuple[tuple[str, ...], ...] = ()
        self._strong = -1
        theme().changed.connect(self.update)

    def show_rows(self, head: Sequence[str], rows: Sequence[Sequence[str]], strong: int = -1) -> None:
        """Show these rows; `strong` is the one in bold."""
        shown = tuple(head), tuple(tuple(row) for row in rows), strong
        if shown == (self._head, self._rows, self._strong):
            return
        grown = len(shown[1]) != len(self._rows) or bool(shown[0]) != bool(self._head)
        self._head, self._rows, self._strong = shown
        self.setAccessibleDescription("; ".join(" ".join(row) for row in self._rows))
        if grown:
            self.updateGeometry()
        self.update()

    def rows(self) -> tuple[tuple[str, ...], ...]:
        """What it shows."""
        return self._rows

    def sizeHint(self) -> QSize:
        """A line each."""
        return QSize(240, LINE * (len(self._rows) + bool(self._head)))

    def minimumSizeHint(self) -> QSize:
        """Words may be cut, lines not."""
        return QSize(160, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Head in grey, a hairline under each row."""
        painter = painter_of(self)
        lines = [*([self._head] if self._head else []), *self._rows]
        widths = self._widths(lines)
        for number, row in enumerate(lines):
            head = bool(self._head) and number == 0
            strong = number - bool(self._head) == self._strong
            top, right = float(LINE * number), float(self.width())
            painter.fillRect(QRectF(0, top + LINE - 1, right, 1), theme().color("grid"))
            style, color = ("caption", "text-3") if head else ("body", "text")
            font = theme().font(style, 600 if strong else None)
            for cell, width in zip(reversed(row[1:]), reversed(widths), strict=False):
                box = QRectF(right - width, top, width, LINE - 1)
                write(painter, box, cell, color=color, align=Qt.AlignmentFlag.AlignRight, font=font)
                right -= width + GAP
            first = QRectF(0, top, max(0.0, right), LINE - 1)
            write(
                painter, first, row[0] if row else "", color=color if strong or head else "text-2", font=font
            )

    def _widths(self, lines: Sequence[Sequence[str]]) -> list[float]:
        """The room that each column of numbers takes."""
        columns = max((len(row) for row in lines), default=1) - 1
        return [
            max((text_width(row[n + 1], "label") + 2 for row in lines if len(row) > n + 1), default=0.0)
            for n in range(columns)
        ]
