import numpy as np
import pytest
from PySide6.QtGui import QFont, QFontMetricsF, QPalette
from PySide6.QtWidgets import QApplication

from playground.views.theme import parse_color, theme


@pytest.fixture(autouse=True)
def _light(qapp: QApplication):
    theme().apply(qapp)
    theme().set("light")
    yield
    theme().set("light")


def test_web_colours_keep_their_alpha_last():
    assert parse_color("#14161A0A").getRgb() == (0x14, 0x16, 0x1A, 0x0A)


def test_switching_changes_colours_palette_and_tells_once(qtbot, qapp):
    light = theme().color("panel")
    with qtbot.waitSignal(theme().changed):
        theme().set("dark")
    assert theme().color("panel") != light
    assert qapp.palette().color(QPalette.ColorRole.Window) == theme().color("panel")
    told = []
    theme().changed.connect(lambda: told.append(1))
    theme().set("dark")
    assert told == []


def test_unknown_theme_is_refused():
    with pytest.raises(ValueError, match="choose light, dark or system"):
        theme().set("sepia")


@pytest.mark.parametrize("name", ["light", "dark"])
def test_colour_maps_are_256_opaque_values(name):
    theme().set(name)
    for kind in ("diverging", "sequential", "gray"):
        lut = theme().lut(kind)
        assert lut.shape == (256,)
        assert lut.dtype == np.uint32
        assert (lut >> 24 == 255).all()


def test_fractional_type_sizes_and_equal_digits(qapp):
    metrics = QFontMetricsF(theme().font("micro"))
    assert len({round(metrics.horizontalAdvance(digit), 3) for digit in "0123456789"}) == 1
    assert theme().font("section").weight() == QFont.Weight.DemiBold
    assert 10.4 < theme().font("micro").pointSizeF() * 96 / 72 < 10.6


def test_style_sheet_has_no_token_left(qapp):
    assert "@" not in qapp.styleSheet()
