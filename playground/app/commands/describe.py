"""What there is: `check`, `list`, `presets`, `schema` and `trace`."""

from __future__ import annotations

import argparse
import math
from typing import Any

from playground.app.commands import (
    FAILED,
    FILE_HELP,
    FINE,
    listed,
    must_train,
    no_such,
    open_experiment,
    write_json,
)


def add(commands: Any) -> None:
    """Add the commands of this group."""
    check = commands.add_parser("check", help="every problem of an experiment, in words, with its place")
    check.add_argument("file", metavar="FILE", help=FILE_HELP)
    check.set_defaults(run=run_check)

    choices = commands.add_parser("list", help="all that can be chosen: activations, losses, data sets, …")
    choices.add_argument("kind", metavar="KIND", nargs="?", help="one of activations, losses, optimizers, …")
    choices.add_argument("--json", action="store_true", help="as JSON")
    choices.set_defaults(run=run_list)

    presets = commands.add_parser("presets", help="the examples that ship with the program")
    presets.set_defaults(run=run_presets)

    schema = commands.add_parser("schema", help="the JSON Schema of the experiment file")
    schema.set_defaults(run=run_schema)

    trace = commands.add_parser("trace", help="the training program, one readable line per instruction")
    trace.add_argument("file", metavar="FILE", help=FILE_HELP)
    trace.set_defaults(run=run_trace)


def run_check(options: argparse.Namespace) -> int:
    """Print every problem on stdout, or one line that says there is none."""
    from playground.experiment.files import FileProblems, load
    from playground.experiment.problems import problems
    from playground.experiment.shapes import shapes
    from playground.experiment.store import shown

    try:
        experiment = load(options.file)
        found: tuple[Any, ...] = problems(experiment)
    except FileProblems as error:
        found = error.problems
    if found:
        print(listed(options.file, found))
        return FAILED
    network = shapes(experiment)
    sizes = " → ".join(f"{size:,}" for size in (network.inputs, *(layer.units for layer in network.layers)))
    print(f"{shown(options.file)} is fine: {sizes}, {network.parameter_count:,} parameters.")
    return FINE


def run_list(options: argparse.Namespace) -> int:
    """Print the catalog, or one kind of it."""
    from playground.catalog import registries

    by_label = {registry.label.replace(" ", "_"): kind for kind, registry in registries.items()}
    kind = by_label.get(options.kind, options.kind)
    if kind is not None and kind not in registries:
        raise no_such("kind", kind, registries)
    kinds = [kind] if kind else list(registries)
    if options.json:
        write_json({each: [_entry(entry) for entry in registries[each]] for each in kinds})
        return FINE
    for each in kinds:
        if not kind:
            print(each.upper())
        for entry in registries[each]:
            print(f"  {entry.key:<26}{entry.summary}")
            for setting in entry.settings:
                print(f"      {setting.key:<22}{_setting_in_words(setting)}")
            if getattr(entry, "table", ""):
                print(f"      {entry.provenance} Licence: {entry.licence}.")
        if each != kinds[-1]:
            print()
    return FINE


def _entry(entry: Any) -> dict[str, Any]:
    return {
        "key": entry.key,
        "label": entry.label,
        "summary": entry.summary,
        **{name: getattr(entry, name) for name in ("provenance", "licence") if hasattr(entry, name)},
        "settings": [_setting(setting) for setting in entry.settings],
        "pytorch": entry.pytorch,
        "keras": entry.keras,
        "lux": entry.lux,
    }


def _setting(setting: Any) -> dict[str, Any]:
    found = {
        "key": setting.key,
        "label": setting.label,
        "type": setting.type,
        "default": None if setting.type == "record" else setting.default,
        "scale": setting.scale,
        "unit": setting.unit,
        "summary": setting.summary,
    }
    if setting.type in ("number", "whole"):
        found |= {
            "minimum": setting.minimum if math.isfinite(setting.minimum) else None,
            "maximum": setting.maximum if math.isfinite(setting.maximum) else None,
            "open_minimum": setting.open_minimum,
            "open_maximum": setting.open_maximum,
        }
    if setting.type == "option":
        found["options"] = list(setting.options)
    if setting.type == "entry":
        found["registry"] = setting.registry
    return found


def _setting_in_words(setting: Any) -> str:
    """Default and range of a setting: "0.01 unless said, a number from 0 to 1"."""
    from playground.experiment.words import in_words, range_in_words

    default = in_words(setting.default) if type(setting.default) in (int, float) else str(setting.default)
    if setting.type == "option":
        what = "one of " + ", ".join(setting.options)
    elif setting.type == "entry":
        what = f"one of the {setting.registry}"
    elif setting.type == "record":
        default, what = "as shown", "filled in by the program"
    elif setting.type == "switch":
        default, what = ("true" if setting.default else "false"), "true or false"
    else:
        low = "above" if setting.open_minimum else "minimum"
        high = "below" if setting.open_maximum else "maximum"
        bounds = {low: setting.minimum, high: setting.maximum}
        kind = "a whole number" if setting.type == "whole" else "a number"
        what = kind + range_in_words(**{key: each for key, each in bounds.items() if math.isfinite(each)})
    return f"{default} unless said; {what}"


def run_presets(options: argparse.Namespace) -> int:
    """Print name and title of every example."""
    from playground.experiment.presets import presets

    for preset in presets():
        print(f"{preset.name:<20}{preset.title}")
    return FINE


def run_schema(options: argparse.Namespace) -> int:
    """Print the JSON Schema."""
    from playground.experiment.files import json_schema

    write_json(json_schema())
    return FINE


def run_trace(options: argparse.Namespace) -> int:
    """Print the program of one training step."""
    experiment = open_experiment(options.file)
    must_train(options.file, experiment)
    from playground.engine.assemble import training_program
    from playground.engine.program import trace
    from playground.experiment.data import prepare

    samples = len(prepare(experiment.data, experiment.seed).train)
    print(trace(training_program(experiment, "float32", samples, threads=1)))
    return FINE
