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
    """

    page: int
    start: int
    end: int


WALL = Piece(0, 0, 0)
"""Stands between pieces that do not belong together."""


@cache
def classes(char: str) -> str:
    """Return the class characters of one character: none for marks and signs, several for ligatures."""
    if not (char.isalnum() or "\u2460" <= char <= "\u24ff"):
        return ""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", char).casefold())
    return "".join(one for one in plain.translate(_CLASS) if one.isalnum())


def fold(text: str) -> str:
    """Return the skeleton of a text that stands alone."""
    return "".join(map(classes, text))


def skeleton(pages: Sequence[PageText], pieces: Iterable[Piece]) -> Skeleton:
    """Fold pieces of pages in the order given; a line end stands between two pieces, `WALL` stops every term."""
    made = Skeleton()
    text: list[str] = []
    raw: list[str] = []
    gap = _Gap()
    for piece in pieces:
        if piece is WALL:
            text.append("\0")
            raw.append("\0")
            made.pages.append(0)
            made.offsets.append(0)
            made.gaps.append(APART)
            gap = _Gap()
            gap.pass_over("\n")
            continue
        whole = pages[piece.page].text.reveal()
        for offset in range(piece.start, piece.end):
            char = whole[offset]
            folded = classes(char)
            if not folded:
                gap.pass_over(char)
                continue
            for at, one in enumerate(folded):
                text.append(one)
                raw.append(char)
                made.pages.append(piece.page)
                made.offsets.append(offset)
                made.gaps.append(ADJACENT if at else gap.value)
            gap = _Gap()
        gap.pass_over("\n")
    made.text, made.raw = "".join(text), "".join(raw)
    return made


class _Gap:
    """Collects what stands between two letters."""

    def __init__(self) -> None:
        self.value = ADJACENT
        self._hyphen = False

    def pass_over(self, char: str) -> None:
        """Take one more character that is no letter."""
        if is_unseen(char) and char != "\u00ad":
            return
        if char in _HYPHENS and self.value == ADJACENT and not self._hyphen:
            self._hyphen = True
            self.value = ADJACENT if char == "\u00ad" else APART
            return
        if char.isspace() and self._hyphen:
            self.value = SOFT if char == "\n" else self.value
        elif char.isspace() and self.value == ADJACENT:
            self.value = BLANK if char != "\n" else APART
        elif self.value != SOFT:
            self.value = APART


@cache
def is_unseen(char: str) -> bool:
    """Tell whether a character is a mark or has no width: it parts nothing."""
    return unicodedata.category(char) in {"Mn", "Me", "Cf"} or char == "\u115f"
