"""Other spellings of a page's text: digits and signs typed for letters, letters of the other alphabet, percent signs.

Attacks: `P3nf13ld M4rl0w3`, `Щep6uнuнa`, an italic `u` for `и`, an address with a name in percent signs. One digit
stands for different letters (3 is `e` or `з`, 4 is `a` or `ч`), so there are two spellings; each keeps every offset:
a character is replaced by one character, an escape by its letter and characters without width. Pure. Limits: words that
mix letters with digits, signs or another alphabet, and escapes in UTF-8; signs put together to a letter (`|/|`) are not
read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from qupia_redaction.model import PageText, PrivateText

_ESCAPES = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_WORD = re.compile(r"[@$€|]?[^\W_]+(?:[@$€!|]+[^\W_]+)*[@$€]?")
_MEANT = frozenset("@$€!|uRNgbGqADEQ")
_CYRILLIC = re.compile(r"[\u0400-\u052f]")
_LETTER = re.compile(r"[^\W\d_]")
_SIGNS = {"@": "a", "$": "s", "€": "e", "!": "i", "|": "i"}
_SOUNDS = str.maketrans({**_SIGNS, "3": "e", "4": "a", "6": "b", "7": "t", "9": "g"})
_SHAPES = str.maketrans({**_SIGNS, "9": "я"})
_ITALICS = str.maketrans({"u": "и", "R": "я", "N": "и", "g": "д"})
_FIGURES = str.maketrans({
    "b": "6", "G": "6", "q": "9", "g": "9", "A": "4", "D": "0", "E": "3", "Q": "0", "!": "1", "|": "1", "$": "5",
})  # fmt: skip
_FILL = "\u200b"
_LEAST = 3


def respelled(page: PageText) -> tuple[PageText, ...]:
    """Return a page in its other spellings; none when there is nothing to spell otherwise."""
    plain = page.text.reveal()
    spelled = dict.fromkeys(_spellings(plain))
    spelled.pop(plain, None)
    return tuple(replace(page, text=PrivateText(text)) for text in spelled)


def _spellings(plain: str) -> Iterator[str]:
    text = _ESCAPES.sub(_decoded, plain) if "%" in plain else plain
    for by_sound in (True, False):
        yield _WORD.sub(partial(_meant, by_sound), text)


def _meant(by_sound: bool, found: re.Match[str]) -> str:
    word = found.group()
    if not any(char in _MEANT or char.isdigit() for char in word):
        return word
    letters, digits = len(_LETTER.findall(word)), sum(map(str.isdigit, word))
    if letters + digits < _LEAST or not letters:
        return word
    if digits >= letters and not by_sound:
        return word.translate(_FIGURES)
    if _CYRILLIC.search(word):
        word = word.translate(_ITALICS)
    return word.translate(_SOUNDS if by_sound else _SHAPES)


def _decoded(escapes: re.Match[str]) -> str:
    """Return what percent signs stand for, filled up to the same length; itself where that is no text."""
    said = escapes.group()
    try:
        text = bytes.fromhex(said.replace("%", "")).decode("utf-8")
    except UnicodeDecodeError:
        return said
    return "".join(char + _FILL * (3 * len(char.encode()) - 1) for char in text)
