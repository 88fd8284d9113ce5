"""Pictures of the examples: each is trained for a moment, away from the window and from its run."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from playground.experiment import files
from playground.experiment.data import Prepared
from playground.session.snapshot import Output

STEPS = 600  # enough to see what an example is about


@dataclass(frozen=True)
class ExamplePicture:
    """What an example has learned after `STEPS` steps: its data and the network's answer."""

    name: str
    prepared: Prepared
    output: Output


def example_picture(name: str, enough: threading.Event | None = None) -> ExamplePicture:
    """Train the example of this name for a moment, less if `enough` is set meanwhile."""
    from playground.engine.run import Run
    from playground.session.frames import Frames

    run = Run(files.load(name))
    while run.steps < STEPS and not (enough is not None and enough.is_set()):
        if run.advance(20.0, STEPS - run.steps).stopped:
            break
    return ExamplePicture(name, run.prepared, Frames(run, run.prepared).output())


class Darkroom:
    """Makes pictures of examples on a thread of its own, one after the other.

    `take` hands over those that are finished, without waiting. `report` is told, on that thread, of an
    example that failed.
    """

    def __init__(self, names: tuple[str, ...], report: Callable[[str, str], None] | None = None) -> None:
        self._names = names
        self._report = report
        self._ready: deque[ExamplePicture] = deque()
        self._enough = threading.Event()
        self._thread = threading.Thread(target=self._work, name="examples", daemon=True)
        self._thread.start()

    def _work(self) -> None:
        for name in self._names:
            if self._enough.wait(0.02):  # lets the window breathe between two pictures
                return
            try:
                self._ready.append(example_picture(name, self._enough))
            except Exception as error:
                if self._report is not None:
                    self._report(f"The example {name} could not be drawn.", str(error))

    def take(self) -> list[ExamplePicture]:
        """The pictures finished since the last time."""
        taken = []
        while self._ready:
            taken.append(self._ready.popleft())
        return taken

    @property
    def busy(self) -> bool:
        """True while a picture is still to come."""
        return self._thread.is_alive() or bool(self._ready)

    def close(self) -> None:
        """Make no more; the one under way is cut short."""
        self._enough.set()
        self._thread.join()
