"""Numbers that kernels share, and the names that are bound for each kernel when it is compiled."""

from __future__ import annotations

from typing import Any

import numpy as np

# Written out: all that a kept kernel was made of stands in the sources that `kernel_cache` watches.
NEXT, DONE, NOT_FINITE = 0, -1, -2
PC, STEP, STOP, EPOCH, POSITION, SAMPLES, BATCH, ORDERED, ORDER = range(9)
SHUFFLE_KEY, DROPOUT_KEY, CHECK, SET, CHUNK, RECORDS, LEAST = range(9, 16)
SET_INPUTS, SET_TARGETS, SET_SAMPLES = 16, 20, 24
LOSS, LOSS_SUM, METRIC_SUM, TRAIN_LOSS, TRAIN_METRIC = range(5)
WATCHED, MOST_RECORDS, FIRST_RECORD, RECORD_SIZE = 9, 512, 16, 7
TRAIN, VALIDATION = 1, 2
VIEW = 4  # operands of a view
DEPTH = 256  # numbers of the inner dimension taken at a time, so that they stay in the nearest cache
SCRATCH = 256
EPSILON = 1e-5

ONE, SIXTY_FOUR = np.uint64(1), np.uint64(64)
GOLDEN = np.uint64(0x9E3779B97F4A7C15)
MIX_1, MIX_2 = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
LOW_32 = np.uint64(0xFFFFFFFF)
GOLDEN_32 = np.uint32(0x9E3779B9)
MIX_3, MIX_4 = np.uint32(0x7FEB352D), np.uint32(0x846CA68B)
S15, S16 = np.uint32(15), np.uint32(16)
S27, S30, S31, S32, S11 = np.uint64(27), np.uint64(30), np.uint64(31), np.uint64(32), np.uint64(11)

# Bound by `compiled`, for each kernel its own: catalog functions, tiles, and numbers known when compiling.
VALUE: Any = None
SLOPE: Any = None
RULE: Any = None
PREPARE: Any = None
EXP: Any = None
LOG: Any = None
READ: Any = None
TAKE: Any = None
READ_SLOTS: Any = None
WRITE_WEIGHT: Any = None
WRITE_SLOTS: Any = None
WRITE_COUNTERS: Any = None
WRITE_FACTORS: Any = None
WRITE: Any = None
RESTORES: Any = None
DEPART: Any = None
SEARCH: Any = None
GRADIENT_AT: Any = None
RANDOM_BITS: Any = None
SCRAMBLE: Any = None
COSINE_OF_TURNS: Any = None
TURN: Any = None
TRANSPOSE: Any = None
HALF: Any = None
HAS_TARGETS: Any = None
PANEL: Any = None
NARROW_PANEL: Any = None
HALF_PANEL: Any = None
REGISTER: Any = None
CLEAR: Any = None
ROWS: Any = None
TALL: Any = None
FOUR: Any = None
THREE: Any = None
TWO: Any = None
SINGLE: Any = None
AGAIN: Any = None
BEGIN: Any = None
EVALUATION_GAP: Any = None
OVER: Any = None
