"""From an experiment to a graph: the layers in order, the output, the loss and its gradients."""

from __future__ import annotations

from dataclasses import dataclass

from playground.engine.differentiate import differentiate
from playground.engine.graph import Graph, Mode, Tensor
from playground.experiment.model import Experiment
from playground.experiment.shapes import output_activation, shapes, task


@dataclass(frozen=True)
class Network:
    """A graph with the tensors that matter to the program around it."""

    graph: Graph
    x: Tensor
    y: Tensor | None  # targets as they come from the data: numbers, or one row of class numbers
    wanted: Tensor | None  # targets as the loss reads them: (outputs, batch)
    judged: Tensor  # what the loss reads
    output: Tensor  # the activated output
    gradients: dict[str, Tensor]


def target_rows(experiment: Experiment) -> int:
    """How many numbers the data give for each sample's target."""
    return 1 if task(experiment.data) == "classes" else shapes(experiment).outputs


def build(experiment: Experiment, mode: Mode, targets: bool = True) -> Network:
    """Build the network's graph; with `targets` also what the loss needs, and the backward pass."""
    graph = Graph(mode)
    sizes = shapes(experiment)
    x = Tensor("input", sizes.inputs)
    _declare(graph, experiment)
    outputs = {"input": x}
    before = x
    for layer in experiment.network.layers:
        graph.layer = layer.name
        graph.sources = tuple(outputs[name] for name in layer.inputs) if layer.inputs else (before,)
        source = graph.sources[0]
        before = layer.entry.build(graph, source, layer)
        outputs[layer.name] = graph.post[layer.name] = before
        graph.pre.setdefault(layer.name, source)
    graph.layer = "output"
    logits = graph.dense(before, graph.parameter("weight"), graph.parameter("bias"))
    loss = experiment.training.loss.entry
    needs_output = mode == "answer" or loss.reads == "activation"
    output = graph.activate(logits, output_activation(experiment)) if needs_output else logits
    graph.post["output"] = output
    if not targets:
        return Network(graph, x, None, None, output, output, {})
    y = Tensor("target", target_rows(experiment))
    judged = {"logits": logits, "activation": output}.get(loss.reads)
    if judged is None:
        judged = graph.add(loss.reads, "output.judged", logits.rows, (logits,))
    wanted = y
    if sizes.outputs != y.rows:
        wanted = graph.add("one_hot", "wanted", sizes.outputs, (y,))
    gradients: dict[str, Tensor] = {}
    settings = graph.settings("training.loss", experiment.training.loss)
    if mode != "answer":
        slope = graph.add("loss", "output.slope", judged.rows, (judged, wanted), settings, loss.key)
        gradients = differentiate(graph, judged, slope)
    return Network(graph, x, y, wanted, judged, output, gradients)


def _declare(graph: Graph, experiment: Experiment) -> None:
    """Name every parameter and buffer of the network."""
    sizes = {shape.name: shape for shape in shapes(experiment).layers}
    for shape in sizes.values():
        for name, size in shape.parameters.items():
            graph.parameters[name] = _tensor(name, size, learns=True)
    for layer in experiment.network.layers:
        for tensor, (size, _) in layer.entry.buffers(layer, sizes[layer.name].inputs).items():
            name = f"{layer.name}.{tensor}"
            graph.buffers[name] = _tensor(name, size, learns=False)


def _tensor(name: str, size: tuple[int, ...], learns: bool) -> Tensor:
    if len(size) == 2:
        return Tensor(name, size[0], size[1], "matrix", learns)
    return Tensor(name, size[0], 1, "vector", learns)
