"""What 100,000 listed words cost a page: the same document with and without a list, through the real worker pool."""

from __future__ import annotations

import asyncio
import random
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from qupia_redaction.model import ListKind
from qupia_redaction.terms.wordlists import word_list
from tests.bench import _pool, _ratio

DOCUMENT, WARM_UP, ENTRIES, LIMIT = "d-0013", "d-0002", 100_000, 1.15
_FIRST = "Ахмет Серік Жұман Қасым Бекмұрат Иван Петр Сидор Нұрлан Есен Тоқтар Дәурен Ермек Алтын Күміс".split()
_MIDDLE = ("", "ғали", "бай", "тай", "хан", "бек", "мұрат", "жан")
_LAST = ("ов", "ева", "енко", "ұлы", "қызы", "ский")


def run() -> Iterator[dict[str, Any]]:
    """Yield one line: CPU seconds with the list to those without; the list is read once, before."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "hide.txt"
        file.write_text("\n".join(_entries()), encoding="utf-8")
        listed = (word_list(ListKind.HIDE, file),)
        plain, with_list = (
            min(report.cpu_seconds for report in asyncio.run(_pool.reports([DOCUMENT] * 2, WARM_UP, lists)))
            for lists in ((), listed)
        )
    yield _ratio.at_most("word_lists_100000_cpu_to_none", with_list / plain, LIMIT, entries=ENTRIES)


def _entries() -> set[str]:
    chance = random.Random(7)  # the same entries each time
    names = [a + b + c for a in _FIRST for b in _MIDDLE for c in _LAST]
    found: set[str] = set()
    while len(found) < ENTRIES:
        found.add(f"{chance.choice(names)} {chance.choice(_FIRST)}{chance.choice(_MIDDLE)} {chance.randrange(9_999)}")
    return found
