"""Where one is on the walk through a training step, and which weight is followed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from playground.session.snapshot import PHASES, MicroStep, Phase, SlowMotion


@dataclass(frozen=True)
class Followed:
    """A weight: from unit `source` of what the layer reads to its `unit`."""

    layer: str
    unit: int
    source: int


class Walk:
    """A position in the micro-steps of a training step."""

    def __init__(self) -> None:
        self.motion: SlowMotion | None = None
        self.at = 0
        self.followed: Followed | None = None
        self._places: dict[MicroStep, int] = {}

    def show(self, motion: SlowMotion | None) -> None:
        """Walk through this step; the place is kept while the steps are the same."""
        last, self.motion = self.motion, motion
        steps = motion.steps if motion is not None else ()
        before = (last.steps, last.asked, last.step) if last is not None else None
        if motion is None or before != (steps, motion.asked, motion.step):
            self.at = 0
        self._places = {step: place for place, step in enumerate(steps)}
        if self.followed is None or not self._exists(self.followed):
            self.followed = self._first_weight()

    def follow(self, weight: Followed) -> None:
        """Follow another weight, if this step has it; the canvas may show a newer network for a moment."""
        if self._exists(weight):
            self.followed = weight

    def _exists(self, followed: Followed) -> bool:
        sheet = self.motion.layers.get(followed.layer) if self.motion is not None else None
        if sheet is None or sheet.weight is None:
            return False
        units, inputs = sheet.weight.shape
        return bool(0 <= followed.unit < units) and 0 <= followed.source < inputs

    def _first_weight(self) -> Followed | None:
        """The largest weight into the last hidden layer, or else into the output."""
        if self.motion is None:
            return None
        dense = [sheet for sheet in self.motion.layers.values() if sheet.weight is not None]
        if not dense:
            return None
        sheet = dense[-2] if len(dense) > 1 else dense[-1]
        assert sheet.weight is not None
        unit, source = divmod(int(np.abs(sheet.weight).argmax()), sheet.weight.shape[1])
        return Followed(sheet.name, unit, source)

    @property
    def now(self) -> MicroStep | None:
        """The micro-step that one is at."""
        steps = self.motion.steps if self.motion is not None else ()
        return steps[self.at] if self.at < len(steps) else None

    @property
    def last(self) -> int:
        """The place of the last micro-step."""
        return max(0, len(self.motion.steps) - 1) if self.motion is not None else 0

    def go(self, place: int) -> None:
        """To a place, as near as there is one."""
        self.at = min(max(place, 0), self.last)

    def places(self, phase: Phase) -> list[int]:
        """The places of a phase."""
        steps = self.motion.steps if self.motion is not None else ()
        return [place for place, step in enumerate(steps) if step.phase == phase]

    def place_of(self, phase: Phase, layer: str, unit: int) -> int | None:
        """Where a unit's turn comes; None if it has none."""
        alone = self._places.get(MicroStep(phase, layer, unit))
        return alone if alone is not None else self._places.get(MicroStep(phase, layer, -1))

    def known(self, phase: Phase, layer: str, unit: int) -> bool:
        """True once a unit has had its turn in a phase."""
        place = self.place_of(phase, layer, unit)
        return place is not None and place <= self.at

    def state(self, phase: Phase) -> str:
        """How a phase stands: "done", "now" or "next"."""
        now = self.now
        if now is None:
            return "next"
        here, there = PHASES.index(now.phase), PHASES.index(phase)
        return "now" if here == there else "done" if there < here else "next"
