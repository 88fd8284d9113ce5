"""A strip over the canvas: what happened, why, and the way back."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from playground.views.demo import show_alone
from playground.views.icons import paint_icon
from playground.views.theme import theme
from playground.views.widgets.buttons import IconButton, TextButton
from playground.views.widgets.control import painter_of, rounded

_ICONS = {"": "note", "pass": "pass", "warn": "warn", "fail": "fail"}
_MOST_LETTERS = 400
_FEWEST = 340  # pixels for the words beside buttons
Action = tuple[str, Callable[[], object]]


class Banner(QWidget):
    """A message with buttons; hidden while there is nothing to say. Text is shown as it is, never as HTML.

    `verdict` is "" for a notice, "pass", "warn" or "fail"; colour, icon shape and words say the same.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._verdict = ""
        self._buttons: list[TextButton] = []
        self._words, self._detail = _label(), _label()
        told = QVBoxLayout()
        told.setSpacing(1)
        told.addWidget(self._words)
        told.addWidget(self._detail)
        self._close = IconButton("close", "Close this message", self, 28)
        self._close.clicked.connect(self.clear)
        self._row, self._below = QHBoxLayout(), QHBoxLayout()
        self._row.setSpacing(8)
        self._row.addLayout(told, 1)
        self._row.addWidget(self._close)
        self._below.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(44, 8, 14, 8)
        column.setSpacing(8)
        column.addLayout(self._row)
        column.addLayout(self._below)
        theme().changed.connect(self._dress)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self.hide()

    def show_message(
        self, text: str, buttons: Sequence[Action] = (), verdict: str = "", detail: str = ""
    ) -> None:
        """Say this instead of what was said before; a click on a button does its work and closes.

        With `detail`, plain below it, the text is a headline.
        """
        self._drop_buttons()
        self._verdict = verdict
        self._words.setText(_cut(text))
        self._detail.setText(_cut(detail))
        self._dress()
        self._detail.setVisible(detail != "")
        self.setAccessibleName(". ".join(each for each in (self._words.text(), self._detail.text()) if each))
        for label, act in buttons:
            button = TextButton(label, self, primary=not self._buttons)
            button.clicked.connect(lambda _checked=False, act=act: self._act(act))
            button.show()
            self._buttons.append(button)
        self._place_buttons()
        self.show()
        self.update()

    def _dress(self) -> None:
        """Fonts, which another theme, or a page that takes the banner over, would reset."""
        self._words.setFont(theme().font("section" if self.detail() else "label", tabular=False))
        self._detail.setFont(theme().font("label", tabular=False))

    def showEvent(self, event: QShowEvent) -> None:
        """Perhaps on another page."""
        super().showEvent(event)
        self._dress()

    def clear(self) -> None:
        """Nothing to say any more."""
        self.hide()
        self._drop_buttons()
        self._words.clear()
        self._detail.clear()

    def text(self) -> str:
        """What it says, without the detail; "" while hidden."""
        return self._words.text()

    def detail(self) -> str:
        """What stands below a headline."""
        return self._detail.text()

    def _act(self, act: Callable[[], object]) -> None:
        text = self._words.text()
        act()
        if self._words.text() == text:  # the action may have said something new
            self.clear()

    def _place_buttons(self) -> None:
        """Beside the words, or below them where the window is narrow."""
        room = self.width() - sum(button.sizeHint().width() + 8 for button in self._buttons)
        into, first = (self._row, 1) if room >= _FEWEST else (self._below, 0)
        for place, button in enumerate(self._buttons):
            into.insertWidget(first + place, button)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Buttons move where there is room."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._place_buttons()

    def _drop_buttons(self) -> None:
        for button in self._buttons:
            button.hide()
            button.deleteLater()
        self._buttons = []

    def minimumSizeHint(self) -> QSize:
        """At least one row; never wider than it must be."""
        return QSize(200, max(44, super().minimumSizeHint().height()))

    def paintEvent(self, event: QPaintEvent) -> None:
        """A tinted strip with the verdict's icon and a line below."""
        painter = painter_of(self)
        box = QRectF(self.rect())
        fill = theme().color(f"{self._verdict}-bg" if self._verdict else "field")
        rounded(painter, box, 0, fill)
        painter.fillRect(QRectF(0, self.height() - 1, self.width(), 1), theme().color("border"))
        color = theme().color(self._verdict or "text-2")
        middle = self._words.geometry().center().y() if self.detail() else self.height() / 2
        paint_icon(painter, _ICONS[self._verdict], QPointF(24, middle + 0.5), color)


def _label() -> QLabel:
    """Plain words that can be selected."""
    made = QLabel()
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(True)
    made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    made.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    return made


def _cut(text: str) -> str:
    return text if len(text) <= _MOST_LETTERS else text[:_MOST_LETTERS].rstrip() + " …"


def _demo() -> QWidget:
    banner = Banner()
    banner.resize(800, 44)
    buttons = [("Go back to step 1,140", list), ("Set learning rate 0.3", list)]
    detail = "A learning rate of 3 may be too high."
    banner.show_message("Loss became infinite at step 1,345", buttons, "fail", detail)
    return banner


if __name__ == "__main__":
    show_alone(_demo)
