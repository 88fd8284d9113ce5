"""The Diagnostics page: five checks of the trained network, each with its evidence and what may help."""
