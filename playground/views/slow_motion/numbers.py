"""How slow motion writes numbers and symbols: coloured by sign, gradients in teal."""

from __future__ import annotations

from typing import Any

from playground.views.theme import theme

MINUS = "\u2212"
RAISED = str.maketrans("0123456789\u2212", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def spell(value: float) -> str:
    """Three digits that count, with a real minus sign."""
    if value != value:
        return "NaN"
    if abs(value) == float("inf"):
        return ("" if value > 0 else MINUS) + "∞"
    size = abs(value)
    if size == 0.0:
        return "0"
    if size >= 100_000 or size < 0.001:
        digits, _, power = f"{value:.1e}".partition("e")
        return f"{digits}·10<sup>{int(power)}</sup>".replace("-", MINUS)
    places = 0 if size >= 1000 else 1 if size >= 100 else 2 if size >= 0.1 else 3 if size >= 0.01 else 4
    return f"{value:,.{places}f}".replace("-", MINUS)


def plain(value: float) -> str:
    """The same without markup, for a place that shows text only."""
    text, _, power = spell(value).removesuffix("</sup>").partition("<sup>")
    return text + power.translate(RAISED)


def fine(value: float) -> str:
    """A weight before and after it is moved: four digits after the point, where small moves show."""
    size = abs(value)
    return f"{value:.4f}".replace("-", MINUS) if 0.001 <= size < 1000 else spell(value)


def _colored(text: str, token: str, weight: int = 500) -> str:
    return f'<span style="color:{theme().color(token).name()};font-weight:{weight}">{text}</span>'


def signed(value: Any, inside: bool = False, spelled: str = "") -> str:
    """A number in the colour of its sign; `inside` a sum or product, negative ones stand in brackets."""
    text = spelled or spell(float(value))
    if inside and (value < 0 or "<sup>" in text):
        text = f"({text})"
    return _colored(text, "neg-text" if value < 0 else "pos-text")


def slope(value: Any) -> str:
    """A gradient: teal, and the result of a line."""
    return _colored(spell(float(value)), "grad", 700)


def result(value: Any) -> str:
    """What a line comes to."""
    return f"<b>{spell(float(value))}</b>"


def math(html: str) -> str:
    """Symbols, in the font of mathematics."""
    family = theme().math_font(15.0).family()
    return f"<span style=\"font-family:'{family}';font-size:16px\">{html}</span>"
