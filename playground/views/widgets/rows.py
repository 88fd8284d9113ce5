"""Labels, rows of a form, section lines: the quiet parts of a panel."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from playground.views.theme import theme
from playground.views.widgets.control import HEIGHT, painter_of, text_width, write

LABEL_WIDTH = 70


class Text(QWidget):
    """One line of plain text in a type size and a colour of the theme.

    Where it is too long its `short` form stands, if there is one; what is still too long is cut with ….
    """

    def __init__(
        self,
        text: str = "",
        parent: QWidget | None = None,
        style: str = "body",
        color: str = "text",
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
        fixed: int = 0,
    ) -> None:
        super().__init__(parent)
        self._text = self._short = text
        self._style = style
        self._color = color
        self._align = align
        self._fixed = fixed
        expanding = QSizePolicy.Policy.Fixed if fixed else QSizePolicy.Policy.Preferred
        self.setSizePolicy(expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(text)

    def text(self) -> str:
        """What it says."""
        return self._text

    def set_text(self, text: str, short: str = "") -> None:
        """Say something else; costs nothing if it is the same."""
        if text != self._text:
            self._text, self._short = text, short or text
            self.setAccessibleName(text)
            self.update()
            if not self._fixed:
                self.updateGeometry()

    def set_color(self, color: str) -> None:
        """Another colour token."""
        if color != self._color:
            self._color = color
            self.update()

    def sizeHint(self) -> QSize:
        """As wide as the text, as high as its line."""
        width = self._fixed or int(text_width(self._text, self._style) + 1.5)
        return QSize(width, theme().line_height(self._style))

    def minimumSizeHint(self) -> QSize:
        """It may be cut."""
        return QSize(self._fixed or 16, theme().line_height(self._style))

    def paintEvent(self, event: QPaintEvent) -> None:
        """The text."""
        fits = text_width(self._text, self._style) <= self.width() + 0.5
        words = self._text if fits else self._short
        write(painter_of(self), QRectF(self.rect()), words, self._style, self._color, self._align)


class Paragraph(QLabel):
    """A few quiet lines of plain text, as high as they need; hidden while there is nothing to say."""

    def __init__(self, parent: QWidget | None = None, style: str = "caption", color: str = "text-2") -> None:
        super().__init__(parent)
        self._style, self._color = style, color
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.hide()
        self._dress()
        theme().changed.connect(self._dress)

    def _dress(self) -> None:
        self.setFont(theme().font(self._style, tabular=False))
        self.setStyleSheet(f"color: {theme().color(self._color).name()}")

    def say(self, text: str) -> None:
        """Say this; "" hides the paragraph."""
        self.setText(text.replace(" %", "\u00a0%"))
        self.setVisible(bool(text))
        self._stretch()

    def _stretch(self) -> None:
        self.setMinimumHeight(0)  # or the label would never ask for less than now
        self.setFixedHeight(max(0, self.heightForWidth(self.width())))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """As many lines as the new width asks for."""
        super().resizeEvent(event)
        self._stretch()


class Rule(QWidget):
    """The 1 px line between sections."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(1)

    def paintEvent(self, event: QPaintEvent) -> None:
        """A hairline."""
        painter_of(self).fillRect(self.rect(), theme().color("border"))


def side_by_side(*parts: QWidget, spacing: int = 8, stretch: int | None = None) -> QWidget:
    """Widgets in one row; the one at `stretch` takes the space that is left."""
    row = QWidget()
    layout = QHBoxLayout(row)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(spacing)
    for position, part in enumerate(parts):
        layout.addWidget(part, 1 if position == stretch else 0)
    return row


def field_row(label: str, control: QWidget, tip: str = "", width: int = LABEL_WIDTH) -> QWidget:
    """A label and its control, one row of 28 px."""
    text = Text(label, style="body", color="text-2", fixed=width)
    text.setToolTip(tip)
    fixed = control.sizePolicy().horizontalPolicy() == QSizePolicy.Policy.Fixed
    parts = (text, control, QWidget()) if fixed else (text, control)  # what is left over goes to the last
    row = side_by_side(*parts, spacing=6, stretch=len(parts) - 1)
    row.setMinimumHeight(HEIGHT)
    return row


class SliderRow(QWidget):
    """A label with its number at the right end, and the slider below, closer than their hit areas."""

    NUMBER_WIDTH, SLIDER_Y = 72, 17

    def __init__(self, label: str, number: QWidget, slider: QWidget, tip: str = "") -> None:
        super().__init__()
        self._text = Text(label, self, style="body", color="text-2")
        self._text.setToolTip(tip)
        self._number, self._slider = number, slider
        slider.setParent(self)
        number.setParent(self)  # above the slider where they overlap
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """The slider's height and the line above it."""
        return QSize(200, self.SLIDER_Y + self._slider.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place the three."""
        left = self.width() - self.NUMBER_WIDTH
        self._text.setGeometry(0, 0, left, 24)
        self._number.setGeometry(left, -2, self.NUMBER_WIDTH, HEIGHT)
        self._slider.setGeometry(0, self.SLIDER_Y, self.width(), self._slider.sizeHint().height())
