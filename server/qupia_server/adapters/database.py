"""Open databases and name their failures. Catalogue and ledger share one engine."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import TypeVar
from weakref import WeakKeyDictionary

import asyncpg
import structlog
from sqlalchemy import Connection, create_engine, event, make_url
from sqlalchemy.engine import URL, Engine
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from qupia_server.errors import ConfigurationError, Unavailable

_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000")
_CONNECT_SECONDS = 5
_COMMAND_SECONDS = 30
_WRITE = "qupia_write"
_DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg", "postgres": "postgresql+asyncpg"}

_log = structlog.get_logger("qupia.database")

T = TypeVar("T")
_TWINS: WeakKeyDictionary[Engine, Engine] = WeakKeyDictionary()
"""For each SQLite file a second engine without asyncio: see `read_once`."""


class DriverFailure(Exception):
    """Stands in for a driver's error as cause: its class name only, since drivers quote rows in their messages."""


@contextlib.contextmanager
def database_errors(step: str) -> Iterator[None]:
    """Turn whatever a driver raises into `Unavailable`.

    Args:
        step: what was being done, for the operator's log.

    Raises:
        Unavailable: the database is away, full, locked or refused the statement.
    """
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error, asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
        name = driver_error_name(error)
        _log.error("database away", step=step, error=name)
        raise Unavailable from DriverFailure(name)


def driver_error_name(error: BaseException) -> str:
    """Return the class name of the innermost error, which tells the kind of failure and quotes nothing."""
    origin = getattr(error, "orig", None) or error
    return type(getattr(origin, "__cause__", None) or origin).__name__


def database_url(url: str) -> URL:
    """Return the URL with the one driver we use for its database.

    Raises:
        ConfigurationError: neither SQLite nor PostgreSQL.
    """
    try:
        parsed = make_url(url)
        driver = _DRIVERS[parsed.get_backend_name()]
    except (SQLAlchemyError, KeyError):
        # The URL may hold a password, so it is not repeated.
        advice = "give sqlite:///PATH or postgresql://USER@HOST/NAME"
        raise ConfigurationError({"database": advice}) from None
    return parsed.set(drivername=driver)


def open_database(url: str) -> AsyncEngine:
    """Return an engine; nothing is connected yet.

    Args:
        url: `sqlite:///path` or `postgresql://user@host:port/name`.

    Raises:
        ConfigurationError: neither SQLite nor PostgreSQL; or the SQLite file cannot be made.
    """
    parsed = database_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _open_sqlite(parsed)
    return create_async_engine(
        parsed,
        hide_parameters=True,
        pool_pre_ping=True,
        pool_size=10,
        pool_timeout=_CONNECT_SECONDS,
        connect_args={
            "timeout": _CONNECT_SECONDS,
            "command_timeout": _COMMAND_SECONDS,
            # Whatever the server's default is: an entry is durable when its receipt is given.
            "server_settings": {"synchronous_commit": "on", "application_name": "qupia"},
        },
    )


def _open_sqlite(url: URL) -> AsyncEngine:
    _make_private_file(url.database)
    engine = create_async_engine(url, hide_parameters=True, pool_size=10, pool_timeout=_CONNECT_SECONDS)
    _watch(engine.sync_engine)
    if url.database not in {None, "", ":memory:"}:
        twin = create_engine(url.set(drivername="sqlite+pysqlite"), hide_parameters=True, pool_timeout=_CONNECT_SECONDS)
        _watch(twin)
        event.listen(engine.sync_engine, "engine_disposed", lambda _engine: twin.dispose())
        _TWINS[engine.sync_engine] = twin
    return engine


def _watch(engine: Engine) -> None:
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "begin", _begin)


def _make_private_file(path: str | None) -> None:
    """Make the file before SQLite does, for the owner only; journals inherit its mode."""
    if not path or path == ":memory:":
        return
    try:
        Path(path).touch(mode=0o600)
    except OSError as error:
        advice = "the SQLite file cannot be made or written; check folder and rights"
        raise ConfigurationError({"database": advice}) from error


def _set_pragmas(connection: DBAPIConnection, _record: object) -> None:
    # Transactions are ours to begin: the driver would otherwise delay BEGIN until the first write.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    # A reader that turns into a writer may find its snapshot stale and fail; writers take the lock at once.
    writes = connection.get_execution_options().get(_WRITE)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextlib.asynccontextmanager
async def reading(engine: AsyncEngine, step: str) -> AsyncIterator[AsyncConnection]:
    """Open one read transaction; all its queries see the same moment.

    Raises:
        Unavailable: the database is away.
    """
    with database_errors(step):
        async with engine.connect() as connection:
            if connection.dialect.name == "postgresql":  # SQLite's transactions are snapshots anyway
                await connection.execution_options(isolation_level="REPEATABLE READ")
            yield connection


@contextlib.asynccontextmanager
async def writing(engine: AsyncEngine, step: str) -> AsyncIterator[AsyncConnection]:
    """Open one write transaction: committed at the end, rolled back on any error.

    Raises:
        Unavailable: the database is away.
    """
    with database_errors(step):
        async with engine.execution_options(**{_WRITE: True}).begin() as connection:
            yield connection


async def read_once(engine: AsyncEngine, step: str, work: Callable[[Connection], T]) -> T:
    """Run a whole read transaction.

    On SQLite it goes to a thread once; the driver for asyncio goes there several times a statement, which was half of
    the CPU of a cached disclosure.

    Raises:
        Unavailable: the database is away.
    """
    twin = twin_of(engine)
    if twin is None:
        async with reading(engine, step) as connection:
            return await connection.run_sync(work)

    def whole() -> T:
        with twin.connect() as connection:
            return work(connection)

    with database_errors(step):
        return await asyncio.to_thread(whole)


async def write_once(engine: AsyncEngine, step: str, work: Callable[[Connection], T]) -> T:
    """Run a whole write transaction: committed when `work` returns, rolled back when it raises; see `read_once`.

    Raises:
        Unavailable: the database is away.
    """
    twin = twin_of(engine)
    if twin is None:
        async with writing(engine, step) as connection:
            return await connection.run_sync(work)

    def whole() -> T:
        with twin.execution_options(**{_WRITE: True}).begin() as connection:
            return work(connection)

    with database_errors(step):
        return await asyncio.to_thread(whole)


def twin_of(engine: AsyncEngine) -> Engine | None:
    """Return the engine without asyncio over the same SQLite file; None for PostgreSQL and for memory."""
    return _TWINS.get(engine.sync_engine)
