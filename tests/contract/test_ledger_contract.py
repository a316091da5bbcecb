"""The ledger's ports, on SQLite and PostgreSQL alike: what is recorded, in which order, and what proves it."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Connection, delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from qupia_server.adapters import ledger_sql
from qupia_server.adapters.audit_sql import SqlAuditReader
from qupia_server.adapters.clock import RandomIds
from qupia_server.adapters.database import Database, open_database
from qupia_server.adapters.ledger_sql import SqlLedger
from qupia_server.adapters.schema import upgrade
from qupia_server.adapters.tables import ledger_entries, ledger_head, open_deliveries
from qupia_server.disclosure.ports import DuplicateRequest, EntryFilter
from qupia_server.errors import InvalidRequest, LedgerCorrupt, LedgerFull, Unavailable
from qupia_server.ledger.entry import EntryDraft, EntryOutcome, Event
from qupia_server.ledger.receipt import Receipt
from qupia_server.ledger.tree import EMPTY_ROOT, Edge
from tests.contract.conftest import Intruder

START = dt.datetime(2026, 3, 1, 8, 0, tzinfo=dt.UTC)
TRANSFER = EntryDraft(Event.TRANSFER, EntryOutcome.ALLOWED, "ALLOWED", document="letter-1", hidden={"person": 2})


class TickingClock:
    """One second later at each look."""

    def __init__(self) -> None:
        self._ticks = -1

    def now(self) -> dt.datetime:
        self._ticks += 1
        return START + dt.timedelta(seconds=self._ticks)

    def today(self) -> dt.date:
        return START.date()


@pytest.fixture
async def ledger(database: Database) -> AsyncIterator[SqlLedger]:
    opened = SqlLedger(database, TickingClock(), RandomIds())
    yield opened
    await opened.close()


@pytest.fixture
def audit(database: Database) -> SqlAuditReader:
    return SqlAuditReader(database)


async def everything(audit: SqlAuditReader) -> list[str]:
    return [entry.entry_id for entry in reversed(await audit.list_entries(EntryFilter(), None, 10_000))]


async def test_an_entry_is_durable_when_its_receipt_is_there(ledger: SqlLedger, audit: SqlAuditReader) -> None:
    receipt = await ledger.record(TRANSFER)
    entry = await audit.entry(receipt.entry_id)
    assert entry is not None
    assert entry.draft == TRANSFER
    assert (entry.sequence, entry.time, len(entry.salt)) == (0, START, 32)
    edge = Edge().append(entry.leaf_hash())
    assert receipt == Receipt(entry.entry_id, 0, entry.leaf_hash(), START, 1, edge.root())


async def test_an_empty_log_verifies(audit: SqlAuditReader) -> None:
    assert await audit.verify() == 0
    assert (await audit.head()).root() == EMPTY_ROOT
    assert await audit.entry("none") is None
    assert await audit.by_request("none") is None
    assert await audit.by_request("") is None


async def test_many_tasks_make_one_gapless_log(ledger: SqlLedger, audit: SqlAuditReader) -> None:
    async def client(number: int) -> list[Receipt]:
        return [await ledger.record(replace(TRANSFER, request_id=f"{number}-{turn}")) for turn in range(8)]

    receipts = [one for batch in await asyncio.gather(*(client(number) for number in range(64))) for one in batch]
    assert sorted(receipt.sequence for receipt in receipts) == list(range(512))
    assert await audit.verify() == 512

    edge, roots = Edge(), {}
    for receipt in sorted(receipts, key=lambda one: one.sequence):
        edge = edge.append(receipt.leaf_hash)
        roots[edge.size] = edge.root()
    assert await audit.head() == edge
    assert all(roots[receipt.tree_size] == receipt.root for receipt in receipts)
    assert len({receipt.tree_size for receipt in receipts}) < 256  # commits were shared


async def test_two_writers_on_one_database_interleave_without_gap_or_fork(url: str, audit: SqlAuditReader) -> None:
    databases = [open_database(url), open_database(url)]
    ledgers = [SqlLedger(database, TickingClock(), RandomIds()) for database in databases]

    async def client(ledger: SqlLedger, key: str) -> int:
        return (await ledger.record(replace(TRANSFER, request_key=key))).sequence

    turns = [client(ledgers[number % 2], f"key-{number}") for number in range(100)]
    assert sorted(await asyncio.gather(*turns)) == list(range(100))
    assert await audit.verify() == 100

    twins = await asyncio.gather(*(client(ledger, "twin") for ledger in ledgers), return_exceptions=True)
    assert sorted(type(twin).__name__ for twin in twins) == ["DuplicateRequest", "int"]
    for ledger in ledgers:
        await ledger.close()
    for database in databases:
        await database.close()


async def test_a_request_key_is_recorded_once(ledger: SqlLedger, audit: SqlAuditReader) -> None:
    keyed = replace(TRANSFER, request_key="a" * 64, body_digest="b" * 64)
    first, twin, other, plain, plain2 = await asyncio.gather(
        ledger.record(keyed),
        ledger.record(keyed),
        ledger.record(replace(keyed, request_key="c" * 64)),
        ledger.record(TRANSFER),
        ledger.record(TRANSFER),
        return_exceptions=True,
    )
    assert isinstance(twin, DuplicateRequest)
    assert isinstance(first, Receipt)
    assert [one.sequence for one in (first, other, plain, plain2) if isinstance(one, Receipt)] == [0, 1, 2, 3]
    with pytest.raises(DuplicateRequest):
        await ledger.record(keyed)
    await ledger.record(TRANSFER)
    found = await audit.by_request("a" * 64)
    assert found is not None
    assert found[1] == first  # the receipt is the one first given, though the log has grown
    assert found[0].draft == keyed
    assert await audit.verify() == 5


async def test_text_without_canonical_form_fails_alone(ledger: SqlLedger, audit: SqlAuditReader) -> None:
    answers = await asyncio.gather(
        ledger.record(TRANSFER),
        ledger.record(replace(TRANSFER, case_number="\ud800")),
        ledger.record(replace(TRANSFER, document="a\x00b")),
        ledger.record(TRANSFER),
        return_exceptions=True,
    )
    assert [type(answer) for answer in answers] == [Receipt, InvalidRequest, InvalidRequest, Receipt]
    assert await audit.verify() == 2


async def test_a_cancelled_caller_is_recorded_still(ledger: SqlLedger, audit: SqlAuditReader) -> None:
    caller = asyncio.ensure_future(ledger.record(TRANSFER))
    await asyncio.sleep(0)
    caller.cancel()
    neighbour = await ledger.record(TRANSFER)  # of the same batch: not torn down with the caller
    with pytest.raises(asyncio.CancelledError):
        await caller
    assert (neighbour.sequence, (await ledger.record(TRANSFER)).sequence) == (1, 2)
    assert await audit.verify() == 3


async def test_closing_stores_what_waits_and_takes_no_more(ledger: SqlLedger, audit: SqlAuditReader) -> None:
    waiting = [asyncio.ensure_future(ledger.record(TRANSFER)) for _ in range(20)]
    await asyncio.sleep(0)
    await ledger.close()
    assert [receipt.sequence for receipt in await asyncio.gather(*waiting)] == list(range(20))
    with pytest.raises(Unavailable):
        await ledger.record(TRANSFER)
    assert await audit.verify() == 20


async def test_closing_does_not_wait_for_a_database_that_hangs(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hang(*_: object) -> None:
        await asyncio.Event().wait()

    ledger = SqlLedger(database, TickingClock(), RandomIds())
    monkeypatch.setattr(database, "write", hang)
    monkeypatch.setattr(ledger_sql, "BATCH_SIZE", 1)
    monkeypatch.setattr(ledger_sql, "CLOSE_SECONDS", 0.01)
    waiting = [asyncio.ensure_future(ledger.record(TRANSFER)) for _ in range(3)]
    await asyncio.sleep(0)
    await ledger.close()
    answers = await asyncio.gather(*waiting, return_exceptions=True)
    assert [type(answer) for answer in answers] == [Unavailable] * 3


async def test_a_full_queue_refuses_at_once(database: Database, audit: SqlAuditReader) -> None:
    ledger = SqlLedger(database, TickingClock(), RandomIds(), queue_size=3)
    answers = await asyncio.gather(*(ledger.record(TRANSFER) for _ in range(5)), return_exceptions=True)
    assert [type(answer) for answer in answers] == [Receipt] * 3 + [LedgerFull] * 2
    await ledger.close()
    assert await audit.verify() == 3


async def test_a_failing_commit_gives_nobody_a_receipt_and_leaves_the_tree(
    ledger: SqlLedger, audit: SqlAuditReader, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await ledger.record(TRANSFER)
    before = await audit.head()

    def refuse(_connection: object) -> None:
        raise OSError("no space left")

    with monkeypatch.context() as patch:
        patch.setattr(database.engine.dialect, "do_commit", refuse)
        answers = await asyncio.gather(*(ledger.record(TRANSFER) for _ in range(5)), return_exceptions=True)
    assert [type(answer) for answer in answers] == [Unavailable] * 5
    assert await audit.head() == before
    assert await audit.verify() == 1
    assert (await ledger.record(TRANSFER)).sequence == 1


async def test_a_defect_fails_its_batch_closed_and_the_writer_lives_on(
    database: Database, audit: SqlAuditReader
) -> None:
    class BrokenIds(RandomIds):
        broken = True

        def salt(self) -> str:
            if self.broken:
                raise ZeroDivisionError
            return super().salt()

    ids = BrokenIds()
    ledger = SqlLedger(database, TickingClock(), ids)
    with pytest.raises(Unavailable):
        await ledger.record(TRANSFER)
    ids.broken = False
    assert (await ledger.record(TRANSFER)).sequence == 0
    await ledger.close()


@pytest.mark.parametrize(
    "statement",
    [
        update(ledger_entries).values(outcome="refused"),
        delete(ledger_entries),
        delete(ledger_head),
        update(ledger_head).values(size=0),
        update(ledger_head).values(root=b"x"),
    ],
    ids=["update", "delete", "head delete", "head back", "head stays"],
)
async def test_the_database_itself_refuses_to_change_the_log(
    ledger: SqlLedger, intruder: Intruder, audit: SqlAuditReader, statement: object
) -> None:
    await ledger.record(TRANSFER)
    with pytest.raises(DBAPIError, match="append-only"):
        await intruder.run(lambda connection: connection.execute(statement))  # type: ignore[call-overload]
    assert await audit.verify() == 1


async def test_truncating_is_refused(ledger: SqlLedger, intruder: Intruder, audit: SqlAuditReader) -> None:
    if intruder.sqlite:  # its TRUNCATE is DELETE, which is refused above
        return
    await ledger.record(TRANSFER)
    with pytest.raises(DBAPIError, match="append-only"):
        await intruder.run(lambda connection: connection.execute(text("TRUNCATE ledger_entries")))
    assert await audit.verify() == 1


async def forge(intruder: Intruder, **changes: object) -> None:
    """Change the newest entry as somebody could who owns the database file."""
    trigger = "ledger_entries_no_update" if intruder.sqlite else "ledger_entries_append_only ON ledger_entries"

    def work(connection: Connection) -> None:
        connection.execute(text(f"DROP TRIGGER {trigger}"))
        connection.execute(update(ledger_entries).where(ledger_entries.c.sequence == 1).values(**changes))

    await intruder.run(work)


@pytest.mark.parametrize(
    "changes",
    [{"canonical": b"{}"}, {"leaf_hash": bytes(32)}, {"outcome": "refused"}, {"document": "other"}, {"previous": "x"}],
    ids=lambda changes: next(iter(changes)),
)
async def test_a_changed_entry_is_never_shown(
    ledger: SqlLedger, intruder: Intruder, audit: SqlAuditReader, changes: dict[str, object]
) -> None:
    kept, changed = await ledger.record(TRANSFER), await ledger.record(TRANSFER)
    await forge(intruder, **changes)
    for question in (
        audit.entry(changed.entry_id),
        audit.list_entries(EntryFilter(), None, 10),
        audit.verify(),
    ):
        with pytest.raises(LedgerCorrupt) as caught:
            await question
        assert caught.value.facts == {"sequence": "1"}
    assert await audit.entry(kept.entry_id) is not None


async def test_a_missing_entry_is_found_by_verifying(
    ledger: SqlLedger, intruder: Intruder, audit: SqlAuditReader
) -> None:
    await ledger.record(TRANSFER)
    await ledger.record(TRANSFER)

    def claim_three(connection: Connection) -> None:
        head = connection.execute(select(ledger_head)).one()
        edge = Edge(2, (head.hashes,)).append(b"f" * 32)
        connection.execute(update(ledger_head).values(size=3, hashes=b"".join(edge.hashes), root=edge.root()))

    await intruder.run(claim_three)
    with pytest.raises(LedgerCorrupt):
        await audit.verify()


@pytest.mark.parametrize(
    "changes", [{"root": b"f" * 32}, {"hashes": b"f" * 32, "root": b"f" * 32}], ids=["root", "all"]
)
async def test_a_changed_head_is_found_by_verifying(
    ledger: SqlLedger, intruder: Intruder, audit: SqlAuditReader, changes: dict[str, bytes]
) -> None:
    await ledger.record(TRANSFER)
    on = "" if intruder.sqlite else " ON ledger_head"

    def work(connection: Connection) -> None:
        connection.execute(text(f"DROP TRIGGER ledger_head_grows{on}"))
        connection.execute(update(ledger_head).values(**changes))

    await intruder.run(work)
    with pytest.raises(LedgerCorrupt):
        await audit.verify()


async def test_a_copied_entry_cannot_be_inserted_again(
    ledger: SqlLedger, intruder: Intruder, audit: SqlAuditReader
) -> None:
    await ledger.record(replace(TRANSFER, request_key="k"))
    row = await intruder.run(lambda connection: dict(connection.execute(select(ledger_entries)).mappings().one()))
    for copy in (row | {"sequence": 1}, row | {"sequence": 1, "entry_id": "other"}, row | {"entry_id": "other"}):
        with pytest.raises(DBAPIError):
            await intruder.run(partial(_insert, row=copy))
    assert await audit.verify() == 1


def _insert(connection: Connection, row: dict[str, object]) -> None:
    connection.execute(insert(ledger_entries), [row])


async def test_lists_filter_and_page_newest_first(ledger: SqlLedger, audit: SqlAuditReader) -> None:
    drafts = [
        TRANSFER,
        replace(TRANSFER, document="letter-2", requester="r1"),
        replace(TRANSFER, outcome=EntryOutcome.REFUSED, reason="POLICY"),
        replace(TRANSFER, requester="r1"),
    ]
    ids = [(await ledger.record(draft)).entry_id for draft in drafts]

    async def listed(only: EntryFilter, before: int | None = None, limit: int = 10) -> list[int]:
        return [ids.index(entry.entry_id) for entry in await audit.list_entries(only, before, limit)]

    assert await listed(EntryFilter()) == [3, 2, 1, 0]
    assert await listed(EntryFilter(), 3, 2) == [2, 1]
    assert await listed(EntryFilter(), 0) == []
    assert await listed(EntryFilter(document="letter-1")) == [3, 2, 0]
    assert await listed(EntryFilter(requester="r1")) == [3, 1]
    assert await listed(EntryFilter(requester="r1", document="letter-2")) == [1]
    assert await listed(EntryFilter(outcome=EntryOutcome.REFUSED)) == [2]
    second = dt.timedelta(seconds=1)
    assert await listed(EntryFilter(since=START + second, until=START + 3 * second)) == [2, 1]


async def test_deliveries_of_living_processes_are_not_taken_for_open(
    ledger: SqlLedger, audit: SqlAuditReader, database: Database
) -> None:
    mine = SqlLedger(database, TickingClock(), RandomIds(), instance="mine")
    lost, under_way = await ledger.record(TRANSFER), await mine.record(TRANSFER)
    after = START + dt.timedelta(days=1)
    assert [entry.entry_id for entry in await audit.undelivered(after, 9, {"mine"})] == [lost.entry_id]
    assert len(await audit.undelivered(after, 9)) == 2
    await mine.record(EntryDraft(Event.DELIVERY, EntryOutcome.DELIVERED, "x", previous=under_way.entry_id))
    assert [entry.entry_id for entry in await audit.undelivered(after, 9)] == [lost.entry_id]
    await mine.close()


async def test_undelivered_looks_at_open_deliveries_only(
    ledger: SqlLedger, audit: SqlAuditReader, intruder: Intruder
) -> None:
    for _ in range(3):
        done = await ledger.record(TRANSFER)
        await ledger.record(EntryDraft(Event.DELIVERY, EntryOutcome.DELIVERED, "x", previous=done.entry_id))
    lost = await ledger.record(TRANSFER)
    left = await intruder.run(lambda connection: connection.execute(select(open_deliveries)).all())
    assert [tuple(row) for row in left] == [(lost.entry_id, "")]


async def test_an_upgrade_finds_the_deliveries_that_stand_open(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/old.db"
    await upgrade(url, "0001")
    database = open_database(url)
    same: dict[str, object] = dict.fromkeys(("document", "requester", "request_key", "body_digest", "salt"), "")
    same |= dict.fromkeys(("leaf_hash", "canonical", "root"), b"") | {"outcome": "allowed", "time": START}
    rows = [(0, "done", "transfer", ""), (1, "end", "delivery", "done"), (2, "lost", "transfer", "")]

    def fill(connection: Connection) -> None:
        for sequence, name, event, previous in rows:
            row = {"sequence": sequence, "entry_id": name, "event": event, "previous": previous, "tree_size": 1}
            connection.execute(insert(ledger_entries).values(same | row))

    await database.write("fill", fill)
    await upgrade(url)
    found = await database.read("open", lambda connection: connection.execute(select(open_deliveries)).all())
    assert [tuple(row) for row in found] == [("lost", "")]
    await database.close()


async def test_undelivered_are_allowed_transfers_without_a_delivery(ledger: SqlLedger, audit: SqlAuditReader) -> None:
    delivered, lost, later = [await ledger.record(TRANSFER) for _ in range(3)]
    await ledger.record(replace(TRANSFER, event=Event.DENIAL, outcome=EntryOutcome.REFUSED))
    await ledger.record(EntryDraft(Event.VIEW, EntryOutcome.ALLOWED, "x", previous=lost.entry_id))
    await ledger.record(EntryDraft(Event.DELIVERY, EntryOutcome.DELIVERED, "x", previous=delivered.entry_id))
    found = await audit.undelivered(later.time, 10)
    assert [entry.entry_id for entry in found] == [lost.entry_id]
    found = await audit.undelivered(later.time + dt.timedelta(days=1), 10)
    assert [entry.entry_id for entry in found] == [lost.entry_id, later.entry_id]
    assert len(await audit.undelivered(later.time + dt.timedelta(days=1), 1)) == 1


async def test_who_waits_until_all_is_settled_sees_what_was_taken_before(
    ledger: SqlLedger, audit: SqlAuditReader
) -> None:
    await ledger.settled()  # nothing was taken: nothing to wait for
    taken = [ledger.record(replace(TRANSFER, event=Event.DELIVERY)) for _ in range(3)]
    assert ledger.waiting == 3
    await ledger.settled()
    assert [answer.done() for answer in taken] == [True] * 3
    assert (await audit.verify(), ledger.waiting) == (3, 0)


async def test_callers_that_are_gone_hide_no_entry_from_who_waits_until_all_is_settled(
    ledger: SqlLedger, audit: SqlAuditReader
) -> None:
    for _ in range(3):
        ledger.record(replace(TRANSFER, event=Event.DELIVERY)).cancel()
    await ledger.settled()
    assert await audit.verify() == 3
