"""Where the files that ship with the program lie."""

from __future__ import annotations

from pathlib import Path


def asset(name: str) -> Path:
    """The path of a shipped file: `asset("tokens.json")`."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "assets"
    return (inside if inside.is_dir() else package.parent / "assets") / name
