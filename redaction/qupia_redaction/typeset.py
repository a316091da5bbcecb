"""Lay out a line again: kept words at default spacing, fixed tokens where something is hidden.

Pure. Nothing here depends on the hidden characters: the start is either a margin that other lines share or a grid
point, the limit is the page's margin or the next cell. So the result tells only what stays visible.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from qupia_redaction.lines import Segment, Style
from qupia_redaction.model import Category, PrivateText
from qupia_redaction.plan import Span

GRID_EM = 4.0
TOKEN_SCALE = 0.74
TOKEN_PAD_EM = 0.3
_MIN_SHRINK = 0.55
_SAME_X = 0.75
_COLUMN_X = 0.3
_LEADERS, _LEADER = ". _-…·‐–", 5
"""Rows of dots, rules and blanks fill a line up to an edge: as many as the text before them left room for."""

Measure = Callable[[str, Style], float | None]
"""Width of a text in a style, points; None when the style cannot set it."""


class CannotSet(Exception):
    """Say that a line cannot be set again safely: its page becomes pixels."""


@dataclass(frozen=True, slots=True)
class Word:
    """Kept text at its new place."""

    x: float
    baseline: float
    text: PrivateText
    style: Style


@dataclass(frozen=True, slots=True)
class Token:
    """A mark at its place with what is printed on it; `width` and `size` follow from category, label and line only."""

    x: float
    baseline: float
    width: float
    size: float
    text: str


@dataclass(frozen=True, slots=True)
class NewLine:
    """A segment as it will be: what is erased, what is drawn."""

    erased: Segment
    words: tuple[Word, ...]
    tokens: tuple[Token, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """How lines of one page may be set.

    Attributes:
        measure: widths of texts by style.
        labels: words on tokens.
        page_width: points.
        segments: all of the page.
        spans: what is hidden.
    """

    measure: Measure
    labels: Mapping[Category, str]
    page_width: float
    segments: Sequence[Segment] = field(repr=False)
    spans: Sequence[Span]

    def lines(self) -> Iterator[NewLine]:
        """Yield the segments in which something is hidden, set again.

        Raises:
            CannotSet: a line is turned, or a style lacks a letter, or the line does not fit.
        """
        passage = False
        for segment in self._grouped():
            mine = [s for s in self.spans if s.start < segment.end and s.end > segment.start]
            if not mine:
                passage = False
                continue
            if not segment.upright:
                raise CannotSet
            pieces = list(_pieces(segment, mine))
            only_passage = all(isinstance(piece, Span) and piece.category is Category.PASSAGE for piece, _ in pieces)
            yield self._set(segment, [] if passage and only_passage else pieces)
            passage = only_passage

    def _grouped(self) -> Iterator[Segment]:
        """Join segments of a row that stand where the text before them ends: their places tell its width.

        A segment that shares its left, right or middle with one of another row stands in a column and is left alone.
        """
        group: Segment | None = None
        for segment in self.segments:
            if group is not None and self._continues(group, segment):
                group = Segment(
                    group.start,
                    PrivateText(group.text.reveal() + " " + segment.text.reveal()),
                    (*group.glyphs, None, *segment.glyphs),
                )
                continue
            if group is not None:
                yield group
            group = segment
        if group is not None:
            yield group

    def _continues(self, group: Segment, segment: Segment) -> bool:
        if not (group.upright and segment.upright and segment.start == group.end + 1):
            return False
        size = _main_style(segment).size
        level = abs(_main_style_baseline(group) - _main_style_baseline(segment)) < 0.6 * size
        return level and segment.drawn[0].x0 >= group.drawn[-1].x0 and not self._in_column(segment)

    def _in_column(self, segment: Segment) -> bool:
        mine = _edges(segment)
        row = self._row(segment)
        return any(
            any(abs(one - other) < _COLUMN_X for one, other in zip(mine, _edges(s), strict=True))
            for s in self.segments
            if _apart(s, segment) and s.drawn and s.upright and s not in row
        )

    def _set(self, segment: Segment, pieces: list[tuple[str | Span, Style]]) -> NewLine:
        size = _main_style(segment).size
        start = self._start(segment, size)
        room = self._limit(segment, size) - start
        shrink = 1.0
        for _ in range(4):
            words, tokens, width = self._place(segment, pieces, start, shrink)
            aligned = self._aligned(segment, width)
            if aligned is not None:
                words, tokens, _ = self._place(segment, pieces, aligned, shrink)
                return NewLine(segment, tuple(words), tuple(tokens))
            if width <= room or not pieces:
                return NewLine(segment, tuple(words), tuple(tokens))
            shrink *= max(room / width, 0.1) * 0.999
            if shrink < _MIN_SHRINK:
                break
        raise CannotSet

    def _place(
        self, segment: Segment, pieces: list[tuple[str | Span, Style]], start: float, shrink: float
    ) -> tuple[list[Word], list[Token], float]:
        words: list[Word] = []
        tokens: list[Token] = []
        baseline = _main_style_baseline(segment)
        x = start
        for piece, look in pieces:
            style = _shrunk(look, shrink)
            if isinstance(piece, Span):
                width = self._token_width(piece, style.size)
                tokens.append(Token(x, baseline, width, style.size, piece.words(self.labels[piece.category])))
            else:
                width = self._width(piece, style)
                if piece.strip():
                    words.append(Word(x, baseline, PrivateText(piece), style))
            x += width
        return words, tokens, x - start

    def _token_width(self, span: Span, size: float) -> float:
        plain = Style(False, True, False, False, 0, size * TOKEN_SCALE)
        return self._width(span.label or self.labels[span.category], plain) + 2 * TOKEN_PAD_EM * size

    def _width(self, text: str, style: Style) -> float:
        width = self.measure(text, style)
        if width is None:
            raise CannotSet
        return width

    def _start(self, segment: Segment, size: float) -> float:
        x0 = segment.drawn[0].x0
        shared = sum(1 for s in self.segments if s.drawn and abs(s.drawn[0].x0 - x0) < _SAME_X)
        if shared > 1:
            return round(x0, 1)
        grid = GRID_EM * round(size)
        snapped = max(x0 // grid * grid, min(grid / 2, x0))
        before = [s.drawn[-1].x1 for s in self._row(segment) if s.drawn[-1].x1 <= x0 and not self._hit(s)]
        return max([snapped, *(x1 + 0.5 * size for x1 in before)])

    def _aligned(self, segment: Segment, width: float) -> float | None:
        """Return where a line of this width begins when its master was centred or set against the right edge."""
        if self._row(segment):
            return None
        left, right, middle = _edges(segment)
        others = [_edges(s) for s in self.segments if _apart(s, segment) and s.drawn and s.upright]
        if any(abs(left - other[0]) < _SAME_X for other in others):
            return None
        if abs(middle - self.page_width / 2) < _SAME_X:
            start = (self.page_width - width) / 2
        elif any(abs(right - other[1]) < _SAME_X for other in others):
            start = round(right, 1) - width
        else:
            return None
        return start if start >= 0 else None

    def _limit(self, segment: Segment, size: float) -> float:
        x0 = segment.drawn[0].x0
        after = [s.drawn[0].x0 for s in self._row(segment) if s.drawn[0].x0 > x0]
        if after:
            return min(after) - 0.5 * size
        whole = [s for s in self.segments if s.drawn and not self._hit(s)]
        left = min((s.drawn[0].x0 for s in self.segments if s.drawn), default=0.0)
        return max([self.page_width - min(left, 0.08 * self.page_width), *(s.drawn[-1].x1 for s in whole)])

    def _row(self, segment: Segment) -> list[Segment]:
        baseline, size = _main_style_baseline(segment), _main_style(segment).size
        return [
            s
            for s in self.segments
            if _apart(s, segment) and s.drawn and s.upright and abs(_main_style_baseline(s) - baseline) < 0.6 * size
        ]

    def _hit(self, segment: Segment) -> bool:
        return any(s.start < segment.end and s.end > segment.start for s in self.spans)


def _pieces(segment: Segment, spans: Sequence[Span]) -> Iterator[tuple[str | Span, Style]]:
    """Split a segment into kept runs of one style and hidden categories."""
    main = _main_style(segment)
    run, style = "", main
    alike = 0
    done: Span | None = None
    for index, char in enumerate(segment.text.reveal()):
        glyph = segment.glyphs[index]
        span = next((s for s in spans if s.start <= segment.start + index < s.end), None)
        if span is not None:
            if run:
                yield run, style
                run = ""
            if span is not done:
                yield span, main
            done = span
            continue
        look = _plain(glyph.style, main) if glyph is not None and char.strip() else style
        if run and look != style:
            yield run, style
            run = ""
        style = look
        alike = alike + 1 if char in _LEADERS and run.endswith(char) else 0
        if alike < _LEADER:
            run += " " if not char.strip() else char
    if run:
        yield run, style


def _apart(one: Segment, other: Segment) -> bool:
    """Tell whether a segment is no part of another."""
    return one.end <= other.start or one.start >= other.end


def _edges(segment: Segment) -> tuple[float, float, float]:
    """Return left, right and middle of a segment."""
    left, right = segment.drawn[0].x0, segment.drawn[-1].x1
    return left, right, (left + right) / 2


def _plain(style: Style, main: Style) -> Style:
    size = main.size if abs(style.size - main.size) < 0.6 else style.size
    return replace(style, size=size)


def _shrunk(style: Style, factor: float) -> Style:
    if factor == 1.0:
        return style
    return replace(style, size=style.size * factor)


def _main_style(segment: Segment) -> Style:
    drawn = segment.drawn
    return max((g.style for g in drawn), key=lambda s: (sum(1 for g in drawn if g.style == s), s.size))


def _main_style_baseline(segment: Segment) -> float:
    baselines = sorted(glyph.baseline for glyph in segment.drawn)
    return baselines[len(baselines) // 2]
