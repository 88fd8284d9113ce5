"""Every change a user can make to an experiment, as a pure function: experiment in, experiment out.

Paths are those of `--set`: `training.optimizer.learning_rate`, and layers by name:
`network.dense_1.units`. A change that is not allowed raises `EditError` with a sentence.
"""

from __future__ import annotations

import re
from typing import Any

from pydantic import ValidationError

from playground.catalog import registries
from playground.experiment.model import MAX_LAYERS, Choice, Experiment, Output, choice, model_of
from playground.experiment.shapes import fitting_loss
from playground.experiment.wording import problems_of


class EditError(ValueError):
    """A change that cannot be made; its text says why, in words for the user."""


def _rebuild(value: Any, **changes: Any) -> Any:
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


def _set_in_layer(experiment: Experiment, name: str, rest: list[str], path: str, value: Any) -> Experiment:
    index = index_of(experiment, name)
    layers = list(experiment.network.layers)
    if rest == ["name"]:
        return rename_layer(experiment, name, value)
    layers[index] = (
        _set(layers[index], rest, path, value) if rest else _chosen(layers[index], "layers", value)
    )
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
    if rest:
        return _rebuild(owner, **{head: _set(old, rest, path, value)})
    if isinstance(old, Choice) and isinstance(value, str):
        value = _chosen(old, _registry_of(old), value)
    return _rebuild(owner, **{head: value})


def _registry_of(chosen: Choice) -> str:
    for kind, registry in registries.items():
        if chosen.kind in registry and registry[chosen.kind] is chosen.entry:
            return kind
    raise KeyError(chosen.kind)


def _chosen(old: Choice, kind: str, key: str) -> Any:
    """Another entry of the same registry, keeping the settings that both have and that still fit."""
    registry = registries[kind]
    if key not in registry:
        raise EditError(f'there is no {registry.label} "{key}"; choose one of {", ".join(registry.keys())}')
    entry = registry[key]
    shared = {s.key for s in entry.settings} & {s.key for s in old.entry.settings}
    kept = {name: getattr(old, name) for name in shared}
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
    """Insert a layer before the one at `index`; it gets the first free name of its kind."""
    layers = list(experiment.network.layers)
    if len(layers) >= MAX_LAYERS:
        raise EditError(f"a network has at most {MAX_LAYERS} layers")
    settings.setdefault("name", free_name(experiment, kind))
    layers.insert(index, _choose("layers", kind, settings))
    return with_layers(experiment, layers)


def remove_layer(experiment: Experiment, name: str) -> Experiment:
    """Take a layer out; its neighbours connect to each other."""
    index = index_of(experiment, name)
    layers = list(experiment.network.layers)
    return with_layers(experiment, layers[:index] + layers[index + 1 :])


def move_layer(experiment: Experiment, name: str, index: int) -> Experiment:
    """Move a layer so that it stands before the one now at `index`."""
    here = index_of(experiment, name)
    layers = list(experiment.network.layers)
    layer = layers.pop(here)
    layers.insert(index - 1 if index > here else index, layer)
    return with_layers(experiment, layers)


def copy_layer(experiment: Experiment, name: str, index: int) -> Experiment:
    """Put a copy of a layer, with a name of its own, before the one at `index`."""
    layer = experiment.network.layers[index_of(experiment, name)]
    settings = {s.key: getattr(layer, s.key) for s in layer.entry.settings}
    return add_layer(experiment, index, layer.kind, **settings)


def rename_layer(experiment: Experiment, name: str, new: str) -> Experiment:
    """Give a layer another name; its weights stay."""
    index = index_of(experiment, name)
    if not re.fullmatch(r"[a-z][a-z0-9_]*", new or ""):
        raise EditError("a layer's name starts with a lower-case letter and holds a to z, 0 to 9 and _ only")
    layers = [
        _rebuild(
            layer,
            name=new if position == index else layer.name,
            inputs=layer.inputs and tuple(new if source == name else source for source in layer.inputs),
        )
        for position, layer in enumerate(experiment.network.layers)
    ]
    return with_layers(experiment, layers)


def set_dataset(experiment: Experiment, key: str, **settings: Any) -> Experiment:
    """Choose other data; features, split, loss and output follow where the old ones no longer fit."""
    registry = registries["datasets"]
    if key not in registry:
        raise EditError(f'there is no data set "{key}"; choose one of {", ".join(registry.keys())}')
    return fit_to_data(_rebuild(experiment, data={"dataset": _choose("datasets", key, settings)}))


def fit_to_data(experiment: Experiment) -> Experiment:
    """Let loss and output follow the data's task."""
    loss = experiment.training.loss
    wanted = fitting_loss(experiment.data)
    if loss.kind != wanted:
        loss = choice(registries["losses"], wanted)
    training = _rebuild(experiment.training, loss=loss)
    output = Output(initializer=experiment.network.output.initializer)
    network = _rebuild(experiment.network, output=output)
    return experiment.model_copy(update={"training": training, "network": network})


def set_loss(experiment: Experiment, key: str) -> Experiment:
    """Choose another loss; the output's activation and units follow it."""
    training = set_value(experiment, "training.loss", key).training
    output = Output(initializer=experiment.network.output.initializer)
    network = _rebuild(experiment.network, output=output)
    return experiment.model_copy(update={"training": training, "network": network})


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
