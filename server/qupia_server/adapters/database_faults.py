"""One place where a driver's errors become ours."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator

import asyncpg
import structlog
from sqlalchemy.exc import SQLAlchemyError

from qupia_server.errors import Unavailable

_log = structlog.get_logger("qupia.database")


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
