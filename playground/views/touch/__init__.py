"""Touching the network's numbers: weights and biases dragged, typed, zeroed, and read as a table."""
