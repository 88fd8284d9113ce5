"""The table and the pictures of a page, written to files."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

from PySide6.QtWidgets import QFileDialog, QWidget

from playground.app import dialogs, pictures
from playground.experiment.store import NotSaved, shown, write_file

if TYPE_CHECKING:
    from playground.app.window import Window


class Exportable(Protocol):
    """A page whose table and pictures can be written to files."""

    @property
    def chart_card(self) -> QWidget:
        """The chart alone."""

    def table_as_csv(self) -> str:
        """The numbers behind the page."""


def export(window: Window, made: Exportable, what: str) -> None:
    """Write the table or a picture to a file that is asked for."""
    name = dialogs.plain(f"{window.document.experiment.name} {'table' if what == 'table' else 'comparison'}")
    kinds = (".csv",) if what == "table" else pictures.PICTURES
    filters = {f"{kind[1:].upper()} (*{kind})": kind for kind in kinds}
    chosen, picked = QFileDialog.getSaveFileName(window, "Export", name, ";;".join(filters))
    if not chosen:
        return
    path = Path(chosen)
    if path.suffix.lower() not in kinds:
        path = path.with_name(path.name + filters.get(picked, kinds[0]))
    export_to(window, made, what, path)


def export_to(window: Window, made: Exportable, what: str, path: Path) -> None:
    """Write the table or a picture, and say so."""
    try:
        if what == "table":
            write_file(path, made.table_as_csv().encode("utf-8-sig"))
        else:
            pictures.save(made.chart_card if what == "chart" else cast(QWidget, made), path)
    except NotSaved as error:
        again = [("Export…", partial(export, window, made, what))]
        window.banner.show_message(str(error), again, verdict="fail")
        return
    window.banner.show_message(f"Wrote {shown(path)}.", [])
