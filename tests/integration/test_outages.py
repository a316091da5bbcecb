"""Parts go away under a running server and come back: UNAVAILABLE, nothing released, recovery without a restart.

And the server itself is told to end: it drains.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import grpc
import pytest
from google.rpc import error_details_pb2
from grpc_health.v1 import health_pb2

from qupia.v1 import disclosure_pb2, disclosure_service_pb2
from qupia_client import Client, Credentials
from qupia_server import app
from qupia_server.app.development import make_identity
from qupia_server.ledger.entry import EntryOutcome, Event
from tests.contract.servers import PostgresServer, S3Server
from tests.support.live import (
    CALL_SECONDS,
    OWNER,
    LightRedactor,
    Live,
    details_of,
    failed_disclose,
    health_stub,
    live,
    own_data,
    prepare,
    read_ledger_now,
    settings_of,
    small_catalogue,
)
from tests.support.lives import Lives

pytestmark = [pytest.mark.enable_socket, pytest.mark.slow]

OWN = disclosure_pb2.Purpose(code=disclosure_pb2.PURPOSE_CODE_PROTECT_RIGHTS, ground=disclosure_pb2.GROUND_OWN_DATA)
BIG = 64 << 20
"""More than the windows and buffers of one connection hold, bytes."""


def unavailable(server: Live, document: str) -> None:
    """Ask, and be told at once that a part is away and when to ask again, with not one message before."""
    request = disclosure_service_pb2.DiscloseRequest(document=f"documents/{document}", purpose=OWN)
    with server.channel() as channel:
        error = failed_disclose(channel, server.token(), request)
    assert error.code() is grpc.StatusCode.UNAVAILABLE
    retry, info = error_details_pb2.RetryInfo(), error_details_pb2.ErrorInfo()
    for detail in details_of(error).details:
        assert detail.Unpack(retry) or detail.Unpack(info) or detail.Is(error_details_pb2.LocalizedMessage.DESCRIPTOR)
    assert retry.retry_delay.ToTimedelta().total_seconds() > 0
    assert info.reason == "UNAVAILABLE"


def allowed(server: Live, document: str) -> None:
    with server.client() as client, client.disclose(**own_data(document)) as answer:
        assert len(answer.read()) == answer.size


@pytest.fixture
def postgres() -> Iterator[PostgresServer]:
    folder = Path(tempfile.mkdtemp(prefix="qupia-outage-"))
    server = PostgresServer(folder)
    server.start()
    yield server
    server.stop()
    shutil.rmtree(folder)


@pytest.mark.postgres
def test_without_its_database_the_server_releases_nothing_and_recovers_alone(
    tmp_path: Path, postgres: PostgresServer
) -> None:
    settings = settings_of(tmp_path / "home", store__database=postgres.url("postgres"))
    prepare(settings)
    redactor = LightRedactor()
    with live(settings, redactor.started) as server:
        allowed(server, "doc-1")
        before, jobs = server.entries(), redactor.jobs
        postgres.stop()
        for document in ("doc-1", "doc-2"):  # one in the cache, one that is not
            unavailable(server, document)
        assert redactor.jobs == jobs
        postgres.start()
        assert server.entries() == before
        allowed(server, "doc-1")
        allowed(server, "doc-2")
        assert [entry.draft.reason for entry in server.entries()[len(before) :]] == [
            "ALLOWED.RULE",
            "DELIVERY.COMPLETE",
        ] * 2


@pytest.mark.postgres
def test_a_ledger_that_goes_away_during_the_redaction_releases_nothing(
    tmp_path: Path, postgres: PostgresServer
) -> None:
    settings = settings_of(tmp_path / "home", store__database=postgres.url("postgres"))
    prepare(settings)

    async def cut() -> None:
        await asyncio.to_thread(postgres.stop)

    redactor = LightRedactor(behave=cut)
    with live(settings, redactor.started) as server:
        unavailable(server, "doc-1")
        assert redactor.jobs == 1
        postgres.start()
        told = {entry.draft.event for entry in server.entries()}
        assert told == {Event.POLICY_LOAD, Event.ADDITION}, "the bundle, and the import before it"


@pytest.fixture
def s3() -> Iterator[S3Server]:
    server = S3Server()
    server.start()
    yield server
    server.stop()


@pytest.mark.s3
def test_without_its_store_the_server_refuses_on_record_and_recovers_alone(tmp_path: Path, s3: S3Server) -> None:
    bucket = f"b{uuid.uuid4().hex}"
    store = {"objects": f"s3://{bucket}/q", "s3_endpoint": s3.endpoint, "s3_key": "any", "s3_secret": "any"}
    settings = settings_of(tmp_path / "home", store=store)
    s3.make_bucket(bucket)
    prepare(settings)
    with live(settings, LightRedactor().started) as server:
        allowed(server, "doc-1")
        s3.stop()
        unavailable(server, "doc-2")
        refusal = server.entries()[-1].draft
        assert (refusal.event, refusal.outcome) == (Event.DENIAL, EntryOutcome.REFUSED)
        assert refusal.reason == "UNAVAILABLE.UNAVAILABLE"
        s3.start()  # this endpoint forgets, so its content is brought back
        s3.make_bucket(bucket)
        catalogue = small_catalogue(settings.home / "small")
        asyncio.run(app.import_catalogue(settings, catalogue, lambda _done: None))
        allowed(server, "doc-2")


@contextmanager
def watched_health(target: str, ca: bytes) -> Iterator[Iterator[health_pb2.HealthCheckResponse]]:
    """Watch a service's health; the stream ends with the context, since an open one would hold the drain."""
    with grpc.secure_channel(target, grpc.ssl_channel_credentials(ca)) as channel:
        request = health_pb2.HealthCheckRequest(service="qupia.v1.DisclosureService")
        states = health_stub(channel).Watch(request, timeout=CALL_SECONDS)
        yield states
        states.cancel()


def test_sigterm_during_a_stream_drains(tmp_path: Path) -> None:
    """The stream ends whole, health says NOT_SERVING meanwhile, the exit code is 0, the delivery is recorded."""
    settings = settings_of(tmp_path / "home")
    prepare(settings)
    identity = make_identity(settings)
    lives = Lives(settings.home, rendition_bytes=BIG)
    try:
        lives.begin(0)
        assert lives.wait_ready()
        ca = settings.home / "identity" / "ca.pem"
        token = identity.mint_token(OWNER, ["citizen"], "high")
        with Client(lives.target, Credentials(ca, token=token)) as client, client.disclose(**own_data()) as answer:
            pieces = iter(answer)
            got = len(next(pieces))
            with watched_health(lives.target, ca.read_bytes()) as states:
                assert next(states).status == health_pb2.HealthCheckResponse.SERVING
                os.kill(lives.pid, signal.SIGTERM)
                assert next(states).status == health_pb2.HealthCheckResponse.NOT_SERVING
            assert lives.status is None
            got += sum(map(len, pieces))
            assert got == answer.size
        lives.wait_ended()
        assert lives.status == 0
    finally:
        lives.close()
    transfer, delivery = read_ledger_now(settings)[-2:]
    assert f"auditEntries/{transfer.entry_id}" == answer.receipt.audit_entry
    assert (delivery.draft.previous, delivery.draft.outcome) == (transfer.entry_id, EntryOutcome.DELIVERED)
    assert delivery.draft.bytes_sent == answer.size
