"""Parts of an experiment as a report says them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath
from typing import Any

from playground.experiment.data import Prepared
from playground.experiment.model import Choice, Experiment
from playground.experiment.scoring import PART_NAMES
from playground.experiment.shapes import output_activation, shapes
from playground.experiment.words import called, counted, in_words


def choice_in_words(choice: Any) -> str:
    """An entry with its settings: "Adam, learning rate 0.03, β₁ 0.9"."""
    parts = [choice.entry.label]
    for setting in choice.entry.settings:
        value = getattr(choice, setting.key)
        if isinstance(value, bool):
            parts += [setting.label.lower()] if value else []
        elif isinstance(value, int | float):
            parts.append(f"{_small(setting.label)} {in_words(value)}")
        elif isinstance(value, str):
            parts.append(f"{_small(setting.label)} {value.replace('_', ' ')}")
        elif isinstance(value, Choice):
            parts.append(value.entry.label)
    return ", ".join(parts)


def _small(label: str) -> str:
    """A label inside a sentence; symbols stay as they are."""
    return label.lower() if label.isascii() and len(label) > 2 else label


def layers_in_words(experiment: Experiment) -> Iterator[tuple[str, str]]:
    """Each layer's name, and what it is: "6 tanh, 18 parameters"."""
    for shape in shapes(experiment).layers:
        layer = experiment.layer(shape.name)
        output = shape.name == "output"
        activation = output_activation(experiment) if output else getattr(layer, "activation", None)
        what = f"{shape.units:,} {activation.entry.label}" if activation is not None else layer.entry.label
        if not output and layer.kind != "dense":
            what = choice_in_words(layer)
        count = shape.parameter_count
        learns = f", {counted(count, 'parameter')}" if count else ""
        frozen = ", frozen" if getattr(layer, "frozen", False) else ""
        yield called(shape.name), f"{what}{learns}{frozen}"


def training_in_words(experiment: Experiment) -> str:
    """Optimizer, batches, penalties and when it stops."""
    training = experiment.training
    batches = f"batches of {training.batch_size:,}{', none smaller' if training.drop_last else ''}"
    parts = [choice_in_words(training.optimizer), batches]
    for name in ("l1", "l2"):
        if getattr(training, name):
            parts.append(f"{name.upper()} {in_words(getattr(training, name))}")
    if training.clip_norm is not None:
        parts.append(f"gradient norm at most {in_words(training.clip_norm)}")
    if training.clip_value is not None:
        parts.append(f"gradients at most {in_words(training.clip_value)}")
    if training.schedule.kind != "constant":
        parts.append(f"{choice_in_words(training.schedule)} schedule")
    if training.early_stopping is not None:
        parts.append(f"early stopping after {training.early_stopping.patience:,} epochs")
    return ", ".join(parts)


def data_in_words(experiment: Experiment) -> str:
    """What the data are called, and where they come from."""
    dataset = experiment.data.dataset
    path = getattr(dataset, "path", "")
    if path:
        return PurePath(path).name
    entry = dataset.entry
    licence = f" Licence: {entry.licence}." if entry.licence else ""
    return f"{entry.label}. {entry.provenance}{licence}"


def split_in_words(experiment: Experiment, prepared: Prepared) -> str:
    """How samples are divided, and how many each part has."""
    split = experiment.data.split
    further = [
        f"{setting.label.lower()} {in_words(getattr(split, setting.key))}"
        for setting in split.entry.settings[3:]
        if getattr(split, setting.key)
    ]
    counts = [f"{len(prepared.rows_of(part)):,} {name.lower()}" for part, name in PART_NAMES.items()]
    label = split.entry.label
    return f"{label[:1].upper()}{label[1:]}{''.join(', ' + each for each in further)}: {', '.join(counts)}"
