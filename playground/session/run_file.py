"""A whole run in one file: where it began and every change, from which the same bits come again.

A `.run` file is a zip archive. `run.json` holds the changes, the step each was made at, the last step and
the digest of the run there; `start.bin` the first state as plain little-endian numbers. On request
`kept.bin` holds the states kept on the way too: such a file opens at once, without training again.
"""

from __future__ import annotations

import io
import json
import math
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import numpy as np

from playground.engine.state import RunState
from playground.experiment import files, strict_json
from playground.experiment.model import Experiment
from playground.experiment.problems import problems
from playground.experiment.store import shown, write_file
from playground.experiment.surgery import Kind, Surgery
from playground.session.course import Course
from playground.session.document import ByHand, Change
from playground.session.timeline import BUDGET, Branch, Entry, Moment, without_curves

if TYPE_CHECKING:
    from playground.engine.run import Run

FORMAT, VERSION = "network-playground-run", 2
MOST_NOTE = 64_000_000  # bytes of run.json
MOST_STATES = 1_000_000_000  # bytes of start.bin, and of kept.bin
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
    kept: tuple[Moment, ...] = ()  # states on the way, if they were saved too; the last is that of the end

    @property
    def last(self) -> Experiment:
        """What is trained at the last step."""
        return self.entries[-1].change.after if self.entries else self.experiment


def record(course: Course, with_states: bool = False) -> RecordedRun:
    """The branch at hand as a recorded run. ValueError while there is nothing that trains."""
    run = course.run
    last = course.timeline.current.experiment
    if run is None or course.problems or last is None or problems(last):
        raise ValueError("A run can be saved once its experiment trains.")
    here = course.moment() if course.travelled else None
    branch = course.timeline.current
    course.seek(branch.tip)
    first = _first(branch.moments, branch.entries)
    records = branch.records if here is not None else run.records
    recorded = RecordedRun(
        first.experiment,
        replace(first.state, history=records[: first.records]),
        tuple(branch.entries[first.entries :]),
        run.steps,
        run.digest(),
        _kept(branch, first, records, run.state()) if with_states else (),
    )
    if here is not None:
        course.restore(here)
    return recorded


def _first(moments: list[Moment], entries: list[Entry]) -> Moment:
    """The earliest kept state from which every undo finds what its edit overwrote."""
    return next((moment for moment in moments if _stands_alone(moment, entries)), moments[-1])


def _stands_alone(moment: Moment, entries: list[Entry]) -> bool:
    """True if every undo after this moment takes back an edit that was made after it too."""
    made: set[int] = set()
    for entry in entries[moment.entries :]:
        if entry.change.kind != "edit" and not made.issuperset(entry.change.numbers):
            return False
        made.update(entry.change.numbers)
    return True


def _kept(branch: Branch, first: Moment, records: np.ndarray[Any, Any], end: RunState) -> tuple[Moment, ...]:
    """The states from which the run can be gone on with, up to its end, which holds all curves."""
    alone = [m for m in branch.moments if m.place > first.place and _stands_alone(m, branch.entries)]
    before = [replace(m, entries=m.entries - first.entries) for m in alone if m.step < branch.tip]
    entries = branch.entries[first.entries :]
    experiment = entries[-1].change.after if entries else first.experiment
    last = Moment(branch.tip, len(entries), experiment, replace(end, history=records), len(records))
    return (*before, last)


def replay(
    recorded: RecordedRun,
    make: Callable[[Experiment], Run],
    wanted: Callable[[float], bool] = lambda share: True,
    budget: int = BUDGET,
) -> Course:
    """Train the run again, change by change; `wanted` is told the share done and may end it early.

    NotARun if the first state does not fit its experiment.
    """
    course = Course(recorded.experiment, make, budget)
    try:
        course.resume(recorded.start)
    except (ValueError, KeyError, AssertionError) as error:
        raise NotARun("This run file is damaged: its first state does not fit its experiment.") from error
    assert course.run is not None
    branch, run = course.timeline.current, course.run
    branch.entries = list(recorded.entries)
    branch.tip = max(recorded.steps, run.steps)
    if recorded.kept:
        _jump(course, recorded.kept)
        return course
    course.seek(branch.tip, lambda: wanted(run.steps / max(1, branch.tip)))
    return course


def _jump(course: Course, kept: tuple[Moment, ...]) -> None:
    """Go to the end of a run whose states were saved; its other states can be sought from now on."""
    branch = course.timeline.current
    branch.records = kept[-1].state.history
    try:
        for moment in kept:
            course.timeline.keep(replace(moment, state=without_curves(moment.state)))
        for moment in kept:
            course.restore(moment)  # every state has to fit, not only the last
    except (ValueError, KeyError, AssertionError) as error:
        raise NotARun("This run file is damaged: a kept state does not fit its experiment.") from error


# Writing -------------------------------------------------------------------------------------------


def save_run(recorded: RecordedRun, path: Path) -> None:
    """Write a run file, as a whole or not at all; store.NotSaved (an OSError) says why not."""
    start, first = _pack(recorded.start)
    kept = [_pack(moment.state) for moment in recorded.kept]
    note = {
        "format": FORMAT,
        "version": VERSION,
        "experiment": files.dumps(recorded.experiment),
        "changes": [_change_note(entry) for entry in recorded.entries],
        "steps": recorded.steps,
        "digest": recorded.digest,
        "start": start,
        "kept": [
            {"step": moment.step, "entries": moment.entries, "records": moment.records, "state": described}
            for moment, (described, _) in zip(recorded.kept, kept, strict=True)
        ],
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("run.json", json.dumps(note, indent=1))
        archive.writestr("start.bin", first)
        if kept:
            archive.writestr("kept.bin", b"".join(content for _, content in kept))
    write_file(path, buffer.getvalue())


def _pack(state: RunState) -> tuple[list[list[Any]], bytes]:
    """A state as a description of its arrays and their numbers one after the other."""
    arrays = {name: _plain(array) for name, array in state.to_arrays().items()}
    described = [[name, array.dtype.str, list(array.shape)] for name, array in arrays.items()]
    return described, b"".join(array.tobytes() for array in arrays.values())


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
        "surgery": asdict(change.surgery) if change.surgery is not None else None,
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
            if note.get("version") not in (1, VERSION):
                raise NotARun(f"{name} was made by a newer version of the program. Update to open it.")
            kept = _member(archive, "kept.bin", MOST_STATES) if note.get("kept") else b""
            return _read(note, _member(archive, "start.bin", MOST_STATES), kept)
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


def _read(note: dict[str, Any], data: bytes, kept_data: bytes) -> RecordedRun:
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
    start, rest = _unpack(note["start"], data)
    if rest:
        raise ValueError("the data are longer than the arrays")
    times = [int(start.counts[0]), *(entry.step for entry in entries), steps]
    if type(steps) is not int or times != sorted(times) or not isinstance(note["digest"], str):
        raise ValueError("the steps are not in order")
    kept = _kept_states(note.get("kept", []), kept_data, experiment, entries)
    if kept and (kept[-1].step != steps or kept[-1].entries != len(entries)):
        raise ValueError("the last kept state is not the end of the run")
    return RecordedRun(experiment, start, tuple(entries), steps, note["digest"], kept)


def _kept_states(
    notes: list[Any], data: bytes, first: Experiment, entries: list[Entry]
) -> tuple[Moment, ...]:
    """The states on the way, in order."""
    moments: list[Moment] = []
    for each in notes:
        state, data = _unpack(each["state"], data)
        done, records = each["entries"], each["records"]
        if type(done) is not int or not 0 <= done <= len(entries) or type(records) is not int:
            raise ValueError("a kept state has no place")
        if each["step"] != int(state.counts[0]) or records < 0:
            raise ValueError("a kept state has another step")
        experiment = entries[done - 1].change.after if done else first
        if problems(experiment):
            raise ValueError("a kept state cannot train")
        moments.append(Moment(each["step"], done, experiment, state, records))
    if data or [m.place for m in moments] != sorted(m.place for m in moments):
        raise ValueError("the kept states are not in order")
    return tuple(moments)


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
    surgery = _surgery(each.get("surgery"))
    change = Change(each["kind"], numbers, before, after, label, again, None, touches, surgery)
    return Entry(each["step"], change)


def _surgery(note: dict[str, Any] | None) -> Surgery | None:
    if note is None:
        return None
    kind, unit = note["kind"], note["unit"]
    if kind not in get_args(Kind) or type(unit) is not int:
        raise ValueError("no operation")
    return Surgery(kind, str(note["layer"]), unit, str(note["new"]))


def _unpack(described: list[Any], data: bytes) -> tuple[RunState, bytes]:
    """A state out of the beginning of the data, its sizes checked first; and what is left of the data."""
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
    return RunState.from_arrays(arrays), data[at:]
