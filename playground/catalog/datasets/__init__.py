"""Data sets: what there is to learn. One file a family."""

from __future__ import annotations

from playground.catalog.datasets import (
    functions,
    geoscience,
    lines,
    measurements,
    own_points,
    own_table,
    plane_classes,
    random_table,
    series,
    tables,
)
from playground.catalog.datasets.entry import Dataset, Domain, Samples, table_record
from playground.catalog.entry import Registry

datasets: Registry[Dataset] = Registry("datasets", "data set")

_FAMILIES = (plane_classes, functions, lines, tables, measurements, series, geoscience, random_table)
_OWN = (own_table, own_points)
for _entry in (entry for family in (*_FAMILIES, *_OWN) for entry in family.entries):
    datasets.register(_entry)

__all__ = ["Dataset", "Domain", "Samples", "datasets", "table_record"]
