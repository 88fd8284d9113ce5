"""`playground table` says how a table is read, and why it cannot be."""

from playground.app.cli import main


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


def test_what_is_no_table_is_one_sentence(tmp_path, capsys):
    path = tmp_path / "picture.csv"
    path.write_bytes(b"\x89PNG" + bytes(99))
    assert main(["table", str(path)]) == 1
    assert "not a text file" in capsys.readouterr().err
