"""Split a folded text into words with their offsets and lines."""

from __future__ import annotations

import re
from dataclasses import dataclass

_WORD = re.compile(r"\w+(?:[-'’ʼ‑]\w+)*")
_LINE = re.compile(r"[^\n]+")
_KAZAKH = re.compile(r"[әғқңөұүһіӘҒҚҢӨҰҮҺІ]")
_KAZAKH_WORDS = re.compile(
    r"\b(?:мен|бен|туралы|бойынша|жылы|жылгы|турады|туган|жок|бар|болып|деп|облысы|ауданы|аты|теги|жони)\b", re.I
)
_LATIN = re.compile(r"[A-Za-z]")
_CYRILLIC = re.compile(r"[\u0400-\u052f]")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text: `text[start:end]`; `line` counts from 0."""

    start: int
    end: int
    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a text and its language: kk, ru or en."""

    start: int
    end: int
    language: str


def split_lines(text: str) -> list[Line]:
    """Return the lines that hold anything, each with its language."""
    return [Line(m.start(), m.end(), line_language(m.group())) for m in _LINE.finditer(text) if m.group().strip()]


def line_language(line: str) -> str:
    """Guess the language of one line by its letters.

    Typewriters without Kazakh letters wrote Kazakh with Russian ones: common words decide then.
    """
    if len(_LATIN.findall(line)) > len(_CYRILLIC.findall(line)):
        return "en"
    return "kk" if _KAZAKH.search(line) or _KAZAKH_WORDS.search(line) else "ru"


def split_words(text: str, lines: list[Line]) -> list[Word]:
    """Return the words of `text` in order."""
    return [
        Word(m.start(), m.end(), m.group(), number)
        for number, line in enumerate(lines)
        for m in _WORD.finditer(text, line.start, line.end)
    ]
