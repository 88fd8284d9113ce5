"""Make kernels ready before they are needed, telling how far it has come."""

from __future__ import annotations

import threading
from collections.abc import Callable

from playground.catalog.activations import activations
from playground.catalog.losses import losses
from playground.catalog.optimizers import optimizers
from playground.catalog.schedules import schedules
from playground.experiment.data import prepare
from playground.experiment.model import Experiment

Progress = Callable[[float, str], None]


def warm_up(experiment: Experiment, progress: Progress, dtype: str = "float32") -> None:
    """Compile, or load from disk, what this experiment needs; `progress(0..1, words)` as it goes.

    The first time after installation it takes some seconds, after that some milliseconds a kernel.
    """
    progress(0.0, "Loading the engine")
    from playground.engine import assemble
    from playground.engine.compiled import addresses
    from playground.engine.loop import kernel_name, run_compiled

    run_compiled()
    samples = len(prepare(experiment.data, experiment.seed).train)
    programs = (
        assemble.training_program(experiment, dtype, samples),
        assemble.answering_program(experiment, dtype, 1),
    )
    names = [kernel_name(i) for program in programs for i in program.instructions]
    addresses(names, dtype, lambda share: progress(share, "Making the engine ready"))
    progress(1.0, "Making the engine ready")


def every_kernel() -> list[str]:
    """The names of all kernels that the menus can lead to."""
    from playground.engine.twin import FAMILIES

    bends = tuple(entry.key for entry in activations if entry.value is not None)
    keys: dict[str, tuple[str, ...]] = {"fetch": ("", "targets")}
    keys |= dict.fromkeys(("apply", "slope"), bends)
    keys |= dict.fromkeys(("loss", "judge"), losses.keys())
    keys |= dict.fromkeys(("prepare", "update"), tuple(e.key for e in optimizers if not e.searches))
    keys["schedule"] = tuple(entry.key for entry in schedules if entry.settings)
    keys["watch"] = tuple(entry.key for entry in schedules if entry.watch is not None)
    keys["early_stop"] = ("", "restore")
    return [f"{family}:{key}".rstrip(":") for family in FAMILIES for key in keys.get(family, ("",))]


def warm_up_the_rest(stop: threading.Event, dtype: str = "float32") -> None:
    """Make every other kernel ready too, so that no choice in a menu stalls; ends soon after `stop`."""
    from playground.engine.compiled import address

    for name in every_kernel():
        if stop.wait(0.02):  # lets the window breathe between two kernels
            return
        address(name, dtype)
