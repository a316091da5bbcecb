"""Turn lines that run down, up or upside down so that they lie level, and find the way back to the page.

Pure. A line set again is laid out in its own frame: along it and across it, both in points; the frame begins where the
page does. What stands letter below letter has none and is not set again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from math import inf

from qupia_redaction.model import Box
from qupia_redaction.page.lines import LEVEL, Glyph, Segment

_QUARTERS = ((0.0, 1.0), (-1.0, 0.0), (0.0, -1.0))


@dataclass(frozen=True, slots=True)
class Frame:
    """Where level lines of their own lie on the page.

    Attributes:
        turn: direction of the lines on the page, y downwards.
        begins: what is added to places along the line, so that they begin at 0.
    """

    turn: tuple[float, float] = LEVEL
    begins: float = 0.0

    @property
    def askew(self) -> bool:
        """Whether its lines run neither level nor upright."""
        return self.turn != LEVEL and self.turn not in _QUARTERS

    def reach(self, across: float, width: float, height: float) -> tuple[float, float]:
        """Return between which places along a line it lies on a page of this size; nowhere: the other way round."""
        c, s = self.turn
        low, high = -inf, inf
        for step, at, most in ((c, -across * s, width), (s, across * c, height)):
            if step:
                sides = sorted((-at / step, (most - at) / step))
                low, high = max(low, sides[0]), min(high, sides[1])
        return low + self.begins, high + self.begins

    def point(self, along: float, across: float) -> tuple[float, float]:
        """Return the place on the page."""
        c, s = self.turn
        return (along - self.begins) * c - across * s, (along - self.begins) * s + across * c

    def box(self, sides: Box) -> Box:
        """Return a rectangle of the frame as it lies on the page."""
        return _around(self.point(sides.x0, sides.y0), self.point(sides.x1, sides.y1))

    def inside(self, sides: Box) -> Box:
        """Return a rectangle of the page as it lies in the frame."""
        return _around(self._in(sides.x0, sides.y0), self._in(sides.x1, sides.y1))

    def _in(self, x: float, y: float) -> tuple[float, float]:
        c, s = self.turn
        return x * c + y * s + self.begins, y * c - x * s


LEVEL_FRAME = Frame()


def framed(
    segments: Sequence[Segment], size: tuple[float, float], askew: Iterable[tuple[float, float]] = ()
) -> Iterator[tuple[Frame, float, list[Segment]]]:
    """Yield each frame of a page with the room along its lines, points, and its segments lying level.

    Args:
        segments: of the page.
        size: its width and height, points.
        askew: other directions of lines that are to be set again.

    What has no frame of its own comes with the level ones as it is.
    """
    width, height = size
    others = sorted(set(askew))
    yield LEVEL_FRAME, width, [segment for segment in segments if turn_of(segment) not in (*_QUARTERS, *others)]
    for turn in others:
        along = [x * turn[0] + y * turn[1] for x, y in product((0.0, width), (0.0, height))]
        frame = Frame(turn, -min(along))
        mine = [_level(segment, frame) for segment in segments if turn_of(segment) == turn]
        yield frame, max(along) - min(along), mine
    for turn in _QUARTERS:
        room = width if turn[1] == 0 else height
        frame = Frame(turn, room if min(turn) < 0 else 0.0)
        mine = [_level(segment, frame) for segment in segments if turn_of(segment) == turn]
        if mine:
            yield frame, room, mine


def turn_of(segment: Segment) -> tuple[float, float] | None:
    """Return the direction that all glyphs of a segment share; None when letters stand below each other."""
    drawn = segment.drawn
    alike = {glyph.turn for glyph in drawn}
    return alike.pop() if len(alike) == 1 and not any(glyph.stacked for glyph in drawn) else None


def _level(segment: Segment, frame: Frame) -> Segment:
    glyphs = tuple(None if glyph is None else _moved(glyph, frame.begins) for glyph in segment.glyphs)
    return replace(segment, glyphs=glyphs, upright=True)


def drawn_in(segment: Segment, frame: Frame) -> Segment:
    """Return a segment that was laid level as it stands in its frame on the page."""
    glyphs = tuple(None if glyph is None else _turned(glyph, frame) for glyph in segment.glyphs)
    return replace(segment, glyphs=glyphs, upright=False)


def _turned(glyph: Glyph, frame: Frame) -> Glyph:
    corners = [frame.point(x, y) for x, y in product((glyph.box.x0, glyph.box.x1), (glyph.box.y0, glyph.box.y1))]
    across, down = zip(*corners, strict=True)
    area = Box(min(across), min(down), max(across), max(down))
    return replace(glyph, x0=glyph.x0 - frame.begins, x1=glyph.x1 - frame.begins, turn=frame.turn, area=area)


def _moved(glyph: Glyph, by: float) -> Glyph:
    return replace(glyph, x0=glyph.x0 + by, x1=glyph.x1 + by, turn=LEVEL, area=None)


def _around(one: tuple[float, float], other: tuple[float, float]) -> Box:
    return Box(min(one[0], other[0]), min(one[1], other[1]), max(one[0], other[0]), max(one[1], other[1]))
