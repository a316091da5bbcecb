"""The database goes away in the middle and comes back: `Unavailable`, nothing half done, recovery without help."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import tempfile
import threading
import traceback
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from unittest import mock

import pytest
import structlog
from sqlalchemy import Connection, event, insert
from sqlalchemy.engine.interfaces import DBAPIConnection

from qupia_redaction.model import PrivateText
from qupia_server.adapters.audit_sql import SqlAuditReader
from qupia_server.adapters.catalogue_sql import SqlCatalogueReader
from qupia_server.adapters.catalogue_writer_sql import SqlCatalogueWriter
from qupia_server.adapters.clock import RandomIds, SystemClock
from qupia_server.adapters.database import Database, open_database
from qupia_server.adapters.ledger_batch import Sources
from qupia_server.adapters.ledger_sql import SqlLedger
from qupia_server.adapters.schema import upgrade
from qupia_server.adapters.tables import persons
from qupia_server.disclosure.ports import EntryFilter
from qupia_server.disclosure.records import CatalogueRows, DocumentFilter, Person
from qupia_server.errors import ConfigurationError, Unavailable
from qupia_server.ledger.entry import EntryDraft, EntryOutcome, Event
from qupia_server.ledger.receipt import Receipt
from tests.contract.servers import PostgresServer

DRAFT = EntryDraft(Event.TRANSFER, EntryOutcome.ALLOWED, "ALLOWED")
NAME = "Гүлжан Сейітқызы"


@pytest.fixture(scope="module")
def fragile() -> Iterator[PostgresServer]:
    """Start a server of our own, since stopping the session's would cut other tests off."""
    folder = Path(tempfile.mkdtemp(prefix="qupia-fragile-"))
    server = PostgresServer(folder)
    server.start()
    yield server
    server.stop()
    shutil.rmtree(folder)


@pytest.fixture
async def database(fragile: PostgresServer) -> AsyncIterator[Database]:
    await upgrade(fragile.url("postgres"))
    opened = open_database(fragile.url("postgres"))
    yield opened
    await opened.close()


@pytest.mark.postgres
async def test_everything_is_unavailable_while_postgres_is_away_and_recovers_alone(
    fragile: PostgresServer, database: Database
) -> None:
    ledger = SqlLedger(database, SystemClock(), RandomIds())
    audit, reader = SqlAuditReader(database), SqlCatalogueReader(database)
    writer = SqlCatalogueWriter(database, Sources(SystemClock(), RandomIds()))
    held = [receipt.entry_id for receipt in await asyncio.gather(*(ledger.record(DRAFT) for _ in range(10)))]

    flood = [asyncio.ensure_future(ledger.record(DRAFT)) for _ in range(600)]
    await flood[0]
    await asyncio.to_thread(fragile.stop)
    answers = await asyncio.gather(*flood, return_exceptions=True)
    assert {type(answer) for answer in answers} <= {Receipt, Unavailable}
    held += [answer.entry_id for answer in answers if isinstance(answer, Receipt)]

    for question in (
        ledger.record(DRAFT),
        audit.list_entries(EntryFilter(), None, 1),
        audit.by_request("k"),
        reader.document("x"),
        reader.list_documents(DocumentFilter(), "", 1),
        writer.add(CatalogueRows(persons=(Person("p", (PrivateText(NAME),)),)), entry=DRAFT),
        upgrade(fragile.url("postgres")),
    ):
        with pytest.raises(Unavailable):
            await question

    await asyncio.to_thread(fragile.start)
    late = await ledger.record(DRAFT)
    size = await audit.verify()
    assert late.sequence == size - 1
    stored = {entry.entry_id for entry in await audit.list_entries(EntryFilter(), None, size)}
    assert stored.issuperset(held)  # a receipt without an entry would be the one failure that counts
    assert await reader.document("x") is None
    await ledger.close()


@pytest.mark.postgres
async def test_a_restart_between_two_requests_is_not_noticed(fragile: PostgresServer, database: Database) -> None:
    ledger, reader = SqlLedger(database, SystemClock(), RandomIds()), SqlCatalogueReader(database)
    first = await ledger.record(DRAFT)
    await asyncio.to_thread(fragile.stop)
    await asyncio.to_thread(fragile.start)
    assert (await ledger.record(DRAFT)).sequence == first.sequence + 1
    assert await reader.document("x") is None
    await ledger.close()


@pytest.mark.postgres
async def test_connections_cut_in_the_middle_of_a_commit_keep_the_tree_whole(
    fragile: PostgresServer, database: Database
) -> None:
    ledger, audit = SqlLedger(database, SystemClock(), RandomIds()), SqlAuditReader(database)
    cutter = open_database(fragile.url("postgres"))
    everybody_else = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
    )
    receipts: list[str] = []

    async def client() -> None:
        for _ in range(40):
            answer = (await asyncio.gather(ledger.record(DRAFT), return_exceptions=True))[0]
            assert isinstance(answer, (Receipt, Unavailable))
            if isinstance(answer, Receipt):
                receipts.append(answer.entry_id)

    async def cut() -> None:
        for _ in range(15):
            await cutter.write("cut", lambda connection: connection.exec_driver_sql(everybody_else).all())
            await asyncio.sleep(0.01)

    await asyncio.gather(cut(), *(client() for _ in range(8)))
    size = await audit.verify()
    stored = {entry.entry_id for entry in await audit.list_entries(EntryFilter(), None, size)}
    assert receipts
    assert stored.issuperset(receipts)
    await ledger.close()
    await cutter.close()


@pytest.fixture
async def sqlite_database(tmp_path: Path) -> AsyncIterator[Database]:
    url = f"sqlite:///{tmp_path}/q.db"
    await upgrade(url)
    opened = open_database(url)
    yield opened
    await opened.close()


async def test_a_full_disk_is_unavailable_and_passes(sqlite_database: Database) -> None:
    ledger, audit = SqlLedger(sqlite_database, SystemClock(), RandomIds()), SqlAuditReader(sqlite_database)
    await ledger.record(DRAFT)
    pages = await sqlite_database.read("pages", lambda c: c.exec_driver_sql("PRAGMA page_count").scalar_one())

    def fill(connection: DBAPIConnection | None, _record: object = None) -> None:
        assert connection is not None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA max_page_count={pages}")  # SQLITE_FULL from here on
        cursor.close()

    event.listen(sqlite_database.engine, "connect", fill)  # a connection that failed is opened anew
    await sqlite_database.write("fill", lambda connection: fill(connection.connection.dbapi_connection))
    answers = await asyncio.gather(*(ledger.record(DRAFT) for _ in range(200)), return_exceptions=True)
    assert {type(answer) for answer in answers} == {Unavailable}
    event.remove(sqlite_database.engine, "connect", fill)
    await sqlite_database.write("empty", lambda c: c.exec_driver_sql("PRAGMA max_page_count=1000000"))
    assert (await ledger.record(DRAFT)).sequence == 1
    assert await audit.verify() == 2
    await ledger.close()


@pytest.mark.postgres
async def test_neither_errors_nor_logs_quote_a_row(database: Database) -> None:
    row = {"person_id": "p", "names": NAME, "iin": "991231600002", "life": None}

    def add(connection: Connection) -> None:
        connection.execute(insert(persons), [row])  # PostgreSQL's message quotes the failing row

    with structlog.testing.capture_logs() as logs, pytest.raises(Unavailable) as caught:
        await database.write("add", add)
    shown = repr(logs) + "".join(traceback.format_exception(caught.value))
    assert "NotNullViolationError" in shown
    for private in (NAME, "991231600002", "INSERT"):
        assert private not in shown
    assert caught.value.facts == {}


async def test_a_locked_database_is_unavailable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pragmas = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=50")
    monkeypatch.setattr("qupia_server.adapters.database_sqlite._PRAGMAS", pragmas)
    url = f"sqlite:///{tmp_path}/q.db"
    await upgrade(url)
    database = open_database(url)
    ledger = SqlLedger(database, SystemClock(), RandomIds())
    other = sqlite3.connect(tmp_path / "q.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unavailable):
        await ledger.record(DRAFT)
    other.execute("ROLLBACK")
    other.close()
    assert (await ledger.record(DRAFT)).sequence == 0
    await ledger.close()
    await database.close()


async def test_a_cancelled_caller_does_not_cut_a_transaction_in_half(sqlite_database: Database) -> None:
    begun, go = threading.Event(), threading.Event()

    def add_two(connection: Connection) -> None:
        connection.execute(insert(persons), [{"person_id": "first", "names": "[]", "life": "alive"}])
        begun.set()
        go.wait(30)
        connection.execute(insert(persons), [{"person_id": "second", "names": "[]", "life": "alive"}])

    caller = asyncio.create_task(sqlite_database.write("add", add_two))
    await asyncio.to_thread(begun.wait, 30)
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    reader = SqlCatalogueReader(sqlite_database)
    assert await reader.persons(("first", "second")) == ()  # readers go on meanwhile, and see nothing half done
    go.set()
    await sqlite_database.write("after", lambda connection: None)
    assert [person.person_id for person in await reader.persons(("first", "second"))] == ["first", "second"]


async def test_a_reader_cannot_write(sqlite_database: Database) -> None:
    row = {"person_id": "p", "names": "[]", "life": "alive"}
    with pytest.raises(Unavailable):
        await sqlite_database.read("add", lambda connection: connection.execute(insert(persons), [row]))
    assert await SqlCatalogueReader(sqlite_database).persons(("p",)) == ()


async def test_what_fails_leaves_nothing_behind_for_the_next(sqlite_database: Database) -> None:
    def fail(connection: Connection) -> None:
        connection.execute(insert(persons), [{"person_id": "p", "names": "[]", "life": "alive"}])
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await sqlite_database.write("fail", fail)
    await sqlite_database.write("next", lambda connection: None)
    assert await SqlCatalogueReader(sqlite_database).persons(("p",)) == ()


async def test_a_closed_database_is_unavailable(sqlite_database: Database, tmp_path: Path) -> None:
    reader = SqlCatalogueReader(sqlite_database)
    assert await reader.document("x") is None
    await sqlite_database.close()
    with pytest.raises(Unavailable):
        await reader.document("x")
    assert not (tmp_path / "q.db-wal").exists()  # every connection is closed


def test_sqlite_in_memory_is_refused_since_it_records_nothing() -> None:
    for url in ("sqlite://", "sqlite:///:memory:"):
        with pytest.raises(ConfigurationError):
            open_database(url)


async def test_a_query_waits_for_a_locked_file_without_stopping_the_loop(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/q.db"
    await upgrade(url)
    other = sqlite3.connect(tmp_path / "q.db", isolation_level=None)
    other.execute("PRAGMA locking_mode=EXCLUSIVE")
    other.execute("BEGIN EXCLUSIVE")
    other.execute("UPDATE ledger_head SET size = 0 WHERE size < 0")
    database = open_database(url)
    asking = asyncio.ensure_future(SqlCatalogueReader(database).known("person:a", "doc-1"))
    await asyncio.sleep(0.05)  # the loop goes on
    assert not asking.done()
    other.close()
    assert (await asking).document is None
    await database.close()


async def test_a_query_by_keys_goes_to_no_thread(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    async def thread(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(sqlite_database, "_asker", mock.Mock(run=thread, close=sqlite_database._asker.close))  # type: ignore[attr-defined]
    assert (await SqlCatalogueReader(sqlite_database).known("person:a", "doc-1")).document is None
