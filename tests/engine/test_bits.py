"""The same bits for whatever processor the code is made for, and whatever NumPy makes of it."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

DIGESTS = """
import sys
from playground.engine import binding
if sys.argv[1:]:
    binding._register_bytes = lambda: int(sys.argv[1])
from playground.engine.run import Run
from playground.experiment import edits
start = edits.default_experiment()
wide = edits.set_value(edits.set_dataset(start, "penguins"), "network.dense_1.units", 100)
other = edits.set_dataset(start, "plane")
for kind in ("dropout", "batch_norm", "layer_norm"):
    other = edits.add_layer(other, 1, kind)
narrow = edits.set_value(edits.set_dataset(start, "moons"), "training.clip_norm", 0.1)
for name, units in (("dense_1", 5), ("dense_2", 21)):
    narrow = edits.set_value(narrow, f"network.{name}.units", units)
for experiment in (start, wide, other, narrow):
    for dtype in ("float32", "float64"):
        run = Run(experiment, dtype=dtype)
        run.step(200)
        print(run.digest())
"""
AVX2 = "+64bit,+aes,+avx,+avx2,+bmi,+bmi2,+cmov,+cx16,+cx8,+f16c,+fma,+fsgsbase,+fxsr,+lzcnt,+mmx,+movbe"
AVX2 += ",+pclmul,+popcnt,+rdrnd,+sahf,+sse,+sse2,+sse3,+sse4.1,+sse4.2,+ssse3,+xsave,+xsaveopt"
WIDE_NUMPY = "AVX512F AVX512CD AVX512_SKX AVX512_CLX AVX512_CNL AVX512_ICL AVX512_SPR"


def digests(*arguments, **environment):
    told = {name: value for name, value in os.environ.items() if not name.startswith("NUMBA_")}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", DIGESTS, *arguments],
        env=told | environment,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


@pytest.mark.long
def test_code_for_other_processors_gives_the_same_bits():
    here = digests()
    assert len(here) == 8
    assert digests(NPY_DISABLE_CPU_FEATURES=WIDE_NUMPY) == here
    assert digests(NUMBA_CPU_NAME="haswell", NUMBA_CPU_FEATURES=AVX2) == here
    assert (
        digests(NUMBA_CPU_NAME="generic", NUMBA_CPU_FEATURES="+sse2,+sse3,+ssse3,+sse4.1,+fma,+avx") == here
    )


@pytest.mark.long
@pytest.mark.parametrize("size", ["32", "64"])
def test_tiles_for_wider_registers_give_the_same_bits(tmp_path, size):
    """Where the processor has no such registers, the compiler takes two for one."""
    assert digests(size, XDG_CACHE_HOME=str(tmp_path), LOCALAPPDATA=str(tmp_path)) == digests()
