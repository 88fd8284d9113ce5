"""A run: an experiment being trained, step by step, with everything about it open to look at."""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.catalog.random import stream_key
from playground.engine import assemble
from playground.engine import program as p
from playground.engine.answers import Answers, fill_scale, finite_numbers, refuse_problems
from playground.engine.first_values import first_values
from playground.engine.lower import chance_key
from playground.engine.machine import DataSet, Machine, data_set
from playground.engine.program import Count, Program
from playground.engine.state import Overwritten, RunState, curves, overlay, renamed_layers
from playground.engine.twin.chance import kept_by_dropout
from playground.experiment.data import prepare
from playground.experiment.model import Experiment
from playground.experiment.problems import problems
from playground.experiment.shapes import shapes, task

Array = NDArray[Any]
Carry = Callable[[Mapping[str, Array]], Mapping[str, Array]]
# Waiting for the interpreter's lock is no work: a window that paints must not make slices shorter.
WORK_CLOCK = (
    time.thread_time_ns if time.get_clock_info("thread_time").resolution < 1e-5 else time.perf_counter_ns
)
CARRIED = (Count.STEP, Count.EPOCH, Count.POSITION, Count.CHECK)


@dataclass(frozen=True)
class Advance:
    """What a slice of training did.

    `stopped` is "", "early" after early stopping, or "not_finite"; then `instruction` says where.
    """

    steps: int
    stopped: str = ""
    instruction: str = ""
    phase: str = ""


class Run(Answers):
    """Trains an experiment. Same experiment, same seed, same element type: same bits.

    `dtype` is "float32" or "float64"; with `threads` 2 or more a second thread helps with
    large products and updates, which never changes a bit. `backend` "twin" runs on NumPy alone,
    slowly. ValueError in plain words if the experiment cannot train.
    """

    def __init__(
        self, experiment: Experiment, dtype: str = "float32", threads: int = 1, backend: str = "compiled"
    ) -> None:
        if dtype not in ("float32", "float64"):
            raise ValueError(f'dtype must be "float32" or "float64", not {dtype!r}.')
        if isinstance(threads, bool) or not isinstance(threads, int) or not 1 <= threads <= 64:
            raise ValueError(f"threads must be a whole number from 1 to 64, not {threads!r}.")
        if backend not in ("compiled", "twin"):
            raise ValueError(f'backend must be "compiled" or "twin", not {backend!r}.')
        refuse_problems(problems(experiment))
        super().__init__(experiment, dtype, min(threads, 2), backend)
        self._interrupted = False
        self._places: tuple[Machine, Program, dict[str, Array]] | None = None  # of this machine and program
        self._pace = 1.0  # estimated nanoseconds of work done in a nanosecond
        self._load_data()
        self._machine = self._new_machine()
        self.reset()

    # Construction ------------------------------------------------------------------------------------

    def _load_data(self) -> None:
        self.prepared = prepare(self.experiment.data, self.experiment.seed)
        rows = self.prepared.train
        train = self._set(rows)
        judged = train
        most = assemble.MOST_EVALUATED
        if len(rows) > most:
            judged = self._set(rows[np.linspace(0, len(rows) - 1, most).astype(np.int64)])
        self._data = (train, judged, self._set(self.prepared.validation))

    def _set(self, rows: Array) -> DataSet:
        return data_set(self.prepared.inputs[rows], self.prepared.targets[rows], self.dtype)

    def _new_machine(self) -> Machine:
        program = assemble.training_program(self.experiment, self.dtype, len(self._data[0][0]), self.threads)
        machine = Machine(program, self._data, self.backend, self.threads)
        self._configure(machine)
        return machine

    def _configure(self, machine: Machine) -> None:
        counts, training = machine.counts, self.experiment.training
        counts[Count.BATCH] = batch = min(training.batch_size, counts[Count.SET_SAMPLES])
        counts[Count.LEAST] = min(batch, self.experiment.least_batch)
        counts[Count.SHUFFLE_KEY] = _signed(stream_key(self.experiment.seed, "shuffle"))
        counts[Count.DROPOUT_KEY] = _signed(stream_key(self.experiment.seed, "dropout"))
        fill_scale(machine, self.prepared)

    def reset(self) -> None:
        """Back to step 0, with the first weights that the seed gives."""
        machine = self._machine = self._new_machine()
        for name, values in first_values(self.experiment).items():
            self._place(machine, name)[:] = values
        self._history: list[Array] = []
        self.last_loss = float("nan")
        self._evaluate_now()

    def _evaluate_now(self) -> None:
        """Evaluate at the step at hand, as the program does at the steps that it chooses."""
        counts = self._machine.counts
        counts[Count.STOP] = counts[Count.STEP]
        counts[Count.PC] = self._machine.program.marks["evaluate"]
        self._machine.run()
        self._fetch_records()

    def _place(self, machine: Machine, name: str) -> Array:
        """A parameter or a buffer as part of the arena, in its own shape."""
        program = machine.program
        block = program.parameters.get(name) or program.buffers[name]
        return machine.tensor(block)

    # Training ----------------------------------------------------------------------------------------

    @property
    def steps(self) -> int:
        """Finished training steps."""
        return int(self._machine.counts[Count.STEP])

    @property
    def epochs(self) -> float:
        """Passes through the training data; 2.5 is in the middle of the third."""
        counts = self._machine.counts
        learned = min(counts[Count.SET_SAMPLES], self.steps_per_epoch * counts[Count.BATCH])
        done = 1.0 if self._epoch_over() else counts[Count.POSITION] / learned
        return float(counts[Count.EPOCH] + done)

    @property
    def steps_per_epoch(self) -> int:
        """Steps that one pass through the training data takes."""
        counts = self._machine.counts
        return int((counts[Count.SET_SAMPLES] - counts[Count.LEAST]) // counts[Count.BATCH] + 1)

    @property
    def epoch_position(self) -> int:
        """Steps done in the epoch at hand; 0 when it has just ended."""
        counts = self._machine.counts
        return 0 if self._epoch_over() else -(-int(counts[Count.POSITION]) // int(counts[Count.BATCH]))

    def _epoch_over(self) -> bool:
        counts = self._machine.counts
        return bool(counts[Count.SET_SAMPLES] - counts[Count.POSITION] < counts[Count.LEAST])

    def step(self, steps: int = 1) -> None:
        """Do so many training steps, fewer if early stopping ends them.

        FloatingPointError if the loss becomes infinite or NaN.
        """
        if isinstance(steps, bool) or not isinstance(steps, int | np.integer) or steps < 0:
            raise ValueError(f"The number of steps must be a whole number from 0, not {steps!r}.")
        end = self.steps + int(steps)
        while self.steps < end:
            done = self.advance(50.0, end - self.steps)
            if done.stopped == "early":
                return
            if done.stopped:
                what = "NaN" if np.isnan(self.last_loss) else "infinite"
                raise FloatingPointError(
                    f"The loss became {what} at step {self.steps + 1:,}, in {done.phase}. "
                    "Try a smaller learning rate."
                )

    def advance(self, milliseconds: float = 4.0, most_steps: int | None = None) -> Advance:
        """Train for about so long, at most so many steps; a long step goes on in the next slice."""
        machine, counts = self._machine, self._machine.counts
        before = self.steps
        counts[Count.STOP] = before + most_steps if most_steps is not None else np.iinfo(np.int64).max
        if most_steps is not None and most_steps <= 0:
            return Advance(0)
        if self._interrupted:
            self._interrupted = False
            return Advance(0)
        left = milliseconds * 1e6
        if self._stopped_early():
            return self._ended(0)
        work = math.inf if most_steps is None else most_steps * machine.program.work("evaluate")
        status = p.NEXT
        while left > 0 and status >= p.NEXT:
            start, worked = time.perf_counter_ns(), WORK_CLOCK()
            budget = max(1, int(left * self._pace))
            status = machine.run(budget, work)
            spent, worked = time.perf_counter_ns() - start, WORK_CLOCK() - worked
            if status == p.NEXT and worked > 100_000:
                self._pace = min(4.0, max(0.02, 0.5 * self._pace + 0.5 * budget / worked))
            left = left - spent if left - spent > 0.2 * milliseconds * 1e6 else 0.0
            if status == p.DONE and counts[Count.RECORDS] == p.MOST_RECORDS:
                self._fetch_records()
                status = p.NEXT if self.steps < counts[Count.STOP] else p.DONE
        self._fetch_records()
        self.last_loss = float(machine.cells[p.LOSS])
        if self._stopped_early():
            return self._ended(self.steps - before)
        if status != p.NOT_FINITE:
            return Advance(self.steps - before)
        at = machine.program.instructions[int(counts[Count.PC])]
        counts[Count.PC] = 0
        return Advance(self.steps - before, "not_finite", at.kernel, at.phase)

    def interrupt(self) -> None:
        """From another thread: end the slice under way, or else the next one, after at most one step."""
        self._interrupted = True
        self._machine.counts[Count.STOP] = 0

    def machine_between_steps(self) -> Machine:
        """The machine that trains, with its step under way finished; to be read, not written."""
        self._finish_step()
        return self._machine

    def _stopped_early(self) -> bool:
        """True, once, after early stopping has ended the training."""
        cell = self._machine.program.counters.get("early_stopping.stopped")
        stopped = cell is not None and self._machine.cells[cell] != 0.0
        if stopped:
            self._machine.cells[cell] = 0.0
            self._forget_slope()
        return stopped

    def _ended(self, steps: int) -> Advance:
        """What early stopping ended: it got no better, or it ran away and no better weights came back."""
        cells, counters = self._machine.cells, self._machine.program.counters
        stopping = self.experiment.training.early_stopping
        assert stopping is not None
        back = stopping.restore_best and cells[counters["early_stopping.best"]] < math.inf
        if back or math.isfinite(cells[p.WATCHED]):
            return Advance(steps, "early")
        self.last_loss = float(cells[p.WATCHED])
        return Advance(steps, "not_finite", "early_stop", "evaluate")

    def _finish_step(self) -> None:
        """Go on to the end of the step under way, so that what is changed is changed between two steps."""
        counts = self._machine.counts
        if counts[Count.PC]:
            counts[Count.STOP] = counts[Count.STEP] + (
                counts[Count.PC] < self._machine.program.marks["evaluate"]
            )
            self._machine.run()
            counts[Count.PC] = 0
            self._fetch_records()

    def _fetch_records(self) -> None:
        if self._machine.counts[Count.RECORDS]:
            self._history.append(self._machine.take_records(task(self.experiment.data)))

    @property
    def records(self) -> Array:
        """The curves as plain numbers, one row an evaluation, in the order of `history`'s columns."""
        if len(self._history) > 1:
            self._history = [np.concatenate(self._history)]
        return self._history[0] if self._history else np.zeros((0, p.RECORD_SIZE))

    @property
    def history(self) -> np.recarray[Any, Any]:
        """The curves: step, epoch, train_loss, validation_loss, learning_rate, and the two metrics.

        Losses are data losses in evaluation mode. The metric is the accuracy for classes, the root of
        the mean squared error in the target's own units for numbers.
        """
        return curves(self.records)

    # Parameters --------------------------------------------------------------------------------------

    @property
    def gradients(self) -> dict[str, Array]:
        """A copy of the last step's gradients of the data loss; all 0 before the first step."""
        return self._copies(self._machine.program.gradients)

    def dropped(self, layer: str, samples: int | None = None) -> NDArray[np.bool_]:
        """Which units a dropout layer switched off for each sample of the last step: (units, samples).

        `samples` asks for the first so many of the batch alone. All False before the first step.
        ValueError if the layer is not dropout.
        """
        machine = self._machine
        units = next((s.units for s in shapes(self.experiment).layers if s.name == layer), 0)
        if not units or layer == "output" or self.experiment.layer(layer).kind != "dropout":
            raise ValueError(f'There is no dropout layer "{layer}".')
        batch, position = int(machine.counts[Count.BATCH]), int(machine.counts[Count.POSITION])
        last = (position - 1) % batch + 1
        shape = (units, last if samples is None else min(samples, last))
        if self.steps == 0:
            return np.zeros(shape, np.bool_)
        key, rate = int(machine.counts[Count.DROPOUT_KEY]), self.experiment.layer(layer).rate
        return ~kept_by_dropout(key, chance_key("dropout", layer), self.steps - 1, shape, rate)

    def set_parameters(self, values: Mapping[str, Any]) -> None:
        """Put these numbers in place of parameters or buffers, all or some of them, by name.

        ValueError if a name is unknown, a shape does not fit or a number is not finite; then nothing
        has changed.
        """
        known = self._machine.program.parameters | self._machine.program.buffers
        ready: dict[str, Array] = {}
        for name, value in values.items():
            if name not in known:
                raise ValueError(f'There is no parameter "{name}". There are {", ".join(known)}.')
            wanted = self._machine.tensor(known[name]).shape
            ready[name] = finite_numbers(value, name, self.dtype)
            if ready[name].shape != wanted:
                raise ValueError(f"{name} needs the shape {wanted}, not {ready[name].shape}.")
        self._finish_step()
        for name, array in ready.items():
            self._machine.tensor(known[name])[:] = array
        self._forget_slope()

    def reorder(self, seed: int) -> None:
        """Draw mini-batches and dropout from now on as another seed would; data and weights stay.

        The seed of the experiment gives the first order; any other one is a fork to compare with.
        """
        self._finish_step()
        counts = self._machine.counts
        counts[Count.SHUFFLE_KEY] = _signed(stream_key(seed, "shuffle"))
        counts[Count.DROPOUT_KEY] = _signed(stream_key(seed, "dropout"))
        counts[Count.ORDERED] = -1

    # Changing, keeping, putting back -----------------------------------------------------------------

    def adopt(self, experiment: Experiment, restore: Any = None, carry: Carry | None = None) -> Overwritten:
        """Train this experiment from now on, keeping every weight that still fits.

        Numbers that can be poked are; anything else builds a new program. Where a tensor changes size
        the overlapping block stays, optimizer state too. Returns what found no place any more;
        `restore`, one such piece or several, fills new places with what stood there before; `carry` says
        what becomes of the old tensors, by name. ValueError if the experiment cannot train; then nothing
        has changed.
        """
        refuse_problems(problems(experiment))
        self._finish_step()
        before, old = self.experiment, self._machine
        self.experiment = experiment
        if (experiment.data, experiment.seed) != (before.data, before.seed):
            self._load_data()
        self._ask_anew()
        program = assemble.training_program(experiment, self.dtype, len(self._data[0][0]), self.threads)
        if program.instructions == old.program.instructions and old.data is self._data:
            self._poke(program)
            self._forget_slope()
            return Overwritten({})
        self._machine = self._new_machine()
        names = renamed_layers(before, experiment)
        tensors = {_renamed(name, names): array for name, array in self._tensors(old).items()}
        pieces = [restore] if isinstance(restore, Overwritten) else list(restore or [])
        kept = carry(tensors) if carry is not None else tensors
        for source in (first_values(experiment), *(piece.tensors for piece in pieces), kept):
            self._fill(source)
        if experiment.training.optimizer.entry.searches:  # what was frozen since must not lead the search
            for block in self._machine.program.slots["slope"].values():
                self._machine.tensor(block)[:] = 0.0
        for piece in pieces:
            self._set_counters(piece.counters)
        lost = self._carry(old, before, tensors)
        self._forget_slope()
        return lost

    def _poke(self, program: Program) -> None:
        """Change numbers in the machine at work; the next step reads them."""
        machine = self._machine
        keep = {cell for name, cell in program.cells.items() if "/" in name} | set(program.counters.values())
        for cell, value in program.first_cells.items():
            if cell not in keep:
                machine.cells[cell] = value
        machine.program = program
        self._configure(machine)

    def _places_of(self, machine: Machine) -> dict[str, Array]:
        """Parameters, buffers, slots (`dense_1.weight/mean`) and best weights as parts of the arena."""
        program = machine.program
        if self._places is not None and self._places[0] is machine and self._places[1] is program:
            return self._places[2]
        blocks = dict(program.parameters | program.buffers)
        blocks |= {f"{n}/{slot}": b for slot, part in program.slots.items() for n, b in part.items()}
        blocks |= {f"{name}/best": block for name, block in program.best.items()}
        places = {name: machine.tensor(block) for name, block in blocks.items()}
        self._places = machine, program, places
        return places

    def _tensors(self, machine: Machine) -> dict[str, Array]:
        return {name: place.copy() for name, place in self._places_of(machine).items()}

    def _fill(self, source: Mapping[str, Array]) -> None:
        """Put tensors into their places, as far as they fit."""
        for name, place in self._places_of(self._machine).items():
            if name in source:
                overlay(source[name], place)

    def _forget_slope(self) -> None:
        """Weights or loss are changed from outside: L-BFGS has to evaluate before it sets out again."""
        cell = self._machine.program.counters.get("search_known")
        if cell is not None:
            self._machine.cells[cell] = 0.0

    def _set_counters(self, counters: Mapping[str, float]) -> None:
        for name, cell in self._machine.program.counters.items():
            if name in counters:
                self._machine.cells[cell] = counters[name]

    def _counters(self, machine: Machine) -> dict[str, float]:
        """The numbers that optimizer, schedule and early stopping carry from step to step."""
        return {name: float(machine.cells[cell]) for name, cell in machine.program.counters.items()}

    def _carry(self, old: Machine, before: Experiment, tensors: dict[str, Array]) -> Overwritten:
        """Take counters and gradients over from the old machine; returns what found no place."""
        new = self._machine
        new.counts[list(CARRIED)] = old.counts[list(CARRIED)]
        new.counts[Count.POSITION] = min(new.counts[Count.POSITION], new.counts[Count.SET_SAMPLES])
        new.cells[p.LOSS] = old.cells[p.LOSS]
        for name, block in new.program.gradients.items():
            if name in old.program.gradients:
                overlay(old.tensor(old.program.gradients[name]), new.tensor(block))
        counters = self._counters(old)
        kept = counters if _comparable(before, self.experiment) else _without_losses(counters)
        self._set_counters(kept)
        places = self._places_of(new)
        lost = {n: a for n, a in tensors.items() if n not in places or not _covers(places[n], a)}
        gone = counters.keys() - (kept.keys() & new.program.counters.keys())
        return Overwritten(lost, {name: counters[name] for name in gone})

    def state(self) -> RunState:
        """Everything of this moment that is not in the experiment: tensors, counters, curves."""
        self._finish_step()
        machine = self._machine
        return RunState(
            self._tensors(machine),
            machine.counts[list(CARRIED)],
            self._counters(machine),
            self.records.copy(),
            float(machine.cells[p.LOSS]),
        )

    def restore(self, state: RunState) -> None:
        """Go back to a state of this experiment, bit for bit.

        ValueError if the state belongs to another network; then nothing has changed.
        """
        here = {name: place.shape for name, place in self._places_of(self._machine).items()}
        if here != {name: array.shape for name, array in state.tensors.items()}:
            raise ValueError("This state belongs to another network, so it cannot be restored here.")
        machine = self._machine = self._new_machine()
        self._fill(state.tensors)
        self._set_counters(state.counters)
        machine.counts[list(CARRIED)] = state.counts
        machine.cells[p.LOSS] = self.last_loss = state.last_loss
        self._history = [state.history.copy()]

    def digest(self) -> str:
        """SHA-256 of parameters, optimizer, counters and random state: equal if and only if all bits are."""
        state = self.state()
        digest = hashlib.sha256()
        for name in sorted(state.tensors):
            digest.update(name.encode())
            digest.update(np.ascontiguousarray(state.tensors[name]).tobytes())
        digest.update(state.counts.astype("<i8").tobytes())
        digest.update(np.array(list(state.counters.values()), "<f8").tobytes())
        keys = (Count.SHUFFLE_KEY, Count.DROPOUT_KEY)
        digest.update(np.array([self._machine.counts[key] for key in keys], "<i8").tobytes())
        return digest.hexdigest()


def _signed(key: int) -> int:
    """The same 64 bits as a signed number."""
    return key - (1 << 64) if key >> 63 else key


def _renamed(name: str, layers: Mapping[str, str]) -> str:
    layer, dot, rest = name.partition(".")
    return layers.get(layer, layer) + dot + rest


def _covers(place: Array, tensor: Array) -> bool:
    """True if all of the tensor found room."""
    return place.ndim == tensor.ndim and all(a >= b for a, b in zip(place.shape, tensor.shape, strict=True))


def _comparable(before: Experiment, after: Experiment) -> bool:
    """True if losses and slopes before and after measure the same network on the same data."""

    def judged(experiment: Experiment) -> tuple[Any, ...]:
        training = experiment.training
        memory = getattr(training.optimizer, "history", None)
        return experiment.data, experiment.seed, experiment.network, training.loss, memory

    return judged(before) == judged(after)


def _without_losses(counters: Mapping[str, float]) -> dict[str, float]:
    """What is left of the counters where losses and slopes so far mean nothing any more."""
    gone = ("schedule.best", "schedule.bad", "early_stopping.", "search_")
    return {name: value for name, value in counters.items() if not name.startswith(gone)}
