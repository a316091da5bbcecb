"""Bring what was found in doubtful readings back to the text that is believed.

A reader adds other readings of a place behind the believed text (`ReadPage.believed`): they are searched and covered,
but never written and never counted twice. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from qupia_redaction.model import Box, PageText
from qupia_redaction.plan import Span


def settled(page: PageText, spans: Sequence[Span], believed: int) -> tuple[Span, ...]:
    """Return spans of the believed text only, those included that another reading of their place gave away.

    Args:
        page: text with doubtful readings at its end.
        spans: what is hidden, sorted.
        believed: where doubtful readings begin.

    Returns:
        Sorted spans without overlaps, none of which reaches behind `believed`.
    """
    sure = [span if span.end <= believed else replace(span, end=believed) for span in spans if span.start < believed]
    doubtful = [span for span in spans if span.end > believed]
    if not doubtful:
        return tuple(sure)
    words = list(_words(page, believed))
    told = [replace(span, start=a, end=b) for span in doubtful for a, b in _under(page, span, believed, words)]
    return tuple(_joined(sorted([*sure, *told], key=lambda span: (span.start, span.end))))


def counted(page: PageText, spans: Sequence[Span], believed: int) -> tuple[Span, ...]:
    """Return each mark once: the spans of the believed text, and those where nothing is believed at all."""
    if all(span.end <= believed for span in spans):
        return tuple(spans)
    words = list(_words(page, believed))
    alone = [span for span in spans if span.start >= believed and not any(_under(page, span, believed, words))]
    return (*settled(page, spans, believed), *alone)


def _words(page: PageText, end: int) -> Iterator[tuple[int, int]]:
    text = page.text.reveal()[:end]
    start = 0
    for word in text.replace("\n", " ").split(" "):
        if word:
            yield start, start + len(word)
        start += len(word) + 1


def _under(page: PageText, span: Span, believed: int, words: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield the believed words that stand where a doubtful span stands."""
    places = [box for box in page.boxes[max(span.start, believed) : span.end] if box is not None]
    for start, end in words:
        boxes = [box for box in page.boxes[start:end] if box is not None]
        if any(_covers(place, box) for box in boxes for place in places):
            yield start, end


def _covers(place: Box, box: Box) -> bool:
    """Tell whether the middle of a character lies in a place."""
    x, y = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
    return place.x0 <= x <= place.x1 and place.y0 <= y <= place.y1


def _joined(spans: Sequence[Span]) -> Iterator[Span]:
    last: Span | None = None
    for span in spans:
        if last is not None and span.start <= last.end:
            last = replace(last, end=max(last.end, span.end))
            continue
        if last is not None:
            yield last
        last = span
    if last is not None:
        yield last
