"""Columns become samples: roles, categories, valid ranges, and gaps that only training rows fill."""

import numpy as np
import pytest

from playground.catalog.tables import NotATable, TableFormat, Text, read, samples_of
from playground.catalog.tables.samples import ColumnUse, fill_values, raw_columns, wrong

TEXT = """day,rain,sky,where,yield
2020-01-01,1,sun,a,10
2020-01-02,,cloud,a,20
2020-01-03,3,,b,30
2020-01-04,,sun,b,40
2020-01-05,500,cloud,b,
"""
FORM = TableFormat(date_format="%Y-%m-%d")


def uses(rain="mean", sky="mean"):
    return (
        ColumnUse("day", type="date", role="time"),
        ColumnUse("rain", "mm", role="input", missing=rain, maximum=100.0),
        ColumnUse("sky", type="category", role="input", missing=sky, categories=("sun", "cloud")),
        ColumnUse("where", type="category", role="group", categories=("a", "b")),
        ColumnUse("yield", role="target"),
    )


def samples(chosen, text=TEXT):
    return samples_of(chosen, read(Text(text), FORM, kinds=tuple(use.type for use in chosen)))


def test_roles_and_categories():
    made = samples(uses())
    assert [column.name for column in raw_columns(uses())] == ["rain", "sky=sun", "sky=cloud"]
    assert made.targets.tolist() == [[10], [20], [30], [40]]
    assert made.left_out == 1  # the row without a target
    assert np.diff(made.time).tolist() == [1, 1, 1]
    assert made.group.tolist() == [0, 0, 1, 1]
    np.testing.assert_equal(made.raw, [[1, 1, 0], [np.nan, 0, 1], [3, np.nan, np.nan], [np.nan, 1, 0]])


def test_rows_with_gaps_are_left_out():
    made = samples(uses("drop", "drop"))
    assert made.raw.tolist() == [[1, 1, 0]]
    assert made.left_out == 4


def test_the_previous_value_stays_in_its_group():
    chosen = uses("previous")
    assert samples(chosen).raw[:, 0].tolist() == [1, 1, 3, 3]
    other = samples(chosen, TEXT.replace("3,3,,b", "3,,sun,b"))
    np.testing.assert_equal(other.raw[:, 0], [1, 1, np.nan, np.nan])


def test_the_previous_value_goes_by_time_and_not_by_line():
    lines = TEXT.splitlines()
    shuffled = "\n".join([lines[0], *lines[:0:-1]])
    assert samples(uses("previous"), shuffled).raw[::-1, 0].tolist() == [1, 1, 3, 3]


def test_gaps_are_filled_from_the_training_rows_alone():
    raw = np.array([[1.0, 5], [2, np.nan], [9, 7], [np.nan, 100]])
    train = np.array([0, 1, 2])
    assert fill_values(raw, ("mean", "median"), train).tolist() == [4, 6]
    with pytest.raises(ValueError, match="no value in any training row"):
        fill_values(raw, ("mean", "median"), np.array([3]))


def test_what_is_wrong_is_said():
    assert list(wrong(uses())) == []
    assert "No column is the target" in " ".join(wrong(uses()[:-1]))
    assert "No column is an input" in " ".join(wrong(uses()[-1:]))
    two = (*uses(), ColumnUse("more", type="date", role="time"))
    assert list(wrong(two)) == ["Two columns are the time. Choose one."]
    classes = (*uses(), ColumnUse("kind", type="category", role="target", categories=("a", "b")))
    assert "each must hold numbers" in " ".join(wrong(classes))
    assert "a column for x and one for y" in " ".join(wrong((*uses(), ColumnUse("east", role="x"))))
    texts = (*uses(), ColumnUse("east", type="category", role="x"), ColumnUse("north", role="y"))
    assert '"east" holds texts' in " ".join(wrong(texts))


def test_another_file_is_refused():
    with pytest.raises(NotATable, match="columns of the table are not"):
        samples(uses(), TEXT.replace("rain", "snow"))
    with pytest.raises(NotATable, match="Every row misses a value"):
        samples(uses("drop", "drop"), TEXT.replace(",1,", ",,"))


def test_numbers_can_be_classes():
    chosen = (*uses()[:-1], ColumnUse("yield", type="category", role="target", categories=("10", "20")))
    made = samples(chosen)
    assert made.targets.tolist() == [0, 1]
    assert made.targets.dtype == np.int64
