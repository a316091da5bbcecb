"""The keyring: made once, read by its owner only, one key a purpose."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from qupia_server.adapters.keys import KeyedPseudonyms, KeyPurpose, Keyring, SecretKey
from qupia_server.errors import ConfigurationError


def test_the_first_start_makes_keys_that_last(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "keys"
    first, second = Keyring.open(folder), Keyring.open(folder)
    keys = [first.key(purpose) for purpose in KeyPurpose]
    assert keys == [second.key(purpose) for purpose in KeyPurpose]
    assert len(set(keys)) == len(KeyPurpose)
    assert {len(key) for key in keys} == {32}
    (root,) = folder.iterdir()
    assert stat.S_IMODE(root.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert root.read_bytes() not in keys


def test_processes_that_start_together_agree(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: Keyring.open(tmp_path).key(KeyPurpose.PSEUDONYMS), range(32)))
    assert len(keys) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["root.key"]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o666])
def test_a_key_that_others_may_touch_is_refused(tmp_path: Path, mode: int) -> None:
    Keyring.open(tmp_path)
    (tmp_path / "root.key").chmod(mode)
    with pytest.raises(ConfigurationError, match="0600"):
        Keyring.open(tmp_path)


@pytest.mark.parametrize("data", [b"", b"x" * 31, b"x" * 33])
def test_a_damaged_key_is_refused_and_never_replaced(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "root.key"
    path.write_bytes(data)
    path.chmod(0o600)
    with pytest.raises(ConfigurationError, match="backup"):
        Keyring.open(tmp_path)
    assert path.read_bytes() == data


def test_a_folder_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigurationError, match="folder"):
        Keyring.open(tmp_path / "file")


def test_keys_do_not_show(tmp_path: Path) -> None:
    key = Keyring.open(tmp_path).key(KeyPurpose.PSEUDONYMS)
    for shown in (repr(key), str(key), f"{key}", repr([key])):
        assert "SecretKey(…)" in shown


def test_pseudonyms_recognise_and_do_not_tell() -> None:
    names = KeyedPseudonyms(SecretKey(b"k" * 32))
    one = names.of("991231600002", domain="subject")
    assert one == KeyedPseudonyms(SecretKey(b"k" * 32)).of("991231600002", domain="subject")
    assert len(one) == 64
    others = {
        names.of("991231600003", domain="subject"),
        names.of("991231600002", domain="document"),
        KeyedPseudonyms(SecretKey(b"x" * 32)).of("991231600002", domain="subject"),
    }
    assert one not in others
    assert len(others) == 3
    assert names.of("b", domain="a") != names.of("ab", domain="")
    assert len(names.of("\ud800", domain="subject")) == 64
