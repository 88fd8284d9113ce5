"""A small record of arrays and plain values, taken apart to be kept in a file and put together again."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import numpy as np

from playground.experiment.files import FileProblems

Arrays = dict[str, np.ndarray[Any, Any]]
Note = dict[str, Any]
T = TypeVar("T")
_DAMAGED = (KeyError, ValueError, TypeError, AttributeError, IndexError, OverflowError, FileProblems)


def apart(record: Any, prefix: str) -> tuple[Note, Arrays]:
    """The kind and plain values of a dataclass, and its arrays with names that begin so; None is empty."""
    if record is None:
        return {}, {}
    values = {each.name: getattr(record, each.name) for each in dataclasses.fields(record)}
    arrays = {name: value for name, value in values.items() if isinstance(value, np.ndarray)}
    note = {"kind": type(record).__name__, **{n: v for n, v in values.items() if n not in arrays}}
    return note, {f"{prefix}{name}": array for name, array in arrays.items()}


def whole(note: Note, arrays: Mapping[str, Any], prefix: str, kinds: Mapping[str, Any]) -> Any:
    """The record again, of one of these kinds; KeyError or TypeError where something is missing."""
    if not note:
        return None
    kind, values = kinds[note["kind"]], dict(note)
    del values["kind"]
    for each in dataclasses.fields(kind):
        if each.name not in values:
            values[each.name] = arrays[f"{prefix}{each.name}"]
        elif isinstance(values[each.name], list):
            values[each.name] = tuple(values[each.name])
    return kind(**values)


def sound(read: Callable[[Note, int, Arrays], T], notes: Sequence[Note], arrays: Arrays) -> tuple[T, ...]:
    """What `read` makes of each note and its number; those that are damaged are left out."""
    found: list[T] = []
    for number, note in enumerate(notes):
        try:
            found.append(read(note, number, arrays))
        except _DAMAGED:
            continue
    return tuple(found)
