"""The same random numbers on every processor, and numbers that behave like random ones."""

import hashlib
import os
import subprocess
import sys

import numpy as np

from playground.catalog.random import Stream, bits, stream_key

MASK = (1 << 64) - 1

PROGRAM = """
import hashlib
from playground.catalog.random import Stream
made = hashlib.sha256()
for values in (
    Stream(1, "data").bits(1000), Stream(2, "data").uniform(1001),
    Stream(3, "data", "x").normal(1001), Stream(4, "split").permutation(1001),
):
    made.update(values.astype(values.dtype.newbyteorder("<")).tobytes())
print(made.hexdigest())
"""
DIGEST = "b80879377dc022bb99d0c3881e6e5ca15c5980c5c9b5aec16258f8a972db8188"


def one(key, counter):
    """Splitmix64's mix in whole numbers of any size."""
    z = (key + (counter + 1) * 0x9E3779B97F4A7C15) & MASK
    z ^= z >> 30
    z = z * 0xBF58476D1CE4E5B9 & MASK
    z ^= z >> 27
    z = z * 0x94D049BB133111EB & MASK
    return z ^ (z >> 31)


def test_bits_follow_the_published_mix():
    counters = np.array([0, 1, 2, 10**9, MASK - 1], dtype=np.uint64)
    key = stream_key(7, "data", "spiral")
    assert bits(key, counters).tolist() == [one(key, int(c)) for c in counters]
    assert one(0, 0) == 0xE220A8397B1DCDAF  # the first number of splitmix64 with seed 0


def test_a_key_is_made_from_seed_purpose_and_name():
    digest = hashlib.sha256(b"7/data/spiral").digest()
    assert stream_key(7, "data", "spiral") == int.from_bytes(digest[:8], "little")


def test_calls_go_on_where_the_last_one_ended():
    parts, whole = Stream(1, "data"), Stream(1, "data")
    joined = np.concatenate([parts.bits(3), parts.bits(0), parts.bits(7)])
    assert (joined == whole.bits(10)).all()


def test_uniform_and_normal_have_the_right_moments():
    u = Stream(1, "test").uniform(200_000)
    assert (u >= 0).all()
    assert (u < 1).all()
    assert abs(u.mean() - 0.5) < 0.003
    z = Stream(2, "test").normal(200_001)
    assert z.shape == (200_001,)
    assert abs(z.mean()) < 0.01
    assert abs(z.std() - 1) < 0.01
    assert abs((np.abs(z) < 1.959964).mean() - 0.95) < 0.003


def test_a_permutation_holds_every_number_once():
    order = Stream(1, "split").permutation(1000)
    assert (np.sort(order) == np.arange(1000)).all()
    assert (order != np.arange(1000)).any()
    assert Stream(1, "split").permutation(0).shape == (0,)


def run(**environment):
    command = [sys.executable, "-c", PROGRAM]
    ran = subprocess.run(command, env=os.environ | environment, capture_output=True, text=True, check=True)
    return ran.stdout.strip()


def test_the_same_bits_with_and_without_the_processors_extras():
    from numpy._core._multiarray_umath import __cpu_dispatch__, __cpu_features__

    extras = " ".join(name for name in __cpu_dispatch__ if __cpu_features__.get(name))
    assert run(NPY_DISABLE_CPU_FEATURES=extras) == run() == DIGEST
