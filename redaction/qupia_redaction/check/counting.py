"""Compare texts of pages with what was hidden and with what may stay: a secret may stand as often as it is kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from qupia_redaction.check.expectation import Expected
from qupia_redaction.check.folding import fold, folded_words

LONG = 6
"""Shorter texts stand in other words by chance: they are looked for as whole words, on their own page."""


class Secrets:
    """The hidden texts of a document, folded.

    Args:
        expected: what was hidden, and what stays.
    """

    def __init__(self, expected: Expected) -> None:
        self._own = {number: _forms(text.reveal() for text in texts) for number, texts in expected.secrets.items()}
        self._kept = {number: text.reveal() for number, text in expected.kept.items()}
        self._labels = [fold(label) for label in expected.labels]
        self._long = {form for forms in self._own.values() for form in forms if len(form) >= LONG}
        self._kept_forms = {number: fold(text) for number, text in self._kept.items()}

    @property
    def any(self) -> bool:
        """Tell whether there is a secret long enough to be looked for anywhere."""
        return bool(self._long)

    def told_by(self, text: str, page: int) -> bool:
        """Tell whether a page's text holds a secret more often than it may."""
        found, allowed = fold(text), self._kept_forms.get(page, "")
        if any(found.count(form) > self._may(form, found, allowed) for form in self._long if form in found):
            return True
        words, may = Counter(folded_words(text)), Counter(folded_words(self._kept.get(page, "")))
        short = (form for form in self._own.get(page, ()) if 1 < len(form) < LONG and words[form] > may[form])
        return any(form not in allowed and not any(form in label for label in self._labels) for form in short)

    def stand_in(self, text: str, page: int | None = None) -> bool:
        """Tell whether a text holds a secret that is kept nowhere on its page (or on any), however often."""
        found = fold(text)
        kept = self._kept_forms.values() if page is None else (self._kept_forms.get(page, ""),)
        return any(
            form in found and not any(form in text for text in kept) and not any(form in own for own in self._labels)
            for form in self._long
        )

    def _may(self, form: str, found: str, allowed: str) -> int:
        printed = sum(found.count(label) * label.count(form) for label in self._labels if form in label)
        return allowed.count(form) + printed


def _forms(texts: Iterable[str]) -> set[str]:
    """Return folded secrets and their long parts: half a name is a trace as well."""
    forms: set[str] = set()
    for text in texts:
        forms |= {fold(text), *(part for part in map(fold, text.split()) if len(part) >= LONG)}
    return forms - {""}
