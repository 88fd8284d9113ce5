"""Rules about the data: scaling, constant columns, too few samples, nothing to judge with."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from playground.experiment.shapes import feature_names, shapes
from playground.session.rules.evidence import Evidence
from playground.session.rules.rule import Finding, Rule, rules
from playground.session.rules.say import number, set_to

FAR = 8.0  # a usual input, in units of what activations expect
UNEVEN = 50.0  # the widest column over the narrowest
MANY = 20  # parameters for each number to be learned from


def _unscaled_inputs(evidence: Evidence) -> Iterator[Finding]:
    if evidence.experiment.data.scaling.kind != "none":
        return
    inputs = evidence.inputs
    size, spread = np.sqrt(np.mean(inputs**2, axis=0)), inputs.std(axis=0)
    varied = spread[spread > 0.0]
    uneven = len(varied) > 1 and varied.max() > UNEVEN * varied.min()
    if size.max() > FAR or uneven:
        names = evidence.prepared.feature_names
        yield Finding(
            "unscaled_inputs",
            f"The inputs are not scaled: {names[int(size.argmax())]} is about {number(size.max(), 2)}, where "
            "weights and activations expect about 1.",
            set_to("Scale the inputs", "data.scaling", "standard"),
            "input",
        )


rules.register(
    Rule(
        key="unscaled_inputs",
        label="Inputs not scaled",
        summary="Inputs far larger than 1, or of very different sizes, saturate units and slow learning.",
        find=_unscaled_inputs,
    )
)


def _constant_column(evidence: Evidence) -> Iterator[Finding]:
    if len(evidence.rows) < 2:
        return
    inputs, names = evidence.inputs, feature_names(evidence.experiment.data)
    constant = np.flatnonzero(np.ptp(inputs, axis=0) == 0.0)
    if evidence.prepared.image_shape is not None or not 0 < len(constant) < len(names):
        return
    kept = tuple(name for index, name in enumerate(names) if index not in constant)
    said = ", ".join(names[int(index)] for index in constant[:4])
    yield Finding(
        "constant_column",
        f"{said} {'is' if len(constant) == 1 else 'are'} the same for every training sample, so nothing "
        "can be learned from it.",
        set_to("Leave it out", "data.features", kept),
        "input",
        tuple(int(index) for index in constant),
    )


rules.register(
    Rule(
        key="constant_column",
        label="Constant input",
        summary="An input that never changes tells nothing.",
        find=_constant_column,
        mark="constant",
    )
)


def _few_samples(evidence: Evidence) -> Iterator[Finding]:
    sizes, rows = shapes(evidence.experiment), len(evidence.prepared.train)
    numbers = rows * (1 if evidence.prepared.task == "classes" else sizes.outputs)
    widest = max(
        (layer for layer in evidence.hidden if layer.kind == "dense"),
        key=lambda layer: layer.units,
        default=None,
    )
    if widest is None or widest.units < 2 or sizes.parameter_count <= MANY * numbers:
        return
    half = widest.units // 2
    yield Finding(
        "few_samples",
        f"The network has {sizes.parameter_count:,} parameters and {rows:,} samples to learn from: enough "
        "to know each of them by heart.",
        set_to(f"Use {half} neurons", f"network.{widest.name}.units", half),
        widest.name,
    )


rules.register(
    Rule(
        key="few_samples",
        label="Too few samples",
        summary="Far more parameters than samples: the network can memorize them.",
        find=_few_samples,
    )
)


def _no_validation(evidence: Evidence) -> Iterator[Finding]:
    if len(evidence.prepared.validation) == 0:
        yield Finding(
            "no_validation",
            "No samples are held back for validation, so nothing shows whether the network only memorizes.",
            set_to(
                "Hold back 20%",
                "data.split",
                evidence.experiment.data.split.model_copy(
                    update={"train": 0.6, "validation": 0.2, "test": 0.2}
                ),
            ),
        )


rules.register(
    Rule(
        key="no_validation",
        label="No validation data",
        summary="Without samples held back, memorizing cannot be told from learning.",
        find=_no_validation,
    )
)
