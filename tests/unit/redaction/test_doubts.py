"""What a second reading gave away is hidden in the first one too, written nowhere and counted once."""

from __future__ import annotations

from qupia_redaction.model import Box, Category, PageText, PrivateText, TextSource
from qupia_redaction.plan.planning import Span
from qupia_redaction.read.doubts import counted, settled

SURE = "принят Ссрик завтра"
BELIEVED = len(SURE)
NAME = Span(BELIEVED + 1, BELIEVED + 6, Category.TERM)


def page(elsewhere: bool = False) -> PageText:
    """Return a page on which the second word was read twice, or another word was read in doubt only."""
    text = f"{SURE}\nСерік"
    boxes: list[Box | None] = [None if char == " " else _box(at) for at, char in enumerate(SURE)]
    again = [_box(at + (60 if elsewhere else 7), 0.4) for at in range(5)]
    return PageText(1, PrivateText(text), (*boxes, None, *again), TextSource.OCR, 595, 842)


def _box(at: int, shift: float = 0.0) -> Box:
    return Box(10 * at + shift, 100 + shift, 10 * at + 9 + shift, 110 + shift)


def test_the_believed_word_goes_with_its_doubtful_twin() -> None:
    (span,) = settled(page(), [NAME], BELIEVED)
    assert SURE[span.start : span.end] == "Ссрик"
    assert counted(page(), [NAME], BELIEVED) == (span,)


def test_both_readings_of_one_place_are_one_mark() -> None:
    both = [Span(7, 12, Category.TERM), NAME]
    assert len(settled(page(), both, BELIEVED)) == 1
    assert len(counted(page(), both, BELIEVED)) == 1


def test_what_is_doubted_where_nothing_is_believed_is_a_mark_but_no_text() -> None:
    assert settled(page(elsewhere=True), [NAME], BELIEVED) == ()
    assert counted(page(elsewhere=True), [NAME], BELIEVED) == (NAME,)


def test_without_doubts_nothing_changes() -> None:
    spans = (Span(0, 6, Category.PERSON), Span(7, 12, Category.TERM))
    assert settled(page(), spans, BELIEVED) == spans
    assert counted(page(), spans, BELIEVED) == spans


def test_a_span_over_the_edge_is_cut() -> None:
    spans = [Span(13, BELIEVED + 6, Category.TERM)]
    assert [(s.start, s.end) for s in settled(page(elsewhere=True), spans, BELIEVED)] == [(13, BELIEVED)]
