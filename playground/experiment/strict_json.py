"""Strict JSON: what the standard library lets through (duplicate keys, NaN, endless nesting) is refused.

Every refusal is a `NotJson` with one sentence that says what is wrong and in which line.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any, NoReturn

MOST_BYTES = 32 * 2**20
MOST_DEPTH = 32
MOST_VALUES = 150_000  # the longest list, the features, may have 100,000
MOST_DIGITS = 20  # 2^53, the largest whole number in use, has 16


class NotJson(ValueError):
    """Text that is not strict JSON; `plain_text` is true if it does not even begin like a JSON value."""

    def __init__(self, message: str, plain_text: bool = False) -> None:
        super().__init__(message)
        self.plain_text = plain_text


class _Refused(ValueError):
    """Raised inside the parser, which does not know lines: `token` is what to look for in the text."""

    def __init__(self, message: str, token: str) -> None:
        super().__init__(message)
        self.token = token


class _Duplicate(ValueError):
    pass


def parse(text: str) -> Any:
    """The value that the text stands for; NotJson if it is not strict JSON."""
    if text.count(",") + text.count("[") + text.count("{") > MOST_VALUES:
        raise NotJson(f"It holds more than {MOST_VALUES:,} values; no experiment does.")
    try:
        value = _decoder.decode(text)
    except json.JSONDecodeError as error:
        raise _syntax(text, error) from None
    except _Refused as error:
        raise NotJson(f"Line {_line(text, text.find(error.token)):,}: {error}.") from None
    except _Duplicate as error:
        line = _line_of_duplicate(text)
        raise NotJson(f"Line {line:,}: {quoted(error.args[0])} is given twice in the same object.") from None
    except RecursionError:
        raise NotJson(_TOO_DEEP) from None
    if _deeper_than(value, MOST_DEPTH):
        raise NotJson(_TOO_DEEP)
    if _has_half_characters(value, text):
        raise NotJson("A text in it holds half a character, such as \\ud800 without its other half.")
    return value


_TOO_DEEP = f"It is nested more than {MOST_DEPTH} levels deep; no experiment is."


def _whole(token: str) -> int:
    digits = len(token.lstrip("-"))
    if digits > MOST_DIGITS:
        raise _Refused(f"the number {_short(token)} has {digits:,} digits, which is too many", token)
    return int(token)


def _real(token: str) -> float:
    value = float(token)
    if not math.isfinite(value):
        raise _Refused(f"the number {_short(token)} is too large", token)
    return value


def _constant(token: str) -> NoReturn:
    raise _Refused(f"{token} is not a number that a file can hold", token)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise _Duplicate(key)
            seen.add(key)
    return found


_decoder = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_whole, parse_float=_real, parse_constant=_constant
)


def _deeper_than(value: Any, most: int) -> bool:
    """Whether lists and objects lie in each other more than `most` deep."""
    level = [value]
    for _ in range(most + 1):
        containers = [inner for inner in level if isinstance(inner, (dict, list))]
        if not containers:
            return False
        insides = (outer.values() if isinstance(outer, dict) else outer for outer in containers)
        level = [inner for inside in insides for inner in inside]
    return True


def _has_half_characters(value: Any, text: str) -> bool:
    """Whether a text holds a lone surrogate such as \\ud800, which no file or screen can show."""
    if "\\u" not in text:
        return False
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return True
    return False


def _syntax(text: str, error: json.JSONDecodeError) -> NotJson:
    """What is wrong with the text, and where: cut off at its end, or a slip in the middle."""
    end = len(text.rstrip())
    last_word = end - len(re.search(r'[^\s,:\[\]{}"]*$', text[:end])[0])  # type: ignore[index]
    if error.pos >= last_word or error.msg.startswith("Unterminated string"):
        if not text[: error.pos].strip():
            return NotJson("It is not JSON." if end else "It is empty.", plain_text=True)
        size = len(text.encode("utf-8", "surrogatepass"))
        return NotJson(f"It is cut off after {size:,} bytes (line {_line(text, end):,}).")
    if not text[: error.pos].strip():
        return NotJson("It is not JSON.", plain_text=True)
    if error.msg == "Extra data":
        return NotJson(f"Line {error.lineno:,}: there is text after the end of the experiment.")
    what = _SLIPS.get(error.msg, "it is not valid JSON here")
    return NotJson(f"Line {error.lineno:,}, column {error.colno:,}: {what}.")


_SLIPS = {
    "Expecting ',' delimiter": "a comma or a closing bracket is missing",
    "Expecting ':' delimiter": "a colon is missing after a name",
    "Expecting property name enclosed in double quotes": "a name in double quotes is missing",
    "Expecting value": "a value is missing or misspelled",
    "Invalid control character at": "a text is not closed by a double quote in its line",
    "Illegal trailing comma before end of object": "there is a comma too many",
    "Illegal trailing comma before end of array": "there is a comma too many",
}


def _line(text: str, position: int) -> int:
    return text.count("\n", 0, max(position, 0)) + 1


def _line_of_duplicate(text: str) -> int:
    """The line in which a name appears for the second time in the same object."""
    open_objects: list[set[str]] = []
    for token in re.finditer(r'("(?:[^"\\]|\\.)*")(\s*:)?|[\[\]{}]', text):
        if token[0] in "{[":
            open_objects.append(set())
        elif token[0] in "}]":
            open_objects.pop()
        elif token[2]:
            key = json.loads(token[1])
            if key in open_objects[-1]:
                return _line(text, token.start())
            open_objects[-1].add(key)
    return 1


def _short(token: str) -> str:
    return token if len(token) <= 24 else f"{token[:12]}…"


def quoted(value: Any) -> str:
    """A value as the file spells it, for a sentence: short, and with unprintable characters escaped."""
    if isinstance(value, str):
        cut = value if len(value) <= 40 else f"{value[:37]}…"
        plain = (c if c.isprintable() else json.dumps(c)[1:-1] for c in cut)
        return '"' + "".join(plain) + '"'
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, (list, tuple)):
        return "a list"
    return _short(json.dumps(value))
