"""The measuring of large tables goes all the way, from a file to trained steps."""

import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).resolve().parent.parent.parent / "packaging" / "benchmark_tables.py"


def test_a_small_table_is_measured():
    command = [sys.executable, str(SCRIPT), "--rows", "2000", "--columns", "5"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    for words in ("2,000 × 5", "read alone", "first rows on screen", "1,000 steps"):
        assert words in done.stdout
