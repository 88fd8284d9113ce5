"""A whole run in one file: where it began and every change, from which the same bits come again.

A `.run` file is a zip archive. `run.json` holds the changes, the step each was made at, the last step and
the digest of the run there; `start.bin` the first state as plain little-endian numbers.
"""

from __future__ import annotations

import io
import json
import math
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from playground.engine.state import RunState
from playground.experiment import files, strict_json
from playground.experiment.model import Experiment
from playground.experiment.problems import problems
from playground.experiment.store import shown, write_file
from playground.session.course import Course
from playground.session.document import ByHand, Change
from playground.session.timeline import Entry, Moment

if TYPE_CHECKING:
    from playground.engine.run import Run

FORMAT, VERSION = "network-playground-run", 1
MOST_NOTE = 64_000_000  # bytes of run.json
MOST_START = 1_000_000_000  # bytes of start.bin
NUMBERS = ("<f4", "<f8", "<i8")


class NotARun(Exception):
    """A file that holds no run; its text is one sentence for the user."""


@dataclass(frozen=True)
class RecordedRun:
    """A run as a file holds it: the first state, the changes after it, and where it ended."""

    experiment: Experiment  # at the first state
    start: RunState
    entries: tuple[Entry, ...]
    steps: int
    digest: str

    @property
    def last(self) -> Experiment:
        """What is trained at the last step."""
        return self.entries[-1].change.after if self.entries else self.experiment


def record(course: Course) -> RecordedRun:
    """The branch at hand as a recorded run. ValueError while there is nothing that trains."""
    run = course.run
    if run is None or course.problems:
        raise ValueError("A run can be saved once its experiment trains.")
    here = run.steps
    travelled = course.travelled
    branch = course.timeline.current
    course.seek(branch.tip)
    first = _first(branch.moments, branch.entries)
    records = branch.records if travelled else run.records
    recorded = RecordedRun(
        first.experiment,
        replace(first.state, history=records[: first.records]),
        tuple(branch.entries[first.entries :]),
        run.steps,
        run.digest(),
    )
    if travelled:
        course.seek(here)
    return recorded


def _first(moments: list[Moment], entries: list[Entry]) -> Moment:
    """The earliest kept state from which every undo finds what its edit overwrote."""
    for moment in moments:
        made: set[int] = set()
        for entry in entries[moment.entries :]:
            if entry.change.kind != "edit" and not made.issuperset(entry.change.numbers):
                break
            made.update(entry.change.numbers)
        else:
            return moment
    return moments[-1]


def replay(
    recorded: RecordedRun,
    make: Callable[[Experiment], Run],
    wanted: Callable[[float], bool] = lambda share: True,
) -> Course:
    """Train the run again, change by change; `wanted` is told the share done and may end it early.

    NotARun if the first state does not fit its experiment.
    """
    course = Course(recorded.experiment, make)
    try:
        course.resume(recorded.start)
    except (ValueError, KeyError, AssertionError) as error:
        raise NotARun("This run file is damaged: its first state does not fit its experiment.") from error
    assert course.run is not None
    branch, run = course.timeline.current, course.run
    branch.entries = list(recorded.entries)
    branch.tip = max(recorded.steps, run.steps)
    course.seek(branch.tip, lambda: wanted(run.steps / max(1, branch.tip)))
    return course


# Writing -------------------------------------------------------------------------------------------


def save_run(recorded: RecordedRun, path: Path) -> None:
    """Write a run file, as a whole or not at all; store.NotSaved (an OSError) says why not."""
    arrays = {name: _plain(array) for name, array in recorded.start.to_arrays().items()}
    note = {
        "format": FORMAT,
        "version": VERSION,
        "experiment": files.dumps(recorded.experiment),
        "changes": [_change_note(entry) for entry in recorded.entries],
        "steps": recorded.steps,
        "digest": recorded.digest,
        "start": [[name, array.dtype.str, list(array.shape)] for name, array in arrays.items()],
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("run.json", json.dumps(note, indent=1))
        archive.writestr("start.bin", b"".join(array.tobytes() for array in arrays.values()))
    write_file(path, buffer.getvalue())


def _plain(array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    kind = "<f4" if array.dtype == np.float32 else "<i8" if array.dtype.kind in "iub" else "<f8"
    return array.astype(kind, order="C")


def _change_note(entry: Entry) -> dict[str, Any]:
    change = entry.change
    return {
        "step": entry.step,
        "kind": change.kind,
        "numbers": list(change.numbers),
        "experiment": files.dumps(change.after),
        "label": change.label,
        "restarts": change.restarts,
        "touches": [[touch.tensor, list(touch.place), touch.value] for touch in change.touches],
    }


# Reading -------------------------------------------------------------------------------------------


def load_run(path: Path) -> RecordedRun:
    """The run in a file; NotARun says in one sentence why it cannot be read."""
    name = shown(path)
    try:
        with zipfile.ZipFile(path) as archive:
            note = strict_json.parse(_member(archive, "run.json", MOST_NOTE).decode())
            if not isinstance(note, dict) or note.get("format") != FORMAT:
                raise NotARun(f"{name} is not a run of Network Playground.")
            if note.get("version") != VERSION:
                raise NotARun(f"{name} was made by a newer version of the program. Update to open it.")
            return _read(note, _member(archive, "start.bin", MOST_START))
    except FileNotFoundError:
        raise NotARun(f"There is no file {name}.") from None
    except zipfile.BadZipFile:
        raise NotARun(f"{name} is not a run file, or it is damaged.") from None
    except OSError as error:
        raise NotARun(f"{name} cannot be read: {(error.strerror or 'unknown reason').lower()}.") from None
    except files.FileProblems as error:
        raise NotARun(f"{name} holds an experiment that cannot be read: {error.problems[0]}") from None
    except (
        ValueError, KeyError, TypeError, IndexError, EOFError, OverflowError, MemoryError,
        NotImplementedError, RuntimeError, zlib.error, strict_json.NotJson,
    ):  # fmt: skip
        raise NotARun(f"{name} is damaged and cannot be read.") from None


def _member(archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    """One part of the archive, its size checked before it is unpacked."""
    size = archive.getinfo(name).file_size
    if size > most:
        raise ValueError(f"{name} is too large")
    with archive.open(name) as file:
        content = file.read(size + 1)
    if len(content) != size:
        raise ValueError(f"{name} is not as long as it says")
    return content


def _read(note: dict[str, Any], data: bytes) -> RecordedRun:
    experiment = files.loads(note["experiment"])
    if problems(experiment):
        raise ValueError("the first experiment does not train")
    before, entries = experiment, []
    shift = 1 + max((int(n) for each in note["changes"] for n in each["numbers"]), default=0)
    for each in note["changes"]:
        entry = _entry(each, before, shift)
        before = entry.change.after
        entries.append(entry)
    steps = note["steps"]
    start = RunState.from_arrays(_arrays(note["start"], data))
    times = [int(start.counts[0]), *(entry.step for entry in entries), steps]
    if type(steps) is not int or times != sorted(times) or not isinstance(note["digest"], str):
        raise ValueError("the steps are not in order")
    return RecordedRun(experiment, start, tuple(entries), steps, note["digest"])


def _entry(each: dict[str, Any], before: Experiment, shift: int) -> Entry:
    """One change. Its numbers become negative: those of new changes begin at 1."""
    if each["kind"] not in ("edit", "undo", "redo") or type(each["step"]) is not int or not each["numbers"]:
        raise ValueError("no change")
    touches = tuple(
        ByHand(str(tensor), tuple(int(at) for at in place), float(value))
        for tensor, place, value in each["touches"]
    )
    numbers = tuple(int(number) - shift for number in each["numbers"])
    after = files.loads(each["experiment"])
    label, again = str(each["label"])[:200], each["restarts"] is True
    return Entry(each["step"], Change(each["kind"], numbers, before, after, label, again, None, touches))


def _arrays(described: list[Any], data: bytes) -> dict[str, np.ndarray[Any, Any]]:
    """The first state's arrays, after their sizes were found to fill the data exactly."""
    arrays, at = {}, 0
    for name, kind, shape in described:
        if kind not in NUMBERS or any(type(size) is not int or size < 0 for size in shape):
            raise ValueError("no array")
        count = math.prod(shape)
        size = count * int(kind[-1])
        if at + size > len(data):
            raise ValueError("the arrays are longer than the data")
        arrays[str(name)] = np.frombuffer(data, kind, count, at).reshape(shape).copy()
        at += size
    if at != len(data):
        raise ValueError("the data are longer than the arrays")
    return arrays
