"""The error in each regime as bars; a click marks the samples of one."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QKeyEvent, QMouseEvent, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.session.residuals import RegimeErrors
from playground.views.plots.words import Format, percent
from playground.views.theme import theme
from playground.views.widgets.control import painter_of, rounded, text_width, write
from playground.views.widgets.numbers import count

LINE = 24
_LABEL, _COUNT = 150.0, 52.0


class RegimeBars(QWidget):
    """One line a regime: its name, its samples, its error. `chosen` tells the regime that is clicked.

    By keys, up and down go through the lines, and Space chooses.
    """

    chosen = Signal(int)
    accessible_role = QAccessible.Role.List

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Error by regime")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._line = 0
        self._errors: RegimeErrors | None = None
        self._format: Format = percent
        theme().changed.connect(self.update)

    def show_errors(self, errors: RegimeErrors, spelt: Format) -> None:
        """Show these errors."""
        grown = self._errors is None or len(self._errors.count) != len(errors.count)
        self._errors, self._format = errors, spelt
        known = zip(errors.way.labels, errors.error, strict=True)
        self.setAccessibleDescription("; ".join(f"{label} {spelt(float(e))}" for label, e in known))
        if grown:
            self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """A line a regime."""
        lines = len(self._errors.count) if self._errors is not None else 1
        return QSize(360, LINE * lines)

    def minimumSizeHint(self) -> QSize:
        """Bars may be short."""
        return QSize(260, self.sizeHint().height())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Mark the regime under the pointer."""
        self._choose(int(event.position().y() // LINE))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go through the lines, or choose one."""
        lines = len(self._errors.count) if self._errors is not None else 0
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down) and lines:
            self._line = (self._line + (1 if event.key() == Qt.Key.Key_Down else -1)) % lines
            self.update()
        elif event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose(self._line)
        else:
            super().keyPressEvent(event)

    def _choose(self, line: int) -> None:
        if self._errors is not None and 0 <= line < len(self._errors.count) and self._errors.count[line]:
            self._line = line
            self.chosen.emit(line)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Names, counts, bars from zero with their values."""
        painter = painter_of(self)
        shown = self._errors
        if shown is None:
            return
        known = shown.error[np.isfinite(shown.error)]
        most = float(known.max()) if len(known) and known.max() > 0 else 1.0
        label = min(_LABEL, 0.4 * self.width())
        room = self.width() - label - _COUNT - 70
        for line, name in enumerate(shown.way.labels):
            top, value = float(LINE * line), float(shown.error[line])
            if self.hasFocus() and line == self._line:
                rim = QRectF(0, top, self.width(), LINE).adjusted(1, 1, -1, -1)
                rounded(painter, rim, 4.0, theme().color("select-fill"), theme().color("ink"))
            write(painter, QRectF(6, top, label - 14, LINE), name, "body", "text-2")
            samples = QRectF(label, top, _COUNT - 10, LINE)
            right = Qt.AlignmentFlag.AlignRight
            write(painter, samples, count(shown.count[line]), "caption", "text-3", right)
            if not np.isfinite(value):
                continue
            width = max(1.0, room * value / most)
            token = "pos" if shown.bias[line] > 0.0 else "neg" if shown.bias[line] < 0.0 else "hist"
            bar = QRectF(label + _COUNT, top + 5, width, LINE - 10)
            rounded(painter, bar, 3.0, theme().color(token))
            words = self._format(value)
            beside = QRectF(bar.right() + 6, top, text_width(words) + 4, LINE)
            write(painter, beside, words, font=theme().font("label", 600))
