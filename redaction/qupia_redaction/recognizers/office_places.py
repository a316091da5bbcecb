"""Whose address is it: an office's, which stays, or somebody's home?

A letterhead is told in `keep`. Elsewhere an address is an office's where its sentence names an office last before it,
with nothing but words of places or a bracket between, and neither a private person nor a home stands in that sentence,
in front or behind. Flats and hostels are homes, farms and works are no offices here: people live at them. Doubt hides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from qupia_redaction.model import Category
from qupia_redaction.recognizers.finding import Finding, Ranges
from qupia_redaction.recognizers.office_calls import OWNED, only_places

_REACH, _BEHIND, _BRACKET = 200, 60, 40
_OFFICE = re.compile(
    r"(?<!\w)(?:архив|мұрағат|канцеляри|контор|редакци|бюро|отделени|отдел|управлени|департамент|министерств|"
    r"комисси|комитет|служб|инспекци|райсовет|горсовет|исполком|акимат|прокуратур|нотари[уа]|загс|больниц|"
    r"диспансер|поликлиник|школ|училищ|колледж|институт|университет|банк|музе[йяею]|при[её]мн(?!ы[йм]\sсын)|военкомат|"
    r"кеңсе|қызметі|басқарма|бөлімі|әкімді|аурухана|емхана|мектеб|орталы[қғ]|лице[йя]|гимнази|"
    r"сұрақтар\sбойынша|вопросам|reading\sroom|office|registry|archive|court|bureau|department|ministry|school|hospital|orphanage|college|museum|notary)\w{0,6}(?!\w)"
    r"|(?<!\w)(?:суд[аеу]?|сот(?:ы|ының)?|ЦОН\w{0,2}|ХҚКО|СТК|КГУ|КММ|РГУ|РММ|КеАҚ|НАО)(?!\w)",
    re.I,
)
_LABEL = re.compile(r"(?<!\w)(?:адрес\w{0,2}|мекен-?жай\w{0,4}|address)(?!\w)", re.I)
_HOME_UNIT = re.compile(
    r"(?<!\w)(?:кв(?:\.|артир\w*)|пәт(?:\.|ер\w*)|п\.(?=\s?[0-9,;)]|\Z)|общ\.|общежит\w*|жатақхана\w*|комн\w*\.?|барак\w*|землянк\w*|хат[аы]|изб[аы]|"
    r"apt|apartment|flat|hostel)(?!\w)|-\s?п(?:әтер)?(?!\w)|[0-9]\s?[-–]\s?[0-9]",
    re.I,
)
_SENTENCE = re.compile(r"(?:(?<=[^\W\d_]{4})|(?<=[0-9]{4}))[.!?]\s+(?=[^\W\da-zа-яёәіңғүұқөһ])|\n|\||\t|\s{3,}")


def office_places(
    text: str, names: Sequence[Finding], others: Sequence[Finding], acting: Sequence[Finding]
) -> Iterator[tuple[int, int]]:
    """Yield the addresses of offices.

    Args:
        text: of the document.
        names: of private persons.
        others: every other finding.
        acting: names of officials.
    """
    private = Ranges((name.start, name.end) for name in names)
    offices = [name.end for name in acting]
    for place in others:
        if place.category is Category.ADDRESS and _is_offices(text, place, private, offices):
            named_after = private.touching(place.start, place.end)  # a street that bears a name
            yield min([place.start, *(start for start, _ in named_after)]), place.end


def _is_offices(text: str, place: Finding, private: Ranges, acting: Sequence[int]) -> bool:
    if _HOME_UNIT.search(text, place.start, min(len(text), place.end + 2)):
        return False
    start, end = _sentence(text, place)
    persons = (span for span in private.touching(start, end) if span[1] <= place.start or span[0] >= place.end)
    if any(persons) or OWNED.search(text, start, place.start) or OWNED.search(text, place.end, end):
        return False
    office = max((m.end() for m in _OFFICE.finditer(text, start, place.start)), default=-1)
    office = max([office, *(at for at in acting if start < at <= place.start)])
    if office < 0:
        return False
    label = _LABEL.search(text, start, office)
    if label and text[label.end() : office].lstrip().startswith(":"):
        return False  # `Адрес: школа, ...` tells where somebody lives
    in_brackets = text[place.start - 1] == "(" and place.start - office < _BRACKET
    return in_brackets or only_places(text, office, place.start)


def _sentence(text: str, place: Finding) -> tuple[int, int]:
    """Return the sentence, line or cell that an address stands in, as far as it is looked at."""
    low = max(0, place.start - _REACH)
    cuts = [m.end() for m in _SENTENCE.finditer(text, low, place.start)]
    behind = _SENTENCE.search(text, place.end, place.end + _BEHIND)
    return (cuts[-1] if cuts else low), (behind.start() if behind else min(len(text), place.end + _BEHIND))
