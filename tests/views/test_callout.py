"""The formula of slow motion stands where it covers nothing, as long as there is such a place."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSizeF

from playground.views.slow_motion.callout import ROOM, place_callout

AREA = QRectF(12, 66, 760, 500)


def test_it_covers_nothing_where_there_is_room():
    random = np.random.default_rng(1)
    for _ in range(50):
        columns = random.choice(np.arange(40, 760, 180), 3, replace=False)
        boxes = [QRectF(x, y, 60, 50) for x in columns for y in np.arange(70, 380, 60)]
        found = place_callout(QSizeF(330, 90), AREA, boxes[3].center(), [(box, 1.0) for box in boxes])
        assert AREA.contains(found)
        assert not any(found.intersects(box) for box in boxes)


def test_it_stays_near_what_it_speaks_of():
    free = place_callout(QSizeF(100, 50), AREA, QPointF(700, 500), [])
    assert abs(free.center().x() - 700) < 130
    assert abs(free.center().y() - 500) < 130


def test_it_rather_covers_what_is_not_at_work():
    left, right = QRectF(12, 66, 380 - ROOM, 500), QRectF(392, 66, 380, 500)
    found = place_callout(QSizeF(300, 300), AREA, None, [(left, 20.0), (right, 1.0)])
    assert found.left() > left.right()
