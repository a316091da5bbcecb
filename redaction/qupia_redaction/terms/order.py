"""Other reading orders of a document: a text that is broken between cells, columns, stacked letters or pages.

The page's own order goes row by row. Here each stretch of a line is continued by what may continue it: the next one
below in its column, its neighbour to the right, the head of another column, the head of the next page. Pure; every
thread is as long as the longest term, and the number of threads grows with the number of stretches.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise

import numpy as np

from qupia_redaction.model import Box, PageText
from qupia_redaction.terms.fold import Piece

Cut = tuple[int, int]
"""Start and end of a stretch of a line in its page's text."""

Thread = tuple[Piece, ...]
"""Pieces that are read one after the other."""

_CELL_GAP = 1.0
_BELOW = 3.0
_ENDS = 6
_MOST_PARTS = 64
_BLANKS = 3
"""Between two letters that are drawn one after the other at most."""
_MOST_INITIALS = 200
_INITIAL = 1.5
"""A letter so much higher than its neighbour stands before several lines."""
_CRUMB, _RISE, _STEP, _STEP_BACK = 3, 1.0, 0.8, 0.4
_PILE, _ASIDE = (0.4, 2.5), 0.5
"""From the middle of a letter to that of the one below it, and how far beside, of its height."""
_SHORT_WORD = re.compile(r"(?<!\S)\S{1,3}(?!\S)")


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a line that reads on its own: a cell, a column's line, a whole line.

    Attributes:
        alone: it is a letter with blanks on both sides.
    """

    piece: Piece
    box: Box
    alone: bool = False

    @property
    def high(self) -> float:
        """Height of its letters, points."""
        return max(self.box.y1 - self.box.y0, 1.0)


def threads(pages: Sequence[PageText], cuts: Sequence[Sequence[Cut]], letters: int) -> Iterator[Thread]:
    """Yield pieces of text in orders other than the page's own.

    Args:
        pages: texts of all pages, in order.
        cuts: the stretches of each page as the reader told them apart; the rest is told apart by gaps.
        letters: how many characters of context a term needs at most.
    """
    before: list[Thread] = []
    cutter = _Cutter(pages, letters)
    for index, page in enumerate(pages):
        sheet = _Sheet(_stretches(index, page, cuts[index]), _crumbs(index, page), cutter)
        yield from sheet.columns()
        yield from sheet.rows()
        yield from sheet.climbs()
        yield from sheet.piles()
        yield from sheet.initials()
        yield from _pairs(sheet.ends(), sheet.heads())
        yield from _pairs(before, sheet.uppermost())
        before = sheet.lowest() or before


def _pairs(ends: Sequence[Thread], heads: Sequence[Thread]) -> Iterator[Thread]:
    return (end + head for end in ends for head in heads if end != head)


def as_drawn(index: int, page: PageText, order: Sequence[int]) -> Iterator[Piece]:
    """Yield the stretches of a page in the order in which their letters are drawn: round a stamp, or a large initial.

    Args:
        index: of the page.
        page: its text.
        order: offsets of its letters, in drawing order.
    """
    text = page.text.reveal()
    start = last = order[0]
    for at in order[1:]:
        if not (last < at <= last + _BLANKS and not text[last + 1 : at].strip()):
            piled = start == last and _lower(page.boxes[last], page.boxes[at])
            yield Piece(index, start, last + 1, " " if piled else "\n")
            start = at
        last = at
    yield Piece(index, start, last + 1)


class _Sheet:
    """The stretches of one page, and what may continue each of them."""

    def __init__(self, stretches: Sequence[Stretch], crumbs: Sequence[Stretch], cutter: _Cutter) -> None:
        self._all = stretches
        self._crumbs = crumbs
        self._cutter = cutter
        self._below = _below(stretches)
        self._above = {lower: upper for upper, lower in self._below.items()}

    def columns(self) -> Iterator[Thread]:
        """Yield from each stretch downwards, as far as a term can reach."""
        for at, stretch in enumerate(self._all):
            if at in self._below:
                yield self._cutter.tail(stretch), *self._along(self._below[at], self._below)

    def rows(self) -> Iterator[Thread]:
        """Yield each stretch with its neighbour to the right."""
        for at, right in _right(self._all).items():
            yield self._cutter.tail(self._all[at]), self._cutter.head(self._all[right])

    def climbs(self) -> Iterator[Thread]:
        """Yield letters that stand about alone and follow each other up and down: on a wave, a stair, a pile."""
        way = _steps(self._crumbs)
        for at in set(way) - set(way.values()):
            yield _followed(self._crumbs, at, way)
        for at in self._above if len(self._crumbs) > 1 else ():
            if at not in self._below and _is_crumb(self._all[at]):
                yield self._along(at, self._above)

    def piles(self) -> Iterator[Thread]:
        """Yield letters that stand alone one below the other, as spaced words: a short one is broken by no line ends.

        Whatever stands beside them: they may be the last letters of lines of text.
        """
        letters = [one for one in self._crumbs if one.alone]
        way = _piled(letters)
        for at in set(way) - set(way.values()):
            parts = [replace(piece, joint=" ") for piece in _followed(letters, at, way)]
            yield tuple(parts)
            yield tuple(reversed(parts))

    def initials(self) -> Iterator[Thread]:
        """Yield large letters with the line that begins to their right: the word that they begin."""
        heights = sorted(stretch.high for stretch in self._all)
        usual = heights[len(heights) // 2] if heights else 0.0
        large = (one for one in self._all if _is_crumb(one) and one.high > _INITIAL * usual)
        for initial in islice(large, _MOST_INITIALS):
            box, beside = initial.box, None
            for other in self._all:
                its = other.box
                near = -_STEP_BACK * initial.high <= its.x0 - box.x1 <= _STEP * initial.high
                level = box.y0 - other.high < its.y0 < box.y1 and initial.high > _INITIAL * other.high
                if near and level and (beside is None or its.y0 < beside.box.y0):
                    beside = other
            if beside is not None:
                yield initial.piece, self._cutter.head(beside)

    def ends(self) -> list[Thread]:
        """Return the ends of columns, read from above."""
        return self._upto(at for at in self._lowest() if at not in self._below)

    def heads(self) -> list[Thread]:
        """Return the heads of columns, read downwards."""
        return self._from(at for at in self._uppermost() if at not in self._above)

    def lowest(self) -> list[Thread]:
        """Return the ends of the lowest stretches, whatever stands below them."""
        return self._upto(self._lowest())

    def uppermost(self) -> list[Thread]:
        """Return the heads of the uppermost stretches."""
        return self._from(self._uppermost())

    def _upto(self, places: Iterable[int]) -> list[Thread]:
        return [self._along(at, self._above)[::-1] for at in islice(places, _ENDS)]

    def _from(self, places: Iterable[int]) -> list[Thread]:
        return [self._along(at, self._below) for at in islice(places, _ENDS)]

    def _lowest(self) -> list[int]:
        return sorted(range(len(self._all)), key=lambda at: -self._all[at].box.y1)

    def _uppermost(self) -> list[int]:
        return sorted(range(len(self._all)), key=lambda at: self._all[at].box.y0)

    def _along(self, at: int, way: Mapping[int, int]) -> Thread:
        """Return the stretches from one on, up or down, as far as a term can reach."""
        cut = self._cutter.tail if way is self._above else self._cutter.head
        parts, room, seen = [cut(self._all[at])], self._cutter.letters, {at}
        while at in way and way[at] not in seen and len(parts) < _MOST_PARTS:
            room -= self._all[at].piece.end - self._all[at].piece.start
            if room <= 0:
                break
            at = way[at]
            seen.add(at)
            parts.append(cut(self._all[at]))
        return tuple(parts)


class _Cutter:
    """Cuts stretches down to what a term can reach, between words only: a cut must not look like a word's end."""

    def __init__(self, pages: Sequence[PageText], letters: int) -> None:
        self._texts = [page.text.reveal() for page in pages]
        self.letters = letters

    def tail(self, stretch: Stretch) -> Piece:
        """Return the end of a stretch."""
        piece, text = stretch.piece, self._texts[stretch.piece.page]
        start = max(piece.start, piece.end - self.letters)
        while start > piece.start and not text[start].isspace():
            start -= 1
        return Piece(piece.page, start, piece.end)

    def head(self, stretch: Stretch) -> Piece:
        """Return the beginning of a stretch."""
        piece, text = stretch.piece, self._texts[stretch.piece.page]
        end = min(piece.end, piece.start + self.letters)
        while end < piece.end and not text[end].isspace():
            end += 1
        return Piece(piece.page, piece.start, end)


def _stretches(index: int, page: PageText, cuts: Sequence[Cut]) -> list[Stretch]:
    found = []
    told = max((end for _, end in cuts), default=0)
    finer = [cut for start, end in (*cuts, (told, len(page.text))) for cut in _by_gaps(page, start, end)]
    for start, end in finer:
        boxes = [box for box in page.boxes[start:end] if box is not None]
        if boxes:
            box = Box(
                min(b.x0 for b in boxes), min(b.y0 for b in boxes), max(b.x1 for b in boxes), max(b.y1 for b in boxes)
            )
            found.append(Stretch(Piece(index, start, end), box))
    return found


def _by_gaps(page: PageText, start: int, stop: int) -> Iterator[Cut]:
    """Cut at line ends and at gaps as wide as the letters are high."""
    text = page.text.reveal()
    last: Box | None = None
    for at in range(start, stop):
        box = page.boxes[at] if not text[at].isspace() else None
        wide = last and box and box.x0 - last.x1 > _CELL_GAP * (box.y1 - box.y0)
        if text[at] == "\n" or wide:
            if at > start:
                yield start, at
            start, last = at + (text[at] == "\n"), None
        last = box or last
    if stop > start:
        yield start, stop


def _below(stretches: Sequence[Stretch]) -> dict[int, int]:
    """Return for each stretch the one that continues it downwards: near, and over the same part of the line."""
    order = sorted(range(len(stretches)), key=lambda at: stretches[at].box.y0)
    tops = [stretches[at].box.y0 for at in order]
    found = {}
    for place, at in enumerate(order):
        mine = stretches[at]
        best: tuple[float, float] | None = None
        for later in range(place + 1, len(order)):
            if tops[later] > mine.box.y1 + _BELOW * mine.high:
                break
            other = stretches[order[later]]
            if not _under(mine, other):
                continue
            far = (round(other.box.y0 - mine.box.y0), abs(other.box.x0 - mine.box.x0))
            if best is None or far < best:
                best, found[at] = far, order[later]
    return found


def _under(mine: Stretch, other: Stretch) -> bool:
    """Tell whether another stretch lies below this one, in the same column."""
    a, b = mine.box, other.box
    lower = b.y0 > a.y0 + 0.5 * mine.high
    across = min(a.x1, b.x1) - max(a.x0, b.x0)
    return lower and (across > 0 or abs(a.x0 - b.x0) < 1.5 * mine.high)


def _is_crumb(stretch: Stretch) -> bool:
    return stretch.piece.end - stretch.piece.start <= _CRUMB


def _crumbs(index: int, page: PageText) -> list[Stretch]:
    """Return the letters of words of at most three letters, one by one."""
    words = _SHORT_WORD.finditer(page.text.reveal())
    places = ((at, page.boxes[at], len(word[0]) == 1) for word in words for at in range(*word.span()))
    return [Stretch(Piece(index, at, at + 1), box, alone) for at, box, alone in places if box is not None]


def _steps(crumbs: Sequence[Stretch]) -> dict[int, int]:
    """Return for each crumb the one that begins where it ends, a little higher or lower."""
    order = sorted(range(len(crumbs)), key=lambda at: crumbs[at].box.x0)
    starts = [crumbs[at].box.x0 for at in order]
    found: dict[int, int] = {}
    for at, mine in enumerate(crumbs):
        near: list[tuple[float, int]] = []
        low, high = mine.box.x1 - _STEP_BACK * mine.high, mine.box.x1 + _STEP * mine.high
        for other in islice(order, bisect_left(starts, low), bisect_right(starts, high)):
            its = crumbs[other]
            rise = abs(its.box.y0 + its.box.y1 - mine.box.y0 - mine.box.y1) / 2
            if other != at and its.box.x0 > mine.box.x0 and rise <= _RISE * max(mine.high, its.high):
                near.append((rise + abs(its.box.x0 - mine.box.x1), other))
        if near:
            found[at] = min(near)[1]
    return found


def _lower(one: Box | None, other: Box | None) -> bool:
    """Tell whether a letter stands just below another one."""
    if one is None or other is None:
        return False
    high = _letter_high(one)
    (x, y), (its, below) = _middle(one), _middle(other)
    return _PILE[0] * high < below - y < _PILE[1] * high and abs(its - x) < _ASIDE * high


def _piled(letters: Sequence[Stretch]) -> dict[int, int]:
    """Return for each letter the nearest one that stands below it."""
    middles = np.array([_middle(letter.box) for letter in letters], np.float64).reshape(-1, 2)
    order = np.argsort(middles[:, 1], kind="stable")
    across, downs = middles[order].T  # a page may have thousands of letters in a row
    found: dict[int, int] = {}
    for at, (x, y) in enumerate(middles.tolist()):
        high = _letter_high(letters[at].box)
        first, last = np.searchsorted(downs, y + _PILE[0] * high, "right"), np.searchsorted(downs, y + _PILE[1] * high)
        below = np.flatnonzero(np.abs(across[first:last] - x) < _ASIDE * high)
        if below.size:
            found[at] = int(order[first + below[0]])
    return found


def _letter_high(box: Box) -> float:
    return max(box.y1 - box.y0, 1.0)


def _middle(box: Box) -> tuple[float, float]:
    return (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2


def _followed(crumbs: Sequence[Stretch], at: int, way: Mapping[int, int]) -> Thread:
    parts, seen = [crumbs[at].piece], {at}
    while at in way and way[at] not in seen and len(parts) < _MOST_PARTS:
        at = way[at]
        seen.add(at)
        parts.append(crumbs[at].piece)
    return tuple(parts)


def _right(stretches: Sequence[Stretch]) -> dict[int, int]:
    """Return for each stretch its neighbour to the right on the same line."""
    rows: dict[int, list[int]] = defaultdict(list)
    for at, stretch in enumerate(stretches):
        rows[round(stretch.box.y0 / stretch.high)].append(at)
    found: dict[int, int] = {}
    for row in rows.values():
        row.sort(key=lambda at: stretches[at].box.x0)
        found.update(pairwise(row))
    return found
