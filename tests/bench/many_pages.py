"""CPU a page and memory of the worker over files of 50, 200 and 500 pages of text: neither must grow with their length.

Each page holds forty lines with names and numbers of nobody, no name twice: what is looked for on every page grows with
the file. One worker of the real pool does all three files, the shortest first. Memory is that of the worker, its
children and the host of the models together, sampled twenty times a second: pages that they share, as a fork shares the
models with the host, count once. The sum of their resident sizes, which counts them twice, stands beside it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import psutil
import pymupdf

from qupia_redaction.model import Limits, RedactionOrder
from qupia_redaction.workers import WorkerPool
from tests.bench import _pool, _ratio

PAGES = (50, 200, 500)
LINES = 40
CPU_LIMIT = 1.25
MEMORY_LIMIT = 500 << 20
SYLLABLES = ("Са", "Ке", "Бо", "Ту", "Ми", "Ра", "Жа", "Ну", "Де", "Ал", "Ша", "Ку", "Мо", "Бе", "Ты", "Го")
WORDS = "акт осмотра здания составлен комиссией в присутствии сторон и подписан без замечаний".split()


def run() -> Iterator[dict[str, Any]]:
    """Yield a line for time and one for memory."""
    found = asyncio.run(_measured())
    first, last = found[0], found[-1]
    yield _ratio.at_most(
        "cpu_a_page_500_over_50", last[1] / first[1], CPU_LIMIT, cpu_a_page=[round(cpu, 3) for _, cpu, *_ in found]
    )
    yield _ratio.at_most(
        "peak_memory_over_500_mib",
        last[2] / MEMORY_LIMIT,
        1.0,
        peak_mib=[round(peak / 2**20) for _, _, peak, _ in found],
        resident_mib=[round(twice / 2**20) for *_, twice in found],
    )


def document(pages: int) -> bytes:
    """Return a file of pages of text."""
    font = pymupdf.Font("helv")
    with pymupdf.open() as pdf:
        for number in range(pages):
            page = pdf.new_page(width=595, height=842)
            writer = pymupdf.TextWriter(page.rect)
            for line in range(LINES):
                writer.append((60, 60 + 18 * line), _line(number * LINES + line), font=font, fontsize=11)
            writer.write_text(page)
        pdf.subset_fonts()
        return bytes(pdf.tobytes(garbage=3, deflate=True))


def _line(number: int) -> str:
    words = [WORDS[(number * 7 + step * step) % len(WORDS)] for step in range(6)]
    if number % 9 == 0:
        words.insert(3, f"{_surname(number // 9)} А.Б.")
    return f"{number}. {' '.join(words)} № {number * 37 % 9973}"


def _surname(number: int) -> str:
    """Return a surname that no other number has."""
    parts = (SYLLABLES[number // len(SYLLABLES) ** place % len(SYLLABLES)] for place in range(3))
    return "".join(parts).capitalize() + "нова"


async def _measured() -> list[tuple[int, float, int, int]]:
    pool = WorkerPool(size=1, limits=Limits())
    await pool.start()
    try:
        await pool.redact(document(2), RedactionOrder(hide=_pool.R3, cipher="bench"))
        return [await _one(pool, pages) for pages in PAGES]
    finally:
        await pool.close()


async def _one(pool: WorkerPool, pages: int) -> tuple[int, float, int, int]:
    master = document(pages)
    job = asyncio.create_task(pool.redact(master, RedactionOrder(hide=_pool.R3, cipher="bench")))
    peak = twice = 0
    while not job.done():
        peak, twice = max(peak, used()), max(twice, resident())
        await asyncio.sleep(0.05)
    return pages, (await job).report.cpu_seconds / pages, peak, twice


def used() -> int:
    """Return the memory of this process's children together; shared pages count once."""
    total = 0
    for child in psutil.Process().children(recursive=True):
        try:
            total += child.memory_full_info().pss
        except psutil.Error:
            continue
    return total


def resident() -> int:
    """Return the resident size of this process's children together, which are the worker and its own."""
    total = 0
    for child in psutil.Process().children(recursive=True):
        try:
            total += child.memory_info().rss
        except psutil.Error:
            continue
    return total
