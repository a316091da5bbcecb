"""Rectangles to black out: snapped to a grid of four em, so that their size does not tell what they hide."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from qupia_redaction.layout.typeset import GRID_EM
from qupia_redaction.model import Box, Category, Mark, PageText
from qupia_redaction.plan.planning import Span

PICTURE_GRID = 24.0
RIM = 3.0
"""What is hidden around a code or a picture at least, and left of paper beside words where there is room, points."""
_LEAST_SLANTING, _SLANTING, _ALONG = 4, 0.12, 0.8
_EM_OF_THICK, _HALF_SQUARE, _SQUARE_STEP = 1.2, 0.5, 0.2
_MIN_EM = 7.0


def text_areas(page: PageText, spans: Sequence[Span]) -> list[Mark]:
    """Return one rectangle a line for each span, snapped outwards along the line; a row of squares where it slants."""
    marks: list[Mark] = []
    squares: list[Mark] = []
    for span in spans:
        drawn = [box for box in page.boxes[span.start : span.end] if box is not None]
        course = slanting(drawn)
        if course is not None:
            boxes = (_inside(box, page) for box in _along(drawn, course))
            squares += [Mark(page.number, box, span.category, span.label, span.method) for box in boxes]
            continue
        for line in _lines(drawn):
            x0, y0 = min(b.x0 for b in line), min(b.y0 for b in line)
            x1, y1 = max(b.x1 for b in line), max(b.y1 for b in line)
            downwards = len(line) > 1 and _same_column(line[0], line[1]) and not _same_line(line[0], line[1])
            across = [0.75 * (b.x1 - b.x0) if downwards else b.y1 - b.y0 for b in line]
            em = max(_MIN_EM, math.ceil(_middle(across)))
            pad = 0.12 * em
            if downwards:
                box = Box(x0 - pad, _down(y0 - 1, em), x1 + pad, _up(y1 + 1, em, page.height))
            else:
                box = Box(_down(x0 - 1, em), y0 - pad, _up(x1 + 1, em, page.width), y1 + pad)
            marks.append(Mark(page.number, _inside(box, page), span.category, span.label, span.method))
    return [*merged(marks), *squares]


def slanting(boxes: Sequence[Box]) -> tuple[float, float] | None:
    """Return the direction in which letters follow each other, if it is neither level nor upright; else None."""
    if len(boxes) < _LEAST_SLANTING:
        return None
    (x0, y0), (x1, y1) = _centre(boxes[0]), _centre(boxes[-1])
    length = math.hypot(x1 - x0, y1 - y0)
    if not length:
        return None
    turn = math.radians(round(math.degrees(math.atan2(y1 - y0, x1 - x0))))  # widths of letters move it a little
    c, s = math.cos(turn), math.sin(turn)
    if min(abs(c), abs(s)) < _SLANTING:
        return None
    centres = [_centre(box) for box in boxes]
    off = max(abs((y - y0) * c - (x - x0) * s) for x, y in centres)
    steps = [(one[0] - last[0], one[1] - last[1]) for last, one in pairwise(centres)]
    along = sum(x * c + y * s > _ALONG * math.hypot(x, y) for x, y in steps)
    level = off < _middle([b.y1 - b.y0 for b in boxes]) / 2
    return (c, s) if level and along >= _ALONG * len(steps) else None


def _along(boxes: Sequence[Box], course: tuple[float, float]) -> Iterator[Box]:
    """Yield squares along a slanting line, from one place of the grid to another; words above and below it stay."""
    c, s = course
    thick = max(max(b.x1 - b.x0, b.y1 - b.y0) for b in boxes)
    em = max(_MIN_EM, math.ceil(thick / (abs(c) + abs(s)) * _EM_OF_THICK))
    centres = [_centre(box) for box in boxes]
    places = [x * c + y * s for x, y in centres]
    across = float(round(_middle([y * c - x * s for x, y in centres])))
    start = math.floor((min(places) - em) / (GRID_EM * em)) * GRID_EM * em
    end = math.ceil((max(places) + em) / (GRID_EM * em)) * GRID_EM * em
    half, step = _HALF_SQUARE * em, _SQUARE_STEP * em
    for number in range(math.ceil((end - start) / step) + 1):
        along = min(start + number * step, end)
        x, y = along * c - across * s, along * s + across * c
        yield Box(x - half, y - half, x + half, y + half)


def _centre(box: Box) -> tuple[float, float]:
    return (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2


def picture_area(page: int, box: Box, size: tuple[float, float], category: Category, kept: Iterable[Box] = ()) -> Mark:
    """Return a rectangle around something that is not text (a code, a photo), snapped on all sides.

    Args:
        page: its number.
        box: what is hidden.
        size: of the page.
        category: of the mark.
        kept: words that stay; the rectangle ends before them where they stand beside what is hidden.
    """
    core, whole = _core(box), _snapped(box)
    snapped = Box(max(0.0, whole.x0), max(0.0, whole.y0), min(size[0], whole.x1), min(size[1], whole.y1))
    for word in kept:
        if _touches(word, snapped):
            snapped = _clear_of(word, snapped, core)
    return Mark(page, snapped, category)


def _core(box: Box) -> Box:
    return Box(box.x0 - RIM, box.y0 - RIM, box.x1 + RIM, box.y1 + RIM)


def _snapped(box: Box) -> Box:
    core, grid = _core(box), PICTURE_GRID
    x0, y0 = math.floor(core.x0 / grid) * grid, math.floor(core.y0 / grid) * grid
    return Box(x0, y0, math.ceil(core.x1 / grid) * grid, math.ceil(core.y1 / grid) * grid)


def together(boxes: Sequence[Box], kept: Sequence[Box]) -> list[Box]:
    """Join what is hidden side by side where rectangles would touch, unless words that stay stand between."""
    whole: list[Box] = []
    for box in sorted(boxes, key=lambda b: (b.x0, b.y0)):
        for at, other in enumerate(whole):
            both = Box(min(box.x0, other.x0), min(box.y0, other.y0), max(box.x1, other.x1), max(box.y1, other.y1))
            one, beside = _snapped(box), _snapped(other)
            near = max(one.x0, beside.x0) <= min(one.x1, beside.x1)
            if near and _same_line(box, other) and not any(_touches(both, word) for word in kept):
                whole[at] = both
                break
        else:
            whole.append(box)
    return whole


def _touches(one: Box, other: Box) -> bool:
    return one.x0 < other.x1 and other.x0 < one.x1 and one.y0 < other.y1 and other.y0 < one.y1


def _clear_of(word: Box, snapped: Box, core: Box) -> Box:
    """Return the rectangle without a word above, below or beside what is hidden; a word upon it stays covered."""
    if word.y1 <= core.y0:
        return replace(snapped, y0=min(word.y1 + RIM, core.y0))
    if word.y0 >= core.y1:
        return replace(snapped, y1=max(word.y0 - RIM, core.y1))
    if word.x1 <= core.x0:
        return replace(snapped, x0=min(word.x1 + RIM, core.x0))
    if word.x0 >= core.x1:
        return replace(snapped, x1=max(word.x0 - RIM, core.x1))
    return snapped


def merged(marks: Iterable[Mark]) -> list[Mark]:
    """Join rectangles of one line that touch or overlap."""
    joined: list[Mark] = []
    for mark in sorted(marks, key=lambda m: (round(m.box.y0), m.box.x0)):
        last = joined[-1] if joined else None
        if last and _same_line(last.box, mark.box) and mark.box.x0 <= last.box.x1 + 0.5:
            a, b = last.box, mark.box
            box = Box(min(a.x0, b.x0), min(a.y0, b.y0), max(a.x1, b.x1), max(a.y1, b.y1))
            joined[-1] = replace(last, box=box)
        else:
            joined.append(mark)
    return joined


def _same_line(one: Box, other: Box) -> bool:
    overlap = min(one.y1, other.y1) - max(one.y0, other.y0)
    return overlap > 0.5 * min(one.y1 - one.y0, other.y1 - other.y0)


def _lines(boxes: Iterable[Box | None]) -> list[list[Box]]:
    """Group boxes of following characters into level lines and columns of turned text."""
    lines: list[list[Box]] = []
    for box in boxes:
        if box is None:
            continue
        if lines and _follows(lines[-1], box):
            lines[-1].append(box)
        else:
            lines.append([box])
    return lines


def _follows(line: Sequence[Box], box: Box) -> bool:
    last = line[-1]
    level, column = _same_line(last, box), _same_column(last, box)
    if len(line) > 1:
        level, column = level and _same_line(line[0], line[1]), column and _same_column(line[0], line[1])
    return (level and box.x0 >= last.x0 - (box.y1 - box.y0)) or (column and not level)


def _same_column(one: Box, other: Box) -> bool:
    overlap = min(one.x1, other.x1) - max(one.x0, other.x0)
    near = max(one.y0, other.y0) - min(one.y1, other.y1) < (one.x1 - one.x0)
    return near and overlap > 0.5 * min(one.x1 - one.x0, other.x1 - other.x0)


def _middle(values: Sequence[float]) -> float:
    return sorted(values)[len(values) // 2]


def _down(value: float, em: float) -> float:
    return max(0.0, math.floor(value / (GRID_EM * em)) * GRID_EM * em)


def _up(value: float, em: float, most: float) -> float:
    return min(most, math.ceil(value / (GRID_EM * em)) * GRID_EM * em)


def _inside(box: Box, page: PageText) -> Box:
    return Box(max(box.x0, 0.0), max(box.y0, 0.0), min(box.x1, page.width), min(box.y1, page.height))
