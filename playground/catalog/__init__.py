"""Everything a user can choose, one registry a kind. Plain Python: no Numba, no Qt."""

from __future__ import annotations

from typing import Any

from playground.catalog.activations import activations
from playground.catalog.datasets import datasets
from playground.catalog.entry import Registry
from playground.catalog.features import features
from playground.catalog.initializers import initializers
from playground.catalog.layers import layers
from playground.catalog.losses import losses
from playground.catalog.optimizers import optimizers
from playground.catalog.scalings import scalings
from playground.catalog.schedules import schedules
from playground.catalog.splits import splits

registries: dict[str, Registry[Any]] = {
    registry.kind: registry
    for registry in (
        activations,
        losses,
        optimizers,
        schedules,
        initializers,
        layers,
        datasets,
        features,
        splits,
        scalings,
    )
}
