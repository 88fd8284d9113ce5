"""What can race: the same experiment with one thing changed, everything else as it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from playground.catalog import registries
from playground.experiment import edits
from playground.experiment.model import Experiment, choice
from playground.experiment.words import in_words

FEWEST, MOST = 2, 6  # lanes of a race
AS_IT_IS = "As it is"
FACTORS = (0.01, 0.1, 0.3, 1.0, 3.0, 10.0, 100.0)  # of the present learning rate


@dataclass(frozen=True)
class Contestant:
    """One lane: what names it, and the experiment that it trains."""

    key: str
    label: str
    experiment: Experiment


@dataclass(frozen=True)
class Contest:
    """One kind of race. `usual` are the keys that run unless others are chosen."""

    key: str
    label: str
    find: Callable[[Experiment], Iterator[Contestant]]
    usual: tuple[str, ...]

    def contestants(self, experiment: Experiment) -> tuple[Contestant, ...]:
        """Everyone who could run, in the catalog's order; none where the network has nothing of the kind.

        An experiment that is unlike all of them, with a function of its own in each layer, comes first.
        """
        found = tuple(self.find(experiment))
        alike = any(each.experiment == experiment for each in found)
        return found if alike or not found else (Contestant("present", AS_IT_IS, experiment), *found)

    def chosen(self, contestants: tuple[Contestant, ...], present: Experiment) -> tuple[str, ...]:
        """Who runs at first: the usual ones and the experiment as it is."""
        keys = [each.key for each in contestants if each.key in self.usual or each.experiment == present]
        keys += [each.key for each in contestants if each.key not in keys][: max(0, FEWEST - len(keys))]
        return tuple(keys[:MOST])


def _optimizers(experiment: Experiment) -> Iterator[Contestant]:
    """Each with the learning rate and the settings that the catalog gives it; the present one as it is."""
    present = experiment.training.optimizer
    for entry in registries["optimizers"]:
        chosen = present if entry.key == present.kind else choice(registries["optimizers"], entry.key)
        changed = edits.set_value(experiment, "training.optimizer", chosen)
        yield Contestant(entry.key, f"{entry.label} at {in_words(chosen.learning_rate)}", changed)


def _learning_rates(experiment: Experiment) -> Iterator[Contestant]:
    now = experiment.training.optimizer.learning_rate
    for factor in FACTORS:
        rate = now if factor == 1.0 else float(f"{now * factor:.1g}")
        try:
            changed = edits.set_value(experiment, "training.optimizer.learning_rate", rate)
        except edits.EditError:
            continue  # beyond what the optimizer takes
        yield Contestant(f"{factor:g}", f"Rate {in_words(rate)}", changed)


def _activations(experiment: Experiment) -> Iterator[Contestant]:
    """One function in all hidden layers that have one."""
    layers = [each.name for each in experiment.network.layers if hasattr(each, "activation")]
    for entry in registries["activations"] if layers else ():
        if entry.value is not None:
            paths = {f"network.{name}.activation": entry.key for name in layers}
            yield Contestant(entry.key, entry.label, _with(experiment, paths))


def _initializers(experiment: Experiment) -> Iterator[Contestant]:
    """One way to draw first weights in all layers, the output among them."""
    layers = [each.name for each in experiment.network.layers if hasattr(each, "initializer")]
    for entry in registries["initializers"]:
        paths = {f"network.{name}.initializer": entry.key for name in (*layers, "output")}
        yield Contestant(entry.key, entry.label, _with(experiment, paths))


def _with(experiment: Experiment, values: dict[str, str]) -> Experiment:
    for path, value in values.items():
        experiment = edits.set_value(experiment, path, value)
    return experiment


CONTESTS: tuple[Contest, ...] = (
    Contest("optimizers", "Optimizers", _optimizers, ("sgd", "momentum", "rmsprop", "adam")),
    Contest("learning_rates", "Learning rates", _learning_rates, ("0.1", "0.3", "1", "3", "10")),
    Contest("activations", "Activations", _activations, ("sigmoid", "tanh", "relu", "gelu")),
    Contest(
        "initializers",
        "Initializers",
        _initializers,
        ("glorot_uniform", "he_normal", "pytorch_default", "zeros"),
    ),
)
