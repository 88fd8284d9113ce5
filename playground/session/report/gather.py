"""All that a report says, gathered into one frozen value. Slow: scores are drawn again a thousand times."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from playground import __version__
from playground.experiment import metrics
from playground.experiment.baselines import Baseline, baselines, best
from playground.experiment.one_line import to_line
from playground.experiment.rare import rare_class
from playground.experiment.scoring import (
    PART_NAMES,
    Answered,
    Score,
    Sure,
    Word,
    against,
    interval,
    scores,
    spelt,
    with_intervals,
)
from playground.experiment.shapes import shapes
from playground.experiment.words import counted
from playground.session.diagnostics.baselines import in_turn
from playground.session.diagnostics.diagnosis import Diagnosis
from playground.session.diagnostics.turns import called, how_many
from playground.session.report import words
from playground.session.report.material import Material, fingerprint
from playground.session.report.questions import Question, questions


@dataclass(frozen=True)
class Table:
    """Rows of cells under a head; `note` says below it what the numbers mean."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""
    strong: int = -1  # the row that is this network


@dataclass(frozen=True, eq=False)
class Report:
    """One page about a run. Texts may hold anything a file held: whoever writes them out escapes them."""

    title: str
    headline: str
    made: str
    facts: tuple[tuple[str, str], ...]
    scores: Table
    classes: Table | None
    baselines: Table | None
    diagnosis: Diagnosis | None
    blocks: Table | None
    questions: tuple[Question, ...]
    line: str
    program: str
    material: Material


def gather(material: Material, now: datetime, diagnosis: Diagnosis | None = None) -> Report:
    """The report of a run. `now` is written into it; `diagnosis` is what the five checks say of it."""
    found = material.main
    simple = baselines(material.prepared, found.part) if found.part != "train" else ()
    rare = rare_class(material.prepared, material.experiment.checks.rare)
    simple = tuple(_of_rows(each, material, rare is not None) for each in simple)
    sure = with_intervals(material.prepared, found)
    if rare:  # what decides comes first
        first = sorted(sure.scores, key=lambda score: score.key != "balanced_accuracy")
        sure = replace(sure, scores=tuple(first))
    rival = best(simple)
    word = against(material.prepared, found, rival.predicted, balanced=bool(rare)) if rival else None
    return Report(
        title=material.experiment.name,
        headline=_headline(material, sure, rival, word) + _over_all(diagnosis, word),
        made=f"{now:%Y-%m-%d %H:%M}",
        facts=tuple(_facts(material)),
        scores=_scores(material, sure, _seeds(diagnosis)),
        classes=_classes(material, found) if found.probability is not None else None,
        baselines=_baselines(material, sure, simple) if simple else None,
        diagnosis=diagnosis,
        blocks=_blocks(diagnosis) if diagnosis is not None else None,
        questions=questions(material.experiment, material.prepared),
        line=to_line(material.experiment),
        program=f"Network Playground {__version__}",
        material=material,
    )


def _of_rows(baseline: Baseline, material: Material, balanced: bool) -> Baseline:
    """The baseline's predictions for the judged rows alone, which may be fewer than the part has.

    With a rare class, its score is the balanced accuracy.
    """
    found = material.main
    at = np.searchsorted(getattr(material.prepared, found.part), found.rows)
    predicted, sure = baseline.predicted[at], baseline.probability
    if balanced:
        classes = len(material.prepared.class_names)
        score = metrics.share_right(found.observed, predicted, classes)
        baseline = replace(baseline, score=score)
    return replace(baseline, predicted=predicted, probability=None if sure is None else sure[at])


def _facts(material: Material) -> Iterator[tuple[str, str]]:
    experiment, prepared = material.experiment, material.prepared
    yield "Data", words.data_in_words(experiment)
    samples = {"inputs": prepared.raw_inputs, "targets": prepared.raw_targets}
    yield "Fingerprint", f"SHA-256 {fingerprint(samples)}"
    yield "Split", words.split_in_words(experiment, prepared)
    yield "Test set", _test_set(material)
    yield "Seed", f"{experiment.seed:,}, {material.dtype}"
    layers = "; ".join(f"{name}: {what}" for name, what in words.layers_in_words(experiment))
    inputs, total = len(prepared.feature_names), shapes(experiment).parameter_count
    yield "Network", f"{counted(inputs, 'input')}; {layers}. {total:,} parameters in all."
    yield "Loss", words.choice_in_words(experiment.training.loss)
    yield "Training", words.training_in_words(experiment)
    each = experiment.steps_per_epoch(len(prepared.train))
    epochs = f"{material.steps / each:,.2f}".removesuffix(".00")
    yield "Trained", f"{material.steps:,} steps, {epochs} epochs"
    yield "Weights", f"SHA-256 {material.weights}"


def _test_set(material: Material) -> str:
    opened, count = material.experiment.test_unlocked, len(material.prepared.test)
    if not count:
        return "There is none."
    if opened is None:
        return f"Locked: its {count:,} samples have not been looked at."
    when = opened.time.replace("T", " ").removesuffix("Z")
    return f"Unlocked on {when} UTC, at step {opened.step:,}: what was tuned later has seen it."


def _headline(material: Material, sure: Sure, rival: Baseline | None, word: Word | None) -> str:
    """The conclusion in one or two sentences."""
    if not sure.scores:
        return "There are no samples to judge."
    main, unit = sure.scores[0], material.prepared.target_unit
    found = material.main
    between = interval(main, unit)
    sentence = (
        f"{main.label} {spelt(main.value, main.form, unit)} on {len(found.rows):,} "
        f"{PART_NAMES[found.part].lower()} samples{f' (95% interval {between})' if between else ''}."
    )
    if found.part == "train":
        return f"{sentence} They were learned from, so this says nothing about new samples."
    if rival is None or word is None:
        return sentence
    than = {"better": "better than", "equal": "neither better nor worse than", "worse": "worse than"}[word]
    told = f"{than} {_named(rival)} ({spelt(rival.score, main.form, unit)})"
    return f"{sentence} As far as these samples can tell, this network is {told}."


def _over_all(diagnosis: Diagnosis | None, word: Word | None) -> str:
    """What several seeds say, where they know more than the one network."""
    seeds = len(diagnosis.evidence.seeds) if diagnosis is not None else 0
    if diagnosis is None or seeds < 2 or word == "worse":
        return ""
    loses = any(check.key == "baselines" and check.mark == "fails" for check in diagnosis.checks)
    return f" Over {seeds} seeds, networks like it are worse." if loses else ""


def _named(baseline: Baseline) -> str:
    label = baseline.label.split(":")[0]
    return f"“{label}”" if label.startswith("Always") else label[:1].lower() + label[1:]


def _scores(material: Material, sure: Sure, seeds: dict[str, list[float]]) -> Table:
    """The metrics of the judged part with their intervals, beside those of the other parts."""
    unit, found = material.prepared.target_unit, material.main
    others = {part: scores(each) for part, each in material.parts.items() if part != found.part}
    head = ["", PART_NAMES[found.part], "95% interval", *(PART_NAMES[part] for part in others)]
    rows = []
    for score in sure.scores:
        row = [score.label, spelt(score.value, score.form, unit), interval(score, unit)]
        for each in others.values():
            value = next((other.value for other in each if other.key == score.key), np.nan)
            row.append(spelt(value, score.form, unit))
        row += [_over_seeds(score, seeds)] if seeds else []
        rows.append(tuple(row))
    count = len(next(iter(seeds.values()), []))
    head += [f"{count} seeds"] if seeds else []
    drawn = f"Intervals: bootstrap, {sure.drawn} drawn again {sure.resamples:,} times."
    note = drawn if sure.resamples else ""
    note += " Seeds: median, least and greatest." if seeds else ""
    rare = rare_class(material.prepared, material.experiment.checks.rare)
    if rare:
        note += f" As only {100 * rare[1]:.2g}% of the samples are {rare[0]}, balanced accuracy comes first."
    return Table("How good it is", tuple(head), tuple(rows), note)


_OF_NAMES = ("accuracy", "balanced_accuracy", "f1")  # what can be said without probabilities


def _seeds(diagnosis: Diagnosis | None) -> dict[str, list[float]]:
    """The scores of the same network from other seeds, by key; empty where none were trained."""
    found: dict[str, list[float]] = {}
    if diagnosis is None:
        return found
    evidence = diagnosis.evidence
    for each in evidence.seeds:
        named = np.eye(len(evidence.prepared.class_names))[each.predicted] if evidence.classes else None
        for score in scores(Answered(evidence.part, each.rows, each.observed, each.predicted, named)):
            if not evidence.classes or score.key in _OF_NAMES:
                found.setdefault(score.key, []).append(score.value)
    return found


def _over_seeds(score: Score, seeds: dict[str, list[float]]) -> str:
    known = np.array([value for value in seeds.get(score.key, ()) if np.isfinite(value)])
    if not len(known):
        return ""
    form = score.form if score.form == "share" else "plain"
    low, middle, high = (spelt(float(each), form) for each in np.quantile(known, [0.0, 0.5, 1.0]))
    return f"{middle} ({low} to {high})"


def _classes(material: Material, found: Answered) -> Table:
    """Precision, recall, F1, AUC and the row of the confusion matrix of each class."""
    assert found.probability is not None
    names = material.prepared.class_names
    each = metrics.class_scores(found.observed, found.predicted, len(names))
    counts = metrics.confusion(found.observed, found.predicted, len(names))
    few = len(names) <= 10
    rows = []
    for index, name in enumerate(names):
        area = metrics.roc(found.observed == index, found.probability[:, index]).area
        values = (each.precision[index], each.recall[index], each.f1[index], area)
        cells = (f"{count:,}" for count in counts[index]) if few else ()
        rows.append((name, f"{each.support[index]:,}", *(spelt(v, "plain") for v in values), *cells))
    called = tuple(f"→ {name}" for name in names) if few else ()
    head = ("Class", "Samples", "Precision", "Recall", "F1", "AUC", *called)
    note = "The last columns count what samples of each class were taken for." if few else ""
    return Table("Class by class", head, tuple(rows), note)


def _baselines(material: Material, sure: Sure, simple: Sequence[Baseline]) -> Table:
    """The network among the baselines, the best first."""
    main, unit = sure.scores[0], material.prepared.target_unit
    lower = main.best == 0.0
    surprise = {score.label: score.value for score in sure.scores if score.key == "log_loss"}
    entries = [(each.score, each.label, _surprise(each, material)) for each in simple]
    entries.append((main.value, "This network", next(iter(surprise.values()), np.nan)))
    entries.sort(key=lambda entry: entry[0] if lower else -entry[0])
    rows = tuple(
        (label, spelt(score, main.form, unit), *(spelt(loss, "plain") for _ in surprise))
        for score, label, loss in entries
    )
    strong = next(index for index, row in enumerate(rows) if row[0] == "This network")
    return Table("Against simple baselines", ("", main.label, *surprise), rows, strong=strong)


def _surprise(baseline: Baseline, material: Material) -> float:
    """The log-loss of its probabilities; NaN for numbers."""
    if baseline.probability is None:
        return float("nan")
    return metrics.log_loss(material.main.observed, baseline.probability)


def _blocks(diagnosis: Diagnosis) -> Table | None:
    """Each part held out in turn: the network beside a straight line; None for splits without such."""
    evidence = diagnosis.evidence
    found = in_turn(evidence)
    if len(found) < 2:
        return None
    form, unit = ("share", "") if evidence.classes else ("unit", evidence.prepared.target_unit)
    rows = tuple(
        (
            each.name,
            spelt(each.own.mean, form, unit),
            f"± {spelt(each.own.deviation, form, unit)}",
            spelt(each.rival, form, unit),
            each.word,
        )
        for each in found
    )
    name = "Logistic regression" if evidence.classes else "Linear regression"
    depth = evidence.experiment.data.dataset.entry.depth_name or "Depth"
    what = called(evidence.experiment)
    note = f"Trained anew without each part, over {found[0].own.count} seeds, and judged on that part."
    first = f"{depth[:1].upper()}{depth[1:]}" if what.endswith("depth") else "Held out"
    head = (first, "This network", "from seed to seed", name, "The network is")
    these = "All" if how_many(evidence.experiment, evidence.prepared) <= len(rows) else f"{len(rows)} of the"
    return Table(f"{these} {what} in turn", head, rows, note)
