"""Tokens that were verified a moment ago: a client sends the same one with every call.

Hostile input. What is kept is found by the SHA-256 of the whole token, so that only the very token that was verified is
ever found; the token itself is not kept. Limits: 1024 tokens, 60 seconds, and never beyond the token's own end. The
verifier asks for the issuer's key each time all the same: a key that was changed or withdrawn forgets its tokens.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass

from qupia_server.disclosure.model import Principal

MAX_TOKENS = 1024
MAX_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Remembered:
    """What came out of one token.

    Attributes:
        person: whom it names.
        kid, key: the issuer's key that it was verified with.
        since, until: seconds since the epoch between which this holds.
    """

    person: Principal
    kid: str
    key: Mapping[str, object]
    since: float
    until: float


class TokenMemory:
    """Verified tokens, least recently used first out.

    Args:
        max_tokens: most tokens that are kept.
        max_seconds: longest time that one is kept.
    """

    def __init__(self, max_tokens: int = MAX_TOKENS, max_seconds: float = MAX_SECONDS) -> None:
        self._max_tokens = max_tokens
        self._max_seconds = max_seconds
        self._kept: OrderedDict[bytes, Remembered] = OrderedDict()

    def find(self, token: str, now: float) -> Remembered | None:
        """Return what this token came to, unless that is too long ago."""
        name = _name(token)
        kept = self._kept.get(name)
        if kept is None:
            return None
        if not kept.since <= now < kept.until:  # also when the clock was set back
            del self._kept[name]
            return None
        self._kept.move_to_end(name)
        return kept

    def keep(
        self, token: str, person: Principal, key: tuple[str, Mapping[str, object]], now: float, end: float
    ) -> None:
        """Remember a token that was verified at `now` with `key` (its id and members) and ends at `end`."""
        self._kept[_name(token)] = Remembered(person, *key, since=now, until=min(now + self._max_seconds, end))
        self._kept.move_to_end(_name(token))
        while len(self._kept) > self._max_tokens:
            self._kept.popitem(last=False)


def _name(token: str) -> bytes:
    return hashlib.sha256(token.encode(errors="surrogatepass")).digest()
