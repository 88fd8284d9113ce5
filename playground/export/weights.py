"""The weights alone: NumPy's npz, and safetensors."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.export.model import Model


def npz(arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """One array a name, as numpy.load reads it."""
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, **arrays)
    return buffer.getvalue()


def safetensors(model: Model) -> bytes:
    """The safetensors format: 8 bytes with the header's length, the header as JSON, then the numbers.

    The header says type, shape and place of every tensor; all numbers are little-endian, row by row.
    """
    header: dict[str, Any] = {"__metadata__": {"name": model.title} | model.facts}
    parts: list[bytes] = []
    end = 0
    for name, array in model.tensors.items():
        part = np.ascontiguousarray(array).astype("<f4").tobytes()
        shape = {"dtype": "F32", "shape": list(array.shape)}
        header[name] = shape | {"data_offsets": [end, end + len(part)]}
        end += len(part)
        parts.append(part)
    text = json.dumps(header, ensure_ascii=False).encode()
    text += b" " * (-len(text) % 8)
    return len(text).to_bytes(8, "little") + text + b"".join(parts)
