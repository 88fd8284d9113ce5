"""Tables as comma-separated values, written so that a spreadsheet reads what was meant."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any


def cell(text: str) -> str:
    """A number as a number; a text that a spreadsheet would take for a formula gets an apostrophe."""
    plain = text.replace("−", "-").replace(",", "") if text[:1].isdigit() or text[:1] == "−" else text
    try:
        float(plain)
    except ValueError:
        return f"'{text}" if text.startswith(("=", "+", "-", "@")) else text
    return plain


def as_csv(rows: Sequence[Mapping[str, Any]]) -> str:
    """Rows under the names of the first one; what does not exist is an empty field."""
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(rows[0]) if rows else [], lineterminator="\n")
    writer.writeheader()
    writer.writerows(
        {name: cell(each) if isinstance(each, str) else each for name, each in row.items()} for row in rows
    )
    return text.getvalue()
