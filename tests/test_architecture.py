"""The floors: imports only go down, and what each floor may never touch."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "playground"
FLOORS = ("catalog", "experiment", "engine", "export", "sweep", "session", "views", "app")
FILES = sorted(PACKAGE.rglob("*.py"))
QT = {"PySide6", "shiboken6", "pyqtgraph"}


def floor(file):
    parts = file.relative_to(PACKAGE).parts
    return parts[0] if len(parts) > 1 else ""


def imports(file):
    """Every module a file imports, at the top or inside functions."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: imports are written out in full"
            yield node.module


@pytest.mark.parametrize("file", FILES, ids=lambda f: str(f.relative_to(PACKAGE)))
def test_imports_only_go_down(file):
    here = floor(file)
    for module in imports(file):
        root = module.split(".")[0]
        if root in QT:
            assert here in ("views", "app"), f"{module} in {here}"
        if root in ("numba", "llvmlite"):
            assert here == "engine", f"{module} in {here}"
        if root == "playground" and module.count(".") and here:
            there = module.split(".")[1]
            if there in FLOORS:
                assert FLOORS.index(there) <= FLOORS.index(here), f"{here} imports {module}"
                assert not (here == "views" and there == "engine"), f"views import {module}"


@pytest.mark.parametrize("module", ["playground", "playground.app.cli", "playground.experiment.files"])
def test_no_qt_without_a_window(module):
    heavy = QT | {"numba", "pandas"}
    code = f"import sys, {module}; print([m for m in sys.modules if m.split('.')[0] in {heavy!r}])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "[]"


def test_no_file_can_run_code():
    forbidden = {"eval", "exec", "compile", "__import__"}
    for file in FILES:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in forbidden, f"{node.func.id} in {file}"
            if isinstance(node, ast.keyword) and node.arg == "allow_pickle":
                assert isinstance(node.value, ast.Constant), file
                assert node.value.value is False, file
        assert not {"pickle", "marshal", "shelve"} & {m.split(".")[0] for m in imports(file)}, file


def test_the_repository_names_no_registry_and_no_machine():
    hosts = "|".join(["py" + r"pi\.org", "python" + r"hosted\.org", "npm" + r"js\.org", "index" + "-url"])
    paths = "|".join(["/wor" + "k/(main|shared)", "/roo" + "t/"])
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True)
    files = tracked.stdout.split("\n") if tracked.returncode == 0 else []
    for name in files:
        file = ROOT / name
        if file.is_file() and file.suffix not in {".png", ".ttf", ".npz"}:
            text = file.read_text(encoding="utf-8", errors="replace")
            assert not re.search(hosts, text), f"{name} names a package registry"
            assert not re.search(paths, text), f"{name} holds a path of one machine"


def test_no_two_test_files_bear_the_same_name():
    """They are imported as modules without a package, so that one would stand in for the other."""
    names = [file.name for file in (ROOT / "tests").rglob("*.py") if file.name != "conftest.py"]
    assert sorted(names) == sorted(set(names))
