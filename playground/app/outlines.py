"""Letters of an SVG as outlines, so that it looks the same where the program's fonts are not installed."""

from __future__ import annotations

import html
import re

from PySide6.QtGui import QFont, QPainterPath

_TEXT = re.compile(
    r'<text (?P<fill>[^>]*?) xml:space="preserve" x="(?P<x>[^"]*)" y="(?P<y>[^"]*)" '
    r'font-family="(?P<family>[^"]*)" font-size="(?P<size>[^"]*)" font-weight="(?P<weight>[^"]*)" '
    r'font-style="(?P<style>[^"]*)"\s*>(?P<text>[^<]*)</text>'
)
_DRAWN = 1000  # pixels, to be scaled down


def outlined(svg: str) -> str:
    """The same picture with a path for every text."""
    return _TEXT.sub(_path, svg)


def _path(found: re.Match[str]) -> str:
    font = QFont([name.strip() for name in html.unescape(found["family"]).split(",")])
    font.setPixelSize(_DRAWN)
    font.setWeight(QFont.Weight(int(found["weight"])))
    font.setVariableAxis(QFont.Tag("wght"), float(found["weight"]))  # as the theme sets it for Inter
    if any(letter.isdigit() for letter in found["text"]):
        font.setFeature(QFont.Tag("tnum"), 1)
    font.setItalic(found["style"] == "italic")
    outline = QPainterPath()
    outline.addText(0.0, 0.0, font, html.unescape(found["text"]))
    scale = float(found["size"]) / _DRAWN
    x, y = float(found["x"]), float(found["y"])
    return f'<path {found["fill"]} fill-rule="nonzero" d="{_drawn(outline, scale, x, y)}"/>'


def _drawn(outline: QPainterPath, scale: float, x: float, y: float) -> str:
    """An outline in the letters of SVG."""
    letters = {
        QPainterPath.ElementType.MoveToElement: "M",
        QPainterPath.ElementType.LineToElement: "L",
        QPainterPath.ElementType.CurveToElement: "C",
    }
    words = []
    for index in range(outline.elementCount()):
        element = outline.elementAt(index)
        place = f"{x + scale * element.x:.2f} {y + scale * element.y:.2f}"
        words.append(letters.get(element.type, "") + place)
    return " ".join(words)
