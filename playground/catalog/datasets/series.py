"""Real series: tomorrow's value from earlier ones. The time of a sample is that of its target."""

from __future__ import annotations

from datetime import date

import numpy as np
from numpy.typing import NDArray

from playground.catalog import elementary
from playground.catalog.datasets.entry import Dataset, Samples
from playground.catalog.datasets.tables import rows_of

Floats = NDArray[np.float64]
_TURN = 6.283185307179586


def _lagged(values: Floats, time: Floats, lags: tuple[int, ...], more: tuple[Floats, ...] = ()) -> Samples:
    """A sample for each value that is known, as are those so many places before it. NaN is unknown."""
    first = max(lags)
    columns = [values[first - lag : len(values) - lag] for lag in lags] + [column[first:] for column in more]
    raw, target = np.stack(columns, axis=1), values[first:]
    known = np.isfinite(raw).all(axis=1) & np.isfinite(target)
    return Samples(raw[known], target[known, None], time[first:][known], left_out=int((~known).sum()))


def _column(table: str, name: str) -> Floats:
    return np.array([float(row[name] or "nan") for row in rows_of(table)])


def _sunspots(seed: int) -> Samples:
    return _lagged(_column("sunspots", "sunspots"), _column("sunspots", "year"), _SUN_LAGS)


def _nile(seed: int) -> Samples:
    return _lagged(_column("nile", "volume"), _column("nile", "year"), _NILE_LAGS)


def _elnino(seed: int) -> Samples:
    month = _column("elnino", "month")
    time = _column("elnino", "year") + (month - 1.0) / 12.0
    season = (elementary.sin(_TURN * month / 12.0), elementary.cos(_TURN * month / 12.0))
    return _lagged(_column("elnino", "temperature"), time, _MONTH_LAGS, season)


def _co2(seed: int) -> Samples:
    days = [date.fromisoformat(row["date"]).toordinal() for row in rows_of("co2_weekly")]
    return _lagged(_column("co2_weekly", "co2"), np.array(days, dtype=np.float64), _WEEK_LAGS)


def _global_temp(seed: int) -> Samples:
    year = _column("global_temp", "year")
    return Samples(year[:, None], _column("global_temp", "temp")[:, None], year)


_SUN_LAGS = (1, 2, 3, 9, 10, 11)
_NILE_LAGS = (1, 2, 3)
_MONTH_LAGS = (1, 2, 12)
_WEEK_LAGS = (1, 2, 26, 52)


def _back(unit: str, lags: tuple[int, ...]) -> tuple[str, ...]:
    return tuple(f"1 {unit} before" if lag == 1 else f"{lag} {unit}s before" for lag in lags)


def _series(
    key: str,
    label: str,
    summary: str,
    lags: tuple[int, ...],
    step: str,
    more: tuple[str, ...] = (),
    *,
    target: str,
    unit: str,
) -> Dataset:
    return Dataset(
        key,
        label,
        summary,
        task="regression",
        raw_names=(*(f"{step}_{lag}" for lag in lags), *more),
        columns=(*_back(step, lags), *("Season, " + name.removeprefix("season_") for name in more)),
        units=(unit,) * len(lags) + ("",) * len(more),
        target_names=(target,),
        target_unit=unit,
        default_split="time",
        time_name="date" if step == "week" else "year",
        domain=None,
        in_gallery=False,
        table=key,
        make={"sunspots": _sunspots, "nile": _nile, "elnino": _elnino, "co2_weekly": _co2}[key],
    )


entries = (
    _series(
        "co2_weekly",
        "Carbon dioxide",
        "Next week's carbon dioxide at Mauna Loa: a season on a rising trend, so the future lies outside "
        "what was seen. Weeks without a value are left out.",
        _WEEK_LAGS,
        "week",
        target="Carbon dioxide",
        unit="ppm",
    ),
    _series(
        "sunspots",
        "Sunspots",
        "Next year's sunspots from earlier years: a cycle of about eleven years, never quite the same.",
        _SUN_LAGS,
        "year",
        target="Sunspots",
        unit="",
    ),
    _series(
        "elnino",
        "El Niño",
        "Next month's sea surface temperature of the eastern Pacific.",
        _MONTH_LAGS,
        "month",
        ("season_sine", "season_cosine"),
        target="Sea surface temperature",
        unit="°C",
    ),
    _series(
        "nile",
        "Nile",
        "Next year's flow of the Nile. It fell about 1898, so the past misleads.",
        _NILE_LAGS,
        "year",
        target="Flow",
        unit="10⁸ m³",
    ),
    Dataset(
        "global_temp",
        "Global temperature",
        "The global mean temperature from nothing but the year: what happens beyond the last one is a guess.",
        task="regression",
        raw_names=("year",),
        columns=("Year",),
        units=("",),
        target_names=("Temperature anomaly",),
        target_unit="°C",
        default_split="time",
        time_name="year",
        domain=None,
        in_gallery=False,
        table="global_temp",
        make=_global_temp,
    ),
)
