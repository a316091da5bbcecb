"""A certificate that the server does not take is told as such, and a server that is away is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from qupia_client import Client, ConfigurationFault, Credentials, Unauthenticated, Unavailable
from qupia_server.adapters.dev_identity import DevIdentity
from qupia_server.app.development import DEVELOPMENT_SERVICE
from tests.support.live import LightRedactor, Live, live, own_data, prepare, settings_of

pytestmark = pytest.mark.enable_socket


def foreign(folder: Path) -> DevIdentity:
    return DevIdentity.open(folder, "127.0.0.1", "https://issuer.test", "qupia")


def failed(server: Live, credentials: Credentials, kind: type[Exception]) -> Exception:
    """Ask for a check and for a file; both must fail alike."""
    with Client(server.ports.services, credentials) as client:
        with pytest.raises(kind) as check:
            client.check("doc-1", purpose="protect_rights", ground="own_data")
        with pytest.raises(kind):
            client.disclose(**own_data("doc-1"))
    return check.value


def test_a_certificate_of_another_ca_or_none_is_unauthenticated(tmp_path: Path) -> None:
    settings = settings_of(tmp_path / "home")
    prepare(settings)
    files = foreign(tmp_path / "foreign").save_certificate(DEVELOPMENT_SERVICE, "archive-portal")
    with live(settings, LightRedactor().started) as server:
        for credentials in (Credentials(server.ca_file, *files), Credentials(server.ca_file)):
            error = failed(server, credentials, Unauthenticated)
            assert "did not accept your certificate" in str(error)
        with server.service() as client:
            assert not server.entries()[-1].draft.requester, "nobody has come so far"
            assert next(client.documents()).name, "our own certificate opens"


def test_a_server_of_another_ca_is_not_away_but_not_trusted(tmp_path: Path) -> None:
    settings = settings_of(tmp_path / "home")
    prepare(settings)
    foreign(tmp_path / "foreign")
    with live(settings, LightRedactor().started) as server:
        error = failed(server, Credentials(tmp_path / "foreign" / "ca.pem"), ConfigurationFault)
    assert "cannot be verified" in str(error)


def test_nobody_there_is_away(tmp_path: Path) -> None:
    foreign(tmp_path / "foreign")
    with Client("127.0.0.1:1", Credentials(tmp_path / "foreign" / "ca.pem")) as client, pytest.raises(Unavailable):
        client.document("doc-1")
