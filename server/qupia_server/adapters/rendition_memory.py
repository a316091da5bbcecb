"""Renditions that were authenticated a moment ago, in memory: what is asked for often is not read and hashed anew.

A megabyte from the store costs its reading, an HMAC and a SHA-256; whoever can change this process's memory needs no
cache to have bytes released, so nothing is gained by repeating them. Bounded in bytes and by the rendition's own age.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from qupia_redaction.rendition import CheckedRendition


@dataclass(frozen=True, slots=True)
class Kept:
    """A rendition, and the instant it was made in seconds since the epoch."""

    rendition: CheckedRendition
    made: float


class RenditionMemory:
    """The renditions used last.

    Args:
        max_bytes: of all of them together; 0 keeps none.
        max_seconds: age after which one is forgotten.
    """

    def __init__(self, max_bytes: int, max_seconds: float) -> None:
        self._max_bytes = max_bytes
        self._max_seconds = max_seconds
        self._kept: OrderedDict[str, Kept] = OrderedDict()
        self._bytes = 0

    def get(self, key: str, now: float) -> CheckedRendition | None:
        """Return what is kept under `key` and young enough."""
        kept = self._kept.get(key)
        if kept is None:
            return None
        if now - kept.made > self._max_seconds:
            self.forget(key)
            return None
        self._kept.move_to_end(key)
        return kept.rendition

    def keep(self, key: str, kept: Kept) -> None:
        """Keep a rendition; those unused longest go when there are too many bytes."""
        self.forget(key)
        self._kept[key] = kept
        self._bytes += len(kept.rendition.data)
        while self._bytes > self._max_bytes:
            self.forget(next(iter(self._kept)))

    def forget(self, key: str) -> None:
        """Forget one; nothing happens when it is not there."""
        kept = self._kept.pop(key, None)
        if kept is not None:
            self._bytes -= len(kept.rendition.data)
