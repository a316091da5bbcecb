"""Details and order to what happens to each stretch of text: kept, or a mark of a size that does not tell.

Pure. A hidden span is `Span(start, end, category)` in a page's text; what is set or covered follows from spans alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from qupia_redaction.model import Category, Detail, PageText, RedactionOrder


@dataclass(frozen=True, slots=True)
class Span:
    """Characters of a page's text that are hidden."""

    start: int
    end: int
    category: Category


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


def make_plan(pages: Sequence[PageText], details: Sequence[Detail], order: RedactionOrder) -> Plan:
    """Decide on each detail.

    Args:
        pages: the texts that the details point into.
        details: what was found.
        order: what the decision asks for.
    """
    hidden = [detail for detail in details if _hides(detail, order)]
    kept = Counter(detail.category for detail in details if not _hides(detail, order))
    spans: dict[int, tuple[Span, ...]] = {}
    for page in pages:
        mine = [Span(d.start, d.end, d.category) for d in hidden if d.page == page.number]
        if order.extract_only:
            mine += _passages(page, details, order)
        spans[page.number] = _merged(page.text.reveal(), mine)
    counts = Counter(span.category for page in spans.values() for span in page)
    return Plan(spans, dict(counts), dict(kept))


def _hides(detail: Detail, order: RedactionOrder) -> bool:
    if detail.category is Category.TERM:
        return True
    return detail.category in order.hide and (detail.person_id is None or detail.person_id not in order.open_persons)


def _passages(page: PageText, details: Sequence[Detail], order: RedactionOrder) -> list[Span]:
    """Cover every line that says nothing about an open person."""
    ours = [d for d in details if d.page == page.number and d.person_id in order.open_persons]
    spans: list[Span] = []
    start = 0
    for line in page.text.reveal().split("\n"):
        end = start + len(line)
        if line.strip() and not any(d.start < end and d.end > start for d in ours):
            spans.append(Span(start, end, Category.PASSAGE))
        start = end + 1
    return spans


def _merged(text: str, spans: Sequence[Span]) -> tuple[Span, ...]:
    """Join spans that overlap, and neighbours of one category with nothing but blanks between them."""
    merged: list[Span] = []
    for span in sorted(spans, key=lambda s: (s.start, -s.end)):
        last = merged[-1] if merged else None
        between = text[last.end : span.start] if last else ""
        if last and span.start < last.end:
            wide = Category.PASSAGE if Category.PASSAGE in {last.category, span.category} else last.category
            merged[-1] = Span(last.start, max(last.end, span.end), wide)
        elif last and last.category == span.category and not between.strip(" "):
            merged[-1] = Span(last.start, span.end, span.category)
        else:
            merged.append(span)
    return tuple(merged)
