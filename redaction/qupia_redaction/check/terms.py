"""Look for an order's own terms as whole words in what leaves: what was read and not found counts as kept elsewhere.

Nothing excuses a term but the words that the library itself prints. Limit: this reader knows fewer look-alikes and no
endings; it looks for what the finder must never miss.
"""

from __future__ import annotations

from collections.abc import Sequence

from qupia_redaction.check.expectation import Expected
from qupia_redaction.check.folding import folded_words

_SPLIT = 6
"""From how many letters on a term is looked for in pieces as well."""


class OwnTerms:
    """The terms of one order.

    Args:
        expected: names them, and what is printed by ourselves.
    """

    def __init__(self, expected: Expected) -> None:
        ours = set(folded_words(" ".join(expected.printed)))
        named = (folded_words(term.reveal()) for term in expected.terms)
        self._terms = {"".join(words) for words in named if words and not ours & set(words)}

    def stand_in(self, text: str) -> bool:
        """Tell whether a line of a page's text holds a term as one word or as several whole ones."""
        return bool(self._terms) and any(self._line(folded_words(line)) for line in text.splitlines())

    def _line(self, words: Sequence[str]) -> bool:
        return any(self._begins(words, at, term) for at in range(len(words)) for term in self._terms)

    @staticmethod
    def _begins(words: Sequence[str], at: int, term: str) -> bool:
        if words[at] == term:
            return True
        if len(term) < _SPLIT or not term.startswith(words[at]):
            return False
        whole = ""
        for word in words[at:]:
            whole += word
            if len(whole) >= len(term):
                return whole == term
        return False
