"""`playground report` writes one page without a screen."""

import re

import pytest

from playground.app.cli import main
from playground.experiment import scoring


@pytest.fixture(autouse=True)
def quick(qapp, monkeypatch):
    """PDF needs an application; a hundred resamples are enough."""
    monkeypatch.setattr(scoring, "_COST", 1)


def test_html(tmp_path, capsys):
    out = tmp_path / "r.html"
    assert main(["report", "xor", "--epochs", "2", "-o", str(out)]) == 0
    assert out.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    said = capsys.readouterr().out
    assert "Accuracy" in said
    assert 'Wrote "r.html".' in said


@pytest.mark.parametrize("name", ["weather", "digits"])
def test_pdf_is_one_page_with_the_experiment_in_it(name, tmp_path, capsys):
    out = tmp_path / "r.pdf"
    assert main(["report", name, "--epochs", "1", "-o", str(out)]) == 0
    content = out.read_bytes()
    assert content.startswith(b"%PDF")
    assert len(re.findall(rb"/Type\s*/Page\b", content)) == 1
    assert b"/EmbeddedFile" in content


def test_the_weights_are_those_of_the_file(tmp_path, capsys):
    assert main(["train", "xor", "--epochs", "30", "--out", str(tmp_path / "run")]) == 0
    score = re.search(r"validation accuracy\s+(\S+)", capsys.readouterr().out)[1]
    weights = str(tmp_path / "run" / "final.npz")
    assert main(["report", "xor", "--weights", weights, "-o", str(tmp_path / "r.html")]) == 0
    assert f"Accuracy {score}" in capsys.readouterr().out.replace("100%", "100.0%")


def test_another_ending_is_refused_before_anything_is_trained(tmp_path, capsys):
    assert main(["report", "xor", "-o", str(tmp_path / "r.docx")]) == 2
    assert ".html or .pdf" in capsys.readouterr().err
