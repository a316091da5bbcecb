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

DOCUMENTS, WARM_UP, ROUNDS = ("d-0003", "d-0004", "d-0007", "d-0010", "d-0011"), "d-0002", 3
"""The sample scans, 150 to 300 dpi, but for the one whose stamp of secrecy refuses it."""
LIMIT = 1.3
LANGUAGES = "kaz+rus+eng"


def run() -> Iterator[dict[str, Any]]:
    """Yield one line: CPU of all pages over bare CPU of all pages, medians of rounds, measured in one run."""
    bare = sum(statistics.median(_bare(one) for _ in range(ROUNDS)) for one in DOCUMENTS)
    reports = asyncio.run(_pool.reports(DOCUMENTS * ROUNDS, WARM_UP))
    if any(report.ocr_pages != 1 or report.pages != 1 for report in reports):
        raise ValueError("not one scanned page, or it was not read by OCR")
    spent = [[report.cpu_seconds for report in reports[at :: len(DOCUMENTS)]] for at in range(len(DOCUMENTS))]
    ours = sum(statistics.median(rounds) for rounds in spent)
    yield _ratio.at_most(
        "scanned_page_cpu_over_bare_tesseract",
        ours / bare,
        LIMIT,
        pages=len(DOCUMENTS),
        bare_seconds=round(bare, 2),
        ours_seconds=round(ours, 2),
        seconds_by_page={one: round(statistics.median(s), 2) for one, s in zip(DOCUMENTS, spent, strict=True)},
    )


def _bare(document_id: str) -> float:
    paper = _pool.paper(document_id)
    if paper.look is None:
        raise ValueError(f"{document_id} is not a scan")
    return tesseract_cpu(pixels(render(paper), paper.look.dpi), paper.look.dpi)


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
