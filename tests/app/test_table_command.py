"""`playground table` says how a table is read, and why it cannot be."""

import openpyxl
import pytest

from playground.app.cli import main
from playground.catalog.tables import fingerprint
from playground.catalog.tables.samples import ColumnUse
from playground.experiment import edits
from playground.experiment.files import save
from playground.views.data_panel import origin


def test_a_table_is_described(tmp_path, capsys):
    path = tmp_path / "wells.csv"
    path.write_text("depth [m];rock\n1,5;sand\n2,5;\nx;clay\n" + "3,5;clay\n" * 9, encoding="utf-8")
    assert main(["table", str(path)]) == 0
    said = capsys.readouterr().out
    assert "12 rows, 2 columns" in said
    assert "semicolons, decimal comma" in said
    assert "numbers, m, 1 missing" in said
    assert "2 categories, 1 missing" in said
    assert 'Line 4, depth: "x" is not a number' in said


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("diabetes", "No explicit licence for the data"),
        ("well_tx", "MIT by the package's classifier only"),
        ("oilsands", "MIT for the package; the provenance of the data is undocumented"),
    ],
)
def test_unclear_licences_are_said_beside_the_data(key, words, capsys):
    assert words in origin(edits.set_dataset(edits.default_experiment(), key).data)
    assert main(["list", "datasets"]) == 0
    assert words in capsys.readouterr().out
    assert main(["list", "datasets", "--json"]) == 0
    assert words in capsys.readouterr().out


def test_a_sheet_is_chosen_by_name(tmp_path, capsys):
    book = openpyxl.Workbook()
    book.active.append(["a", "b"])
    book.active.append([1, 2])
    book.create_sheet("more").append(["c", "d"])
    book["more"].append([3, 4])
    book.save(tmp_path / "a.xlsx")
    assert main(["table", str(tmp_path / "a.xlsx")]) == 0
    assert "Read: Sheet. Also there: more. Choose with --part." in capsys.readouterr().out
    assert main(["table", str(tmp_path / "a.xlsx"), "--part", "more"]) == 0
    assert "c  " in capsys.readouterr().out


def test_what_is_no_table_is_one_sentence(tmp_path, capsys):
    path = tmp_path / "picture.csv"
    path.write_bytes(b"\x89PNG" + bytes(99))
    assert main(["table", str(path)]) == 1
    assert "not a text file" in capsys.readouterr().err


def test_a_network_trains_on_a_table(tmp_path, capsys):
    path = tmp_path / "own.csv"
    path.write_text("a,b\n" + "".join(f"{i},{3 * i + 1}\n" for i in range(30)), encoding="utf-8")
    columns = (ColumnUse("a", role="input"), ColumnUse("b", role="target"))
    own = edits.set_dataset(
        edits.default_experiment(),
        "table",
        path=str(path),
        fingerprint=fingerprint(str(path)),
        columns=columns,
    )
    save(own, tmp_path / "own.json")
    assert main(["train", str(tmp_path / "own.json"), "--steps", "5"]) == 0
    assert "Traceback" not in capsys.readouterr().err
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    assert main(["train", str(tmp_path / "own.json"), "--steps", "5"]) != 0
    assert "has changed since it was chosen" in capsys.readouterr().err
