"""A small validator for the part of JSON Schema (draft 2020-12) that our schema uses; it refuses the rest."""

from __future__ import annotations

import re
from typing import Any

TYPES = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
    "null": type(None),
}
SILENT = {"title", "description", "default", "$schema", "$defs"}


def errors(value: Any, node: dict[str, Any], root: dict[str, Any], place: str = "") -> list[str]:
    """Every place where the value breaks the schema."""
    found: list[str] = []
    for keyword, rule in node.items():
        if keyword in SILENT:
            continue
        found += [
            f"{place}: {keyword} {rule!r}" for ok in [_holds(keyword, rule, value, root, node)] if not ok
        ]
        if keyword == "properties" and isinstance(value, dict):
            for name in rule.keys() & value.keys():
                found += errors(value[name], rule[name], root, f"{place}/{name}")
        if keyword == "items" and isinstance(value, list):
            for index, each in enumerate(value):
                found += errors(each, rule, root, f"{place}/{index}")
        if keyword == "$ref":
            found += errors(value, root["$defs"][rule.rsplit("/", 1)[-1]], root, place)
    return found


def _holds(keyword: str, rule: Any, value: Any, root: dict[str, Any], node: dict[str, Any]) -> bool:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    match keyword:
        case "properties" | "items" | "$ref":
            return True
        case "type":
            whole = rule in ("integer", "number") and isinstance(value, bool)
            return isinstance(value, TYPES[rule]) and not whole
        case "const":
            return value == rule and type(value) is type(rule)
        case "enum":
            return value in rule
        case "required":
            return not isinstance(value, dict) or set(rule) <= value.keys()
        case "additionalProperties":
            assert rule is False
            return not isinstance(value, dict) or value.keys() <= node["properties"].keys()
        case "oneOf":
            return sum(not errors(value, each, root) for each in rule) == 1
        case "anyOf":
            return any(not errors(value, each, root) for each in rule)
        case "minimum":
            return not is_number or value >= rule
        case "maximum":
            return not is_number or value <= rule
        case "exclusiveMinimum":
            return not is_number or value > rule
        case "exclusiveMaximum":
            return not is_number or value < rule
        case "minItems":
            return not isinstance(value, list) or len(value) >= rule
        case "maxItems":
            return not isinstance(value, list) or len(value) <= rule
        case "maxLength":
            return not isinstance(value, str) or len(value) <= rule
        case "pattern":
            return not isinstance(value, str) or re.search(rule, value) is not None
    raise AssertionError(f"the schema uses {keyword!r}, which this validator does not know")
