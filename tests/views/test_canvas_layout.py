import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.views.canvas.layout import (
    BOTTOM,
    CHIP_HEIGHT,
    CHIP_TOP,
    INSERT,
    MOST_ROWS,
    SMALLEST_GAP,
    SMALLEST_TILE,
    Box,
    ColumnSize,
    arrange,
)

CHIP = (172.0, 120.0, 60.0)


def sizes(*units: int) -> list[ColumnSize]:
    first = ColumnSize("input", units[0], (80.0, 80.0, 72.0), is_input=True)
    last = ColumnSize("output", units[-1], (153.0, 110.0, 110.0), is_output=True)
    return [first, *(ColumnSize(f"dense_{i}", n, CHIP) for i, n in enumerate(units[1:-1], 1)), last]


def test_columns_stand_in_order_inside_the_canvas():
    found = arrange(sizes(2, 6, 5, 1), 864, 636)
    assert found.width == 864
    assert found.form == 0
    chips = [column.chip for column in found.columns]
    assert all(left.x + left.width < right.x for left, right in itertools.pairwise(chips))
    assert chips[0].x > 10
    assert chips[-1].x + chips[-1].width < 854
    assert all(chip.y == CHIP_TOP and chip.height == CHIP_HEIGHT for chip in chips)


def test_gaps_between_chips_are_equal():
    found = arrange(sizes(2, 6, 5, 1), 864, 636)
    chips = [column.chip for column in found.columns]
    gaps = [right.x - left.x - left.width for left, right in itertools.pairwise(chips)]
    assert max(gaps) - min(gaps) <= 1.0
    assert len(found.gaps) == 3


def test_tiles_are_as_large_as_designed():
    small, large = arrange(sizes(2, 6, 5, 1), 864, 636), arrange(sizes(2, 6, 5, 1), 1292, 778)
    assert [column.tile for column in small.columns] == [46, 46, 46, 76]
    assert [column.tile for column in large.columns] == [58, 58, 58, 76]
    assert large.columns[1].rows[1] - large.columns[1].rows[0] == pytest.approx(1.6 * 58, abs=1)


def test_wide_layers_show_some_units_and_say_how_many_are_left():
    column = arrange(sizes(2, 64, 1), 864, 636).columns[1]
    assert len(column.rows) == 8
    assert column.hidden == 56
    assert column.more is not None
    assert column.more.y > column.rows[-1] + column.tile / 2
    assert column.more.y + column.more.height <= 636 - BOTTOM + 1


def test_passing_columns_stand_beside_what_they_read():
    parts = sizes(2, 6, 1)
    parts.insert(2, ColumnSize("dropout_1", 6, CHIP, look="dots"))
    parts.insert(3, ColumnSize("batch_norm_1", 6, CHIP, look="follow"))
    found = arrange(parts, 1000, 636)
    dense, dropout, norm = found.columns[1:4]
    assert dense.rows == dropout.rows == norm.rows
    assert dropout.tile < 20
    assert norm.tile == dense.tile


def test_a_drop_widens_the_gaps_and_stays_on_the_canvas():
    before, after = (arrange(sizes(2, 6, 5, 1), 600, 636, spread=spread) for spread in (0.0, 1.0))
    room = [
        right.chip.x - left.chip.x - left.chip.width
        for found in (before, after)
        for left, right in zip(found.columns, found.columns[1:], strict=False)
    ]
    assert min(room[3:]) > max(room[:3]) + 5
    assert min(room[3:]) >= INSERT
    assert after.columns[0].chip.x >= 0


def test_chips_get_shorter_before_the_network_gets_smaller():
    assert arrange(sizes(2, 6, 5, 1), 640, 500).form == 1
    assert arrange(sizes(2, 6, 5, 1), 864, 500, short=True).form == 1
    deep = arrange(sizes(2, *[6] * 12, 1), 864, 636)
    assert deep.form == 2
    assert deep.width > 864


def test_nearest_gap_only_among_legal_ones():
    found = arrange(sizes(2, 6, 5, 1), 864, 636)
    assert found.nearest_gap(0.0, (0, 1, 2)) == 0
    assert found.nearest_gap(0.0, (1, 2)) == 1
    assert found.nearest_gap(0.0, ()) is None


def test_box_edges():
    box = Box(0, 0, 10, 10)
    assert box.contains(0, 0)
    assert not box.contains(10, 5)
    assert box.contains(11, 5, margin=2)


@given(
    units=st.lists(st.integers(1, 4096), min_size=2, max_size=66),
    width=st.floats(320, 3840),
    height=st.floats(220, 2160),
    short=st.booleans(),
    spread=st.floats(0, 1),
)
def test_nothing_overlaps_at_any_size(units, width, height, short, spread):
    found = arrange(sizes(*units), width, height, short=short, spread=spread)
    chips = [column.chip for column in found.columns]
    for left, right in itertools.pairwise(chips):
        assert right.x - left.x - left.width >= SMALLEST_GAP - 2
    for column, size in zip(found.columns, sizes(*units), strict=True):
        assert 1 <= len(column.rows) <= MOST_ROWS
        assert len(column.rows) + column.hidden == size.units
        assert column.tile >= SMALLEST_TILE
        assert column.rows[0] - column.tile / 2 >= CHIP_TOP + CHIP_HEIGHT
        steps = [below - above for above, below in zip(column.rows, column.rows[1:], strict=False)]
        assert all(step >= column.tile for step in steps)


def test_a_network_seen_in_part_keeps_short_chips_and_the_smallest_gap():
    many = sizes(2, *[8] * 20, 1)
    found = arrange(many, 864, 636, partly=True)
    assert found.form == 1
    gaps = [b.chip.x - a.chip.x - a.chip.width for a, b in itertools.pairwise(found.columns)]
    assert min(gaps) >= SMALLEST_GAP - 1
    assert arrange(many, 864, 636).form == 2
