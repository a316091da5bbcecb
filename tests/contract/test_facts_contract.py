"""The facts of one decision are one query by primary keys, however many were kept; older ones are found as well."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest
from sqlalchemy import Connection, event, text

from qupia_server.adapters.database import Database, open_database
from qupia_server.adapters.database_bridge import Bridge
from qupia_server.adapters.facts_store import SqlFacts
from qupia_server.adapters.schema import upgrade
from tests.contract.conftest import Postgres

T = TypeVar("T")
DAY = "2026-11-21"


def marked(number: int) -> tuple[str, bytes]:
    mark = f"{number:064x}"[::-1]
    return mark, f'{{"id":"{number}","entry":"{mark}"}}\n'.encode()


class Watched(Bridge):
    """A bridge that remembers the statements of the last unit of reading, and how the database would run them."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, asyncio.get_running_loop())
        self.statements: list[tuple[str, Any]] = []
        self.plan = ""

    def read(self, step: str, work: Callable[[Connection], T]) -> T:
        self.statements = []

        def note(_connection: Connection, _cursor: Any, statement: str, given: Any, *_more: Any) -> None:
            self.statements.append((statement, given))

        def watched(connection: Connection) -> T:
            event.listen(connection, "before_cursor_execute", note)
            found = work(connection)
            event.remove(connection, "before_cursor_execute", note)
            self.plan = _plan(connection, *self.statements[0])
            return found

        return super().read(step, watched)


def _plan(connection: Connection, statement: str, given: Any) -> str:
    postgres = connection.dialect.name == "postgresql"
    if postgres:  # of a few rows it would rather read all
        connection.execute(text("SET LOCAL enable_seqscan = off"))
    explained = connection.exec_driver_sql(f"EXPLAIN {'' if postgres else 'QUERY PLAN'} {statement}", given)
    return "\n".join(str(row[-1]) for row in explained)


async def test_explaining_one_decision_among_many_is_one_read_by_the_index(database: Database) -> None:
    bridge = Watched(database)
    store = SqlFacts(bridge)

    def work() -> str:
        for part in range(5):
            store.add(DAY, "aaaaaaaa", [marked(part * 100 + number) for number in range(100)])
        return store.find([DAY, "2026-11-22"], marked(321)[0])

    assert (await asyncio.to_thread(work)).encode() == marked(321)[1]
    assert len(bridge.statements) == 1
    steps = [step for step in bridge.plan.splitlines() if "policy_facts" in step or " USING " in step]
    assert len(steps) >= 2
    for step in steps:
        assert "SCAN" not in step.split(), step
        assert "Seq Scan" not in step, step


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
async def test_facts_that_were_kept_before_the_index_are_found(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = f"sqlite:///{tmp_path}/old.db"
    if kind == "postgres":
        running: Postgres = request.getfixturevalue("postgres")
        url = await running.empty_url()
    await upgrade(url, "0004")
    database = open_database(url)
    lines = b'{"id":"0"}\n' + marked(1)[1] + marked(2)[1] + b'{"id":"cut'
    insert = text("INSERT INTO policy_facts (day, process, part, lines) VALUES (:day, 'aaaaaaaa', 1, :lines)")
    await database.write("old", lambda connection: connection.execute(insert, {"day": DAY, "lines": lines}))
    await upgrade(url)
    store = SqlFacts(Bridge(database, asyncio.get_running_loop()))
    found = [await asyncio.to_thread(store.find, [DAY], marked(number)[0]) for number in (1, 2, 3)]
    await database.close()
    assert [line.encode() for line in found] == [marked(1)[1], marked(2)[1], b""]
