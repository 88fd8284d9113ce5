"""Differentiation, graph to graph: each operation's rule adds the operations of its backward pass."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from playground.engine.graph import Graph, Operation, Tensor

Rule = Callable[[Graph, Operation, Tensor], Iterator[tuple[Tensor, Tensor]]]


def differentiate(graph: Graph, output: Tensor, slope: Tensor) -> dict[str, Tensor]:
    """Add the backward pass from `output`, whose own gradient is `slope`.

    Returns the gradient of every parameter that `output` depends on, by the parameter's name.
    """
    arriving: dict[str, list[Tensor]] = {output.name: [slope]}
    for operation in reversed(tuple(graph.operations)):
        slopes = arriving.pop(operation.out.name, [])
        if not slopes or operation.op not in RULES:
            continue
        total = slopes[0]
        for number, more in enumerate(slopes[1:]):
            name = f"{operation.out.name}.gradient_sum_{number}"
            total = graph.add("add", name, total.rows, (total, more))
        for tensor, gradient in RULES[operation.op](graph, operation, total):
            if tensor.learns:
                arriving.setdefault(tensor.name, []).append(gradient)
    return {name: arriving[name][0] for name in graph.parameters if name in arriving}


def _like(tensor: Tensor) -> str:
    return f"{tensor.name}.gradient"


def _part(graph: Graph, operation: Operation, tensor: Tensor) -> str:
    """A name for the gradient that comes back through one of several users of a tensor."""
    return f"{tensor.name}.gradient_from_{operation.out.name}"


def _dense(graph: Graph, operation: Operation, dz: Tensor) -> Iterator[tuple[Tensor, Tensor]]:
    x, weight, bias = operation.inputs
    if dz.balanced:
        yield bias, _zeros(graph, bias)
    else:
        yield bias, graph.add("row_sum", _like(bias), bias.rows, (dz,), kind="vector")
    yield (
        weight,
        graph.add("outer", _like(weight), weight.rows, (dz, x), kind="matrix", columns=weight.columns),
    )
    if x.learns:
        yield x, graph.add("back", _part(graph, operation, x), x.rows, (weight, dz))


def _zeros(graph: Graph, bias: Tensor) -> Tensor:
    """What a bias adds, a batch norm behind it takes off: its gradient is 0.

    Of the sum, rounding would leave noise, which Adam and its like make steps of.
    """
    return graph.add("zeros", _like(bias), bias.rows, (), kind="vector")


def _apply(graph: Graph, operation: Operation, da: Tensor) -> Iterator[tuple[Tensor, Tensor]]:
    (z,) = operation.inputs
    name = _part(graph, operation, z)
    inputs = (z, operation.out, da)
    yield z, graph.add("slope", name, z.rows, inputs, operation.settings, operation.entry)


def _softmax(graph: Graph, operation: Operation, da: Tensor) -> Iterator[tuple[Tensor, Tensor]]:
    (z,) = operation.inputs
    yield z, graph.add(f"{operation.op}_slope", _part(graph, operation, z), z.rows, (operation.out, da))


def _dropout(graph: Graph, operation: Operation, da: Tensor) -> Iterator[tuple[Tensor, Tensor]]:
    (x,) = operation.inputs  # the same mask once more: it is a function of layer and step
    name, settings = _part(graph, operation, x), operation.settings
    yield x, graph.add("dropout", name, x.rows, (da,), settings, operation.entry, flag=operation.flag)


def _shrink(graph: Graph, operation: Operation, da: Tensor) -> Iterator[tuple[Tensor, Tensor]]:
    (x,) = operation.inputs
    yield x, graph.add("shrink", _part(graph, operation, x), x.rows, (da,), operation.settings)


def _same(graph: Graph, operation: Operation, da: Tensor) -> Iterator[tuple[Tensor, Tensor]]:
    yield from ((x, da) for x in operation.inputs)


def _concatenate(graph: Graph, operation: Operation, da: Tensor) -> Iterator[tuple[Tensor, Tensor]]:
    first = 0
    for x in operation.inputs:
        if x.learns:
            name = f"{_part(graph, operation, x)}_{first}"
            yield x, graph.add("rows", name, x.rows, (da,), first=first)
        first += x.rows


def _normalize(graph: Graph, operation: Operation, dy: Tensor) -> Iterator[tuple[Tensor, Tensor]]:
    """Through a norm; the first of its statistics say where the samples lie."""
    x, weight, bias = operation.inputs
    d_weight = Tensor(_like(weight), weight.rows, kind="vector")
    d_bias = Tensor(_like(bias) + "_rounded" * dy.balanced, bias.rows, kind="vector")
    inputs = (dy, x, operation.also[0], weight)
    name = _part(graph, operation, x)
    dx = graph.add(f"{operation.op}_slope", name, x.rows, inputs, also=(d_weight, d_bias))
    yield weight, d_weight
    yield bias, _zeros(graph, bias) if dy.balanced else d_bias
    yield x, dx


RULES: dict[str, Rule] = {
    "dense": _dense,
    "apply": _apply,
    "softmax": _softmax,
    "log_softmax": _softmax,
    "dropout": _dropout,
    "shrink": _shrink,
    "noise": _same,
    "add": _same,
    "concatenate": _concatenate,
    "batch_normalize": _normalize,
    "layer_normalize": _normalize,
}
