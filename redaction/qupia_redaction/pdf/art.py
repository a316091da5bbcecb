"""Find what is drawn beside a hidden line and tells how wide it was: strokes, frames, curves, cells and small pictures.

Art that shares its edges with art elsewhere belongs to a table and stays. Engines count the spikes that a stroke could
have; what is decided here is decided by the path itself. Limit: a rule that stays a rule of the page when it is longer
than three hundred points.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import pymupdf

from qupia_redaction.layout.typeset import NewLine
from qupia_redaction.model import Box
from qupia_redaction.page.lines import Segment

_LONG_RULE = 300.0
_FRAME_EM, _FRAME_HIGH = 1.2, 16.0
"""How far a frame stands off the line that it fits, and how high it is at most, em."""
_CELLS, _CELL_EM, _SAME = 4, 4.0, 0.6
"""How many cells for letters make a row, their width, and how much they differ, points."""
_BELOW, _LOOSE_EM, _LOOSE_HIGH = 1.05, 2.0, 5.0
"""How far below a line a stroke is drawn that fits it, how far a ring stands off, and how high it is, em."""
_OFF_EM, _TIGHT_EM = 2.8, 0.35
"""How far above or below a line what stands off it is drawn, and how well it fits then, em."""
_NOTES, _THIN, _ABOVE_EM = "*†‡", 1.5, 1.1
"""What notes begin with but for numbers, how high the rule above them is at most, points, and how far off, em."""
_MIDDLE = 0.3
"""How high above its baseline the middle of a line is, em."""
PATHS = {"fill-path", "stroke-path"}
PICTURES, SHADE = {"fill-image", "fill-imgmask"}, "fill-shade"
"""What the engine calls paths, pictures, and shades."""


@dataclass(frozen=True, slots=True)
class Art:
    """Something drawn.

    Attributes:
        path: what it covers, in the frame that is looked at.
        drawn: what the engine counts for it, on the page.
        picture: whether it is a picture.
    """

    path: Box
    drawn: Box
    picture: bool = False
    free: bool = False
    """Whether it runs neither level nor upright: no rule of a table does."""
    shade: bool = False
    """Whether it is a clip on a page with shades, which have no other edges."""


@dataclass(frozen=True, slots=True)
class Telling:
    """What tells how wide hidden lines were.

    Attributes:
        paths: rectangles that cover such paths.
        pictures: places of such pictures.
        shades: clips that such shades fill.
    """

    paths: tuple[pymupdf.Rect, ...]
    pictures: tuple[Box, ...]
    shades: tuple[Box, ...] = ()


def telling(page: pymupdf.Page, lines: Sequence[NewLine]) -> Telling:
    """Return the art that begins or ends where a line ended that is taken out.

    Art that fits words of another erased line makes no table: the same name may be framed twice, one below the other.
    """
    art = _drawn(page)
    found: dict[Art, None] = {}
    for frame in dict.fromkeys(line.frame for line in lines) if art else ():
        seen = [replace(one, path=frame.inside(one.path)) for one in art]
        back = dict(zip(seen, art, strict=True))
        mine = [line for line in lines if line.frame == frame]
        near = [(line, line.erased, _without_notes_rule(line, seen)) for line in mine]
        fitted = {one for _, segment, own in near for one in _in_row(segment, own) if _fits(segment, one.path)}
        others = [one for one in seen if one not in fitted]
        for line, segment, own in near:
            all_kept = line.words and not line.tokens
            found |= dict.fromkeys(back[one] for one in _ending(segment, own, seen if all_kept else others))
            found |= dict.fromkeys(back[one] for one in _cells(segment, own))
            found |= dict.fromkeys(back[one] for one in _leading_away(segment, seen))
    paths = tuple(_covering(one.drawn) for one in found if not one.picture)
    pictures = tuple(one.drawn for one in found if one.picture)
    return Telling(paths, pictures, tuple(one.drawn for one in found if one.shade))


def _without_notes_rule(line: NewLine, art: Sequence[Art]) -> list[Art]:
    """Leave out the rule above a note whose number stays: it begins there, and words end below it by chance."""
    first = line.erased.drawn[0]
    kept = line.words and all(line.words[0].x < token.x for token in line.tokens)
    if not kept or not (first.char.isdigit() or first.char in _NOTES):
        return [*art]
    top = first.baseline - _ABOVE_EM * first.style.size
    return [a for a in art if a.path.y1 > top or a.path.y1 - a.path.y0 > _THIN or abs(a.path.x0 - first.x0) > _SAME]


def _drawn(page: pymupdf.Page) -> list[Art]:
    """Return the paths and pictures of a page; a path's own box has the middle of what the engine counts."""
    whole = page.get_bboxlog()
    log = [(kind, Box(*box)) for kind, box in whole if kind in PATHS | PICTURES]
    shades = _clips(page) if any(kind == SHADE for kind, _ in whole) else []
    own: dict[tuple[int, int], list[tuple[Box, bool]]] = {}
    for path in page.get_cdrawings() if any(kind in PATHS for kind, _ in log) else ():
        box = Box(*path["rect"])
        own.setdefault(_middle(box), []).append((box, _is_free(path["items"])))
    return [*shades, *(Art(box, box, picture=True) if kind in PICTURES else _own(box, own) for kind, box in log)]


def _clips(page: pymupdf.Page) -> list[Art]:
    clips = {Box(*one["scissor"]) for one in page.get_cdrawings(extended=True) if one["type"] == "clip"}
    return [Art(box, box, shade=True) for box in sorted(clips, key=lambda b: (b.y0, b.x0, b.y1, b.x1))]


def _is_free(items: Sequence[tuple[Any, ...]]) -> bool:
    return any(
        item[0] == "c" or (item[0] == "l" and min(abs(item[1][at] - item[2][at]) for at in (0, 1)) > 1)
        for item in items
    )


def _middle(box: Box) -> tuple[int, int]:
    return round(box.x0 + box.x1), round(box.y0 + box.y1)


def _own(counted: Box, own: dict[tuple[int, int], list[tuple[Box, bool]]]) -> Art:
    """Return the largest path within what the engine counts, with the same middle."""
    x, y = _middle(counted)
    near = [one for i in (-1, 0, 1) for j in (-1, 0, 1) for one in own.get((x + i, y + j), ())]
    within = [one for one in near if one[0].x0 > counted.x0 - 1 and one[0].y0 > counted.y0 - 1]
    path, free = max(within, key=lambda one: one[0].x1 - one[0].x0 + one[0].y1 - one[0].y0, default=(counted, False))
    return Art(path, counted, free=free)


def _covering(box: Box) -> pymupdf.Rect:
    return pymupdf.Rect(box.x0 - 1, box.y0 - 1, box.x1 + 1, box.y1 + 1)


def _reach(segment: Segment) -> tuple[float, float, float, float]:
    """Return the size of a segment's letters, their line, and where it begins and ends."""
    drawn = segment.drawn
    size, y = max(glyph.style.size for glyph in drawn), drawn[0].baseline
    return size, y, min(g.x0 for g in drawn), max(g.x1 for g in drawn)


def _beside(segment: Segment, art: Sequence[Art]) -> list[Art]:
    """Return art on the line of a segment that is no higher than a frame around it."""
    size, y, start, end = _reach(segment)
    near = [
        a
        for a in art
        if (a.path.y1 > y - 1.2 * size and a.path.y0 < y + _BELOW * size)
        or (a.path.y1 > y - _OFF_EM * size and a.path.y0 < y + _OFF_EM * size and _fits(segment, a.path, _TIGHT_EM))
    ]
    return [
        a
        for a in near
        if (a.path.y0 < y + 0.6 * size and (a.path.y1 - a.path.y0 < 2.6 * size or _frames(a.path, (start, end), size)))
        or (a.path.y1 - a.path.y0 < _LOOSE_HIGH * size and _fits(segment, a.path, _LOOSE_EM if a.free else 1.0))
    ]


def _frames(path: Box, sides: tuple[float, float], size: float) -> bool:
    """Tell whether a higher frame is as wide as a line; others may stand in it, too."""
    left, right = sides[0] - path.x0, path.x1 - sides[1]
    return 0 <= left < _FRAME_EM * size and 0 <= right < _FRAME_EM * size and path.y1 - path.y0 < _FRAME_HIGH * size


def _fits(segment: Segment, path: Box, ems: float = 1.0) -> bool:
    """Tell whether art begins where a word of a segment begins, and ends where one ends, give or take an em."""
    near = ems * max(glyph.style.size for glyph in segment.drawn)
    letters = [glyph if glyph is not None and glyph.char.isalnum() else None for glyph in segment.glyphs]
    starts = [other.x0 for one, other in pairwise((None, *letters)) if one is None and other is not None]
    ends = [one.x1 for one, other in pairwise((*letters, None)) if other is None and one is not None]
    return any(abs(path.x0 - x) < near for x in starts) and any(abs(path.x1 - x) < near for x in ends)


def _ending(segment: Segment, art: Sequence[Art], others: Sequence[Art]) -> Iterator[Art]:
    """Yield art beside a segment that begins or ends where it ended.

    A short rule under it goes wherever it ends: else it would tell which names reach that end.
    """
    size, _, start, end = _reach(segment)
    beside = _beside(segment, art)
    near = set(_in_row(segment, beside))
    elsewhere = Counter(round(edge) for one in others if one not in near for edge in (one.path.x0, one.path.x1))
    for one in beside:
        path = one.path
        under = start < path.x1 and path.x0 < end and path.x1 - path.x0 < _LONG_RULE
        told = [edge for edge in (path.x0, path.x1) if under or abs(edge - end) < 1.2 * size]
        if any(_alone(elsewhere, edge) for edge in told):
            yield one


def _in_row(segment: Segment, art: Sequence[Art]) -> list[Art]:
    """Return art beside a segment without cells of other rows: as high as a line, and not around this one."""
    size, y, _, _ = _reach(segment)
    middle = y - _MIDDLE * size
    return [a for a in _beside(segment, art) if a.path.y1 - a.path.y0 <= size or a.path.y0 < middle < a.path.y1]


def _leading_away(segment: Segment, art: Sequence[Art]) -> Iterator[Art]:
    """Yield what leads away from the end of a segment, an arrow or a bow, unless other art would go with it."""
    size, y, _, end = _reach(segment)
    for one in art:
        path = one.path
        meets = path.y0 < y + 0.3 * size and path.y1 > y - size
        if one.free and meets and min(abs(path.x0 - end), abs(path.x1 - end)) < _FRAME_EM * size:
            cover = one.drawn
            if not any(a is not one and not a.picture and _holds(cover, a.drawn) for a in art):
                yield one


def _holds(one: Box, other: Box) -> bool:
    return one.x0 - 1 <= other.x0 and other.x1 <= one.x1 + 1 and one.y0 - 1 <= other.y0 and other.y1 <= one.y1 + 1


def _cells(segment: Segment, art: Sequence[Art]) -> Iterator[Art]:
    """Yield a row of cells for single letters: the empty ones tell how many letters there were."""
    size, _, start, end = _reach(segment)
    alike: dict[tuple[int, ...], list[Art]] = {}
    for one in _beside(segment, art):
        alike.setdefault((round(one.path.y0), round(one.path.y1), round(one.path.x1 - one.path.x0)), []).append(one)
    for row in alike.values():
        runs: list[list[Art]] = []
        for one in sorted(set(row), key=lambda a: a.path.x0):
            if runs and _steps_on([a.path for a in runs[-1][-2:]], one.path, size):
                runs[-1].append(one)
            else:
                runs.append([one])
        for run in runs:
            if len(run) >= _CELLS and any(start - size < a.path.x0 and a.path.x1 < end + size for a in run):
                yield from run


def _steps_on(run: Sequence[Box], path: Box, size: float) -> bool:
    """Tell whether a path stands as far behind the last one of a run as that behind the one before it."""
    step = path.x0 - run[-1].x0
    return step < _CELL_EM * size and (len(run) == 1 or abs(run[-1].x0 - run[-2].x0 - step) < _SAME)


def _alone(edges: Counter[int], edge: float) -> bool:
    return not any(edges[round(edge) + step] for step in (-1, 0, 1))
