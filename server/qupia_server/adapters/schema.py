"""Bring the schema of a database up to date with Alembic, from inside the program."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

import qupia_server
from qupia_server.adapters.database import open_database

_UPGRADE_LOCK = 0x7175_7069


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(qupia_server.__path__[0]) / "migrations").replace("%", "%%"))
    return config


def newest_revision() -> str:
    """Return the revision that this program needs."""
    head: str | None = ScriptDirectory.from_config(_config()).get_current_head()
    return head or ""


async def upgrade(url: str, revision: str = "head") -> str:
    """Bring the database at `url` to a revision, the newest by default, in one transaction.

    Processes that start together wait for each other.

    Returns:
        The revision it has now.

    Raises:
        ConfigurationError: the URL is of no database we know.
        Unavailable: the database is away.
    """
    database = open_database(url)
    try:
        await database.write("upgrade", lambda connection: _upgrade(connection, revision))
    finally:
        await database.close()
    return newest_revision() if revision == "head" else revision


def _upgrade(connection: Connection, revision: str) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _UPGRADE_LOCK})
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


async def current_revision(url: str) -> str:
    """Return the revision of the database at `url`; empty for a new one.

    Raises:
        Unavailable: the database is away.
    """
    database = open_database(url)
    try:
        revision: Any = await database.read(
            "revision", lambda connection: MigrationContext.configure(connection).get_current_revision()
        )
    finally:
        await database.close()
    return str(revision or "")
