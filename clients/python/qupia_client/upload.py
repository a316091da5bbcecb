"""The bytes of a master on their way out: digest first, then pieces with checksums."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from qupia.v1 import document_pb2, document_service_pb2
from qupia_client.convert import language_message
from qupia_client.crc32c import crc32c
from qupia_client.enums import Language

PIECE_BYTES: Final = 256 * 1024


class MasterUpload:
    """The messages of one upload. The file is read twice: for its digest, then for its bytes.

    If it changes in between, the server finds that it does not match and keeps nothing.

    Attributes:
        error: what went wrong while reading, for the caller; gRPC itself would only say that iterating
            failed.
    """

    def __init__(
        self,
        document: str,
        path: Path,
        progress: Callable[[int, int], None] | None = None,
        language: Language | str = Language.RU,
    ) -> None:
        """Digest the file.

        Raises:
            OSError: the file cannot be read.
            ValueError: the file has no bytes.
        """
        self._path = path
        self._progress = progress
        self.error: OSError | None = None
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").digest()
            self._size = file.tell()
        if not self._size:
            raise ValueError("the file has no bytes")
        self._header = document_service_pb2.UploadHeader(
            document=document, sha256=digest, size_bytes=self._size, language=language_message(language)
        )

    def messages(self) -> Iterator[document_service_pb2.UploadMasterRequest]:
        """Yield the header, then the pieces."""
        yield document_service_pb2.UploadMasterRequest(header=self._header)
        try:
            with self._path.open("rb") as file:
                offset = 0
                while data := file.read(PIECE_BYTES):
                    piece = document_pb2.Chunk(offset=offset, data=data, crc32c=crc32c(data))
                    yield document_service_pb2.UploadMasterRequest(chunk=piece)
                    offset += len(data)
                    if self._progress is not None:
                        self._progress(offset, self._size)
        except OSError as error:
            # Ends the stream short: the server then finds fewer bytes than announced and keeps nothing.
            self.error = error
