"""Make a readable text out of a hostile one, with a way back to every original character.

Input is text of foreign documents: soft hyphens, zero-width characters, letters that are spaced out, words broken
at a line or page end, letters of another script that look alike, decomposed accents. Each would hide a name from a
recognizer. The limit: only what is listed here is undone; the original offsets survive every step.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_INVISIBLE = "\u00ad\u034f\u061c\u115f\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff"
_HYPHENS = "\\-\u00ac\u2010\u2011\u2012\u2013"
_LETTER = r"[^\W\d_]"
_EVENT = re.compile(
    rf"(?P<odd>[{_INVISIBLE}])"
    rf"|(?P<hyphen>(?<=\w)[{_HYPHENS}][{_INVISIBLE} ]*\n[ \n]*(?=\w))"
    rf"|(?P<soft>(?<={_LETTER})\u00ad *\n[ \n]*(?={_LETTER}))"
    rf"|(?P<marks>.[\u0300-\u036f]+)"
    rf"|(?P<compat>[\ufb00-\ufb06\uff01-\uff5e\u2070-\u2079\u2080-\u2089\U0001d7ce-\U0001d7ff])"
)
_SPACED = re.compile(rf"(?<!\w)(?:{_LETTER}[ \u00a0\u2009]){{3,}}{_LETTER}(?!\w)")
_SPACES = "\u00a0\u1680\u202f\u205f\u3000\t\x0b\x0c\r" + "".join(map(chr, range(0x2000, 0x200B)))
_TABBED = re.compile(r"^[^\n\t]+\t[^\n\t]*\t[^\n]*$", re.M)
_TAB = "\x1f"
_SPACE_TABLE = {ord(c): " " for c in _SPACES} | {ord(_TAB): "\t"}

_LATIN_TWINS = "ABEKMHOPCTYXaceopxyikhIi"
_CYRILLIC_TWINS = "АВЕКМНОРСТУХасеорхуікһІі"
_TO_CYRILLIC = {ord(a): b for a, b in zip(_LATIN_TWINS, _CYRILLIC_TWINS, strict=True)}
_TO_LATIN = {ord(b): a for a, b in zip(_LATIN_TWINS, _CYRILLIC_TWINS, strict=True)}
_MIXED = re.compile(r"\b(?=\w*[A-Za-z])(?=\w*[\u0400-\u052f])\w+\b")


@dataclass(frozen=True, slots=True)
class Folded:
    """A text made readable, and for each of its characters the range it came from.

    Attributes:
        text: the readable text.
        starts, ends: per character, the range of original offsets it stands for.
    """

    text: str
    starts: array[int]
    ends: array[int]

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """Return the original range of `text[start:end]`; the range must not be empty."""
        return self.starts[start], self.ends[end - 1]


def fold(text: str) -> Folded:
    """Undo hiding tricks and breaks in `text`; case and line ends stay."""
    once = _apply(text, _edits(text))
    twice = _apply(once.text, _spaced_edits(once.text))
    readable = _one_script(_with_plain_spaces(twice.text))
    if len(twice.text) == len(once.text):
        return Folded(readable, once.starts, once.ends)
    starts = array("I", (once.starts[i] for i in twice.starts))
    ends = array("I", (once.ends[i - 1] for i in twice.ends))
    return Folded(readable, starts, ends)


def _with_plain_spaces(text: str) -> str:
    """Make every space a plain one; tabs stay where several part a line into cells."""
    text = text.replace(_TAB, " ")  # it parts no cells unless a tab stood there
    if "\t" in text:
        text = _TABBED.sub(lambda line: line.group().replace("\t", _TAB), text)
    return text.translate(_SPACE_TABLE)


def _edits(text: str) -> Iterable[tuple[int, int, str]]:
    for match in _EVENT.finditer(text):
        yield match.start(), match.end(), _replacement(match, text)


def _replacement(match: re.Match[str], text: str) -> str:
    kind = match.lastgroup
    if kind == "hyphen":
        after, before = text[match.end()], text[match.start() - 1]
        joins = after.islower() and before.isalpha()
        capitals = after.isupper() and before.isupper()
        return "" if joins or capitals else match.group()[0]
    if kind in {"odd", "soft"}:
        return ""
    if kind == "marks":
        return unicodedata.normalize("NFC", match.group())
    return unicodedata.normalize("NFKC", match.group())


def _spaced_edits(text: str) -> Iterable[tuple[int, int, str]]:
    """Close up `И в а н о в`; a capital after a small letter starts the next word."""
    for match in _SPACED.finditer(text):
        for at in range(match.start() + 1, match.end(), 2):
            if not (text[at - 1].islower() and text[at + 1].isupper()):
                yield at, at + 1, ""


def _apply(text: str, edits: Iterable[tuple[int, int, str]]) -> Folded:
    parts: list[str] = []
    starts, ends = array("I"), array("I")
    at = 0
    for start, end, new in edits:
        parts += (text[at:start], new)
        starts.extend(range(at, start))
        ends.extend(range(at + 1, start + 1))
        starts.extend([start] * len(new))
        ends.extend([end] * len(new))
        at = end
    parts.append(text[at:])
    starts.extend(range(at, len(text)))
    ends.extend(range(at + 1, len(text) + 1))
    return Folded("".join(parts), starts, ends)


def _one_script(text: str) -> str:
    """Give a word that mixes Latin and Cyrillic look-alikes one script; lengths stay."""
    return _MIXED.sub(lambda match: _settle(match.group()), text)


def _settle(word: str) -> str:
    latin = [c for c in word if "A" <= c <= "z" and c.isalpha()]
    if all(ord(c) in _TO_CYRILLIC for c in latin):
        return word.translate(_TO_CYRILLIC)
    cyrillic = [c for c in word if "\u0400" <= c <= "\u052f"]
    if all(ord(c) in _TO_LATIN for c in cyrillic):
        return word.translate(_TO_LATIN)
    return word


class Pages:
    """Several pages as one text, so that a name broken over a page end is one name.

    Args:
        texts: the text of each page, in order.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self._begins = [0]
        for text in texts:
            self._begins.append(self._begins[-1] + len(text) + 1)
        self._folded = fold("\n".join(texts))

    @property
    def text(self) -> str:
        """The folded text of all pages; pages are joined by a newline."""
        return self._folded.text

    def parts(self, start: int, end: int) -> list[tuple[int, int, int]]:
        """Return `(page index, start, end)` in original page offsets for a range of `text`."""
        if end <= start:
            return []
        first, last = self._folded.origin(start, end)
        found = []
        page = bisect_right(self._begins, first) - 1
        while page < len(self._begins) - 1 and self._begins[page] < last:
            begin, finish = self._begins[page], self._begins[page + 1] - 1
            low, high = max(first, begin) - begin, min(last, finish) - begin
            if low < high:
                found.append((page, low, high))
            page += 1
        return found
