"""Run one server process: open, listen, drain."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from opentelemetry.sdk.trace.export import ConsoleSpanExporter
from prometheus_client import start_http_server

from qupia_server.adapters.keys import KeyPurpose
from qupia_server.adapters.schema import current_revision, newest_revision
from qupia_server.app.development import write_client_profile, write_officer_profiles
from qupia_server.app.gate import OpenGate, RedactorMaker, open_gate, pooled_redactor
from qupia_server.app.identity import Doors, open_identity
from qupia_server.app.policy_place import follows_desk
from qupia_server.app.storage import Storage, open_storage
from qupia_server.app.upkeep import place_held, upkeep
from qupia_server.config import Settings
from qupia_server.disclosure.access_lists import AccessLists
from qupia_server.disclosure.check_access import CheckAccess
from qupia_server.disclosure.disclose import Disclose
from qupia_server.disclosure.documents import Documents
from qupia_server.disclosure.explaining import Explanations
from qupia_server.disclosure.policy_changes import PolicyChanges
from qupia_server.disclosure.queries import AuditQueries, PolicyQueries
from qupia_server.disclosure.turned_away import TurnedAway
from qupia_server.errors import ConfigurationError
from qupia_server.rpc.access_lists import AccessListing
from qupia_server.rpc.audit import AuditServicer
from qupia_server.rpc.disclosures import Disclosures
from qupia_server.rpc.documents import DocumentServicer
from qupia_server.rpc.paging import Pager
from qupia_server.rpc.policies import PolicyServicer
from qupia_server.rpc.server import QupiaServer, ServerSettings, Servicers, build_server
from qupia_server.telemetry import Telemetry, configure_logs

_GARBAGE = 20_000, 50, 50
"""When to look for cycles: a disclosure makes some thousand short-lived values and next to no cycles."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Where a running server listens, `host:port`; metrics is empty when switched off."""

    services: str
    persons: str
    metrics: str


async def serve(
    settings: Settings,
    ready: Callable[[Ports], None],
    telemetry: Telemetry | None = None,
    make_redactor: RedactorMaker = pooled_redactor,
) -> None:
    """Run until SIGTERM or SIGINT, then drain.

    Args:
        settings: everything that can be set.
        ready: called once when requests are taken.
        telemetry: spans and metrics; None: metrics only.
        make_redactor: starts the redactor.

    Raises:
        ConfigurationError: the server cannot start as configured.
        BundleRefused: the policies are not usable.
        Unavailable: database or store is away at start.
    """
    configure_logs(settings.log_level)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    async with running(settings, telemetry, make_redactor) as ports:
        # What was built up to here stays until the end: collections need not walk over it again and again.
        gc.collect()
        gc.freeze()
        gc.set_threshold(*_GARBAGE)
        ready(ports)
        await stop.wait()


@asynccontextmanager
async def running(
    settings: Settings, telemetry: Telemetry | None = None, make_redactor: RedactorMaker = pooled_redactor
) -> AsyncIterator[Ports]:
    """Run a server for the length of the context; leaving it drains."""
    telemetry = telemetry or open_telemetry(settings)
    await _require_schema(settings)
    async with (
        place_held(settings),
        open_storage(settings) as storage,
        open_gate(settings, storage, telemetry, make_redactor) as opened,
        upkeep(settings, storage, opened),
    ):
        doors = open_identity(settings)
        server = await _build(settings, storage, opened, doors)
        await server.start()
        opened.watch.tell = server.tell_policies
        try:
            with _metrics(settings, telemetry) as metrics:
                yield _announce(settings, server, metrics)
        finally:
            await server.drain(settings.listen.drain_seconds)
            (settings.home / "ports.json").unlink(missing_ok=True)
            telemetry.close()


async def _require_schema(settings: Settings) -> None:
    if await current_revision(settings.database_url) != newest_revision():
        advice = "Its schema is not of this version: run `qupia init` or `qupia db upgrade`."
        raise ConfigurationError({"database": advice})


async def _build(settings: Settings, storage: Storage, opened: OpenGate, doors: Doors) -> QupiaServer:
    gate, identity, pager = opened.gate, doors.identity, Pager(storage.keys.key(KeyPurpose.PAGE_TOKENS))
    lists, changes = AccessListing(AccessLists(gate), identity, pager), PolicyChanges(gate, opened.watch.room)
    await changes.begin()
    servicers = Servicers(
        Disclosures(Disclose(gate), CheckAccess(gate), identity, gate.telemetry, lists),
        DocumentServicer(Documents(gate, storage.writer), identity, pager),
        AuditServicer(AuditQueries(gate), pager),
        PolicyServicer(PolicyQueries(gate), Explanations(gate, opened.past), changes, lists, pager),
        TurnedAway(gate),
    )
    listen = settings.listen
    where = ServerSettings(
        host=listen.host,
        services_port=listen.services_port,
        persons_port=listen.persons_port,
        reflection=listen.reflection,
    )
    return await build_server(servicers, identity, doors.tls, where, gate.telemetry)


def open_telemetry(settings: Settings) -> Telemetry:
    """Return metrics, and spans into the trace file if the settings name one."""
    if settings.trace_file is None:
        return Telemetry()
    return Telemetry(ConsoleSpanExporter(out=settings.trace_file.open("a", encoding="utf-8")))


@contextmanager
def _metrics(settings: Settings, telemetry: Telemetry) -> Iterator[int | None]:
    """Serve metrics on loopback only, whatever the server listens on; gives the port."""
    if settings.listen.metrics_port < 0:
        yield None
        return
    try:
        server, thread = start_http_server(settings.listen.metrics_port, addr="127.0.0.1", registry=telemetry.registry)
    except OSError as error:
        raise ConfigurationError({"listen.metrics_port": "Cannot listen on this port."}) from error
    try:
        yield int(server.server_port)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _announce(settings: Settings, server: QupiaServer, metrics: int | None) -> Ports:
    """Say where the server listens: `ports.json` for scripts, a client profile in development."""
    host = settings.listen.host
    ports = Ports(
        services=f"{host}:{server.services_port}",
        persons=f"{host}:{server.persons_port}",
        metrics=f"127.0.0.1:{metrics}" if metrics is not None else "",
    )
    _write_whole(settings.home / "ports.json", json.dumps(asdict(ports)) + "\n")
    if settings.identity.development:
        write_client_profile(settings, ports.persons)
        if follows_desk(settings):
            write_officer_profiles(settings, ports.persons)
    return ports


def _write_whole(target: Path, text: str) -> None:
    partial = target.with_suffix(f".{os.getpid()}.part")
    partial.write_text(text, encoding="utf-8")
    partial.replace(target)
