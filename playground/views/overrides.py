"""What Qt calls may raise: it is reported, Qt does what it does by itself, and the program goes on.

An exception must not reach PySide 6.11. It takes the bare message of an exception that C code raised, such as
an index out of range, for an object (before Python 3.12), writes into it, and the process dies; of others it
changes the message for good.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from types import FunctionType
from typing import Any

from shiboken6 import Shiboken

Method = Callable[..., Any]


def guarded(method: Method, by_itself: Method) -> Method:
    """The same method, out of which no exception comes; `by_itself` is Qt's own."""

    @wraps(method)
    def call(*args: Any, **named: Any) -> Any:
        try:
            return method(*args, **named)
        except Exception:
            sys.excepthook(*sys.exc_info())
        try:
            return by_itself(*args, **named)
        except Exception:  # Qt leaves it to whoever derives from it
            return None

    return call


def overrides(kind: type) -> dict[str, tuple[FunctionType, Method]]:
    """The methods of a class that replace Qt's, by name, each with Qt's own.

    Also those that a class beside Qt's brings.
    """
    found: dict[str, tuple[FunctionType, Method]] = {}
    seen: set[str] = set()
    theirs = [base for base in kind.__mro__ if base.__module__.startswith("PySide6")]
    for base in kind.__mro__:
        if base not in theirs:
            for name in vars(base).keys() - seen:
                method = vars(base)[name]
                by_itself = next((getattr(each, name) for each in theirs if name in vars(each)), None)
                if isinstance(method, FunctionType) and by_itself and not name.startswith("__"):
                    found[name] = method, by_itself
            seen |= vars(base).keys()
    return found


def _guard(kind: type, **named: Any) -> None:
    for name, (method, by_itself) in overrides(kind).items():
        if not hasattr(method, "__wrapped__"):
            setattr(kind, name, guarded(method, by_itself))


def guard_overrides() -> None:
    """Guard the overrides of all classes over Qt's that are made from now on."""
    Shiboken.Object.__init_subclass__ = classmethod(_guard)  # type: ignore[assignment, arg-type]


guard_overrides()
