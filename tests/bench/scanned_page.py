"""CPU of redacting a scanned page, with all its Tesseract runs, against bare Tesseract on the same pixels.

Bare means: the page's own picture at its own resolution, the same languages, one thread, words with boxes as output.
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

from qupia_server.samples.build import render
from tests.bench import _pool, _ratio

DOCUMENT, WARM_UP, ROUNDS = "d-0003", "d-0002", 3
LIMIT = 1.3
LANGUAGES = "kaz+rus+eng"


def run() -> Iterator[dict[str, Any]]:
    """Yield one line: the ratio of medians, measured in one run."""
    paper = _pool.paper(DOCUMENT)
    if paper.look is None or len(paper.sheets) != 1:
        raise ValueError(f"{DOCUMENT} is not a one-page scan")
    picture = pixels(render(paper), paper.look.dpi)
    bare = statistics.median(tesseract_cpu(picture, paper.look.dpi) for _ in range(ROUNDS))
    reports = asyncio.run(_pool.reports(DOCUMENT, ROUNDS, WARM_UP))
    if any(report.ocr_pages != 1 for report in reports):
        raise ValueError("the scanned page was not read by OCR")
    ours = statistics.median(report.cpu_seconds for report in reports)
    yield _ratio.at_most(
        "scanned_page_cpu_over_bare_tesseract",
        ours / bare,
        LIMIT,
        bare_seconds=round(bare, 2),
        page_seconds=round(ours, 2),
        dpi=paper.look.dpi,
        wall_by_step={step: round(seconds, 2) for step, seconds in reports[0].seconds.items()},
    )


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
