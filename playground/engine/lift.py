"""From a catalog entry to machine code: plain Python functions become parts of vector loops.

A function is copied with its numeric literals typed to the element type and its `math` replaced by our
own exp, log and their like; a *template* from `kernels` is copied with such functions bound as its globals,
under a name that no other kernel bears, and compiled as a C function that `kernel_cache` keeps.
"""

from __future__ import annotations

import math
import types as python
from collections.abc import Callable
from functools import cache
from typing import Any

from playground.engine import kernel_cache  # isort: skip  # before Numba
import numpy as np
from numba import cfunc, njit, types

from playground.engine import elementary

Function = Callable[..., Any]


_OWN = ("exp", "expm1", "log", "log1p", "tanh", "cosh", "erfc", "sin", "cos")
_USES = {
    "tanh": {"EXP": "exp"},
    "cosh": {"EXP": "exp"},
    "log1p": {"LOG": "log"},
    "erfc": {"EXP": "exp"},
    "sin": {"TURNED": "turned"},
    "cos": {"TURNED": "turned"},
}


class _Mathematics:
    """What `math` means inside a lifted function."""

    def __init__(self, dtype: str) -> None:
        self.sqrt, self.pow, self.pi = math.sqrt, math.pow, math.pi
        for name in _OWN:
            setattr(self, name, elementary_function(name, dtype))


def _typed(value: Any, dtype: str) -> Any:
    return np.dtype(dtype).type(value) if isinstance(value, float) else value


def _copy(function: Function, dtype: str, bound: dict[str, Any], name: str) -> Function:
    """The function with typed literals and other globals, under another name."""
    code = function.__code__
    typed = code.replace(co_consts=tuple(_typed(value, dtype) for value in code.co_consts))
    scope = function.__globals__ | bound
    copy = python.FunctionType(typed, scope, name, function.__defaults__, function.__closure__)
    copy.__module__ = kernel_cache.watched(function.__module__)
    copy.__qualname__ = name
    return copy


# Parts of kernels; the wrappers for calls from Python and C, never used, would cost a tenth of the time.
_without_wrappers: Any = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}
_inlined: Any = njit(error_model="numpy", forceinline=True, **_without_wrappers)


def lift_with(function: Function, name: str, bound: dict[str, Any]) -> Any:
    """A helper of the kernels, compiled with these globals."""
    return _inlined(_copy(function, "float64", bound, name))


@cache
def plain(function: Function) -> Any:
    """A helper of the kernels, compiled as it stands."""
    kernel_cache.watched(function.__module__)
    return _inlined(function)


@cache
def elementary_function(name: str, dtype: str) -> Any:
    """One function of `elementary` for numbers of this type."""
    source = getattr(elementary, name, None) or getattr(elementary, name + dtype[-2:])
    bound: dict[str, Any] = {
        "MINUS_INF": np.dtype(dtype).type(-math.inf),
        "NOT_A_NUMBER": np.dtype(dtype).type(math.nan),
    }
    bound |= {word: elementary_function(used, dtype) for word, used in _USES.get(name, {}).items()}
    return _inlined(_copy(source, dtype, bound, f"{name}_{dtype}"))


def lift(function: Function, dtype: str) -> Any:
    """A catalog function as compiled scalar code for elements of this type."""
    mathematics = _Mathematics(dtype)
    flat = _flatten(function, mathematics, dtype)
    return _inlined(flat)


def _flatten(function: Function, mathematics: _Mathematics, dtype: str) -> Function:
    """Bind `math`, and other plain functions of the same module, for Numba to see."""
    bound: dict[str, Any] = {}
    for name in function.__code__.co_names:
        value = function.__globals__.get(name)
        if value is math:
            bound[name] = _namespace(mathematics)
        elif isinstance(value, python.FunctionType):
            bound[name] = lift(value, dtype)
        elif isinstance(value, float):
            bound[name] = _typed(value, dtype)
    return _copy(function, dtype, bound, f"{function.__name__}_{dtype}")


def _namespace(mathematics: _Mathematics) -> python.ModuleType:
    """Numba resolves attributes of modules only."""
    module = python.ModuleType("mathematics")
    for name in ("sqrt", "pow", "pi", *_OWN):
        setattr(module, name, getattr(mathematics, name))
    return module


@cache
def kernel_signature(dtype: str) -> Any:
    """int64 kernel(operands, arena, counts, reals), all pointers."""
    element = types.float32 if dtype == "float32" else types.float64
    whole = types.CPointer(types.int64)
    return types.int64(whole, types.CPointer(element), whole, types.CPointer(types.float64))


_names: dict[str, Function] = {}
_made: list[Any] = []  # keeps the machine code in memory


def compile_kernel(template: Function, dtype: str, name: str, bound: dict[str, Any]) -> int:
    """Compile a template with these globals; its address is what a program stores, for `processor.call`.

    RuntimeError if two kernels bear the same name: they would be kept in one file.
    """
    if _names.setdefault(name, template) is not template:
        raise RuntimeError(f"two kernels are called {name}")
    return _compile(_copy(template, dtype, bound, name), kernel_signature(dtype), bare=True)


def compile_loop(function: Function, operands: int) -> int:
    """Compile a function of `interpreter` that takes so many whole numbers into a C function."""
    kernel_cache.watched(function.__module__)
    return _compile(function, types.int64(*[types.int64] * operands))


def _compile(function: Function, signature: Any, bare: bool = False) -> int:
    """The address of the C function, or of what it wraps if `bare`: that saves a call. Kept on disk."""
    made: Any = cfunc(signature, error_model="numpy", forceinline=True)(function)
    _made.append(made)
    symbol = made.native_name.removeprefix("cfunc.") if bare else made.native_name
    kernel_cache.keep(function.__name__, symbol, bytes(made._library._get_compiled_object()))
    return int(made._library.get_pointer_to_function(symbol))
