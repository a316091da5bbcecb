"""Give words in CAPITALS a capital and small letters, so that models trained on prose see names.

A common word of the Russian dictionary gets small letters only: a text in CAPITALS must not look full of names.
"""

from __future__ import annotations

import re

from qupia_redaction.nlp.morphology import may_be_surname, meaning
from qupia_redaction.nlp.shapes import shape

_CAPITALS = re.compile(r"\b[^\W\d_a-zа-яёәғқңөұүһі]{2,}(?:[-’'][^\W\d_a-zа-яёәғқңөұүһі]+)*\b")
_KEEP = frozenset(
    "РК РФ ССР СССР КССР ҚР МВД МЮ НКВД ОГПУ КГБ США ООН ТОО АО ЗАГС РАГС АХАЖ ІІМ ӘМ USA UK UN EU".split()
)
_INITIAL = re.compile(r"\b[A-ZА-ЯЁӘІҢҒҮҰҚӨҺ]\.\s?\Z")
_REACH = 8
_SURNAME = re.compile(r"(?:ОВ|ЕВ|ИН|СКИЙ)(?:А|У|ЫМ|ОЙ|Е|ОМУ|ОГО)?$")
_ADJECTIVE = re.compile(r"(?:[ЫИ]Й|ОЙ|ОГО|ОМУ|[ЫИ]М|[ЫИ]Х|АЯ|УЮ)$")
_NEIGHBOURS = re.compile(r"(\w{3,}) \|")
_SMALL = re.compile(r"(?<!\.)(?<!\. )\b(?:И|В|НА|С|ПО|ОТ|ДЛЯ|НЕ|ИЗ|К|О|ОБ|ЗА|ДО|У|А|НО|ЖЕ|БЫ)\b(?!\.)")


def restore_case(text: str) -> str:
    """Return `text` of the same length in which runs of CAPITALS are written like prose.

    A word in capitals changes only where its line is mostly capitals, or a neighbour is in capitals too:
    single abbreviations in prose stay.
    """
    return "".join(_line(line) for line in text.splitlines(keepends=True))


def _line(line: str) -> str:
    found = list(_CAPITALS.finditer(line))
    long = [m for m in found if len(m.group()) > 4]
    if not found or (len(found) < 2 and not long):
        return line
    shown = _CAPITALS.sub(lambda m: m.group() if m.group() in _KEEP else _restored(line, m), line)
    return _SMALL.sub(lambda m: m.group().lower(), shown) if shown != line else line


def _restored(line: str, match: re.Match[str]) -> str:
    word = match.group()
    before = line[: match.start()]
    opening = not before.rstrip() or before.rstrip()[-1] in '.!?«"' or _INITIAL.search(before[-_REACH:]) is not None
    beside = _INITIAL.match(line[match.end() :].lstrip()[:2] + " ") is not None
    lowered = word.lower()
    if len(lowered) != len(word):
        return word
    common = meaning(word).plain and not shape(word.title()).given
    named = any(_may_follow(word, given) for given in _NEIGHBOURS.findall(before[-24:] + "|"))
    return lowered if common and not (opening or beside or named) else _title(word)


def _may_follow(word: str, given: str) -> bool:
    """Tell whether a word can be the surname behind a given name."""
    if not meaning(given).given:
        return False
    return _SURNAME.search(word) is not None or may_be_surname(word) or _ADJECTIVE.search(word) is not None


def _title(word: str) -> str:
    return "".join(part[:1] + part[1:].lower() for part in re.split(r"([-’'])", word))
