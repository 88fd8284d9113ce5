"""What pydantic found, in words: each problem with its place and with what was expected there.

What is expected (type, range, known names) is read from the JSON Schema of the same models, so this
module knows no field by name.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import core_schema

from playground.experiment.problems import Problem
from playground.experiment.strict_json import quoted
from playground.experiment.words import counted, range_in_words, unknown

MOST_PROBLEMS = 100

Node = dict[str, Any]


def problems_of(error: ValidationError, model: type[BaseModel], value: Any) -> tuple[Problem, ...]:
    """Every problem that `model` found in `value`, as place and sentence."""
    details = error.errors(include_url=False)
    found = [_problem(each, model, value) for each in details[:MOST_PROBLEMS]]
    if len(details) > MOST_PROBLEMS:
        found.append(Problem("", f"and {len(details) - MOST_PROBLEMS:,} more problems"))
    return tuple(found)


def _problem(detail: Any, model: type[BaseModel], value: Any) -> Problem:
    loc, kind = tuple(detail["loc"]), detail["type"]
    if kind == "missing":
        return Problem(place_in_words(loc[:-1], value), f"{quoted(loc[-1])} is missing")
    if kind == "extra_forbidden":
        known = _known_fields(_node_at(model, loc[:-1], value))
        return Problem(place_in_words(loc[:-1], value), unknown("field", str(loc[-1]), known))
    place = place_in_words(loc, value)
    if kind == "choice_kind":
        context = detail["ctx"]
        return Problem(place, unknown(context["label"], context["key"], context["kinds"]))
    if kind == "choice_type":
        example = f'{{"kind": "{detail["ctx"]["example"]}"}}'
        return Problem(place, f"expected an object such as {example}, found {_found(_at(value, loc))}")
    if kind not in _PYDANTIC_TYPES:  # a rule of our own: its message is a sentence already
        return Problem(place, detail["msg"])
    return Problem(
        place, f"expected {_expected(_node_at(model, loc, value))}, found {_found(_at(value, loc))}"
    )


_PYDANTIC_TYPES = set(get_args(core_schema.ErrorType)) - {"value_error", "assertion_error"}


def place_in_words(loc: tuple[int | str, ...], value: Any) -> str:
    """A location as a person says it: "network, layer 2 (dense_2), units"."""
    words: list[str] = []
    here = value
    for part in loc:
        here = _inner(here, part)
        if isinstance(part, str):
            words.append(part)
        elif words and words[-1] == "layers":
            name = here.get("name") if isinstance(here, dict) else None
            named = f" ({name})" if isinstance(name, str) and name.isidentifier() and len(name) <= 64 else ""
            words[-1] = f"layer {part + 1}{named}"
        else:
            words.append(f"item {part + 1}")
    return ", ".join(words)


def _inner(value: Any, part: int | str) -> Any:
    if isinstance(value, dict):
        return value.get(part)
    if isinstance(value, (list, tuple)) and isinstance(part, int) and part < len(value):
        return value[part]
    return getattr(value, str(part), None)


def _at(value: Any, loc: tuple[int | str, ...]) -> Any:
    for part in loc:
        value = _inner(value, part)
    return value


@lru_cache(maxsize=64)
def _schema(model: type[BaseModel]) -> Node:
    return model.model_json_schema()


def _node_at(model: type[BaseModel], loc: tuple[int | str, ...], value: Any) -> Node:
    """What the schema says about the place `loc`; {} if it says nothing."""
    root = _schema(model)
    node = _chosen(root, root, value)
    here = value
    for part in loc:
        here = _inner(here, part)
        inner = node.get("properties", {}).get(part) if isinstance(part, str) else node.get("items")
        node = _chosen(inner or {}, root, here)
    return node


def _chosen(node: Node, root: Node, value: Any) -> Node:
    """The node itself, behind references and null; among several kinds, the one that the value names."""
    while "$ref" in node:
        node = root["$defs"][node["$ref"].rsplit("/", 1)[-1]]
    variants = [each for each in node.get("anyOf") or node.get("oneOf") or () if each.get("type") != "null"]
    if not variants:
        return node
    key = value.get("kind") if isinstance(value, dict) else getattr(value, "kind", None)
    resolved = [_chosen(each, root, value) for each in variants]
    for each in resolved:
        if key is not None and _constant(each.get("properties", {}).get("kind", {})) == key:
            return each
    return resolved[0] if len(resolved) == 1 else {"type": "object"}


def _constant(node: Node) -> Any:
    return node.get("const", (node.get("enum") or [None])[0])


def _known_fields(node: Node) -> tuple[str, ...]:
    return tuple(node.get("properties", ()))


def _expected(node: Node) -> str:
    """What may stand here, in words."""
    if "const" in node:
        return quoted(node["const"])
    if "enum" in node:
        return "one of " + ", ".join(quoted(each) for each in node["enum"])
    words = _TYPE_WORDS.get(node.get("type", ""), "something else")
    if "pattern" in node:
        return "a name of a to z, 0 to 9 and _ that starts with a letter"
    if node.get("type") == "array":
        return words + _between(node.get("minItems"), node.get("maxItems"), "item")
    if node.get("type") == "string":
        return words + _between(node.get("minLength"), node.get("maxLength"), "character")
    return words + range_in_words(
        node.get("minimum"), node.get("maximum"), node.get("exclusiveMinimum"), node.get("exclusiveMaximum")
    )


_TYPE_WORDS = {
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "string": "a text",
    "array": "a list",
    "object": "an object in braces",
}


def _between(least: int | None, most: int | None, what: str) -> str:
    if least and most:
        return f" of {least:,} to {most:,} {what}s"
    if most:
        return f" of at most {most:,} {what}s"
    return f" of at least {counted(least, what)}" if least else ""


def _found(value: Any) -> str:
    if isinstance(value, BaseModel):
        return quoted(getattr(value, "kind", "an object"))
    if isinstance(value, (list, tuple)):
        return f"a list of {len(value):,} items"
    if isinstance(value, str) and len(value) > 200:
        return f"{len(value):,} characters"
    try:
        return quoted(value)
    except (TypeError, ValueError):
        return quoted(str(value))
