"""Run patterns only where they can match: one look at a text tells which words it holds, and where.

`demands` tells what a pattern demands of a text, `nlp.shown` what a text holds. `Guards` tells which of several
patterns may match there, and `Guarded` searches from the places alone where a match can begin.
Everything found is what a plain search finds. Input is foreign text: each place is tried once, and all places of a
pattern together have one limit of time.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from operator import or_

import regex

from qupia_redaction.nlp.shown import LENGTHS, LONGEST, Shown
from qupia_redaction.recognizers.demands import DIGITS, LETTERS, Demands, demands


class Guarded:
    """A pattern that is searched only where it can begin.

    Args:
        pattern: compiled.
        asked: what it demands.
        seconds: how long all of it may take for one text.
    """

    def __init__(self, pattern: regex.Pattern[str], asked: Demands, seconds: float) -> None:
        self._pattern = pattern
        self._known, self._many_ways = asked.begins is not None, asked.many_ways
        self._apart = frozenset(w for w in asked.begins or () if {_kind(w[0])} <= asked.apart)
        self._begins = (asked.begins or frozenset()) - self._apart
        self._seconds = seconds

    def finditer(self, shown: Shown) -> Iterator[regex.Match[str]]:
        """Yield the matches in a text that hold anything, in order, none over another.

        Raises:
            TimeoutError: it takes too long.
        """
        limit = None if shown.tame and not self._many_ways else self._seconds  # a look at the clock costs as much
        places = shown.places(self._begins, self._apart) if self._known else None
        if places is None:
            yield from self._pattern.finditer(shown.text, timeout=limit)
        elif places:
            yield from self._at(shown.text, places, limit)

    def _at(self, text: str, places: Sequence[int], limit: float | None) -> Iterator[regex.Match[str]]:
        until, end = time.monotonic() + self._seconds, 0
        for place in places:
            if place < end:
                continue
            match = self._pattern.match(text, place, timeout=limit)
            if match:
                end = match.end()
                yield match
            if time.monotonic() > until:
                raise TimeoutError


class Index:
    """The demands of many patterns, looked up together: a text is asked once for all of them."""

    def __init__(self) -> None:
        self._bits: dict[str, int] = {}
        self._free = 1

    def add(self, words: Iterable[str]) -> int:
        """Return the bit that says that one of some words stands in a text."""
        bit = self._free
        for run in map(_run, words):
            self._bits[run] = self._bits.get(run, 0) | bit
        self._free <<= 1
        return bit

    def seen(self, shown: Shown) -> int:
        """Return the bits of all that stands in a text, which remembers the answer."""
        if self not in shown.answers:
            bits = self._bits
            shown.answers[self] = reduce(or_, [bits[run] for run in bits.keys() & shown.runs], 0)
        return shown.answers[self]


class Guards:
    """Tells which of several patterns may match in a text.

    Args:
        patterns: as `regex` reads them, compiled.
        seconds: how long each of them may take for one text.
        index: of the demands of other patterns too, so that all are looked up together; None for one of its own.
    """

    def __init__(self, patterns: Sequence[regex.Pattern[str]], seconds: float, index: Index | None = None) -> None:
        self._index = index or Index()
        self._guarded = []
        for number, pattern in enumerate(patterns):
            asked = demands(pattern.pattern)
            need = reduce(or_, map(self._index.add, asked.words), 0)
            self._guarded.append((number, need, Guarded(pattern, asked, seconds)))

    def open(self, shown: Shown) -> list[tuple[int, Guarded]]:
        """Return the patterns that may match in a text, each with its number."""
        seen = self._index.seen(shown)
        return [(number, guarded) for number, need, guarded in self._guarded if need & seen == need]


def _run(word: str) -> str:
    """Return the run of letters by which a word is looked for: of those with most letters the last."""
    length = max(n for n in LENGTHS if n <= min(len(word), LONGEST))
    runs = [word[at : at + length] for at in range(len(word) - length + 1)]
    return max(runs, key=lambda run: (sum(map(str.isalpha, run)), runs.index(run)))


def _kind(letter: str) -> str:
    return LETTERS if letter.isalpha() else DIGITS if letter == "0" else ""
