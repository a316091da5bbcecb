"""Databases and object stores for the contract suites; each test gets an empty one of its own."""

from __future__ import annotations

import shutil
import tempfile
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import asyncpg
import pytest
from sqlalchemy import Connection, create_engine
from sqlalchemy.ext.asyncio import create_async_engine

from qupia_server.adapters.database import Database, database_url, open_database
from qupia_server.adapters.object_store import Store, open_folder, open_s3
from qupia_server.adapters.schema import upgrade
from tests.contract.servers import PostgresServer, S3Server

TEMPLATE = "qupia_template"

T = TypeVar("T")


@dataclass
class Postgres:
    """The session's server, and whether its template database is there."""

    server: PostgresServer
    has_template: bool = False

    async def fresh_url(self) -> str:
        """Return the URL of a new database with the newest schema."""
        if not self.has_template:
            await self._execute(f"CREATE DATABASE {TEMPLATE}")
            await upgrade(self.server.url(TEMPLATE))
            self.has_template = True
        name = f"q{uuid.uuid4().hex}"
        await self._execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
        return self.server.url(name)

    async def empty_url(self) -> str:
        """Return the URL of a new database without any schema."""
        name = f"q{uuid.uuid4().hex}"
        await self._execute(f"CREATE DATABASE {name}")
        return self.server.url(name)

    async def _execute(self, statement: str) -> None:
        connection = await asyncpg.connect(self.server.url("postgres"))
        await connection.execute(statement)
        await connection.close()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """Start the session's PostgreSQL; a server that does not start fails the tests."""
    folder = Path(tempfile.mkdtemp(prefix="qupia-postgres-"))
    server = PostgresServer(folder)
    server.start()
    yield Postgres(server)
    server.stop()
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def s3() -> Iterator[S3Server]:
    """Start the session's S3 endpoint."""
    server = S3Server()
    server.start()
    yield server
    server.stop()


@pytest.fixture(
    params=[
        pytest.param("sqlite", id="sqlite"),
        pytest.param("postgres", id="postgres", marks=pytest.mark.postgres),
    ]
)
async def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Give the URL of an empty database with the newest schema, once for each kind."""
    if request.param == "postgres":
        running: Postgres = request.getfixturevalue("postgres")
        return await running.fresh_url()
    address = f"sqlite:///{tmp_path}/qupia.db"
    await upgrade(address)
    return address


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    """Give the database at `url`, open."""
    opened = open_database(url)
    yield opened
    await opened.close()


@dataclass
class Intruder:
    """Somebody who has the database without our program: commits what they do, and sees the driver's own errors."""

    url: str

    @property
    def sqlite(self) -> bool:
        """Tell which kind it is."""
        return self.url.startswith("sqlite")

    async def run(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in one transaction over a connection of its own."""
        if self.sqlite:
            engine = create_engine(database_url(self.url))
            try:
                with engine.begin() as connection:
                    return work(connection)
            finally:
                engine.dispose()
        asynchronous = create_async_engine(database_url(self.url))
        try:
            async with asynchronous.begin() as connection:
                return await connection.run_sync(work)
        finally:
            await asynchronous.dispose()


@pytest.fixture
def intruder(url: str) -> Intruder:
    """Give somebody else who has the database."""
    return Intruder(url)


def s3_store(server: S3Server, bucket: str) -> Store:
    """Open a bucket of the endpoint."""
    options = {
        "endpoint": server.endpoint,
        "region": "us-east-1",
        "access_key_id": "any",
        "secret_access_key": "any",
        "virtual_hosted_style_request": "false",
    }
    return open_s3(bucket, options, allow_http=True)


@pytest.fixture(
    params=["folder", "memory", pytest.param("s3", marks=pytest.mark.s3)],
)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    """Give an empty object store of each kind."""
    if request.param == "folder":
        return open_folder(tmp_path / "objects")
    if request.param == "memory":
        from obstore.store import MemoryStore

        return MemoryStore()
    server: S3Server = request.getfixturevalue("s3")
    bucket = f"b{uuid.uuid4().hex}"
    server.make_bucket(bucket)
    return s3_store(server, bucket)
