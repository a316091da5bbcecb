"""Each defence of the redactor that a test without OCR watches: switched off, that test turns red.

The others are run by `make mutants`.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
def test_every_defence_is_missed_by_a_test() -> None:
    command = [sys.executable, "-m", "tests.support.mutants", "--quick", "--green"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    lines = done.stdout.splitlines()
    assert len(lines) > 20, done.stderr[-2000:]
    assert [line for line in lines if not line.startswith("red ")] == []
    assert done.returncode == 0
