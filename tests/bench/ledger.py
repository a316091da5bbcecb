"""Audited entries per second: 64 waiting clients against one commit an entry, on SQLite with `synchronous=FULL`."""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from qupia_server.adapters.clock import RandomIds, SystemClock
from qupia_server.adapters.database import open_database
from qupia_server.adapters.ledger_sql import SqlLedger
from qupia_server.adapters.schema import upgrade
from qupia_server.ledger.entry import EntryDraft, EntryOutcome, Event
from tests.bench import _ratio

CLIENTS = 64
ROUNDS = 5
LIMIT = 8.0
DRAFT = EntryDraft(
    Event.TRANSFER,
    EntryOutcome.ALLOWED,
    "ALLOWED",
    requester="a" * 64,
    caller="b" * 64,
    document="letter-1",
    rules=("own-data",),
    bundle="c" * 64,
    hidden={"person": 4, "iin": 1},
)


def run() -> Iterator[dict[str, Any]]:
    """Yield one line: the median ratio of interleaved rounds, and both rates."""
    with tempfile.TemporaryDirectory() as folder:
        singles, groups = asyncio.run(_measure(f"sqlite:///{Path(folder)}/bench.db"))
    yield _ratio.at_least(
        "audited_per_second_64_clients_over_single_commits",
        statistics.median(group / single for single, group in zip(singles, groups, strict=True)),
        LIMIT,
        clients=CLIENTS,
        single_per_second=round(statistics.median(singles), 1),
        group_per_second=round(statistics.median(groups), 1),
    )


async def _measure(url: str) -> tuple[list[float], list[float]]:
    await upgrade(url)
    database = open_database(url)
    ledger = SqlLedger(database, SystemClock(), RandomIds())
    await _rate(ledger, clients=1, each=20)  # connections and statements are made once
    singles, groups = [], []
    for _ in range(ROUNDS):
        singles.append(await _rate(ledger, clients=1, each=60))
        groups.append(await _rate(ledger, clients=CLIENTS, each=15))
    await ledger.close()
    await database.close()
    return singles, groups


async def _rate(ledger: SqlLedger, *, clients: int, each: int) -> float:
    async def client() -> None:
        for _ in range(each):
            await ledger.record(DRAFT)

    start = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(clients)))
    return clients * each / (time.perf_counter() - start)
