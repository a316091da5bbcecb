"""What redaction does to files that nobody made for it: refused, words lost, pages changed though nothing was hidden.

Each file of a folder goes through the worker pool twice with terms only and without stamp: with a term that is nowhere
(every page must look and read as before), and with a word of its own (which must go, and no other; words that are not
seen whole are counted apart). The folder is the corpus beside the repository, or `WILD=FOLDER`;
`WILD_FILES=PATTERN` takes some of them. Lines of files tell what went wrong by file name; the last three lines are the
measure.
"""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pymupdf

from qupia_redaction.errors import RedactionRefused
from qupia_redaction.model import Limits, PrivateText, RedactionOrder
from qupia_redaction.workers import WorkerPool
from qupia_redaction.workers.no_finder import NO_FINDER
from tests.bench import _alike, _ratio

FOLDER = Path(os.environ.get("WILD") or Path(__file__).parents[3] / "shared" / "corpus" / "wild")
PATTERN = os.environ.get("WILD_FILES", "*")
NOWHERE = "Жоқсөзмүлде"
LOST_LIMIT = 0.0005
_WORKERS = 2


@dataclass(slots=True)
class _Tale:
    """What became of one file."""

    name: str
    pages: int = 0
    refused: list[str] = field(default_factory=list)
    differs: dict[int, list[str]] = field(default_factory=dict)
    words: int = 0
    lost: Counter[str] = field(default_factory=Counter)
    unseen: int = 0
    stays: int = 0

    def line(self) -> dict[str, Any]:
        parts = {"refused": self.refused, "differs": self.differs, "lost": dict(self.lost), "term_stays": self.stays}
        return {"name": self.name, **{key: value for key, value in parts.items() if value}}


def run() -> Iterator[dict[str, Any]]:
    """Yield a line for each file with something to tell, and the sums."""
    pymupdf.TOOLS.mupdf_display_errors(False)
    pymupdf.TOOLS.mupdf_display_warnings(False)
    files = sorted(file for file in FOLDER.glob(PATTERN) if file.suffix.lower() == ".pdf")
    tales = asyncio.run(_tell(files))
    yield from (tale.line() for tale in tales if len(tale.line()) > 1)
    refused, pages = sum(bool(tale.refused) for tale in tales), sum(tale.pages for tale in tales)
    yield {"name": "wild_refused", "files": len(files), "refused": refused}
    whole = sum(tale.words for tale in tales)
    gone = sum(sum(tale.lost.values()) for tale in tales)
    counts = {"terms_stay": sum(tale.stays for tale in tales), "unseen_lost": sum(tale.unseen for tale in tales)}
    yield _ratio.at_most("wild_words_lost", gone / max(whole, 1), LOST_LIMIT, words=whole, lost=gone, **counts)
    told = [what for tale in tales for what in tale.differs.values()]
    kinds = Counter(kind for what in told for kind in what)
    yield _ratio.at_most("wild_pages_changed", len(told) / max(pages, 1), 0.0, pages=pages, **kinds)


async def _tell(files: list[Path]) -> list[_Tale]:
    pool = WorkerPool(_WORKERS, Limits(max_seconds=180), finder=NO_FINDER)
    turn = asyncio.Semaphore(_WORKERS)  # a job's time begins when it is asked for, not when a worker is free

    async def tell(file: Path) -> _Tale:
        async with turn:
            return await _tale(pool, file)

    await pool.start()
    try:
        return list(await asyncio.gather(*map(tell, files)))
    finally:
        await pool.close()


async def _tale(pool: WorkerPool, file: Path) -> _Tale:
    tale, master = _Tale(file.name), await asyncio.to_thread(file.read_bytes)
    password = os.environ.get("WILD_PASSWORD")
    try:
        before = _alike.look(master, password)
    except Exception:  # noqa: BLE001 - whatever the judge's readers raise: there is nothing to compare with
        before = []
    tale.pages = len(before)
    after = await _redacted(pool, tale, master, NOWHERE)
    if after is not None and before:
        pairs = enumerate(zip(before, after, strict=False), 1)
        tale.differs = {number: what for number, (one, other) in pairs if (what := one.differs(other))}
        if len(before) != len(after):
            tale.differs[0] = ["pages"]
    term = _alike.term_of(before)
    marked = await _redacted(pool, tale, master, term) if term else None
    if marked is not None and term:
        had, has = _alike.words(before), _alike.words(marked)
        gone = _alike.lost(had, has, term)
        tale.words, tale.lost = had.total(), gone - _alike.unseen(before)
        tale.unseen = (gone - tale.lost).total()
        tale.stays = sum(n for word, n in has.items() if term in word)
    return tale


async def _redacted(pool: WorkerPool, tale: _Tale, master: bytes, term: str) -> list[_alike.Seen] | None:
    order = RedactionOrder(hide=frozenset(), terms=(PrivateText(term),), terms_only=True, plain=True)
    try:
        return _alike.look((await pool.redact(master, order)).data)
    except RedactionRefused as refusal:
        tale.refused.append(f"{refusal.code}:{refusal.page}:{refusal.channel}")
        return None
