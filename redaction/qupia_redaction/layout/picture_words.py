"""Words of a picture: which stand on one line, in one cell, and which read the same ink.

The first step of `reflow`, which sets them again. Pure arithmetic on boxes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from qupia_redaction.layout.placing import Extent
from qupia_redaction.model import Box, PageText
from qupia_redaction.page.ruled import Rules
from qupia_redaction.plan.planning import Span

_WORD = re.compile(r"\S+")
_CELL_EM = 2.0
_SLANT = 0.6
_SAME_LINE = 0.4
_TOUCH = 0.6
_MOST_OF_BOTH = 0.6
JITTER = 1.6
_MIN_EM, _USUAL_EM = 5.0, 12.0
_GAP_EM, _GAPS_EM, _FEW_GAPS = 0.45, (0.35, 0.9), 6


@dataclass(frozen=True, slots=True)
class Word:
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


def em_of(kept: Sequence[Word]) -> float:
    """Return the size of the letters that stay, to half a point: heights of hidden ones tell which they are."""
    heights = sorted(w.box.y1 - w.box.y0 for w in kept)
    return max(round(2.6 * heights[len(heights) // 2]) / 2, _MIN_EM) if heights else _USUAL_EM


def gap_of(kept: Sequence[Sequence[Word]], em: float) -> float:
    """Return how far words of a page stand apart: a typewriter sets them farther apart than print.

    Args:
        kept: lines in which nothing is hidden; a hidden word stretches or closes the gaps of its own line.
        em: size of their letters, points.
    """
    gaps = sorted(two.box.x0 - one.box.x1 for row in kept for one, two in pairwise(row))
    gaps = [gap for gap in gaps if 0 < gap < _CELL_EM * em]
    usual = gaps[len(gaps) // 2] if len(gaps) >= _FEW_GAPS else _GAP_EM * em
    return round(min(max(usual, _GAPS_EM[0] * em), _GAPS_EM[1] * em), 1)


def with_doubts(lines: list[list[Word]], doubts: Sequence[Word]) -> list[list[Word]]:
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


def once(lines: Sequence[list[Word]]) -> list[list[Word]]:
    """Join words that read the same ink on two lines: what glyphs say, and what was seen there otherwise."""
    kept: list[list[Word]] = []
    for line in lines:
        alone = [word for word in line if not _read_before(kept, word)]
        if alone:
            kept.append(alone)
    return kept


def _read_before(lines: Sequence[list[Word]], word: Word) -> bool:
    """Tell whether lines hold a word of this ink; this reading is added to it."""
    found = False
    for line in lines:
        for index, other in enumerate(line):
            if _shared(other.box, word.box) > _MOST_OF_BOTH * max(_size(other.box), _size(word.box)):
                line[index] = replace(other, also=(*other.also, range(word.start, word.end)))
                found = True
    return found


def _same_ink(one: Box, other: Box) -> bool:
    shared = _shared(one, other)
    return shared > 0 and shared > 0.25 * min(_size(one), _size(other))


def _shared(one: Box, other: Box) -> float:
    """Return the area in which boxes meet; most words stand on other lines."""
    high = min(one.y1, other.y1) - max(one.y0, other.y0)
    return high * max(min(one.x1, other.x1) - max(one.x0, other.x0), 0.0) if high > 0 else 0.0


def _size(box: Box) -> float:
    return (box.x1 - box.x0) * (box.y1 - box.y0)


def _beside(one: Box, other: Box) -> bool:
    return min(one.y1, other.y1) - max(one.y0, other.y0) > 0.6 * min(one.y1 - one.y0, other.y1 - other.y0)


def words_of(page: PageText) -> Iterator[Word]:
    """Yield the words of a page that have a place."""
    for match in _WORD.finditer(page.text.reveal()):
        boxes = [box for box in page.boxes[match.start() : match.end()] if box is not None]
        if boxes:
            yield Word(match.start(), match.end(), around(boxes), turn=_turn(boxes))


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


def around(boxes: Sequence[Box]) -> Box:
    """Return the least box that holds all."""
    return Box(min(b.x0 for b in boxes), min(b.y0 for b in boxes), max(b.x1 for b in boxes), max(b.y1 for b in boxes))


def lines_of(page: PageText, words: Sequence[Word]) -> list[list[Word]]:
    """Group words by the page's lines."""
    text = page.text.reveal()
    lines: list[list[Word]] = []
    for word in words:
        if lines and "\n" not in text[lines[-1][-1].end : word.start]:
            lines[-1].append(word)
        else:
            lines.append([word])
    return lines


def rows_of(lines: Sequence[list[Word]]) -> list[list[Word]]:
    """Join lines that stand beside each other on one level, and those that fill gaps of others."""
    rows: list[list[Word]] = []
    for line in lines:
        box = around([word.box for word in line])
        row = next(
            (row for row in rows if _beside(around([word.box for word in row]), box) and _apart(row, line)), None
        )
        if row is None:
            rows.append(list(line))
        else:
            row.extend(line)
            row.sort(key=lambda word: word.box.x0)
    return rows


def _apart(row: Sequence[Word], line: Sequence[Word]) -> bool:
    """Tell whether no word of a line stands over or below one of a row."""
    return all(one.box.x1 <= other.box.x0 or other.box.x1 <= one.box.x0 for one in row for other in line)


def cells_of(line: Sequence[Word], em: float, rules: Rules) -> Iterator[list[Word]]:
    """Part a line where gaps are wide, and where a rule runs through it."""
    whole = around([word.box for word in line])
    bars = rules.crossing(whole.y0, whole.y1)
    cell: list[Word] = []
    for word in sorted(line, key=lambda w: w.box.x0):
        if cell and (word.box.x0 - cell[-1].box.x1 > _CELL_EM * em or _between(bars, cell[-1].box, word.box)):
            yield cell
            cell = []
        cell.append(word)
    yield cell


def _between(bars: Sequence[float], one: Box, other: Box) -> bool:
    """Tell whether a rule stands between two boxes, or in the edge of one: it was read as a part of the word."""
    touch = _TOUCH * (other.y1 - other.y0)
    return any(one.x1 - touch < bar < other.x0 + touch and one.x0 < bar < other.x1 for bar in bars)


def bounds(row: Sequence[Word], rules: Rules) -> tuple[float, float] | None:
    """Return the rules left and right of the words of a cell; None when they stand in no ruled cell."""
    box = around([word.box for word in row])
    bars, touch = rules.crossing(box.y0, box.y1), _TOUCH * (box.y1 - box.y0)
    left = [bar for bar in bars if bar < box.x0 + touch]
    right = [bar for bar in bars if bar > max([box.x1 - touch, *left])]
    return (max(left), min(right)) if left and right else None


def joined(cells: Sequence[list[Word]], others: Sequence[Extent], rules: Rules) -> list[list[Word]]:
    """Join cells of a line that stand in no column: they stand where the text before them ends."""
    rows: list[list[Word]] = []
    for cell in cells:
        mine = extent_of(cell)
        shared = any(
            min(abs(mine.left - e.left), abs(mine.right - e.right), abs(mine.middle - e.middle)) < JITTER
            for e in others
        )
        box = around([word.box for word in cell])
        ruled = rows and _between(rules.crossing(box.y0, box.y1), around([w.box for w in rows[-1]]), box)
        if rows and not shared and not ruled:
            rows[-1] += cell
        else:
            rows.append(list(cell))
    return rows


def hidden(word: Word, spans: Sequence[Span]) -> Word:
    """Return a word with what hides it, wholly even if a part stays: boxes of single letters are guesses."""
    return replace(word, span=next((span for span in spans if word.under(span)), None))


def is_level(row: Sequence[Word]) -> bool:
    """Tell whether words stand side by side on one line, none over another."""
    heights = [w.box.y1 - w.box.y0 for w in row]
    for one, other in pairwise(row):
        high = min(one.box.y1, other.box.y1) - max(one.box.y0, other.box.y0)
        if other.box.x0 < one.box.x1 - 0.3 * max(heights) or high < _SAME_LINE * min(heights[0], *heights):
            return False
    return all(w.box.x1 - w.box.x0 > 0.2 * (w.box.y1 - w.box.y0) or w.end - w.start == 1 for w in row)


def merged(row: Sequence[Word]) -> Iterator[Word]:
    """Join the words that one span hides: they become one mark."""
    last: Word | None = None
    for word in row:
        if last is not None and last.span is not None and word.span is last.span:
            also = (*last.also, range(word.start, word.end), *word.also)
            last = replace(last, also=also, box=around([last.box, word.box]))
            continue
        if last is not None:
            yield last
        last = word
    if last is not None:
        yield last


def extent_of(row: Sequence[Word]) -> Extent:
    """Return where words of one line stand."""
    box = around([w.box for w in row])
    middles = sorted((w.box.y0 + w.box.y1) / 2 for w in row)
    return Extent(box.x0, box.x1, middles[len(middles) // 2])
