"""The pictures in the repository are those of the table, small, and as large as their names say."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage

ROOT = Path(__file__).resolve().parent.parent.parent
LARGEST = 200_000  # bytes


@pytest.fixture(scope="module")
def screens():
    sys.path.insert(0, str(ROOT / "packaging"))
    try:
        import screens

        yield screens
    finally:
        sys.path.remove(str(ROOT / "packaging"))


def test_every_picture_of_the_table_is_there_and_small(screens):
    for shot in screens.SHOTS:
        for theme in screens.THEMES:
            for width, height in shot.sizes:
                path = ROOT / "assets" / "screenshots" / f"{shot.name}-{width}-{theme}.png"
                assert path.stat().st_size < LARGEST, path.name
                image = QImage(str(path))
                assert (image.width(), image.height()) == (width, height), path.name


def test_few_colours_stay_near_the_picture(screens, tmp_path):
    image = QImage(120, 80, QImage.Format.Format_RGB32)
    for x in range(120):
        for y in range(80):
            image.setPixelColor(x, y, QColor(2 * x, 3 * y, 255 - x - y))
    screens.save(image, tmp_path / "small.png")
    small = QImage(str(tmp_path / "small.png"))
    assert small.colorCount() <= screens.COLORS
    small = small.convertToFormat(QImage.Format.Format_RGB32)
    one, other = (np.frombuffer(i.constBits(), np.uint8).astype(int) for i in (image, small))
    assert np.abs(one - other).mean() < 6.0
    assert np.abs(one - other).max() < 40


def test_a_picture_of_few_colours_is_kept_exactly(screens, tmp_path):
    image = QImage(40, 40, QImage.Format.Format_RGB32)
    image.fill(QColor("#FAFAFB"))
    image.setPixelColor(3, 5, QColor("#D66B0C"))
    screens.save(image, tmp_path / "exact.png")
    assert QImage(str(tmp_path / "exact.png")).convertToFormat(QImage.Format.Format_RGB32) == image
