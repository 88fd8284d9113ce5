"""When the next step and the next frame are due, and how many steps a second were done."""

from __future__ import annotations

import math
import time
from collections import deque

FRAME = 1.0 / 33.0  # seconds between two snapshots
UNSEEN = 0.25  # the same while nobody looks at them
LEAST = 0.004  # seconds of training between two of them, even where drawing takes long
EARLY = LEAST / 2  # seconds: a frame due so soon is made now, not after one more slice
RECENT = 1.5  # seconds over which the rate is measured


class Pace:
    """The clock of a worker: `speed` is in steps a second, math.inf for as fast as the machine goes."""

    def __init__(self) -> None:
        self.speed = 1000.0
        self._start = (0.0, 0)  # the time and the step from which due steps are counted
        self._meter: deque[tuple[float, int]] = deque(maxlen=64)
        self._next_frame = 0.0
        self.unseen = False  # the next frame is late because nobody looked at the last

    def restart(self, steps: int) -> None:
        """Count from this step on."""
        self._start = (time.monotonic(), steps)
        self._meter.clear()

    def note(self, steps: int) -> None:
        """So many steps are done by now."""
        self._meter.append((time.monotonic(), steps))

    def rate(self) -> float:
        """Steps a second over the last slices."""
        now = time.monotonic()
        recent = [(when, steps) for when, steps in self._meter if now - when < RECENT]
        if len(recent) < 2 or recent[-1][0] <= recent[0][0]:
            return 0.0
        return (recent[-1][1] - recent[0][1]) / (recent[-1][0] - recent[0][0])

    def due_steps(self, steps: int) -> float:
        """How many steps may be done now that `steps` are done; math.inf at full speed."""
        if math.isinf(self.speed):
            return math.inf
        start, first = self._start
        behind = int((time.monotonic() - start) * self.speed) + 1 - (steps - first)
        if behind > self.speed:  # cannot keep up: do not try to make up for it later
            self.restart(steps)
            return 1
        return behind

    def until_step(self, steps: int) -> float:
        """Seconds to rest: nobody sees a step before the next frame, or before it is due."""
        start, first = self._start
        due = start + (steps - first) / self.speed
        return min(max(max(due, self._next_frame) - time.monotonic(), 0.0005), FRAME)

    def until_frame(self) -> float:
        """Seconds of training until the next frame."""
        return max(self._next_frame - time.monotonic(), LEAST)

    def frame_is_due(self) -> bool:
        """True if it is time for a frame."""
        return time.monotonic() >= self._next_frame - EARLY

    def hurry(self) -> None:
        """Somebody looks again: the next frame is due now."""
        self._next_frame, self.unseen = time.monotonic(), False

    def begin_frame(self, looked: bool = True) -> None:
        """A frame is made now; the next is due one frame after this one was, or later if nobody `looked`."""
        now = time.monotonic()
        self.unseen = not looked
        if self.unseen:
            self._next_frame = now + UNSEEN
            return
        due = self._next_frame + FRAME
        self._next_frame = due if now < due <= now + FRAME + EARLY else now + FRAME
