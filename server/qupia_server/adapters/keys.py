"""The file keyring: one root secret in a folder, a key of its own for each purpose derived from it (HKDF, RFC 5869).

The only user of `cryptography` beside the development issuer. Losing the root secret loses the ties between people and
their entries; it belongs into the backup, apart from the database.
"""

from __future__ import annotations

import contextlib
import hmac
import os
import secrets
import stat
from enum import StrEnum
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from qupia_server.errors import ConfigurationError

_ROOT_FILE = "root.key"
_KEY_BYTES = 32
_GROUP_AND_OTHERS = 0o077
_OTHERS = 0o007


class KeyPurpose(StrEnum):
    """What a derived key is for. Values stand in the derivation: they never change."""

    PSEUDONYMS = "pseudonyms"
    RENDITION_CACHE = "rendition-cache"
    PAGE_TOKENS = "page-tokens"


class SecretKey(bytes):
    """Key bytes whose `repr` shows nothing."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "SecretKey(…)"

    __str__ = __repr__


class Keyring:
    """Keys derived from one root secret. Get one by `open`.

    Args:
        root: 32 random bytes.
    """

    def __init__(self, root: SecretKey) -> None:
        self._root = root

    @classmethod
    def open(cls, folder: Path) -> Keyring:
        """Read the keyring in `folder`; make folder (0700) and root secret (0600) at the first start.

        Raises:
            ConfigurationError: others may read the key, or it is damaged, or the folder cannot be used.
        """
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            return cls(_read(_make(folder)))
        except OSError as error:
            raise _unusable("the keyring's folder cannot be used; check path and rights") from error

    def key(self, purpose: KeyPurpose) -> SecretKey:
        """Return the 32-byte key for one purpose; the same at each start."""
        info = f"qupia/v1/{purpose.value}".encode()
        return SecretKey(HKDF(SHA256(), _KEY_BYTES, salt=None, info=info).derive(self._root))


class KeyedPseudonyms:
    """Keyed hashes of ids and texts (HMAC-SHA-256); the domain keeps equal texts of different kinds apart.

    Args:
        key: the keyring's key for `KeyPurpose.PSEUDONYMS`.
    """

    def __init__(self, key: SecretKey) -> None:
        # Copied for each text: a keyed state is cheaper than a key, and small texts stay in this thread's turn.
        self._keyed = hmac.new(key, digestmod="sha256")

    def of(self, text: str, *, domain: str) -> str:
        """Return HMAC-SHA-256 of `text` under the server's key and `domain`, hex, 64 characters."""
        # The domain's length comes first, so that no text can pretend to be the end of a domain. Text with
        # a lone surrogate (from JSON) still has bytes.
        name = domain.encode()
        message = len(name).to_bytes(4, "big") + name + text.encode(errors="surrogatepass")
        keyed = self._keyed.copy()
        keyed.update(message)
        return keyed.hexdigest()


def _make(folder: Path) -> Path:
    """Make the root secret unless it is there; of processes that start together one wins, whole."""
    path = folder / _ROOT_FILE
    if path.exists():
        return path
    draft = folder / f".{secrets.token_hex(8)}"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(_KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(draft)
    finally:
        draft.unlink()
    return path


def others_may_touch(path: Path, *, group: bool = False) -> bool:
    """Tell whether anybody but the owner can read or write a file; with `group`, its group may.

    Raises:
        OSError: there is no such file.
    """
    return bool(stat.S_IMODE(path.stat().st_mode) & (_OTHERS if group else _GROUP_AND_OTHERS))


def _read(path: Path) -> SecretKey:
    if others_may_touch(path):
        raise _unusable("others can read the root key; make it 0600, and replace it if they may have read it")
    data = path.read_bytes()
    if len(data) != _KEY_BYTES:
        raise _unusable("the root key is damaged; restore it from the backup")
    return SecretKey(data)


def _unusable(advice: str) -> ConfigurationError:
    return ConfigurationError({"keys": advice})
