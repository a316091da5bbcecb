"""What a server process does beside answering: hold its place, and finish what dead processes left.

On SQLite a process is alone and says so by a lock. On PostgreSQL it is one of many and renews a lease; deliveries
of processes whose lease ran out are closed by whoever finds them first.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from qupia_server.adapters.database import database_url
from qupia_server.adapters.instances import RENEW_SECONDS, SqlInstances
from qupia_server.adapters.sole_use import sole_use
from qupia_server.app.gate import OpenGate
from qupia_server.app.storage import Storage
from qupia_server.config import Settings
from qupia_server.disclosure.deliveries import close_open_deliveries
from qupia_server.errors import Unavailable


@asynccontextmanager
async def place_held(settings: Settings) -> AsyncIterator[None]:
    """Keep a second server away from a SQLite database; to be entered before anything is opened.

    Raises:
        ConfigurationError: another server works on it.
    """
    file = _sqlite_file(settings)
    if file is None:
        yield
        return
    with sole_use(file):
        yield


@asynccontextmanager
async def upkeep(settings: Settings, storage: Storage, opened: OpenGate) -> AsyncIterator[None]:
    """Finish what killed processes left, now and, beside other processes, from time to time.

    Raises:
        Unavailable: database or store is away at start.
    """
    if _sqlite_file(settings) is not None:
        await storage.masters.sweep()
        await close_open_deliveries(opened.gate, storage.clock.now())
        yield
        return
    opened.watch.peers = storage.instances
    await storage.instances.say(opened.book.current().snapshot.version)
    await _round(storage.instances, opened)
    rounds = asyncio.create_task(_rounds(storage.instances, opened), name="upkeep")
    try:
        yield
    finally:
        rounds.cancel()
        await asyncio.gather(rounds, return_exceptions=True)
        with suppress(Unavailable):
            await storage.instances.leave()


async def _rounds(instances: SqlInstances, opened: OpenGate) -> None:
    """Renew the lease until cancelled; a database that is away is tried again next time."""
    while True:
        await asyncio.sleep(RENEW_SECONDS)
        try:
            await _round(instances, opened)
        except Exception as error:  # noqa: BLE001 - who stops renewing is taken for dead, and its deliveries are closed
            opened.gate.telemetry.alarm("upkeep", error=type(error).__name__)


async def _round(instances: SqlInstances, opened: OpenGate) -> None:
    alive = await instances.renew()
    await close_open_deliveries(opened.gate, opened.gate.clock.now(), alive)


def _sqlite_file(settings: Settings) -> Path | None:
    """Return the file of a SQLite database; None for a database that many processes share."""
    url = database_url(settings.database_url)
    return Path(url.database or "") if url.get_backend_name() == "sqlite" else None
