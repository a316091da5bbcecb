"""PostgreSQL over asyncpg: SQLAlchemy runs the synchronous units of work over the asynchronous driver."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import Connection, Executable, Row
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import create_async_engine

from qupia_server.adapters.database_faults import database_errors

T = TypeVar("T")

_CONNECT_SECONDS = 5
_COMMAND_SECONDS = 30


class PostgresDatabase:
    """One PostgreSQL database; nothing is connected before the first unit of work.

    Args:
        url: `postgresql+asyncpg://user@host:port/name`.
    """

    def __init__(self, url: URL) -> None:
        self._engine = create_async_engine(
            url,
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
        self.engine = self._engine.sync_engine
        # A transaction of several statements sees one moment only at this level; at the default each sees its own.
        self._snapshots = self._engine.execution_options(isolation_level="REPEATABLE READ")
        self._single = self._engine.execution_options(isolation_level="AUTOCOMMIT")

    async def read(self, step: str, work: Callable[[Connection], T]) -> T:
        """Run `work` in one read transaction; all its queries see the same moment.

        Raises:
            Unavailable: the database is away.
        """
        with database_errors(step):
            async with self._snapshots.connect() as connection:
                return await connection.run_sync(work)

    async def ask(self, step: str, query: Executable, parameters: Mapping[str, Any]) -> Sequence[Row[Any]]:
        """Run one query, without a transaction around it: it sees one moment by itself.

        Raises:
            Unavailable: the database is away.
        """
        with database_errors(step):
            async with self._single.connect() as connection:
                return (await connection.execute(query, parameters)).all()

    async def write(self, step: str, work: Callable[[Connection], T]) -> T:
        """Run `work` in one write transaction: committed when it returns, rolled back when it raises.

        Raises:
            Unavailable: the database is away; nobody knows whether the commit took place.
        """
        with database_errors(step):
            async with self._engine.begin() as connection:
                return await connection.run_sync(work)

    async def close(self) -> None:
        """Close all connections."""
        await self._engine.dispose()
