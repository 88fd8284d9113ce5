"""An experiment comes back from its line of text; other texts are refused in words."""

import base64
import zlib

import pytest

from playground.experiment.files import FileProblems, load
from playground.experiment.one_line import PREFIX, from_line, to_line
from playground.experiment.presets import names


@pytest.mark.parametrize("name", names())
def test_an_experiment_comes_back_from_its_line(name):
    line = to_line(load(name))
    assert "\n" not in line
    assert from_line(line) == load(name)
    assert from_line(" " + line[:40] + "\r\n " + line[40:] + "\n") == load(name)


BOMB = PREFIX + base64.urlsafe_b64encode(zlib.compress(b" " * 50_000_000)).decode()


def packed(content):
    return PREFIX + base64.urlsafe_b64encode(zlib.compress(content)).decode()


HOSTILE = (
    *(PREFIX * 3, PREFIX + "\ud800", "\x00" * 100, PREFIX + "=" * 50, "{" * 100_000, "[" * 100_000),
    *(packed(b""), packed(b"\xff\xfe"), packed(b"[" * 100_000), packed(b'{"a":' * 50_000), packed(b"null")),
    *(packed(b'{"version": 1e999}'), packed(b'{"format": "network-playground", "version": 99}')),
    packed(to_line(load(names()[0])).encode()),
)


@pytest.mark.parametrize("text", ["", "hello", PREFIX, PREFIX + "AAAA", PREFIX + "é", "{}", BOMB, *HOSTILE])
def test_other_texts_are_refused_in_words(text):
    with pytest.raises(FileProblems):
        from_line(text)


def test_a_line_that_was_cut_off_is_refused():
    line = to_line(load(names()[0]))
    for end in range(len(PREFIX), len(line) - 1, 97):
        with pytest.raises(FileProblems):
            from_line(line[:end])
