"""The walk-through on changing a rule: every command of the page, in order, as it stands.

Commands of ours run in this process (each start costs seconds), everything between them in a shell.
"""

from __future__ import annotations

import json
import re
import shlex
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

from qupia_server.cli import application

PAGE = Path(__file__).resolve().parents[2] / "policies" / "docs" / "change.md"


def run_ours(line: str) -> tuple[int, str, str]:
    """Run `qupia ...`, with `< file` and `|| echo ...` as a shell would."""
    command, _, otherwise = line.partition(" || ")
    words = shlex.split(command)
    given = ""
    if "<" in words:
        at = words.index("<")
        given, words = Path(words[at + 1]).read_text(encoding="utf-8"), words[:at]
    result = CliRunner().invoke(application, words[1:], input=given)
    if result.exit_code and otherwise:
        return 0, result.stdout + shlex.split(otherwise)[1] + "\n", result.stderr
    return result.exit_code, result.stdout, result.stderr


def run_shell(lines: list[str]) -> None:
    subprocess.run(["bash", "-euo", "pipefail", "-c", "\n".join(lines)], check=True, timeout=60)


def test_an_officer_goes_from_draft_to_rollback(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"```sh\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) == 6
    said, warned, shell = "", "", list[str]()
    for line in "".join(blocks).splitlines():
        if not line.startswith("qupia "):
            shell.append(line)
            continue
        run_shell(shell)
        shell = []
        code, out, err = run_ours(line)
        assert code == 0, f"{line}: {err}"
        said, warned = said + out, warned + err
    assert shell == []
    assert "refused: replay the draft against the bundle in force first" in warned
    assert "'aliya' may not approve" in warned
    assert "2 of 3 replayed: 1 same, 0 gain, 1 lose" in said
    assert "category address: +0 -1 (e.g. r-1)" in said
    assert "not replayable: 1 (facts were not kept)" in said
    states = [json.loads(line) for line in said.splitlines() if line.startswith('{"active"')]
    assert [one["active"]["revision"] for one in states] == [2]
    steps = [line.split()[1] for line in said.splitlines() if re.match(r"\d+ [a-z]+ by ", line)]
    first, second = ["draft", "check", "test", "approve", "activate"], ["draft", "check", "test", "replay", "approve"]
    whole = [*first, *second, "activate", "rollback"]
    assert steps[-len(whole) :] == whole, "the history at the end of the page"
