"""Where the checks draw their lines: a card of fields."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from playground.experiment.model import MAX_SAMPLES, Checks
from playground.views.widgets.number_field import NumberField
from playground.views.widgets.popover import Popover
from playground.views.widgets.ranges import Range
from playground.views.widgets.rows import Paragraph, Text, field_row

_ROWS: tuple[tuple[str, str, str, Range, bool], ...] = (
    (
        "margin",
        "Equal to a baseline within",
        "A difference smaller than this share of the baseline's error counts as none.",
        Range(0, 100, unit="%"),
        True,
    ),
    (
        "rare",
        "Rare class: below",
        "With a class that has less than this part of an equal share of the samples, balanced accuracy "
        "decides: the mean over classes of how much of each is found.",
        Range(0, 100, unit="%"),
        True,
    ),
    (
        "gap_look",
        "Gap: look above",
        "How far the error on judged samples may lie above the training error.",
        Range(0, 10_000, unit="%"),
        True,
    ),
    ("gap_fail", "Gap: fails above", "Above this the gap check fails.", Range(0, 10_000, unit="%"), True),
    (
        "outside",
        "Impossible: fails above",
        "The share of predictions that may lie outside the valid range of the target.",
        Range(0, 100, unit="%"),
        True,
    ),
    (
        "regime_look",
        "Regime: look above",
        "How many times the overall error a regime's error may be.",
        Range(1, 100),
        False,
    ),
    ("regime_fail", "Regime: fails above", "Above this the regime check fails.", Range(1, 100), False),
    (
        "regime_samples",
        "Regime: judged samples",
        "Regimes with fewer are not held against the network.",
        Range(1, MAX_SAMPLES, whole=True),
        False,
    ),
    ("seeds", "Seeds", "How many networks are trained anew.", Range(5, 50, whole=True), False),
)


class Limits(QWidget):
    """`edited(key, value)` when a limit is changed."""

    edited = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.fields: dict[str, NumberField] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 4, 6, 4)
        column.setSpacing(4)
        column.addWidget(Text("Limits of the checks", style="section"))
        about = Paragraph()
        about.say("Proposals, not calibrated. They are kept in the experiment.")
        column.addWidget(about)
        for key, label, tip, bounds, percent in _ROWS:
            field = NumberField(label, bounds)
            field.setFixedWidth(84)
            field.edited.connect(
                lambda value, done, k=key, p=percent, r=bounds: self._tell(k, value, done, p, r)
            )
            self.fields[key] = field
            words = (
                f"{label}, %"
                if percent
                else f"{label}, times"
                if key in ("regime_look", "regime_fail")
                else label
            )
            column.addWidget(field_row(words, field, tip, 196))
        self.setFixedWidth(310)

    def show_checks(self, checks: Checks) -> None:
        """Show the limits as they are."""
        for key, _label, _tip, _bounds, percent in _ROWS:
            value = getattr(checks, key)
            self.fields[key].set_value(round(100.0 * value, 9) if percent else value)

    def _tell(self, key: str, value: float, finished: bool, percent: bool, bounds: Range) -> None:
        if finished:
            self.edited.emit(key, value / 100.0 if percent else int(value) if bounds.whole else float(value))


class LimitsCard(Popover):
    """The limits, floating beside their button."""

    def __init__(self, owner: QWidget) -> None:
        super().__init__(owner)
        self.limits = Limits()
        self.body.addWidget(self.limits)
