"""Compare: pinned runs on one chart, their answers beside each other, and what differs."""
