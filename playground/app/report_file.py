"""Write a report as HTML or, printed on one page, as PDF."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QRectF, QSize, QSizeF, QUrl
from PySide6.QtGui import QImage, QPageSize, QPainter, QPdfWriter, QTextDocument, QTextOption
from PySide6.QtSvg import QSvgRenderer

from playground.experiment.files import dumps
from playground.experiment.store import write_file
from playground.session.report import Report
from playground.views.report.figures import Figure, figures, paper
from playground.views.report.page import body, html
from playground.views.report.plot import FONT
from playground.views.theme import theme

SUFFIXES = (".html", ".pdf")

_DPI = 300
_A4 = QSizeF(210.0, 297.0)  # millimetres
_MARGIN = 12.0
_LEAST, _MOST = 760.0, 1_500.0  # widths of the text, in pixels of the screen, that A4 may be asked to hold
_SHARPNESS = 3


def save(report: Report, path: Path) -> None:
    """Write the report as the end of the file's name says, HTML unless it is .pdf; NotSaved with a sentence.

    PDF needs a QApplication, for its fonts.
    """
    write_file(path, _pdf(report) if path.suffix.lower() == ".pdf" else html(report))


def _pdf(report: Report) -> bytes:
    """A4, on one page: the text is laid out as wide as it takes to end at the foot of the page."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(_DPI)
    writer.setPageSize(QPageSize(_A4, QPageSize.Unit.Millimeter, "A4"))
    writer.setPageMargins(QMarginsF(0, 0, 0, 0))
    writer.setTitle(f"{report.title}: report")
    writer.addFileAttachment(
        "experiment.json", dumps(report.material.experiment).encode(), "application/json"
    )
    millimetre = _DPI / 25.4
    wide, high = ((side - 2 * _MARGIN) * millimetre for side in (_A4.width(), _A4.height()))
    document = _document(report)
    width = _fitting_width(document, high / wide)
    painter = QPainter(writer)
    painter.translate(_MARGIN * millimetre, _MARGIN * millimetre)
    painter.scale(wide / width, wide / width)
    page = high / wide * width
    sheets = max(1, -int(-document.size().height() // page))
    for sheet in range(sheets):
        if sheet:
            writer.newPage()
        painter.save()
        painter.translate(0.0, -sheet * page)
        document.drawContents(painter, QRectF(0.0, sheet * page, width, page))
        painter.restore()
    painter.end()
    return bytes(buffer.data().data())


def _fitting_width(document: QTextDocument, shape: float) -> float:
    """The least width at which the text is not higher than a page of this shape; lays the text out."""
    low, high = _LEAST, _MOST
    document.setTextWidth(low)
    if document.size().height() > low * shape:
        while high - low > 2.0:
            middle = (low + high) / 2
            document.setTextWidth(middle)
            fits = document.size().height() <= middle * shape
            low, high = (low, middle) if fits else (middle, high)
        document.setTextWidth(high)
    return float(document.textWidth())


def _document(report: Report) -> QTextDocument:
    """The page as Qt lays it out, its pictures ready."""
    document = QTextDocument()
    font = theme().font("body")
    font.setPixelSize(12)
    document.setDefaultFont(font)
    document.setDocumentMargin(0)
    option = document.defaultTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    document.setDefaultTextOption(option)
    document.setDefaultStyleSheet(_style())
    pictures = figures(report.material)
    total = sum(_size(figure).width() for figure in pictures)
    scale = min(0.74, 0.96 * _LEAST / max(total, 1))
    names = {figure.title: f"picture:{number}" for number, figure in enumerate(pictures)}
    for figure in pictures:
        document.addResource(
            QTextDocument.ResourceType.ImageResource.value, QUrl(names[figure.title]), _image(figure)
        )

    def draw(figure: Figure) -> str:
        size = _size(figure) * scale
        return f'<img src="{names[figure.title]}" width="{size.width()}" height="{size.height()}">'

    document.setHtml(body(report, pictures, draw, paper_copy=True))
    return document


def _size(figure: Figure) -> QSize:
    return QSvgRenderer(figure.svg.encode()).defaultSize()


def _image(figure: Figure) -> QImage:
    renderer = QSvgRenderer(figure.svg.replace(FONT, "Inter").encode())  # Qt reads one family, no list
    image = QImage(renderer.defaultSize() * _SHARPNESS, QImage.Format.Format_RGB32)
    image.fill(paper().color("panel"))
    painter = QPainter(image)
    renderer.render(painter)
    painter.end()
    return image


def _style() -> str:
    def color(token: str) -> str:
        return str(paper().color(token).name())

    return f"""
    body, p, td, th, h1, h2, h3 {{ color: {color("text")} }}
    h1 {{ font-size: x-large; margin: 0 }} h2 {{ font-size: medium; margin-top: 10px; margin-bottom: 2px }}
    h3 {{ font-size: small; margin-top: 6px; margin-bottom: 0 }} p {{ margin: 0; font-size: 11px }}
    td, th {{ font-size: 11px }} th {{ font-weight: 400; color: {color("text-3")} }}
    .headline {{ font-size: 14px; margin-top: 3px }} .small {{ font-size: 10px; color: {color("text-3")} }}
    .name {{ color: {color("text-3")} }} .asked {{ color: {color("warn")} }}
    .line {{ font-size: 7px; color: {color("text-2")} }}
    """
