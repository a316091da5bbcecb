"""Files from other projects' test suites: each ends as a rendition or as a refusal with a reason; no crash, no hang."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path

import pytest

from qupia_redaction.errors import RedactionRefused, RefusalCode
from qupia_redaction.model import Category, Limits, RedactionOrder
from qupia_redaction.workers import WorkerPool

WILD = Path(__file__).parents[3] / "shared" / "corpus" / "wild"
ORDER = RedactionOrder(hide=frozenset(Category) - {Category.IMAGE, Category.PASSAGE}, cipher="Ф. 1")
MAY_DIE = {RefusalCode.WORKER_DIED, RefusalCode.TIME_LIMIT, RefusalCode.ENGINE_ERROR}
"""Endings that mean a crash or a hang rather than a judgement."""


@pytest.mark.slow
@pytest.mark.skipif(not WILD.is_dir(), reason="the corpus of wild files is not beside the repository")
async def test_every_wild_file_ends_well() -> None:
    files = _files()
    pool = WorkerPool(2, Limits(max_seconds=120))
    await pool.start()
    try:
        endings = dict(zip(files, await asyncio.gather(*(_ending(pool, file) for file in files)), strict=True))
    finally:
        await pool.close()

    assert len(files) == 60
    assert {file.name: ending for file, ending in endings.items() if ending in MAY_DIE} == {}
    assert Counter(endings.values())["rendition"] >= 50


def _files() -> list[Path]:
    return sorted(path for path in WILD.iterdir() if path.suffix.lower() == ".pdf")


async def _ending(pool: WorkerPool, file: Path) -> str:
    master = await asyncio.to_thread(file.read_bytes)
    try:
        rendition = await pool.redact(master, ORDER)
    except RedactionRefused as refusal:
        return refusal.code
    assert rendition.report.pages > 0
    return "rendition"
