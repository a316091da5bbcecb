"""Lay out a line again: kept words at default spacing, fixed tokens where something is hidden.

Pure. Nothing here depends on the hidden characters: where a line begins and how far it may reach follows from lines
that stay (see `placing`). So the result tells only what stays visible.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from qupia_redaction.layout.grids import Piece
from qupia_redaction.layout.hanging import Hanging, hanging
from qupia_redaction.layout.placing import Extent, Places, extent
from qupia_redaction.model import Box, Category, PrivateText
from qupia_redaction.page.frames import LEVEL_FRAME, Frame, turn_of
from qupia_redaction.page.lines import Glyph, Segment, Style, is_sign
from qupia_redaction.page.ruled import Rules
from qupia_redaction.plan.planning import Span

GRID_EM = 4.0
TOKEN_SCALE = 0.74
TOKEN_PAD_EM = 0.3
_LABEL_SHRINK, _MIN_SHRINK = 0.75, 0.55
"""How small a line may become: with whole labels, and with their codes alone."""
_COLUMN_X = 0.3
_ASCENT, _DESCENT, _MIDDLE = 0.75, 0.22, 0.25
_SPACED_EM, _WORD_EM, _BESIDE = 0.1, 0.15, 2
_STREWN_EM = 3.0
_LEADER = 5
LEADERS = re.compile(rf"([^\w\x00]{{1,3}}?|_|_ )\1{{{_LEADER},}}|([^\W\d])\2{{9,}}")
"""Rows of dots, rules, blanks or other signs fill a line up to an edge: as many as there was room for."""

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
    """A segment as it will be: what is erased, what is drawn, and where its own frame lies on the page.

    Lines of one table share its number, and the first brings its rules.
    """

    erased: Segment
    words: tuple[Word, ...]
    tokens: tuple[Token, ...]
    frame: Frame = LEVEL_FRAME
    table: int = 0
    rules: tuple[Piece, ...] = ()


@dataclass(frozen=True, slots=True)
class _Look:
    """What is asked of a segment again and again: its main style, its baseline, left, right, middle, last letter."""

    style: Style
    baseline: float
    edges: tuple[float, float, float]
    last: float


@dataclass(frozen=True, slots=True)
class _Around:
    """What a line is set between: the places that lines share, all segments with hidden text, and rules of tables."""

    places: Places
    hidden: Sequence[Segment]
    rules: Rules
    within: bool = True
    """Whether a line ends before the rule behind it; it begins behind the one before it in any case."""

    def start(self, segment: Segment, size: float, width: float) -> float:
        """Return where a line begins: never before the rule that its cell begins with, which stays as it is."""
        mine, x = extent(segment), self.places.start(extent(segment), size, width)
        bars = [bar for bar in self._bars(mine, size) if bar < mine.left + 0.5 * size]
        return max(x, bars[-1] + 0.2 * size) if bars else x

    def room(self, segment: Segment, size: float) -> float:
        """Return how far a line may reach: to its cell's rule, what stays, or where the next hidden cell will begin."""
        mine, room = extent(segment), self.places.room(extent(segment), size)
        bars = [bar for bar in self._bars(mine, size) if bar > mine.left + 0.5 * size]
        if self.within and bars and bars[0] > mine.right - 0.5 * size:
            room = min(room, bars[0] - 0.2 * size)
        for other in self.hidden:
            one = extent(other)
            if other is not segment and one.left >= mine.right and abs(one.baseline - mine.baseline) < 0.6 * size:
                room = min(room, self.start(other, size, 0.0) - 0.25 * size)
        return room

    def _bars(self, mine: Extent, size: float) -> list[float]:
        return sorted(self.rules.crossing(mine.baseline - _ASCENT * size, mine.baseline + _DESCENT * size))


@dataclass(frozen=True, slots=True)
class Layout:
    """How lines of one page may be set.

    Attributes:
        measure: widths of texts by style.
        labels: words on tokens.
        page_width: points.
        segments: all of the page.
        spans: what is hidden.
        rules: what runs down the page between cells of tables.
        reach: see `Places`.
    """

    measure: Measure
    labels: Mapping[Category, str]
    page_width: float
    segments: Sequence[Segment] = field(repr=False)
    spans: Sequence[Span]
    rules: Rules = field(default_factory=Rules)
    reach: Callable[[float], tuple[float, float]] | None = field(default=None, repr=False)
    _looks: dict[tuple[int, int], _Look] = field(default_factory=dict, repr=False, compare=False)

    def lines(self) -> Iterator[NewLine]:
        """Yield the segments in which something is hidden, set again.

        Raises:
            CannotSet: a line is turned, or a style lacks a letter, or the line does not fit.
        """
        passage = False
        holes: list[tuple[Extent, Extent, float]] = []
        every = list(self._grouped())
        ground = set(map(id, (*self._ground(every), *self._strewn(every))))
        hung = self._hanging([s for s in every if id(s) not in ground])
        moved = {id(segment) for one in hung for segment in one.lines}
        groups = [segment for segment in every if id(segment) not in moved]
        kept = [extent(s) for s in groups if s.drawn and s.upright and not self._spans(s)]
        places = Places(self.page_width, kept, reach=self.reach)
        hidden = [s for s in groups if s.drawn and s.upright and self._spans(s) and id(s) not in ground]
        for segment in groups:
            mine = self._spans(segment)
            if not mine or id(segment) in ground:
                passage = False
                if mine:
                    yield NewLine(segment, (), ())
                continue
            if not segment.upright:
                raise CannotSet
            pieces = list(_pieces(segment, mine))
            only_passage = all(isinstance(piece, Span) and piece.category is Category.PASSAGE for piece, _ in pieces)
            around = _Around(places, hidden, self.rules)
            line = self._set(segment, around, [] if passage and only_passage else pieces)
            whole = extent(segment)
            holes += [(hole, whole, t.x) for hole, t in zip(_holes(segment, mine), line.tokens, strict=False)]
            yield line
            passage = only_passage
            for one in hung:
                if one.leader is segment:
                    yield from self._hung(one, line, places)
        yield from self._captions(groups, places, holes)

    def joined(self) -> list[Segment]:
        """Return all segments, those joined that are set again as one."""
        return list(self._grouped())

    def hides(self, segment: Segment) -> bool:
        """Tell whether something is hidden in a segment."""
        return bool(self._spans(segment))

    def touched(self) -> list[Segment]:
        """Return the segments in which something is hidden, as they are joined to be set again."""
        return [segment for segment in self._grouped() if self._spans(segment)]

    def again(self, segment: Segment) -> NewLine:
        """Return a segment in which nothing is hidden as it is set in its own place."""
        words, _, _ = self._place(segment, list(_pieces(segment, ())), extent(segment).left, 1.0)
        return NewLine(segment, tuple(words), ())

    def placed(self, segment: Segment, x: float, brief: bool = False) -> tuple[NewLine, float]:
        """Return a segment as it is set at a place, and its width, points.

        Args:
            segment: with hidden texts or without.
            x: where it begins.
            brief: whether its marks show their codes alone.

        Raises:
            CannotSet: a style lacks a letter.
        """
        pieces = [
            (piece.briefly() if brief and isinstance(piece, Span) else piece, style)
            for piece, style in _pieces(segment, self._spans(segment))
        ]
        words, tokens, width = self._place(segment, pieces, x, 1.0)
        return NewLine(segment, tuple(words), tuple(tokens)), width

    def _hanging(self, groups: Sequence[Segment]) -> list[Hanging]:
        """Return what hangs behind hidden texts in level lines."""
        if not self.spans or self.reach is not None or any(s.category is Category.PASSAGE for s in self.spans):
            return []
        ends = {id(s): min((span.end - s.start for span in self._spans(s)), default=None) for s in groups}
        found = hanging([s for s in groups if s.drawn and s.upright], lambda segment: ends[id(segment)])
        return [one for one in found if not any(span.start < one.at < span.end for span in self.spans)]

    def _hung(self, one: Hanging, line: NewLine, places: Places) -> Iterator[NewLine]:
        """Yield lines that hang behind a hidden text, set where the word now begins under which they stand.

        Where that leaves no room on the page they begin together as far right as they may.
        """
        before = [span for span in self._spans(one.leader) if span.start < one.at]
        mark, main = line.tokens[len(before) - 1], self._look(one.leader).style
        between = one.leader.text.reveal()[before[-1].end - one.leader.start : one.at - one.leader.start]
        blanks = "".join(char if char.strip() else " " for char in between)
        x = mark.x + mark.width + self._width(blanks, _shrunk(main, mark.size / main.size))
        for segment in one.lines:
            size, level = self._look(segment).style.size, extent(segment).baseline
            x = min(x, places.within(x, self.placed(segment, 0.0, brief=True)[1], level, size))
        for segment in one.lines:
            yield self.placed(segment, x, brief=True)[0]

    def _captions(
        self, groups: Sequence[Segment], places: Places, holes: Sequence[tuple[Extent, Extent, float]]
    ) -> Iterator[NewLine]:
        """Set again what was centred below or above a hidden text: its own place tells that text's width.

        One that is too long to begin where the mark does ends at the edge of the page.
        """
        for segment in groups if holes else ():
            if self._spans(segment) or not segment.upright or not segment.drawn:
                continue
            size, mine = self._look(segment).style.size, extent(segment)
            starts = [x for hole, whole, x in holes if places.below(mine, hole, whole, 2 * size)]
            if starts:
                pieces = list(_pieces(segment, ()))
                _, _, width = self._place(segment, pieces, 0.0, 1.0)
                words, _, _ = self._place(segment, pieces, places.within(starts[0], width, mine.baseline, size), 1.0)
                yield NewLine(segment, tuple(words), ())

    def _spans(self, segment: Segment) -> list[Span]:
        return [s for s in self.spans if s.start < segment.end and s.end > segment.start]

    def _ground(self, groups: Sequence[Segment]) -> list[Segment]:
        """Return hidden texts that letters which stay are drawn over: marks in their place would cover these.

        A pattern of lines askew is one ground, wherever letters stand on it.
        """
        whole = [s for s in groups if self._is_hidden(s)]
        ground = [s for s in whole if self._is_under(s)]
        turns = {s.drawn[0].turn for s in ground if not s.upright}
        return [s for s in whole if s in ground or (not s.upright and s.drawn[0].turn in turns)]

    def askew(self) -> set[tuple[float, float]]:
        """Return the directions of lines askew in which something is hidden, but no ground of the page."""
        groups = list(self._grouped())
        ground = set(map(id, (*self._ground(groups), *self._strewn(groups))))
        return {
            turn
            for segment in groups
            if not segment.upright and id(segment) not in ground and self._spans(segment)
            for turn in [turn_of(segment)]
            if turn is not None
        }

    def _strewn(self, groups: Sequence[Segment]) -> list[Segment]:
        """Return hidden letters that stand alone near one before them: as many marks would tell how many there were."""
        strewn: list[Segment] = []
        last: Glyph | None = None
        for segment in groups:
            letters = [glyph for glyph in segment.drawn if glyph.char.strip()]
            if len(letters) != 1 or not self._is_hidden(segment):
                continue
            if last is not None and _near(last, letters[0]):
                strewn.append(segment)
            last = letters[0]
        return strewn

    def _is_hidden(self, segment: Segment) -> bool:
        mine = self._spans(segment)
        letters = [at for at, glyph in enumerate(segment.glyphs, segment.start) if glyph and glyph.char.strip()]
        return bool(mine) and all(any(span.start <= at < span.end for span in mine) for at in letters)

    def _is_under(self, segment: Segment) -> bool:
        """Tell whether the middle of a letter that stays lies on a segment."""
        places = _places(segment)
        return any(
            box.x0 < x < box.x1 and box.y0 < y < box.y1
            for other in self.segments
            if other.upright and _apart(other, segment) and not self._spans(other)
            for x, y in (((g.x0 + g.x1) / 2, g.baseline - _MIDDLE * g.style.size) for g in other.drawn)
            for box in places
        )

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
        if is_sign(group.drawn[-1]) or is_sign(segment.drawn[0]):
            return False  # signs are not set again: they stay where they are
        before, here = self._look(group), self._look(segment)
        level = abs(before.baseline - here.baseline) < 0.6 * min(before.style.size, here.style.size)
        return level and here.edges[0] >= before.last and not self._in_column(segment)

    def _in_column(self, segment: Segment) -> bool:
        mine, row = self._look(segment).edges, {s.start for s in self._row(segment)}
        for other in self.segments:
            if not (other.upright and other.drawn and _apart(other, segment)) or other.start in row:
                continue
            left, *sides = (abs(x - y) < _COLUMN_X for x, y in zip(mine, self._look(other).edges, strict=True))
            if left or (any(sides) and self._row(other)):  # a lone line shares a right edge or a middle by chance
                return True
        return False

    def _look(self, segment: Segment) -> _Look:
        key = (segment.start, segment.end)
        if key not in self._looks:
            self._looks[key] = _look(segment, self._spans(segment))
        return self._looks[key]

    def _set(self, segment: Segment, around: _Around, pieces: list[tuple[str | Span, Style]]) -> NewLine:
        """Return a line with whole labels, or where they do not fit with their codes alone, at worst over its rule."""
        codes = [(piece.briefly() if isinstance(piece, Span) else piece, style) for piece, style in pieces]
        for room in (around, replace(around, within=False)):
            line = self._fitted(segment, room, pieces, _LABEL_SHRINK) or self._fitted(segment, room, codes, _MIN_SHRINK)
            if line is not None:
                return line
        raise CannotSet

    def _fitted(
        self, segment: Segment, around: _Around, pieces: list[tuple[str | Span, Style]], least: float
    ) -> NewLine | None:
        """Return a line, made smaller where it must be; None where it does not fit at the least size."""
        size = self._look(segment).style.size
        shrink = 1.0
        for _ in range(4):
            _, _, width = self._place(segment, pieces, 0.0, shrink)
            start = around.start(segment, size, width)
            room = around.room(segment, size) - start
            if width <= room or not pieces:
                words, tokens, _ = self._place(segment, pieces, start, shrink)
                return NewLine(segment, tuple(words), tuple(tokens))
            shrink *= max(room / width, 0.1) * 0.999
            if shrink < least:
                break
        return None

    def _place(
        self, segment: Segment, pieces: list[tuple[str | Span, Style]], start: float, shrink: float
    ) -> tuple[list[Word], list[Token], float]:
        words: list[Word] = []
        tokens: list[Token] = []
        # directions are rounded: along a line askew baselines drift, and one further on tells how long it was
        baseline = segment.drawn[0].baseline if self.reach else self._look(segment).baseline
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

    def _row(self, segment: Segment) -> list[Segment]:
        mine = self._look(segment)
        return [
            s
            for s in self.segments
            if s.upright
            and s.drawn
            and _apart(s, segment)
            and abs(self._look(s).baseline - mine.baseline) < 0.6 * mine.style.size
        ]


def _near(one: Glyph, other: Glyph) -> bool:
    """Tell whether a letter stands next to another, whichever way they run."""
    reach = _STREWN_EM * max(one.style.size, other.style.size)
    return abs(one.box.x0 - other.box.x0) < reach and abs(one.box.y0 - other.box.y0) < reach


def _places(segment: Segment) -> list[Box]:
    """Return where a segment's letters stand: along a level line all of it."""
    boxes = [glyph.box for glyph in segment.drawn]
    if not segment.upright:
        return boxes
    return [Box(boxes[0].x0, min(b.y0 for b in boxes), boxes[-1].x1, max(b.y1 for b in boxes))]


def _holes(segment: Segment, spans: Sequence[Span]) -> Iterator[Extent]:
    """Yield where hidden texts stood in a segment, one by one."""
    for span in spans:
        inside = segment.glyphs[max(span.start - segment.start, 0) : span.end - segment.start]
        drawn = [glyph for glyph in inside if glyph is not None]
        if drawn:
            yield Extent(drawn[0].x0, drawn[-1].x1, drawn[0].baseline)


def _pieces(segment: Segment, spans: Sequence[Span]) -> Iterator[tuple[str | Span, Style]]:
    """Split a segment into kept runs of one style and hidden categories."""
    main = _look(segment, spans).style
    run, style = "", main
    done: Span | None = None
    left_out = _left_out(segment, spans)
    for index, char in enumerate(segment.text.reveal()):
        glyph = segment.glyphs[index]
        if index in left_out:
            continue
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
        run += " " if not char.strip() else char
    if run:
        yield run, style


def _left_out(segment: Segment, spans: Sequence[Span]) -> frozenset[int]:
    """Return the spaces between letters that are spaced out, and what a leader has too many of."""
    joined = _letter_gaps(segment, spans)
    hidden = {at - segment.start for span in spans for at in range(span.start, span.end)}
    left = [(at, char) for at, char in enumerate(segment.text.reveal()) if at not in joined]
    text = "".join("\0" if at in hidden else char if char.strip() else " " for at, char in left)
    more: set[int] = set()
    for leader in LEADERS.finditer(text):
        unit = leader[1] or leader[2]
        part = next(n for n in range(len(unit) - 1, -1, -1) if text.startswith(unit[:n], leader.end()))
        more |= {left[at][0] for at in range(leader.start() + _LEADER * len(unit), leader.end() + part)}
    return joined | more


def _letter_gaps(segment: Segment, spans: Sequence[Span]) -> frozenset[int]:
    """Return where spaces were put in between letters that are spaced out: no words end there.

    Only letters that stay tell it: of a name that is spaced out alone, a long one would outweigh them.
    """
    hidden = {at - segment.start for span in spans for at in range(span.start, span.end)}
    drawn = [(index, glyph) for index, glyph in enumerate(segment.glyphs) if glyph is not None and index not in hidden]
    gaps = {
        index - 1: (glyph.x0 - last.x1) / glyph.style.size
        for (before, last), (index, glyph) in pairwise(drawn)
        if index - before <= _BESIDE and last.char.isalnum() and glyph.char.isalnum()
    }
    usual = sorted(gaps.values())[len(gaps) // 2] if len(gaps) > 1 else 0.0  # two letters alone may be two words
    if usual < _SPACED_EM:
        return frozenset()
    spaces = {index for index, char in enumerate(segment.text.reveal()) if not char.strip()}
    ends = spaces | {-1, len(segment.glyphs)}
    return frozenset(  # between two whole words there is a space, however wide their neighbours are set
        i for i, gap in gaps.items() if segment.glyphs[i] is None and gap < usual + _WORD_EM and {i - 2, i + 2} & ends
    )


def _apart(one: Segment, other: Segment) -> bool:
    """Tell whether a segment is no part of another."""
    return one.end <= other.start or one.start >= other.end


def _plain(style: Style, main: Style) -> Style:
    size = main.size if abs(style.size - main.size) < 0.6 else style.size
    return replace(style, size=size)


def _shrunk(style: Style, factor: float) -> Style:
    if factor == 1.0:
        return style
    return replace(style, size=style.size * factor)


def _look(segment: Segment, spans: Sequence[Span]) -> _Look:
    """Return how a segment looks: its style is that of letters that stay, where some do."""
    drawn = segment.drawn
    hidden = {at - segment.start for span in spans for at in range(span.start, span.end)}
    kept = [glyph for at, glyph in enumerate(segment.glyphs) if glyph is not None and at not in hidden]
    counts = Counter(glyph.style for glyph in kept or drawn)
    baselines = sorted(glyph.baseline for glyph in drawn)
    left, right = drawn[0].x0, drawn[-1].x1
    return _Look(
        max(counts, key=lambda style: (counts[style], style.size)),
        baselines[len(baselines) // 2],
        (left, right, (left + right) / 2),
        drawn[-1].x0,
    )
