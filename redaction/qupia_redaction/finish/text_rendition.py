"""The rendition that is text only: what can be read, with a word in brackets for each mark, page by page.

Pure. Spaces and lines are as the reader set them; a mark is one word whose length does not depend on what it hides.
"""

from __future__ import annotations

from collections.abc import Sequence

from qupia_redaction.model import RedactionOrder
from qupia_redaction.plan.labels import mark_label, stamp
from qupia_redaction.plan.planning import Plan, Span
from qupia_redaction.read.doubts import settled, uncut
from qupia_redaction.read.reading import Reading


def page_texts(reading: Reading, plan: Plan, order: RedactionOrder) -> dict[int, str]:
    """Return the text that leaves, by page number; doubtful readings are no part of it."""
    texts = {}
    for page in reading.pages:
        text = page.lines.text
        spans = settled(text, uncut(text, plan.spans[text.number], page.spilled, page.cut), page.believed)
        texts[text.number] = _page(text.text.reveal()[: page.believed], spans, order)
    return texts


def _page(text: str, spans: Sequence[Span], order: RedactionOrder) -> str:
    parts: list[str] = []
    at = 0
    for span in spans:
        parts += (text[at : span.start], f"[{span.words(mark_label(span.category, order.language))}]")
        at = span.end
    parts.append(text[at:])
    body = "".join(parts)
    return body if order.plain else f"{body}\n{stamp(order)}"
