"""Secure channels: TLS with the server's CA, the service's own certificate, a person's token.

There is no way to an unencrypted channel: tokens and documents travel here. A test that brings its own
channel uses `Client.over`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import grpc

from qupia_client.errors import ConfigurationFault

_TARGET: Final = re.compile(r"(?:(?:dns|ipv4|ipv6|xds):)?[^\s@?#]+:\d{1,5}|unix:\S+")
_MAX_TOKEN_BYTES: Final = 16 * 1024
_MAX_PEM_BYTES: Final = 1024 * 1024

# Only calls that answer once and are harmless when repeated: each carries a request_id or reads only.
_RETRIED: Final = (
    ("qupia.v1.DisclosureService", "CheckAccess"),
    ("qupia.v1.DisclosureService", "BatchCheckAccess"),
    ("qupia.v1.DisclosureService", "ListAccess"),
    ("qupia.v1.DocumentService", "CreateDocument"),
    ("qupia.v1.DocumentService", "GetDocument"),
    ("qupia.v1.DocumentService", "ListDocuments"),
    ("qupia.v1.AuditService", "GetAuditEntry"),
    ("qupia.v1.AuditService", "ListAuditEntries"),
    ("qupia.v1.PolicyService", "GetActiveBundle"),
    ("qupia.v1.PolicyService", "ExplainDecision"),
    ("qupia.v1.PolicyService", "ListDocumentReaders"),
    ("qupia.v1.PolicyService", "GetPolicyDesk"),
    ("qupia.v1.PolicyService", "ListPolicySteps"),
    ("qupia.v1.PolicyService", "GetPolicyDraft"),
    ("qupia.v1.PolicyService", "ListPolicyDrafts"),
    ("qupia.v1.PolicyService", "FetchPolicyBundle"),
    ("qupia.v1.PolicyService", "CreatePolicyDraft"),
    ("qupia.v1.PolicyService", "GetPolicyShadow"),
)
_SERVICE_CONFIG: Final = json.dumps(
    {
        "methodConfig": [
            {
                "name": [{"service": service, "method": method} for service, method in _RETRIED],
                "retryPolicy": {
                    "maxAttempts": 4,
                    "initialBackoff": "0.2s",
                    "maxBackoff": "3s",
                    "backoffMultiplier": 2,
                    "retryableStatusCodes": ["UNAVAILABLE"],
                },
            }
        ]
    }
)
# gRPC servers cut off clients that ping more often than every five minutes while no data flows.
OPTIONS: Final[tuple[tuple[str, str | int], ...]] = (
    ("grpc.service_config", _SERVICE_CONFIG),
    ("grpc.enable_retries", 1),
    ("grpc.keepalive_time_ms", 310_000),
    ("grpc.keepalive_timeout_ms", 20_000),
    ("grpc.keepalive_permit_without_calls", 0),
)


@dataclass(frozen=True, slots=True)
class Credentials:
    """Whom to trust and who calls.

    Attributes:
        ca_file: PEM of the CA of the server; None: the system's.
        certificate_file, key_file: PEM of the service's certificate and key (mTLS); both or neither.
        token: a person's token (JWT); not with `token_file`.
        token_file: file with the token; read for each call, so that it may be renewed meanwhile.
    """

    ca_file: Path | None = None
    certificate_file: Path | None = None
    key_file: Path | None = field(default=None, repr=False)
    token: str = field(default="", repr=False)
    token_file: Path | None = None

    def __post_init__(self) -> None:
        """Refuse halves and contradictions."""
        if (self.certificate_file is None) != (self.key_file is None):
            raise ConfigurationFault("A certificate and its key go together: set both or neither.")
        if self.token and self.token_file is not None:
            raise ConfigurationFault("Set the token or the file that holds it, not both.")


def open_channel(target: str, credentials: Credentials) -> grpc.Channel:
    """Return a secure channel to `target`; it connects on first use.

    Args:
        target: `host:port`, `[v6]:port`, `dns:///host:port` or `unix:path`.
        credentials: whom to trust and who calls.

    Raises:
        ConfigurationFault: the target is no target, or a file cannot be read.
    """
    return grpc.secure_channel(checked_target(target), _channel_credentials(credentials), options=OPTIONS)


def open_async_channel(target: str, credentials: Credentials) -> grpc.aio.Channel:
    """Return a secure channel for asyncio; as `open_channel`.

    Raises:
        ConfigurationFault: the target is no target, or a file cannot be read.
    """
    return grpc.aio.secure_channel(checked_target(target), _channel_credentials(credentials), options=OPTIONS)


def checked_target(target: str) -> str:
    """Return `target` if gRPC can connect to it.

    Raises:
        ConfigurationFault: it has a web scheme, no port, or is empty.
    """
    if "://" in target and not re.match(r"(dns|xds):///", target):
        raise ConfigurationFault("The target is host:port without a scheme, such as localhost:7443.")
    if not _TARGET.fullmatch(target):
        raise ConfigurationFault("The target needs a host and a port, such as localhost:7443.")
    return target


def _channel_credentials(credentials: Credentials) -> grpc.ChannelCredentials:
    secure = grpc.ssl_channel_credentials(
        root_certificates=_pem(credentials.ca_file, "CA"),
        private_key=_pem(credentials.key_file, "key"),
        certificate_chain=_pem(credentials.certificate_file, "certificate"),
    )
    source = _token_source(credentials)
    if source is None:
        return secure
    source()  # a missing token file is told now, not as a failed call
    bearer = grpc.metadata_call_credentials(_Bearer(source))
    return grpc.composite_channel_credentials(secure, bearer)


def _pem(path: Path | None, what: str) -> bytes | None:
    return _read(path, what, _MAX_PEM_BYTES) if path is not None else None


def _token_source(credentials: Credentials) -> Callable[[], str] | None:
    if credentials.token:
        return lambda: credentials.token
    path = credentials.token_file
    if path is None:
        return None
    return lambda: _token(path)


def _token(path: Path) -> str:
    token = _read(path, "token", _MAX_TOKEN_BYTES).strip()
    if not token or not re.fullmatch(rb"[A-Za-z0-9._~+/=-]+", token):
        raise ConfigurationFault(f"The token file {path} holds no token.")
    return token.decode("ascii")


def _read(path: Path, what: str, limit: int) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(limit + 1)
    except OSError as error:
        raise ConfigurationFault(f"The {what} file {path} cannot be read: {error.strerror}.") from error
    if len(content) > limit:
        raise ConfigurationFault(f"The {what} file {path} is larger than {limit} bytes.")
    return content


class _Bearer(grpc.AuthMetadataPlugin):
    """Put the token on each call."""

    def __init__(self, source: Callable[[], str]) -> None:
        self._source = source

    def __call__(
        self,
        context: grpc.AuthMetadataContext,  # noqa: ARG002 - gRPC calls it so
        callback: grpc.AuthMetadataPluginCallback,
    ) -> None:
        """Hand over the header, or the error that ends the call."""
        try:
            callback((("authorization", f"Bearer {self._source()}"),), None)
        except ConfigurationFault as error:
            callback((), error)
