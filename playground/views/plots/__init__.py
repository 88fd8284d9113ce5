"""Plots: the loss dock under the canvas, and the chart that every plot is made of."""
