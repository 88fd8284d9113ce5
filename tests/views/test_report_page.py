"""The report's page: whole in itself, escaped, and its pictures are well-formed."""

import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest

from playground.app.report_file import _document
from playground.engine.run import Run
from playground.experiment import files, scoring
from playground.experiment.model import Answers
from playground.session.report import collect, gather
from playground.views.report.figures import figures
from playground.views.report.page import html

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
HOSTILE = "<script>alert('x')</script> & \"quoted\""


@pytest.fixture(autouse=True)
def few_resamples(monkeypatch):
    """A hundred are enough to see that there are intervals."""
    monkeypatch.setattr(scoring, "_COST", 1)


def report_of(example, **changes):
    run = Run(files.load(example).model_copy(update=changes))
    run.step(60)
    return gather(collect(run), NOW)


class Tags(HTMLParser):
    VOID = ("meta", "br", "img")

    def __init__(self):
        super().__init__()
        self.open, self.seen = [], set()

    def handle_starttag(self, tag, attrs):
        self.seen.add(tag)
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.seen.add(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.mark.parametrize("name", ["spiral_three_arms", "curve", "weather", "digits", "autoencoder", "saddle"])
def test_it_is_whole_in_itself(name):
    report = report_of(name)
    page = html(report)
    tags = Tags()
    tags.feed(page)
    assert tags.open == []
    assert not {"script", "link", "iframe", "object"} & tags.seen
    addresses = set(re.findall(r"https?://[^\"' <]+", page))
    assert addresses <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
    pictures = figures(report.material)
    assert len(pictures) >= 3
    for figure in pictures:
        ElementTree.fromstring(figure.svg)
    assert report.line in page


def test_texts_from_files_are_shown_literally():
    page = html(report_of("xor", name=HOSTILE, answers=Answers(given=HOSTILE)))
    assert "<script" not in page
    assert page.count("&lt;script&gt;alert") >= 3  # title, heading, answer


def test_an_answer_takes_the_place_of_what_is_asked():
    assert html(report_of("xor")).count("Not answered yet.") == 4
    page = html(report_of("xor", answers=Answers(learned="Which half.\nOnly that.")))
    assert page.count("Not answered yet.") == 3
    assert "Which half.<br>Only that." in page


def test_on_paper_every_picture_stands_below_its_title(qapp):
    document = _document(report_of("xor"))
    picture, block, titles = "\N{OBJECT REPLACEMENT CHARACTER}", document.firstBlock(), 0
    while block.isValid():
        if block.text().strip(picture) in ("Loss", "Confusion", "Reliability"):
            titles += 1
            assert picture not in block.text()
        block = block.next()
    assert titles == 3
