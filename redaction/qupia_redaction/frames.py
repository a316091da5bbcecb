"""Turn lines that run down, up or upside down so that they lie level, and find the way back to the page.

Pure. A line set again is laid out in its own frame: along it and across it, both in points; the frame begins where the
page does. Only quarter turns have one: what stands askew, or letter below letter, is not set again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from qupia_redaction.lines import LEVEL, Glyph, Segment
from qupia_redaction.model import Box

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


def framed(segments: Sequence[Segment], width: float, height: float) -> Iterator[tuple[Frame, float, list[Segment]]]:
    """Yield each frame of a page with the room along its lines, points, and its segments lying level.

    What has no frame of its own comes with the level ones as it is.
    """
    yield LEVEL_FRAME, width, [segment for segment in segments if _turn(segment) not in _QUARTERS]
    for turn in _QUARTERS:
        room = width if turn[1] == 0 else height
        frame = Frame(turn, room if min(turn) < 0 else 0.0)
        mine = [_level(segment, frame) for segment in segments if _turn(segment) == turn]
        if mine:
            yield frame, room, mine


def _turn(segment: Segment) -> tuple[float, float] | None:
    """Return the direction that all glyphs of a segment share; None when letters stand below each other."""
    drawn = segment.drawn
    alike = {glyph.turn for glyph in drawn}
    return alike.pop() if len(alike) == 1 and not any(glyph.stacked for glyph in drawn) else None


def _level(segment: Segment, frame: Frame) -> Segment:
    glyphs = tuple(None if glyph is None else _moved(glyph, frame.begins) for glyph in segment.glyphs)
    return replace(segment, glyphs=glyphs, upright=True)


def _moved(glyph: Glyph, by: float) -> Glyph:
    return replace(glyph, x0=glyph.x0 + by, x1=glyph.x1 + by, turn=LEVEL, area=None)


def _around(one: tuple[float, float], other: tuple[float, float]) -> Box:
    return Box(min(one[0], other[0]), min(one[1], other[1]), max(one[0], other[0]), max(one[1], other[1]))
