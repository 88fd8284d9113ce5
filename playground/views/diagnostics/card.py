"""One check as a card: verdict, evidence in a sentence, what may help, and the plot beside it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from playground.session.diagnostics.result import (
    WORDS,
    Action,
    BarsPicture,
    CheckResult,
    GapPicture,
    Mark,
    Picture,
    RegimePicture,
    SanityPicture,
    SplitPicture,
)
from playground.views.diagnostics.bars_view import BarsView
from playground.views.diagnostics.gap_view import GapView
from playground.views.diagnostics.regime_view import RegimeView
from playground.views.diagnostics.sanity_view import SanityView
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
    if isinstance(picture, SanityPicture):
        return SanityView(picture)
    if isinstance(picture, RegimePicture):
        return RegimeView(picture)
    return QWidget()


class Card(QWidget):
    """A check's answer; `tried` tells of the action that is wanted."""

    tried = Signal(object)

    def __init__(self, number: int, result: CheckResult, rule: str = "", table: str = "") -> None:
        super().__init__()
        self.result = result
        self.table = table  # the regimes that the user chose to see, by name
        self.setMinimumHeight(HEIGHT)
        self.view = view_of(result.picture)
        left = QVBoxLayout()
        left.setSpacing(3)
        sign = SIGNS[result.mark]
        left.addWidget(Text(f"{number}. {result.title}", style="section"))
        verdict = Text(WORDS[result.mark], style="label", color=sign)
        verdict.setToolTip(plain_tip(rule))
        self.setAccessibleDescription(rule)
        left.addWidget(verdict)
        words = Paragraph(style="body")
        words.say(result.sentence)
        left.addWidget(words)
        left.addSpacing(7)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        self.action = None if result.action is None else self._button(result.action)
        if self.action is not None:
            buttons.addWidget(self.action)
        if isinstance(result.picture, RegimePicture) and len(result.picture.tables) > 1:
            buttons.addWidget(self._choice(result.picture))
        buttons.addStretch(1)
        left.addLayout(buttons)
        left.addStretch(1)
        column = QWidget()
        column.setLayout(left)
        left.setContentsMargins(0, 0, 0, 0)
        column.setMinimumWidth(_LEAST)
        column.setMaximumWidth(_MOST)
        row = QHBoxLayout(self)
        row.setContentsMargins(70, 16, 16, 14)
        row.setSpacing(28)
        row.addWidget(column, 2)
        row.addWidget(self.view, 3)
        self.setAccessibleName(f"{number}. {result.title}: {WORDS[result.mark]}. {result.sentence}")

    def _button(self, action: Action) -> TextButton:
        button = TextButton(action.label)
        button.clicked.connect(lambda: self.tried.emit(action))
        return button

    def _choice(self, picture: RegimePicture) -> Combo:
        options = tuple(
            (table.name, f"By {table.name[:1].lower()}{table.name[1:]}", "") for table in picture.tables
        )
        combo = Combo("Regimes", options)
        combo.setFixedWidth(132)
        names = [table.name for table in picture.tables]
        combo.set_value(self.table if self.table in names else names[picture.shown])
        combo.edited.connect(lambda name, _finished: self._choose(name))
        self._names, self._combo = names, combo
        if self.table in names:
            self._choose(self.table)
        return combo

    def _choose(self, name: str) -> None:
        """Tell the samples apart in another way."""
        self.table = name
        self._combo.set_value(name)
        assert isinstance(self.view, RegimeView)
        self.view.show_table(self._names.index(name))

    def paintEvent(self, event: QPaintEvent) -> None:
        """The card, and the verdict's sign."""
        painter = painter_of(self)
        box = QRectF(self.rect())
        rounded(painter, box, theme().radius("card"), theme().color("panel"), theme().color("border"))
        sign = SIGNS[self.result.mark]
        field = QRectF(18, 18, 36, 36)
        rounded(painter, field, theme().radius("tile"), theme().color(f"{sign}-bg"))
        paint_icon(painter, sign, QPointF(field.center()), theme().color(sign), 20)
