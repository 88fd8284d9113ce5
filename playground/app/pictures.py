"""A picture of any view: PNG in twice the size of the screen, SVG and PDF as lines."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QPoint, QRect, QSizeF
from PySide6.QtGui import QImage, QPageSize, QPainter, QPdfWriter
from PySide6.QtWidgets import QGraphicsItem, QGraphicsView, QWidget

from playground.app.outlines import outlined
from playground.experiment.store import write_file
from playground.views.theme import theme

PICTURES = (".png", ".svg", ".pdf")

_SHARPNESS = 2
_DPI = 96


def save(widget: QWidget, path: Path) -> None:
    """Write what this view shows, as the end of the file's name says; NotSaved with a sentence."""
    kind = path.suffix.lower()
    draw = {".svg": _svg, ".pdf": _pdf}.get(kind, _png)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    draw(widget, buffer)
    content = bytes(buffer.data().data())
    if kind == ".svg":
        content = outlined(content.decode()).encode()
    write_file(path, content)


def _paint(widget: QWidget, painter: QPainter) -> None:
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
    painter.fillRect(QRect(QPoint(0, 0), widget.size()), theme().color("panel"))
    with _nothing_cached(widget), _without_controls(widget):
        QWidget.render(widget, painter, QPoint(0, 0))  # a canvas has a render of its own


@contextmanager
def _without_controls(widget: QWidget) -> Iterator[None]:
    """Leave out what has the property `screen_only`: a slider is of no use on paper."""
    controls = [each for each in widget.findChildren(QWidget) if each.property("screen_only")]
    shown = [each for each in controls if each.isVisibleTo(widget)]
    for each in shown:
        policy = each.sizePolicy()
        policy.setRetainSizeWhenHidden(True)  # so that nothing moves
        each.setSizePolicy(policy)
        each.hide()
    try:
        yield
    finally:
        for each in shown:
            each.show()


@contextmanager
def _nothing_cached(widget: QWidget) -> Iterator[None]:
    """Let every item of a canvas paint itself, which on screen may be a picture of pixels."""
    views = [
        view for view in (widget, *widget.findChildren(QGraphicsView)) if isinstance(view, QGraphicsView)
    ]
    cached = [
        (item, item.cacheMode())
        for view in views
        for item in view.scene().items()
        if item.cacheMode() != QGraphicsItem.CacheMode.NoCache
    ]
    for item, _ in cached:
        item.setCacheMode(QGraphicsItem.CacheMode.NoCache)
    try:
        yield
    finally:
        for item, mode in cached:
            item.setCacheMode(mode)


def _png(widget: QWidget, buffer: QBuffer) -> None:
    image = QImage(widget.size() * _SHARPNESS, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(_SHARPNESS)
    painter = QPainter(image)
    _paint(widget, painter)
    painter.end()
    image.save(buffer, "PNG")  # type: ignore[call-overload]


def _svg(widget: QWidget, buffer: QBuffer) -> None:
    from PySide6.QtSvg import QSvgGenerator

    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setResolution(_DPI)  # then letters have their size in pixels
    generator.setSize(widget.size())
    generator.setViewBox(QRect(QPoint(0, 0), widget.size()))
    generator.setTitle(widget.accessibleName())
    painter = QPainter(generator)
    _paint(widget, painter)
    painter.end()


def _pdf(widget: QWidget, buffer: QBuffer) -> None:
    writer = QPdfWriter(buffer)
    writer.setResolution(_DPI)
    inches = QSizeF(widget.size()) / _DPI
    writer.setPageSize(QPageSize(inches, QPageSize.Unit.Inch, "", QPageSize.SizeMatchPolicy.ExactMatch))
    writer.setPageMargins(QMarginsF(0, 0, 0, 0))
    writer.setTitle(widget.accessibleName())
    painter = QPainter(writer)
    _paint(widget, painter)
    painter.end()
