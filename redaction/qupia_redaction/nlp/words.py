"""Split a folded text into words with their offsets and lines."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, overload

_WORD = re.compile(r"\w+(?:[-'’ʼ‑]\w+)*")
_LINE = re.compile(r"[^\n]+")
_KAZAKH = re.compile(r"[әғқңөұүһіӘҒҚҢӨҰҮҺІ]\w*")  # from the first such letter of a word to its end: once a word
_KAZAKH_WORDS = re.compile(
    r"\b(?:мен|бен|туралы|бойынша|жылы|жылгы|турады|туган|жок|бар|болып|деп|облысы|ауданы|аты|теги|жони)\b", re.I
)
_RUSSIAN_WORDS = re.compile(
    r"\b(?:и|в|во|на|с|со|по|от|до|для|что|из|к|о|об|за|при|под|у|его|её|был[аи]?|года?|лет|гражданин\w*|который|которая)\b",
    re.I,
)
_RUSSIAN_ENDINGS = re.compile(
    r"\b\w{3,}(?:ого|его|ому|ему|ый|ая|ое|ые|ых|ыми|ться|лся|лась|ение|ения|ости|овна|ович)\b", re.I
)
_CAPITALS = re.compile(r"[A-ZА-ЯЁӘІҢҒҮҰҚӨҺ]")
_SMALL = re.compile(r"[a-zа-яёәіңғүұқөһ]")
_LATIN = re.compile(r"[A-Za-z]")
_CYRILLIC = re.compile(r"[\u0400-\u052f]")


class Word(NamedTuple):
    """A word of a text: `text[start:end]`; `line` counts from 0. Made for each look at it: a tuple is made quickly."""

    start: int
    end: int
    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a text.

    Attributes:
        start, end: where.
        language: kk, ru or en.
        mixed: it may be Kazakh and Russian: names of the one in sentences of the other, or too short to tell.
        capitals: it is typed in CAPITALS for the most part.
    """

    start: int
    end: int
    language: str
    mixed: bool = False
    capitals: bool = False

    def read_as(self, language: str) -> bool:
        """Tell whether the line may be in a language."""
        return self.language == language or (self.mixed and language in {"kk", "ru"})


def split_lines(text: str) -> list[Line]:
    """Return the lines that hold anything, each with its language."""
    return [_line(m) for m in _LINE.finditer(text) if m.group().strip()]


def _line(match: re.Match[str]) -> Line:
    line = match.group()
    language, mixed = line_language(line)
    capitals = len(_CAPITALS.findall(line)) > len(_SMALL.findall(line))
    return Line(match.start(), match.end(), language, mixed, capitals)


def line_language(line: str) -> tuple[str, bool]:
    """Guess the language of one line by its letters and common words; tell whether Kazakh and Russian both may be.

    Typewriters without Kazakh letters wrote Kazakh with Russian ones: common words decide then.
    """
    if len(_LATIN.findall(line)) > len(_CYRILLIC.findall(line)):
        return "en", False
    kazakh = len(_KAZAKH.findall(line)) + 2 * len(_KAZAKH_WORDS.findall(line))
    if not kazakh:
        return "ru", False
    russian = 2 * len(_RUSSIAN_WORDS.findall(line)) + len(_RUSSIAN_ENDINGS.findall(line))
    return ("kk" if kazakh >= russian else "ru"), bool(russian)


class Words(Sequence[Word]):
    """The words of a text, made when they are asked for: as objects those of a page take 70 KiB, as numbers five.

    Args:
        text: where they stand.
        starts, ends, lines: of each word.

    Attributes:
        starts: where each word begins, in order.
    """

    __slots__ = ("_ends", "_lines", "_text", "starts")

    def __init__(self, text: str, starts: array[int], ends: array[int], lines: array[int]) -> None:
        self._text, self.starts, self._ends, self._lines = text, starts, ends, lines

    def __len__(self) -> int:
        return len(self.starts)

    @overload
    def __getitem__(self, at: int) -> Word: ...

    @overload
    def __getitem__(self, at: slice) -> list[Word]: ...

    def __getitem__(self, at: int | slice) -> Word | list[Word]:
        if isinstance(at, slice):
            return [self[number] for number in range(*at.indices(len(self)))]
        start, end = self.starts[at], self._ends[at]
        return Word(start, end, self._text[start:end], self._lines[at])

    def __iter__(self) -> Iterator[Word]:
        text = self._text
        for start, end, line in zip(self.starts, self._ends, self._lines, strict=True):
            yield Word(start, end, text[start:end], line)


def split_words(text: str, lines: Sequence[Line]) -> Words:
    """Return the words of `text` in order."""
    starts, ends, numbers = array("I"), array("I"), array("I")
    for number, line in enumerate(lines):
        for match in _WORD.finditer(text, line.start, line.end):
            starts.append(match.start())
            ends.append(match.end())
            numbers.append(number)
    return Words(text, starts, ends, numbers)
