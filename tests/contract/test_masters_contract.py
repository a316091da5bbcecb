"""The master store's port, on a folder, in memory and on S3 alike."""

from __future__ import annotations

import asyncio
import hashlib
import stat
import urllib.request
from collections.abc import AsyncIterator
from pathlib import Path

import obstore
import pytest

from qupia_server.adapters.masters import ObjectMasterStore, master_path
from qupia_server.adapters.object_store import Store, open_folder
from qupia_server.errors import DigestMismatch, InvalidRequest, MasterCorrupt, QupiaError, Unavailable
from tests.contract.conftest import s3_store
from tests.contract.servers import S3Server

SMALL = b"%PDF-1.7 small"
LARGE = hashlib.shake_128(b"large").digest(12_000_000)  # more than two parts of a multipart upload
MIB = 1 << 20


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


async def chunked(data: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(data), MIB):
        yield data[start : start + MIB]


async def torn(data: bytes, error: BaseException) -> AsyncIterator[bytes]:
    """Send all but the end, then fail."""
    async for chunk in chunked(data[:-1]):
        yield chunk
    raise error


async def objects(store: Store) -> list[str]:
    return [meta["path"] async for page in obstore.list(store) for meta in page]


@pytest.fixture
def masters(store: Store) -> ObjectMasterStore:
    return ObjectMasterStore(store)


@pytest.mark.parametrize("data", [b"", SMALL, LARGE], ids=["empty", "small", "large"])
async def test_what_was_put_is_got(masters: ObjectMasterStore, store: Store, data: bytes) -> None:
    assert await masters.put(chunked(data), digest(data), len(data)) is True
    assert await masters.get(digest(data), len(data)) == data
    assert await objects(store) == [master_path(digest(data))]


async def test_the_same_bytes_are_stored_once(masters: ObjectMasterStore, store: Store) -> None:
    await masters.put(chunked(SMALL), digest(SMALL), len(SMALL))
    assert await masters.put(chunked(SMALL), digest(SMALL), len(SMALL)) is False
    together = (masters.put(chunked(LARGE), digest(LARGE), len(LARGE)) for _ in range(2))
    await asyncio.gather(*together)
    assert sorted(await objects(store)) == sorted([master_path(digest(SMALL)), master_path(digest(LARGE))])
    assert await masters.get(digest(LARGE), len(LARGE)) == LARGE


@pytest.mark.parametrize(
    ("data", "sha256", "size"),
    [
        (SMALL, digest(b"other"), len(SMALL)),
        (SMALL, digest(SMALL), len(SMALL) + 1),
        (SMALL, digest(SMALL), len(SMALL) - 1),
        (LARGE, digest(LARGE), MIB),
        (LARGE, digest(SMALL), len(LARGE)),
    ],
    ids=["digest", "too short", "too long", "far too long", "digest of many parts"],
)
async def test_a_wrong_upload_leaves_nothing(
    masters: ObjectMasterStore, store: Store, data: bytes, sha256: str, size: int
) -> None:
    with pytest.raises(DigestMismatch):
        await masters.put(chunked(data), sha256, size)
    assert await objects(store) == []


@pytest.mark.parametrize("data", [SMALL, LARGE], ids=["small", "large"])
@pytest.mark.parametrize(
    "error", [ConnectionResetError(), Unavailable(), RuntimeError()], ids=lambda one: type(one).__name__
)
async def test_a_torn_upload_leaves_nothing(
    masters: ObjectMasterStore, store: Store, data: bytes, error: Exception
) -> None:
    with pytest.raises((QupiaError, RuntimeError)):
        await masters.put(torn(data, error), digest(data), len(data))
    assert await objects(store) == []


async def test_a_sender_that_goes_on_is_cut_off(masters: ObjectMasterStore) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 200:  # a store that reads all of it fails below, rather than for ever
            sent += 1
            yield bytes(MIB)

    with pytest.raises(DigestMismatch):
        await masters.put(endless(), digest(SMALL), len(SMALL))
    assert sent < 20


async def test_a_cancelled_upload_leaves_nothing(masters: ObjectMasterStore, store: Store) -> None:
    half_sent = asyncio.Event()

    async def stalling() -> AsyncIterator[bytes]:
        async for chunk in chunked(LARGE[: 11 * MIB]):
            yield chunk
        half_sent.set()
        await asyncio.Event().wait()

    upload = asyncio.create_task(masters.put(stalling(), digest(LARGE), len(LARGE)))
    await half_sent.wait()
    upload.cancel()
    with pytest.raises(asyncio.CancelledError):
        await upload
    assert await objects(store) == []
    assert await masters.put(chunked(LARGE), digest(LARGE), len(LARGE)) is True


async def test_what_a_killed_process_left_is_swept(masters: ObjectMasterStore, store: Store) -> None:
    await masters.put(chunked(SMALL), digest(SMALL), len(SMALL))
    await obstore.put_async(store, "uploads/half", b"private text")
    assert await masters.sweep() == 1
    assert await masters.sweep() == 0
    assert await objects(store) == [master_path(digest(SMALL))]


@pytest.mark.parametrize("change", ["flipped", "cut", "longer", "gone"])
async def test_changed_masters_are_never_handed_out(masters: ObjectMasterStore, store: Store, change: str) -> None:
    await masters.put(chunked(SMALL), digest(SMALL), len(SMALL))
    path = master_path(digest(SMALL))
    changed = {"flipped": b"%PDF-1.7 smalL", "cut": SMALL[:-1], "longer": SMALL + b" "}
    if change == "gone":
        await obstore.delete_async(store, path)
    else:
        await obstore.put_async(store, path, changed[change])
    with pytest.raises(MasterCorrupt):
        await masters.get(digest(SMALL), 1000)
    await masters.put(chunked(SMALL), digest(SMALL), len(SMALL))  # a new upload heals it
    assert await masters.get(digest(SMALL), 1000) == SMALL


async def test_size_is_judged_before_reading(masters: ObjectMasterStore) -> None:
    await masters.put(chunked(SMALL), digest(SMALL), len(SMALL))
    with pytest.raises(InvalidRequest) as caught:
        await masters.get(digest(SMALL), len(SMALL) - 1)
    assert list(caught.value.facts) == ["document"]


@pytest.mark.parametrize("sha256", ["", "../../secret", "AB" * 32, "ab" * 31, "ab" * 32 + "\n"])
async def test_only_digests_are_addresses(masters: ObjectMasterStore, store: Store, sha256: str) -> None:
    with pytest.raises(InvalidRequest):
        await masters.put(chunked(SMALL), sha256, len(SMALL))
    with pytest.raises(MasterCorrupt):
        await masters.get(sha256, 1000)
    assert await objects(store) == []


def test_the_folder_is_for_its_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "objects"
    folder.mkdir(parents=True, mode=0o755)
    open_folder(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.s3
async def test_s3_away_is_unavailable_and_recovers() -> None:
    server = S3Server()  # of our own: stopping the session's would take other tests' objects away
    server.start()
    try:
        server.make_bucket("masters")
        masters = ObjectMasterStore(s3_store(server, "masters"))
        await masters.put(chunked(SMALL), digest(SMALL), len(SMALL))
        server.stop()
        with pytest.raises(Unavailable):
            await masters.get(digest(SMALL), 1000)
        with pytest.raises(Unavailable):
            await masters.put(chunked(SMALL), digest(SMALL), len(SMALL))
        server.start()
        server.make_bucket("masters")
        assert await masters.put(chunked(SMALL), digest(SMALL), len(SMALL)) is True
        assert await masters.get(digest(SMALL), 1000) == SMALL
    finally:
        server.stop()


@pytest.mark.s3
@pytest.mark.parametrize("end", ["torn", "cancelled"])
async def test_an_unfinished_upload_to_s3_leaves_no_parts_behind(s3: S3Server, end: str) -> None:
    s3.make_bucket(f"parts-{end}")
    masters = ObjectMasterStore(s3_store(s3, f"parts-{end}"))
    sent = asyncio.Event()

    async def unfinished() -> AsyncIterator[bytes]:
        async for chunk in chunked(LARGE[: 11 * MIB]):
            yield chunk
        sent.set()
        if end == "torn":
            raise RuntimeError
        await asyncio.Event().wait()

    upload = asyncio.create_task(masters.put(unfinished(), digest(LARGE), len(LARGE)))
    await sent.wait()
    if end == "cancelled":
        upload.cancel()
    with pytest.raises((RuntimeError, asyncio.CancelledError)):
        await upload
    request = urllib.request.Request(f"{s3.endpoint}/parts-{end}?uploads")  # noqa: S310 - loopback
    with await asyncio.to_thread(urllib.request.urlopen, request, timeout=10) as answer:
        body = answer.read()
    assert b"ListMultipartUploadsResult" in body
    assert b"<UploadId>" not in body  # parts hold private text and are seen in no listing of objects


@pytest.mark.s3
async def test_a_bucket_that_is_not_there_is_unavailable(s3: S3Server) -> None:
    masters = ObjectMasterStore(s3_store(s3, "no-such-bucket"))
    with pytest.raises(Unavailable):
        await masters.put(chunked(SMALL), digest(SMALL), len(SMALL))
