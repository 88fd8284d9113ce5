"""The table of a comparison as plain text: what differs, how good each run became, and what is the same."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from dataclasses import dataclass

from playground.experiment.differences import NONE, lines
from playground.session.compare import (
    Measure,
    best,
    comparable,
    last_value,
    measures,
    metric_of,
    seeds_of,
)
from playground.session.pins import Pinned
from playground.session.seeds import SeedBook
from playground.session.spreadsheet import cell
from playground.views.luck.words import value_format
from playground.views.plots.words import Format, percent, with_unit
from playground.views.widgets.numbers import count, measure, short_count

UNSET = (NONE, "none")


@dataclass(frozen=True)
class Row:
    """One line: a cell a run; `best` marks those that are better than others."""

    label: str
    texts: tuple[str, ...]
    best: tuple[bool, ...]
    kind: str  # "setting", "result" or "same"


def format_of(runs: Sequence[Pinned], compared: Measure) -> Format:
    """How a value of this measure is spelt."""
    if compared.column != "validation_metric":
        return measure
    if not compared.lower_is_better:
        return percent
    units = {run.unit for run in runs}
    return with_unit(units.pop()) if len(units) == 1 else measure


def rows_of(
    runs: Sequence[Pinned],
    reach: Sequence[float],
    level: str,
    by_time: bool,
    over_seeds: Sequence[Row] = (),
) -> tuple[Row, ...]:
    """All lines: settings that differ, results, then the settings that are the same.

    `reach` are the steps (or the seconds) that each run took to reach a `level`, spelt as it is drawn.
    `over_seeds` follow the results.
    """
    nobody = (False,) * len(runs)
    settings = lines([run.experiment for run in runs])
    found = [Row(line.label, line.values, nobody, "setting") for line in settings if line.differs]
    if any(run.changes for run in runs):
        found.append(Row("Changed on the way", tuple(map(_changes, runs)), nobody, "setting"))
    if len({run.steps for run in runs}) > 1:
        found.append(Row("Steps", tuple(count(run.steps) for run in runs), nobody, "setting"))
    found += [_result(runs, compared) for compared in measures(runs)]
    found += [_reaching(runs, reach, level, by_time), *over_seeds]
    same = (line for line in settings if not line.differs and line.values[0] not in UNSET)
    return (*found, *(Row(line.label, line.values, nobody, "same") for line in same))


def _changes(run: Pinned) -> str:
    return "; ".join(f"{flag.label} at {count(flag.step)}" for flag in run.changes) or NONE


def _result(runs: Sequence[Pinned], compared: Measure) -> Row:
    spelt = format_of(runs, compared)
    values = [last_value(run.history[compared.column]) for run in runs]
    texts = tuple(map(spelt, values))
    winners = best(texts, values, compared.lower_is_better) if comparable(runs, compared) else ()
    return Row(compared.name, texts, winners or (False,) * len(runs), "result")


def seeds_row(runs: Sequence[Pinned], book: SeedBook | None, compared: Measure) -> tuple[Row, ...]:
    """The median and the middle half over other seeds, where some of the runs have been repeated."""
    seeds = [seeds_of(run, book) for run in runs]
    if not any(seeds):
        return ()
    unit = runs[0].unit if len({run.unit for run in runs}) == 1 else ""
    medians, halves = [], []
    for run, each in zip(runs, seeds, strict=True):
        metric = metric_of(run, compared)
        found = each.outcome.spread(metric) if each is not None else None
        if each is None or found is None:
            medians.append(NONE)
            halves.append(NONE)
        else:
            shown = value_format(metric, unit, found.high - found.low)
            medians.append(shown(found.median))
            halves.append(f"{shown(found.low)}–{shown(found.high)}")
    counts = {each.count for each in seeds if each is not None}
    over = f"of {counts.pop()} seeds" if len(counts) == 1 else "over seeds"
    nobody = (False,) * len(runs)
    return (
        Row(f"Median {over}", tuple(medians), nobody, "result"),
        Row("Half of them", tuple(halves), nobody, "result"),
    )


def _reaching(runs: Sequence[Pinned], reach: Sequence[float], level: str, by_time: bool) -> Row:
    def spelt(value: float) -> str:
        if math.isnan(value):
            return "not reached"
        return f"{measure(value)} s" if by_time else short_count(value, 9)

    texts = tuple(map(spelt, reach))
    return Row(f"{'Time' if by_time else 'Steps'} to reach {level}", texts, best(texts, reach), "result")


def as_csv(runs: Sequence[Pinned], rows: Sequence[Row]) -> str:
    """The table for a spreadsheet: a column a run. Numbers are written so that they stay numbers."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["", *(cell(run.name) for run in runs)])
    for row in rows:
        writer.writerow([row.label, *(cell(each) for each in row.texts)])
    return text.getvalue()
