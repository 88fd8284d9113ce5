"""What gestures on the canvas change: each gives an `Edit`, or a sentence that says why it cannot be.

Gaps are counted from the input: gap 0 lies before the first layer, the last one before the output.
"""

from __future__ import annotations

from dataclasses import dataclass

from playground.catalog.activations import activations
from playground.catalog.layers import layers
from playground.experiment import edits
from playground.experiment.model import MAX_LAYERS, MAX_UNITS, Experiment
from playground.experiment.problems import problems
from playground.experiment.words import called
from playground.views.canvas.columns import number_setting, spell


@dataclass(frozen=True)
class Edit:
    """A changed experiment, the label of its undo entry, and the key under which a drag is merged."""

    experiment: Experiment
    label: str
    merge: str = ""


class RefusedError(ValueError):
    """A gesture that cannot be carried out; the text says why and what would help."""


def insert(experiment: Experiment, gap: int, kind: str) -> Edit:
    """A new layer in a gap."""
    if len(experiment.network.layers) >= MAX_LAYERS:
        raise RefusedError(f"A network has at most {MAX_LAYERS} layers. Delete one first.")
    changed = _try(edits.add_layer, experiment, gap, kind)
    return _sound(experiment, changed, f"Add {layers[kind].label}")


def move(experiment: Experiment, name: str, gap: int) -> Edit:
    """A layer to another gap."""
    changed = _try(edits.move_layer, experiment, name, gap)
    return _sound(experiment, changed, f"Move {_spoken(experiment, name)}")


def copy(experiment: Experiment, name: str, gap: int) -> Edit:
    """A copy of a layer into a gap."""
    if len(experiment.network.layers) >= MAX_LAYERS:
        raise RefusedError(f"A network has at most {MAX_LAYERS} layers. Delete one first.")
    changed = _try(edits.copy_layer, experiment, name, gap)
    return _sound(experiment, changed, f"Copy {_spoken(experiment, name)}")


def remove(experiment: Experiment, name: str) -> Edit:
    """The network without a layer."""
    changed = _try(edits.remove_layer, experiment, name)
    return _sound(experiment, changed, f"Delete {_spoken(experiment, name)}")


def moving_gaps(experiment: Experiment, name: str) -> tuple[int, ...]:
    """The gaps where moving a layer changes something: all but its own two."""
    here = edits.index_of(experiment, name)
    return tuple(gap for gap in range(len(experiment.network.layers) + 1) if gap not in (here, here + 1))


def connections(experiment: Experiment, source: str, target: str) -> dict[str, Edit]:
    """What connecting two layers can mean: the kinds of joining layer, each with its edit.

    One entry, "", where the target joins by itself.
    """
    joins = target not in ("input", "output") and experiment.layer(target).entry.joins is not None
    names = f"{_column(experiment, source)} to {_column(experiment, target)}"
    if joins:
        changed = _try(edits.connect, experiment, source, target)
        return {"": _sound(experiment, changed, f"Connect {names}")}
    if len(experiment.network.layers) >= MAX_LAYERS:
        raise RefusedError(f"A network has at most {MAX_LAYERS} layers. Delete one first.")
    found: dict[str, Edit] = {}
    reason = RefusedError("")
    for entry in layers:
        if entry.joins is not None:
            try:
                changed = _try(edits.connect, experiment, source, target, entry.key)
                found[entry.key] = _sound(experiment, changed, f"{entry.label} {names}")
            except RefusedError as error:
                reason = error
    if not found:
        raise reason
    return found


def disconnect(experiment: Experiment, source: str, target: str) -> Edit:
    """The network without a skip connection."""
    changed = _try(edits.disconnect, experiment, source, target)
    names = f"{_column(experiment, source)} and {_column(experiment, target)}"
    return _sound(experiment, changed, f"Disconnect {names}")


def _column(experiment: Experiment, name: str) -> str:
    return name.title() if name in ("input", "output") else _spoken(experiment, name)


def set_number(experiment: Experiment, name: str, value: float, merge: str = "") -> Edit:
    """The number on a layer's chip: its units, or its rate."""
    layer = experiment.layer(name)
    setting = number_setting(layer)
    if setting is None:
        raise RefusedError(f"{called(layer.name)} has no number to set.")
    number = int(value) if setting.type == "whole" else float(value)
    changed = _try(edits.set_value, experiment, f"network.{name}.{setting.key}", number)
    what = (
        f"{spell(number)} {setting.label.lower()}"
        if setting.type == "whole"
        else f"{setting.label.lower()} {spell(number)}"
    )
    return Edit(changed, f"Set {called(layer.name)} to {what}", merge)


def change_units(experiment: Experiment, name: str, by: int, gesture: int = 0) -> Edit | None:
    """Some units more or fewer; None at the limits and for layers without units.

    Changes of one `gesture`, such as a held button, are undone together.
    """
    if name in ("input", "output"):
        return None
    layer = experiment.layer(name)
    setting = number_setting(layer)
    if setting is None or setting.type != "whole":
        return None
    now = getattr(layer, setting.key)
    value = min(max(now + by, int(setting.minimum)), int(min(setting.maximum, MAX_UNITS)))
    if value == now:
        return None
    return set_number(experiment, name, value, merge=f"canvas.{name}.{setting.key}.{gesture}")


def set_activation(experiment: Experiment, name: str, key: str) -> Edit:
    """Another activation; its settings stay where both have them."""
    changed = _try(edits.set_value, experiment, f"network.{name}.activation", key)
    where = "the output" if name == "output" else _spoken(experiment, name)
    return Edit(changed, f"Set {where} to {activations[key].label}")


def start_with_six(experiment: Experiment) -> Edit:
    """The first layer of an empty network: six tanh neurons."""
    return Edit(_try(edits.add_layer, experiment, 0, "dense"), "Add Dense")


def _spoken(experiment: Experiment, name: str) -> str:
    return called(name)


def _try(edit, experiment: Experiment, *arguments) -> Experiment:  # type: ignore[no-untyped-def]
    try:
        changed: Experiment = edit(experiment, *arguments)
    except edits.EditError as error:
        raise RefusedError(str(error)[:1].upper() + str(error)[1:] + ".") from None
    return changed


def _sound(before: Experiment, after: Experiment, label: str) -> Edit:
    """Refuse what breaks the wiring: a layer would read another that no longer comes before it."""
    known = {str(problem) for problem in problems(before)}
    for problem in problems(after):
        if problem.place.endswith(".inputs") and str(problem) not in known:
            raise RefusedError(problem.message)
    return Edit(after, label)
