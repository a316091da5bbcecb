"""A certificate authority and a token issuer for development, made at first start. Loopback only.

Whoever can read the folder can be anybody: that is fine on one's own machine and nowhere else, so any other address is
refused before a key is made or read. Folder 0700, files 0600; the folder appears whole or not at all.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import ipaddress
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from joserfc import jwt
from joserfc.jwk import ECKey

from qupia_server.adapters.keys import others_may_touch
from qupia_server.errors import ConfigurationError

CA_DAYS = 3650
SERVER_DAYS = 3650
SERVICE_DAYS = 365
LOCAL_NAMES: tuple[x509.GeneralName, ...] = (
    x509.DNSName("localhost"),
    x509.IPAddress(ipaddress.ip_address("127.0.0.1")),
    x509.IPAddress(ipaddress.ip_address("::1")),
)


def require_loopback(host: str) -> None:
    """Refuse an address that others than this machine could reach.

    Raises:
        ConfigurationError: `host` is not loopback.
    """
    with contextlib.suppress(ValueError):
        if host == "localhost" or ipaddress.ip_address(host).is_loopback:
            return
    raise ConfigurationError(
        {"identity.development": "Only for loopback; set your own CA and issuer, or listen on 127.0.0.1."}
    )


@dataclass(frozen=True, slots=True, repr=False)
class Pem:
    """A certificate and its private key, PEM."""

    certificate: bytes
    key: bytes


@dataclass(frozen=True, slots=True)
class DevIdentity:
    """The development CA and issuer in a folder.

    Attributes:
        folder: where the files are: `ca.pem`, `ca.key`, `server.pem`, `server.key`, `issuer.key`, `jwks.json`.
        issuer, audience: claims of the tokens.
        now: seconds since the epoch.
    """

    folder: Path
    issuer: str
    audience: str
    now: Callable[[], float] = time.time

    @classmethod
    def open(cls, folder: Path, host: str, issuer: str, audience: str) -> Self:
        """Return the identity in `folder`, made now if it is not there.

        Args:
            folder: where its files are or shall be.
            host: address that the server will listen on.
            issuer, audience: claims of the tokens.

        Raises:
            ConfigurationError: `host` is not loopback, the folder cannot be used, or others can read a key in it.
        """
        require_loopback(host)
        found = cls(folder, issuer, audience)
        try:
            if not found.jwks_file.exists():
                _make(folder)
            open_keys = [path.name for path in sorted(folder.glob("*.key")) if others_may_touch(path)]
        except OSError as error:
            raise ConfigurationError({"home": "The folder of the development identity cannot be written."}) from error
        if open_keys:
            advice = f"Others can read {', '.join(open_keys)} in its identity folder; remove the folder for new keys."
            raise ConfigurationError({"home": advice})
        return found

    @property
    def jwks_file(self) -> Path:
        """File with the issuer's public key."""
        return self.folder / "jwks.json"

    @property
    def ca_certificate(self) -> bytes:
        """Certificate of the CA, PEM."""
        return (self.folder / "ca.pem").read_bytes()

    @property
    def server(self) -> Pem:
        """Certificate and key of the server, for localhost."""
        return Pem((self.folder / "server.pem").read_bytes(), (self.folder / "server.key").read_bytes())

    def mint_certificate(self, san_uri: str) -> Pem:
        """Return a client certificate for the service that `san_uri` names."""
        key = ec.generate_private_key(ec.SECP256R1())
        authority = _Authority.read(self.folder)
        names = (x509.UniformResourceIdentifier(san_uri),)
        certificate = authority.sign(key.public_key(), names, ExtendedKeyUsageOID.CLIENT_AUTH, SERVICE_DAYS)
        return Pem(certificate, _key_pem(key))

    def save_certificate(self, san_uri: str, name: str) -> tuple[Path, Path]:
        """Return the files of the service's certificate and key, minted now if they are not there."""
        certificate, key = self.folder / f"{name}.pem", self.folder / f"{name}.key"
        if not (certificate.exists() and key.exists()):
            minted = self.mint_certificate(san_uri)
            _replace(key, minted.key)
            _replace(certificate, minted.certificate)
        return certificate, key

    def mint_token(
        self, sub: str, roles: Iterable[str] = (), assurance: str = "low", ttl: int = 3600, **claims: str
    ) -> str:
        """Return a signed token (ES256).

        Args:
            sub: stable id of the person.
            roles: roles.
            assurance: how surely the person is known.
            ttl: seconds until it expires.
            claims: further claims, e.g. `archive`, `name`, `role`.
        """
        key = ECKey.import_key((self.folder / "issuer.key").read_bytes())
        moment = int(self.now())
        body = {
            **claims,
            "iss": self.issuer,
            "aud": self.audience,
            "sub": sub,
            "roles": list(roles),
            "assurance": assurance,
            "iat": moment,
            "nbf": moment,
            "exp": moment + ttl,
        }
        return jwt.encode({"alg": "ES256", "kid": key.thumbprint()}, body, key)


@dataclass(frozen=True, slots=True, repr=False)
class _Authority:
    """The CA's certificate and key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @classmethod
    def read(cls, folder: Path) -> _Authority:
        """Read the CA from its files."""
        key = serialization.load_pem_private_key((folder / "ca.key").read_bytes(), None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise ConfigurationError({"home": "The development CA's key is not one of ours; remove the folder."})
        return cls(x509.load_pem_x509_certificate((folder / "ca.pem").read_bytes()), key)

    @classmethod
    def make(cls) -> _Authority:
        """Make a new CA."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = _name("Qupia development CA")
        builder = _builder(name, key.public_key(), CA_DAYS).issuer_name(name)
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        builder = builder.add_extension(_usage(signs_certificates=True), critical=True)
        builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        return cls(builder.sign(key, hashes.SHA256()), key)

    def sign(
        self,
        public_key: ec.EllipticCurvePublicKey,
        names: Iterable[x509.GeneralName],
        usage: x509.ObjectIdentifier,
        days: int,
    ) -> bytes:
        """Return a leaf certificate for `names`, PEM."""
        builder = _builder(_name("Qupia development"), public_key, days).issuer_name(self.certificate.subject)
        builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        builder = builder.add_extension(_usage(signs_certificates=False), critical=True)
        builder = builder.add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())
        builder = builder.add_extension(issuer, critical=False)
        return builder.sign(self.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def _make(folder: Path) -> None:
    """Make all files beside `folder` and move them there in one step (rename replaces an empty folder).

    Who comes second uses what is there.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=".identity-", dir=folder.parent))
    try:
        for name, data in _contents().items():
            _replace(draft / name, data)
        try:
            draft.rename(folder)
        except OSError:
            if not (folder / "jwks.json").exists():
                raise
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _contents() -> dict[str, bytes]:
    authority = _Authority.make()
    server_key, issuer_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    server = authority.sign(server_key.public_key(), LOCAL_NAMES, ExtendedKeyUsageOID.SERVER_AUTH, SERVER_DAYS)
    issuer = ECKey.import_key(_key_pem(issuer_key))
    public = {**issuer.as_dict(private=False), "kid": issuer.thumbprint(), "use": "sig", "alg": "ES256"}
    return {
        "ca.pem": authority.certificate.public_bytes(serialization.Encoding.PEM),
        "ca.key": _key_pem(authority.key),
        "server.pem": server,
        "server.key": _key_pem(server_key),
        "issuer.key": _key_pem(issuer_key),
        "jwks.json": json.dumps({"keys": [public]}).encode(),
    }


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _builder(name: x509.Name, key: ec.EllipticCurvePublicKey, days: int) -> x509.CertificateBuilder:
    today = dt.datetime.now(dt.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        # An hour back: the other end's clock may be behind.
        .not_valid_before(today - dt.timedelta(hours=1))
        .not_valid_after(today + dt.timedelta(days=days))
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _replace(path: Path, data: bytes) -> None:
    """Write a file that only its owner can read; it appears whole."""
    handle, draft = tempfile.mkstemp(prefix=".", dir=path.parent)  # mkstemp makes it 0600
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    Path(draft).replace(path)
