import pytest

from playground.catalog.activations import activations
from playground.catalog.layers import layers
from playground.experiment import edits
from playground.experiment.model import MAX_LAYERS
from playground.views.canvas import commands
from playground.views.canvas.columns import columns_of, parameter_line, short_loss, spell
from playground.views.canvas.commands import RefusedError

START = edits.default_experiment()


def names(experiment):
    return [layer.name for layer in experiment.network.layers]


@pytest.mark.parametrize("kind", layers.keys())
def test_every_kind_of_layer_goes_into_every_gap_and_shows_itself(kind):
    for gap in range(3):
        edit = commands.insert(START, gap, kind)
        assert edit.experiment.network.layers[gap].kind == kind
        assert edit.label == f"Add {layers[kind].label}"
        text = columns_of(edit.experiment)[gap + 1]
        assert text.title == layers[kind].label
        assert "parameter" in text.caption


def test_move_and_copy():
    assert names(commands.move(START, "dense_1", 2).experiment) == ["dense_2", "dense_1"]
    copied = commands.copy(START, "dense_1", 2).experiment
    assert names(copied) == ["dense_1", "dense_2", "dense_3"]
    assert copied.network.layers[2].units == 6
    assert commands.moving_gaps(START, "dense_1") == (2,)
    assert commands.moving_gaps(START, "dense_2") == (0,)


def test_moving_so_that_widths_differ_is_refused_in_words():
    equal = edits.set_value(edits.add_layer(START, 2, "dense"), "network.dense_2.units", 6)
    wide = edits.add_layer(edits.add_layer(equal, 3, "add"), 4, "dense", units=9)
    with pytest.raises(RefusedError, match="Add 1 adds unit to unit"):
        commands.move(wide, "dense_4", 3)
    narrow = commands.remove(wide, "dense_3").experiment
    assert names(narrow) == ["dense_1", "dense_2", "dense_4"]


def test_too_many_layers_are_refused():
    full = START
    while len(full.network.layers) < MAX_LAYERS:
        full = edits.add_layer(full, 0, "dropout")
    with pytest.raises(RefusedError, match="at most 64 layers"):
        commands.insert(full, 0, "dense")


def test_units_stop_at_their_limits():
    assert commands.change_units(START, "dense_1", 1).experiment.layer("dense_1").units == 7
    assert commands.change_units(START, "dense_1", -100).experiment.layer("dense_1").units == 1
    one = commands.set_number(START, "dense_1", 1).experiment
    assert commands.change_units(one, "dense_1", -1) is None
    assert commands.change_units(START, "output", 1) is None
    dropout = commands.insert(START, 0, "dropout").experiment
    assert commands.change_units(dropout, "dropout_1", 1) is None
    assert commands.set_number(dropout, "dropout_1", 0.5).experiment.layer("dropout_1").rate == 0.5


def test_one_gesture_is_one_undo_entry():
    first, again = (commands.change_units(START, "dense_1", 1, gesture=4) for _ in range(2))
    other = commands.change_units(START, "dense_1", 1, gesture=5)
    assert first.merge == again.merge != other.merge


def test_every_activation_can_be_chosen():
    for entry in activations:
        changed = commands.set_activation(START, "dense_1", entry.key).experiment
        assert changed.layer("dense_1").activation.kind == entry.key
    assert (
        commands.set_activation(START, "output", "tanh").experiment.network.output.activation.kind == "tanh"
    )


def test_columns_say_shapes_and_parameters():
    texts = columns_of(commands.insert(START, 1, "batch_norm").experiment)
    assert [text.caption for text in texts] == [
        "400 × 2 numbers",
        "6 × 2 + 6 = 18 parameters",
        "2 × 6 = 12 parameters",
        "5 × 6 + 5 = 35 parameters",
        "1 × 5 + 1 = 6 parameters",
    ]
    assert texts[0].names == ("x₁", "x₂")
    assert texts[-1].below == "Cross-entropy"
    assert [text.look for text in texts] == ["tiles", "tiles", "follow", "tiles", "tiles"]


def test_words():
    assert spell(4096) == "4,096"
    assert spell(-0.25) == "−0.25"
    assert short_loss("Binary cross-entropy") == "Cross-entropy"
    shape = type("Shape", (), {"parameters": {}, "parameter_count": 0})
    assert parameter_line(shape) == "no parameters"


def test_a_name_given_by_the_user_stands_on_the_chip():
    renamed = edits.rename_layer(START, "dense_1", "first_look")
    assert columns_of(renamed)[1].title == "First look"


def test_a_wire_back_to_the_input_is_refused_with_a_reason():
    with pytest.raises(RefusedError, match="leads forward"):
        commands.connections(START, "dense_1", "input")
