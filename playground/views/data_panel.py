"""Data: which data set, its settings, how it is split, and which inputs the network sees."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QMessageBox, QVBoxLayout, QWidget

from playground.catalog import registries
from playground.catalog.entry import Setting
from playground.experiment import edits
from playground.experiment.data import Prepared, prepare
from playground.experiment.model import Data, Experiment
from playground.experiment.naming import named_after
from playground.experiment.shapes import class_count, task
from playground.session.snapshot import Snapshot
from playground.views.data_pictures import dataset_picture
from playground.views.demo import show_alone
from playground.views.feature_list import FeatureList
from playground.views.panel import Panel
from playground.views.scaling_rows import ScalingRows
from playground.views.setting_rows import SettingRows, options_of, words
from playground.views.split_on_data import SplitOnData
from playground.views.theme import theme
from playground.views.widgets.buttons import IconButton, TextButton
from playground.views.widgets.combo import Combo
from playground.views.widgets.control import painter_of, plain_tip, text_width, write
from playground.views.widgets.numbers import short_count
from playground.views.widgets.pictures import Grid, PictureButton
from playground.views.widgets.ranges import Range
from playground.views.widgets.rows import Text, field_row, side_by_side
from playground.views.widgets.split_bar import Shares, SplitBar, paint_hatching
from playground.views.widgets.stepper import Stepper

_PREPARED_HERE = 20_000  # above this many samples, or as many
_VALUES_HERE = 200_000  # of their columns, the counts come with the next snapshot
PARTS = ("train", "validation", "test")
TARGETS = (
    ("dataset", "the target", "Classes or numbers that come with the data."),
    ("inputs", "its inputs", "An autoencoder: what comes out should be what goes in."),
)


class SplitLegend(QWidget):
    """■ Train 240  ■ Validation 80  ▨ Test 80."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._counts: tuple[int, ...] = (0, 0, 0)
        self._locked = True
        self.setFixedHeight(18)

    def set_locked(self, locked: bool) -> None:
        """Whether the test set is kept from everybody's eyes."""
        self._locked = locked
        self.update()

    def set_counts(self, counts: tuple[int, ...]) -> None:
        """How many samples each part has."""
        if counts != self._counts:
            self._counts = counts
            said = zip(PARTS, counts, strict=True)
            self.setAccessibleName(", ".join(f"{part.capitalize()} {n:,}" for part, n in said))
            self.setToolTip(self.accessibleName())
            self.update()

    def sizeHint(self) -> QSize:
        """One line."""
        return QSize(216, 18)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Three swatches with their words, closer together where the numbers are long."""
        painter = painter_of(self)
        texts, style, room = self._spelled()
        widths = [text_width(text, style) + room for text in texts]
        gap = min(12.0, max(1.0, (self.width() - sum(widths)) / 2))
        x = 0.0
        for part, text, width in zip(PARTS, texts, widths, strict=True):
            self._swatch(painter, part, QRectF(x, 5, room - 4, 8))
            write(painter, QRectF(x + room, 0, width, self.height()), text, style, "text-2")
            x += width + gap

    def _spelled(self) -> tuple[list[str], str, float]:
        """The words in a style and with room for swatches, the first of ever shorter ways that fits."""
        whole = [f"{count:,}" for count in self._counts]
        short = [short_count(count, 5) for count in self._counts]
        long_words, words = [part.capitalize() for part in PARTS], ["Train", "Val.", "Test"]
        ways = (
            (long_words, whole, "caption", 12.0),
            (words, whole, "caption", 12.0),
            (words, whole, "micro", 10.0),
            (words, short, "micro", 10.0),
        )
        for names, counts, style, room in ways:
            texts = [f"{name} {count}" for name, count in zip(names, counts, strict=True)]
            if sum(text_width(text, style) + room for text in texts) <= self.width() - 12:
                break
        return texts, style, room

    def _swatch(self, painter: QPainter, part: str, box: QRectF) -> None:
        if part == "test" and self._locked:
            paint_hatching(painter, box)
        else:
            painter.fillRect(box, theme().color("val" if part == "validation" else part))


class DataPanel(Panel):
    """The upper half of the left column. `table_wanted` asks for a table of one's own."""

    table_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Data")
        self._data: Data | None = None
        self._seed = -1
        self._prepared: Prepared | None = None
        self._origin = IconButton("note", "About this data", size=22)
        self._origin.clicked.connect(self._show_origin)
        heading = QHBoxLayout()
        heading.addWidget(Text("Data", style="section"))
        heading.addStretch()
        own = TextButton("Open table…", icon="page", quiet=True)
        own.setToolTip("Learn from a table of your own: CSV, Excel, Parquet, NPZ, LAS and the like.")
        own.clicked.connect(self.table_wanted)
        heading.addWidget(own)
        heading.addWidget(self._origin)
        self.column.addLayout(heading)
        self.column.addSpacing(-6)  # the buttons' hit area is higher than the words
        self._build_gallery()
        self._settings = SettingRows()
        self._settings.edited.connect(self._set_setting)
        self.column.addWidget(self._settings)
        self._build_split()
        self._features = FeatureList()
        self._features.edited.connect(self._set_features)
        self.column.addWidget(self._features)
        self._target = Combo("What the network learns", TARGETS)
        self._target.edited.connect(self._set_target)
        tip = "The data's own target, or the inputs themselves through a narrow layer: an autoencoder."
        self._target_row = field_row("Learn", self._target, tip)
        self.column.addWidget(self._target_row)
        self._scaling = ScalingRows()
        self._scaling.edited.connect(self._set_scaling)
        self.column.addWidget(self._scaling)

    def _build_gallery(self) -> None:
        self._tiles: dict[str, PictureButton] = {}
        gallery = QWidget()
        grid = Grid(5, 5, gallery)
        for entry in registries["datasets"]:
            if entry.in_gallery:
                tile = PictureButton(entry.label, dataset_picture(entry.key), size=39)
                tile.setToolTip(f"{entry.label}. {entry.summary}")
                tile.clicked.connect(lambda _checked=False, key=entry.key: self._choose(key))
                self._tiles[entry.key] = tile
                grid.addWidget(tile)
        self.column.addWidget(gallery)
        self._all = Combo("Data set", options_of("datasets"))  # also those without a tile
        self._all.edited.connect(lambda key, _finished: self._choose(key))
        self._all.setFixedWidth(96)
        self._about = Text("", style="caption", color="text-3")
        caption = QHBoxLayout()
        caption.setSpacing(7)
        caption.addWidget(self._all)
        caption.addWidget(self._about, 1)
        self.column.addLayout(caption)

    def _show_origin(self) -> None:
        """Say where the data come from, and under which licence."""
        if self._data is not None:
            box = QMessageBox(self)
            box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            box.setWindowTitle("About this data")
            box.setTextFormat(Qt.TextFormat.PlainText)
            box.setText(self._data.dataset.entry.label)
            box.setInformativeText(origin(self._data))
            box.open()

    def _build_split(self) -> None:
        heading = QHBoxLayout()
        heading.addWidget(Text("Split", color="text-2"))
        heading.addStretch()
        reshuffle = TextButton("Reshuffle", icon="shuffle", quiet=True)
        reshuffle.setToolTip("Takes the next seed: other points, another split, other first weights.")
        reshuffle.clicked.connect(self._reshuffle)
        heading.addWidget(reshuffle)
        heading.setContentsMargins(0, 0, 0, 0)
        block = QVBoxLayout()
        block.setSpacing(0)
        block.addLayout(heading)
        self._build_bar(block)

    def _build_bar(self, block: QVBoxLayout) -> None:
        self._bar = SplitBar("Split into train, validation and test")
        self._bar.edited.connect(self._set_shares)
        self._legend = SplitLegend()
        block.addSpacing(-5)  # the bar's hit area is higher than the bar
        block.addWidget(self._bar)
        block.addSpacing(-2)
        block.addWidget(self._legend)
        self.column.addLayout(block)
        self._split = Combo("Way of splitting", options_of("splits"))
        self._split.edited.connect(self._set_split)
        self._split_row = field_row("Split by", self._split, "How samples are dealt to the parts.")
        self.column.addWidget(self._split_row)
        self.drawn = SplitOnData()
        self.column.addWidget(self.drawn)
        self._split_settings = SettingRows()
        self._split_settings.edited.connect(self._set_split_setting)
        self.column.addWidget(self._split_settings)
        self._weight = Stepper("Weight of a regime", Range(1, 20, whole=True))
        self._weight.edited.connect(self._set_weight)
        self._weight.setFixedWidth(96)
        self._weight_name = Text(color="text-2")
        self._weight_row = side_by_side(self._weight_name, self._weight, spacing=6, stretch=0)
        self.column.addWidget(self._weight_row)

    # Showing

    def set_experiment(self, experiment: Experiment) -> None:
        """Show the data of this experiment."""
        self.experiment = experiment
        data = experiment.data
        locked = experiment.test_unlocked is None
        self._bar.set_locked(locked)
        self._legend.set_locked(locked)
        if (data, experiment.seed) == (self._data, self._seed):
            return
        self._data, self._seed = data, experiment.seed
        self._origin.setToolTip(origin(data))
        entry = data.dataset.entry
        for key, tile in self._tiles.items():
            tile.setChecked(key == entry.key)
        self._all.set_value(entry.key)
        rows = [setting for setting in entry.settings if setting.type != "record"]
        numbers_first = sorted(rows, key=lambda setting: setting.type != "number")
        self._settings.show_settings(numbers_first, data.dataset)
        self._bar.set_value((data.split.train, data.split.validation, data.split.test))
        self._split.set_value(data.split.kind)
        unfit = [split for split in registries["splits"] if not split.fits(data.dataset)]
        self._split.set_options(
            options_of("splits"), {split.key: f"{entry.label} has nothing to split by so." for split in unfit}
        )
        self._split_row.setVisible(not entry.domain or bool(entry.time_name))
        self.drawn.set_experiment(experiment)
        self._split_settings.show_settings(list(data.split.entry.settings[len(PARTS) :]), data.split)
        self._show_weight(data)
        self._features.show_data(data)
        self._target.set_value(data.target)
        self._target_row.setVisible(not entry.domain or data.target == "inputs")
        self._scaling.set_data(data)
        self._scaling.setVisible(not entry.domain)
        self._show_counts(self._prepare(experiment))

    def _show_weight(self, data: Data) -> None:
        emphasis = data.emphasis
        self._weight_row.setVisible(emphasis is not None)
        if emphasis is not None:
            self._weight_name.set_text(f"Weight {emphasis.label}")
            name = f"{emphasis.regimes} {emphasis.label}"
            tip = f"{name}: these training samples count so often. 1 takes the weight away."
            self._weight_name.setToolTip(plain_tip(tip))
            self._weight.set_value(emphasis.weight)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Take the exact counts of data too large to prepare here."""
        prepared, of = snapshot.prepared, snapshot.experiment
        fresh = prepared is not None and prepared is not self._prepared
        if fresh and (of.data, of.seed) == (self._data, self._seed):
            self._show_counts(prepared)

    def _prepare(self, experiment: Experiment) -> Prepared | None:
        dataset = experiment.data.dataset
        samples = getattr(dataset, "samples", 0)
        if samples > _PREPARED_HERE or samples * len(dataset.entry.raw_names_of(dataset)) > _VALUES_HERE:
            return None
        try:
            return prepare(experiment.data, experiment.seed)
        except ValueError:
            return None  # the canvas and Play say what is wrong

    def _show_counts(self, prepared: Prepared | None) -> None:
        assert self._data is not None
        self._prepared = prepared
        dataset, split = self._data.dataset, self._data.split
        if prepared is not None:
            learned_from = int(np.count_nonzero(np.bincount(prepared.train)))
            counts = (learned_from, len(prepared.validation), len(prepared.test))
        else:
            n = getattr(dataset, "samples", 0)
            counts = (round(n * split.train), round(n * split.validation), round(n * split.test))
        self._legend.set_counts(counts)
        self.drawn.show_prepared(prepared)
        self._scaling.show_prepared(prepared)
        of = "points" if dataset.entry.domain else "samples"
        goal = f"{class_count(self._data)} classes" if task(self._data) == "classes" else "regression"
        self._about.set_text(f"{sum(counts):,} {of}, {goal}", short=f"{sum(counts):,} {of}")
        left_out = prepared.left_out if prepared is not None else 0
        note = f" {left_out:,} rows with missing values are left out." if left_out else ""
        self._about.setToolTip(f"{sum(counts):,} {of}, {goal}.{note}")

    # Changing

    def _choose(self, key: str) -> None:
        if key == "table":
            self._all.set_value(self._data.dataset.kind if self._data is not None else "")
            self.table_wanted.emit()
        elif self.experiment is not None and key != self.experiment.data.dataset.kind:
            label = f"Choose {registries['datasets'][key].label}"
            self.change(lambda e: named_after(e, edits.set_dataset(e, key)), label, "data.dataset")

    def _set_setting(self, setting: Setting, value: Any, finished: bool) -> None:
        path = f"data.dataset.{setting.key}"

        def edit(experiment: Experiment) -> Experiment:
            after = edits.set_value(experiment, path, value)
            before = (task(experiment.data), class_count(experiment.data))
            # Another number of classes asks for another output, and perhaps another loss.
            same = (task(after.data), class_count(after.data)) == before
            return after if same else edits.fit_to_data(after)

        refuse = lambda why: self._settings.refuse(setting, why)  # noqa: E731
        self.change(edit, words(setting, value), path, finished, refuse)

    def _set_shares(self, shares: Shares, finished: bool) -> None:
        def edit(experiment: Experiment) -> Experiment:
            split = experiment.data.split.model_copy(update=dict(zip(PARTS, shares, strict=True)))
            return edits.set_value(experiment, "data.split", split)

        self.change(edit, "Change the split", "data.split", finished)

    def _set_split(self, key: str, _finished: bool) -> None:
        label = f"Split {registries['splits'][key].label}"
        self.change(lambda e: edits.set_choice(e, "data.split", key), label, "data.split.kind")

    def _set_scaling(self, path: str, key: str) -> None:
        label = f"Scale {'the target' if path.endswith('target_scaling') else 'inputs'}: {key}"
        self.change(lambda e: edits.set_choice(e, path, key), label, path)

    def _set_split_setting(self, setting: Setting, value: Any, finished: bool) -> None:
        path = f"data.split.{setting.key}"
        refuse = lambda why: self._split_settings.refuse(setting, why)  # noqa: E731
        self.change(lambda e: edits.set_value(e, path, value), words(setting, value), path, finished, refuse)

    def _set_weight(self, weight: float, finished: bool) -> None:
        def edit(experiment: Experiment) -> Experiment:
            if experiment.data.emphasis is None or weight < 2:
                return edits.set_value(experiment, "data.emphasis", None)
            return edits.set_value(experiment, "data.emphasis.weight", int(weight))

        self.change(edit, "Remove the weight" if weight < 2 else "Weight", "data.emphasis", finished)

    def _set_features(self, names: tuple[str, ...], _finished: bool) -> None:
        self.change(
            lambda e: edits.set_value(e, "data.features", names), "Change the inputs", "data.features"
        )

    def _set_target(self, target: str, _finished: bool) -> None:
        words = "Learn the inputs" if target == "inputs" else "Learn the data's target"
        self.change(lambda e: edits.set_target(e, target), words, "data.target")

    def _reshuffle(self) -> None:
        self.change(lambda e: edits.set_value(e, "seed", e.seed + 1), "Reshuffle", "seed")


def origin(data: Data) -> str:
    """What the data are, where they come from and what may be done with them."""
    entry = data.dataset.entry
    licence = f"Licence: {entry.licence}." if entry.licence else ""
    return "\n\n".join(part for part in (entry.summary, entry.provenance, licence) if part)


def _demo() -> QWidget:
    panel = DataPanel()
    panel.setFixedWidth(248)
    panel.set_experiment(edits.default_experiment())
    panel.edited.connect(lambda experiment, _label, _merge: panel.set_experiment(experiment))
    return panel


if __name__ == "__main__":
    show_alone(_demo)
