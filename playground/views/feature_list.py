"""Which inputs the network sees: pictures for points in the plane, names for the columns of a table."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLayoutItem, QToolTip, QVBoxLayout, QWidget

from playground.catalog.features import features
from playground.experiment.model import Data
from playground.experiment.shapes import feature_names
from playground.views.data_pictures import feature_paint
from playground.views.icons import paint_icon
from playground.views.theme import theme
from playground.views.widgets.control import Button, painter_of, rounded, text_width, write
from playground.views.widgets.pictures import FeatureButton, Grid
from playground.views.widgets.rows import Text

MOST_NAMES = 24


class NameButton(Button):
    """A column of a table to turn on and off: its name in a capsule, ticked while on."""

    def __init__(self, name: str, tip: str = "") -> None:
        super().__init__(name, None, tip, radius=13)
        self.setText(name)
        self.setCheckable(True)

    def nextCheckState(self) -> None:
        """The panel says which are on."""

    def sizeHint(self) -> QSize:
        """As wide as the name and its tick."""
        return QSize(min(215, int(text_width(self.text(), "caption") + 33)), 28)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Ink outline and tick while on; grey while off."""
        painter = painter_of(self)
        box = QRectF(self.rect()).adjusted(0, 1, 0, -1)
        on = self.isChecked()
        fill = theme().color("field" if self.hovered or not on else "raised")
        rounded(painter, box, 13, fill, theme().color("ink" if on else "field"))
        where = QRectF(8, 0, 12, self.height()).center()
        paint_icon(painter, "check" if on else "plus", where, theme().color("text" if on else "text-3"), 11)
        write(painter, box.adjusted(23, 0, -8, 0), self.text(), "caption", "text" if on else "text-2")


class _Flow(Grid):
    """Items of different widths, in lines as in a text."""

    def __init__(self, width: int, gap: int, parent: QWidget) -> None:
        super().__init__(1, gap, parent)
        self._line_width = width

    def _places(self) -> list[tuple[QLayoutItem, QRect]]:
        places: list[tuple[QLayoutItem, QRect]] = []
        x = y = 0
        for item in self._shown():
            size = item.sizeHint()
            if x and x + size.width() > self._line_width:
                x, y = 0, y + size.height() + self._gap
            places.append((item, QRect(QPoint(x, y), size)))
            x += size.width() + self._gap
        return places

    def sizeHint(self) -> QSize:
        """All lines."""
        places = self._places()
        return QSize(self._line_width, places[-1][1].bottom() + 1 if places else 0)

    def minimumSize(self) -> QSize:
        """The same."""
        return self.sizeHint()

    def setGeometry(self, box: QRect) -> None:
        """Place the items."""
        for item, place in self._places():
            item.setGeometry(place.translated(box.topLeft()))


class FeatureList(QWidget):
    """The heading "2 of 7 on" and one button an input. `edited(names, True)` when one is turned."""

    edited = Signal(object, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._known: tuple[str, ...] = ()
        self._on: tuple[str, ...] = ()
        self._dataset = ""
        self._buttons: dict[str, Button] = {}
        self._count = Text("", color="text-3")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        heading = QHBoxLayout()
        heading.addWidget(Text("Input features", style="body", color="text-2"))
        heading.addStretch()
        heading.addWidget(self._count)
        column.addLayout(heading)
        self._place = column
        self._body: QWidget | None = None

    def show_data(self, data: Data) -> None:
        """Show the inputs that these data have, and which are on."""
        entry, self._on = data.dataset.entry, feature_names(data)
        known = entry.all_features_of(data.dataset)
        if (entry.key, known) != (self._dataset, self._known):
            self._dataset, self._known = entry.key, known
            self._rebuild(data)
        for name, button in self._buttons.items():
            button.setChecked(name in self._on)
        what = f"{len(self._on):,} of {len(known):,} on"
        if entry.image_shape:
            what = f"{len(self._on):,} of {len(known):,} pixels"
        self._count.set_text(what)

    def _rebuild(self, data: Data) -> None:
        if self._body is not None:
            self._place.removeWidget(self._body)
            self._body.hide()
            self._body.deleteLater()
            self._body = None
        entry = data.dataset.entry
        self._buttons = {}
        if not entry.domain and len(self._known) > MOST_NAMES:
            return
        self._body = QWidget(self)
        layout = Grid(4, 0, self._body) if entry.domain else _Flow(215, 5, self._body)
        for position, name in enumerate(self._known):
            button = self._picture(name, entry) if entry.domain else self._name(position, name, entry)
            button.clicked.connect(lambda _checked=False, name=name: self._turn(name))
            self._buttons[name] = button
            layout.addWidget(button)
        self._place.setSpacing(2 if entry.domain else 6)
        self._place.addWidget(self._body)
        self._body.show()

    def _picture(self, name: str, entry: Any) -> Button:
        feature = features[name]
        button = FeatureButton(feature.label, feature.formula, feature_paint(name, len(entry.domain) == 2))
        button.setToolTip(feature.summary)
        return button

    def _name(self, position: int, name: str, entry: Any) -> Button:
        label = entry.columns[position] if position < len(entry.columns) else name
        unit = entry.units[position] if position < len(entry.units) else ""
        return NameButton(label, f"{label}, {unit}" if unit else label)

    def _turn(self, name: str) -> None:
        on = set(self._on) ^ {name}
        if not on:
            button = self._buttons[name]
            words = "One input stays on: a network needs something to look at."
            QToolTip.showText(button.mapToGlobal(button.rect().bottomLeft()), words, button)
            return
        self.edited.emit(tuple(key for key in self._known if key in on), True)
