"""Drawing on the output while the network learns."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt

from playground.experiment import edits


def drag(qtbot, view, *places):
    """Press at the first place of the chart's units, move through the others, release at the last."""
    at = [QPoint(int(view.place(x, y).x()), int(view.place(x, y).y())) for x, y in places]
    port = view.viewport()
    qtbot.mousePress(port, Qt.MouseButton.LeftButton, pos=at[0])
    for place in at[1:]:
        qtbot.mouseMove(port, place)
    qtbot.mouseRelease(port, Qt.MouseButton.LeftButton, pos=at[-1])


def shown(window, qtbot, key):
    output = window.right.output
    qtbot.waitUntil(lambda: key in output._views and output._views[key].isVisible())
    return output._views[key]


def test_a_stroke_is_one_edit_and_the_eraser_takes_it_away(open_window, qtbot):
    window = open_window()
    before = window.document.experiment
    view, bar = shown(window, qtbot, "map"), window.right.output.draw
    window.do("play")
    bar.mode._choose("draw")
    bar.which._choose("1")
    drag(qtbot, view, (-5.5, 5.5), (-4.5, 5.5), (-3.5, 5.5))
    drawn = window.document.experiment.data.dataset
    assert drawn.kind == "points"
    assert len(drawn.points) == 403
    assert [point[2] for point in drawn.points[-3:]] == [1, 1, 1]
    qtbot.waitUntil(lambda: window.trainer.latest().prepared.raw_inputs.shape == (403, 2))
    bar.mode._choose("erase")
    drag(qtbot, view, (-5.5, 5.5), (-4.5, 5.5), (-3.5, 5.5))
    assert len(window.document.experiment.data.dataset.points) == 400
    window.do("undo")
    assert len(window.document.experiment.data.dataset.points) == 403
    window.do("undo")
    assert window.document.experiment == before


def test_a_point_of_the_curve_is_moved(open_window, qtbot):
    window = open_window(edits.set_dataset(edits.default_experiment(), "line_points"))
    view, bar = shown(window, qtbot, "curve"), window.right.output.draw
    bar.mode._choose("move")
    points = window.document.experiment.data.dataset.points
    drag(qtbot, view, points[7][:2], (points[7][0], 0.5), (points[7][0], 1.0))
    after = window.document.experiment.data.dataset.points
    assert len(after) == len(points)
    assert sum(one != other for one, other in zip(points, after, strict=True)) == 1
    assert abs(after[7][1] - 1.0) < 0.1
    window.do("undo")
    assert window.document.experiment.data.dataset.points == points
