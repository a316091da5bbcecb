"""A real server on loopback for tests: development identity, small catalogue, sync clients for anybody.

The server runs on a thread with an event loop of its own, so that tests stay straight lines. Its redactor is light by
default; a test of the redaction itself asks for the real one.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import grpc
import pytest
from google.rpc import status_pb2
from grpc_health.v1 import health_pb2_grpc
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from qupia.v1 import disclosure_service_pb2, disclosure_service_pb2_grpc
from qupia_client import Client, Credentials, OnBehalfOf
from qupia_redaction import rendition as rendition_module
from qupia_redaction.model import Category, RedactionOrder, Report
from qupia_redaction.rendition import CheckedRendition
from qupia_server import app
from qupia_server.adapters.dev_identity import DevIdentity
from qupia_server.app.development import DEVELOPMENT_SERVICE
from qupia_server.app.gate import pooled_redactor
from qupia_server.app.serve import Ports, running
from qupia_server.app.storage import open_storage
from qupia_server.config import Settings, WorkerSettings
from qupia_server.disclosure.ports import EntryFilter, Redactor
from qupia_server.ledger.entry import Entry
from qupia_server.telemetry import Telemetry

Answer = TypeVar("Answer")
RedactorMaker = Callable[[WorkerSettings], AbstractAsyncContextManager[Redactor]]

START_SECONDS = 120.0
CALL_SECONDS = 60.0
"""How long any call may take on a slow machine; no test measures it."""

TOKEN_SECONDS = 3600

OWNER = "person:owner"
"""The person whom the small catalogue's documents concern; may read them on ground own_data."""
HIDDEN = ("hidden", "hidden-alone")
"""Documents that strangers may not know of: one concerns OWNER, one concerns nobody."""


async def nothing() -> None:
    """Do nothing: the default behaviour of a light redactor."""


@dataclass
class LightRedactor:
    """Stands in for the worker pool where redaction itself is not the subject.

    Attributes:
        size: bytes of each rendition; they depend on master and language only.
        behave: awaited before the rendition is made.
        jobs: number of renditions made.
    """

    size: int = 4096
    behave: Callable[[], Awaitable[None]] = nothing
    jobs: int = 0

    async def redact(self, master: bytes, order: RedactionOrder, seconds: float | None) -> CheckedRendition:
        await self.behave()
        self.jobs += 1
        seed = hashlib.sha256(master + order.language.value.encode()).digest()
        data = b"%PDF-1.7\n" + seed * (self.size // len(seed))
        return rendition_module.issue(data, Report(pages=1, marks={Category.PERSON: 2}))

    @property
    def engines(self) -> str:
        return "light=1"

    @asynccontextmanager
    async def started(self, settings: WorkerSettings) -> AsyncIterator[Redactor]:
        yield self


@dataclass(frozen=True)
class Live:
    """A running server and what a test needs to talk to it and to look behind it."""

    settings: Settings
    ports: Ports
    telemetry: Telemetry
    spans: InMemorySpanExporter
    loop: asyncio.AbstractEventLoop = field(repr=False)

    @property
    def identity(self) -> DevIdentity:
        """The development CA and issuer."""
        return app.make_identity(self.settings)

    @property
    def ca_file(self) -> Path:
        """The development CA's certificate."""
        return self.settings.home / "identity" / "ca.pem"

    def token(self, subject: str = OWNER, role: str = "citizen", assurance: str = "high", **claims: str) -> str:
        """Return a fresh token."""
        return self.identity.mint_token(subject, (role,), assurance, TOKEN_SECONDS, **claims)

    def client(self, subject: str = OWNER, role: str = "citizen", assurance: str = "high", **claims: str) -> Client:
        """Return a client as a person."""
        return self.bearer(self.token(subject, role, assurance, **claims))

    def bearer(self, token: str) -> Client:
        """Return a client with any token."""
        return Client(self.ports.persons, Credentials(self.ca_file, token=token))

    def service(self) -> Client:
        """Return a client as the archive service."""
        files = self.identity.save_certificate(DEVELOPMENT_SERVICE, "archive-portal")
        return Client(self.ports.services, Credentials(self.ca_file, *files))

    def channel(self, **options: int) -> grpc.Channel:
        """Return a bare channel to the persons' door."""
        credentials = grpc.ssl_channel_credentials(self.ca_file.read_bytes())
        return grpc.secure_channel(self.ports.persons, credentials, options=list(options.items()))

    def entries(self) -> tuple[Entry, ...]:
        """Return the whole ledger, oldest first, each entry checked against its leaf; ends of deliveries included."""
        give_up = time.monotonic() + CALL_SECONDS
        while self.metric("qupia_ledger_waiting") and time.monotonic() < give_up:
            time.sleep(0.002)
        return read_ledger_now(self.settings)

    def entry(self, name: str) -> Entry:
        """Return the entry of a resource name."""
        found = [entry for entry in self.entries() if name == f"auditEntries/{entry.entry_id}"]
        assert len(found) == 1, f"{name} names {len(found)} entries"
        return found[0]

    def metric(self, name: str, **labels: str) -> float:
        """Return the value of a metric; 0 when it was never counted."""
        return self.telemetry.registry.get_sample_value(name, labels) or 0.0


def read_ledger_now(settings: Settings) -> tuple[Entry, ...]:
    """Verify leaves and tree, and return all entries, oldest first."""
    return asyncio.run(_read_ledger(settings))


async def _read_ledger(settings: Settings) -> tuple[Entry, ...]:
    async with open_storage(settings) as storage:
        size = await storage.audit.verify()
        entries = await storage.audit.list_entries(EntryFilter(), None, size + 1)
    assert len(entries) >= size
    return tuple(reversed(entries))


def settings_of(home: Path, **changes: Any) -> Settings:
    """Return settings for a server on free ports, with `section__name` changes."""
    values: dict[str, Any] = {
        "listen": {"services_port": 0, "persons_port": 0, "metrics_port": 0},
        "workers": {"processes": 1},
    }
    for name, value in changes.items():
        section, _, key = name.partition("__")
        if key:
            values.setdefault(section, {})[key] = value
        else:
            values[section] = value
    return Settings(home=home, **values)


def prepare(settings: Settings, catalogue: Path | None = None) -> None:
    """Make keys, identity and database, and import a catalogue; the small one by default."""
    asyncio.run(app.initialise(settings))
    file = catalogue or small_catalogue(settings.home / "small")
    outcome = asyncio.run(app.import_catalogue(settings, file, lambda _done: None))
    assert not outcome.faults, outcome.faults


def small_catalogue(folder: Path, documents: int = 6) -> Path:
    """Write a catalogue of `doc-1` ... that concern OWNER, and of the HIDDEN ones."""
    folder.mkdir(parents=True, exist_ok=True)
    place = {"archive": "test-archive", "fonds": "1", "opis": "1"}
    rows: list[dict[str, object]] = [
        {"type": "archive", "id": "test-archive", "title": "Test", "kind": "regional"},
        {"type": "fonds", "archive": "test-archive", "number": "1", "title": "F"},
        {"type": "opis", "archive": "test-archive", "fonds": "1", "number": "1", "title": "O"},
        {"type": "item", **place, "number": "1", "title": "I"},
        {"type": "person", "id": "p-owner", "names": ["Иесов Тест Тестович"], "life": "alive"},
        {"type": "kinship", "person": "p-owner", "relative": OWNER, "relation": "self", "proven": True},
    ]
    names = [f"doc-{number}" for number in range(1, documents + 1)]
    for name in (*names, *HIDDEN):
        (folder / f"{name}.pdf").write_bytes(b"%PDF-1.7\n% master of " + name.encode() + b"\n%%EOF\n")
        rows.append(_document(name, place))
    target = folder / "catalogue.jsonl"
    target.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return target


def _document(name: str, place: dict[str, str]) -> dict[str, object]:
    return {
        "type": "document",
        "id": name,
        **place,
        "item": "1",
        "sheets": "1",
        "kind": "adoption_record" if name in HIDDEN else "letter",
        "form": "electronic_copy",
        "title": "T",
        "created_from": "1990-01-01",
        "created_to": "1990-12-31",
        "certainty": "exact",
        "secrecy": "none",
        "ownership": "state",
        "private_life": "yes",
        "persons": [] if name == HIDDEN[1] else ["p-owner"],
        "file": f"{name}.pdf",
    }


@contextmanager
def live(settings: Settings, make_redactor: RedactorMaker | None = None) -> Iterator[Live]:
    """Run a prepared server for the length of the context; leaving it drains.

    Args:
        settings: of a folder that `prepare` was called for.
        make_redactor: starts the redactor; None: the real one.
    """
    spans = InMemorySpanExporter()
    telemetry = Telemetry(spans)
    with _loop() as loop:
        server = running(settings, telemetry, make_redactor or pooled_redactor)
        ports = _on(loop, server.__aenter__())
        try:
            yield Live(settings, ports, telemetry, spans, loop)
        finally:
            _on(loop, server.__aexit__(None, None, None))


@contextmanager
def _loop() -> Iterator[asyncio.AbstractEventLoop]:
    """Run an event loop on a thread."""
    # asyncio warns of slow steps on a busy machine; that is not what these tests are about.
    logging.getLogger("asyncio").setLevel(logging.ERROR)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="live-server")
    thread.start()
    try:
        yield loop
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()


def _on(loop: asyncio.AbstractEventLoop, work: Coroutine[Any, Any, Answer]) -> Answer:
    return asyncio.run_coroutine_threadsafe(work, loop).result(START_SECONDS)


def own_data(document: str = "doc-1", **fields: Any) -> dict[str, Any]:
    """Return the arguments by which OWNER is allowed a document."""
    return {
        "document": document,
        "purpose": "protect_rights",
        "ground": "own_data",
        "timeout": CALL_SECONDS,
        **fields,
    }


def on_behalf(token: str) -> OnBehalfOf:
    """Return the requester that a service asks for."""
    return OnBehalfOf(token=token)


def failed_disclose(
    channel: grpc.Channel, token: str, request: disclosure_service_pb2.DiscloseRequest
) -> grpc.RpcError:
    """Disclose by the bare stub, see to it that not one message comes, and return the failure."""
    stub = disclosure_service_pb2_grpc.DisclosureServiceStub(channel)
    call = stub.Disclose(request, metadata=bearer(token), timeout=CALL_SECONDS)
    with pytest.raises(grpc.RpcError) as caught:
        next(call)
    return caught.value


def bearer(token: str) -> tuple[tuple[str, str], ...]:
    """Return the metadata that carry a token."""
    return (("authorization", f"Bearer {token}"),)


def details_of(error: grpc.RpcError) -> status_pb2.Status:
    """Return the `google.rpc.Status` of a failed call."""
    assert isinstance(error, grpc.Call)
    packed = dict(error.trailing_metadata() or ())
    return status_pb2.Status.FromString(packed["grpc-status-details-bin"])


def health_stub(channel: grpc.Channel) -> Any:
    """Return the health service's stub; its generated code has no types."""
    return health_pb2_grpc.HealthStub(channel)
