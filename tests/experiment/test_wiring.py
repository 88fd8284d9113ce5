"""Wiring: edits never leave a layer reading nothing, and problems say what cannot be joined."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.catalog import registries
from playground.experiment import edits, files
from playground.experiment.edits import EditError
from playground.experiment.problems import problems
from playground.experiment.shapes import shapes
from playground.experiment.wiring import skips, wires

START = edits.default_experiment()
EQUAL = edits.set_value(START, "network.dense_2.units", 6)
RESIDUAL = edits.add_layer(EQUAL, 2, "add")
KINDS = registries["layers"].keys()


def names(experiment):
    return [layer.name for layer in experiment.network.layers]


def dangling(experiment):
    """Wires to layers that are not there or come later, and layers that read one twice or too many."""
    earlier, found = {"input"}, []
    for layer in experiment.network.layers:
        sources = layer.inputs or ()
        found += [source for source in sources if source not in earlier]
        if len(set(sources)) < len(sources) or (layer.entry.joins is None and len(sources) > 1):
            found.append(layer.name)
        earlier.add(layer.name)
    return found


def test_a_new_add_is_wired_to_an_earlier_layer_of_the_same_width():
    assert RESIDUAL.layer("add_1").inputs == ("dense_2", "dense_1")
    assert problems(RESIDUAL) == ()
    assert shapes(RESIDUAL).layer("add_1").units == 6
    assert shapes(RESIDUAL).parameter_count == 2 * 6 + 6 + 6 * 6 + 6 + 6 + 1
    assert edits.add_layer(START, 2, "add").layer("add_1").inputs is None


def test_concatenate_sums_widths():
    joined = edits.add_layer(START, 2, "concatenate")
    assert joined.layer("concatenate_1").inputs == ("dense_2", "dense_1")
    assert shapes(joined).layer("concatenate_1").units == 11
    assert shapes(joined).layer("output").parameters["output.weight"] == (1, 11)


def test_inserting_removing_and_renaming_keep_the_wires():
    inside = edits.add_layer(RESIDUAL, 2, "dropout")
    assert inside.layer("add_1").inputs == ("dropout_1", "dense_1")
    assert edits.remove_layer(inside, "dropout_1") == RESIDUAL
    assert edits.rename_layer(RESIDUAL, "dense_1", "first").layer("add_1").inputs == ("dense_2", "first")
    assert names(edits.remove_layer(RESIDUAL, "dense_1")) == ["dense_2"]
    joined = edits.add_layer(START, 2, "concatenate")
    gone = edits.remove_layer(joined, "dense_1")
    assert wires(gone.network.layers)["concatenate_1"] == ("dense_2", "input")
    assert skips(edits.remove_layer(RESIDUAL, "add_1").network.layers) == []


def test_moving_keeps_the_wires_that_lead_forward():
    late = edits.move_layer(RESIDUAL, "add_1", 1)
    assert names(late) == ["dense_1", "add_1", "dense_2"]
    assert dangling(late) == []
    swapped = edits.move_layer(RESIDUAL, "dense_1", 2)
    assert names(swapped) == ["dense_2", "dense_1", "add_1"]
    assert dangling(swapped) == []


def test_connecting_and_taking_the_wire_away_again():
    wired = edits.connect(EQUAL, "dense_1", "output")
    assert names(wired) == ["dense_1", "dense_2", "add_1"]
    assert wired.layer("add_1").inputs == ("dense_2", "dense_1")
    assert edits.disconnect(wired, "dense_1", "add_1") == EQUAL
    assert names(edits.connect(START, "dense_1", "output"))[-1] == "concatenate_1"
    more = edits.connect(wired, "input", "add_1")
    assert more.layer("add_1").inputs == ("dense_2", "dense_1", "input")
    assert "Add 1 adds unit to unit" in problems(more)[0].message
    assert edits.disconnect(more, "input", "add_1") == wired


@pytest.mark.parametrize(
    ("source", "target"),
    [("dense_2", "dense_1"), ("dense_1", "dense_1"), ("dense_1", "dense_2"), ("x", "output"), ("input", "y")],
)
def test_what_cannot_be_wired_is_said_in_words(source, target):
    with pytest.raises(EditError, match=r"\w+ \w+"):
        edits.connect(START, source, target)
    with pytest.raises(EditError, match=r"\w+ \w+"):
        edits.disconnect(START, source, target)


ACTIONS = st.lists(
    st.tuples(
        st.sampled_from(["add", "remove", "move", "copy", "rename", "connect", "disconnect", "kind"]),
        st.integers(0, 7),
        st.integers(0, 7),
        st.sampled_from(KINDS),
    ),
    max_size=14,
)


def _edited(experiment, action, a, b, kind):
    known = names(experiment)
    one = known[a % len(known)] if known else "input"
    places = ["input", *known, "output"]
    if action == "add":
        return edits.add_layer(experiment, a % (len(known) + 1), kind)
    if action == "connect":
        return edits.connect(experiment, places[a % len(places)], places[b % len(places)])
    if action == "disconnect":
        wired = skips(experiment.network.layers)
        return edits.disconnect(experiment, *wired[a % len(wired)]) if wired else experiment
    if not known:
        return experiment
    if action == "remove":
        return edits.remove_layer(experiment, one)
    if action == "rename":
        return edits.rename_layer(experiment, one, f"layer_{b}")
    if action == "kind":
        return edits.set_value(experiment, f"network.{one}", kind)
    change = edits.move_layer if action == "move" else edits.copy_layer
    return change(experiment, one, b % (len(known) + 1))


def broken():
    """What a file may say: layers that read what is not there, what comes later, or one twice."""
    first, second, add = RESIDUAL.network.layers
    layers = [
        first.model_copy(update={"inputs": ("add_1",)}),
        second.model_copy(update={"inputs": ("nothing", "dense_1")}),
        add.model_copy(update={"inputs": ("dense_2", "dense_2", "nowhere", "add_1")}),
    ]
    return edits.with_layers(RESIDUAL, layers)


@settings(max_examples=100)
@given(ACTIONS)
def test_a_broken_file_can_be_edited(actions):
    experiment = broken()
    assert {problem.place for problem in problems(experiment)} >= {"network.dense_1.inputs"}
    for action in actions:
        with suppress(EditError):
            experiment = _edited(experiment, *action)
        for problem in problems(experiment):
            assert problem.message.endswith(".")


@settings(max_examples=150)
@given(ACTIONS)
def test_no_edit_leaves_a_wire_dangling(actions):
    experiment = RESIDUAL
    for action in actions:
        try:
            experiment = _edited(experiment, *action)
        except EditError:
            continue
        assert dangling(experiment) == []
        assert len(set(names(experiment))) == len(names(experiment))
        assert shapes(experiment).parameter_count > 0
        for problem in problems(experiment):
            assert problem.message.endswith(".")
    assert files.loads(files.dumps(experiment)) == experiment
