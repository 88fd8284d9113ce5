"""The inspector: what goes on inside the selected layer, and its settings."""
