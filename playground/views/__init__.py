"""Everything painted. Views show snapshots and never touch the engine."""
