"""Rows made from catalog settings: whatever an entry can be set to appears here by itself."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from playground.catalog import registries
from playground.catalog.entry import Setting
from playground.views.widgets.combo import Combo, Option
from playground.views.widgets.number_field import NumberField
from playground.views.widgets.numbers import said
from playground.views.widgets.ranges import Range
from playground.views.widgets.rows import LABEL_WIDTH, SliderRow, field_row
from playground.views.widgets.slider import Slider
from playground.views.widgets.stepper import Stepper
from playground.views.widgets.switch import Switch


def options_of(registry: str) -> tuple[Option, ...]:
    """The entries of a registry for a menu."""
    return tuple((entry.key, entry.label, entry.summary) for entry in registries[registry])


def span(setting: Setting) -> tuple[float, float] | None:
    """What a slider for this setting shows: some decades around the default, or the bounds."""
    if setting.scale == "log":
        middle = math.log10(setting.default) if setting.default else -2.0
        low, high = 10.0 ** (math.floor(middle) - 2), 10.0 ** (math.floor(middle) + 2)
        return max(low, setting.minimum or low), min(high, setting.maximum)
    finite = math.isfinite(setting.minimum) and math.isfinite(setting.maximum)
    return (setting.minimum, setting.maximum) if finite else None


def proper(key: str) -> str:
    """An option's key as a name: New York."""
    return key.replace("_", " ").title()


def words(setting: Setting, value: Any) -> str:
    """A change of this setting in a few words, for the undo menu: "Set learning rate to 0.03"."""
    name = setting.label[:1].lower() + setting.label[1:]
    if isinstance(value, bool):
        return f"Turn {name} {'on' if value else 'off'}"
    return f"Set {name} to {said(value) if isinstance(value, int | float) else value}"


class SettingRow(QWidget):
    """One setting with its control. `edited(value, finished)`; `set_value` follows the experiment.

    A number with a range gets a slider unless `compact`; the slider grows when a number beyond its
    ends is typed.
    """

    edited = Signal(object, bool)

    def __init__(self, setting: Setting, compact: bool = False, label_width: int = LABEL_WIDTH) -> None:
        super().__init__()
        self.setting = setting
        self._slider: Slider | None = None
        self._control: Any
        self._range = Range.of(setting, None)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        shown = span(setting)
        if setting.type == "number" and shown is not None and not compact:
            self._range = replace(self._range, shown=shown)
            column.addWidget(self._with_slider())
        else:
            self._control = self._simple_control()
            column.addWidget(field_row(setting.label, self._control, setting.summary, label_width))
        self._control.edited.connect(self._tell)

    def _with_slider(self) -> QWidget:
        setting = self.setting
        right = Qt.AlignmentFlag.AlignRight
        self._control = NumberField(setting.label, self._range, align=right, bare=True)
        self._slider = Slider(setting.label, self._range, decades=setting.scale == "log")
        self._slider.edited.connect(self._tell)
        return SliderRow(setting.label, self._control, self._slider, setting.summary)

    def _simple_control(self) -> Any:
        setting = self.setting
        if setting.type == "switch":
            return Switch(setting.label)
        if setting.type == "option":
            return Combo(setting.label, tuple((key, proper(key), "") for key in setting.options))
        if setting.type == "entry":
            return Combo(setting.label, options_of(setting.registry))
        if setting.type == "whole" and setting.scale == "linear":
            return Stepper(setting.label, self._range)
        return NumberField(setting.label, self._range)

    def _tell(self, value: Any, finished: bool) -> None:
        self.set_value(value)
        self.edited.emit(value, finished)

    def set_value(self, value: Any) -> None:
        """Show a value (an entry's key where the setting chooses an entry)."""
        self._control.set_value(getattr(value, "kind", value))
        if self._slider is not None:
            self._grow(value)
            self._slider.set_value(value)

    def _grow(self, value: float) -> None:
        assert self._slider is not None
        shown = span(self.setting)
        if shown is not None and self.setting.scale == "log" and value > 0:
            low = min(shown[0], 10.0 ** math.floor(math.log10(value) + 1e-9))
            high = max(shown[1], 10.0 ** math.ceil(math.log10(value) - 1e-9))
            if (low, high) != self._slider.bounds.shown:
                self._slider.set_bounds(replace(self._range, shown=(low, high)))

    def refuse(self, why: str) -> None:
        """Show that the value is not accepted and why."""
        if hasattr(self._control, "refuse"):
            self._control.refuse(why)


class SettingRows(QWidget):
    """The rows of one entry's settings; another entry's rows replace them, kept for the way back."""

    edited = Signal(object, object, bool)  # setting, value, finished

    def __init__(self, compact: bool = False, label_width: int = LABEL_WIDTH) -> None:
        super().__init__()
        self._compact = compact
        self._label_width = label_width
        self._rows: dict[Setting, SettingRow] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)

    def show_settings(self, settings: Iterable[Setting], owner: Any) -> None:
        """Rows for these settings with the values that `owner` has as attributes."""
        wanted = list(settings)
        for setting in wanted:
            if setting not in self._rows:
                self._add(setting)
        for setting, row in self._rows.items():
            row.setVisible(setting in wanted)
        for place, setting in enumerate(wanted):
            row = self._rows[setting]
            if self._column.indexOf(row) != place:
                self._column.insertWidget(place, row)
            row.set_value(getattr(owner, setting.key))
        self.setVisible(bool(wanted))

    def _add(self, setting: Setting) -> None:
        row = SettingRow(setting, self._compact, self._label_width)
        row.edited.connect(lambda value, finished: self.edited.emit(setting, value, finished))
        self._rows[setting] = row
        self._column.addWidget(row)

    def refuse(self, setting: Setting, why: str) -> None:
        """Show at its row that a value is not accepted."""
        self._rows[setting].refuse(why)
