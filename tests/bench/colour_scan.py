"""Size of a redacted colour scan over its master's, and memory of the worker while it makes it.

The dense page (`_dense`) on tinted paper, A4 in 300 dpi, a colour JPEG. Besides, the share of the page's tiles that
look different, a few greys aside: those of marks and of the lines that were set again beside them. Memory is that of
the worker, its children and the host of the models together, at its peak: pages that they share, as a fork shares the
models with the host, count once. The sum of their resident sizes, which counts them twice, stands beside it.
"""

from __future__ import annotations

import asyncio
import io
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pymupdf
import pypdfium2
from PIL import Image

from qupia_redaction.model import Limits, RedactionOrder
from qupia_redaction.rendition import CheckedRendition
from qupia_redaction.workers import WorkerPool
from tests.bench import _dense, _pool, _ratio
from tests.bench.many_pages import MEMORY_LIMIT, resident, used

SIZE_LIMIT = 1.2
_A4 = (595.28, 841.89)
_PAPER = (1.0, 0.96, 0.86)
_QUALITY = 75
_DPI, _TILE, _UNLIKE = 100, 8, 12


def run() -> Iterator[dict[str, Any]]:
    """Yield a line for size and one for memory."""
    master = document()
    rendition, peak, twice = asyncio.run(_redacted(master))
    before, after = _tiles(master), _tiles(rendition.data)
    changed = float((np.abs(before - after) > _UNLIKE).mean())
    yield _ratio.at_most(
        "colour_scan_bytes_over_master",
        len(rendition.data) / len(master),
        SIZE_LIMIT,
        master_kib=len(master) >> 10,
        marks=sum(rendition.report.marks.values()),
        tiles_changed=round(changed, 3),
    )
    yield _ratio.at_most(
        "colour_scan_peak_over_500_mib",
        peak / MEMORY_LIMIT,
        1.0,
        peak_mib=round(peak / 2**20),
        resident_mib=round(twice / 2**20),
    )


def document() -> bytes:
    """Return the page as a PDF of one colour JPEG."""
    with pypdfium2.PdfDocument(_dense.dense_scan()) as scan:
        grey = scan[0].render(scale=_dense.DPI / 72, grayscale=True).to_pil()
    bands = [grey.point([round(tone * share) for tone in range(256)]) for share in _PAPER]
    picture = io.BytesIO()
    Image.merge("RGB", bands).save(picture, "JPEG", quality=_QUALITY)
    with pymupdf.open() as pdf:
        page = pdf.new_page(width=_A4[0], height=_A4[1])
        page.insert_image(page.rect, stream=picture.getvalue())
        return bytes(pdf.tobytes())


def _tiles(data: bytes) -> npt.NDArray[np.float32]:
    """Return the mean greys of the first page's tiles."""
    with pypdfium2.PdfDocument(data) as pdf:
        grey = np.asarray(pdf[0].render(scale=_DPI / 72, grayscale=True).to_pil(), dtype=np.float32)
    high, wide = grey.shape[0] // _TILE, grey.shape[1] // _TILE
    tiles: npt.NDArray[np.float32] = (
        grey[: high * _TILE, : wide * _TILE].reshape(high, _TILE, wide, _TILE).mean(axis=(1, 3))
    )
    return tiles


async def _redacted(master: bytes) -> tuple[CheckedRendition, int, int]:
    pool = WorkerPool(size=1, limits=Limits())
    await pool.start()
    try:
        job = asyncio.create_task(pool.redact(master, RedactionOrder(hide=_pool.R3, cipher="bench")))
        peak = twice = 0
        while not job.done():
            peak, twice = max(peak, used()), max(twice, resident())
            await asyncio.sleep(0.02)
        return await job, peak, twice
    finally:
        await pool.close()
