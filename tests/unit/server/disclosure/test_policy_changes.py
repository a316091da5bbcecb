"""Steps of officers: no entry, no step; a failure behind the entry is told; a caller that goes away stops nothing."""

from __future__ import annotations

import asyncio
import datetime as dt
import threading
from dataclasses import replace
from pathlib import Path
from unittest import mock

import pytest

from qupia_policies.change import Entry as Taken
from qupia_policies.change import Step
from qupia_policies.desk import Desk
from qupia_policies.desk_folder import HeldFile
from qupia_policies.loader import content_version, read_folder
from qupia_policies.starter import starter_dir
from qupia_redaction.model import PrivateText
from qupia_server.disclosure.model import Assurance, Principal, PrincipalKind
from qupia_server.disclosure.policy_audit import DeskFault
from qupia_server.disclosure.policy_changes import DeskRoom, FolderDesk, PolicyChanges
from qupia_server.errors import LedgerFull, NotFound, StepOutOfOrder, Unavailable
from qupia_server.ledger.entry import EntryOutcome
from qupia_server.rpc.convert_policies import audit_to_proto
from tests.support.fakes import BUNDLE, World, a_world

AUTHOR = Principal(PrincipalKind.PERSON, PrivateText("officer:aliya"), frozenset({"policy_author"}), Assurance.HIGH)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    Desk.open_served(tmp_path / "desk", starter_dir())
    return tmp_path / "desk"


@pytest.fixture
def world() -> World:
    return a_world()


@pytest.fixture
def changes(world: World, folder: Path) -> PolicyChanges:
    return PolicyChanges(world.gate, DeskRoom(FolderDesk(folder)))


def draft(desk: Desk, officer: str) -> Taken:
    return desk.draft(officer, starter_dir(), "x")


@pytest.mark.parametrize("error", [Unavailable(), LedgerFull()])
async def test_without_a_durable_entry_no_step_is_taken(
    world: World, changes: PolicyChanges, folder: Path, error: Exception
) -> None:
    before = Desk(folder).etag
    with mock.patch.object(world.ledger, "record", side_effect=error), pytest.raises(type(error)):
        await changes.take(AUTHOR, draft)
    assert Desk(folder).etag == before


async def test_a_step_that_fails_behind_its_entry_gets_one_that_says_so(
    world: World, changes: PolicyChanges, folder: Path
) -> None:
    before = Desk(folder).etag
    with mock.patch.object(HeldFile, "append", side_effect=OSError(28, "full")), pytest.raises(Unavailable):
        await changes.take(AUTHOR, draft)
    assert Desk(folder).etag == before
    first, second = (entry.draft for entry in world.ledger.entries)
    assert (first.outcome, first.reason) == (EntryOutcome.ALLOWED, "ALLOWED.POLICY_DRAFT")
    assert (second.outcome, second.previous) == (EntryOutcome.ABORTED, world.ledger.entries[0].entry_id)


async def test_the_entry_is_bound_to_the_line_of_the_desk(world: World, changes: PolicyChanges) -> None:
    done = await changes.take(AUTHOR, draft)
    entry, end = world.ledger.entries
    assert (end.draft.outcome, end.draft.previous) == (EntryOutcome.TAKEN, entry.entry_id)
    assert entry.draft.body_digest == done.etag == (await changes.look()).etag
    assert entry.draft.bundle == content_version(read_folder(starter_dir()))
    assert "aliya" not in str(done.look.entries[-1].officer)


async def test_a_caller_that_goes_away_does_not_stop_a_step_halfway(changes: PolicyChanges) -> None:
    begun, go_on, ended = threading.Event(), threading.Event(), threading.Event()

    def slow(desk: Desk, officer: str) -> Taken:
        begun.set()
        go_on.wait(20)
        entry = draft(desk, officer)
        ended.set()
        return entry

    call = asyncio.create_task(changes.take(AUTHOR, slow))
    await asyncio.to_thread(begun.wait, 20)
    call.cancel()
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await call
    await asyncio.to_thread(ended.wait, 20)
    assert [one.step for one in (await changes.look()).entries][-1] is Step.DRAFT


async def test_steps_of_one_process_do_not_run_beside_each_other(changes: PolicyChanges) -> None:
    inside, most = 0, 0

    def counted(desk: Desk, officer: str) -> Taken:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        entry = draft(desk, officer)
        inside -= 1
        return entry

    await asyncio.gather(*(changes.take(AUTHOR, counted) for _ in range(4)))
    assert most == 1
    assert len((await changes.look()).state.drafts) == 5


async def test_a_server_without_a_desk_says_so(world: World) -> None:
    changes = PolicyChanges(world.gate, DeskRoom())
    with pytest.raises(StepOutOfOrder) as refused:
        await changes.take(AUTHOR, draft)
    assert refused.value.facts["fault"] == "NO_DESK"


async def test_only_bundles_of_the_desk_are_fetched(changes: PolicyChanges) -> None:
    known = content_version(read_folder(starter_dir()))
    assert await changes.files(known) == read_folder(starter_dir())
    with pytest.raises(NotFound):
        await changes.files("../" + known)


class Minutes:
    """A clock so many minutes after the desk was made."""

    def __init__(self, minutes: float) -> None:
        self._later = dt.timedelta(minutes=minutes)

    def now(self) -> dt.datetime:
        return dt.datetime.now(dt.UTC) + self._later

    def today(self) -> dt.date:
        return self.now().date()


@pytest.mark.parametrize(
    ("serving", "minutes", "faults"),
    [
        ({"one": "in force", "two": "in force"}, 2, []),
        ({"one": "in force", "two": "b" * 64, "three": "c" * 64}, 2, [("three", "c" * 64), ("two", "b" * 64)]),
        ({"one": "in force", "two": ""}, 2, []),
        ({"one": "in force", "two": "b" * 64}, 0.5, []),
        ({}, 2, [("this", BUNDLE)]),
    ],
    ids=["agree", "differ", "not said yet", "only just", "alone"],
)
async def test_a_process_that_serves_another_bundle_than_the_one_in_force_is_a_difference(
    world: World, folder: Path, serving: dict[str, str], minutes: float, faults: list[tuple[str, str]]
) -> None:
    active = Desk(folder).active()
    assert active is not None

    async def peers() -> dict[str, str]:
        return {name: active.version if bundle == "in force" else bundle for name, bundle in serving.items()}

    gate = replace(world.gate, clock=Minutes(minutes))
    found = await PolicyChanges(gate, DeskRoom(FolderDesk(folder), peers=peers)).audit()
    assert [(one.process, one.bundle) for one in found.differences] == faults
    assert {one.fault for one in found.differences} <= {DeskFault.OTHER_BUNDLE}
    told = audit_to_proto(found)
    assert told.ok is not bool(faults)
    assert [(one.process, one.bundle) for one in told.differences] == [(p, f"policyBundles/{b}") for p, b in faults]
