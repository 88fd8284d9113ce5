"""The network as ONNX: columns in their own units in, the shown predictions out.

Opset 20, the first with gelu. Scaling is computed in float64, so that large columns keep their digits;
the network itself in float32. Needs the package onnx, which is imported when a file is written.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from playground.catalog.features import features
from playground.export.model import EPSILON, Block, Model

_OPSET, _IR = 20, 9


class NeedsOnnx(Exception):
    """The package onnx is not installed; the text is a sentence for the user."""


def content(model: Model) -> bytes:
    """The file; NeedsOnnx if the package is missing."""
    try:
        from onnx import TensorProto, checker, helper, numpy_helper
    except ImportError:
        raise NeedsOnnx(
            'Writing ONNX needs the package "onnx". Install it with: '
            'pip install "network-playground[export]".'
        ) from None

    graph = _Graph()
    answers = graph.answers(model, graph.network(model, graph.prepared(model)))
    graph.add("Identity", [answers], out="predictions")
    answer_type = TensorProto.FLOAT if model.classes else TensorProto.DOUBLE
    units = model.blocks[-1].units
    made = helper.make_graph(
        [helper.make_node(op, read, [out], name=out, **settings) for op, read, out, settings in graph.nodes],
        "network",
        [helper.make_tensor_value_info("raw", TensorProto.DOUBLE, ["samples", len(model.columns)])],
        [helper.make_tensor_value_info("predictions", answer_type, ["samples", units])],
        [numpy_helper.from_array(array, name) for name, array in graph.constants.items()],
    )
    file = helper.make_model(
        made,
        opset_imports=[helper.make_opsetid("", _OPSET)],
        ir_version=_IR,
        producer_name="Network Playground",
    )
    helper.set_model_props(file, _facts(model))
    checker.check_model(file, full_check=True)
    return bytes(file.SerializeToString())


def _facts(model: Model) -> dict[str, str]:
    names = {"classes": model.class_names} if model.classes else {"targets": model.target_names}
    lists = {"columns": model.columns} | names
    return {"title": model.title} | model.facts | {key: ", ".join(each) for key, each in lists.items()}


class _Graph:
    """Nodes and constants as they are added; every `add` returns the name of what comes out."""

    def __init__(self) -> None:
        self.nodes: list[tuple[str, list[str], str, dict[str, Any]]] = []
        self.constants: dict[str, Any] = {}

    def add(self, op: str, inputs: list[str], out: str = "", **settings: Any) -> str:
        out = out or f"{op.lower()}.{len(self.nodes)}"
        self.nodes.append((op, inputs, out, settings))
        return out

    def constant(self, value: Any, dtype: str = "float32", name: str = "") -> str:
        name = name or f"constant.{len(self.constants)}"
        self.constants[name] = np.ascontiguousarray(value, dtype).reshape(np.shape(value))
        return name

    def prepared(self, model: Model) -> str:
        """Raw columns to scaled features."""
        x = "raw"
        if model.features != model.columns:
            x = self.add("Concat", [self._feature(model, name) for name in model.features], axis=1)
        x = self.add("Sub", [x, self.constant(model.input_shift, "float64")])
        x = self.add("Div", [x, self.constant(model.input_scale, "float64")])
        return self.add("Cast", [x], to=1)

    def _column(self, model: Model, name: str) -> str:
        index = self.constant([model.columns.index(name)], "int64")
        return self.add("Gather", ["raw", index], axis=1)

    def _feature(self, model: Model, name: str) -> str:
        if name in model.columns:
            return self._column(model, name)
        read = [self._column(model, column) for column in features[name].inputs]
        return FEATURES[name](self, *read)

    def network(self, model: Model, x: str) -> str:
        """Scaled features to the output's numbers."""
        outs = {"input": x}
        for block in model.blocks:
            tensors = {key: self.constant(a, name=f"{block.name}.{key}") for key, a in block.tensors.items()}
            out = LAYERS[block.kind](self, [outs[source] for source in block.sources], block, tensors)
            if block.activation is not None:
                settings = (float(value) for value in block.activation.settings)
                out = ACTIVATIONS[block.activation.kind](self, out, *settings)
            outs[block.name] = out
        return outs[model.blocks[-1].name]

    def answers(self, model: Model, out: str) -> str:
        """The output's numbers to what the program shows."""
        if not model.classes:
            out = self.add("Cast", [out], to=11)
            out = self.add("Mul", [out, self.constant(model.target_scale, "float64")])
            return self.add("Add", [out, self.constant(model.target_shift, "float64")])
        if model.clips:
            return self.add("Clip", [out, self.constant(np.float32(0)), self.constant(np.float32(1))])
        return out


def _dense(graph: _Graph, sources: list[str], block: Block, tensors: dict[str, str]) -> str:
    return graph.add("Gemm", [sources[0], tensors["weight"], tensors["bias"]], transB=1)


def _dropout(graph: _Graph, sources: list[str], block: Block, tensors: dict[str, str]) -> str:
    if block.settings["scaling"] != "at_test_time":
        return sources[0]
    return graph.add("Mul", [sources[0], graph.constant(np.float32(1.0 - block.settings["rate"]))])


def _batch_norm(graph: _Graph, sources: list[str], block: Block, tensors: dict[str, str]) -> str:
    order = ("weight", "bias", "running_mean", "running_var")
    return graph.add("BatchNormalization", [sources[0], *(tensors[name] for name in order)], epsilon=EPSILON)


def _layer_norm(graph: _Graph, sources: list[str], block: Block, tensors: dict[str, str]) -> str:
    inputs = [sources[0], tensors["weight"], tensors["bias"]]
    return graph.add("LayerNormalization", inputs, axis=-1, epsilon=EPSILON)


LAYERS: dict[str, Callable[..., str]] = {
    "dense": _dense,
    "dropout": _dropout,
    "gaussian_noise": lambda graph, sources, block, tensors: sources[0],
    "batch_norm": _batch_norm,
    "layer_norm": _layer_norm,
    "add": lambda graph, sources, block, tensors: graph.add("Sum", sources),
    "concatenate": lambda graph, sources, block, tensors: graph.add("Concat", sources, axis=1),
}

ACTIVATIONS: dict[str, Callable[..., str]] = {
    "identity": lambda graph, z: z,
    "step": lambda graph, z: graph.add(
        "Cast", [graph.add("Greater", [z, graph.constant(np.float32(0))])], to=1
    ),
    "sigmoid": lambda graph, z: graph.add("Sigmoid", [z]),
    "tanh": lambda graph, z: graph.add("Tanh", [z]),
    "relu": lambda graph, z: graph.add("Relu", [z]),
    "leaky_relu": lambda graph, z, slope: graph.add("LeakyRelu", [z], alpha=slope),
    "elu": lambda graph, z, alpha: graph.add("Elu", [z], alpha=alpha),
    "selu": lambda graph, z: graph.add("Selu", [z]),
    "softplus": lambda graph, z: graph.add("Softplus", [z]),
    "softsign": lambda graph, z: graph.add("Softsign", [z]),
    "silu": lambda graph, z: graph.add("Mul", [z, graph.add("Sigmoid", [z])]),
    "gelu": lambda graph, z: graph.add("Gelu", [z]),
    "gelu_tanh": lambda graph, z: graph.add("Gelu", [z], approximate="tanh"),
    "sin": lambda graph, z: graph.add("Sin", [z]),
    "softmax": lambda graph, z: graph.add("Softmax", [z], axis=1),
}


def _itself(graph: _Graph, x: str) -> str:
    return x


def _square(graph: _Graph, x: str) -> str:
    return graph.add("Mul", [x, x])


def _sine(graph: _Graph, x: str) -> str:
    return graph.add("Sin", [x])


FEATURES: dict[str, Callable[..., str]] = {
    "x1": _itself,
    "x2": _itself,
    "x1_squared": _square,
    "x2_squared": _square,
    "x1_x2": lambda graph, x1, x2: graph.add("Mul", [x1, x2]),
    "sin_x1": _sine,
    "sin_x2": _sine,
}
