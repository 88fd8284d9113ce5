"""Two threads on one program: the same bits, whoever runs what, and nobody waits for ever."""

from __future__ import annotations

import threading
from dataclasses import replace

import numpy as np
import pytest

from playground.engine import assemble
from playground.engine.program import View
from playground.engine.run import Run
from playground.engine.verify import BrokenProgram, verify
from playground.experiment import edits
from tests.patience import PATIENCE

WIDE = edits.default_experiment()
for name in ("dense_1", "dense_2"):
    WIDE = edits.set_value(WIDE, f"network.{name}.units", 256)


def test_products_updates_and_checks_are_shared():
    program = assemble.training_program(WIDE, "float32", 240, threads=2)
    shared = {i.kernel.split(":")[0] for i in program.instructions if i.parallel > 1}
    assert {"product", "update", "check"} <= shared
    alone = assemble.training_program(WIDE, "float32", 240, threads=1)
    assert not any(i.parallel for i in alone.instructions)


def test_neighbours_that_touch_are_refused():
    program = assemble.training_program(WIDE, "float32", 240, threads=2)
    at = next(k for k, i in enumerate(program.instructions) if i.kernel == "product" and i.parallel > 1)
    first, second = program.instructions[at : at + 2]
    block = first.writes[0].block
    moved = replace(second, writes=(View(block, first.writes[0].first, second.writes[0].rows),))
    instructions = [*program.instructions]
    instructions[at + 1] = moved
    with pytest.raises(BrokenProgram, match="neighbour"):
        verify(replace(program, instructions=instructions))


def test_two_runs_at_once_share_one_helper_and_keep_their_bits():
    alone = Run(WIDE)
    alone.step(60)
    runs = [Run(WIDE, threads=2) for _ in range(2)]
    workers = [threading.Thread(target=run.step, args=(60,)) for run in runs]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(PATIENCE)
    assert [run.digest() for run in runs] == [alone.digest()] * 2


def test_short_slices_and_pauses_keep_the_bits():
    alone, shared = Run(WIDE), Run(WIDE, threads=2)
    alone.step(40)
    while shared.steps < 40:
        shared.advance(milliseconds=0.05, most_steps=40 - shared.steps)
    assert shared.digest() == alone.digest()
    assert np.array_equal(shared.history, alone.history)


def test_a_gradient_that_is_not_finite_stops_both_threads_before_the_update():
    steep = WIDE
    for layer in ("dense_1", "dense_2"):
        steep = edits.set_value(steep, f"network.{layer}.activation", "relu")
    run = Run(steep, threads=2)
    huge = {n: np.full_like(a, 1e30) for n, a in run.parameters.items() if n.endswith("weight")}
    run.set_parameters(huge)
    with pytest.raises(FloatingPointError):
        run.step(10)
    for name, array in run.parameters.items():
        if name in huge:
            assert np.array_equal(array, huge[name])
