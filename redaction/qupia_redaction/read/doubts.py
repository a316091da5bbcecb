"""Bring what was found in doubtful readings back to the text that is believed.

A reader adds other readings of a place behind the believed text (`ReadPage.believed`): they are searched and covered,
but never written and never counted twice. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from qupia_redaction.model import Box, Detail, PageText
from qupia_redaction.plan.planning import Span


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
    told = [
        replace(span, start=word.start, end=word.end)
        for span in doubtful
        for word in _under(page, span, believed, words)
    ]
    return tuple(_joined(sorted([*sure, *told], key=lambda span: (span.start, span.end))))


def with_seen(page: PageText, mine: Sequence[Detail], spilled: int, cut: int) -> Iterator[Detail]:
    """Yield the details of a page; what was found in lines that show in part only is found where they show, too.

    Args:
        page: glyphs' text, words of pictures behind it, and lines as they would read whole at its end.
        mine: the page's details.
        spilled: where the text of the glyphs that are seen ends.
        cut: where lines begin that show in part only.
    """
    yield from mine
    shown: dict[Box, int] = {}
    for detail in mine:
        if detail.start < cut:
            continue
        shown = shown or {box: at for at, box in enumerate(page.boxes[:spilled]) if box is not None}
        places = [shown[box] for box in page.boxes[detail.start : detail.end] if box in shown]
        for start, end in _stretches(sorted(places)):
            if not _in_company(page.text.reveal(), (start, end), mine):
                yield replace(detail, start=start, end=end)


def _in_company(text: str, stretch: tuple[int, int], details: Iterable[Detail]) -> bool:
    """Tell whether the line of a stretch holds another detail: what lies between them would be lost when it is set."""
    first, last = text.rfind("\n", 0, stretch[0]) + 1, text.find("\n", stretch[1])
    end = len(text) if last < 0 else last
    return any(d.start < end and first < d.end and (d.end <= stretch[0] or stretch[1] <= d.start) for d in details)


def uncut(page: PageText, spans: Sequence[Span], spilled: int, cut: int) -> list[Span]:
    """Return spans without those in lines that show in part only and have a twin where they show (`with_seen`).

    Args:
        page: as `with_seen` takes it.
        spans: hidden ones.
        spilled, cut: as `with_seen` takes them.
    """
    if all(span.start < cut for span in spans):
        return list(spans)
    twins = {box for span in spans if span.start < cut for box in page.boxes[span.start : span.end]}
    left = {box for box in page.boxes[:spilled] if box is not None} - twins
    return [s for s in spans if s.start < cut or not left.isdisjoint(page.boxes[s.start : s.end])]


def _stretches(places: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield where offsets follow each other, end exclusive; a blank may part them."""
    start = 0
    for at, place in enumerate(places):
        if at + 1 == len(places) or places[at + 1] > place + 2:
            yield places[start], place + 1
            start = at + 1


def counted(page: PageText, spans: Sequence[Span], believed: int) -> tuple[Span, ...]:
    """Return each mark once: the spans of the believed text, and those where nothing is believed at all."""
    if all(span.end <= believed for span in spans):
        return tuple(spans)
    words = list(_words(page, believed))
    alone = [span for span in spans if span.start >= believed and not any(_under(page, span, believed, words))]
    return (*settled(page, spans, believed), *alone)


@dataclass(frozen=True, slots=True)
class _Word:
    """A believed word and the middles of its characters."""

    start: int
    end: int
    middles: tuple[tuple[float, float], ...]


def _words(page: PageText, end: int) -> Iterator[_Word]:
    text = page.text.reveal()[:end]
    start = 0
    for word in text.replace("\n", " ").split(" "):
        if word:
            boxes = [box for box in page.boxes[start : start + len(word)] if box is not None]
            middles = tuple(((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2) for box in boxes)
            yield _Word(start, start + len(word), middles)
        start += len(word) + 1


def _under(page: PageText, span: Span, believed: int, words: Sequence[_Word]) -> Iterator[_Word]:
    """Yield the believed words that stand where a doubtful span stands: the middle of a character lies there."""
    places = [box for box in page.boxes[max(span.start, believed) : span.end] if box is not None]
    top, bottom = min((box.y0 for box in places), default=0.0), max((box.y1 for box in places), default=0.0)
    for word in words:
        level = [(x, y) for x, y in word.middles if top <= y <= bottom]
        if any(p.x0 <= x <= p.x1 and p.y0 <= y <= p.y1 for x, y in level for p in places):
            yield word


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
