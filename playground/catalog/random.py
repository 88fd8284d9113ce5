"""Random numbers that are the same everywhere: counted, not remembered.

Number i of a stream is a scramble of (key, i) and of nothing else. So any part of a stream can be
made at any time, on any thread or processor, with the same bits, and the engine's kernels can repeat
the same few lines. The scramble is the finaliser of splitmix64.
"""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

from playground.catalog.elementary import log, sin_cos

GOLDEN = 0x9E3779B97F4A7C15
_MASK = (1 << 64) - 1
_TWO_PI = 6.283185307179586
_BLOCK = 1 << 13


def bits(key: int, counter: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """64 random bits for each counter: splitmix64's mix of key + (counter + 1) × golden, modulo 2⁶⁴."""
    z = counter.astype(np.uint64)  # a copy: the rest works in place
    z += np.uint64(1)
    z *= np.uint64(GOLDEN)
    z += np.uint64(key & _MASK)
    z ^= z >> np.uint64(30)
    z *= np.uint64(0xBF58476D1CE4E5B9)
    z ^= z >> np.uint64(27)
    z *= np.uint64(0x94D049BB133111EB)
    z ^= z >> np.uint64(31)
    return z


def stream_key(seed: int, purpose: str, name: str = "") -> int:
    """The key of a stream: the first 8 bytes, little-endian, of SHA-256 of "seed/purpose/name"."""
    return int.from_bytes(hashlib.sha256(f"{seed}/{purpose}/{name}".encode()).digest()[:8], "little")


class Stream:
    """An endless row of random numbers for one purpose; each call goes on where the last one ended.

    Two streams with another seed, purpose or name have nothing to do with each other.
    """

    def __init__(self, seed: int, purpose: str, name: str = "") -> None:
        self.key = stream_key(seed, purpose, name)
        self.counter = 0

    def bits(self, n: int) -> NDArray[np.uint64]:
        """The next n whole numbers from 0 to 2⁶⁴ − 1."""
        start = self.counter
        self.counter += n
        return bits(self.key, np.arange(start, start + n, dtype=np.uint64))

    def uniform(self, n: int) -> NDArray[np.float64]:
        """The next n numbers, evenly spread over 0 ≤ u < 1 (the top 53 bits, divided by 2⁵³)."""
        return np.asarray((self.bits(n) >> np.uint64(11)).astype(np.float64) * 2.0**-53)

    def normal(self, n: int) -> NDArray[np.float64]:
        """The next n numbers of the bell curve with mean 0 and standard deviation 1.

        Box-Muller: every two uniform numbers u, v give √(−2 ln(1 − u)) times cos 2πv and sin 2πv.
        An odd n leaves the last sine unused.
        """
        values = np.empty(2 * ((n + 1) // 2))
        for start in range(0, len(values), _BLOCK):  # a block at a time stays in the processor's cache
            block = values[start : start + _BLOCK]
            pairs = self.uniform(len(block)).reshape(-1, 2)
            radius = np.sqrt(-2.0 * log(1.0 - pairs[:, 0]))
            sine, cosine = sin_cos(_TWO_PI * pairs[:, 1])
            block[0::2] = radius * cosine
            block[1::2] = radius * sine
        return values[:n]

    def permutation(self, n: int) -> NDArray[np.int64]:
        """The numbers 0 to n − 1 in random order: those of the next n bits, sorted (ties by position)."""
        return np.argsort(self.bits(n), kind="stable").astype(np.int64)
