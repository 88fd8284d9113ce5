"""What a training leaves: the files in its folder, and the summary."""

from __future__ import annotations

import io
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playground.app.commands import Failure
from playground.experiment.words import counted

if TYPE_CHECKING:
    from playground.engine.run import Run


class Folder:
    """The folder of the results; made at once, so that a wrong one is told before the training."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            path.mkdir(parents=True, exist_ok=True)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "no folder can have this name"
            raise Failure(f'The folder "{path}" cannot be made: {reason.lower()}.') from None

    def write_parameters(self, name: str, parameters: dict[str, Any]) -> None:
        """One array a parameter, as numpy.load reads it."""
        import numpy as np

        from playground.experiment.store import write_file

        buffer = io.BytesIO()
        np.savez(buffer, **parameters)
        write_file(self.path / name, buffer.getvalue())

    def write_text(self, name: str, text: str) -> None:
        """A text as it is."""
        from playground.experiment.store import write_file

        write_file(self.path / name, text)

    def write_history(self, run: Run) -> None:
        """One line an evaluation; a loss that does not exist is an empty field."""
        from playground.experiment.store import write_file

        history = run.history
        names = [name.replace("metric", _metric(run)) for name in history.dtype.names or ()]
        lines = [",".join(names)]
        lines += [",".join(_field(value) for value in row) for row in history.tolist()]
        write_file(self.path / "history.csv", "\n".join(lines) + "\n")


def _metric(run: Run) -> str:
    return "accuracy" if run.prepared.task == "classes" else "rmse"


def _field(value: float) -> str:
    return "" if isinstance(value, float) and math.isnan(value) else repr(value)


def _score(run: Run, part: str) -> float:
    """The accuracy, or the root of the mean squared error in the target's own units."""
    import numpy as np

    x, y = run.data(part)
    if len(x) == 0:
        return math.nan
    answers = run.predict(x)
    if run.prepared.task == "classes":
        classes = answers[:, 0] > 0.5 if answers.shape[1] == 1 else answers.argmax(axis=1)
        return float(np.mean(classes == y))
    errors = run.prepared.restore_targets(answers) - run.prepared.restore_targets(y)
    return float(np.sqrt(np.mean(errors**2)))


def summarize(run: Run, seconds: float, stopped: str) -> dict[str, Any]:
    """What came out of the training; None for what does not exist."""
    metric = _metric(run)

    def number(value: float) -> float | None:
        return float(value) if math.isfinite(value) else None

    return {
        "name": run.experiment.name,
        "steps": run.steps,
        "epochs": run.epochs,
        "seconds": round(seconds, 3),
        "stopped": stopped or None,
        "train_loss": number(run.loss("train")),
        "validation_loss": number(run.loss("validation")),
        f"train_{metric}": number(_score(run, "train")),
        f"validation_{metric}": number(_score(run, "validation")),
        "digest": run.digest(),
        "seed": run.experiment.seed,
    }


def print_summary(summary: dict[str, Any]) -> None:
    """Print the summary for a person."""

    def shown(name: str, value: float | None) -> str:
        if value is None:
            return "–"
        return f"{value:.1%}" if name.endswith("accuracy") else f"{value:.6g}"

    rate = f", {summary['steps'] / summary['seconds']:,.0f} a second" if summary["seconds"] else ""
    print(summary["name"])
    epochs = f"{summary['epochs']:,.2f}".removesuffix(".00")
    epochs += " epoch" if epochs == "1" else " epochs"
    print(f"  {counted(summary['steps'], 'step')}, {epochs} in {summary['seconds']:,.2f} s{rate}")
    if summary["stopped"]:
        print(f"  {summary['stopped']}")
    for name, value in summary.items():
        part, _, what = name.partition("_")
        if part in ("train", "validation"):
            print(f"  {part:<11}{what:<10}{shown(name, value)}")
    print(f"  {'digest':<21}{summary['digest']}")
    if summary["out"]:
        print(f"  {'written to':<21}{summary['out']}")
