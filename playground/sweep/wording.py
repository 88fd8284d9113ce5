"""Verdicts and spreads in plain sentences, for the window and the command line alike."""

from __future__ import annotations

from collections.abc import Callable

from playground.sweep.verdict import Spread, Standing, Verdict

Format = Callable[[float], str]

METRICS = {
    "loss": "loss",
    "accuracy": "accuracy",
    "balanced_accuracy": "balanced accuracy",
    "rmse": "RMSE",
    "mae": "MAE",
    "bias": "bias",
    "r2": "R²",
}
HEADLINES = {
    "better": "Better",
    "equal": "Equal within luck",
    "worse": "Worse",
    "unknown": "Too few seeds to say",
}
ONE_SEED = "one seed; repeat with 5 to be sure"


def metric_in_words(metric: str) -> str:
    """`validation_rmse` is "Validation RMSE"."""
    part, _, name = metric.partition("_")
    return f"{part.capitalize()} {METRICS.get(name, name)}"


def judged_in_words(verdict: Verdict, metric: str, other: str, shown: Format) -> str:
    """What the verdict rests on, in one or two sentences; `other` is what it was compared with."""
    name = metric_in_words(metric)
    if verdict.word == "unknown":
        pairs = "No seed has" if not verdict.pairs else f"Only {verdict.pairs} have"
        pairs = "Only one seed has" if verdict.pairs == 1 else pairs
        return f"{pairs} finished in both; three are needed at least."
    size = shown(abs(verdict.difference))
    interval = f"95% interval {signed(verdict.low, shown)} to {signed(verdict.high, shown)}"
    counts = f"better in {verdict.wins} of {verdict.pairs} seeds"
    if verdict.difference == 0.0 and verdict.wins == verdict.losses == 0:
        return f"{name} is the same as with {other} in each of {verdict.pairs} seeds."
    if verdict.word == "equal":
        return (
            f"{name} differs from {other} by {size} on average, no more than other seeds make it differ "
            f"({interval}; {counts})."
        )
    direction = "lower" if verdict.difference < 0.0 else "higher"
    return f"{name} is {size} {direction} than with {other} on average ({interval}; {counts})."


def spread_in_words(found: Spread, metric: str, shown: Format, apart: Format) -> str:
    """Where the seeds end, in one sentence."""
    if found.count == 1:
        return f"{metric_in_words(metric)} ends at {shown(found.median)}: {ONE_SEED}."
    return (
        f"Half of {found.count} seeds end between {shown(found.low)} and {shown(found.high)}, all of them "
        f"between {shown(found.least)} and {shown(found.most)}; the median is {shown(found.median)}. "
        f"Two single runs {apart(found.high - found.low)} apart may differ by luck alone."
    )


def standing_in_words(standing: Standing, seed: int, own: float, shown: Format) -> str:
    """Whether one seed's end is to be believed."""
    says = {
        "lucky": "was lucky: most seeds do worse",
        "typical": "is typical: it lies in the middle half of all seeds",
        "unlucky": "was unlucky: most seeds do better",
    }
    return f"Seed {seed:,} with {shown(own)} {says[standing]}."


def rank_in_words(standing: Standing | None, seeds: int) -> str:
    """Where a run stands among so many seeds, in a few words; None where that is not known."""
    where = {"lucky": "Among the best of", "typical": "Typical of", "unlucky": "Among the worst of"}
    return f"{where[standing]} {seeds} seeds" if standing is not None else f"{seeds} seeds"


def failures_in_words(label: str, failed: int, seeds: int) -> str:
    """How many seeds failed, "" if none did."""
    return f"{failed} of {seeds} seeds of {label} failed." if failed else ""


def signed(value: float, shown: Format) -> str:
    """A number with its sign."""
    return shown(value) if value <= 0.0 else f"+{shown(value)}"
