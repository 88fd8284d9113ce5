"""Use the installed program as a user would: list, check, train, and a window that trains and saves.

Run by `bootstrap.py test` with the interpreter of a clean environment that holds the wheel alone.
Takes the folder to work in. Exit status 0 if everything went well.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path


def playground(*arguments: object, folder: Path) -> str:
    """Run the installed command; its standard output. Ends with the complaint if it fails."""
    command = Path(sys.executable).with_name("playground" + (".exe" if os.name == "nt" else ""))
    env = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "HOME": str(folder), "XDG_STATE_HOME": str(folder)}
    done = subprocess.run(
        [str(command), *map(str, arguments)], cwd=folder, env=env, capture_output=True, text=True, timeout=300
    )
    if done.returncode:
        sys.exit(f"playground {' '.join(map(str, arguments))} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def main(folder: Path) -> None:
    """Every command once."""
    assert "tanh" in playground("list", folder=folder)
    presets = [line.split()[0] for line in playground("presets", folder=folder).splitlines() if line.strip()]
    assert presets, "no presets are shipped"
    playground("check", presets[0], folder=folder)
    out = folder / "out"
    told = json.loads(playground("train", presets[0], "--epochs", 3, "--json", "--out", out, folder=folder))
    assert told["steps"] > 0
    assert {path.name for path in out.iterdir()} == {"history.csv", "initial.npz", "final.npz"}
    picture = folder / "window.png"
    playground("screenshot", presets[0], picture, "--size", "1100x700", "--steps", 50, folder=folder)
    assert picture.stat().st_size > 10_000
    print("The wheel works in a clean environment.")


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
