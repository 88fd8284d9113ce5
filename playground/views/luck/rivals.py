"""The button that chooses what the experiment is compared with."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QMenu, QWidget

from playground.experiment.model import Experiment
from playground.session.race.contests import CONTESTS
from playground.session.repeat import Side
from playground.views.icons import paint_icon
from playground.views.theme import theme
from playground.views.widgets.control import HEIGHT, Button, painter_of, rounded, text_width, write
from playground.views.widgets.passing_menu import passing_menu

ALONE = "Compare with…"


class RivalButton(Button):
    """Nothing, another experiment that is at hand, or the same one with one setting changed."""

    chose = Signal()
    opening = Signal()  # the menu is about to be shown: the last moment for `set_rivals`

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Compare with", parent, "Judge against another experiment, seed by seed")
        self._experiment: Experiment | None = None
        self._rivals: tuple[Side, ...] = ()
        self._chosen: Side | None = None
        self.clicked.connect(self.open)

    def set_experiment(self, experiment: Experiment) -> None:
        """Whose settings may be changed."""
        if self._chosen is not None and self._chosen not in self._rivals and experiment != self._experiment:
            self.choose(None)  # one change of an experiment that is another now
        self._experiment = experiment

    def set_rivals(self, rivals: tuple[Side, ...]) -> None:
        """Experiments that are at hand."""
        self._rivals = rivals

    def chosen(self) -> Side | None:
        """What to compare with; None for nothing."""
        return self._chosen

    def choose(self, side: Side | None) -> None:
        """Compare with this."""
        self._chosen = side
        self.setAccessibleDescription(side.label if side else "nothing")
        self.updateGeometry()
        self.update()
        self.chose.emit()

    def menu(self) -> QMenu:
        """All that can be compared with."""
        menu = passing_menu(self)
        self._add(menu, "Nothing: this experiment alone", None)
        if self._rivals:
            menu.addSeparator()
        for side in self._rivals:
            self._add(menu, side.label, side)
        menu.addSeparator()
        if self._experiment is not None:
            for contest in CONTESTS:
                everyone = contest.contestants(self._experiment)
                rivals = [each for each in everyone if each.experiment != self._experiment]
                inner = menu.addMenu(f"Other {contest.label.lower().removesuffix('s')}")
                inner.setEnabled(bool(rivals))
                for each in rivals:
                    self._add(inner, each.label, Side(each.label, each.experiment))
        return menu

    def _add(self, menu: QMenu, label: str, side: Side | None) -> None:
        action = menu.addAction(label.replace("&", "&&"))
        action.setCheckable(True)
        action.setChecked(side == self._chosen)
        action.triggered.connect(lambda _checked=False: self.choose(side))

    def open(self) -> None:
        """Show the menu below."""
        self.opening.emit()
        self.menu().popup(self.mapToGlobal(QPointF(0, self.height() + 4)).toPoint())

    def sizeHint(self) -> QSize:
        """Room for the name of a rival, unless it is a long one."""
        return QSize(int(min(210.0, max(140.0, text_width(self._words()) + 38.0))), HEIGHT)

    def _words(self) -> str:
        return f"against {self._chosen.label}" if self._chosen else ALONE

    def paintEvent(self, event: QPaintEvent) -> None:
        """As a menu button."""
        painter = painter_of(self)
        box = QRectF(self.rect())
        fill = theme().color("field" if self.hovered or self.isDown() else "raised")
        rounded(painter, box, self.radius, fill, theme().color("border"))
        write(painter, box.adjusted(12, 0, -24, 0), self._words())
        place = QPointF(box.right() - 13, box.center().y())
        paint_icon(painter, "chevron-down", place, theme().color("text-2"), 14)
