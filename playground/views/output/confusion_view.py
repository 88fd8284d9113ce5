"""Which class was taken for which, and the samples that were misread."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QHelpEvent, QImage, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from playground.experiment.data import Prepared
from playground.session.snapshot import ConfusionOutput
from playground.views.output.reconstruction_view import gray_image
from playground.views.plots.words import percent
from playground.views.theme import theme
from playground.views.widgets.control import painter_of, rounded, text_width, write
from playground.views.widgets.numbers import count

LABELS = 62.0  # the widest that class names at the left may be
FOOT = 30
SMALL = 8.0  # cells smaller than this are drawn as one picture


class ConfusionView(QWidget):
    """A grid, one row a true class and one column a predicted one; below, the share that is right.

    A click on a cell chooses one of its samples, the next click the next one.
    """

    sampleChosen = Signal(int)  # noqa: N815 - a row of the data

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Confusion matrix")
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._counts: NDArray[np.int64] = np.zeros((0, 0), dtype=np.int64)
        self._names: tuple[str, ...] = ()
        self._kind = "images"
        self._label_width = 0.0
        self._output: ConfusionOutput | None = None
        self._prepared: Prepared | None = None
        self._clicked: dict[tuple[int, int], int] = {}  # how often each cell was
        theme().changed.connect(self.update)

    def show_output(self, output: ConfusionOutput, prepared: Prepared) -> None:
        """Show other counts."""
        if prepared is not self._prepared:
            self._clicked.clear()
        self._output, self._prepared = output, prepared
        what = "images" if prepared.image_shape else "rows"
        kind = f"validation {what}" if len(prepared.validation) else f"training {what}"
        names = tuple(prepared.class_names)
        same = np.array_equal(output.counts, self._counts) and (names, kind) == (self._names, self._kind)
        if not same:
            if names != self._names:
                self._label_width = max((text_width(name, "caption") for name in names), default=0.0)
                self._names = names
                self.updateGeometry()
            self._counts, self._kind = output.counts, kind
            self.setAccessibleDescription(" ".join(self._summary()))
            self.update()

    def _summary(self) -> tuple[str, str]:
        total = int(self._counts.sum())
        right = int(np.trace(self._counts)) if self._counts.size else 0
        share = percent(right / total) if total else "–"
        return share, f"correct on {count(total)} {self._kind}"

    # Geometry

    def _left(self) -> float:
        return 18.0 + min(self._label_width, LABELS) + 6.0

    def _cell(self) -> float:
        classes = max(1, len(self._names))
        return min(64.0, (self.width() - self._left()) / classes)

    def heightForWidth(self, width: int) -> int:
        """Square cells, class names, and the line below."""
        classes = max(1, len(self._names))
        grid = min(64.0 * classes, width - self._left())
        return int(grid + 38 + FOOT)

    def sizeHint(self) -> QSize:
        """As in the narrow column."""
        return QSize(296, self.heightForWidth(296))

    def _box(self, row: int, column: int) -> QRectF:
        cell = self._cell()
        gap = 1.0 if cell > 12 else 0.0
        left = self._left() + column * cell
        return QRectF(left, row * cell, cell, cell).adjusted(gap, gap, -gap, -gap)

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Cells, names and the summary."""
        painter = painter_of(self)
        classes = len(self._names)
        if classes == 0 or self._counts.shape != (classes, classes):
            return
        self._paint_cells(painter, classes)
        self._paint_names(painter, classes)
        share, words = self._summary()
        foot = QRectF(0, self._cell() * classes + 42, self.width(), 18)
        bold = theme().font("label", 600)
        write(painter, foot, share, font=bold)
        after = QFontMetricsF(bold).horizontalAdvance(share) + 8
        write(painter, foot.adjusted(after, 0, 0, 0), words, "body", "text-2")

    def _paint_cells(self, painter: QPainter, classes: int) -> None:
        levels = cell_levels(self._counts)
        table = theme().lut("diverging")
        cell = self._cell()
        if cell < SMALL:
            self._paint_as_picture(painter, levels, cell * classes)
            return
        font = theme().font("caption", 600 if cell >= 18 else 500)
        metrics = QFontMetricsF(font)
        radius = min(4.0, cell / 5)
        for row in range(classes):
            for column in range(classes):
                number = int(self._counts[row, column])
                box = self._box(row, column)
                if number == 0:
                    rounded(painter, box, radius, theme().color("field"))
                    continue
                fill = QColor.fromRgb(int(table[round(255 * levels[row, column])]))
                rounded(painter, box, radius, fill)
                text = count(number)
                if metrics.horizontalAdvance(text) < box.width() and cell >= 13:
                    painter.setFont(font)
                    painter.setPen(readable_on(fill))
                    painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), text)

    def _paint_as_picture(self, painter: QPainter, levels: NDArray[np.float64], side: float) -> None:
        """Very many classes: one pixel a cell, enlarged."""
        shown = np.take(theme().lut("diverging"), (levels * 255 + 0.5).astype(np.int64))
        shown = np.where(self._counts == 0, np.uint32(theme().color("field").rgb()), shown)
        argb = np.ascontiguousarray(shown, dtype=np.uint32)
        side_in_cells = len(argb)
        image = QImage(
            argb.tobytes(), side_in_cells, side_in_cells, side_in_cells * 4, QImage.Format.Format_RGB32
        )
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        painter.drawImage(QRectF(self._left(), 0, side, side), image)

    def _paint_names(self, painter: QPainter, classes: int) -> None:
        cell, left = self._cell(), self._left()
        bottom = cell * classes
        stride = max(1, int(np.ceil(13.0 / cell)))
        for index in range(0, classes, stride):
            name = self._names[index]
            box = QRectF(18, index * cell, left - 24, cell)
            write(painter, box, name, "caption", "text-2", Qt.AlignmentFlag.AlignRight)
            room = cell * stride if self._label_width > cell else cell
            below = QRectF(left + index * cell + cell / 2 - room / 2, bottom + 4, room, 14)
            write(painter, below, name, "caption", "text-2", Qt.AlignmentFlag.AlignHCenter)
        center = Qt.AlignmentFlag.AlignHCenter
        axis = QRectF(left, bottom + 20, cell * classes, 14)
        write(painter, axis, "predicted class", "caption", "text-3", center)
        painter.save()
        painter.rotate(-90)
        write(painter, QRectF(-bottom, 0, bottom, 14), "true class", "caption", "text-3", center)
        painter.restore()

    def event(self, event: object) -> bool:
        """The tooltip of a cell says it in words."""
        if isinstance(event, QHelpEvent):
            words = self.words_at(QPointF(event.pos()))
            if words:
                QToolTip.showText(event.globalPos(), words, self)
            else:
                QToolTip.hideText()
            return True
        return super().event(event)  # type: ignore[arg-type]

    def _cell_at(self, place: QPointF) -> tuple[int, int] | None:
        """The true and the predicted class at a place; None beside the grid."""
        cell = self._cell()
        row, column = int(place.y() // cell), int((place.x() - self._left()) // cell)
        inside = 0 <= row < len(self._names) and 0 <= column < len(self._names)
        return (row, column) if inside else None

    def samples_in(self, cell: tuple[int, int]) -> NDArray[np.int64]:
        """The rows of the data that a cell counts."""
        output, prepared = self._output, self._prepared
        if output is None or prepared is None:
            return np.zeros(0, np.int64)
        true = prepared.targets[output.rows]
        return np.asarray(output.rows[(true == cell[0]) & (output.taken_for == cell[1])])

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Choose a sample of the cell under the pointer."""
        cell = self._cell_at(event.position())
        rows = self.samples_in(cell) if cell is not None else ()
        if cell is not None and len(rows):
            count_of = self._clicked[cell] = self._clicked.get(cell, -1) + 1
            self.sampleChosen.emit(int(rows[count_of % len(rows)]))

    def words_at(self, place: QPointF) -> str:
        """What the cell at a place means; "" beside the grid."""
        found = self._cell_at(place)
        if found is None:
            return ""
        row, column = found
        number, true = count(self._counts[row, column]), self._names[row]
        if row == column:
            return f"{number} of class {true} read as {true}"
        return f"{number} of class {true} taken for {self._names[column]}"


def cell_levels(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Where each cell lies on the diverging map: right ones blue, wrong ones orange, 0 to 1.

    A right cell's strength is its share of its row, a wrong one's its share of the worst error.
    """
    rows = np.maximum(counts.sum(axis=1, keepdims=True), 1)
    right = 0.5 + 0.42 * counts / rows
    wrong_counts = counts - np.diag(np.diag(counts))
    wrong = 0.5 - 0.14 - 0.22 * wrong_counts / max(1, int(wrong_counts.max(initial=0)))
    levels: NDArray[np.float64] = np.where(np.eye(len(counts), dtype=bool), right, wrong)
    return levels


def readable_on(fill: QColor) -> QColor:
    """Ink or white, whichever stands out more."""

    def luminance(color: QColor) -> float:
        parts = [
            c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
            for c in (color.redF(), color.greenF(), color.blueF())
        ]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    dark, light = QColor("#14161A"), QColor("#FFFFFF")
    ground = luminance(fill)
    on_dark = (ground + 0.05) / (luminance(dark) + 0.05)
    on_light = (luminance(light) + 0.05) / (ground + 0.05)
    return dark if on_dark >= on_light else light


class MistakesView(QWidget):
    """The misread samples, the most confident first: pictures for images, lines for tables.

    A click on a picture chooses that sample.
    """

    sampleChosen = Signal(int)  # noqa: N815 - a row of the data

    COLUMNS = 5
    LINE = 22

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Mistakes")
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._output: ConfusionOutput | None = None
        self._prepared: Prepared | None = None
        self._images: dict[tuple[int, str], QImage] = {}
        theme().changed.connect(self.update)

    def show_output(self, output: ConfusionOutput, prepared: Prepared) -> None:
        """Show other mistakes."""
        if prepared is not self._prepared:
            self._images.clear()
        before = self._output
        self._output, self._prepared = output, prepared
        same = before is not None and np.array_equal(before.mistakes, output.mistakes)
        if not (same and np.array_equal(before.predicted, output.predicted)):  # type: ignore[union-attr]
            self.setAccessibleDescription(self._headline())
            self.update()

    def heightForWidth(self, width: int) -> int:
        """As high as the grid of the other segment, so that nothing below moves."""
        return int(width + FOOT)

    def sizeHint(self) -> QSize:
        """As in the narrow column."""
        return QSize(296, self.heightForWidth(296))

    def _headline(self) -> str:
        if self._output is None or self._prepared is None:
            return ""
        wrong, total = len(self._output.mistakes), int(self._output.counts.sum())
        what = "images" if self._prepared.image_shape else "rows"
        if wrong == 0:
            return f"All {count(total)} {what} are read correctly."
        return f"{count(wrong)} of {count(total)} {what} misread, the most confident first"

    def paintEvent(self, event: QPaintEvent) -> None:
        """The headline, then pictures or lines as far as they fit."""
        painter = painter_of(self)
        write(painter, QRectF(0, 0, self.width(), 18), self._headline(), "body", "text-2")
        if self._output is None or self._prepared is None:
            return
        area = QRect(0, 26, self.width(), self.height() - 26)
        if self._prepared.image_shape:
            self._paint_images(painter, area)
        else:
            self._paint_lines(painter, area)

    def _tiles(self, area: QRect) -> list[tuple[int, QRectF]]:
        """The rows of the mistakes that fit, and where their pictures stand."""
        assert self._output is not None
        gap = 8
        side = (area.width() - gap * (self.COLUMNS - 1)) // self.COLUMNS
        lines = max(0, (area.height() + gap) // (side + 20))
        found = []
        for position, row in enumerate(self._output.mistakes[: lines * self.COLUMNS]):
            line, column = divmod(position, self.COLUMNS)
            place = QRectF(column * (side + gap), area.top() + line * (side + 24), side, side)
            found.append((int(row), place))
        return found

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Choose the picture under the pointer."""
        if self._output is None or self._prepared is None:
            return
        area = QRect(0, 26, self.width(), self.height() - 26)
        if self._prepared.image_shape is not None:
            spots = self._tiles(area)
        else:
            spots = [
                (int(row), box) for row, box in zip(self._output.mistakes, self._lines(area), strict=False)
            ]
        for row, spot in spots:
            if spot.contains(event.position()):
                self.sampleChosen.emit(row)

    def _paint_images(self, painter: QPainter, area: QRect) -> None:
        for position, (row, tile) in enumerate(self._tiles(area)):
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
            rounded(painter, tile, 5, theme().color("canvas"), theme().color("border"))
            painter.drawImage(tile.adjusted(3, 3, -3, -3), self._image(row))
            self._paint_verdict(painter, tile, position)

    def _paint_verdict(self, painter: QPainter, tile: QRectF, position: int) -> None:
        true, predicted, _confidence = self._reading(position)
        below = QRectF(tile.left(), tile.bottom() + 2, tile.width(), 16)
        center = Qt.AlignmentFlag.AlignHCenter
        write(painter, below, f"{true} → {predicted}", "caption", "text-2", center)

    def _reading(self, position: int) -> tuple[str, str, float]:
        """True class, predicted class and confidence of one mistake."""
        assert self._output is not None and self._prepared is not None  # noqa: PT018
        names = self._prepared.class_names
        true = names[int(self._prepared.targets[self._output.mistakes[position]])]
        return true, names[int(self._output.predicted[position])], float(self._output.confidence[position])

    def _image(self, row: int) -> QImage:
        key = (row, theme().name)
        if key not in self._images:
            assert self._prepared is not None
            self._images[key] = picture(self._prepared, row)
        return self._images[key]

    def _lines(self, area: QRect) -> list[QRectF]:
        """Where the lines stand that fit."""
        most = max(0, area.height() // self.LINE)
        return [QRectF(0, area.top() + at * self.LINE, area.width(), self.LINE) for at in range(most)]

    def _paint_lines(self, painter: QPainter, area: QRect) -> None:
        assert self._output is not None
        for position, (row, box) in enumerate(zip(self._output.mistakes, self._lines(area), strict=False)):
            true, predicted, confidence = self._reading(position)
            write(painter, box, f"row {count(row + 1)}", "body", "text-3")
            write(painter, box.adjusted(72, 0, -48, 0), f"{true} → {predicted}", "body", "text")
            write(painter, box, percent(confidence), "body", "text-2", Qt.AlignmentFlag.AlignRight)


def picture(prepared: Prepared, row: int) -> QImage:
    """A sample that is an image, in the theme's greys."""
    assert prepared.image_shape is not None
    pixels = prepared.raw_inputs[row]
    return gray_image(pixels, prepared.image_shape, float(pixels.max()) or 1.0)


def values_picture(prepared: Prepared, values: tuple[float, ...]) -> QImage:
    """An image that was made by hand, as bright as the data's."""
    assert prepared.image_shape is not None
    top = float(prepared.raw_inputs[prepared.train].max()) or 1.0
    return gray_image(np.array(values), prepared.image_shape, top)


if __name__ == "__main__":
    from playground.views.live import show_live
    from playground.views.output.output_panel import OutputPanel

    show_live(OutputPanel, "digits")
