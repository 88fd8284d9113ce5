"""The pointer as a pencil: strokes over a chart, in the chart's own units."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QMouseEvent

from playground.views.plots.chart import Chart

View = tuple[float, float, float, float]


class Pencil(QObject):
    """`stroked(x, y, view, finished)` while the pointer is down on a chart; nothing while put away.

    The chart may change its view during a stroke; the stroke goes by the view that it began in.
    """

    stroked = Signal(float, float, object, bool)

    def __init__(self, chart: Chart) -> None:
        super().__init__(chart)
        self._chart = chart
        self._view: View | None = None
        self._active = False
        chart.viewport().installEventFilter(self)

    def set_active(self, active: bool) -> None:
        """Take it up or put it away."""
        self._active, self._view = active, None
        self.show_cursor()

    def show_cursor(self) -> None:
        """A cross while it is taken up."""
        shape = Qt.CursorShape.CrossCursor if self._active else Qt.CursorShape.ArrowCursor
        self._chart.viewport().setCursor(shape)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Strokes are ours; everything else is the chart's."""
        if not self._active or not isinstance(event, QMouseEvent):
            return False
        kind = event.type()
        if kind == QEvent.Type.MouseButtonPress and event.button() == Qt.MouseButton.LeftButton:
            if self._chart.plot.contains(event.position()):
                self._view = self._chart.view
                self._tell(event, False)
        elif kind == QEvent.Type.MouseMove and self._view is not None:
            self._tell(event, False)
        elif kind == QEvent.Type.MouseButtonRelease and self._view is not None:
            self._tell(event, True)
            self._view = None
        else:
            return kind == QEvent.Type.MouseButtonDblClick
        return True

    def _tell(self, event: QMouseEvent, finished: bool) -> None:
        assert self._view is not None
        left, right, bottom, top = self._view
        plot, place = self._chart.plot, event.position()
        across = min(max((place.x() - plot.left()) / plot.width(), 0.0), 1.0)
        up = min(max((plot.bottom() - place.y()) / plot.height(), 0.0), 1.0)
        x, y = left + across * (right - left), bottom + up * (top - bottom)
        self.stroked.emit(x, y, self._view, finished)
