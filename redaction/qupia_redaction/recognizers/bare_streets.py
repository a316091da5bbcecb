"""Streets that nothing calls one: `Школьная 16`, `Гоголя, 14`, `Абай 3-18` in the row, list or sentence of a person.

`patterns.yaml` wants a word for a street, or a house with a flat behind a comma. In rows of lists a name with a number
is enough, where a private person stands in the line and the word can name a street: an adjective, a name, a place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from qupia_redaction.model import Category
from qupia_redaction.nlp.morphology import meaning
from qupia_redaction.nlp.shapes import shape
from qupia_redaction.recognizers.doubted import governs
from qupia_redaction.recognizers.finding import Finding, Ranges, line_of

_CAPITAL = r"[A-ZА-ЯЁӘІҢҒҮҰҚӨҺ][a-zа-яёәіңғүұқөһ-]{2,24}"
_PART = (
    r"(?:кв|квартира|ком|комн|комната|к|п|под|подъезд|корп|корпус|блок|бар|барак|apt|flat|room|пәтер|үй|дом|д|өткел)"
)
_BARE = re.compile(
    r"(?:(?<=[,;(|\t–—-]\s)|(?<=\s{2})|(?<=\t)|(?<=\|)|^[ ]{0,4})"
    rf"(?P<all>(?:[А-ЯӘІҢҒҮҰҚӨҺ]\.[ ]?)?(?P<street>(?:[0-9]-?(?:я|й|ая|ой)[ ])?{_CAPITAL}"
    rf"(?:[ ](?:{_CAPITAL}|хана?|батыра?|би|жолы|ата|khan|площадь|линия|набережная|аллея|тупик))?)"
    r"(?P<gap>,?[ ](?:№[ ]?|д\.?[ ]?|дом[ ]|бар\.[ ]|барак[ ])?)"
    rf"(?P<house>[0-9]{{1,3}}[а-яa-z]?(?:[ ]?[/–-][ ]?[0-9]{{1,3}})?)"
    rf"(?P<flat>(?:,?[ ]{_PART}\.?[ ]?[0-9]{{1,3}}|,?[ ]?[0-9]{{1,3}}-(?:пәтер|үй|өткел|бөлме))*|,[ ][0-9]{{1,3}}))"
    r"(?=\s?(?:[;|)\n\t]|,(?!\s?[0-9])|\.(?![0-9])|:|\s{2}|\s[–—-]\s|\s?\Z))",
    re.M,
)
_ADJECTIVE = re.compile(r"(?:[сц]кая|ная|ная|овая|евая|ной|[сц]кий|ный|чий|ая|овка|евка)\Z")
_BARS = frozenset("|\t\n")
_COUNTED = re.compile(
    r"(?:разряд|стать|глав|итог|всег|трудод|трудодн|дете|дети|возраст|стаж|кор[оа]в|ове?[цч]|лошад|коз|свин|звен|отар|смен|част|том|"
    r"лист|пункт|параграф|класс|курс|групп|ряд|мест|этаж|ставк|балл|оценк|разъезд|бала|қой|сиыр|жылқы|ешкі|түйе|бап|тармақ|сынып|"
    r"разр|кат|образовани|семь|состав|вес|рост|пульс|температур|давлени|палат|койк|отпуск|янв|январ|фев|феврал|март|апр|апрел|ма|"
    r"июн|июл|авг|август|сент?|сентябр|окт|октябр|нояб?р?|дек|декабр|қаңтар|ақпан|наурыз|сәуір|мамыр|маусым|шілде|тамыз|қыркүйек|"
    r"қазан|қараша|желтоқсан|january|february|march|april|june|july|august|september|october|november|december|chapter|article|part|"
    r"page|room|ward|class|grade|order|file|section)[а-яёіңғ]{0,3}\.?",
    re.I,
)


def bare_streets(text: str, names: Sequence[Finding], others: Sequence[Finding]) -> Iterator[Finding]:
    """Yield streets with houses that no word calls so, in lines of private persons.

    Args:
        text: the folded text.
        names: of private persons.
        others: all else that is found; what another kind claims is no street.
    """
    lines = Ranges(line_of(text, name) for name in names)
    persons = Ranges((name.start, name.end) for name in names)
    claimed = Ranges((f.start, f.end) for f in others if f.category is Category.BIRTH_DATE)
    for match in _BARE.finditer(text) if names else ():
        start, end = match.span("all")
        if not any(lines.touching(start, end)) or any(claimed.touching(start, end)):
            continue
        flat = bool(match["flat"]) or any(map(match["house"].__contains__, "/-–"))
        if any(persons.touching(*match.span("street"))) and not (match["flat"] or _is_cell(text, start, end)):
            continue
        if _can_be_street(match["street"], flat or match["gap"].strip(" ,") != ""):
            yield Finding(start, end, Category.ADDRESS, 0.6, "home_slot")


def _is_cell(text: str, start: int, end: int) -> bool:
    """Tell whether bars or tabs stand on both sides."""
    ahead, behind = text[max(0, start - 3) : start].strip(" "), text[end : end + 3].strip(" ")
    return ahead[-1:] in _BARS and behind[:1] in _BARS


def _can_be_street(street: str, flat: bool) -> bool:
    """Tell whether words can name a street: behind them stands a house, or a house and a flat."""
    last = street.rsplit(maxsplit=1)[-1]
    first = next(word for word in street.split() if word[0].isalpha())
    if _COUNTED.fullmatch(first) or (governs(first) and not _ADJECTIVE.search(first)):
        return False
    if flat or len(street.split()) > 1:
        return True
    known, looks = meaning(last), shape(last)
    return bool(_ADJECTIVE.search(last)) or known.place or known.surname or known.given or looks.given or looks.surname
