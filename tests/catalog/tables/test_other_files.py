"""Excel, Parquet, NumPy and LAS files: read as a person would; nothing in them runs."""

import datetime
import io
import subprocess
import sys
import zipfile

import lasio
import numpy as np
import openpyxl
import pyarrow
import pyarrow.parquet
import pytest

from playground.catalog.tables import SUFFIXES, NotATable, guess, parts_of, preview, read, rows_about

NAN = float("nan")
LAS = """~Version
VERS. 2.0 :
WRAP. NO :
~Well
STRT.M 1.0 :
STOP.M 2.0 :
STEP.M 0.5 :
NULL. -999.25 :
~Curve
DEPT.M : depth
GR.GAPI : gamma ray
~ASCII
1.0 45.5
1.5 -999.25
2.0 47
"""


def book(path, **sheets):
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    made.save(path)
    return path


def columns(path, part=None):
    table = read(path, guess(path, part))
    assert preview(path, guess(path, part)).rows == table.rows
    return {column.name: column.values.tolist() for column in table.columns}


def test_a_workbook_is_read_as_it_was_stored(tmp_path):
    path = book(
        tmp_path / "a.xlsx",
        empty=[],
        days=[
            ["Report of the station"],
            [],
            ["day", "rain [mm]", "sky", "total"],
            [datetime.datetime(2020, 1, 1), 1.5, "sun", "=B4*2"],
            [datetime.datetime(2020, 1, 2, 12), None, "fog", "=B5*2"],
            [datetime.datetime(2020, 1, 3), 3, "sun", "=CMD()"],
        ],
        more=[["a", "b"], [1, True], [2, False]],
    )
    form = guess(path)
    assert (form.file, form.part, form.skip) == ("excel", "days", 1)
    assert parts_of(path, "excel") == ("days", "empty", "more")
    found = columns(path)
    np.testing.assert_equal(found.pop("total"), [NAN] * 3)
    np.testing.assert_equal(found.pop("rain"), [1.5, NAN, 3])
    assert found == {"day": [737425, 737426.5, 737427], "sky": [0, 1, 0]}
    assert [column.unit for column in read(path, form).columns][1] == "mm"
    assert "Formulas count only where" in " ".join(read(path, form).notes)
    assert columns(path, "more")["a"] == [1, 2]
    with pytest.raises(NotATable, match='no sheet "other"'):
        guess(path, "other")
    assert 3 <= rows_about(path, form) <= 6


def test_names_in_merged_cells_stand_above_several_columns(tmp_path):
    above = [
        "Place",
        None,
        None,
        "Soil",
    ]  # a merged cell holds its text in the first; the last are not stored
    body = [[f"P{i}", 10.0 * i, 5.5 * i, 20 + i, 6.1, "n.d." if i % 2 else i] for i in range(6)]
    rows = [
        ["Survey"],
        [],
        above,
        ["No", "x", "y", "clay", "pH", "C"],
        [None, "m", "m", "%", "-", "g/kg"],
        *body,
    ]
    path = book(tmp_path / "a.xlsx", s=rows)
    found = columns(path)
    assert list(found) == ["Place No", "Place x", "Place y", "Soil clay", "Soil pH", "Soil C"]
    np.testing.assert_equal(found["Soil C"], [0, NAN, 2, NAN, 4, NAN])
    table = read(path, guess(path))
    assert table.columns[-1].unit == "g/kg"
    assert table.notes == (
        'Cells with "n.d." count as missing.',
        '"Soil pH" is the same in every row, so nothing can be learned from it.',
    )


def test_macros_are_passed_over(tmp_path):
    plain, path = book(tmp_path / "a.xlsx", s=[["a", "b"], [1, 2], [3, 4]]), tmp_path / "a.xlsm"
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
        new.writestr("xl/vbaProject.bin", b"macro")
    assert columns(path) == {"a": [1, 3], "b": [2, 4]}


def test_parquet_keeps_names_types_and_gaps(tmp_path):
    path = tmp_path / "a.parquet"
    days = [datetime.datetime(2020, 1, 1), datetime.datetime(2020, 1, 2, 6), None]
    fine = pyarrow.array(
        [1_577_836_800_000_000_001, 1_577_944_800_000_000_001, None], pyarrow.timestamp("ns")
    )
    table = {"x": [0.1, None, 3.0], "n": [1, 2, 3], "day": days, "fine": fine, "sky": ["sun", None, "fog"]}
    pyarrow.parquet.write_table(pyarrow.table(table | {"list": [[1], [2], []]}), path)
    found = columns(path)
    np.testing.assert_equal(found["x"], [0.1, NAN, 3.0])
    np.testing.assert_equal(found["day"], [737425, 737426.25, NAN])
    np.testing.assert_equal(found["fine"], found["day"])
    np.testing.assert_equal(found["sky"], [0, NAN, 1])
    assert found["n"] == [1, 2, 3]
    assert rows_about(path, guess(path)) == 3


def test_arrays_of_as_many_rows_stand_side_by_side(tmp_path):
    path = tmp_path / "a.npz"
    X = np.arange(8.0).reshape(4, 2)
    days = np.array(["2020-01-01", "2020-01-02", "NaT", "2020-01-04"], dtype="datetime64[D]")
    np.savez(
        path, X=X, y=np.array([0.1, 0.2, 0.3, 0.4], np.float32), day=days, name=list("abab"), other=[1, 2]
    )
    assert parts_of(path, "numpy") == ("", "X", "y", "day", "name", "other")
    found = columns(path)
    np.testing.assert_equal(found.pop("day"), [737425, 737426, NAN, 737428])
    assert found == {
        "X 1": [0, 2, 4, 6],
        "X 2": [1, 3, 5, 7],
        "y": [0.1, 0.2, 0.3, 0.4],
        "name": [0, 1, 0, 1],
    }
    assert columns(path, "X") == {"X 1": [0, 2, 4, 6], "X 2": [1, 3, 5, 7]}
    np.save(tmp_path / "b.npy", np.asfortranarray(X))
    assert columns(tmp_path / "b.npy") == {"b 1": [0, 2, 4, 6], "b 2": [1, 3, 5, 7]}
    np.savez_compressed(path, np.array([(1, 2.5), (3, 4.5)], dtype=[("i", int), ("f", float)]))
    assert columns(path) == {"i": [1, 3], "f": [2.5, 4.5]}


class Runs:
    """Pickled, it would write a file when it is loaded."""

    def __reduce__(self):
        return (open, ("ran.txt", "w"))


def test_objects_are_never_loaded(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    np.savez("a.npz", a=np.array([Runs(), 1], dtype=object))
    with pytest.raises(NotATable, match="never loaded because they could run code"):
        guess(tmp_path / "a.npz")
    assert not (tmp_path / "ran.txt").exists()


def test_a_well_log_has_curves_with_units(tmp_path):
    path = tmp_path / "a.las"
    path.write_text(LAS)
    found = columns(path)
    np.testing.assert_equal(found, {"DEPT": [1, 1.5, 2], "GR": [45.5, NAN, 47]})
    assert [column.unit for column in read(path, guess(path)).columns] == ["M", "GAPI"]
    assert rows_about(path, guess(path)) == 3
    assert lasio.read(io.StringIO(LAS))["GR"][0] == 45.5


@pytest.mark.parametrize("suffix", [".xlsx", ".parquet", ".npz", ".las"])
def test_damaged_files_are_refused_in_a_sentence(suffix, tmp_path):
    assert suffix in SUFFIXES
    path = tmp_path / f"a{suffix}"
    if suffix == ".xlsx":
        book(path, s=[["a", "b"], *([i, i * i] for i in range(50))])
    elif suffix == ".parquet":
        pyarrow.parquet.write_table(pyarrow.table({"a": list(range(50))}), path)
    elif suffix == ".npz":
        np.savez(path, a=np.arange(50.0))
    else:
        path.write_text(LAS)
    whole, said = path.read_bytes(), set()
    for seed in range(60):
        random = np.random.default_rng(seed)
        broken = bytearray(whole[: len(whole) if seed % 2 else random.integers(4, len(whole))])
        for place in random.integers(4, len(broken), 4) if len(broken) > 4 else ():
            broken[place] = random.integers(256)
        path.write_bytes(broken)
        try:
            read(path, guess(path))
        except NotATable as error:
            said.add(str(error))
    assert all(sentence.endswith((".", "?")) for sentence in said)
    assert len(said) > 1


def test_other_archives_and_workbooks_are_named(tmp_path):
    path = tmp_path / "a.zip"
    for name, words in {
        "a.csv": "Unpack it",
        "content.xml": "not in the format",
        "xl/workbook.bin": "not in",
    }.items():
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(name, "a,b\n1,2\n")
        with pytest.raises(NotATable, match=words):
            guess(path)


@pytest.mark.parametrize(("package", "start"), [("pyarrow", b"PAR1"), ("lasio", b"~Version\n")])
def test_a_missing_package_is_named_with_the_line_that_installs_it(package, start, tmp_path, monkeypatch):
    path = tmp_path / "a"
    path.write_bytes(start)
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(NotATable, match=f"-m pip install {package}"):
        guess(path)


def test_the_libraries_are_imported_when_first_needed():
    code = "import sys, playground.catalog.tables; print({'openpyxl', 'pyarrow', 'lasio'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
