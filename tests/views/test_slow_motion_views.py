"""Slow motion: what stands beside the edges is true, and the walk goes both ways."""

import math
import re
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QKeyEvent, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from snapshots import confusion_output, experiment_of, map_output, snapshot

from playground.catalog import registries
from playground.engine.run import Run
from playground.experiment import edits
from playground.experiment.files import load
from playground.session.slow_motion import slow_motion
from playground.session.snapshot import PHASES, Rehearse
from playground.views.canvas.view import Canvas
from playground.views.output.confusion_view import MistakesView
from playground.views.output.map_view import MapView
from playground.views.output.output_panel import OutputPanel
from playground.views.slow_motion import formulas
from playground.views.slow_motion.leader import find_leader
from playground.views.slow_motion.mode import SlowMotionMode
from playground.views.slow_motion.numbers import fine, plain, spell
from playground.views.slow_motion.stage import box_of
from playground.views.slow_motion.update_terms import update_lines, update_rule
from playground.views.slow_motion.walk import Followed, Walk
from playground.views.theme import theme

pytestmark = pytest.mark.usefixtures("qapp")  # fonts and colours


def worked_out(line):
    """Both sides of a line such as "= 2.29 − 0.03·(−0.002) = 2.2901", as numbers; None if it is no sum."""
    text = re.sub(r"<sup>([^<]*)</sup>", lambda m: "**2" if m[1] == "2" else f"**{m[1]}", line)
    text = re.sub(r"<[^>]*>", "", text).replace("−", "-").replace("·", "*").replace(",", "")
    parts = [part.strip() for part in text.strip().removeprefix("=").split("=")]
    if len(parts) != 2 or "more" in text:
        return None
    left = re.sub(r"√(?=\( ?[^()]* - )|√(?=\( ?\([^()]*\) -)", "sqrt", parts[0])
    left = re.sub(r"√ ?\(?([\d.*+-]+(?:\*\*-?\d+)?)\)?", r"sqrt(\1)", left)
    names = {"tanh": math.tanh, "sqrt": math.sqrt, "ln": math.log, "sign": lambda x: float(np.sign(x))}
    left = re.sub(r"(ln|sign) (\((?:1 - )?[\d.*-]+\)|[\d.*-]+)", r"\1(\2)", left)
    return eval(left, names), eval(parts[1])


@pytest.fixture(scope="module")
def experiment():
    return edits.default_experiment()


@pytest.fixture(scope="module")
def run(experiment):
    run = Run(experiment)
    run.step(20)
    return run


def shown(run, row=0):
    walk = Walk()
    walk.show(slow_motion(run, Rehearse(row)))
    return walk


@pytest.mark.parametrize("row", [0, None])
def test_every_line_of_the_worksheet_adds_up(run, experiment, row):
    walk = shown(run, row)
    motion, lines = walk.motion, formulas.loss_lines(walk.motion, experiment)
    for name, sheet in motion.layers.items():
        for unit in range(len(sheet.post)):
            weight = Followed(name, unit, 0)
            lines += formulas.forward_lines(sheet, unit, experiment)
            lines += formulas.delta_lines(motion, sheet, unit, experiment)
            lines += formulas.gradient_lines(motion, sheet, weight)
    checked = 0
    for line in lines:
        sides = worked_out(line) if line.startswith("= ") else None
        if sides is not None:
            assert sides[0] == pytest.approx(sides[1], rel=0.05, abs=0.02), line
            checked += 1
    assert checked > 5
    assert "nan" not in "".join(lines).lower()


OPTIMIZERS = registries["optimizers"]
CLIPPED = {"training.clip_norm": 0.02, "training.clip_value": 0.004, "training.schedule": "cosine"}


@pytest.mark.parametrize(
    ("key", "more"),
    [(key, {}) for key in OPTIMIZERS.keys()] + [(e.key, CLIPPED) for e in OPTIMIZERS if not e.searches],
)
def test_the_optimizers_own_terms_add_up(experiment, key, more):
    changes = {"training.batch_size": 1000, "training.optimizer": key, "training.l2": 0.01} | more
    for path, value in changes.items():
        experiment = edits.set_value(experiment, path, value)
    run = Run(experiment)
    run.step(20)
    walk = shown(run)
    motion, weight = walk.motion, walk.followed
    lines = update_lines(motion, weight, run.experiment)
    assert update_rule(run.experiment)
    after = motion.layers[weight.layer].update.after["weight"][weight.unit, weight.source]
    assert fine(float(after)) in lines[-1]
    assert bool(more) == any("becomes" in line for line in lines)
    sums = [line for line in lines if line.startswith("= ")]
    assert sums or "→" in lines[-1]
    for line in sums:
        left, right = worked_out(line)
        assert left == pytest.approx(right, rel=0.03, abs=1e-5 if more else 2e-3), line


def test_rmsprop_shows_its_momentum_its_middle_and_the_rate_of_the_epoch(experiment):
    for path, value in (
        ("training.batch_size", 1000),
        ("training.schedule", {"kind": "exponential", "factor": 0.5}),
        ("training.optimizer", "rmsprop"),
        ("training.optimizer.momentum", 0.8),
        ("training.optimizer.centered", True),
    ):
        experiment = edits.set_value(experiment, path, value)
    run = Run(experiment)
    run.step(5)
    walk = shown(run)
    lines = update_lines(walk.motion, walk.followed, experiment)
    assert len(lines) == 8
    for line in lines[1::2]:
        left, right = worked_out(line)
        assert left == pytest.approx(right, rel=0.03, abs=1e-5), line


def test_the_first_gradient_of_a_running_average_counts_in_full(experiment):
    run = Run(edits.set_value(experiment, "training.optimizer", "momentum_average"))
    walk = shown(run)
    lines = update_lines(walk.motion, walk.followed, run.experiment)
    assert "the first gradient counts in full" in lines[1]
    run.step()
    walk = shown(run)
    assert "in full" not in "".join(update_lines(walk.motion, walk.followed, run.experiment))


def test_the_loss_of_a_sure_answer_is_not_the_logarithm_of_one(experiment):
    run = Run(experiment)
    run.step(3000)
    for row in range(12):
        line = formulas.loss_lines(shown(run, row).motion, experiment)[1]
        left, right = worked_out(line)
        assert left == pytest.approx(right, rel=0.05), line
    assert "(1 − " in line


def test_what_comes_back_by_a_norm_is_no_sum_of_weights(experiment):
    """A unit that a dense layer and a norm both read: δ is more than what the dense layer sends back."""
    same = edits.set_value(experiment, "network.dense_2.units", experiment.network.layers[0].units)
    joined = edits.connect(same, "dense_1", "output", "add")
    normed = edits.add_layer(joined, len(joined.network.layers), "batch_norm")
    for network, terms in ((joined, 2), (normed, 0)):
        motion = slow_motion(Run(network, backend="twin"), Rehearse(None))
        sheet = motion.layers["dense_1"]
        assert len(sheet.sent_back) == terms
        sent = sum(part.weight[:, 0] @ part.delta[:, 0] for part in sheet.sent_back)
        assert not terms or sent == pytest.approx(sheet.arriving[0, 0], rel=1e-4)


def test_numbers_are_short_and_have_a_real_minus_sign():
    assert [spell(v) for v in (0.0, -1.234, 0.0123, 1234.5)] == ["0", "−1.23", "0.012", "1,234"]
    assert plain(-1.5e-7) == "−1.5·10⁻⁷"
    assert spell(float("nan")) == "NaN"


def test_the_walk_keeps_its_place_while_the_step_is_the_same(run):
    walk = shown(run)
    walk.go(9)
    walk.show(slow_motion(run, Rehearse(0)))
    assert walk.at == 9
    walk.show(slow_motion(run, Rehearse(1)))
    assert walk.at == 0
    walk.go(10**6)
    assert walk.at == walk.last
    assert [walk.state(phase) for phase in PHASES] == ["done", "done", "done", "now"]


def test_numbers_are_known_from_their_turn_on(run):
    walk = shown(run)
    for place, step in enumerate(walk.motion.steps):
        walk.go(place)
        assert walk.known(step.phase, step.layer, step.unit)
        if place:
            walk.go(place - 1)
            assert not walk.known(step.phase, step.layer, step.unit)


@pytest.fixture
def mode(qtbot, run):
    home = QWidget()
    qtbot.addWidget(home)
    canvas = Canvas(home)
    canvas.set_experiment(run.experiment)
    canvas.resize(1000, 640)
    home.resize(1440, 900)
    made = SlowMotionMode(canvas, home)
    made.set_active(True, snapshot(run.experiment))
    row = made.wants().rehearse.row
    now = snapshot(run.experiment, slow_motion=slow_motion(run, Rehearse(row)), parameters=run.parameters)
    canvas.show_snapshot(now)
    made.show_snapshot(now)
    home.show()
    yield made
    home.close()


def press(mode, code):
    event = QKeyEvent(QEvent.Type.KeyPress, code, Qt.KeyboardModifier.NoModifier)
    assert mode.takes(event)
    assert mode.press(event)


def test_every_micro_step_paints_and_fills_the_worksheet(mode):
    canvas = mode.parent().findChild(Canvas)
    filled = set()
    for _ in range(mode.walk.last + 1):
        assert not canvas.grab().isNull()
        assert not mode.strip.grab().isNull()
        assert not mode.bar.grab().isNull()
        filled |= {phase for phase, card in mode.sheet.cards.items() if "= <" in card.label.text()}
        press(mode, Qt.Key.Key_Right)
    assert filled == set(PHASES)
    assert mode.walk.at == mode.walk.last


def test_keys_walk_both_ways_and_escape_ends(mode):
    press(mode, Qt.Key.Key_End)
    assert mode.walk.at == mode.walk.last
    press(mode, Qt.Key.Key_Left)
    assert mode.walk.at == mode.walk.last - 1
    press(mode, Qt.Key.Key_Home)
    press(mode, Qt.Key.Key_Space)
    assert mode.bar.play.text() == "Stop"
    press(mode, Qt.Key.Key_Space)
    press(mode, Qt.Key.Key_Escape)
    assert not mode.active
    assert mode.wants().rehearse is None
    assert not mode.strip.isVisible()


def test_a_click_on_an_edge_follows_it(mode):
    canvas = mode.parent().findChild(Canvas)
    canvas.weightChosen.emit("dense_1", 2, 1)
    assert mode.walk.followed == Followed("dense_1", 2, 1)
    assert mode.stage.edge_of(mode.walk.followed) is not None


def test_another_sample_and_the_next_batch_are_asked_for(mode):
    first = mode.wants().rehearse.row
    mode.another()
    assert mode.wants().rehearse.row != first
    mode.bar.mode.emit("batch")
    assert mode.wants().rehearse.row is None


def test_a_row_that_smaller_data_do_not_have_gives_way_to_one_they_have(mode):
    mode.ask(Rehearse(10**6))
    now = snapshot()
    mode.show_snapshot(now)
    assert mode.wants().rehearse.row == int(now.prepared.train[0])


def test_the_ten_worst_samples_are_one_click_away(mode):
    menu = mode.bar.worst_menu()
    assert len(menu.actions()) == 10
    assert all(": loss " in action.text() for action in menu.actions())
    menu.actions()[3].trigger()
    assert mode.wants().rehearse.row == mode.walk.motion.worst[3][0]
    menu.deleteLater()


def test_a_click_on_a_sample_of_the_map_chooses_it(qtbot):
    panel, now = OutputPanel(), snapshot(output=map_output())
    qtbot.addWidget(panel)
    panel.resize(328, 420)
    panel.show()
    panel.show_snapshot(now)
    view, chosen = panel.findChild(MapView), []
    panel.sampleChosen.connect(chosen.append)
    row, plot = int(now.prepared.train[5]), view.plot
    x, y = now.prepared.raw_inputs[row]
    place = QPointF(plot.left() + (x + 6) / 12 * plot.width(), plot.top() + (6 - y) / 12 * plot.height())
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place.toPoint())
    assert len(chosen) == 1
    assert np.hypot(*(now.prepared.raw_inputs[chosen[0]] - (x, y))) < 0.1
    assert view.sample_at(plot.topLeft() - QPointF(50, 50)) is None


def test_a_click_on_a_misread_image_chooses_it(qtbot):
    experiment = experiment_of("digits")
    now = snapshot(experiment)
    view, chosen = MistakesView(), []
    qtbot.addWidget(view)
    view.resize(296, 326)
    view.show()
    output = confusion_output(now.prepared)
    view.show_output(output, now.prepared)
    view.sampleChosen.connect(chosen.append)
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(90, 50))
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    assert chosen == [int(output.mistakes[1])]


def test_a_weight_that_the_step_does_not_have_is_not_followed():
    walk = Walk()
    walk.follow(Followed("dense_1", 0, 0))
    assert walk.followed is None


def test_an_input_by_hand_goes_forward_and_no_further(run, experiment, qtbot):
    values = (1.5, -2.0)
    motion = slow_motion(run, Rehearse(None, values))
    assert {step.phase for step in motion.steps} == {"forward"}
    post = run.forward(run.prepared.transform(np.array([values]))).post
    for name, sheet in motion.layers.items():
        np.testing.assert_allclose(sheet.post[:, 0], post[name][:, 0], rtol=1e-5, atol=1e-6)
    canvas, parent = Canvas(), QWidget()
    qtbot.addWidget(canvas)
    qtbot.addWidget(parent)
    canvas.set_experiment(experiment)
    mode = SlowMotionMode(canvas, parent)
    mode.set_active(True, snapshot(experiment), values=values)
    assert mode.wants().rehearse == Rehearse(None, values)
    mode.show_snapshot(snapshot(experiment, slow_motion=motion))
    assert mode.walk.at == mode.walk.last
    assert mode.bar._lines[:2] == ["Your input", "x = (1.50, −2.00)"]
    assert mode.bar.which.value() == "sample"
    assert not mode.bar.picture.grab().isNull()
    mode.another()
    assert mode.wants().rehearse.values is None


def test_an_input_of_other_data_is_no_input_here(run):
    motion = slow_motion(run, Rehearse(None, (1.0, 2.0, 3.0)))
    assert {step.phase for step in motion.steps} == set(PHASES)
    assert motion.asked.values is None


def test_after_a_change_of_the_data_a_sample_takes_the_place_of_an_input_by_hand(experiment, qtbot):
    canvas, parent = Canvas(), QWidget()
    qtbot.addWidget(canvas)
    qtbot.addWidget(parent)
    mode = SlowMotionMode(canvas, parent)
    mode.set_active(True, snapshot(experiment), values=(1.0, 2.0))
    digits = load("digits")
    mode.show_snapshot(snapshot(digits, slow_motion=slow_motion(Run(digits), mode.wants().rehearse)))
    assert mode.wants().rehearse.values is None
    assert mode.wants().rehearse.row is not None
    assert mode.stage.picture is not None


def test_the_walk_brings_the_layer_at_work_into_sight(qtbot):
    deep = edits.default_experiment()
    for _ in range(14):
        deep = edits.add_layer(deep, 0, "dense", units=2)
    canvas = Canvas()
    qtbot.addWidget(canvas)
    canvas.resize(864, 636)
    canvas.set_experiment(deep)
    mode = SlowMotionMode(canvas, canvas)
    mode.set_active(True, snapshot(deep))
    run = Run(deep, backend="twin")
    rehearsal = slow_motion(run, Rehearse(mode.wants().rehearse.row))
    mode.show_snapshot(snapshot(deep, slow_motion=rehearsal, parameters=run.parameters))
    for place in range(mode.walk.last + 1):
        mode.go(place)
        now = mode.walk.now
        column = canvas.canvas_scene.arrangement.column("output" if now.phase == "loss" else now.layer)
        assert 0 <= canvas.mapFromScene(column.x, 0.0).x() <= canvas.viewport().width(), now


def inside_of(path, box):
    """How much of a path lies in a box; its end may touch the border."""
    points = [path.pointAtPercent(at / 40) for at in range(39)]
    return sum(box.adjusted(1, 1, -1, -1).contains(point) for point in points)


@pytest.mark.parametrize("size", [(864, 636), (750, 440)])
def test_the_leader_of_the_formula_crosses_no_number(mode, size):
    mode._canvas.resize(*size)
    seen = 0
    for place in range(mode.walk.last + 1):
        mode.go(place)
        stage = mode.stage
        box = stage.formula_box(stage._anchor())
        path = stage.leader(box)
        if stage.formula.isEmpty() or path is None:
            continue
        numbers = list(stage._numbers())
        assert not any(inside_of(path, number) for number in numbers), mode.walk.now
        assert box.adjusted(-1, -1, 1, 1).contains(path.pointAtPercent(0.0))
        seen += len(numbers)
    assert seen > 200


def test_a_leader_goes_round_what_lies_on_the_straight_way():
    box, end = QRectF(0, 0, 200, 60), QPointF(100, 300)
    wall = QRectF(60, 120, 80, 20)
    straight, round_it = find_leader(box, [end], []), find_leader(box, [end], [wall])
    assert inside_of(straight, wall)
    assert not inside_of(round_it, wall)
    assert round_it.currentPosition() == end
    other, shut = QPointF(20, 300), QRectF(60, 260, 400, 20)
    assert find_leader(box, [end, other], [shut]).currentPosition() == other


def rehearsed(mode, experiment):
    """The mode on another network, in the twin's numbers."""
    run = Run(experiment, backend="twin")
    mode._canvas.set_experiment(experiment)
    now = snapshot(experiment, slow_motion=slow_motion(run, Rehearse(0)), parameters=run.parameters)
    mode._canvas.show_snapshot(now)
    mode.show_snapshot(now)


def test_a_layer_that_is_computed_at_once_speaks_of_a_neuron_in_sight(mode):
    rehearsed(mode, edits.set_value(edits.default_experiment(), "network.dense_1.units", 40))
    column = mode._canvas.canvas_scene.columns["dense_1"]
    for phase in ("forward", "backward", "update"):
        mode.go(mode.walk.place_of(phase, "dense_1", -1))
        assert mode.stage.unit == column.units[0]
        assert "out of sight" not in mode.stage.formula.toPlainText()
        assert mode.stage.leader(mode.stage.formula_box(mode.stage._anchor())) is not None


def test_what_comes_back_to_a_norm_is_not_called_delta(mode):
    rehearsed(mode, edits.add_layer(edits.default_experiment(), 1, "batch_norm"))
    mode.go(mode.walk.place_of("backward", "batch_norm_1", -1))
    sheet = mode.walk.motion.layers["batch_norm_1"]
    first = plain(float(sheet.arriving[0, 0]))
    assert mode.stage._delta_words("batch_norm_1", float(sheet.arriving[0, 0])) == first
    assert mode.stage._delta_words("dense_2", 0.5) == "δ = 0.50"
    assert "unit 1: ∂L / ∂h = " in mode.stage.formula.toPlainText()


def test_in_the_smallest_window_the_formula_covers_no_number(mode):
    canvas, stage = mode._canvas, mode.stage
    canvas.set_compact(True)
    canvas.resize(750, 440)
    for place in range(mode.walk.last + 1):
        mode.go(place)
        if not stage.formula.isEmpty():
            formula = stage.formula_box(stage._anchor())
            assert formula.bottom() <= canvas.canvas_scene.arrangement.height
            boxes = [box_of(neuron).translated(at) for _name, _item, neuron, at in stage._neurons()]
            assert not any(formula.intersects(box) for box in boxes), mode.walk.now


def test_neighbours_leave_each_other_whole_frames(mode):
    """The ground around a box ends before the next one, however close they stand."""
    canvas = mode._canvas
    canvas.set_compact(True)
    canvas.resize(750, 440)
    wide = edits.set_value(edits.default_experiment(), "network.dense_1.units", 12)
    canvas.set_experiment(wide)
    mode.show_snapshot(snapshot(wide, slow_motion=slow_motion(Run(wide, backend="twin"), Rehearse(0))))
    ink = theme().color("border-strong").rgb()
    image = QImage(canvas.viewport().size(), QImage.Format.Format_RGB32)
    painter = QPainter(image)
    canvas.render(painter, QRectF(image.rect()), canvas.viewport().rect())
    painter.end()
    checked = 0
    for name, _item, neuron, place in mode.stage._neurons():
        if name == "dense_1":
            box = box_of(neuron).translated(place)
            for y in (box.top(), box.bottom()):
                at = canvas.mapFromScene(QPointF(box.center().x(), y))
                rows = [image.pixel(at.x(), at.y() + near) for near in (-1, 0)]
                assert min(QColor(row).lightness() for row in rows) <= QColor(ink).lightness() + 12
                checked += 1
    assert checked >= 8


def test_formulas_are_written_anew_in_other_colours(mode):
    mode.go(1)
    light = mode.stage.formula.toHtml()
    theme().set("dark")
    try:
        dark = mode.stage.formula.toHtml()
        assert dark != light
        assert any(theme().color(token).name() in dark for token in ("text", "neg-text", "pos-text"))
    finally:
        theme().set("light")
    assert mode.stage.formula.toHtml() == light


def test_a_formula_names_the_neuron_that_the_canvas_has_no_room_for(qtbot):
    wide = edits.set_value(edits.default_experiment(), "network.dense_2.units", 30)
    canvas = Canvas()
    qtbot.addWidget(canvas)
    canvas.resize(864, 420)
    canvas.set_experiment(wide)
    mode = SlowMotionMode(canvas, canvas)
    mode.set_active(True, snapshot(wide))
    run = Run(wide, backend="twin")
    rehearsal = slow_motion(run, Rehearse(mode.wants().rehearse.row))
    mode.show_snapshot(snapshot(wide, slow_motion=rehearsal, parameters=run.parameters))
    named = 0
    for place in range(mode.walk.last + 1):
        mode.go(place)
        hidden = mode._unit() not in canvas.canvas_scene.columns[mode.walk.now.layer].units
        says = f"neuron {mode._unit() + 1}, out of sight" in mode.stage.formula.toPlainText()
        assert says == (hidden and mode.walk.now.phase != "loss")
        named += says
    assert named


def test_softmax_is_written_as_a_share_of_all_outputs():
    iris = edits.set_dataset(edits.default_experiment(), "iris")
    motion = slow_motion(Run(iris, backend="twin"), Rehearse(0))
    sheet = motion.layers["output"]
    for unit in range(3):
        line = re.sub(r"<[^>]*>", "", formulas.forward_lines(sheet, unit, iris)[-1]).replace(",", "")
        symbols, shares, share = line.split(" = ")[2:]
        own, total = (float(number) for number in shares.split(" / "))
        assert symbols.endswith(" / Σ ez")
        assert own / total == pytest.approx(float(share), abs=0.01)
        assert total == pytest.approx(float(np.exp(sheet.pre[:, 0]).sum()), rel=0.01)
    huge = sheet.pre * 0.0 + 1e4
    line = formulas.forward_lines(replace(sheet, pre=huge), 0, iris)[-1]
    assert "∞" not in line
    assert "NaN" not in line


@pytest.mark.parametrize(("answer", "wanted"), [(0.004, 0.0), (0.9961, 1.0), (0.99999, 1.0), (0.999, 0.0)])
def test_the_loss_of_a_sure_answer_adds_up(run, experiment, answer, wanted):
    motion, logit = slow_motion(run, Rehearse(0)), np.array([[math.log(answer / (1.0 - answer))]])
    output = replace(motion.layers["output"], pre=logit, post=np.array([[answer]]))
    loss = -math.log(answer if wanted else 1.0 - answer)
    sure = replace(motion, layers=motion.layers | {"output": output}, wanted=np.array([[wanted]]), loss=loss)
    left, right = worked_out(formulas.loss_lines(sure, experiment)[-1])
    assert left == pytest.approx(right, rel=0.06)
