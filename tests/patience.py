"""How long tests wait: a deadline tells a hang from a slow machine, nothing else."""

from __future__ import annotations

import time
from collections.abc import Callable

PATIENCE = 120.0  # seconds


def wait_for(condition: Callable[[], object]) -> None:
    """Return once it holds, here where nothing waits for events of Qt's."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.002)
