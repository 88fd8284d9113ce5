"""Several runs of the same network trained side by side, and what their paths look like on one landscape."""
