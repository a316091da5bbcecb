"""Put the words of a page back into the rows that a reader sees, whatever order they were read in.

OCR reads a form column by column, and a skewed scan breaks its rows. Boxes tell which words stand side by side: words
make cells (no wide gap inside), cells on one baseline make a row. Where a page has no boxes, each line is a row whose
cells stand between bars, tabs or wide gaps. Offsets are those of the folded text.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from statistics import fmean, median

from qupia_redaction.model import Box, PageText
from qupia_redaction.nlp.fold import Pages
from qupia_redaction.nlp.words import Line, Word

_GAP = 1.6  # heights between words that begin a new cell
_NARROW = 0.5  # heights between words of neighbouring columns, where other rows tell that a column begins or ends
_ALIGNED = 0.35  # heights by which what stands in one column differs
_LEAST_ROWS = 3  # whose cells begin or end at one place: a column
_SAME_ROW = 0.55  # heights between the middles of cells of one row
_LEAST_LETTER = 0.15  # of the height, the width of a letter or blank
_LONG = 8.0  # heights; shorter lines do not tell the skew
_MOST_SKEW = 0.12
_BARS = re.compile(r"\s*[|¦│┃]\s*|[ ]*\t\s*|[ ]{2,}")
_SLASHES = re.compile(r"\s+/\s+")
TYPED = 1.0
"""The height of a cell without boxes."""

_BAR_STEP = 100.0  # between cells that bars divide: their places in the line tell nothing

_PlacedLine = tuple[list[Word], list[Box]]


@dataclass(frozen=True, slots=True)
class Cell:
    """Words that stand together: `text[start:end]`, and where on the levelled page."""

    start: int
    end: int
    x0: float = 0.0
    x1: float = 0.0
    y: float = 0.0
    height: float = TYPED


@dataclass(frozen=True, slots=True)
class Row:
    """Cells on one baseline from left to right; `page` counts from 0."""

    page: int
    cells: tuple[Cell, ...]


class Rows:
    """The rows of a document from top to bottom.

    Args:
        text: the folded text.
        rows: in order.
    """

    def __init__(self, text: str, rows: Sequence[Row]) -> None:
        self.text = text
        self.rows = rows
        places = sorted((cell.start, number) for number, row in enumerate(rows) for cell in row.cells)
        self._starts = [start for start, _ in places]
        self._numbers = [number for _, number in places]

    def number(self, at: int) -> int | None:
        """Return the index of the row that holds an offset."""
        place = bisect_right(self._starts, at) - 1
        return self._numbers[place] if place >= 0 else None

    def around(self, start: int, end: int) -> tuple[str, str]:
        """Return what stands before and after a range in its row."""
        number = self.number(start)
        if number is None:
            return "", ""
        before = [self.text[c.start : min(c.end, start)] for c in self.rows[number].cells if c.start < start]
        cells = self.rows[number].cells
        here = next((n for n, c in enumerate(cells) if c.start <= start < c.end), None)
        if here is None:
            return "  ".join(before), ""
        left = [self.text[c.start : c.end] for c in cells[:here]] + [self.text[cells[here].start : start]]
        right = [self.text[min(end, cells[here].end) : cells[here].end]]
        right += [self.text[c.start : c.end] for c in cells[here + 1 :]]
        return "  ".join(left), "  ".join(right)

    def shown(self, row: Row) -> str:
        """Return the text of a row, cells two blanks apart."""
        return "  ".join(self.text[cell.start : cell.end] for cell in row.cells)


def find_rows(book: Pages, pages: Sequence[PageText], lines: Sequence[Line], words: Sequence[Word]) -> Rows:
    """Return the rows of all pages.

    Args:
        book: the folded text and its way back.
        pages: with boxes, or without.
        lines, words: of the folded text.
    """
    rows: list[Row] = []
    by_line = (list(group) for _, group in groupby(words, key=lambda w: w.line))
    boxed = any(any(page.boxes) for page in pages)
    placed = ((line, _places(book, pages, line) if boxed else _pages_of(book, line)) for line in by_line)
    for page, group in groupby(placed, key=lambda line: line[1][0][0]):  # places of words are kept for one page only
        typed = not any(pages[page].boxes)
        known: list[_PlacedLine] = []
        for line, places in group:
            boxes = [box for _, box in places if box is not None]
            if len(boxes) < len(line):
                number = line[0].line
                whole = lines[number]
                cut = _typed_cells(book.text, whole, 2.0 * number) if typed else (Cell(whole.start, whole.end),)
                rows.append(Row(page, cut))
            else:
                known.append((line, boxes))
        slope = _slope([boxes for _, boxes in known])
        rows += _rows(page, list(_in_columns(book.text, [list(_cells(book.text, *line)) for line in known], slope)))
    return Rows(book.text, sorted(rows, key=lambda r: (r.page, r.cells[0].y, r.cells[0].start)))


def _typed_cells(text: str, line: Line, y: float) -> tuple[Cell, ...]:
    """Cut a line without boxes at bars and wide gaps; letters stand for widths."""
    inside, at = text[line.start : line.end], 0
    cells: list[Cell] = []
    slashed = inside.count(" / ") > 1 and not _BARS.search(inside)
    barred = slashed or sum(inside.count(bar) for bar in "|¦│┃\t") > 1
    for match in [*(_SLASHES if slashed else _BARS).finditer(inside), None]:
        stop = match.start() if match else len(inside)
        if inside[at:stop].strip() or (barred and at):
            x0, x1 = (_BAR_STEP * len(cells), _BAR_STEP * len(cells) + 90) if barred else (at, stop)
            cells.append(Cell(line.start + at, line.start + stop, float(x0), float(x1), y))
        at = match.end() if match else stop
    return tuple(cells)


def _slope(lines: Sequence[Sequence[Box]]) -> float:
    """Return how much lines rise or fall along the page: the middle of what long lines show."""
    slopes = []
    for boxes in lines:
        wide = boxes[-1].x0 - boxes[0].x0
        if wide > _LONG * (boxes[0].y1 - boxes[0].y0):
            slopes.append((_middle(boxes[-1]) - _middle(boxes[0])) / wide)
    slope = median(slopes) if slopes else 0.0
    return slope if abs(slope) < _MOST_SKEW else 0.0


def _middle(box: Box) -> float:
    return (box.y0 + box.y1) / 2


def _places(book: Pages, pages: Sequence[PageText], line: Sequence[Word]) -> list[tuple[int, Box | None]]:
    """Return the page and the box of each word of a line."""
    return [_placed(book, pages, word) for word in line]


def _pages_of(book: Pages, line: Sequence[Word]) -> list[tuple[int, Box | None]]:
    """Return the page of a line of a text without any boxes, once a word."""
    parts = book.parts(line[0].start, line[0].end)
    return [(parts[0][0] if parts else 0, None)] * len(line)


def _placed(book: Pages, pages: Sequence[PageText], word: Word) -> tuple[int, Box | None]:
    """Return the page of a word and its box; a word over two lines has the box of its first part."""
    parts = book.parts(word.start, word.end)
    if not parts:
        return 0, None
    page, start, end = parts[0]
    boxes = pages[page].boxes
    first = next((b for b in boxes[start:end] if b is not None), None)
    last = next((b for b in reversed(boxes[start:end]) if b is not None), None)
    if first is None or last is None:
        return page, None
    if last.x0 < first.x0:  # broken over lines
        return page, first
    return page, Box(first.x0, min(first.y0, last.y0), max(last.x1, first.x1), max(first.y1, last.y1))


def _cells(text: str, line: Sequence[Word], boxes: Sequence[Box]) -> Iterator[_PlacedLine]:
    """Cut a line at its wide gaps."""
    height, at = _tall(boxes), 0
    for number in range(1, len(line)):
        gap = _gap(text, line, boxes, number)
        if gap > _GAP * height or boxes[number].x0 < boxes[number - 1].x0:
            yield list(line[at:number]), list(boxes[at:number])
            at = number
    yield list(line[at:]), list(boxes[at:])


def _tall(boxes: Sequence[Box]) -> float:
    """Return the height of a line: words without tall letters are lower."""
    heights = sorted(box.y1 - box.y0 for box in boxes)
    return heights[len(heights) * 3 // 4]


def _gap(text: str, words: Sequence[Word], boxes: Sequence[Box], number: int) -> float:
    """Return how much is free before a word: signs between words take room too."""
    left, before = boxes[number - 1], words[number - 1]
    letter = (left.x1 - left.x0) / (before.end - before.start)
    signs = len(text[before.end : words[number].start].replace(" ", ""))
    return boxes[number].x0 - left.x1 - letter * signs


def _in_columns(text: str, lines: Sequence[Sequence[_PlacedLine]], slope: float) -> Iterator[Cell]:
    """Yield the cells of a page, cut also at narrow gaps where other rows tell that a column begins or ends.

    Only lines that have wide gaps too are cut so: a paragraph meets the columns of a table by chance.
    """
    tables = [line for line in lines if len(line) > 1]
    begins = sorted(boxes[0].x0 + slope * boxes[0].y0 for line in tables for _, boxes in line[1:])
    ends = sorted(boxes[-1].x1 + slope * boxes[-1].y0 for line in tables for _, boxes in line[:-1])
    for line in lines:
        for words, boxes in line:
            at, height = 0, _tall(boxes)
            for number in range(1, len(words)) if len(line) > 1 else ():
                level, reach = slope * boxes[number].y0, _ALIGNED * height
                told = _near(begins, boxes[number].x0 + level, reach) or _near(
                    ends, boxes[number - 1].x1 + level, reach
                )
                if told and _gap(text, words, boxes, number) > _NARROW * height:
                    yield _cell(text, words[at:number], boxes[at:number], slope)
                    at = number
            yield _cell(text, words[at:], boxes[at:], slope)


def _near(places: Sequence[float], place: float, reach: float) -> bool:
    """Tell whether enough rows have a cell that begins or ends near a place."""
    return bisect_right(places, place + reach) - bisect_left(places, place - reach) >= _LEAST_ROWS


def _cell(text: str, words: Sequence[Word], boxes: Sequence[Box], slope: float) -> Cell:
    start, end = words[0].start, words[-1].end
    while end < len(text) and not text[end].isspace():
        end += 1
    while start > 0 and not text[start - 1].isspace():
        start -= 1
    level = median(_middle(box) - slope * box.x0 for box in boxes)
    height = median(box.y1 - box.y0 for box in boxes)
    return Cell(start, end, min(b.x0 for b in boxes), max(b.x1 for b in boxes), level, height)


def _rows(page: int, cells: Sequence[Cell]) -> Iterator[Row]:
    """Group the cells of a page by their levelled middles."""
    row: list[Cell] = []
    for cell in sorted(cells, key=lambda c: (c.y, c.start)):
        if row and cell.y - fmean(c.y for c in row) > _SAME_ROW * min(cell.height, row[0].height):
            yield from _readings(page, row)
            row = []
        row.append(cell)
    if row:
        yield from _readings(page, row)


def _readings(page: int, row: Sequence[Cell]) -> Iterator[Row]:
    """Yield the row; apart from it specks, and what was read a second time over its cells: no cells between them."""
    left = sorted(row, key=lambda c: (_crowded(c), c.start))
    while left:  # a hostile picture may hold thousands of specks on a line: no recursion
        first: list[Cell] = []
        again: list[Cell] = []
        for cell in left:
            (again if first and (_crowded(cell) or any(_over(cell, one) for one in first)) else first).append(cell)
        yield Row(page, tuple(sorted(first, key=lambda c: (c.x0, c.start))))
        left = again


def _crowded(cell: Cell) -> bool:
    """Tell whether more letters were read than have room in a cell: a stain or a rule was taken for writing."""
    return cell.x1 - cell.x0 < _LEAST_LETTER * cell.height * (cell.end - cell.start)


def _over(cell: Cell, other: Cell) -> bool:
    """Tell whether two cells share most of the narrower one's width."""
    return min(cell.x1, other.x1) - max(cell.x0, other.x0) > 0.5 * min(cell.x1 - cell.x0, other.x1 - other.x0)
