"""A chart whose view follows its curves until the user zooms or pans."""

from __future__ import annotations

from typing import Any

from PySide6.QtGui import QResizeEvent

from playground.views.plots.chart import Chart


class FollowingChart(Chart):
    """Subclasses say in `follow` what is all of it; a double-click follows again."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.following = True
        self.moved.connect(self._stop_following)
        self.rested.connect(self.follow)

    def follow(self) -> None:
        """Show all of it."""
        self.following = True

    def _stop_following(self) -> None:
        self.following = False

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """The room for labels keeps its width."""
        super().resizeEvent(event)
        if getattr(self, "following", False):  # the library calls this before there is anything to follow
            self.follow()
