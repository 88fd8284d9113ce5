"""Advice: what a choice costs where it may be made but is not the usual one."""

from __future__ import annotations

from playground.catalog import registries
from playground.experiment.model import Experiment
from playground.experiment.shapes import fitting_loss, output_activation, output_units, task

_CLASSES = {  # where the output's activation flattens
    "mean_squared_error": "The slope of squared error fades where the network is surely wrong, "
    "so confident mistakes are corrected slowly",
    "mean_absolute_error": "Absolute error treats a sure mistake hardly worse than an unsure one, "
    "and its slope fades where the output is flat",
    "huber": "Huber's loss is made for numbers: its slope fades where the network is surely wrong",
}
_STRAIGHT = (
    "{loss} pulls each output to its label, 0 or 1, so an answer far on the right side costs as much as "
    "a mistake"
)
_SEVERAL = (
    "Each class is asked about by itself, so the answers need not add up to 1. "
    "Categorical cross-entropy weighs the classes against each other."
)
_NUMBERS = {
    "mean_absolute_error": "Absolute error aims at the median instead of the mean: wild samples count "
    "little, but steps stay large near the answer",
    "huber": "Huber's loss counts errors above δ less, so wild samples pull less than with squared error",
}


def consequence(experiment: Experiment) -> str:
    """What follows from the loss chosen, in a sentence or two; "" where it is the one that fits the data."""
    loss, usual = experiment.training.loss, fitting_loss(experiment.data)
    if loss.kind == "perceptron":
        return (
            "The perceptron's rule stops as soon as every sample is right, and never stops where no line "
            "divides the classes. Its answers are yes or no, not probabilities."
        )
    if task(experiment.data) == "regression":
        return _sentence(_NUMBERS.get(loss.kind, ""), _bounded(experiment))
    if loss.kind == "binary_cross_entropy" and loss.kind != usual:
        return _SEVERAL
    if loss.kind == usual or loss.kind not in _CLASSES:
        return ""
    activation = output_activation(experiment)
    flattens = None not in activation.entry.saturates
    advice = _CLASSES[loss.kind] if flattens else _STRAIGHT.format(loss=loss.entry.label)
    label = registries["losses"][usual].label.lower()
    advice += f". {label.capitalize()} is made for classes"
    if activation.kind == "identity":
        advice += "; without sigmoid the outputs are no probabilities either"
    return _sentence(advice)


def _bounded(experiment: Experiment) -> str:
    """An output that cannot reach every number."""
    activation = output_activation(experiment)
    if activation.kind == "identity":
        return ""
    plural = "s" if output_units(experiment) > 1 else ""
    return f"With {activation.entry.label} at the output{plural}, some numbers may be out of reach"


def _sentence(*parts: str) -> str:
    return " ".join(f"{part}." for part in parts if part)
