"""Make kernels ready before they are needed, telling how far it has come."""

from __future__ import annotations

from collections.abc import Callable

from playground.experiment.data import prepare
from playground.experiment.model import Experiment

Progress = Callable[[float, str], None]


def warm_up(experiment: Experiment, progress: Progress, dtype: str = "float32") -> None:
    """Compile, or load from disk, what this experiment needs; `progress(0..1, words)` as it goes.

    The first time after installation it takes some seconds, after that some milliseconds a kernel.
    """
    progress(0.0, "Loading the engine")
    from playground.engine import assemble
    from playground.engine.compiled import address
    from playground.engine.loop import kernel_name, run_compiled

    run_compiled()
    samples = len(prepare(experiment.data, experiment.seed).train)
    programs = (
        assemble.training_program(experiment, dtype, samples),
        assemble.answering_program(experiment, dtype, 1),
    )
    names = dict.fromkeys(kernel_name(i) for program in programs for i in program.instructions)
    for done, name in enumerate(names):
        progress(done / len(names), "Making the engine ready")
        address(name, dtype)
    progress(1.0, "Making the engine ready")
