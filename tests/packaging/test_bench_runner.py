"""`make bench` prints JSON lines, and says by its exit code whether every budget held."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def run(folder: Path, *names: str) -> tuple[int, list[dict[str, object]]]:
    shutil.copy(ROOT / "tests" / "bench" / "run.py", folder / "run.py")
    done = subprocess.run([sys.executable, str(folder / "run.py"), *names], capture_output=True, text=True, check=False)
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]


def test_each_dict_is_a_line(tmp_path: Path) -> None:
    (tmp_path / "one.py").write_text("def run():\n    yield {'ratio': 1.5, 'ok': True}\n    yield {'ratio': 2}\n")
    code, lines = run(tmp_path)
    assert code == 0
    assert [(line["bench"], line["ratio"]) for line in lines] == [("one", 1.5), ("one", 2)]


def test_a_missed_budget_fails_at_the_end(tmp_path: Path) -> None:
    (tmp_path / "bad.py").write_text("def run():\n    return [{'ok': False}]\n")
    (tmp_path / "good.py").write_text("def run():\n    return [{'ok': True}]\n")
    code, lines = run(tmp_path)
    assert (code, [line["bench"] for line in lines]) == (1, ["bad", "good"])


def test_a_benchmark_that_breaks_does_not_hide_the_others(tmp_path: Path) -> None:
    (tmp_path / "broken.py").write_text("raise ValueError('x')\n")
    (tmp_path / "good.py").write_text("def run():\n    return [{'ok': True}]\n")
    code, lines = run(tmp_path)
    assert (code, lines[0]["error"], lines[1]["ok"]) == (1, "ValueError", True)


def test_a_name_that_is_not_there_is_said(tmp_path: Path) -> None:
    code, lines = run(tmp_path, "nothing")
    assert (code, lines) == (1, [])
