"""Look for an order's own terms as whole words in what leaves: what was read and not found counts as kept elsewhere.

Nothing excuses a term but the words that the library itself prints. Limit: this reader knows fewer look-alikes and no
endings; it looks for what the finder must never miss.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from qupia_redaction.check.expectation import Expected
from qupia_redaction.check.folding import folded_words

_BROKEN = re.compile("[-\u00ad\u2010\u2011\ufffe][ \t]*\r?\n[ \t]*|\ufffe")
"""A hyphen at the end of a line, as PDFium tells it, too: the halves are one word."""
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
        self._heads = {term[:end] for term in self._terms if len(term) >= _SPLIT for end in range(1, len(term) + 1)}

    def stand_in(self, text: str) -> bool:
        """Tell whether a line of a page's text holds a term as one word or as several whole ones."""
        if not self._terms:
            return False
        return any(self._line(folded_words(line)) for line in _BROKEN.sub("", text).splitlines())

    def _line(self, words: Sequence[str]) -> bool:
        return any(word in self._terms for word in words) or any(self._begins(words, at) for at in range(len(words)))

    def _begins(self, words: Sequence[str], at: int) -> bool:
        """Tell whether words from one on are together a term."""
        whole = ""
        for word in words[at:]:
            whole += word
            if whole not in self._heads:
                return False
            if whole in self._terms:
                return True
        return False
