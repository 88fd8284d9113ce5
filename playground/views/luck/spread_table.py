"""Every metric at the end, for all seeds: median and middle half, and what the difference is worth."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.session.repeat import Repeated
from playground.sweep.wording import metric_in_words, signed
from playground.views.luck.words import difference_format, side_color, side_marker, value_format
from playground.views.output.legend import Swatch, paint_swatch
from playground.views.theme import theme
from playground.views.widgets.control import painter_of, rounded, text_width, write

ROW = 25
VERDICTS = {"better": "better", "worse": "worse", "equal": "equal", "unknown": "–"}
TONES = {"better": "pass", "worse": "fail", "equal": "text-2", "unknown": "text-3"}


class Cell(NamedTuple):
    """A value, something quieter behind it, and a colour."""

    text: str
    more: str = ""
    token: str = "text"


class SpreadTable(QWidget):
    """A card with a row for each metric."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("All metrics")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self._heads: list[tuple[str, int]] = []  # the column's title, and the side it belongs to or -1
        self._rows: list[tuple[str, list[Cell]]] = []
        self._note = ""

    def show_repeated(self, repeated: Repeated | None, unit: str) -> None:
        """Other numbers; None before anything was repeated."""
        self._heads, self._rows, self._note = [], [], ""
        if repeated is not None:
            self._heads = [(each.side.label, side) for side, each in enumerate(repeated.outcomes)]
            alone = len(self._heads) == 1
            self._heads += [("All seeds", -1)] if alone else [("Difference", -1), ("Verdict", -1)]
            names = [name for name in repeated.metrics if name.startswith("validation")]
            names += [name for name in repeated.metrics if name.startswith("train")]
            self._rows = [(metric_in_words(name), _cells(repeated, name, unit)) for name in names]
            self._note = f"median and middle half of {len(repeated.seeds)} seeds"
            self._note += "" if alone else "; mean difference and its 95% interval"
        spoken = [f"{name}: {', '.join(cell.text for cell in cells)}" for name, cells in self._rows]
        self.setAccessibleDescription("; ".join(spoken))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Titles, rows, hairlines."""
        painter = painter_of(self)
        radius = theme().radius("card")
        rounded(painter, QRectF(self.rect()), radius, theme().color("panel"), theme().color("border"))
        inside = QRectF(self.rect()).adjusted(20, 12, -16, -10)
        write(painter, QRectF(inside.left(), inside.top(), 90, 24), "At the end", "section")
        if not self._rows:
            words = "Every metric, with how far it differs from seed to seed."
            box = inside.adjusted(0, 30, 0, -30)
            write(painter, box, words, "body", "text-3", Qt.AlignmentFlag.AlignHCenter)
            return
        names, columns = self._columns(inside)
        for box, (head, side) in zip(columns, self._heads, strict=True):
            if side >= 0:
                mark = Swatch("", side_marker(side), color=side_color(side))
                paint_swatch(painter, mark, QPointF(box.left() + 6, inside.top() + 12))
            place = QRectF(box.left() + (18 if side >= 0 else 0), inside.top(), box.width() - 26, 24)
            write(painter, place, head, font=theme().font("label", 600))
        y = inside.top() + 30
        fitting = max(0, int((inside.bottom() - 20 - y) // ROW))
        for name, cells in self._rows[:fitting]:
            painter.setPen(QPen(theme().color("border"), 1))
            painter.drawLine(QPointF(inside.left(), y), QPointF(inside.right(), y))
            write(painter, QRectF(inside.left(), y, names - 6, ROW), name, "body", "text-2")
            for box, cell in zip(columns, cells, strict=True):
                _paint_cell(painter, QRectF(box.left(), y, box.width() - 8, ROW), cell)
            y += ROW
        note = QRectF(inside.left(), inside.bottom() - 16, inside.width(), 16)
        hidden = len(self._rows) - fitting
        words = f"{hidden} more in a higher window; {self._note}" if hidden > 0 else self._note
        write(painter, note, words, "caption", "text-3", Qt.AlignmentFlag.AlignRight)

    def _columns(self, inside: QRectF) -> tuple[float, list[QRectF]]:
        """The width of the names, and the place of each column; the verdict's word needs little."""
        longest = max(text_width(name, "body") for name, _cells in self._rows) + 12
        names = min(longest, (0.36 if len(self._heads) == 2 else 0.24) * inside.width())
        weights = [0.6 if head == "Verdict" else 1.0 for head, _side in self._heads]
        unit = (inside.width() - names) / sum(weights)
        lefts = [inside.left() + names + unit * sum(weights[:column]) for column in range(len(weights))]
        return names, [QRectF(x, 0, unit * weight, ROW) for x, weight in zip(lefts, weights, strict=True)]


def _paint_cell(painter: QPainter, box: QRectF, cell: Cell) -> None:
    """The value, and what is quieter where it fits."""
    bold = theme().font("label", 600)
    write(painter, box, cell.text, color=cell.token, font=bold)
    used = QFontMetricsF(bold).horizontalAdvance(cell.text) + 8
    if box.width() - used >= text_width(cell.more, "caption"):
        write(painter, box.adjusted(used, 0, 0, 0), cell.more, "caption", "text-3")


def _cells(repeated: Repeated, metric: str, unit: str) -> list[Cell]:
    cells = []
    for outcome in repeated.outcomes:
        found = outcome.spread(metric)
        if found is None:
            cells.append(Cell("–"))
        else:
            shown = value_format(metric, unit, found.high - found.low)
            cells.append(Cell(shown(found.median), f"{shown(found.low)} to {shown(found.high)}"))
    verdict = repeated.verdict(metric)
    if verdict is None:
        found = repeated.outcomes[0].spread(metric)
        if found is None:
            return [*cells, Cell("–")]
        shown = value_format(metric, unit, found.high - found.low)
        return [*cells, Cell(f"{shown(found.least)} to {shown(found.most)}")]
    if verdict.word == "unknown":
        return [*cells, Cell("–"), Cell("–", token="text-3")]
    apart = difference_format(metric, unit, (verdict.high - verdict.low) / 2)
    interval = f"{signed(verdict.low, apart)} to {signed(verdict.high, apart)}"
    word = verdict.word
    if metric.endswith("bias"):  # neither high nor low is good
        return [*cells, Cell(signed(verdict.difference, apart), interval), Cell("")]
    return [
        *cells,
        Cell(signed(verdict.difference, apart), interval),
        Cell(VERDICTS[word], token=TONES[word]),
    ]
