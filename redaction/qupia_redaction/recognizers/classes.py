"""What a passage tells of: the classes of special details, by its words and by the label in front of it.

`classes.yaml` lists the beginnings of words. Each class can be switched off by itself (`special.hides`), so doubt is
told too: a passage without a known word has no class, and one with many words that its classes do not explain gets
`special` beside them, a passage of health too; both stay hidden while any class is. Input is foreign text: a passage is
read up to `_LONGEST` characters, and what is longer is doubted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from importlib import resources

import regex
import yaml

from qupia_redaction.errors import RedactionRefused, RefusalCode
from qupia_redaction.model import Category
from qupia_redaction.nlp.shown import LONGEST, plain
from qupia_redaction.recognizers.demands import demands
from qupia_redaction.recognizers.finding import Finding
from qupia_redaction.recognizers.pattern import typewritten

_SECONDS = 20.0
_LONGEST = 600
_UNTOLD = 3
_PASSAGES = frozenset({Category.SPECIAL, Category.HEALTH})
_LABEL = regex.compile(r"(?:[^\n:;|.,()]{2,45}[:–—=_-]{1,3}\s?|(?:[^\W\d_]+[ ]){1,2})\Z")
_BEFORE = 50
_WORD = regex.compile(r"[^\W\d_]{5,}")
_WORD_BEGINS = regex.compile(r"\b(?=\w)")
_NEUTRAL = regex.compile(
    r"(?:январ|феврал|март|апрел|июн|июл|август|сентябр|октябр|ноябр|декабр|қаңтар|ақпан|наурыз|сәуір|мамыр|маусым|шілде|"
    r"тамыз|қыркүйек|қазан|қараша|желтоқсан|месяц|года|годов|жылы?|жылғы|жылдан|бойынша|туралы|кейін|дейін|бастап|"
    r"после|через|около|всего|более|менее|также|который|которая|которого|которой|области|области|област|район|город|"
    r"облыс|аудан|қала|ауыл|село|which|after|before|where|there|their|about|years?|months?|january|february|march|"
    r"april|august|september|october|november|december|district|region|village)\w*",
    regex.I,
)


def classes_of(text: str) -> frozenset[Category]:
    """Return the classes that words of a folded text tell of; none where no word is known."""
    return frozenset(_told(text[:_LONGEST]))


def classed(text: str, findings: Iterable[Finding]) -> Iterator[Finding]:
    """Yield the findings, passages with their classes.

    Args:
        text: the folded text.
        findings: any; those of passages may know classes by the label or header over them.

    Raises:
        RedactionRefused: TIME_LIMIT when a pattern runs too long on this text.
    """
    try:
        for finding in findings:
            yield replace(finding, classes=_of(text, finding)) if finding.category in _PASSAGES else finding
    except TimeoutError as error:
        raise RedactionRefused(RefusalCode.TIME_LIMIT) from error


def _of(text: str, finding: Finding) -> frozenset[Category]:
    shown = text[finding.start : finding.end]
    own = {Category.HEALTH} & {finding.category}
    told = {*own, *finding.classes, *_told(shown[:_LONGEST])}
    if not told:
        label = _LABEL.search(text, max(0, finding.start - _BEFORE), finding.start)
        told = {*_told(label.group())} if label else told
    doubted = len(shown) > _LONGEST or _untold(shown[:_LONGEST])
    return frozenset({*told, Category.SPECIAL} if told and doubted else told)


def _told(text: str) -> Iterator[Category]:
    """Yield the classes whose words stand in a text."""
    return (category for category, words in _possible(text) if words.search(text, timeout=_SECONDS))


def _untold(text: str) -> bool:
    """Tell whether a passage says much that no class explains: most of its words, and more than a few."""
    longer = [word for word in _WORD.finditer(text) if not _NEUTRAL.match(word.group())]
    if len(longer) <= _UNTOLD:
        return False
    known = {
        at for _, words in _possible(text) for m in words.finditer(text, timeout=_SECONDS) for at in range(*m.span())
    }
    strange = sum(word.start() not in known for word in longer)
    return strange > _UNTOLD and 2 * strange > len(longer)


def _possible(text: str) -> list[tuple[Category, regex.Pattern[str]]]:
    """Return the classes of which a word may stand in a text, told by how the text's words begin."""
    low = plain(text)
    if len(low) != len(text):
        return list(_words())
    begins, found = _begins(), 0
    for word in _WORD_BEGINS.finditer(text):
        at = word.start()
        for length in range(1, LONGEST + 1):
            found |= begins.get(low[at : at + length], 0)
    return [listed for number, listed in enumerate(_words()) if found >> number & 1]


@cache
def _begins() -> Mapping[str, int]:
    """Return by beginnings of words a bit for each class with such a word.

    Raises:
        ValueError: a word of a class may begin with anything.
    """
    found: dict[str, int] = {}
    for number, (_, words) in enumerate(_words()):
        begins = demands(words.pattern).begins
        if begins is None:
            raise ValueError("a word of a class may begin with anything")
        for begin in begins:
            found[begin] = found.get(begin, 0) | 1 << number
    return found


@cache
def _words() -> tuple[tuple[Category, regex.Pattern[str]], ...]:
    source = resources.files(__package__).joinpath("classes.yaml").read_text("utf-8")
    listed = yaml.safe_load(source).items()
    return tuple((Category(name), _compiled(words.split())) for name, words in listed)


def _compiled(words: Iterable[str]) -> regex.Pattern[str]:
    parts = (word[:-1] + r"(?!\w)" if word.endswith("|") else word for word in words)
    return regex.compile(rf"\b(?=\w)(?:{typewritten('|'.join(parts))})", regex.I | regex.VERSION1)
