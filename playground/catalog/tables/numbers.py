"""Numbers in cells, as people write them: thousands marks, decimal commas, units and signs of currency."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from math import isfinite, isnan, nan

_SIGN = r"[-+−]?"
_POWER = r"([eEdD][-+]?\d+)?"  # Fortran writes 1.5D+03
_GAP = r"['’ \u00a0\u202f\u2009]"  # between thousands
_PLAIN = re.compile(rf"{_SIGN}(\d+(\.\d*)?|\.\d+){_POWER}$")
_COMMA = re.compile(rf"{_SIGN}(\d{{1,3}}(\.\d{{3}})+|\d{{1,3}}({_GAP}\d{{3}})+|\d+),\d+{_POWER}$")
_THOUSANDS = re.compile(rf"{_SIGN}\d{{1,3}}(,\d{{3}})+$")
_ENGLISH = re.compile(rf"{_SIGN}\d{{1,3}}(,\d{{3}})+\.\d+$")
_GAPS = re.compile(rf"{_SIGN}\d{{1,3}}({_GAP}\d{{3}})+([.,]\d+)?$")
_DOTTED = re.compile(rf"{_SIGN}\d{{1,3}}(\.\d{{3}})+$")
_WITH_UNIT = re.compile(
    rf"(?P<sign>[$€£¥])?\s?(?P<number>{_SIGN}(?:\d[\d.,'’ \u00a0\u202f]*)?\d(?:[eE][-+]?\d+)?)"
    r"\s?(?P<unit>(?:[^\W\d_]|[%‰°€$£¥])[^\d\s,;:]{0,9})?$"
)
_DEGREES = re.compile(
    r"(?P<sign>[-+−]?)(?P<degrees>\d{1,3})\s?°\s?(?P<minutes>\d{1,2}([.,]\d+)?)\s?['′’]"
    r"(\s?(?P<seconds>\d{1,2}([.,]\d+)?)\s?(\"|″|”|''))?\s?(?P<side>[NSEW]?)$"
)
_SIDE_FIRST = re.compile(r"([NSEW])\s?(\d.*)$")
_COLONS = re.compile(r"(\d{1,3}):(\d{1,2}):(\d{1,2}(?:[.,]\d+)?)\s?([NSEW])$")
_MINUS_LAST = re.compile(r"(\d[\d.,'’ \u00a0\u202f]*)-$")  # as accounting programs write
_FORTRAN = re.compile(r"(?<=[\d.])[dD](?=[-+]?\d+$)")
_OWED = re.compile(r"\((\d[\d.,'’ \u00a0\u202f]*)\)$")  # accountants write (1,500) for −1,500
_UNCERTAIN = re.compile(
    rf"\(?\s*(?P<value>{_SIGN}(?:\d[\d.,'’ \u00a0\u202f]*)?\d(?:[eE][-+]?\d+)?)\s*"
    r"(?P<before>[^\W\d_]{0,9})\s*"
    r"(?:±|\+/-|\+-|\+/−)\s*\d[\d.,]*(?:[eE][-+]?\d+)?\s*\)?\s*(?P<unit>[^\d\s,;:]{0,10})$"
)
_LIMIT = re.compile(r"(?P<side>[<>≤≥]=?)\s*(?P<number>\S.*)$")


def without_uncertainty(cell: str) -> str:
    """The value alone of "3.1 ± 0.2" and "(3.1 +/- 0.2) mm", with its unit; other cells as they are."""
    if "±" not in cell and "+" not in cell:
        return cell
    found = _UNCERTAIN.match(cell) if len(cell) <= 60 else None
    return f"{found['value']} {found['before'] or found['unit']}".strip() if found else cell


def is_number(cell: str, decimal: str) -> bool:
    """Whether a cell is a number without any words, perhaps with its uncertainty."""
    cell = without_uncertainty(cell)
    owed = _OWED.match(cell) or _MINUS_LAST.match(cell)
    cell = owed[1] if owed else cell
    if _PLAIN.match(cell) or _GAPS.match(cell) or _ENGLISH.match(cell) or _THOUSANDS.match(cell):
        return True
    return decimal == "," and bool(_COMMA.match(cell))


def decimal_sign(cells: Sequence[str], commas_divide: bool, stored: bool = False) -> str:
    """The decimal sign of most numbers.

    Where all are like 1,234, they are thousands in files with commas between cells, else fractions; like
    1.234, they are thousands where others have a decimal comma. Numbers `stored` as such say nothing.
    """
    bare = [_bare(cell)[0] for cell in cells]
    thousands = sum(bool(_THOUSANDS.match(cell)) for cell in bare)
    commas = sum(bool(_COMMA.match(cell)) for cell in bare) - thousands * commas_divide
    dots = sum("." in cell and bool(_PLAIN.match(cell) or _ENGLISH.match(cell)) for cell in bare)
    grouped = sum(bool(_DOTTED.match(cell)) for cell in bare)
    return "," if commas > (0 if stored else dots - grouped) else "."


def number_of(cell: str, decimal: str, unit: str = "") -> float:
    """The number in a cell, thousands marks and this unit allowed; NaN if it is none, infinite if too big."""
    cell = text = without_uncertainty(cell)
    if unit:
        text = text.removeprefix(unit).removesuffix(unit).strip()
    text = text.replace("−", "-")
    owed = _OWED.match(text) or _MINUS_LAST.match(text)
    if owed:
        return -number_of(owed[1], decimal)
    if not text.isascii() or "'" in text or " " in text:
        text = re.sub(_GAP, "", text) if _GAPS.match(text) else text
    if decimal == ",":
        if "," in text or _DOTTED.match(text):
            text = text.replace(".", "").replace(",", ".")
    elif "," in text and (_THOUSANDS.match(text) or _ENGLISH.match(text)):
        text = text.replace(",", "")
    if "_" in text or not text or text.strip("+-").lower().startswith(("inf", "nan")):
        return nan
    try:
        return float(_FORTRAN.sub("e", text) if "d" in text.lower() else text)
    except ValueError:
        return _degrees(cell)


def _degrees(cell: str) -> float:
    """Decimal degrees of 47°30'36"N, N47°30.6' or 47:30:36N, negative in the south and west; else NaN."""
    cell = _COLONS.sub(r"\1°\2'\3''\4", _SIDE_FIRST.sub(r"\2\1", cell))
    found = _DEGREES.match(cell)
    if not found:
        return nan
    minutes, seconds = (float((found[part] or "0").replace(",", ".")) for part in ("minutes", "seconds"))
    value = float(found["degrees"]) + minutes / 60 + seconds / 3600
    return -value if found["sign"] in ("-", "−") or found["side"] in ("S", "W") else value


def limit_of(cell: str, decimal: str, unit: str = "") -> tuple[str, float]:
    """What stands for "<0.05" or ">1000", as laboratories write: "below" and half the limit, "above" and the
    limit; "" and NaN for other cells.

    Half the detection limit is the usual substitution (Helsel 2012, Statistics for Censored Environmental
    Data, ch. 1, who warns of it where many values are below the limit).
    """
    found = _LIMIT.match(cell)
    limit = number_of(found["number"], decimal, unit) if found else nan
    if found is None or not isfinite(limit):
        return "", nan
    return ("below", limit / 2) if found["side"][0] in "<≤" else ("above", limit)


def unit_of(cells: Sequence[str], decimal: str) -> str:
    """The unit that stands beside the numbers of a column, such as % or €; empty if not nearly all agree."""
    with_unit = [cell for cell in cells if not is_number(cell, decimal)]
    if not with_unit or any(len(cell) > 60 for cell in with_unit):
        return ""
    units = Counter(_bare(cell)[1] for cell in with_unit)
    unit, count = units.most_common(1)[0]
    others = len(with_unit) - count
    fits = unit and others <= 0.1 * len(cells)
    return unit if fits and not isnan(number_of(with_unit[0], decimal, unit)) else ""


def _bare(cell: str) -> tuple[str, str]:
    """A cell without the unit at its end, or the sign of currency before it, and that."""
    cell = _MINUS_LAST.sub(r"-\1", cell)
    cell = without_uncertainty(cell)
    found = _WITH_UNIT.match(cell) if len(cell) <= 60 else None
    if not found:
        return cell, ""
    return found["number"], found["sign"] or found["unit"] or ""
