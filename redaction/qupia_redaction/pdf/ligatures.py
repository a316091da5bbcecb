"""Share the width of a ligature out over the letters that it says: the engine gives all of it to the first one.

The others then stand where the next letter begins, and whoever sorts letters by their places reads "ofcfi e" for
"office". Limit: only what the engine itself says to be part of another drawing.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Container, Iterator, Sequence
from typing import Any

Char = dict[str, Any]
Spot = tuple[int, int, str]
"""A place, by quarters of a point, and what is said there."""
_NEAR = 0.01
_LIGATURES = frozenset(map(chr, range(0xFB00, 0xFB07)))


def spot_of(origin: tuple[float, float], char: str) -> Spot:
    """Return where a letter begins."""
    return round(origin[0] * 4), round(origin[1] * 4), char


def said_by(char: str) -> str:
    """Return the letters that the engine reads for one: those of a ligature that has a code of its own."""
    return unicodedata.normalize("NFKC", char) if char in _LIGATURES else char


def parted(chars: Sequence[Char], parts: Container[Spot], begun: Container[Spot]) -> Iterator[Char]:
    """Yield the characters of a span that are drawn, those of ligatures side by side.

    Args:
        chars: as the engine reads them: `c`, `origin`, `bbox` and `synthetic`.
        parts: what is said where another letter begins, without a drawing of its own.
        begun: where letters with drawings of their own begin.
    """
    drawn = [char for char in chars if not char["synthetic"]]
    at = 0
    while at < len(drawn):
        count = 1
        while at + count < len(drawn) and _follows(drawn[at], drawn[at + count], parts, begun):
            count += 1
        yield from _shares(drawn[at : at + count]) if count > 1 else drawn[at : at + 1]
        at += count


def _follows(head: Char, char: Char, parts: Container[Spot], begun: Container[Spot]) -> bool:
    """Tell whether a letter is said by the drawing of another one.

    It has no width of its own, or that of the letter in its font, though no such letter is drawn there.
    """
    if char["origin"] == head["origin"] or spot_of(head["origin"], char["c"]) not in parts:
        return False
    x0, y0, x1, y1 = char["bbox"]
    return min(x1 - x0, y1 - y0) < _NEAR or spot_of(char["origin"], char["c"]) not in begun


def _shares(chars: Sequence[Char]) -> Iterator[Char]:
    """Yield the letters of one ligature in equal shares of its box, in the order of its line."""
    head, whole = chars[0], len(chars)
    (x, y), (end_x, end_y) = head["origin"], chars[-1]["origin"]
    across, down = end_x - x, end_y - y
    for at, char in enumerate(chars):
        before, behind = at / whole, (whole - 1 - at) / whole
        x0, x1 = _part(head["bbox"][::2], across, before, behind)
        y0, y1 = _part(head["bbox"][1::2], down, before, behind)
        place = (x + across * before, y + down * before)
        yield {**char, "origin": place, "bbox": (x0, y0, x1, y1)}


def _part(sides: tuple[float, float], advance: float, before: float, behind: float) -> tuple[float, float]:
    low, high = (before, behind) if advance >= 0 else (behind, before)
    return sides[0] + abs(advance) * low, sides[1] - abs(advance) * high
