"""What the network answers for the input that is tried: a bar a class, or numbers in their units."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.experiment.data import Prepared
from playground.session.snapshot import Tried
from playground.views.output.reconstruction_view import gray_image
from playground.views.plots.words import percent, with_unit
from playground.views.theme import theme
from playground.views.widgets.control import painter_of, rounded, text_width, write

LINE = 24
MOST_LINES = 10
PICTURE = 120


class Answer(QWidget):
    """The prediction, with its probability where there are classes; the likeliest stands out."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Answer")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._tried: Tried | None = None
        self._prepared: Prepared | None = None
        theme().changed.connect(self.update)

    def show_answer(self, tried: Tried | None, prepared: Prepared | None) -> None:
        """Show another answer."""
        before = self.sizeHint().height()
        self._tried, self._prepared = tried, prepared
        if self.sizeHint().height() != before:
            self.updateGeometry()
        self.setAccessibleDescription(self.words())
        self.update()

    def words(self) -> str:
        """The answer in a sentence; "" without one."""
        tried, prepared = self._tried, self._prepared
        if tried is None or prepared is None:
            return ""
        if prepared.task == "classes":
            best = int(np.nan_to_num(tried.answer).argmax())
            return f"Class {prepared.class_names[best]}, {percent(float(tried.answer[best]))}"
        if prepared.reconstructs:
            return "What comes out"
        spelt = with_unit(prepared.target_unit)
        pairs = zip(prepared.target_names, tried.answer, strict=False)
        return ", ".join(f"{name} {spelt(float(value))}" for name, value in pairs)

    def _lines(self) -> int:
        return min(MOST_LINES, len(self._tried.answer)) if self._tried is not None else 1

    def sizeHint(self) -> QSize:
        """A line for each answer, or a picture."""
        pictured = self._prepared is not None and self._pictured(self._prepared)
        return QSize(296, PICTURE + 26 if pictured else 26 + LINE * self._lines())

    def minimumSizeHint(self) -> QSize:
        """The same."""
        return self.sizeHint()

    @staticmethod
    def _pictured(prepared: Prepared) -> bool:
        return prepared.reconstructs and prepared.image_shape is not None

    def paintEvent(self, event: QPaintEvent) -> None:
        """The sentence, then bars, numbers or a picture."""
        tried, prepared = self._tried, self._prepared
        if tried is None or prepared is None:
            return
        painter = painter_of(self)
        if self._pictured(prepared) and prepared.image_shape is not None:
            write(painter, QRectF(0, 0, self.width(), 20), "What comes out", "label")
            top = float(prepared.raw_inputs.max()) or 1.0
            painter.setRenderHint(painter.RenderHint.SmoothPixmapTransform, False)
            picture = gray_image(tried.answer, prepared.image_shape, top)
            painter.drawImage(QRectF(0, 24, PICTURE, PICTURE), picture)
            return
        if prepared.task == "classes":
            write(painter, QRectF(0, 0, self.width(), 20), self.words(), "section")
            self._paint_bars(tried, prepared)
            return
        write(painter, QRectF(0, 0, self.width(), 20), "The network answers", "body", "text-2")
        spelt = with_unit(prepared.target_unit)
        for line, value in enumerate(tried.answer[:MOST_LINES].tolist()):
            box = QRectF(0, 24 + line * LINE, self.width(), LINE)
            name = prepared.target_names[line].replace("_", " ")
            write(painter, box, name, "body", "text-2")
            right = Qt.AlignmentFlag.AlignRight
            write(painter, box, spelt(value), "stat", align=right)

    def _paint_bars(self, tried: Tried, prepared: Prepared) -> None:
        painter = painter_of(self)
        names, shares = prepared.class_names, np.nan_to_num(tried.answer).tolist()
        shown = list(range(len(names)))
        if len(names) > MOST_LINES:
            shown = sorted(shown, key=lambda at: -shares[at])[:MOST_LINES]
        left = min(110.0, max(text_width(names[at], "body") for at in shown) + 12)
        room, best = self.width() - left - 56, shares.index(max(shares))
        for line, at in enumerate(shown):
            y = 26.0 + line * LINE
            strong = at == best
            color = "text" if strong else "text-2"
            write(painter, QRectF(0, y, left - 8, LINE - 4), names[at], "label" if strong else "body", color)
            bar = QRectF(left, y + 4, room, LINE - 12)
            rounded(painter, bar, 4, theme().color("field"))
            filled = QRectF(bar.left(), bar.top(), max(2.0, room * shares[at]), bar.height())
            rounded(painter, filled, 4, theme().class_color(at, len(names)))
            box = QRectF(0, y, self.width(), LINE - 4)
            words = percent(shares[at])
            right = Qt.AlignmentFlag.AlignRight
            write(painter, box, words, "label" if strong else "body", color, right)
