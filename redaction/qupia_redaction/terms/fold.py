"""Fold text to a skeleton in which a term is found however it is typed, with a way back to every character.

Attacks: other case, look-alike letters of Latin, Cyrillic, Kazakh and Greek, digits typed as letters, ligatures,
decomposed and decorated letters, zero-width characters, soft hyphens, separators between letters, words broken at
line, cell and page ends. Limits: the classes below are closed; signs that are no letters never stand for letters.
"""

from __future__ import annotations

import unicodedata
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache

from qupia_redaction.model import PageText

ADJACENT, SOFT, BLANK, APART = 0, 1, 2, 3
"""What stands between two letters: nothing; a hyphen and a line end; one blank; anything else."""

_ALIKE = (
    "аaәαɑᴀ", "вb8βʙ", "гrґғγᴦ", "дdᴅԁ", "еeєεᴇ", "зʒ3ҙ", "иiіїıιl1ӏɪ", "кkқκҡҝᴋ", "мmμᴍ", "нhһңҥʜ", "оo0өѳοσᴏ",
    "пnπηɴᴨ", "рpρᴘ", "сcϲςᴄ", "тtτᴛ", "уyүұʏ", "хxχ", "чҷ4", "шwԝѡᴡ", "б6", "ѕs5ꜱ", "z2ζᴢ", "ԛq", "јjᴊ", "vѵνᴠ",
    "fфꜰ", "g9ɡɢ", "uᴜ", "лλᴫ",
)  # fmt: skip
"""Letters and digits that look alike, or that stand in for each other where a keyboard lacks one; smallest case."""

_CLASS = {ord(char): group[0] for group in _ALIKE for char in group}
GREEK_CAPITALS = str.maketrans("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX")
"""Capitals look like other letters than their small forms do: Η is no η."""

_HYPHENS = frozenset("-\u00ac\u2010\u2011\u2012\u2013\u00ad~=")


@dataclass(slots=True)
class Skeleton:
    """Folded letters and digits of pieces of a document, in one reading order.

    Attributes:
        text: one class character a letter.
        raw: the character that each stands for.
        pages, offsets: where that is: index of the page, offset in its text.
        gaps: what stands before each.
    """

    text: str = field(default="", repr=False)
    raw: str = field(default="", repr=False)
    pages: array[int] = field(default_factory=lambda: array("I"), repr=False)
    offsets: array[int] = field(default_factory=lambda: array("I"), repr=False)
    gaps: array[int] = field(default_factory=lambda: array("B"), repr=False)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of one page's text.

    Attributes:
        page: index of the page, from 0.
        start, end: offsets, end exclusive.
        joint: what stands between it and the next one.
    """

    page: int
    start: int
    end: int
    joint: str = "\n"


WALL = Piece(0, 0, 0)
"""Stands between pieces that do not belong together."""


def classes(char: str) -> str:
    """Return the class characters of one character: none for marks and signs, several for ligatures."""
    if not (char.isalnum() or "\u2460" <= char <= "\u24ff"):
        return ""
    drawn = unicodedata.normalize("NFKD", char).translate(GREEK_CAPITALS)
    plain = unicodedata.normalize("NFKD", drawn.casefold())
    return "".join(one for one in plain.translate(_CLASS) if one.isalnum())


def fold(text: str) -> str:
    """Return the skeleton of a text that stands alone."""
    return "".join([_TABLE[char] for char in text])


def skeleton(pages: Sequence[PageText], pieces: Iterable[Piece]) -> Skeleton:
    """Fold pieces of pages in the order given; a line end stands between most pieces, `WALL` stops every term."""
    text: list[str] = []
    raw: list[str] = []
    made = Skeleton()
    gap = _NOTHING
    for piece in pieces:
        if piece is WALL:
            text.append("\0")
            raw.append("\0")
            made.pages.append(0)
            made.offsets.append(0)
            made.gaps.append(APART)
            gap = _after(_NOTHING, "\n")
            continue
        offsets, gaps = array("I"), array("B")
        classed: list[str] = []
        drawn: list[str] = []
        for offset, char in enumerate(pages[piece.page].text.reveal()[piece.start : piece.end], piece.start):
            folded = _TABLE[char]
            if not folded:
                gap = _after(gap, char)
                continue
            for one in folded:
                classed.append(one)
                drawn.append(char)
                offsets.append(offset)
                gaps.append(gap >> 1)
                gap = _NOTHING
        text.append("".join(classed))
        raw.append("".join(drawn))
        made.pages.extend(array("I", [piece.page]) * len(offsets))
        made.offsets.extend(offsets)
        made.gaps.extend(gaps)
        gap = _after(gap, piece.joint)
    made.text, made.raw = "".join(text), "".join(raw)
    return made


class _Table(dict[str, str]):
    """Classes by character, worked out once each."""

    def __missing__(self, char: str) -> str:
        self[char] = classes(char)
        return self[char]


_TABLE = _Table()
_NOTHING, _HYPHEN = 0, 1
"""What stands between two letters so far: twice the gap, and one more when it began with a hyphen."""


@cache
def _after(gap: int, char: str) -> int:
    """Return what stands between two letters when one more character that is no letter stands there."""
    value, hyphen = gap >> 1, gap & _HYPHEN
    if is_unseen(char) and char != "\u00ad":
        return gap
    if char in _HYPHENS and gap == _NOTHING:
        return (ADJACENT if char == "\u00ad" else APART) << 1 | _HYPHEN
    if char.isspace() and hyphen:
        value = SOFT if char == "\n" else value
    elif char.isspace() and value == ADJACENT:
        value = APART if char == "\n" else BLANK
    elif value != SOFT:
        value = APART
    return value << 1 | hyphen


@cache
def is_unseen(char: str) -> bool:
    """Tell whether a character is a mark or has no width: it parts nothing."""
    return unicodedata.category(char) in {"Mn", "Me", "Cf"} or char == "\u115f"
