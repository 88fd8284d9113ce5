"""A table of one's own, from a file or from the experiment itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from playground.catalog.datasets.entry import Dataset, Limits, Samples
from playground.catalog.entry import Setting
from playground.catalog.tables import (
    Kind,
    NotATable,
    Table,
    TableFormat,
    Text,
    fingerprint,
    read,
    samples_of,
    stamp,
)
from playground.catalog.tables.format import Source
from playground.catalog.tables.samples import ColumnUse, Role, of_role, raw_columns, wrong
from playground.catalog.tables.source import checked

_KEPT = 32  # experiments of the undo history


def _ice_cream() -> str:
    """A small table to begin with: what a kiosk sells on warm and cold days."""
    lines = ["Temperature [°C],Sunshine [h],Day,Sold"]
    for day in range(42):
        temperature = 12 + (day * 7) % 17
        sunshine = (day * 5) % 11
        free = day % 7 > 4
        sold = max(0, 9 * (temperature - 10) + 4 * sunshine + 45 * free + (day * 13) % 9)
        lines.append(f"{temperature},{sunshine},{'free' if free else 'work'},{sold}")
    return "\n".join(lines) + "\n"


_COLUMNS = (
    ColumnUse("Temperature", "°C", role="input"),
    ColumnUse("Sunshine", "h", role="input"),
    ColumnUse("Day", type="category", role="input", categories=("work", "free")),
    ColumnUse("Sold", role="target"),
)


def form_of(choice: Any) -> TableFormat:
    """How the table of this choice is written."""
    names = TableFormat.__dataclass_fields__
    return TableFormat(**{name: getattr(choice.format, name) for name in names})


@dataclass(frozen=True)
class OwnTable(Dataset):
    """A table that the user brought: names, task and classes follow from how its columns are used."""

    origin: str = "It lies in the experiment itself."

    def of(self, choice: Any) -> Dataset:
        """What this table is."""
        known = _known.get(id(choice))
        if known is None or known[0] is not choice:
            known = _known[id(choice)] = (choice, _of(self, choice))
            for oldest in list(_known)[:-_KEPT]:
                _known.pop(oldest, None)
        return known[1]

    def samples_of(self, choice: Any, seed: int) -> Samples:
        """Read the table; NotATable (a ValueError) if it is not where it was, or not as it was."""
        for sentence in self.problems_of(choice):
            raise NotATable(sentence)
        table = _handed_over.pop(_key(choice), None)
        return samples_of(choice.columns, table or _read(choice))

    def seed_of(self, seed: int) -> int:
        """A table does not go by the seed."""
        return 0

    def stamp_of(self, choice: Any) -> Any:
        """When the file was written last; None for a table in the experiment itself."""
        return stamp(choice.path) if choice.path and not choice.text else None

    def problems_of(self, choice: Any) -> Iterator[str]:
        """What is wrong with the uses of the columns."""
        return wrong(choice.columns)

    def task_of(self, choice: Any) -> str:
        """Classes where the target holds categories."""
        return self.of(choice).task

    def raw_names_of(self, choice: Any) -> tuple[str, ...]:
        """The inputs, one for each category."""
        return self.of(choice).raw_names

    def columns_of(self, choice: Any) -> tuple[str, ...]:
        """The columns as the table names them."""
        return self.of(choice).columns

    def units_of(self, choice: Any) -> tuple[str, ...]:
        """The units that the columns were given."""
        return self.of(choice).units

    def class_names_of(self, choice: Any) -> tuple[str, ...]:
        """The categories of the target."""
        return self.of(choice).class_names

    def target_names_of(self, choice: Any) -> tuple[str, ...]:
        """The columns that are predicted."""
        return self.of(choice).target_names

    def dated(self, choice: Any) -> bool:
        """Whether the column of times holds dates."""
        return any(use.type == "date" for use in of_role(choice.columns, "time"))

    def target_ranges_of(self, choice: Any) -> tuple[Limits, ...]:
        """The valid ranges that were given to the targets."""
        if self.task_of(choice) == "classes":
            return ()
        return tuple((use.minimum, use.maximum) for use in of_role(choice.columns, "target"))

    @property
    def provenance(self) -> str:
        """Where the table lies."""
        return self.origin


def _read(choice: Any) -> Table:
    source: Source = Text(choice.text or _ice_cream())
    if choice.path and not choice.text:
        name = Path(choice.path).name
        checked(choice.path)
        if not choice.fingerprint:
            raise NotATable(
                f'The experiment does not say what was in the table "{name}" when it was chosen, because '
                "its fingerprint is missing. Open the table again."
            )
        if fingerprint(choice.path) != choice.fingerprint:
            raise NotATable(
                f'The table "{name}" has changed since it was chosen. '
                "Open it again to learn from what it holds now."
            )
        source = Path(choice.path)
    return read(source, form_of(choice), kinds=_kinds(choice))


_handed_over: dict[Any, Table] = {}


def hand_over(choice: Any, table: Table) -> None:
    """The table that was just read for this choice: its samples are made of it, once, not of the file."""
    _handed_over.clear()
    _handed_over[_key(choice)] = table


def _key(choice: Any) -> Any:
    seen = stamp(choice.path) if choice.path and not choice.text else None
    return choice.path, choice.fingerprint, seen, choice.text, form_of(choice), _kinds(choice)


def _kinds(choice: Any) -> tuple[Kind, ...]:
    return tuple(column.type for column in choice.columns)


_known: dict[int, tuple[Any, Dataset]] = {}  # by identity: telling wide tables apart by content is slow


@lru_cache(maxsize=_KEPT)
def _of(entry: OwnTable, choice: Any) -> Dataset:
    raw = raw_columns(choice.columns)
    targets = of_role(choice.columns, "target")
    classes = bool(targets) and targets[0].type == "category"
    roles: tuple[Role, ...] = ("time", "depth", "group", "x", "y")
    names = {role: [use.name for use in of_role(choice.columns, role)] for role in roles}
    file = Path(choice.path).name
    return replace(
        entry,
        label=file or entry.label,
        summary=f"A table of {len(choice.columns):,} columns.",
        task="classes" if classes else "regression",
        raw_names=tuple(column.name for column in raw),
        columns=tuple(column.name for column in raw),
        units=tuple(column.unit for column in raw),
        class_names=targets[0].categories if classes else (),
        target_names=() if classes else tuple(use.name for use in targets),
        target_unit=targets[0].unit if len(targets) == 1 and not classes else "",
        time_name=next(iter(names["time"]), ""),
        depth_name=next(iter(names["depth"]), ""),
        group_name=next(iter(names["group"]), ""),
        place_name="place" if names["x"] else "",
        place_axes=(names["x"][0], names["y"][0]) if names["x"] and names["y"] else entry.place_axes,
        origin=f"From the file {choice.path}, SHA-256 {choice.fingerprint}." if file else entry.origin,
    )


entries: tuple[Dataset, ...] = (
    OwnTable(
        "table",
        "Own table",
        "A table of your own. Until you open one: what a kiosk sells on warm and on cold days.",
        settings=(
            Setting("path", "File", "", "record", record="path"),
            Setting("fingerprint", "SHA-256", "", "record", record="fingerprint"),
            Setting("text", "Text", "", "record", record="text"),
            Setting("samples", "Rows", 0, "record", record="count"),
            Setting("format", "Format", TableFormat(), "record", record="format"),
            Setting("columns", "Columns", _COLUMNS, "record", record="columns"),
        ),
        task="regression",
        raw_names=(),
        domain=None,
        in_gallery=False,
    ),
)
