"""A trained network as every writer reads it: blocks in order, weights, and what surrounds them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from playground.experiment.shapes import output_activation, shapes

if TYPE_CHECKING:
    from playground.engine.run import Run

Array = NDArray[Any]

EPSILON = 1e-5  # of batch norm and layer norm, in the engine
_EXAMPLES = 5


@dataclass(frozen=True)
class Block:
    """One layer, or the output (of kind "dense"): `inputs` numbers in, `units` out.

    `sources` are the blocks that it reads, "input" among them; `tensors` its parameters and buffers by
    short name: weight (units, inputs), bias (units,), running_mean, running_var.
    """

    name: str
    kind: str
    sources: tuple[str, ...]
    inputs: int
    units: int
    settings: dict[str, Any]
    tensors: dict[str, Array]
    activation: Any = None  # a choice of the registry, where the kind has one


@dataclass(frozen=True)
class Model:
    """Everything that turns raw inputs into the shown predictions.

    Columns become features, features are scaled by (x − shift) / scale, the blocks follow, and numbers go
    back to the target's own units by x · scale + shift. A scale is infinite where a feature never
    changes: it becomes 0. `example_inputs` (n, columns) and `example_outputs` (n, outputs) are some
    samples with what the program answered.
    """

    title: str
    columns: tuple[str, ...]
    features: tuple[str, ...]
    input_shift: Array
    input_scale: Array
    blocks: tuple[Block, ...]
    class_names: tuple[str, ...]
    target_names: tuple[str, ...]
    target_unit: str
    target_shift: Array
    target_scale: Array
    example_inputs: Array
    example_outputs: Array
    facts: dict[str, str] = field(default_factory=dict)

    @property
    def classes(self) -> bool:
        """True if the answers are probabilities of classes."""
        return bool(self.class_names)

    @property
    def clips(self) -> bool:
        """True if the answers must be brought between 0 and 1, as the program shows them."""
        return self.classes and self.blocks[-1].activation.kind not in ("sigmoid", "softmax", "step")

    @property
    def tensors(self) -> dict[str, Array]:
        """Parameters and buffers by full name, as in `dense_1.weight`."""
        return {f"{block.name}.{name}": a for block in self.blocks for name, a in block.tensors.items()}

    @property
    def surroundings(self) -> dict[str, Array]:
        """Scaling and examples, as code finds them beside the weights."""
        found = {"input.shift": self.input_shift, "input.scale": self.input_scale}
        if not self.classes:
            found |= {"target.shift": self.target_shift, "target.scale": self.target_scale}
        return found | {"example.inputs": self.example_inputs, "example.outputs": self.example_outputs}


def describe(run: Run) -> Model:
    """The network of a run with the weights of this moment."""
    experiment, prepared = run.experiment, run.prepared
    rows = (prepared.train if len(prepared.validation) == 0 else prepared.validation)[:_EXAMPLES]
    raw = prepared.raw_inputs[rows]
    regression = prepared.task != "classes"
    return Model(
        title=experiment.name,
        columns=prepared.raw_names,
        features=prepared.feature_names,
        input_shift=prepared.input_shift,
        input_scale=np.where(prepared.input_scale > 0.0, prepared.input_scale, np.inf),
        blocks=_blocks(run),
        class_names=prepared.class_names,
        target_names=prepared.target_names,
        target_unit=prepared.target_unit,
        target_shift=prepared.target_shift if regression else np.zeros(0),
        target_scale=prepared.target_scale if regression else np.ones(0),
        example_inputs=raw,
        example_outputs=np.asarray(run.predict(raw, scaled=False), np.float64),
        facts={"seed": str(experiment.seed), "steps": str(run.steps), "digest": run.digest()},
    )


def _blocks(run: Run) -> tuple[Block, ...]:
    experiment = run.experiment
    values = run.parameters | run.buffers
    sizes = {shape.name: shape for shape in shapes(experiment).layers}
    before, found = "input", []
    for layer in experiment.network.layers:
        settings = {setting.key: getattr(layer, setting.key) for setting in layer.entry.settings}
        activation = settings.pop("activation", None)
        for known in ("initializer", "units"):
            settings.pop(known, None)
        sources = layer.inputs or (before,)
        shape = sizes[layer.name]
        tensors = _own(values, layer.name)
        found.append(
            Block(layer.name, layer.kind, sources, shape.inputs, shape.units, settings, tensors, activation)
        )
        before = layer.name
    shape = sizes["output"]
    tensors, activation = _own(values, "output"), output_activation(experiment)
    found.append(Block("output", "dense", (before,), shape.inputs, shape.units, {}, tensors, activation))
    return tuple(found)


def _own(values: dict[str, Array], layer: str) -> dict[str, Array]:
    start = f"{layer}."
    return {
        name.removeprefix(start): array.astype(np.float32)
        for name, array in values.items()
        if name.startswith(start)
    }


def with_names(model: Model, taken: Collection[str]) -> Model:
    """The same network, its blocks renamed where their names mean something else in the code."""
    names: dict[str, str] = {}
    for block in model.blocks:
        name = block.name
        while name in taken or name in names.values():
            name += "_"
        names[block.name] = name
    blocks = (
        replace(b, name=names[b.name], sources=tuple(names.get(source, source) for source in b.sources))
        for b in model.blocks
    )
    return replace(model, blocks=tuple(blocks))
