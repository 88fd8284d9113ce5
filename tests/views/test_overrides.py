"""An exception in a method that Qt calls ends nothing, whoever raised it."""

from __future__ import annotations

import importlib
import pkgutil
import subprocess
import sys

from shiboken6 import Shiboken

import playground.app
import playground.views
from playground.views.overrides import overrides

RAISE = """
import sys
import playground.views
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication, QWidget
acts = [lambda: [][0], lambda: {}["a"], lambda: 1 / 0, lambda: int("x"), lambda: "a" + 1, lambda: sys.nothing]
class Mixin:
    def moveEvent(self, event):
        self.act()
class Broken(Mixin, QWidget):
    def resizeEvent(self, event):
        self.act()
    def sizeHint(self):
        self.act()
app = QApplication([])
told = []
sys.excepthook = lambda kind, error, trace: told.append((kind.__name__, str(error)))
for act in acts:
    widget = Broken()
    widget.act = act
    widget.show()
    for turn in range(50):
        widget.move(turn, turn)
        widget.resize(100 + turn, 200)
    widget.adjustSize()
    assert widget.sizeHint() == QWidget().sizeHint()
    print(len(told) > 99, *sorted(set(told)))
    told.clear()
"""


def test_an_exception_in_what_qt_calls_is_reported_and_nothing_more():
    done = subprocess.run([sys.executable, "-c", RAISE], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "True ('IndexError', 'list index out of range')",
        "True ('KeyError', \"'a'\")",
        "True ('ZeroDivisionError', 'division by zero')",
        "True ('ValueError', \"invalid literal for int() with base 10: 'x'\")",
        "True ('TypeError', 'can only concatenate str (not \"int\") to str')",
        "True ('AttributeError', \"module 'sys' has no attribute 'nothing'\")",
    ]


def classes(kind):
    for each in kind.__subclasses__():
        yield each
        yield from classes(each)


def test_every_override_of_the_window_is_guarded():
    for package in (playground.views, playground.app):
        for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)
    ours = [kind for kind in classes(Shiboken.Object) if kind.__module__.startswith("playground.")]
    methods = {(kind, name): method for kind in ours for name, (method, _) in overrides(kind).items()}
    assert len(methods) > 200
    assert [place for place, method in methods.items() if not hasattr(method, "__wrapped__")] == []
