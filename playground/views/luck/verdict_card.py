"""The verdict in words, and every seed as a dot: the differences of pairs, or the ends of one side."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from playground.session.repeat import Repeated
from playground.sweep.scores import lower_is_better
from playground.sweep.verdict import standing
from playground.sweep.wording import (
    HEADLINES,
    failures_in_words,
    judged_in_words,
    metric_in_words,
    spread_in_words,
    standing_in_words,
)
from playground.views.luck.words import difference_format, side_color, value_format
from playground.views.plots.axis import Ticks, decimal_ticks, percent_ticks
from playground.views.plots.words import Format
from playground.views.theme import theme
from playground.views.widgets.control import painter_of, rounded, text_width, write
from playground.views.widgets.rows import Paragraph, Text

TONES = {"better": "pass", "worse": "fail", "equal": "text", "unknown": "text-2"}


class VerdictCard(QWidget):
    """A card that says whether the difference is luck."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Verdict")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self._kind = Text("Verdict", style="caption", color="text-3")
        self.headline = Text("One seed says little", style="headline")
        self.sentence = Paragraph()
        self.more = Paragraph()
        self.dots = Dots()
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 12)
        column.setSpacing(6)
        for part in (self._kind, self.headline, self.sentence, self.more):
            column.addWidget(part)
        column.addWidget(self.dots, 1)
        self.ask()

    def ask(self) -> None:
        """Before anything was repeated."""
        self.headline.set_text("One seed says little")
        self.headline.set_color("text")
        self.sentence.say(
            "Another seed means other first weights, another order of mini-batches and, where the data are "
            "drawn or split by the seed, other samples. Repeat to see how far results differ by luck."
        )
        self.more.say("")
        self.dots.show_nothing()

    def show_repeated(self, repeated: Repeated, metric: str, unit: str) -> None:
        """Say what has come out so far."""
        shown = value_format(metric, unit, _apart(repeated, metric))
        failures = " ".join(
            filter(
                None,
                (
                    failures_in_words(each.side.label, len(each.failures), len(repeated.seeds))
                    for each in repeated.outcomes
                ),
            )
        )
        verdict = repeated.verdict(metric)
        if verdict is not None:
            other = repeated.outcomes[1].side.label
            apart = difference_format(metric, unit, (verdict.high - verdict.low) / 2)
            self._kind.set_text(f"{metric_in_words(metric)}, compared with {other}")
            unlike = repeated.unlike(metric)
            self.headline.set_text("Not to be compared" if unlike else HEADLINES[verdict.word])
            self.headline.set_color(TONES[verdict.word])
            if unlike:
                hint = " Compare by another metric than the loss." if metric.endswith("_loss") else ""
                self.sentence.say(f"{other} {unlike}.{hint}")
            else:
                self.sentence.say(judged_in_words(verdict, metric, other, apart))
            one, two = (each.ends(metric) for each in repeated.outcomes)
            self.dots.show_values(one - two, (verdict.low, verdict.high), metric, apart, differences=True)
        else:
            self._show_alone(repeated, metric, unit)
        if failures and (reasons := [r for each in repeated.outcomes for r in each.failures]):
            failures += " " + reasons[0]
        self.more.say(" ".join(filter(None, (self.more_words(repeated, metric, shown), failures))))

    @staticmethod
    def more_words(repeated: Repeated, metric: str, shown: Format) -> str:
        """Whether the seed on screen can be believed."""
        ends = repeated.outcomes[0].ends(metric)
        if np.isfinite(ends).sum() < 3 or not np.isfinite(ends[0]):
            return ""
        where = standing(ends, float(ends[0]), lower_is_better(metric))
        return standing_in_words(where, repeated.seeds[0], float(ends[0]), shown)

    def _show_alone(self, repeated: Repeated, metric: str, unit: str) -> None:
        apart = _apart(repeated, metric)
        shown = value_format(metric, unit, apart)
        found = repeated.outcomes[0].spread(metric)
        self._kind.set_text(f"{metric_in_words(metric)} of half of all seeds")
        self.headline.set_color("text")
        if found is None:
            self.headline.set_text("No seed has finished yet")
            self.sentence.say("")
            self.dots.show_nothing()
            return
        self.headline.set_text(f"{shown(found.low)} to {shown(found.high)}")
        self.sentence.say(spread_in_words(found, metric, shown, difference_format(metric, unit, apart)))
        self.dots.show_values(repeated.outcomes[0].ends(metric), (found.low, found.high), metric, shown)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The card."""
        painter = painter_of(self)
        radius = theme().radius("card")
        rounded(painter, QRectF(self.rect()), radius, theme().color("panel"), theme().color("border"))


def _apart(repeated: Repeated, metric: str) -> float:
    """How far half of the first side's seeds lie apart; NaN before there are two."""
    found = repeated.outcomes[0].spread(metric)
    return found.high - found.low if found is not None else float("nan")


class Dots(QWidget):
    """A line with a dot for each seed and a bar: the interval of the difference, or the quartiles."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._values: NDArray[np.float64] = np.empty(0)
        self._bar = (0.0, 0.0)
        self._ticks: Ticks = decimal_ticks
        self._differences = False

    def minimumSizeHint(self) -> QSize:
        """Room for dots, bar and axis."""
        return QSize(160, 92)

    def show_nothing(self) -> None:
        """An empty place."""
        self._values = np.empty(0)
        self.update()

    def show_values(
        self,
        values: NDArray[np.float64],
        bar: tuple[float, float],
        metric: str,
        value_format: Format,
        differences: bool = False,
    ) -> None:
        """Ends of seeds and their quartiles, or differences of pairs and their 95% interval."""
        self._values, self._bar = values[np.isfinite(values)], bar
        self._ticks = percent_ticks if metric.endswith("accuracy") else decimal_ticks
        self._differences = differences
        what = "Difference of each seed" if differences else "End of each seed"
        self.setAccessibleName(f"{what}: {', '.join(value_format(float(v)) for v in self._values)}")
        self.update()

    def _range(self) -> tuple[float, float]:
        points = [*self._values, *(end for end in self._bar if np.isfinite(end))]
        points += [0.0] if self._differences else []
        low, high = float(min(points)), float(max(points))
        room = 0.08 * (high - low) or abs(high) * 0.1 or 1.0
        return low - room, high + room

    def paintEvent(self, event: QPaintEvent) -> None:
        """Axis, bar, dots; 0 is a line of its own for differences."""
        if not len(self._values):
            return
        painter = painter_of(self)
        low, high = self._range()
        box = QRectF(self.rect()).adjusted(2, 4, -2, -34)
        box.setTop(max(box.top(), box.bottom() - 150))

        def across(value: float) -> float:
            return box.left() + (value - low) / (high - low) * box.width()

        painter.setPen(QPen(theme().color("border-strong"), 1))
        painter.drawLine(box.bottomLeft(), box.bottomRight())
        for tick in self._ticks(low, high, max(2, int(box.width() / 70))):
            x = across(tick.at)
            wide = text_width(tick.label, "caption") + 2
            left = min(max(0.0, x - wide / 2), self.width() - wide)
            write(painter, QRectF(left, box.bottom() + 3, wide, 14), tick.label, "caption", "text-3")
        what = "Difference of each seed" if self._differences else "End of each seed"
        bar = "95% interval" if self._differences else "middle half"
        line = QRectF(0, self.height() - 15, self.width(), 14)
        write(painter, line, f"{what}; the bar: {bar}", "caption", "text-3")
        if self._differences:
            painter.setPen(QPen(theme().color("ink"), 1))
            painter.drawLine(QPointF(across(0.0), box.top()), QPointF(across(0.0), box.bottom()))
        self._paint_bar(painter, box, across(max(self._bar[0], low)), across(min(self._bar[1], high)))
        self._paint_dots(painter, box, np.array([across(float(value)) for value in self._values]))

    @staticmethod
    def _paint_bar(painter: QPainter, box: QRectF, left: float, right: float) -> None:
        rounded(painter, QRectF(left, box.bottom() - 12, max(2.0, right - left), 6), 3, side_color(0, 0.3))

    def _paint_dots(self, painter: QPainter, box: QRectF, places: NDArray[np.float64]) -> None:
        """Dots that would cover each other are stacked."""
        painter.setPen(QPen(theme().color("panel"), 1.0))
        taken: list[tuple[float, int]] = []
        most = max(0, int((box.height() - 24) / 8))
        for number, x in sorted(enumerate(places), key=lambda place: float(place[1])):
            level = 0
            while any(abs(x - other) < 7.5 and level == height for other, height in taken):
                level += 1
            taken.append((float(x), level))
            painter.setBrush(side_color(0, 1.0 if number == 0 else 0.6))
            painter.drawEllipse(QPointF(float(x), box.bottom() - 22 - 8.0 * min(level, most)), 3.8, 3.8)
