"""The issuer's public keys (JWKS, RFC 7517), from a file or an https address, cached and rotated.

Hostile input, from outside or from whoever can choose a `kid`. Limits: size of the answer, number of keys, time of
the fetch; no redirects, no other scheme than https; tokens with invented key ids cause one fetch a
`refetch_seconds` at most. When the source is away, remembered keys serve for `stale_seconds`, then nobody is let
in.
"""

from __future__ import annotations

import asyncio
import json
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from typing import IO, NoReturn

from qupia_server.errors import ConfigurationError, Unavailable

MAX_BYTES = 256 << 10
MAX_KEYS = 64
FETCH_SECONDS = 5.0

Fetch = Callable[[], Awaitable[bytes]]


@dataclass(frozen=True, slots=True)
class KeyAges:
    """How long keys are trusted without asking again, seconds.

    Attributes:
        fresh_seconds: ask again after this.
        refetch_seconds: never ask more often than this, whatever key ids come in.
        stale_seconds: without an answer from the source, trust remembered keys this long.
    """

    fresh_seconds: float = 300.0
    refetch_seconds: float = 10.0
    stale_seconds: float = 3600.0


class CachedJwks:
    """Find keys by id; fetches when the cache is old or does not know the id.

    Args:
        fetch: reads the key set; raises OSError or ValueError when it cannot.
        ages: how long keys are trusted.
        clock: monotonic seconds.
    """

    def __init__(self, fetch: Fetch, ages: KeyAges | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._fetch = fetch
        self._ages = ages or KeyAges()
        self._clock = clock
        self._keys: dict[str, Mapping[str, object]] = {}
        self._read_at: float | None = None
        self._tried_at: float | None = None
        self._lock = asyncio.Lock()

    async def find(self, kid: str) -> Mapping[str, object] | None:
        """Return the key with this id, or None when the issuer has no such key.

        Raises:
            Unavailable: the source is away and nothing trustworthy is remembered.
        """
        if not self._fresh() or kid not in self._keys:
            async with self._lock:
                if not self._fresh() or kid not in self._keys:
                    await self._refresh()
        if self._read_at is None or self._clock() - self._read_at > self._ages.stale_seconds:
            raise Unavailable({"part": "token keys"})
        return self._keys.get(kid)

    def _fresh(self) -> bool:
        return self._read_at is not None and self._clock() - self._read_at <= self._ages.fresh_seconds

    async def _refresh(self) -> None:
        now = self._clock()
        if self._tried_at is not None and now - self._tried_at < self._ages.refetch_seconds:
            return
        self._tried_at = now
        try:
            self._keys = parse_jwks(await self._fetch())
        except (OSError, ValueError, RecursionError):
            # The remembered keys go on until `stale_seconds`; `find` decides.
            return
        self._read_at = self._clock()


def parse_jwks(data: bytes) -> dict[str, Mapping[str, object]]:
    """Return the asymmetric keys of a key set by id; keys without id or of other types are left out.

    Raises:
        ValueError: not a key set, or beyond the limits.
    """
    if len(data) > MAX_BYTES:
        raise ValueError("key set too big")
    body = json.loads(data)
    keys = body.get("keys") if isinstance(body, dict) else None
    if not isinstance(keys, list) or len(keys) > MAX_KEYS:
        raise ValueError("not a key set")
    good = (key for key in keys if isinstance(key, dict) and key.get("kty") in {"EC", "OKP", "RSA"})
    return {key["kid"]: key for key in good if isinstance(key.get("kid"), str)}


def jwks_file(path: Path) -> Fetch:
    """Return a fetch that reads a file."""

    def read() -> bytes:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)

    return lambda: asyncio.to_thread(read)


def jwks_url(url: str, tls: ssl.SSLContext | None = None) -> Fetch:
    """Return a fetch that reads an https address.

    Args:
        url: where the key set is.
        tls: trust; the system's by default.

    Raises:
        ConfigurationError: not an https address.
    """
    if not url.startswith("https://"):
        raise ConfigurationError({"jwks_url": "must be an https address"})
    opener = urllib.request.build_opener(
        urllib.request.HTTPSHandler(context=tls or ssl.create_default_context()), _NoRedirect()
    )

    def read() -> bytes:
        request = urllib.request.Request(url, headers={"Accept": "application/json"})  # noqa: S310 - https, checked above
        with opener.open(request, timeout=FETCH_SECONDS) as answer:
            data: bytes = answer.read(MAX_BYTES + 1)
            return data

    return lambda: asyncio.to_thread(read)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Follow nothing: a redirect could lead away from https or from the issuer."""

    def http_error_302(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Message
    ) -> NoReturn:
        """Refuse."""
        raise urllib.error.HTTPError(req.full_url, code, msg, headers, fp)

    http_error_301 = http_error_303 = http_error_307 = http_error_308 = http_error_302
