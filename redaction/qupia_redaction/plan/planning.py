"""Details and order to what happens to each stretch of text: kept, or a mark of a size that does not tell.

Pure. A hidden span is `Span(start, end, category)` in a page's text; what is set or covered follows from spans alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from qupia_redaction.model import UNREAD, Category, Detail, Mark, MarkRecord, Method, PageText, RedactionOrder
from qupia_redaction.plan.reasons import reason_of
from qupia_redaction.plan.special import hides
from qupia_redaction.plan.stand_ins import StandIns


@dataclass(frozen=True, slots=True)
class Span:
    """Characters of a page's text that are hidden.

    Attributes:
        start, end: offsets, end exclusive.
        category: what they are.
        label: words in their place instead of the category's, where they are not empty; never of the hidden length.
        method: how they are hidden; REMOVE prints no word at all.
        found_by, score: what found them, and how surely.
    """

    start: int
    end: int
    category: Category
    label: str = ""
    method: Method = Method.MASK
    found_by: str = ""
    score: float = 1.0

    def words(self, own: str) -> str:
        """Return what is printed in its place, given the category's own word."""
        return "" if self.method is Method.REMOVE else self.label or own

    def briefly(self) -> Span:
        """Return it with nothing but its reason code printed in its place, for cells too narrow for a word."""
        return self if self.label else replace(self, label=reason_of(self.category).value)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is hidden, page by page.

    Attributes:
        spans: sorted, without overlaps, by page number; every page is there.
        hidden, kept: details by category.
    """

    spans: Mapping[int, tuple[Span, ...]]
    hidden: Mapping[Category, int] = field(default_factory=dict)
    kept: Mapping[Category, int] = field(default_factory=dict)


def records_of(spans: Mapping[int, Sequence[Span]], others: Sequence[Mark]) -> tuple[MarkRecord, ...]:
    """Return what reports tell of marks, page by page.

    Args:
        spans: hidden stretches of text by page.
        others: marks that are not over text.
    """
    mine = [
        MarkRecord(page, s.category, s.method, reason_of(s.category), s.found_by, round(s.score, 2))
        for page, hidden in spans.items()
        for s in hidden
    ]
    beside = [
        MarkRecord(mark.page, mark.category, Method.MASK, reason_of(mark.category), "picture", 1.0) for mark in others
    ]
    return tuple(sorted([*mine, *beside], key=lambda record: record.page))


def make_plan(pages: Sequence[PageText], details: Sequence[Detail], order: RedactionOrder) -> Plan:
    """Decide on each detail.

    Args:
        pages: the texts that the details point into.
        details: what was found.
        order: what the decision asks for.

    Raises:
        RedactionRefused: OBLIGATION_UNFULFILLABLE when pseudonyms are asked for without a key.
    """
    texts = {page.number: page.text.reveal() for page in pages}
    named = (texts[d.page][d.start : d.end] for d in details if d.category is Category.PERSON)
    stand_ins = StandIns(order, named)
    hidden: dict[int, list[Detail]] = {}
    for detail in details:
        if _hides(detail, order):
            hidden.setdefault(detail.page, []).append(detail)
    kept = Counter(detail.category for detail in details if not _hides(detail, order))
    spans: dict[int, tuple[Span, ...]] = {}
    for page in pages:
        mine = [_span(page, detail, stand_ins) for detail in hidden.get(page.number, ())]
        if order.extract_only:
            mine += _passages(page, details, order)
        spans[page.number] = _merged(page.text.reveal(), mine)
    counts = Counter(span.category for page in spans.values() for span in page)
    return Plan(spans, dict(counts), dict(kept))


def _hides(detail: Detail, order: RedactionOrder) -> bool:
    if detail.category is Category.TERM:
        return True
    asked = hides(order.hide, detail.category, detail.classes)
    return asked and (detail.person_id is None or detail.person_id not in order.open_persons)


def _span(page: PageText, detail: Detail, stand_ins: StandIns) -> Span:
    method, words = stand_ins.of(detail, page.text.reveal()[detail.start : detail.end])
    return Span(detail.start, detail.end, detail.category, words, method, detail.found_by, detail.score)


def _passages(page: PageText, details: Sequence[Detail], order: RedactionOrder) -> list[Span]:
    """Cover every line that says nothing about an open person."""
    ours = [d for d in details if d.page == page.number and d.person_id in order.open_persons]
    spans: list[Span] = []
    start = 0
    for line in page.text.reveal().split("\n"):
        end = start + len(line)
        if line.strip() and not any(d.start < end and d.end > start for d in ours):
            spans.append(Span(start, end, Category.PASSAGE, found_by="extract"))
        start = end + 1
    return spans


def _merged(text: str, spans: Sequence[Span]) -> tuple[Span, ...]:
    """Join spans that overlap, and neighbours that look alike with nothing but blanks between them."""
    merged: list[Span] = []
    for span in sorted(spans, key=lambda s: (s.start, -s.end)):
        last = merged[-1] if merged else None
        between = text[last.end : span.start] if last else ""
        if last and span.start < last.end:
            merged[-1] = _over(last, span)
        elif last and _alike(last, span) and not between.strip(" "):
            merged[-1] = replace(last, end=span.end)
        else:
            merged.append(span)
    return tuple(merged)


def _alike(one: Span, other: Span) -> bool:
    return (one.category, one.method, one.label) == (other.category, other.method, other.label)


def _over(one: Span, other: Span) -> Span:
    """Join two spans that overlap; only what both say in their place may be said."""
    wide = Category.PASSAGE if Category.PASSAGE in {one.category, other.category} else one.category
    end, sure = max(one.end, other.end), other if one.found_by == UNREAD else one
    if _alike(one, other):
        return replace(one, end=end, found_by=sure.found_by)
    return replace(one, end=end, category=wide, label="", method=Method.MASK, found_by=sure.found_by)
