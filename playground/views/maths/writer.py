"""Writes a network in the notation of the textbook, as rich text with its numbers. No Qt.

Vectors are bold, layers are superscripts in parentheses, θ is all that is learned, 𝓛 the loss. Symbols and
numbers are links to what they mean on the canvas: `layer:dense_1`, `unit:dense_1:2` (the third neuron),
`edge:dense_1:2:0` (its weight from the first input).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from numpy.typing import NDArray

from playground.experiment.model import Experiment
from playground.experiment.shapes import feature_names, output_activation, shapes
from playground.session.rules.collapse import single_layer
from playground.views.maths.notation import (
    LOSS,
    MOST_COLUMNS,
    MOST_ROWS,
    MOST_TERMS,
    PREDICTION,
    REALS,
    THETA,
    B,
    H,
    Place,
    W,
    X,
    applied,
    brackets,
    exact,
    feature,
    settings_of,
    some,
    spell,
)
from playground.views.maths.update import Update, hats, step_rows

Array = NDArray[Any]


@dataclass(frozen=True)
class Numbers:
    """The numbers of one moment; what is missing is left out of the text."""

    parameters: dict[str, Array] = field(default_factory=dict)
    train_loss: float = math.nan
    validation_loss: float = math.nan
    update: Update | None = None


@dataclass(frozen=True)
class Style:
    """How the text looks: the names of prediction and observation, the selected and the lit place."""

    names: dict[str, str] = field(default_factory=lambda: PREDICTION)
    selected: Place = field(default_factory=lambda: Place("output"))
    lit: str = ""
    ink: str = "#14161A"
    quiet: str = "#666C78"
    light: str = "#E2E4E8"  # behind what is lit


def write(experiment: Experiment, numbers: Numbers, style: Style | None = None) -> str:
    """The whole text: layers, parameters, loss, the selected neuron, the optimizer's rule, the collapse."""
    return "\n".join(sections(experiment, numbers, style))


def sections(experiment: Experiment, numbers: Numbers, style: Style | None = None) -> list[str]:
    """The same in pieces, so that what is out of sight need not be laid out."""
    writer = _Writer(experiment, numbers, style or Style())
    groups = [*writer.layers(), writer.loss(), writer.neuron(), writer.rule(), writer.collapse()]
    return ["\n".join(lines) for lines in groups if lines]


class _Writer:
    def __init__(self, experiment: Experiment, numbers: Numbers, style: Style) -> None:
        self.experiment, self.numbers, self.style = experiment, numbers, style
        self.shapes = shapes(experiment)
        self.order = {layer.name: index for index, layer in enumerate(self.shapes.layers, start=1)}
        self.order["input"] = 0

    # Symbols

    def link(self, place: Place, text: str) -> str:
        """A symbol that belongs to something on the canvas."""
        lit = f"background-color:{self.style.light};" if place.link == self.style.lit else ""
        return f'<a href="{place.link}" style="{lit}color:{self.style.ink};text-decoration:none">{text}</a>'

    def symbol(self, letter: str, name: str) -> str:
        """A letter with the layer's number above it, linked to the layer."""
        return self.link(Place(name), f"{letter}<sup>({self.order[name]})</sup>")

    def value(self, name: str) -> str:
        """What a layer gives: x for the inputs, the prediction at the output, else h."""
        if name == "input":
            return self.link(Place("input"), X)
        if name == "output":
            bold = self.style.names["predicted"]
            return self.link(Place("output"), f"<b>{bold}</b>" if self.shapes.outputs > 1 else bold)
        return self.symbol(H, name)

    def quiet(self, text: str) -> str:
        return f'<span style="color:{self.style.quiet}">{text}</span>'

    def heading(self, text: str) -> str:
        return f"<p><b>{text}</b></p>"

    # Layers

    def layers(self) -> list[list[str]]:
        """One equation a layer, with its numbers below it."""
        names = feature_names(self.experiment.data)
        inputs = [self.link(Place("input", i), feature(name)) for i, name in enumerate(names[:MOST_TERMS])]
        inputs += ["…"] if len(names) > MOST_TERMS else []
        first = f"{self.value('input')} = ({', '.join(inputs)})<sup>⊤</sup> ∈ {REALS}<sup>{len(names)}</sup>"
        groups = [[f"<p>{first}</p>"]]
        before = "input"
        for layer in self.experiment.network.layers:
            sources = layer.inputs or (before,)
            groups.append(self.layer(layer.name, layer, sources))
            before = layer.name
        groups.append(self.layer("output", self.experiment.network.output, (before,)))
        symbols = [self.symbol(letter, name) for name, letter in self._learned()]
        shown = symbols if len(symbols) <= 8 else [*symbols[:6], "…", *symbols[-2:]]
        count = self.shapes.parameter_count
        number = f"{count:,}&nbsp;number{'' if count == 1 else 's'}"
        return [*groups, [f"<p>{THETA} = {{{', '.join(shown)}}}, {number}</p>"]]

    def _learned(self) -> Iterator[tuple[str, str]]:
        """Layer and letter of every tensor that learns."""
        for shape in self.shapes.layers:
            weight, bias = (W, B) if self._is_dense(shape.name) else ("<b>γ</b>", "<b>β</b>")
            letters = {"weight": weight, "bias": bias}
            for tensor in shape.parameters:
                own = tensor.rpartition(".")[2]
                yield shape.name, letters.get(own, own)

    def _is_dense(self, name: str) -> bool:
        return len(self.shapes.layer(name).parameters.get(f"{name}.weight", ())) == 2

    def layer(self, name: str, layer: Any, sources: Sequence[str]) -> list[str]:
        """The equation of a layer, its shapes, and its numbers."""
        if not self._is_dense(name):
            reads = ", ".join(self.value(source) for source in sources)
            equation = f"{self.value(name)} = {layer.entry.label.lower()}({reads})"
            known = settings_of(layer)
            about = f"{layer.entry.formula},&nbsp; {known}" if known else layer.entry.formula
            return [f"<p>{equation}<br>{self.quiet(about)}</p>", *self.norm(name)]
        activation = self.activation(name)
        inside = f"{self.symbol(W, name)} {self.value(sources[0])} + {self.symbol(B, name)}"
        rows, columns = self.shapes.layer(name).parameters[f"{name}.weight"]
        sizes = f"{W} ∈ {REALS}<sup>{rows}×{columns}</sup>, {B} ∈ {REALS}<sup>{rows}</sup>"
        if activation.settings:
            sizes += f"<br>{activation.entry.formula},&nbsp; {settings_of(activation)}"
        return [
            f"<p>{self.value(name)} = {applied(activation, inside)}<br>{self.quiet(sizes)}</p>",
            *self.tensors(name),
        ]

    def activation(self, name: str) -> Any:
        """The activation of a dense layer or the output."""
        if name == "output":
            return output_activation(self.experiment)
        return self.experiment.layer(name).activation

    def tensors(self, name: str) -> list[str]:
        """W and b with their numbers, side by side."""
        weight = self.numbers.parameters.get(f"{name}.weight")
        bias = self.numbers.parameters.get(f"{name}.bias")
        if weight is None or bias is None:
            return []
        matrix = self.matrix(weight, lambda row, column: Place(name, row, column))
        vector = self.matrix(bias[:, None], lambda row, column: Place(name, row))
        return [f"<table><tr><td>{matrix}</td><td>&nbsp;</td><td>{vector}</td></tr></table>"]

    def norm(self, name: str) -> list[str]:
        """γ and β of a norm with their numbers, side by side."""
        pair = [self.numbers.parameters.get(f"{name}.{tensor}") for tensor in ("weight", "bias")]
        cells = [
            f"<td>{letter} =</td><td>{self.matrix(values[:, None], lambda row, _: Place(name, row))}</td>"
            for letter, values in zip(("<b>γ</b>", "<b>β</b>"), pair, strict=True)
            if values is not None
        ]
        return [f"<table><tr>{'<td>&nbsp;</td>'.join(cells)}</tr></table>"] if cells else []

    def matrix(self, values: Array, place: Callable[[int, int], Place | None]) -> str:
        """A matrix in brackets; large ones with dots in the middle."""
        rows, columns = some(values.shape[0], MOST_ROWS), some(values.shape[1], MOST_COLUMNS)
        lines = []
        for line, row in enumerate(rows):
            cells = []
            for column in columns:
                if row is None or column is None:
                    cells.append("…" if row is not None else "⋮" if column is not None else "⋱")
                    continue
                text, where = spell(float(values[row, column])), place(row, column)
                cells.append(text if where is None else self.link(where, text))
            left, right = brackets(line, len(rows))
            inside = "".join(f'<td align="right">&nbsp;{cell}&nbsp;</td>' for cell in cells)
            lines.append(f"<tr><td>{left}</td>{inside}<td>{right}</td></tr>")
        return f'<table cellspacing="0" cellpadding="0">{"".join(lines)}</table>'

    # Loss

    def loss(self) -> list[str]:
        """The loss with its penalties, and what it is now."""
        training = self.experiment.training
        penalized = bool(training.l1 or training.l2)
        name = f"{LOSS}<sub>data</sub>({THETA})" if penalized else f"{LOSS}({THETA})"
        formula = self._renamed(training.loss.entry.formula).replace("<i>L</i>", name, 1)
        lines = [self.heading("Loss")]
        if penalized:
            each = f"{THETA}<sub><i>i</i></sub>" if training.penalize_biases else "<i>w</i>"
            whole = f"{LOSS}({THETA}) = {name}"
            whole += f" + {exact(training.l2)}/2 Σ {each}<sup>2</sup>" if training.l2 else ""
            whole += f" + {exact(training.l1)} Σ |{each}|" if training.l1 else ""
            lines.append(f"<p>{whole}</p>")
        lines.append(f"<p>{formula}</p>")
        if training.loss.entry.settings:
            lines.append(f"<p>{self.quiet(settings_of(training.loss))}</p>")
        parts, of = [], "data, " if penalized else ""
        for value, on in ((self.numbers.train_loss, "train"), (self.numbers.validation_loss, "validation")):
            if not math.isnan(value):
                parts.append(f"{LOSS}<sub>{of}{on}</sub> = {exact(value)}")
        return [*lines, f"<p>{',&nbsp; '.join(parts)}</p>"] if parts else lines

    def _renamed(self, formula: str) -> str:
        """Formulas of the catalog name the prediction ŷ or p and the observation y."""
        names = self.style.names
        formula = formula.replace("<i>y</i>", names["observed"])
        return formula.replace("<i>ŷ</i>", names["predicted"]).replace("<i>p</i>", names["predicted"])

    # The selected neuron and weight

    def neuron(self) -> list[str]:
        """z and h of the selected neuron, term by term."""
        place = self.style.selected
        weight = self.numbers.parameters.get(f"{place.layer}.weight")
        bias = self.numbers.parameters.get(f"{place.layer}.bias")
        if place.unit < 0 or weight is None or bias is None or weight.ndim != 2 or place.unit >= len(weight):
            return []
        number, layer = self.order[place.layer], place.layer
        source = self._source(layer)
        terms = []
        for column, w in enumerate(weight[place.unit][:MOST_TERMS]):
            sign = ("−" if w < 0 else "+") + "&nbsp;" if column else "−" if w < 0 else ""
            amount = self.link(Place(layer, place.unit, column), spell(abs(float(w))))
            terms.append(f"{sign}{amount}&nbsp;{self._element(source, column)}")
        terms += ["+ …"] if weight.shape[1] > MOST_TERMS else []
        b = float(bias[place.unit])
        shift = f"{'−' if b < 0 else '+'}&nbsp;{self.link(Place(layer, place.unit), spell(abs(b)))}"
        index = f"<sub>{place.unit + 1}</sub><sup>({number})</sup>"
        activation = self.activation(layer)
        z = self.link(Place(layer, place.unit), f"<i>z</i>{index}")
        out = self.link(Place(layer, place.unit), f"<i>h</i>{index}")
        return [
            self.heading("Selected neuron"),
            f"<p>{z} = {' '.join(terms)} {shift}</p>",
            f"<p>{out} = {applied(activation, z)}</p>",
        ]

    def _source(self, name: str) -> str:
        if name != "output" and self.experiment.layer(name).inputs:
            return str(self.experiment.layer(name).inputs[0])
        index = self.order[name] - 1
        return "input" if index == 0 else self.shapes.layers[index - 1].name

    def _element(self, name: str, index: int) -> str:
        if name == "input":
            return self.link(Place(name, index), feature(feature_names(self.experiment.data)[index]))
        return self.link(Place(name, index), f"<i>h</i><sub>{index + 1}</sub><sup>({self.order[name]})</sup>")

    def rule(self) -> list[str]:
        """The optimizer's rule, and what its next step does to the selected weight."""
        optimizer = self.experiment.training.optimizer
        lines = [
            self.heading(optimizer.entry.label),
            *(f"<p>{line}</p>" for line in (*hats(optimizer), optimizer.entry.formula)),
            f"<p>{self.quiet(settings_of(optimizer))}</p>",
        ]
        if self.experiment.training.schedule.kind != "constant" and self.numbers.update is not None:
            rate = self.numbers.update.settings.get("learning_rate", math.nan)
            now = f"<i>η</i> = {exact(rate)} in this epoch, by the schedule"
            lines += [] if math.isnan(rate) else [f"<p>{self.quiet(now)}</p>"]
        return [*lines, *self._step()]

    def _step(self) -> list[str]:
        update, place = self.numbers.update, self.style.selected
        index = (max(place.unit, 0), max(place.source, 0))
        weight = update.before.get("weight") if update is not None and update.after else None
        if update is None or weight is None or weight.ndim != 2:
            return []
        if any(i >= n for i, n in zip(index, weight.shape, strict=True)):
            return []
        name = f"<i>w</i><sub>{index[0] + 1},{index[1] + 1}</sub><sup>({self.order[place.layer]})</sup>"
        w = self.link(Place(place.layer, *index), name)
        rows = step_rows(update, index, self.experiment.training, w, name)
        table = "".join(f"<tr><td>{left}&nbsp;</td><td>= {right}</td></tr>" for left, right in rows)
        return [f"<p>{self.quiet(f'What step {update.step:,} does')}</p>", f"<table>{table}</table>"]

    def collapse(self) -> list[str]:
        """The single layer that a network without a bend equals."""
        single = single_layer(self.experiment, self.numbers.parameters) if self.numbers.parameters else None
        if single is None:
            return []
        weighing = [shape.name for shape in self.shapes.layers if self._is_dense(shape.name)]
        product = " ".join(self.symbol(W, name) for name in reversed(weighing))
        plain = len(weighing) == len(self.shapes.layers) and not any(
            layer.inputs for layer in self.experiment.network.layers
        )
        matrix, vector = self.matrix(single.weight, _nowhere), self.matrix(single.bias[:, None], _nowhere)
        whole = applied(output_activation(self.experiment), f"{W} {X} + {B}")
        lines = [self.heading("The single layer it equals"), f"<p>{self.value('output')} = {whole}</p>"]
        if plain:
            lines.append(f"<p>{W} = {product}</p>")
        cells = f"<td>{W} =</td><td>{matrix}</td><td>&nbsp;{B} =</td><td>{vector}</td>"
        return [*lines, f"<table><tr>{cells}</tr></table>"]


def _nowhere(row: int, column: int) -> None:
    return None
