"""Where everything on the canvas stands: plain geometry in pixels at 100 %, without Qt.

Columns stand side by side with equal gaps between their chips. Tiles are centred in the room between the
chips and the palette; when they no longer fit they move closer, then shrink, then only some are shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

CHIP_TOP, CHIP_HEIGHT = 22.0, 32.0
COLUMN_TOP = 14.0
ROWS_TOP = 84.0  # below the chip and the line of parameters
BOTTOM = 87.0  # the palette, its margin and a gap
BARE_BOTTOM = 132.0  # the formula of slow motion, which stands there instead
INSERT = 26.0
TILE, LARGE_TILE, SMALLEST_TILE, OUTPUT_TILE = 46.0, 58.0, 28.0, 76.0
KERNEL, KERNEL_GAP = 0.56, 7.0  # the image of a unit's weights: its side in tiles, and the gap to the tile
DOT = 10.0  # a unit of a column that only passes values on
PITCH, CLOSEST = 1.6, 1.3  # in tiles
MOST_ROWS = 10
MORE_HEIGHT = 28.0
SMALLEST_GAP = 40.0
SMALLEST_SHORT = 0.8  # the zoom below which chips give up − and + and their activation


class Box(NamedTuple):
    """A rectangle: left, top, width, height."""

    x: float
    y: float
    width: float
    height: float

    def contains(self, x: float, y: float, margin: float = 0.0) -> bool:
        """True if the point lies inside, or at most `margin` outside."""
        return (
            self.x - margin <= x < self.x + self.width + margin
            and self.y - margin <= y < self.y + self.height + margin
        )


@dataclass(frozen=True)
class ColumnSize:
    """What the layout must know of a column.

    `chip` are the chip's widths: in full, short, and as small as may be. `foot` is room for words below
    the last tile. `look` is "tiles", "picture" (one large tile),
    "dots" or "follow" (rows beside those of the column before). `beside` is room for names at the
    rows' side, negative for the left.
    """

    name: str
    units: int
    chip: tuple[float, float, float]
    look: str = "tiles"
    beside: float = 0.0
    foot: float = 0.0
    is_output: bool = False
    is_input: bool = False


@dataclass(frozen=True)
class Column:
    """A column in place: `x` is its middle, `rows` the middles of its tiles, `hidden` the units not shown."""

    name: str
    x: float
    chip: Box
    body: Box
    tile: float
    rows: tuple[float, ...]
    hidden: int = 0
    more: Box | None = None

    def tile_box(self, row: int) -> Box:
        """The tile of a row."""
        return Box(self.x - self.tile / 2, self.rows[row] - self.tile / 2, self.tile, self.tile)


@dataclass(frozen=True)
class Arrangement:
    """All columns in place.

    `gaps[i]` is the middle of the gap before column i + 1. `form` is that of the chips: 0 in full,
    1 short, 2 as small as may be.
    """

    columns: tuple[Column, ...]
    gaps: tuple[float, ...]
    width: float
    height: float
    form: int

    def column(self, name: str) -> Column:
        """The column of a layer; KeyError if there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    def nearest_gap(self, x: float, legal: Sequence[int]) -> int | None:
        """The legal gap nearest to x; None if no gap is legal."""
        return min(legal, key=lambda gap: abs(self.gaps[gap] - x), default=None)


def arrange(
    sizes: Sequence[ColumnSize],
    width: float,
    height: float,
    *,
    bottom: float = BOTTOM,
    short: bool = False,
    partly: bool = False,
    spread: float = 0.0,
) -> Arrangement:
    """Place all columns on a canvas of this size; `spread` 0..1 widens every gap for a drop.

    `bottom` is kept free for the palette. The result is wider than the canvas where the columns do not
    fit: the view then zooms out, or shows it `partly`, and chips need not be as small as may be.
    """
    margin = min(64.0, max(16.0, 0.037 * width))
    form = 1 if partly else _form(sizes, width, margin, short)
    total = max(width, _needed(sizes, form, margin))
    widths = [_column_width(size, form) for size in sizes]
    gap = (total - 2 * margin - sum(widths)) / max(1, len(sizes) - 1)
    gap += min(INSERT * spread, 2 * (margin - 6.0) / max(1, len(sizes) - 1))  # the outer chips stay in sight
    used = sum(widths) + gap * (len(sizes) - 1)
    x = (total - used) / 2
    columns: list[Column] = []
    for size, column_width in zip(sizes, widths, strict=True):
        before = columns[-1] if columns else None
        columns.append(_column(size, round(x + column_width / 2), height, bottom, form, before))
        x += column_width + gap
    gaps = tuple((left.chip.x + left.chip.width + right.chip.x) / 2 for left, right in pairwise(columns))
    return Arrangement(tuple(columns), gaps, total, height, form)


def _form(sizes: Sequence[ColumnSize], width: float, margin: float, short: bool) -> int:
    """The longest chips that fit; short ones may make the network a little smaller."""
    if not short and _needed(sizes, 0, margin) <= width:
        return 0
    return 1 if _needed(sizes, 1, margin) * SMALLEST_SHORT <= width else 2


def _column_width(size: ColumnSize, form: int) -> float:
    return max(size.chip[form], TILE + 14, _names_beside(size))


def _names_beside(size: ColumnSize) -> float:
    """Twice the half that holds the names: the column stays centred on its chip."""
    if not size.beside:
        return 0.0
    tile = OUTPUT_TILE if size.is_output and size.units == 1 else TILE
    return tile + 2 * abs(size.beside)


def _needed(sizes: Sequence[ColumnSize], form: int, margin: float) -> float:
    gaps = SMALLEST_GAP * (len(sizes) - 1)
    return sum(_column_width(size, form) for size in sizes) + gaps + 2 * margin


def kernel_side(tile: float) -> float:
    """The side of the image of a unit's weights that stands beside a tile."""
    return float(round(KERNEL * tile))


def base_tile(height: float) -> float:
    """The side of a tile while there is room."""
    return LARGE_TILE if height > 760 else TILE


def _column(
    size: ColumnSize, x: float, height: float, below: float, form: int, before: Column | None
) -> Column:
    chip_width = size.chip[form]
    chip = Box(x - chip_width / 2, CHIP_TOP, chip_width, CHIP_HEIGHT)
    bottom = max(height - below, ROWS_TOP + 2 * SMALLEST_TILE)
    body = Box(chip.x - 8, COLUMN_TOP, chip_width + 16, bottom - COLUMN_TOP)
    if size.look in ("dots", "follow") and before is not None and _same_rows(size, before):
        tile = DOT if size.look == "dots" else _following_tile(before, height)
        return Column(size.name, x, chip, body, tile, before.rows, before.hidden)
    if size.look == "picture":
        tile = round(0.8 * base_tile(height)) * 2.0
        return Column(size.name, x, chip, body, tile, (float(round((ROWS_TOP + bottom) / 2)),))
    tile, rows, more = _rows(size, height, bottom)
    hidden = size.units - len(rows)
    more_box = Box(x - 42, more, 84, MORE_HEIGHT) if hidden else None
    return Column(size.name, x, chip, body, DOT if size.look == "dots" else tile, rows, hidden, more_box)


def _same_rows(size: ColumnSize, before: Column) -> bool:
    return bool(before.rows) and len(before.rows) + before.hidden == size.units


def _following_tile(before: Column, height: float) -> float:
    if len(before.rows) < 2:
        return base_tile(height)
    return min(base_tile(height), float(int((before.rows[1] - before.rows[0]) / CLOSEST / 2) * 2))


def _rows(size: ColumnSize, height: float, bottom: float) -> tuple[float, tuple[float, ...], float]:
    """The tile's side, the middles of the rows, and where the chip for the rest begins."""
    room = bottom - ROWS_TOP - 8 - size.foot
    base = base_tile(height)
    if size.is_output and size.units == 1:
        base = min(OUTPUT_TILE, room)
    count, fitting = size.units, int((room - SMALLEST_TILE) / (CLOSEST * SMALLEST_TILE)) + 1
    most = min(MOST_ROWS, max(1, fitting))
    if count > most:
        fitting = int((room - MORE_HEIGHT - 8 - SMALLEST_TILE) / (CLOSEST * SMALLEST_TILE)) + 1
        count = max(1, min(8 if height <= 760 else MOST_ROWS, fitting))
        room -= MORE_HEIGHT + 8
    tile = max(min(base, SMALLEST_TILE), min(base, room / (CLOSEST * (count - 1) + 1)))
    tile = float(int(tile / 2) * 2)  # even, and on whole pixels: pictures stay sharp
    pitch = tile * PITCH * (2 if size.is_input and count <= 3 else 1)
    if count > 1:
        pitch = max(CLOSEST * tile, min(pitch, (room - tile) / (count - 1)))
    middle = ROWS_TOP + room / 2
    if count == size.units:  # words below the tiles move them only where there is no room
        span = pitch * (count - 1) + tile
        middle = min(ROWS_TOP + (bottom - ROWS_TOP - 8) / 2, ROWS_TOP + room - span / 2)
    rows = tuple(float(round(middle + pitch * (row - (count - 1) / 2))) for row in range(count))
    return tile, rows, rows[-1] + tile / 2 + 10
