"""Scaling is chosen in the data panel, and says what was fitted."""

from playground.experiment import edits
from playground.views.data_panel import DataPanel


def panel(qtbot, key):
    shown = DataPanel()
    qtbot.addWidget(shown)
    shown.set_experiment(edits.set_dataset(edits.default_experiment(), key))
    shown.show()
    return shown


def test_tables_can_be_scaled_otherwise(qtbot):
    shown = panel(qtbot, "weather")
    rows = shown._scaling
    told = []
    shown.edited.connect(lambda experiment, label, _merge: told.append((experiment, label)))
    rows.inputs.edited.emit("minmax", True)
    assert told[-1][0].data.scaling.kind == "minmax"
    rows.target.edited.emit("none", True)
    assert told[-1][0].data.target_scaling.kind == "none"
    assert told[-1][1] == "Scale the target: none"
    assert "Fitted on the training rows" in rows._inputs_row.toolTip()
    assert "(value − " in rows._target_row.toolTip()


def test_what_has_no_numbers_to_scale_has_no_row(qtbot):
    assert not panel(qtbot, "spiral")._scaling.isVisible()
    iris = panel(qtbot, "iris")._scaling
    assert iris.isVisible()
    assert not iris._target_row.isVisible()
    assert not iris.grab().isNull()
