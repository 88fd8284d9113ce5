"""What differs between experiments: every setting as one line, in words, for all of them at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from playground.catalog.entry import Setting
from playground.experiment.model import Choice, Experiment
from playground.experiment.words import in_words

NONE = "–"  # where an experiment has no such setting
WORDS = {
    "seed": "Seed",
    "dataset": "Data set",
    "target": "Learns",
    "l1": "L1 penalty",
    "l2": "L2 penalty",
    "drop_last": "Leave out the last batch",
    "penalize_biases": "Penalty on biases",
    "schedule": "Learning rate over time",
    "steps": "Stop after steps",
    "epochs": "Stop after epochs",
    "target_loss": "Stop at loss",
    "held": "Frozen numbers",
}
NO_SETTING = ("kind", "name", "format", "version", "test_unlocked", "opened", "answers")


@dataclass(frozen=True)
class Line:
    """One setting: what it is called, and what it is in each experiment, in words."""

    label: str
    values: tuple[str, ...]

    @property
    def differs(self) -> bool:
        """True unless it is the same in all of them."""
        return len(set(self.values)) > 1


def lines(experiments: Sequence[Experiment]) -> tuple[Line, ...]:
    """Every setting of these experiments, those that say most first: training, network, data."""
    if not experiments:
        return ()
    found = [
        *_fields("", [each.training for each in experiments], first=("optimizer", "batch_size", "loss")),
        *_network(experiments),
        *_fields("", [each.data for each in experiments]),
    ]
    own = ("training", "network", "data", "checks", *NO_SETTING)
    rest = [key for key in Experiment.model_fields if key not in own]
    for key in rest:
        found += _values(_label("", key), [getattr(each, key) for each in experiments])
    return tuple(found)


def _network(experiments: Sequence[Experiment]) -> list[Line]:
    """The layers in a line where they are not the same ones, then what each shared layer is set to."""
    layers = [{layer.name: layer for layer in each.network.layers} for each in experiments]
    found: list[Line] = []
    if len({tuple((name, layer.kind) for name, layer in each.items()) for each in layers}) > 1:
        found.append(_told("Layers", [_layers_in_words(each.values()) for each in layers], layers))
    for name in layers[0]:
        same = [each[name] for each in layers if name in each and each[name].kind == layers[0][name].kind]
        if len(same) == len(layers):
            found += _choices(_title(name), same, within=True)
    return [*found, *_fields("Output", [each.network.output for each in experiments])]


def _layers_in_words(layers: Any) -> str:
    """Such as "6 tanh, Dropout, 4 relu"."""
    words = []
    for layer in layers:
        units, activation = getattr(layer, "units", None), getattr(layer, "activation", None)
        short = f"{units:,} {activation.entry.label}" if units and activation else layer.entry.label
        words.append(short)
    return ", ".join(words) or "none"


def _fields(prefix: str, models: Sequence[Any], first: tuple[str, ...] = ()) -> list[Line]:
    """The fields of these models, of one class, one after the other."""
    keys = [key for key in type(models[0]).model_fields if key not in NO_SETTING]
    found: list[Line] = []
    for key in sorted(keys, key=lambda key: first.index(key) if key in first else len(first)):
        found += _values(_label(prefix, key), [getattr(each, key) for each in models])
    return found


def _values(label: str, values: Sequence[Any]) -> list[Line]:
    """One setting, and what belongs to it."""
    if all(isinstance(value, Choice) for value in values):
        return _choices(label, values)
    whole = all(isinstance(value, BaseModel) and not isinstance(value, Choice) for value in values)
    if whole and len({type(value) for value in values}) == 1:
        return _fields("" if label == "Stop" else label, values)
    return [_told(label, [_in_words(value) for value in values], values)]


def _choices(label: str, choices: Sequence[Any], within: bool = False) -> list[Line]:
    """Which entries were chosen, then the settings that all of these have.

    Where the entries differ, what only some of them can be set to stands beside their names: a single
    setting always, one of several if it is not as usual. `within` a layer its kind is no news.
    """
    each = [{setting.key: setting for setting in choice.entry.settings} for choice in choices]
    shared = [key for key in each[0] if all(key in settings for settings in each)]
    alike = len({choice.kind for choice in choices}) == 1
    found: list[Line] = []
    if not within:
        names = [_name_of(choice, () if not alike else tuple(each[0]), shared) for choice in choices]
        found.append(Line(label, tuple(names)))
    for key in shared:
        setting: Setting = each[0][key]
        found += _values(_of(label, setting.label), [getattr(choice, key) for choice in choices])
    if within:
        for key in type(choices[0]).model_fields:
            if key not in shared and key not in NO_SETTING:
                found += _values(_label(label, key), [getattr(choice, key) for choice in choices])
    return found


def _name_of(choice: Any, skip: Sequence[str], shared: Sequence[str]) -> str:
    """The entry's name, with what distinguishes this choice and has no line of its own: "Momentum 0.9"."""
    own = [s for s in choice.entry.settings if s.key not in shared and s.key not in skip]
    words = [choice.entry.label]
    for setting in own:
        value = getattr(choice, setting.key)
        if len(own) == 1 and setting.label.lower() == choice.entry.label.lower():
            words[0] += " " + _in_words(value)
        elif getattr(value, "kind", value) != setting.default:
            words.append(f"{lowered(setting.label)} {_in_words(value)}")
    return ", ".join(words)


def _told(label: str, texts: list[str], values: Sequence[Any]) -> Line:
    """A line whose texts differ wherever the values do."""
    kinds: list[Any] = []
    for value in values:
        if value not in kinds:
            kinds.append(value)
    if len(set(texts)) < len(kinds):
        texts = [f"{text} ({kinds.index(v) + 1})" for text, v in zip(texts, values, strict=True)]
    return Line(label, tuple(texts))


def _in_words(value: Any) -> str:
    if value is None:
        return NONE
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, int | float):
        return in_words(value)
    if isinstance(value, Choice):
        return str(value.entry.label)
    if isinstance(value, str):
        text = " ".join(value.split())
        return text if len(text) <= 40 else text[:39] + "…"
    if isinstance(value, tuple):
        if len(value) <= 4 and all(isinstance(each, str) for each in value):
            return ", ".join(value) or "none"
        return f"{len(value):,}"
    if isinstance(value, BaseModel):
        named = ((key.replace("_", " "), getattr(value, key)) for key in type(value).model_fields)
        return ", ".join(f"{name} {_in_words(each)}" for name, each in named)
    return str(value)


def _label(prefix: str, key: str) -> str:
    return _of(prefix, WORDS.get(key) or key.replace("_", " ").capitalize())


SPEAK_FOR_THEMSELVES = ("", "Optimizer", "Loss", "Data set")


def _of(prefix: str, label: str) -> str:
    """ "Dense 1" and "Units" is "Dense 1 units"; a learning rate needs no more words."""
    return label if prefix in SPEAK_FOR_THEMSELVES else f"{prefix} {lowered(label)}"


def lowered(label: str) -> str:
    """The words inside a sentence: L2, SiO2, NPHI and names of one letter keep their capitals."""
    first = label.split(" ")[0]
    kept = len(first) == 1 or first[1:] != first[1:].lower() or any(letter.isdigit() for letter in first)
    return label if kept else label[:1].lower() + label[1:]


def _title(name: str) -> str:
    return name.replace("_", " ").capitalize()
