"""Numbers told by where they stand: entries of registers before a name, a series parted from its number, Kazakh order.

`doubted` asks which noun stands in front; here the noun stands behind, or the place alone says whose the number is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from qupia_redaction.model import Category
from qupia_redaction.nlp.shown import Shown
from qupia_redaction.recognizers.finding import Finding, Ranges, line_of
from qupia_redaction.recognizers.pattern import typewritten

_FOUND_BY = "governed_number"
_MARK = r"(?:№|N[o°]?\.?|no\.?|номер\w{0,3}|нөмірі|number)"
_PARTED = re.compile(
    typewritten(
        r"(?<!\w)(?:сери[яию]\w?|сер\.|сериясы|series)[\s:«\"]{1,3}"
        r"(?P<series>[A-ZА-ЯІҚӘҢҒҮҰӨҺ0-9]{1,6}(?:\s?[–-]\s?[A-ZА-ЯІ]{1,4})?)[»\",\s]{1,4}"
        rf"(?:(?:за|and|және|мен)\s)?{_MARK}[\s:]{{0,3}}(?P<number>[0-9](?:[ -]?[0-9]){{2,11}})(?![0-9])"
    ),
    re.I,
)
_BOTH = re.compile(
    typewritten(
        rf"(?<!\w)(?:сери[яи]\w?|сериясы|series)(?:\s(?:и|мен|және|and)|\s?[,/])\s?{_MARK}[\s:]{{1,3}}"
        rf"(?P<number>(?:[A-ZА-ЯІ0-9-]{{1,6}}[\s-]{{1,2}})?(?:{_MARK}\s?)?[0-9](?:[ -]?[0-9]){{3,11}})(?![0-9])"
    ),
    re.I,
)
_SERIES_BEHIND = re.compile(
    r"[0-9]{4}[,\s(]{1,3}(?:сери[яи]|сериясы|series)[\s:]{1,2}(?P<number>[A-ZА-ЯІ0-9]{1,6}(?:[–-][A-ZА-ЯІ]{1,4})?)(?!\w)",
    re.I,
)
_OF_PAPERS = re.compile(
    r"облигац|за[её]м|лотере|акци[ийя]|наклад|фактур|купюр|банкнот|двигател|шасси|бланк|счётчик|счетчик|прибор", re.I
)
_NOUN_BEHIND = re.compile(
    typewritten(
        r"(?<![\w.,/-])(?:№\s?)?(?P<number>[0-9]{1,7}(?:[/-][0-9]{1,4})?)(?:"
        r"(?:-?(?:ші|шы|інші|ыншы|нші|ншы))?[\s-]{1,2}(?:акт\s?жазба|акт\s?жазу|(?:жеке|дербес)\s(?:шот|іс)|зейнетақы\sіс)"
        r"|(?:-(?:ші|шы|інші|ыншы|нші|ншы)\s|-)(?:шаруашылы[қғ]|қожалы[қғ])"
        r"|\s(?:в|по)\s(?:актов\w+\s|метрич\w+\s)?книг\w\s(?:запис|регистрац)"
        r"|\s?нөмірлі\s(?:\w+\s)?(?:куәлі|билет|төлқұжат|паспорт|шот|карта|парағ|іс|диплом|аттестат|кітапша))"
    ),
    re.I,
)
_CERTIFIED = re.compile(
    typewritten(
        r"(?<!\w)(?:аурухана|перзентхана|роддом|емхана|диспансер|дәрігер|акушер|АХАЖ|поликлиника)[\w-]{0,10}\s"
        r"№\s?(?P<number>[0-9]{1,7}(?:[/-][0-9]{1,4})?)\s(?:\w{3,14}\s)?анықтама"
    ),
    re.I,
)
_SERIES_RUNS = frozenset({"сер", "ser"})
_BEHIND_RUNS = frozenset({"акт", "жек", "дер", "зей", "шар", "кож", "ном", "кни"})
"""Beginnings of words, as `Shown` has them, without which the patterns match nowhere."""

_ENTRY = re.compile(
    r"^[ ]{0,4}(?:№|N[o°]?\.?)[ ]?(?P<number>[0-9]{1,5})\)?[ ]?[.,:|–—-]?[ |–—-]{0,3}(?=[^\W\d_])", re.M
)
_HOUSEHOLD = re.compile(
    typewritten(
        r"^[ ]{0,4}(?:двор|хоз(?:яйство|-во|\.)|семья|қожалық|шаруашылық|отбасы|household)[ ](?:№[ ]?)?"
        r"(?P<number>[0-9]{1,4})"
        r"(?=[ ]?[–—.,:-])"
    ),
    re.I | re.M,
)
_CALL = re.compile(r"(?<![\w.,/:-])(?P<number>[1-9][0-9]?-[0-9]{2}-[0-9]{2})(?![\w/-]|\.[0-9])")
_DAYS, _MONTHS = 31, 12
_AHEAD = 40


def placed_numbers(text: str, names: Sequence[Finding], shown: Shown) -> Iterator[Finding]:
    """Yield numbers of papers, entries and homes that their place tells.

    Args:
        text: the folded text.
        names: of private persons.
        shown: the same text, as guards of patterns see it.
    """
    if shown.runs & _SERIES_RUNS:
        yield from _series(text)
    if "№" in text:
        yield from (_number(match) for match in _CERTIFIED.finditer(text))
    if shown.runs & _BEHIND_RUNS:
        yield from (_number(match) for match in _NOUN_BEHIND.finditer(text))
    starts = {name.start for name in names}
    yield from (_number(match) for match in _ENTRY.finditer(text) if match.end() in starts)
    yield from (_number(match) for match in _HOUSEHOLD.finditer(text))
    lines = Ranges(line_of(text, name) for name in names)
    for match in _CALL.finditer(text):
        first, middle, _ = map(int, match["number"].split("-"))
        if (first < 10 or first > _DAYS or middle > _MONTHS) and any(lines.touching(*match.span())):
            yield Finding(*match.span("number"), Category.PHONE, 0.55, "line_of_person")


def _number(match: re.Match[str]) -> Finding:
    return Finding(*match.span("number"), Category.DOCUMENT_NUMBER, 0.6, _FOUND_BY)


def _series(text: str) -> Iterator[Finding]:
    for match in _PARTED.finditer(text):
        if not _OF_PAPERS.search(text, max(0, match.start() - _AHEAD), match.start()):
            yield Finding(match.start("series"), match.end("number"), Category.DOCUMENT_NUMBER, 0.7, _FOUND_BY)
    for match in (*_BOTH.finditer(text), *_SERIES_BEHIND.finditer(text)):
        if not _OF_PAPERS.search(text, max(0, match.start() - _AHEAD), match.start()):
            yield _number(match)
