"""One check as a card: verdict, evidence in a sentence, what may help, and the plot beside it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from playground.experiment.differences import lowered
from playground.session.diagnostics.result import (
    WORDS,
    BarsPicture,
    CheckResult,
    GapPicture,
    Mark,
    Picture,
    RegimePicture,
    SanityPicture,
    SharesPicture,
    SplitPicture,
)
from playground.views.diagnostics.bars_view import BarsView
from playground.views.diagnostics.gap_view import GapView
from playground.views.diagnostics.regime_view import RegimeView
from playground.views.diagnostics.sanity_view import SanityView
from playground.views.diagnostics.shares_view import SharesView
from playground.views.diagnostics.split_view import SplitView
from playground.views.icons import paint_icon
from playground.views.theme import theme
from playground.views.widgets.buttons import TextButton
from playground.views.widgets.combo import Combo
from playground.views.widgets.control import painter_of, plain_tip, rounded
from playground.views.widgets.rows import Paragraph, Text

SIGNS: dict[Mark, str] = {"passes": "pass", "look": "warn", "fails": "fail"}
HEIGHT = 148
_LEAST, _MOST = 264, 340  # widths of the words


def view_of(picture: Picture) -> QWidget:
    """What draws a check's picture; an empty widget where there is none."""
    if isinstance(picture, SplitPicture):
        return SplitView(picture)
    if isinstance(picture, BarsPicture):
        return BarsView(picture)
    if isinstance(picture, GapPicture):
        return GapView(picture)
    if isinstance(picture, SharesPicture):
        return SharesView(picture)
    if isinstance(picture, SanityPicture):
        return SanityView(picture)
    if isinstance(picture, RegimePicture):
        return RegimeView(picture)
    return QWidget()


class Card(QWidget):
    """A check's answer; `tried` tells of the action that is wanted."""

    tried = Signal(object)

    def __init__(self, number: int, result: CheckResult, rule: str = "") -> None:
        super().__init__()
        self._number = number
        self.result = result
        self.table = ""  # the regimes that the user chose to see, by name
        self.setMinimumHeight(HEIGHT)
        self._title, self._verdict = Text(style="section"), Text(style="label")
        self._words = Paragraph(style="body")
        self._button = TextButton("")
        self._button.clicked.connect(lambda: self.tried.emit(self.result.action))
        self._choice = Combo("Regimes")
        self._choice.setFixedWidth(132)
        self._choice.edited.connect(lambda name, _finished: self._choose(name))
        self.view = QWidget()
        row = QHBoxLayout(self)
        row.setContentsMargins(70, 16, 16, 14)
        row.setSpacing(28)
        row.addWidget(self._column(), 2)
        row.addWidget(self.view, 3)
        self.show_result(result, rule)

    def _column(self) -> QWidget:
        column = QWidget()
        column.setMinimumWidth(_LEAST)
        column.setMaximumWidth(_MOST)
        left = QVBoxLayout(column)
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(3)
        for widget in (self._title, self._verdict, self._words):
            left.addWidget(widget)
        left.addSpacing(7)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self._button)
        buttons.addWidget(self._choice)
        buttons.addStretch(1)
        left.addLayout(buttons)
        left.addStretch(1)
        return column

    @property
    def action(self) -> TextButton | None:
        """The button of what may help; None where nothing is offered."""
        return self._button if self.result.action is not None else None

    def show_result(self, result: CheckResult, rule: str) -> None:
        """Say what was found now; what has the keyboard keeps it."""
        is_other = result.picture is not self.result.picture or type(self.view) is QWidget
        self.result = result
        self._title.set_text(f"{self._number}. {result.title}")
        self._verdict.set_text(WORDS[result.mark])
        self._verdict.set_color(SIGNS[result.mark])
        self._verdict.setToolTip(plain_tip(rule))
        self.setAccessibleDescription(rule)
        self._words.say(result.sentence)
        self._button.setVisible(result.action is not None)
        if result.action is not None:
            self._button.setText(result.action.label)
            self._button.setAccessibleName(result.action.label)
            self._button.updateGeometry()
        if is_other:
            self._show_picture(result.picture)
        self.setAccessibleName(f"{self._number}. {result.title}: {WORDS[result.mark]}. {result.sentence}")
        self.update()

    def _show_picture(self, picture: Picture) -> None:
        before, self.view = self.view, view_of(picture)
        layout = self.layout()
        assert isinstance(layout, QHBoxLayout)
        layout.replaceWidget(before, self.view)
        layout.setStretchFactor(self.view, 3)
        before.hide()
        before.deleteLater()
        self.view.show()
        tables = picture.tables if isinstance(picture, RegimePicture) else ()
        names = [table.name for table in tables]
        self._choice.setVisible(len(names) > 1)
        self._choice.set_options(tuple((name, f"By {lowered(name)}", "") for name in names))
        if self.table in names:
            self._choose(self.table)
        elif isinstance(picture, RegimePicture) and names:
            self._choice.set_value(names[picture.shown])

    def _choose(self, name: str) -> None:
        """Tell the samples apart in another way."""
        self.table = name
        self._choice.set_value(name)
        assert isinstance(self.view, RegimeView)
        assert isinstance(self.result.picture, RegimePicture)
        self.view.show_table([table.name for table in self.result.picture.tables].index(name))

    def paintEvent(self, event: QPaintEvent) -> None:
        """The card, and the verdict's sign."""
        painter = painter_of(self)
        box = QRectF(self.rect())
        rounded(painter, box, theme().radius("card"), theme().color("panel"), theme().color("border"))
        sign = SIGNS[self.result.mark]
        field = QRectF(18, 18, 36, 36)
        rounded(painter, field, theme().radius("tile"), theme().color(f"{sign}-bg"))
        paint_icon(painter, sign, QPointF(field.center()), theme().color(sign), 20)
