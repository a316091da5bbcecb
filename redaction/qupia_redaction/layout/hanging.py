"""Say what stands below or above words behind a hidden text and begins where they do: it moves with them.

Pure. Lines hang behind a name where what its bearer said begins under the words behind it, and a word that was put in
is written small above them. Their place is that of these words, and tells how wide the name was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from qupia_redaction.layout.placing import SAME
from qupia_redaction.page.lines import Glyph, Segment

_NEAR, _ROW, _SMALL = 2.0, 0.6, 0.85
"""How near lines stand below each other and how near baselines of one row, em; how small letters put in are."""
_SAYS = frozenset(":—–-")


@dataclass(frozen=True, slots=True)
class Hanging:
    """Lines that begin where a word of another one does.

    Attributes:
        leader: with hidden text before that word.
        at: where the word begins, an offset in the text of the page.
        lines: with hidden text or without.
    """

    leader: Segment = field(repr=False)
    at: int
    lines: tuple[Segment, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Line:
    """A line and its first letter."""

    segment: Segment = field(repr=False)
    first: Glyph = field(repr=False)

    @property
    def level(self) -> float:
        return self.first.baseline

    @property
    def size(self) -> float:
        return self.first.style.size


def hanging(segments: Sequence[Segment], hidden: Callable[[Segment], int | None]) -> list[Hanging]:
    """Return what hangs behind hidden texts.

    Args:
        segments: level ones with letters, those joined that are set again as one.
        hidden: the offset behind the first hidden text of a segment, in its text; None where nothing is hidden.
    """
    leaders = [(segment, end) for segment in segments for end in [hidden(segment)] if end is not None]
    lines = sorted((_Line(s, s.drawn[0]) for s in segments), key=lambda line: line.level) if leaders else []
    found: list[Hanging] = []
    taken: set[int] = set()
    for leader, end in leaders:
        for at in _words(leader, end) if leader.start not in taken else ():
            mine = [line.segment for line in _lines(leader, at, lines) if line.segment.start not in taken]
            if mine:
                found.append(Hanging(leader, leader.start + at, tuple(mine)))
                taken |= {segment.start for segment in mine}
    return found


def _words(segment: Segment, end: int) -> Iterator[int]:
    """Yield where words begin behind an offset, after a blank."""
    text = segment.text.reveal()
    for at in range(end + 1, len(text)):
        if segment.glyphs[at] is not None and text[at].strip() and not text[at - 1].strip():
            yield at


def _lines(leader: Segment, at: int, lines: Sequence[_Line]) -> list[_Line]:
    """Return the lines that begin where a word does: those that hang below it, and a small one above it."""
    glyph = leader.glyphs[at]
    begin = [line for line in lines if glyph is not None and abs(line.first.x0 - glyph.x0) < SAME]
    if glyph is None or not begin:
        return []
    size, level = glyph.style.size, glyph.baseline
    above = [one for one in begin if one.size < _SMALL * size and _ROW * size < level - one.level < size * _NEAR]
    below: list[_Line] = []
    for line in begin:
        if 0 < line.level - level < _NEAR * size and _begins_row(line, lines):
            below.append(line)
            level = line.level
    says = leader.text.reveal()[:at].rstrip()[-1:] in _SAYS
    return [*above, *below] if says or len(below) > 1 else above


def _begins_row(line: _Line, lines: Sequence[_Line]) -> bool:
    """Tell whether nothing stands before a line in its row."""
    reach, left = _ROW * line.size, line.first.x0 - SAME
    return not any(abs(other.level - line.level) < reach and other.first.x0 < left for other in lines)
