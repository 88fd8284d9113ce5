"""Where the log lies. Without Qt: the command line writes there too."""

from __future__ import annotations

from pathlib import Path

import platformdirs


def log_path() -> Path:
    """The log in the user's own log folder."""
    return Path(platformdirs.user_log_path("network-playground", appauthor=False)) / "playground.log"
