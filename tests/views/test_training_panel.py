from dataclasses import replace

import pytest
from panels import check_hostile_numbers, named, number_fields, shown
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from playground.catalog import registries
from playground.catalog.optimizers import Optimizer
from playground.experiment import edits, files
from playground.experiment.advice import consequence
from playground.experiment.edits import default_experiment
from playground.views.training_panel import TrainingPanel, initializers, shared_settings
from playground.views.widgets.disclosure import Disclosure


@pytest.fixture
def panel(qtbot):
    return shown(TrainingPanel(), qtbot)


def type_into(field, text: str) -> None:
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)


def test_every_loss_optimizer_and_initializer_can_be_chosen(panel):
    for path, name, kind in (
        ("loss", "Loss", "losses"),
        ("optimizer", "Optimizer", "optimizers"),
    ):
        combo = named(panel, name, "Combo")
        for key in registries[kind].keys():
            combo._choose(key)
            assert getattr(panel.experiment.training, path).kind == key
            assert combo.value() == key
    combo = named(panel, "Weight initialization")
    for key in registries["initializers"].keys():
        combo._choose(key)
        assert set(initializers(panel.experiment).values()) == {key}


def test_every_setting_of_every_optimizer_has_a_row(panel):
    for entry in registries["optimizers"]:
        panel.set_experiment(edits.set_choice(panel.experiment, "training.optimizer", entry.key))
        panel._fold.set_open(True)
        for setting in entry.settings:
            assert named(panel, setting.label).isVisibleTo(panel)


def test_a_new_optimizer_shows_its_settings_by_itself(panel, qtbot):
    registry = registries["optimizers"]
    added = replace(registry["momentum"], key="heavy_ball", label="Heavy ball")
    assert isinstance(added, Optimizer)
    registry.register(added)
    try:
        fresh = TrainingPanel()
        qtbot.addWidget(fresh)
        fresh.set_experiment(edits.set_choice(default_experiment(), "training.optimizer", "heavy_ball"))
        assert fresh._optimizer._label() == "Heavy ball"
        assert named(fresh, "Momentum").isVisibleTo(fresh._rest)
    finally:
        del registry.entries["heavy_ball"]


def test_the_learning_rate_is_always_in_sight():
    assert "learning_rate" in shared_settings()


def test_dragging_the_learning_rate_is_one_undo_entry_and_the_next_drag_another(panel, qtbot):
    slider = named(panel, "Learning rate", "Slider")
    for _drag in range(2):
        qtbot.keyPress(slider, Qt.Key.Key_Right)
        qtbot.keyPress(slider, Qt.Key.Key_Right)
        qtbot.keyRelease(slider, Qt.Key.Key_Right)
    merges = [merge for _e, _label, merge in panel.sent]
    assert len(set(merges[:3])) == 1
    assert len(set(merges)) == 2
    assert panel.sent[-1][1].startswith("Set learning rate to")


def test_a_learning_rate_beyond_the_slider_makes_it_grow(panel):
    slider = named(panel, "Learning rate", "Slider")
    assert slider.bounds.shown == (1e-4, 1.0)
    panel.set_experiment(edits.set_value(panel.experiment, "training.optimizer.learning_rate", 30.0))
    assert slider.bounds.shown == (1e-4, 100.0)
    panel.set_experiment(edits.set_value(panel.experiment, "training.optimizer.learning_rate", 0.1))
    assert slider.bounds.shown == (1e-4, 1.0)


def _type(qtbot, field, text):
    field.setFocus()
    field.setText(text)
    field.setModified(True)
    qtbot.keyClick(field, Qt.Key.Key_Return)


def test_typed_values_reach_the_experiment(panel, qtbot):
    panel._fold.set_open(True)
    panel._stop.set_open(True)
    for name, text, read in (
        ("Batch size", "50", lambda e: e.training.batch_size == 50),
        ("L2 penalty", "0,003", lambda e: e.training.l2 == 0.003),
        ("L1 penalty", "1e-3", lambda e: e.training.l1 == 1e-3),
        ("Steps", "1000", lambda e: e.training.stop.steps == 1000),
        ("Epochs", "12", lambda e: e.training.stop.epochs == 12),
        ("Target loss", "0.05", lambda e: e.training.stop.target_loss == 0.05),
        ("Target loss", "never", lambda e: e.training.stop.target_loss is None),
        ("Seed", "42", lambda e: e.seed == 42),
    ):
        _type(qtbot, named(panel, name, "NumberField"), text)
        assert read(panel.experiment), name


def test_the_smaller_last_batch_can_be_left_out(panel, qtbot):
    panel._fold.set_open(True)
    qtbot.mouseClick(named(panel, "Leave out a smaller last batch", "Switch"), Qt.MouseButton.LeftButton)
    assert panel.experiment.training.drop_last
    panel.set_experiment(default_experiment())
    assert not named(panel, "Leave out a smaller last batch", "Switch").value()


def test_a_value_out_of_range_changes_nothing(panel, qtbot):
    field = named(panel, "Batch size", "NumberField")
    with qtbot.waitSignal(field.refused):
        _type(qtbot, field, "1000000000")
    assert panel.sent == []


def test_losses_that_do_not_fit_are_dimmed_with_the_reason(panel):
    panel.set_experiment(edits.set_dataset(panel.experiment, "plane"))
    panel._dim_unfitting_losses()
    assert "mean_squared_error" not in panel._loss._off
    assert "does not fit" in panel._loss._off["binary_cross_entropy"]


def test_layers_with_different_first_weights_are_called_mixed(panel):
    panel.set_experiment(edits.set_value(panel.experiment, "network.dense_1.initializer", "zeros"))
    assert panel._initializer._label() == "Mixed"


def test_the_schedule_is_drawn_and_its_dot_moves(panel):
    assert not panel._curve.isVisibleTo(panel)
    panel._when.set_open(True)
    panel.set_experiment(edits.set_value(default_experiment(), "training.schedule", "cosine"))
    assert panel._curve.isVisible()
    assert "cosine" in panel._curve.accessibleName()
    before = panel._curve.grab().toImage()
    panel._curve.show_now(50.0, 0.02)
    assert panel._curve.grab().toImage() != before


def test_one_click_sets_the_practical_pattern(panel):
    panel._when.set_open(True)
    panel._practical.click()
    experiment, label, _merge = panel.sent[-1]
    assert experiment == edits.set_practical_pattern(default_experiment())
    assert label == "Use the practical pattern"
    assert not panel._practical.isEnabled()


def test_early_stopping_is_a_number_of_epochs_or_never(panel):
    panel._set_patience(12, True)
    assert panel.experiment.training.early_stopping.patience == 12
    panel._set_patience(None, True)
    assert panel.experiment.training.early_stopping is None
    assert panel.sent[-1][1] == "Turn early stopping off"


def test_an_optimizer_that_does_not_fit_is_greyed_with_its_reason(panel):
    panel._dim_unfitting_optimizers()
    assert list(panel._optimizer._off) == ["lbfgs"]
    assert "batch" in panel._optimizer._off["lbfgs"]


def test_clipping_can_be_set_and_is_told_while_folded(panel):
    field = named(panel, "Clip norm", "NumberField")
    field.edited.emit(0.5, True)
    assert panel.experiment.training.clip_norm == 0.5
    assert panel._fold._header.note == "clipped"


def test_a_loss_that_is_not_the_usual_one_says_what_follows(panel):
    assert panel._advice.isHidden()
    panel._loss._choose("mean_squared_error")
    assert panel._advice.isVisible()
    assert panel._advice.text() == consequence(panel.experiment) != ""
    assert panel._advice.height() >= panel._advice.heightForWidth(panel._advice.width())


@pytest.mark.parametrize("loss", [entry for entry in registries["losses"] if entry.settings])
def test_settings_of_a_loss_can_be_typed_and_are_refused_out_of_range(panel, loss):
    panel.set_experiment(edits.set_loss(panel.experiment, loss.key))
    for setting in loss.settings:
        field = named(panel, setting.label, "NumberField")
        assert field.isVisibleTo(panel)
        type_into(field, "0,25")
        assert getattr(panel.experiment.training.loss, setting.key) == 0.25
        type_into(field, "-3")
        assert getattr(panel.experiment.training.loss, setting.key) == 0.25


@pytest.mark.parametrize("entry", [entry for entry in registries["initializers"] if entry.settings])
def test_settings_of_first_weights_are_set_in_every_layer(panel, entry):
    panel._fold.set_open(True)
    panel._initializer._choose(entry.key)
    names = initializers(panel.experiment)
    for setting in entry.settings:
        control = named(panel, setting.label)
        assert control.isVisibleTo(panel)
        value = not setting.default if setting.type == "switch" else 0.5
        panel._set_in_initializer(setting, value, True)
        layers = [panel.experiment.layer(name) for name in names]
        assert {getattr(layer.initializer, setting.key) for layer in layers} == {value}


def test_early_stopping_can_be_told_what_counts_and_what_comes_back(panel):
    panel._stop.set_open(True)
    assert not panel._delta.isVisible()
    assert not panel._restore.isVisible()
    panel._set_patience(12, True)
    assert panel._restore.isVisible()
    assert panel._restore.x() == panel._patience.x()
    type_into(panel._delta, "0,002")
    panel._restore.edited.emit(False, True)
    early = panel.experiment.training.early_stopping
    assert (early.patience, early.min_delta, early.restore_best) == (12, 0.002, False)
    type_into(panel._delta, "-1")
    assert panel.experiment.training.early_stopping.min_delta == 0.002


def test_whatever_is_typed_leaves_settings_that_a_file_can_hold(panel):
    made = edits.set_choice(panel.experiment, "training.optimizer", "rmsprop")
    made = edits.set_choice(made, "training.schedule", "warmup_cosine")
    panel.set_experiment(edits.set_value(made, "training.early_stopping.patience", 5))
    for fold in panel.findChildren(Disclosure):
        fold.set_open(True)
    fields = number_fields(panel)
    assert len(fields) > 12
    for field in fields:
        check_hostile_numbers(panel, field, lambda e: files.loads(files.dumps(e)) == e)
