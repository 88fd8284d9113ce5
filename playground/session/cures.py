"""Trying cures: short forks of the present run, each with one change, beside forks with none.

A change that keeps the weights is tried from the present ones, with several orders of the mini-batches; one
that only makes sense from first weights is tried from the start, with several seeds. Luck is judged in
pairs: the same order, or the same seed, with the change and without.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from playground.experiment.comparable import why_not
from playground.experiment.data import Prepared
from playground.experiment.edits import EditError
from playground.experiment.model import Experiment
from playground.experiment.shapes import shapes, task
from playground.session.document import restarts
from playground.session.repeat import Floats, Outcome, Side
from playground.session.rules import Finding, rules
from playground.session.rules.say import learning_rate, learning_rate_cure, number, set_to
from playground.session.snapshot import RateChange
from playground.sweep import Job, JobResult, Sweep
from playground.sweep.scores import lower_is_better
from playground.sweep.swept import Swept
from playground.sweep.verdict import LEAST_PAIRS, Band, judge

if TYPE_CHECKING:
    from playground.engine.run import Run
    from playground.engine.state import RunState

ORDERS = 5  # mini-batch orders, or seeds, of each cure
FEW = 3  # where a step is long
LONG = 2_000_000  # samples × weights of a step
SHORT, FAR = 500, 2_000  # steps of a fork, at least and at most
EPOCHS = 40
MOST = 6  # cures at a time
RUNS_AWAY = ("diverging", "rate_above_limit")  # rules that suspect too long steps
SLIGHT = 0.02  # a smaller part of the loss is no help worth the name
NO_CHANGE = "No change"

Word = Literal["waiting", "helped", "no difference", "worse", "failed"]


@dataclass(frozen=True, eq=False)
class Fork(Job):
    """Goes on from `state`, reached by `before`, as `experiment` would, with the mini-batches of `order`.

    Without a state it begins at the start, with `seed`. It trains for `length` epochs.
    """

    before: Experiment | None = None
    state: RunState | None = None
    order: int = 0
    length: int = EPOCHS

    def make(self) -> Run:
        """The run where the fork sets out."""
        from playground.engine.run import Run

        wanted = _unbounded(self.seeded())
        if self.before is None or self.state is None:
            return Run(wanted)
        run = Run(self.before)
        run.restore(self.state)
        run.adopt(wanted)
        run.reorder(self.order)
        return run

    def goal(self, run: Run) -> int:
        """So many epochs further."""
        return run.steps + self.length * run.steps_per_epoch


def _unbounded(experiment: Experiment) -> Experiment:
    """The same without conditions that end the training early, so that all forks train as long."""
    stop = type(experiment.training.stop)()
    training = experiment.training.model_copy(update={"stop": stop, "early_stopping": None})
    return experiment.model_copy(update={"training": training})


@dataclass(frozen=True)
class Remedy:
    """One change to try: what it is called, what it is against, and what comes out of it."""

    label: str
    against: str
    experiment: Experiment
    from_start: bool

    @property
    def changes(self) -> bool:
        """False for the fork to compare with."""
        return bool(self.against)


@dataclass(frozen=True)
class Effect:
    """What a remedy did to a metric: one word, and a sentence with the numbers."""

    word: Word
    sentence: str


@dataclass(frozen=True, eq=False)
class Treated:
    """A remedy with its forks so far; `steps` is where they set out."""

    remedy: Remedy
    outcome: Outcome
    start: int

    @property
    def name(self) -> str:
        """What rows and curves call it."""
        plain = self.remedy.changes or not self.remedy.from_start
        return self.remedy.label if plain else f"{self.remedy.label}, from the start"

    def band(self, metric: str) -> Band:
        """Median and quartiles over all forks, by steps since they set out.

        It begins at the evaluation before that.
        """
        found = self.outcome.band(metric)
        first = max(0, int(np.searchsorted(found.step, self.start, side="right")) - 1)
        edges = (each[first:] for each in (found.low, found.median, found.high))
        return Band(found.step[first:] - self.start, *edges)

    def curve(self, metric: str) -> tuple[Floats, Floats]:
        """The median of that band."""
        found = self.band(metric)
        return found.step, found.median

    @property
    def failed(self) -> bool:
        """True once most of its forks have stopped being numbers."""
        return 2 * len(self.outcome.failures) > len(self.outcome.results)

    def median(self, metric: str) -> float:
        """Where that curve stands; NaN while there is none, or where training fails."""
        values = self.curve(metric)[1]
        return float(values[-1]) if len(values) and not self.failed else math.nan


@dataclass(frozen=True, eq=False)
class Trials:
    """All forks at one moment. `metrics` mean the same for all remedies, the main one comes first."""

    treated: tuple[Treated, ...]
    metrics: tuple[str, ...]
    alike: bool  # every fork of a remedy is the same: all samples are in every step
    done: bool
    progress: float
    message: str

    def control(self, treated: Treated) -> Treated:
        """The fork without a change that sets out at the same place."""
        return next(
            each
            for each in self.treated
            if not each.remedy.changes and each.remedy.from_start == treated.remedy.from_start
        )

    def effect(self, treated: Treated, metric: str) -> Effect:
        """Whether a remedy helped, compared pair by pair with no change."""
        results, others = treated.outcome.results, self.control(treated).outcome.results
        if treated.failed:
            return Effect("failed", treated.outcome.failures[0])
        if not all(result.over for result in (*results, *others)):
            return Effect("waiting", "")
        ours, theirs = treated.outcome.ends(metric), self.control(treated).outcome.ends(metric)
        if not np.isfinite(theirs).any():
            return Effect("helped", "Without it the loss stops being a number; with it training goes on.")
        return _judged(ours, theirs, metric, self.alike and not treated.remedy.from_start)


def _judged(ours: Floats, theirs: Floats, metric: str, alike: bool) -> Effect:
    down, name = lower_is_better(metric), metric.replace("_", " ")
    now, before = float(np.nanmedian(ours)), float(np.nanmedian(theirs))
    numbers = f"{name} {_said(now, metric)}, without it {_said(before, metric)}"
    verdict = judge(ours, theirs, down)
    slight = abs(now - before) <= SLIGHT * (abs(before) if down else 1.0)
    if alike or verdict.pairs < LEAST_PAIRS:
        better = (now < before) == down
        word: Word = "no difference" if slight else "helped" if better else "worse"
        return Effect(word, f"{numbers[:1].upper()}{numbers[1:]}.")
    times = f"in {verdict.wins} of {verdict.pairs}"
    if verdict.word == "equal" or slight:
        why = "Hardly any" if slight else "No more than luck"
        return Effect("no difference", f"{why}: {numbers}; better {times}.")
    word = "helped" if verdict.word == "better" else "worse"
    return Effect(word, f"{numbers[:1].upper()}{numbers[1:]}; better {times}.")


def _said(value: float, metric: str) -> str:
    if metric.endswith("accuracy"):
        return f"{value:.1%}"
    return f"{value:.3g}"


def remedies(
    experiment: Experiment,
    findings: Sequence[Finding],
    lost: bool,
    good: bool,
    rate_change: RateChange | None = None,
) -> tuple[Remedy, ...]:
    """What to try for these findings, and the forks without a change to compare with.

    `lost` says that the present loss is no number: unless there is a `good` state to go back to, all begins
    at the start. `rate_change` is how the learning rate came to be what it is.
    """
    found: list[Remedy] = []
    for finding in (*_as_before(findings, lost, rate_change), *findings, *_gentler(experiment, lost)):
        try:
            changed = finding.cure.edit(experiment)
        except EditError:
            continue
        same = [at for at, each in enumerate(found) if each.experiment == changed]
        if same and _named(finding) in found[same[0]].against:
            continue
        if same:
            before = found[same[0]]
            words = f"{before.against}, {_named(finding)}"
            found[same[0]] = Remedy(before.label, words, changed, before.from_start)
        else:
            start = (lost and not good) or restarts(experiment, changed)
            found.append(Remedy(finding.cure.label, _named(finding), changed, start))
    found = found[:MOST]
    controls = [Remedy(NO_CHANGE, "", experiment, start) for start in (False, True)]
    return tuple(
        each
        for control in controls
        for each in (control, *(remedy for remedy in found if remedy.from_start == control.from_start))
        if any(remedy.from_start == control.from_start for remedy in found)
    )


def _as_before(findings: Sequence[Finding], lost: bool, changed: RateChange | None) -> list[Finding]:
    """Where training diverges after the learning rate was raised: what it was before."""
    climbs = lost or any(each.rule in RUNS_AWAY for each in findings)
    if not climbs or changed is None or not changed.raised or not changed.before:
        return []
    label = f"Back to learning rate {number(changed.before)}"
    rule = "diverging" if lost else next(each.rule for each in findings if each.rule in RUNS_AWAY)
    return [Finding(rule, "", set_to(label, "training.optimizer.learning_rate", changed.before))]


def _gentler(experiment: Experiment, lost: bool) -> list[Finding]:
    """Lower and lower learning rates, for a run that diverged: one tenth may not be enough."""
    if not lost or not learning_rate(experiment):
        return []
    cures = [learning_rate_cure(experiment, factor) for factor in (0.1, 0.01, 0.001, 0.0001)]
    return [Finding("diverging", "", cure) for cure in cures]


def _named(finding: Finding) -> str:
    """What it is against, such as "dead units in dense 1"."""
    rule = rules[finding.rule].label
    words = rule[:1].lower() + rule[1:]
    return f"{words} in {finding.layer.replace('_', ' ')}" if finding.units else words


class Cures(Swept):
    """Tries the cures of these findings in the background. `start` once; then `look` at any time.

    Forks set out from `state`, or where its loss is no number from `good`, the last state with a good loss
    and the experiment that it belongs to; without that they begin at the start.
    """

    def __init__(
        self,
        experiment: Experiment,
        state: RunState,
        findings: Sequence[Finding],
        prepared: Prepared,
        good: tuple[Experiment, RunState] | None = None,
        rate_change: RateChange | None = None,
    ) -> None:
        finite = all(np.isfinite(tensor).all() for tensor in state.tensors.values())
        self.lost = not finite or (state.counts[0] > 0 and not math.isfinite(state.last_loss))
        self.went_back = self.lost and good is not None
        before, state = good if self.lost and good is not None else (experiment, state)
        self.remedies = remedies(experiment, findings, self.lost, self.went_back, rate_change)
        self.steps = int(state.counts[0])
        samples = len(prepared.train)
        batch = min(experiment.training.batch_size, samples)
        each = max(1, experiment.steps_per_epoch(samples))
        heavy = batch * shapes(experiment).parameter_count > LONG
        self.count = FEW if heavy else ORDERS
        steps = SHORT if heavy else min(max(EPOCHS * each, SHORT), FAR)
        self.epochs = math.ceil(steps / each)
        self.start_epochs = math.ceil(max(steps, min(self.steps, FAR)) / each)
        self.alike = batch >= samples and not any(
            layer.kind in ("dropout", "gaussian_noise") for layer in experiment.network.layers
        )
        experiments = [remedy.experiment for remedy in self.remedies]
        self._metrics = _metrics(experiments, len(prepared.validation) > 0)
        forks = [
            self._fork(remedy, before, state, order)
            for remedy in self.remedies
            for order in range(self.count)
        ]
        super().__init__(Sweep(forks))

    def _fork(self, remedy: Remedy, before: Experiment, state: RunState, order: int) -> Fork:
        seed = remedy.experiment.seed + order
        if remedy.from_start:
            return Fork(remedy.label, remedy.experiment, seed=seed, length=self.start_epochs)
        return Fork(
            remedy.label, remedy.experiment, before=before, state=state, order=seed, length=self.epochs
        )

    def look(self) -> Trials:
        """What has come out so far."""
        state = self._sweep.state()
        treated = []
        for at, remedy in enumerate(self.remedies):
            results: tuple[JobResult, ...] = state.results[at * self.count : (at + 1) * self.count]
            outcome = Outcome(Side(remedy.label, remedy.experiment), results)
            treated.append(Treated(remedy, outcome, 0 if remedy.from_start else self.steps))
        return Trials(
            tuple(treated), self._metrics, self.alike, state.done, _progress(treated), state.message
        )


def _progress(treated: Sequence[Treated]) -> float:
    """How far all forks are, 0 to 1."""
    shares = [
        1.0 if each.over else max(0.0, (each.steps - one.start) / max(1, each.goal - one.start))
        for one in treated
        for each in one.outcome.results
    ]
    return sum(shares) / len(shares) if shares else 1.0


def _metrics(experiments: Sequence[Experiment], held_out: bool) -> tuple[str, ...]:
    """Metrics that mean the same for all of these."""
    if not experiments:
        return ()
    losses = not why_not(experiments, "validation_loss")
    plain = "accuracy" if task(experiments[0].data) == "classes" else "rmse"
    parts = ("validation", "train") if held_out else ("train",)
    kinds = ("loss", plain) if losses else (plain,)
    return tuple(f"{part}_{kind}" for kind in kinds for part in parts)
