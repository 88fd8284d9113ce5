"""What the window's process is like before anything is shown in it."""

from __future__ import annotations

import locale
from contextlib import suppress

import pytest

from playground.app.start import application


@pytest.mark.parametrize("kind", [locale.LC_TIME, locale.LC_NUMERIC])
def test_the_users_language_changes_no_date_and_no_number(qapp, kind):
    """Qt takes the user's; then months in tables are looked for in that language alone."""
    with suppress(locale.Error):  # not every system has it
        locale.setlocale(kind, "C.UTF-8")
    application()
    assert locale.setlocale(kind) == "C"
