"""Data sets: what there is to learn. One file a family."""

from __future__ import annotations

from playground.catalog.datasets import functions, plane_classes, random_table, tables
from playground.catalog.datasets.entry import Dataset, Domain, Samples, table_record
from playground.catalog.entry import Registry

datasets: Registry[Dataset] = Registry("datasets", "data set")

for _entry in (*plane_classes.entries, *functions.entries, *tables.entries, *random_table.entries):
    datasets.register(_entry)

__all__ = ["Dataset", "Domain", "Samples", "datasets", "table_record"]
