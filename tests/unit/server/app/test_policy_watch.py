"""Following a desk: what is in force there comes into force here, recorded; a bad one never does."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from unittest import mock

import pytest

from qupia_policies.bundle import default_bundle_dir
from qupia_policies.change import OfficerRole
from qupia_policies.desk import Desk, Service
from qupia_policies.desk_folder import FolderStore
from qupia_policies.starter import write_starter
from qupia_policies.vocabulary import CATEGORIES
from qupia_server.adapters.policy_book import PolicyBook
from qupia_server.app import policy_watch
from qupia_server.app.policy_place import bundle_on, place_of
from qupia_server.app.policy_watch import PolicyWatch
from qupia_server.disclosure.order import Duty
from qupia_server.disclosure.policy_audit import DeskFault, accept_desk, compared
from qupia_server.disclosure.scribe import Scribe
from qupia_server.errors import ConfigurationError, Unavailable
from qupia_server.ledger.entry import EntryDraft, EntryOutcome, Event
from qupia_server.telemetry import Telemetry
from tests.support.fakes import FakeLedger, FakePseudonyms, FixedClock, Journal


def activate(desk: Desk, folder: Path | dict[str, bytes]) -> str:
    number = desk.draft("aliya", folder, "x").draft
    desk.check("aliya", number)
    desk.test("aliya", number)
    if desk.active() is not None:
        desk.replay("aliya", number, (), {"least": 0})
    desk.approve("bolat", number)
    return desk.activate("bolat", number).version


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    Desk.open_new(tmp_path / "desk", {"aliya": {OfficerRole.AUTHOR}, "bolat": {OfficerRole.APPROVER}})
    return tmp_path / "desk"


@pytest.fixture
def renamed(tmp_path: Path) -> Path:
    write_starter(tmp_path / "renamed", default_bundle_dir())
    path = tmp_path / "renamed" / "bundle.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub("(?m)^title: .*$", "title: next", text), encoding="utf-8")
    return tmp_path / "renamed"


class World:
    def __init__(self, folder: Path) -> None:
        self.book = PolicyBook(FixedClock(), frozenset(CATEGORIES), frozenset(duty.value for duty in Duty))
        self.ledger, self.telemetry = FakeLedger(Journal()), Telemetry()
        self.watch = PolicyWatch(folder, self.book, self.ledger, self.telemetry)
        self.book.load(bundle_on(place_of(folder)))

    @property
    def served(self) -> str:
        return self.book.current().snapshot.version

    @property
    def recorded(self) -> list[str]:
        return [entry.draft.bundle for entry in self.ledger.entries]


async def test_what_comes_into_force_on_the_desk_is_served_and_recorded(folder: Path, renamed: Path) -> None:
    desk = Desk(folder)
    first = activate(desk, default_bundle_dir())
    world = World(folder)
    await world.watch.look()
    await world.watch.look()
    assert (world.served, world.recorded) == (first, [first])
    second = activate(desk, renamed)
    await world.watch.look()
    assert (world.served, world.recorded) == (second, [first, second])
    desk.rollback("bolat")
    await world.watch.look()
    assert (world.served, world.recorded) == (first, [first, second, first])


async def test_a_desk_that_cannot_be_trusted_keeps_the_old_bundle_and_raises_an_alarm(folder: Path) -> None:
    first = activate(Desk(folder), default_bundle_dir())
    world = World(folder)
    await world.watch.look()
    log = folder / "log.jsonl"
    log.write_text(log.read_text(encoding="utf-8").replace("aliya", "dina", 1), encoding="utf-8")
    with mock.patch.object(policy_watch, "LOOK_SECONDS", 0), mock.patch.object(world.telemetry, "alarm") as alarm:
        alarmed = asyncio.Event()
        alarm.side_effect = lambda *_, **__: alarmed.set()
        async with world.watch.following():
            await asyncio.wait_for(alarmed.wait(), 20)
    alarm.assert_called_with("policies", error="ConfigurationError")
    assert world.served == first


async def test_a_watch_outlives_what_nobody_foresaw(folder: Path) -> None:
    activate(Desk(folder), default_bundle_dir())
    world = World(folder)
    alarms: list[str] = []
    twice = asyncio.Event()

    def alarm(_kind: str, error: str) -> None:
        alarms.append(error)
        if len(alarms) > 1:
            twice.set()

    with (
        mock.patch.object(policy_watch, "LOOK_SECONDS", 0),
        mock.patch.object(policy_watch, "version_on", side_effect=(OSError(number) for number in count())),
        mock.patch.object(world.telemetry, "alarm", side_effect=alarm),
    ):
        async with world.watch.following():
            await asyncio.wait_for(twice.wait(), 20)
    assert set(alarms) == {"OSError"}


async def test_a_bundle_that_this_server_cannot_serve_keeps_the_old_one(folder: Path, renamed: Path) -> None:
    desk = Desk(folder)
    first = activate(desk, default_bundle_dir())
    world = World(folder)
    path = renamed / "obligations.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "  dance: {kk: а, ru: б, en: c}\n", encoding="utf-8")
    activate(desk, renamed)
    with pytest.raises(ConfigurationError):
        await world.watch.look()
    assert world.served == first


async def test_a_fault_that_stays_is_told_once_and_a_bundle_is_tried_again_when_it_was_mended(
    folder: Path, renamed: Path
) -> None:
    activate(Desk(folder), default_bundle_dir())
    world = World(folder)
    await world.watch.look()
    second = activate(Desk(folder), renamed)
    path = folder / "bundles" / second / "bundle.yaml"
    good = path.read_bytes()
    path.write_bytes(good + b"# more\n")
    rounds = 0
    looked, served = asyncio.Event(), asyncio.Event()
    real = world.watch.look

    async def look() -> None:
        nonlocal rounds
        rounds += 1
        if rounds > 5:
            looked.set()
        await real()
        if world.served == second:
            served.set()

    with (
        mock.patch.object(policy_watch, "LOOK_SECONDS", 0),
        mock.patch.object(policy_watch, "AGAIN_SECONDS", 0),
        mock.patch.object(world.watch, "look", look),
        mock.patch.object(world.telemetry, "alarm") as alarm,
    ):
        async with world.watch.following():
            await asyncio.wait_for(looked.wait(), 20)
            path.write_bytes(good)
            await asyncio.wait_for(served.wait(), 20)
    assert alarm.call_count == 1


async def test_a_bundle_that_was_refused_rests_for_a_while(folder: Path, renamed: Path) -> None:
    activate(Desk(folder), default_bundle_dir())
    world = World(folder)
    second = activate(Desk(folder), renamed)
    path = folder / "bundles" / second / "bundle.yaml"
    path.write_bytes(path.read_bytes() + b"# more\n")
    with pytest.raises(ConfigurationError):
        await world.watch.look()
    with mock.patch.object(world.book, "load") as load:
        await world.watch.look()
    load.assert_not_called()


async def test_a_loading_that_could_not_be_recorded_is_recorded_later(folder: Path) -> None:
    first = activate(Desk(folder), default_bundle_dir())
    world = World(folder)
    with mock.patch.object(world.ledger, "record", side_effect=Unavailable()), pytest.raises(Unavailable):
        await world.watch.look()
    await world.watch.look()
    assert world.recorded == [first]


async def test_a_bundles_folder_is_no_desk_and_is_not_followed(renamed: Path) -> None:
    world = World(renamed)
    assert bundle_on(place_of(renamed)) == renamed

    async def started() -> AsyncIterator[None]:
        async with world.watch.following():
            yield

    async for _ in started():
        assert not [task for task in asyncio.all_tasks() if task.get_name() == "policy-watch"]


def test_an_empty_desk_is_not_served(folder: Path) -> None:
    with pytest.raises(ConfigurationError):
        bundle_on(place_of(folder))


def forged(folder: Path, bundle: Path | dict[str, bytes]) -> str:
    """Put a bundle in force as somebody who holds the folder can: by a log that holds together."""
    both = frozenset({OfficerRole.AUTHOR, OfficerRole.APPROVER})
    service = Service({"aliya": both, "bolat": both}, lambda _entry, _line, take: take())
    return activate(Desk(folder, service=service), bundle)


@pytest.fixture
def served(tmp_path: Path) -> Path:
    Desk.open_served(tmp_path / "served", default_bundle_dir())
    return tmp_path / "served"


async def test_a_bundle_that_no_recorded_step_put_in_force_is_not_served(served: Path, renamed: Path) -> None:
    """Whoever holds the folder can write a log that holds together; the audit log does not know its steps."""
    world = World(served)
    watch = PolicyWatch(served, world.book, world.ledger, world.telemetry, world.ledger)
    with mock.patch.object(world.telemetry, "alarm") as alarm:
        await watch.look()
        alarm.assert_not_called()
        first, before = world.served, (served / "log.jsonl").read_bytes()
        second = forged(served, renamed)
        with pytest.raises(ConfigurationError, match="NOT_RECORDED at step 5"):
            await watch.look()
        await watch.look()
    assert world.served == first
    alarm.assert_called_once_with("policy_desk_differs", fault="NOT_RECORDED", step=5, entry="", steps=6)
    told = [(one.draft.outcome, one.draft.reason, one.draft.bundle) for one in world.ledger.entries]
    assert told == [
        (EntryOutcome.LOADED, "POLICY.LOADED", first),
        (EntryOutcome.REFUSED, "POLICY.DESK_DIFFERS", second),
    ], "refused once, not at every look"
    assert (watch.trouble, watch.in_order, watch.room.trouble()) == ("DESK_DIFFERS", False, "DESK_DIFFERS")
    (served / "log.jsonl").write_bytes(before)
    await watch.look()
    assert (watch.trouble, watch.in_order, world.served) == ("", True, first)


async def test_a_process_does_not_begin_on_a_forged_desk(served: Path, renamed: Path) -> None:
    second = forged(served, renamed)
    ledger, book = FakeLedger(Journal()), World(served).book
    begun = PolicyBook(FixedClock(), frozenset(CATEGORIES), frozenset(duty.value for duty in Duty))
    with pytest.raises(ConfigurationError, match="qupia policies audit"):
        await PolicyWatch(served, begun, ledger, Telemetry(), ledger).begin()
    assert [(one.draft.reason, one.draft.bundle) for one in ledger.entries] == [("POLICY.DESK_DIFFERS", second)]
    with pytest.raises(Exception):  # noqa: B017, PT011 - whatever says that nothing was loaded
        begun.current()
    await PolicyWatch(served, book, ledger, Telemetry()).begin()
    assert book.current().snapshot.version == second, "recorded elsewhere: whoever set that up wants it followed"


async def test_a_desk_that_lost_a_step_does_not_put_the_older_bundle_in_force(served: Path, renamed: Path) -> None:
    world = World(served)
    watch = PolicyWatch(served, world.book, world.ledger, world.telemetry, world.ledger)
    await watch.look()
    before = (served / "log.jsonl").read_bytes()
    second = forged(served, renamed)
    desk = Desk(served).lines()
    for taken, line in desk[4:]:
        draft = EntryDraft(
            Event.POLICY_CHANGE, EntryOutcome.ALLOWED, "R", body_digest=line, bundle=taken.version, desk=desk[0][1]
        )
        receipt = await world.ledger.record(draft)
        await world.ledger.record(replace(draft, outcome=EntryOutcome.TAKEN, previous=receipt.entry_id))
    await watch.look()
    assert world.served == second
    (served / "log.jsonl").write_bytes(before)
    with pytest.raises(ConfigurationError, match="CUT_OFF"):
        await watch.look()
    assert world.served == second, "the last revision that was verified"


async def test_a_log_that_does_not_hold_together_is_recorded_as_a_refusal(served: Path) -> None:
    world = World(served)
    watch = PolicyWatch(served, world.book, world.ledger, world.telemetry, world.ledger)
    await watch.look()
    log = served / "log.jsonl"
    log.write_text(log.read_text(encoding="utf-8").replace("operator", "Operator", 1), encoding="utf-8")
    for _ in range(2):
        with pytest.raises(ConfigurationError):
            await watch.look()
    assert [one.draft.reason for one in world.ledger.entries] == ["POLICY.LOADED", "POLICY.DESK_REFUSED"]


async def test_the_health_of_the_rules_is_told_after_each_look(served: Path, renamed: Path) -> None:
    world = World(served)
    watch = PolicyWatch(served, world.book, world.ledger, world.telemetry, world.ledger)
    forged(served, renamed)
    seen: list[bool] = []
    told = asyncio.Event()

    async def tell(in_order: bool) -> None:
        seen.append(in_order)
        told.set()

    watch.tell = tell
    with mock.patch.object(policy_watch, "LOOK_SECONDS", 0):
        async with watch.following():
            await asyncio.wait_for(told.wait(), 20)
    assert seen[0] is False


async def test_an_operator_may_say_that_the_desk_is_right_and_that_is_recorded(served: Path, renamed: Path) -> None:
    world = World(served)
    watch = PolicyWatch(served, world.book, world.ledger, world.telemetry, world.ledger)
    second, store = forged(served, renamed), FolderStore(served)
    operator = Scribe(FakePseudonyms()).accepted("uid-7")
    found = await accept_desk(store, world.ledger, world.ledger, operator)
    assert {one.fault for one in found.differences} == {DeskFault.NOT_RECORDED}
    assert (await compared(store, world.ledger)).differences == ()
    assert {entry.draft.requester_role for entry in world.ledger.entries} == {"operator"}
    await watch.look()
    assert world.served == second
    log = served / "log.jsonl"
    log.write_bytes(b"".join(log.read_bytes().splitlines(keepends=True)[:-1]))
    found = await accept_desk(store, world.ledger, world.ledger, operator)
    assert [one.fault for one in found.differences] == [DeskFault.CUT_OFF]
    assert (await compared(store, world.ledger)).differences == ()


async def test_a_new_desk_is_followed_when_an_operator_says_so(served: Path, renamed: Path, tmp_path: Path) -> None:
    world = World(served)
    store, operator = FolderStore(served), Scribe(FakePseudonyms()).accepted("uid-7")
    forged(served, renamed)
    await accept_desk(store, world.ledger, world.ledger, operator)
    Desk.open_served(tmp_path / "new", default_bundle_dir())
    new = FolderStore(tmp_path / "new")
    found = await accept_desk(new, world.ledger, world.ledger, operator)
    assert [one.fault for one in found.differences] == [DeskFault.OTHER_DESK]
    assert (await compared(new, world.ledger)).differences == ()
