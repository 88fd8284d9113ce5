"""The pictures of all shown units in one block of pixels, coloured by a look-up table, never copied."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from playground.session.snapshot import TILE
from playground.views.theme import theme

FULL = 0.82  # of the colour map's range: the value drawn for a fully active unit


class TileAtlas:
    """`count` pictures of TILE × TILE pixels, one under the other."""

    def __init__(self, count: int) -> None:
        self.count = count
        self._pixels: NDArray[np.uint32] = np.zeros((max(1, count), TILE, TILE), dtype=np.uint32)
        # The image only looks at the pixels, so they must live as long as it does.
        self.image = QImage(
            self._pixels.data, TILE, TILE * max(1, count), TILE * 4, QImage.Format.Format_RGB32
        )
        self.filled = np.zeros(count, dtype=bool)

    def fill(self, first: int, values: NDArray[Any], scale: float) -> None:
        """Colour the pictures from `first` on: values (n, TILE, TILE), or (n, TILE) for stripes."""
        if values.ndim == 2:
            values = np.broadcast_to(values[:, None, :], (len(values), TILE, TILE))
        half = 127.5 * FULL / (scale or 1.0)
        with np.errstate(over="ignore"):  # of a run that diverges
            shown = np.nan_to_num(values * half + 127.5, nan=127.5, posinf=255.0, neginf=0.0)
        index = np.clip(shown, 0.0, 255.0).astype(np.uint8)
        np.take(theme().lut("diverging"), index, out=self._pixels[first : first + len(values)])
        self.filled[first : first + len(values)] = True
