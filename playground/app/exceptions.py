"""An exception anywhere becomes one banner, and the program goes on.

Each distinct traceback is shown once and counted; all of them go to the log. Installed after pyqtgraph
is imported, which puts hooks of its own in place.
"""

from __future__ import annotations

import faulthandler
import logging
import logging.handlers
import sys
import threading
import traceback
from collections import Counter
from collections.abc import Callable
from types import TracebackType

from PySide6.QtCore import QObject, Qt, Signal

from playground.app.log import log_path

log = logging.getLogger("playground")


class Reporter(QObject):
    """Turns exceptions of any thread into `happened(sentence, details)` on the window's thread."""

    happened = Signal(str, str)
    _raised = Signal(str, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._seen: Counter[str] = Counter()
        self._raised.connect(self.happened, Qt.ConnectionType.QueuedConnection)

    def report(self, sentence: str, details: str) -> None:
        """Log it, and show it if it is new. May be called from any thread."""
        self._seen[details] += 1
        if self._seen[details] == 1:
            log.error("%s\n%s", sentence, details)
            self._raised.emit(sentence, details)

    def install(self) -> None:
        """Take over what Python does with exceptions that nothing catches."""

        def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
            if issubclass(kind, KeyboardInterrupt):
                sys.__excepthook__(kind, error, trace)
                return
            details = "".join(traceback.format_exception(kind, error, trace))
            self.report(f"Something went wrong: {error or kind.__name__}. Your work is untouched.", details)

        def thread_hook(args: threading.ExceptHookArgs) -> None:
            if args.exc_value is not None:
                hook(args.exc_type, args.exc_value, args.exc_traceback)

        sys.excepthook = hook
        threading.excepthook = thread_hook


def start_log() -> Callable[[], None]:
    """Log to a file of at most 1 MB and catch crashes of native code; returns what closes it again."""
    try:
        log_path().parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handler = logging.handlers.RotatingFileHandler(log_path(), maxBytes=1_000_000, backupCount=1)
        crash = open(log_path().with_name("crash.log"), "a", encoding="utf-8")  # noqa: SIM115
    except OSError:
        return lambda: None  # a read-only home: the program runs without a log
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    log.addHandler(handler)
    log.propagate = False
    faulthandler.enable(crash)

    def close() -> None:
        faulthandler.disable()
        crash.close()
        log.removeHandler(handler)
        handler.close()

    return close
