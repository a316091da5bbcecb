"""Other reading orders of a document: a text that is broken between cells, columns, stacked letters or pages.

The page's own order goes row by row. Here each stretch of a line is continued by what may continue it: the next one
below in its column, its neighbour to the right, the head of another column, the head of the next page. Pure; every
thread is as long as the longest term, and the number of threads grows with the number of stretches.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from qupia_redaction.model import Box, PageText
from qupia_redaction.terms_fold import Piece

Cut = tuple[int, int]
"""Start and end of a stretch of a line in its page's text."""

_CELL_GAP = 1.0
_BELOW = 3.0
_ENDS = 6
_MOST_PARTS = 64


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a line that reads on its own: a cell, a column's line, a whole line."""

    piece: Piece
    box: Box

    @property
    def high(self) -> float:
        """Height of its letters, points."""
        return max(self.box.y1 - self.box.y0, 1.0)


def threads(pages: Sequence[PageText], cuts: Sequence[Sequence[Cut]], letters: int) -> Iterator[tuple[Piece, ...]]:
    """Yield pieces of text in orders other than the page's own.

    Args:
        pages: texts of all pages, in order.
        cuts: the stretches of each page as the reader told them apart; the rest is told apart by gaps.
        letters: how many characters of context a term needs at most.
    """
    before: list[Stretch] = []
    cutter = _Cutter(pages, letters)
    for index, page in enumerate(pages):
        stretches = _stretches(index, page, cuts[index])
        below, right = _below(stretches), _right(stretches)
        for at in range(len(stretches)):
            yield from _from(at, stretches, below, cutter)
            if at in right:
                yield cutter.tail(stretches[at]), cutter.head(stretches[right[at]])
        ends, heads = _ends(stretches, below), _heads(stretches, below)
        yield from _pairs(ends, heads, cutter)
        yield from _pairs(before, _uppermost(stretches), cutter)
        before = _lowest(stretches) or before


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


def _from(at: int, stretches: Sequence[Stretch], below: dict[int, int], cutter: _Cutter) -> Iterator[tuple[Piece, ...]]:
    """Yield the thread that leads downwards from a stretch, as far as a term can reach."""
    if at not in below:
        return
    parts = [cutter.tail(stretches[at])]
    room, seen = cutter.letters, {at}
    while room > 0 and at in below and len(parts) < _MOST_PARTS:
        at = below[at]
        if at in seen:
            break
        seen.add(at)
        parts.append(cutter.head(stretches[at]))
        room -= stretches[at].piece.end - stretches[at].piece.start
    yield tuple(parts)


def _pairs(ends: Sequence[Stretch], heads: Sequence[Stretch], cutter: _Cutter) -> Iterator[tuple[Piece, ...]]:
    for end in ends:
        for head in heads:
            if end is not head:
                yield cutter.tail(end), cutter.head(head)


def _ends(stretches: Sequence[Stretch], below: dict[int, int]) -> list[Stretch]:
    """Return the stretches under which a column ends, the lowest ones."""
    return _lowest([stretch for at, stretch in enumerate(stretches) if at not in below])


def _heads(stretches: Sequence[Stretch], below: dict[int, int]) -> list[Stretch]:
    """Return the stretches with which a column begins, the uppermost ones."""
    followers = set(below.values())
    return _uppermost([stretch for at, stretch in enumerate(stretches) if at not in followers])


def _lowest(stretches: Sequence[Stretch]) -> list[Stretch]:
    return sorted(stretches, key=lambda stretch: -stretch.box.y1)[:_ENDS]


def _uppermost(stretches: Sequence[Stretch]) -> list[Stretch]:
    return sorted(stretches, key=lambda stretch: stretch.box.y0)[:_ENDS]
