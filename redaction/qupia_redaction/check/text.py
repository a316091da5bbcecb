"""Check a rendition that is text only: count every hidden text in what leaves and in what may stay."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping

from qupia_redaction.check.expectation import Expected
from qupia_redaction.check.folding import fold, folded_words
from qupia_redaction.check.terms import OwnTerms
from qupia_redaction.errors import RedactionRefused, RefusalCode
from qupia_redaction.model import Report
from qupia_redaction.rendition import CheckedRendition, issue

_LONG = 6
CHANNEL = "text"
BREAK = "\f\n"
"""What stands between two pages."""


def check_text(pages: Mapping[int, str], expected: Expected, report: Callable[[], Report]) -> CheckedRendition:
    """Return the pages as one UTF-8 text if no trace is found.

    Args:
        pages: the text of each page.
        expected: what must be true of them; pictures play no part.
        report: asked for when the text is clean.

    Raises:
        RedactionRefused: LEAK_FOUND or READERS_DISAGREE.
    """
    if sorted(pages) != list(range(1, expected.pages + 1)):
        raise RedactionRefused(RefusalCode.READERS_DISAGREE)
    ours = [fold(label) for label in expected.labels]
    secrets = {text.reveal() for page in expected.secrets.values() for text in page}
    long = {form for form in map(fold, secrets) if len(form) >= _LONG}
    terms = OwnTerms(expected)
    for number, text in pages.items():
        if terms.stand_in(text):
            raise RedactionRefused(RefusalCode.LEAK_FOUND, number, CHANNEL)
        kept = expected.kept[number].reveal()
        found, allowed = fold(text), fold(kept)
        for secret in (form for form in long if form in found):
            printed = sum(found.count(label) * label.count(secret) for label in ours if secret in label)
            if found.count(secret) > allowed.count(secret) + printed:
                raise RedactionRefused(RefusalCode.LEAK_FOUND, number, CHANNEL)
        words, may = Counter(folded_words(text)), Counter(folded_words(f"{kept} {' '.join(expected.labels)}"))
        mine = {fold(secret.reveal()) for secret in expected.secrets.get(number, ())}
        if any(1 < len(s) < _LONG and words[s] > may[s] for s in mine):
            raise RedactionRefused(RefusalCode.LEAK_FOUND, number, CHANNEL)
    return issue(BREAK.join(text for _, text in sorted(pages.items())).encode(), report())
