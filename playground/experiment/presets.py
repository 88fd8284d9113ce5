"""The experiments that ship with the program; every file of `assets/presets` is one."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from playground.catalog.assets import asset

# The order of the gallery; a file that is not named here comes after these.
_GALLERY = """spiral circle xor gaussians moons rings spiral_three_arms checkerboard
              plane bumps saddle swirl curve penguins digits weather well_log
              perceptron xor_one_neuron linear_collapse universal same_weights
              vanishing_gradient dead_relus overfitting regularisation residual autoencoder"""
_PLACES = {name: place for place, name in enumerate(_GALLERY.split())}


@cache
def names() -> tuple[str, ...]:
    """The name of every preset, in the order of the gallery."""
    found = {path.stem for path in asset("presets").glob("*.json")}
    return tuple(sorted(found, key=lambda name: (_PLACES.get(name, len(_PLACES)), name)))


@dataclass(frozen=True)
class Preset:
    """One example: `name` opens it, `title` is what menus show, `dataset` the key of what it learns."""

    name: str
    title: str
    dataset: str


@cache
def presets() -> tuple[Preset, ...]:
    """Every preset, in the order of the gallery."""
    said = {name: json.loads(path_of(name).read_bytes()) for name in names()}
    return tuple(Preset(name, each["name"], each["data"]["dataset"]["kind"]) for name, each in said.items())


def path_of(name: str) -> Path:
    """Where a preset's file lies; KeyError if there is no preset of this name."""
    if name not in names():
        raise KeyError(name)
    return asset("presets") / f"{name}.json"
