"""Set the lines of a page again: what is hidden goes, what stays is set beside it, and neighbours that went along.

The engine removes every letter whose box a rectangle meets: of words drawn over each other, or lines set very tight,
some that stay go too. So the page is asked afterwards which letters are left, and lines that lost one are set again in
their own place. Limit: a page where that does not end after a few rounds becomes pixels. Cells are those of the rules
that stay: a frame that was as wide as a hidden text would hold its mark to that width.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import partial

import pymupdf
from PIL import Image

from qupia_redaction.layout.blocks import blocks
from qupia_redaction.layout.fitted import Drawing, Fitted, fitted
from qupia_redaction.layout.leaders import parted
from qupia_redaction.layout.typeset import CannotSet, Layout, NewLine
from qupia_redaction.model import Box, Category
from qupia_redaction.page.askew import Tilt
from qupia_redaction.page.frames import LEVEL_FRAME, Frame, drawn_in, framed
from qupia_redaction.page.lines import Lines, Segment
from qupia_redaction.page.ruled import Rules, upright_rules
from qupia_redaction.pdf import apply
from qupia_redaction.pdf.fonts import Faces
from qupia_redaction.pdf.read import dpi_within, drawn_glyphs, grey_pixels, letter_places
from qupia_redaction.pdf.ruling import drawing_of
from qupia_redaction.plan.planning import Span

_ROUNDS = 3
_RULES_DPI, _RULES_PIXELS = 100, 8_000_000
_CLIPS = re.compile(rb"\bW\*?\s")
_FITS = 1.0, 0.35
"""How far before the end of a line, points, and behind it, em, a clip ends that fits it."""
_NEAR = 2
"""Places are compared by halves of a point."""

Spot = tuple[int, int, str]


def set_again(
    page: pymupdf.Page, lines: Lines, spans: Sequence[Span], faces: Faces, labels: Mapping[Category, str]
) -> list[NewLine]:
    """Take lines with spans out of a page and return how they are to be written.

    Raises:
        CannotSet: a line cannot be set again safely.
        CannotErase: something unseen cannot be removed alone.
    """
    layouts = layouts_of(Layout(faces.measure, labels, page.rect.width, lines.segments, spans), page.rect.height)
    tables, layouts = _fitted(page, layouts)
    moved, layouts = _blocks(layouts)
    cells = [*(line for table in tables for line in table.lines), *moved]
    new = [*cells, *_first(page, layouts)]
    if _cut_to_fit(page, lines.segments, new):
        raise CannotSet
    slanting = _Askew.on(lines.segments, new)
    apply.erase_unseen(page, lines.unseen, lines.segments)
    apply.erase_rules(page, [table.place for table in tables])
    apply.erase_lines(page, new)
    slanting.compare(page)
    rules = _rules(page) if new else Rules()
    bare = not all(line.words or line.tokens for line in new)
    if rules.pieces or bare:
        layouts = [(f, replace(layout, rules=rules if f is LEVEL_FRAME else Rules())) for f, layout in layouts]
        new = [*cells, *_set(layouts)]
    if bare:  # captions of hidden texts, too
        apply.erase_lines(page, new)
    for _ in range(_ROUNDS if new else 0):
        more = [
            replace(layout.again(segment), frame=frame)
            for frame, layout in layouts
            if not frame.askew  # those were compared
            for segment in _robbed(page, layout.segments, frame, new)
        ]
        if not more:
            return new
        apply.erase_lines(page, more)
        new += more
    if new:
        raise CannotSet
    return new


def layouts_of(whole: Layout, height: float) -> list[tuple[Frame, Layout]]:
    """Return the layouts of a page's lines, those of each direction in their frame, out of one of all of them."""
    frames = framed(whole.segments, (whole.page_width, height), whole.askew())
    layouts = []
    for frame, room, segments in frames:
        reach = _reach(frame, whole.page_width, height)
        layouts.append((frame, replace(whole, page_width=room, segments=segments, reach=reach, _looks={})))
    return layouts


def _fitted(
    page: pymupdf.Page, layouts: Sequence[tuple[Frame, Layout]]
) -> tuple[list[Fitted], list[tuple[Frame, Layout]]]:
    """Return the fitted tables of a page, and the layouts of what is left."""
    (frame, level), *others = layouts
    if not level.touched():
        return [], [*layouts]
    tables, rest = fitted(level, drawing_of(page) if _drawn(page) else Drawing(), page.rect.height)
    return tables, [(frame, rest), *others]


def _blocks(layouts: Sequence[tuple[Frame, Layout]]) -> tuple[list[NewLine], list[tuple[Frame, Layout]]]:
    """Return the lines of blocks that their longest line put at the right margin, and the layouts of what is left.

    There numbers behind leaders are parted from these.
    """
    (frame, level), *others = layouts
    lines, rest = blocks(parted(level))
    return lines, [(frame, rest), *others]


@dataclass(frozen=True, slots=True)
class _Askew:
    """Lines askew on a page from which one of them is taken: the engine may take letters of the others, too.

    Attributes:
        gone, stay: their letters.
    """

    gone: AbstractSet[apply.Spot] = frozenset()
    stay: AbstractSet[apply.Spot] = frozenset()

    @classmethod
    def on(cls, segments: Sequence[Segment], new: Sequence[NewLine]) -> _Askew:
        """Return the lines of a page; none where nothing askew is taken."""
        gone = [line.erased for line in new if not line.erased.upright]
        if not gone:
            return cls()
        taken = {segment.start for segment in gone}
        stay = [segment for segment in segments if not segment.upright and segment.start not in taken]
        return cls(*(apply.places(g for s in part for g in s.drawn if g.char.strip()) for part in (gone, stay)))

    def compare(self, page: pymupdf.Page) -> None:
        """Compare with what is left.

        Raises:
            CannotSet: a letter is left that is to go, or one is gone that is to stay.
        """
        left = apply.places(drawn_glyphs(page)) if self.gone else self.stay
        if not left.isdisjoint(self.gone) or not left >= self.stay:
            raise CannotSet


def _reach(frame: Frame, width: float, height: float) -> Callable[[float], tuple[float, float]] | None:
    """Return where lines askew lie on the page; None for others, which have a margin."""
    return partial(frame.reach, width=width, height=height) if frame.askew else None


def _set(layouts: Sequence[tuple[Frame, Layout]]) -> list[NewLine]:
    return [_in_frame(line, frame) for frame, layout in layouts for line in layout.lines()]


def _in_frame(line: NewLine, frame: Frame) -> NewLine:
    """Return a line with its frame; what is erased of one askew is where the page draws it."""
    return replace(line, frame=frame, erased=drawn_in(line.erased, frame) if frame.askew else line.erased)


def _first(page: pymupdf.Page, layouts: Sequence[tuple[Frame, Layout]]) -> list[NewLine]:
    """Return lines set without rules; where they need the bounds of their cells, only what is to be erased."""
    try:
        return _set(layouts)
    except CannotSet:
        if not _drawn(page):
            raise
        return _touched(layouts)


def touched(lines: Lines, spans: Sequence[Span], width: float, height: float) -> list[NewLine]:
    """Return the lines of a page in which something is hidden, with nothing in their place."""
    return _touched(layouts_of(Layout(lambda _text, _style: None, {}, width, lines.segments, spans), height))


def _touched(layouts: Sequence[tuple[Frame, Layout]]) -> list[NewLine]:
    return [_in_frame(NewLine(s, (), ()), frame) for frame, layout in layouts for s in layout.touched()]


def _cut_to_fit(page: pymupdf.Page, segments: Sequence[Segment], new: Sequence[NewLine]) -> bool:
    """Tell whether a clip, or the box of a form, ends where a line ends that is taken out: it would tell its width.

    One in which nothing else is written goes with its line.
    """
    if not new or not (page.get_xobjects() or _CLIPS.search(page.read_contents())):
        return False
    clips = {Box(*one["scissor"]) for one in page.get_cdrawings(extended=True) if one["type"] == "clip"}
    ends = Counter(round(clip.x1) for clip in clips)
    alone = [clip for clip in clips if sum(ends[round(clip.x1) + step] for step in (-1, 0, 1)) == 1]
    lines = [line.erased for line in new if line.erased.upright and line.frame is LEVEL_FRAME]
    taken = [range(segment.start, segment.end) for segment in lines]
    stay = [g.box for s in segments if not any(s.start in one for one in taken) for g in s.drawn]
    return any(
        _fits(clip, segment) and any(clip.x0 < b.x0 and b.x1 < clip.x1 and clip.y0 < b.y1 < clip.y1 + 1 for b in stay)
        for clip in alone
        for segment in lines
    )


def _fits(clip: Box, segment: Segment) -> bool:
    drawn = segment.drawn
    size, end, y = max(g.style.size for g in drawn), max(g.x1 for g in drawn), drawn[0].baseline
    return clip.y0 < y < clip.y1 + 1 and -_FITS[0] < clip.x1 - end < _FITS[1] * size


def _rules(page: pymupdf.Page) -> Rules:
    """Return the rules of the page's tables as a picture of it shows them, however they are drawn."""
    if not _drawn(page):
        return Rules()
    dpi = dpi_within(page.rect.width, page.rect.height, _RULES_DPI, _RULES_PIXELS)
    return Rules.level(upright_rules(Image.fromarray(grey_pixels(page, dpi)), dpi), Tilt())


def _drawn(page: pymupdf.Page) -> bool:
    return any(kind in {"fill-path", "stroke-path", "fill-image"} for kind, _ in page.get_bboxlog())


def _robbed(page: pymupdf.Page, segments: Sequence[Segment], frame: Frame, new: Sequence[NewLine]) -> list[Segment]:
    """Return segments that should have stayed and lost a letter."""
    left = _spots(page)
    taken = [line.erased for line in new if line.frame == frame]
    stay = [s for s in segments if not any(t.start <= s.start < t.end for t in taken)]
    return [segment for segment in stay if segment.upright and not _whole(segment, frame, left)]


def _whole(segment: Segment, frame: Frame, left: set[Spot]) -> bool:
    drawn = [(frame.point(glyph.x0, glyph.baseline), glyph.char) for glyph in segment.drawn if glyph.char.strip()]
    return all(
        (x, y, char) in left
        for (across, down), char in drawn
        for x, y in [(round(across * _NEAR), round(down * _NEAR))]
    )


def _spots(page: pymupdf.Page) -> set[Spot]:
    """Return what the page shows and where, to half a point and its neighbours.

    The trace knows no places of the letters of a ligature, which the reading shares out over its width.
    """
    traced = [(x, y, chr(code)) for span in page.get_texttrace() for code, _, (x, y), _ in span["chars"]
              if 0 < code < 0x110000]  # fmt: skip
    spots: set[Spot] = set()
    for x, y, char in (*traced, *letter_places(page)):
        at, level = round(x * _NEAR), round(y * _NEAR)
        spots |= {(at + i, level + j, char) for i in (-1, 0, 1) for j in (-1, 0, 1)}
    return spots
