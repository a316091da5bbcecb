"""What the check may expect: secrets that must be gone, text that may still be there, rectangles that must be dark."""

from __future__ import annotations

from qupia_redaction.check import Expected
from qupia_redaction.labels import label, stamp
from qupia_redaction.marking import Marked
from qupia_redaction.model import PrivateText, RedactionOrder
from qupia_redaction.plan import Plan
from qupia_redaction.reading import Reading


def expectation(reading: Reading, plan: Plan, marked: Marked, order: RedactionOrder) -> Expected:
    """Derive the check's input from plan and reading."""
    secrets: dict[int, list[PrivateText]] = {}
    kept: dict[int, PrivateText] = {}
    for text in reading.texts:
        whole = text.text.reveal()
        spans = plan.spans[text.number]
        secrets[text.number] = [PrivateText(whole[span.start : span.end]) for span in spans]
        parts, at = [], 0
        for span in spans:
            parts += [whole[at : span.start], label(span.category, order.language)]
            at = span.end
        parts += [whole[at:], stamp(order.cipher, order.language)]
        kept[text.number] = PrivateText("\n".join(parts))
    return Expected(len(reading.pages), secrets, kept, marked.covered)
