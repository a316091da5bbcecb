"""Put the servicers behind two doors: mTLS for services, TLS with bearer tokens for people.

grpc cannot ask for a client certificate without demanding one, hence two ports. Both lead to the same handlers
behind the same edge: on the services' port TLS itself turns away certificates of another CA; on the persons' port
no certificate is asked for, so only a token identifies.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

import grpc
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from qupia.v1 import (
    audit_service_pb2,
    audit_service_pb2_grpc,
    disclosure_service_pb2,
    disclosure_service_pb2_grpc,
    document_service_pb2,
    document_service_pb2_grpc,
    policy_service_pb2,
    policy_service_pb2_grpc,
)
from qupia_server.disclosure.turned_away import TurnedAway
from qupia_server.errors import ConfigurationError
from qupia_server.rpc.audit import AuditServicer
from qupia_server.rpc.disclosures import Disclosures
from qupia_server.rpc.documents import DocumentServicer
from qupia_server.rpc.identity import Identity
from qupia_server.rpc.interceptors import EdgeInterceptor
from qupia_server.rpc.policies import PolicyServicer
from qupia_server.telemetry import Telemetry

SERVICES: tuple[str, ...] = tuple(
    file.DESCRIPTOR.services_by_name[name].full_name
    for file, name in (
        (disclosure_service_pb2, "DisclosureService"),
        (document_service_pb2, "DocumentService"),
        (audit_service_pb2, "AuditService"),
        (policy_service_pb2, "PolicyService"),
    )
)
"""Full names of our services."""
WATCHERS_SECONDS = 1.0
"""Time that watchers of the health service get to hear that the server ends; then their streams end."""
SETTLE_SECONDS = 15.0
"""Time that the last deliveries get to be recorded while the database is away."""


@dataclass(frozen=True, slots=True)
class Servicers:
    """The four services, and who records the callers that they turn away."""

    disclosures: Disclosures
    documents: DocumentServicer
    audit: AuditServicer
    policies: PolicyServicer
    turned_away: TurnedAway


@dataclass(frozen=True, slots=True, repr=False)
class TlsFiles:
    """TLS of the server, PEM.

    Attributes:
        certificate: the server's chain; key: its private key.
        client_ca: the CA whose client certificates name services.
    """

    certificate: bytes
    key: bytes
    client_ca: bytes


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """Where and how the server listens.

    Attributes:
        host: address to listen on.
        services_port: mTLS port; 0 picks a free one.
        persons_port: TLS port; 0 picks a free one, None opens none.
        reflection: offer server reflection.
        max_request_bytes: most bytes of one message in.
        max_concurrent_rpcs: above it, calls get RESOURCE_EXHAUSTED.
        reuse_port: share the ports with other processes (`SO_REUSEPORT`).
        keepalive_seconds: ping after this silence.
    """

    host: str = "127.0.0.1"
    services_port: int = 0
    persons_port: int | None = 0
    reflection: bool = True
    max_request_bytes: int = 4 << 20
    max_concurrent_rpcs: int = 1024
    reuse_port: bool = False
    keepalive_seconds: int = 60


@dataclass(frozen=True, slots=True)
class QupiaServer:
    """A server that is built and bound.

    Attributes:
        server: grpc's server.
        health: health of each service.
        services_port, persons_port: ports in use; persons_port is None when not opened.
        edge: what stands around every call.
    """

    server: grpc.aio.Server
    health: health.aio.HealthServicer
    services_port: int
    persons_port: int | None
    disclosures: Disclosures
    edge: EdgeInterceptor
    telemetry: Telemetry

    async def start(self) -> None:
        """Start serving and say so."""
        await self.server.start()
        for service in ("", *SERVICES):
            await self.health.set(service, health_pb2.HealthCheckResponse.SERVING)

    async def tell_policies(self, in_order: bool) -> None:
        """Say in the health of PolicyService whether what is in force on the desk is served; documents go on."""
        good, bad = health_pb2.HealthCheckResponse.SERVING, health_pb2.HealthCheckResponse.NOT_SERVING
        await self.health.set(SERVICES[-1], good if in_order else bad)

    async def drain(self, seconds: float) -> None:
        """Say NOT_SERVING, take no new call, let running ones end within `seconds`, record every delivery.

        Deliveries that cannot be recorded within SETTLE_SECONDS are closed by the next start.
        """
        with suppress(TimeoutError):
            # The health service waits for watchers that take no message; nobody has to.
            await asyncio.wait_for(self.health.enter_graceful_shutdown(), WATCHERS_SECONDS)
        asyncio.get_running_loop().call_later(WATCHERS_SECONDS, self.edge.end_public)
        await self.server.stop(seconds)
        try:
            await asyncio.wait_for(self.disclosures.settle(), SETTLE_SECONDS)
        except TimeoutError:
            self.telemetry.alarm("deliveries_unsettled")


async def build_server(
    servicers: Servicers, identity: Identity, tls: TlsFiles, settings: ServerSettings, telemetry: Telemetry
) -> QupiaServer:
    """Wire servicers, identity, health and reflection, and bind the ports.

    Raises:
        ConfigurationError: a port cannot be bound or the TLS files are not usable.
    """
    edge = EdgeInterceptor(identity, servicers.turned_away, telemetry)
    server = grpc.aio.server(
        interceptors=[edge],
        options=_options(settings),
        maximum_concurrent_rpcs=settings.max_concurrent_rpcs,
    )
    disclosure_service_pb2_grpc.add_DisclosureServiceServicer_to_server(servicers.disclosures, server)
    document_service_pb2_grpc.add_DocumentServiceServicer_to_server(servicers.documents, server)
    audit_service_pb2_grpc.add_AuditServiceServicer_to_server(servicers.audit, server)
    policy_service_pb2_grpc.add_PolicyServiceServicer_to_server(servicers.policies, server)
    checks = health.aio.HealthServicer()
    health_pb2_grpc.add_HealthServicer_to_server(checks, server)
    for service in ("", *SERVICES):
        await checks.set(service, health_pb2.HealthCheckResponse.NOT_SERVING)
    if settings.reflection:
        names = (*SERVICES, health.SERVICE_NAME, reflection.SERVICE_NAME)
        reflection.enable_server_reflection(names, server)
    pair = [(tls.key, tls.certificate)]
    mutual = grpc.ssl_server_credentials(pair, root_certificates=tls.client_ca, require_client_auth=True)
    services_port = _bind(server, settings.host, settings.services_port, mutual)
    persons_port = None
    if settings.persons_port is not None:
        persons_port = _bind(server, settings.host, settings.persons_port, grpc.ssl_server_credentials(pair))
    return QupiaServer(server, checks, services_port, persons_port, servicers.disclosures, edge, telemetry)


def _options(settings: ServerSettings) -> Sequence[tuple[str, int]]:
    pause = settings.keepalive_seconds * 1000
    return (
        ("grpc.max_receive_message_length", settings.max_request_bytes),
        # Headers hold a token of up to 8 KiB beside the rest.
        ("grpc.max_metadata_size", 16 << 10),
        ("grpc.absolute_max_metadata_size", 24 << 10),
        ("grpc.so_reuseport", int(settings.reuse_port)),
        ("grpc.keepalive_time_ms", pause),
        ("grpc.keepalive_timeout_ms", 20_000),
        ("grpc.http2.min_recv_ping_interval_without_data_ms", pause // 2),
        ("grpc.max_connection_idle_ms", 3_600_000),
    )


def _bind(server: grpc.aio.Server, host: str, port: int, credentials: grpc.ServerCredentials) -> int:
    where = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    try:
        bound = server.add_secure_port(where, credentials)
    except RuntimeError as error:
        raise ConfigurationError({"listen": f"Cannot listen on port {port}."}) from error
    if not bound:
        raise ConfigurationError({"listen": f"Cannot listen on port {port}."})
    return bound
