"""One training step in slow motion: its micro-steps, and every number that stands in them.

The numbers come from a rehearsal, the engine's own step on a copy of its memory. A micro-step is one unit
inside an instruction; layers too wide to be walked through are one micro-step as a whole.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.engine.graph import Graph, Operation
from playground.engine.rehearsal import Executed, Rehearsal, rehearse
from playground.engine.run import Run
from playground.experiment.model import Experiment
from playground.experiment.shapes import output_activation
from playground.session.snapshot import (
    PHASES,
    LayerSheet,
    MicroStep,
    Phase,
    Rehearse,
    SentBack,
    SlowMotion,
    UpdateSheet,
)

Array = NDArray[Any]

WORST = 10
MOST_JUDGED = 2_000
MOST_UNITS = 16  # that are walked through one by one


def slow_motion(run: Run, asked: Rehearse) -> SlowMotion:
    """The run's next step in slow motion, or a step on one sample; the run stays as it is."""
    if not asked.fits(run.prepared):
        asked = Rehearse(None)
    by_hand = asked.values is not None
    if by_hand:
        inputs = run.prepared.transform(np.array([asked.values]))
        shown = rehearse(run, int(run.prepared.train[0]), inputs)
        shown = replace(shown, rows=shown.rows[:0])
    else:
        shown = rehearse(run, asked.row)
    sheets = {sheet.name: sheet for sheet in _sheets(run.experiment, shown)}
    phases = PHASES[:1] if by_hand else PHASES
    steps = tuple(micro for phase in phases for micro in _micro_steps(phase, shown, sheets))
    return SlowMotion(
        asked=asked,
        step=shown.step,
        rows=shown.rows,
        steps=steps,
        layers=sheets,
        inputs=shown.tensors["input"],
        wanted=shown.tensors.get("wanted", shown.tensors["target"]),
        loss=shown.loss,
        settings=shown.settings,
        stopped=shown.stopped,
        worst=worst_samples(run),
    )


def worst_samples(run: Run) -> tuple[tuple[int, float], ...]:
    """The ten training samples with the largest loss, as (row, loss), in evaluation mode; the worst first."""
    rows = run.prepared.train[:MOST_JUDGED]
    return worst_of(rows, sample_losses(run, rows))


def worst_of(rows: NDArray[np.int64], losses: NDArray[np.float64]) -> tuple[tuple[int, float], ...]:
    """The ten rows with the largest losses, with these; the worst first."""
    order = np.argsort(-np.nan_to_num(losses, nan=np.inf), kind="stable")[:WORST]
    return tuple((int(rows[at]), float(losses[at])) for at in order)


def sample_losses(run: Run, rows: NDArray[np.int64]) -> NDArray[np.float64]:
    """The data loss of each of these samples alone, in evaluation mode: (samples,)."""
    loss, targets = run.experiment.training.loss.entry, run.prepared.targets[rows]
    forward = run.forward(run.prepared.inputs[rows])
    o = (forward.pre if loss.reads == "logits" else forward.post)["output"].astype(np.float64)
    if loss.reads == "log_softmax":
        o = np.log(np.maximum(o, 1e-300))
    y = targets.reshape(len(rows), -1).T.astype(np.float64)
    if run.prepared.task == "classes" and len(o) > 1:
        y = (np.arange(len(o))[:, None] == y).astype(np.float64)
    settings = (len(o), *run.experiment.training.loss.settings)
    pairs = zip(o.ravel().tolist(), y.ravel().tolist(), strict=True)
    each = np.array([loss.value(a, b, *settings) for a, b in pairs])
    total: NDArray[np.float64] = each.reshape(o.shape).sum(axis=0)
    return total / len(o) if loss.mean_over == "elements" else total


# Micro-steps -----------------------------------------------------------------------------------------


def _micro_steps(phase: Phase, shown: Rehearsal, sheets: dict[str, LayerSheet]) -> list[MicroStep]:
    if phase == "loss":
        return [MicroStep(phase, "output", -1)]
    if phase == "update":
        layers = [name for name, sheet in sheets.items() if sheet.update.after]
        return [step for name in layers for step in _units(phase, name, sheets[name])]
    order = ["input"] if phase == "forward" else []
    for instruction in shown.executed:
        if instruction.phase == phase:
            order += [name for name in _layers_of(instruction) if name in sheets and name not in order]
    return [
        step
        for name in order
        for step in ([MicroStep(phase, name, -1)] if name == "input" else _units(phase, name, sheets[name]))
    ]


def _layers_of(instruction: Executed) -> list[str]:
    """Each layer once; a norm sends its slope back beside its own gradients, which come first."""
    return list(dict.fromkeys(name.partition(".")[0] for name in reversed(instruction.writes)))


def _units(phase: Phase, name: str, sheet: LayerSheet) -> list[MicroStep]:
    walked = sheet.weight is not None and len(sheet.post) <= MOST_UNITS
    return [MicroStep(phase, name, unit) for unit in (range(len(sheet.post)) if walked else (-1,))]


# Numbers ---------------------------------------------------------------------------------------------


def _sheets(experiment: Experiment, shown: Rehearsal) -> list[LayerSheet]:
    """All that was computed for each layer, in the order of the forward pass."""
    names = [layer.name for layer in experiment.network.layers] + ["output"]
    return [_sheet(name, experiment, shown) for name in names]


def _sheet(name: str, experiment: Experiment, shown: Rehearsal) -> LayerSheet:
    graph, tensors = shown.graph, shown.tensors
    post = graph.post[name].name
    pre = graph.pre[name].name
    dense = _find(graph, "dense", out=pre) if pre.startswith(f"{name}.") else None
    outer = _find(graph, "outer", out=f"{name}.weight.gradient")
    slope = next((o for o in graph.operations if o.op == "slope" and o.inputs[0].name == pre), None)
    arriving = slope.inputs[2].name if slope is not None else _gradient(graph, post)
    source = dense.inputs[0].name if dense is not None else pre
    return LayerSheet(
        name=name,
        reads=next((layer for layer, tensor in graph.post.items() if tensor.name == source), "input"),
        inputs=tensors[source],
        pre=tensors[pre] if dense is not None else None,
        post=_answered(name, experiment, shown, post),
        arriving=tensors.get(arriving),
        delta=tensors.get(outer.inputs[0].name) if outer is not None else None,
        sent_back=_sent_back(shown, arriving) if dense is not None else (),
        weight=shown.before.get(f"{name}.weight") if dense is not None else None,
        bias=shown.before.get(f"{name}.bias") if dense is not None else None,
        update=_update(name, shown),
    )


def _answered(name: str, experiment: Experiment, shown: Rehearsal, post: str) -> Array:
    """The layer's output; where the loss reads what comes before it, the answer that it stands for."""
    values, reads = shown.tensors[post], experiment.training.loss.entry.reads
    if name != "output" or reads == "activation":
        return values
    if reads == "log_softmax":
        return np.asarray(np.exp(shown.tensors["output.judged"].astype(np.float64)))
    activation = output_activation(experiment)
    numbers = [activation.entry.value(z, *activation.settings) for z in values.ravel().tolist()]
    return np.array(numbers, np.float64).reshape(values.shape)  # the loss knows what lies next to 1


def _find(graph: Graph, op: str, out: str) -> Operation | None:
    return next((o for o in graph.operations if o.op == op and o.out.name == out), None)


def _gradient(graph: Graph, tensor: str) -> str:
    """The name of what comes back to a tensor, "" if nothing does."""
    names = [o.out.name for o in graph.operations if o.out.name.startswith(f"{tensor}.gradient")]
    return names[-1] if names else ""


def _sent_back(shown: Rehearsal, arriving: str) -> tuple[SentBack, ...]:
    """The layers whose δ, through their weights, make what arrives at a layer's output.

    Empty where a part of it comes back in another way, through a norm say: the rest is not the whole.
    """
    made = next((o for o in shown.graph.operations if o.out.name == arriving), None)
    if made is None:
        return ()
    if made.op == "add":
        parts = [_sent_back(shown, tensor.name) for tensor in made.inputs]
        return tuple(each for part in parts for each in part) if all(parts) else ()
    if made.op != "back":
        return ()
    weight, delta = (tensor.name for tensor in made.inputs)
    if delta not in shown.tensors:  # the step ended on the way forward, at a loss that is not finite
        return ()
    return (SentBack(weight.partition(".")[0], shown.before[weight], shown.tensors[delta]),)


def _update(name: str, shown: Rehearsal) -> UpdateSheet:
    own = f"{name}."

    def part(values: dict[str, Array]) -> dict[str, Array]:
        return {key.removeprefix(own): array for key, array in values.items() if key.startswith(own)}

    gradients = {key: array for key, array in shown.tensors.items() if key.endswith(".gradient")}
    known = {key.removesuffix(".gradient"): array for key, array in part(gradients).items()}
    after = {} if shown.stopped else part(shown.after)
    return UpdateSheet(part(shown.before), known, after, part(shown.clipped))
