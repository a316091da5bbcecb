"""Glyphs and OCR words to lines: reading order, spaces by distance, one box a character.

Pure arithmetic. A *segment* is a stretch of one line without a gap wider than two em: a cell, a column's line, a
whole line. It is the unit that is set again when something in it is hidden; a line of `PageText` may hold several.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise, product
from math import hypot

from qupia_redaction.model import Box, PageText, PrivateText, TextSource
from qupia_redaction.ports import OcrWord

SPACE_EM = 0.2
_DRAWN_SPACE_EM = 0.1
"""A gap of this width is a space where one is drawn: letters on both sides reach into it."""
GAP_EM = 2.0
LEVEL = (1.0, 0.0)
_ROW_EM = 0.35
_STACK_EM = 0.7
_CELL_GAP_EM = 0.6
_TWICE = 0.35
_NOTE_EM, _NOTE_GAP_EM, _NOTE_GLYPHS = 0.6, 0.5, 64
_NOTE_SIZES, _RAISED_EM = (0.4, 0.8), 0.15
"""Notes are raised or lowered by less than this, stand this near to a letter, and are that small beside it."""
_COLUMN_CELLS = 3
_TANGLED = 2
_STRETCHED, _EVEN_EM = 4, 0.08
"""Gaps that a stretched line has at least, and how much they may differ."""
_FIRST_PRINTED = 32
_SIGN_FONTS = ("Dingbats", "Wingdings", "Webdings")


@dataclass(frozen=True, slots=True)
class Style:
    """How a glyph looks, as far as a line is set again in it.

    Attributes:
        serif, bold, italic, mono: traits of the font.
        colour: sRGB as 0xRRGGBB.
        size: points.
        face: name of the font.
        font: its own name, which no other font of the document has.
    """

    serif: bool
    bold: bool
    italic: bool
    mono: bool
    colour: int
    size: float
    face: str = ""
    font: str = ""


@dataclass(frozen=True, slots=True)
class Glyph:
    """One drawn character of a normalised page.

    Attributes:
        char: what it means.
        x0, x1: where it begins and ends along its line, points.
        baseline: distance of its line from the top (for turned text: in the line's own frame).
        style: how it looks.
        turn: direction of the line; (1, 0) is level, left to right.
        area: what turned glyphs cover on the page.
        stacked: it stands upright in a line that goes downwards.
        shape: number of its drawing in its font; -1 when that is unknown.
        apart: a blank is drawn before it.
    """

    char: str = field(repr=False)
    x0: float = 0.0
    x1: float = 0.0
    baseline: float = 0.0
    style: Style = Style(False, False, False, False, 0, 10.0)
    turn: tuple[float, float] = LEVEL
    area: Box | None = None
    stacked: bool = False
    shape: int = -1
    apart: bool = False

    @property
    def upright(self) -> bool:
        """Whether it is set left to right on a level line."""
        return self.turn == LEVEL

    @property
    def box(self) -> Box:
        """What the glyph covers: advance by ascent and descent of a plain font."""
        if self.area is not None:
            return self.area
        size = self.style.size
        return Box(self.x0, self.baseline - 0.75 * size, max(self.x1, self.x0 + 0.1), self.baseline + 0.22 * size)


@dataclass(frozen=True, slots=True)
class Segment:
    """Characters of one segment with their place in the page's text.

    Attributes:
        start: offset of the first character in `PageText.text`.
        glyphs: one a character; None for spaces that were put in.
        upright: whether it can be set again.
    """

    start: int
    text: PrivateText
    glyphs: Sequence[Glyph | None] = field(repr=False)
    upright: bool = True

    @property
    def end(self) -> int:
        """Offset after the last character."""
        return self.start + len(self.text)

    @property
    def drawn(self) -> list[Glyph]:
        """The glyphs that are there."""
        return [glyph for glyph in self.glyphs if glyph is not None]


@dataclass(frozen=True, slots=True)
class Lines:
    """The text of one page with the segments behind it; OCR pages have none.

    Attributes:
        unseen: glyphs that are drawn but not seen; they are no part of the text.
        drawn: offsets of the glyphs' characters in drawing order; empty when that is the text's own order.
    """

    text: PageText
    segments: tuple[Segment, ...] = ()
    unseen: tuple[Glyph, ...] = field(default=(), repr=False)
    drawn: Sequence[int] = field(default=(), repr=False)


@dataclass(slots=True)
class _Writer:
    """Collects a page's text character by character."""

    chars: list[str] = field(default_factory=list)
    boxes: list[Box | None] = field(default_factory=list)
    segments: list[Segment] = field(default_factory=list)

    def segment(self, glyphs: Sequence[Glyph], joint: str) -> None:
        if self.chars:
            self.put(joint, None)
        start, seen = len(self.chars), []
        for glyph in _with_spaces(glyphs):
            seen.append(glyph)
            self.put(glyph.char if glyph else " ", glyph.box if glyph else None)
        text = PrivateText("".join(self.chars[start:]))
        self.segments.append(Segment(start, text, tuple(seen), all(g.upright for g in glyphs)))

    def put(self, char: str, box: Box | None) -> None:
        self.chars.append(char)
        self.boxes.append(box)

    def page(self, number: int, size: tuple[float, float], source: TextSource) -> PageText:
        return PageText(number, PrivateText("".join(self.chars)), tuple(self.boxes), source, *size)


def glyph_lines(
    number: int, size: tuple[float, float], glyphs: Sequence[Glyph], unseen: tuple[Glyph, ...] = ()
) -> Lines:
    """Order glyphs into lines.

    Args:
        number: of the page.
        size: width and height, points.
        glyphs: visible ones, in drawing order.
        unseen: passed on.
    """
    writer = _Writer()
    by_turn: dict[tuple[float, float], list[Glyph]] = {LEVEL: []}
    for glyph in glyphs:
        by_turn.setdefault(glyph.turn, []).append(glyph)
    for group in by_turn.values():
        for row in reading_order(_rows(group)):
            for index, segment in enumerate(row):
                writer.segment(segment, " " if index else "\n")
    drawn = _drawing_order(writer.segments, glyphs)
    return Lines(writer.page(number, size, TextSource.GLYPHS), tuple(writer.segments), unseen, drawn)


def _drawing_order(segments: Iterable[Segment], glyphs: Iterable[Glyph]) -> Sequence[int]:
    """Return the offsets of glyphs as they are drawn, unless that is how they read."""
    places = {id(glyph): s.start + at for s in segments for at, glyph in enumerate(s.glyphs) if glyph is not None}
    order = array("I", (places[id(glyph)] for glyph in glyphs if id(glyph) in places))
    return order if any(one > other for one, other in pairwise(order)) else ()


def word_lines(number: int, size: tuple[float, float], words: Iterable[OcrWord], scale: float) -> PageText:
    """Order OCR words into lines.

    Args:
        number: of the page.
        size: width and height, points.
        words: boxes in pixels.
        scale: points a pixel.
    """
    writer = _Writer()
    add_words(writer, words, (0.0, 0.0), scale)
    return writer.page(number, size, TextSource.OCR)


def add_words(writer: _Writer, words: Iterable[OcrWord], origin: tuple[float, float], scale: float) -> None:
    """Append words with their boxes moved to `origin` and scaled to points."""
    last: int | None = None
    for word in words:
        if writer.chars:
            writer.put(" " if word.line == last else "\n", None)
        last = word.line
        for char, box in zip(word.text.reveal(), _char_boxes(word), strict=True):
            x0, x1 = origin[0] + box.x0 * scale, origin[0] + box.x1 * scale
            writer.put(char, Box(x0, origin[1] + box.y0 * scale, x1, origin[1] + box.y1 * scale))


def _char_boxes(word: OcrWord) -> list[Box]:
    """Cut a word's place into equal parts, one a character, in pixels."""
    count, box = len(word.text), word.box
    if word.course is None:
        step = (box.x1 - box.x0) / count
        return [Box(box.x0 + i * step, box.y0, box.x0 + (i + 1) * step, box.y1) for i in range(count)]
    x0, y0, x1, y1, thick = word.course
    length = max(hypot(x1 - x0, y1 - y0), 1e-6)
    across = (abs(x1 - x0) / length, abs(y1 - y0) / length)
    wide = (length / count * across[0] + thick * across[1]) / 2
    high = (length / count * across[1] + thick * across[0]) / 2
    middles = [(x0 + (x1 - x0) * (i + 0.5) / count, y0 + (y1 - y0) * (i + 0.5) / count) for i in range(count)]
    return [Box(x - wide, y - high, x + wide, y + high) for x, y in middles]


def with_picture_words(lines: Lines, words: Iterable[OcrWord], origin: tuple[float, float], scale: float) -> Lines:
    """Append what OCR read in a picture on the page, so that the finder sees it as well."""
    writer = _Writer(list(lines.text.text.reveal()), list(lines.text.boxes), list(lines.segments))
    if writer.chars:
        writer.put("\n", None)
    add_words(writer, words, origin, scale)
    page = lines.text
    return replace(lines, text=writer.page(page.number, (page.width, page.height), page.source))


def _rows(glyphs: Sequence[Glyph]) -> list[list[list[Glyph]]]:
    rows: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda g: g.baseline):
        last = rows[-1] if rows else None
        reach = _STACK_EM if glyph.stacked else _ROW_EM
        if last and glyph.baseline - last[0].baseline <= reach * max(last[0].style.size, glyph.style.size):
            last.append(glyph)
        else:
            rows.append([glyph])
    drawn = [row for row in _with_notes(rows) if any(g.char.strip() for g in row)]
    split = [_segments(part) for row in drawn for part in _untangled(sorted(row, key=lambda g: (g.x0, g.x1)), glyphs)]
    starts = Counter(round(segment[0].x0) for row in split for segment in row)
    columns = {x for x, count in starts.items() if count >= _COLUMN_CELLS}
    ends = {(round(one[-1].x1), round(other[-1].x1)) for row in split for one, other in pairwise(row)}
    return [[part for segment in row for part in _at_columns(segment, columns, ends)] for row in split]


def _with_notes(rows: list[list[Glyph]]) -> Iterable[list[Glyph]]:
    """Put raised and lowered notes into the rows of the letters they stand at: their places tell where these end.

    Args:
        rows: downwards; large letters and the lines beside them are no notes, and two lines of small print are none.
    """
    for index, row in enumerate(rows):
        for other in (*rows[max(index - 2, 0) : index], *rows[index + 1 : index + 3]):
            large = max((g.style.size for g in other), default=0.0)
            if not row or not other or abs(other[0].baseline - row[0].baseline) > large:
                continue
            noted = {id(g) for run in _runs(row) if any(_notes(run, letter) for letter in other) for g in run}
            other += [g for g in row if id(g) in noted]
            row[:] = [g for g in row if id(g) not in noted]
    return filter(None, rows)


def _runs(row: Iterable[Glyph]) -> list[list[Glyph]]:
    """Part a row where a gap is wider than a blank; blanks themselves are left out."""
    runs: list[list[Glyph]] = []
    for glyph in sorted((g for g in row if g.char.strip()), key=lambda g: g.x0):
        if runs and glyph.x0 - runs[-1][-1].x1 <= _NOTE_GAP_EM * glyph.style.size:
            runs[-1].append(glyph)
        else:
            runs.append([glyph])
    return runs


def _notes(run: Sequence[Glyph], letter: Glyph) -> bool:
    """Tell whether a short run is set small at the end or the beginning of a letter, above or below its line."""
    size, first = letter.style.size, run[0]
    small = _NOTE_SIZES[0] * size <= first.style.size <= _NOTE_SIZES[1] * size and len(run) <= _NOTE_GLYPHS
    if not small or not letter.char.strip() or abs(first.baseline - letter.baseline) > _NOTE_EM * size:
        return False
    return any(-0.2 * size <= gap <= _NOTE_GAP_EM * size for gap in (first.x0 - letter.x1, letter.x0 - run[-1].x1))


def _untangled(row: list[Glyph], drawn: Sequence[Glyph]) -> list[list[Glyph]]:
    """Part words that are drawn over each other on one line; in any other row letters stand side by side.

    Args:
        row: from left to right.
        drawn: glyphs in drawing order.
    """
    if sum(_over(one, other) for one, other in pairwise(row)) < _TANGLED:
        return [row]
    mine: set[int] = set(map(id, row))
    runs: list[list[Glyph]] = [[]]
    for glyph in drawn:
        if id(glyph) in mine:
            last = runs[-1][-1] if runs[-1] else None
            if last is not None and not -0.3 <= (glyph.x0 - last.x1) / glyph.style.size <= GAP_EM:
                runs.append([])
            runs[-1].append(glyph)
    parts: list[list[Glyph]] = []
    for run in runs:
        free = (part for part in parts if all(g.x1 <= run[0].x0 + 0.1 or g.x0 >= run[-1].x1 - 0.1 for g in part))
        part = next(free, None)
        if part is None:
            parts.append(list(run))
        else:
            part.extend(run)
    return [sorted(part, key=lambda g: (g.x0, g.x1)) for part in parts]


def _over(one: Glyph, other: Glyph) -> bool:
    """Tell whether a letter is drawn over the one before it, and not the same once more to look bold."""
    if not (one.char.strip() and other.char.strip()) or one.char == other.char:
        return False
    return other.x0 < one.x1 - 0.5 * min(one.x1 - one.x0, other.x1 - other.x0)


def _at_columns(segment: list[Glyph], columns: set[int], ends: set[tuple[int, int]]) -> list[list[Glyph]]:
    """Split at small gaps that part columns: a label or a name has almost filled its column.

    Args:
        segment: from left to right.
        columns: left edges that several cells share.
        ends: where two cells side by side end, in any row.
    """
    parts, last_end = [[segment[0]]], segment[-1].x1
    for last, glyph in pairwise(segment):
        wide = glyph.x0 - last.x1 > _CELL_GAP_EM * glyph.style.size
        if wide and (columns & set(_about(glyph.x0)) or ends & set(product(_about(last.x1), _about(last_end)))):
            parts.append([])
        parts[-1].append(glyph)
    return parts


def _about(edge: float) -> tuple[int, int, int]:
    return round(edge), round(edge) - 1, round(edge) + 1


def _segments(row: Sequence[Glyph]) -> list[list[Glyph]]:
    segments: list[list[Glyph]] = []
    edge = float("-inf")
    for glyph in row:
        if not glyph.char.strip():
            continue
        if segments and glyph.x0 - edge <= GAP_EM * glyph.style.size and is_sign(segments[-1][-1]) == is_sign(glyph):
            segments[-1].append(glyph)
        else:
            segments.append([glyph])
        edge = max(edge, glyph.x1)
    return (
        [[glyph for segment in segments for glyph in segment]] if len(segments) > 1 and _is_stretched(row) else segments
    )


def _is_stretched(row: Sequence[Glyph]) -> bool:
    """Tell whether several words of a row stand equally far apart: a short line that was set to both edges."""
    letters = [glyph for glyph in row if glyph.char.strip()]
    if any(map(is_sign, letters)):
        return False
    size = max(glyph.style.size for glyph in letters)
    gaps = [gap for one, other in pairwise(letters) if (gap := other.x0 - one.x1) > SPACE_EM * size]
    return len(gaps) >= _STRETCHED and max(gaps) - min(gaps) < _EVEN_EM * size


def is_sign(glyph: Glyph) -> bool:
    """Tell whether a glyph is no writing but a tick, an arrow or a bullet, which no other font can draw."""
    if glyph.char.isalpha():
        return False
    return ord(glyph.char[0]) < _FIRST_PRINTED or any(family in glyph.style.face for family in _SIGN_FONTS)


def _with_spaces(glyphs: Sequence[Glyph]) -> Iterable[Glyph | None]:
    last: Glyph | None = None
    for glyph in glyphs:
        if last is not None:
            size = max(glyph.style.size, last.style.size)
            if glyph.char == last.char and abs(glyph.x0 - last.x0) < max(0.1 * size, _TWICE * (last.x1 - last.x0)):
                continue  # drawn twice to look bold, or with its shadow
            if glyph.x0 - last.x1 > (_DRAWN_SPACE_EM if glyph.apart else SPACE_EM) * size or _begins_note(last, glyph):
                yield None
        yield glyph
        last = glyph


def _begins_note(last: Glyph, glyph: Glyph) -> bool:
    """Tell whether a word in small letters stands raised or lowered at another: it is no part of that one."""
    sizes = glyph.style.size, last.style.size
    small = _NOTE_SIZES[0] * max(sizes) <= min(sizes) <= _NOTE_SIZES[1] * max(sizes)
    off = abs(glyph.baseline - last.baseline) > _RAISED_EM * max(sizes)
    return small and off and glyph.char.isalpha() and last.char.isalpha()


def reading_order(rows: list[list[list[Glyph]]]) -> list[list[list[Glyph]]]:
    """Read columns of prose downwards; keep rows of forms and tables together."""
    ordered: list[list[list[Glyph]]] = []
    index = 0
    while index < len(rows):
        end, gutter = _column_block(rows, index)
        if end - index >= _COLUMN_ROWS:
            block = rows[index:end]
            for left in (True, False):
                for row in block:
                    part = [s for s in row if (s[0].x0 < gutter) == left]
                    if part:
                        ordered.append(part)
            index = end
        else:
            ordered.append(rows[index])
            index += 1
    return ordered


_COLUMN_ROWS = 4
_COLUMN_GLYPHS = 18


def _column_block(rows: list[list[list[Glyph]]], start: int) -> tuple[int, float]:
    """Return where a stretch of two columns of prose that begins here ends, and the gutter between them."""
    end = start
    while end < len(rows) and _is_prose(rows[end]) and abs(rows[end][1][0].x0 - rows[start][1][0].x0) < 2 * GAP_EM:
        end += 1
    return end, rows[start][1][0].x0 - 1.0 if end > start else 0.0


def _is_prose(row: list[list[Glyph]]) -> bool:
    return len(row) == 2 and min(len(segment) for segment in row) >= _COLUMN_GLYPHS
