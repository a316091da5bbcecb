"""Say which lines that stay come after one that was set again, and in which order such lines come.

Pure. The order of the page that was read cannot say it: whether lines side by side are columns of prose depends on how
many letters they have, hidden ones included. So the page is read once more as it will be.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from qupia_redaction.layout.typeset import NewLine, Token, Word
from qupia_redaction.page.lines import Glyph, Segment, reading_order

_ROW_EM = 0.35
_ANCHORS = 3


def in_reading_order(
    lines: Sequence[NewLine], kept: Sequence[Segment]
) -> tuple[list[NewLine], Mapping[int, Sequence[Segment]]]:
    """Return lines as they will be read, and for each, by its `id`, the segments that follow it: three at most.

    Args:
        lines: set again in the level frame.
        kept: level segments that stay.
    """
    shown: dict[int, NewLine | Segment] = {}
    parts: list[list[Glyph]] = []
    both: list[NewLine | Segment] = [*kept, *lines]
    for one in both:
        glyphs = one.drawn if isinstance(one, Segment) else _glyphs(one)
        if glyphs:
            parts.append(glyphs)
            shown[id(glyphs)] = one
    ordered = [shown[id(part)] for row in reading_order(_rows(parts)) for part in row]
    after: dict[int, Sequence[Segment]] = {}
    following: tuple[Segment, ...] = ()
    for one in reversed(ordered):
        if isinstance(one, Segment):
            following = (one, *following[: _ANCHORS - 1])
        else:
            after[id(one)] = following
    return [one for one in ordered if isinstance(one, NewLine)], after


def _glyphs(line: NewLine) -> list[Glyph]:
    """Return a line's letters, each at the beginning of its word or mark: only the first one's place is asked for."""
    placed: list[Word | Token] = [*line.words, *line.tokens]
    parts = sorted(placed, key=lambda part: part.x)
    main = line.erased.drawn[0].style
    return [
        Glyph(char, part.x, part.x, part.baseline, main)
        for part in parts
        for char in (part.text if isinstance(part, Token) else part.text.reveal())
        if char.strip()
    ]


def _rows(parts: Sequence[list[Glyph]]) -> list[list[list[Glyph]]]:
    """Put stretches of letters on one level side by side."""
    rows: list[list[list[Glyph]]] = []
    for part in sorted(parts, key=lambda glyphs: glyphs[0].baseline):
        first = rows[-1][0][0] if rows else None
        level = first and part[0].baseline - first.baseline <= _ROW_EM * max(first.style.size, part[0].style.size)
        if level:
            rows[-1].append(part)
        else:
            rows.append([part])
    return [sorted(row, key=lambda glyphs: glyphs[0].x0) for row in rows]
