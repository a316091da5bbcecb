"""Give words in CAPITALS a capital and small letters, so that models trained on prose see names."""

from __future__ import annotations

import re

_CAPITALS = re.compile(r"\b[^\W\d_a-zа-яёәғқңөұүһі]{2,}(?:[-’'][^\W\d_a-zа-яёәғқңөұүһі]+)*\b")
_KEEP = frozenset(
    "РК РФ ССР СССР КССР ҚР МВД МЮ НКВД ОГПУ КГБ США ООН ТОО АО ЗАГС РАГС АХАЖ ІІМ ӘМ USA UK UN EU".split()
)


def restore_case(text: str) -> str:
    """Return `text` of the same length in which runs of CAPITALS are written like names.

    A word in capitals changes only where its line is mostly capitals, or a neighbour is in capitals too:
    single abbreviations in prose stay.
    """
    return "".join(_line(line) for line in text.splitlines(keepends=True))


def _line(line: str) -> str:
    found = list(_CAPITALS.finditer(line))
    long = [m for m in found if len(m.group()) > 4]
    if not found or (len(found) < 2 and not long):
        return line
    return _CAPITALS.sub(lambda m: m.group() if m.group() in _KEEP else _title(m.group()), line)


def _title(word: str) -> str:
    lowered = "".join(part[:1] + part[1:].lower() for part in re.split(r"([-’'])", word))
    return lowered if len(lowered) == len(word) else word
