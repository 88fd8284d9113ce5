"""Whatever is done to a run, and wherever one travels: a place has one digest, and a file gives it again."""

from __future__ import annotations

import random

import pytest

from playground.catalog import registries
from playground.engine.run import Run
from playground.experiment import edits, files
from playground.experiment.edits import EditError
from playground.experiment.held import follow_units
from playground.experiment.problems import problems
from playground.experiment.surgery import duplicate_layer, insert_identity, remove_unit, split_unit
from playground.session.course import Course
from playground.session.document import ByHand, Document
from playground.session.run_file import load_run, record, replay, save_run

PRESETS = ("spiral", "curve", "penguins", "autoencoder", "weather", "well_log")
LAYERS = ("dense", "dropout", "batch_norm", "layer_norm", "gaussian_noise", "add", "concatenate")
VALUES = {
    "training.optimizer.learning_rate": (0.003, 0.03, 0.1),
    "training.batch_size": (1, 7, 32, 10_000),
    "training.l2": (0.0, 0.01),
    "training.clip_norm": (None, 0.5),
    "training.early_stopping": (None, {"patience": 1, "restore_best": True}),
    "data.dataset.noise": (0.0, 0.3),
    "data.split.train": (0.5, 0.7),  # too much for some: then nothing can train
    "data.features": (("x1",), ("x1", "x2")),  # inputs that not all data have
    "data.scaling": ("standard", "minmax"),
}
MOVES = ("train",) * 5 + ("seek",) * 4 + ("edit",) * 3
MOVES += ("undo", "redo", "reset", "show", "fork", "hand", "operate", "set aside", "save")


class Walk:
    """A document and its course, changed as the window does it."""

    def __init__(self, seed, folder):
        self.chance, self.folder = random.Random(seed), folder
        self.document = Document(files.load(self.chance.choice(PRESETS)))
        budget = self.chance.choice([256_000_000, 3_000_000, 200_000])
        self.course = Course(self.document.experiment, Run, budget)
        self.document.changed.connect(self.course.perform)
        self.seen = {}

    @property
    def shown(self):
        return self.course.run.experiment if self.course.travelled else self.document.experiment

    def move(self):
        kind = self.chance.choice(MOVES)
        getattr(self, f"_{kind.replace(' ', '_')}")()
        course = self.course
        place = (course.timeline.current.number, course.run.steps, course._done)
        assert self.seen.setdefault(place, course.run.digest()) == course.run.digest(), (kind, place)

    def _train(self):
        run, end = self.course.run, self.course.run.steps + self.chance.randrange(1, 60)
        while run.steps < end and not self.course.problems:
            if self.course.advance(self.chance.choice([0.1, 8.0]), end - run.steps).stopped:
                return

    def _seek(self):
        self.course.seek(self.chance.randrange(0, self.course.timeline.current.tip + 1))

    def _edit(self):
        try:
            changed = self._edited(self.shown)
        except EditError:
            return
        if self.course.travelled:
            self.document.branch(follow_units(self.shown, changed), "Edit")
        else:
            self.document.apply(changed, "Edit")

    def _edited(self, experiment):
        chance, names = self.chance, [layer.name for layer in experiment.network.layers]
        path = chance.choice([*VALUES, "optimizer", "schedule", "add", "remove", "units"])
        if path in VALUES:
            return edits.set_value(experiment, path, chance.choice(VALUES[path]))
        if path in ("optimizer", "schedule"):
            return edits.set_choice(experiment, f"training.{path}", chance.choice([*registries[f"{path}s"]]))
        if path == "add":
            return edits.add_layer(experiment, chance.randrange(0, len(names) + 1), chance.choice(LAYERS))
        name = chance.choice(names or ["output"])
        if path == "remove":
            return edits.remove_layer(experiment, name)
        return edits.set_value(experiment, f"network.{name}.units", chance.randrange(1, 9))

    def _undo(self):
        self.document.undo()

    def _redo(self):
        self.document.redo()

    def _reset(self):
        self.document.reset_training()

    def _show(self):
        branch = self.chance.choice(self.course.timeline.branches)
        self.document.branch(branch.experiment, "Show", number=branch.number)

    def _fork(self):
        if self.course.travelled:
            self.document.branch(self.shown, "Continue")

    def _hand(self):
        if not self.course.problems:
            parameters = self.course.run.parameters
            name = self.chance.choice(sorted(parameters))
            place = tuple(self.chance.randrange(0, size) for size in parameters[name].shape)
            there = self.shown if self.course.travelled else None
            self.document.touch((ByHand(name, place, 0.5),), "By hand", experiment=there)

    def _operate(self):
        shown = self.shown
        operations = (
            lambda layer: split_unit(shown, layer, 0),
            lambda layer: remove_unit(shown, layer, 0),
            lambda layer: insert_identity(shown, layer),
            lambda layer: duplicate_layer(shown, layer),
        )
        dense = [layer.name for layer in shown.network.layers if layer.kind == "dense"]
        try:
            after, surgery = self.chance.choice(operations)(self.chance.choice(dense or ["output"]))
        except EditError:
            return
        if self.course.travelled:
            self.document.branch(follow_units(shown, after, surgery), "Operate", surgery=surgery)
        else:
            self.document.apply(after, "Operate", surgery=surgery)

    def _set_aside(self):
        if not self.course.problems:
            self.course.set_aside()

    def _save(self):
        course = self.course
        place, digest = (course.run.steps, course._done), course.run.digest()
        if course.problems or problems(course.timeline.current.experiment):
            with pytest.raises(ValueError, match="once its experiment trains"):
                record(course)
        else:
            recorded = record(course, self.chance.choice([True, False]))
            save_run(recorded, self.folder / "walk.run")
            assert replay(load_run(self.folder / "walk.run"), Run).run.digest() == recorded.digest
        assert ((course.run.steps, course._done), course.run.digest()) == (place, digest)


@pytest.mark.parametrize("seed", [0, 22, 28, 34, 54, 105, 149, 169, 1291])
def test_anything_can_be_done_to_a_run(seed, tmp_path):
    walk = Walk(seed, tmp_path)
    for _ in range(45):
        walk.move()


@pytest.mark.long
@pytest.mark.parametrize("seed", range(1_000, 1_300))
def test_anything_can_be_done_to_many_runs(seed, tmp_path):
    walk = Walk(seed, tmp_path)
    for _ in range(45):
        walk.move()
