"""Numbers as people type and read them: one spelling in every locale.

Typed, a comma means a point; group separators are refused, for "1.234" means different things to
different readers. Shown, counters have thousands commas and every minus is a real minus sign.
"""

from __future__ import annotations

import math
import re

MINUS = "−"
_NUMBER = re.compile(r"([+-]?)(\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE]([+-]?\d{1,4}))?", re.ASCII)
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


class NumberError(ValueError):
    """The text is no number; the message says what to type instead."""


def parse(text: str, whole: bool = False) -> float:
    """The number that a text means. Raises NumberError, whose words can be shown."""
    cleaned = text.strip().replace(MINUS, "-")
    if len(cleaned) > 64:
        raise NumberError("That is too long for a number.")
    found = _NUMBER.fullmatch(cleaned)
    if found is None:
        if sum(cleaned.count(mark) for mark in ".,' ") > 1 and re.search(r"\d", cleaned):
            raise NumberError("Type the number without separators for thousands.")
        raise NumberError("Type a number, such as 3." if whole else "Type a number, such as 0.03 or 1e-3.")
    if whole and re.search(r"[.,]", cleaned):
        raise NumberError("Type a whole number, without point or comma.")
    value = float(cleaned.replace(",", "."))
    if not math.isfinite(value):
        raise NumberError("That number is too large.")
    if whole and value != int(value):
        raise NumberError("Type a whole number.")
    return value


def spell(value: float) -> str:
    """A setting as it stands in a field: shortest spelling, no group separators, "1e−8" when small."""
    if isinstance(value, int) or (float(value).is_integer() and abs(value) < 1e15):
        return str(int(value)).replace("-", MINUS)
    digits = f"{value:.12g}" if 1e-4 <= abs(value) < 1e15 else _exponent(value)
    return digits.replace("-", MINUS)


def _exponent(value: float) -> str:
    mantissa, exponent = f"{value:.11e}".split("e")
    return f"{mantissa.rstrip('0').rstrip('.')}e{int(exponent)}"


def power(value: float) -> str:
    """A tick label on a log scale: 10⁻⁴, 10⁻³, 0.01, 0.1, 1, 10, 10³."""
    exponent = round(math.log10(value))
    if -2 <= exponent <= 2:
        return f"{10.0**exponent:g}"
    return "10" + str(exponent).translate(_SUPERSCRIPTS)


def count(value: float) -> str:
    """A counter with thousands commas: 3,200."""
    return f"{value:,.0f}".replace("-", MINUS)


def said(value: float) -> str:
    """A value inside a sentence: 2,000,000 or 0.0001."""
    if isinstance(value, int):
        return f"{value:,d}".replace("-", MINUS)
    return count(value) if float(value).is_integer() and abs(value) < 1e15 else spell(value)


def short_count(value: float, longest: int = 13) -> str:
    """A counter that fits `longest` characters: with commas, else in millions, billions, …"""
    text = count(value)
    if len(text) <= longest:
        return text
    for limit, unit in ((1e18, "E"), (1e15, "P"), (1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= limit and len(text := f"{value / limit:.4g}{unit}") <= longest:
            return text.replace("-", MINUS)
    return f"{value:.2e}".replace("e+", "e").replace("-", MINUS)


def measure(value: float) -> str:
    """A loss or a rate in few characters: 0.013, 12.4, 3.1e−5; "–" where there is none."""
    if math.isnan(value):
        return "–"
    if math.isinf(value):
        return "∞" if value > 0 else MINUS + "∞"
    size = abs(value)
    if size == 0:
        return "0"
    if size < 9.5e-4 or size >= 99_999.5:
        text = f"{value:.1e}"
        mantissa, exponent = text.split("e")
        text = f"{mantissa}e{int(exponent)}"
    elif size < 9.9995:
        text = f"{value:.3f}"
    elif size < 99.95:
        text = f"{value:.2f}" if size < 99.995 else f"{value:.1f}"
    else:
        text = f"{value:,.0f}" if size >= 999.5 else f"{value:.1f}"
    return text.replace("-", MINUS)
