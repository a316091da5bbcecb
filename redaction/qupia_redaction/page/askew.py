"""Pages that lie askew: by how much, where things lie once the page is level, and the way back.

Pure arithmetic. A scan hardly ever lies straight: at one degree, a line ends a whole line lower than it began. Lines
are therefore set again on the page turned level, and their pixels are taken and put along the slope.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, combinations
from statistics import median

from qupia_redaction.model import Box

_LONG = 5
_MOST = 0.1
_STEP = 1 / 400
_NEAR = range(-3, 4)
_SAME = 0.12
_LEAST, _MANY = 8, 20
_CLEAR, _STEEP, _OFF = 0.03, 0.2, 0.4
_HANGING = frozenset("рфуцщдРФЦЩДқңүұҚҢgjpqyQJ,;()[]{}|_")
"""Letters and signs that reach below their line; a word with one of them does not tell where its line runs."""
_DEEP = frozenset("рфуүұgjpqy")
"""Those that reach as far as each other: two words with them do."""


@dataclass(frozen=True, slots=True)
class Band:
    """An area along a slope.

    Attributes:
        box: its sides, points; its upper and lower side are those that it would have at the left edge of the page.
        slope: points that it falls a point to the right.
    """

    box: Box
    slope: float = 0.0


@dataclass(frozen=True, slots=True)
class Tilt:
    """How a page lies.

    Attributes:
        slope: points that its lines fall a point to the right; 0 when it lies level.
    """

    slope: float = 0.0

    def level(self, box: Box) -> Box:
        """Return where a box lies on the page turned level."""
        x, y = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
        return _moved(box, self.slope * y, -self.slope * x)

    def back(self, box: Box) -> Box:
        """Return where a box of the level page lies on the page as it is; the box stays upright."""
        x, y = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
        whole = 1 + self.slope**2
        return _moved(box, (x - self.slope * y) / whole - x, (y + self.slope * x) / whole - y)

    def band(self, box: Box) -> Band:
        """Return a box of the level page as the band that it is on the page as it is."""
        leaning = self.slope * (box.y0 + box.y1) / 2
        whole = 1 + self.slope**2
        return Band(Box((box.x0 - leaning) / whole, box.y0, (box.x1 - leaning) / whole, box.y1), self.slope)


def slope(lines: Iterable[Sequence[tuple[str, Box]]]) -> float:
    """Return by how many points the lines of a page fall a point to the right.

    Args:
        lines: words of each line with their boxes, from left to right.

    Returns:
        What most words show that stand far apart on a line, corrected so that most lines begin below each other; in
        steps of 1/400 (a seventh of a degree). 0 when few words tell it, or when it is more than a tenth: no page
        was laid down like that.
    """
    known = [line for line in lines if line]
    falls = sorted(_falls(known))
    if len(falls) < _LEAST:
        return 0.0
    upto = list(accumulate(wide for _, wide in falls))
    middle = falls[bisect_right(upto, upto[-1] / 2)][0]
    if abs(middle) > _MOST:
        return 0.0
    first = round(middle / _STEP)
    heads = [line[0][1] for line in known]
    best = max(_NEAR, key=lambda step: (_shared_edges(heads, (first + step) * _STEP), -abs(step)))
    return (first + best) * _STEP


def tells_slope(lines: Sequence[Sequence[tuple[str, Box]]]) -> bool:
    """Tell whether lines have enough words that stand far apart; see `slope`."""
    return sum(1 for _ in _falls(lines)) >= _MANY


def own_slope(line: Sequence[Box], page: float = 0.0) -> float:
    """Return by how many points a line falls a point to the right: as its page, unless it clearly runs otherwise.

    Args:
        line: boxes of its words.
        page: slope of the page.

    Returns:
        A stamp's own slope, from the middles of its words: where letters reach below it says less, across a few words.
        That of the page where the line's ends stand less than most of a letter off it, or so far that it is no line.
    """
    falls = sorted(_middles_fall(line))
    upto = list(accumulate(wide for _, wide in falls))
    if not falls:
        return page
    own, wide = falls[bisect_right(upto, upto[-1] / 2)][0], max(wide for _, wide in falls)
    off = abs(own - page)
    return own if _CLEAR < off < _STEEP and wide * off > _OFF * max(b.y1 - b.y0 for b in line) else page


def _middles_fall(line: Sequence[Box]) -> Iterator[tuple[float, float]]:
    """Yield by how much the middles of two words fall a point, and how far they stand apart."""
    middles = sorted(((b.x0 + b.x1) / 2, (b.y0 + b.y1) / 2, b.y1 - b.y0) for b in line)
    for (x, y, high), (other, below, beside) in combinations(middles, 2):
        if other - x > _LONG * max(high, beside):
            yield (below - y) / (other - x), other - x


def _falls(lines: Iterable[Sequence[tuple[str, Box]]]) -> Iterator[tuple[float, float]]:
    """Yield by how much the feet of two words of a line fall a point, and how far they stand apart."""
    for line in lines:
        plain = [box for word, box in line if not _HANGING & set(word)]
        deep = [box for word, box in line if _DEEP & set(word)]
        for one, other in (*combinations(plain, 2), *combinations(deep, 2)):
            wide = other.x0 - one.x0
            if wide > _LONG * max(one.y1 - one.y0, other.y1 - other.y0):
                yield (other.y1 - one.y1) / wide, wide


def _shared_edges(heads: Sequence[Box], slope: float) -> int:
    """Count the pairs of lines that begin in the same place on the page turned by a slope."""
    edges = sorted(box.x0 + slope * (box.y0 + box.y1) / 2 for box in heads)
    reach = _SAME * median(box.y1 - box.y0 for box in heads)
    return sum(bisect_right(edges, edge + reach) - at - 1 for at, edge in enumerate(edges))


def _moved(box: Box, across: float, down: float) -> Box:
    return Box(box.x0 + across, box.y0 + down, box.x1 + across, box.y1 + down)
