"""Everything painted. Views show snapshots and never touch the engine."""

from playground.views import overrides  # noqa: F401  # before any class over Qt's is made
