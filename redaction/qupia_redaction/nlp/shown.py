"""A text as patterns see it: which runs of letters it holds, and where words begin; looked at once for all patterns.

Input is foreign text: the cost grows with its length alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Set

LENGTHS = (1, 2, 3, 5)
"""How long the runs of letters are by which words are looked for."""

LONGEST = max(LENGTHS)
_TWINS = dict(zip("әіңғүұқөһ", "аингуукох", strict=True))  # patterns take the Russian letters of typewriters for these
_SAME = str.maketrans({**dict.fromkeys("123456789", "0"), **_TWINS, "ı": "i", "\u0307": None})
_WORTH = 12
"""A look at one place costs as much as a search over so many characters."""


def plain(text: str) -> str:
    """Return a text in which whatever a pattern takes for the same is the same: case, dots of an i; and all digits."""
    return text.casefold().translate(_SAME)


class Shown:
    """A text as patterns see it, and the runs of letters that it holds.

    Args:
        text: the folded text.
    """

    def __init__(self, text: str) -> None:
        low = plain(text)
        self.text = text
        self.runs = {low[at : at + length] for length in LENGTHS for at in range(len(low) - length + 1)}
        self._low = low if len(low) == len(text) else None
        self._found: dict[str, list[int]] = {}

    def places(self, words: Set[str]) -> list[int] | None:
        """Return where one of some words begins, in order; None for not known, or too many."""
        if self._low is None:
            return None
        found = [place for word in words if word in self.runs or len(word) not in LENGTHS for place in self._at(word)]
        return sorted(found) if len(found) * _WORTH < len(self.text) else None

    def _at(self, word: str) -> list[int]:
        places = self._found.get(word)
        if places is None:
            places = self._found[word] = list(_places(self._low or "", word))
        return places


def _places(low: str, word: str) -> Iterator[int]:
    at = low.find(word)
    while at >= 0:
        yield at
        at = low.find(word, at + 1)
