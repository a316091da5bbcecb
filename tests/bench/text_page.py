"""CPU seconds a page of find, rebuild and check over the 60-page sample document, through the real worker pool."""

from __future__ import annotations

import asyncio
import statistics
from collections.abc import Iterator
from typing import Any

from tests.bench import _pool, _ratio

DOCUMENT, WARM_UP, ROUNDS = "d-0013", "d-0002", 3
LIMIT = 0.5


def run() -> Iterator[dict[str, Any]]:
    """Yield one line: the median of the rounds; models are loaded before."""
    reports = asyncio.run(_pool.reports([DOCUMENT] * ROUNDS, WARM_UP))
    if any(report.ocr_pages or report.cpu_seconds <= 0 for report in reports):
        raise ValueError("a text page was read by OCR, or its CPU was not measured")
    pages = reports[0].pages
    yield _ratio.at_most(
        "text_page_cpu_seconds",
        statistics.median(report.cpu_seconds / report.pages for report in reports),
        LIMIT,
        pages=pages,
        marks=sum(reports[0].marks.values()),
        wall_by_step={step: round(seconds, 2) for step, seconds in reports[0].seconds.items()},
    )
