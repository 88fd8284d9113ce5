"""The five checks: stable verdicts where the truth is known, plausible ones on real tables."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from playground.catalog.datasets import datasets
from playground.catalog.tables.samples import ColumnUse
from playground.engine.run import Run
from playground.experiment import edits, files
from playground.experiment.baselines import baselines as simple
from playground.experiment.data import prepare
from playground.experiment.scoring import spelt
from playground.session.diagnostics import baselines
from playground.session.diagnostics.baselines import compared, in_turn, mean_score, straight
from playground.session.diagnostics.diagnosis import diagnose
from playground.session.diagnostics.evidence import Evidence
from playground.session.diagnostics.gap import way_back
from playground.session.diagnostics.inspection import Inspection
from playground.session.diagnostics.judged import judge
from playground.session.diagnostics.regimes import means
from playground.session.diagnostics.result import words_for
from playground.session.diagnostics.rules import rule
from playground.session.diagnostics.sanity import bounded
from playground.session.diagnostics.turns import Turn, turns
from tests.patience import PATIENCE

KEYS = ("splits", "baselines", "gap", "sanity", "regimes")


def start(name, **values):
    experiment = files.load(name) if name in ("weather", "plane", "xor") else None
    experiment = experiment or edits.set_dataset(edits.default_experiment(), name)
    for path, value in values.items():
        experiment = edits.set_value(experiment, path.replace("__", "."), value)
    return experiment


def inspected(experiment, steps=600):
    """The diagnosis of a network trained for so many steps, over its seeds."""
    run = Run(experiment)
    run.step(steps)
    inspection = Inspection(experiment, run.parameters | run.buffers, run.steps, run.history).start()
    assert inspection.wait(PATIENCE)
    state = inspection.state()
    assert state.done
    assert state.failure == ""
    assert len(state.diagnosis.evidence.seeds) == experiment.checks.seeds
    return state.diagnosis


def evidence_of(experiment, steps=200):
    """What the network on screen alone tells."""
    run = Run(experiment)
    run.step(steps)
    return Evidence(experiment, run.prepared, "validation", judge(run), run.steps, run.history)


def marks(diagnosis):
    assert tuple(check.key for check in diagnosis.checks) == KEYS
    return {check.key: check.mark for check in diagnosis.checks}


@pytest.mark.parametrize("seed", [1, 101, 201])
def test_on_a_plane_a_straight_line_wins_or_ties(seed):
    diagnosis = inspected(start("plane", seed=seed))
    word, _ = compared(diagnosis.evidence, "linear")
    assert word in ("equal", "worse")
    assert marks(diagnosis)["baselines"] != "passes"
    assert "straight-line model" in diagnosis.headline
    assert marks(diagnosis)["splits"] == "passes"


@pytest.mark.parametrize("seed", [1, 101, 201])
def test_on_xor_a_straight_line_is_useless(seed):
    diagnosis = inspected(start("xor", seed=seed))
    assert compared(diagnosis.evidence, "logistic")[0] == "better"
    assert compared(diagnosis.evidence, "majority")[0] == "better"
    assert marks(diagnosis)["baselines"] == "passes"
    assert (
        next(bar for bar in diagnosis.checks[1].picture.bars if bar.label == "Logistic regression").value
        < 0.7
    )


def test_weather_is_split_in_time_and_follows_a_known_trend():
    diagnosis = inspected(start("weather"), 1500)
    found = marks(diagnosis)
    assert found["splits"] == found["sanity"] == "passes"
    assert compared(diagnosis.evidence, "persistence")[0] == "better"
    assert compared(diagnosis.evidence, "linear")[0] in ("equal", "worse")
    assert 2.4 < diagnosis.evidence.own.score < 3.3
    assert "2013-12-31" in diagnosis.checks[0].sentence
    assert "as is known" in diagnosis.checks[3].sentence


@pytest.mark.long
@pytest.mark.parametrize(
    ("name", "rival"), [("stations", "linear"), ("oilsands", "logistic"), ("well_tx", "linear")]
)
def test_real_and_geoscience_tables_are_judged_by_their_spread(name, rival):
    diagnosis = inspected(start(name), 1500)
    assert marks(diagnosis)["splits"] != "fails"
    word, verdict = compared(diagnosis.evidence, rival)
    assert verdict.pairs == 5
    assert word in ("better", "equal", "worse")
    assert all(check.sentence.endswith(".") for check in diagnosis.checks)


def test_the_same_evidence_gives_the_same_words():
    evidence = evidence_of(start("plane"))
    first, second = diagnose(evidence), diagnose(evidence_of(start("plane")))
    assert [c.sentence for c in first.checks] == [c.sentence for c in second.checks]
    assert first.headline == second.headline


def test_chance_on_a_table_with_times_fails_and_the_action_cures_it():
    chance = start("weather", data__split="random")
    split = diagnose(evidence_of(chance)).checks[0]
    assert split.mark == "fails"
    assert split.action.label == "Split by time"
    assert split.action.edit(chance).data.split.kind == "time"
    assert diagnose(evidence_of(chance)).headline.startswith("Not ready to use.")


@pytest.mark.parametrize("name", ["weather", "penguins", "plane", "xor", "curve", "digits", "table", "swirl"])
def test_errors_by_regime_add_up_to_the_overall_error(name):
    evidence = evidence_of(start(name), 50)
    classes = evidence.classes
    for table in evidence.own.regimes:
        assert table.count.sum() == len(evidence.own.rows)
        known = table.count > 0
        error = table.error[known] if classes else table.error[known] ** 2
        whole = float((error * table.count[known]).sum() / table.count.sum())
        own = 1.0 - evidence.own.score if classes else evidence.own.score**2
        assert whole == pytest.approx(own, rel=1e-12)
    assert len(diagnose(evidence).checks) == 5


def test_every_action_can_be_made():
    made = 0
    for name in ("weather", "plane", "well_tx", "oilsands"):
        experiment = start(name)
        strict = edits.set_value(
            experiment, "checks", {"regime_look": 1.0, "regime_fail": 1.0, "gap_look": 0.0}
        )
        for check in diagnose(evidence_of(strict, 300)).checks:
            if check.action is not None and check.action.edit is not None:
                after = check.action.edit(strict)
                assert after != strict
                Run(after).step(2)
                made += 1
    assert made >= 4


def test_weighting_goes_on_from_the_weight_that_is():
    strict = edits.set_value(start("weather"), "checks", {"regime_look": 1.0, "regime_fail": 1.0})
    evidence = evidence_of(strict)
    action = diagnose(evidence).checks[4].action
    weighted = action.edit(strict)
    assert weighted.data.emphasis.weight == 3
    again = diagnose(replace(evidence, experiment=weighted)).checks[4].action.edit(weighted)
    assert again.data.emphasis.weight == 6


def test_impossible_predictions_fail_and_can_be_bounded():
    experiment = start("weather")
    evidence = evidence_of(experiment)
    wild = replace(evidence, own=replace(evidence.own, outside=0.03))
    check = diagnose(wild).checks[3]
    assert check.mark == "fails"
    assert "3%" in check.sentence
    run = Run(bounded(experiment))
    run.step(100)
    observed = run.prepared.raw_targets[run.prepared.train]
    predicted = run.predict(run.prepared.inputs * 50.0, scaled=True)
    restored = run.prepared.restore_targets(predicted)
    assert restored.min() >= observed.min() - 1e-4
    assert restored.max() <= observed.max() + 1e-4


def test_a_trend_that_runs_the_wrong_way_fails():
    evidence = evidence_of(start("weather"))
    response = evidence.own.responses[0]
    assert response.trend == 1
    turned = replace(response, y=-response.y)
    check = diagnose(replace(evidence, own=replace(evidence.own, responses=(turned,)))).checks[3]
    assert check.mark == "fails"
    assert "maximum temperature" in check.reason


def test_a_class_that_is_never_named_fails():
    evidence = evidence_of(start("penguins"))
    own = replace(evidence.own, predicted=np.zeros_like(evidence.own.predicted))
    check = diagnose(replace(evidence, own=own)).checks[3]
    assert check.mark == "fails"
    assert check.action.edit(evidence.experiment).data.emphasis.regimes == "Class"


def test_the_way_back_leads_to_the_best_step():
    evidence = evidence_of(start("weather"), 400)
    history = evidence.history.copy()
    history["validation_metric"][3] = 0.5
    own = replace(evidence.own, score=evidence.own.train_score * 1.3)
    check = diagnose(replace(evidence, history=history, own=own)).checks[2]
    assert check.mark == "look"
    assert check.action.step == history["step"][3]
    assert f"step {check.action.step:,}" in check.sentence


@pytest.mark.parametrize(("share", "worth"), [(0.99, False), (0.9, True)])
def test_a_step_that_was_hardly_better_is_not_worth_the_way_back(share, worth):
    evidence = evidence_of(start("weather"), 400)
    history = evidence.history.copy()
    history["step"][-1] = evidence.steps
    history["validation_metric"] = 3.0
    history["validation_metric"][3] = 3.0 * share
    assert (way_back(replace(evidence, history=history)) is not None) == worth


def test_the_limits_can_be_changed_and_are_kept_in_the_file():
    strict = start("plane", checks__gap_look=0.0, checks__gap_fail=0.0)
    assert files.loads(files.dumps(strict)).checks == strict.checks
    evidence = evidence_of(strict)
    worse = replace(evidence.own, score=evidence.own.train_score * 1.01)
    assert diagnose(replace(evidence, own=worse)).checks[2].mark == "fails"


def test_test_rows_are_judged_only_once_unlocked():
    locked = start("weather")
    run = Run(locked)
    inspection = Inspection(locked, run.parameters, 0, run.history).start()
    assert inspection.wait(PATIENCE)
    assert inspection.judges(edits.set_value(locked, "answers.given", "Air."), run.parameters, 0)
    touched = run.parameters | {"output.bias": run.parameters["output.bias"] + 1.0}
    assert not inspection.judges(locked, touched, 0)
    diagnosis = inspection.state().diagnosis
    assert np.isin(diagnosis.evidence.own.rows, run.prepared.validation).all()
    picture = diagnosis.checks[0].picture
    assert np.isnan(picture.value[run.prepared.test]).all()
    unlocked = start("weather", test_unlocked={"step": 3, "time": "2026-01-01T00:00:00Z"})
    inspection = Inspection(unlocked, run.parameters, 0, run.history).start()
    assert inspection.wait(PATIENCE)
    opened = inspection.state().diagnosis
    assert opened.evidence.part == "test"
    assert np.isin(opened.evidence.own.rows, run.prepared.test).all()
    assert np.isfinite(opened.checks[0].picture.value[run.prepared.test]).all()


def test_an_inspection_can_be_cancelled():
    experiment = start("weather")
    run = Run(experiment)
    inspection = Inspection(experiment, run.parameters, 5_000_000, run.history).start()
    inspection.cancel()
    assert inspection.wait(PATIENCE)
    assert inspection.state().done
    assert "Stopped" in inspection.state().message


def test_without_anything_to_judge_by_it_is_said():
    experiment = start("plane", data__split={"kind": "random", "train": 1.0, "validation": 0.0, "test": 0.0})
    run = Run(experiment)
    inspection = Inspection(experiment, run.parameters, 10, run.history).start()
    assert inspection.wait(PATIENCE)
    assert "no validation samples" in inspection.state().failure


def test_the_straight_line_is_a_network_without_hidden_layers():
    assert straight(start("weather")).network.layers == ()


def test_weighting_hot_days_makes_their_predictions_less_cold():
    plain = start("weather")
    hot = {"regimes": "Observed", "label": "above 26 °C", "low": 26.0, "weight": 5}
    run = Run(plain)
    run.step(800)
    before = judge(run).regimes[1]
    run.adopt(edits.set_value(plain, "data.emphasis", hot))
    run.step(800)
    after = judge(run).regimes[1]
    assert before.labels == after.labels
    assert before.bias[-1] < after.bias[-1] < 0.5
    assert after.error[-1] < before.error[-1]


def test_every_rule_can_be_said_with_its_limits():
    limits = start("weather", checks__gap_look=0.25).checks
    said = {key: rule(key, limits) for key in KEYS}
    assert all(words.endswith(".") and "{" not in words for words in said.values())
    assert "25%" in said["gap"]


def test_a_tie_with_the_nearest_samples_is_no_shame_and_is_said():
    evidence = evidence_of(start("spiral"))
    near = next(each.score for each in evidence.own.rivals if each.key == "neighbours")
    result = baselines.check(replace(evidence, own=replace(evidence.own, score=near)))
    assert result.mark == "passes"
    assert "As good as 5 nearest neighbours" in result.sentence
    assert diagnose(evidence).summary.endswith(": 5 nearest neighbours.")


@pytest.mark.parametrize("name", datasets.keys())
def test_every_data_set_can_be_checked(name):
    diagnosis = diagnose(evidence_of(start(name), 3))
    assert tuple(check.key for check in diagnosis.checks) == KEYS
    assert all(check.sentence.endswith(".") for check in diagnosis.checks)
    assert diagnosis.headline.endswith(".")
    assert diagnosis.summary.endswith(".")


def test_a_network_that_ran_away_is_told_so():
    experiment = start("plane")
    run = Run(experiment)
    broken = {name: np.full_like(values, np.nan) for name, values in run.parameters.items()}
    inspection = Inspection(experiment, broken, 10, run.history).start()
    assert inspection.wait(PATIENCE)
    assert "not finite numbers" in inspection.state().failure


def test_one_network_does_not_fail_for_one_sample():
    evidence = evidence_of(start("spiral"))
    near = next(each.score for each in evidence.own.rivals if each.key == "neighbours")
    for missed, word in ((1, "equal"), (40, "worse")):
        score = near - missed / len(evidence.own.rows)
        assert compared(replace(evidence, own=replace(evidence.own, score=score)), "neighbours")[0] == word


def test_of_an_answer_that_winds_neither_rise_nor_fall_is_said():
    evidence = evidence_of(start("curve"), 20)
    response = evidence.own.responses[0]

    def told(y):
        winding = replace(response, y=y)
        own = replace(evidence.own, responses=(winding,))
        return diagnose(replace(evidence, own=own)).checks[3].sentence

    assert "Predictions go up and down with x1" in told(np.sin(2.0 * response.x) + 0.1 * response.x)
    assert "Predictions rise with x1 and go on" in told(response.x)
    assert "Predictions fall with x1 and level off" in told(-np.clip(response.x, response.low, response.high))
    assert "Predictions rise with x1" in told(response.x + 0.05 * np.sin(response.x))
    bent = told(np.clip(response.x, response.low, None))
    assert "level off below the data and go on above them" in bent


def test_a_class_that_is_judged_but_never_learned_is_said():
    evidence = evidence_of(start("penguins"), 20)
    prepared = evidence.prepared
    first = np.flatnonzero(prepared.raw_targets.reshape(-1) == 0)
    without = replace(prepared, train=np.setdiff1d(prepared.train, first))
    check = diagnose(replace(evidence, prepared=without)).checks[0]
    name = prepared.class_names[0]
    assert check.mark == "look"
    assert check.sentence.endswith(f"No training sample is {name}, so that cannot be learned.")


def test_classes_show_how_often_each_is_named_and_is_there():
    evidence = evidence_of(start("penguins"), 60)
    shares = diagnose(evidence).checks[3].picture
    assert shares.names == evidence.prepared.class_names
    observed = np.bincount(evidence.own.observed.astype(int)) / len(evidence.own.rows)
    np.testing.assert_allclose(shares.observed, observed)
    np.testing.assert_allclose([shares.named.sum(), shares.observed.sum()], 1.0)


def test_samples_too_few_to_judge_any_regime_are_no_pass():
    evidence = evidence_of(start("curve"), 20)
    few = tuple(replace(each, count=np.minimum(each.count, 5)) for each in evidence.own.regimes)
    found = diagnose(replace(evidence, own=replace(evidence.own, regimes=few)))
    check = found.checks[4]
    assert check.mark == "look"
    assert check.sentence.startswith("Not judged: no regime has 20")
    assert "All five checks pass" not in found.headline


def test_the_network_is_drawn_by_the_numbers_that_it_is_judged_by():
    evidence = evidence_of(start("penguins"), 60)
    own = evidence.own
    seeds = tuple(replace(own, score=own.score - 0.01 * at) for at in range(1, 6))
    found = diagnose(replace(evidence, seeds=seeds))
    (network,) = [bar for bar in found.checks[1].picture.bars if bar.own]
    assert network.label == "Network, mean of 5 seeds"
    assert network.value == pytest.approx(np.mean([each.score for each in seeds]))
    assert "means of 5 seeds" in found.checks[2].sentence


def test_blocks_of_depth_are_judged_in_turn():
    split = {"kind": "depth", "train": 0.6, "validation": 0.2, "test": 0.2}
    experiment = edits.set_value(start("well_tx"), "data.split", split)
    diagnosis = inspected(experiment, steps=60)
    blocks = in_turn(diagnosis.evidence)
    assert len(blocks) == 4
    ends = [[float(end.replace(",", "")) for end in block.name.split(" to ")] for block in blocks]
    assert all(one[1] < other[0] for one, other in pairwise(ends))
    assert {block.own.count for block in blocks} == {5}
    sentence = diagnosis.checks[1].sentence
    assert "With each of 4 blocks of depth held out in turn, beside linear regression: " in sentence
    lowest = next(turn for turn in diagnosis.evidence.turns if turn.held == 4)
    alone = prepare(edits.set_value(experiment, "data.split.held", 4).data, experiment.seed)
    assert set(lowest.judged[0].rows) == set(alone.validation)
    assert blocks[0].rival == {each.key: each for each in simple(alone)}["linear"].score
    assert turns(start("plane"), own=True) == {}


@pytest.mark.parametrize("held", [1, 2, 10, 13, 16, 50])
def test_of_many_blocks_ten_are_judged_all_over_the_depth_the_present_one_among_them(held):
    split = {"kind": "depth", "train": 0.75, "validation": 0.05, "test": 0.2, "held": held}
    experiment = edits.set_value(start("well_tx"), "data.split", split)
    here = min(held, 16)
    others = turns(experiment, own=False)
    assert here not in others
    assert sorted({*others, here}) == list(turns(experiment, own=True))
    assert len(others) == 9
    assert max(np.diff([0, *sorted({*others, here}), 17])) <= 4  # no part of the well is left out
    evidence = evidence_of(experiment, 5)
    found = in_turn(replace(evidence, turns=tuple(Turn(each, (evidence.own,)) for each in others)))
    assert len(found) == 10
    diagnosis = diagnose(replace(evidence, turns=tuple(Turn(each, (evidence.own,)) for each in others)))
    assert "With 10 of 16 blocks of depth held out in turn, " in diagnosis.checks[1].sentence


RARE = "a,b,state\n" + "".join(
    f"{at * 7 % 50 / 10},{at * 13 % 40 / 10},{'failed' if at % 15 == 4 else 'well'}\n" for at in range(300)
)


def with_a_rare_class():
    columns = (
        ColumnUse("a", role="input"),
        ColumnUse("b", role="input"),
        ColumnUse("state", type="category", role="target", categories=("well", "failed")),
    )
    return edits.set_dataset(edits.default_experiment(), "table", text=RARE, columns=columns)


def test_where_a_class_is_rare_balanced_accuracy_decides():
    experiment = with_a_rare_class()
    evidence = evidence_of(experiment, 5)
    name, share = evidence.rare
    assert (name, share) == ("failed", pytest.approx(1 / 15))
    observed, own = evidence.own.observed, evidence.own
    wanted = np.mean([np.mean(own.predicted[observed == each] == each) for each in (0, 1)])
    assert own.score == pytest.approx(wanted)
    assert own.whole == pytest.approx(np.mean(own.predicted == observed))
    assert {each.key: each.score for each in own.rivals}["majority"] == 0.5
    assert own.weight == pytest.approx(4 / sum(1 / np.sum(observed == each) for each in (0, 1)))
    found = diagnose(evidence)
    assert "As only 6.7% of the samples are failed, shares are balanced accuracy" in found.checks[1].sentence
    assert "of each class right on average" in found.summary
    assert "means over classes" in found.checks[2].sentence
    assert found.checks[2].picture.validation[-1] == pytest.approx(1.0 - own.whole)


def test_how_rare_a_class_must_be_is_a_limit():
    experiment = with_a_rare_class()
    evidence = evidence_of(edits.set_value(experiment, "checks.rare", 0.1), 5)
    assert evidence.rare is None
    assert evidence.own.score == evidence.own.whole
    assert "balanced" not in diagnose(evidence).checks[1].sentence
    assert "less than 10% of an equal share" in rule("baselines", evidence.limits)
    assert evidence_of(start("plane"), 5).rare is None


def test_folds_of_whole_groups_are_judged_in_turn_on_one_deal():
    experiment = edits.set_value(
        start("penguins"), "data.split", {"kind": "group", "train": 0.6, "validation": 0.2, "test": 0.2}
    )
    diagnosis = inspected(experiment, steps=20)
    own = prepare(experiment.data, experiment.seed)
    found = diagnosis.evidence.turns
    assert len(found) == len(in_turn(diagnosis.evidence)) == 2  # three islands, one of which tests
    for turn in found:
        assert len({tuple(judged.rows) for judged in turn.judged}) == 1  # the same for all seeds
        assert len(np.unique(own.group[turn.judged[0].rows])) == 1
        assert not np.isin(turn.judged[0].rows, own.test).any()
    assert set(found[0].judged[0].rows) == set(own.validation)
    assert {block.name for block in in_turn(diagnosis.evidence)} < {"Biscoe", "Dream", "Torgersen"}
    assert "With each of 2 folds by island held out in turn, beside " in diagnosis.checks[1].sentence
    assert turns(edits.set_value(experiment, "seed", 0), own=True) == {}


def test_where_a_seed_learned_from_one_class_alone_a_straight_border_names_that_class():
    evidence = evidence_of(start("xor"), 5)
    own = evidence.own
    scores = {each.key: each.score for each in own.rivals}
    without = replace(own, rivals=tuple(each for each in own.rivals if each.key != "logistic"))
    found = diagnose(replace(evidence, seeds=(own, without)))
    assert mean_score(found.evidence, "logistic") == (scores["logistic"] + scores["majority"]) / 2
    assert np.isfinite([bar.value for bar in found.checks[1].picture.bars]).all()
    folds = (Turn(1, (own,)), Turn(2, (without,)))
    first, second = in_turn(replace(evidence, part="test", turns=folds))
    assert (first.rival, second.rival) == (scores["logistic"], scores["majority"])
    assert first.word == compared(evidence, "logistic")[0]
    assert second.word == compared(evidence, "majority")[0]


@pytest.mark.parametrize(("deal", "judged"), [(0, (1, 2)), (7, (1,)), (7, (2,))])
def test_a_fold_beyond_the_last_counts_no_part_twice(deal, judged):
    split = {"kind": "group", "train": 0.6, "validation": 0.2, "test": 0.2, "held": 50, "deal": deal}
    evidence = evidence_of(edits.set_value(start("stations"), "data.split", split), 5)
    found = in_turn(replace(evidence, turns=tuple(Turn(held, (evidence.own,)) for held in judged)))
    assert len(found) == 2


def test_a_network_that_loses_on_some_blocks_needs_a_look(monkeypatch):
    evidence = evidence_of(start("xor"))
    block = baselines.Block("0 to 1", evidence.spread(), 0.5, "worse", "logistic")
    monkeypatch.setattr(baselines, "in_turn", lambda _: (block, replace(block, word="better")))
    result = baselines.check(evidence)
    assert result.mark == "look"
    assert result.reason == "A straight border between the classes does better in 1 of 2 blocks of depth."


def test_regimes_of_other_seeds_alone_have_no_error_here():
    evidence = evidence_of(start("penguins"), 20)
    table = next(each for each in evidence.own.regimes if each.name == "Class")
    here = replace(table, count=table.count * np.array([1, 0, 1]))
    mixed = replace(evidence, own=replace(evidence.own, regimes=(here,)), seeds=(evidence.own,))
    (found,) = means(mixed)
    assert np.isnan(found.error[1])
    np.testing.assert_allclose(found.error[[0, 2]], table.error[[0, 2]])


def test_the_summary_tells_this_network_from_others_of_its_kind():
    evidence = evidence_of(start("penguins"), 20)
    own = evidence.own
    worse = tuple(replace(own, score=own.score - 0.1) for _ in range(5))
    assert "seeds" not in diagnose(evidence).summary
    told = diagnose(replace(evidence, seeds=worse)).summary
    best = max(each.score for each in own.rivals)
    networks = f"Over 5 seeds, such networks get {spelt(own.score - 0.1, 'share')} right."
    baseline = f"The best baseline reaches {spelt(best, 'share')}: Logistic regression."
    assert told.replace("\u00a0", " ").endswith(f"{networks} {baseline}")


def test_the_summary_and_the_bars_show_one_number_for_one_baseline():
    evidence = evidence_of(start("penguins"), 20)
    others = tuple(
        replace(
            evidence.own, rivals=tuple(replace(each, score=each.score - by) for each in evidence.own.rivals)
        )
        for by in (0.05, 0.1, 0.15)
    )
    found = diagnose(replace(evidence, seeds=others))
    best = max(bar.value for bar in found.checks[1].picture.bars if not bar.own)
    assert f"The best baseline reaches {words_for(best, '', True)}: " in found.summary
