"""Chunks: whole, in order, checked, and made once."""

from __future__ import annotations

import hashlib

import google_crc32c
import pytest

from qupia.v1.disclosure_service_pb2 import DiscloseResponse
from qupia_redaction import rendition as rendition_module
from qupia_redaction.model import Report
from qupia_redaction.rendition import CheckedRendition
from qupia_server.rpc.chunks import CHUNK_BYTES, FrameMemory, make_frames, make_trailer


def rendition(size: int, seed: int = 1) -> CheckedRendition:
    data = hashlib.shake_128(bytes([seed])).digest(size)
    return rendition_module.issue(data, Report(pages=1))


@pytest.mark.parametrize("size", [1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES])
def test_chunks_carry_every_byte_once(size: int) -> None:
    whole, data = rendition(size).data, b""
    for frame in make_frames(whole):
        chunk = DiscloseResponse.FromString(frame.message).chunk
        assert chunk.offset == len(data)
        assert frame.carries == len(chunk.data) <= CHUNK_BYTES
        assert chunk.crc32c == google_crc32c.value(chunk.data)
        data += chunk.data
    assert data == whole


def test_the_trailer_has_size_and_digest_of_the_whole() -> None:
    given = rendition(1000)
    trailer = DiscloseResponse.FromString(make_trailer(given)).trailer
    assert trailer.sha256 == hashlib.sha256(given.data).digest()
    assert trailer.size_bytes == 1000


def test_a_rendition_is_framed_once() -> None:
    memory, given = FrameMemory(), rendition(CHUNK_BYTES)
    assert memory.frames(given) is memory.frames(given)


def test_the_memory_is_bounded() -> None:
    memory = FrameMemory(max_bytes=3 * CHUNK_BYTES)
    first, second, third = (rendition(CHUNK_BYTES, seed) for seed in (1, 2, 3))
    kept = memory.frames(first)
    memory.frames(second)
    assert memory.frames(first) is kept
    memory.frames(third)  # pushes out the second, which was used longest ago
    assert memory.frames(first) is kept
    other = memory.frames(second)
    assert memory.frames(second) is other


def test_a_big_rendition_is_not_kept() -> None:
    memory, given = FrameMemory(largest=CHUNK_BYTES), rendition(CHUNK_BYTES + 1)
    first, second = memory.frames(given), memory.frames(given)
    assert first is not second
    assert list(first) == list(second)
