"""A reader that opens a stream and never reads, on a real connection: it is ended, recorded, and frees its place."""

from __future__ import annotations

import asyncio
import contextlib
from functools import partialmethod
from pathlib import Path
from typing import cast

import grpc
import pytest

from qupia.v1 import disclosure_service_pb2 as pb
from qupia.v1 import disclosure_service_pb2_grpc as stubs
from qupia_client.convert import disclose_message
from qupia_client.values import Question
from qupia_server.ledger.entry import EntryOutcome, Event
from qupia_server.rpc.disclosures import Disclosures
from tests.support.live import CALL_SECONDS, LightRedactor, Live, bearer, live, prepare, settings_of

pytestmark = pytest.mark.enable_socket

SIZE = 32 << 20
ABORTED = "DELIVERY.ABORTED"


def test_a_reader_that_never_reads_is_ended_and_recorded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Disclosures, "__init__", partialmethod(Disclosures.__init__, idle_seconds=0.5))
    settings = settings_of(tmp_path)
    prepare(settings)
    with live(settings, LightRedactor(size=SIZE).started) as server:
        token = bearer(server.token())
        code, got = asyncio.run(_never_read(server, token))
        entries = server.entries()
    assert code is grpc.StatusCode.DEADLINE_EXCEEDED
    assert got < SIZE
    (end,) = [entry.draft for entry in entries if entry.draft.event is Event.DELIVERY]
    assert end.outcome is EntryOutcome.ABORTED
    assert got <= end.bytes_sent < SIZE


async def _never_read(server: Live, token: tuple[tuple[str, str], ...]) -> tuple[grpc.StatusCode, int]:
    """Take the header, read on only when the server has given up; return status and bytes."""
    request: pb.DiscloseRequest = disclose_message(Question("doc-1", "protect_rights", "own_data"), "")
    credentials = grpc.ssl_channel_credentials(server.ca_file.read_bytes())
    async with grpc.aio.secure_channel(server.ports.persons, credentials) as channel:
        call = stubs.DisclosureServiceStub(channel).Disclose(request, metadata=token)
        await call.read()
        async with asyncio.timeout(CALL_SECONDS):
            while not server.metric("qupia_answers_total", method="deliver", outcome="aborted", reason=ABORTED):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        got = 0
        with contextlib.suppress(grpc.aio.AioRpcError):
            while (message := await call.read()) is not grpc.aio.EOF:
                got += len(cast("pb.DiscloseResponse", message).chunk.data)
        return await call.code(), got
