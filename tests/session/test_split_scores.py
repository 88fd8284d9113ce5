"""The score under a random split beside the honest one."""

import pytest

from playground.catalog.tables.samples import ColumnUse
from playground.experiment import edits
from playground.session.split_scores import SplitScores, honest_and_random
from tests.patience import PATIENCE

COLUMNS = (
    ColumnUse("where", role="input"),
    ColumnUse("group", type="category", role="group", categories=tuple(f"g{i}" for i in range(12))),
    ColumnUse("kind", type="category", role="target", categories=("a", "b")),
)
# Every group lies at one place and has one class, which says nothing of another group's.
KINDS = "abbabaabbaba"
TEXT = "where,group,kind\n" + "".join(
    f"{number + row / 100},g{number},{KINDS[number]}\n" for number in range(12) for row in range(20)
)


def table():
    return edits.set_dataset(edits.default_experiment(), "table", text=TEXT, columns=COLUMNS, samples=240)


def test_a_pair_is_an_honest_and_a_random_split():
    of = table()
    honest, random = honest_and_random(edits.set_choice(of, "data.split", "random"))
    assert (honest.data.split.kind, random.data.split.kind) == ("group", "random")
    assert honest.data.split.train == random.data.split.train
    honest, random = honest_and_random(edits.set_choice(of, "data.split", "group"))
    assert (honest.data.split.kind, random.data.split.kind) == ("group", "random")
    spiral = edits.set_dataset(edits.default_experiment(), "spiral")
    assert honest_and_random(spiral) is None
    with pytest.raises(ValueError, match="honest"):
        SplitScores(spiral)


def test_a_random_split_flatters_where_neighbours_are_alike():
    of = edits.set_choice(table(), "data.split", "group")
    scores = SplitScores(of)
    assert scores.wait(PATIENCE)
    assert scores.failure == ""
    assert scores.progress == 1.0
    honest, random = scores.scores
    assert random.value > honest.value
    first, second = scores.words()
    assert first.startswith("By group: accuracy")
    assert second.startswith("Random: accuracy")
    assert second.endswith("flatters")


def test_what_cannot_train_says_why():
    broken = edits.set_choice(table(), "data.split", "group")
    broken = edits.set_value(
        broken, "data.dataset", broken.data.dataset.model_copy(update={"text": "a\n1\n"})
    )
    scores = SplitScores(broken)
    assert scores.wait(PATIENCE)
    assert "columns of the table are not" in scores.failure
    assert scores.words() == ("", "")
