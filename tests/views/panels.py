"""A panel as the window joins it to the document, and its controls by the names that a screen reader says."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from playground.experiment.edits import default_experiment
from playground.views.panel import Panel
from playground.views.theme import theme
from playground.views.widgets.number_field import NumberField

NO_NUMBERS = (
    *("nan", "inf", "", " ", "x", "0x10", "1e", "--1", "1 2", "1.234,5", "1'000"),
    *("\N{ARABIC-INDIC DIGIT THREE}", "\N{INFINITY}", "1e999"),
)
NUMBERS = ("-1", "\N{MINUS SIGN}1", "0", "-0", "0,5", "1e-400", "1e308", "-1e308", "9" * 60, "3", "7.5")


def shown(panel: Panel, qtbot) -> Panel:
    """The panel on screen; what it edits it shows, and keeps in `sent`."""
    theme().apply(QApplication.instance())
    panel.setFixedWidth(247)
    panel.set_experiment(default_experiment())
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


def type_into(field: NumberField, text: str) -> None:
    """As a person replaces the number and presses Enter."""
    field.setFocus()
    field.setText(text)
    field.setModified(True)
    QTest.keyClick(field, Qt.Key.Key_Return)


def number_fields(panel: Panel) -> list[NumberField]:
    """Those that are seen."""
    return [field for field in panel.findChildren(NumberField) if field.isVisibleTo(panel)]


def check_hostile_numbers(panel: Panel, field: NumberField, still_fits) -> None:
    """What is no number, or none of the range, is refused with the range; all else is a fit experiment.

    `still_fits(experiment)` is asked after each text.
    """
    bounds, may_be_empty = field.bounds, any(value is None for _, value in field._presets)
    for text in NO_NUMBERS + NUMBERS:
        if may_be_empty and not text.strip():
            continue
        before, refused = panel.experiment, []
        field.refused.connect(refused.append)
        type_into(field, text)
        field.refused.disconnect(refused.append)
        name = (field.accessibleName(), text)
        value = float(text.replace(",", ".").replace("\N{MINUS SIGN}", "-")) if text in NUMBERS else math.nan
        allowed = bounds.contains(value) and not (bounds.whole and ("," in text or "." in text))
        if not allowed:
            assert f"Choose {bounds.words()}." in "".join(refused), name
        if refused:
            assert panel.experiment is before, name
        else:
            assert field.value() == value, name
        assert still_fits(panel.experiment), name
