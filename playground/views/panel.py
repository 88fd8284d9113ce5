"""What the panels of the left column share: sections, and edits that leave as signals."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from playground.catalog.entry import Setting
from playground.experiment import edits
from playground.experiment.edits import EditError
from playground.experiment.model import Experiment
from playground.views.setting_rows import SettingRows, words

PADDING = 16

Edit = Callable[[Experiment], Experiment]


class Panel(QWidget):
    """A column of controls over an experiment. Gestures leave as `edited(experiment, label, merge)`.

    One drag or held key bears one merge key, so that it becomes one undo entry; the next has another.
    """

    edited = Signal(object, str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.experiment: Experiment | None = None
        self._gesture = 0
        self._ordering = False
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(PADDING, 11, PADDING, 4)
        self.column.setSpacing(4)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    def event(self, event: QEvent) -> bool:
        """Rows come and go; the Tab key follows what the eye sees."""
        if event.type() == QEvent.Type.LayoutRequest and not self._ordering:
            self._ordering = True
            QTimer.singleShot(0, self, self._order_tabs)
        return super().event(event)

    def _order_tabs(self) -> None:
        self._ordering = False
        stops = [
            child for child in self.findChildren(QWidget) if child.focusPolicy() & Qt.FocusPolicy.TabFocus
        ]
        here = self.window()  # a menu that floats over the panel orders itself
        shown = [child for child in stops if child.isVisibleTo(self) and child.window() is here]
        places = {child: child.mapTo(self, child.rect().center()) for child in shown}
        shown.sort(key=lambda child: (places[child].y() // 14, places[child].x()))
        for before, after in pairwise(shown):
            QWidget.setTabOrder(before, after)

    def change(
        self,
        edit: Edit,
        label: str,
        target: str,
        finished: bool = True,
        refuse: Callable[[str], None] | None = None,
    ) -> None:
        """Send an edit of the current experiment; one that cannot be made is refused with its reason."""
        if self.experiment is None:
            return
        try:
            after = edit(self.experiment)
        except EditError as problem:
            if refuse is not None:
                refuse(sentence(str(problem)))
            return
        merge = f"{target}#{id(self)}.{self._gesture}"
        if finished:
            self._gesture += 1
        self.edited.emit(after, label, merge)

    def set_setting(self, path: str, rows: SettingRows, setting: Setting, value: Any, finished: bool) -> None:
        """Send the edit of an entry's setting; its row says why a value is refused."""
        self.change(
            lambda e: edits.set_value(e, path, value),
            words(setting, value),
            path,
            finished,
            lambda why: rows.refuse(setting, why),
        )


def sentence(words: str) -> str:
    """A problem's words with a capital and a full stop."""
    text = words.strip()
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "?")) else text + "."
