"""Tell lines in scripts that OCR does not know, of which it reads nonsense, from lines of fonts that lie. Pure.

OCR knows three alphabets. Of Arabic or Devanagari it makes nonsense, their fonts find no witness, and the page becomes
its picture: what is said there would be lost. So such a line is believed where OCR is sure of nothing, and sees ink
where the line says that it stands. A line that is read surely, or has one word that is, is not: its map may lie.
What OCR made of it is searched all the same, and no finder knows these scripts: their words count as not read surely.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from qupia_redaction.model import UNREAD, Box, Category, Detail
from qupia_redaction.page.lines import Lines, Segment
from qupia_redaction.ports import OcrWord
from qupia_redaction.read.sureness import sure

_BLOCKS = (range(0x530, 0x1200), range(0x2E80, 0xA000), range(0xAC00, 0xD7B0), range(0xF900, 0xFB00),
           range(0xFB1D, 0xFE00), range(0xFE70, 0xFF00))  # fmt: skip
"""Scripts none of whose letters is one of Latin, Cyrillic or Greek."""
_LETTERS, _SHARE = 3, 0.8
_SURE_LINE, _SURE_WORD, _WORD = 0.68, 0.8, 4
_INKED, _COVERED = 0.5, 0.7
_SCORE = 0.5
_SAID = re.compile(r"\S+")

Placed = Sequence[tuple[OcrWord, Box]]


def is_foreign(segment: Segment) -> bool:
    """Tell whether nearly all letters of a segment are of scripts that OCR does not know."""
    letters = [char for char in segment.text.reveal() if unicodedata.category(char)[0] in "LM"]
    strange = sum(any(ord(char) in block for block in _BLOCKS) for char in letters)
    return strange >= _LETTERS and strange >= _SHARE * len(letters)


def reads_as_nonsense(segment: Segment, words: Placed) -> bool:
    """Tell whether OCR saw the ink of a foreign segment, along most of it and nowhere else, and is sure of none of it.

    Args:
        segment: upright or not; only upright ones are believed.
        words: all that OCR read on the page, with their boxes in points.
    """
    if not segment.upright:
        return False
    boxes = [glyph.box for glyph in segment.drawn]
    area = Box(min(b.x0 for b in boxes), min(b.y0 for b in boxes), max(b.x1 for b in boxes), max(b.y1 for b in boxes))
    here = [(word, box) for word, box in words if _level_with(box, area) and _shared(box, area) > 0]
    read = [word for word, _ in here]
    if sure(read) >= _SURE_LINE or any(word.confidence >= _SURE_WORD and _letters(word) >= _WORD for word in read):
        return False
    if any(_shared(box, area) < _COVERED * (box.x1 - box.x0) for _, box in here):
        return False
    return sum(_shared(box, area) for _, box in here) >= _INKED * (area.x1 - area.x0)


def told_by(segments: Sequence[Segment], box: Box) -> bool:
    """Tell whether a word that was read stands on one of some segments."""
    return any(
        _level_with(box, glyph.box) and box.x0 - 1 <= (glyph.x0 + glyph.x1) / 2 <= box.x1 + 1
        for segment in segments
        for glyph in segment.drawn
    )


def foreign_places(lines: Lines) -> Iterator[Detail]:
    """Yield the words of foreign segments, as details of persons: nobody can tell whether they are names."""
    for segment in lines.segments:
        if is_foreign(segment):
            for said in _SAID.finditer(segment.text.reveal()):
                start, end = segment.start + said.start(), segment.start + said.end()
                yield Detail(lines.text.number, start, end, Category.PERSON, _SCORE, UNREAD)


def _letters(word: OcrWord) -> int:
    return sum(char.isalnum() for char in word.text.reveal())


def _level_with(box: Box, area: Box) -> bool:
    return area.y0 - 1 <= (box.y0 + box.y1) / 2 <= area.y1 + 1


def _shared(one: Box, other: Box) -> float:
    return max(min(one.x1, other.x1) - max(one.x0, other.x0), 0.0)
