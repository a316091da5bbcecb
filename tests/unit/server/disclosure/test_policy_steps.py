"""How a step ended stands in the ledger, whatever ended it; what a killed process left is closed at the next start."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from unittest import mock

import pytest

from qupia_policies.change import Entry as Taken
from qupia_policies.change import OfficerRole, StepFault, StepRefused
from qupia_policies.desk import Desk
from qupia_policies.desk_folder import HeldFile
from qupia_policies.starter import starter_dir
from qupia_redaction.model import PrivateText
from qupia_server.disclosure import policy_steps
from qupia_server.disclosure.model import Assurance, Principal, PrincipalKind
from qupia_server.disclosure.policy_audit import DeskFault
from qupia_server.disclosure.policy_changes import DeskRoom, FolderDesk, PolicyChanges
from qupia_server.errors import Unavailable
from qupia_server.ledger.entry import EntryDraft, EntryOutcome
from qupia_server.ledger.receipt import Receipt
from tests.support.fakes import World, a_world

AUTHOR = Principal(PrincipalKind.PERSON, PrivateText("officer:aliya"), frozenset({"policy_author"}), Assurance.HIGH)
ALLOWED, ABORTED, TAKEN = EntryOutcome.ALLOWED, EntryOutcome.ABORTED, EntryOutcome.TAKEN


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


def outcomes(world: World) -> list[EntryOutcome]:
    return [entry.draft.outcome for entry in world.ledger.entries]


class Killed(BaseException):
    """Ends a thread as nothing expects it."""


@pytest.mark.parametrize("error", [OSError(28, "full"), ValueError("odd"), MemoryError(), Killed()])
async def test_whatever_keeps_a_line_from_the_desk_is_told_in_the_ledger(
    world: World, changes: PolicyChanges, folder: Path, error: BaseException
) -> None:
    before = Desk(folder).etag
    with (
        mock.patch.object(HeldFile, "append", side_effect=error),
        pytest.raises(Unavailable if isinstance(error, OSError) else type(error)),
    ):
        await changes.take(AUTHOR, draft)
    assert Desk(folder).etag == before
    assert outcomes(world) == [ALLOWED, ABORTED]
    assert world.ledger.entries[1].draft.previous == world.ledger.entries[0].entry_id


async def test_a_step_that_fails_after_it_was_taken_is_told_as_taken(world: World, changes: PolicyChanges) -> None:
    def fails(desk: Desk, officer: str) -> Taken:
        draft(desk, officer)
        raise ValueError("after the step")

    with pytest.raises(ValueError, match="after"):
        await changes.take(AUTHOR, fails)
    assert outcomes(world) == [ALLOWED, TAKEN]


async def test_a_ledger_that_takes_the_entry_too_late_says_then_that_nothing_came_of_it(
    world: World, changes: PolicyChanges, folder: Path
) -> None:
    before, real = Desk(folder).etag, world.ledger.record
    go_on, told = asyncio.Event(), asyncio.Event()

    async def late(entry: EntryDraft) -> Receipt:
        await go_on.wait()
        receipt = await real(entry)
        if entry.previous:
            told.set()
        return receipt

    def record(entry: EntryDraft) -> Awaitable[Receipt]:
        return late(entry)

    with mock.patch.object(policy_steps, "WITNESS_SECONDS", 0.01), mock.patch.object(world.ledger, "record", record):
        with pytest.raises(Unavailable):
            await changes.take(AUTHOR, draft)
        assert world.ledger.entries == []
        go_on.set()
        await asyncio.wait_for(told.wait(), 20)
    assert outcomes(world) == [ALLOWED, ABORTED]
    assert Desk(folder).etag == before
    assert (await changes.audit()).differences == ()


def only_the_first(world: World) -> Callable[[EntryDraft], Awaitable[Receipt]]:
    """A ledger that takes what begins a step and not what tells its end."""
    real = world.ledger.record

    def record(entry: EntryDraft) -> Awaitable[Receipt]:
        if entry.previous:
            raise Unavailable
        return real(entry)

    return record


@pytest.mark.parametrize("appended", [True, False])
async def test_the_next_step_closes_what_the_ledger_missed(
    world: World, changes: PolicyChanges, appended: bool
) -> None:
    with mock.patch.object(world.ledger, "record", only_the_first(world)):
        if appended:
            await changes.take(AUTHOR, draft)
        else:
            with mock.patch.object(HeldFile, "append", side_effect=Killed()), pytest.raises(Killed):
                await changes.take(AUTHOR, draft)
    assert [one.fault for one in (await changes.audit()).differences] == [DeskFault.UNFINISHED]
    await changes.take(AUTHOR, draft)
    assert outcomes(world) == [ALLOWED, TAKEN if appended else ABORTED, ALLOWED, TAKEN]
    assert (await changes.audit()).differences == ()


@pytest.mark.parametrize("appended", [True, False])
async def test_the_start_closes_what_a_killed_process_left(
    world: World, changes: PolicyChanges, folder: Path, appended: bool
) -> None:
    with mock.patch.object(world.ledger, "record", only_the_first(world)):
        if appended:
            await changes.take(AUTHOR, draft)
        else:
            with mock.patch.object(HeldFile, "append", side_effect=Killed()), pytest.raises(Killed):
                await changes.take(AUTHOR, draft)
    again = PolicyChanges(world.gate, DeskRoom(FolderDesk(folder)))
    found = await again.begin()
    assert found is not None
    assert found.differences == ()
    assert outcomes(world) == [ALLOWED, TAKEN if appended else ABORTED]
    await again.begin()
    assert len(world.ledger.entries) == 2, "what is closed stays closed"


async def test_what_nobody_can_tell_is_left_to_who_can_look(world: World, changes: PolicyChanges) -> None:
    uncertain = StepRefused("?", StepFault.UNCERTAIN)
    with mock.patch.object(HeldFile, "append", side_effect=uncertain), pytest.raises(Unavailable):
        await changes.take(AUTHOR, draft)
    assert outcomes(world) == [ALLOWED]
    await changes.begin()
    assert outcomes(world) == [ALLOWED, ABORTED]


async def test_the_start_alarms_for_steps_that_stand_in_one_log_only(
    world: World, changes: PolicyChanges, folder: Path
) -> None:
    await changes.take(AUTHOR, draft)
    log = folder / "log.jsonl"
    log.write_bytes(b"".join(log.read_bytes().splitlines(keepends=True)[:-1]))
    with mock.patch.object(world.gate.telemetry, "alarm") as alarm:
        found = await changes.begin()
    assert found is not None
    assert [(one.fault, one.number, one.step) for one in found.differences] == [(DeskFault.CUT_OFF, 0, "draft")]
    alarm.assert_called_once_with(
        "policy_desk_differs", fault="CUT_OFF", step=0, entry=world.ledger.entries[0].entry_id, steps=1
    )
    assert outcomes(world) == [ALLOWED, TAKEN], "nothing is made good by an entry"


async def test_a_desk_on_which_officers_are_named_is_its_own_record(world: World, tmp_path: Path) -> None:
    officers = {"aliya": {OfficerRole.AUTHOR}, "bolat": {OfficerRole.APPROVER}}
    Desk.open_new(tmp_path / "named", officers).draft("aliya", starter_dir(), "by hand")
    changes = PolicyChanges(world.gate, DeskRoom(FolderDesk(tmp_path / "named")))
    with mock.patch.object(world.gate.telemetry, "alarm") as alarm:
        found = await changes.begin()
    assert found is not None
    assert (found.steps, found.by_hand, found.differences) == (1, True, ())
    alarm.assert_not_called()


async def test_a_served_desk_that_says_it_is_none_is_compared_all_the_same(
    world: World, changes: PolicyChanges, folder: Path
) -> None:
    await changes.take(AUTHOR, draft)
    (folder / "desk.json").write_text('{"officers": {"eve": ["author", "approver"]}}', encoding="utf-8")
    Desk(folder).draft("eve", starter_dir(), "by hand")
    assert [(one.fault, one.number) for one in (await changes.audit()).differences] == [(DeskFault.NOT_RECORDED, 6)]
