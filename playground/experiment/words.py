"""Small pieces of sentences: numbers, ranges, and names that nobody knows."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from playground.experiment.strict_json import quoted


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name that is spelled most like this one; "" if none is near."""
    close = difflib.get_close_matches(name.lower(), list(known), n=1, cutoff=0.6)
    return close[0] if close else ""


def unknown(what: str, name: str, known: Iterable[str]) -> str:
    """Half a sentence for a name that nobody knows, with the nearest known one."""
    names = list(known)
    near = nearest(name, names)
    if near:
        return f"there is no {what} {quoted(name)}; did you mean {quoted(near)}?"
    if not names:
        return f"there is no {what} {quoted(name)}"
    listed = ", ".join(names[:24]) + (", …" if len(names) > 24 else "")
    return f"there is no {what} {quoted(name)}; known are {listed}"


def called(name: str) -> str:
    """What a layer is called in sentences and titles: dense_1 is "Dense 1"."""
    spaced = name.replace("_", " ")
    return spaced[:1].upper() + spaced[1:]


def range_in_words(
    minimum: float | None = None,
    maximum: float | None = None,
    above: float | None = None,
    below: float | None = None,
) -> str:
    """A range with a blank before it: " from 1 to 4,096", " greater than 0"; "" if there is none."""
    if minimum is not None and minimum == maximum:
        return f" that is {in_words(minimum)}"
    if minimum is not None and maximum is not None:
        return f" from {in_words(minimum)} to {in_words(maximum)}"
    low = f"greater than {in_words(above)}" if above is not None else ""
    low = f"at least {in_words(minimum)}" if minimum is not None else low
    high = f"less than {in_words(below)}" if below is not None else ""
    high = f"at most {in_words(maximum)}" if maximum is not None else high
    both = " and ".join(part for part in (low, high) if part)
    return f" {both}" if both else ""


def in_words(number: float) -> str:
    """A number for a sentence: thousands commas and a real minus sign."""
    whole = float(number).is_integer() and abs(number) < 1e16
    return (f"{int(number):,}" if whole else f"{number:g}").replace("-", "−")


def counted(number: int, what: str) -> str:
    """A number of things: "1 epoch", "2,000 steps"."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"
