"""Private keys that others can read are refused at start, whichever file they are in."""

from __future__ import annotations

from pathlib import Path

import pytest

from qupia_server.adapters.dev_identity import DevIdentity
from qupia_server.app.identity import open_identity
from qupia_server.config import IdentitySettings, Settings
from qupia_server.errors import ConfigurationError


def make(folder: Path) -> DevIdentity:
    return DevIdentity.open(folder, "127.0.0.1", "https://issuer.test", "qupia")


@pytest.mark.parametrize("name", ["ca.key", "server.key", "issuer.key"])
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666])
def test_a_development_key_that_others_can_read_is_refused(tmp_path: Path, name: str, mode: int) -> None:
    identity = make(tmp_path / "identity")
    (identity.folder / name).chmod(mode)
    with pytest.raises(ConfigurationError, match=name):
        make(identity.folder)


@pytest.mark.parametrize(("mode", "fine"), [(0o600, True), (0o640, True), (0o644, False), (0o606, False)])
def test_the_servers_key_must_not_be_everybodys(tmp_path: Path, mode: int, fine: bool) -> None:
    folder = make(tmp_path / "identity").folder
    (folder / "server.key").chmod(mode)
    given = IdentitySettings(
        development=False,
        jwks=str(folder / "jwks.json"),
        ca_file=folder / "ca.pem",
        certificate_file=folder / "server.pem",
        key_file=folder / "server.key",
    )
    settings = Settings(home=tmp_path, identity=given)
    if fine:
        assert open_identity(settings).tls.key
        return
    with pytest.raises(ConfigurationError, match="key_file"):
        open_identity(settings)
