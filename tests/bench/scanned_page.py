"""CPU of redacting a scanned page, with all its Tesseract runs, against bare Tesseract on the same pixels.

The promised ratio is that of a dense page (`_dense`), of which Tesseract makes about three seconds. The second line, a
sample page with a dozen lines, has no limit: Tesseract needs half a second there, and what each page costs besides its
letters (rendering, encoding, codes, the legend) weighs as much as reading it.

Bare means: the page's own picture at its own resolution, the same languages, one thread, words with boxes as output,
models loaded each time as the program does. Bare runs and jobs take turns, so that both meet the same machine. A job's
CPU is that of its worker, its children and the host of the models (`ocr/host.py`).
"""

from __future__ import annotations

import asyncio
import io
import os
import resource
import statistics
import subprocess
from collections.abc import Iterator
from typing import Any

import pypdfium2

from qupia_redaction.model import Limits, RedactionOrder, Report
from qupia_redaction.workers import WorkerPool
from qupia_server.samples.build import render
from tests.bench import _dense, _pool, _ratio

SMALL, WARM_UP, ROUNDS = "d-0011", "d-0002", 5
LIMIT, AIM = 1.3, 1.2
LANGUAGES = "kaz+rus+eng"


def run() -> Iterator[dict[str, Any]]:
    """Yield one line a page: CPU of a job over CPU of a bare run, medians of rounds."""
    look = _pool.paper(SMALL).look
    if look is None:
        raise ValueError(f"{SMALL} is not a scan")
    dense = asyncio.run(_rounds(_dense.dense_scan(), _dense.DPI, RedactionOrder(hide=_pool.R3, cipher="bench")))
    yield _line("scanned_page_cpu_over_bare_tesseract", dense, LIMIT, AIM)
    small = asyncio.run(_rounds(render(_pool.paper(SMALL)), look.dpi, _pool.order(SMALL)))
    yield _line("small_scanned_page_cpu_over_bare_tesseract", small, float("inf")) | {"limit": None}


def _line(name: str, rounds: list[tuple[float, Report]], limit: float, aim: float | None = None) -> dict[str, Any]:
    if any(report.ocr_pages != 1 or report.pages != 2 for _, report in rounds):
        raise ValueError("not one scanned page with its legend, or it was not read by OCR")
    bare = statistics.median(bare for bare, _ in rounds)
    ours = statistics.median(report.cpu_seconds for _, report in rounds)
    return _ratio.at_most(
        name,
        ours / bare,
        limit,
        aim,
        bare_seconds=round(bare, 2),
        ours_seconds=round(ours, 2),
        marks=sum(rounds[0][1].marks.values()),
    )


async def _rounds(document: bytes, dpi: int, order: RedactionOrder) -> list[tuple[float, Report]]:
    picture = pixels(document, dpi)
    pool = WorkerPool(size=1, limits=Limits())
    await pool.start()
    try:
        await pool.redact(render(_pool.paper(WARM_UP)), _pool.order(WARM_UP))
        return [(tesseract_cpu(picture, dpi), (await pool.redact(document, order)).report) for _ in range(ROUNDS)]
    finally:
        await pool.close()


def pixels(document: bytes, dpi: int) -> bytes:
    """Return the first page as a PGM picture at the scan's own resolution."""
    pdf = pypdfium2.PdfDocument(document)
    image = pdf[0].render(scale=dpi / 72, grayscale=True).to_pil()
    pdf.close()
    target = io.BytesIO()
    image.save(target, "PPM")
    return target.getvalue()


def tesseract_cpu(picture: bytes, dpi: int) -> float:
    """Return the CPU seconds of one bare run."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        ["tesseract", "-", "-", "-l", LANGUAGES, "--dpi", str(dpi), "--psm", "3", "tsv"],
        input=picture,
        capture_output=True,
        env={**os.environ, "OMP_THREAD_LIMIT": "1"},
        check=True,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
