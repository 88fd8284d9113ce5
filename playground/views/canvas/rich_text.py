"""Short formulas on the canvas, such as x₁² or sin x₂, set in the font of mathematics."""

from __future__ import annotations

import re
from functools import lru_cache

from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter

from playground.views.theme import theme

Run = tuple[str, bool, int]  # text, italic, level: 1 raised, −1 lowered


@lru_cache(maxsize=256)
def runs_of(html: str) -> tuple[Run, ...]:
    """The pieces of rich text with <i>, <sub> and <sup>."""
    found: list[Run] = []
    italic, level = False, 0
    for token in re.split(r"(</?(?:i|sub|sup)>)", html):
        if token in ("<i>", "</i>"):
            italic = token == "<i>"
        elif token in ("<sub>", "<sup>"):
            level = -1 if token == "<sub>" else 1
        elif token in ("</sub>", "</sup>"):
            level = 0
        elif token:
            found.append((token, italic, level))
    return tuple(found)


def _font(italic: bool, level: int, size: float) -> QFont:
    return theme().math_font(size * (0.7 if level else 1.0), italic)


@lru_cache(maxsize=256)
def formula_width(html: str, size: float = 15.0) -> float:
    """How wide a formula is."""
    return sum(end - start for start, end, *_rest in _placed(html, size))


def _placed(html: str, size: float) -> list[tuple[float, float, str, QFont, int]]:
    x, last_x, last_level = 0.0, 0.0, 0
    placed: list[tuple[float, float, str, QFont, int]] = []
    for text, italic, level in runs_of(html):
        font = _font(italic, level, size)
        width = QFontMetricsF(font).horizontalAdvance(text)
        # An index and a power at the same letter stand one above the other.
        start = last_x if level and last_level == -level else x
        placed.append((start, max(start + width, x), text, font, level))
        last_x, last_level = start, level
        x = max(x, start + width)
    return placed


def draw_formula(painter: QPainter, baseline: QPointF, html: str, color: QColor, size: float = 15.0) -> None:
    """Draw a formula from the left end of its baseline."""
    painter.setPen(color)
    for start, _end, text, font, level in _placed(html, size):
        painter.setFont(font)
        painter.drawText(baseline + QPointF(start, {0: 0.0, 1: -0.38, -1: 0.22}[level] * size), text)
