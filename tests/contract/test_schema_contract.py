"""The schema: migrations and tables agree, and coming up twice or together does no harm."""

from __future__ import annotations

import asyncio
import logging
import stat
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection
from sqlalchemy.util import await_only

from qupia_server.adapters.database import Database, open_database
from qupia_server.adapters.schema import current_revision, newest_revision, upgrade
from qupia_server.adapters.tables import metadata
from qupia_server.errors import ConfigurationError
from tests.contract.conftest import Intruder, Postgres


async def test_migrations_make_exactly_the_tables(database: Database) -> None:
    def differences(connection: Connection) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(connection), metadata))

    assert await database.read("differences", differences) == []


async def test_upgrading_again_changes_nothing(url: str) -> None:
    assert await current_revision(url) == newest_revision() != ""
    assert await upgrade(url) == newest_revision()


async def test_upgrading_leaves_logging_alone(tmp_path: Path) -> None:
    before = (logging.root.level, list(logging.root.handlers), logging.getLogger("alembic").handlers)
    url = f"sqlite:///{tmp_path}/new.db"
    assert await current_revision(url) == ""
    await upgrade(url)
    assert (logging.root.level, list(logging.root.handlers), logging.getLogger("alembic").handlers) == before


@pytest.mark.postgres
async def test_processes_that_start_together_upgrade_once(postgres: Postgres) -> None:
    url = await postgres.empty_url()
    assert set(await asyncio.gather(*(upgrade(url) for _ in range(3)))) == {newest_revision()}


async def test_sqlite_is_private_and_careful(tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    database = open_database(f"sqlite:///{path}")

    def pragmas(connection: Connection) -> dict[str, object]:
        names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout", "query_only")
        return {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in names}

    careful = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000}
    assert await database.write("pragmas", pragmas) == careful | {"query_only": 0}
    assert await database.read("pragmas", pragmas) == careful | {"query_only": 1}
    await database.close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


async def test_a_database_of_another_kind_is_refused_without_its_password() -> None:
    for url in ("mysql://me:hunter2@host/x", "nonsense:hunter2"):
        with pytest.raises(ConfigurationError) as caught:
            open_database(url)
        assert "hunter2" not in str(caught.value)


async def test_a_file_that_cannot_be_made_is_a_matter_of_configuration(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="SQLite file"):
        await upgrade(f"sqlite:///{tmp_path}/none/x.db")


@pytest.mark.postgres
async def test_ids_sort_by_code_point_whatever_the_locale(postgres: Postgres) -> None:
    database = open_database(await postgres.fresh_url())
    query = (
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' "
        "AND column_name IN ('document_id', 'document', 'person', 'archive', 'number') "
        "AND collation_name IS DISTINCT FROM 'C'"
    )
    assert await database.read("collations", lambda connection: connection.exec_driver_sql(query).all()) == []
    await database.close()


@pytest.mark.postgres
async def test_commits_are_durable_whatever_the_server_says(postgres: Postgres) -> None:
    url = await postgres.empty_url()
    database = open_database(url)

    def loosen(connection: Connection) -> None:
        name = connection.exec_driver_sql("SELECT current_database()").scalar_one()
        connection.exec_driver_sql(f"ALTER DATABASE {name} SET synchronous_commit = off")

    await database.write("loosen", loosen)
    await database.close()
    database = open_database(url)
    asked = "SHOW synchronous_commit"
    assert await database.write("ask", lambda connection: connection.exec_driver_sql(asked).scalar_one()) == "on"
    await database.close()


def count(connection: Connection) -> int:
    people: int = connection.exec_driver_sql("SELECT count(*) FROM persons").scalar_one()
    return people


async def test_a_reader_sees_one_moment(database: Database, intruder: Intruder) -> None:
    added = "INSERT INTO persons (person_id, names, life) VALUES ('p', '[]', 'alive')"
    loop = asyncio.get_running_loop()

    def twice(connection: Connection) -> tuple[int, int]:
        before = count(connection)
        other = intruder.run(lambda writer: writer.exec_driver_sql(added))
        if intruder.sqlite:  # this is a thread; elsewhere it is a greenlet of the loop
            asyncio.run_coroutine_threadsafe(other, loop).result(30)
        else:
            await_only(other)
        return before, count(connection)

    assert await database.read("count", twice) == (0, 0)
    assert await database.read("count", count) == 1
