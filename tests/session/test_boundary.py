import numpy as np
import pytest

from playground.session.boundary import boundary, zero_lines

PLANE = (-6.0, 6.0, -6.0, 6.0)


def _plane(size: int = 100) -> tuple[np.ndarray, np.ndarray]:
    middle = (np.arange(size) + 0.5) / size
    return np.meshgrid(-6.0 + 12.0 * middle, 6.0 - 12.0 * middle)


def _sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def test_a_straight_line_is_found_where_it_is_and_runs_to_the_border():
    x, y = _plane()
    lines = boundary(_sigmoid(2.0 * x - y + 1.0)[None], PLANE)
    ends = lines.reshape(-1, 2)
    inner = np.abs(ends).max(axis=1) < 5.9
    assert np.abs(2.0 * ends[inner, 0] - ends[inner, 1] + 1.0).max() < 0.02
    assert ends[:, 1].max() == 6.0
    assert ends[:, 1].min() == -6.0


def test_a_steep_edge_is_as_straight_as_a_gentle_one():
    x, y = _plane()
    lines = boundary(_sigmoid(12.0 * (2.0 * x - y + 1.0)).astype(np.float32)[None], PLANE)
    ends = lines.reshape(-1, 2)
    inner = np.abs(ends).max(axis=1) < 5.9
    assert np.abs(2.0 * ends[inner, 0] - ends[inner, 1] + 1.0).max() < 0.02


def test_a_circle_is_one_closed_line():
    x, y = _plane()
    lines = zero_lines(x**2 + y**2 - 9.0, PLANE)
    radius = np.hypot(*lines.reshape(-1, 2).T)
    assert np.abs(radius - 3.0).max() < 0.005
    assert np.hypot(lines[:, 0] - lines[:, 2], lines[:, 1] - lines[:, 3]).sum() == pytest.approx(
        6 * np.pi, rel=1e-3
    )
    ends, uses = np.unique(np.round(lines.reshape(-1, 2), 9), axis=0, return_counts=True)
    assert len(ends) == len(lines)
    assert set(uses) == {2}


def test_several_classes_are_divided_where_the_winner_changes():
    x, y = _plane()
    angles = np.array([90, 210, 330]) * np.pi / 180
    scores = np.stack([np.cos(a) * x + np.sin(a) * y for a in angles])
    values = np.exp(scores) / np.exp(scores).sum(axis=0)
    ends = boundary(values, PLANE).reshape(-1, 2)
    ends = ends[np.hypot(*ends.T) > 0.3]
    angle = np.degrees(np.arctan2(ends[:, 1], ends[:, 0])) % 360
    rays = np.array([30.0, 150.0, 270.0])
    assert np.abs(angle[:, None] - rays).min(axis=1).max() < 2.0
    assert all((np.abs(angle - ray) < 2.0).any() for ray in rays)


def test_two_outputs_and_one_output_agree():
    x, y = _plane(40)
    p = _sigmoid(x * y + 0.3)
    one, two = boundary(p[None], PLANE), boundary(np.stack([1 - p, p]), PLANE)
    assert np.allclose(np.sort(one, axis=0), np.sort(two, axis=0))


def test_a_saddle_is_cut_in_two_and_never_crosses():
    field = np.array([[1.0, -1.0], [-1.0, 1.0]])
    for shift in (0.2, -0.2):
        lines = zero_lines(field + shift, (0.0, 2.0, 0.0, 2.0))
        middle = lines[(lines > 0.5).all(axis=1) & (lines < 1.5).all(axis=1)]
        assert np.isfinite(lines).all()
        assert len(middle) in (0, 2)


@pytest.mark.parametrize(
    "values",
    [
        np.empty((0, 100, 100)),
        np.empty((1, 0, 0)),
        np.full((1, 100, 100), 0.7),
        np.full((1, 100, 100), 0.5),
        np.full((3, 100, 100), 1 / 3),
        np.full((3, 100, 100), np.nan),
        np.full((1, 100, 100), np.inf),
    ],
)
def test_where_nothing_changes_there_is_no_line(values):
    assert boundary(values, PLANE).shape == (0, 4)


def test_cells_without_numbers_are_left_out():
    x, _ = _plane(20)
    values = _sigmoid(x)
    values[:5] = np.nan
    lines = boundary(values[None].astype(np.float32), PLANE)
    assert len(lines) > 10
    assert np.isfinite(lines).all()
