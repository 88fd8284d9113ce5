"""Views go away with the test that made them; otherwise every change of theme dresses them all again."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QCoreApplication, QEvent


@pytest.fixture(autouse=True)
def _deleted_views():
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
