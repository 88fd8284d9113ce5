"""Check 2: is the network better than the simple predictions that it must beat?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from playground.experiment import edits
from playground.experiment.model import Experiment
from playground.session.diagnostics.evidence import Evidence
from playground.session.diagnostics.judged import Judged, Rival
from playground.session.diagnostics.result import (
    Action,
    Bar,
    BarsPicture,
    CheckResult,
    Mark,
    plain,
    words_for,
)
from playground.session.diagnostics.turns import called, how_many, name_of
from playground.sweep.verdict import Spread, Verdict, Word, judge

TITLE = "Better than simple baselines"
_SURE = 2.0  # standard errors
_REMEMBERS = "neighbours"  # keeps every training sample, so being as good as that is no shame
STRAIGHT = ("linear", "logistic")
_HEADLINES = {
    "linear": "A straight-line model predicts",
    "logistic": "A straight border between the classes does",
    "neighbours": "The nearest known samples predict",
    "mean": "The mean of the training samples predicts",
    "majority": "Always naming the most common class does",
    "persistence": "Saying that all stays as it was predicts",
    "climatology": "The season's mean predicts",
}


def compared(evidence: Evidence, key: str) -> tuple[Word, Verdict]:
    """Better, equal or worse than a baseline: over seeds in pairs, by the interval of the mean difference.

    A difference smaller than a share of the baseline's own error is "equal" whatever the seeds say, as
    validation samples are few and other ones would differ by more; that share is `checks.margin`.
    """
    scores = [each.score for each in evidence.judged]
    rivals = [_score(each, key) for each in evidence.judged]
    verdict = judge(scores, rivals, lower_is_better=not evidence.classes)
    error = float(np.mean(rivals))
    error = 1.0 - error if evidence.classes else error
    if abs(verdict.difference) <= evidence.limits.margin * error:
        return "equal", verdict
    if verdict.word == "unknown":  # too few seeds: said as it is, unless the samples are too few for that
        if evidence.classes and abs(verdict.difference) <= _room(evidence, scores, rivals):
            return "equal", verdict
        return ("better" if (verdict.difference < 0.0) != evidence.classes else "worse"), verdict
    return verdict.word, verdict


def _room(evidence: Evidence, scores: list[float], rivals: list[float]) -> float:
    """How far two shares of the same samples may lie apart by chance: two standard errors.

    The variance of their difference is at most the share on which they can disagree over the samples:
    (wrong of one + wrong of the other)/n, as in McNemar's test (1947, Psychometrika 12).
    """
    wrong = (1.0 - float(np.mean(scores))) + (1.0 - float(np.mean(rivals)))
    return float(_SURE * (wrong / evidence.own.weight) ** 0.5)


def _score(judged: Judged, key: str) -> float:
    """A baseline's score beside one network; a logistic regression of one class alone names it always."""
    scores = {each.key: each.score for each in judged.rivals}
    return scores.get(key, scores.get("majority", float("nan")) if key == "logistic" else float("nan"))


def mean_score(evidence: Evidence, key: str) -> float:
    """A baseline's score, the mean over the networks that verdicts go by: each has data of its own."""
    return float(np.mean([_score(each, key) for each in evidence.judged]))


def check(evidence: Evidence) -> CheckResult:
    """Fails where a baseline is better, needs a look where one is as good."""
    rivals = evidence.own.rivals
    found = {each.key: compared(evidence, each.key) for each in rivals}
    worse = [each for each in rivals if found[each.key][0] == "worse"]
    as_good = [each for each in rivals if found[each.key][0] == "equal"]
    equal = [each for each in as_good if each.key != _REMEMBERS]
    mark: Mark = "fails" if worse else "look" if equal else "passes"
    reason, action = "", None
    if worse or equal:
        key = _simplest([each.key for each in worse or equal])
        reason = f"{_HEADLINES[key]} {'better' if worse else 'as well'}."
        action = _action(evidence, key)
    sentence = _sentence(evidence, {key: verdict for key, (_word, verdict) in found.items()}, worse, as_good)
    if evidence.rare:
        sentence += f" {_balanced(*evidence.rare)}"
    blocks = in_turn(evidence)
    if len(blocks) > 1:
        sentence += f" {_turns_in_words(evidence, blocks)}"
        lost = sum(block.word == "worse" for block in blocks)
        if mark == "passes" and lost:
            mark = "look"
            where = f"{lost} of {len(blocks)} {called(evidence.experiment)}"
            reason = f"{_HEADLINES[blocks[0].key]} better in {where}."
    return CheckResult("baselines", TITLE, mark, sentence, _picture(evidence, found), action, reason)


@dataclass(frozen=True)
class Block:
    """How the network compares with a straight line, `key`, on one part of the data, over its seeds."""

    name: str
    own: Spread
    rival: float
    word: Word
    key: str


def in_turn(evidence: Evidence) -> tuple[Block, ...]:
    """Every part that has validated in turn: blocks of depth from the shallowest, folds as they are counted.

    Empty where none did.
    """
    straight = [each.key for each in evidence.own.rivals if each.key in STRAIGHT]
    if not evidence.turns or not straight:
        return ()
    split = evidence.experiment.data.split
    sides = {
        each.held: replace(evidence, own=each.judged[0], seeds=each.judged, turns=())
        for each in evidence.turns
    }
    anew = split.kind in ("group", "blocks") and not split.deal  # then turns hold this part too
    if evidence.part == "validation" and not anew:
        sides[min(split.held, how_many(evidence.experiment, evidence.prepared))] = evidence
    found = []
    for held, side in sorted(sides.items(), reverse=split.kind == "depth"):
        key = straight[0]
        name = name_of(evidence.experiment, evidence.prepared, held, side.own.rows)
        rival = mean_score(side, key)
        found.append(Block(name, side.spread(), rival, compared(side, key)[0], key))
    return tuple(found)


def _balanced(name: str, share: float) -> str:
    percent = f"{100 * share:.2g}%"
    return (
        f"As only {percent} of the samples are {name}, shares are balanced accuracy: each class counts alike."
    )


def _turns_in_words(evidence: Evidence, blocks: tuple[Block, ...]) -> str:
    said = {"better": "better", "equal": "as good", "worse": "worse"}
    counts = {word: sum(block.word == word for block in blocks) for word in said}
    told = ", ".join(f"{said[word]} in {count}" for word, count in counts.items() if count)
    name = next(each.label for each in evidence.own.rivals if each.key == blocks[0].key)
    ends = [words_for(each.own.mean, "", evidence.classes) for each in blocks]
    order = np.argsort([each.own.mean for each in blocks])
    unit = "" if evidence.classes else f" {evidence.prepared.target_unit}".rstrip()
    between = f"{ends[order[0]]} to {ends[order[-1]]}{unit}"
    whole = how_many(evidence.experiment, evidence.prepared)
    these = f"each of {len(blocks)}" if whole <= len(blocks) else f"{len(blocks)} of {whole}"
    return (
        f"With {these} {called(evidence.experiment)} held out in turn, beside {_named(name)}: {told}; "
        f"{between} {'right' if evidence.classes else 'error'}."
    )


def _simplest(keys: list[str]) -> str:
    """The baseline that says most: a straight line before all others."""
    return next((key for key in (*STRAIGHT, "persistence", "climatology") if key in keys), keys[0])


def _sentence(
    evidence: Evidence, verdicts: dict[str, Verdict], worse: list[Rival], equal: list[Rival]
) -> str:
    percent, unit = evidence.classes, evidence.prepared.target_unit

    def by(each: Rival) -> str:
        gap = abs(verdicts[each.key].difference)
        amount = f"{100 * gap:.1f} points" if percent else f"{plain(gap)} {unit}".strip()
        return f"to {_named(each.label)} by {amount}"

    if worse:
        told = f"Loses {_listed([by(each) for each in worse])}."
    elif any(each.key != _REMEMBERS for each in equal):
        told = f"No better than {_listed([_named(each.label) for each in equal])}."
    elif equal:
        told = (
            f"As good as {_listed([_named(each.label) for each in equal])}, better than all that is simpler."
        )
    else:
        told = "Beats every simple prediction."
    spread = evidence.spread()
    mean = words_for(spread.mean, unit, percent)
    if spread.count > 1:
        off = f"{100 * spread.deviation:.1f} points" if percent else plain(spread.deviation)
        what = "right" if percent else "error"
        return f"{told} Over {spread.count} seeds: {mean} {what} on average, ± {off} from seed to seed."
    return f"{told} This network: {mean}{' right' if percent else ''}."


def _named(label: str) -> str:
    label = label.split(":")[0]
    return label[:1].lower() + label[1:]


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _picture(evidence: Evidence, found: dict[str, tuple[Word, Verdict]]) -> BarsPicture:
    percent = evidence.classes
    many = tuple(each.score for each in evidence.seeds)
    label = f"Network, mean of {len(many)} seeds" if len(many) > 1 else "This network"
    bars = [Bar(label, evidence.spread().mean, True, many)]
    bars += [
        Bar(
            each.label.split(":")[0],
            mean_score(evidence, each.key),
            word=found[each.key][0],
            told=_told(evidence, each.label, *found[each.key]),
        )
        for each in evidence.own.rivals
    ]
    order = sorted(bars, key=lambda bar: bar.value if percent else -bar.value)
    others = [bar.value for bar in bars[1:]]
    best = (max(others) if percent else min(others)) if others else float("nan")
    return BarsPicture(tuple(order), best, percent)


def _told(evidence: Evidence, label: str, word: Word, verdict: Verdict) -> str:
    """How the network compares with a baseline, with the interval over seeds."""
    factor, unit = (100.0, "points") if evidence.classes else (1.0, evidence.prepared.target_unit)

    def signed(value: float) -> str:
        return f"{'+' if value > 0 else ''}{plain(factor * value)}"

    told = f"{word.capitalize()} than {_named(label)}" if word != "equal" else f"Equal to {_named(label)}"
    told += f": {signed(verdict.difference)} {unit}".rstrip() + " on average"
    if np.isfinite(verdict.low):
        told += f", 95% interval {signed(verdict.low)} to {signed(verdict.high)}"
        told += f", better in {verdict.wins} of {verdict.pairs} seeds"
    return f"{told}."


def _action(evidence: Evidence, key: str) -> Action:
    """Go back if it was better once; else try the straight line, or more units."""
    from playground.session.diagnostics.gap import way_back

    back = way_back(evidence)
    if back is not None:
        return back
    if key in STRAIGHT and evidence.experiment.network.layers:
        return Action("Try the straight line", straight)
    return Action("Add a hidden layer", partial(edits.add_layer, index=0, kind="dense"))


def straight(experiment: Experiment) -> Experiment:
    """The network without hidden layers: linear or logistic regression, learned by the same steps."""
    return edits.with_layers(experiment, [])
