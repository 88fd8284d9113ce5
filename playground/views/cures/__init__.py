"""Try the cures: short forks of the run with one change each, and which of them helped."""
