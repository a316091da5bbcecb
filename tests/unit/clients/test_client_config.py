"""Where the client connects to: one source, used whole; secrets never shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from qupia_client import config
from qupia_client.connection import Credentials, checked_target, open_channel
from qupia_client.errors import ConfigurationFault


def profile(folder: Path, text: str) -> Path:
    path = folder / config.DEVELOPMENT_PROFILE
    path.parent.mkdir()
    path.write_text(text, encoding="utf-8")
    return path


def test_the_environment_is_read(tmp_path: Path) -> None:
    found = config.load(
        environ={"QUPIA_TARGET": "gate.example:7443", "QUPIA_CA": "/etc/ca.pem", "QUPIA_TOKEN": "t.t.t"},
        folder=tmp_path,
    )
    assert found.target == "gate.example:7443"
    assert found.credentials == Credentials(ca_file=Path("/etc/ca.pem"), token="t.t.t")


def test_the_development_profile_is_read_when_no_variable_is_set(tmp_path: Path) -> None:
    path = profile(
        tmp_path,
        "# made by qupia init\nQUPIA_TARGET=localhost:7443\nQUPIA_CA=ca.pem\n"
        "export QUPIA_CERT='tls/c.pem'\nQUPIA_KEY=\"/abs/k.pem\"\n\nOTHER=x\n",
    )
    found = config.load(environ={}, folder=tmp_path)
    assert found.target == "localhost:7443"
    assert found.credentials.ca_file == path.parent / "ca.pem"
    assert found.credentials.certificate_file == path.parent / "tls" / "c.pem"
    assert found.credentials.key_file == Path("/abs/k.pem")


def test_sources_are_never_mixed(tmp_path: Path) -> None:
    profile(tmp_path, "QUPIA_TARGET=elsewhere.example:7443\n")
    with pytest.raises(ConfigurationFault, match="QUPIA_TARGET is not set"):
        config.load(environ={"QUPIA_TOKEN": "t"}, folder=tmp_path)


def test_a_named_profile_wins_over_the_environment(tmp_path: Path) -> None:
    path = profile(tmp_path, "QUPIA_TARGET=a.example:1\n")
    assert config.load(path, environ={"QUPIA_TARGET": "b.example:2"}).target == "a.example:1"


def test_nothing_configured_is_told_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationFault, match="QUPIA_TARGET"):
        config.load(environ={}, folder=tmp_path)


def test_a_bad_line_is_told_by_number_without_its_text() -> None:
    with pytest.raises(ConfigurationFault, match="Line 2") as caught:
        config.parse("QUPIA_TARGET=a:1\nsecret-token-pasted-here\n")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("target", ["localhost:7443", "[::1]:7443", "dns:///gate.example:443", "10.0.0.1:1"])
def test_targets(target: str) -> None:
    assert checked_target(target) == target


@pytest.mark.parametrize("target", ["", "localhost", "https://gate.example:443", "http://x", "user@host:1", "a b:1"])
def test_what_is_no_target(target: str) -> None:
    with pytest.raises(ConfigurationFault):
        checked_target(target)


def test_halves_and_contradictions_are_refused() -> None:
    with pytest.raises(ConfigurationFault):
        Credentials(certificate_file=Path("c.pem"))
    with pytest.raises(ConfigurationFault):
        Credentials(token="t", token_file=Path("t"))


def test_a_missing_file_and_an_empty_token_file_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationFault, match="CA file"):
        open_channel("localhost:1", Credentials(ca_file=tmp_path / "none.pem"))
    empty = tmp_path / "token"
    empty.write_text("\n")
    with pytest.raises(ConfigurationFault, match="holds no token"):
        open_channel("localhost:1", Credentials(token_file=empty))


def test_repr_shows_no_token() -> None:
    assert "sesame" not in repr(config.Profile("a:1", Credentials(token="sesame")))
