"""A finder of given terms that does not mind case, spaces, hyphens and look-alike letters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from qupia_redaction.model import Category, Detail, KnownPerson, PageText
from tests.support.hostile_reader import folded


class FoldFinder:
    """Finds terms in the folded text of each page.

    Args:
        terms: what is to be found.
    """

    def __init__(self, *terms: str) -> None:
        self._terms = [folded(term) for term in terms]

    def find(self, pages: Sequence[PageText], persons: Sequence[KnownPerson]) -> tuple[Detail, ...]:
        """Return every place of every term."""
        return tuple(sorted((d for page in pages for d in self._on(page)), key=lambda d: (d.page, d.start)))

    def versions(self) -> Mapping[str, str]:
        """Return a fixed version."""
        return {"terms": "1"}

    def _on(self, page: PageText) -> list[Detail]:
        places = [(index, char) for index, whole in enumerate(page.text.reveal()) for char in folded(whole)]
        text, found = "".join(char for _, char in places), []
        for term in self._terms:
            start = text.find(term)
            while start >= 0:
                first, last = places[start][0], places[start + len(term) - 1][0]
                found.append(Detail(page.number, first, last + 1, Category.PERSON, 1.0, "term"))
                start = text.find(term, start + 1)
        return found
