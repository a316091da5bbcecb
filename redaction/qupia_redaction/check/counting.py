"""Compare texts of pages with what was hidden and with what may stay: a secret may stand as often as it is kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from qupia_redaction.check.expectation import Expected
from qupia_redaction.check.folding import fold, folded_words

LONG = 6
"""Shorter texts stand in other words by chance: they are looked for as whole words, on their own page."""
_FEW = 20
"""Letters of a text for each thing that is looked for one by one: of more, all its stretches are compared at once."""


class Long:
    """Folded texts of `LONG` letters and more, found in another text in one pass, however many they are.

    Args:
        forms: the texts; shorter ones are left out.
    """

    def __init__(self, forms: Iterable[str]) -> None:
        self._by_head: dict[str, set[str]] = {}
        for form in forms:
            if len(form) >= LONG:
                self._by_head.setdefault(form[:LONG], set()).add(form)

    def __bool__(self) -> bool:
        return bool(self._by_head)

    def within(self, text: str) -> set[str]:
        """Return those that stand in a folded text."""
        if len(self._by_head) <= len(text) // _FEW:
            return {form for head, forms in self._by_head.items() if head in text for form in forms if form in text}
        heads = self._by_head.keys() & {text[at : at + LONG] for at in range(len(text) - LONG + 1)}
        return {form for head in heads for form in self._by_head[head] if form in text}


class Secrets:
    """The hidden texts of a document, folded.

    Args:
        expected: what was hidden, and what stays.
    """

    def __init__(self, expected: Expected) -> None:
        self._own = {number: _forms(text.reveal() for text in texts) for number, texts in expected.secrets.items()}
        self._kept = {number: text.reveal() for number, text in expected.kept.items()}
        self._labels = [fold(label) for label in expected.labels]
        self._long = Long(form for forms in self._own.values() for form in forms)
        self._open: tuple[int, str] = (0, "")

    @property
    def any(self) -> bool:
        """Tell whether there is a secret long enough to be looked for anywhere."""
        return bool(self._long)

    def told_by(self, text: str, page: int) -> bool:
        """Tell whether a page's text holds a secret more often than it may."""
        if not self._long and not self._own.get(page):
            return False
        found, allowed = fold(text), self._kept_form(page)
        if any(found.count(form) > self._may(form, found, allowed) for form in self._long.within(found)):
            return True
        words, may = Counter(folded_words(text)), Counter(folded_words(self._kept.get(page, "")))
        short = (form for form in self._own.get(page, ()) if 1 < len(form) < LONG and words[form] > may[form])
        return any(form not in allowed and not any(form in label for label in self._labels) for form in short)

    def stand_in(self, text: str, page: int | None = None) -> bool:
        """Tell whether a text holds a secret that is kept nowhere on its page (or on any), however often."""
        return any(
            not any(form in self._kept_form(number) for number in (self._kept if page is None else (page,)))
            and not any(form in own for own in self._labels)
            for form in self._long.within(fold(text))
        )

    def _kept_form(self, page: int) -> str:
        """Return what stays on a page, folded; that of the page in hand is at hand."""
        if self._open[0] != page:
            self._open = page, fold(self._kept.get(page, ""))
        return self._open[1]

    def _may(self, form: str, found: str, allowed: str) -> int:
        printed = sum(found.count(label) * label.count(form) for label in self._labels if form in label)
        return allowed.count(form) + printed


def _forms(texts: Iterable[str]) -> set[str]:
    """Return folded secrets and their long parts: half a name is a trace as well."""
    forms: set[str] = set()
    for text in texts:
        forms |= {fold(text), *(part for part in map(fold, text.split()) if len(part) >= LONG)}
    return forms - {""}
