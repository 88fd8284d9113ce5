"""The look of an experiment file: what is short stays on one line, always in the same way."""

from __future__ import annotations

import json
from typing import Any

WIDTH = 132  # a dense layer with its activation and initializer still fits
_SHARED_WIDTH = 56  # plain values stand side by side up to here: "batch_size": 32, "l1": 0.0, "l2": 0.0


def layout(value: Any, indent: int = 0) -> str:
    """The value as JSON text in ASCII; the same value always gives the same text."""
    line = _one_line(value)
    if not value or _levels(value) == 0 or (_levels(value) <= 2 and indent + len(line) <= WIDTH):
        return line
    is_list = isinstance(value, list)
    most = WIDTH if is_list else _SHARED_WIDTH
    lines: list[str] = []
    shares = False
    for name, part in _parts(value):
        text = name + layout(part, indent + 2)
        plain = _levels(part) == 0
        if plain and shares and len(lines[-1]) + len(text) < most:
            lines[-1] += f", {text}"
        else:
            lines.append(text)
        shares = plain
    blanks = "\n" + " " * indent
    inside = f",{blanks}  ".join(lines)
    return f"[{blanks}  {inside}{blanks}]" if is_list else f"{{{blanks}  {inside}{blanks}}}"


def _one_line(value: Any) -> str:
    if not isinstance(value, (dict, list)):
        return _plain(value)
    inside = ", ".join(name + _one_line(part) for name, part in _parts(value))
    return f"[{inside}]" if isinstance(value, list) else f"{{{inside}}}"


def _plain(value: Any) -> str:
    text = json.dumps(value, allow_nan=False)
    return text.replace("e-0", "e-") if isinstance(value, float) else text


def _parts(value: Any) -> list[tuple[str, Any]]:
    if isinstance(value, dict):
        return [(f"{json.dumps(name)}: ", part) for name, part in value.items()]
    return [("", part) for part in value]


def _levels(value: Any) -> int:
    """How many lists and objects lie in each other: 0 for a plain value, 1 for an empty list."""
    if not isinstance(value, (dict, list)):
        return 0
    return 1 + max((_levels(part) for _, part in _parts(value)), default=0)
