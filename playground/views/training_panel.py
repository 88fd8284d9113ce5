"""Training: loss, optimizer, learning rate, batch size, penalties, first weights, when to stop.

Everything comes from the catalog: a new loss or optimizer appears here with its settings. Settings that
every optimizer has are always in sight; the others fold under one line.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from playground.catalog import registries
from playground.catalog.entry import Setting
from playground.experiment import edits
from playground.experiment.advice import consequence
from playground.experiment.edits import EditError
from playground.experiment.model import MAX_SAMPLES, Experiment
from playground.experiment.problems import problems
from playground.session.snapshot import Snapshot
from playground.views.demo import show_alone
from playground.views.panel import PADDING, Panel, sentence
from playground.views.rate_curve import RateCurve
from playground.views.setting_rows import SettingRows, options_of, words
from playground.views.widgets.buttons import TextButton
from playground.views.widgets.combo import Combo
from playground.views.widgets.control import text_width
from playground.views.widgets.disclosure import Disclosure
from playground.views.widgets.number_field import NumberField, Preset
from playground.views.widgets.numbers import count, measure, said, spell
from playground.views.widgets.ranges import Range
from playground.views.widgets.rows import LABEL_WIDTH, Paragraph, Text, field_row
from playground.views.widgets.switch import Switch

_BATCHES: tuple[Preset, ...] = tuple((str(size), size) for size in (1, 4, 8, 16, 32, 64, 128, 256))
_PENALTIES: tuple[Preset, ...] = (
    ("Off", 0.0),
    ("0.0001", 1e-4),
    ("0.001", 1e-3),
    ("0.01", 0.01),
    ("0.1", 0.1),
)
_CLIPS: tuple[Preset, ...] = (("Off", None), ("0.1", 0.1), ("0.5", 0.5), ("1", 1.0), ("5", 5.0))
_PATIENCE: tuple[Preset, ...] = (("Never", None), ("10", 10), ("30", 30), ("100", 100))
_NEVER: tuple[Preset, ...] = (("Never", None),)
_DELTA: tuple[Preset, ...] = (("0", 0.0), ("0.0001", 1e-4), ("0.001", 1e-3), ("0.01", 0.01))
_MIXED = "mixed"


def shared_settings() -> frozenset[str]:
    """The settings that every optimizer has; they are always in sight."""
    keys = [{setting.key for setting in entry.settings} for entry in registries["optimizers"]]
    return frozenset(set.intersection(*keys))


def initializers(experiment: Experiment) -> dict[str, str]:
    """The initializer of each layer that has one, "output" included, by the layer's name."""
    layers = [layer for layer in experiment.network.layers if hasattr(layer, "initializer")]
    found = {layer.name: layer.initializer.kind for layer in layers}
    return found | {"output": experiment.network.output.initializer.kind}


def set_in_initializers(experiment: Experiment, setting: str, value: Any) -> Experiment:
    """Give one setting of the first weights the same value in every layer."""
    for name in initializers(experiment):
        experiment = edits.set_value(experiment, f"network.{name}.initializer.{setting}", value)
    return experiment


def set_initializers(experiment: Experiment, key: str) -> Experiment:
    """Draw the first weights of every layer in the same way."""
    for name in initializers(experiment):
        experiment = edits.set_choice(experiment, f"network.{name}.initializer", key)
    return experiment


class TrainingPanel(Panel):
    """The lower half of the left column."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Training")
        self.column.setContentsMargins(PADDING, 6, PADDING, 4)
        self._build_header()
        self._loss = self._combo("Loss", "training.loss", "losses", self.column)
        self._loss.opening.connect(self._dim_unfitting_losses)
        self._build_loss()
        self._optimizer = self._combo("Optimizer", "training.optimizer", "optimizers", self.column)
        self._optimizer.opening.connect(self._dim_unfitting_optimizers)
        self._main = SettingRows()
        self._main.edited.connect(self._set_optimizer)
        self.column.addWidget(self._main)
        size = Range(1, MAX_SAMPLES, whole=True, log=True)
        self._batch = self._number("Batch size", "training.batch_size", size, _BATCHES, self.column)
        penalty = Range(0, 1e6, log=True)
        self._l2 = self._number("L2 penalty", "training.l2", penalty, _PENALTIES, self.column)
        self._build_rest(penalty)
        self._build_stop()

    # Building

    def _build_header(self) -> None:
        self._seed = NumberField(
            "Seed", Range(0, 2**53, whole=True), bare=True, align=Qt.AlignmentFlag.AlignRight
        )
        self._seed.edited.connect(self._set_seed)
        header = QHBoxLayout()
        header.setSpacing(4)
        header.addWidget(Text("Training", style="section"), 1)
        label = Text("Seed", color="text-3")
        label.setToolTip("Decides the data, the split and the first weights: same seed, same curve.")
        header.addWidget(label)
        header.addWidget(self._seed)
        self.column.addLayout(header)

    def _build_loss(self) -> None:
        self._loss_rows = SettingRows(compact=True, label_width=104)
        self._loss_rows.edited.connect(self._set_loss)
        self.column.addWidget(self._loss_rows)
        self._advice = Paragraph()
        self.column.addWidget(self._advice)

    def _build_rest(self, penalty: Range) -> None:
        self._fold = Disclosure("")
        self._l1 = self._number("L1 penalty", "training.l1", penalty, _PENALTIES, self._fold.body)
        self._biases = Switch("Penalize biases")
        self._biases.edited.connect(self._set_penalize_biases)
        tip = "Off: L1 and L2 leave biases alone, and what a norm scales and shifts by."
        self._fold.body.addWidget(field_row("On biases", self._biases, tip, 84))
        self._drop_last = Switch("Leave out a smaller last batch")
        self._drop_last.edited.connect(self._set_drop_last)
        tip = "On: an epoch ends before a last batch that would be smaller than the others."
        self._fold.body.addWidget(field_row("Drop last", self._drop_last, tip, 84))
        clip = Range(0, 1e6, open_minimum=True, log=True)
        self._clip_norm = self._number("Clip norm", "training.clip_norm", clip, _CLIPS, self._fold.body)
        self._clip_value = self._number("Clip value", "training.clip_value", clip, _CLIPS, self._fold.body)
        self._initializer = Combo("Weight initialization", options_of("initializers"))
        self._initializer.edited.connect(self._set_initializer)
        self._fold.body.addWidget(field_row("First weights", self._initializer, "For all layers.", 84))
        self._initializer_rows = SettingRows(compact=True, label_width=108)
        self._initializer_rows.edited.connect(self._set_in_initializer)
        self._fold.body.addWidget(self._initializer_rows)
        self._rest = SettingRows(compact=True, label_width=84)
        self._rest.edited.connect(self._set_optimizer)
        self._fold.body.addWidget(self._rest)
        self._folds = QVBoxLayout()
        self._folds.setSpacing(0)
        self._folds.addWidget(self._fold)
        self._build_schedule()
        self.column.addLayout(self._folds)

    def _build_schedule(self) -> None:
        self._when = Disclosure("Schedule")
        body = self._when.body
        self._schedule = self._combo("Schedule", "training.schedule", "schedules", body)
        self._schedule_rows = SettingRows(compact=True, label_width=84)
        self._schedule_rows.edited.connect(self._set_schedule)
        body.addWidget(self._schedule_rows)
        self._curve = RateCurve()
        body.addWidget(self._curve)
        tip = "AdamW at 0.001, cut when the validation loss stops falling, then early stopping."
        self._practical = TextButton("Use the practical pattern", tip=tip)
        self._practical.clicked.connect(self._use_practical_pattern)
        body.addWidget(self._practical)
        self._folds.addWidget(self._when)

    def _build_stop(self) -> None:
        self._stop = Disclosure("Stop conditions")
        whole, loss = Range(1, 10**15, whole=True, log=True), Range(0, log=True)
        self._stops = {
            key: self._number(label, f"training.stop.{key}", bounds, _NEVER, self._stop.body, 84)
            for key, label, bounds in (
                ("steps", "Steps", whole),
                ("epochs", "Epochs", whole),
                ("target_loss", "Target loss", loss),
            )
        }
        self._patience = NumberField("Patience", whole, presets=_PATIENCE)
        self._patience.edited.connect(self._set_patience)
        tip = (
            "Early stopping: ends training after so many epochs without a lower validation loss "
            "and brings the best weights back."
        )
        self._stop.body.addWidget(field_row("Patience", self._patience, tip, 84))
        self._early = QWidget()
        below = QVBoxLayout(self._early)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(6)
        path = "training.early_stopping.min_delta"
        self._delta = self._number("Least gain", path, Range(0, 1e6, log=True), _DELTA, below, 84)
        self._delta.setToolTip("Only a loss lower by more than this counts as better.")
        self._restore = Switch("Restore the best weights")
        self._restore.edited.connect(self._set_restore)
        tip = "When early stopping ends training, the weights of the best epoch come back."
        below.addWidget(field_row("Restore best", self._restore, tip, 84))
        self._stop.body.addWidget(self._early)
        self._folds.addWidget(self._stop)

    def _combo(self, label: str, path: str, registry: str, column: QVBoxLayout) -> Combo:
        combo = Combo(label, options_of(registry))
        combo.edited.connect(lambda key, _finished: self._choose(path, label, registry, key))
        column.addWidget(field_row(label, combo, "", LABEL_WIDTH if column is self.column else 84))
        return combo

    def _number(
        self, label: str, path: str, bounds: Range, presets: tuple[Preset, ...], column: Any, width: int = 70
    ) -> NumberField:
        field = NumberField(label, bounds, presets=presets)
        name = label if label[:2].isupper() or label[1:2].isdigit() else label.lower()
        field.edited.connect(lambda value, finished: self._set(path, name, value, finished, field))
        column.addWidget(field_row(label, field, "", max(width, 84 if column is not self.column else width)))
        return field

    # Showing

    def set_experiment(self, experiment: Experiment) -> None:
        """Show the settings of this experiment."""
        self.experiment = experiment
        training = experiment.training
        self._seed.set_value(experiment.seed)
        self._seed.setFixedWidth(min(120, max(28, int(text_width(spell(experiment.seed), "section")) + 14)))
        self._loss.set_value(training.loss.kind)
        self._loss_rows.show_settings(training.loss.entry.settings, training.loss)
        self._advice.say(consequence(experiment))
        self._optimizer.set_value(training.optimizer.kind)
        self._batch.set_value(training.batch_size)
        self._l1.set_value(training.l1)
        self._l2.set_value(training.l2)
        entry, shared = training.optimizer.entry, shared_settings()
        self._main.show_settings([s for s in entry.settings if s.key in shared], training.optimizer)
        others = [s for s in entry.settings if s.key not in shared]
        self._rest.show_settings(others, training.optimizer)
        names = ["L1", "first weights", *(s.label for s in others)]
        self._fold.set_title(", ".join(names[:3]) + (" …" if len(names) > 3 else ""))
        self._biases.set_value(training.penalize_biases)
        self._drop_last.set_value(training.drop_last)
        self._clip_norm.set_value(training.clip_norm)
        self._clip_value.set_value(training.clip_value)
        clipped = training.clip_norm is not None or training.clip_value is not None
        self._fold.set_note("clipped" if clipped else "")
        self._show_schedule(experiment)
        self._show_initializer(experiment)
        self._show_stop(experiment)

    def _show_schedule(self, experiment: Experiment) -> None:
        training = experiment.training
        entry = training.schedule.entry
        self._schedule.set_value(entry.key)
        self._schedule_rows.show_settings(entry.settings, training.schedule)
        self._curve.show_training(training)
        self._curve.setVisible(bool(entry.settings))
        self._when.set_note(entry.label)
        self._practical.setEnabled(edits.set_practical_pattern(experiment) != experiment)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Move the dot on the schedule's curve."""
        if self._curve.isVisible() and len(snapshot.history):
            self._curve.show_now(snapshot.epochs, float(snapshot.history.learning_rate[-1]))

    def _show_initializer(self, experiment: Experiment) -> None:
        kinds = set(initializers(experiment).values())
        mixed = ((_MIXED, "Mixed", "The layers differ."),) if len(kinds) > 1 else ()
        self._initializer.set_options(mixed + options_of("initializers"), {_MIXED: "The layers differ."})
        self._initializer.set_value(_MIXED if mixed else kinds.pop())
        chosen = experiment.network.output.initializer
        self._initializer_rows.show_settings(() if mixed else chosen.entry.settings, chosen)

    def _show_stop(self, experiment: Experiment) -> None:
        stop, early = experiment.training.stop, experiment.training.early_stopping
        self._patience.set_value(early.patience if early else None)
        self._early.setVisible(early is not None)
        self._delta.set_value(early.min_delta if early else 0.0)
        self._restore.set_value(early is None or early.restore_best)
        for key, field in self._stops.items():
            field.set_value(getattr(stop, key))
        notes = [
            f"{count(stop.steps)} steps" if stop.steps else "",
            f"{count(stop.epochs)} epochs" if stop.epochs else "",
            f"loss {measure(stop.target_loss)}" if stop.target_loss is not None else "",
            f"early, {count(early.patience)} epochs" if early else "",
        ]
        self._stop.set_note(next((note for note in notes if note), ""))

    def _dim_unfitting_losses(self) -> None:
        """Losses that cannot be used with these data stay in the menu, off, with the reason."""
        experiment = self.experiment
        off = {}
        for entry in registries["losses"] if experiment else ():
            try:
                found = problems(edits.set_loss(experiment, entry.key))  # type: ignore[arg-type]
            except EditError as error:
                off[entry.key] = sentence(str(error))
                continue
            places = ("training.loss", "network.output")
            why = [problem.message for problem in found if problem.place.startswith(places)]
            if why:
                off[entry.key] = why[0]
        self._loss.set_options(options_of("losses"), off)

    def _dim_unfitting_optimizers(self) -> None:
        """Optimizers that this network or batch size forbids stay in the menu, off, with the reason."""
        experiment = self.experiment
        off = {}
        for entry in registries["optimizers"] if experiment else ():
            found = problems(edits.set_choice(experiment, "training.optimizer", entry.key))  # type: ignore[arg-type]
            why = [problem.message for problem in found if problem.place == "training.optimizer"]
            if why:
                off[entry.key] = why[0]
        self._optimizer.set_options(options_of("optimizers"), off)

    # Changing

    def _set(self, path: str, name: str, value: Any, finished: bool, field: NumberField) -> None:
        shown = "never" if value is None else said(value)
        label = f"Set {name} to {shown}"
        self.change(lambda e: edits.set_value(e, path, value), label, path, finished, field.refuse)

    def _set_seed(self, value: Any, finished: bool) -> None:
        self._set("seed", "seed", value, finished, self._seed)

    def _choose(self, path: str, label: str, registry: str, key: str) -> None:
        words_ = f"Set {label.lower()} to {registries[registry][key].label}"
        if path == "training.loss":
            self.change(lambda e: edits.set_loss(e, key), words_, path)
        else:
            self.change(lambda e: edits.set_choice(e, path, key), words_, path)

    def _set_penalize_biases(self, on: bool, _finished: bool) -> None:
        label = "Penalize biases too" if on else "Penalize weights only"
        path = "training.penalize_biases"
        self.change(lambda e: edits.set_value(e, path, on), label, path)

    def _set_drop_last(self, on: bool, _finished: bool) -> None:
        label = "Leave out a smaller last batch" if on else "Learn from the last batch too"
        path = "training.drop_last"
        self.change(lambda e: edits.set_value(e, path, on), label, path)

    def _set_patience(self, value: Any, finished: bool) -> None:
        path = "training.early_stopping" + ("" if value is None else ".patience")
        label = "Turn early stopping off" if value is None else f"Set patience to {said(value)}"
        refuse = self._patience.refuse
        self.change(lambda e: edits.set_value(e, path, value), label, "early stopping", finished, refuse)

    def _set_restore(self, on: bool, _finished: bool) -> None:
        label = "Restore the best weights" if on else "Keep the last weights"
        path = "training.early_stopping.restore_best"
        self.change(lambda e: edits.set_value(e, path, on), label, path)

    def _set_loss(self, setting: Setting, value: Any, finished: bool) -> None:
        self.set_setting(f"training.loss.{setting.key}", self._loss_rows, setting, value, finished)

    def _set_schedule(self, setting: Setting, value: Any, finished: bool) -> None:
        self.set_setting(f"training.schedule.{setting.key}", self._schedule_rows, setting, value, finished)

    def _set_in_initializer(self, setting: Setting, value: Any, finished: bool) -> None:
        self.change(
            lambda e: set_in_initializers(e, setting.key, value),
            words(setting, value),
            f"initializers.{setting.key}",
            finished,
            lambda why: self._initializer_rows.refuse(setting, why),
        )

    def _use_practical_pattern(self) -> None:
        self.change(edits.set_practical_pattern, "Use the practical pattern", "practical pattern")

    def _set_initializer(self, key: str, _finished: bool) -> None:
        label = f"Set first weights to {registries['initializers'][key].label}"
        self.change(lambda e: set_initializers(e, key), label, "initializers")

    def _set_optimizer(self, setting: Setting, value: Any, finished: bool) -> None:
        rows = self._main if setting.key in shared_settings() else self._rest
        self.set_setting(f"training.optimizer.{setting.key}", rows, setting, value, finished)


def _demo() -> QWidget:
    panel = TrainingPanel()
    panel.setFixedWidth(248)
    panel.set_experiment(edits.default_experiment())
    panel.edited.connect(lambda experiment, _label, _merge: panel.set_experiment(experiment))
    return panel


if __name__ == "__main__":
    show_alone(_demo)
