"""Every store of a desk behaves the same; on a database a step and its entries are one, whoever else is at work."""

from __future__ import annotations

import asyncio
import datetime as dt
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar
from unittest import mock

import pytest
from sqlalchemy import text

from qupia_policies.change import Entry as Taken
from qupia_policies.change import StepRefused
from qupia_policies.desk import Desk
from qupia_policies.errors import BundleRefused
from qupia_policies.loader import content_version, read_folder
from qupia_policies.replay import ReplayReport
from qupia_policies.starter import starter_dir
from qupia_redaction.model import PrivateText
from qupia_server.adapters import desk_sql
from qupia_server.adapters.audit_sql import SqlAuditReader
from qupia_server.adapters.clock import RandomIds, SystemClock
from qupia_server.adapters.database import Database, open_database
from qupia_server.adapters.database_bridge import Bridge
from qupia_server.adapters.desk_sql import SqlDesk, SqlDeskStore
from qupia_server.adapters.facts_store import FactsStore, FolderFacts, SqlFacts
from qupia_server.adapters.ledger_batch import Sources, store_batch
from qupia_server.adapters.ledger_sql import SqlLedger
from qupia_server.adapters.shadow_counts import FolderShadowCounts, SqlShadowCounts
from qupia_server.disclosure.model import Assurance, Principal, PrincipalKind
from qupia_server.disclosure.policy_changes import DeskRoom, FolderDesk, PolicyChanges
from qupia_server.disclosure.policy_shadow import ProcessCounts, ShadowStore
from qupia_server.disclosure.policy_steps import ServedDesk
from qupia_server.errors import StateChanged, StepOutOfOrder, Unavailable
from qupia_server.ledger.entry import EntryOutcome
from tests.contract.conftest import Intruder, Postgres
from tests.support.fakes import a_world

T = TypeVar("T")
NOW = dt.datetime(2026, 11, 23, 8, tzinfo=dt.UTC)


def officer(name: str, role: str) -> Principal:
    return Principal(PrincipalKind.PERSON, PrivateText(name), frozenset({role}), Assurance.HIGH)


ALIYA, BOLAT = officer("officer:aliya", "policy_author"), officer("officer:bolat", "policy_approver")


@dataclass(frozen=True)
class Room:
    """One process on a desk."""

    desk: ServedDesk
    changes: PolicyChanges
    audit: SqlAuditReader
    facts: FactsStore
    counts: ShadowStore

    async def differences(self) -> list[str]:
        return [one.fault.value for one in (await self.changes.audit()).differences]


@pytest.fixture(
    params=["folder", "sqlite", pytest.param("postgres", marks=pytest.mark.postgres)],
)
async def where(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, str]:
    """Give the kind of desk, and the URL of a database with the newest schema."""
    from qupia_server.adapters.schema import upgrade

    if request.param == "postgres":
        running: Postgres = request.getfixturevalue("postgres")
        return "postgres", await running.fresh_url()
    url = f"sqlite:///{tmp_path}/qupia.db"
    await upgrade(url)
    return request.param, url


def room_on(kind: str, database: Database, ledger: SqlLedger, home: Path) -> Room:
    """Return a process of its own on the desk of a database, or of a folder beside it."""
    gate = replace(a_world().gate, ledger=ledger, audit=SqlAuditReader(database), clock=SystemClock())
    if kind == "folder":
        desk: ServedDesk = FolderDesk(home / "desk")
        facts: FactsStore = FolderFacts(home / "desk" / "facts")
        counts: ShadowStore = FolderShadowCounts(home / "desk" / "shadow")
    else:
        bridge = Bridge(database, asyncio.get_running_loop())
        desk = SqlDesk(SqlDeskStore(bridge, home / "copies"), Sources(SystemClock(), RandomIds(), "p"))
        facts, counts = SqlFacts(bridge), SqlShadowCounts(bridge)
    return Room(desk, PolicyChanges(gate, DeskRoom(desk)), SqlAuditReader(database), facts, counts)


@pytest.fixture
async def room(where: tuple[str, str], tmp_path: Path) -> AsyncIterator[Room]:
    """Give a process on a desk with a first bundle in force."""
    kind, url = where
    database = open_database(url)
    ledger = SqlLedger(database, SystemClock(), RandomIds())
    made = room_on(kind, database, ledger, tmp_path)
    place = tmp_path / "desk" if kind == "folder" else made.desk.store
    await asyncio.to_thread(Desk.open_served, place, starter_dir())
    yield made
    await ledger.close()
    await database.close()


def titled(title: str) -> dict[str, bytes]:
    files = read_folder(starter_dir())
    files["bundle.yaml"] = re.sub(rb"(?m)^title: .*$", b"title: " + title.encode(), files["bundle.yaml"])
    return files


def drafting(title: str, etag: str = "") -> Callable[[Desk, str], Taken]:
    return lambda desk, name: desk.draft(name, titled(title), title, etag)


async def change(room: Room) -> str:
    """Take every step from draft to activation and return the bundle."""
    number = (await room.changes.take(ALIYA, drafting("next"))).found.draft
    assert (await room.changes.take(ALIYA, lambda desk, name: desk.check(name, number))).found[0].facts["passed"]
    assert (await room.changes.take(ALIYA, lambda desk, name: desk.test(name, number))).found[0].facts["passed"]
    await room.changes.take(ALIYA, lambda desk, name: desk.replay(name, number, (), {"least": 0}))
    await room.changes.take(BOLAT, lambda desk, name: desk.approve(name, number))
    done = await room.changes.take(BOLAT, lambda desk, name: desk.activate(name, number))
    assert done.look.active is not None
    return done.look.active.version


async def test_from_draft_to_rollback_with_two_entries_a_step(room: Room) -> None:
    before = await room.changes.look()
    version = await change(room)
    assert version == content_version(titled("next"))
    assert await room.changes.files(version) == titled("next")
    back = await room.changes.take(BOLAT, lambda desk, name: desk.rollback(name))
    assert back.look.active is not None
    assert before.active is not None
    assert back.look.active.version == before.active.version
    entries = [entry.draft for entry in await room.audit.policy_steps()]
    assert [entry.outcome for entry in entries] == [EntryOutcome.ALLOWED, EntryOutcome.TAKEN] * 7
    assert back.receipt is not None
    assert (await room.audit.entry(back.receipt.entry_id)) is not None
    assert await room.differences() == []
    assert (await room.changes.audit()).recorded == 7
    await room.audit.verify()


async def test_there_is_one_desk_and_it_is_made_once(room: Room) -> None:
    with pytest.raises(StepRefused):
        await asyncio.to_thread(room.desk.store.furnish, {"officers": {}})


async def test_a_step_on_a_state_that_has_passed_is_refused_and_not_recorded_as_taken(room: Room) -> None:
    etag = (await room.changes.look()).etag
    await room.changes.take(ALIYA, drafting("one"))
    with pytest.raises(StateChanged):
        await room.changes.take(ALIYA, drafting("two", etag))
    assert len(await room.audit.policy_steps()) == 2


async def test_a_bundle_whose_bytes_were_changed_on_this_machine_is_not_believed(room: Room, tmp_path: Path) -> None:
    version = await change(room)
    folder = await asyncio.to_thread(room.desk.store.bundle_dir, version)
    (folder / "bundle.yaml").write_bytes(b"title: forged\n")
    if isinstance(room.desk, FolderDesk):
        with pytest.raises(StepOutOfOrder):
            await room.changes.files(version)
    else:
        assert await room.changes.files(version) == titled("next"), "the database has it still"
        assert list((tmp_path / "copies").glob("*.changed-1")), "what was changed is kept to be looked at"


async def test_a_faulty_bundle_is_refused_by_name(room: Room) -> None:
    with pytest.raises(BundleRefused):
        await asyncio.to_thread(Desk.open_served, room.desk.store, Path("/nonexistent"))


async def test_facts_of_all_processes_are_replayed_newest_last_and_forgotten_in_time(room: Room) -> None:
    def work() -> tuple[list[str], list[str], list[str]]:
        room.facts.add("2026-11-20", "aaaaaaaa", [("", b"old\n")])
        room.facts.add("2026-11-21", "aaaaaaaa", [("", "қ\u2028-1\n".encode()), ("", b"2\n")])
        room.facts.add("2026-11-21", "aaaaaaaa", [("", b"3\n")])
        room.facts.add("2026-11-22", "bbbbbbbb", [("", b"4\n")])
        whole, two = room.facts.newest("2026-11-21", 10), room.facts.newest("2026-11-20", 2)
        room.facts.forget("2026-11-22")
        return whole, two, room.facts.newest("2026-01-01", 10)

    assert await asyncio.to_thread(work) == (["қ\u2028-1", "2", "3", "4"], ["3", "4"], ["4"])


def marked(number: int) -> tuple[str, bytes]:
    mark = f"{number:064x}"[::-1]
    return mark, f'{{"id":"қ{number}","entry":"{mark}"}}\n'.encode()


async def test_the_facts_of_one_entry_are_found_by_its_mark(room: Room) -> None:
    def work() -> list[str]:
        room.facts.add("2026-11-21", "aaaaaaaa", [marked(number) for number in range(300)])
        room.facts.add("2026-11-21", "aaaaaaaa", [marked(300), ("", b"4\n"), marked(301)])
        room.facts.add("2026-11-22", "bbbbbbbb", [marked(302)])
        found = [
            room.facts.find(days, marked(number)[0])
            for number, days in (
                (0, ["2026-11-21"]),
                (299, ["2026-11-22", "2026-11-21"]),
                (301, ["2026-11-21"]),
                (302, ["2026-11-21"]),
                (302, ["2026-11-21", "2026-11-22"]),
                (303, ["2026-11-21", "2026-11-22"]),
            )
        ]
        room.facts.forget("2026-11-22")
        return [*found, room.facts.find(["2026-11-21"], marked(0)[0]), room.facts.find(["2026-11-22"], marked(302)[0])]

    whole = {number: marked(number)[1].decode().rstrip("\n") for number in (0, 299, 301, 302)}
    expected = [whole[0], whole[299], whole[301], "", whole[302], "", "", whole[302]]
    assert [line.rstrip("\n") for line in await asyncio.to_thread(work)] == expected


async def test_counts_of_ended_processes_stay_and_those_of_earlier_shadows_go(room: Room) -> None:
    def counts(process: str, total: int) -> ProcessCounts:
        report = ReplayReport("old", "new", total=total, losses=1)
        report.by["role"]["citizen"].losses = 1
        report.unplayable["dropped"] = 2
        return ProcessCounts(process, 3, NOW, NOW, report)

    def work() -> tuple[tuple[ProcessCounts, ...], ...]:
        room.counts.put(7, counts("a", 1))
        room.counts.put(7, counts("b", 2))
        room.counts.put(7, counts("a", 5))
        first = room.counts.all(7)
        room.counts.put(9, counts("c", 1))
        return first, room.counts.all(7), room.counts.all(9)

    first, gone, last = await asyncio.to_thread(work)
    assert first == (counts("a", 5), counts("b", 2))
    assert (gone, last) == ((), (counts("c", 1),))


@pytest.fixture
async def shared(url: str, tmp_path: Path) -> AsyncIterator[tuple[Room, Room]]:
    """Give two processes of different machines on one desk in a database."""
    opened = [open_database(url) for _ in range(2 if url.startswith("postgres") else 1)]
    ledgers = [SqlLedger(one, SystemClock(), RandomIds()) for one in opened]
    rooms = [
        room_on("sql", opened[at % len(opened)], ledgers[at % len(opened)], tmp_path / f"machine-{at}")
        for at in range(2)
    ]
    await asyncio.to_thread(Desk.open_served, rooms[0].desk.store, starter_dir())
    yield rooms[0], rooms[1]
    for ledger, database in zip(ledgers, opened, strict=True):
        await ledger.close()
        await database.close()


async def test_two_machines_see_one_desk_and_bring_each_other_the_bundles(shared: tuple[Room, Room]) -> None:
    one, two = shared
    version = await change(one)
    look = await two.changes.look()
    assert look.active is not None
    assert look.active.version == version
    assert await two.changes.files(version) == titled("next")
    assert await two.differences() == []


async def test_of_two_steps_at_once_one_is_taken_or_both_one_after_the_other(shared: tuple[Room, Room]) -> None:
    results = await asyncio.gather(
        *(room.changes.take(ALIYA, drafting(f"{at}")) for at, room in enumerate(shared)), return_exceptions=True
    )
    taken = [one for one in results if not isinstance(one, BaseException)]
    assert all(isinstance(one, StateChanged) for one in results if isinstance(one, BaseException))
    assert taken
    assert len((await shared[0].changes.look()).entries) == 4 + len(taken)
    assert len(await shared[0].audit.policy_steps()) == 2 * len(taken), "a step that lost leaves no entry"
    assert await shared[1].differences() == []


async def test_a_step_whose_entry_cannot_be_stored_is_not_taken(shared: tuple[Room, Room]) -> None:
    room, _ = shared
    before, real, calls = (await room.changes.look()).etag, store_batch, 0

    def second_fails(*arguments: object) -> object:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise RuntimeError("killed between the two")
        return real(*arguments)  # type: ignore[arg-type]

    with mock.patch.object(desk_sql, "store_batch", second_fails), pytest.raises((RuntimeError, Unavailable)):
        await room.changes.take(ALIYA, drafting("lost"))
    assert (await room.changes.look()).etag == before
    assert await room.audit.policy_steps() == ()


async def test_lines_are_append_only_and_one_that_gets_lost_is_missed(
    shared: tuple[Room, Room], intruder: Intruder
) -> None:
    room, _ = shared
    await room.changes.take(ALIYA, drafting("x"))

    async def run(statement: str) -> None:
        await intruder.run(lambda connection: connection.execute(text(statement)))

    for statement in ("UPDATE policy_desk_lines SET line = line", "DELETE FROM policy_desk_lines WHERE step = 5"):
        with pytest.raises(Exception, match="append-only"):
            await run(statement)
    if intruder.sqlite:
        drop = "DROP TRIGGER policy_desk_lines_no_delete"
    else:
        drop = "DROP TRIGGER policy_desk_lines_append_only ON policy_desk_lines"
    await run(drop)
    await run("DELETE FROM policy_desk_lines WHERE step = 5")
    assert await room.differences() == ["CUT_OFF"]
