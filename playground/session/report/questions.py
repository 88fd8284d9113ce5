"""The four questions to ask of every network, answered as far as the program knows.

They are those of chapter 4 of the textbook, "What to watch for": input and output, what is learned, the
loss and what it buys, and hidden assumptions.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from playground.experiment.leaks import leaks
from playground.experiment.shapes import output_activation, shapes, target_names
from playground.experiment.words import counted

if TYPE_CHECKING:
    from playground.experiment.data import Prepared
    from playground.experiment.model import Experiment

_MOST_NAMES = 12


@dataclass(frozen=True)
class Question:
    """One question: `known` is what the program answers, `said` what the author does, `ask` what only
    the author can say. `key` names the answer in the experiment."""

    key: str
    question: str
    known: tuple[str, ...]
    ask: str
    said: str


def questions(experiment: Experiment, prepared: Prepared) -> tuple[Question, ...]:
    """The four questions for an experiment and its data."""
    answers = experiment.answers
    return (
        Question(
            "given",
            "What is the input, and what is the output?",
            (_input(experiment, prepared), _output(experiment, prepared)),
            "Will all inputs be known at the moment when the answer is needed?",
            answers.given,
        ),
        Question(
            "learned",
            "What exactly is being learned?",
            (_learned(experiment, prepared),),
            "What will the answers be used for, and by whom?",
            answers.learned,
        ),
        Question(
            "bought",
            "Which loss is minimized, and what does that buy?",
            tuple(_loss(experiment)),
            "Is that what counts here? Which mistakes cost most?",
            answers.bought,
        ),
        Question(
            "assumed",
            "Which assumptions are hidden in split, architecture and training?",
            tuple(_assumptions(experiment, prepared)),
            "Where, when or for what kind of sample would this not hold?",
            answers.assumed,
        ),
    )


def _listed(names: tuple[str, ...]) -> str:
    readable = [name.replace("_", " ") for name in names[:_MOST_NAMES]]
    return ", ".join(readable) + (", …" if len(names) > _MOST_NAMES else "")


def _input(experiment: Experiment, prepared: Prepared) -> str:
    names, scaling = prepared.feature_names, experiment.data.scaling
    if prepared.image_shape is not None:
        high, wide = prepared.image_shape
        what = f"an image of {wide} × {high} pixels"
    else:
        what = f"{counted(len(names), 'number')} ({_listed(names)})"
    scaled = "as they are" if scaling.kind == "none" else f"scaled: {scaling.entry.label}"
    return f"Input: {what}, {scaled}."


def _output(experiment: Experiment, prepared: Prepared) -> str:
    if prepared.class_names:
        count = len(prepared.class_names)
        return f"Output: a probability for each of {count} classes ({_listed(prepared.class_names)})."
    if prepared.reconstructs:
        return "Output: the inputs again."
    names, unit = target_names(experiment.data), prepared.target_unit
    return f"Output: {_listed(names)}{', in ' + unit if unit else ''}."


def _learned(experiment: Experiment, prepared: Prepared) -> str:
    found = shapes(experiment)
    numbers = f"{found.parameter_count:,} parameters"
    if prepared.reconstructs:
        narrow = min(layer.units for layer in found.layers)
        return f"A code of {narrow} numbers from which the inputs can be made again; {numbers}."
    if prepared.class_names:
        return f"A label: how likely each class is for one sample at a time; {numbers}."
    if prepared.domain is not None:
        where = "the plane" if len(prepared.domain) == 2 else "a line"
        return f"A function over {where}, from samples of it; {numbers}."
    return f"A number for one sample at a time, not a distribution: nothing says how sure it is; {numbers}."


def _loss(experiment: Experiment) -> Iterator[str]:
    training = experiment.training
    entry = training.loss.entry
    yield f"{entry.label}. {entry.summary}"
    if entry.buys:
        yield f"Minimizing it buys {entry.buys}."
    if training.l1 or training.l2:
        yield "A penalty on the weights is added: answers are smoother than the data alone ask for."


def _assumptions(experiment: Experiment, prepared: Prepared) -> Iterator[str]:
    data, training = experiment.data, experiment.training
    yield f"Split {data.split.entry.label}: {_small_start(data.split.entry.summary)}"
    for leak in leaks(data, prepared):
        yield leak.message
    if data.scaling.kind != "none":
        yield "Shift and scale are those of the training samples; later samples must lie in the same range."
    if prepared.left_out:
        yield f"{prepared.left_out:,} rows with missing values were left out."
    if prepared.raw_fill is not None:
        yield "Missing inputs were filled in from the training samples."
    if data.emphasis is not None:
        yield f'Samples of "{data.emphasis.label}" count {data.emphasis.weight} times in training.'
    if prepared.image_shape is not None or prepared.time is not None:
        yield "Every sample is seen alone: the network knows nothing of neighbours, in the image or in time."
    low, high = output_activation(experiment).entry.saturates
    if low is not None and high is not None and not prepared.class_names:
        yield f"The output ends in {output_activation(experiment).entry.label}, so it cannot leave its range."
    if training.early_stopping is not None:
        yield "Training stops by the validation loss, so the validation score is a little too good."
    yield f"One seed ({experiment.seed}) decides first weights, order of samples and split by chance."


def _small_start(text: str) -> str:
    return text[:1].lower() + text[1:]
