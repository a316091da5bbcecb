"""Open databases. Catalogue and ledger share one.

A unit of work is a plain function over a SQLAlchemy `Connection`, and one transaction: the same function runs on
SQLite in a thread and on PostgreSQL over asyncpg (decisions/0006).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection, Executable, Row, make_url
from sqlalchemy.engine import URL, Engine
from sqlalchemy.exc import SQLAlchemyError

from qupia_server.adapters.database_postgres import PostgresDatabase
from qupia_server.adapters.database_sqlite import SqliteDatabase
from qupia_server.errors import ConfigurationError

T = TypeVar("T")

_DRIVERS = {"sqlite": "sqlite+pysqlite", "postgresql": "postgresql+asyncpg", "postgres": "postgresql+asyncpg"}


class Database(Protocol):
    """An open database."""

    @property
    def engine(self) -> Engine:
        """SQLAlchemy's engine that writes."""
        ...

    async def read(self, step: str, work: Callable[[Connection], T]) -> T:
        """Run `work` in one read transaction; all its queries see the same moment.

        Args:
            step: what is being done, for the operator's log.
            work: must not keep the connection.

        Raises:
            Unavailable: the database is away.
        """
        ...

    async def ask(self, step: str, query: Executable, parameters: Mapping[str, Any]) -> Sequence[Row[Any]]:
        """Run one query, without a transaction around it: it sees one moment by itself.

        Args:
            step: what is being done, for the operator's log.
            query: reads only.
            parameters: its values.

        Raises:
            Unavailable: the database is away.
        """
        ...

    async def write(self, step: str, work: Callable[[Connection], T]) -> T:
        """Run `work` in one write transaction: committed when it returns, rolled back when it raises.

        Args:
            step: what is being done, for the operator's log.
            work: must not keep the connection.

        Raises:
            Unavailable: the database is away; nobody knows whether the commit took place.
        """
        ...

    async def close(self) -> None:
        """Finish what was begun and close all connections."""
        ...


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


def open_database(url: str) -> Database:
    """Return a database; nothing is connected yet.

    Args:
        url: `sqlite:///path` or `postgresql://user@host:port/name`.

    Raises:
        ConfigurationError: neither SQLite nor PostgreSQL; or the SQLite file cannot be made.
    """
    parsed = database_url(url)
    return SqliteDatabase(parsed) if parsed.get_backend_name() == "sqlite" else PostgresDatabase(parsed)
