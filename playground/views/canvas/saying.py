"""Saying something on the canvas that is read at a glance, and aloud by a screen reader."""

from __future__ import annotations

from PySide6.QtCore import QPoint
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QToolTip, QWidget

CORNER = QPoint(24, 60)  # where those read it who do not point


def aloud(widget: QWidget, words: str) -> None:
    """Let a screen reader say it, wherever the keyboard is."""
    if words and QAccessible.isActive():
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(widget, words))


def say_why(view: QWidget, words: str) -> None:
    """Say why something was not done: at the pointer where it is over the view, else in its corner."""
    place = view.cursor().pos()
    if not view.rect().contains(view.mapFromGlobal(place)):
        place = view.mapToGlobal(CORNER)
    QToolTip.showText(place, words, view)
    aloud(view, words)
