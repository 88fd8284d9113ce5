"""Generated geoscience: a well log with facies, a thinning wedge, weather stations."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from playground.catalog import elementary
from playground.catalog.datasets.entry import Dataset, Samples, noise_setting, samples_setting
from playground.catalog.random import Stream

Floats = NDArray[np.float64]
_TURN = 6.283185307179586

# Well log: gamma ray, density, neutron porosity, sonic, log10 of resistivity; mean and spread in each facies.
_FACIES = ("Shale", "Silt", "Sand", "Limestone")
_MEANS = np.array(
    [
        [110.0, 2.45, 0.32, 95.0, 0.5],
        [80.0, 2.40, 0.25, 88.0, 0.8],
        [40.0, 2.25, 0.20, 82.0, 1.3],
        [25.0, 2.60, 0.10, 60.0, 2.0],
    ]
)
_SPREADS = np.array([12.0, 0.05, 0.03, 4.0, 0.2])
_COMPACTION = np.array([0.0, 0.0002, -0.0001, -0.02, 0.0005])  # a metre
_STEP = 0.5  # m
_STAY = 0.92  # chance that the next sample has the same facies: beds of 6 m on average
_WELLS = 5


def _well_log(seed: int, samples: int, noise: float) -> Samples:
    """Beds of exponential thickness, a depth trend, a gamma-ray shift a well; each log is smoothed."""
    well = np.arange(samples, dtype=np.int64) * _WELLS // samples
    starts = np.concatenate(([0], np.flatnonzero(np.diff(well)) + 1))
    depth = (np.arange(samples) - starts[well - well[0]] if samples >= _WELLS else np.zeros(samples)) * _STEP
    chance = Stream(seed, "data", "well_log")
    changes, which = chance.uniform(samples) > _STAY, (chance.uniform(samples) * 4.0).astype(np.int64)
    changes[starts] = True
    bed = np.maximum.accumulate(np.where(changes, np.arange(samples), 0))
    facies = which[bed]
    facies[:4] = np.arange(4)[: min(4, samples)]
    raw = _MEANS[facies] + depth[:, None] * _COMPACTION
    raw += 5.0 * noise * Stream(seed, "noise", "well_log").normal(raw.size).reshape(raw.shape) * _SPREADS
    raw[:, 0] += 8.0 * chance.normal(_WELLS)[well]
    before, after = np.maximum(np.arange(samples) - 1, starts[well]), np.arange(samples) + 1
    ends = np.append(starts[1:], samples) - 1
    raw = (raw[before] + raw + raw[np.minimum(after, ends[well])]) / 3.0
    return Samples(raw, facies, group=well, depth=1500.0 + depth)


_TRACE = 24  # samples of 4 ms
_VELOCITY, _FREQUENCY, _THICKEST = 2500.0, 30.0, 60.0  # m/s, Hz, m


def _ricker(time: Floats) -> Floats:
    """The second derivative of a bell curve, with its peak of 1 at 0 (Ricker 1953)."""
    square = (3.141592653589793 * _FREQUENCY * time) ** 2
    return np.asarray((1.0 - 2.0 * square) * elementary.exp(-square))


def _wedge(seed: int, samples: int, noise: float) -> Samples:
    """Reflections from top (+1) and base (−1) of a bed: they interfere below the tuning thickness V/(4f)."""
    thickness = _THICKEST * Stream(seed, "data", "wedge").uniform(samples)
    time = (np.arange(_TRACE) - 6.0) * 0.004
    delay = 2.0 * thickness / _VELOCITY
    raw = 0.15 * (_ricker(np.tile(time, (samples, 1))) - _ricker(time[None, :] - delay[:, None]))
    raw += 0.15 * noise * Stream(seed, "noise", "wedge").normal(raw.size).reshape(raw.shape)
    return Samples(raw, thickness[:, None])


_STATIONS = 60
_LAPSE = -0.0065  # K a metre


def _stations(seed: int, samples: int, noise: float) -> Samples:
    """Daily temperature: lapse rate, season, latitude, and weather that lasts a few days and is shared."""
    place = Stream(seed, "data", "stations").uniform(3 * _STATIONS).reshape(_STATIONS, 3)
    longitude, latitude = 5.0 + 8.0 * place[:, 0], 44.0 + 6.0 * place[:, 1]
    elevation = 2500.0 * place[:, 2] ** 2
    station = np.arange(samples, dtype=np.int64) % _STATIONS
    days = -(-samples // _STATIONS)
    day: Floats = (np.arange(samples) // _STATIONS).astype(np.float64) * (1095.0 / max(days, 1))
    shocks = Stream(seed, "data", "stations.weather").normal(days)
    weather = np.empty(days)
    last = 0.0
    for index, shock in enumerate(shocks):
        last = 0.8 * last + 0.6 * float(shock)
        weather[index] = 2.5 * last
    angle = _TURN * day / 365.25
    season_sin, season_cos = elementary.sin(angle), elementary.cos(angle)
    target = 12.0 - 9.0 * season_cos + _LAPSE * elevation[station] - 0.6 * (latitude[station] - 47.0)
    target += weather[np.arange(samples) // _STATIONS]
    target += 10.0 * noise * Stream(seed, "noise", "stations").normal(samples)
    raw = np.stack(
        (longitude[station], latitude[station], elevation[station], season_sin, season_cos), axis=1
    )
    return Samples(raw, target[:, None], time=day, group=station, place=raw[:, :2].copy())


entries = (
    Dataset(
        "well_log",
        "Well log",
        "Four kinds of rock from five logs in five wells, judged on a well of its own.",
        settings=(samples_setting(2000, 20), noise_setting(0.2, "How far the logs stray within one rock.")),
        raw_names=("gr", "rhob", "nphi", "dt", "log_rt"),
        columns=("Gamma ray", "Density", "Neutron porosity", "Sonic time", "Resistivity, log₁₀"),
        units=("gAPI", "g/cm³", "", "µs/ft", "log Ωm"),
        default_split="group",
        group_name="well",
        depth_name="depth",
        class_names=_FACIES,
        domain=None,
        make=_well_log,
    ),
    Dataset(
        "wedge",
        "Wedge",
        "How thick a bed is, from its echo: below 21 m the echoes of top and base run together.",
        settings=(
            samples_setting(600),
            noise_setting(0.1, "Noise, as a share of a reflection."),
        ),
        task="regression",
        raw_names=tuple(f"t_{index}" for index in range(_TRACE)),
        columns=tuple(f"{4 * (index - 6)} ms".replace("-", "−") for index in range(_TRACE)),
        units=("",) * _TRACE,
        target_names=("Thickness",),
        target_unit="m",
        target_range=(0.0, None),
        domain=None,
        in_gallery=False,
        make=_wedge,
    ),
    Dataset(
        "stations",
        "Stations",
        "Temperature at 60 stations over three years, from place, elevation and season; judged on other "
        "stations.",
        settings=(samples_setting(3000, 60), noise_setting(0.1, "Weather of a station's own, in 10 K.")),
        task="regression",
        raw_names=("longitude", "latitude", "elevation", "season_sin", "season_cos"),
        columns=("Longitude", "Latitude", "Elevation", "Season, sine", "Season, cosine"),
        units=("°", "°", "m", "", ""),
        target_names=("Temperature",),
        target_unit="°C",
        default_split="group",
        time_name="day",
        group_name="station",
        place_name="place",
        bands=(("elevation", (500.0, 1000.0, 1500.0)),),
        trends=(("elevation", -1),),
        target_range=(-90.0, 60.0),
        domain=None,
        in_gallery=False,
        make=_stations,
    ),
)
