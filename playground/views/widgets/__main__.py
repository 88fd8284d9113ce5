"""`python -m playground.views.widgets` shows every control once."""

from __future__ import annotations

import math

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QVBoxLayout, QWidget

from playground.views.demo import show_alone
from playground.views.icons import ICONS
from playground.views.theme import theme
from playground.views.widgets.buttons import IconButton, RoundButton, TextButton
from playground.views.widgets.combo import Combo
from playground.views.widgets.disclosure import Disclosure
from playground.views.widgets.number_field import NumberField
from playground.views.widgets.pictures import FeatureButton, PictureButton
from playground.views.widgets.ranges import Range
from playground.views.widgets.rows import Rule, SliderRow, Text, field_row, side_by_side
from playground.views.widgets.segments import Segments
from playground.views.widgets.slider import Slider
from playground.views.widgets.split_bar import SplitBar
from playground.views.widgets.stepper import Stepper
from playground.views.widgets.switch import Switch


def _stripes(painter: QPainter, box: QRectF) -> None:
    for x in range(int(box.width())):
        color = theme().color("pos" if math.sin(x / 4) > 0 else "neg")
        painter.fillRect(QRectF(x, box.top(), 1, box.height()), color)


def gallery() -> QWidget:
    """A page with each control."""
    page = QWidget()
    page.setFixedWidth(420)
    column = QVBoxLayout(page)
    column.setContentsMargins(16, 16, 16, 16)
    column.setSpacing(8)
    rate = Range(0, 1000, log=True, open_minimum=True, shown=(1e-4, 1.0))
    off = TextButton("Off")
    off.setEnabled(False)
    features = [FeatureButton("x1", "<i>x</i><sub>1</sub>", _stripes) for _ in range(2)]
    features[0].setChecked(True)
    pictures = [PictureButton("Stripes", _stripes) for _ in range(2)]
    pictures[0].setChecked(True)
    combo = Combo("Loss", (("a", "Cross-entropy", ""), ("b", "Mean squared error", "")))
    combo.set_value("a")
    field = NumberField("Batch size", Range(1, 1000, whole=True), presets=(("32", 32), ("64", 64)))
    field.set_value(32)
    refused = NumberField("Refused", Range(0, 1))
    refused.refuse("Choose 0 to 1.")
    slider = Slider("Learning rate", rate, decades=True)
    slider.set_value(0.02)
    fold = Disclosure("Momentum and stop conditions")
    fold.body.addWidget(Text("Inside"))
    switch = Switch("On")
    switch.set_value(True)
    icons = [IconButton(name, name) for name in ICONS]
    quiet = TextButton("Reshuffle", icon="shuffle", quiet=True)
    rows: list[QWidget] = [
        side_by_side(TextButton("Rest"), TextButton("Go back", primary=True), quiet, off),
        *(side_by_side(*icons[start : start + 10], spacing=2) for start in range(0, len(icons), 10)),
        side_by_side(RoundButton("play", "Play"), RoundButton("pause", "Pause")),
        SliderRow("Learning rate", NumberField("Learning rate", rate), slider),
        field_row("Loss", combo),
        field_row("Batch size", field),
        field_row("Refused", refused),
        Stepper("Neurons", Range(1, 64, whole=True), suffix="neurons"),
        Segments("Plot", (("loss", "Loss"), ("accuracy", "Accuracy"), ("norm", "Gradient norm"))),
        side_by_side(switch, Switch("Off")),
        SplitBar("Split"),
        side_by_side(*pictures, *features),
        Rule(),
        fold,
    ]
    for row in rows:
        column.addWidget(row)
    column.addStretch()
    return page


if __name__ == "__main__":
    show_alone(gallery)
