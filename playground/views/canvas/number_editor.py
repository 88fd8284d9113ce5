"""Typing a number on a chip: a field that lies over the chip until Enter or Esc."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QWidget

from playground.catalog.entry import Setting
from playground.views.widgets.number_field import NumberField
from playground.views.widgets.ranges import Range

_SMALLEST = (56, 26)


class NumberEditor(NumberField):
    """One number of one layer. `closed` when it goes; what was typed has then been told by `edited`."""

    closed = Signal()

    def __init__(self, setting: Setting, spoken: str, value: float, parent: QWidget) -> None:
        super().__init__(
            f"{spoken}: {setting.label.lower()}",
            Range.of(setting),
            parent,
            align=Qt.AlignmentFlag.AlignHCenter,
        )
        self._is_closed = False
        self.set_value(value)

    def open_over(self, area: QRect) -> None:
        """Show over a part of the parent, ready to type."""
        wider = max(0, _SMALLEST[0] - area.width()) // 2
        higher = max(0, _SMALLEST[1] - area.height()) // 2
        self.setGeometry(area.adjusted(-wider, -higher, wider, higher))
        self.show()
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.selectAll()

    def close_editor(self) -> None:
        """Go away once."""
        if not self._is_closed:
            self._is_closed = True
            self.hide()
            self.closed.emit()
            self.deleteLater()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter accepts and closes unless the text is refused; Esc gives up."""
        if event.key() == Qt.Key.Key_Escape:
            self.setModified(False)
            self.close_editor()
            return
        super().keyPressEvent(event)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()
            if not self.isModified():
                self.close_editor()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Clicking elsewhere accepts what can be accepted."""
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.close_editor()
