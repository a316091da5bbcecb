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
from sqlalchemy.ext.asyncio import AsyncEngine

from qupia_server.adapters.database import open_database, reading, writing
from qupia_server.adapters.schema import current_revision, newest_revision, upgrade
from qupia_server.adapters.tables import metadata
from qupia_server.errors import ConfigurationError
from tests.contract.conftest import Postgres


async def test_migrations_make_exactly_the_tables(engine: AsyncEngine) -> None:
    def differences(connection: Connection) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(connection), metadata))

    async with engine.connect() as connection:
        assert await connection.run_sync(differences) == []


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
    engine = open_database(f"sqlite:///{path}")
    async with engine.connect() as connection:
        pragmas = {
            name: (await connection.exec_driver_sql(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    await engine.dispose()
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000}
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
    engine = open_database(await postgres.fresh_url())
    query = (
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' "
        "AND column_name IN ('document_id', 'document', 'person', 'archive', 'number') "
        "AND collation_name IS DISTINCT FROM 'C'"
    )
    async with engine.connect() as connection:
        assert (await connection.exec_driver_sql(query)).all() == []
    await engine.dispose()


@pytest.mark.postgres
async def test_commits_are_durable_whatever_the_server_says(postgres: Postgres) -> None:
    url = await postgres.empty_url()
    engine = open_database(url)
    async with engine.begin() as connection:
        name = (await connection.exec_driver_sql("SELECT current_database()")).scalar_one()
        await connection.exec_driver_sql(f"ALTER DATABASE {name} SET synchronous_commit = off")
    await engine.dispose()
    engine = open_database(url)
    async with engine.connect() as connection:
        assert (await connection.exec_driver_sql("SHOW synchronous_commit")).scalar_one() == "on"
    await engine.dispose()


async def test_a_reader_sees_one_moment(engine: AsyncEngine) -> None:
    count = "SELECT count(*) FROM persons"
    async with reading(engine, "count") as reader:
        before = (await reader.exec_driver_sql(count)).scalar_one()
        async with writing(engine, "add") as writer:
            await writer.exec_driver_sql("INSERT INTO persons (person_id, names, life) VALUES ('p', '[]', 'alive')")
        assert (await reader.exec_driver_sql(count)).scalar_one() == before == 0
    async with reading(engine, "count") as reader:
        assert (await reader.exec_driver_sql(count)).scalar_one() == 1
