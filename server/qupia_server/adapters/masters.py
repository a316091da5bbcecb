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

from qupia_server.adapters.object_store import Store, StoreFailure, make_durable, store_errors
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
        # A task of its own: obstore takes the parts of an S3 upload back when the chunks fail, not when cancelled.
        upload = asyncio.ensure_future(obstore.put_async(self._store, path, measured, max_concurrency=2))
        try:
            with store_errors("upload"):
                await asyncio.shield(upload)
        except (NotFoundError, FileNotFoundError) as error:
            raise Unavailable from StoreFailure(type(error).__name__)  # no such bucket or folder
        except asyncio.CancelledError:
            measured.stop()
            await asyncio.shield(asyncio.gather(upload, return_exceptions=True))
            raise

    async def _settle(self, upload: str, path: str) -> bool:
        with store_errors("settle"):
            known = True
            try:
                await obstore.head_async(self._store, path)
            except (NotFoundError, FileNotFoundError):
                known = False
            await make_durable(self._store, upload)
            await obstore.rename_async(self._store, upload, path)
            await make_durable(self._store, path)
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


class _Stopped(Exception):
    """Nobody waits for the upload any more."""


class _Measured:
    """Chunks that are counted and hashed while they pass; one byte too many ends them, and so does `stop`."""

    def __init__(self, chunks: AsyncIterable[bytes], limit: int) -> None:
        self._chunks = chunks
        self._limit = limit
        self._hash = hashlib.sha256()
        self._stopped: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.size = 0

    def hexdigest(self) -> str:
        return self._hash.hexdigest()

    def stop(self) -> None:
        if not self._stopped.done():
            self._stopped.set_result(None)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        chunks = aiter(self._chunks)
        while (chunk := await self._next(chunks)) is not None:
            self.size += len(chunk)
            if self.size > self._limit:
                raise DigestMismatch
            self._hash.update(chunk)
            yield chunk

    async def _next(self, chunks: AsyncIterator[bytes]) -> bytes | None:
        """Wait for the sender or for `stop`, whichever comes first; None at the end."""
        step = asyncio.ensure_future(anext(chunks, None))
        await asyncio.wait((step, self._stopped), return_when=asyncio.FIRST_COMPLETED)
        if self._stopped.done():
            step.cancel()
            await asyncio.gather(step, return_exceptions=True)
            raise _Stopped
        return step.result()
