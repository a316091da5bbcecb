"""Who may close whose deliveries: alone on SQLite; beside others on PostgreSQL only those of the dead."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from qupia_server import app
from qupia_server.app.storage import open_storage
from qupia_server.config import Settings
from qupia_server.errors import ConfigurationError
from qupia_server.ledger.entry import Entry, EntryDraft, EntryOutcome, Event
from tests.contract.servers import PostgresServer
from tests.support.live import LightRedactor, live, own_data, prepare, read_ledger_now, settings_of

pytestmark = pytest.mark.enable_socket

SIZE = 64 << 20
"""More than the windows and buffers of one connection hold, bytes: the delivery stays open until it is read."""


def test_a_second_server_is_refused_and_closes_nothing(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    prepare(settings)
    redactor = LightRedactor(size=SIZE).started
    with (
        live(settings, redactor) as server,
        server.client() as client,
        client.disclose(**own_data("doc-1")) as answer,
    ):
        with pytest.raises(ConfigurationError, match="Another `qupia serve`"), live(settings, redactor):
            pass
        assert not _deliveries(settings)
        assert len(answer.read()) == answer.size
    assert [entry.draft.reason for entry in _deliveries(settings)] == ["DELIVERY.COMPLETE"]


@pytest.fixture
def postgres() -> Iterator[PostgresServer]:
    folder = Path(tempfile.mkdtemp(prefix="qupia-sole-"))
    server = PostgresServer(folder)
    server.start()
    yield server
    server.stop()
    shutil.rmtree(folder)


@pytest.mark.slow
@pytest.mark.postgres
def test_beside_living_servers_only_deliveries_of_dead_ones_are_closed(
    tmp_path: Path, postgres: PostgresServer
) -> None:
    first, second = (settings_of(tmp_path / name, store__database=postgres.url("postgres")) for name in "ab")
    prepare(first)
    asyncio.run(app.initialise(second))
    lost = asyncio.run(_left_by_a_dead_process(first))
    redactor = LightRedactor(size=SIZE).started
    with (
        live(first, redactor) as server,
        server.client() as client,
        client.disclose(**own_data("doc-1")) as answer,
    ):
        assert [entry.draft.previous for entry in _deliveries(first)] == [lost]
        with live(second, redactor):
            assert len(_deliveries(first)) == 1, "the first server's delivery is under way"
        assert len(answer.read()) == answer.size
    assert [entry.draft.reason for entry in _deliveries(first)] == ["DELIVERY.PROCESS_ENDED", "DELIVERY.COMPLETE"]


async def _left_by_a_dead_process(settings: Settings) -> str:
    async with open_storage(settings) as storage:
        return (await storage.ledger.record(EntryDraft(Event.TRANSFER, EntryOutcome.ALLOWED, "ALLOWED.RULE"))).entry_id


def _deliveries(settings: Settings) -> list[Entry]:
    return [entry for entry in read_ledger_now(settings) if entry.draft.event is Event.DELIVERY]
