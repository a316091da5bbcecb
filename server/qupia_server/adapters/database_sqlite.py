"""SQLite in threads of our own: one writes, two read, one asks; a whole unit of work goes to its thread once.

A driver for asyncio goes to a thread and back for every statement and fetch: 62 times a disclosure, which was most of
the server's CPU (decisions/0006). Each thread keeps one connection and drops it after any error, so that nothing half
done lives on.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Any, TypeVar

from sqlalchemy import Connection, Executable, NullPool, Row, create_engine, event
from sqlalchemy.engine import URL, Engine
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import SQLAlchemyError

from qupia_server.adapters.database_faults import database_errors
from qupia_server.errors import ConfigurationError, Unavailable

T = TypeVar("T")

READERS = 2
"""Threads that read lists; the single queries of a disclosure have one of their own and never wait for them."""
_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000")


class SqliteDatabase:
    """One SQLite file.

    Args:
        url: `sqlite+pysqlite:///path`.

    Raises:
        ConfigurationError: there is no path, or the file cannot be made.
    """

    def __init__(self, url: URL) -> None:
        _make_private_file(url.database)
        # A reader that turns into a writer may find its snapshot stale and fail; writers take the lock at once.
        self._writer = _Lane(_open(url, "BEGIN IMMEDIATE"), 1, "qupia-db-write")
        self._readers = _Lane(_open(url, "BEGIN", "query_only=ON"), READERS, "qupia-db-read")
        self._asker = _Lane(_open(url, None, "query_only=ON"), 1, "qupia-db-ask")
        self._glance = _Glance(_open(url, None, "query_only=ON", "busy_timeout=0"))
        self.engine = self._writer.engine

    async def read(self, step: str, work: Callable[[Connection], T]) -> T:
        """Run `work` in one read transaction; all its queries see the same moment.

        Raises:
            Unavailable: the database is away.
        """
        with database_errors(step):
            return await self._readers.run(work)

    async def ask(self, step: str, query: Executable, parameters: Mapping[str, Any]) -> Sequence[Row[Any]]:
        """Run one query, without a transaction around it: it sees one moment by itself.

        It is tried here first: going to a thread and back costs more than a query by keys. Only what cannot be
        answered without waiting goes to the thread that may wait.

        Raises:
            Unavailable: the database is away.
        """
        with database_errors(step):
            rows = self._glance.ask(query, parameters)
            if rows is not None:
                return rows
            return await self._asker.run(lambda connection: connection.execute(query, parameters).all())

    async def write(self, step: str, work: Callable[[Connection], T]) -> T:
        """Run `work` in one write transaction: committed when it returns, rolled back when it raises.

        A cancelled caller does not stop a unit that has begun: it runs to its end in its thread.

        Raises:
            Unavailable: the database is away; nobody knows whether the commit took place.
        """
        with database_errors(step):
            return await self._writer.run(work)

    async def close(self) -> None:
        """Finish what was begun and close the file."""
        self._glance.close()
        await asyncio.to_thread(self._asker.close)
        await asyncio.to_thread(self._readers.close)
        await asyncio.to_thread(self._writer.close)


@dataclass(frozen=True, slots=True)
class _Unit:
    """Work, and who waits for it where."""

    work: Callable[[Connection], Any]
    loop: asyncio.AbstractEventLoop
    answer: asyncio.Future[Any]

    def settle(self, result: Any, error: BaseException | None) -> None:
        """Hand the outcome to the loop that waits; a loop or a caller that is gone wants nothing."""
        with contextlib.suppress(RuntimeError):
            self.loop.call_soon_threadsafe(self._settle, result, error)

    def _settle(self, result: Any, error: BaseException | None) -> None:
        if self.answer.done():
            return
        if error is None:
            self.answer.set_result(result)
        else:
            self.answer.set_exception(error)


class _Lane:
    """Threads that each keep one connection open and take units of work from one line.

    An executor of the standard library does the same with two futures a unit; that was a tenth of a disclosure.
    """

    def __init__(self, engine: Engine, threads: int, name: str) -> None:
        self.engine = engine
        self._line: SimpleQueue[_Unit | None] = SimpleQueue()
        self._closed = False
        # Held while a unit is put in line: one that came behind the end of the line would be waited for for ever.
        self._door = threading.Lock()
        self._threads = [
            threading.Thread(target=self._serve, name=f"{name}-{number}", daemon=True) for number in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    async def run(self, work: Callable[[Connection], T]) -> T:
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[T] = loop.create_future()
        with self._door:
            if self._closed:
                raise Unavailable
            self._line.put(_Unit(work, loop, answer))
        return await answer

    def _serve(self) -> None:
        """Do one unit after the other until the lane is closed."""
        _stay_behind()
        connection: Connection | None = None
        while (unit := self._line.get()) is not None:
            try:
                connection = connection or self.engine.connect()
                with connection.begin():
                    result = unit.work(connection)
            except BaseException as error:  # noqa: BLE001 - the edge of a thread: who waits gets the error
                if connection is not None:
                    _drop(connection)
                connection = None
                unit.settle(None, error)
            else:
                unit.settle(result, None)
        if connection is not None:
            connection.close()

    def close(self) -> None:
        """Finish what stands in line, then end the threads."""
        with self._door:
            self._closed = True
            for _ in self._threads:
                self._line.put(None)
        for thread in self._threads:
            thread.join()
        self.engine.dispose()


class _Glance:
    """A connection for the event loop's own thread. It never waits for a lock: who would have to, gets no answer."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None
        self._closed = False

    def ask(self, query: Executable, parameters: Mapping[str, Any]) -> Sequence[Row[Any]] | None:
        """Return the rows; None after any error: whoever may wait asks again and tells what is wrong."""
        if self._closed:
            return None
        try:
            self._connection = self._connection or self._engine.connect()
            with self._connection.begin():
                return self._connection.execute(query, parameters).all()
        except SQLAlchemyError:
            self._forget()
            return None

    def _forget(self) -> None:
        if self._connection is not None:
            _drop(self._connection)
        self._connection = None

    def close(self) -> None:
        """Close the connection; nothing is answered any more."""
        self._closed = True
        self._forget()
        self._engine.dispose()


def _drop(connection: Connection) -> None:
    with contextlib.suppress(SQLAlchemyError):
        connection.invalidate()  # closes the file's handle without asking it for anything more
        connection.close()


def _stay_behind() -> None:
    """Let this thread's waking not push the event loop off its core: it would only wait there for the loop's lock.

    A tenth of a disclosure's CPU went into such changes of threads. Where the system has or allows no such class, all
    stays as it is.
    """
    with contextlib.suppress(AttributeError, OSError):
        os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))


def _make_private_file(path: str | None) -> None:
    """Make the file before SQLite does, for the owner only; journals inherit its mode."""
    if not path or path == ":memory:":
        raise ConfigurationError({"database": "give SQLite a file: what is only in memory records nothing"})
    try:
        Path(path).touch(mode=0o600)
    except OSError as error:
        advice = "the SQLite file cannot be made or written; check folder and rights"
        raise ConfigurationError({"database": advice}) from error


def _open(url: URL, begin: str | None, *pragmas: str) -> Engine:
    """Return an engine whose transactions start with `begin`; None: each statement stands for itself."""
    # Threads keep their connections themselves; the one that closes the database closes them for all.
    engine = create_engine(url, hide_parameters=True, poolclass=NullPool, connect_args={"check_same_thread": False})

    def prepare(connection: DBAPIConnection, _record: object) -> None:
        # Transactions are ours to begin: the driver would otherwise delay BEGIN until the first write.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (*_PRAGMAS, *pragmas):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    event.listen(engine, "connect", prepare)
    if begin is not None:
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
    return engine
