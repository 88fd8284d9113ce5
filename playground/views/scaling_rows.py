"""How inputs and target are scaled before the network sees them, with the numbers that were fitted."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from playground.experiment.data import Prepared
from playground.experiment.model import Data
from playground.experiment.shapes import task
from playground.views.setting_rows import options_of
from playground.views.widgets.combo import Combo
from playground.views.widgets.rows import field_row

_SHOWN = 12
_INVERTED = "Pictures and predictions are scaled back, so axes stay in the data's own units."


class ScalingRows(QWidget):
    """A choice for the inputs and one for the target. `edited(path, key)` when one is changed."""

    edited = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        self.inputs, self._inputs_row = self._row("Scale inputs", "data.scaling")
        self.target, self._target_row = self._row("Scale target", "data.target_scaling")
        column.addWidget(self._inputs_row)
        column.addWidget(self._target_row)

    def _row(self, label: str, path: str) -> tuple[Combo, QWidget]:
        combo = Combo(label, options_of("scalings"))
        combo.edited.connect(lambda key, _finished: self.edited.emit(path, key))
        return combo, field_row(label, combo, _INVERTED)

    def set_data(self, data: Data) -> None:
        """Show what is chosen; only numbers have a target to scale."""
        self.inputs.set_value(data.scaling.kind)
        self.target.set_value(data.target_scaling.kind)
        self._target_row.setVisible(task(data) == "regression" and data.target != "inputs")

    def show_prepared(self, prepared: Prepared | None) -> None:
        """Say what was fitted on the training rows."""
        if prepared is None:
            return
        self._inputs_row.setToolTip(
            _fitted(prepared.feature_names, prepared.input_shift, prepared.input_scale)
        )
        if len(prepared.target_shift):
            self._target_row.setToolTip(
                _fitted(prepared.target_names, prepared.target_shift, prepared.target_scale)
            )


def _fitted(names: tuple[str, ...], shift: object, scale: object) -> str:
    pairs = zip(names, np.asarray(shift).tolist(), np.asarray(scale).tolist(), strict=True)
    lines = [f"{name}: {_formula(by, to)}" for name, by, to in list(pairs)[:_SHOWN]]
    more = [f"and {len(names) - _SHOWN:,} more"] if len(names) > _SHOWN else []
    return "\n".join(["Fitted on the training rows:", *lines, *more, _INVERTED])


def _formula(shift: float, scale: float) -> str:
    if scale == 0.0:
        return "0, as it never changes"
    return f"(value − {shift:.4g}) / {scale:.4g}".replace("− -", "+ ")
