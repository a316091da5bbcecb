"""Opaque page tokens: sealed, and bound to the query and the caller that they were given to.

Hostile input. A position may be the id of a document that the caller may not know of, so a token is encrypted, not
only signed (AES-256-GCM under a key of its query). A token that was changed, made up, or brought along to another
query or by another caller is refused with the same sentence; no position is used that does not verify.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping

from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from qupia_server.errors import InvalidRequest

MAX_TOKEN_CHARS = 512
KEY_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16
HEADER = {"alg": "dir", "enc": "A256GCM"}
DEFAULT_SIZE = 50
MAX_SIZE = 1000


def page_size(asked: int) -> int:
    """Return the size of a page: 0 means 50, more than 1000 means 1000.

    Raises:
        InvalidRequest: negative.
    """
    if asked < 0:
        raise InvalidRequest({"page_size": "Must not be negative."})
    return min(asked or DEFAULT_SIZE, MAX_SIZE)


class Pager:
    """Makes and reads page tokens.

    Args:
        key: secret of at least 32 bytes, the same in every process of a deployment.
    """

    def __init__(self, key: bytes) -> None:
        if len(key) < KEY_BYTES:
            raise ValueError("the key of page tokens has at least 32 bytes")
        self._key = key

    def token(self, position: str, query: Mapping[str, str]) -> str:
        """Return the token of the page that starts behind `position`; empty for an empty position."""
        if not position:
            return ""
        sealed = jwe.encrypt_compact(HEADER, position.encode(), self._sealing_key(query))
        _, _, nonce, text, tag = sealed.split(".")
        return _encoded(_decoded(nonce) + _decoded(tag) + _decoded(text))

    def position(self, token: str, query: Mapping[str, str]) -> str:
        """Return the position that a token of this query stands for; empty for an empty token.

        Raises:
            InvalidRequest: the token is not one that was given for this query.
        """
        if not token:
            return ""
        try:
            raw = _decoded(token) if len(token) <= MAX_TOKEN_CHARS else b""
            nonce, rest = raw[:NONCE_BYTES], raw[NONCE_BYTES:]
            parts = (nonce, rest[TAG_BYTES:], rest[:TAG_BYTES])
            sealed = ".".join((_HEADER_PART, "", *map(_encoded, parts)))
            position = jwe.decrypt_compact(sealed, self._sealing_key(query)).plaintext
        except (JoseError, ValueError) as error:
            raise InvalidRequest({"page_token": "Is not a token of this query."}) from error
        return (position or b"").decode()

    def _sealing_key(self, query: Mapping[str, str]) -> OctKey:
        """Return the key of one query: a token of another one does not open."""
        bound = json.dumps(sorted(query.items()), ensure_ascii=False).encode()
        digest = hashlib.sha256(bound).digest()
        return OctKey.import_key(hmac.digest(self._key, b"qupia page 2\0" + digest, "sha256"))


def _encoded(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


def _decoded(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


_HEADER_PART = _encoded(json.dumps(HEADER, separators=(",", ":")).encode())
