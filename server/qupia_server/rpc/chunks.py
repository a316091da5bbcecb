"""Renditions as serialized stream messages, made once for a rendition and kept in a bounded memory.

A cached rendition then costs what gRPC itself costs: no slicing, no checksum, no protobuf for each request. What is
kept is found by the digest of checked bytes that a use case has released for this very call; the memory decides
nothing.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import google_crc32c

from qupia.v1 import disclosure_pb2, disclosure_service_pb2, document_pb2
from qupia_redaction.rendition import CheckedRendition

CHUNK_BYTES = 256 << 10


@dataclass(frozen=True, slots=True)
class Frame:
    """One serialized message and the number of bytes of the rendition that it carries."""

    message: bytes
    carries: int


class FrameMemory:
    """Remembers the frames of small renditions, least recently used first out.

    Args:
        max_bytes: most bytes that are kept.
        largest: renditions above this size are framed while they are sent and not kept, bytes.
    """

    def __init__(self, max_bytes: int = 64 << 20, largest: int = 8 << 20) -> None:
        self._max_bytes = max_bytes
        self._largest = min(largest, max_bytes)
        self._kept: OrderedDict[str, tuple[Frame, ...]] = OrderedDict()
        self._bytes = 0

    def frames(self, rendition: CheckedRendition) -> Iterable[Frame]:
        """Return the chunk messages of a rendition, in order."""
        if len(rendition.data) > self._largest:
            return make_frames(rendition.data)
        kept = self._kept.get(rendition.sha256)
        if kept is None:
            kept = tuple(make_frames(rendition.data))
            self._keep(rendition.sha256, kept)
        else:
            self._kept.move_to_end(rendition.sha256)
        return kept

    def _keep(self, sha256: str, frames: tuple[Frame, ...]) -> None:
        self._kept[sha256] = frames
        self._bytes += _size(frames)
        while self._bytes > self._max_bytes:
            _, gone = self._kept.popitem(last=False)
            self._bytes -= _size(gone)


def _size(frames: tuple[Frame, ...]) -> int:
    return sum(len(frame.message) for frame in frames)


def make_frames(data: bytes) -> Iterator[Frame]:
    """Yield the chunk messages of `data`, 256 KiB each, the last one shorter."""
    view = memoryview(data)
    for offset in range(0, len(data), CHUNK_BYTES):
        piece = bytes(view[offset : offset + CHUNK_BYTES])
        chunk = document_pb2.Chunk(offset=offset, data=piece, crc32c=google_crc32c.value(piece))
        message = disclosure_service_pb2.DiscloseResponse(chunk=chunk)
        yield Frame(message.SerializeToString(), len(piece))


def make_trailer(rendition: CheckedRendition) -> bytes:
    """Return the serialized last message."""
    trailer = disclosure_pb2.Trailer(sha256=bytes.fromhex(rendition.sha256), size_bytes=len(rendition.data))
    return disclosure_service_pb2.DiscloseResponse(trailer=trailer).SerializeToString()
