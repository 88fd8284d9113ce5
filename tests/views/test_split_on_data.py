"""The split drawn below its control, and the two scores."""

from playground.experiment import edits
from playground.views.data_panel import DataPanel
from playground.views.split_on_data import COMPARE


def panel(qtbot, key):
    shown = DataPanel()
    qtbot.addWidget(shown)
    shown.set_experiment(edits.set_dataset(edits.default_experiment(), key))
    shown.show()
    return shown.drawn


def test_the_split_is_drawn_where_rows_are_related(qtbot):
    drawn = panel(qtbot, "weather")
    assert drawn.picture.picture.kind == "strip"
    assert drawn.button.isVisible()
    for key in ("weather", "well_log", "stations", "iris"):
        assert not panel(qtbot, key).picture.grab().isNull()
    assert not panel(qtbot, "iris").button.isVisible()
    assert not panel(qtbot, "spiral").isVisible()


def test_both_scores_are_shown_and_go_with_the_experiment(qtbot):
    drawn = panel(qtbot, "nile")
    drawn.button.click()
    assert "Stop" in drawn.button.text()
    qtbot.waitUntil(lambda: drawn.button.text() == COMPARE)
    assert drawn.honest.text().startswith("By time: RMSE")
    assert drawn.random.text().startswith("Random: RMSE")
    drawn.set_experiment(edits.set_dataset(edits.default_experiment(), "weather"))
    assert not drawn.honest.isVisible()
    drawn.button.click()
    drawn.button.click()
    assert drawn.button.text() == COMPARE
