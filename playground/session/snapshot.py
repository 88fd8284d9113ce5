"""What the window shows at one moment: numbers copied out of the engine, and nothing else.

Views say what they need (`Wants`); between two slices of training the session fills a `Snapshot` with
just that and leaves it in a one-slot mailbox. Arrays in a snapshot are never written again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from playground.experiment.baselines import Baseline
from playground.experiment.data import Prepared
from playground.experiment.model import Experiment
from playground.experiment.problems import Problem
from playground.experiment.scoring import Part
from playground.session.activity import Activity, View
from playground.session.gradient_log import GradientCurves
from playground.session.judging import Judgement
from playground.session.landscape import Landscape, Slice
from playground.session.residuals import Brushed, Responses
from playground.session.rules import Checkup

Array = NDArray[np.float64] | NDArray[np.float32]
State = Literal["loading", "paused", "running", "failed", "blocked"]

TILE = 46  # samples along a side of a neuron's picture
MAP = 100  # samples along a side of the output map


Phase = Literal["forward", "loss", "backward", "update"]
PHASES: tuple[Phase, ...] = ("forward", "loss", "backward", "update")


@dataclass(frozen=True)
class Rehearse:
    """Which step to show in slow motion: on the sample in this row of the data, or the real next one.

    With `values` an input made by hand, in its own units: only its way forward, as it has no target.
    """

    row: int | None = None
    values: tuple[float, ...] | None = None

    def fits(self, prepared: Prepared) -> bool:
        """True if these data have such a row or such inputs; what was asked of other data may not fit."""
        if self.values is not None:
            return len(self.values) == int(prepared.raw_inputs.shape[1])
        return self.row is None or 0 <= self.row < len(prepared.inputs)


@dataclass(frozen=True)
class Trial:
    """An input made by hand: its `values` in their own units, one for each column of the data."""

    values: tuple[float, ...]


@dataclass(frozen=True)
class Wants:
    """What a visible view asks for; wants of several views are merged with `|`."""

    parameters: bool = False
    tiles: bool = False
    output: bool = False
    checkup: bool = False  # what goes wrong, and the gradient by layer
    layer: str = ""  # the layer whose pre-activations, weights and gradients are inspected
    activity: View = ""  # how that layer is shown
    landscape: Slice | None = None  # the plane on which to measure the loss
    rehearse: Rehearse | None = None  # the step to show in slow motion
    losses: bool = False  # the loss of each sample
    trial: Trial | None = None  # the input to try
    instead: Experiment | None = None  # a network to look at with the weights of this one
    judged: Part | None = None  # the part of the data whose scores are shown
    baselines: bool = False
    brushed: Brushed | None = None  # marked samples, to ask which neurons answer to them

    def __or__(self, other: Wants) -> Wants:
        return Wants(
            self.parameters or other.parameters,
            self.tiles or other.tiles,
            self.output or other.output,
            self.checkup or other.checkup,
            self.layer or other.layer,
            self.activity or other.activity,
            self.landscape or other.landscape,
            self.rehearse or other.rehearse,
            self.losses or other.losses,
            self.trial or other.trial,
            self.instead or other.instead,
            self.judged or other.judged,
            self.baselines or other.baselines,
            self.brushed or other.brushed,
        )


@dataclass(frozen=True)
class Tiles:
    """The picture of what each unit computes, one array a column of the canvas.

    `kind` "map": (units, TILE, TILE), row 0 at the top (largest x2), columns from small to large x1.
    "curve": (units, TILE), the unit's activation along x. "stripes": (units, TILE), its mean
    activation over groups of training samples, ordered by class or target.
    `layers` is keyed by layer name, with "input" (the features) and "output". `scale` is, for each
    layer, the value drawn in full colour: 1 for bounded activations, else the 99th percentile of |a|.
    """

    kind: Literal["map", "curve", "stripes"]
    layers: dict[str, Array]
    scale: dict[str, float]


@dataclass(frozen=True)
class MapOutput:
    """The network's output over the plane.

    `values` (outputs, MAP, MAP), row 0 at the top: probabilities for classes (one row a class; a
    single row P(class 1) for two classes with one output), the target's own units for regression.
    `boundary` (n, 4): segments x1, y1, x2, y2 of the decision boundary in plane coordinates.
    """

    values: Array
    extent: tuple[float, float, float, float]  # x1 low, x1 high, x2 low, x2 high
    boundary: Array


@dataclass(frozen=True)
class CurveOutput:
    """The curve through 1-D data: `x` (n,), `y` (outputs, n), in their own units."""

    x: Array
    y: Array


@dataclass(frozen=True)
class ConfusionOutput:
    """Which class was taken for which: `counts` (true class, predicted class) on the validation rows.

    `mistakes` are row numbers into `Prepared` of misread samples, the most confident first;
    `predicted` their predicted classes and `confidence` the probability given to it. `rows` are all
    samples that were counted, and `taken_for` their predicted classes.
    """

    counts: NDArray[np.int64]
    mistakes: NDArray[np.int64]
    predicted: NDArray[np.int64]
    confidence: Array
    rows: NDArray[np.int64]
    taken_for: NDArray[np.int64]


@dataclass(frozen=True)
class PredictedOutput:
    """Predicted against observed for a table, own units, (n, outputs); `rows` index into `Prepared`."""

    rows: NDArray[np.int64]
    predicted: Array
    observed: Array


@dataclass(frozen=True)
class ReconstructionOutput:
    """What an autoencoder makes of some images: `images` (n, pixels) of the samples `rows`, own units.

    `error` is the root of the mean squared error over `samples` images.
    """

    rows: NDArray[np.int64]
    images: Array
    error: float
    samples: int


Output = MapOutput | CurveOutput | ConfusionOutput | PredictedOutput | ReconstructionOutput


@dataclass(frozen=True)
class LayerDetail:
    """The selected layer over the training rows (at most 2,000 of them), in evaluation mode.

    `counts` are the pre-activations in `len(counts)` equal bins over `low` to `high`; values outside
    fall into the end bins, and `beyond` says whether there are any below and above. `saturated` and
    `dead` are fractions, None where the word has no meaning.
    """

    name: str
    counts: NDArray[np.int64]
    low: float
    high: float
    beyond: tuple[bool, bool]
    samples: int
    saturated: float | None
    dead: float | None
    weights: Array  # all weights and biases of the layer, flat
    gradients: Array  # their gradients in the last step, flat; empty before the first step
    sample: int  # the row of the data that the next two are about: the followed one, else the first
    pre: Array  # each unit's pre-activation for that sample
    post: Array  # and what became of it


@dataclass(frozen=True)
class MicroStep:
    """One unit's part of an instruction; `unit` −1 is the whole layer at once."""

    phase: Phase
    layer: str
    unit: int


@dataclass(frozen=True)
class SentBack:
    """A layer that sends its error back: ∂𝓛/∂h of a unit is the sum over `weight`'s rows times `delta`."""

    layer: str
    weight: Array  # (units of that layer, units that it reads)
    delta: Array  # (units of that layer, samples)


@dataclass(frozen=True)
class UpdateSheet:
    """A layer's tensors by their own names ("weight", "bias", and slots such as "weight/mean")."""

    before: dict[str, Array]
    gradient: dict[str, Array]
    after: dict[str, Array]  # empty where nothing learns, or where the step failed
    clipped: dict[str, Array]  # the gradient that the rule sees, where it is clipped


@dataclass(frozen=True)
class LayerSheet:
    """All that one training step computes in a layer; batches are (units, samples), 64 samples at most."""

    name: str
    reads: str  # the layer whose output it reads first, or "input"
    inputs: Array
    pre: Array | None  # z of a dense layer
    post: Array  # h
    arriving: Array | None  # ∂𝓛/∂h
    delta: Array | None  # δ = ∂𝓛/∂z of a dense layer
    sent_back: tuple[SentBack, ...]  # what `arriving` is the sum of; empty where it is no plain sum
    weight: Array | None  # of a dense layer: (units, inputs), before the step
    bias: Array | None
    update: UpdateSheet


@dataclass(frozen=True)
class SlowMotion:
    """One training step, walked through in `steps`; `layers` in the order of the forward pass."""

    asked: Rehearse
    step: int  # the number that the step would have
    rows: NDArray[np.int64]  # its samples, as rows of the data
    steps: tuple[MicroStep, ...]
    layers: dict[str, LayerSheet]
    inputs: Array  # (features, samples)
    wanted: Array  # targets as the loss reads them: (outputs, samples)
    loss: float
    settings: dict[str, float]  # the optimizer's, as in this step
    stopped: bool  # a number was not finite
    worst: tuple[tuple[int, float], ...] = ()  # training rows with the largest loss, the worst first


@dataclass(frozen=True)
class SampleLosses:
    """The data loss of each sample alone, in evaluation mode: `losses` (n,) of the rows `rows` (n,).

    At most 2,000 training rows, then at most 2,000 validation rows.
    """

    rows: NDArray[np.int64]
    losses: NDArray[np.float64]
    worst: tuple[tuple[int, float], ...]  # training rows with the largest loss, the worst first

    def of(self, row: int) -> float | None:
        """The loss of one row; None if it is not among them."""
        found = np.flatnonzero(self.rows == row)
        return float(self.losses[found[0]]) if len(found) else None


@dataclass(frozen=True)
class Tried:
    """What the network makes of an input by hand, with its present weights, in evaluation mode.

    `layers` maps each layer, and "input", to what its units give, (units,). `answer` (outputs,) holds
    probabilities, one a class, or numbers in the target's own units.
    """

    asked: Trial
    layers: dict[str, Array]
    answer: Array


@dataclass(frozen=True)
class RateChange:
    """After which step the learning rate was changed, from what and to what; None for a rule without one."""

    step: int
    before: float | None
    after: float | None

    @property
    def raised(self) -> bool:
        """True if the steps became longer."""
        return self.before is not None and self.after is not None and self.before < self.after


@dataclass(frozen=True)
class Failure:
    """That training stopped by itself: the loss became infinite or NaN; and why, in sentences."""

    step: int
    headline: str
    why: str
    good_step: int | None  # where `Trainer.go_back` leads, None if there is no way back
    gentler_rate: float | None = None  # a learning rate that may be low enough


@dataclass(frozen=True)
class Flag:
    """A change on the timeline: after which step, and what it was in words."""

    step: int
    label: str


@dataclass(frozen=True)
class BranchView:
    """One course of events: its curves up to its last step, `tip`."""

    number: int  # names it in the trainer's commands
    name: str
    tip: int
    pinned: bool
    current: bool
    history: np.recarray
    experiment: Experiment | None  # at its last step


@dataclass(frozen=True)
class TimelineView:
    """Where the run stands in all that has happened. `travelled`: before the end of its branch."""

    travelled: bool = False
    first: int = 0  # the earliest step that can be reached
    tip: int = 0
    flags: tuple[Flag, ...] = ()
    branches: tuple[BranchView, ...] = ()
    nbytes: int = 0  # held by kept states
    budget: int = 0
    key: str = ""  # tells the branches of this timeline from those of another
    times: Array = field(default_factory=lambda: np.empty((0, 2)))  # (n, 2) steps, seconds of training
    current: int = 0  # the number of the branch on screen
    came_from: int = 0  # and of the one that it began on
    done: int = 0  # changes made up to here
    rate_change: RateChange | None = None  # the last one up to the step on screen


@dataclass(frozen=True)
class Snapshot:
    """One moment of the run, as much of it as was asked for."""

    experiment: Experiment  # the one these numbers belong to; may be a frame behind the document
    state: State
    message: str  # what the session is doing or waiting for, in words; "" while all is well
    progress: float | None  # 0..1 while kernels are made ready
    steps: int
    epochs: float
    steps_per_second: float
    history: np.recarray  # step, epoch, train_loss, validation_loss, …; of a run that rests up to its step
    prepared: Prepared | None = None
    parameters: dict[str, Array] = field(default_factory=dict)  # and what norms keep: running_mean, …
    dropped: dict[str, NDArray[np.bool_]] = field(default_factory=dict)  # by dropout layer, one a unit
    tiles: Tiles | None = None
    output: Output | None = None
    layer: LayerDetail | None = None
    activity: Activity | None = None
    landscape: Landscape | None = None
    gradients: GradientCurves | None = None
    checkup: Checkup | None = None
    slow_motion: SlowMotion | None = None
    losses: SampleLosses | None = None
    tried: Tried | None = None
    instead: Experiment | None = None  # pictures and answers are those of this network: a preview
    judgement: Judgement | None = None
    responses: Responses | None = None
    baselines: tuple[Baseline, ...] = ()  # for the validation samples; empty until they are fitted
    failure: Failure | None = None
    problems: tuple[Problem, ...] = ()  # why the document's experiment cannot train
    stopped_by: str = ""  # the stop condition that paused the run, in words
    timeline: TimelineView = field(default_factory=TimelineView)
    changes: int = 0  # how many changes of the document the run has seen
    moved: float | None = None  # how far the last change of a trained network moved its answers
