"""Every change a user can make to an experiment, as a pure function: experiment in, experiment out.

Paths are those of `--set`: `training.optimizer.learning_rate`, and layers by name:
`network.dense_1.units`. A change that is not allowed raises `EditError` with a sentence.
"""

from __future__ import annotations

import re
from typing import Any, get_args

from pydantic import ValidationError

from playground.catalog import registries
from playground.experiment import wiring
from playground.experiment.model import (
    MAX_LAYERS,
    Choice,
    EarlyStopping,
    Experiment,
    Output,
    choice,
    model_of,
)
from playground.experiment.records import Frozen
from playground.experiment.shapes import fitting_loss, shapes
from playground.experiment.wording import problems_of
from playground.experiment.words import called


class EditError(ValueError):
    """A change that cannot be made; its text says why, in words for the user."""


def _rebuild(value: Any, /, **changes: Any) -> Any:
    """The same frozen value with some fields changed, validated again."""
    fields = {name: getattr(value, name) for name in value.__class__.model_fields}
    try:
        return value.__class__.model_validate(fields | changes)
    except ValidationError as error:
        raise EditError(_words(error, value.__class__, fields | changes)) from None


def _words(error: ValidationError, model: Any, value: Any) -> str:
    return str(problems_of(error, model, value)[0])


def _choose(kind: str, key: str, settings: dict[str, Any]) -> Any:
    """A new choice; a setting out of range is told in words."""
    registry = registries[kind]
    try:
        return choice(registry, key, **settings)
    except ValidationError as error:
        raise EditError(_words(error, model_of(kind, registry[key]), {"kind": key} | settings)) from None


def set_value(experiment: Experiment, path: str, value: Any) -> Experiment:
    """Set one value by its path; `training.optimizer=sgd` chooses an entry by its key.

    Raises EditError if the path names nothing or the value is out of range.
    """
    parts = path.split(".")
    if parts[0] == "network" and len(parts) > 1 and parts[1] not in ("layers", "output"):
        return _set_in_layer(experiment, parts[1], parts[2:], path, value)
    changed: Experiment = _set(experiment, parts, path, value)
    return changed


def freezing(experiment: Experiment, name: str) -> tuple[str, Experiment] | None:
    """The words and the edit that freeze a layer, or let it learn again; None where nothing learns."""
    frozen = getattr(experiment.layer(name), "frozen", None)
    if frozen is None:
        return None
    words = "Let this layer learn again" if frozen else "Freeze this layer"
    return words, set_value(experiment, f"network.{name}.frozen", not frozen)


def _set_in_layer(experiment: Experiment, name: str, rest: list[str], path: str, value: Any) -> Experiment:
    index = index_of(experiment, name)
    layers = list(experiment.network.layers)
    if rest == ["name"]:
        return rename_layer(experiment, name, value)
    if not rest or rest == ["kind"]:
        layers[index] = _chosen(layers[index], "layers", value)
        return with_layers(experiment, wiring.tidied(layers))
    layers[index] = _set(layers[index], rest, path, value)
    return with_layers(experiment, layers)


def _set(owner: Any, parts: list[str], path: str, value: Any) -> Any:
    head, *rest = parts or [""]
    fields = owner.__class__.model_fields if hasattr(owner.__class__, "model_fields") else {}
    if head == "kind" and isinstance(owner, Choice) and not rest:
        return _chosen(owner, _registry_of(owner), value)
    if head not in fields:
        known = ", ".join(name for name in fields if name not in ("format", "version"))
        hint = f"; after that point one can say {known}" if known else ""
        raise EditError(f'there is no "{path}"{hint}')
    old = getattr(owner, head)
    if old is None and rest:  # setting a part of what is off turns it on
        old = _turned_on(fields[head].annotation)
    if rest:
        return _rebuild(owner, **{head: _set(old, rest, path, value)})
    if isinstance(old, Choice) and isinstance(value, str):
        value = _chosen(old, _registry_of(old), value)
    return _rebuild(owner, **{head: value})


def _turned_on(annotation: Any) -> Any:
    """What stands behind "this or None", with its defaults; None where that is a plain value."""
    models = [kind for kind in get_args(annotation) if isinstance(kind, type) and issubclass(kind, Frozen)]
    return models[0]() if models else None


def _registry_of(chosen: Choice) -> str:
    for kind, registry in registries.items():
        if chosen.kind in registry and type(chosen) is model_of(kind, registry[chosen.kind]):
            return kind
    raise KeyError(chosen.kind)


def _chosen(old: Choice, kind: str, key: str) -> Any:
    """Another entry of the same registry, keeping the settings that both have and that still fit."""
    registry = registries[kind]
    if key not in registry:
        raise EditError(f'there is no {registry.label} "{key}"; choose one of {", ".join(registry.keys())}')
    entry = registry[key]
    shared = {s.key for s in entry.settings} & {s.key for s in old.entry.settings}
    alike = getattr(old.entry, "searches", None) == getattr(entry, "searches", None)
    kept = {name: getattr(old, name) for name in shared} if alike else {}  # L-BFGS has its own rate
    if kind == "layers":
        kept |= {"name": old.name, "inputs": old.inputs}  # type: ignore[attr-defined]
    try:
        return choice(registry, key, **kept)
    except ValidationError:
        return choice(registry, key, **{k: v for k, v in kept.items() if k in ("name", "inputs")})


def set_choice(experiment: Experiment, path: str, key: str) -> Experiment:
    """Choose another entry at a path (`training.optimizer`, "sgd"), keeping the settings both have."""
    return set_value(experiment, path, key)


def index_of(experiment: Experiment, name: str) -> int:
    """The position of the layer of this name; EditError if there is none."""
    for index, layer in enumerate(experiment.network.layers):
        if layer.name == name:
            return index
    known = ", ".join([layer.name for layer in experiment.network.layers] + ["output"])
    raise EditError(f'there is no layer "{name}"; the layers are {known}')


def with_layers(experiment: Experiment, layers: Any) -> Experiment:
    """The same experiment with other layers between input and output."""
    network = _rebuild(experiment.network, layers=tuple(layers))
    return experiment.model_copy(update={"network": network})


def free_name(experiment: Experiment, kind: str) -> str:
    """The first of dense_1, dense_2, … that no layer bears."""
    taken = {layer.name for layer in experiment.network.layers}
    number = 1
    while f"{kind}_{number}" in taken:
        number += 1
    return f"{kind}_{number}"


def add_layer(experiment: Experiment, index: int, kind: str, **settings: Any) -> Experiment:
    """Insert a layer before the one at `index`; it gets the first free name of its kind.

    A layer that joins is wired to the one before it and to an earlier one that fits.
    """
    layers = experiment.network.layers
    if len(layers) >= MAX_LAYERS:
        raise EditError(f"a network has at most {MAX_LAYERS} layers")
    settings.setdefault("name", free_name(experiment, kind))
    layer = _choose("layers", kind, settings)
    if layer.entry.joins is not None and layer.inputs is None:
        layer = layer.model_copy(update={"inputs": _partners(experiment, index, layer)})
    return with_layers(experiment, wiring.inserted(layers, index, layer))


def _partners(experiment: Experiment, index: int, layer: Any) -> tuple[str, ...] | None:
    """What a new joining layer reads: the layer before it and the nearest one further back that fits."""
    earlier = ["input", *(each.name for each in experiment.network.layers[:index])]
    widths = {shape.name: shape.units for shape in shapes(experiment).layers}
    widths["input"] = shapes(experiment).inputs
    for source in reversed(earlier[:-1]):
        if not layer.entry.equal_widths or widths[source] == widths[earlier[-1]]:
            return (earlier[-1], source)
    return None


def remove_layer(experiment: Experiment, name: str) -> Experiment:
    """Take a layer out; its neighbours connect to each other.

    A layer that read it and can add no more what it reads now, or joins nothing any more, follows it.
    """
    index_of(experiment, name)
    before = wiring.wires(experiment.network.layers)
    changed = with_layers(experiment, wiring.removed(experiment.network.layers, name))
    for reader in [layer.name for layer in changed.network.layers if name in before[layer.name]]:
        sources: tuple[str, ...] = changed.layer(reader).inputs or ()
        if sources and changed.layer(reader).entry.equal_widths:
            kept = [source for source in sources if _same_width(changed, source, sources[0])]
            layers = wiring.rewired(changed.network.layers, reader, kept)
            changed = with_layers(changed, layers)
        if len(before[reader]) > 1 and len(changed.layer(reader).inputs or ()) < 2:
            changed = with_layers(changed, wiring.removed(changed.network.layers, reader))
    return changed


def move_layer(experiment: Experiment, name: str, index: int) -> Experiment:
    """Move a layer so that it stands before the one now at `index`; skips that would lead back are cut."""
    index_of(experiment, name)
    return with_layers(experiment, wiring.moved(experiment.network.layers, name, index))


def copy_layer(experiment: Experiment, name: str, index: int) -> Experiment:
    """Put a copy of a layer, with a name of its own, before the one at `index`."""
    layer = experiment.network.layers[index_of(experiment, name)]
    settings = {s.key: getattr(layer, s.key) for s in layer.entry.settings}
    earlier = ("input", *(each.name for each in experiment.network.layers[:index]))
    if layer.inputs and layer.entry.joins is not None and all(s in earlier for s in layer.inputs):
        settings["inputs"] = layer.inputs
    return add_layer(experiment, index, layer.kind, **settings)


def rename_layer(experiment: Experiment, name: str, new: str) -> Experiment:
    """Give a layer another name; its weights stay."""
    index_of(experiment, name)
    if not re.fullmatch(r"[a-z][a-z0-9_]*", new or ""):
        raise EditError("a layer's name starts with a lower-case letter and holds a to z, 0 to 9 and _ only")
    layers = experiment.network.layers
    named = zip(layers, wiring.renamed(layers, name, new), strict=True)
    return with_layers(experiment, [_rebuild(layer, name=n, inputs=inputs) for layer, (n, inputs) in named])


def connect(experiment: Experiment, source: str, target: str, kind: str | None = None) -> Experiment:
    """Let `target` read `source` too; before a layer that cannot join, one that joins is inserted.

    `kind` is that layer's, "add" or "concatenate"; unless given, "add" where the widths are equal.
    """
    layers = experiment.network.layers
    places = {"input": -1} | {layer.name: place for place, layer in enumerate(layers)}
    places["output"] = len(layers)
    for name in (source, target):
        if name not in places:
            raise EditError(f'there is no layer "{name}"')
    if places[source] >= places[target]:
        raise EditError("a connection leads forward, to a layer further to the right")
    sources = wiring.wires(layers)[target]
    if source in sources:
        raise EditError(f"{called(target)} reads {called(source)} already")
    joins = target != "output" and layers[places[target]].entry.joins is not None
    if joins and kind is None:
        return with_layers(experiment, wiring.rewired(layers, target, (*sources, source)))
    kind = kind or ("add" if _same_width(experiment, source, sources[0]) else "concatenate")
    before = layers[places[target] - 1].name if places[target] else "input"
    if before not in sources:
        raise EditError(
            f"{called(target)} reads {called(sources[0])}, which does not stand before it; wire that first"
        )
    return add_layer(experiment, places[target], kind, inputs=(before, source))


def disconnect(experiment: Experiment, source: str, target: str) -> Experiment:
    """Take a skip connection away; a layer that then joins nothing any more goes with it."""
    if (source, target) not in wiring.skips(experiment.network.layers):
        raise EditError(f"there is no connection from {called(source)} to {called(target)} to take away")
    rest = [name for name in experiment.layer(target).inputs if name != source]
    after = wiring.rewired(experiment.network.layers, target, rest)
    return with_layers(experiment, wiring.removed(after, target) if len(rest) == 1 else after)


def _same_width(experiment: Experiment, one: str, other: str) -> bool:
    found = shapes(experiment)
    widths = {shape.name: shape.units for shape in found.layers} | {"input": found.inputs}
    return widths.get(one) == widths.get(other)


def set_dataset(experiment: Experiment, key: str, **settings: Any) -> Experiment:
    """Choose other data; features, split, loss and output follow where the old ones no longer fit."""
    registry = registries["datasets"]
    if key not in registry:
        raise EditError(f'there is no data set "{key}"; choose one of {", ".join(registry.keys())}')
    return with_dataset(experiment, _choose("datasets", key, settings))


def with_dataset(experiment: Experiment, dataset: Any) -> Experiment:
    """The same for a data set that is chosen already, with its settings."""
    return fit_to_data(_rebuild(experiment, data={"dataset": dataset}))


def set_target(experiment: Experiment, target: str) -> Experiment:
    """Let the network learn the data's own target ("dataset") or reproduce its inputs ("inputs")."""
    return fit_to_data(set_value(experiment, "data.target", target))


def fit_to_data(experiment: Experiment) -> Experiment:
    """Let loss and output follow the data's task."""
    loss = experiment.training.loss
    wanted = fitting_loss(experiment.data)
    if loss.kind != wanted:
        loss = choice(registries["losses"], wanted)
    training = _rebuild(experiment.training, loss=loss)
    kept = experiment.network.output
    output = Output(initializer=kept.initializer, frozen=kept.frozen)
    network = _rebuild(experiment.network, output=output)
    return experiment.model_copy(update={"training": training, "network": network})


def set_loss(experiment: Experiment, key: str) -> Experiment:
    """Choose another loss; the output's activation and units follow it."""
    training = set_value(experiment, "training.loss", key).training
    kept = experiment.network.output
    output = Output(initializer=kept.initializer, frozen=kept.frozen)
    network = _rebuild(experiment.network, output=output)
    return experiment.model_copy(update={"training": training, "network": network})


def set_practical_pattern(experiment: Experiment) -> Experiment:
    """The textbook's good practical pattern, in one click.

    AdamW at a moderate learning rate, which is cut when the validation loss stops falling, and early
    stopping when that no longer helps.
    """
    training = _rebuild(
        experiment.training,
        optimizer=_choose("optimizers", "adamw", {"learning_rate": 1e-3}),
        schedule=_choose("schedules", "plateau", {}),
        early_stopping=EarlyStopping(patience=30),
    )
    return experiment.model_copy(update={"training": training})


def default_experiment() -> Experiment:
    """What a new window opens on: two spiral arms and a small network that can tell them apart."""
    return Experiment.model_validate(
        {
            "name": "Spiral, two hidden layers",
            "data": {"dataset": {"kind": "spiral"}},
            "network": {
                "layers": [
                    {"kind": "dense", "name": "dense_1", "units": 6},
                    {"kind": "dense", "name": "dense_2", "units": 5},
                ]
            },
            "training": {
                "loss": "binary_cross_entropy",
                "optimizer": {"kind": "adam", "learning_rate": 0.02},
            },
        }
    )
