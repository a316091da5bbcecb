"""Check the pieces of a file as they come: order, size, CRC32C of each, SHA-256 of the whole.

Hostile input: a server or a middle box that sends too much, too little, twice, out of order or changed bytes.
Nothing is believed before `finish` returns. No I/O here.
"""

from __future__ import annotations

import hashlib
import hmac

from qupia.v1 import disclosure_pb2, document_pb2
from qupia_client.crc32c import crc32c
from qupia_client.errors import IntegrityFault
from qupia_client.values import Rendition

MAX_PIECE_BYTES = 1024 * 1024


class Intake:
    """The state of one file on its way in."""

    def __init__(self, announced: Rendition) -> None:
        """Expect the announced file.

        Raises:
            IntegrityFault: the announcement lacks a digest or has an impossible size.
        """
        if len(announced.sha256) != hashlib.sha256().digest_size or announced.size_bytes < 1:
            raise IntegrityFault("The server announced a file without digest or size.")
        self._announced = announced
        self._digest = hashlib.sha256()
        self._finished = False
        self.received = 0

    @property
    def finished(self) -> bool:
        """True when the trailer came and all agreed."""
        return self._finished

    def take(self, chunk: document_pb2.Chunk) -> bytes:
        """Return the bytes of the next piece.

        Raises:
            IntegrityFault: the piece is out of order, too large, empty, beyond the size, or changed.
        """
        data = chunk.data
        if self._finished:
            raise IntegrityFault("A piece came after the end of the file.")
        if chunk.offset != self.received:
            raise IntegrityFault("A piece came out of order.")
        if not data or len(data) > MAX_PIECE_BYTES:
            raise IntegrityFault("A piece is empty or larger than 1 MiB.")
        if self.received + len(data) > self._announced.size_bytes:
            raise IntegrityFault("More bytes came than were announced.")
        if crc32c(data) != chunk.crc32c:
            raise IntegrityFault("A piece does not match its checksum.")
        self._digest.update(data)
        self.received += len(data)
        return data

    def end(self, trailer: disclosure_pb2.Trailer) -> None:
        """Compare what came with header and trailer.

        Raises:
            IntegrityFault: size or digest differ, or a second trailer came.
        """
        if self._finished:
            raise IntegrityFault("The end of the file came twice.")
        if self.received != self._announced.size_bytes or trailer.size_bytes != self.received:
            raise IntegrityFault("Fewer bytes came than were announced.")
        digest = self._digest.digest()
        whole = hmac.compare_digest(digest, self._announced.sha256)
        if not (whole and hmac.compare_digest(digest, trailer.sha256)):
            raise IntegrityFault("The file does not match its digest.")
        self._finished = True

    def finish(self) -> None:
        """Say that the stream ended.

        Raises:
            IntegrityFault: it ended before the trailer.
        """
        if not self._finished:
            raise IntegrityFault("The stream broke off before the end of the file.")
