"""Find a term that OCR misread: a few letters that look alike, one lost or one too many.

Only in text that OCR read, and only terms of five letters or more: a short word is one misreading away from many
others. What OCR often confuses costs one step, anything else two; a term may be as many steps away as its length
allows. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain

from qupia_redaction.terms.fold import Skeleton, fold
from qupia_redaction.terms.forms import LONGEST_ENDING, Endings, Needle, is_ending

_STEPS = ((5, 1), (8, 2), (12, 3))
"""From how many letters on a term may be how many steps away."""
_LONG = 8
"""From here on a lost letter is one step; in shorter terms it is two."""
_ANCHOR, _LEAST, _LONGEST_WORD = 7, 4, 24
"""Letters of a word that vouches for its neighbour, of that neighbour at least, and of any word at most."""
_CONFUSED = (
    "ин", "пн", "пи", "ші", "ци", "ес", "ос", "ое", "ао", "зэ", "вз", "гт", "лп", "рф", "уч", "мн", "ьв", "ъь", "ыь",
    "кх", "дл", "жк", "юо", "яа", "шщ", "шм", "цч", "бо", "бе", "зе", "hn", "uv", "vy", "ft", "ti", "cg", "aо", "db",
    "mn", "nu", "wv", "ew", "ир", "нк", "вб", "37", "17", "и7", "з5", "зѕ", "бѕ", "ов", "чg", "об", "ор", "чи", "z7",
    "нh",
)  # fmt: skip
_PAIRS = frozenset(
    pair for text in _CONFUSED for a, b in [(fold(text)[0], fold(text)[-1])] for pair in ((a, b), (b, a))
)

Boundary = Callable[[Skeleton, int], bool]
Range = tuple[int, int]


class Taken:
    """Ranges of a skeleton that are explained already: nothing else is read into them."""

    def __init__(self, ranges: Iterable[Range] = ()) -> None:
        self._ranges = list(ranges)

    def add(self, found: Range) -> None:
        """Take one more."""
        self._ranges.append(found)

    def meets(self, found: Range) -> bool:
        """Tell whether a range shares a character with a taken one."""
        return any(start < found[1] and found[0] < end for start, end in self._ranges)


def misread(folded: Skeleton, needle: Needle, boundary: Boundary, taken: Taken) -> Iterator[Range]:
    """Yield ranges of a skeleton that are a few misreadings away from a needle.

    Args:
        folded: text that OCR read.
        needle: what to look for; its words in their given form.
        boundary: tells whether a word can begin or end at a place.
        taken: what was found without any doubt; what is found here is added.
    """
    words = [next(stem.text for stem in word if stem.bare) for word in needle.words]
    whole = ((start, _full(folded, needle, end, boundary)) for start, end in _read(folded, "".join(words), boundary))
    pairs = _beside(folded, words, boundary) if len(words) == 2 and not needle.digits else ()
    for found in chain(whole, pairs):
        if not taken.meets(found):
            taken.add(found)
            yield found


def _full(folded: Skeleton, needle: Needle, end: int, boundary: Boundary) -> int:
    return end if needle.digits else _with_ending(folded, end, boundary)


def _read(folded: Skeleton, pattern: str, boundary: Boundary) -> list[Range]:
    """Return where a pattern stands, as far as its length allows: likeliest first, then shortest."""
    most = max((steps for letters, steps in _STEPS if len(pattern) >= letters), default=0)
    starts = sorted(set(_starts(folded.text, pattern, most))) if most else []
    found = []
    for start in starts:
        ended = _end(folded, start, pattern, most, boundary) if boundary(folded, start) else None
        if ended is not None:
            cost, end = ended
            found.append((cost, end - start, start, end))
    return [(start, end) for _, _, start, end in sorted(found)]


def _beside(folded: Skeleton, words: list[str], boundary: Boundary) -> Iterator[Range]:
    """Yield a long word of a name that was read well with its neighbour that was read badly."""
    for anchor, other, step in ((words[0], words[1], 1), (words[1], words[0], -1)):
        if len(anchor) < _ANCHOR or len(other) < _LEAST:
            continue
        for start, end in _read(folded, anchor, boundary):
            stop = _with_ending(folded, end, boundary)
            near = _word_at(folded, stop, 1, boundary) if step > 0 else _word_at(folded, start, -1, boundary)
            if (
                near
                and abs(near[1] - near[0] - len(other)) <= 2
                and _far(folded.text[slice(*near)], other) < len(other)
            ):
                yield min(start, near[0]), max(stop, near[1])


def _word_at(folded: Skeleton, at: int, step: int, boundary: Boundary) -> tuple[int, int] | None:
    """Return the word that begins (or, backwards, ends) at a place."""
    edge = at + step
    while 0 <= edge <= len(folded.text) and abs(edge - at) <= _LONGEST_WORD:
        if boundary(folded, edge):
            return (at, edge) if step > 0 else (edge, at)
        edge += step
    return None


def _far(seen: str, wanted: str) -> int:
    """Return how many steps one word is away from another."""
    row = list(range(len(seen) + 1))
    for at, letter in enumerate(wanted):
        above, row = row, [at + 1]
        for place, other in enumerate(seen):
            row.append(min(above[place] + _cost(letter, other), above[place + 1] + 1, row[place] + 1))
    return row[-1]


def _starts(text: str, pattern: str, most: int) -> Iterator[int]:
    """Yield where the pattern could begin: one of its parts must stand there unharmed."""
    size = len(pattern) // (most + 1)
    for number in range(most + 1):
        first = number * size
        part = pattern[first : first + size] if number < most else pattern[first:]
        at = text.find(part)
        while at >= 0:
            for shift in range(-most, most + 1) if first else (0,):
                if 0 <= at - first + shift < len(text):
                    yield at - first + shift
            at = text.find(part, at + 1)


def _end(folded: Skeleton, start: int, pattern: str, most: int, boundary: Boundary) -> Range | None:
    """Return the cost of the likeliest reading of the pattern that begins here, and where it ends; or None."""
    text = folded.text[start : start + len(pattern) + most]
    gap = 1 if len(pattern) >= _LONG else 2
    row = [gap * at for at in range(len(text) + 1)]
    for at, wanted in enumerate(pattern):
        above, row = row, [gap * (at + 1)]
        for place, seen in enumerate(text):
            row.append(min(above[place] + _cost(wanted, seen), above[place + 1] + gap, row[place] + gap))
        if min(row) > most:
            return None
    ends = [
        (cost, -end) for end, cost in enumerate(row) if cost <= most and end and _ends(folded, start + end, boundary)
    ]
    if not ends:
        return None
    cost, back = min(ends)
    return cost, start - back


def _cost(wanted: str, seen: str) -> int:
    if wanted == seen:
        return 0
    return 1 if (wanted, seen) in _PAIRS else 2


def _ends(folded: Skeleton, at: int, boundary: Boundary) -> bool:
    return boundary(folded, at) or _ending_at(folded, at, boundary) is not None


def _ending_at(folded: Skeleton, at: int, boundary: Boundary) -> int | None:
    for end in range(at + 1, min(at + LONGEST_ENDING, len(folded.text)) + 1):
        if boundary(folded, end):
            return end if is_ending(folded.text[at:end], Endings.CYRILLIC) else None
    return None


def _with_ending(folded: Skeleton, end: int, boundary: Boundary) -> int:
    if boundary(folded, end):
        return end
    return _ending_at(folded, end, boundary) or end
