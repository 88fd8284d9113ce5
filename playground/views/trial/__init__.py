"""Trying an input: a point that is dragged, values that are typed, a digit that is drawn, on their way."""
