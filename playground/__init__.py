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
    """Import what is asked for when it is asked for: `import playground` costs nothing.

    Garbage is not collected meanwhile: nothing that an import makes is thrown away, and looking takes time.
    """
    if name in _PLACES:
        import gc
        from importlib import import_module

        collecting = gc.isenabled()
        gc.disable()
        try:
            return getattr(import_module(_PLACES[name]), name)
        finally:
            if collecting:
                gc.enable()
    raise AttributeError(f"module 'playground' has no attribute {name!r}")
