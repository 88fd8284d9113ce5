"""The experiment: a small frozen value that says all there is to say about a run before it starts.

Everything a user can choose is a *choice*: a frozen object made from its catalog entry, with the
entry's settings as attributes, defaults filled in. The models here are at once the file format, its
JSON Schema and the value that the rest of the program passes around.
"""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any, Final, Literal, get_args

from pydantic import (
    BeforeValidator,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    StrictBool,
    StrictFloat,
    StrictInt,
    StringConstraints,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    create_model,
    model_validator,
)
from pydantic_core import PydanticCustomError, core_schema

from playground.catalog import registries
from playground.catalog.entry import Entry, Registry, Setting
from playground.experiment.records import RECORDS, Frozen, Number, as_number

FORMAT: Final = "network-playground"
VERSION = 1

MAX_LAYERS = 64
MOST_WORDS = 300  # characters of a name that comes from a table
MAX_UNITS = 4096
MAX_PARAMETERS = 5_000_000
MAX_HELD = 2000  # frozen numbers of a layer
MAX_SAMPLES = 2_000_000
MAX_VALUES = 40_000_000  # samples x features

Name = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=64),
]


# True: the layer's parameters stay as they are. Files leave out what is the usual case.
Frost = Annotated[StrictBool, Field(exclude_if=lambda frozen: not frozen)]
# Single numbers that stay as they are: ("weight", unit, input) or ("bias", unit), counted from 0.
Place = Annotated[StrictInt, Field(ge=0)]


def _held_number(value: Any, validate: ValidatorFunctionWrapHandler) -> Any:
    try:
        return validate(value)
    except ValidationError:
        raise PydanticCustomError(
            "held_number", 'expected ["weight", unit, input] or ["bias", unit], counted from 0'
        ) from None


HeldNumber = Annotated[
    tuple[Literal["weight"], Place, Place] | tuple[Literal["weight", "bias"], Place],
    WrapValidator(_held_number),
]
Held = Annotated[tuple[HeldNumber, ...], Field(max_length=MAX_HELD, exclude_if=lambda held: not held)]


class Choice(Frozen):
    """One catalog entry with its settings; `kind` is the entry's key."""

    kind: str

    @property
    def settings(self) -> tuple[Any, ...]:
        """The values of the entry's settings, in the entry's order."""
        return tuple(getattr(self, setting.key) for setting in self.entry.settings)

    @property
    def entry(self) -> Any:
        """The catalog entry this choice was made from."""
        raise NotImplementedError


def _field(setting: Setting) -> tuple[Any, Any]:
    """The pydantic field of a setting: its type, bounds and default."""
    if setting.type == "entry":
        registry = registries[setting.registry]
        default = choice(registry, setting.default)
        return (Annotated[Any, ChoiceFrom(setting.registry)], Field(default=default))
    if setting.type == "record":
        return (RECORDS[setting.record], Field(default=setting.default, validate_default=True))
    if setting.type == "option":
        return (Literal[setting.options], Field(default=setting.default))
    if setting.type == "switch":
        return (StrictBool, Field(default=setting.default))
    low = "gt" if setting.open_minimum else "ge"
    high = "lt" if setting.open_maximum else "le"
    whole = setting.type == "whole"
    bounds: dict[str, Any] = {
        name: int(bound) if whole else bound
        for name, bound in ((low, setting.minimum), (high, setting.maximum))
        if abs(bound) != float("inf")
    }
    return (StrictInt if whole else Number, Field(default=setting.default, **bounds))


@cache
def model_of(registry_kind: str, entry: Entry) -> type[Choice]:
    """The pydantic class of a catalog entry, made once."""
    fields: dict[str, Any] = {"kind": (Literal[entry.key], Field(default=entry.key))}
    if registry_kind == "layers":
        fields["name"] = (Name, Field(...))
        fields["inputs"] = (tuple[Name, ...] | None, Field(default=None, min_length=1, max_length=MAX_LAYERS))
    fields |= {setting.key: _field(setting) for setting in entry.settings}
    if registry_kind == "layers" and entry.learns:  # type: ignore[attr-defined]
        fields["frozen"] = (Frost, False)
        fields["held"] = (Held, ())
    model = create_model(entry.key, __base__=Choice, **fields)
    model.entry = property(lambda self: registries[registry_kind][self.kind].of(self))  # type: ignore[assignment,method-assign]
    return model


def choice(registry: Registry[Any], key: str, **settings: Any) -> Any:
    """Choose an entry: `choice(optimizers, "adam", learning_rate=0.1)`; the rest take their defaults."""
    return model_of(registry.kind, registry[key])(kind=key, **settings)


class ChoiceFrom:
    """Field annotation: one entry of the registry of this kind, as {"kind": key, …settings}."""

    def __init__(self, kind: str) -> None:
        self.kind = kind

    def _validate(self, value: Any) -> Any:
        registry = registries[self.kind]
        if isinstance(value, Choice):
            value = dict(value)
        if isinstance(value, str):  # a bare key is enough where every setting has a default
            value = {"kind": value}
        if not isinstance(value, dict):
            raise PydanticCustomError(
                "choice_type",
                'expected an object such as {"kind": "{example}"}',
                {"example": registry.keys()[0]},
            )
        key = value.get("kind")
        if key is None:
            raise PydanticCustomError("choice_kind_missing", '"kind" is missing', {"kinds": registry.keys()})
        if not isinstance(key, str) or key not in registry:
            raise PydanticCustomError(
                "choice_kind",
                'there is no {label} "{key}"; choose one of {known}',
                {
                    "label": registry.label,
                    "key": str(key)[:60],
                    "known": ", ".join(registry.keys()),
                    "kinds": registry.keys(),
                },
            )
        return model_of(self.kind, registry[key]).model_validate(value)

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(
            self._validate,
            serialization=core_schema.plain_serializer_function_ser_schema(
                lambda value: value.model_dump(mode="json")
            ),
        )

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        registry = registries[self.kind]
        variants = []
        for entry in registry:
            model = model_of(self.kind, entry)
            variant = dict(handler(model.__pydantic_core_schema__))
            variants.append(variant)
        return {"oneOf": variants, "title": registry.label.capitalize()}


class Emphasis(Frozen):
    """Training samples of one regime count `weight` times: they are learned from so often in each epoch.

    The regime is named by what it belongs to and its label; one of the observed target lies from `low`
    up to `high`, so that it is the same for every split.
    """

    regimes: Annotated[str, StringConstraints(min_length=1, max_length=MOST_WORDS)]
    label: Annotated[str, StringConstraints(min_length=1, max_length=MOST_WORDS)]
    low: Number | None = None
    high: Number | None = None
    weight: Annotated[StrictInt, Field(ge=2, le=20)] = 3


class Data(Frozen):
    """Which data, which of its inputs, and how they are split and scaled."""

    dataset: Annotated[Any, ChoiceFrom("datasets")]
    features: tuple[str, ...] | None = Field(default=None, min_length=1, max_length=100_000)
    split: Annotated[Any, ChoiceFrom("splits")]
    scaling: Annotated[Any, ChoiceFrom("scalings")]
    target_scaling: Annotated[Any, ChoiceFrom("scalings")]
    target: Literal["dataset", "inputs"] = Field(  # "inputs": the network reproduces its scaled inputs
        default="dataset", exclude_if=lambda target: target == "dataset"
    )
    emphasis: Emphasis | None = Field(default=None, exclude_if=lambda emphasis: emphasis is None)

    @model_validator(mode="before")
    @classmethod
    def _defaults_of_the_data_set(cls, value: Any) -> Any:
        """Split and scaling follow the data set unless given: weather is split by time."""
        if not isinstance(value, dict):
            return value
        dataset = value.get("dataset")
        key = dataset.get("kind") if isinstance(dataset, dict) else getattr(dataset, "kind", dataset)
        known = isinstance(key, str) and key in registries["datasets"]
        entry: Any = registries["datasets"][key] if known else None  # type: ignore[index]
        filled = dict(value)
        filled.setdefault("split", entry.default_split if entry else "random")
        filled.setdefault("scaling", entry.default_scaling if entry else "standard")
        filled.setdefault("target_scaling", "standard")
        return filled


class Output(Frozen):
    """The output layer; its units follow from the data and its activation from the loss unless given."""

    units: Annotated[StrictInt, Field(ge=1, le=MAX_UNITS)] | None = None
    activation: Annotated[Any, ChoiceFrom("activations")] | None = None
    initializer: Annotated[Any, ChoiceFrom("initializers")] = Field(
        default_factory=lambda: choice(registries["initializers"], "glorot_uniform")
    )
    frozen: Frost = False
    held: Held = ()


class Network(Frozen):
    """The layers between the inputs and the output, in order."""

    layers: tuple[Annotated[Any, ChoiceFrom("layers")], ...] = Field(default=(), max_length=MAX_LAYERS)
    output: Output = Field(default_factory=Output)

    @model_validator(mode="after")
    def _names_are_unique(self) -> Network:
        seen = {"input", "output"}
        for layer in self.layers:
            if layer.name in seen:
                raise PydanticCustomError(
                    "layer_name",
                    'two layers are called "{name}"; every layer needs a name of its own'
                    if layer.name not in ("input", "output")
                    else 'a layer cannot be called "{name}"',
                    {"name": layer.name},
                )
            seen.add(layer.name)
        return self


# The range stands before the validator: behind it the schema, and so the message, would not know of it.
Bound = Annotated[StrictFloat, Field(gt=0, le=1e6), BeforeValidator(as_number)]


class Stop(Frozen):
    """When training pauses by itself; None means never."""

    steps: Annotated[StrictInt, Field(ge=1, le=10**15)] | None = None
    epochs: Annotated[StrictInt, Field(ge=1, le=10**15)] | None = None
    target_loss: Annotated[StrictFloat, Field(ge=0), BeforeValidator(as_number)] | None = None


class EarlyStopping(Frozen):
    """Stop once the validation loss has not fallen by more than `min_delta` for `patience` epochs.

    Without validation samples the training loss is watched. With `restore_best` the weights of the best
    epoch come back.
    """

    patience: Annotated[StrictInt, Field(ge=1, le=10**9)] = 10
    min_delta: Number = Field(default=0.0, ge=0, le=1e6)
    restore_best: StrictBool = True


class Training(Frozen):
    """How the network learns: what is minimized, by which rule, on how many samples at a time.

    Gradients of the data loss are clipped first to the norm, then number by number; None is off.
    With `drop_last` an epoch ends before a last batch that would be smaller than the others.
    Without `penalize_biases`, L1 and L2 leave biases alone, and what a norm scales and shifts by.
    """

    kind: Literal["supervised"] = "supervised"
    loss: Annotated[Any, ChoiceFrom("losses")]
    optimizer: Annotated[Any, ChoiceFrom("optimizers")]
    batch_size: Annotated[StrictInt, Field(ge=1, le=MAX_SAMPLES)] = 32
    drop_last: StrictBool = Field(default=False, exclude_if=lambda drop: not drop)
    l1: Number = Field(default=0.0, ge=0, le=1e6)
    l2: Number = Field(default=0.0, ge=0, le=1e6)
    penalize_biases: StrictBool = Field(default=True, exclude_if=lambda penalize: penalize)
    clip_norm: Bound | None = None
    clip_value: Bound | None = None
    schedule: Annotated[Any, ChoiceFrom("schedules")] = Field(
        default_factory=lambda: choice(registries["schedules"], "constant"),
        exclude_if=lambda schedule: schedule.kind == "constant",
    )
    early_stopping: EarlyStopping | None = None
    stop: Stop = Field(default_factory=Stop)


class Checks(Frozen):
    """Where the five checks draw their lines. Proposals, not calibrated: change them where you know better.

    `gap_look` and `gap_fail`: how far the validation error may lie above the training error, as a share of
    it. `margin`: a difference from a baseline that is a smaller share of the baseline's error counts as
    none. `rare`: a class with less than this part of an equal share of the samples is rare, and balanced
    accuracy decides in place of accuracy. `outside`: the share of predictions that may lie outside the
    target's valid range. `regime_look` and `regime_fail`: how many times the overall error a regime's error
    may be; regimes of fewer than `regime_samples` judged samples are not held against the network. `seeds`:
    how many networks are trained anew, each from its own seed.
    """

    gap_look: Number = Field(default=0.2, ge=0, le=100)
    gap_fail: Number = Field(default=0.5, ge=0, le=100)
    margin: Number = Field(default=0.02, ge=0, le=1)
    rare: Number = Field(default=0.5, ge=0, le=1)
    outside: Number = Field(default=0.01, ge=0, le=1)
    regime_look: Number = Field(default=1.5, ge=1, le=100)
    regime_fail: Number = Field(default=2.0, ge=1, le=100)
    regime_samples: Annotated[StrictInt, Field(ge=1, le=MAX_SAMPLES)] = 20
    seeds: Annotated[StrictInt, Field(ge=5, le=50)] = 5


class Unlocked(Frozen):
    """The moment at which the test set was looked at: after which step, and when (ISO 8601, UTC)."""

    step: Annotated[StrictInt, Field(ge=0)]
    time: Annotated[str, StringConstraints(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")]


class Opened(Unlocked):
    """The same for data that the experiment does not learn from now; `data` is their digest."""

    data: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


Paragraph = Annotated[str, StringConstraints(max_length=2_000)]


class Answers(Frozen):
    """What the author of an experiment says to the four questions of its report; "" where nothing is said."""

    given: Paragraph = ""
    learned: Paragraph = ""
    bought: Paragraph = ""
    assumed: Paragraph = ""


class Experiment(Frozen):
    """Everything that decides a run: same experiment, same seed, same curve."""

    format: Literal["network-playground"] = FORMAT
    version: Annotated[StrictInt, Field(ge=VERSION, le=VERSION)] = VERSION
    name: Annotated[str, StringConstraints(max_length=200)] = "Untitled"
    seed: Annotated[StrictInt, Field(ge=0, le=2**53)] = 1
    data: Data
    network: Network
    training: Training
    checks: Checks = Field(default=Checks(), exclude_if=lambda checks: checks == Checks())
    test_unlocked: Unlocked | None = Field(default=None, exclude_if=lambda moment: moment is None)
    opened: Annotated[tuple[Opened, ...], Field(max_length=1_000)] = Field(
        default=(), exclude_if=lambda opened: not opened
    )
    answers: Answers = Field(default=Answers(), exclude_if=lambda answers: answers == Answers())

    def layer(self, name: str) -> Any:
        """The layer of this name, "output" included; KeyError if there is none."""
        if name == "output":
            return self.network.output
        for layer in self.network.layers:
            if layer.name == name:
                return layer
        raise KeyError(name)

    @property
    def least_batch(self) -> int:
        """The fewest samples that make a batch: batch norm needs two, as one sample has no spread."""
        if self.training.drop_last:
            return self.training.batch_size
        return 2 if any(layer.kind == "batch_norm" for layer in self.network.layers) else 1

    def steps_per_epoch(self, samples: int) -> int:
        """Steps that one pass over so many training samples takes."""
        batch = min(self.training.batch_size, samples)
        return (samples - min(batch, self.least_batch)) // batch + 1 if samples else 0


assert get_args(Experiment.model_fields["format"].annotation) == (FORMAT,)
