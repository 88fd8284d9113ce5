"""The sheet of the loss landscape asks for the chosen plane only while it is seen, and draws it."""

from __future__ import annotations

import numpy as np
import pytest
from snapshots import experiment_of, snapshot

from playground.session.landscape import SIDE, Landscape, Slice
from playground.session.snapshot import Wants
from playground.views.landscape import landscape_panel
from playground.views.landscape.landscape_map import banded
from playground.views.landscape.landscape_panel import LandscapePanel
from playground.views.maths.notation import Place


@pytest.fixture
def panel(qtbot):
    made = LandscapePanel()
    qtbot.addWidget(made)
    made.set_experiment(experiment_of())
    made.resize(328, 500)
    made.show()
    return made


def landscape(asked, known=SIDE, shares=None):
    at = np.linspace(-1, 1, SIDE)
    values = 0.1 + at[None] ** 2 + at[:, None] ** 2
    values[known:] = np.nan
    path = np.array([[-0.8, 0.4], [-0.3, 0.3], [0.0, 0.0]])
    return Landscape(asked, 600, values, (1.0, 1.0), 0.1, path, shares)


@pytest.mark.parametrize("known", [0, 5, SIDE])
def test_what_is_measured_so_far_is_drawn(panel, known):
    panel.show_snapshot(snapshot(landscape=landscape(panel.asked(), known)))
    assert not panel.grab().isNull()
    assert "step 600" in panel._loss.text()


def test_hidden_it_asks_for_nothing_and_other_directions_are_another_plane(panel):
    assert panel.wants() == Wants(landscape=Slice())
    panel._again.click()
    assert panel.wants() == Wants(landscape=Slice(seed=2))
    panel.hide()
    assert panel.wants() == Wants()


def test_two_edges_that_were_clicked_are_the_axes(panel):
    panel._kind._choose("weights")
    assert panel._hint.isVisible()
    for unit in range(3):
        panel.choose_weight("dense_1", unit, 0)
    assert not panel._hint.isVisible()
    assert panel.asked().places == (("dense_1.weight", (1, 0)), ("dense_1.weight", (2, 0)))
    panel.show_snapshot(snapshot(landscape=landscape(panel.asked())))
    assert panel._axes.text() == "Across Dense 1: 2 ← 1, up Dense 1: 3 ← 1"


def test_the_sheet_says_how_much_of_the_path_it_shows(panel):
    panel._kind._choose("path")
    panel.show_snapshot(snapshot(landscape=landscape(panel.asked(), shares=(0.7, 0.2))))
    assert panel._axes.text().startswith("90%")
    panel.show_snapshot(snapshot(landscape=landscape(Slice("random"))))
    assert panel._axes.text().startswith("90%")


def test_bands_keep_the_order_of_the_losses():
    levels = banded(landscape(Slice()).values)
    middle = levels.shape[0] // 2
    assert levels[middle, middle] == levels.min()
    assert banded(np.full((SIDE, SIDE), np.nan)) is None


def test_where_the_loss_is_that_of_a_part_of_the_samples_it_says_so(panel, monkeypatch):
    shown = snapshot(landscape=landscape(panel.asked()))
    panel.show_snapshot(shown)
    assert not panel._hint.isVisible()
    monkeypatch.setattr(landscape_panel, "MOST_ROWS", 100)
    panel.show_snapshot(snapshot(landscape=landscape(panel.asked())))
    assert panel._hint.text() == f"Measured on 100 of {len(shown.prepared.train)} training samples."


def test_it_says_which_weights_to_mark_only_while_it_looks_along_them(panel):
    told = []
    panel.looked.connect(told.append)
    panel.choose_weight("dense_1", 1, 0)
    assert told[-1] == ()
    panel.look_along_weights()
    panel.choose_weight("dense_2", 3, 2)
    assert told[-1] == (Place("dense_1", 1, 0), Place("dense_2", 3, 2))
    panel.hide()
    assert told[-1] == ()
    panel.show()
    assert len(told[-1]) == 2
    panel._kind._choose("path")
    assert told[-1] == ()
