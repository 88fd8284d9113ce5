"""Why an experiment cannot train, in words, each with the place where it is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from playground.catalog import registries
from playground.experiment.model import MAX_PARAMETERS, MAX_SAMPLES, MAX_VALUES, Experiment
from playground.experiment.shapes import (
    class_count,
    feature_names,
    fitting_loss,
    fitting_units,
    output_activation,
    output_units,
    shapes,
    task,
)
from playground.experiment.wiring import unread
from playground.experiment.words import called


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: `place` is a path such as "network.dense_1.units"; `message` a sentence."""

    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}" if self.place else self.message


def problems(experiment: Experiment) -> tuple[Problem, ...]:
    """Everything that keeps this experiment from training; empty if it can."""
    return _problems(experiment, _stamp(experiment))[1]


def answering_problems(experiment: Experiment) -> tuple[Problem, ...]:
    """Everything that keeps this experiment from answering, even if it need not train."""
    return _problems(experiment, _stamp(experiment))[0]


def _stamp(experiment: Experiment) -> Any:
    dataset = experiment.data.dataset
    return dataset.entry.stamp_of(dataset)


@lru_cache(maxsize=64)
def _problems(experiment: Experiment, stamp: Any) -> tuple[tuple[Problem, ...], tuple[Problem, ...]]:
    """What keeps it from answering, and what keeps it from training."""
    found = (*_data(experiment), *_wiring(experiment))
    if found:
        return found, found
    found = (*_output(experiment), *_size(experiment))
    return found, (*found, *_flat(experiment)) or tuple(_rows(experiment))


def _data(experiment: Experiment) -> Iterator[Problem]:
    data = experiment.data
    entry = data.dataset.entry
    known = entry.all_features_of(data.dataset)
    names = feature_names(data)
    for name in names:
        if name not in known:
            shown = ", ".join(known[:12]) + (", …" if len(known) > 12 else "")
            yield Problem("data.features", f'{entry.label} has no input "{name}". It has {shown}.')
    if len(set(names)) < len(names):
        yield Problem("data.features", "An input is named twice. Name each input once.")
    yield from (Problem("data.dataset", words) for words in entry.problems_of(data.dataset))
    if task(data) == "classes" and class_count(data) < 2:
        yield Problem("data.dataset", "There is only one class, so there is nothing to tell apart.")
    samples = getattr(data.dataset, "samples", 0)
    if samples > MAX_SAMPLES:
        yield Problem("data.dataset.samples", f"At most {MAX_SAMPLES:,} samples are possible.")
    if samples * len(names) > MAX_VALUES:
        yield Problem(
            "data.dataset.samples",
            f"{samples:,} samples of {len(names):,} inputs are too many: at most {MAX_VALUES:,} in all.",
        )
    yield from (Problem("data.split", words) for words in data.split.entry.problems(data.split, data.dataset))


def _wiring(experiment: Experiment) -> Iterator[Problem]:
    earlier = ["input"]
    layers = experiment.network.layers
    widths = {shape.name: shape.units for shape in shapes(experiment).layers}
    widths["input"] = shapes(experiment).inputs
    for layer in layers:
        place = f"network.{layer.name}"
        title = called(layer.name)
        sources = layer.inputs or ()
        for source in sources:
            if source not in earlier:
                known = any(source == other.name for other in layers)
                what = "which does not come before it" if known else "which does not exist"
                yield Problem(
                    f"{place}.inputs",
                    f"{title} reads {called(source)}, {what}. It can read {', '.join(map(called, earlier))}.",
                )
        if len(set(sources)) < len(sources):
            yield Problem(f"{place}.inputs", f"{title} reads a layer twice. Name each one once.")
        if layer.entry.joins is None and len(sources) > 1:
            joining = " or ".join(e.label for e in registries["layers"] if e.joins is not None)
            yield Problem(
                f"{place}.inputs", f"{title} can read one layer only. Put {joining} before it to join."
            )
        known_widths = {source: widths[source] for source in sources if source in earlier}
        if layer.entry.equal_widths and len(set(known_widths.values())) > 1:
            counts = ", ".join(f"{called(source)} has {width:,}" for source, width in known_widths.items())
            yield Problem(
                f"{place}.inputs",
                f"{title} adds unit to unit, so all it reads need the same number: {counts}.",
            )
        activation = getattr(layer, "activation", None)
        if activation is not None and activation.entry.output_only:
            yield Problem(f"{place}.activation", f"{activation.entry.label} works at the output only.")
        earlier.append(layer.name)
    for name in unread(layers):
        yield Problem(
            f"network.{name}", f"Nothing reads {called(name)}, so it cannot learn. Wire it or remove it."
        )


def _output(experiment: Experiment) -> Iterator[Problem]:
    loss, data = experiment.training.loss.entry, experiment.data
    classes = class_count(data)
    if loss.task not in ("both", task(data)):
        fitting = registries["losses"][fitting_loss(data)].label.lower()
        what = "numbers, not classes" if task(data) == "regression" else "classes, not numbers"
        yield Problem(
            "training.loss",
            f"{loss.label} does not fit: {data.dataset.entry.label} asks for {what}. Choose {fitting}.",
        )
        return
    given, fitting_count = output_units(experiment), fitting_units(experiment)
    wanted = {fitting_count}
    if task(data) == "classes" and loss.key != "categorical_cross_entropy":
        wanted = {1, 2} if classes == 2 else {classes}
    if given not in wanted:
        needs = " or ".join(str(count) for count in sorted(wanted))
        yield Problem(
            "network.output.units",
            f"The output has {given:,} units, but {data.dataset.entry.label} with this loss needs {needs}.",
        )
    activation = output_activation(experiment)
    if activation.kind not in loss.output_activations:
        fits = " or ".join(registries["activations"][key].label for key in loss.output_activations)
        yield Problem(
            "network.output.activation",
            f"{loss.label} needs {fits} at the output, not {activation.entry.label}.",
        )


def _flat(experiment: Experiment) -> Iterator[Problem]:
    """Activations that nothing can learn through, where backpropagation would have to."""
    chosen = {layer.name: getattr(layer, "activation", None) for layer in experiment.network.layers}
    if experiment.training.loss.entry.reads == "activation":
        chosen["output"] = output_activation(experiment)
    for name, activation in chosen.items():
        if activation is not None and activation.entry.forward_only:
            yield Problem(
                f"network.{name}.activation",
                f"The slope of {activation.entry.label} is 0 everywhere, so {called(name)} and all before it "
                "cannot learn by backpropagation. "
                "Choose sigmoid, or train one unit with the perceptron loss.",
            )


def _size(experiment: Experiment) -> Iterator[Problem]:
    count = shapes(experiment).parameter_count
    if count > MAX_PARAMETERS:
        widest = max(shapes(experiment).layers, key=lambda layer: layer.parameter_count)
        yield Problem(
            f"network.{widest.name}.units",
            f"The network would have {count:,} parameters; at most {MAX_PARAMETERS:,} are possible. "
            f"{called(widest.name)} has the most.",
        )


def _rows(experiment: Experiment) -> Iterator[Problem]:
    from playground.experiment.data import prepare

    try:
        prepared = prepare(experiment.data, experiment.seed)
    except ValueError as error:
        yield Problem("data", str(error))
        return
    rows = len(prepared.train)
    if rows == 0:
        yield Problem("data.split.train", "No samples are left for training. Give training a larger share.")
        return
    yield from _line_search(experiment, rows)
    norm = next((layer.name for layer in experiment.network.layers if layer.kind == "batch_norm"), None)
    batch = min(experiment.training.batch_size, rows)
    if norm is not None and (batch == 1 or (rows % batch == 1 and not experiment.training.drop_last)):
        last = "" if batch == 1 else f"the last batch of an epoch has one sample ({rows:,} = … + 1), and "
        yield Problem(
            f"network.{norm}",
            f"Batch norm needs at least two samples in a batch: {last}one sample has no spread. "
            f"Choose another batch size{'' if batch == 1 else ', or leave the smaller last batch out'}.",
        )


def _line_search(experiment: Experiment, rows: int) -> Iterator[Problem]:
    """L-BFGS compares losses, so the same weights must always have the same loss."""
    training, place = experiment.training, "training.optimizer"
    label = training.optimizer.entry.label
    if not training.optimizer.entry.searches:
        return
    chance = next((layer for layer in experiment.network.layers if layer.entry.chance), None)
    if training.batch_size < rows:
        yield Problem(
            place,
            f"{label} needs all {rows:,} training samples in one batch. "
            f"Set the batch size to {rows:,} or more, or choose another optimizer.",
        )
    elif chance is not None:
        yield Problem(
            place,
            f"{label} needs the same loss for the same weights, and {called(chance.name)} changes it "
            "by chance. Remove that layer or choose another optimizer.",
        )
    elif training.clip_norm is not None or training.clip_value is not None:
        yield Problem(
            place,
            f"{label} needs the true gradient, so it cannot be clipped. "
            "Turn clipping off or choose another optimizer.",
        )
    size = shapes(experiment).parameter_count * (2 * getattr(training.optimizer, "history", 0) + 6)
    if size > MAX_VALUES * 4:
        yield Problem(place, f"{label} would have to remember {size:,} numbers. Choose a shorter history.")
