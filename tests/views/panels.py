"""A panel as the window joins it to the document, and its controls by the names that a screen reader says."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication, QWidget

from playground.views.demo import example
from playground.views.panel import Panel
from playground.views.theme import theme


def shown(panel: Panel, qtbot) -> Panel:
    """The panel on screen; what it edits it shows, and keeps in `sent`."""
    theme().apply(QApplication.instance())
    panel.setFixedWidth(247)
    panel.set_experiment(example())
    qtbot.addWidget(panel)
    panel.show()
    panel.sent = []
    panel.edited.connect(lambda *edit: panel.sent.append(edit))
    panel.edited.connect(lambda experiment, _label, _merge: panel.set_experiment(experiment))
    return panel


def named(panel: Panel, name: str, kind: str = "") -> QWidget:
    """The control of that name, of that kind if one is given, the one that is seen first."""
    found = [child for child in panel.findChildren(QWidget) if child.accessibleName() == name]
    found = [child for child in found if not kind or type(child).__name__ == kind]
    assert found, name
    return next((child for child in found if child.isVisibleTo(panel)), found[0])
