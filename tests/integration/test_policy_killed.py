"""A server that is killed in the middle of a step: the next start tells how the step ended."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from qupia_policies.desk import Desk
from qupia_policies.starter import starter_dir
from qupia_server import app
from qupia_server.config import Settings
from qupia_server.ledger.entry import EntryOutcome, Event
from tests.support.live import LightRedactor, live, read_ledger_now, settings_of

STEP = """
    import asyncio, os, signal, sys
    from dataclasses import replace
    from pathlib import Path
    from qupia_policies.desk_folder import HeldFile
    from qupia_policies.starter import starter_dir
    from qupia_redaction.model import PrivateText
    from qupia_server.app.storage import open_storage
    from qupia_server.disclosure.model import Assurance, Principal, PrincipalKind
    from qupia_server.disclosure.policy_changes import DeskRoom, FolderDesk, PolicyChanges
    from tests.support.fakes import a_world
    from tests.support.live import settings_of

    real = HeldFile.append

    def killed(self, line):
        if sys.argv[2] == "after":
            real(self, line)
        os.kill(os.getpid(), signal.SIGKILL)

    async def main():
        async with open_storage(settings_of(Path(sys.argv[1]))) as storage:
            gate = replace(a_world().gate, ledger=storage.ledger, audit=storage.audit, clock=storage.clock)
            changes = PolicyChanges(gate, DeskRoom(FolderDesk(Path(sys.argv[1]) / "desk")))
            HeldFile.append = killed
            aliya = Principal(
                PrincipalKind.PERSON, PrivateText("officer:aliya"), frozenset({"policy_author"}), Assurance.HIGH
            )
            await changes.take(aliya, lambda desk, name: desk.draft(name, starter_dir(), "x"))

    asyncio.run(main())
"""


def outcomes(settings: Settings) -> list[EntryOutcome]:
    entries = read_ledger_now(settings)
    return [entry.draft.outcome for entry in entries if entry.draft.event is Event.POLICY_CHANGE]


@pytest.mark.parametrize(("when", "end"), [("before", EntryOutcome.ABORTED), ("after", EntryOutcome.TAKEN)])
def test_the_next_start_tells_how_a_step_ended(tmp_path: Path, when: str, end: EntryOutcome) -> None:
    settings = settings_of(tmp_path, policies=str(tmp_path / "desk"))
    asyncio.run(app.initialise(settings))
    Desk.open_served(tmp_path / "desk", starter_dir())
    command = [sys.executable, "-c", textwrap.dedent(STEP), str(tmp_path), when]
    done = subprocess.run(command, check=False, timeout=120, cwd=Path(__file__).parents[2], capture_output=True)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()[-2000:]
    assert outcomes(settings) == [EntryOutcome.ALLOWED]
    with live(settings, LightRedactor().started):
        pass
    assert outcomes(settings) == [EntryOutcome.ALLOWED, end]
    assert len(Desk(tmp_path / "desk").entries()) == 4 + (when == "after")
    assert asyncio.run(app.audit_desk(settings)).differences == ()
