"""Open what identifies callers: TLS files, the issuer's keys, the grants of services."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from qupia_server.adapters.jwks import CachedJwks, jwks_file, jwks_url
from qupia_server.adapters.keys import others_may_touch
from qupia_server.app.development import DEVELOPMENT_SERVICE, make_identity
from qupia_server.config import IdentitySettings, Settings
from qupia_server.errors import ConfigurationError
from qupia_server.rpc.identity import Identity, ServiceGrant
from qupia_server.rpc.server import TlsFiles
from qupia_server.rpc.tokens import TokenRules, TokenVerifier

ROLE_ORDER = (
    "court",
    "prosecutor",
    "inquiry_body",
    "bailiff",
    "advocate",
    "state_body",
    "archivist",
    "privacy_officer",
    "auditor",
    "researcher",
    "journalist",
    "heir",
    "data_subject",
    "service",
    "citizen",
)
"""Roles a request can be made in; a person with several asks in the first, or in the one its token names."""


@dataclass(frozen=True, slots=True)
class Doors:
    """Who gets in, and the server's own TLS."""

    identity: Identity
    tls: TlsFiles


def open_identity(settings: Settings) -> Doors:
    """Return the doors that the settings describe.

    Raises:
        ConfigurationError: a file is missing, everybody can read the key, or development identity is asked for
            beyond loopback.
    """
    given = settings.identity
    rules = TokenRules(given.issuer, given.audience, given.skew_seconds)
    grants = _grants(given)
    if given.development:
        identity = make_identity(settings)
        grants.setdefault(DEVELOPMENT_SERVICE, ServiceGrant(roles=frozenset({"service"})))
        keys = CachedJwks(jwks_file(identity.jwks_file))
        pem = identity.server
        tls = TlsFiles(pem.certificate, pem.key, identity.ca_certificate)
    else:
        keys = CachedJwks(jwks_url(given.jwks) if given.jwks.startswith("https://") else jwks_file(_jwks_path(given)))
        tls = TlsFiles(
            _read("certificate_file", given.certificate_file),
            _read("key_file", given.key_file, private=True),
            _read("ca_file", given.ca_file),
        )
    try:
        return Doors(Identity(TokenVerifier(rules, keys), grants, ROLE_ORDER), tls)
    except ValueError as error:
        raise ConfigurationError({"identity.trusted_vouchers": "Names an attribute nobody can vouch for."}) from error


def _grants(given: IdentitySettings) -> dict[str, ServiceGrant]:
    services = given.service_roles.keys() | given.service_archives.keys() | given.trusted_vouchers.keys()
    return {
        uri: ServiceGrant(
            roles=given.service_roles.get(uri, frozenset({"service"})),
            attributes={"archive": given.service_archives[uri]} if uri in given.service_archives else {},
            vouches_for=given.trusted_vouchers.get(uri, frozenset()),
        )
        for uri in services
    }


def _jwks_path(given: IdentitySettings) -> Path:
    if not given.jwks:
        raise ConfigurationError({"identity.jwks": "Name the issuer's key set: a file or an https URL."})
    return Path(given.jwks)


def _read(name: str, file: Path | None, *, private: bool = False) -> bytes:
    try:
        if file is None:
            raise FileNotFoundError
        if private and others_may_touch(file, group=True):
            raise ConfigurationError({f"identity.{name}": "Everybody on this machine can read the key; make it 0600."})
        return file.read_bytes()
    except OSError as error:
        raise ConfigurationError({f"identity.{name}": "Name a PEM file that the server can read."}) from error
