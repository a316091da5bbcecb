"""What the check may expect: secrets that must be gone, text that may still be there, rectangles that must be dark."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from qupia_redaction.check import Expected, Place, Sight
from qupia_redaction.layout.areas import slanting
from qupia_redaction.mark.marking import Marked, on_pictures
from qupia_redaction.model import UNREAD, Box, Category, PageText, PrivateText, RedactionOrder
from qupia_redaction.page.lines import Lines, glyph_lines
from qupia_redaction.plan.labels import mark_label, stamp
from qupia_redaction.plan.planning import Plan, Span
from qupia_redaction.read.doubts import settled, uncut
from qupia_redaction.read.reading import Reading

_CORNER = 0.15
_WORD = re.compile(r"\S+")
_LONG = 6


def expectation(reading: Reading, plan: Plan, marked: Marked, order: RedactionOrder) -> Expected:
    """Derive the check's input from plan and reading."""
    secrets: dict[int, list[PrivateText]] = {}
    kept: dict[int, PrivateText] = {}
    sights: dict[int, Sight] = {}
    around: dict[int, Sight] = {}
    labels = _printed(plan, order)
    for page in reading.pages:
        text = page.lines.text
        whole = text.text.reveal()
        spans = plan.spans[text.number]
        secrets[text.number] = _told(whole, spans)
        parts = [whole[start:end] for start, end in _between(spans, len(whole))]
        kept[text.number] = PrivateText("\n".join([*parts, stamp(order)]))
        drawn = spans if text.number in marked.pictures else on_pictures(page, spans)
        if drawn:
            now = replace(text, boxes=tuple(marked.boxes.get(text.number, text.boxes)))
            sights[text.number] = _sight((text, now), drawn, spans, order)
        if text.number not in marked.pictures:
            around[text.number] = _around(text, [span for span in spans if span not in drawn])
    pages = len(reading.pages)
    if marked.legend:
        pages += 1
        kept[pages] = PrivateText("\n".join([*marked.legend, stamp(order)]))
    no_codes = Category.CODE in order.hide
    printed = (*labels, stamp(order), *marked.legend)
    unseen = {page.lines.text.number: _unseen(page.lines) for page in reading.pages if page.lines.unseen}
    return Expected(
        pages, secrets, kept, marked.covered, sights, labels, no_codes, order.terms, printed, unseen,
        {number: sight for number, sight in around.items() if sight.places}, marked.tokens,
    )  # fmt: skip


def _unseen(lines: Lines) -> list[PrivateText]:
    """Return the lines that unseen letters make, where they are long enough to be told from chance."""
    size = (lines.text.width, lines.text.height)
    texts = (segment.text for segment in glyph_lines(lines.text.number, size, lines.unseen).segments)
    return [text for text in texts if sum(map(str.isalnum, text.reveal())) >= _LONG]


def expected_of_text(reading: Reading, plan: Plan, order: RedactionOrder) -> Expected:
    """Derive what a rendition that is text only may hold."""
    secrets: dict[int, list[PrivateText]] = {}
    kept: dict[int, PrivateText] = {}
    for page in reading.pages:
        text = page.lines.text
        whole, spans = (
            text.text.reveal(),
            settled(text, uncut(text, plan.spans[text.number], page.spilled, page.cut), page.believed),
        )
        secrets[text.number] = _told(whole, plan.spans[text.number])
        stays = _between(spans, min(len(whole), page.believed))
        kept[text.number] = PrivateText("\n".join(whole[start:end] for start, end in stays))
    labels = _printed(plan, order)
    printed = (*labels, stamp(order))
    return Expected(len(reading.pages), secrets, kept, labels=labels, terms=order.terms, printed=printed)


def _told(text: str, spans: Sequence[Span]) -> list[PrivateText]:
    """Return what must not be found again; what a word says that was not read surely, nobody knows."""
    return [PrivateText(text[span.start : span.end]) for span in spans if span.found_by != UNREAD]


def _printed(plan: Plan, order: RedactionOrder) -> list[str]:
    """Return the words that marks of this plan can bear."""
    stand_ins = {span.label for spans in plan.spans.values() for span in spans if span.label}
    return sorted({mark_label(category, order.language) for category in Category} | stand_ins)


def _sight(
    texts: tuple[PageText, PageText], drawn: Sequence[Span], spans: Sequence[Span], order: RedactionOrder
) -> Sight:
    """Tell of a page of pixels; its characters stood as in the first text and stand as in the second."""
    before, now = texts
    whole = now.text.reveal()
    places = tuple(
        Place(PrivateText(whole[span.start : span.end]), _boxes(now, span), _boxes(before, span)) for span in drawn
    )
    words = [word for start, end in _between(spans, len(whole)) for word in _words(now, start, end)]
    own = {mark_label(category, order.language) for category in Category} | {span.label for span in drawn}
    printed = PrivateText(" ".join([*sorted(own), stamp(order)]))
    return Sight(places, tuple(words), printed, _turn(before, drawn))


def _around(text: PageText, spans: Sequence[Span]) -> Sight:
    """Tell of a page of text where the master had what was hidden and could be read."""
    told = [span for span in spans if span.found_by != UNREAD]
    whole = text.text.reveal()
    places = (Place(PrivateText(whole[span.start : span.end]), (), _boxes(text, span)) for span in told)
    return Sight(tuple(place for place in places if place.was), turn=_turn(text, told))


def _turn(text: PageText, spans: Sequence[Span]) -> int:
    """Return by how many quarters a page is to be turned so that most letters of hidden texts follow level."""
    votes = [0, 0, 0, 0]
    for span in spans:
        letters = [box for box in text.boxes[span.start : span.end] if box is not None]
        for one, other in pairwise(letters):
            right, down = other.x0 + other.x1 - one.x0 - one.x1, other.y0 + other.y1 - one.y0 - one.y1
            votes[(0 if right > 0 else 2) if abs(right) > abs(down) else (1 if down > 0 else 3)] += 1
    return votes.index(max(votes))


def _boxes(text: PageText, span: Span) -> tuple[Box, ...]:
    """Return what must be dark: the places of words; of a line that slants, those of its letters."""
    letters = [box for box in text.boxes[span.start : span.end] if box is not None]
    if slanting(letters):
        return tuple(map(_middle_of, letters))
    return tuple(dict.fromkeys(box for _, box in _words(text, span.start, span.end)))


def _middle_of(box: Box) -> Box:
    """Return the middle of a box: the corners of one around a slanting letter hold none of it."""
    wide, high = _CORNER * (box.x1 - box.x0), _CORNER * (box.y1 - box.y0)
    return Box(box.x0 + wide, box.y0 + high, box.x1 - wide, box.y1 - high)


def _between(spans: Sequence[Span], end: int) -> Iterator[tuple[int, int]]:
    """Yield the stretches that no span hides."""
    at = 0
    for span in spans:
        yield at, span.start
        at = span.end
    yield at, end


def _words(text: PageText, start: int, end: int) -> Iterator[tuple[PrivateText, Box]]:
    """Yield the words of a stretch that have a place."""
    for match in _WORD.finditer(text.text.reveal(), start, end):
        boxes = [box for box in text.boxes[match.start() : match.end()] if box is not None]
        if boxes:
            sides = ([b.x0 for b in boxes], [b.y0 for b in boxes], [b.x1 for b in boxes], [b.y1 for b in boxes])
            yield PrivateText(match.group()), Box(min(sides[0]), min(sides[1]), max(sides[2]), max(sides[3]))
