"""Compare words read off a finished page with what was hidden there and with what stays there. Pure.

OCR errs: words are compared by likeness, not letter by letter. A word that stays where it was read explains itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from qupia_redaction.check.folding import fold
from qupia_redaction.model import Box

_LONG = 6
_SHORT = 4
_END = 3
_ALIKE = 0.82
_HALF = 0.4
_LOWEST, _HIGHEST = 6.0, 40.0


@dataclass(frozen=True, slots=True)
class Seen:
    """A folded word, its box in points, and the number of its line."""

    text: str
    box: Box
    line: int


def traces(
    seen: Sequence[Seen],
    places: Sequence[tuple[str, Sequence[Box]]],
    kept: Sequence[tuple[str, Box]],
    anywhere: str,
) -> bool:
    """Tell whether words show something hidden.

    Args:
        seen: what was read near marks.
        places: hidden texts and where they were.
        kept: folded words that stay and where they stand.
        anywhere: folded text that may be read anywhere.
    """
    strange = unexplained(seen, kept, anywhere)
    parts = {part for text, _ in places for part in map(fold, text.split()) if len(part) >= _LONG}
    whole = {fold(text) for text, _ in places if len(fold(text)) >= _LONG}
    if any(_long_trace(word.text, parts, whole) for word in strange):
        return True
    if any(secret in line for line in lines_of(strange) for secret in whole):
        return True
    return any(_rest_of(word, text, boxes) for text, boxes in places for word in strange)


def unexplained(seen: Iterable[Seen], kept: Sequence[tuple[str, Box]], anywhere: str) -> list[Seen]:
    """Return the words that are not what stays where they were read; see `traces`."""
    return [word for word in seen if word.text and not _explained(word, kept, anywhere)]


def _explained(word: Seen, kept: Sequence[tuple[str, Box]], anywhere: str) -> bool:
    if len(word.text) >= _SHORT and word.text in anywhere:
        return True
    near = [text for text, box in kept if _near(word.box, box, 0.5)]
    return word.text in "".join(near) or any(alike(word.text, text) for text in near)


def _long_trace(word: str, parts: Iterable[str], whole: Iterable[str]) -> bool:
    if len(word) < _LONG:
        return False
    return any(word in text or text in word for text in whole) or any(
        part in word or alike(word, part) for part in parts
    )


def lines_of(words: Iterable[Seen]) -> list[str]:
    """Return the texts of lines, their words joined."""
    lines: dict[int, str] = {}
    for word in words:
        lines[word.line] = lines.get(word.line, "") + word.text
    return list(lines.values())


def _rest_of(word: Seen, text: str, boxes: Sequence[Box]) -> bool:
    """Tell whether a word beside a place is what is left of the text that was there."""
    if len(word.text) < _END or not any(_near(word.box, box, 1.0) for box in boxes):
        return False
    for part in map(fold, text.split()):
        if len(part) >= _LONG and _is_end(word.text, part):
            return True
        least = max(_SHORT, round(_HALF * len(part)))
        common = SequenceMatcher(None, word.text, part, autojunk=False).find_longest_match()
        if len(part) >= _SHORT and common.size >= least and common.size >= 0.6 * len(word.text):
            return True
    return False


def _is_end(word: str, part: str) -> bool:
    """Tell whether a word begins or ends another one; the letter at the mark may be cut and read as any other."""
    heads, tails = (word, word[:-1]), (word, word[1:])
    return any(len(head) >= _END and part.startswith(head) for head in heads) or any(
        len(tail) >= _END and part.endswith(tail) for tail in tails
    )


def _near(one: Box, other: Box, ems: float) -> bool:
    """Tell whether two boxes overlap when one is widened by a part of its height."""
    high = other.y1 - other.y0
    reach = ems * (_HIGHEST if high > _HIGHEST else _LOWEST if high < _LOWEST else high)
    if other.y1 <= one.y0 - reach or other.y0 >= one.y1 + reach:
        return False  # most words stand on other lines
    return one.x0 - reach < other.x1 and other.x0 < one.x1 + reach


def alike(one: str, other: str) -> bool:
    """Tell whether a folded word may be another one, misread."""
    if abs(len(one) - len(other)) > 0.4 * len(other):
        return False
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= _ALIKE
