"""Opaque page tokens: signed, and bound to the query and the caller that they were given to.

Hostile input. A token that was changed, made up, or brought along to another query or by another caller is refused
with the same sentence; its position is never used before the signature is checked.
"""

from __future__ import annotations

import binascii
import hashlib
import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping

from qupia_server.errors import InvalidRequest

MAX_TOKEN_CHARS = 512
MAC_BYTES = 32
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
        if len(key) < MAC_BYTES:
            raise ValueError("the key of page tokens has at least 32 bytes")
        self._key = key

    def token(self, position: str, query: Mapping[str, str]) -> str:
        """Return the token of the page that starts behind `position`; empty for an empty position."""
        if not position:
            return ""
        data = position.encode()
        return urlsafe_b64encode(self._mac(data, query) + data).decode().rstrip("=")

    def position(self, token: str, query: Mapping[str, str]) -> str:
        """Return the position that a token of this query stands for; empty for an empty token.

        Raises:
            InvalidRequest: the token is not one that was given for this query.
        """
        if not token:
            return ""
        try:
            raw = urlsafe_b64decode(token + "=" * (-len(token) % 4)) if len(token) <= MAX_TOKEN_CHARS else b""
        except (binascii.Error, ValueError):
            raw = b""
        mac, data = raw[:MAC_BYTES], raw[MAC_BYTES:]
        if not data or not hmac.compare_digest(mac, self._mac(data, query)):
            raise InvalidRequest({"page_token": "Is not a token of this query."})
        return data.decode()

    def _mac(self, data: bytes, query: Mapping[str, str]) -> bytes:
        bound = json.dumps(sorted(query.items()), ensure_ascii=False).encode()
        # The digest has a fixed length, so that query and position cannot run into each other.
        return hmac.digest(self._key, b"qupia page 1\0" + hashlib.sha256(bound).digest() + data, "sha256")
