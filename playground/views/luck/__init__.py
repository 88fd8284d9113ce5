"""Is it luck? The same experiment, or two of them, with other seeds."""
