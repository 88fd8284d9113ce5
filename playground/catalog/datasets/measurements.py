"""Real tables whose rows stand for themselves: flowers, wines, cells, patients, earthquakes, rocks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from playground.catalog import elementary
from playground.catalog.datasets.entry import Dataset, Samples, table_record
from playground.catalog.datasets.tables import rows_of

Rows = list[dict[str, str]]
_DAY = 86_400.0


@lru_cache(maxsize=8)
def _whole_rows(table: str, needed: tuple[str, ...]) -> tuple[Rows, int]:
    """The rows that have all of these numbers, and how many have not."""
    rows = rows_of(table)
    whole = [row for row in rows if all(row[name] for name in needed)]
    return whole, len(rows) - len(whole)


def _names(table: str) -> tuple[str, ...]:
    return tuple(column["name"] for column in table_record(table)["columns"])


def _numbers(rows: Rows, names: tuple[str, ...]) -> NDArray[np.float64]:
    return np.array([[float(row[name]) for name in names] for row in rows])


def _numbered(words: list[str]) -> NDArray[np.int64]:
    """Whole numbers for words: the same for the same word."""
    return np.unique(words, return_inverse=True)[1].astype(np.int64)


def _classes(table: str) -> Callable[[int], Samples]:
    """Reads a table whose last column is a class number."""

    def make(seed: int) -> Samples:
        rows = rows_of(table)
        return Samples(
            _numbers(rows, _names(table)), np.array([int(row["class"]) for row in rows], dtype=np.int64)
        )

    return make


def _diabetes(seed: int) -> Samples:
    rows = rows_of("diabetes")
    return Samples(_numbers(rows, _names("diabetes")), _numbers(rows, ("progression",)))


def _earthquakes(seed: int) -> Samples:
    names = _names("earthquakes")
    rows, left_out = _whole_rows("earthquakes", (*names, "magnitude"))
    raw = _numbers(rows, names)
    return Samples(
        raw,
        _numbers(rows, ("magnitude",)),
        time=_numbers(rows, ("time",))[:, 0] / _DAY,
        group=_numbered([row["network"] for row in rows]),
        group_names=tuple(sorted({row["network"] for row in rows})),
        place=raw[:, [names.index("longitude"), names.index("latitude")]],
        left_out=left_out,
    )


def _well(seed: int) -> Samples:
    """Sonic time from the other curves; resistivity as its logarithm, as it spans four powers of ten."""
    names = _names("well_tx")
    rows = rows_of("well_tx")
    raw = _numbers(rows, names)
    raw[:, names.index("ild")] = elementary.log(raw[:, names.index("ild")]) / 2.302585092994046
    return Samples(raw, _numbers(rows, ("dt",)), depth=_numbers(rows, ("depth",))[:, 0])


_FACIES = ("40", "50", "60")


def _oilsands(seed: int) -> Samples:
    names = _names("oilsands")
    rows, left_out = _whole_rows("oilsands", (*names, "facies"))
    whole = [row for row in rows if row["facies"] in _FACIES]
    return Samples(
        _numbers(whole, names),
        np.array([_FACIES.index(row["facies"]) for row in whole], dtype=np.int64),
        group=_numbered([row["hole"] for row in whole]),
        place=_numbers(whole, ("east", "north")),
        left_out=left_out + len(rows) - len(whole),
    )


def _plain(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _described(entry: Dataset) -> Dataset:
    """The entry with names, units and licence words from its record."""
    columns = table_record(entry.table)["columns"]
    names = tuple(column["name"] for column in columns)
    return replace(
        entry,
        raw_names=entry.raw_names or names,
        columns=entry.columns or tuple(_plain(name) for name in names),
        units=entry.units or tuple(column["unit"] for column in columns),
        domain=None,
        in_gallery=False,
    )


_ENTRIES = (
    Dataset(
        "iris",
        "Iris",
        "Three species of iris from four lengths: two of them overlap a little.",
        raw_names=(),
        default_split="stratified",
        class_names=("setosa", "versicolor", "virginica"),
        table="iris",
        make=_classes("iris"),
    ),
    Dataset(
        "wine",
        "Wine",
        "Three growers from thirteen measures of very different size: without scaling it hardly learns.",
        raw_names=(),
        default_split="stratified",
        class_names=("1", "2", "3"),
        table="wine",
        make=_classes("wine"),
    ),
    Dataset(
        "breast_cancer",
        "Breast cancer",
        "Malignant or benign, from the shape of cells in a picture.",
        raw_names=(),
        default_split="stratified",
        class_names=("malignant", "benign"),
        table="breast_cancer",
        make=_classes("breast_cancer"),
    ),
    Dataset(
        "diabetes",
        "Diabetes",
        "How far the disease has gone a year later, from ten measures. Much stays unexplained. "
        "The data have no explicit licence.",
        raw_names=(),
        task="regression",
        target_names=("Progression",),
        bands=(("age", (40.0, 60.0)), ("sex", (1.5,))),
        table="diabetes",
        make=_diabetes,
    ),
    Dataset(
        "earthquakes",
        "Earthquakes",
        "The magnitude of a week's earthquakes from how and where they were measured.",
        raw_names=(),
        task="regression",
        target_names=("Magnitude",),
        default_split="time",
        time_name="time",
        group_name="network",
        place_name="place",
        bands=(("depth", (5.0, 10.0, 35.0)),),
        table="earthquakes",
        make=_earthquakes,
    ),
    Dataset(
        "well_tx",
        "Texas well",
        "The sonic log of a well from its other logs, learned in the shallow part and judged in the deep "
        "one. The data are MIT by the classifier of their package only.",
        raw_names=(),
        columns=(
            "Gamma ray",
            "Neutron porosity",
            "Density",
            "Photo-electric factor",
            "Spontaneous potential",
            "Deep resistivity, log₁₀",
        ),
        units=("gAPI", "", "g/cm³", "b/e", "mV", "log Ωm"),
        task="regression",
        target_names=("Sonic time",),
        target_unit="µs/ft",
        default_split="depth",
        depth_name="depth",
        bands=(("gr", (40.0, 80.0)),),
        trends=(("rhob", -1), ("nphi", 1)),
        table="well_tx",
        make=_well,
    ),
    Dataset(
        "oilsands",
        "Oil sands",
        "Facies from bitumen, fines and elevation, judged on other drill holes. The package is MIT, the "
        "provenance of the data is undocumented.",
        raw_names=(),
        default_split="group",
        group_name="drill hole",
        place_name="place",
        bands=(("elevation", (200.0, 220.0, 240.0)),),
        class_names=_FACIES,
        table="oilsands",
        make=_oilsands,
    ),
)

entries = tuple(_described(entry) for entry in _ENTRIES)
