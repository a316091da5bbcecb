"""Set lines of a picture again: what stays is moved as pixels, what is hidden becomes a mark of constant width.

The pixel twin of `typeset`. Pure arithmetic on boxes of words; `pixels` carries it out. A line, up to the next cell, is
wiped out as far as it could reach, and its kept words are put back one behind the other at even gaps, so that neither
a mark nor a gap tells a width, and no neighbour is lost. All of it happens on the page turned level, for a scan hardly
ever lies straight: the slope is that of lines which stay. What cannot be parted safely is left to `areas`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from qupia_redaction.askew import Band, Tilt, slope
from qupia_redaction.model import Box, Category, Mark, PageText
from qupia_redaction.placing import Extent, Places
from qupia_redaction.plan import Span

_WORD = re.compile(r"\S+")
_CELL_EM = 2.0
_GAP_EM = 0.35
_PAD_EM, _HIGH_EM = 0.14, 0.2
_SLANT = 0.6
_SAME_LINE = 0.4
_JITTER = 1.6
_MIN_EM, _USUAL_EM = 5.0, 12.0

Measure = Callable[[Span, float], float]
"""Width of the mark of a span at a height, points; the hidden text has no part in it."""


@dataclass(frozen=True, slots=True)
class Move:
    """Pixels that are put elsewhere: a band of the page as it was, and where it goes."""

    band: Band
    to: Band


@dataclass(frozen=True, slots=True)
class Reflow:
    """What happens to a page's picture.

    Attributes:
        wiped: areas that become paper.
        moves: kept words, put back after that.
        marks: drawn last.
        boxes: of the page's characters as they stand afterwards; a hidden one has its mark's.
        left: spans that could not be set again.
    """

    wiped: tuple[Band, ...] = ()
    moves: tuple[Move, ...] = ()
    marks: tuple[Mark, ...] = ()
    boxes: Sequence[Box | None] = ()
    left: tuple[Span, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class _Set:
    """What happens to lines of one direction, on the page turned level; fields as those of `Reflow`."""

    wiped: Sequence[Box]
    moves: Sequence[tuple[Box, Box]]
    marks: Sequence[Mark]
    boxes: Sequence[Box | None]
    left: Sequence[Span]


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of the page.

    Attributes:
        start, end: its characters.
        box: where it is.
        span: what hides it.
        also: characters of other readings of the same ink.
        turn: quarters by which the page is to be turned so that it stands level; -1 when it runs otherwise.
    """

    start: int
    end: int
    box: Box
    span: Span | None = None
    also: tuple[range, ...] = ()
    turn: int = 0

    @property
    def places(self) -> list[int]:
        """Offsets of all characters that stand for this ink."""
        return [index for part in (range(self.start, self.end), *self.also) for index in part]

    def under(self, span: Span) -> bool:
        """Tell whether a span hides a part of it, in any reading."""
        if span.start < self.end and span.end > self.start:
            return True
        return any(span.start < part.stop and span.end > part.start for part in self.also)


def reflow(page: PageText, spans: Sequence[Span], measure: Measure, believed: int) -> Reflow:
    """Return how the lines with hidden text are set again.

    Args:
        page: text and boxes.
        spans: what is hidden.
        measure: widths of marks.
        believed: text after this offset is other readings of what may stand before it already.
    """
    whole = Reflow(boxes=page.boxes)
    if not spans:
        return whole
    words = list(_words(page))
    set_spans: set[Span] = set()
    failed: list[Span] = []
    for turn in range(4):
        mine = [word for word in words if word.turn == turn]
        if any(word.under(span) for word in mine for span in spans):
            tilt = _tilt(page, mine, spans) if turn == 0 else Tilt()
            turned = [replace(word, box=tilt.level(_turned(word.box, page, turn))) for word in mine]
            level = _leveled(_turned_page(page, turn), tilt)
            part, done = _reflow(level, spans, measure, (turned, believed))
            whole = _joined_with(whole, part, level, _Way(turn, tilt))
            set_spans |= done
            failed += part.left
    failed += [span for span in spans if span not in set_spans]
    return replace(whole, left=tuple(dict.fromkeys(failed)))


def _reflow(
    page: PageText, spans: Sequence[Span], measure: Measure, source: tuple[list[_Word], int]
) -> tuple[_Set, set[Span]]:
    """Set the level lines of a page again; return with it the spans that were seen."""
    words, believed = source
    lines = _with_doubts(_lines(page, [w for w in words if w.end <= believed]), [w for w in words if w.end > believed])
    em = _em([w for line in lines for w in line if not any(w.under(span) for span in spans)])
    cells = [list(_cells(line, em)) for line in lines]
    extents = [[_extent(cell) for cell in line] for line in cells]
    rows = [
        row
        for index, line in enumerate(cells)
        for row in _joined(line, [e for at, other in enumerate(extents) if at != index for e in other])
    ]
    hit = [row for row in rows if any(word.under(span) for word in row for span in spans)]
    kept = [_extent(row) for row in rows if row not in hit]
    work = _Work(page, Places(page.width, kept, _JITTER), em, measure, list(page.boxes))
    left: list[Span] = []
    seen: set[Span] = set()
    for row in hit:
        mine = [span for span in spans if any(word.under(span) for word in row)]
        seen |= set(mine)
        if _level(row):
            work.set([_hidden(word, mine) for word in row])
        else:
            left += mine
    return _Set(work.wiped, work.moves, work.marks, work.boxes, left), seen


@dataclass(frozen=True, slots=True)
class _Way:
    """How the page was turned so that its lines became level.

    Attributes:
        turn: quarters.
        tilt: and what was left; only lines that run to the right are tilted.
    """

    turn: int
    tilt: Tilt

    def box(self, box: Box, level: PageText) -> Box:
        """Return a box on the page as it is."""
        return _turned(self.tilt.back(box), level, (4 - self.turn) % 4)

    def band(self, box: Box, level: PageText) -> Band:
        """Return an area along a line on the page as it is."""
        return self.tilt.band(box) if self.turn == 0 else Band(self.box(box, level))


def _joined_with(whole: Reflow, part: _Set, level: PageText, way: _Way) -> Reflow:
    """Add what was done to lines of one direction on the page turned level, turned back."""
    boxes = [
        old if new is was else None if new is None else way.box(new, level)
        for old, was, new in zip(whole.boxes, level.boxes, part.boxes, strict=True)
    ]
    moves = [Move(way.band(one, level), way.band(to, level)) for one, to in part.moves]
    return Reflow(
        (*whole.wiped, *(way.band(box, level) for box in part.wiped)),
        (*whole.moves, *moves),
        (*whole.marks, *(replace(mark, box=way.box(mark.box, level)) for mark in part.marks)),
        tuple(boxes),
    )


def _tilt(page: PageText, words: Sequence[_Word], spans: Sequence[Span]) -> Tilt:
    """Return how the page lies, by the words that stay."""
    text = page.text.reveal()
    kept = [[w for w in line if not any(w.under(span) for span in spans)] for line in _lines(page, words)]
    return Tilt(slope([(text[w.start : w.end], w.box) for w in line] for line in kept))


def _leveled(page: PageText, tilt: Tilt) -> PageText:
    if not tilt.slope:
        return page
    return replace(page, boxes=tuple(None if box is None else tilt.level(box) for box in page.boxes))


def _turned_page(page: PageText, turn: int) -> PageText:
    """Return a page turned so that lines of a direction become level."""
    if turn == 0:
        return page
    wide, high = (page.height, page.width) if turn % 2 else (page.width, page.height)
    boxes = tuple(None if box is None else _turned(box, page, turn) for box in page.boxes)
    return replace(page, boxes=boxes, width=wide, height=high)


def _turned(box: Box, page: PageText, turn: int) -> Box:
    """Turn a box with its page: by one quarter, text that ran downwards becomes level."""
    if turn == 1:
        return Box(box.y0, page.width - box.x1, box.y1, page.width - box.x0)
    if turn == 2:
        return Box(page.width - box.x1, page.height - box.y1, page.width - box.x0, page.height - box.y0)
    if turn == 3:
        return Box(page.height - box.y1, box.x0, page.height - box.y0, box.x1)
    return box


def _em(kept: Sequence[_Word]) -> float:
    """Return the size of the letters that stay, to half a point: heights of hidden ones tell which they are."""
    heights = sorted(w.box.y1 - w.box.y0 for w in kept)
    return max(round(2.6 * heights[len(heights) // 2]) / 2, _MIN_EM) if heights else _USUAL_EM


def _with_doubts(lines: list[list[_Word]], doubts: Sequence[_Word]) -> list[list[_Word]]:
    """Add other readings to the words that they read, and words that only they saw to their lines."""
    for doubt in doubts:
        found = False
        for line in lines:
            for index, word in enumerate(line):
                if _same_ink(word.box, doubt.box):
                    line[index] = replace(word, also=(*word.also, range(doubt.start, doubt.end)))
                    found = True
        if not found:
            line = next((one for one in lines if any(_beside(w.box, doubt.box) for w in one)), [])
            line.append(doubt)
            if len(line) == 1:
                lines.append(line)
    return lines


def _same_ink(one: Box, other: Box) -> bool:
    high = min(one.y1, other.y1) - max(one.y0, other.y0)
    if high <= 0:
        return False  # most words stand on other lines
    wide = min(one.x1, other.x1) - max(one.x0, other.x0)
    least = min((one.x1 - one.x0) * (one.y1 - one.y0), (other.x1 - other.x0) * (other.y1 - other.y0))
    return wide > 0 and wide * high > 0.25 * least


def _beside(one: Box, other: Box) -> bool:
    return min(one.y1, other.y1) - max(one.y0, other.y0) > 0.6 * min(one.y1 - one.y0, other.y1 - other.y0)


@dataclass(slots=True)
class _Work:
    """Sets one row after the other."""

    page: PageText
    places: Places
    em: float
    measure: Measure
    boxes: list[Box | None]
    wiped: list[Box] = field(default_factory=list)
    moves: list[tuple[Box, Box]] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    passage: bool = False

    def set(self, row: Sequence[_Word]) -> None:
        """Set a row again."""
        parts = list(_merged(row))
        passage = all(w.span is not None and w.span.category is Category.PASSAGE for w in parts)
        silent, self.passage = self.passage and passage, passage
        mine, gap = _extent(row), _GAP_EM * self.em
        widths, whole, x = self._widths(parts, mine)
        if x + whole > self.places.room(mine, self.em):
            # Words of the next cell stay readable: codes alone are narrower than labels.
            parts = [replace(w, span=w.span and w.span.briefly()) for w in parts]
            widths, whole, x = self._widths(parts, mine)
        self.wiped.append(
            self._line(row, min(x, mine.left), max(self.places.room(mine, self.em), mine.right, x + whole))
        )
        for word, width in zip(parts, widths, strict=True):
            if word.span is None:
                self._move(word, x)
            else:
                self._mark(word, word.span, None if silent else self._mark_box(row, x, width))
            x += width + gap

    def _widths(self, parts: Sequence[_Word], mine: Extent) -> tuple[list[float], float, float]:
        """Return the widths of words and marks, of all with gaps between them, and where the row begins."""
        widths = [w.box.x1 - w.box.x0 if w.span is None else round(self.measure(w.span, self.em), 1) for w in parts]
        whole = sum(widths) + _GAP_EM * self.em * (len(parts) - 1)
        return widths, whole, round(self.places.start(mine, self.em, whole), 1)

    def _line(self, row: Sequence[_Word], left: float, right: float) -> Box:
        """Return what is wiped: the height of the line and a little more."""
        pad = _PAD_EM * self.em
        top, bottom = min(w.box.y0 for w in row) - pad, max(w.box.y1 for w in row) + pad
        return Box(
            max(left - pad, 0.0), max(top, 0.0), min(right + pad, self.page.width), min(bottom, self.page.height)
        )

    def _mark_box(self, row: Sequence[_Word], x: float, width: float) -> Box:
        """Return a mark as high as all marks of the page, its middle on the line to a quarter of an em."""
        boxes = [w.box for w in row if w.span is None] or [w.box for w in row]
        step = self.em / 4
        middle = round(sum(b.y0 + b.y1 for b in boxes) / (2 * len(boxes)) / step) * step
        return Box(x, max(middle - 0.6 * self.em, 0.0), x + width, min(middle + 0.6 * self.em, self.page.height))

    def _mark(self, word: _Word, span: Span, box: Box | None) -> None:
        if box is not None:
            self.marks.append(Mark(self.page.number, box, span.category, span.label, span.method))
        for index in word.places:
            if self.boxes[index] is not None:
                self.boxes[index] = box

    def _move(self, word: _Word, x: float) -> None:
        pad, step = _PAD_EM * self.em, x - word.box.x0
        top = max(word.box.y0 - _HIGH_EM * self.em, 0.0)
        crop = Box(max(word.box.x0 - pad, 0.0), top, word.box.x1 + pad, word.box.y1 + pad)
        self.moves.append((crop, replace(crop, x0=crop.x0 + step, x1=crop.x1 + step)))
        for index in word.places:
            box = self.boxes[index]
            if box is not None:
                self.boxes[index] = replace(box, x0=box.x0 + step, x1=box.x1 + step)


def _words(page: PageText) -> Iterator[_Word]:
    for match in _WORD.finditer(page.text.reveal()):
        boxes = [box for box in page.boxes[match.start() : match.end()] if box is not None]
        if boxes:
            yield _Word(match.start(), match.end(), _around(boxes), turn=_turn(boxes))


def _turn(boxes: Sequence[Box]) -> int:
    """Tell in which direction letters follow each other; a single one is taken to stand level."""
    if len(boxes) == 1:
        return 0
    high, wide = max(b.y1 - b.y0 for b in boxes), max(b.x1 - b.x0 for b in boxes)
    across, down = (
        _steps([getattr(b, low) + getattr(b, top) for b in boxes]) for low, top in (("x0", "x1"), ("y0", "y1"))
    )
    if all(step >= 0 for step in across) and abs(sum(down)) < _SLANT * high:
        return 0
    if all(step <= 0 for step in across) and abs(sum(down)) < _SLANT * high:
        return 2
    if all(step >= 0 for step in down) and abs(sum(across)) < _SLANT * wide:
        return 1
    if all(step <= 0 for step in down) and abs(sum(across)) < _SLANT * wide:
        return 3
    return -1


def _steps(sums: Sequence[float]) -> list[float]:
    return [(other - one) / 2 for one, other in pairwise(sums)]


def _around(boxes: Sequence[Box]) -> Box:
    return Box(min(b.x0 for b in boxes), min(b.y0 for b in boxes), max(b.x1 for b in boxes), max(b.y1 for b in boxes))


def _lines(page: PageText, words: Sequence[_Word]) -> list[list[_Word]]:
    """Group words by the page's lines."""
    text = page.text.reveal()
    lines: list[list[_Word]] = []
    for word in words:
        if lines and "\n" not in text[lines[-1][-1].end : word.start]:
            lines[-1].append(word)
        else:
            lines.append([word])
    return lines


def _cells(line: Sequence[_Word], em: float) -> Iterator[list[_Word]]:
    """Part a line where gaps are wide."""
    cell: list[_Word] = []
    for word in sorted(line, key=lambda w: w.box.x0):
        if cell and word.box.x0 - cell[-1].box.x1 > _CELL_EM * em:
            yield cell
            cell = []
        cell.append(word)
    yield cell


def _joined(cells: Sequence[list[_Word]], others: Sequence[Extent]) -> list[list[_Word]]:
    """Join cells of a line that stand in no column: they stand where the text before them ends."""
    rows: list[list[_Word]] = []
    for cell in cells:
        mine = _extent(cell)
        shared = any(
            min(abs(mine.left - e.left), abs(mine.right - e.right), abs(mine.middle - e.middle)) < _JITTER
            for e in others
        )
        if rows and not shared:
            rows[-1] += cell
        else:
            rows.append(list(cell))
    return rows


def _hidden(word: _Word, spans: Sequence[Span]) -> _Word:
    """Return a word with what hides it, wholly even if a part stays: boxes of single letters are guesses."""
    return replace(word, span=next((span for span in spans if word.under(span)), None))


def _level(row: Sequence[_Word]) -> bool:
    """Tell whether words stand side by side on one line, none over another."""
    heights = [w.box.y1 - w.box.y0 for w in row]
    for one, other in pairwise(row):
        high = min(one.box.y1, other.box.y1) - max(one.box.y0, other.box.y0)
        if other.box.x0 < one.box.x1 - 0.3 * max(heights) or high < _SAME_LINE * min(heights[0], *heights):
            return False
    return all(w.box.x1 - w.box.x0 > 0.2 * (w.box.y1 - w.box.y0) or w.end - w.start == 1 for w in row)


def _merged(row: Sequence[_Word]) -> Iterator[_Word]:
    """Join the words that one span hides: they become one mark."""
    last: _Word | None = None
    for word in row:
        if last is not None and last.span is not None and word.span is last.span:
            also = (*last.also, range(word.start, word.end), *word.also)
            last = replace(last, also=also, box=_around([last.box, word.box]))
            continue
        if last is not None:
            yield last
        last = word
    if last is not None:
        yield last


def _extent(row: Sequence[_Word]) -> Extent:
    box = _around([w.box for w in row])
    middles = sorted((w.box.y0 + w.box.y1) / 2 for w in row)
    return Extent(box.x0, box.x1, middles[len(middles) // 2])
