"""What the program remembers between starts: theme, window, recent files. Never part of an experiment."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

import platformdirs

from playground.experiment.store import write_file

MOST_RECENT = 10
MOST_KEPT = 16_384  # megabytes
THEMES = ("system", "light", "dark")


@dataclass
class Settings:
    """The user's preferences; a damaged entry falls back to its default, the others stay."""

    theme: str = "system"
    reduced_motion: bool = False
    keep_session: bool = True
    kept_megabytes: int = 256  # for states of the run, to travel back to
    menu_bar: bool = False
    speed: float = 1000.0  # steps a second; 0 stands for flat out
    window: list[int] = field(default_factory=list)  # x, y, width, height
    maximized: bool = False
    recent: list[str] = field(default_factory=list)

    def add_recent(self, path: Path) -> None:
        """Put a file at the head of the recent ones."""
        text = str(path)
        self.recent = [text, *[other for other in self.recent if other != text]][:MOST_RECENT]


def settings_path() -> Path:
    """Where the preferences lie, in the user's own configuration folder."""
    return Path(platformdirs.user_config_path("network-playground", appauthor=False)) / "settings.json"


def load_settings(path: Path | None = None) -> Settings:
    """The remembered preferences; defaults for whatever is missing or damaged."""
    settings = Settings()
    try:
        text = (path or settings_path()).read_text(encoding="utf-8")
        found = json.loads(text)
    except (OSError, ValueError, RecursionError):
        return settings
    if isinstance(found, dict):
        for each in fields(Settings):
            value = found.get(each.name)
            if _fits(each.name, value, getattr(settings, each.name)):
                setattr(settings, each.name, value)
    return settings


def _fits(name: str, value: Any, default: Any) -> bool:
    if type(value) is not type(default):
        return False
    if name == "theme":
        return value in THEMES
    if name == "window":
        return len(value) == 4 and all(type(v) is int and abs(v) < 100_000 for v in value)
    if name == "recent":
        return all(isinstance(v, str) for v in value)
    if name == "kept_megabytes":
        return bool(1 <= value <= MOST_KEPT)
    return not (name == "speed" and not 0.0 <= value < 1e9)


def save_settings(settings: Settings, path: Path | None = None) -> None:
    """Write the preferences; OSError where the folder cannot be written."""
    target = path or settings_path()
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_file(target, json.dumps(asdict(settings), indent=1).encode())
