"""What a user takes along from the window: the network for other programs, and pictures of views."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from playground.app import dialogs, pictures
from playground.experiment.store import NotSaved, shown
from playground.export.formats import write
from playground.export.onnx_file import NeedsOnnx

if TYPE_CHECKING:
    from playground.app.window import Window


def export(window: Window) -> None:
    """Ask for a place and a format and write the network as it is now."""
    chosen = dialogs.choose_export(window, window.document.experiment.name)
    if chosen is None:
        return
    path, key = chosen
    model = window.trainer.describe()
    if model is None:
        window.banner.show_message("There is no network to export yet: it cannot train as it is.", [])
        return
    try:
        written = write(model, key, path)
    except (NotSaved, NeedsOnnx) as error:
        window.banner.show_message(str(error), [("Export…", partial(export, window))], verdict="fail")
        return
    names = " and ".join(shown(each) for each in written)
    window.banner.show_message(f"Exported the network as of step {model.facts['steps']} to {names}.", [])


def save_picture(window: Window) -> None:
    """Ask of which view, and where to, and write the picture."""
    subjects: dict[str, QWidget] = {
        "Network": window.canvas,
        "Curves": window.dock,
        "Output": window.right.output,
        "Selected layer": window.right.inspector,
        "Window": window,
    }
    chosen = dialogs.choose_picture(window, window.document.experiment.name, tuple(subjects))
    if chosen is None:
        return
    subject, path = chosen
    bare = subject == "Network" and not window.slow.active
    if bare:
        window.canvas.set_bare(True)
    try:
        pictures.save(subjects[subject], path)
    except NotSaved as error:
        window.banner.show_message(
            str(error), [("Save picture…", partial(save_picture, window))], verdict="fail"
        )
        return
    finally:
        if bare:
            window.canvas.set_bare(False)
    window.banner.show_message(f"Saved the picture to {shown(path)}.", [])
