"""A line that folds rare settings away: "› Stop conditions"."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from playground.views.icons import paint_icon
from playground.views.theme import theme
from playground.views.widgets.control import HEIGHT, Button, painter_of, rounded, text_width, write


class _Header(Button):
    def __init__(self, title: str, parent: QWidget) -> None:
        super().__init__(title, parent)
        self.setCheckable(True)
        self.setText(title)
        self.note = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Right opens, left closes."""
        if Qt.Key(event.key()) in (Qt.Key.Key_Right, Qt.Key.Key_Left):
            if self.isChecked() != (event.key() == Qt.Key.Key_Right):
                self.click()
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(120, HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_of(self)
        box = QRectF(self.rect())
        if self.hovered:
            rounded(painter, box.adjusted(-4, 0, 0, 0), self.radius, theme().color("field"))
        chevron = "chevron-down" if self.isChecked() else "chevron-right"
        paint_icon(painter, chevron, QPointF(6, box.center().y()), theme().color("text-3"), 14)
        color = "text" if self.hovered or self.isChecked() else "text-2"
        write(painter, box.adjusted(18, 0, 0, 0), self.text(), "body", color)
        if self.note and not self.isChecked():
            left = 18 + text_width(self.text(), "body") + 8
            write(
                painter, box.adjusted(left, 0, 0, 0), self.note, "body", "text-3", Qt.AlignmentFlag.AlignRight
            )


class Disclosure(QWidget):
    """A header that opens and closes what lies below it. Put rows into `.body`.

    The note beside the title says what is set while it is closed.
    """

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._header = _Header(title, self)
        self.content = QWidget(self)
        self.content.hide()
        self.body = QVBoxLayout(self.content)
        self.body.setContentsMargins(0, 4, 0, 6)
        self.body.setSpacing(6)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._header)
        column.addWidget(self.content)
        self._header.toggled.connect(self._turn)

    def _turn(self, shown: bool) -> None:
        self.content.setVisible(shown)
        if shown and self.isVisible():
            QTimer.singleShot(0, self, self._come_into_view)

    def _come_into_view(self) -> None:
        """Scroll so that what was opened can be read."""
        around = self.parentWidget()
        while around is not None and not isinstance(around, QScrollArea):
            around = around.parentWidget()
        if around is not None:
            around.ensureWidgetVisible(self, 0, 4)

    @property
    def is_open(self) -> bool:
        """True while the rows are shown."""
        return self._header.isChecked()

    def set_open(self, open_: bool) -> None:
        """Show or hide the rows."""
        self._header.setChecked(open_)

    def set_title(self, title: str) -> None:
        """Another title."""
        self._header.setText(title)
        self._header.setAccessibleName(title)
        self._header.update()

    def set_note(self, note: str) -> None:
        """What is set, in a few words, shown while it is closed."""
        if note != self._header.note:
            self._header.note = note
            self._header.update()
