"""The walk-through on changing a rule: every command of the page, in order, as it stands."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "policies" / "docs" / "change.md"


def test_an_officer_goes_from_draft_to_rollback(tmp_path: Path) -> None:
    blocks = re.findall(r"```sh\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) == 6
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", "\n".join(blocks)],
        cwd=tmp_path,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    assert "refused: replay the draft against the bundle in force first" in done.stderr
    assert "'aliya' may not approve" in done.stderr
    assert "2 of 3 replayed: 1 same, 0 gain, 1 lose" in done.stdout
    assert "category address: +0 -1 (e.g. r-1)" in done.stdout
    assert "not replayable: 1 (facts were not kept)" in done.stdout
    states = [json.loads(line) for line in done.stdout.splitlines() if line.startswith('{"active"')]
    assert [one["active"]["revision"] for one in states] == [2]
    steps = [line.split()[1] for line in done.stdout.splitlines() if re.match(r"\d+ [a-z]+ by ", line)]
    assert steps[-11:] == [
        "draft",
        "check",
        "test",
        "approve",
        "activate",
        "draft",
        "check",
        "test",
        "replay",
        "approve",
        "activate",
    ] or steps[-1] == "rollback"
