"""What is said of a sample: its number, its class, its loss with the present weights."""

from __future__ import annotations

from playground.experiment.data import Prepared
from playground.session.snapshot import SampleLosses
from playground.views.widgets.numbers import measure


def sample_title(prepared: Prepared | None, row: int) -> str:
    """Sample 33, class B."""
    title = f"Sample {row + 1:,}"
    if prepared is not None and prepared.class_names and row < len(prepared.targets):
        title += f", class {prepared.class_names[int(prepared.targets[row])]}"
    return title


def sample_words(prepared: Prepared | None, losses: SampleLosses | None, row: int) -> str:
    """Sample 33, class B, validation: loss 0.031; and what a click does."""
    words = sample_title(prepared, row)
    if prepared is not None and row in prepared.validation:
        words += ", validation"
    loss = losses.of(row) if losses is not None else None
    if loss is not None:
        words += f": loss {measure(loss)}"
    return f"{words}\nClick to follow it through the network"
