"""Where labels stand that must not lie on each other."""

from __future__ import annotations

import numpy as np

LABEL_GAP = 16.0  # between the lines of two end labels


def spread(heights: list[float], top: float, bottom: float, gap: float = LABEL_GAP) -> list[float]:
    """Move label lines apart, as little as possible, inside top and bottom.

    The least squares of all moves under the gaps, by pooling neighbours that collide (isotonic
    regression: Ayer et al., 1955). Too many for the room start at the top and go on below it.
    """
    order = np.argsort(heights, kind="stable").tolist()
    blocks: list[tuple[float, int]] = []  # mean and count of labels that stand close together
    for place, index in enumerate(order):
        mean, count = heights[index] - gap * place, 1
        while blocks and blocks[-1][0] >= mean:
            before, many = blocks.pop()
            mean, count = (before * many + mean * count) / (many + count), many + count
        blocks.append((mean, count))
    flat = [mean for mean, count in blocks for _ in range(count)]
    highest = max(top, bottom - gap * (len(heights) - 1))
    placed = list(heights)
    for place, (index, mean) in enumerate(zip(order, flat, strict=True)):
        placed[index] = min(max(mean, top), highest) + gap * place
    return placed
