"""Images beside what the network makes of them: an autoencoder's view."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.experiment.data import Prepared
from playground.session.snapshot import Array, ReconstructionOutput
from playground.views.plots.words import with_unit
from playground.views.theme import theme
from playground.views.widgets.control import painter_of, text_width, write
from playground.views.widgets.numbers import count

PAIRS = 4  # side by side
BETWEEN, APART, BELOW = 2.0, 10.0, 8.0
WORDS = 44.0


class ReconstructionView(QWidget):
    """Pairs of images: the sample at the left, its reconstruction at the right; the error below.

    A click on a pair chooses that sample.
    """

    sampleChosen = Signal(int)  # noqa: N815 - a row of the data

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Images and their reconstructions")
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._output: ReconstructionOutput | None = None
        self._prepared: Prepared | None = None
        theme().changed.connect(self.update)

    def show_output(self, output: ReconstructionOutput, prepared: Prepared) -> None:
        """Show these pairs."""
        if self._output is None or len(self._output.rows) != len(output.rows):
            self.updateGeometry()
        self._output, self._prepared = output, prepared
        self.setAccessibleDescription(" ".join(self._summary()))
        self.update()

    def _summary(self) -> tuple[str, str]:
        assert self._output is not None
        assert self._prepared is not None
        kind = "validation images" if len(self._prepared.validation) else "training images"
        return with_unit("")(self._output.error), f"RMSE on {count(self._output.samples)} {kind}"

    def _side(self, width: float) -> float:
        return (width - APART * (PAIRS - 1) - BETWEEN * PAIRS) / (2 * PAIRS)

    def heightForWidth(self, width: int) -> int:
        """Square images, and two lines of words."""
        rows = -(-len(self._output.rows) // PAIRS) if self._output is not None else 6
        return round(rows * (self._side(width) + BELOW) + WORDS)

    def sizeHint(self) -> QSize:
        """As in the narrow column."""
        return QSize(296, self.heightForWidth(296))

    def _corner(self, position: int) -> QPointF:
        """The upper left corner of a pair."""
        side = self._side(self.width())
        return QPointF(
            (position % PAIRS) * (2 * side + BETWEEN + APART), (position // PAIRS) * (side + BELOW)
        )

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Choose the pair under the pointer."""
        side = self._side(self.width())
        for position, row in enumerate(self._output.rows if self._output is not None else ()):
            if QRectF(self._corner(position), QSizeF(2 * side + BETWEEN, side)).contains(event.position()):
                self.sampleChosen.emit(int(row))

    def paintEvent(self, event: QPaintEvent) -> None:
        """All pairs, then what they mean and how far they are apart."""
        output, prepared = self._output, self._prepared
        if output is None or prepared is None or prepared.image_shape is None:
            return
        painter = painter_of(self)
        side = self._side(self.width())
        top = float(prepared.raw_inputs.max()) or 1.0
        for position, row in enumerate(output.rows):
            x, y = self._corner(position).toTuple()
            pair = (prepared.raw_inputs[row], output.images[position])
            for at, pixels in enumerate(pair):
                box = QRectF(x + at * (side + BETWEEN), y, side, side)
                self._paint(painter, box, gray_image(pixels, prepared.image_shape, top))
        words = QRectF(0, self.height() - WORDS + 2, self.width(), 18)
        write(painter, words, "left the image, right what comes out", "caption", "text-3")
        number, rest = self._summary()
        below = words.translated(0, 21)
        write(painter, below, number, font=theme().font("label", 600))
        write(painter, below.adjusted(text_width(number) + 8, 0, 0, 0), rest, "body", "text-2")

    @staticmethod
    def _paint(painter: QPainter, box: QRectF, image: QImage) -> None:
        painter.drawImage(box, image)
        painter.setPen(QPen(theme().color("border"), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(box)


def gray_image(pixels: Array, shape: tuple[int, int], top: float) -> QImage:
    """Pixels from 0 to `top` in the theme's greys; what is not a number is drawn as 0."""
    level = np.clip(np.nan_to_num(np.asarray(pixels, dtype=np.float64).reshape(shape) / top), 0.0, 1.0)
    argb = np.take(theme().lut("gray"), (level * 255 + 0.5).astype(np.int64))
    rows, columns = argb.shape
    return QImage(argb.tobytes(), columns, rows, columns * 4, QImage.Format.Format_RGB32).copy()


if __name__ == "__main__":
    from playground.views.live import show_live
    from playground.views.output.output_panel import OutputPanel

    show_live(OutputPanel, "autoencoder")
