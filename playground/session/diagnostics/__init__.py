"""The five checks of a trained network: separate splits, baselines, gap, sanity, regimes."""
