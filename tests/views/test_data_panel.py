import pytest
from panels import check_hostile_numbers, named, number_fields, shown
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox

from playground.catalog import registries
from playground.experiment import edits, files
from playground.experiment.edits import default_experiment
from playground.experiment.problems import problems
from playground.views.data_panel import DataPanel
from playground.views.theme import theme


@pytest.fixture
def panel(qtbot):
    return shown(DataPanel(), qtbot)


def test_every_data_set_of_the_gallery_can_be_chosen_and_trains(panel, qtbot):
    for entry in registries["datasets"]:
        if not entry.in_gallery:
            assert entry.key not in panel._tiles
            continue
        qtbot.mouseClick(panel._tiles[entry.key], Qt.MouseButton.LeftButton)
        assert panel.experiment.data.dataset.kind == entry.key
        assert [key for key, tile in panel._tiles.items() if tile.isChecked()] == [entry.key]
        assert problems(panel.experiment) == ()
        for setting in entry.settings:
            assert named(panel, setting.label).isVisibleTo(panel)
        panel.grab()


def test_choosing_the_same_data_set_changes_nothing(panel, qtbot):
    qtbot.mouseClick(panel._tiles["spiral"], Qt.MouseButton.LeftButton)
    assert panel.sent == []
    assert panel._tiles["spiral"].isChecked()


def test_the_caption_counts(panel):
    assert panel._about.text() == "400 points, 2 classes"
    assert panel._legend.accessibleName() == "Train 240, Validation 80, Test 80"


def test_three_arms_bring_a_loss_for_three_classes(panel):
    panel._set_setting(registries["datasets"]["spiral"].setting("arms"), 3, True)
    assert panel.experiment.training.loss.kind == "categorical_cross_entropy"
    assert problems(panel.experiment) == ()


def test_split_by_keys_is_one_change_a_key(panel, qtbot):
    bar = panel._bar
    qtbot.keyPress(bar, Qt.Key.Key_Right)
    qtbot.keyPress(bar, Qt.Key.Key_Right)
    qtbot.keyRelease(bar, Qt.Key.Key_Right)
    split = panel.experiment.data.split
    assert (split.train, split.validation, split.test) == (0.62, 0.18, 0.2)
    assert len({merge for _e, _label, merge in panel.sent}) == 1


def test_reshuffle_takes_the_next_seed(panel, qtbot):
    seed = panel.experiment.seed
    qtbot.mouseClick(named(panel, "Reshuffle"), Qt.MouseButton.LeftButton)
    assert panel.experiment.seed == seed + 1


def test_features_turn_on_and_off_but_one_stays(panel, qtbot):
    features = panel._features
    qtbot.mouseClick(features._buttons["sin_x1"], Qt.MouseButton.LeftButton)
    assert panel.experiment.data.features == ("x1", "x2", "sin_x1")
    for name in ("x1", "x2", "sin_x1"):
        qtbot.mouseClick(features._buttons[name], Qt.MouseButton.LeftButton)
    assert panel.experiment.data.features == ("sin_x1",)
    assert features._count.text() == "1 of 7 on"


def test_tables_show_their_columns_and_images_their_pixels(panel):
    panel.set_experiment(edits.set_dataset(panel.experiment, "penguins"))
    assert len(panel._features._buttons) == len(registries["datasets"]["penguins"].raw_names)
    assert not panel._split_row.isHidden()
    panel.set_experiment(edits.set_dataset(panel.experiment, "digits"))
    assert panel._features._buttons == {}
    assert panel._features._count.text() == "64 of 64 pixels"


def test_huge_data_are_not_prepared_here(panel):
    panel.set_experiment(edits.set_value(panel.experiment, "data.dataset.samples", 1_000_000))
    assert panel._prepared is None
    assert panel._legend.accessibleName() == "Train 600,000, Validation 200,000, Test 200,000"


@pytest.mark.parametrize("name", ["light", "dark"])
def test_pictures_follow_the_theme(panel, name):
    theme().set(name)
    assert not panel.grab().isNull()
    theme().set("light")


def test_tab_goes_from_top_to_bottom(panel, qtbot):
    panel.set_experiment(edits.set_dataset(panel.experiment, "moons"))
    panel.activateWindow()
    qtbot.waitUntil(panel.isActiveWindow)
    qtbot.waitUntil(lambda: not panel._ordering)
    panel._tiles["circle"].setFocus(Qt.FocusReason.TabFocusReason)
    heights = []
    for _press in range(24):
        focus = panel.focusWidget()
        heights.append(focus.mapTo(panel, focus.rect().center()).y())
        qtbot.keyClick(focus, Qt.Key.Key_Tab)
    turn = heights.index(min(heights[1:]), 1) if min(heights[1:]) < heights[0] else len(heights)
    assert heights[:turn] == sorted(heights[:turn])
    assert turn > 10


@pytest.mark.parametrize("key", [entry.key for entry in registries["datasets"] if entry.table])
def test_a_real_table_says_where_it_comes_from_and_under_which_licence(qtbot, key):
    panel = DataPanel()
    qtbot.addWidget(panel)
    panel.set_experiment(edits.set_dataset(edits.default_experiment(), key))
    panel._origin.click()
    box = panel.findChild(QMessageBox)
    entry = registries["datasets"][key]
    assert entry.licence
    assert entry.licence in box.informativeText()
    assert entry.provenance in box.informativeText()
    box.close()


def test_every_data_set_can_be_chosen_from_the_menu(panel):
    for entry in registries["datasets"]:
        if entry.key == "table":
            continue
        panel._all._choose(entry.key)
        assert panel.experiment.data.dataset.kind == entry.key


def test_a_table_of_ones_own_is_asked_for(panel, qtbot):
    before = panel.experiment
    with qtbot.waitSignal(panel.table_wanted):
        panel._all._choose("table")
    assert panel.experiment == before
    assert panel._all.value() == before.data.dataset.kind


def test_a_split_shows_what_can_be_set_on_it(panel):
    panel.set_experiment(edits.set_dataset(panel.experiment, "weather"))
    gap = registries["splits"]["time"].setting("gap")
    panel._split_settings.edited.emit(gap, 7.0, True)
    assert panel.experiment.data.split.gap == 7.0
    panel.set_experiment(edits.set_dataset(panel.experiment, "oscillator"))
    assert not panel._split_row.isHidden()


def test_a_weighted_regime_has_a_row_that_takes_the_weight_away(panel, qtbot):
    experiment = files.load("weather")
    panel.set_experiment(experiment)
    assert not panel._weight_row.isVisibleTo(panel)
    summer = {"regimes": "Season", "label": "Jun–Aug", "weight": 3}
    panel.set_experiment(edits.set_value(experiment, "data.emphasis", summer))
    assert panel._weight_row.isVisibleTo(panel)
    assert "Jun–Aug" in panel._weight_name.text()
    assert panel._legend._counts == (730, 365, 365)
    with qtbot.waitSignal(panel.edited) as caught:
        panel._weight.edited.emit(5, True)
    assert caught.args[0].data.emphasis.weight == 5
    with qtbot.waitSignal(panel.edited) as caught:
        panel._weight.edited.emit(1, True)
    assert caught.args[0].data == experiment.data


def test_an_unlocked_test_set_has_no_lock(panel):
    experiment = files.load("weather")
    panel.set_experiment(experiment)
    assert panel._bar._locked
    opened = edits.set_value(experiment, "test_unlocked", {"step": 1, "time": "2026-01-02T03:04:05Z"})
    panel.set_experiment(opened)
    assert not panel._bar._locked
    assert not panel._legend._locked


def check_unseen_fields(panel, start, seen):
    """Type into the fields whose like has not been typed into yet."""
    panel.set_experiment(start)
    for field in number_fields(panel):
        if (kind := (field.accessibleName(), field.bounds)) not in seen:
            seen.add(kind)
            panel.set_experiment(start)
            check_hostile_numbers(panel, field, lambda e: files.loads(files.dumps(e)) == e)


def test_whatever_is_typed_of_data_is_taken_or_refused_with_the_range(panel):
    seen = set()
    for entry in registries["datasets"]:
        if entry.in_gallery:
            check_unseen_fields(panel, edits.set_dataset(panel.experiment, entry.key), seen)
    assert len(seen) >= 5


def test_whatever_is_typed_of_a_split_is_taken_or_refused_with_the_range(panel):
    seen = set()
    for split in registries["splits"]:
        fitting = (edits.set_dataset(default_experiment(), key) for key in registries["datasets"].keys())
        start = next(made for made in fitting if split.fits(made.data.dataset))
        check_unseen_fields(panel, edits.set_choice(start, "data.split", split.key), seen)
    assert seen
