"""A small plot written as SVG: axes with round numbers, curves, points, bars and words."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from html import escape

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QColor, QImage

from playground.views.output.colors import Colors
from playground.views.plots.axis import Tick, decimal_ticks
from playground.views.theme import Theme

FONT = "Inter, 'Segoe UI', 'Helvetica Neue', Arial, sans-serif"
Span = tuple[float, float]


class Plot:
    """Grows by its methods; `svg` is the whole. x and y are in the plot's own numbers."""

    def __init__(self, look: Theme, width: float, height: float, across: Span, up: Span) -> None:
        self.look = look
        self.width, self.height = width, height
        self.left, self.top, self.right, self.bottom = 46.0, 10.0, width - 12.0, height - 34.0
        self.across, self.up = _apart(across), _apart(up)
        self._parts: list[str] = []

    def x(self, value: ArrayLike) -> NDArray[np.float64]:
        """Where a number lies from left to right, in pixels."""
        low, high = self.across
        return np.asarray(self.left + (np.asarray(value) - low) / (high - low) * (self.right - self.left))

    def y(self, value: ArrayLike) -> NDArray[np.float64]:
        """Where a number lies from top to bottom, in pixels."""
        low, high = self.up
        return np.asarray(self.bottom - (np.asarray(value) - low) / (high - low) * (self.bottom - self.top))

    # What can be drawn

    def axes(
        self,
        below: str,
        beside: str,
        x_ticks: Sequence[Tick] | None = None,
        y_ticks: Sequence[Tick] | None = None,
    ) -> Plot:
        """Grid lines, tick labels and the names of both axes; returns the plot."""
        text = self.look.color("text-3")
        for tick in decimal_ticks(*self.up, 4) if y_ticks is None else y_ticks:
            y = float(self.y(tick.at))
            if self.top - 1 <= y <= self.bottom + 1:
                self.rule((self.left, y), (self.right, y), self.look.color("grid"))
                self.words(self.left - 6, y + 3.5, tick.label, text, "end")
        for tick in decimal_ticks(*self.across, 4) if x_ticks is None else x_ticks:
            x = float(self.x(tick.at))
            if self.left - 1 <= x <= self.right + 1:
                self.words(x, self.bottom + 14, tick.label, text, "middle")
        self.rule((self.left, self.bottom), (self.right, self.bottom), self.look.color("border-strong"))
        self.words((self.left + self.right) / 2, self.height - 4, below, text, "middle")
        middle = (self.top + self.bottom) / 2
        self._add(
            f'<text x="10" y="{middle:.1f}" transform="rotate(-90 10 {middle:.1f})" text-anchor="middle" '
            f'font-size="10" {_fill(text)}>{escape(beside)}</text>'
        )
        return self

    def curve(self, x: ArrayLike, y: ArrayLike, color: QColor, width: float = 1.6, dash: str = "") -> None:
        """A line through the points that are numbers, inside the plot."""
        across, up = np.asarray(x, np.float64), np.asarray(y, np.float64)
        known = np.isfinite(across) & np.isfinite(up)
        px = np.clip(self.x(across[known]), self.left, self.right)
        py = np.clip(self.y(up[known]), self.top, self.bottom)
        points = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(px, py, strict=True))
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        self._add(
            f'<polyline points="{points}" fill="none" {_stroke(color)} stroke-width="{width}"'
            f'{dashed} stroke-linejoin="round"/>'
        )

    def dots(self, x: ArrayLike, y: ArrayLike, color: QColor, radius: float = 1.9, rim: str = "") -> None:
        """A point for each sample."""
        edge = f' stroke="{rim}" stroke-width="0.7"' if rim else ""
        circles = "".join(
            f'<circle cx="{a:.1f}" cy="{b:.1f}" r="{radius}"/>'
            for a, b in zip(np.ravel(self.x(x)), np.ravel(self.y(y)), strict=True)
            if self.left <= a <= self.right and self.top <= b <= self.bottom
        )
        self._add(f"<g {_fill(color)}{edge}>{circles}</g>")

    def box(self, x: Span, y: Span, color: QColor) -> None:
        """A filled rectangle between numbers of both axes."""
        (left, right), (low, high) = self.x(x), self.y(y)
        self._add(
            f'<rect x="{left:.1f}" y="{min(low, high):.1f}" width="{max(right - left, 0):.1f}" '
            f'height="{abs(low - high):.1f}" {_fill(color)}/>'
        )

    def picture(self, colors: Colors) -> None:
        """A picture over the whole plot, row 0 at the top."""
        self._add(
            f'<image x="{self.left:.1f}" y="{self.top:.1f}" width="{self.right - self.left:.1f}" '
            f'height="{self.bottom - self.top:.1f}" preserveAspectRatio="none" '
            f'xlink:href="data:image/png;base64,{png(colors)}"/>'
        )

    def rule(self, start: Span, end: Span, color: QColor, width: float = 1.0, dash: str = "") -> None:
        """A straight line between two places, in pixels."""
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        self._add(
            f'<line x1="{start[0]:.1f}" y1="{start[1]:.1f}" x2="{end[0]:.1f}" y2="{end[1]:.1f}" '
            f'{_stroke(color)} stroke-width="{width}"{dashed}/>'
        )

    def words(
        self, x: float, y: float, text: str, color: QColor, anchor: str = "start", bold: bool = False
    ) -> None:
        """A line of text at a place, in pixels."""
        weight = ' font-weight="600"' if bold else ""
        self._add(
            f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="10"{weight} '
            f"{_fill(color)}>{escape(text)}</text>"
        )

    def _add(self, part: str) -> None:
        self._parts.append(part)

    def svg(self, name: str) -> str:
        """The picture; `name` says what it shows to those who do not see it."""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
            f'viewBox="0 0 {self.width:g} {self.height:g}" width="{self.width:g}" height="{self.height:g}" '
            f'role="img" aria-label="{escape(name)}" font-family="{FONT}">{"".join(self._parts)}</svg>'
        )


def png(colors: Colors) -> str:
    """A picture (rows, columns) of ARGB numbers as the text of a PNG."""
    held = np.ascontiguousarray(colors)
    rows, columns = held.shape
    image = QImage(held.tobytes(), columns, rows, columns * 4, QImage.Format.Format_RGB32)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return base64.b64encode(buffer.data().data()).decode()


def _apart(span: Span) -> Span:
    """The span, with some room where its ends are one."""
    low, high = float(span[0]), float(span[1])
    return (low, high) if high > low else (low - 0.5, low + 0.5)


def _fill(color: QColor) -> str:
    return _painted("fill", color)


def _stroke(color: QColor) -> str:
    return _painted("stroke", color)


def _painted(what: str, color: QColor) -> str:
    faint = f' {what}-opacity="{color.alphaF():.2f}"' if color.alpha() < 255 else ""
    return f'{what}="{color.name()}"{faint}'
