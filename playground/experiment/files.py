"""Experiment files: reading them without trust, and writing them so that a person can read them.

A file is checked in four steps, each of which ends in plain sentences: is it text, is it strict JSON,
is it ours and of a version we know, and does every value fit. Reading runs nothing and writes nothing.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from playground.catalog.tables import SUFFIXES
from playground.experiment import presets, strict_json
from playground.experiment.layout import layout
from playground.experiment.migrate import migrate
from playground.experiment.model import FORMAT, VERSION, Experiment
from playground.experiment.problems import Problem
from playground.experiment.store import shown, write_file
from playground.experiment.strict_json import MOST_BYTES, NotJson, quoted
from playground.experiment.wording import problems_of
from playground.experiment.words import nearest

_A_TABLE = (
    "This is a table, not an experiment. Open it in the window, say there what to learn from it, and save "
    "that as an experiment."
)
_HEAD = 65_536  # so much of a file is read before it must look like an experiment


class FileProblems(Exception):
    """A file that is no valid experiment: `problems` says all that is wrong, each with its place."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


def _refuse(message: str, place: str = "") -> FileProblems:
    return FileProblems((Problem(place, message),))


def load(path: str | os.PathLike[str]) -> Experiment:
    """The experiment in a file, or the preset of that name; FileProblems says why it cannot be read."""
    if not os.fspath(path):
        raise _refuse("The file has no name.")
    file = find(path)
    try:
        content = loads(_read(file))
    except FileProblems:
        if file.suffix.lower() in SUFFIXES and os.path.isfile(file):
            raise _refuse(_A_TABLE) from None
        raise
    folder = os.path.dirname(os.path.abspath(file))
    return _with_paths(content, lambda name: os.path.normpath(os.path.join(folder, name)))


def find(path: str | os.PathLike[str]) -> Path:
    """The file that `path` names: a file as it is, else the preset of that name."""
    text = os.fspath(path)
    if text.isidentifier() and text in presets.names() and not os.path.isfile(text):
        return presets.path_of(text)
    return Path(text)


def save(experiment: Experiment, path: str | os.PathLike[str]) -> None:
    """Write an experiment to a file, as a whole or not at all; store.NotSaved (an OSError) says why not."""
    folder = Path(os.path.dirname(os.path.abspath(path)))
    write_file(path, dumps(_with_paths(experiment, lambda name: _from(folder, name))))


def _with_paths(experiment: Experiment, change: Callable[[str], str]) -> Experiment:
    """The same experiment, reading its tables from changed places."""
    dataset = experiment.data.dataset
    named = [setting.key for setting in dataset.entry.settings if setting.record == "path"]
    changes = {key: change(getattr(dataset, key)) for key in named if getattr(dataset, key)}
    if not changes:
        return experiment
    data = experiment.data.model_copy(update={"dataset": dataset.model_copy(update=changes)})
    return experiment.model_copy(update={"data": data})


def _from(folder: Path, name: str) -> str:
    """A file as seen from a folder, if it lies in it; so both can be moved together."""
    path = Path(name)
    return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else name


def dumps(experiment: Experiment) -> str:
    """The text of an experiment file; equal experiments give equal text."""
    return layout(_said(experiment.model_dump(mode="json"))) + "\n"


def _said(value: Any) -> Any:
    """The value without what says nothing: fields that are null, and objects that are then empty."""
    if isinstance(value, list):
        return [_said(each) for each in value]
    if not isinstance(value, dict):
        return value
    said = {name: _said(part) for name, part in value.items() if part is not None}
    return {name: part for name, part in said.items() if part != {}}


def loads(text: str) -> Experiment:
    """The experiment that a file's text describes; FileProblems if it describes none."""
    try:
        content = strict_json.parse(text.removeprefix("\ufeff"))
    except NotJson as error:
        foreign = "This is not an experiment file. " if error.plain_text else "This file cannot be read. "
        raise _refuse(foreign + str(error)) from None
    content = migrate(_ours(content), VERSION)
    try:
        return Experiment.model_validate(content)
    except ValidationError as error:
        raise FileProblems(problems_of(error, Experiment, content)) from None


def _ours(content: Any) -> dict[str, Any]:
    """The content, if it is an experiment of a version that we know."""
    if not isinstance(content, dict):
        raise _refuse(f"This is JSON, but not an experiment: it is {_kind_of(content)}, not an object.")
    if content.get("format") != FORMAT:
        expected = f'"format" should be "{FORMAT}"'
        found = f", found {quoted(content['format'])}" if "format" in content else ", but there is none"
        raise _refuse(f"This is JSON, but not an experiment of Network Playground: {expected}{found}.")
    version = content.get("version")
    if type(version) is not int or version < 1:
        known = "version 1" if VERSION == 1 else f"versions 1 to {VERSION}"
        found = f"found {quoted(version)}" if "version" in content else "but the file names none"
        raise _refuse(f"this program reads {known} of the file format, {found}", "version")
    if version > VERSION:
        raise _refuse(
            f"Made with version {version} of the file format; this program reads version {VERSION}. "
            "Update to open it."
        )
    return content


def _kind_of(content: Any) -> str:
    if isinstance(content, list):
        return "a list"
    return "a text" if isinstance(content, str) else quoted(content)


def _read(path: Path) -> str:
    """The text of a file, refused after its first 64 kB if that is no text that begins like JSON."""
    try:
        status = path.stat()
        mode = status.st_mode
        if stat.S_ISDIR(mode):
            raise _refuse(f"{shown(path)} is a folder, not an experiment file.")
        if not stat.S_ISREG(mode):
            raise _refuse(f"{shown(path)} is a device, not an experiment file.")
        with path.open("rb") as file:
            head = file.read(_HEAD)
            _check_head(head)
            data = head + file.read(MOST_BYTES + 1 - len(head) if status.st_size <= MOST_BYTES else 0)
    except FileNotFoundError:
        raise _refuse(_missing(path)) from None
    except (OSError, ValueError) as error:
        number = error.errno if isinstance(error, OSError) else None
        reason = os.strerror(number).lower() if number else "no file can have this name"
        raise _refuse(f"{shown(path)} cannot be read: {reason}.") from None
    if max(len(data), status.st_size) > MOST_BYTES:
        raise _refuse(f"This file is larger than {MOST_BYTES // 2**20} MB; no experiment file is.")
    return _decode(data)


def _missing(path: Path) -> str:
    near = nearest(path.stem, presets.names())
    hint = f'Did you mean "{near}"?' if near else f"The examples are {', '.join(presets.names())}."
    return f"There is no file and no example called {shown(path)}. {hint}"


_FOREIGN = (
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\x1f\x8b", "a compressed file"),
    (b"%PDF", "a PDF document"),
    (b"\x89HDF", "an HDF5 file"),
    (b"\x93NUMPY", "a NumPy array"),
    (b"\x7fELF", "a program"),
    (b"\xff\xfe", "UTF-16 text. Save it as UTF-8 to open it"),
    (b"\xfe\xff", "UTF-16 text. Save it as UTF-8 to open it"),
)


def _check_head(head: bytes) -> None:
    for magic, what in _FOREIGN:
        if head.startswith(magic):
            raise _refuse(f"This is not an experiment file but {what}.")
    if b"\0" in head[:2] and head.strip(b"\0")[:1] in b"{[":
        raise _refuse("This is not an experiment file but UTF-16 text. Save it as UTF-8 to open it.")
    if b"\0" in head:
        raise _refuse("This is not an experiment file: it holds bytes that are no text.")
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if head and not start:
        raise _refuse("This is not an experiment file. It is empty.")
    if start and start[:1] not in b"{[" and len(head) == _HEAD:
        raise _refuse("This is not an experiment file. It is not JSON.")


def _decode(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        if error.reason == "unexpected end of data":
            raise _refuse(
                f"This file cannot be read. It is cut off after {len(data):,} bytes (line {line:,})."
            ) from None
        raise _refuse(
            f"This file cannot be read. Line {line:,} is not UTF-8 text; save it as UTF-8 to open it."
        ) from None


def json_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of an experiment file, made from the models that check it."""
    schema = Experiment.model_json_schema()
    data = schema["$defs"]["Data"]
    data["required"] = ["dataset"]  # split and scaling follow the data set unless they are given
    schema["required"] = ["format", "version", *schema["required"]]
    _name_the_kinds(schema)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | schema


def _name_the_kinds(node: Any) -> None:
    """Say that each choice names its kind, or is the bare key where all settings have defaults."""
    if isinstance(node, list):
        for each in node:
            _name_the_kinds(each)
    if not isinstance(node, dict):
        return
    for part in node.values():
        _name_the_kinds(part)
    if "oneOf" in node:
        variants = node["oneOf"]
        bare = [each["properties"]["kind"]["const"] for each in variants if "required" not in each]
        for each in variants:
            each["required"] = ["kind", *each.get("required", ())]
        if bare:
            variants.append({"enum": bare})
