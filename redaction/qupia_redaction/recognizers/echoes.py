"""Numbers found once are found everywhere in the document: `по листку 402120 оплачено` behind a register of sheets."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from qupia_redaction.model import Category
from qupia_redaction.recognizers.finding import Finding, Ranges

_NUMBERS = frozenset({Category.DOCUMENT_NUMBER, Category.IIN, Category.IBAN, Category.CARD, Category.PHONE})
_DIGITS = re.compile(r"[0-9]{5,}")
_RUN = re.compile(r"(?<![\w./-])[0-9]{5,}(?![\w/-]|\.[0-9])")


def echoes(text: str, findings: Sequence[Finding]) -> Iterator[Finding]:
    """Yield the runs of five digits or more that stand elsewhere as a part of somebody's number.

    Args:
        text: the folded text.
        findings: of all kinds.
    """
    told = {run: f for f in findings if f.category in _NUMBERS for run in _DIGITS.findall(text, f.start, f.end)}
    seen = Ranges((f.start, f.end) for f in findings if f.category in _NUMBERS)
    for match in _RUN.finditer(text) if told else ():
        first = told.get(match.group())
        if first is not None and not seen.covers(*match.span()):
            yield Finding(*match.span(), first.category, first.score, "propagation")
