"""Only the window's thread destroys what lies in reference cycles, whoever makes the garbage."""

from __future__ import annotations

import gc
import threading

from playground.app.garbage import Collector, collect_here
from playground.app.start import application


class Knot:
    """Garbage that tells on which thread it was collected."""

    def __init__(self, ends):
        self.itself, self.ends = self, ends

    def __del__(self):
        self.ends.append(threading.get_ident())


def test_garbage_of_another_thread_is_collected_by_the_window(qapp):
    application()
    collector = qapp.findChild(Collector)
    assert not gc.isenabled()
    ends = []
    other = threading.Thread(target=lambda: [Knot(ends) for _ in range(20_000)])
    other.start()
    other.join()
    assert ends == []
    collector.collect()
    assert set(ends) == {threading.get_ident()}


def test_one_collector_is_enough(qapp):
    assert collect_here(qapp) is collect_here(qapp)
