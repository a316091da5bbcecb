"""Rebuild outline and inner links from the kept text of a finished document. Pure.

Attack: a title, a place or a rectangle that tells what was hidden. So every word and number of a guide is taken from
what the finished pages show: a title is kept where its words stand on the page it points to, and written as they stand
there; a link is kept where it lies on words of lines in which nothing is hidden, and drawn around these words;
both lead to the top of a line. Entries below a title that goes move up to the next one that stays. Limit: a title that
is worded otherwise than the page is lost; so are links on pictures and on pages that became pixels.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from qupia_redaction.intake.navigation import Entry, Link, Navigation, Spot
from qupia_redaction.model import Box, PrivateText

_LEAST_LETTERS, _MOST_LETTERS = 2, 250
_HYPHENS = "-\u00ad\u2010\u2011"
_LEVEL = 3.0


@dataclass(frozen=True, slots=True)
class PageWord:
    """A word of a finished page; its box is on the normalised page."""

    text: PrivateText
    box: Box

    @property
    def middle(self) -> tuple[float, float]:
        """The middle of its box."""
        return (self.box.x0 + self.box.x1) / 2, (self.box.y0 + self.box.y1) / 2


@dataclass(frozen=True, slots=True)
class Bars:
    """Where no link may lie on a page.

    Attributes:
        lines: tops and bottoms of lines in which something is hidden, across the page.
        boxes: marks.
    """

    lines: tuple[tuple[float, float], ...] = ()
    boxes: tuple[Box, ...] = ()


@dataclass(frozen=True, slots=True)
class Title:
    """A line of the new outline.

    Attributes:
        text: words of the page.
        above: which line it hangs under, counted from 0; -1 for none.
        page: from 1.
        top: of its words, points from the top.
    """

    text: PrivateText
    above: int
    page: int
    top: float


@dataclass(frozen=True, slots=True)
class Jump:
    """A link of the new document: a box on one page, the top of a line on another."""

    page: int
    box: Box
    to: int
    top: float


@dataclass(frozen=True, slots=True)
class Guide:
    """Outline and links of the new document."""

    titles: tuple[Title, ...] = field(default=(), repr=False)
    jumps: tuple[Jump, ...] = field(default=(), repr=False)

    def __bool__(self) -> bool:
        """Tell whether there is anything to write."""
        return bool(self.titles or self.jumps)


Words = Mapping[int, Sequence[PageWord]]


def pages_of(navigation: Navigation) -> frozenset[int]:
    """Return the pages whose words are needed."""
    titles = {entry.spot.page for entry in navigation.entries if entry.spot is not None}
    return frozenset(titles.union(*((link.page, link.spot.page) for link in navigation.links)))


def guide(navigation: Navigation, words: Words, bars: Mapping[int, Bars]) -> Guide:
    """Choose what stays.

    Args:
        navigation: what the master offers.
        words: of the finished pages, in reading order.
        bars: pages that may hold links, with where they may not.
    """
    jumps = (_jump(link, words, bars[link.page]) for link in navigation.links if link.page in bars)
    return Guide(tuple(_titles(navigation.entries, words)), tuple(jump for jump in jumps if jump is not None))


def _titles(entries: Sequence[Entry], words: Words) -> Iterator[Title]:
    folded = {number: _Folded(page) for number, page in words.items()}
    above: list[tuple[int, int]] = []  # depth and number of the titles that entries may hang under
    count = 0
    for entry in entries:
        while above and above[-1][0] >= entry.depth:
            above.pop()
        page = folded.get(entry.spot.page) if entry.spot else None
        found = page.found(entry.title, entry.spot.top) if page and entry.spot else None
        if found is None or entry.spot is None:
            continue
        yield Title(PrivateText(_joined(found)), above[-1][1] if above else -1, entry.spot.page, _top(found))
        above.append((entry.depth, count))
        count += 1


class _Folded:
    """The words of a page as one string of letters and digits.

    Args:
        words: in reading order.
    """

    def __init__(self, words: Sequence[PageWord]) -> None:
        parts = [(fold(word.text.reveal()), word) for word in words]
        self._words = [(part, word) for part, word in parts if part]
        self._text = "".join(part for part, _ in self._words)
        self._starts: dict[int, int] = {}
        at = 0
        for number, (part, _) in enumerate(self._words):
            self._starts[at] = number
            at += len(part)
        self._starts[at] = len(self._words)

    def found(self, title: PrivateText, top: float | None) -> list[PageWord] | None:
        """Return the words of the page that are the title, the nearest to `top` if there are several, or None."""
        sought = fold(title.reveal())
        if not _LEAST_LETTERS <= sum(char.isalpha() for char in sought) <= len(sought) <= _MOST_LETTERS:
            return None
        places = list(self._places(sought))
        if not places:
            return None
        first, end = places[0] if top is None else min(places, key=lambda place: self._away(place[0], top))
        return [word for _, word in self._words[first:end]]

    def _places(self, sought: str) -> Iterator[tuple[int, int]]:
        """Yield where whole words are what is sought: the first and the one after the last."""
        at = self._text.find(sought)
        while at >= 0:
            first, end = self._starts.get(at), self._starts.get(at + len(sought))
            if first is not None and end is not None:
                yield first, end
            at = self._text.find(sought, at + 1)

    def _away(self, number: int, top: float) -> float:
        return abs(self._words[number][1].box.y0 - top)


def fold(text: str) -> str:
    """Return letters and digits in lower case, as titles and pages are compared."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("ё", "е")
    return "".join(filter(str.isalnum, plain))


def _joined(words: Sequence[PageWord]) -> str:
    """Return words with blanks between them; halves of a word that a line's end parts stand together."""
    text, last = "", None
    for word in words:
        said = word.text.reveal()
        if last is not None and text[-1] in _HYPHENS and word.middle[1] - last.middle[1] > _LEVEL:
            text = text[:-1] + said
        else:
            text = f"{text} {said}" if text else said
        last = word
    return text


def _top(words: Sequence[PageWord]) -> float:
    return min(word.box.y0 for word in words)


def _jump(link: Link, words: Words, bars: Bars) -> Jump | None:
    top, bottom = link.box.y0, link.box.y1
    if any(top <= (y0 + y1) / 2 <= bottom for y0, y1 in bars.lines):
        return None
    on = [word for word in words.get(link.page, ()) if _holds(link.box, word.middle) and not _barred(word, bars)]
    if not on:
        return None
    box = Box(
        min(word.box.x0 for word in on), _top(on), max(word.box.x1 for word in on), max(word.box.y1 for word in on)
    )
    if any(_meet(box, other) for other in bars.boxes):
        return None
    return Jump(link.page, box, link.spot.page, _nearest(link.spot, words.get(link.spot.page, ())))


def _holds(box: Box, point: tuple[float, float]) -> bool:
    return box.x0 <= point[0] <= box.x1 and box.y0 <= point[1] <= box.y1


def _barred(word: PageWord, bars: Bars) -> bool:
    return any(y0 <= word.middle[1] <= y1 for y0, y1 in bars.lines)


def _meet(one: Box, other: Box) -> bool:
    return one.x0 < other.x1 and other.x0 < one.x1 and one.y0 < other.y1 and other.y0 < one.y1


def _nearest(spot: Spot, words: Sequence[PageWord]) -> float:
    """Return the top of the line that is nearest to where a jump ends; the page's top for one without a place."""
    if spot.top is None:
        return 0.0
    top = spot.top
    return min((word.box.y0 for word in words), key=lambda y: abs(y - top), default=0.0)
