"""SQLite in threads of our own: one writes, two read; a whole transaction goes to its thread once.

A driver for asyncio goes to a thread and back for every statement and fetch: 62 times a disclosure, which was most of
the server's CPU (decisions/0006). Each thread keeps one connection and drops it after any error, so that nothing half
done lives on.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, NullPool, create_engine, event
from sqlalchemy.engine import URL, Engine
from sqlalchemy.engine.interfaces import DBAPIConnection

from qupia_server.adapters.database_faults import database_errors
from qupia_server.errors import ConfigurationError, Unavailable

T = TypeVar("T")

READERS = 2
"""Threads that read: a long list must not hold up a disclosure."""
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
        self.engine = self._writer.engine

    async def read(self, step: str, work: Callable[[Connection], T]) -> T:
        """Run `work` in one read transaction; all its queries see the same moment.

        Raises:
            Unavailable: the database is away.
        """
        with database_errors(step):
            return await self._readers.run(work)

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
        await asyncio.to_thread(self._readers.close)
        await asyncio.to_thread(self._writer.close)


class _Lane:
    """Threads that each keep one connection open."""

    def __init__(self, engine: Engine, threads: int, name: str) -> None:
        self.engine = engine
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix=name, initializer=_stay_behind)
        self._own = threading.local()
        self._open: set[Connection] = set()
        self._closed = False

    async def run(self, work: Callable[[Connection], T]) -> T:
        if self._closed:
            raise Unavailable
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._whole, work)

    def _whole(self, work: Callable[[Connection], T]) -> T:
        """Do one unit of work, in its thread."""
        connection = self._connected()
        try:
            with connection.begin():
                return work(connection)
        except BaseException:
            self._drop(connection)
            raise

    def _connected(self) -> Connection:
        connection: Connection | None = getattr(self._own, "connection", None)
        if connection is None:
            connection = self.engine.connect()
            self._own.connection = connection
            self._open.add(connection)
        return connection

    def _drop(self, connection: Connection) -> None:
        self._own.connection = None
        self._open.discard(connection)
        connection.invalidate()  # closes the file's handle without asking it for anything more
        connection.close()

    def close(self) -> None:
        self._closed = True
        self._threads.shutdown(wait=True)
        for connection in self._open:
            connection.close()
        self._open.clear()
        self.engine.dispose()


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


def _open(url: URL, begin: str, *pragmas: str) -> Engine:
    """Return an engine whose transactions start with `begin`."""
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
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
    return engine
