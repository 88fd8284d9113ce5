"""A thin dotted line across a plot at what there is to beat, with its name and value."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPen

from playground.experiment.baselines import Part
from playground.experiment.data import Prepared
from playground.experiment.model import Experiment
from playground.experiment.yardsticks import Yardstick, same_loss, yardstick
from playground.session.judging import BaselineSearch
from playground.views.theme import theme
from playground.views.widgets.control import text_width, write

START = 0.35  # of the plot's width, where the words stand
POLL = 200  # milliseconds between two looks

Asked = tuple[Experiment, Part]


class Reference(QObject):
    """The best baseline for a page's curves, looked for in the background; `found` when it is there."""

    found = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._asked: Asked | None = None
        self._search: BaselineSearch | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(POLL)
        self._timer.timeout.connect(self._look)

    def best(self, experiment: Experiment, prepared: Callable[[], Prepared], column: str) -> Yardstick | None:
        """For curves of a column such as "validation_loss" or "train_accuracy"; None until it is there."""
        part: Part = "train" if column.startswith("train") else "validation"
        if self._search is None or not _same(self._asked, (experiment, part)):
            self._search = BaselineSearch(prepared, lambda: None, part)
            self._asked = experiment, part
        found = self._search.look(experiment)
        if not self._search.done:
            self._timer.start()
        return yardstick(found, column.endswith("loss"))

    def _look(self) -> None:
        if self._search is None or self._asked is None:
            return
        self._search.look(self._asked[0])
        if self._search.done:
            self._timer.stop()
            self.found.emit()


def _same(one: Asked | None, other: Asked) -> bool:
    if one is None or one[1] != other[1]:
        return False
    mine, theirs = one[0], other[0]
    return (mine.data, mine.seed) == (theirs.data, theirs.seed) and same_loss(mine, theirs)


def paint_reference(painter: QPainter, plot: QRectF, y: float, words: str, above: bool) -> None:
    """Draw it at the height y, if that is in sight; the words stand above or under the line."""
    if not plot.top() - 0.5 <= y <= plot.bottom() + 0.5:
        return
    painter.setPen(QPen(theme().color("text-3"), 1.0, Qt.PenStyle.DotLine))
    painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
    top = y - 15 if above and y - 15 >= 0.0 else y + 1
    box = QRectF(plot.left() + START * plot.width(), top, text_width(words, "caption") + 8, 14)
    painter.fillRect(box, theme().color("panel", 0.8))
    write(painter, box.adjusted(4, 0, 0, 0), words, "caption", "text-2")
