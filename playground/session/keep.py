"""Keep the session: quitting loses nothing, and the next start goes on where this one ended.

One file in the user's own state folder holds the experiment, where it was saved, and the state of the
run as plain arrays. It is read without pickle, and a damaged one is set aside, never in the way.
"""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import platformdirs

from playground.experiment import files
from playground.experiment.model import Experiment
from playground.experiment.store import write_file
from playground.session import pin_files, seed_files
from playground.session.pins import Pinned
from playground.session.seeds import Seeds

Arrays = dict[str, np.ndarray[Any, Any]]
MOST_BYTES = 1_000_000_000


@dataclass(frozen=True)
class Kept:
    """What the last session left: `arrays` is None if it had not trained."""

    experiment: Experiment
    saved: Experiment
    path: Path | None
    arrays: Arrays | None
    closed: bool = True  # False if the window was killed before it could say goodbye
    pins: tuple[Pinned, ...] = ()
    seeds: tuple[Seeds, ...] = ()


def session_path() -> Path:
    """Where the session is kept, in the user's own state folder."""
    return Path(platformdirs.user_state_path("network-playground", appauthor=False)) / "session.npz"


def keep_session(kept: Kept, path: Path | None = None) -> None:
    """Write the session; OSError where the folder cannot be written."""
    pins, curves = pin_files.to_notes(kept.pins)
    seeds, repeated = seed_files.to_notes(kept.seeds)
    note = {
        "experiment": files.dumps(kept.experiment),
        "saved": files.dumps(kept.saved),
        "path": str(kept.path) if kept.path else "",
        "trained": kept.arrays is not None,
        "closed": kept.closed,
        "pins": pins,
        "seeds": seeds,
    }
    buffer = io.BytesIO()
    named = {f"run/{name}": array for name, array in (kept.arrays or {}).items()}
    named |= {f"pins/{name}": array for name, array in curves.items()}
    named |= {f"seeds/{name}": array for name, array in repeated.items()}
    text = np.frombuffer(json.dumps(note).encode(), dtype=np.uint8)
    np.savez(buffer, note=text, **named)  # type: ignore[arg-type]
    target = path or session_path()
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_file(target, buffer.getvalue())


def kept_session(path: Path | None = None) -> Kept | None:
    """The session that was kept, None if there is none or it cannot be read."""
    source = path or session_path()
    try:
        if source.stat().st_size > MOST_BYTES:
            return None
        with source.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            note = json.loads(bytes(archive["note"]).decode())
            arrays, curves, repeated = (
                {name.removeprefix(part): archive[name] for name in archive.files if name.startswith(part)}
                for part in ("run/", "pins/", "seeds/")
            )
        return Kept(
            files.loads(note["experiment"]),
            files.loads(note["saved"]),
            Path(note["path"]) if note["path"] else None,
            arrays if note["trained"] else None,
            note.get("closed", True),
            pin_files.from_notes(note.get("pins", ()), curves),
            seed_files.from_notes(note.get("seeds", ()), repeated),
        )
    except FileNotFoundError:
        return None
    except Exception:  # one wrong byte makes another compression, a password or an endless header of it
        _set_aside(source)
        return None


def _set_aside(source: Path) -> None:
    """Move a damaged session out of the way, so that it can still be looked at."""
    try:
        source.replace(source.with_suffix(".damaged"))
    except OSError:
        return
