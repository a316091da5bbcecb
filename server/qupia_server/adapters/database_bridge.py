"""A database for threads that must wait: the desk of the policies library is no coroutine, and the database is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Final, TypeVar

from sqlalchemy import Connection

from qupia_server.adapters.database import Database
from qupia_server.errors import Unavailable

T = TypeVar("T")

SECONDS: Final = 60.0
"""How long a unit of work may take."""


class Bridge:
    """Runs units of work on the loop where a database lives, for another thread.

    Args:
        database: an open database with the newest schema.
        loop: where it lives; never the calling thread's own.
    """

    def __init__(self, database: Database, loop: asyncio.AbstractEventLoop) -> None:
        self._database, self._loop = database, loop

    def read(self, step: str, work: Callable[[Connection], T]) -> T:
        """Run `work` in one read transaction.

        Raises:
            Unavailable: the database is away.
        """
        return self._wait(self._database.read(step, work))

    def write(self, step: str, work: Callable[[Connection], T]) -> T:
        """Run `work` in one write transaction.

        Raises:
            Unavailable: the database is away; nobody knows whether the commit took place.
        """
        return self._wait(self._database.write(step, work))

    def _wait(self, work: Coroutine[Any, Any, T]) -> T:
        try:
            future = asyncio.run_coroutine_threadsafe(work, self._loop)
        except RuntimeError as error:  # the loop is closed
            work.close()
            raise Unavailable from error
        try:
            return future.result(SECONDS)
        except TimeoutError as error:
            raise Unavailable from error
