"""What a kernel's template is bound to before it is compiled: catalog functions, tiles, constants."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playground.catalog.activations import activations
from playground.catalog.losses import losses
from playground.catalog.optimizers import optimizers
from playground.catalog.schedules import schedules
from playground.engine import lbfgs
from playground.engine.intrinsics.building import HALF_BYTES
from playground.engine.intrinsics.tiles import clearer, tile, transposer
from playground.engine.intrinsics.tuples import reader, taker, writer
from playground.engine.kernel_cache import processor_features
from playground.engine.kernels import KERNELS, words
from playground.engine.lift import compile_kernel, elementary_function, lift, lift_with, plain
from playground.engine.twin.evaluation import evaluation_gap

Bound = dict[str, Any]


def compiled(family: str, key: str, dtype: str, name: str) -> int:
    """Compile the kernel of this family for this catalog entry; returns its address."""
    return compile_kernel(KERNELS[family], dtype, name, _BOUND.get(family, _nothing)(key, dtype))


def _nothing(key: str, dtype: str) -> Bound:
    return {}


def _random(key: str, dtype: str) -> Bound:
    helpers = {name.upper(): plain(KERNELS[name]) for name in ("random_bits", "over")}
    helpers["HAS_TARGETS"] = key == "targets"
    return helpers | {"TURN": lift_with(KERNELS["turn"], f"turn_{dtype}", _transposing(key, dtype))}


def _dropout(key: str, dtype: str) -> Bound:
    return {name.upper(): plain(KERNELS[name]) for name in ("random_bits", "scramble")}


def _noise(key: str, dtype: str) -> Bound:
    helpers = {"RANDOM_BITS": plain(KERNELS["random_bits"]), "LOG": elementary_function("log", "float64")}
    return helpers | {"COSINE_OF_TURNS": plain(KERNELS["cosine_of_turns"])}


def _transposing(key: str, dtype: str) -> Bound:
    """Blocks as wide as half a vector, so that no row is written beyond its end."""
    return {"HALF": _numbers(HALF_BYTES, dtype), "TRANSPOSE": transposer(HALF_BYTES)}


def _register_bytes() -> int:
    return 64 if "avx512f" in processor_features() else 32


def _numbers(size: int, dtype: str) -> int:
    """How many numbers so many bytes hold."""
    return size // (4 if dtype == "float32" else 8)


def _product(key: str, dtype: str) -> Bound:
    """Tiles as large as the processor's registers hold: 32 of 64 bytes, or 16 of 32 bytes."""
    size = _register_bytes()
    shapes = {"PANEL": (8 if size == 64 else 6, 2, size), "NARROW_PANEL": (8, 1, size)}
    shapes["HALF_PANEL"] = 8, 1, HALF_BYTES
    panels = {
        name: lift_with(KERNELS["panel"], f"panel_{'_'.join(map(str, shape))}_{dtype}", _tiles(*shape))
        for name, shape in shapes.items()
    }
    numbers = {"REGISTER": _numbers(size, dtype), "HALF": _numbers(HALF_BYTES, dtype)}
    return numbers | {"CLEAR": clearer(HALF_BYTES)} | panels


def _tiles(rows: int, registers: int, register_bytes: int) -> Bound:
    heights = {"TALL": rows, "FOUR": 4, "THREE": 3, "TWO": 2, "SINGLE": 1}
    tiles = {name: tile(height, registers, register_bytes) for name, height in heights.items()}
    return {"ROWS": rows} | tiles


def _activation(key: str, dtype: str) -> Bound:
    entry = activations[key]
    assert entry.value is not None
    assert entry.slope is not None
    count = len(entry.settings)
    return {
        "VALUE": lift(entry.value, dtype),
        "SLOPE": lift(entry.slope, dtype),
        "READ": reader(count),
        "TAKE": taker(count, 0),
    }


def _softmax(key: str, dtype: str) -> Bound:
    return {"EXP": elementary_function("exp", dtype), "LOG": elementary_function("log", dtype)}


def _loss(key: str, dtype: str) -> Bound:
    entry = losses[key]
    return {
        "VALUE": lift(entry.value, dtype),
        "SLOPE": lift(entry.slope, dtype),
        "READ": reader(len(entry.settings)),
        "TAKE": taker(len(entry.settings), 0),
    }


def _same(*numbers: float) -> tuple[float, ...]:
    return numbers


def _prepare(key: str, dtype: str) -> Bound:
    entry = optimizers[key]
    counters = len(entry.counters)
    return {
        "PREPARE": lift(entry.prepare or _same, "float64"),
        "READ": reader(counters + len(entry.settings)),
        "WRITE_COUNTERS": writer(counters, 0),
        "WRITE_FACTORS": writer(entry.coefficients, counters),
    }


def _update(key: str, dtype: str) -> Bound:
    entry = optimizers[key]
    slots = len(entry.slots)
    return {
        "RULE": lift(entry.update, dtype),
        "READ": reader(entry.coefficients),
        "TAKE": taker(entry.coefficients, 0),
        "READ_SLOTS": reader(slots),
        "WRITE_WEIGHT": writer(1, 0),
        "WRITE_SLOTS": writer(slots, 1),
        "GRADIENT_AT": words.VIEW * (1 + slots),
    }


def _searching(key: str, dtype: str) -> Bound:
    return {"DEPART": lift(lbfgs.depart, "float64"), "SEARCH": lift(lbfgs.search, "float64")}


def _schedule(key: str, dtype: str) -> Bound:
    entry = schedules[key]
    return {
        "VALUE": lift(entry.at, "float64"),
        "READ": reader(len(entry.settings)),
        "OVER": plain(KERNELS["over"]),
    }


def _watch(key: str, dtype: str) -> Bound:
    entry = schedules[key]
    assert entry.watch is not None
    return {
        "VALUE": lift(entry.watch, "float64"),
        "READ": reader(3 + len(entry.settings)),
        "OVER": plain(KERNELS["over"]),
        "WRITE": writer(3, 0),
    }


def _stopping(key: str, dtype: str) -> Bound:
    return {"RESTORES": key == "restore", "OVER": plain(KERNELS["over"])}


def _counting(key: str, dtype: str) -> Bound:
    return {
        "AGAIN": plain(KERNELS["again"]),
        "OVER": plain(KERNELS["over"]),
        "BEGIN": plain(KERNELS["begin"]),
        "EVALUATION_GAP": plain(evaluation_gap),
    }


_BOUND: dict[str, Callable[[str, str], Bound]] = {
    "pick": _random,
    "fetch": _random,
    "dropout": _dropout,
    "noise": _noise,
    "transpose": _transposing,
    "product": _product,
    "apply": _activation,
    "slope": _activation,
    "softmax": _softmax,
    "log_softmax": _softmax,
    "log_softmax_slope": _softmax,
    "loss": _loss,
    "judge": _loss,
    "depart": _searching,
    "search": _searching,
    "schedule": _schedule,
    "watch": _watch,
    "early_stop": _stopping,
    "prepare": _prepare,
    "update": _update,
    "next_step": _counting,
    "begin_evaluation": _counting,
    "record": _counting,
    "repeat": _counting,
}
