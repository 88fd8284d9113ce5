import numpy as np
import pytest
from panels import check_hostile_numbers, number_fields, type_into
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu
from snapshots import experiment_of, layer_detail, replace, snapshot

from playground.catalog.activations import activations
from playground.catalog.layers import layers
from playground.experiment import edits, files
from playground.experiment.edits import default_experiment
from playground.experiment.shapes import shapes
from playground.session.activity import Activity
from playground.session.snapshot import Wants
from playground.views.inspector.activation_plot import ActivationPlot, curve, slope_curve
from playground.views.inspector.histogram import bins_of, reach_of, spell_reach
from playground.views.inspector.inspector import Inspector
from playground.views.theme import theme


@pytest.fixture
def inspector(qtbot):
    theme().set("light")
    view = Inspector()
    qtbot.addWidget(view)
    view.set_experiment(default_experiment())
    view.resize(328, 466)
    view.show()
    view.select("dense_1")
    return view


@pytest.fixture
def sent(inspector):
    """What the inspector sends; each edit also becomes the experiment, as in the program."""
    found = []

    def take(experiment, label, merge):
        found.append((experiment, label, merge))
        inspector.set_experiment(experiment)

    inspector.edited.connect(take)
    return found


def shown(experiment, name="dense_1", **changes):
    return snapshot(experiment, layer=replace(layer_detail(name), **changes))


# Showing


def test_it_names_the_layer_and_counts_its_parameters(inspector):
    assert inspector._title.text() == "Dense 1"
    assert inspector._parameters.text() == "18 parameters"
    assert inspector._units.value() == 6
    assert inspector._activation.value() == "tanh"
    assert inspector.wants() == Wants(layer="dense_1")


def test_hidden_or_empty_it_wants_nothing(inspector):
    inspector.select("")
    assert inspector.wants() == Wants()
    assert inspector._title.text() == "No layer selected"
    assert not inspector.grab().isNull()
    inspector.select("dense_1")
    inspector.hide()
    assert inspector.wants() == Wants()


@pytest.mark.parametrize("key", layers.keys())
@pytest.mark.parametrize("name", ["light", "dark"])
def test_every_layer_of_the_catalog_can_be_inspected(inspector, key, name):
    theme().set(name)
    experiment = edits.add_layer(default_experiment(), 1, key, name="tried")
    inspector.set_experiment(experiment)
    inspector.select("tried")
    inspector.show_snapshot(shown(experiment, "tried"))
    count = shapes(experiment).layer("tried").parameter_count
    assert inspector._parameters.text().startswith(f"{count} ")
    assert not inspector.grab().isNull()
    for setting in layers[key].settings:
        if setting.key not in ("units", "activation", "initializer"):
            assert inspector._own_rows._rows[setting].isVisible()
    theme().set("light")


@pytest.mark.parametrize("entry", list(activations), ids=lambda entry: entry.key)
def test_every_activation_of_the_catalog_is_drawn(qtbot, entry):
    plot = ActivationPlot()
    qtbot.addWidget(plot)
    plot.resize(296, 201)
    settings = tuple(setting.default for setting in entry.settings)
    plot.show_activation(entry.key, settings, entry.formula)
    empty = plot.grab().toImage()
    plot.show_detail(layer_detail())
    assert plot.grab().toImage() != empty
    assert (curve(entry.key, settings, -6.0, 6.0) == ()) == (entry.value is None)


def test_each_activation_has_rows_for_its_settings(inspector):
    for entry in activations:
        if entry.output_only:
            continue
        inspector.set_experiment(
            edits.set_value(default_experiment(), "network.dense_1.activation", entry.key)
        )
        visible = [s for s, row in inspector._activation_rows._rows.items() if row.isVisible()]
        assert visible == list(entry.settings)


def test_a_layer_that_is_gone_gives_way(inspector):
    inspector.set_experiment(edits.remove_layer(default_experiment(), "dense_1"))
    assert inspector.layer == "dense_2"
    inspector.set_experiment(edits.with_layers(default_experiment(), ()))
    assert inspector.layer == "output"
    assert inspector._title.text() == "Output"
    assert not inspector._units.isVisible()


@pytest.mark.parametrize(
    "changes",
    [
        {"counts": np.zeros(60, dtype=np.int64)},
        {"counts": np.zeros(0, dtype=np.int64), "samples": 0},
        {"counts": np.array([10**12] + [0] * 59)},
        {"weights": np.empty(0), "gradients": np.empty(0)},
        {"weights": np.full(18, np.nan), "gradients": np.full(18, np.inf)},
        {"weights": np.zeros(18), "gradients": np.full(18, 1e-320)},
        {"weights": np.full(18, 1e305), "gradients": np.full(18, -1e300)},
        {"saturated": None, "dead": None},
        {"saturated": 1.0, "dead": 1.0},
    ],
)
def test_any_numbers_can_be_shown(inspector, changes):
    inspector.show_snapshot(shown(default_experiment(), **changes))
    assert not inspector.grab().isNull()


def test_numbers_of_another_layer_are_not_shown(inspector):
    inspector.show_snapshot(shown(default_experiment(), "dense_2"))
    assert inspector._detail is None


def test_saturated_and_dead_are_said_in_words(inspector):
    inspector.show_snapshot(shown(default_experiment(), saturated=0.52, dead=0.0))
    assert inspector._shares.accessibleName() == "52% saturated, 0% dead"
    relu = edits.set_value(default_experiment(), "network.dense_1.activation", "relu")
    inspector.set_experiment(relu)
    inspector.show_snapshot(shown(relu, saturated=0.43, dead=0.17))
    assert inspector._shares.accessibleName() == "43% off, 17% dead"


def test_the_lower_histograms_fold_where_there_is_no_room(inspector):
    assert inspector._histograms.isVisible()
    inspector.resize(328, inspector.minimumSizeHint().height())
    assert not inspector._histograms.isVisible()
    inspector.resize(328, 466)
    assert inspector._histograms.isVisible()


# Editing


def test_the_stepper_changes_the_number_of_units(inspector, sent):
    QTest.mouseClick(inspector._units._more, Qt.MouseButton.LeftButton)
    experiment, label, _merge = sent[-1]
    assert experiment.layer("dense_1").units == 7
    assert label == "Set Dense 1 to 7 neurons"
    assert inspector._parameters.text() == "21 parameters"


def test_each_click_is_its_own_undo_entry_and_a_drag_is_one(inspector, sent):
    inspector._set_units(7, False)
    inspector._set_units(8, False)
    inspector._set_units(9, True)
    inspector._set_units(10, True)
    merges = [merge for *_rest, merge in sent]
    assert len(set(merges[:3])) == 1
    assert merges[3] != merges[2]


def test_the_activation_is_chosen_by_key(inspector, sent):
    QTest.keyClick(inspector._activation, Qt.Key.Key_Down)
    keys = [entry.key for entry in activations if not entry.output_only]
    expected = keys[keys.index("tanh") + 1]
    assert sent[-1][0].layer("dense_1").activation.kind == expected


def test_the_menu_opens_and_chooses(inspector, sent):
    QTest.mouseClick(inspector._activation, Qt.MouseButton.LeftButton)
    inspector._activation._menu._pick("relu")
    assert sent[-1][0].layer("dense_1").activation.kind == "relu"


def test_the_activation_is_said_like_every_other_choice(inspector):
    assert inspector._activation.accessible_role == QAccessible.Role.ComboBox
    assert inspector._activation.accessibleDescription() == "tanh"


def test_settings_of_activation_and_layer_are_edited(inspector, sent):
    inspector.set_experiment(
        edits.set_value(default_experiment(), "network.dense_1.activation", "leaky_relu")
    )
    (setting,) = activations["leaky_relu"].settings
    inspector._activation_rows.edited.emit(setting, 0.2, True)
    assert sent[-1][0].layer("dense_1").activation.negative_slope == 0.2
    inspector.set_experiment(edits.add_layer(default_experiment(), 1, "dropout"))
    inspector.select("dropout_1")
    rate = layers["dropout"].setting("rate")
    inspector._own_rows.edited.emit(rate, 0.5, True)
    assert sent[-1][0].layer("dropout_1").rate == 0.5


def test_what_cannot_be_is_refused_at_its_place(inspector, sent):
    inspector.set_experiment(edits.add_layer(default_experiment(), 1, "dropout"))
    inspector.select("dropout_1")
    rate = layers["dropout"].setting("rate")
    inspector._own_rows.edited.emit(rate, 1.0, True)
    assert sent == []


def test_the_output_may_have_another_activation(inspector, sent):
    inspector.select("output")
    inspector._set_activation("identity", True)
    assert sent[-1][0].network.output.activation.kind == "identity"


def test_copy_and_delete(inspector, sent):
    inspector._copy()
    assert [layer.name for layer in sent[-1][0].network.layers] == ["dense_1", "dense_3", "dense_2"]
    inspector._remove()
    assert [layer.name for layer in sent[-1][0].network.layers] == ["dense_3", "dense_2"]
    assert inspector.layer == "dense_3"


# Histograms


def test_the_histogram_is_symmetric_with_zero_in_its_middle():
    counts = bins_of(np.array([-3.0, 0.0, 0.01, 2.9, 99.0]), 3.0)
    assert len(counts) % 2 == 1
    assert counts[0] == 1
    assert counts[len(counts) // 2] == 2
    assert counts[-1] == 2
    assert len(bins_of(np.zeros(10_000), 1.0)) > len(counts)


def test_its_reach_is_round_and_calm():
    assert reach_of(np.array([2.7]), 0.0) == 3.0
    assert reach_of(np.array([2.1]), 3.0) == 3.0
    assert reach_of(np.array([1.2]), 3.0) == pytest.approx(1.2)
    assert reach_of(np.array([0.0]), 3e24) == 1.0  # of another network, perhaps
    assert reach_of(np.empty(0), 0.0) == 0.0
    assert spell_reach(0.011) == "0.011"
    assert spell_reach(1e-9) == "1e−9"
    assert spell_reach(-1e12) == "−1e12"


def test_other_data_other_experiment(inspector):
    digits = experiment_of("digits")
    inspector.set_experiment(digits)
    inspector.select("output")
    assert inspector._activation.value() == "softmax"
    inspector.show_snapshot(shown(digits, "output", saturated=None, dead=None))
    assert not inspector.grab().isNull()


# Pictures of the whole layer


def activity_of(view, units, side=8, layer="dense_1"):
    values = np.random.default_rng(2).normal(
        size=(units, side, side) if view in ("grid", "images") else (units, side)
    )
    if view == "alike":
        values = np.corrcoef(values)
    return Activity(layer, view, values, np.arange(units)[::-1], "dense_2")


def test_a_switch_chooses_the_picture_and_only_then_it_is_asked_for(inspector):
    inspector.show_snapshot(snapshot(default_experiment()))
    assert [key for key, _ in inspector._view._options] == ["", "samples", "grid", "alike", "outgoing"]
    assert inspector.wants() == Wants(layer="dense_1")
    for view in ("samples", "grid", "alike", "outgoing"):
        inspector._view._choose(view)
        assert inspector.wants() == Wants(layer="dense_1", activity=view)
        inspector.show_snapshot(snapshot(default_experiment(), activity=activity_of(view, 6)))
        assert inspector._activity.isVisible()
        assert not inspector._plot.isVisible()
        assert not inspector.grab().isNull()
    inspector._view._choose("")
    assert inspector._plot.isVisible()


def test_the_strongest_come_first_and_the_rest_is_a_page_away(inspector):
    inspector._view.set_options((("", "Curve"), ("samples", "Samples")))
    inspector._view.set_value("samples")
    inspector._show_view()
    inspector._activity.show_activity(activity_of("samples", 40))
    assert list(inspector._activity.shown().units[:2]) == [39, 38]
    QTest.mouseClick(inspector._activity._forth, Qt.MouseButton.LeftButton)
    assert inspector._activity.shown().units[0] == 23
    assert inspector._activity._where.text() == "17–32 of 40, strongest first"
    QTest.mouseClick(inspector._activity._forth, Qt.MouseButton.LeftButton)
    assert len(inspector._activity.shown().units) == 8
    assert not inspector._activity._forth.isEnabled()


def test_images_are_offered_where_a_layer_reads_images(inspector):
    digits = experiment_of("digits")
    inspector.set_experiment(digits)
    inspector.show_snapshot(snapshot(digits))
    assert "images" in dict(inspector._view._options)
    inspector._view._choose("images")
    inspector.show_snapshot(snapshot(digits, activity=activity_of("images", 30)))
    assert not inspector.grab().isNull()


@pytest.mark.parametrize("name", ["dense_1", "output"])
def test_the_menu_freezes_a_layer_and_thaws_it(inspector, sent, name):
    inspector.select(name)
    for words, frozen in (("Freeze this layer", True), ("Let this layer learn again", False)):
        QTest.mouseClick(inspector._more, Qt.MouseButton.LeftButton)
        menu = inspector.findChild(QMenu)
        next(action for action in menu.actions() if action.text() == words).trigger()
        menu.setParent(None)
        menu.close()
        assert sent[-1][0].layer(name).frozen is frozen
        assert sent[-1][1] == words
        assert inspector._parameters.text().endswith("frozen") is frozen


def test_a_layer_without_parameters_cannot_be_frozen():
    experiment = edits.add_layer(default_experiment(), 0, "dropout")
    assert edits.freezing(experiment, experiment.network.layers[0].name) is None


@pytest.mark.parametrize("entry", activations, ids=lambda entry: entry.key)
def test_the_slope_drawn_is_the_slope_of_the_curve_drawn(entry):
    settings = tuple(setting.default for setting in entry.settings)
    points, slopes = curve(entry.key, settings, -6.0, 6.0), slope_curve(entry.key, settings, -6.0, 6.0)
    assert [z for z, _h in points] == [z for z, _rise in slopes]
    for (z0, h0), (z1, h1), (_z, rise) in zip(points[:-2], points[2:], slopes[1:-1], strict=True):
        if abs(z0 * z1) > 0.01 and z0 * z1 > 0 and abs(abs(z0) - 4) > 0.2:  # away from kinks
            assert (h1 - h0) / (z1 - z0) == pytest.approx(rise, abs=3e-3)


def test_a_number_of_a_picture_is_said_and_its_sample_chosen(inspector):
    view = inspector._activity
    view.resize(296, 240)
    made = activity_of("samples", 6, side=8)
    view.show_activity(replace(made, rows=np.arange(100, 108)))
    chosen = []
    inspector.sampleChosen.connect(chosen.append)
    box = view._box()
    place = QPointF(24 + (box.width() - 24) * 2.5 / 8, box.height() * 0.5 / 6)
    assert view.words_at(place).startswith("Neuron 6, sample 103:")
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place.toPoint())
    assert chosen == [102]
    view.show_activity(activity_of("outgoing", 6))
    assert "of Dense 2" in view.words_at(place)
    view.show_activity(activity_of("alike", 6))
    assert view.words_at(view._box().center()).startswith("Neurons ")
    assert view.words_at(QPointF(-5, -5)) == ""


def test_one_scrubs_through_the_depth_of_the_network(inspector):
    view = inspector._activity
    view.resize(296, 240)
    x, y = np.meshgrid(np.linspace(-1, 1, 21), np.linspace(1, -1, 21))
    depths = (("input", np.stack([x, y])), ("dense_1", np.stack([x**3, y, x])), ("output", x[None] * y))
    view.show_activity(Activity("dense_1", "grid", depths[1][1], np.arange(3), depths=depths))
    assert view.plane()[2] == "Dense 1"
    np.testing.assert_allclose(view.plane()[0], x**3)
    view.scrub.set_value(0.5)
    across, up, words = view.plane()
    assert words == "between Input and Dense 1"
    np.testing.assert_allclose(across, (x + x**3) / 2)
    np.testing.assert_allclose(up, y)
    view.scrub.set_value(2.0)
    assert view.plane()[2] == "Output"
    assert not view.grab().isNull()
    view.show_activity(Activity("dense_1", "grid", depths[1][1], np.arange(3), depths=depths))
    assert view.scrub.value() == 2.0
    along = view._pair[0].field
    for text, why in (("4", "1 to 3"), ("0", "1 to 3"), ("nan", "1 to 3")):
        type_into(along, text)
        assert f"Choose {why}." in along.toolTip()
        assert along.value() == 1


def test_the_inputs_stay_chosen_when_a_layer_comes_or_goes(inspector):
    inspector.select("input")
    assert inspector._title.text() == "Input"
    inspector.set_experiment(edits.add_layer(inspector.experiment, 0, "dense"))
    assert inspector.layer == "input"


def hostile_layers():
    """Each layer and each activation that has numbers to set."""
    for entry in layers:
        if any(setting.type in ("number", "whole") for setting in entry.settings):
            yield entry.key, "tanh"
    for entry in activations:
        if entry.settings and not entry.output_only:
            yield "dense", entry.key


@pytest.mark.parametrize(("layer", "activation"), list(hostile_layers()))
def test_whatever_is_typed_is_taken_or_refused_with_the_range(inspector, sent, layer, activation):
    made = edits.add_layer(default_experiment(), 1, layer, name="tried")
    if layer == "dense":
        made = edits.set_value(made, "network.tried.activation", activation)
    inspector.set_experiment(made)
    inspector.select("tried")
    fields = number_fields(inspector)
    assert fields
    for field in fields:
        check_hostile_numbers(inspector, field, lambda e: files.loads(files.dumps(e)) == e)


def test_a_step_that_cannot_train_has_no_dot_of_the_activation_before(inspector):
    ran = shown(inspector.experiment)
    inspector.show_snapshot(ran)
    z, h = inspector._plot.dot()
    assert h == pytest.approx(np.tanh(z))
    step = edits.set_value(inspector.experiment, "network.dense_1.activation", "step")
    inspector.set_experiment(step)
    inspector.show_snapshot(replace(ran, experiment=step, state="blocked"))
    assert inspector._plot.dot() is None
    inspector.show_snapshot(replace(ran, state="paused"))
    assert inspector._plot.dot() == (z, h)


def test_a_dot_beyond_the_plot_is_seen_whole_at_its_edge(inspector):
    inspector.show_snapshot(shown(inspector.experiment, pre=np.full(6, 50.0), post=np.ones(6)))
    beyond = inspector._plot.grab().toImage()
    inspector._plot.show_running(False)
    without = inspector._plot.grab().toImage()
    size = range(beyond.width()), range(beyond.height())
    changed = [x for x in size[0] for y in size[1] if beyond.pixel(x, y) != without.pixel(x, y)]
    assert max(changed) - min(changed) >= 8
