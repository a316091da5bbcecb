"""The development identity: on loopback only, for its owner only, made once."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from cryptography import x509

from qupia_server.adapters.dev_identity import DevIdentity
from qupia_server.adapters.jwks import jwks_url, parse_jwks
from qupia_server.errors import ConfigurationError


def make(folder: Path, host: str = "127.0.0.1") -> DevIdentity:
    return DevIdentity.open(folder, host, "https://issuer.test", "qupia")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.2", "10.0.0.1", "example.test", "", "2001:db8::1"])  # noqa: S104 - refused
def test_any_other_address_is_refused_before_a_key_is_made(tmp_path: Path, host: str) -> None:
    with pytest.raises(ConfigurationError):
        make(tmp_path / "identity", host)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_loopback_is_fine(tmp_path: Path, host: str) -> None:
    assert make(tmp_path / "identity", host).jwks_file.exists()


def test_files_are_the_owners_alone(tmp_path: Path) -> None:
    identity = make(tmp_path / "identity")
    assert stat.S_IMODE(identity.folder.stat().st_mode) == 0o700
    for file in identity.folder.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_the_second_start_finds_what_the_first_made(tmp_path: Path) -> None:
    first = make(tmp_path / "identity")
    before = {file.name: file.read_bytes() for file in first.folder.iterdir()}
    second = make(tmp_path / "identity")
    assert {file.name: file.read_bytes() for file in second.folder.iterdir()} == before
    assert [file.name for file in tmp_path.iterdir()] == ["identity"]


def test_the_key_set_holds_no_private_key(tmp_path: Path) -> None:
    keys = parse_jwks(make(tmp_path / "identity").jwks_file.read_bytes())
    assert len(keys) == 1
    assert "d" not in next(iter(keys.values()))


def test_the_server_is_localhost_and_a_service_is_its_uri(tmp_path: Path) -> None:
    identity = make(tmp_path / "identity")
    server = x509.load_pem_x509_certificate(identity.server.certificate)
    names = server.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["localhost"]
    assert "127.0.0.1" in {str(address) for address in names.get_values_for_type(x509.IPAddress)}
    minted = x509.load_pem_x509_certificate(identity.mint_certificate("spiffe://qupia.test/portal").certificate)
    names = minted.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.UniformResourceIdentifier) == ["spiffe://qupia.test/portal"]
    authority = x509.load_pem_x509_certificate(identity.ca_certificate)
    for leaf in (server, minted):
        leaf.verify_directly_issued_by(authority)
        assert not leaf.extensions.get_extension_for_class(x509.BasicConstraints).value.ca


def test_a_saved_certificate_is_minted_once(tmp_path: Path) -> None:
    identity = make(tmp_path / "identity")
    certificate, key = identity.save_certificate("spiffe://qupia.test/portal", "portal")
    before = certificate.read_bytes(), key.read_bytes()
    identity.save_certificate("spiffe://qupia.test/portal", "portal")
    assert (certificate.read_bytes(), key.read_bytes()) == before


@pytest.mark.parametrize("url", ["http://issuer.test/jwks", "file:///etc/passwd", "ftp://x", ""])
def test_keys_come_over_https_only(url: str) -> None:
    with pytest.raises(ConfigurationError):
        jwks_url(url)


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b'{"keys": {}}', json.dumps({"keys": [{}] * 65}).encode()])
def test_what_is_no_key_set_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r".*"):
        parse_jwks(data)
