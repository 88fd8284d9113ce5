"""The benchmark: it times what is right, refuses what is wrong, and says which peers are missing."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

PACKAGING = Path(__file__).resolve().parent.parent.parent / "packaging"


@pytest.fixture(scope="module")
def benchmark():
    sys.path.insert(0, str(PACKAGING))
    try:
        import benchmark

        yield benchmark
    finally:
        sys.path.remove(str(PACKAGING))


@pytest.fixture(scope="module")
def task(benchmark, tmp_path_factory):
    return benchmark.write_task(benchmark.WORKLOADS[0], tmp_path_factory.mktemp("task") / "task.npz")


def test_a_gradient_that_is_off_is_named(benchmark, task, tmp_path):
    from benchmark_peers import NumPyLoop

    loss, found = NumPyLoop(task).check()
    arrays = {f"gradient{i}": g for i, g in enumerate(found)}
    np.savez(tmp_path / "right.npz", loss=loss, **arrays)
    assert benchmark.wrong(task, tmp_path / "right.npz") == ""
    np.savez(tmp_path / "loss.npz", loss=loss + 0.01, **arrays)
    assert "loss" in benchmark.wrong(task, tmp_path / "loss.npz")
    np.savez(tmp_path / "off.npz", loss=loss, **arrays | {"gradient1": found[1] * 1.01})
    assert "gradient 1" in benchmark.wrong(task, tmp_path / "off.npz")
    np.savez(tmp_path / "nan.npz", loss=loss, **arrays | {"gradient0": found[0] * np.nan})
    assert "gradient 0" in benchmark.wrong(task, tmp_path / "nan.npz")


def test_gradients_are_judged_away_from_kinks(benchmark, tmp_path):
    from benchmark_peers import Task

    workload = benchmark.own_workload("2-300-300-3 relu sgd 100")
    task = benchmark.write_task(workload, tmp_path / "task.npz")
    x, y = task.judged
    assert 0.9 * len(task.x) < len(x) == len(y)
    given = dict(np.load(tmp_path / "task.npz"))
    given["weight0"][7], given["bias0"][7] = 0, 1e-6  # a unit that lies at its kink for all samples
    np.savez(tmp_path / "kink.npz", **given)
    assert len(Task(str(tmp_path / "kink.npz")).judged[0]) == 0


def test_a_network_of_ones_own(benchmark, capsys, monkeypatch):
    workload = benchmark.own_workload("20-64-32-3 relu adam 16")
    assert (workload.inputs, workload.hidden, workload.classes) == (20, (64, 32), 3)
    assert (workload.activation, workload.optimizer, workload.batch) == ("relu", "adam", 16)
    for nonsense in (
        "",
        "20-3 relu adam 16",
        "20-64-3 gelu adam 16",
        "20-64-3 relu adam 0",
        "a-b-c relu adam 1",
    ):
        monkeypatch.setattr(sys, "argv", ["benchmark.py", "--own", nonsense])
        with pytest.raises(SystemExit):
            benchmark.main()
        assert "is no network" in capsys.readouterr().err


def test_a_wrong_engine_is_not_timed(benchmark, monkeypatch, tmp_path):
    monkeypatch.setattr(benchmark, "wrong", lambda task, found: "gradient 0 is off by 1")
    with pytest.raises(RuntimeError, match="nothing is timed"):
        benchmark.measure(benchmark.WORKLOADS[-1], 1, sys.executable, tmp_path)


def test_ratios_come_out(benchmark, monkeypatch, tmp_path):
    monkeypatch.setattr(benchmark, "SLICE", 0.002)
    result = benchmark.measure(benchmark.WORKLOADS[0], 2, sys.executable, tmp_path)
    assert {"limit", "NumPy"} <= result["ratios"].keys()
    assert all(ratio > 0 for ratio in result["ratios"].values())
    json.dumps(result)
    assert any("x NumPy" in line for line in benchmark.lines(result))


def test_products_are_counted(benchmark):
    flops = {workload.name: workload.megaflops for workload in benchmark.WORKLOADS}
    assert flops["2-8-8-1 tanh, SGD, batch 10"] == pytest.approx(2 * 10 * (3 * (16 + 64 + 8) - 16) / 1e6)


def test_help_says_how(benchmark):
    done = subprocess.run(
        [sys.executable, str(PACKAGING / "benchmark.py"), "--help"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "--json" in done.stdout
