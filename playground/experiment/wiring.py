"""Wiring: which layers each layer reads, and edits of that as pure functions on lists of layers.

A layer whose `inputs` are not given reads the one before it: the chain. Everything else is a skip
connection. After every function here, layers read only what comes before them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

Wires = dict[str, tuple[str, ...]]


def wires(layers: Iterable[Any]) -> Wires:
    """What each layer reads, by name; with "output", which reads the last layer."""
    found: Wires = {}
    before = "input"
    for layer in layers:
        found[layer.name] = layer.inputs or (before,)
        before = layer.name
    return found | {"output": (before,)}


def skips(layers: Iterable[Any]) -> list[tuple[str, str]]:
    """The skip connections as (source, target): wires that do not come from the layer before."""
    before, found = "input", []
    for layer in layers:
        found += [(source, layer.name) for source in layer.inputs or () if source != before]
        before = layer.name
    return found


def unread(layers: Sequence[Any]) -> list[str]:
    """The layers that nothing reads, so that they could not learn."""
    read = {source for sources in wires(layers).values() for source in sources}
    return [layer.name for layer in layers if layer.name not in read]


def inserted(layers: Sequence[Any], index: int, layer: Any) -> list[Any]:
    """Put a layer into the chain before the one at `index`; what read the layer before it reads it now.

    Skip connections that go past the place stay as they are.
    """
    before = layers[index - 1].name if index else "input"
    wiring = wires(layers)
    following = layers[index].name if index < len(layers) else "output"
    if before in wiring[following]:
        readers = {following}
    else:
        readers = {name for name, sources in wiring.items() if before in sources}
    for reader in readers:
        wiring[reader] = _replaced(wiring[reader], before, (layer.name,))
    wiring[layer.name] = layer.inputs or (before,)
    return _wired([*layers[:index], layer, *layers[index:]], wiring)


def removed(layers: Sequence[Any], name: str) -> list[Any]:
    """Take a layer out; what read it reads what it read."""
    wiring = wires(layers)
    passed_on = wiring.pop(name)
    wiring = {reader: _replaced(sources, name, passed_on) for reader, sources in wiring.items()}
    return _wired([layer for layer in layers if layer.name != name], wiring)


def moved(layers: Sequence[Any], name: str, index: int) -> list[Any]:
    """Move a layer before the one now at `index`, with the skips that still lead forward."""
    here = next(place for place, layer in enumerate(layers) if layer.name == name)
    if index in (here, here + 1):
        return list(layers)
    readers = [target for source, target in skips(layers) if source == name]
    sources = [source for source, target in skips(layers) if target == name]
    rest = removed(layers, name)
    place = index - 1 if index > here else index
    after = inserted(rest, place, _reading(layers[here], None))
    wiring = wires(after)
    places = {"input": -1} | {layer.name: number for number, layer in enumerate(after)}
    for source in sources:
        if layers[here].entry.joins is not None and places.get(source, place) < place:
            wiring[name] = _unique((*wiring[name], source))
    passed_on = wires(layers)[name]
    for reader in readers:
        if places[reader] > place:
            kept = tuple(source for source in wiring[reader] if source not in passed_on)
            wiring[reader] = _unique((*kept, name))
    return _wired(after, wiring)


def renamed(layers: Sequence[Any], name: str, new: str) -> list[tuple[str, tuple[str, ...] | None]]:
    """Name and inputs of every layer once this one has another name."""
    return [
        (
            new if layer.name == name else layer.name,
            layer.inputs and _replaced(layer.inputs, name, (new,)),
        )
        for layer in layers
    ]


def rewired(layers: Sequence[Any], target: str, sources: Iterable[str]) -> list[Any]:
    """Let a layer read these; the one before it if there are none."""
    return _wired(layers, wires(layers) | {target: tuple(sources)})


def tidied(layers: Sequence[Any]) -> list[Any]:
    """The layers with only those wires that their kinds can have."""
    return _wired(layers, wires(layers))


def _replaced(sources: tuple[str, ...], old: str, new: tuple[str, ...]) -> tuple[str, ...]:
    return _unique(name for source in sources for name in (new if source == old else (source,)))


def _unique(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def _wired(layers: Sequence[Any], wiring: Wires) -> list[Any]:
    """The layers with these wires, each written down only where it differs from the chain.

    Layers that do not join read one other: of several, the one before them.
    """
    before, found = "input", []
    for layer in layers:
        sources = wiring[layer.name]
        if layer.entry.joins is None:
            sources = (before,) if before in sources else sources[:1]
        found.append(_reading(layer, None if sources in ((before,), ()) else sources))
        before = layer.name
    return found


def _reading(layer: Any, inputs: tuple[str, ...] | None) -> Any:
    return layer if layer.inputs == inputs else layer.model_copy(update={"inputs": inputs})
