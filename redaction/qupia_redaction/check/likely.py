"""Find which hidden text of a whole document a word may be that OCR read, however many there are.

Words are compared by likeness with few candidates only: those that share enough of their letters by threes. What is
kept as text on any page is no trace.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from qupia_redaction.check.counting import LONG, Long
from qupia_redaction.check.expectation import Expected
from qupia_redaction.check.folding import fold
from qupia_redaction.check.traces import alike

_THREE = 3
_EDITS = 0.18
"""Of the letters of a word, as many may be misread in one that is still alike."""


class Likely:
    """Hidden texts of a document, and their long parts, that stay nowhere.

    Args:
        expected: what was hidden, and what stays.
    """

    def __init__(self, expected: Expected) -> None:
        hidden = {
            form
            for texts in expected.secrets.values()
            for text in texts
            for form in map(fold, (text.reveal(), *text.reveal().split()))
            if len(form) >= LONG
        }
        sought = Long(hidden)
        stays = [*(text.reveal() for text in expected.kept.values()), *expected.labels, *expected.printed]
        for text in stays if hidden else ():
            hidden -= sought.within(fold(text))
        self._long = Long(hidden)
        self._by_part: dict[str, list[str]] = {}
        for form in hidden:
            for part in _parts(form):
                self._by_part.setdefault(part, []).append(form)

    def __bool__(self) -> bool:
        return bool(self._long)

    def within(self, line: str) -> bool:
        """Tell whether a hidden text stands in a folded line, letter by letter."""
        return bool(self._long.within(line))

    def like(self, word: str) -> list[str]:
        """Return the hidden texts that a folded word may be."""
        if len(word) < LONG:
            return []
        shared = Counter(form for part in _parts(word) for form in self._by_part.get(part, ()))
        least = max(len(word) - _THREE + 1 - _THREE * (1 + int(_EDITS * len(word))), 1)
        return [form for form, count in shared.items() if count >= least and alike(word, form)]


def _parts(text: str) -> Iterable[str]:
    return {text[at : at + _THREE] for at in range(len(text) - _THREE + 1)}
