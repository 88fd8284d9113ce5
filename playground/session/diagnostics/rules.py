"""How each check comes to its verdict, in words, with the limits of the experiment."""

from __future__ import annotations

from playground.experiment.model import Checks
from playground.sweep.verdict import CONFIDENCE


def rule(key: str, limits: Checks) -> str:
    """The rule of a check, such as "Needs a look above 20%, fails above 50%."."""
    return _RULES[key].format(
        confidence=f"{100 * CONFIDENCE:.0f}",
        margin=f"{100 * limits.margin:g}",
        gap_look=f"{100 * limits.gap_look:g}",
        gap_fail=f"{100 * limits.gap_fail:g}",
        rare=f"{100 * limits.rare:g}",
        outside=f"{100 * limits.outside:g}",
        regime_look=f"{limits.regime_look:g}",
        regime_fail=f"{limits.regime_fail:g}",
        samples=f"{limits.regime_samples:,}",
        seeds=f"{limits.seeds:,}",
    )


_RULES = {
    "splits": "Fails where samples that are related in time, in space or by group were dealt by chance. "
    "Needs a look where samples outside training have an exact double inside it.",
    "baselines": "{seeds} networks are trained from other seeds and compared with each baseline in pairs. "
    "Better or worse: the {confidence}% interval of the mean difference (Student's t) leaves "
    "out 0, and the difference is more than {margin}% of the baseline's error; else equal. "
    "Worse than one fails, equal to one needs a look; the nearest neighbours may be equalled, "
    "as they keep every training sample. Where a class has less than {rare}% of an equal share of the "
    "samples, balanced accuracy is compared, the mean over classes of the share that is right.",
    "gap": "How far the error on judged samples lies above the training error, mean over {seeds} "
    "seeds: needs a look above {gap_look}%, fails above {gap_fail}%. For classes, two "
    "standard errors are allowed for.",
    "sanity": "Fails where more than {outside}% of predictions lie outside the target's valid range, "
    "where they run against a known trend, or where a common class is never named. Without a "
    "valid range, predictions far beyond the training targets need a look. The curve is the "
    "mean answer while one input changes and all others stay (partial dependence).",
    "regimes": "The largest error of a regime as a multiple of the overall error: needs a look above "
    "{regime_look}, fails above {regime_fail}. Regimes of fewer than {samples} judged samples "
    "do not count. For classes, two standard errors are allowed for.",
}
