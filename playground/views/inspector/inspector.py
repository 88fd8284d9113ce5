"""The lower half of the right column: the selected layer, its settings and what happens inside it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QPointF, QRectF, QSize, Signal
from PySide6.QtGui import QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.catalog.entry import Setting
from playground.experiment import edits
from playground.experiment.data import Prepared
from playground.experiment.model import MAX_UNITS, Experiment
from playground.experiment.shapes import output_activation, shapes
from playground.experiment.words import called
from playground.session.activity import views_of
from playground.session.snapshot import LayerDetail, Snapshot, Wants
from playground.views.inspector.activation_button import ActivationButton
from playground.views.inspector.activation_plot import ActivationPlot
from playground.views.inspector.activity_view import ActivityView, options
from playground.views.inspector.histogram import Histogram
from playground.views.panel import Panel
from playground.views.preview import Preview
from playground.views.setting_rows import SettingRows
from playground.views.theme import theme
from playground.views.widgets.buttons import IconButton
from playground.views.widgets.control import HEIGHT, painter_of, text_width, write
from playground.views.widgets.numbers import count, spell
from playground.views.widgets.passing_menu import passing_menu
from playground.views.widgets.ranges import Range
from playground.views.widgets.rows import Text, side_by_side
from playground.views.widgets.segments import Segments
from playground.views.widgets.stepper import Stepper

OWN_CONTROL = ("units", "activation", "initializer")  # not among the generic rows


class Inspector(Panel):
    """Title, units, activation, the activation's curve, and histograms of weights and gradients.

    `select` says which layer. Where the height does not suffice, the two lower histograms fold away.
    """

    sampleChosen = Signal(int)  # noqa: N815 - a row of the data

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Inspector")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.layer = ""
        self._learns = False
        self._detail: LayerDetail | None = None
        self._prepared: Prepared | None = None
        self._title = Text("", style="section")
        self._parameters = Text("", style="body", color="text-3")
        self._more = IconButton("more", "More about this layer", size=HEIGHT)
        self._more.clicked.connect(self._open_menu)
        self._units = Stepper("Units", Range(1, MAX_UNITS, whole=True), suffix="neurons")
        self._units.edited.connect(self._set_units)
        self._activation = ActivationButton()
        self._activation.edited.connect(self._set_activation)
        self.preview = Preview(self)
        self._activation.menu_made.connect(
            lambda menu: self.preview.watch(menu, lambda: (self.experiment, self.layer))
        )
        self._own_rows = SettingRows(compact=False)
        self._own_rows.edited.connect(self._set_own)
        self._activation_rows = SettingRows(compact=True, label_width=108)
        self._activation_rows.edited.connect(self._set_of_activation)
        self._view = Segments("What is shown of the layer", (("", "Curve"),))
        self._view.edited.connect(lambda _key, _finished: self._show_view())
        self._plot = ActivationPlot()
        self._activity = ActivityView()
        self._activity.sampleChosen.connect(self.sampleChosen)
        self._shares = Shares()
        self._weights = Histogram("Weights and biases")
        self._gradients = Histogram("Gradient")
        self._histograms = side_by_side(self._weights, self._gradients, spacing=12)
        self._lay_out()

    def _lay_out(self) -> None:
        header = side_by_side(self._title, self._parameters, self._more, spacing=8, stretch=1)
        self._choices = side_by_side(self._units, self._activation, spacing=8, stretch=1)
        self._units.setFixedWidth(126)
        self.column.setContentsMargins(16, 9, 16, 8)
        for part in (header, self._choices, self._own_rows, self._activation_rows):
            self.column.addWidget(part)
        self.column.addSpacing(2)
        self.column.addWidget(self._view)
        self.column.addWidget(self._plot, 1)
        self.column.addWidget(self._activity, 1)
        self.column.addWidget(self._shares)
        self.column.addWidget(self._histograms)
        self.column.addStretch(0)
        self._parts = (self._choices, self._own_rows, self._activation_rows, self._view)
        self._show_layer()

    # What every view has

    def wants(self) -> Wants:
        """The numbers of the selected layer."""
        if not self.isVisible():
            return Wants()
        return Wants(layer=self.layer, activity=self._view.value()) | self.preview.wants()

    def set_experiment(self, experiment: Experiment) -> None:
        """Show the layer's settings; a layer that is gone gives way to the output."""
        self.experiment = experiment
        known = [layer.name for layer in experiment.network.layers]
        if self.layer and self.layer not in (*known, "input", "output"):
            self.select(known[0] if known else "output")
        else:
            self._show_layer()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show what happens inside the layer now."""
        if snapshot.prepared is not self._prepared:
            self._prepared = snapshot.prepared
            self._offer_views()
        self._plot.show_running(snapshot.state != "blocked")
        activity = snapshot.activity
        if activity is not None and (activity.layer, activity.view) == (self.layer, self._view.value()):
            self._activity.show_activity(activity)
        detail = snapshot.layer
        if detail is not self._detail and detail is not None and detail.name == self.layer:
            self._detail = detail
            self._show_detail(detail)

    def select(self, layer: str, unit: int = -1) -> None:
        """Inspect this layer: its name, "output", or "" for none; `unit` is marked on the curve."""
        self._plot.show_unit(unit)
        if layer != self.layer:
            self.layer = layer
            self._detail = None
            self._plot.show_detail(None)
            self._activity.show_activity(None)
            self._shares.show_shares(None, None, "")
            self._weights.forget()
            self._gradients.forget()
        self._show_layer()

    # Showing

    def _chosen(self) -> Any:
        """The layer in the experiment; None where none is selected."""
        if self.experiment is None or not self.layer:
            return None
        try:
            return self.experiment.layer(self.layer)
        except KeyError:
            return None

    def _activation_of(self, layer: Any) -> Any:
        assert self.experiment is not None
        if self.layer == "output":
            return output_activation(self.experiment)
        return getattr(layer, "activation", None)

    def _show_layer(self) -> None:
        layer = self._chosen()
        self._more.setVisible(layer is not None)
        for part in self._parts:
            part.setVisible(layer is not None)
        if layer is None or self.experiment is None:
            self._learns = False
            self._show_view()
            self._title.set_text("Input" if self.layer == "input" else "No layer selected")
            self._parameters.set_text("Click a layer to look inside it.")
            return
        number = shapes(self.experiment).layer(self.layer).parameter_count
        self._learns = number > 0
        self._title.set_text(called(self.layer))
        frozen = ", frozen" if getattr(layer, "frozen", False) else ""
        self._parameters.set_text(f"{count(number)} parameter{'' if number == 1 else 's'}{frozen}")
        has_units = hasattr(layer, "units") and self.layer != "output"
        activation = self._activation_of(layer)
        self._units.setVisible(has_units)
        self._activation.setVisible(activation is not None)
        self._choices.setVisible(has_units or activation is not None)
        if has_units:
            self._units.set_value(layer.units)
            self._units.set_suffix("neuron" if layer.units == 1 else "neurons")
        settings = [] if self.layer == "output" else layer.entry.settings
        self._own_rows.show_settings([s for s in settings if s.key not in OWN_CONTROL], layer)
        if activation is not None:
            self._activation.show_activation(activation.kind, self.layer == "output")
            self._activation_rows.show_settings(activation.entry.settings, activation)
            self._plot.show_activation(activation.kind, activation.settings, activation.entry.formula)
        else:
            self._activation_rows.show_settings([], None)
            self._plot.show_activation("", (), layer.entry.formula)
        self._offer_views()

    def _offer_views(self) -> None:
        """The views that have a meaning for this layer and these data."""
        if self._chosen() is None or self.experiment is None:
            return
        first = next(iter(self.experiment.network.layers), None)
        reads_input = self.layer == ("output" if first is None else first.name)
        self._view.set_options(options(views_of(self._prepared, self.layer, reads_input)))
        self._show_view()

    def _show_view(self) -> None:
        """The curve with its shares, or one of the pictures of the whole layer."""
        chosen = self._chosen() is not None
        curve = not self._view.value()
        for part in (self._plot, self._shares):
            part.setVisible(chosen and curve)
        self._activity.setVisible(chosen and not curve)
        self._fold()

    def _show_detail(self, detail: LayerDetail) -> None:
        activation = self._activation_of(self._chosen())
        one_sided = activation is not None and None in activation.entry.saturates
        self._plot.show_detail(detail)
        self._shares.show_shares(detail.saturated, detail.dead, "off" if one_sided else "saturated")
        if self._histograms.isVisible():
            self._weights.show_values(detail.weights)
            self._gradients.show_values(detail.gradients)

    # Editing

    def _set_units(self, value: int, finished: bool) -> None:
        path, title = f"network.{self.layer}.units", called(self.layer)
        label = f"Set {title} to {spell(value)} neuron{'' if value == 1 else 's'}"
        self.change(lambda e: edits.set_value(e, path, int(value)), label, path, finished, self._units.refuse)

    def _set_activation(self, key: str, finished: bool) -> None:
        path = f"network.{self.layer}.activation"
        label = f"Set activation of {called(self.layer)}"
        self.change(lambda e: edits.set_value(e, path, key), label, path, finished)

    def _set_own(self, setting: Setting, value: Any, finished: bool) -> None:
        self.set_setting(f"network.{self.layer}.{setting.key}", self._own_rows, setting, value, finished)

    def _set_of_activation(self, setting: Setting, value: Any, finished: bool) -> None:
        path = f"network.{self.layer}.activation.{setting.key}"
        self.set_setting(path, self._activation_rows, setting, value, finished)

    def _open_menu(self) -> None:
        menu, freezing = passing_menu(self), self._freezing()
        if freezing is not None:
            menu.addAction(freezing[0]).triggered.connect(self._freeze)
        if self.layer != "output":
            menu.addAction("Copy layer").triggered.connect(self._copy)
            menu.addAction("Delete layer").triggered.connect(self._remove)
        menu.popup(self._more.mapToGlobal(QPointF(0, HEIGHT + 4)).toPoint())

    def _freezing(self) -> tuple[str, Experiment] | None:
        return edits.freezing(self.experiment, self.layer) if self.experiment is not None else None

    def _freeze(self) -> None:
        found = self._freezing()
        if found is not None:
            self.change(lambda _e: found[1], found[0], f"freeze {self.layer}")

    def _copy(self) -> None:
        name, title = self.layer, called(self.layer)
        self.change(
            lambda e: edits.copy_layer(e, name, edits.index_of(e, name) + 1), f"Copy {title}", f"copy {name}"
        )

    def _remove(self) -> None:
        name = self.layer
        self.change(lambda e: edits.remove_layer(e, name), f"Delete {called(name)}", f"remove {name}")

    # Folding

    def _folded_height(self) -> int:
        rows = [part for part in (self._own_rows, self._activation_rows) if not part.isHidden()]
        extra = sum(part.sizeHint().height() + 6 for part in rows)
        choices = 0 if self._choices.isHidden() else HEIGHT + 6
        return 9 + HEIGHT + 6 + choices + extra + 2 + 6 + HEIGHT + 6 + 112 + 6 + 20 + 8

    def _fold(self) -> None:
        """The lower histograms are shown where there is room for them and a plot of modest height."""
        room = self.height() - self._folded_height() - 98
        show = self._learns and room >= 56
        if show == self._histograms.isHidden():
            self._histograms.setVisible(show)
            if show and self._detail is not None:
                self._weights.show_values(self._detail.weights)
                self._gradients.show_values(self._detail.gradients)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fold or unfold."""
        super().resizeEvent(event)
        self._fold()

    def sizeHint(self) -> QSize:
        """As low as it may be: the column gives it whatever height is left."""
        return QSize(328, self._folded_height())

    def minimumSizeHint(self) -> QSize:
        """Without the lower histograms."""
        return QSize(200, self._folded_height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """The panel."""
        painter_of(self).fillRect(self.rect(), theme().color("panel"))


class Shares(QWidget):
    """Which part of the values is saturated and which part of the units is dead, in bold."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(20)
        self._parts: tuple[tuple[str, str, str], ...] = ()  # number, word, colour token
        theme().changed.connect(self.update)

    def show_shares(self, saturated: float | None, dead: float | None, word: str) -> None:
        """Fractions, or None where the word has no meaning."""
        parts = []
        for value, name in ((saturated, word), (dead, "dead")):
            if value is not None:
                bad = name == "dead" and value > 0.0
                parts.append((f"{value:.0%}", name, "fail" if bad else "text"))
        if tuple(parts) != self._parts:
            self._parts = tuple(parts)
            self.setAccessibleName(", ".join(f"{number} {name}" for number, name, _ in parts))
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Number and word, side by side."""
        painter = painter_of(self)
        x = 0.0
        for number, word, token in self._parts:
            bold = theme().font("label", 600)
            write(painter, QRectF(x, 0, 60, 20), number, color=token, font=bold)
            x += max(30.0, text_width(number) + 9)
            write(painter, QRectF(x, 0, self.width() - x, 20), word, "body", "text-2")
            x += text_width(word, "body") + 24


def _demo() -> Inspector:
    view = Inspector()
    view.select("dense_1")
    return view


if __name__ == "__main__":
    from playground.views.live import show_live

    show_live(_demo, "spiral", (328, 466))
