"""Audited entries per second: 64 waiting clients against one commit an entry, on SQLite with `synchronous=FULL`."""

from __future__ import annotations

import asyncio
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

CLIENTS = 64
ROUNDS = 5
BUDGET = 8.0
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
    """Yield one line: both rates and their ratio, median of interleaved rounds."""
    with tempfile.TemporaryDirectory() as folder:
        singles, groups = asyncio.run(_measure(f"sqlite:///{Path(folder)}/bench.db"))
    single, group = sorted(singles)[ROUNDS // 2], sorted(groups)[ROUNDS // 2]
    yield {
        "name": "ledger.group_commit",
        "clients": CLIENTS,
        "single_per_second": round(single, 1),
        "group_per_second": round(group, 1),
        "ratio": round(group / single, 2),
        "budget_min": BUDGET,
        "ok": group / single >= BUDGET,
    }


async def _measure(url: str) -> tuple[list[float], list[float]]:
    await upgrade(url)
    engine = open_database(url)
    ledger = SqlLedger(engine, SystemClock(), RandomIds())
    await _rate(ledger, clients=1, each=20)  # connections and statements are made once
    singles, groups = [], []
    for _ in range(ROUNDS):
        singles.append(await _rate(ledger, clients=1, each=60))
        groups.append(await _rate(ledger, clients=CLIENTS, each=15))
    await ledger.close()
    await engine.dispose()
    return singles, groups


async def _rate(ledger: SqlLedger, *, clients: int, each: int) -> float:
    async def client() -> None:
        for _ in range(each):
            await ledger.record(DRAFT)

    start = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(clients)))
    return clients * each / (time.perf_counter() - start)
