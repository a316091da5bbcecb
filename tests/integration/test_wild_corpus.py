"""Files from other projects' test suites: each ends as a rendition or as a refusal with a reason; no crash, no hang."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from pathlib import Path

import numpy as np
import pypdfium2
import pytest

from qupia_redaction.errors import RedactionRefused, RefusalCode
from qupia_redaction.model import Category, Limits, PrivateText, RedactionOrder
from qupia_redaction.pipeline import Redactor
from qupia_redaction.workers import WorkerPool
from qupia_redaction.workers.no_finder import build
from tests.support.engine import engine

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


@pytest.mark.skipif(not WILD.is_dir(), reason="the corpus of wild files is not beside the repository")
@pytest.mark.parametrize(
    ("name", "term"),
    [
        ("qpdf__uo-8.pdf", "Page"), ("qpdf__fx-overlay-67.pdf", "small"), ("qpdf__boxes2.pdf", "page"),
        ("qpdf__form-fields-and-annotations-shared.pdf", "radio"), ("veraPDF-corpus__7.2-t27-fail-c.pdf", "Contents"),
        ("veraPDF-corpus__7.18.5-t02-fail-b.pdf", "Link"),
    ],
)  # fmt: skip
def test_words_that_are_not_named_stay(name: str, term: str) -> None:
    master = (WILD / name).read_bytes()
    order = RedactionOrder(hide=frozenset(), terms=(PrivateText(term),), terms_only=True, plain=True)

    rendition = Redactor(build(), engine()).redact(master, order, Limits())

    had, has = _words(master), _words(rendition.data)
    assert {word for word in has if term.casefold() in word} == set()
    assert Counter(word for word in had if term.casefold() not in word) - has == Counter()


@pytest.mark.skipif(not WILD.is_dir(), reason="the corpus of wild files is not beside the repository")
@pytest.mark.parametrize(
    "name",
    [
        "qpdf__really-shared-images-pages-out.pdf", "veraPDF-corpus__7.2-t22-pass-c.pdf",
        "veraPDF-corpus__veraPDF_test_suite_6-2-9-t02-fail-c.pdf",
        "veraPDF-corpus__veraPDF_test_suite_6-8-t02-pass-d.pdf",
    ],
)  # fmt: skip
def test_pages_without_marks_keep_their_pixels(name: str) -> None:
    master = (WILD / name).read_bytes()
    order = RedactionOrder(hide=frozenset(), terms=(PrivateText("Жоқсөз"),), terms_only=True, plain=True)

    rendition = Redactor(build(), engine()).redact(master, order, Limits())

    with pypdfium2.PdfDocument(master) as before, pypdfium2.PdfDocument(rendition.data) as after:
        for one, other in zip(before, after, strict=True):
            pixels = [page.render(scale=100 / 72).to_numpy().copy() for page in (one, other)]
            assert np.array_equal(*pixels)


def _words(data: bytes) -> Counter[str]:
    with pypdfium2.PdfDocument(data) as document:
        texts = [page.get_textpage().get_text_range() for page in document]
    return Counter(word.casefold() for text in texts for word in re.findall(r"\w+", text))


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
