"""Damaged and hostile experiment files, the same ones every time: `mutated(text, number)`."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable
from typing import Any

HOSTILE: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    -1,
    10**15,
    -(10**18),
    0.5,
    -0.0,
    1e300,
    5e-324,
    "",
    "eight",
    "x" * 70_000,
    "a\0b",
    "ü🙂",
    "__class__",
    "os.system",
    "../../etc/passwd",
    "<img src=file:///etc/passwd>",
    [],
    [[]],
    {},
    {"kind": None},
    {"kind": "dense"},
    {"kind": ["a"]},
    {"kind": {"kind": "adam"}},
    {"__reduce__": ["os.system", ["true"]]},
    [{"kind": "dense", "name": "a", "units": 4096}] * 65,
    {"py/object": "os.system"},
)
TOKENS = (
    "1e999",
    "NaN",
    "-Infinity",
    "9" * 5000,
    '"\\ud800"',
    "[" * 50 + "]" * 50,
    "[" * 20_000,
    "01",
    "1_0",
    "'x'",
)


def _nodes(value: Any) -> list[tuple[Any, Any]]:
    """Every place in a JSON value: (container, key)."""
    found = []
    for key in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        found += [(value, key), *_nodes(value[key])]
    return found


def _cut(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data))]


def _flip(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        changed[chance.randrange(len(data))] = chance.randrange(256)
    return bytes(changed)


def _repeat(data: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(data))
    piece = data[start : start + chance.randint(1, 200)]
    return data[:start] + piece * chance.randint(0, 3) + data[start + len(piece) :]


def _hostile_value(data: bytes, chance: random.Random) -> bytes:
    value = json.loads(data)
    for _ in range(chance.randint(1, 3)):
        container, key = chance.choice(_nodes(value))
        container[key] = copy.deepcopy(chance.choice(HOSTILE))
    return json.dumps(value).encode()


def _hostile_token(data: bytes, chance: random.Random) -> bytes:
    value = json.loads(data)
    container, key = chance.choice(_nodes(value))
    container[key] = "@@"
    return json.dumps(value).replace('"@@"', chance.choice(TOKENS)).encode()


def _missing(data: bytes, chance: random.Random) -> bytes:
    value = json.loads(data)
    container, key = chance.choice(_nodes(value))
    del container[key]
    return json.dumps(value).encode()


def _extra(data: bytes, chance: random.Random) -> bytes:
    value = json.loads(data)
    objects = [value] + [c[k] for c, k in _nodes(value) if isinstance(c[k], dict)]
    name = chance.choice(("unitz", "__init__", "kind ", "", "\ud83d"))
    chance.choice(objects)[name] = copy.deepcopy(chance.choice(HOSTILE))
    return json.dumps(value).encode()


def _same_key(data: bytes, chance: random.Random) -> bytes:
    text = data.decode()
    comma = chance.choice([i for i, c in enumerate(text) if c == "{"])
    return (text[: comma + 1] + '"kind": "adam", "kind": "sgd", ' + text[comma + 1 :]).encode()


def _recoded(data: bytes, chance: random.Random) -> bytes:
    text = data.decode().replace("hidden", "größe")
    return text.encode(chance.choice(("utf-16", "utf-16-le", "latin-1", "utf-8-sig", "utf-32")), "replace")


WAYS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    _cut,
    _flip,
    _repeat,
    _hostile_value,
    _hostile_token,
    _missing,
    _extra,
    _same_key,
    _recoded,
)


def mutated(text: str, number: int) -> bytes:
    """The `number`-th damaged form of a file."""
    return WAYS[number % len(WAYS)](text.encode(), random.Random(number))
