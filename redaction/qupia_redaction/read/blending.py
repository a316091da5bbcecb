"""Bring together what glyphs say and what OCR saw on one page: lines on which both agree are believed to the letter.

Attack: a page of which a part is lying text and the rest is honest. Where glyphs and eyes agree, the glyphs are taken,
for OCR errs more than they do; what they do not explain is taken from OCR; and what either says alone is searched too,
but never written into the output.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from qupia_redaction.model import Box
from qupia_redaction.page.lines import Lines, Segment, glyph_lines, with_picture_words
from qupia_redaction.page.testimony import letters
from qupia_redaction.pdf.read import PageContent
from qupia_redaction.ports import OcrWord
from qupia_redaction.read.foreign import is_foreign, reads_as_nonsense, told_by
from qupia_redaction.read.trust import likeness

_AGREES = 0.7
_WORD = 0.6
_LOST = "\ufffd"


@dataclass(frozen=True, slots=True)
class Blend:
    """A page's text out of two sources.

    Attributes:
        lines: the text; its segments are those of agreeing glyphs.
        read_from: what comes after this offset was read from pixels.
        believed: what comes after this offset is searched only.
    """

    lines: Lines
    read_from: int
    believed: int


def blended(
    content: PageContent, words: Sequence[OcrWord], doubts: Sequence[OcrWord], scale: float, foreign: bool = False
) -> Blend:
    """Join the glyphs that are seen with the words that were read.

    Args:
        content: the page.
        words, doubts: see `looking.Look`.
        scale: points a pixel.
        foreign: lines in scripts that OCR does not know are believed where it reads nonsense.
    """
    size = (content.width, content.height)
    said = glyph_lines(content.number, size, content.glyphs, content.unseen)
    placed = [(word, _scaled(word.box, scale)) for word in words]
    agreed: list[Segment] = []
    others: list[Segment] = []
    strange = [s for s in said.segments if foreign and is_foreign(s) and reads_as_nonsense(s, placed)]
    for segment in said.segments:
        (agreed if segment in strange or _agrees(segment, placed) else others).append(segment)
    glyphs = [glyph for segment in agreed for glyph in segment.drawn]
    lines = glyph_lines(content.number, size, glyphs, content.unseen)
    left = [word for word, box in placed if not (told_by(strange, box) or _explains(lines, box, word.text.reveal()))]
    whole = with_picture_words(lines, left, (0.0, 0.0), scale) if left else lines
    end = len(whole.text.text)
    taken = {word.line for word, _ in placed} - {word.line for word in left}
    apart = set(map(id, left))
    dropped = {word.line for word in words if id(word) not in apart and letters(word.text.reveal())}
    mixed = dropped & {word.line for word in left}
    differing = {
        word.line for word, box in placed
        if word.line in taken and not _explains(lines, box, word.text.reveal(), exactly=True)
    }  # fmt: skip
    again = [word for word in words if word.line in differing | mixed]
    whole = with_picture_words(whole, again, (0.0, 0.0), scale) if again else whole
    whole = with_picture_words(whole, doubts, (0.0, 0.0), scale) if doubts else whole
    more = [glyph for segment in others for glyph in segment.drawn if glyph.char != _LOST]
    if more:
        whole = with_lines(whole, glyph_lines(content.number, size, more))
    return Blend(whole, len(lines.text.text), end)


def with_lines(lines: Lines, other: Lines) -> Lines:
    """Append the text of other lines without their segments."""
    page, more = lines.text, other.text
    text = type(page.text)("\n".join((page.text.reveal(), more.text.reveal())))
    return replace(lines, text=replace(page, text=text, boxes=(*page.boxes, None, *more.boxes)))


def with_text(lines: Lines, said: str, boxes: Sequence[Box]) -> Lines:
    """Append a line with a box for each character."""
    page = lines.text
    text = type(page.text)("\n".join((page.text.reveal(), said)))
    return replace(lines, text=replace(page, text=text, boxes=(*page.boxes, None, *boxes)))


def _scaled(box: Box, scale: float) -> Box:
    return Box(box.x0 * scale, box.y0 * scale, box.x1 * scale, box.y1 * scale)


def _agrees(segment: Segment, words: Sequence[tuple[OcrWord, Box]]) -> bool:
    boxes = [glyph.box for glyph in segment.drawn]
    area = Box(min(b.x0 for b in boxes), min(b.y0 for b in boxes), max(b.x1 for b in boxes), max(b.y1 for b in boxes))
    seen = "".join(word.text.reveal() for word, box in words if _within(box, area))
    return bool(letters(seen)) and likeness(segment.text.reveal(), seen) >= _AGREES


def _within(box: Box, area: Box) -> bool:
    x, y = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
    return area.x0 - 1 <= x <= area.x1 + 1 and area.y0 - 1 <= y <= area.y1 + 1


def longer(lines: Lines, words: Sequence[OcrWord], origin: tuple[float, float], scale: float) -> list[OcrWord]:
    """Return the lines of words in which a word goes on where its glyphs end: half of it is drawn otherwise."""
    at = [
        (word, Box(origin[0] + b.x0, origin[1] + b.y0, origin[0] + b.x1, origin[1] + b.y1))
        for word in words
        for b in (_scaled(word.box, scale),)
    ]
    told = {word.line for word, box in at if 0 < len(_under(lines, box)) <= len(letters(word.text.reveal())) - 2}
    return [word for word in words if word.line in told]


def _under(lines: Lines, box: Box) -> str:
    glyphs = (glyph for segment in lines.segments for glyph in segment.drawn)
    return letters("".join(glyph.char for glyph in glyphs if _within(glyph.box, box)))


def _explains(lines: Lines, box: Box, seen: str, exactly: bool = False) -> bool:
    """Tell whether believed glyphs under a word say about the same."""
    under = "".join(glyph.char for segment in lines.segments for glyph in segment.drawn if _within(glyph.box, box))
    if exactly:
        return letters(seen) in letters(under)
    return not letters(seen) or (bool(under) and likeness(under, seen) >= _WORD)
