"""Part numbers at the end of a leader from it: how near its last dot comes to them follows from what is before it.

Pure. Where that dot comes nearer than a blank, both would be one line that is set again, else the number would stay.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from qupia_redaction.layout.grids import part_of
from qupia_redaction.layout.placing import SAME
from qupia_redaction.layout.typeset import LEADERS, Layout
from qupia_redaction.page.lines import Segment


def parted(layout: Layout) -> Layout:
    """Return a layout in which what follows a leader, and ends where other lines end, is a segment of its own.

    Args:
        layout: of the level lines of a page; none of them changes unless a leader follows something hidden.
    """
    hidden = [s for s in layout.segments if s.upright and s.drawn and layout.hides(s)]
    if not any(_behind(segment, layout) for segment in hidden):
        return layout
    ends = [(s.drawn[-1].x1, s.drawn[-1].baseline) for s in layout.segments if s.upright and s.drawn]
    return replace(layout, segments=[part for s in layout.segments for part in _parts(s, layout, ends)], _looks={})


def _behind(segment: Segment, layout: Layout) -> int | None:
    """Return where something follows the last leader of a segment and nothing in it is hidden; None without one."""
    text = segment.text.reveal()
    ends = [leader.end() for leader in LEADERS.finditer(text)] if segment.upright else []
    rest = text[ends[-1] :].lstrip() if ends else ""
    start = len(text) - len(rest)
    shown = not any(span.end > segment.start + start and span.start < segment.end for span in layout.spans)
    return start if rest and shown else None


def _parts(segment: Segment, layout: Layout, ends: Sequence[tuple[float, float]]) -> Iterator[Segment]:
    at = _behind(segment, layout)
    if at is None or not segment.drawn:
        yield segment
        return
    last = segment.drawn[-1]
    column = [y for x, y in ends if abs(x - last.x1) < SAME and abs(y - last.baseline) > last.style.size / 2]
    cuts = (0, at, len(segment.glyphs)) if column else (0, len(segment.glyphs))
    for start, end in pairwise(cuts):
        yield part_of(segment, start, end)
