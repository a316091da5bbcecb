"""Masters out of all proportion: each ends as a refusal or a rendition, and the pool goes on working."""

from __future__ import annotations

import pytest

from qupia_redaction.errors import RedactionRefused, RefusalCode
from qupia_redaction.model import Limits
from qupia_redaction.workers import WorkerPool
from tests.support.bombs import BOMBS
from tests.unit.redaction.pdfs.build import LINES, ORDER, SECRET, text_of, typed

FINDER = "tests.unit.redaction.worker_finders:build"
LIMITS = Limits(
    max_seconds=20,
    max_memory=900 << 20,
    max_bytes=64 << 20,
    max_pages=200,
    max_pixels=30_000_000,
    max_inflated=64 << 20,
)
SURE = {
    "page tree 20,000 deep": RefusalCode.DAMAGED,
    "page tree in a circle": RefusalCode.DAMAGED,
    "forms in a circle": RefusalCode.UNKNOWN_CONTENT,
    "forms that double": RefusalCode.UNKNOWN_CONTENT,
    "forms that double, with layers": RefusalCode.UNKNOWN_CONTENT,
    "forms under many names, with layers": None,
    "a million objects": RefusalCode.DAMAGED,
    "JPX of 2^30": RefusalCode.TOO_MANY_PIXELS,
    "huge unit": RefusalCode.TOO_MANY_PIXELS,
}
"""What must be seen before it costs anything; None is a rendition. Others may run into the limits of the pool."""

pytestmark = pytest.mark.slow


async def test_every_bomb_ends_and_the_pool_goes_on() -> None:
    pool = WorkerPool(1, LIMITS, finder=FINDER)
    await pool.start()
    endings: dict[str, RefusalCode | None] = {}
    try:
        for name, make in BOMBS.items():
            endings[name] = await _ending(pool, make())
        rendition = await pool.redact(typed(LINES), ORDER)
    finally:
        await pool.close()

    assert {name: endings[name] for name in SURE} == SURE
    assert not set(endings.values()) & {RefusalCode.WORKER_DIED, RefusalCode.ENGINE_ERROR}
    assert SECRET not in text_of(rendition.data)


async def _ending(pool: WorkerPool, master: bytes) -> RefusalCode | None:
    try:
        await pool.redact(master, ORDER)
    except RedactionRefused as refusal:
        return refusal.code
    return None
