"""The walk-through on changing a rule over the wire: every command of the page, in order, by real tokens."""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

from qupia_client.cli.app import app
from qupia_server.cli import application
from qupia_server.ledger.entry import Event
from tests.support.live import LightRedactor, Live, live, prepare, settings_of

PAGE = Path(__file__).resolve().parents[2] / "policies" / "docs" / "service.md"
OFFICERS = {"aliya": "policy_author", "bolat": "policy_approver", "saule": "auditor"}
INNER = re.compile(r'"\$\((.*) \| (sed .*)\)"')


def ours(words: list[str]) -> tuple[int, str, str]:
    given = b""
    if "<" in words:
        at = words.index("<")
        given, words = Path(words[at + 1]).read_bytes(), words[:at]
    command = app if words[0] == "qupiactl" else application
    result = CliRunner().invoke(command, words[1:], input=given, env={"LANG_UI": "en"})
    return result.exit_code, result.stdout, result.stderr


def run(line: str) -> tuple[int, str, str]:
    """Run one command of ours, with `$(... | sed ...)` inside and `|| echo ...` behind it as a shell would."""
    if inner := INNER.search(line):
        _, out, _ = ours(shlex.split(inner[1]))
        found = subprocess.run(["bash", "-c", inner[2]], input=out, capture_output=True, text=True, check=True)
        line = line.replace(inner[0], found.stdout.strip())
    command, _, otherwise = line.partition(" || ")
    code, out, err = ours(shlex.split(command))
    return (0, out, err) if code and otherwise else (code, out, err)


def profiles(server: Live) -> None:
    for name, role in OFFICERS.items():
        lines = {"TARGET": server.ports.persons, "CA": server.ca_file, "TOKEN": server.token(f"officer:{name}", role)}
        Path(f"{name}.env").write_text("".join(f"QUPIA_{key}={value}\n" for key, value in lines.items()))


def test_an_officer_goes_from_draft_to_rollback_over_the_wire(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    first, *blocks = re.findall(r"```sh\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) == 3
    assert run(first.strip())[0] == 0
    settings = settings_of(tmp_path / "home", policies=str(tmp_path / "desk"))
    prepare(settings)
    said, shell = "", list[str]()
    with live(settings, LightRedactor().started) as server:
        profiles(server)
        for line in "".join(blocks).splitlines():
            if not line.startswith("qupiactl "):
                shell.append(line)
                continue
            subprocess.run(["bash", "-euo", "pipefail", "-c", "\n".join(shell)], check=True, timeout=60)
            shell = []
            code, out, err = run(line)
            assert code == 0, f"{line}: {out} {err}"
            said += out + err
        steps = [entry.draft for entry in server.entries() if entry.draft.event is Event.POLICY_CHANGE]
    words = ["DRAFT", "CHECK_PASSED", "TEST_PASSED", "REPLAY_PASSED", "SHADOW", "SHADOW"]
    words += ["APPROVE", "ACTIVATE", "ROLLBACK"]
    assert [one.reason for one in steps if not one.previous] == [f"ALLOWED.POLICY_{word}" for word in words]
    assert len({one.requester for one in steps}) == 2, "an author and an approver"
    for part in ("category address", "+0 -1 (r-1)", "You may not do this", "change of rules", "This process serves"):
        assert part in said, said
