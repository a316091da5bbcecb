"""What must stay readable though it looks like a detail: archive ciphers, BIN of organisations, acting officials."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from qupia_redaction.nlp.rows import Rows
from qupia_redaction.recognizers.checks import digits
from qupia_redaction.recognizers.finding import Finding, Ranges
from qupia_redaction.recognizers.offices import OFFICES

_NUM = r"№?\s?[0-9]{1,5}[а-яa-zА-Я]?(?:\s?/\s?[0-9]{1,3})?"
_FONDS = rf"(?:\b[Фф](?:онд)?\.?\s?(?:№\s?)?(?:[РПЛ]\s?-?\s?)?{_NUM}|\b[Ff](?:onds)?\.?\s?(?:R-)?{_NUM})"
_OPIS = rf"(?:\b[Оо]п(?:ись)?\.?\s?{_NUM}|\b[Oo]p(?:is)?\.?\s?{_NUM})"
_ITEM = rf"(?:\b[Дд](?:ело)?\.?\s?{_NUM}|\b[Dd]\.?\s?{_NUM}|\bед\.\s?хр\.\s?{_NUM}|\b[Ff]ile\s?{_NUM})"
_SHEET = r"[0-9]{1,5}(?:\s?\(?об\.?\)?)?"
_SHEETS = rf"(?:\b(?:[Лл](?:л|ист[а-яы]*)?|[Ll]l?|[Ss]heets?)\.?\s?{_SHEET}(?:\s?[-–,]\s?{_SHEET})*)"
_GAP = r"[\s,.;]{0,3}"
_KK = (
    r"(?:\b(?:Р-)?[0-9]{1,5}\s?-?\s?қор[а-яғқңі]*[\s,.;]{1,3})?\b[0-9]{1,4}\s?-?\s?тізімдеме[а-яі]*"
    r"(?:[\s,.;]{1,3}[0-9]{1,5}[а-я]?\s?-?\s?іс[а-яі]*)?(?:[\s,.;]{1,3}[0-9]{1,5}(?:\s?[-–]\s?[0-9]{1,5})?\s?-?\s?п(?:арақ[а-яғқі]*|\.)?)?"
)
_CIPHER = re.compile(
    rf"{_FONDS}{_GAP}{_OPIS}(?:{_GAP}{_ITEM})?(?:{_GAP}{_SHEETS})?|{_OPIS}{_GAP}{_ITEM}(?:{_GAP}{_SHEETS})?|{_KK}"
)
_BIN = re.compile(r"(?<![\w/])(?:БИН|БСН|BIN|бин|бсн)(?!\s?/)[\s:№.–-]{0,5}([0-9](?:[ -]?[0-9]){11})(?![0-9])")

_INSIDE = re.compile(rf"(?:^|[^\w])(?:{OFFICES})[\s:,_/–—-]{{0,6}}$", re.I)
_COURT = re.compile(
    r"(?:^|[^\w])(?:судь[яи]|секретар[ьяе][а-я\s]{0,20}|прокурора?|нотариус|сот|судьясы|хатшы|judge|clerk)[\s:,]{0,3}$",
    re.I,
)
_SIGNATURE = re.compile(
    rf"^\W{{0,3}}(?:[^\W\d]+\s+){{0,3}}?(?:(?:и\.\s?о\.|врио|заместитель|зам\.|первый|главный|старший|бас)\s+){{0,2}}"
    rf"(?:{OFFICES})\b(?:[^\n.;:0-9]|(?<=\b\w{{2}})\.|(?<=\b\w)\.){{0,70}}$",
    re.I,
)
_TAIL = re.compile(rf"^(?:[\s_/()«».,-]{{0,20}}(?:\n|$)|\.?\s{{2}}|\.?\s(?:главный\s|бас\s)?(?:{OFFICES})\b)", re.I)
_NEAR = 60


def kept_ranges(text: str) -> Ranges:
    """Return the ranges of archive ciphers and labelled BINs."""
    ciphers = [m.span() for m in _CIPHER.finditer(text)]
    return Ranges(ciphers + [m.span(1) for m in _BIN.finditer(text) if _is_bin(m.group(1))])


def _is_bin(number: str) -> bool:
    """Tell whether the fifth digit can be a BIN's; an IIN's there is the first digit of a day."""
    return digits(number)[4] in "456"


def officials(rows: Rows, names: Sequence[Finding]) -> Iterator[Finding]:
    """Yield the names that stand right after an office in their row, or in its signature line.

    Only a gap for a signature may stand between office and name; several offices may share a row.
    """
    acting: Finding | None = None
    for name in names:
        before, after = rows.around(name.start, name.end)
        if acting is not None and rows.number(acting.start) == rows.number(name.start) and acting.end <= name.start:
            told = rows.text[acting.start : acting.end]
            before = before[before.rfind(told) + len(told) :].lstrip(" .,")
        if _in_office(before, after[:_NEAR]):
            yield name
            acting = name


def _in_office(before: str, after: str) -> bool:
    if _COURT.search(before):
        return True
    opening = re.match(r"\W*\w", before)
    if _SIGNATURE.match(before) and _TAIL.match(after):
        return True
    near = opening is not None and _INSIDE.search(before) is not None and len(before) < _NEAR
    return near and _TAIL.match(after) is not None
