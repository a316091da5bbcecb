"""A text as patterns see it: which runs of letters it holds, and where words begin; looked at once for all patterns.

Input is foreign text: the cost grows with its length alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Set
from itertools import chain
from operator import add

LENGTHS = (1, 2, 3, 5)
"""How long the runs of letters are by which words are looked for."""

LONGEST = max(LENGTHS)
_TWINS = dict(zip("әіңғүұқөһ", "аингуукох", strict=True))  # patterns take the Russian letters of typewriters for these
_SAME = str.maketrans({**dict.fromkeys("123456789", "0"), **_TWINS, "ı": "i", "\u0307": None})
_WORTH = 12
"""A look at one place costs as much as a search over so many characters."""

_PART = 4096
_RUNS = re.compile(r"[^\W\d_]+|[0-9]+")
_TAME_WORD, _TAME_LINE = 64, 2000
_BLANKS = re.compile(rf"\s{{{_TAME_WORD},}}")


def plain(text: str) -> str:
    """Return a text in which whatever a pattern takes for the same is the same: case, dots of an i; and all digits."""
    return text.casefold().translate(_SAME)


class Shown:
    """A text as patterns see it, and the runs of letters that it holds.

    Args:
        text: the folded text.

    Attributes:
        runs: all runs of letters of some lengths.
        answers: what was asked of the text already, by who asked.
        tame: it has blanks and line ends as texts have them, so that no pattern can try many ways to match.
    """

    def __init__(self, text: str) -> None:
        low = plain(text)
        self.text = text
        self.runs = _runs(low)
        self.answers: dict[object, int] = {}
        self.tame = _is_tame(text)
        self._low = low if len(low) == len(text) else None
        self._found: dict[str, list[int]] = {}
        self._begun: dict[str, list[int]] = {}
        for match in _RUNS.finditer(text) if self._low is not None else ():
            at, run = match.start(), match.group()
            if not (run.isalpha() or run.isdecimal()):  # `re` and `regex` do not agree on what a letter is
                self._low = None
            for length in range(1, LONGEST + 1):
                self._begun.setdefault(low[at : at + length], []).append(at)

    def places(self, words: Set[str], apart: Set[str]) -> list[int] | None:
        """Return where one of some words begins, in order; None for not known, or too many.

        Args:
            words: as `plain` shows them, none longer than `LONGEST`, none of all the beginning of another.
            apart: words, too, but only where they begin a run of letters or digits.
        """
        if self._low is None:
            return None
        found = [self._begun[word] for word in apart & self._begun.keys()]
        found += [self._at(word) for word in words if word in self.runs or len(word) not in LENGTHS]
        if sum(map(len, found)) * _WORTH >= len(self.text):
            return None
        return sorted(chain.from_iterable(found)) if len(found) != 1 else found[0]

    def _at(self, word: str) -> list[int]:
        places = self._found.get(word)
        if places is None:
            places = self._found[word] = list(_places(self._low or "", word))
        return places


def _runs(low: str) -> set[str]:
    """Return the runs of letters of a text, of each of `LENGTHS`: joined by the interpreter, not sliced one by one."""
    found = set(low)
    for begin in range(0, len(low), _PART):  # of a long text not all at once: their list takes much room
        part = low[begin : begin + _PART + LONGEST - 1]
        two = list(map(add, part, part[1:]))
        three = list(map(add, two, part[2:]))
        found.update(two, three, map(add, three, two[3:]))
    return found


def _places(low: str, word: str) -> Iterator[int]:
    at = low.find(word)
    while at >= 0:
        yield at
        at = low.find(word, at + 1)


def _is_tame(text: str) -> bool:
    def longest(parts: Iterable[str]) -> int:
        return max(map(len, parts), default=0)

    long = longest(text.split()) > _TAME_WORD or longest(text.splitlines()) > _TAME_LINE
    return not long and _BLANKS.search(text) is None
