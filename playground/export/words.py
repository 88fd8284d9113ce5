"""How activations and features are spelled in the languages of the exported code.

`z` stands for what an activation is applied to, names in braces for the entry's settings. A feature
reads the columns that its entry names, in their order, as {0} and {1}.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playground.catalog.features import features


@dataclass(frozen=True)
class Spelling:
    """One activation: an expression in z for NumPy and PyTorch, a function for Keras and Lux.

    Where `keras` or `lux` is empty, the library knows the activation by the name in the catalog.
    """

    numpy: str
    pytorch: str
    keras: str = ""
    lux: str = ""


ACTIVATIONS = {
    "identity": Spelling("z", "z"),
    "step": Spelling(
        "(z > 0).astype(z.dtype)",
        "(z > 0).to(z.dtype)",
        "lambda z: ops.cast(z > 0, z.dtype)",
        "z -> oftype(z, z > 0)",
    ),
    "sigmoid": Spelling("sigmoid(z)", "torch.sigmoid(z)"),
    "tanh": Spelling("np.tanh(z)", "torch.tanh(z)"),
    "relu": Spelling("np.maximum(z, 0)", "F.relu(z)"),
    "leaky_relu": Spelling(
        "np.where(z > 0, z, {negative_slope} * z)",
        "F.leaky_relu(z, {negative_slope})",
        "lambda z: ops.leaky_relu(z, negative_slope={negative_slope})",
        "z -> leakyrelu(z, oftype(z, {negative_slope}))",
    ),
    "elu": Spelling(
        "np.where(z > 0, z, {alpha} * np.expm1(np.minimum(z, 0)))",
        "F.elu(z, {alpha})",
        "lambda z: ops.elu(z, alpha={alpha})",
        "z -> elu(z, oftype(z, {alpha}))",
    ),
    "selu": Spelling(
        "1.0507009873554805 * np.where(z > 0, z, 1.6732632423543772 * np.expm1(np.minimum(z, 0)))",
        "F.selu(z)",
    ),
    "softplus": Spelling("np.logaddexp(z, z.dtype.type(0))", "F.softplus(z)"),
    "softsign": Spelling("z / (1 + np.abs(z))", "F.softsign(z)"),
    "silu": Spelling("z * sigmoid(z)", "F.silu(z)"),
    "gelu": Spelling("0.5 * z * (1 + erf(0.7071067811865476 * z))", "F.gelu(z)"),
    "gelu_tanh": Spelling(
        "z * sigmoid(1.5957691216057308 * (z + 0.044715 * z * z * z))",
        'F.gelu(z, approximate="tanh")',
        "lambda z: ops.gelu(z, approximate=True)",
    ),
    "sin": Spelling("np.sin(z)", "torch.sin(z)", "ops.sin"),
    "softmax": Spelling("softmax(z)", "F.softmax(z, dim=1)"),
}

FEATURES = {
    "x1": "{0}",
    "x2": "{0}",
    "x1_squared": "{0} * {0}",
    "x2_squared": "{0} * {0}",
    "x1_x2": "{0} * {1}",
    "sin_x1": "sin({0})",
    "sin_x2": "sin({0})",
}


def function(activation: Any, language: str) -> str:
    """The activation in this language with its settings filled in, "" where the catalog's name will do."""
    text: str = getattr(ACTIVATIONS[activation.kind], language)
    for setting in activation.entry.settings:
        text = text.replace(f"{{{setting.key}}}", repr(float(getattr(activation, setting.key))))
    return text


def applied(activation: Any, language: str, z: str) -> str:
    """The activation of the expression z, for NumPy or PyTorch."""
    return re.sub(r"\bz\b", lambda found: z, function(activation, language))


def feature_texts(
    names: tuple[str, ...], columns: tuple[str, ...], column: Callable[[int], str]
) -> list[str]:
    """Each feature as an expression; `column` spells the column at a position."""
    found = []
    for name in names:
        if name in columns:
            found.append(column(columns.index(name)))
        else:
            read = (column(columns.index(each)) for each in features[name].inputs)
            found.append(FEATURES[name].format(*read))
    return found


def comment(*lines: str) -> str:
    """Lines of a comment; whatever a title holds stays inside its line."""
    plain = ("".join(c if c.isprintable() else " " for c in line)[:200] for line in lines)
    return "\n".join(f"# {line}".rstrip() for line in plain)


def texts(names: tuple[str, ...], julia: bool = False) -> str:
    """Names as a list in code: nothing in them can end the text."""
    written = json.dumps(list(names))
    return written.replace("$", "\\$") if julia else written
