"""What a repetition leaves as a table: one row for each run, with every metric at its end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from playground.session.repeat import Repeated


def run_rows(repeated: Repeated, settings: Sequence[Mapping[str, str]] = ()) -> list[dict[str, Any]]:
    """A row for each run of each side; `settings` are what was set for each side. None: there is none."""
    chosen = settings or [{}] * len(repeated.outcomes)
    return [
        {"setting": outcome.side.label}
        | dict(values)
        | {
            "seed": seed,
            "steps": result.steps,
            "seconds": round(result.seconds, 3),
            "finished": result.finished,
            "failure": result.failure,
        }
        | {name: result.metrics.get(name) if result.finished else None for name in repeated.metrics}
        | {"digest": result.digest or None}
        for outcome, values in zip(repeated.outcomes, chosen, strict=True)
        for seed, result in zip(repeated.seeds, outcome.results, strict=True)
    ]
