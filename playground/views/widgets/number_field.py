"""The one field for numbers: a comma or a point, the same in every locale, or visibly refused."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QToolTip, QWidget

from playground.views.icons import paint_icon
from playground.views.theme import theme
from playground.views.widgets.control import HEIGHT, FocusRing, plain_tip, rounded
from playground.views.widgets.numbers import NumberError, spell
from playground.views.widgets.passing_menu import passing_menu
from playground.views.widgets.ranges import Range

Preset = tuple[str, float | None]


class NumberField(QLineEdit):
    """A number to type. Arrow keys step it; page keys step further; Esc brings the old value back.

    `presets` are values to pick from a menu at the right end; a label stands for its value ("Off" for
    0). A preset of None means "no value". `framed=False` leaves the box to a Stepper; `bare` shows the
    box only while it is pointed at or typed in.
    """

    edited = Signal(object, bool)
    refused = Signal(str)

    def __init__(
        self,
        name: str,
        bounds: Range,
        parent: QWidget | None = None,
        presets: tuple[Preset, ...] = (),
        framed: bool = True,
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
        bare: bool = False,
    ) -> None:
        super().__init__(parent)
        self.bounds = bounds
        self._value: float | None = bounds.minimum
        self._presets = presets
        self._framed = framed
        self._bare = bare
        self._problem = ""
        self._held = False
        self._suffix = ""
        self.setAccessibleName(name)
        self.setFrame(False)
        self.setAlignment(align)
        self.setMaxLength(64)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFont(theme().font("label", 600 if bare else None))
        left, right = (7 if framed else 0), (21 if presets else 6 if framed and not bare else -2)
        self.setTextMargins(left, 0, right, 0)
        self.setToolTip(bounds.words().capitalize())
        if framed:
            self._ring = FocusRing(self, theme().radius("field"), on_click=True)
        self.returnPressed.connect(self._commit)
        self.textEdited.connect(self._forget_problem)

    # Value

    def value(self) -> float | None:
        """The last accepted value."""
        return self._value

    def set_value(self, value: float | None) -> None:
        """Show a value, unless the user is typing another one just now."""
        changed = value != self._value
        self._value = value
        if changed or not self.isModified():
            self._show_value()

    def set_bounds(self, bounds: Range) -> None:
        """Other bounds, for another entry's setting."""
        self.bounds = bounds
        self.setToolTip(bounds.words().capitalize())

    def set_suffix(self, suffix: str) -> None:
        """A word after the number while it is not being typed, such as "neurons"."""
        self._suffix = suffix
        if not self.hasFocus():
            self._show_value()

    def refuse(self, why: str) -> None:
        """Show that a value is not accepted and why; the text stays until it is mended."""
        self._problem = why
        self.setToolTip(plain_tip(why))
        self.update()
        if self.isVisible():
            QToolTip.showText(self.mapToGlobal(self.rect().bottomLeft()), plain_tip(why), self)
        self.refused.emit(why)

    def _text_of(self, value: float | None) -> str:
        for label, preset in self._presets:
            if preset == value:
                return label
        return "" if value is None else spell(value)

    def _show_value(self) -> None:
        text = self._text_of(self._value)
        if self._suffix and not self.hasFocus() and self._holds(f"{text} {self._suffix}"):
            text = f"{text} {self._suffix}"
        if text != self.text():
            self.setText(text)
        self.setModified(False)
        self._forget_problem()
        self.setCursorPosition(0)

    def _holds(self, text: str) -> bool:
        margins = self.textMargins()
        room = self.width() - margins.left() - margins.right() - 4  # a line edit keeps 2 pixels a side
        return not self.isVisible() or self.fontMetrics().horizontalAdvance(text) <= room

    def _forget_problem(self) -> None:
        if self._problem:
            self._problem = ""
            self.setToolTip(self.bounds.words().capitalize())
            self.update()

    def _read(self) -> float | None:
        text = self.text().strip()
        for label, preset in self._presets:
            if text.lower() == label.lower():
                return preset
        if not text and any(preset is None for _label, preset in self._presets):
            return None
        return self.bounds.read(text)

    def _commit(self) -> None:
        if not self.isModified():
            return
        try:
            value = self._read()
        except NumberError as problem:
            self.refuse(str(problem))
            return
        self._accept(value)

    def _accept(self, value: float | None, finished: bool = True) -> None:
        changed = value != self._value
        self._value = value
        self._show_value()
        if changed or finished:
            self.edited.emit(value, finished)

    # Events

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The word after the number gives way where there is no room for both."""
        super().resizeEvent(event)
        if self._suffix and not self.isModified():
            self._show_value()

    @property
    def takes_space(self) -> bool:
        """No number has a blank in it: before one is typed, and once it is entered, Space is the window's."""
        return self.isModified()

    def event(self, event: QEvent) -> bool:
        """A line edit would claim every letter."""
        asked = event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
        if asked and event.key() == Qt.Key.Key_Space and not self.takes_space:  # type: ignore[attr-defined]
            event.ignore()
            return False
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows and page keys step; Esc gives up typing; the rest is text."""
        keys = {
            Qt.Key.Key_Up: (1, False),
            Qt.Key.Key_Down: (-1, False),
            Qt.Key.Key_PageUp: (1, True),
            Qt.Key.Key_PageDown: (-1, True),
        }
        key = Qt.Key(event.key())
        if key in keys and self._presets and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.open_presets()
        elif key in keys:
            self._held = True
            self.step(*keys[key], finished=False)
        elif key == Qt.Key.Key_Escape and (self.isModified() or self._problem):
            self._show_value()
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """The end of a held arrow key is the end of one change."""
        if self._held and not event.isAutoRepeat():
            self._end_hold()
        super().keyReleaseEvent(event)

    def _end_hold(self) -> None:
        self._held = False
        self.edited.emit(self._value, True)

    def step(self, direction: int, big: bool = False, finished: bool = True) -> None:
        """Move to the next value up or down."""
        start = self._value if self._value is not None else max(self.bounds.minimum, 0)
        value = self.bounds.step(start, direction, big)
        if value != self._value:
            self._accept(value, finished)
            self.selectAll()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """While typing, the number stands alone and selected."""
        super().focusInEvent(event)
        if self._suffix and not self._problem:
            self._show_value()
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.selectAll()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Leaving the field accepts what was typed; what cannot be accepted gives way to the old value."""
        super().focusOutEvent(event)
        if event.reason() == Qt.FocusReason.PopupFocusReason:
            return
        if self._held:
            self._end_hold()
        refused = bool(self._problem)
        if self.isModified() and not refused:
            self._commit()
        if refused or (self._suffix and not self._problem):
            self._show_value()
        self.deselect()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The chevron opens the presets."""
        if self._presets and event.position().x() > self.width() - 26:
            self.open_presets()
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """An arrow over the chevron, a text cursor elsewhere."""
        on_chevron = self._presets and event.position().x() > self.width() - 26
        self.setCursor(Qt.CursorShape.ArrowCursor if on_chevron else Qt.CursorShape.IBeamCursor)
        super().mouseMoveEvent(event)

    def open_presets(self) -> None:
        """Show the menu of values to pick."""
        menu = passing_menu(self)
        menu.setMinimumWidth(self.width())
        for label, value in self._presets:
            action = menu.addAction(label)
            action.setCheckable(True)
            action.setChecked(value == self._value)
            action.triggered.connect(lambda _checked=False, value=value: self._accept(value))
        menu.popup(self.mapToGlobal(QPointF(0, self.height() + 4)).toPoint())

    def changeEvent(self, event: QEvent) -> None:
        """Keep the background clear when the theme changes."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.EnabledChange:
            self.update()

    def sizeHint(self) -> QSize:
        """One row high."""
        return QSize(96, HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """Narrow enough for a short number."""
        return QSize(36, HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The grey box, the text, the chevron, and a red line while the text is refused."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect())
        if self._framed:
            lit = self.underMouse() and self.isEnabled() and not self.hasFocus()
            if not self._bare or lit or self.hasFocus():
                strong = lit and not self._bare
                fill = theme().color("border" if strong else "field")
                rounded(painter, box, theme().radius("field"), fill)
        if self._problem:
            painter.setPen(QPen(theme().color("fail"), 1.5))
            painter.drawRoundedRect(
                box.adjusted(1, 1, -1, -1), theme().radius("field"), theme().radius("field")
            )
        if self._presets:
            place = QPointF(box.right() - 12, box.center().y())
            paint_icon(painter, "chevron-down", place, theme().color("text-2"), 14)
        painter.end()
        super().paintEvent(event)
