"""Messy files, made here, are read as a person would expect or refused in a plain sentence."""

import tracemalloc

import numpy as np
import pytest

from playground.catalog.tables import Cancelled, NotATable, guess, preview, read

NAN = float("nan")
ROWS = {"a": [1.5, 2.5, 3.0], "b": [4.0, 5.0, 6.5]}
PLAIN = "a,b\n1.5,4\n2.5,5\n3.0,6.5\n"

# name: (bytes or text, expected values of each column)
GOOD = {
    "plain": (PLAIN, ROWS),
    "no last line end": (PLAIN.rstrip(), ROWS),
    "windows lines": (PLAIN.replace("\n", "\r\n"), ROWS),
    "old mac lines": (PLAIN.replace("\n", "\r"), ROWS),
    "semicolons": (PLAIN.replace(",", ";"), ROWS),
    "tabs": (PLAIN.replace(",", "\t"), ROWS),
    "bars": (PLAIN.replace(",", "|"), ROWS),
    "blanks": ("a   b\n1.5  4\n 2.5 5\n3.0     6.5\n", ROWS),
    "blank after comma": (PLAIN.replace(",", ", "), ROWS),
    "decimal comma": ("a;b\n1,5;4\n2,5;5\n3,0;6,5\n", ROWS),
    "decimal comma, tabs": ("a\tb\n1,5\t4\n2,5\t5\n3,0\t6,5\n", ROWS),
    "thousands with decimal comma": ("a;b\n1.000,5;2\n2.000,5;3\n", {"a": [1000.5, 2000.5], "b": [2, 3]}),
    "thousands in quotes": ('a,b\n"1,000.5",2\n"2,000",3\n', {"a": [1000.5, 2000.0], "b": [2, 3]}),
    "byte-order mark": (b"\xef\xbb\xbf" + PLAIN.encode(), ROWS),
    "utf-16": (PLAIN.encode("utf-16"), ROWS),
    "utf-16 without mark": (PLAIN.encode("utf-16-le"), ROWS),
    "utf-16 the other way": (PLAIN.encode("utf-16-be"), ROWS),
    "latin-1": ("a,größe\n1,2\n3,4\n".encode("latin-1"), {"a": [1, 3], "größe": [2, 4]}),
    "comments": ("# made by me\n# in 1997\n" + PLAIN, ROWS),
    "comment in between": ("# made by me\na,b\n1.5,4\n# pause\n2.5,5\n3.0,6.5\n", ROWS),
    "percent comments": ("% x\n" + PLAIN, ROWS),
    "title lines": ("Report of the station\n\n" + PLAIN, ROWS),
    "blank lines": (PLAIN.replace("\n", "\n\n"), ROWS),
    "units row": ("a,b\n°C,mm\n1.5,4\n2.5,5\n3.0,6.5\n", ROWS),
    "units in brackets": ("a [°C],b (mm)\n1.5,4\n2.5,5\n3.0,6.5\n", ROWS),
    "two header rows": (
        "a,b\nof the station,somewhere else\n1,2\n3,4\n",
        {"a of the station": [1, 3], "b somewhere else": [2, 4]},
    ),
    "no header": ("1.5,4\n2.5,5\n3.0,6.5\n", {"Column 1": ROWS["a"], "Column 2": ROWS["b"]}),
    "trailing delimiters": ("a,b,\n1.5,4,\n2.5,5,\n3.0,6.5,\n", ROWS),
    "quoted": ('"a","b"\n"1.5","4"\n"2.5","5"\n"3.0","6.5"\n', ROWS),
    "line break in a cell": ('a,"b"\n1.5,4\n2.5,5\n"3.0\n",6.5\n', ROWS),
    "empty cells": ("a,b\n1.5,\n,5\n", {"a": [1.5, NAN], "b": [NAN, 5]}),
    "missing words": ("a,b\n1.5,NA\nnull,5\n3,-\n", {"a": [1.5, NAN, 3], "b": [NAN, 5, NAN]}),
    "missing numbers": ("a,b\n1.5,-999.25\n-9999,5\n", {"a": [1.5, NAN], "b": [NAN, 5]}),
    "short row": ("a,b\n1.5,4\n2.5\n3.0,6.5\n", {"a": [1.5, 2.5, 3], "b": [4, NAN, 6.5]}),
    "long row": ("a,b\n1.5,4\n2.5,5,7\n3.0,6.5\n", {"a": [1.5, 3], "b": [4, 6.5]}),
    "too large": ("a,b\n1e400,4\n2.5,5\n", {"a": [NAN, 2.5], "b": [4, 5]}),
    "infinite": ("a,b\ninf,4\n2.5,5\n3,6\n4,7\n5,8\n6,9\n7,1\n8,2\n9,3\n1,4\n2,5\n",
                 {"a": [NAN, 2.5, 3, 4, 5, 6, 7, 8, 9, 1, 2], "b": [4, 5, 6, 7, 8, 9, 1, 2, 3, 4, 5]}),
    "exponents": ("a,b\n1e3,4E-2\n-2.5e0,5\n", {"a": [1000, -2.5], "b": [0.04, 5]}),
    "real minus": ("a,b\n−1.5,4\n2.5,5\n", {"a": [-1.5, 2.5], "b": [4, 5]}),
    "columns named alike": ("a,a\n1,2\n3,4\n", {"a": [1, 3], "a 2": [2, 4]}),
    "nameless column": ("a,\n1,2\n3,4\n", {"a": [1, 3], "Column 2": [2, 4]}),
    "iso dates": ("day,b\n2020-01-01,4\n2020-01-02,5\n", {"day": [737425, 737426], "b": [4, 5]}),
    "german dates": ("day;b\n01.02.2020;4\n02.02.2020;5\n", {"day": [737456, 737457], "b": [4, 5]}),
    "american dates": ("day,b\n01/31/2020,4\n02/01/2020,5\n", {"day": [737455, 737456], "b": [4, 5]}),
    "times": ("t,b\n2020-01-01 12:00,4\n2020-01-02 00:00,5\n", {"t": [737425.5, 737426], "b": [4, 5]}),
    "categories": ("kind,b\nred,4\nblue,5\nred,6\n", {"kind": [0, 1, 0], "b": [4, 5, 6]}),
    "formulas": ("f,b\n=1+2,4\n=CMD(),5\n", {"f": [0, 1], "b": [4, 5]}),
    "markup": ("f,b\n<b>x</b>,4\n<script>,5\n", {"f": [0, 1], "b": [4, 5]}),
    "nul bytes": (b"a,b\n1.\x005,4\n2.5,5\n", {"a": [1.5, 2.5], "b": [4, 5]}),
    "one column": ("a\n1\n2\n", {"a": [1, 2]}),
    "constant": ("a,b\n1,7\n2,7\n", {"a": [1, 2], "b": [7, 7]}),
    "empty column": ("a,b\n1,\n2,\n", {"a": [1, 2], "b": [NAN, NAN]}),
    "one row": ("a,b\n1.5,4\n", {"a": [1.5], "b": [4]}),
    "odd text in numbers": (
        "a\tb\n" + "".join(f"{i}\t{i}\n" for i in range(20)) + "oops\t1\n",
        {"a": [*range(20), NAN], "b": [*range(20), 1]},
    ),
}  # fmt: skip

BAD = {
    "empty": (b"", "empty"),
    "only blank lines": (b"\n\n  \n", "no rows"),
    "only names": (b"a,b\n", "no rows below"),
    "only comments": (b"# a\n# b\n", "no rows"),
    "damaged workbook": (b"PK\x03\x04" + bytes(200), "damaged"),
    "old workbook": (b"\xd0\xcf\x11\xe0" + bytes(200), "older than 2007"),
    "compressed": (b"\x1f\x8b" + bytes(200), "Unpack it"),
    "picture": (b"\x89PNG" + bytes(200), "not a text file"),
    "noise": (bytes(range(256)) * 20, "not a text file"),
    "one endless line": (b"1," * 600_000, "Line 1 is longer"),
}

NOTES = {
    "short row": "Line 3 has 1 cells",
    "long row": "Line 3 has 3 cells",
    "too large": 'Line 2, a: "1e400" is too large',
    "columns named alike": 'Two columns are called "a"',
    "one column": "only one column",
    "constant": '"b" is the same in every row',
    "empty column": '"b" has no values',
    "odd text in numbers": 'Line 22, a: "oops" is not a number',
    "no header": "no row of names",
}


def written(tmp_path, content):
    path = tmp_path / "table.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize("name", GOOD)
def test_a_messy_file_is_read_as_a_person_would(name, tmp_path):
    content, expected = GOOD[name]
    path = written(tmp_path, content)
    table = read(path, guess(path))
    assert [column.name for column in table.columns] == list(expected)
    for column, values in zip(table.columns, expected.values(), strict=True):
        np.testing.assert_allclose(column.values, values)
    assert NOTES.get(name, "") in " ".join(table.notes)
    assert preview(path, guess(path)).rows == table.rows


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_table_is_refused_in_a_sentence(name, tmp_path):
    content, words = BAD[name]
    path = written(tmp_path, content)
    with pytest.raises(NotATable, match=words):
        read(path, guess(path))


def test_a_missing_file_is_said():
    from pathlib import Path

    with pytest.raises(NotATable, match="cannot be read"):
        guess(Path("nowhere.csv"))


@pytest.mark.parametrize("name", ["units row", "units in brackets"])
def test_units_are_understood(name, tmp_path):
    path = written(tmp_path, GOOD[name][0])
    assert [column.unit for column in read(path, guess(path)).columns] == ["°C", "mm"]


def test_reading_can_be_watched_and_stopped(tmp_path):
    path = written(tmp_path, "a,b\n" + "1,2\n" * 50_000)
    seen = []
    assert read(path, guess(path), lambda rows: seen.append(rows) is None).rows == 50_000
    assert seen == sorted(seen)
    assert len(seen) >= 3
    with pytest.raises(Cancelled):
        read(path, guess(path), lambda rows: rows < 10_000)


def test_memory_stays_near_the_size_of_the_table(tmp_path):
    path = written(tmp_path, "a,b,c,d\n" + "1.25,2.5,3.75,4.5\n" * 100_000)
    form = guess(path)
    tracemalloc.start()
    read(path, form)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 60e6
