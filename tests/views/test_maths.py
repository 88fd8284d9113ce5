"""The maths panel: the text against golden text, and symbols tied to the canvas both ways."""

from __future__ import annotations

import math
import re
from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QUrl

from playground.catalog import registries
from playground.engine.run import Run
from playground.experiment import edits
from playground.experiment.shapes import shapes
from playground.session.slow_motion import slow_motion
from playground.session.snapshot import Rehearse
from playground.views.canvas.hits import Hit
from playground.views.canvas.links import hit_of, link_of
from playground.views.canvas.view import Canvas
from playground.views.maths.maths_panel import MathsPanel
from playground.views.maths.notation import INVERSION, SLOTS, Place, exact, setting_symbol, spell
from playground.views.maths.update import Update, hats, step_rows
from playground.views.maths.writer import Numbers, Style, write
from tests.views.snapshots import experiment_of, history, snapshot

START = experiment_of()


def plain(html):
    """The text with ^ and _ for what is raised and lowered, * around what is bold."""
    text = re.sub(r"</p>|</tr>|<br>", "\n", html).replace("&nbsp;", " ")
    text = text.replace("<sup>", "^").replace("<sub>", "_")
    text = re.sub(r"</?b>", "*", text)
    text = re.sub(r"<[^>]*>", "", text)
    lines = [re.sub(r" +", " ", line).strip() for line in text.split("\n")]
    return "\n".join(line for line in lines if line)


def numbers(experiment, seed=1):
    random = np.random.default_rng(seed)
    tensors = {n: s for layer in shapes(experiment).layers for n, s in layer.parameters.items()}
    return {name: random.normal(size=size).round(2) for name, size in tensors.items()}


def small():
    made = edits.with_layers(START, ())
    return edits.add_layer(made, 0, "dense", units=2, activation="relu")


GOLDEN = """\
*x* = (x_1, x_2)^⊤ ∈ ℝ^2
*h*^(1) = ReLU(W^(1) *x* + *b*^(1))
W ∈ ℝ^2×2, *b* ∈ ℝ^2
⎡ 0.35 0.82 ⎤
⎣ 0.33 −1.30 ⎦
⎡ 0.91 ⎤
⎣ 0.45 ⎦
ŷ = sigmoid(W^(2) *h*^(1) + *b*^(2))
W ∈ ℝ^1×2, *b* ∈ ℝ^1
[ −0.54 0.58 ]
[ 0.36 ]
θ = {W^(1), *b*^(1), W^(2), *b*^(2)}, 9 numbers
*Loss*
𝓛(θ) = −mean [y log ŷ + (1 − y) log(1 − ŷ)]
𝓛_train = 0.2500, 𝓛_validation = 0.5000
*Selected neuron*
z_2^(1) = 0.33 x_1 − 1.30 x_2 + 0.45
h_2^(1) = ReLU(z_2^(1))
*Momentum*
v ← μ v + g, w ← w − η v
η = 0.1, μ = 0.5
What step 8 does
g = ∂𝓛/∂w_2,1^(1) = 0.2000
v = 0.4000 → 0.4000
w_2,1^(1) = 0.3300 → 0.2900
Δw_2,1^(1) = −0.04000"""


def golden_case():
    made = edits.set_value(small(), "training.optimizer", "momentum")
    made = edits.set_value(made, "training.optimizer.learning_rate", 0.1)
    made = edits.set_value(made, "training.optimizer.momentum", 0.5)
    parameters = numbers(made)
    weight = parameters["dense_1.weight"]
    after = weight.copy()
    after[1, 0] -= 0.04
    velocity, slope = np.full((2, 2), 0.4), np.full((2, 2), 0.2)
    update = Update(
        8,
        {"weight": weight, "weight/velocity": velocity},
        {"weight": slope},
        {"weight": after, "weight/velocity": velocity},
    )
    return made, Numbers(parameters, 0.25, 0.5, update)


def test_a_small_network_is_written_like_this():
    made, now = golden_case()
    assert plain(write(made, now, Style(selected=Place("dense_1", 1, 0)))) == GOLDEN


def test_prediction_and_observation_can_bear_the_names_of_inversion():
    made = experiment_of("plane")
    text = plain(write(made, Numbers(), Style(names=INVERSION)))
    assert "𝓛(θ) = mean (d^pred − d^obs)^2" in text
    assert "d^pred = W^(3) *h*^(2) + *b*^(3)" in text


def test_a_linear_network_shows_the_layer_it_equals():
    made = edits.set_value(small(), "network.dense_1.activation", "identity")
    now = numbers(made)
    text = plain(write(made, Numbers(now)))
    w = now["output.weight"] @ now["dense_1.weight"]
    assert "*The single layer it equals*\nŷ = sigmoid(W *x* + *b*)\nW = W^(2) W^(1)\nW =[" in text
    assert f"[ {spell(w[0, 0])} {spell(w[0, 1])} ]" in text


@pytest.mark.parametrize("kind", registries["layers"].keys())
def test_every_layer_can_be_written(kind):
    made = edits.add_layer(START, 1, kind)
    if made.layer(f"{kind}_1").entry.joins is not None:
        made = edits.set_value(made, f"network.{kind}_1.inputs", ("input", "dense_1"))
    html = write(made, Numbers(numbers(made)), Style(selected=Place("dense_1", 0, 0)))
    for name in ("dense_1", f"{kind}_1", "output"):
        assert f'href="layer:{name}"' in html
    assert html.count("<table") == html.count("</table>")


@pytest.mark.parametrize("kind", registries["optimizers"].keys())
def test_every_rule_can_be_written(kind):
    made = edits.set_value(START, "training.optimizer", kind)
    entry = made.training.optimizer.entry
    text = write(made, Numbers(numbers(made)))
    assert entry.label in text
    assert entry.formula in text
    for loss in registries["losses"]:
        assert "𝓛(<i>θ</i>)" in write(edits.set_loss(START, loss.key), Numbers())


def test_large_matrices_have_dots_in_the_middle():
    made = edits.set_dataset(START, "digits")
    text = plain(write(made, Numbers(numbers(made)), Style(selected=Place("dense_1", 0, 0))))
    assert "…" in text
    assert len(text.split("\n")) < 90
    assert max(len(line) for line in text.split("\n")) < 200


def test_numbers_are_spelt_with_a_real_minus_sign():
    assert [spell(v) for v in (-0.001, 1.005, -123.4, np.inf, np.nan)] == ["0.00", "1.00", "−123", "∞", "NaN"]
    assert exact(-0.000123456) == "−1.235 · 10<sup>−4</sup>"
    assert exact(0.05) == "0.05000"


def test_addresses_lead_back_to_their_places():
    for place in (Place("dense_1"), Place("dense_1", 2), Place("output", 0, 3)):
        assert Place.of(place.link) == place
    for wrong in ("", "edge:dense_1", "unit:dense_1:x", "http://example.org"):
        assert Place.of(wrong) is None


@pytest.fixture
def canvas(qtbot):
    view = Canvas()
    qtbot.addWidget(view)
    view.resize(864, 600)
    view.set_experiment(START)
    view.show_snapshot(snapshot(START, parameters=numbers(START)))
    return view


def test_a_symbol_shows_its_place_on_the_canvas_and_back(canvas, qtbot):
    scene = canvas.canvas_scene
    for link in ("layer:dense_2", "unit:dense_1:3", "edge:dense_2:1:4", "unit:input:1"):
        assert link_of(scene, hit_of(scene, link)) == link
    assert hit_of(scene, "layer:gone") == Hit()
    with qtbot.waitSignal(canvas.pointed) as caught:
        canvas.light("edge:dense_2:1:4")
    assert caught.args == ["edge:dense_2:1:4"]
    assert scene.callout.isVisible()
    canvas.light("unit:dense_1:3")
    assert scene.columns["dense_1"].neurons[3].is_hovered
    canvas.light("")
    assert not scene.columns["dense_1"].neurons[3].is_hovered


@pytest.fixture
def panel(qtbot):
    view = MathsPanel()
    qtbot.addWidget(view)
    view.set_experiment(START)
    view.resize(328, 900)
    view.show()
    view.show_snapshot(snapshot(START, parameters=numbers(START)))
    return view


def test_the_panel_asks_only_while_it_is_seen(panel):
    assert panel.wants().rehearse == Rehearse()
    panel.hide()
    assert panel.wants().rehearse is None


def test_the_last_numbers_are_written_however_soon_they_come(panel, qtbot):
    loss = history(2)
    loss.train_loss[:] = 0.5, 0.125
    panel.show_snapshot(snapshot(START, state="paused", history=loss[:1]))
    panel.show_snapshot(snapshot(START, state="paused", history=loss))
    qtbot.waitUntil(lambda: "0.1250" in panel.html())


def test_what_is_pointed_at_on_the_canvas_lights_up_in_the_text(panel):
    assert "background-color" not in panel.html()
    panel.light("unit:dense_1:2")
    assert "background-color" in panel.html()
    panel.light("edge:dense_2:1:4")
    panel.light("")
    assert "background-color" not in panel.html()
    assert "<i>z</i><sub>2</sub><sup>(2)</sup>" in panel.html()  # the weight that was pointed at stays


def test_a_click_on_a_symbol_selects_it(panel, qtbot):
    with qtbot.waitSignal(panel.chosen) as caught:
        panel.pages[0].anchorClicked.emit(QUrl("edge:dense_1:3:1"))
    assert caught.args == ["dense_1", 3]
    assert "<i>z</i><sub>4</sub><sup>(1)</sup>" in panel.html()
    with qtbot.waitSignal(panel.pointed):
        panel.pages[0].highlighted.emit(QUrl("layer:dense_1"))


def test_the_names_can_be_switched(panel):
    panel._names.set_value("inversion")
    panel._names.edited.emit("inversion", True)
    assert "pred" in panel.html()


def test_pages_that_grow_never_lie_on_one_another(panel, qtbot):
    """Even where Qt's own request to lay them out anew got lost."""
    qtbot.wait(20)
    for page in panel.pages:
        page.offer("<p>one line</p>" * 12)
    QCoreApplication.removePostedEvents(panel, QEvent.Type.LayoutRequest)
    qtbot.waitUntil(lambda: all(a.geometry().bottom() < b.geometry().top() for a, b in pairwise(panel.pages)))


# What is shown is what runs


def worked_out(formula, known):
    """The assignments of a formula in rich text, one after the other: the values by symbol."""
    text = formula.replace("<sup>2</sup>", "**2").replace("<sup><i>t</i></sup>", "**t").replace("&nbsp;", "")
    text = re.sub(r"<[^>]*>", "", text).translate(str.maketrans("−₁₂", "-12")).replace("\u0302", "_hat")
    text = re.sub(r"√(\w+)", r"√(\1)", text).replace("√(", "sqrt(")
    known = known | {"sqrt": math.sqrt}
    for assignment in text.split(","):
        symbol, right = (side.strip() for side in re.split("[←=]", assignment))
        known[symbol] = eval(re.sub(r"(?<=[\w)]) (?=[\w(])", " * ", right), known)
    return known


CHANGES = {
    "plain": {},
    "penalized": {"training.l1": 0.01, "training.l2": 0.1},
    "clipped": {"training.clip_norm": 0.02, "training.clip_value": 0.004, "training.l2": 0.1},
    "scheduled": {"training.schedule": {"kind": "exponential", "factor": 0.5}},
    "with momentum": {"training.optimizer.momentum": 0.8},
    "centred": {"training.optimizer.momentum": 0.8, "training.optimizer.centered": True, "training.l2": 0.1},
}


def rules():
    for entry in registries["optimizers"]:
        if not entry.searches:
            yield from ((entry.key, what) for what in CHANGES if what not in ("centred", "with momentum"))
    yield from (("rmsprop", "with momentum"), ("rmsprop", "centred"))


@pytest.mark.parametrize(("kind", "what"), list(rules()))
def test_the_rule_as_it_is_shown_makes_the_step_that_is_taken(kind, what):
    experiment = START
    for path, value in ({"training.optimizer": kind, "training.batch_size": 1000} | CHANGES[what]).items():
        experiment = edits.set_value(experiment, path, value)
    run = Run(experiment, "float64")
    run.step(3)
    motion = slow_motion(run, Rehearse(None))
    sheet = motion.layers["dense_1"].update
    update = Update(motion.step, sheet.before, sheet.gradient, sheet.after, sheet.clipped, motion.settings)
    index, training, optimizer = (1, 1), experiment.training, experiment.training.optimizer
    digits = str.maketrans("₁₂", "12")
    known = {
        re.sub("<[^>]*>", "", setting_symbol(setting)).split()[-1].translate(digits): motion.settings[
            setting.key
        ]
        for setting in optimizer.entry.settings
    }
    w = float(sheet.before["weight"][index])
    g = float((sheet.clipped or sheet.gradient)["weight"][index])
    known |= {"w": w, "g": g + training.l2 * w + training.l1 * np.sign(w), "t": motion.step}
    after = {"w": float(sheet.after["weight"][index])}
    for slot in optimizer.entry.slots:
        known[SLOTS[slot][3]] = float(sheet.before[f"weight/{slot}"][index])
        after[SLOTS[slot][3]] = float(sheet.after[f"weight/{slot}"][index])
    lines = (*hats(optimizer), optimizer.entry.formula)
    for line in lines:
        known = worked_out(line, known)
    for symbol in after:
        if f"<i>{symbol}</i> ←" in " ".join(lines):
            assert known[symbol] == pytest.approx(after[symbol], rel=1e-12)
    assert known["w"] - w == pytest.approx(after["w"] - w, rel=1e-9)
    rows = dict(step_rows(update, index, training, "w", "name"))
    assert rows["Δname"] == exact(after["w"] - w)
    assert next(right for left, right in reversed(rows.items()) if "<i>g</i>" in left) == exact(known["g"])


def test_a_line_search_shows_its_direction_and_how_far_it_went():
    made = edits.set_value(edits.set_value(START, "training.optimizer", "lbfgs"), "training.batch_size", 1000)
    run = Run(made, "float64")
    run.step(3)
    motion = slow_motion(run, Rehearse(None))
    sheet = motion.layers["dense_1"].update
    before = run.parameters["dense_1.weight"][1, 1]
    run.step()
    after = run.parameters["dense_1.weight"][1, 1]
    along, length = float(sheet.after["weight/direction"][1, 1]), motion.settings["search_length"]
    assert before + length * along == pytest.approx(after, rel=1e-12)
    update = Update(motion.step, sheet.before, sheet.gradient, sheet.after, settings=motion.settings)
    rows = dict(step_rows(update, (1, 1), made.training, "w", "name"))
    assert (rows["−<i>H g</i>"], rows["<i>t</i>"]) == (exact(along), exact(length))
    assert (rows["w"], rows["Δname"]) == (f"{exact(before)} → {exact(after)}", exact(after - before))


def test_what_settings_change_is_written():
    made = edits.fit_to_data(edits.set_dataset(START, "spiral", arms=3))
    made = edits.add_layer(edits.add_layer(made, 1, "dropout", scaling="at_test_time"), 1, "batch_norm")
    made = edits.set_value(made, "training.loss.label_smoothing", 0.1)
    made = edits.set_value(
        edits.set_value(made, "training.l2", 0.5), "network.dense_1.activation", "leaky_relu"
    )
    now = Numbers(numbers(made), train_loss=0.25)
    text = plain(write(made, now))
    assert "*h* = x · mask" not in text
    assert "h = x · mask, at test time h = (1 − p) x, p = 0.2, Scaling = at test time" in text
    assert "𝓛(θ) = 𝓛_data(θ) + 0.5000/2 Σ θ_i^2" in text
    assert "𝓛_data(θ) = −mean [(1 − ε) log ŷ_true class + ε mean_all classes log ŷ]\nε = 0.1" in text
    assert "𝓛_data, train = 0.2500" in text
    assert f"⎡ {spell(now.parameters['batch_norm_1.weight'][0])} ⎤" in text
    assert "Σ w^2" in plain(write(edits.set_value(made, "training.penalize_biases", False), now))


def test_fewer_inputs_are_written_before_there_are_numbers_of_them(panel):
    """An input feature that was switched off with the panel open ended in an exception."""
    panel.select("dense_1", 1)
    panel.set_experiment(edits.set_value(START, "data.features", ("x1",)))
    assert "Selected neuron" not in plain(panel.html())
    panel.set_experiment(START)
    assert "Selected neuron" in plain(panel.html())


@pytest.mark.parametrize("kind", registries["optimizers"].keys())
def test_a_step_of_the_rule_before_is_not_shown_as_one_of_the_rule_that_is_chosen(panel, kind):
    run = Run(START)
    panel.show_snapshot(snapshot(START, state="paused", slow_motion=slow_motion(run, Rehearse(None))))
    assert "What step 1 does" in panel.html()
    panel.set_experiment(edits.set_value(START, "training.optimizer", kind))
    assert ("What step 1 does" in panel.html()) == (kind == START.training.optimizer.kind)
