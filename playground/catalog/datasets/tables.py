"""Real tables that ship with the program; their origin and licence stand beside them in `assets/data`."""

from __future__ import annotations

import csv
from datetime import date
from functools import lru_cache

import numpy as np

from playground.catalog import elementary
from playground.catalog.assets import asset
from playground.catalog.datasets.entry import Dataset, Samples
from playground.catalog.entry import Setting


def rows_of(name: str) -> list[dict[str, str]]:
    """The rows of a shipped table, as text under the names of its columns."""
    with asset(f"data/{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


_SPECIES = ("Adelie", "Chinstrap", "Gentoo")
_SEXES = ("female", "male")
_ISLANDS = ("Biscoe", "Dream", "Torgersen")
_MEASURES = ("bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g")


@lru_cache(maxsize=1)
def _penguin_samples() -> Samples:
    """Rows without measures are left out; where the sex is unknown, both of its columns are 0."""
    rows = rows_of("penguins")
    whole = [row for row in rows if all(row[name] for name in _MEASURES)]
    raw = [
        [float(row[name]) for name in _MEASURES]
        + [float(row["sex"] == sex) for sex in _SEXES]
        + [float(row["island"] == island) for island in _ISLANDS]
        for row in whole
    ]
    species = np.array([_SPECIES.index(row["species"]) for row in whole], dtype=np.int64)
    years = np.array([float(row["year"]) for row in whole])
    island = np.array([_ISLANDS.index(row["island"]) for row in whole], dtype=np.int64)
    return Samples(
        np.array(raw), species, years, left_out=len(rows) - len(whole), group=island, group_names=_ISLANDS
    )


def _penguins(seed: int) -> Samples:
    return _penguin_samples()


@lru_cache(maxsize=1)
def _digit_samples() -> Samples:
    with np.load(asset("data/digits.npz"), allow_pickle=False) as table:
        return Samples(table["pixels"].astype(np.float64), table["digit"].astype(np.int64))


def _digits(seed: int) -> Samples:
    return _digit_samples()


_CITIES = {"seattle": "Seattle", "new_york": "New York"}


@lru_cache(maxsize=2)
def _weather_samples(city: str) -> Samples:
    """Today's weather and tomorrow's maximum temperature; the time of a row is tomorrow's date."""
    rows = [row for row in rows_of("weather") if row["location"] == _CITIES[city]]
    days = np.array([date.fromisoformat(row["date"]).toordinal() for row in rows])
    angle = np.array([float(date.fromordinal(day).timetuple().tm_yday) for day in days]) * (
        6.283185307179586 / 365.25
    )
    names = ("precipitation", "temp_max", "temp_min", "wind")
    measured = np.array([[float(row[name]) for name in names] for row in rows])
    table = np.column_stack((measured, elementary.sin(angle), elementary.cos(angle)))
    followed = np.flatnonzero(days[1:] == days[:-1] + 1)
    return Samples(table[followed], measured[followed + 1, 1:2], days[followed + 1].astype(np.float64))


def _weather(seed: int, city: str) -> Samples:
    return _weather_samples(city)


entries = (
    Dataset(
        "penguins",
        "Penguins",
        "Three species of penguins from their measures: learnt on 2007 and 2008, judged on 2009. "
        "2 of 344 rows have no measures and are left out.",
        raw_names=(
            *_MEASURES,
            *(f"sex_{sex}" for sex in _SEXES),
            *(f"island_{island.lower()}" for island in _ISLANDS),
        ),
        columns=("Bill length", "Bill depth", "Flipper length", "Body mass", "Female", "Male", *_ISLANDS),
        units=("mm", "mm", "mm", "g", "", "", "", "", ""),
        default_features=_MEASURES,
        default_split="latest",
        time_name="year",
        group_name="island",
        class_names=_SPECIES,
        domain=None,
        table="penguins",
        make=_penguins,
    ),
    Dataset(
        "digits",
        "Digits",
        "Handwritten digits as pictures of 8 × 8 pixels.",
        raw_names=tuple(f"pixel_{index}" for index in range(64)),
        columns=tuple(f"Pixel {row + 1}, {column + 1}" for row in range(8) for column in range(8)),
        units=("",) * 64,
        class_names=tuple("0123456789"),
        domain=None,
        default_scaling="minmax",
        image_shape=(8, 8),
        table="digits",
        make=_digits,
    ),
    Dataset(
        "weather",
        "Weather",
        "Tomorrow's maximum temperature from today's weather: learnt on 2012 and 2013, judged on 2015.",
        settings=(
            Setting(
                "city",
                "City",
                "seattle",
                "option",
                options=tuple(_CITIES),
                summary="Whose weather.",
            ),
        ),
        task="regression",
        raw_names=("precipitation", "temp_max", "temp_min", "wind", "season_sin", "season_cos"),
        columns=(
            "Precipitation",
            "Maximum temperature",
            "Minimum temperature",
            "Wind",
            "Season, sine",
            "Season, cosine",
        ),
        units=("mm", "°C", "°C", "m/s", "", ""),
        default_split="time",
        time_name="date",
        target_names=("Tomorrow's maximum temperature",),
        target_unit="°C",
        trends=(("temp_max", 1),),
        domain=None,
        table="weather",
        make=_weather,
    ),
)
