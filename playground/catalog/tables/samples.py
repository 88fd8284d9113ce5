"""From the columns of a table to samples: what each column is for, and what is done where it is empty."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from playground.catalog.datasets.entry import Samples
from playground.catalog.datasets.regimes import Regimes, bands, categories, round_edges
from playground.catalog.tables.column import Column, Kind
from playground.catalog.tables.format import NotATable
from playground.catalog.tables.read import Table

Role = Literal["input", "target", "time", "depth", "group", "x", "y", "regime", "ignore"]
Missing = Literal["drop", "mean", "median", "previous"]
ROLES: tuple[Role, ...] = get_args(Role)
MISSING: tuple[Missing, ...] = get_args(Missing)

Floats = NDArray[np.float64]
_FEW_VALUES = 6  # of numbers: beyond them, they make bands
ONCE: tuple[Role, ...] = ("time", "depth", "group", "x", "y", "regime")


@dataclass(frozen=True)
class ColumnUse:
    """What a column holds, what it is for, and what is done where it is empty.

    Values below `minimum` or above `maximum` count as missing. `categories` are the texts of a category.
    """

    name: str
    unit: str = ""
    type: Kind = "number"
    role: Role = "ignore"
    missing: Missing = "drop"
    minimum: float | None = None
    maximum: float | None = None
    categories: tuple[str, ...] = ()


@dataclass(frozen=True)
class RawColumn:
    """One number that the network may see: a column, or one category of a column (1 where it is, else 0)."""

    name: str
    unit: str
    use: ColumnUse
    category: int | None = None


def of_role(uses: Iterable[ColumnUse], role: Role) -> list[ColumnUse]:
    """The columns that are used so."""
    return [use for use in uses if use.role == role and use.type != "text"]


def raw_columns(uses: Sequence[ColumnUse]) -> list[RawColumn]:
    """The inputs, with one for each category."""
    found = []
    for use in of_role(uses, "input"):
        if use.type == "category":
            each = enumerate(use.categories)
            found += [RawColumn(f"{use.name}={text}", "", use, index) for index, text in each]
        else:
            found.append(RawColumn(use.name, use.unit, use))
    return found


def wrong(uses: Sequence[ColumnUse]) -> Iterator[str]:
    """Why these uses of the columns make no samples, in words."""
    targets = of_role(uses, "target")
    if not targets:
        yield "No column is the target. Choose the column that is to be predicted."
    if not of_role(uses, "input"):
        yield "No column is an input. Choose the columns to predict from."
    if len(targets) > 1 and any(use.type == "category" for use in targets):
        yield "With several targets, each must hold numbers. Choose one column of classes, or numbers only."
    for role in ONCE:
        if len(of_role(uses, role)) > 1:
            yield f"Two columns are the {role}. Choose one."
    for use in uses:
        numbers = use.role in ("x", "y", "time", "depth")
        if numbers and use.type in ("category", "text"):
            yield f'"{use.name}" holds texts, so it cannot be the {use.role}.'
        if use.role == "target" and use.type == "date":
            yield f'"{use.name}" holds dates, which are no target. Choose a column of numbers or classes.'
    if len(of_role(uses, "x")) != len(of_role(uses, "y")):
        yield "A place needs a column for x and one for y."
    names = [column.name for column in raw_columns(uses)]
    if len(set(names)) < len(names):
        yield "Two inputs are called alike. Rename one of the columns in the file."


def samples_of(uses: Sequence[ColumnUse], table: Table) -> Samples:
    """The samples of a table whose columns are used so.

    Rows without a target, time, depth, group or place are left out, as are those that miss a value in a
    column whose strategy is "drop". "previous" takes the value of the row before, in the order of time or
    depth, from the same group. Other gaps stay NaN, to be filled from the training rows alone; `fill` says
    by what. NotATable if the file's columns are not these, or no row is left.
    """
    by_name = {column.name: column for column in table.columns}
    if [use.name for use in uses] != [column.name for column in table.columns]:
        raise NotATable("The columns of the table are not the ones chosen. Open the table again.")
    values = {
        use.name: _values(use, by_name[use.name])
        for use in uses
        if use.role != "ignore" and use.type != "text"
    }
    kept = np.ones(table.rows, dtype=bool)
    for use in uses:
        if use.name in values and use.role != "regime" and (use.role != "input" or use.missing == "drop"):
            kept &= ~np.isnan(values[use.name])
    if not kept.any():
        raise NotATable("Every row misses a value. Choose another way for missing values than leaving out.")
    if not kept.all():  # a large table is not copied for nothing
        values = {name: column[kept] for name, column in values.items()}
    rows = int(kept.sum())
    single = {role: values[of_role(uses, role)[0].name] for role in ONCE if of_role(uses, role)}
    order = _order(single.get("time", single.get("depth")), single.get("group"), rows)
    columns = raw_columns(uses)
    for use in of_role(uses, "input"):
        if use.missing == "previous":
            values[use.name] = _previous(values[use.name], order, single.get("group"))
    raw = np.empty((rows, len(columns)))
    for index, column in enumerate(columns):
        cells = values[column.use.name]
        one_hot = np.where(np.isnan(cells), np.nan, cells == column.category)
        raw[:, index] = cells if column.category is None else one_hot
    group = single.get("group")
    known = [] if group is None else np.unique(group).tolist()
    return Samples(
        raw,
        _targets(of_role(uses, "target"), values),
        time=single.get("time"),
        left_out=table.rows - rows,
        group=None if group is None else np.unique(group, return_inverse=True)[1].astype(np.int64),
        place=np.column_stack((single["x"], single["y"])) if "x" in single else None,
        depth=single.get("depth"),
        group_names=tuple(_texts(of_role(uses, "group"), known)),
        regimes=tuple(_regimes(of_role(uses, "regime"), single.get("regime"))),
        fill=tuple("mean" if column.category is not None else _fill(column.use) for column in columns),
    )


def _texts(uses: Sequence[ColumnUse], known: Sequence[float]) -> Iterator[str]:
    """What the values of a column of categories or of numbers are called."""
    for use in uses:
        yield from (use.categories[int(v)] if use.type == "category" else f"{v:.6g}" for v in known)


def _regimes(uses: Sequence[ColumnUse], values: Floats | None) -> Iterator[Regimes]:
    """The regimes of the column that tells rows apart: its categories, or bands of its numbers."""
    if values is None:
        return
    use, known = uses[0], np.unique(values[~np.isnan(values)])
    if use.type == "category" or len(known) <= _FEW_VALUES:
        of = np.where(np.isnan(values), -1, np.searchsorted(known, values))
        found = categories(use.name, tuple(_texts(uses, known.tolist())), of.astype(np.int64))
        if found is not None:
            yield found
    elif edges := round_edges(values):
        yield bands(use.name, values, edges, use.unit)


def _fill(use: ColumnUse) -> str:
    return "mean" if use.missing == "mean" else "median"


def _values(use: ColumnUse, column: Column) -> Floats:
    """A column's numbers; what is outside its valid range or of no listed category is unknown."""
    if column.kind != use.type:
        raise NotATable(f'"{use.name}" does not hold what was chosen. Open the table again.')
    values = column.values
    if use.type == "category":
        places = {text: index for index, text in enumerate(use.categories)}
        codes = np.array([places.get(text, np.nan) for text in column.categories] + [np.nan])
        return np.asarray(codes[np.where(np.isnan(values), -1, values).astype(np.int64)])
    if use.minimum is not None:
        values = np.where(values < use.minimum, np.nan, values)
    if use.maximum is not None:
        values = np.where(values > use.maximum, np.nan, values)
    return values


def _targets(uses: Sequence[ColumnUse], values: dict[str, Floats]) -> NDArray[Any]:
    if uses[0].type == "category":
        return values[uses[0].name].astype(np.int64)
    return np.column_stack([values[use.name] for use in uses])


def _order(time: Floats | None, group: Floats | None, rows: int) -> NDArray[np.int64]:
    """The rows in the order of groups, then of time or depth, then of the file."""
    keys = [np.arange(rows), *(key for key in (time, group) if key is not None)]
    return np.lexsort(keys).astype(np.int64)


def _previous(values: Floats, order: NDArray[np.int64], group: Floats | None) -> Floats:
    """Each gap takes the last known value before it; the first rows of a group may stay unknown."""
    sorted_values = values[order]
    known = np.where(np.isnan(sorted_values), -1, np.arange(len(order)))
    last = np.maximum.accumulate(known)
    if group is not None:
        of_group = group[order]
        first = np.maximum.accumulate(
            np.where(np.concatenate(([True], of_group[1:] != of_group[:-1])), np.arange(len(order)), 0)
        )
        last = np.where(last < first, -1, last)
    filled = np.where(last < 0, np.nan, sorted_values[last])
    result = np.empty_like(values)
    result[order] = filled
    return result


def fill_values(raw: Floats, fill: Sequence[str], train: NDArray[np.int64]) -> Floats:
    """What stands for a missing value in each column (columns,), from the training rows alone.

    ValueError if a column has gaps but no value in the training rows.
    """
    found = np.zeros(raw.shape[1])
    for index in np.flatnonzero(np.isnan(raw).any(axis=0)).tolist():
        known = raw[train, index]
        known = known[~np.isnan(known)]
        if not len(known):
            raise ValueError("An input has no value in any training row. Ignore that column.")
        found[index] = known.mean() if fill[index] == "mean" else np.median(known)
    return found
