"""Masters in an object store, addressed by their SHA-256 and verified on every read.

Uploads are hostile input: bytes go to a name of their own first, and only what has the announced size and digest
gets the digest's name. No byte of a torn upload stays.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import re
import uuid
from collections.abc import AsyncIterable, AsyncIterator

import obstore
import structlog
from obstore.exceptions import NotFoundError

from qupia_server.adapters.object_store import Store, StoreFailure, store_errors
from qupia_server.errors import DigestMismatch, InvalidRequest, MasterCorrupt, Unavailable

_DIGEST = re.compile(r"[0-9a-f]{64}")
_UPLOADS = "uploads"

_log = structlog.get_logger("qupia.masters")


def master_path(sha256: str) -> str:
    """Return where the master of this digest lies; two levels keep folders small."""
    return f"masters/{sha256[:2]}/{sha256[2:4]}/{sha256}"


class ObjectMasterStore:
    """Masters over a folder, S3 or memory.

    Args:
        store: where objects lie; nobody else writes there.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    async def put(self, chunks: AsyncIterable[bytes], sha256: str, size: int) -> bool:
        """Store bytes under their digest; a torn or wrong upload leaves nothing.

        Known bytes are checked and written again, which heals a damaged object.

        Returns:
            False when the same bytes were stored before.

        Raises:
            InvalidRequest: the digest is not 64 hex characters.
            DigestMismatch: digest or size differ from what was announced.
            Unavailable: the store is away or full.
        """
        if not _DIGEST.fullmatch(sha256):
            raise InvalidRequest({"sha256": "Give the SHA-256 as 64 lower-case hex characters."})
        upload, measured = f"{_UPLOADS}/{uuid.uuid4().hex}", _Measured(chunks, size)
        try:
            await self._upload(upload, measured)
            if (measured.size, measured.hexdigest()) != (size, sha256):
                raise DigestMismatch
            return await self._settle(upload, master_path(sha256))
        finally:
            # Shielded: a second cancellation must not keep the bytes either.
            await asyncio.shield(self._forget(upload))

    async def _upload(self, path: str, measured: _Measured) -> None:
        try:
            with store_errors("upload"):
                await obstore.put_async(self._store, path, measured, max_concurrency=2)
        except (NotFoundError, FileNotFoundError) as error:
            raise Unavailable from StoreFailure(type(error).__name__)  # no such bucket or folder

    async def _settle(self, upload: str, path: str) -> bool:
        with store_errors("settle"):
            known = True
            try:
                await obstore.head_async(self._store, path)
            except (NotFoundError, FileNotFoundError):
                known = False
            await obstore.rename_async(self._store, upload, path)
        return not known

    async def _forget(self, path: str) -> None:
        """Remove an upload if it is there; when the store is away `sweep` does it later."""
        with contextlib.suppress(Unavailable, NotFoundError, FileNotFoundError), store_errors("forget"):
            await obstore.delete_async(self._store, path)

    async def get(self, sha256: str, max_bytes: int) -> bytes:
        """Return the master after verifying its digest.

        Raises:
            MasterCorrupt: the bytes do not have this digest, or are gone.
            Unavailable: the store is away.
            InvalidRequest: larger than `max_bytes`; checked before reading.
        """
        if not _DIGEST.fullmatch(sha256):
            raise self._corrupt()
        try:
            with store_errors("fetch"):
                path = master_path(sha256)
                size = (await obstore.head_async(self._store, path))["size"]
                if size > max_bytes:
                    raise InvalidRequest({"document": f"The document has {size} bytes; {max_bytes} are the limit."})
                data = bytes(await (await obstore.get_async(self._store, path)).bytes_async())
        except (NotFoundError, FileNotFoundError) as error:
            raise self._corrupt() from error
        if hashlib.sha256(data).hexdigest() != sha256:
            raise self._corrupt()
        return data

    async def sweep(self) -> int:
        """Remove what a killed process left of uploads; to be called at start, before uploads are taken.

        Returns:
            The number of objects removed.

        Raises:
            Unavailable: the store is away.
        """
        with store_errors("sweep"):
            left = [meta["path"] async for page in obstore.list(self._store, _UPLOADS) for meta in page]
            if left:
                await obstore.delete_async(self._store, left)
        return len(left)

    def _corrupt(self) -> MasterCorrupt:
        _log.error("alarm", kind="master_corrupt")
        return MasterCorrupt()


class _Measured:
    """Chunks that are counted and hashed while they pass; one byte too many ends them."""

    def __init__(self, chunks: AsyncIterable[bytes], limit: int) -> None:
        self._chunks = chunks
        self._limit = limit
        self._hash = hashlib.sha256()
        self.size = 0

    def hexdigest(self) -> str:
        return self._hash.hexdigest()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._chunks:
            self.size += len(chunk)
            if self.size > self._limit:
                raise DigestMismatch
            self._hash.update(chunk)
            yield chunk
