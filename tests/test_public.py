"""What `import playground` offers comes when it is asked for, and leaves the process as it was."""

from __future__ import annotations

import gc

import pytest

import playground


@pytest.mark.parametrize("on", [True, False])
def test_asking_for_a_name_leaves_the_collector_of_garbage_as_it_was(on):
    before = gc.isenabled()
    try:
        (gc.enable if on else gc.disable)()
        for name in playground.__all__:
            assert getattr(playground, name)
        with pytest.raises(AttributeError):
            playground.nothing  # noqa: B018
        assert gc.isenabled() is on
    finally:
        (gc.enable if before else gc.disable)()
