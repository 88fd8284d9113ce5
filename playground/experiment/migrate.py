"""Older versions of the file format, brought up to date one version at a time, in memory."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

# From version n to n + 1: takes the object of the file and returns the changed one. Version 1 is the first.
MIGRATIONS: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}


def migrate(content: dict[str, Any], version: int) -> dict[str, Any]:
    """The file's content in the form of `version`; its own `version` must not be newer."""
    while content["version"] < version:
        older = content["version"]
        content = MIGRATIONS[older](content) | {"version": older + 1}
    return content
