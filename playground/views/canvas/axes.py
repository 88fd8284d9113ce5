"""The two weights along which the loss landscape looks, marked on their edges while it does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QGraphicsItem, QWidget

from playground.views.canvas.drawn import edge_of
from playground.views.maths.notation import Place
from playground.views.theme import theme
from playground.views.widgets.control import rounded

if TYPE_CHECKING:
    from playground.views.canvas.scene import CanvasScene

AT = 11  # the piece of the edge that bears the mark: beside the callout in its middle
HALF = 9.0  # of a mark's side
WORDS = ("across in the loss landscape", "up in the loss landscape")
ARROWS = (
    ((-4.5, 0.0), (4.5, 0.0), (1.5, -3.0), (4.5, 0.0), (1.5, 3.0)),
    ((0.0, 4.5), (0.0, -4.5), (-3.0, -1.5), (0.0, -4.5), (3.0, -1.5)),
)


class AxesItem(QGraphicsItem):
    """An arrow to the right on the first weight, one upwards on the second: as the map has them."""

    def __init__(self, scene: CanvasScene) -> None:
        super().__init__()
        self._scene = scene
        self.places: tuple[Place, ...] = ()
        self.setZValue(25)

    def show_places(self, places: tuple[Place, ...]) -> None:
        """Mark these weights, at most two; none without."""
        if places != self.places:
            self.places = places
            self.update()

    def marked(self) -> list[tuple[int, int] | None]:
        """The bundle and the edge of each weight; None where it is not drawn."""
        return [edge_of(self._scene, place.layer, place.unit, place.source) for place in self.places]

    def words(self, bundle: int, edge: int) -> str:
        """What an edge is for the landscape; "" for nothing."""
        found = zip(self.marked(), WORDS, strict=False)
        return next((words for drawn, words in found if drawn == (bundle, edge)), "")

    def boundingRect(self) -> QRectF:
        """The whole arrangement."""
        return QRectF(0, 0, self._scene.arrangement.width, self._scene.arrangement.height)

    def paint(self, painter: QPainter, option: Any, widget: QWidget | None = None) -> None:
        """A small card of ink with the arrow of its axis."""
        for drawn, arrow in zip(self.marked(), ARROWS, strict=False):
            if drawn is None:
                continue
            middle = QPointF(*self._scene.bundles[drawn[0]].points[drawn[1], AT].tolist())
            card = QRectF(middle.x() - HALF, middle.y() - HALF, 2 * HALF, 2 * HALF)
            rounded(painter, card.adjusted(-1.5, -1.5, 1.5, 1.5), 6, theme().color("canvas"))
            rounded(painter, card, 5, theme().color("ink"))
            painter.setPen(QPen(theme().color("on-ink"), 1.6, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPolyline(QPolygonF([middle + QPointF(*step) for step in arrow]))
