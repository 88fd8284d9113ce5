"""From a network's answers over the plane to colours, (rows, columns) uint32 ARGB.

Surfaces are half as strong as the points on them. What is not a number is drawn in `gap`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor

from playground.experiment.data import Prepared
from playground.session.snapshot import Array
from playground.views.theme import Theme, theme

Colors = NDArray[np.uint32]
STRENGTH = 0.5  # of the colour map's full reach
SHADOW = 0.55  # of the way to the shadow's colour, at most
ENLARGED = 3  # class maps are drawn this much finer than they are sampled


def looked_up(level: Array, lut: Colors, gap: QColor) -> Colors:
    """Levels from 0 to 1 through a table of colours."""
    finite = np.isfinite(level)
    index = (np.clip(np.where(finite, level, 0.0), 0.0, 1.0) * (len(lut) - 1) + 0.5).astype(np.int64)
    colors: Colors = np.take(lut, index)
    if not finite.all():
        colors = np.where(finite, colors, np.uint32(gap.rgb()))
    return colors


def probability(values: Array, lut: Colors, gap: QColor) -> Colors:
    """P(class 1) on the diverging map."""
    return looked_up(0.5 + STRENGTH * (values - 0.5), lut, gap)


def signed(values: Array, scale: float, lut: Colors, gap: QColor) -> Colors:
    """Activations from −scale to scale on the diverging map."""
    return looked_up(0.5 + 0.5 * values / max(scale, 1e-300), lut, gap)


def class_palette(colors: list[QColor], paper: QColor) -> Colors:
    """The classes' colours as surfaces, half as strong as their points."""
    mixed = [
        [channel(paper) + STRENGTH * (channel(color) - channel(paper)) for color in colors]
        for channel in (QColor.red, QColor.green, QColor.blue)
    ]
    red, green, blue = (np.array(values, dtype=np.uint32) for values in mixed)
    return np.uint32(0xFF000000) | (red << np.uint32(16)) | (green << np.uint32(8)) | blue


def blended(values: Array, colors: list[QColor], paper: QColor, gap: QColor) -> Colors:
    """The classes' colours mixed by their probabilities (classes, rows, columns)."""
    palette = class_palette(colors, paper)
    table = np.stack([palette >> 16 & 255, palette >> 8 & 255, palette & 255], axis=1).astype(np.float64)
    finite = np.isfinite(values).all(axis=0)
    mixed = np.tensordot(np.where(finite, values, 0.0), table, axes=(0, 0)).clip(0, 255).astype(np.uint32)
    packed = np.uint32(0xFF000000) | (mixed[..., 0] << 16) | (mixed[..., 1] << 8) | mixed[..., 2]
    return np.where(finite, packed, np.uint32(gap.rgb())).astype(np.uint32)


def winners(values: Array, palette: Colors, gap: QColor) -> Colors:
    """The colour of the likeliest class, finer than the samples; one row is P(class 1)."""
    fine = enlarged(values)
    if len(fine) == 1:
        fine = np.concatenate([1.0 - fine, fine])
    best, top = np.zeros(fine.shape[1:], dtype=np.int8), fine[0]
    for index in range(1, len(fine)):
        ahead = fine[index] > top
        best[ahead] = index
        top = np.maximum(top, fine[index])
    colors: Colors = np.take(palette, best)
    finite = np.isfinite(top)
    return colors if finite.all() else np.where(finite, colors, np.uint32(gap.rgb()))


def enlarged(values: Array, factor: int = ENLARGED) -> Array:
    """The same maps sampled `factor` times as finely, straight lines between the samples."""
    finer = np.asarray(values, dtype=np.float32)
    for axis in (1, 2):
        count = finer.shape[axis]
        at = np.clip((np.arange(count * factor) + 0.5) / factor - 0.5, 0, count - 1)
        low = np.minimum(at.astype(np.int64), max(0, count - 2))
        part = (at - low).astype(np.float32)
        part = part[:, None] if axis == 1 else part
        first = np.take(finer, low, axis=axis)
        finer = first + (np.take(finer, np.minimum(low + 1, count - 1), axis=axis) - first) * part
    return finer


def surface_colors(
    values: Array, prepared: Prepared, mode: str, which: int = 0, look: Theme | None = None
) -> Colors:
    """The colours of the surface in a mode ("probability" or "class"); empty where there are no values.

    `look` is the program's own unless given.
    """
    look = look or theme()
    gap = look.color("field")
    if 0 in values.shape:
        return np.zeros((0, 0), dtype=np.uint32)
    if prepared.task != "classes":
        low, high, name = value_range(prepared, which)
        return looked_up((values[which] - low) / (high - low), look.lut(name), gap)
    classes = max(2, len(values))
    palette = [look.class_color(index, classes) for index in range(classes)]
    paper, diverging = look.color("panel"), look.lut("diverging")
    if mode == "class":
        flat = diverging[[64, 191]] if classes == 2 else class_palette(palette, paper)
        return winners(values, flat, gap)
    if classes == 2:
        return probability(values[-1], diverging, gap)
    return blended(values, palette, paper, gap)


def shaded(colors: Colors, share: Array, shadow: QColor) -> Colors:
    """Colours in the shadow where `share` (rows, columns), 0 to 1, is large; a coarser grid is repeated."""
    finer = [size // other for size, other in zip(colors.shape, share.shape, strict=True)]
    part = SHADOW * np.clip(np.nan_to_num(share), 0.0, 1.0).repeat(finer[0], axis=0).repeat(finer[1], axis=1)
    mixed = np.uint32(0xFF000000)
    for shift, dark in ((16, shadow.red()), (8, shadow.green()), (0, shadow.blue())):
        channel = (colors >> np.uint32(shift) & np.uint32(255)).astype(np.float64)
        mixed = mixed | (channel + part * (dark - channel)).astype(np.uint32) << np.uint32(shift)
    return np.asarray(mixed, np.uint32)


def value_range(prepared: Prepared, which: int = 0) -> tuple[float, float, str]:
    """From where to where a target goes, and the colour map: diverging around zero, else sequential."""
    targets = prepared.raw_targets[prepared.train].reshape(len(prepared.train), -1)[:, which]
    finite = targets[np.isfinite(targets)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    if low < 0.0 < high:
        reach = max(-low, high)
        return -reach, reach, "diverging"
    return low, (high if high > low else low + 1.0), "sequential"
