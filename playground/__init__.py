"""Network Playground: draw a neural network, press play and watch every part of it learn.

import playground
experiment = playground.load("spiral")
run = playground.Run(experiment)
run.step(1000)
print(run.loss("validation"))
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from playground.engine.run import Run
    from playground.experiment.files import load, save
    from playground.experiment.model import Experiment

__all__ = ["Experiment", "Run", "__version__", "load", "save"]

_PLACES = {
    "Experiment": "playground.experiment.model",
    "Run": "playground.engine.run",
    "load": "playground.experiment.files",
    "save": "playground.experiment.files",
}


def __getattr__(name: str) -> Any:
    """Import what is asked for when it is asked for: `import playground` costs nothing."""
    if name in _PLACES:
        from importlib import import_module

        return getattr(import_module(_PLACES[name]), name)
    raise AttributeError(f"module 'playground' has no attribute {name!r}")
