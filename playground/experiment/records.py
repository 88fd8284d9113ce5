"""Records: what an experiment holds beside settings of one value, such as the columns of a table."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StrictFloat,
    StrictInt,
    StrictStr,
)

from playground.catalog.tables import TableFormat
from playground.catalog.tables.column import LONGEST_NAME, Kind
from playground.catalog.tables.format import FileKind
from playground.catalog.tables.samples import Missing, Role

MOST_COLUMNS = 5_000
MOST_TEXT = 1_000_000  # characters of a table that lies in the experiment
MOST_POINTS = 10_000

_USUAL = TableFormat()


class Frozen(BaseModel):
    """A value that never changes: edits make new ones."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


def as_number(value: Any) -> Any:
    """A whole number is a number; true and "3" are not."""
    return float(value) if type(value) is int and abs(value) <= 2**1000 else value


Number = Annotated[StrictFloat, BeforeValidator(as_number)]
_Name = Annotated[StrictStr, Field(max_length=LONGEST_NAME)]
_Mark = Annotated[StrictStr, Field(max_length=40)]


Encoding = Literal[
    "utf-8",
    "utf-8-sig",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "cp1252",
    "latin-1",
    "cp1250",
    "cp1251",
    "gb18030",
    "shift_jis",
    "euc-kr",
]


class _Record(Frozen):
    """Made from an object of the same fields, too."""

    model_config = ConfigDict(from_attributes=True)


class FormatRecord(_Record):
    """How a table is written; the fields are those of `TableFormat`."""

    file: FileKind = "text"
    part: _Name = ""
    encoding: Encoding = "utf-8"
    delimiter: Literal[",", ";", "\t", "|", " "] = ","
    decimal: Literal[".", ","] = "."
    comment: _Mark = ""
    skip: Annotated[StrictInt, Field(ge=0, le=1_000_000)] = 0
    header_rows: Annotated[StrictInt, Field(ge=0, le=2)] = 1
    units_row: StrictBool = False
    missing: tuple[_Mark, ...] = Field(default=_USUAL.missing, max_length=100)
    date_format: Annotated[StrictStr, Field(max_length=200)] = ""
    every: Annotated[StrictInt, Field(ge=1, le=1_000_000)] = 1


class ColumnRecord(_Record):
    """One column of a table; the fields are those of `ColumnUse`."""

    name: _Name
    unit: Annotated[_Name, Field(exclude_if=lambda unit: not unit)] = ""
    type: Kind = "number"
    role: Role = "ignore"
    missing: Missing = "drop"
    minimum: Number | None = None
    maximum: Number | None = None
    categories: Annotated[
        tuple[_Name, ...], Field(max_length=200, exclude_if=lambda categories: not categories)
    ] = ()


Point = Annotated[tuple[Number, ...], Field(min_length=3, max_length=3)]

RECORDS: dict[str, Any] = {
    "path": Annotated[StrictStr, Field(max_length=4096)],
    "fingerprint": Annotated[StrictStr, Field(pattern=r"^([0-9a-f]{64})?$", max_length=64)],
    "text": Annotated[StrictStr, Field(max_length=MOST_TEXT)],
    "count": Annotated[StrictInt, Field(ge=0, le=10**9)],
    "format": FormatRecord,
    "columns": Annotated[tuple[ColumnRecord, ...], Field(max_length=MOST_COLUMNS)],
    "points": Annotated[tuple[Point, ...], Field(max_length=MOST_POINTS)],
}
