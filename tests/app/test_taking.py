"""File > Export network… and File > Save picture… in the window."""

from __future__ import annotations

import csv
import runpy

import numpy as np
import pytest
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QSlider, QVBoxLayout, QWidget

from playground.app import filing, pictures
from playground.app.pictures import PICTURES
from playground.engine.run import Run
from playground.export.formats import FORMATS
from playground.views.tables.dialog import TableDialog
from playground.views.widgets.buttons import TextButton


@pytest.fixture
def window(open_window):
    return open_window()


def test_the_exported_network_answers_as_the_shown_one(window, qtbot, tmp_path, monkeypatch):
    window.trainer.step(40)
    qtbot.waitUntil(lambda: window.trainer.latest().steps == 40)
    path = tmp_path / "net.py"
    monkeypatch.setattr("playground.app.dialogs.choose_export", lambda *args: (path, "numpy"))
    window.do("export")
    assert window.banner.text() == 'Exported the network as of step 40 to "net.py" and "net.npz".'
    model = window.trainer.describe()
    answers = runpy.run_path(str(path))["predict"](model.example_inputs)
    np.testing.assert_allclose(answers, model.example_outputs, atol=1e-5)


@pytest.mark.parametrize("key", ["numpy", "safetensors"])
def test_what_cannot_be_written_is_one_banner(window, tmp_path, monkeypatch, key):
    monkeypatch.setattr("playground.app.dialogs.choose_export", lambda *args: (tmp_path, key))
    window.do("export")
    assert "is a folder" in window.banner.text()


@pytest.mark.parametrize("kind", PICTURES)
def test_pictures_of_every_view(window, tmp_path, monkeypatch, kind):
    for subject in ("Network", "Curves", "Output", "Selected layer", "Window"):
        path = tmp_path / f"{subject}{kind}"
        monkeypatch.setattr("playground.app.dialogs.choose_picture", lambda *args, s=subject, p=path: (s, p))
        window.do("save_picture")
        assert f'"{path.name}"' in window.banner.text()
        start = path.read_bytes()[:200]
        if kind == ".png":
            assert QImage(str(path)).width() > 200
        else:
            assert (b"%PDF" if kind == ".pdf" else b"<svg") in start
    assert window.canvas.overlay.line is not None


def test_a_network_as_svg_looks_as_on_the_screen(window, tmp_path):
    from PySide6.QtSvg import QSvgRenderer

    images = []
    for kind in (".png", ".svg"):
        pictures.save(window.canvas, tmp_path / f"net{kind}")
        image = QImage(window.canvas.size() * 2, QImage.Format.Format_RGB32)
        painter = QPainter(image)
        if kind == ".svg":
            QSvgRenderer(str(tmp_path / "net.svg")).render(painter)
        else:
            painter.drawImage(0, 0, QImage(str(tmp_path / "net.png")))
        painter.end()
        images.append(np.frombuffer(image.constBits(), np.uint8).astype(float))
    assert np.abs(images[0] - images[1]).mean() < 2.0
    assert "<text" not in (tmp_path / "net.svg").read_text(encoding="utf-8")


def test_a_picture_that_cannot_be_written_is_one_banner(window, tmp_path, monkeypatch):
    nowhere = tmp_path / "none" / "net.png"
    monkeypatch.setattr("playground.app.dialogs.choose_picture", lambda *args: ("Network", nowhere))
    window.do("save_picture")
    assert "there is no folder" in window.banner.text()


def test_the_dialog_gives_a_format_and_an_ending(window, tmp_path, monkeypatch):
    from playground.app import dialogs

    for form in FORMATS.values():
        answer = (str(tmp_path / "my net"), f"{form.label} (*{form.suffix})")
        monkeypatch.setattr(dialogs.QFileDialog, "getSaveFileName", lambda *args, answer=answer: answer)
        assert dialogs.choose_export(window, "net") == (tmp_path / f"my net{form.suffix}", form.key)
    monkeypatch.setattr(dialogs.QFileDialog, "getSaveFileName", lambda *args: ("", ""))
    assert dialogs.choose_export(window, "net") is None


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_table_is_answered_as_the_shown_network_does(window, qtbot, tmp_path, monkeypatch):
    window.trainer.step(40)
    qtbot.waitUntil(lambda: window.trainer.latest().steps == 40)
    table, out = tmp_path / "points.csv", tmp_path / "answers.csv"
    table.write_text("x1,x2\n1,2\n,3\n-1.5,0\n", encoding="utf-8")
    monkeypatch.setattr("playground.app.dialogs.choose_table", lambda *args: table)
    monkeypatch.setattr("playground.app.dialogs.choose_predictions", lambda *args: out)
    window.do("predict")
    qtbot.waitUntil(lambda: "Wrote" in window.banner.text())
    assert window.banner.text() == (
        'Wrote 2 predictions to "answers.csv". 1 row has none, because an input is missing or is no number.'
    )
    learned = window.trainer.learned()
    run = Run(learned.experiment)
    run.set_parameters(learned.values)
    answers = run.predict([[1.0, 2.0], [-1.5, 0.0]], scaled=False)[:, -1]
    last = [float(row[list(row)[-1]]) for row in rows_of(out) if row["x1"]]
    np.testing.assert_allclose(last, answers, rtol=1e-6)


def test_a_table_that_cannot_be_answered_says_why(window, qtbot, tmp_path, monkeypatch):
    table = tmp_path / "points.csv"
    monkeypatch.setattr("playground.app.dialogs.choose_table", lambda *args: table)
    for text, out, words in [
        ("a,b\n1,2\n", tmp_path / "out.csv", 'no columns "x1", "x2"'),
        ("x1,x2\n1,2\n", table, "Choose another file"),
        ("x1,x2\n1,2\n", tmp_path, "folder"),
    ]:
        table.write_text(text, encoding="utf-8")
        monkeypatch.setattr("playground.app.dialogs.choose_predictions", lambda *args, out=out: out)
        window.do("predict")
        qtbot.waitUntil(lambda words=words: words in window.banner.text())
        assert table.read_text(encoding="utf-8") == text


def test_a_table_of_any_kind_can_be_dropped(window, qtbot, tmp_path):
    for name in ("a.csv", "a.xlsx", "a.parquet", "a.npz", "a.las"):
        path = tmp_path / name
        path.write_text("a,b\n1,2\n", encoding="utf-8")
        filing.open_path(window, path)
        dialog = window.findChild(TableDialog)
        assert dialog is not None, name
        qtbot.waitUntil(lambda dialog=dialog: not dialog.looking)
        dialog.reject()
        qtbot.waitUntil(lambda: window.findChild(TableDialog) is None)


def test_cancelling_writes_nothing(window, qtbot, tmp_path, monkeypatch):
    table, out = tmp_path / "points.csv", tmp_path / "answers.csv"
    table.write_text("x1,x2\n" + "1,2\n" * 50_000, encoding="utf-8")
    monkeypatch.setattr("playground.app.dialogs.choose_table", lambda *args: table)
    monkeypatch.setattr("playground.app.dialogs.choose_predictions", lambda *args: out)
    window.do("predict")
    next(b for b in window.banner.findChildren(TextButton) if b.text() == "Cancel").click()
    qtbot.waitUntil(lambda: "No predictions" in window.banner.text())
    assert not out.exists()


def test_controls_are_left_out_of_pictures_and_come_back(qtbot, tmp_path):
    chart, slider = QWidget(), QSlider()
    QVBoxLayout(chart).addWidget(slider)
    qtbot.addWidget(chart)
    chart.resize(100, 100)
    chart.show()
    pictures.save(chart, tmp_path / "with.png")
    slider.setProperty("screen_only", True)
    pictures.save(chart, tmp_path / "without.png")
    assert (tmp_path / "without.png").stat().st_size < (tmp_path / "with.png").stat().st_size
    assert slider.isVisible()
