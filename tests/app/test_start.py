"""What the window's process is like before anything is shown in it."""

from __future__ import annotations

import locale
from contextlib import suppress

import pytest
from PySide6.QtCore import QRect

from playground.app.start import application, fitting


@pytest.mark.parametrize("kind", [locale.LC_TIME, locale.LC_NUMERIC])
def test_the_users_language_changes_no_date_and_no_number(qapp, kind):
    """Qt takes the user's; then months in tables are looked for in that language alone."""
    with suppress(locale.Error):  # not every system has it
        locale.setlocale(kind, "C.UTF-8")
    application()
    assert locale.setlocale(kind) == "C"


MONITOR, PROJECTOR = QRect(0, 30, 1920, 1050), QRect(1920, 0, 1280, 720)


@pytest.mark.parametrize(
    ("stood", "screens", "place"),
    [
        (QRect(100, 90, 1440, 900), [MONITOR, PROJECTOR], QRect(100, 90, 1440, 900)),
        (QRect(100, 90, 1440, 900), [QRect(0, 0, 1280, 720)], QRect(0, 0, 1280, 720)),
        (QRect(2400, 100, 1200, 700), [MONITOR, PROJECTOR], QRect(2000, 20, 1200, 700)),
        (QRect(2400, 100, 1200, 700), [MONITOR], QRect()),
        (QRect(), [MONITOR], QRect()),
        (QRect(100, 90, 1440, 900), [], QRect()),
    ],
)
def test_a_window_comes_back_as_a_whole_where_its_screen_is_still_there(stood, screens, place):
    assert fitting(stood, screens) == place
