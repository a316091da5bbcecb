"""Word lists of an archive or a case: 100,000 entries that are always hidden, or never, without slowing a page.

A list is a text file, one entry a line. Trying every entry against every page would take seconds, so that entries are
indexed once by the beginnings of their words, and a document is walked once: what stays are the few entries whose words
all begin somewhere in it. Those alone become terms of the order (`RedactionOrder.terms`, `keeps`), and all that is true
of terms is true of them: forms, orders of reading, look-alikes, the check. Input is an operator's file, which may be
wrong or exchanged; limits are below, and any fault refuses.

Limit: on pages read by OCR an entry is tried where its longest word is spelled well or one letter away from it; terms
of the order itself may be further away (`misread`).
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np

from qupia_redaction.errors import RedactionRefused, RefusalCode
from qupia_redaction.model import (
    Category,
    Detail,
    ListKind,
    PageText,
    PrivateText,
    RedactionOrder,
    WordList,
)
from qupia_redaction.terms.fold import fold
from qupia_redaction.terms.forms import LONGEST_ENDING, base, words_of
from qupia_redaction.terms.search import Layout, folded_texts, whole_places

MAX_BYTES = 64 << 20
MAX_ENTRIES = 500_000
LONGEST = 80
"""Letters and digits of one entry."""

_LONGEST_KEY = 8
_MISREAD_FROM, _LONGEST_MISREAD = 5, 24
"""Letters of a word that OCR may have misread; shorter ones are one letter away from too many."""
_CHANGING = 2
"""Letters at the end of a word that its other forms may lack; see `forms`."""
_ONE_LETTER = str.maketrans({"u": "и", "х": "н"})
"""Letters in which the forms of one word may differ (`forms`), made one: here and in texts alike."""
_NEVER_KEPT = frozenset({Category.TERM, Category.IIN, Category.CARD, Category.IBAN, Category.CODE, Category.IMAGE})


class WordListFault(ValueError):
    """A word list cannot be used. The message names the line and what is wrong with it, never its words.

    Attributes:
        line: counted from 1; 0 for the whole file.
    """

    def __init__(self, what: str, line: int = 0) -> None:
        super().__init__(f"line {line}: {what}" if line else what)
        self.line = line


def parse(data: bytes) -> tuple[str, ...]:
    """Return the entries of a list, each once, in order.

    Args:
        data: UTF-8, one entry a line; blank lines and lines that begin with `#` are notes.

    Raises:
        WordListFault: not UTF-8, too large, or an entry without a letter or digit, or with more than `LONGEST`.
    """
    if len(data) > MAX_BYTES:
        raise WordListFault(f"larger than {MAX_BYTES} bytes")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise WordListFault("not UTF-8", data[: error.start].count(b"\n") + 1) from None
    entries: dict[str, None] = {}
    for number, line in enumerate(text.split("\n"), 1):
        entry = line.strip()
        if not entry or entry.startswith("#"):
            continue
        letters = sum(map(str.isalnum, entry))
        if not words_of(entry):
            raise WordListFault("an entry needs a letter or a digit", number)
        if letters > LONGEST:
            raise WordListFault(f"an entry has at most {LONGEST} letters and digits", number)
        entries[entry] = None
    if len(entries) > MAX_ENTRIES:
        raise WordListFault(f"more than {MAX_ENTRIES} entries")
    return tuple(entries)


def word_list(kind: ListKind, path: Path) -> WordList:
    """Return a list by its file, read and found good.

    Raises:
        WordListFault: it cannot be used.
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        data = file.read(MAX_BYTES + 1)
    parse(data)
    return WordList(kind, str(path.resolve()), hashlib.sha256(data).hexdigest())


class Index:
    """Entries by the beginnings of their words.

    Args:
        entries: as `parse` returns them.
    """

    def __init__(self, entries: Sequence[str]) -> None:
        self._entries = entries
        self._by_key: dict[str, list[int]] = {}
        self.letters = 0
        for number, entry in enumerate(entries):
            keys = _keys(entry)
            self._by_key.setdefault(max(keys, key=len), []).append(number)
            self.letters = max(self.letters, sum(map(str.isalnum, entry)))
        self._sizes = sorted({len(key) for key in self._by_key})
        self._near: _Near | None = None

    def among(self, texts: Iterable[str], misread: Iterable[str] = ()) -> tuple[PrivateText, ...]:
        """Return the entries that a document may hold, in the list's order: all that it holds, and a few more.

        Args:
            texts: all that can be read in it, folded.
            misread: folded words that were read by OCR.
        """
        found = set(self._one_letter_away(misread))
        for text in texts:
            plain = text.translate(_ONE_LETTER)
            beginnings = {plain[at : at + size] for size in self._sizes for at in range(len(plain) - size + 1)}
            for key in beginnings & self._by_key.keys():
                found.update(n for n in self._by_key[key] if n not in found and _together(self._entries[n], key, plain))
        return tuple(PrivateText(self._entries[number]) for number in sorted(found))

    def _one_letter_away(self, words: Iterable[str]) -> Iterator[int]:
        words = set(words)
        if words and self._near is None:
            self._near = _Near(self._entries)
        if words and self._near is not None:
            yield from self._near.to(words)


class _Near:
    """The longest words of entries, to be met by words that differ in one letter.

    Two words differ in one letter at most when one of them, or what is left of it without a letter, is the other, or
    what is left of that (the deletion neighbourhood of spelling correctors). Held as sorted numbers: 10 MB for 100,000.

    Args:
        entries: of a list.
    """

    def __init__(self, entries: Sequence[str]) -> None:
        marks, owners = array("q"), array("i")
        for number, entry in enumerate(entries):
            word = fold(max(words_of(entry), key=len))
            if len(word) >= _MISREAD_FROM:
                mine = _neighbours(word)
                marks.extend(mine)
                owners.extend([number] * len(mine))
        order = np.argsort(np.frombuffer(marks, dtype=np.int64), kind="stable")
        self._marks = np.frombuffer(marks, dtype=np.int64)[order]
        self._owners = np.frombuffer(owners, dtype=np.int32)[order]

    def to(self, words: Iterable[str]) -> set[int]:
        """Return the numbers of entries near to folded words, or to beginnings of them: endings may follow."""
        beginnings = {w[:size] for w in words for size in range(_MISREAD_FROM - 1, min(len(w), _LONGEST_MISREAD) + 1)}
        asked = np.unique(np.array([mark for one in beginnings for mark in _neighbours(one)], dtype=np.int64))
        first, last = (np.searchsorted(self._marks, asked, side) for side in ("left", "right"))
        return {int(n) for a, b in zip(first, last, strict=True) if a < b for n in self._owners[a:b]}


def _neighbours(word: str) -> list[int]:
    return list({hash(word), *(hash(word[:at] + word[at + 1 :]) for at in range(len(word)))})


def _together(entry: str, key: str, text: str) -> bool:
    """Tell whether the words of an entry begin as near to one of them as the words of one form do."""
    keys = _keys(entry)
    if len(keys) == 1:
        return True
    room = len(entry) + LONGEST_ENDING * len(keys)
    at = text.find(key)
    while at >= 0:
        near = text[max(0, at - room) : at + room]
        if all(other in near for other in keys):
            return True
        at = text.find(key, at + 1)
    return False


def _keys(entry: str) -> list[str]:
    """Return what each word of an entry begins with, in every form."""
    keys = []
    for word in words_of(entry):
        low = word.lower()
        stays = low[: max(len(low) - _CHANGING, _CHANGING)] if low.isalpha() and len(low) > _CHANGING else low
        keys.append(fold(stays)[:_LONGEST_KEY].translate(_ONE_LETTER))
    return keys


@lru_cache(maxsize=16)
def _index(listed: WordList) -> Index:
    """Return the index of a list; a worker keeps the last few.

    Raises:
        RedactionRefused: OBLIGATION_UNFULFILLABLE: the file is gone, faulty, or not what the order means.
    """
    try:
        with Path(listed.path).open("rb") as file:
            data = file.read(MAX_BYTES + 1)
        if hashlib.sha256(data).hexdigest() != listed.sha256:
            raise RedactionRefused(RefusalCode.OBLIGATION_UNFULFILLABLE)
        return Index(parse(data))
    except (OSError, WordListFault) as error:
        raise RedactionRefused(RefusalCode.OBLIGATION_UNFULFILLABLE) from error


def narrowed(order: RedactionOrder, pages: Sequence[PageText], layout: Layout, others: Sequence[str]) -> RedactionOrder:
    """Return an order with those entries of its lists as its own that the document may hold.

    Args:
        order: what is to be hidden.
        pages: texts of all pages.
        layout: what the reader knows of them.
        others: other texts that count, such as those of codes.

    Raises:
        RedactionRefused: OBLIGATION_UNFULFILLABLE: a list cannot be used as it is meant.
    """
    if not order.lists:
        return order
    indexes = [(one.kind, _index(one)) for one in order.lists]
    texts = [*folded_texts(pages, layout, max(index.letters for _, index in indexes)), *map(fold, others)]
    misread = _by_ocr(pages, layout)
    more: dict[ListKind, list[PrivateText]] = {ListKind.HIDE: [], ListKind.KEEP: []}
    for kind, index in indexes:
        more[kind] += index.among(texts, misread if kind is ListKind.HIDE else ())
    return replace(
        order,
        terms=tuple(dict.fromkeys((*order.terms, *more[ListKind.HIDE]))),
        keeps=tuple(dict.fromkeys((*order.keeps, *more[ListKind.KEEP]))),
    )


def _by_ocr(pages: Sequence[PageText], layout: Layout) -> set[str]:
    """Return the words that OCR read, folded."""
    texts = (page.text.reveal()[start:] for page, start in zip(pages, layout.ocr_from, strict=True))
    return {fold(word) for text in texts for word in text.split()}


def without_kept(pages: Sequence[PageText], details: Sequence[Detail], order: RedactionOrder) -> tuple[Detail, ...]:
    """Return details without those that stand whole inside a text that is to stay.

    A number of a person, a detail of a person concerned, and a word out of such a person's name never stay.
    """
    kept = kept_places(pages, order)
    texts = {page.number: page.text.reveal() for page in pages} if kept else {}
    return tuple(
        one
        for one in details
        if one.category in _NEVER_KEPT
        or one.person_id is not None
        or not stands_in(texts.get(one.page, ""), (one.start, one.end), kept.get(one.page, ()))
    )


def kept_places(pages: Sequence[PageText], order: RedactionOrder) -> dict[int, list[tuple[int, int]]]:
    """Return where an order's `keeps` stand, by page number, without those that name a person concerned."""
    names = {base(word) for person in order.persons for name in person.names for word in words_of(name.reveal())}
    keeps = [one for one in order.keeps if names.isdisjoint(map(base, words_of(one.reveal())))]
    kept: dict[int, list[tuple[int, int]]] = {}
    for index, start, end in whole_places(pages, keeps):
        kept.setdefault(pages[index].number, []).append((start, end))
    return kept


def stands_in(text: str, stretch: tuple[int, int], places: Iterable[tuple[int, int]]) -> bool:
    """Tell whether all letters and digits of a stretch of text stand in one of some places."""
    inside = [at for at in range(*stretch) if at < len(text) and text[at].isalnum()]
    return bool(inside) and any(start <= inside[0] and inside[-1] < end for start, end in places)
