"""Set lines of a picture again: what stays is moved as pixels, what is hidden becomes a mark of constant width.

The pixel twin of `typeset`. Pure arithmetic on boxes of words; `pixels` carries it out. A line, up to the next cell, is
wiped out as far as it could reach, and its kept words are put back one behind the other at even gaps, so that neither
a mark nor a gap tells a width, and no neighbour is lost. All of it happens on the page turned level, for a scan hardly
ever lies straight: the slope is that of lines which stay. What cannot be parted safely is left to `areas`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from qupia_redaction.layout.areas import slanting
from qupia_redaction.layout.picture_words import (
    JITTER,
    Word,
    bounds,
    cells_of,
    em_of,
    extent_of,
    gap_of,
    hidden,
    is_level,
    joined,
    lines_of,
    merged,
    once,
    rows_of,
    with_doubts,
    words_of,
)
from qupia_redaction.layout.placing import Extent, Places
from qupia_redaction.model import Box, Category, Mark, PageText, TextSource
from qupia_redaction.page.askew import Band, Tilt, own_slope, slope, tells_slope
from qupia_redaction.page.ruled import Rules
from qupia_redaction.plan.planning import Span

_NARROW_EM = 0.35
_PAD_EM, _HIGH_EM = 0.14, 0.2
_INSET_EM, _LEAST_SHARE = 0.4, 0.4

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


def reflow(page: PageText, spans: Sequence[Span], measure: Measure, believed: int, rules: Sequence[Box] = ()) -> Reflow:
    """Return how the lines with hidden text are set again.

    Args:
        page: text and boxes.
        spans: what is hidden.
        measure: widths of marks.
        believed: text after this offset is other readings of what may stand before it already.
        rules: what runs down the page between the cells of its tables.
    """
    whole = Reflow(boxes=page.boxes)
    if not spans:
        return whole
    words = _with_slanting(page, spans, list(words_of(page)))
    set_spans: set[Span] = set()
    failed: list[Span] = []
    for turn in range(4):
        mine = [word for word in words if word.turn == turn]
        if any(word.under(span) for word in mine for span in spans):
            tilt = _tilt(page, mine, spans) if turn == 0 else Tilt()
            turned = [replace(word, box=tilt.level(_turned(word.box, page, turn))) for word in mine]
            level = _leveled(_turned_page(page, turn), tilt)
            source = _Source(turned, believed, Rules.level(rules, tilt) if turn == 0 else Rules())
            part, done = _reflow(level, spans, measure, source)
            whole = _joined_with(whole, part, level, _Way(turn, tilt))
            set_spans |= done
            failed += part.left
    failed += [span for span in spans if span not in set_spans]
    return replace(whole, left=tuple(dict.fromkeys(failed)))


def _with_slanting(page: PageText, spans: Sequence[Span], words: Sequence[Word]) -> list[Word]:
    """Return the words; those of a hidden text that slants in no direction, though a short one may look level."""
    awry = [
        span
        for span in spans
        if any(word.turn < 0 and word.under(span) for word in words)
        or slanting([box for box in page.boxes[span.start : span.end] if box is not None])
    ]
    return [replace(w, turn=-1) if any(w.under(span) for span in awry) else w for w in words]


@dataclass(frozen=True, slots=True)
class _Source:
    """What stands on a page turned level: words, those behind an offset being doubts, and rules."""

    words: Sequence[Word]
    believed: int
    rules: Rules

    def lines(self, page: PageText) -> list[list[Word]]:
        """Return the words by lines, doubts with the words that they read again."""
        sure = [w for w in self.words if w.end <= self.believed]
        lines = lines_of(page, sure)
        if page.source is TextSource.GLYPHS:  # drawn words and letters were read apart
            lines = rows_of(once(lines))
        return with_doubts(lines, [w for w in self.words if w.end > self.believed])


def _reflow(page: PageText, spans: Sequence[Span], measure: Measure, source: _Source) -> tuple[_Set, set[Span]]:
    """Set the level lines of a page again; return with it the spans that were seen."""
    lines, rules = source.lines(page), source.rules
    em = em_of([w for line in lines for w in line if not any(w.under(span) for span in spans)])
    cells = [list(cells_of(line, em, rules)) for line in lines]
    extents = [[extent_of(cell) for cell in line] for line in cells]
    rows = [
        row
        for index, line in enumerate(cells)
        for row in joined(line, [e for at, other in enumerate(extents) if at != index for e in other], rules)
    ]
    hit = [row for row in rows if any(word.under(span) for word in row for span in spans)]
    whole = [row for row in rows if row not in hit]
    places = Places(page.width, [extent_of(row) for row in whole], JITTER)
    work = _Work(page, places, em, gap_of(whole, em), measure, list(page.boxes), rules)
    left: list[Span] = []
    seen: set[Span] = set()
    for row in hit:
        mine = [span for span in spans if any(word.under(span) for word in row)]
        seen |= set(mine)
        if is_level(row) and not _runs_otherwise(row, mine):
            work.set([hidden(word, mine) for word in row])
        else:
            left += mine
    stay = [word for row in whole for word in row]
    moves = [*_left_in_place(stay, work.wiped, [w for row in hit for w in row]), *work.moves]
    return _Set(work.wiped, moves, work.marks, work.boxes, left), seen


def _runs_otherwise(row: Sequence[Word], spans: Sequence[Span]) -> bool:
    """Tell whether a row of the level page slants, as a stamp does: by words that stay, or by all."""
    kept = [word.box for word in row if not any(word.under(span) for span in spans)]
    return own_slope(kept) != 0 or own_slope([word.box for word in row]) != 0


def _left_in_place(stay: Sequence[Word], wiped: Sequence[Box], gone: Sequence[Word]) -> list[tuple[Box, Box]]:
    """Return the kept words of other lines of which something is wiped, put back where they stand.

    Those that lie on words of the lines that are set again are not: they would bring a part of these back.
    """
    cut = [word.box for word in stay if any(_meets(word.box, area) for area in wiped)]
    return [(box, box) for box in cut if not any(_meets(box, _grown(word.box)) for word in gone)]


def _meets(one: Box, other: Box) -> bool:
    return one.x0 < other.x1 and other.x0 < one.x1 and one.y0 < other.y1 and other.y0 < one.y1


def _grown(box: Box) -> Box:
    """Return a box with room for what reaches out of it: of a letter, a quarter of its height."""
    by = (box.y1 - box.y0) / 4
    return Box(box.x0 - by, box.y0 - by, box.x1 + by, box.y1 + by)


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


def _tilt(page: PageText, words: Sequence[Word], spans: Sequence[Span]) -> Tilt:
    """Return how the page lies, by the words that stay: of whole lines, for words beside a name stand where it ends.

    Where too few lines stay whole, words beside hidden ones tell the slope too: to one step of it, more or less.
    """
    text = page.text.reveal()
    kept = [[w for w in line if not any(w.under(span) for span in spans)] for line in lines_of(page, words)]
    whole = [line for line, all_of in zip(kept, lines_of(page, words), strict=True) if len(line) == len(all_of)]
    shown = [[[(text[w.start : w.end], w.box) for w in line] for line in lines] for lines in (whole, kept)]
    return Tilt(slope(shown[0] if tells_slope(shown[0]) else shown[1]))


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


@dataclass(slots=True)
class _Work:
    """Sets one row after the other.

    Attributes:
        em: size of the letters that stay.
        gap: between the words of a line that is set again, where it has room for it.
    """

    page: PageText
    places: Places
    em: float
    gap: float
    measure: Measure
    boxes: list[Box | None]
    rules: Rules
    wiped: list[Box] = field(default_factory=list)
    moves: list[tuple[Box, Box]] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    passage: bool = False

    def set(self, row: Sequence[Word]) -> None:
        """Set a row again."""
        parts = list(merged(row))
        passage = all(w.span is not None and w.span.category is Category.PASSAGE for w in parts)
        silent, self.passage = self.passage and passage, passage
        mine = extent_of(row)
        cell = self._cell(row, mine)
        room = cell[1] if cell else self.places.room(mine, self.em)
        parts, widths, gap = self._fitted(parts, mine, cell, room)
        whole = sum(widths) + gap * (len(parts) - 1)
        x = self._start(mine, cell, whole)
        self.wiped.append(self._line(row, min(x, mine.left), max(room, mine.right, x + whole)))
        for at, (word, width) in enumerate(zip(parts, widths, strict=True)):
            if word.span is None:
                self._move(word, x, _own_sides(parts, at, _PAD_EM * self.em))
            else:
                self._mark(word, word.span, None if silent else self._mark_box(row, x, width))
            x += width + gap

    def _cell(self, row: Sequence[Word], mine: Extent) -> tuple[float, float] | None:
        """Return where a line begins and ends in its ruled cell; None when words that stay begin the cell."""
        sides = bounds(row, self.rules)
        if sides is None or any(sides[0] < e.right <= mine.left for e in self.places.row(mine.baseline, self.em)):
            return None
        return round(sides[0] + _INSET_EM * self.em, 1), sides[1] - _PAD_EM * self.em

    def _fitted(
        self, parts: Sequence[Word], mine: Extent, cell: tuple[float, float] | None, room: float
    ) -> tuple[list[Word], list[float], float]:
        """Return words and marks, their widths and the gap between them, so that they end before a place if they can.

        Words of the next cell stay readable: codes alone are narrower than labels, then gaps close up, then marks.
        """
        brief = [replace(w, span=w.span and w.span.briefly()) for w in parts]
        narrow, between = min(self.gap, _NARROW_EM * self.em), len(parts) - 1
        for tried, gap in ((parts, self.gap), (brief, self.gap), (brief, narrow)):
            widths = self._widths(tried)
            whole = sum(widths) + gap * between
            if self._start(mine, cell, whole) + whole <= room:
                return list(tried), widths, gap
        widths = self._widths(brief)
        left = room - self._start(mine, cell, sum(widths) + narrow * between) - narrow * between
        return brief, self._squeezed(brief, widths, left), narrow

    def _widths(self, parts: Sequence[Word]) -> list[float]:
        return [w.box.x1 - w.box.x0 if w.span is None else round(self.measure(w.span, self.em), 1) for w in parts]

    def _start(self, mine: Extent, cell: tuple[float, float] | None, width: float) -> float:
        """Return where a row of a width begins."""
        return cell[0] if cell is not None else round(self.places.start(mine, self.em, width), 1)

    def _squeezed(self, parts: Sequence[Word], widths: Sequence[float], room: float) -> list[float]:
        """Make marks narrower than their codes where a cell has no room for them: they stay blank."""
        kept = sum(width for word, width in zip(parts, widths, strict=True) if word.span is None)
        marks = sum(widths) - kept
        share = min(max((room - kept) / marks, _LEAST_SHARE), 1.0) if marks else 1.0
        return [width if w.span is None else round(share * width, 1) for w, width in zip(parts, widths, strict=True)]

    def _line(self, row: Sequence[Word], left: float, right: float) -> Box:
        """Return what is wiped: the height of the line and a little more."""
        pad = _PAD_EM * self.em
        top, bottom = min(w.box.y0 for w in row) - pad, max(w.box.y1 for w in row) + pad
        return Box(
            max(left - pad, 0.0), max(top, 0.0), min(right + pad, self.page.width), min(bottom, self.page.height)
        )

    def _mark_box(self, row: Sequence[Word], x: float, width: float) -> Box:
        """Return a mark as high as all marks of the page, its middle on the line to a quarter of an em."""
        boxes = [w.box for w in row if w.span is None] or [w.box for w in row]
        step = self.em / 4
        middle = round(sum(b.y0 + b.y1 for b in boxes) / (2 * len(boxes)) / step) * step
        return Box(x, max(middle - 0.6 * self.em, 0.0), x + width, min(middle + 0.6 * self.em, self.page.height))

    def _mark(self, word: Word, span: Span, box: Box | None) -> None:
        if box is not None:
            self.marks.append(Mark(self.page.number, box, span.category, span.label, span.method))
        for index in word.places:
            if self.boxes[index] is not None:
                self.boxes[index] = box

    def _move(self, word: Word, x: float, sides: tuple[float, float]) -> None:
        step = x - word.box.x0
        top = max(word.box.y0 - _HIGH_EM * self.em, 0.0)
        crop = Box(max(sides[0], 0.0), top, sides[1], word.box.y1 + _PAD_EM * self.em)
        self.moves.append((crop, replace(crop, x0=crop.x0 + step, x1=crop.x1 + step)))
        for index in word.places:
            box = self.boxes[index]
            if box is not None:
                self.boxes[index] = replace(box, x0=box.x0 + step, x1=box.x1 + step)


def _own_sides(parts: Sequence[Word], at: int, pad: float) -> tuple[float, float]:
    """Return how far the pixels of a word of a row go: a little beyond its box, at most half the way to its neighbours.

    A sliver of a neighbour would tell where that stood, or be one of a hidden name.
    """
    box = parts[at].box
    before = [_parting(word, word.box.x1, box.x0, max) for word in parts[:at][-1:]]
    behind = [_parting(word, word.box.x0, box.x1, min) for word in parts[at + 1 :][:1]]
    return max([box.x0 - pad, *before]), min([box.x1 + pad, *behind])


def _parting(other: Word, its: float, mine: float, inner: Callable[[float, float], float]) -> float:
    """Return where a word and its neighbour part; where they overlap, a hidden one gives nothing away."""
    if inner(its, mine) == mine:
        return (its + mine) / 2
    return mine if other.span is None else its
