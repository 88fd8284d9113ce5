"""Slow motion: one training step on the canvas, micro-step by micro-step, with the formulas beside it."""
