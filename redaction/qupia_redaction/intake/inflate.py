"""Measure what streams inflate to before any engine inflates them.

Attack: a kilobyte that becomes gigabytes, also through nested filters or inside object streams that engines open at
once. Limit: `Limits.max_inflated` bytes for one stream and four times that for the file; counted chunk by chunk,
nothing is kept.
"""

from __future__ import annotations

import re
import zlib

from qupia_redaction.errors import RedactionRefused, RefusalCode

_STREAM = re.compile(rb"stream\r?\n")
_CHUNK = 1 << 18
_DEPTH = 4
_FILE_FACTOR = 4


def refuse_bombs(data: bytes, max_inflated: int) -> None:
    """Inflate each stream of a raw file without keeping the result.

    Args:
        data: the file; need not parse.
        max_inflated: bytes allowed for one stream.

    Raises:
        RedactionRefused: TOO_MUCH_INFLATED.
    """
    total = 0
    for match in _STREAM.finditer(data):
        if data[max(0, match.start() - 3) : match.start()] == b"end":
            continue
        total += inflated_size(memoryview(data)[match.end() :], max_inflated)
        if total > _FILE_FACTOR * max_inflated:
            raise RedactionRefused(RefusalCode.TOO_MUCH_INFLATED)


def inflated_size(data: memoryview | bytes, limit: int, depth: int = 0) -> int:
    """Count the bytes that a zlib stream gives, following zlib inside zlib.

    Returns:
        0 when the bytes are not zlib.

    Raises:
        RedactionRefused: TOO_MUCH_INFLATED above `limit`.
    """
    if len(data) < 2 or data[0] & 0x0F != 8 or (data[0] * 256 + data[1]) % 31:
        return 0
    engine, inner = zlib.decompressobj(), _Inner(limit, depth)
    total, offset, pending = 0, 0, b""
    try:
        while not engine.eof and (pending or offset < len(data)):
            if not pending:
                pending = bytes(data[offset : offset + _CHUNK])
                offset += _CHUNK
            out = engine.decompress(pending, _CHUNK)
            pending = engine.unconsumed_tail
            total += len(out)
            inner.feed(out)
            if total > limit:
                raise RedactionRefused(RefusalCode.TOO_MUCH_INFLATED)
    except zlib.error:
        return total  # damaged: engines stop here as well
    return total


class _Inner:
    """Looks into the first kilobytes of an inflated stream for another zlib stream."""

    def __init__(self, limit: int, depth: int) -> None:
        self._limit = limit
        self._depth = depth
        self._engine: zlib._Decompress | None = None
        self._total = 0
        self._begun = False

    def feed(self, out: bytes) -> None:
        """Inflate another chunk; raise TOO_MUCH_INFLATED above the limit."""
        if not self._begun and out:
            self._begun = True
            looks = len(out) > 1 and out[0] & 0x0F == 8 and (out[0] * 256 + out[1]) % 31 == 0
            self._engine = zlib.decompressobj() if looks and self._depth < _DEPTH else None
            self._deeper = _Inner(self._limit, self._depth + 1)
        if self._engine is None or self._engine.eof:
            return
        pending = out
        try:
            while pending and not self._engine.eof:
                inner = self._engine.decompress(pending, _CHUNK)
                pending = self._engine.unconsumed_tail
                self._total += len(inner)
                self._deeper.feed(inner)
                if self._total > self._limit:
                    raise RedactionRefused(RefusalCode.TOO_MUCH_INFLATED)
        except zlib.error:
            self._engine = None
