"""The look in one place: colours, fonts, sizes and colour maps, all read from `assets/tokens.json`.

`theme()` is the one `Theme`. Painters ask it while they paint and repaint on its `changed` signal, so
that light and dark switch in a few milliseconds. The chrome has no colour: ink and grey only.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette, QPen
from PySide6.QtWidgets import QApplication, QStyleFactory

from playground.catalog.assets import asset
from playground.views.style import STYLE

Lut = NDArray[np.uint32]


@cache
def _tokens() -> dict[str, Any]:
    tokens: dict[str, Any] = json.loads(asset("tokens.json").read_text(encoding="utf-8"))
    return tokens


@cache
def _families() -> dict[str, list[str]]:
    """Load the bundled fonts once; the families to try in order, per role ("ui", "math")."""
    folder = asset("fonts")
    if folder.is_dir():
        for file in sorted(folder.rglob("*")):
            if file.suffix.lower() in (".ttf", ".otf"):
                QFontDatabase.addApplicationFont(str(file))
    known = set(QFontDatabase.families())
    found = {}
    for role in ("ui", "math"):
        wanted = [name for name in _tokens()["font"][role] if name in known]
        found[role] = [*wanted, *_tokens()["font"][role]]
    return found


@cache
def _logical_dpi() -> float:
    screen = QGuiApplication.primaryScreen()
    return screen.logicalDotsPerInchY() if screen else 96.0


def parse_color(text: str) -> QColor:
    """`#RRGGBB` or `#RRGGBBAA` (alpha last, as on the web) as a colour."""
    color = QColor(text[:7])
    if len(text) == 9:
        color.setAlpha(int(text[7:], 16))
    return color


@cache
def _lut(name: str, map_name: str) -> Lut:
    stops = _tokens()["colormap"][map_name][name]
    positions = np.array([stop[0] for stop in stops], dtype=np.float64)
    colors = [parse_color(stop[1]) for stop in stops]
    at = np.linspace(positions[0], positions[-1], 256)
    channels = [
        np.interp(at, positions, [float(value(color)) for color in colors]).round().astype(np.uint32)
        for value in (QColor.red, QColor.green, QColor.blue)
    ]
    table: Lut = (
        np.uint32(0xFF000000) | (channels[0] << np.uint32(16)) | (channels[1] << np.uint32(8)) | channels[2]
    )
    table.setflags(write=False)
    return table


class Theme(QObject):
    """What everything on screen looks like. Use `theme()`; there is one."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.choice = "system"  # "light", "dark" or "system": what the user asked for
        self.name = "light"  # "light" or "dark": what is shown
        self.reduced_motion = False  # True: nothing is animated
        self._colors: dict[str, QColor] = {}
        self._fonts: dict[tuple[object, ...], QFont] = {}
        self._app: QApplication | None = None
        self._load()

    def _load(self) -> None:
        self._colors = {key: parse_color(text) for key, text in _tokens()["color"][self.name].items()}

    # What painters ask

    def color(self, token: str, opacity: float = 1.0) -> QColor:
        """A colour of the theme by its token name, such as "text-2"; a copy, free to change."""
        color = QColor(self._colors[token])
        if opacity != 1.0:
            color.setAlphaF(color.alphaF() * opacity)
        return color

    def pen(self, token: str, width: float = 1.0, style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> QPen:
        """A round-capped pen in a token's colour."""
        return QPen(self._colors[token], width, style, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)

    def categorical(self, index: int) -> QColor:
        """The colour of class or run `index`; ten of them, then again from the first."""
        colors = _tokens()["categorical"][self.name]
        return QColor(colors[index % len(colors)])

    def marker(self, index: int) -> str:
        """The shape that goes with `categorical(index)`: "triangle", "circle", …

        Once the colours begin again, each gets another shape.
        """
        markers: list[str] = _tokens()["categorical"]["markers"]
        return markers[(index + index // len(markers)) % len(markers)]

    def lut(self, name: str) -> Lut:
        """A colour map of 256 opaque ARGB values: "diverging" (−1…1), "sequential" or "gray" (0…1)."""
        return _lut(self.name, name)

    def class_color(self, index: int, classes: int = 2) -> QColor:
        """Points of two classes are orange and blue as the map behind them; more are categorical."""
        if classes <= 2:
            return self.color("pos" if index else "neg")
        return self.categorical(index + 1 if classes < 10 else index)

    def font(self, style: str = "body", weight: int | None = None, tabular: bool = True) -> QFont:
        """The interface's font in one of the type sizes of the tokens.

        `tabular` digits are equally wide, as live numbers need them; so is the hyphen, which words do not.
        """
        key = (style, weight, tabular)
        if key not in self._fonts:
            size, _line, default_weight = _tokens()["type"][style]
            font = self._new_font("ui", size)
            font.setWeight(QFont.Weight(weight or default_weight))
            font.setVariableAxis(QFont.Tag("wght"), float(weight or default_weight))  # Inter is one file
            if tabular:
                font.setFeature(QFont.Tag("tnum"), 1)
            self._fonts[key] = font
        return QFont(self._fonts[key])

    def line_height(self, style: str) -> int:
        """The height of a line of text in this type size."""
        return int(_tokens()["type"][style][1])

    def math_font(self, size: float = 14.5, italic: bool = True) -> QFont:
        """The font of formulas and symbols, such as the x of x₁."""
        key = ("math", size, italic)
        if key not in self._fonts:
            font = self._new_font("math", size)
            font.setItalic(italic)
            font.setFeature(QFont.Tag("tnum"), 1)
            self._fonts[key] = font
        return QFont(self._fonts[key])

    @staticmethod
    def _new_font(role: str, pixels: float) -> QFont:
        font = QFont(_families()[role])
        font.setPointSizeF(pixels * 72.0 / _logical_dpi())  # pixel sizes must be whole, these are not
        font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
        return font

    def radius(self, name: str) -> float:
        """A corner radius: "field", "button", "tile", "chip", "card", …"""
        return float(_tokens()["radius"][name])

    def line(self, name: str) -> float:
        """A line width: "hairline", "select", "focus", "curve", "icon", …"""
        return float(_tokens()["line"][name])

    def size(self, name: str) -> int:
        """A size in pixels: "topbar", "left", "control", "play", …"""
        return int(_tokens()["size"][name])

    def motion(self, name: str) -> int:
        """A duration in milliseconds: "fast", "base" or "slow"; 0 where motion is reduced."""
        return 0 if self.reduced_motion else int(_tokens()["motion"][name])

    # Switching

    def set(self, choice: str) -> None:
        """Show "light", "dark", or what the "system" prefers."""
        if choice not in ("light", "dark", "system"):
            raise ValueError(f'there is no theme "{choice}"; choose light, dark or system')
        self.choice = choice
        self._follow()

    def _follow(self) -> None:
        name = _system_name() if self.choice == "system" else self.choice
        if name != self.name:
            self.name = name
            self._load()
            self._dress()
            self.changed.emit()

    def apply(self, app: QApplication) -> None:
        """Dress the whole program: Fusion style, palette, font and style sheet; follow the system."""
        self._app = app
        app.setStyle(QStyleFactory.create("Fusion"))
        app.setFont(self.font("body", tabular=False))
        app.styleHints().colorSchemeChanged.connect(self._follow)
        name = _system_name() if self.choice == "system" else self.choice
        if name != self.name:
            self.name = name
            self._load()
        self._dress()

    def _dress(self) -> None:
        if self._app is not None:
            self._app.setPalette(self._palette())
            self._app.setStyleSheet(self._style_sheet())

    def _palette(self) -> QPalette:
        role = QPalette.ColorRole
        palette = QPalette()
        for target, token in {
            role.Window: "panel",
            role.WindowText: "text",
            role.Base: "field",
            role.AlternateBase: "window",
            role.Text: "text",
            role.Button: "raised",
            role.ButtonText: "text",
            role.BrightText: "text",
            role.ToolTipBase: "ink",
            role.ToolTipText: "on-ink",
            role.PlaceholderText: "text-3",
            role.Highlight: "ink",
            role.HighlightedText: "on-ink",
            role.Accent: "ink",
            role.Link: "text",
            role.LinkVisited: "text-2",
            role.Light: "raised",
            role.Midlight: "border",
            role.Mid: "border-strong",
            role.Dark: "border-strong",
            role.Shadow: "border-strong",
        }.items():
            palette.setColor(target, self.color(token))
        for target in (role.WindowText, role.Text, role.ButtonText):
            palette.setColor(QPalette.ColorGroup.Disabled, target, self.color("text-3"))
        return palette

    def _style_sheet(self) -> str:
        sheet = STYLE
        for token in sorted(self._colors, key=len, reverse=True):
            color = self._colors[token]
            css = f"rgba({color.red()},{color.green()},{color.blue()},{color.alpha()})"
            sheet = sheet.replace(f"@{token};", f"{css};").replace(f"@{token} ", f"{css} ")
        return sheet


def _system_name() -> str:
    scheme = QGuiApplication.styleHints().colorScheme()
    return "dark" if scheme == Qt.ColorScheme.Dark else "light"


@cache
def theme() -> Theme:
    """The one theme of the program."""
    return Theme()
