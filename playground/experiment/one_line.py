"""An experiment as one line of text, to be sent in a message and pasted into the program."""

from __future__ import annotations

import base64
import binascii
import zlib

from playground.experiment import files
from playground.experiment.model import Experiment
from playground.experiment.problems import Problem
from playground.experiment.strict_json import MOST_BYTES

PREFIX = "playground:"


def to_line(experiment: Experiment) -> str:
    """The experiment's file, compressed, in letters that survive mail and chat."""
    return PREFIX + base64.urlsafe_b64encode(zlib.compress(files.dumps(experiment).encode(), 9)).decode()


def from_line(text: str) -> Experiment:
    """The experiment in such a line, or in the text of a file; FileProblems says what is wrong.

    Line breaks and blanks that a mail program put in are passed over.
    """
    if text.lstrip().startswith("{"):
        return files.loads(text)
    line = "".join(text[: 2 * MOST_BYTES].split())
    if not line.startswith(PREFIX):
        raise _refuse(f'This text is no experiment: it does not begin with "{PREFIX}".')
    try:
        packed = base64.b64decode(line.removeprefix(PREFIX), altchars=b"-_", validate=True)
        unpacker = zlib.decompressobj()
        content = unpacker.decompress(packed, MOST_BYTES)
        if not unpacker.eof:
            raise _refuse("This text is cut off, or too long. Copy all of it.")
        return files.loads(content.decode())
    except (binascii.Error, zlib.error, ValueError):
        raise _refuse("This text is damaged or cut off. Copy all of it.") from None


def _refuse(message: str) -> files.FileProblems:
    return files.FileProblems((Problem("", message),))
