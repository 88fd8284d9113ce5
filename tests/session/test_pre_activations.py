"""The range in which the pre-activations of a layer are shown."""

import numpy as np

from playground.session.pre_activations import BINS, EDGES, counts_within, edge_for


def test_the_range_leaves_few_values_out_and_does_not_flicker():
    values = np.linspace(-5.0, 5.0, 1001)
    assert edge_for(np.zeros(10)) == 4.0
    assert edge_for(0.85 * values) == 4.0
    assert edge_for(values) == 6.0
    assert edge_for(0.85 * values, before=6.0) == 6.0
    assert edge_for(0.5 * values, before=6.0) == 4.0
    assert edge_for(np.full(9, np.nan)) == 4.0
    assert edge_for(np.full(9, 1e300)) == EDGES[-1]


def test_every_value_is_counted_once():
    values = np.array([-1e9, -4.0, 0.0, 3.999, 4.0, 50.0, np.nan])
    counts = counts_within(values, 4.0)
    assert (len(counts), counts.sum(), counts[0], counts[-1]) == (BINS, 7, 2, 3)
