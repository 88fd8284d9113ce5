"""Kernels on disk: whatever is wrong with that folder, the program trains, and says next to nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from playground.engine import compiled, kernel_cache
from playground.engine.run import Run
from playground.engine.warm_up import every_kernel
from playground.experiment import edits
from tests.patience import PATIENCE, wait_for

TRAIN = (
    "from playground.engine.run import Run; from playground.experiment import edits;"
    "experiment = edits.set_value(edits.default_experiment(), 'training.optimizer', 'sgd');"
    "run = Run(experiment); run.step(50); print(run.digest())"
)
KERNELS = Path("network-playground") / "kernels"


@pytest.fixture(scope="module")
def digest():
    run = Run(edits.set_value(edits.default_experiment(), "training.optimizer", "sgd"))
    run.step(50)
    return run.digest()


@pytest.fixture(scope="module")
def kept(digest):
    """The folder with the kernels of this very session, the ones for the test's network among them."""
    if kernel_cache.FOLDER is None:
        subprocess.run([sys.executable, "-c", TRAIN], check=True)
    assert kernel_cache.FOLDER is not None
    return kernel_cache.FOLDER


def train(home, **environment):
    """Digest and stderr of a process of its own with this folder for its cache."""
    told = {name: value for name, value in os.environ.items() if not name.startswith("NUMBA_")}
    told |= {"XDG_CACHE_HOME": str(home), "LOCALAPPDATA": str(home)} | environment
    command = [sys.executable, "-W", "error", "-c", TRAIN]
    done = subprocess.run(command, env=told, capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) <= 1
    return done.stdout.strip()


def copied(kept, home):
    folder = home / KERNELS / kept.name
    shutil.copytree(kept, folder)
    os.chmod(folder, 0o700)
    return folder


def truncate(folder):
    for file in folder.iterdir():
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def fill_with_garbage(folder):
    for file in folder.iterdir():
        file.write_bytes(os.urandom(5000))


def change_one_byte(folder):
    for file in folder.iterdir():
        code = bytearray(file.read_bytes())
        code[len(code) // 2] ^= 1
        file.write_bytes(code)


def put_folders_in_place_of_files(folder):
    for file in list(folder.iterdir()):
        file.unlink()
        file.mkdir()


def let_everybody_write(folder):
    os.chmod(folder, 0o777)


@pytest.mark.parametrize(
    "damage",
    [
        truncate,
        fill_with_garbage,
        change_one_byte,
        put_folders_in_place_of_files,
        let_everybody_write,
    ],
    ids=lambda damage: damage.__name__,
)
@pytest.mark.long
def test_a_damaged_cache_costs_time_and_nothing_else(kept, tmp_path, digest, damage):
    damage(copied(kept, tmp_path))
    assert train(tmp_path) == digest


@pytest.mark.long
def test_a_home_that_is_read_only(tmp_path, digest):
    tmp_path.chmod(0o500)
    assert train(tmp_path) == digest
    tmp_path.chmod(0o700)


@pytest.mark.long
def test_a_file_in_place_of_the_cache(tmp_path, digest):
    (tmp_path / KERNELS.parent).write_text("not a folder")
    assert train(tmp_path) == digest


def test_a_cache_that_is_there_is_used(kept, tmp_path, digest):
    folder = copied(kept, tmp_path)
    before = {file: file.stat().st_mtime_ns for file in folder.iterdir()}
    assert train(tmp_path) == digest
    assert {file: file.stat().st_mtime_ns for file in folder.iterdir()} == before


def test_with_all_kernels_kept_numba_is_not_imported(kept, tmp_path, digest, monkeypatch):
    copied(kept, tmp_path)
    monkeypatch.setattr(
        sys.modules[__name__], "TRAIN", TRAIN + "; import sys; assert 'numba' not in sys.modules"
    )
    assert train(tmp_path) == digest


@pytest.mark.long
@pytest.mark.parametrize("missing", [{"HOME": ""}, {"HOME": os.devnull}])
def test_without_a_home(missing, digest):
    told = {name: value for name, value in os.environ.items() if not name.startswith(("NUMBA_", "XDG_"))}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", TRAIN],
        env=told | missing,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert done.stdout.strip() == digest, done.stderr
    assert len(done.stderr.splitlines()) <= 1


def test_every_compiled_source_is_watched():
    """A kernel on disk must not outlive the lines it was made from."""
    from playground.engine.lift import lift

    with pytest.raises(RuntimeError, match="kernel_cache"):
        lift(edits.default_experiment, "float32")


def test_another_process_compiles_the_last_kernels_meanwhile(monkeypatch, tmp_path):
    for variable in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(variable, str(tmp_path))
    monkeypatch.setattr(kernel_cache, "FOLDER", tmp_path)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    processes, popen = [], subprocess.Popen

    def start(*command, **options):
        processes.append(popen(*command, **options))
        return processes[-1]

    monkeypatch.setattr("subprocess.Popen", start)
    with compiled._second_compiler(["pick", "transpose", "check", "next_chunk", "repeat"], "float32"):
        wait_for(lambda: list(tmp_path.rglob("next_chunk_float32")))
        assert list(tmp_path.rglob("repeat_float32"))
    assert len(processes) == 1
    assert processes[0].returncode is not None  # it has ended, with or without the last one


def test_two_compilers_meet_at_quick_kernels():
    names = ["pick", "check", "product", "apply:tanh", "loss:hinge", "record", "apply:relu"]
    ordered = compiled._from_both_ends(names)
    assert sorted(ordered) == sorted(names)
    assert ordered[:2] == ["product", "pick"]
    assert ordered[-2:] == ["record", "loss:hinge"]
    assert set(compiled.SLOW) <= {name.partition(":")[0] for name in every_kernel()}


@pytest.mark.parametrize("folder", ["kernels", "intrinsics"])
def test_a_change_of_any_part_of_a_kernel_makes_new_kernels(folder):
    parts = (Path(kernel_cache.__file__).parent / folder).glob("[!_]*.py")
    assert {f"engine.{folder}.{part.stem}" for part in parts} <= set(kernel_cache.SOURCES)
