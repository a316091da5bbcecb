"""A bundle's files as streams: pieces of 256 KiB with checksums, in order.

Hostile input: the sum of all bytes is announced first and bounded, nothing beyond it is kept; a name is checked by the
policies library before anything is stored; a piece that is out of place, or does not match its checksum, ends the
upload; so does one that does not come in time.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Final

import google_crc32c

from qupia.v1 import policy_service_pb2 as pb
from qupia_policies.loader import MAX_BUNDLE_BYTES, MAX_FILES
from qupia_server.errors import DeadlineTooShort, DigestMismatch, InvalidRequest

PIECE_BYTES: Final = 256 << 10
MAX_PIECE_BYTES: Final = 1 << 20
IDLE_SECONDS: Final = 30.0
"""How long an upload may be silent."""


async def header_of(messages: AsyncIterator[pb.UploadPolicyDraftRequest]) -> pb.PolicyDraftHeader:
    """Return the header, which is the first message.

    Raises:
        InvalidRequest: it is not, or announces too much. DeadlineTooShort: nothing came.
    """
    first = await _next(messages)
    if first is None or first.WhichOneof("payload") != "header":
        raise InvalidRequest({"header": "The first message must hold the header."})
    if not 0 < first.header.size_bytes <= MAX_BUNDLE_BYTES:
        raise InvalidRequest({"header.size_bytes": f"Must be 1 to {MAX_BUNDLE_BYTES}."})
    return first.header


async def files_of(messages: AsyncIterator[pb.UploadPolicyDraftRequest], size: int) -> dict[str, bytes]:
    """Return the files whose pieces follow.

    Raises:
        InvalidRequest: a message without a piece, too large a piece, or too many files.
        DigestMismatch: a piece out of place, a wrong checksum, more or fewer bytes than announced.
        DeadlineTooShort: the next piece did not come in time.
    """
    files: dict[str, bytearray] = {}
    total = 0
    while (message := await _next(messages)) is not None:
        piece = message.chunk
        if message.WhichOneof("payload") != "chunk" or len(piece.data) > MAX_PIECE_BYTES:
            raise InvalidRequest({"chunk": f"Each later message must hold a piece of at most {MAX_PIECE_BYTES} bytes."})
        if piece.path not in files and len(files) >= MAX_FILES:
            raise InvalidRequest({"chunk.path": f"Give at most {MAX_FILES} files."})
        content = files.setdefault(piece.path, bytearray())
        if piece.offset != len(content) or google_crc32c.value(piece.data) != piece.crc32c:
            raise DigestMismatch({"offset": str(len(content))})
        total += len(piece.data)
        if total > size:
            raise DigestMismatch({"size_bytes": str(size)})
        content += piece.data
    if total != size:
        raise DigestMismatch({"size_bytes": str(total)})
    return {name: bytes(content) for name, content in files.items()}


async def _next(messages: AsyncIterator[pb.UploadPolicyDraftRequest]) -> pb.UploadPolicyDraftRequest | None:
    try:
        return await asyncio.wait_for(anext(messages), IDLE_SECONDS)
    except StopAsyncIteration:
        return None
    except TimeoutError as error:
        raise DeadlineTooShort from error


def pieces_of(files: Mapping[str, bytes]) -> Iterator[pb.PolicyFileChunk]:
    """Yield the files piece by piece; an empty one is one empty piece."""
    for name, content in files.items():
        for offset in range(0, max(len(content), 1), PIECE_BYTES):
            data = content[offset : offset + PIECE_BYTES]
            yield pb.PolicyFileChunk(path=name, offset=offset, data=data, crc32c=google_crc32c.value(data))
