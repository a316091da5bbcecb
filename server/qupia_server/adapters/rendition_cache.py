"""Checked renditions in an object store: bounded in bytes and age, authenticated, forgotten on any doubt.

Whoever can write into the store must not be able to have the server release bytes of theirs: each object carries an
HMAC-SHA-256 under a server key over its cache key, time, report and bytes. What does not verify is a miss.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import hmac
import json
import re
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field

import obstore
import structlog
from obstore.exceptions import NotFoundError

from qupia_redaction.model import Report
from qupia_redaction.rendition import CheckedRendition, restore
from qupia_server.adapters.object_store import Store, store_errors
from qupia_server.adapters.rendition_memory import Kept, RenditionMemory
from qupia_server.disclosure.ports import Clock
from qupia_server.errors import Unavailable

_MAGIC = b"QRC1"
_MAC = 32
_HEAD = len(_MAGIC) + _MAC + 4
_KEY = re.compile(r"[0-9a-f]{64}")
_FOLDER = "renditions"

_log = structlog.get_logger("qupia.cache")


@dataclass(frozen=True, slots=True)
class CacheLimits:
    """Bounds of the cache.

    Attributes:
        max_bytes: of all renditions together; the least recently used go first.
        max_seconds: age after which a rendition is made anew.
        memory_bytes: of those that stay in memory once they were authenticated.
    """

    max_bytes: int = 1 << 30
    max_seconds: int = 24 * 3600
    memory_bytes: int = 64 << 20


@dataclass(slots=True)
class _Shelf:
    """What is known to lie in the store: sizes by key, least recently used first."""

    sizes: OrderedDict[str, int] = field(default_factory=OrderedDict)
    total: int = 0

    def note(self, key: str, size: int) -> None:
        self.forget(key)
        self.sizes[key] = size
        self.total += size

    def forget(self, key: str) -> None:
        self.total -= self.sizes.pop(key, 0)

    def touch(self, key: str) -> None:
        if key in self.sizes:
            self.sizes.move_to_end(key)

    def surplus(self, max_bytes: int) -> list[str]:
        keys, excess = [], self.total - max_bytes
        for key, size in self.sizes.items():
            if excess <= 0:
                break
            keys.append(key)
            excess -= size
        return keys


class ObjectRenditionCache:
    """Renditions over a folder, S3 or memory. Processes that share a store each bound what they know of.

    Args:
        store: where objects lie; nobody else writes there.
        mac_key: the keyring's key for the cache.
        clock: judges age.
        limits: bounds.
    """

    def __init__(self, store: Store, mac_key: bytes, clock: Clock, limits: CacheLimits) -> None:
        self._store = store
        self._mac_key = mac_key
        self._clock = clock
        self._limits = limits
        self._shelf: _Shelf | None = None
        self._memory = RenditionMemory(limits.memory_bytes, limits.max_seconds)
        self._lock = asyncio.Lock()

    async def get(self, key: str) -> CheckedRendition | None:
        """Return the rendition under `key` if it is there, intact and young enough; all else is a miss."""
        if not _KEY.fullmatch(key):
            return None
        memory = self._memory
        remembered = memory.get(key, self._clock.now().timestamp())
        if remembered is not None:
            if self._shelf is not None:
                self._shelf.touch(key)
            return remembered
        try:
            with store_errors("cache get"):
                blob = bytes(await (await obstore.get_async(self._store, _path(key))).bytes_async())
        except (Unavailable, NotFoundError, FileNotFoundError):
            return None
        opened = self._opened(key, blob)
        if opened is None:
            await self._drop([key])
            return None
        memory.keep(key, opened)  # a purge meanwhile has left this memory behind
        if self._shelf is not None:
            self._shelf.note(key, len(blob))
        return opened.rendition

    async def put(self, key: str, rendition: CheckedRendition) -> None:
        """Keep the rendition; failures are logged and swallowed, the cache is not a source of truth."""
        blob = self._sealed(key, rendition)
        if not _KEY.fullmatch(key) or len(blob) > self._limits.max_bytes:
            return
        with _swallowed():
            shelf = await self._known()
            self._memory.forget(key)
            with store_errors("cache put"):
                await obstore.put_async(self._store, _path(key), blob)
            shelf.note(key, len(blob))
            await self._drop(shelf.surplus(self._limits.max_bytes))

    async def sweep(self) -> int:
        """Remove what is too old to be served; to be called at start and now and then.

        Returns:
            The number of renditions removed.

        Raises:
            Unavailable: the store is away.
        """
        oldest = self._clock.now() - dt.timedelta(seconds=self._limits.max_seconds)
        with store_errors("cache sweep"):
            metas = [meta async for page in obstore.list(self._store, _FOLDER) for meta in page]
        old = [meta["path"].rpartition("/")[2] for meta in metas if meta["last_modified"] < oldest]
        await self._drop(old)
        return len(old)

    async def purge(self) -> int:
        """Forget everything.

        Returns:
            The number of renditions removed.

        Raises:
            Unavailable: the store is away; renditions may be left.
        """
        async with self._lock:
            self._shelf = None
            self._memory = RenditionMemory(self._limits.memory_bytes, self._limits.max_seconds)
            with store_errors("cache purge"):
                paths = [meta["path"] async for page in obstore.list(self._store, _FOLDER) for meta in page]
                if paths:
                    await obstore.delete_async(self._store, paths)
        return len(paths)

    async def _known(self) -> _Shelf:
        """Return what lies in the store; listed once, oldest first."""
        async with self._lock:
            if self._shelf is None:
                shelf = _Shelf()
                with store_errors("cache list"):
                    metas = [meta async for page in obstore.list(self._store, _FOLDER) for meta in page]
                for meta in sorted(metas, key=lambda one: one["last_modified"]):
                    shelf.note(meta["path"].rpartition("/")[2], meta["size"])
                self._shelf = shelf
            return self._shelf

    async def _drop(self, keys: list[str]) -> None:
        for key in keys:
            self._memory.forget(key)
            if self._shelf is not None:
                self._shelf.forget(key)
            with _swallowed(), store_errors("cache drop"):
                await obstore.delete_async(self._store, _path(key))

    def _sealed(self, key: str, rendition: CheckedRendition) -> bytes:
        about = {"time": int(self._clock.now().timestamp()), "report": asdict(rendition.report)}
        head = json.dumps(about, separators=(",", ":"), ensure_ascii=False).encode()
        body = len(head).to_bytes(4, "big") + head + rendition.data
        return _MAGIC + self._mac(key, body) + body

    def _opened(self, key: str, blob: bytes) -> Kept | None:
        """Return the rendition of an object and its age, or None when it is damaged, foreign or too old."""
        mac, body = blob[len(_MAGIC) : len(_MAGIC) + _MAC], blob[len(_MAGIC) + _MAC :]
        if len(blob) < _HEAD or not blob.startswith(_MAGIC) or not hmac.compare_digest(mac, self._mac(key, body)):
            _log.error("alarm", kind="cache_tampered")
            return None
        end = 4 + int.from_bytes(body[:4], "big")
        about = json.loads(body[4:end])
        if self._clock.now().timestamp() - about["time"] > self._limits.max_seconds:
            return None
        try:
            report = Report.from_plain(about["report"])
        except (TypeError, ValueError, KeyError):
            return None  # written by another release
        return Kept(restore(body[end:], report), about["time"])

    def _mac(self, key: str, body: bytes) -> bytes:
        return hmac.digest(self._mac_key, key.encode() + body, "sha256")


def _path(key: str) -> str:
    return f"{_FOLDER}/{key[:2]}/{key}"


@contextlib.contextmanager
def _swallowed() -> Iterator[None]:
    """Go on without the cache when its store is away; `store_errors` has logged it."""
    with contextlib.suppress(Unavailable, NotFoundError, FileNotFoundError):
        yield
