"""The rendition cache's port, on a folder, in memory and on S3 alike: any doubt is a miss."""

from __future__ import annotations

import datetime as dt

import obstore
import pytest

from qupia_redaction.model import Category, Report
from qupia_redaction.rendition import CheckedRendition, restore
from qupia_server.adapters.object_store import Store
from qupia_server.adapters.rendition_cache import CacheLimits, ObjectRenditionCache

MAC_KEY = b"k" * 32
KEY, OTHER, THIRD = "a" * 64, "b" * 64, "c" * 64
REPORT = Report(
    pages=3,
    marks={Category.PERSON: 4, Category.IIN: 1},
    kept={Category.PERSON: 2},
    ocr_pages=1,
    seconds={"find": 0.25},
    cpu_seconds=1.5,
    engines={"pymupdf": "1.28.2"},
)


class StoppedClock:
    """Stands still until it is told."""

    def __init__(self) -> None:
        self.instant = dt.datetime.now(dt.UTC)

    def now(self) -> dt.datetime:
        return self.instant

    def today(self) -> dt.date:
        return self.instant.date()


def rendition(data: bytes = b"%PDF-1.7 checked") -> CheckedRendition:
    return restore(data, REPORT)


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


def opened(
    store: Store, clock: StoppedClock, mac_key: bytes = MAC_KEY, max_bytes: int = 1 << 20
) -> ObjectRenditionCache:
    return ObjectRenditionCache(store, mac_key, clock, CacheLimits(max_bytes, max_seconds=100))


@pytest.fixture
def cache(store: Store, clock: StoppedClock) -> ObjectRenditionCache:
    return opened(store, clock)


async def objects(store: Store) -> list[str]:
    return [meta["path"] async for page in obstore.list(store) for meta in page]


async def test_what_was_kept_comes_back_whole(cache: ObjectRenditionCache, store: Store, clock: StoppedClock) -> None:
    await cache.put(KEY, rendition())
    for reader in (cache, opened(store, clock)):  # also after a restart
        kept = await reader.get(KEY)
        assert kept is not None
        assert (kept.data, kept.sha256, kept.report) == (rendition().data, rendition().sha256, REPORT)
    assert await cache.get(OTHER) is None


@pytest.mark.parametrize("at", [0, 5, 40, 60, -1], ids=["magic", "mac", "length", "report", "bytes"])
async def test_a_flipped_bit_is_a_miss_and_is_deleted(cache: ObjectRenditionCache, store: Store, at: int) -> None:
    await cache.put(KEY, rendition())
    (path,) = await objects(store)
    blob = bytearray(bytes(await (await obstore.get_async(store, path)).bytes_async()))
    blob[at] ^= 1
    await obstore.put_async(store, path, bytes(blob))
    assert await cache.get(KEY) is None
    assert await objects(store) == []


async def test_an_object_under_another_key_or_of_another_server_is_a_miss(
    cache: ObjectRenditionCache, store: Store, clock: StoppedClock
) -> None:
    await cache.put(KEY, rendition())
    (path,) = await objects(store)
    blob = await (await obstore.get_async(store, path)).bytes_async()
    await obstore.put_async(store, f"renditions/bb/{OTHER}", bytes(blob))
    assert await cache.get(OTHER) is None
    assert await opened(store, clock, mac_key=b"x" * 32).get(KEY) is None


@pytest.mark.parametrize("junk", [b"", b"QRC1", b"QRC1" + bytes(32), b"QRC1" + bytes(40)])
async def test_junk_is_a_miss(cache: ObjectRenditionCache, store: Store, junk: bytes) -> None:
    await obstore.put_async(store, f"renditions/aa/{KEY}", junk)
    assert await cache.get(KEY) is None
    assert await objects(store) == []


async def test_age_is_bounded(cache: ObjectRenditionCache, store: Store, clock: StoppedClock) -> None:
    await cache.put(KEY, rendition())
    clock.instant += dt.timedelta(seconds=99)
    assert await cache.get(KEY) is not None
    clock.instant += dt.timedelta(seconds=2)
    assert await cache.get(KEY) is None
    assert await objects(store) == []


async def test_sweeping_removes_the_old_only(cache: ObjectRenditionCache, store: Store, clock: StoppedClock) -> None:
    await cache.put(KEY, rendition())
    assert await cache.sweep() == 0
    clock.instant += dt.timedelta(seconds=200)
    assert await cache.sweep() == 1
    assert await objects(store) == []


async def test_bytes_are_bounded_and_the_least_recently_used_go_first(store: Store, clock: StoppedClock) -> None:
    cache = opened(store, clock, max_bytes=25_000)
    await cache.put(KEY, rendition(b"1" * 10_000))
    await cache.put(OTHER, rendition(b"2" * 10_000))
    assert await cache.get(KEY) is not None
    await cache.put(THIRD, rendition(b"3" * 10_000))
    assert [await cache.get(key) is not None for key in (KEY, OTHER, THIRD)] == [True, False, True]
    await cache.put(OTHER, rendition(b"4" * 30_000))
    assert await cache.get(OTHER) is None
    assert len(await objects(store)) == 2


async def test_the_bound_holds_over_a_restart(store: Store, clock: StoppedClock) -> None:
    for key in (KEY, OTHER):
        await opened(store, clock, max_bytes=25_000).put(key, rendition(b"1" * 10_000))
    await opened(store, clock, max_bytes=25_000).put(THIRD, rendition(b"3" * 10_000))
    assert len(await objects(store)) == 2


async def test_purging_forgets_everything(cache: ObjectRenditionCache, store: Store) -> None:
    await cache.put(KEY, rendition())
    await cache.put(OTHER, rendition())
    assert await cache.purge() == 2
    assert await cache.get(KEY) is None
    assert await objects(store) == []


@pytest.mark.parametrize("key", ["", "Иванов", "../../x", "A" * 64])
async def test_names_are_hashes_only(cache: ObjectRenditionCache, store: Store, key: str) -> None:
    await cache.put(key, rendition())
    assert await cache.get(key) is None
    assert await objects(store) == []


async def test_what_was_authenticated_stays_in_memory_within_its_bounds(store: Store, clock: StoppedClock) -> None:
    cache = ObjectRenditionCache(store, MAC_KEY, clock, CacheLimits(1 << 20, max_seconds=100, memory_bytes=15_000))
    for key in (KEY, OTHER):
        await cache.put(key, rendition(key.encode() * 150))
        assert await cache.get(key) is not None
    await obstore.delete_async(store, await objects(store))
    assert await cache.get(KEY) is None  # too many bytes: the one used longer ago went
    kept = await cache.get(OTHER)
    assert kept is not None
    assert kept.data == OTHER.encode() * 150
    clock.instant += dt.timedelta(seconds=101)
    assert await cache.get(OTHER) is None


async def test_memory_forgets_what_is_purged_or_replaced(cache: ObjectRenditionCache) -> None:
    await cache.put(KEY, rendition(b"1"))
    assert await cache.get(KEY) is not None
    await cache.put(KEY, rendition(b"2"))
    replaced = await cache.get(KEY)
    assert replaced is not None
    assert replaced.data == b"2"
    await cache.purge()
    assert await cache.get(KEY) is None


async def test_a_purge_in_the_middle_of_a_reading_is_not_undone(
    cache: ObjectRenditionCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    await cache.put(KEY, rendition())
    read = obstore.get_async

    class Late:
        """Hands out bytes that were read before the purge."""

        def __init__(self, blob: bytes) -> None:
            self._blob = blob

        async def bytes_async(self) -> bytes:
            await cache.purge()
            return self._blob

    async def before(store: Store, path: str) -> Late:
        return Late(bytes(await (await read(store, path)).bytes_async()))

    with monkeypatch.context() as patch:
        patch.setattr(obstore, "get_async", before)
        await cache.get(KEY)
    assert await cache.get(KEY) is None
