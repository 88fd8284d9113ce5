"""What a user can choose is an entry; what can be adjusted on it is a setting.

A registry holds the entries of one kind. Menus, the file format, the command line, the tests and
`playground list` all loop over registries, so an entry written in one file appears everywhere.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Generic, Literal, TypeVar


@dataclass(frozen=True)
class Setting:
    """One adjustable value of an entry: its range, its default and how to show it.

    `type` is "number", "whole", "switch" (true or false), "option" (one of `options`), "entry"
    (a choice from the registry named by `registry`, such as a layer's activation; the default is
    then the key of the entry) or "record" (what has no row of its own: the columns of a table, drawn
    points; `record` names its form in the experiment's records). Bounds are inclusive unless
    `open_minimum` or `open_maximum` is set.
    """

    key: str
    label: str
    default: Any
    type: Literal["number", "whole", "switch", "option", "entry", "record"] = "number"
    minimum: float = -math.inf
    maximum: float = math.inf
    open_minimum: bool = False
    open_maximum: bool = False
    scale: Literal["linear", "log"] = "linear"
    unit: str = ""
    options: tuple[str, ...] = ()
    registry: str = ""
    record: str = ""
    summary: str = ""


@dataclass(frozen=True)
class Entry:
    """One thing a user can choose, such as tanh, Adam or the spiral.

    `key` is what files save; `label` and `summary` are what a student reads; `formula` is rich text
    (HTML sub, sup, i), that of the usual settings; `formula_of(choice)` gives it where settings change it;
    `symbol` names it in one or two characters where space is short. `pytorch`,
    `keras` and `lux` are its names in those libraries ("" where there is none).
    """

    key: str
    label: str
    summary: str
    formula: str = ""
    settings: tuple[Setting, ...] = ()
    pytorch: str = ""
    keras: str = ""
    lux: str = ""
    formula_of: Callable[[Any], str] | None = None

    def of(self, choice: Any) -> Entry:
        """This entry as it is for one choice; most are the same for all."""
        return self if self.formula_of is None else replace(self, formula=self.formula_of(choice))

    def setting(self, key: str) -> Setting:
        """The setting of this name; KeyError if the entry has none."""
        for setting in self.settings:
            if setting.key == key:
                return setting
        raise KeyError(key)


E = TypeVar("E", bound=Entry)


@dataclass
class Registry(Generic[E]):
    """All entries of one kind, in the order of the menus."""

    kind: str  # plural, as `playground list KIND` spells it
    label: str  # singular, for messages: "activation"
    entries: dict[str, E] = field(default_factory=dict)

    def register(self, entry: E) -> E:
        """Add an entry; its key must be new."""
        if entry.key in self.entries:
            raise ValueError(f"{self.label} {entry.key!r} is registered twice")
        self.entries[entry.key] = entry
        return entry

    def __getitem__(self, key: str) -> E:
        return self.entries[key]

    def __contains__(self, key: object) -> bool:
        return key in self.entries

    def __iter__(self) -> Iterator[E]:
        return iter(self.entries.values())

    def __len__(self) -> int:
        return len(self.entries)

    def keys(self) -> tuple[str, ...]:
        """Every key, in the order of the menus."""
        return tuple(self.entries)
