"""Give a built document the outline and the links that its own pages still tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from qupia_redaction.intake.navigation import Navigation
from qupia_redaction.mark.marking import Marked
from qupia_redaction.model import Box, Mark
from qupia_redaction.pdf.words import page_words
from qupia_redaction.plan.planning import Plan, Span
from qupia_redaction.read.reading import Reading, ReadPage
from qupia_redaction.rebuild import Built, with_guide
from qupia_redaction.rebuild.guiding import Bars, guide, pages_of


def guided(built: Built, navigation: Navigation, reading: Reading, plan: Plan, marked: Marked) -> Built:
    """Return the document with what stays of its outline and links.

    Args:
        built: what the rebuild wrote; titles and boxes are taken from its pages.
        navigation: what the master offered.
        reading, plan, marked: where something is hidden: no link lies there.
    """
    if not navigation:
        return built
    words = page_words(built.data, pages_of(navigation))
    kept = guide(navigation, words, _bars(navigation, reading, plan, marked))
    return replace(built, data=with_guide(built.data, kept)) if kept else built


def _bars(navigation: Navigation, reading: Reading, plan: Plan, marked: Marked) -> Mapping[int, Bars]:
    """Return where links may not lie, by page; pages that became pixels, or hide more than level lines, have none."""
    bars: dict[int, Bars] = {}
    for number in {link.page for link in navigation.links} - set(marked.pictures):
        page = reading.pages[number - 1]
        lines = _hidden_lines(page, plan.spans[number])
        if lines is not None:
            bars[number] = Bars(lines, _boxes(marked.covered, number))
    return bars


def _hidden_lines(page: ReadPage, spans: Sequence[Span]) -> tuple[tuple[float, float], ...] | None:
    """Return tops and bottoms of level lines with something hidden; of others these would tell what is hidden."""
    lines: set[tuple[float, float]] = set()
    for span in spans:
        segments = [s for s in page.lines.segments if s.start < span.end and span.start < s.end]
        if not segments or not all(segment.upright for segment in segments):
            return None
        for segment in segments:
            inside = segment.glyphs[max(span.start - segment.start, 0) : span.end - segment.start]
            lines |= {(glyph.box.y0, glyph.box.y1) for glyph in inside if glyph is not None}
    return tuple(sorted(lines))


def _boxes(marks: Sequence[Mark], number: int) -> tuple[Box, ...]:
    return tuple(mark.box for mark in marks if mark.page == number)
