"""Whose telephone or mailbox is it: an office's, which stays, or a person's?

An office's is told by its own words (an extension, `тел. редакции`, `info@`), and otherwise by who was named last
before it, with nothing but an address between: an office, somebody in office, or a private person. A mobile number is
never an office's; where nobody is named, the contact is a person's. Limit: the name of a person that nothing
recognises counts for nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qupia_redaction.model import Category
from qupia_redaction.recognizers.finding import Finding, Ranges

_NEAR, _REACH, _BLOCK = 60, 150, 2
_OFFICE = (
    r"(?:архив|мұрағат|канцеляри|контор|редакци|бюро|отделени|отдел|управлени|департамент|министерств|комисси|комитет|"
    r"служб|инспекци|сельсовет|райсовет|горсовет|исполком|акимат|прокуратур|нотариальн\w+\sконтор|загс|больниц|диспансер|"
    r"поликлиник|роддом|школ|училищ|колледж|институт|университет|завод|фабрик|комбинат|трест|совхоз|колхоз|обществ|банк|"
    r"корпораци|музе[йяею]|при[её]мн(?!ы[йм]\sсын)|справочн|регистратур|правлени|дирекци|экспедици|типографи|"
    r"кеңсе|қызметі|басқарма|бөлім|әкімді|аурухана|емхана|мектеб|қоғам|орталы[қғ]|мекемес|кәсіпорн|қабылдау\sбөлме|анықтама|"
    r"для\sсправ|дежурн\w+\sчаст|сұрақтар\sбойынша|вопросам|(?:түсіндіру|анықтама)\sалу\sүшін|"
    r"совет[іт]|комитет|сот(?:ы|ының)|ұжымшар|кеңшар|лице[йя]|гимнази|"
    r"(?:head\s)?office|registry|archive|court|bureau|department|ministry|school|hospital|compan|orphanage|college|museum|"
    r"reading\sroom|call[- ]?cent)"
)
_NAMED = re.compile(
    rf"(?<!\w){_OFFICE}\w{{0,6}}(?!\w)|(?<!\w)(?:суд[аеу]?|сот|ТОО|ЖШС|АО|КГУ|КММ|РГУ|РММ|КеАҚ|LLP)(?!\w)", re.I
)
OWNED = re.compile(
    r"прожива|прописан|зарегистрирован|домашн|гражд|заявител|ИИН(?!\w)|ЖСН(?!\w)|тұратын|тіркелген|тұрғылықты|"
    r"(?<!\w)жив[её]т|өтініш\sберуші|өтініш\sиесі|(?<!\w)от\s[А-ЯЁ]|Ф\.?И\.?О|from:|от\sкого|кімнен|фамили|пациент|больно[йг]|"
    r"науқас|дата\sрожд|туған|(?<!\w)(?:кв|пәт)(?:\.|артир|ер)|resid|applicant|home|mobile|"
    r"(?<!\w)(?:үй|дом(?:\.|ашн)|сот(?:\.|ов)|моб|ұялы|мой|менің|жеке\sтел|личн)",
    re.I,
)
"""Words of homes and private persons: what stands behind one of them is no office's."""

_AT_HOME = re.compile(
    r"(?<!\w)(?:үй|дом|сот|моб|ұялы|home|mobile|cell|мой|менің|жеке|личн)\w{0,6}\.?[ ]?(?:тел\w*\.?|phone)?[ :]{0,2}\Z|"
    r"(?<!\w)тел\w*\.?[ ](?:дом|сот|моб|үй)\w{0,5}\.?[ :]{0,2}\Z",
    re.I,
)
_PLACED = re.compile(
    r"(?:адрес|жол|аким|әкім|мекен|көше|улиц|просп|даңғыл|облы?с|район|аудан|город|қала|кент|посел|село|ауыл|аула|кабин|"
    r"бөлме|кеңсе|комнат|этаж|қабат|телеф|факс|почт|пошта|индекс|при[её]мн|справ|анықтам|байланыс|бірыңғай|дежурн|секретар|хатшы|директор|начальн|бастық|"
    r"street|avenue|phone|telephone|office|room|mail|road|city|district|region|head|state|област|республик|ресурс|име?ни|лиценз)"
)
_WORD = re.compile(r"(?<!\w)[a-zа-яёәіңғүұқөһ]{4,}(?!\w)")
_LABEL = re.compile(r"[,;.]{0,2}[ ](?:тел(?:ефон\w{0,2}|\.)?|tel\.?|phone)[ :№.]{0,3}\Z", re.I)
_CALLED = re.compile(
    r"(?<!\w)(?:тел(?:ефон\w{0,3}|\.)?|tel\.?|phone|calls?)[ :]{1,2}(?:\w{1,12}[ ])?"
    rf"{_OFFICE}\w{{0,6}}[ :№.]{{0,3}}\Z"
    r"|(?<!\w)(?:внутр\w*|ішкі|ext(?:ension)?|доб)\.?[ ]?(?:тел\w*\.?|№)?[ :]{0,2}\Z"
    r"|(?<!\w)(?:справки|запрос\w*|поправки|анықтама\s?алу)[^\n;|]{0,30}тел\w*\.?[ :]{0,2}\Z",
    re.I,
)
_SERVICE = re.compile(
    r"(?<!\w)(?:қызметтік|анықтама|служебн\w{2,3}|office)\s(?:тел\w*\.?|phone)\s?(?:\([^)\n]{2,20}\))?[ :]{0,3}\Z", re.I
)
"""A telephone that says itself that it is an office's, whoever typed the paper."""
_EXECUTOR = re.compile(r"(?<!\w)(?:исп(?:олнител\w+|\.)|орынд(?:аушы|аған|\.))(?!\w)[^\n]*\Z", re.I)
_MOBILE = re.compile(r"\D*[78]?\D*7(?:0[0-8]|47|6[0-4]|7[15-8]|85)(?:\D*[0-9]){7}\D*")
_MAILBOX = re.compile(
    r"(?:info|office|kan[ct]s\w*|kense|press|zags|a[rk]h?hiv|archive|reception|priemn\w*)(?:[._-]\w{1,6})?@", re.I
)


@dataclass(frozen=True, slots=True)
class Company:
    """Who is named in a text.

    Attributes:
        private: names of private persons.
        offices: where names of persons in office end.
    """

    private: Ranges
    offices: frozenset[int]


def office_calls(
    text: str, names: Sequence[Finding], others: Sequence[Finding], acting: Sequence[Finding]
) -> Iterator[tuple[int, int]]:
    """Yield telephones and mailboxes of offices.

    Args:
        text: of the document.
        names: of private persons.
        others: every other finding.
        acting: names of officials.
    """
    company = Company(Ranges((name.start, name.end) for name in names), frozenset(name.end for name in acting))
    for call in sorted(others, key=lambda f: f.start):
        shown = text[call.start : call.end]
        if call.category is Category.PHONE and not _MOBILE.fullmatch(shown):
            stays = _is_offices(text, call, company)
        elif call.category is Category.EMAIL:
            stays = bool(_MAILBOX.match(shown))
        else:
            continue
        if stays:
            yield call.start, call.end


def _is_offices(text: str, call: Finding, company: Company) -> bool:
    ahead = max(0, call.start - _REACH)
    if _SERVICE.search(text, ahead, call.start):
        return True
    if _EXECUTOR.search(text, max(0, call.start - 2 * _NEAR), call.start):
        return False  # who typed a paper is in no office: whose telephone it is nobody knows
    if _AT_HOME.search(text, ahead, call.start):
        return False
    label = _LABEL.search(text, max(0, call.start - _NEAR), call.start)
    if label and label.start() in company.offices:
        return True
    line = max(ahead, text.rfind("\n", ahead, call.start) + 1)
    if called := _CALLED.search(text, line, call.start):
        return not any(company.private.touching(called.start(), call.start))
    return _last(text, _block(text, ahead, call.start), call.start, company)


def _block(text: str, start: int, end: int) -> int:
    """Return where the lines begin that may tell whose a contact is: an empty line parts them from others."""
    at = end
    for _ in range(_BLOCK):
        cut = text.rfind("\n", start, at)
        if cut < 0 or text[max(cut - 1, 0) : cut + 2].count("\n") > 1:
            return max(start, cut + 1)
        at = cut
    return at + 1


def _last(text: str, start: int, end: int, company: Company) -> bool:
    """Tell whether an office is the last that is named in a stretch of text."""
    office = max((match.end() for match in _NAMED.finditer(text, start, end)), default=-1)
    office = max([office, *(at for at in company.offices if start < at <= end)])
    if office < 0:
        return False
    if any(company.private.touching(office, end)) or OWNED.search(text, office, end):
        return False
    return only_places(text, office, end)


def only_places(text: str, start: int, end: int) -> bool:
    """Tell whether all words in small letters between an office and its contact are words of places and contacts."""
    return all(_PLACED.match(word.group()) for word in _WORD.finditer(text, start, end))
