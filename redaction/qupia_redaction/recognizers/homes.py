"""Homes told in words: what stands where a residence is told, below the settlement, and places that a house is told by.

`patterns.yaml` knows streets with numbers. Papers also say `живёт за мельницей, третья хата от моста`, `землянка № 4`,
`2 бригада, кыстак`: a word that tells a residence, then the settlement (it stays), then what nobody can list.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from qupia_redaction.model import Category
from qupia_redaction.nlp.morphology import meaning
from qupia_redaction.recognizers.finding import Finding, Ranges, line_of
from qupia_redaction.recognizers.pattern import typewritten

_FOUND_BY = "home_slot"
_SLOT = re.compile(
    typewritten(
        r"(?<!\w)(?:прожива(?:ет|ют|ющ\w+|л[аи]?|ю)|прож\.|жив(?:[её]т|у|ут|ущ\w+)|прописан\w*|прописка|зарегистрирован\w*(?=\s?:|\sпо)|адрес(?:а|у|е|ом|ок)?|адр\.|"
        r"(?:мест[оае]\s?)?жительств[аоу]|местожительств\w*|квартиру(?:ет|ющ\w+)|размещ[её]н[аы]?(?:\sв)?|разм\.|"
        r"тұрады|тұратын(?:\s(?:жер\w*|мекен\w*|орн\w*|үй\w*))?|(?:тұрғылықты|тұрғын)\s(?:жер\w*|мекен\w*|орн\w*|үй\w*)|тұрғыны|"
        r"тұрағы\w*|мекен-?\s?жай\w*|мекен[іи]\w{0,4}|тіркелген\s(?:жер\w*|мекен\w*)|орналасқан\sжер\w*|үй-?жай\w*|үйі|"
        r"resid(?:es|ing|ed|ent)\s(?:at|in|of)|liv(?:es|ing|ed)\s(?:at|in)|(?:home\s)?address(?:\sis)?)(?!\w)"
        r"(?:\s(?:по\sадресу|по|в|на|at|in|is|ауылы))?\s?[:–—-]?\s"
    ),
    re.I,
)
"""Words behind which a residence is told."""

_UNIT = typewritten(
    r"(?:дом\w{0,3}|д\.|изб\w{1,2}|хат\w{1,2}|землян\w+|барак\w*|общежити\w+|общ\.|казарм\w+|усадьб\w+|двор\w{0,3}|флигел\w+|подвал\w*|"
    r"вагон\w*|строени\w+|корпус\w*|корп?\.|к\.|кв\.|квартир\w+|комн\w*\.?|ком\.|секци\w+|угол|улиц\w+|ул\.|пер\.|переул\w+|мкр\w*\.?|м-н|массив\w*|мас\.|"
    r"городо?к\w*|участ\w+|пристройк\w+|чердак\w*|времянк\w+|юрт\w+|кибитк\w+|номер|без\sномера|б/н|вход\w*|"
    r"көше\w*|к-сі|үй\w*|пәтер\w*|бөлме\w*|жатақхана\w*|там(?!\w)|жертөле\w*|қора\w*|қыстау\w*|қыстақ\w*|кыстак\w*|баспана\w*|қақпа\w*|"
    r"корпус\w*|барак\w*|ферма\w*|бригада\w*|шағын\s?аудан\w*|house|hut|barracks?|flat|room|dugout|street|hostel|block|apartment)"
)
_BESIDE = typewritten(
    r"(?:у|за|возле|около|напротив|рядом|против|позади|вблизи|близ|при|под|на\sкраю|через|над|крайн\w+|"
    r"втор\w{2}|трет\w{2,3}|перв\w{2}|"
    r"жаны\w*|жанында\w*|қасы\w*|маңы\w*|бойы(?:нда\w*)?|шеті\w*|жағасы\w*|бауыры\w*|артында\w*|алдында\w*|түбінде\w*|by|near|behind|opposite|beside)"
)
_BELOW = re.compile(rf"(?<!\w)(?:{_UNIT}|{_BESIDE})(?!\w)|[0-9]", re.I)
"""What tells that a phrase is below the settlement."""

_SETTLEMENT = re.compile(
    typewritten(
        r"[\s,;:.]*(?:[0-9]{6}(?=,)|(?:респ\w*\.?|республик\w+)\s[\w-]+|Казахстан\w*|Қазақстан\w*|РК|ҚР|"
        r"[\w-]+(?:ск|цк)\w{0,3}\s(?:обл\w*\.?|р-н\w{0,2}|район\w{0,2}|губ\w*\.?|уезд\w{0,2}|вол\w*\.?|край|с/с|сельсовет\w{0,2})|"
        r"[\w-]+\s(?:обл\w*\.?|р-н\w{0,2}|район\w{0,2}|облысы\w*|ауданы\w*|болысы\w*|уезі\w*|қаласы\w*|қ-сы|қ\.|к\.(?=,)|ауылы\w*|"
        r"а\.(?:\s?о\.)?|кент[іи]\w*|селосы\w*|станциясы\w*|ст\.)|"
        r"(?:г|гор|город\w{0,2}|с|сел[оае]|пос|посёл\w+|посел\w+|п|пгт|рп|аул\w{0,2}|ауыл|хут\w*|дер\w*|станиц\w+|ст|а|қ)(?:\.\s?|\s)"
        r"(?:им\.\s?)?[«\"]?(?:(?-i:[A-ZА-ЯЁӘІҢҒҮҰҚӨҺ][\w-]+(?:\s[A-ZА-ЯЁӘІҢҒҮҰҚӨҺ][а-яё]{4,})?)|№\s?[0-9]+)[»\"]?)"
        r"(?:\s?\([^)\n]{1,24}\))?(?=[\s,;:.)]|\Z)"
    ),
    re.I,
)
_END = re.compile(
    r"\n|\||\t|\s{3,}|[;?!]|[)»]|(?<!\w)(?:[Тт]ел|[Тт]|[Сс]от|[Мм]об|ИИН|ЖСН|паспорт|уд\.|куәлі|ұялы|phone)(?![\w-])|"
    r"(?:(?<=[^\W\d_]{4})|(?<=[0-9)]))(?<!просп)\.(?=\s+[A-ZА-ЯЁӘҒҚҢӨҰҮҺІ0-9]|\s*\Z)|"
    rf",\s(?=[a-zа-яёәіңғүұқөһ])(?!(?:(?:во?|на|по|с|из)\s)?(?:[\w-]+\.?\s){{0,2}}(?:{_UNIT}|{_BESIDE})(?!\w))|"
    r"[,\s]\s?(?=[0-3]?[0-9]\.[01]?[0-9]\.[0-9]{2,4}(?!\w))|\s(?:с|до|по)\s(?=[0-9]{1,2}[ .][а-я0-9])"
)
_OWN = re.compile(
    rf"(?<![\w-])(?:изб[ауые]|хат[ауые]|землянк[ауие]|барак\w{{0,2}}|флигел\w+|вагончик\w{{0,2}}|времянк\w+|юрт[ауые]|усадьб[ауые]|общ\.|общежити\w+|"
    rf"(?<!ого\s)(?<!ий\s)(?<!им\s)дом\w?(?!\s№)(?!\s[0-9])|жатақхана\w*|barracks?|hut|house)\s(?:(?:№\s?)?[0-9]+[^\n;.|]{{0,40}}|(?=(?:{_BESIDE})(?!\w))[^\n,;.|)]{{3,60}}"
    r"|треста[^\n;.|)]{0,30})"
    r"|(?<![\w-])[\w-]{3,20}(?:ның|нің|дың|дің|тың|тің)\s(?:жаны|қасы|арты|алды|маңы)ндағы\s(?:үй|там|барак|жертөле)\w{0,5}(?!\w)",
    re.I,
)
"""A home with the place that it is told by, wherever it stands."""

_GOES_ON = re.compile(
    typewritten(
        r"[ ,]{1,2}(?:(?:изба|хата|землянка|бар(?:ак|\.)|общ\.)\s?[0-9]+|"
        r"во\s(?:флигел|подвал|пристрой)\w+|жатақхана|дом\sб/н|кор(?:п|пус)?\.?\s?[0-9]+|"
        r"вход\s[^\n,;.]{2,20}|без\sномера|б/н|секция\s[0-9]+|"
        r"под\.?\s?[0-9]+|этаж\s[0-9]+|[0-9]-?й?\sэтаж|"
        r"(?:кв|ком|комн|к)\.?\s?[0-9]+|д\.?\s?[0-9]+[а-я]?|[0-9]+\s?-?\s?(?:үй|пәтер|бөлме|қақпа)\w*|[0-9]{1,3}-(?:ші|шы)\s\w{3,12}|"
        r"по\s[А-ЯЁ]\w+|во\sдворе[^\n,;.]{0,20}|(?:5-|бойы|маңы|жаны|шеті)\w*)(?!\w)|\s[–—-]\s[0-9]{1,4}(?![0-9])|\sпо\s[А-ЯЁ][а-яё]+(?!\w)"
    )
)
_LABEL = re.compile(r"[^:0-9]{0,40}:\s?")
_TOWN = re.compile(r"[\s,;:.]*([A-ZА-ЯЁӘІҢҒҮҰҚӨҺ][\w-]{2,}),\s")
_LONGEST, _SHORTEST = 110, 3


def homes(text: str, names: Sequence[Finding], others: Sequence[Finding]) -> Iterator[Finding]:
    """Yield homes told in words, and what goes on behind addresses that are found already.

    Args:
        text: the folded text.
        names: of private persons: a home ends before the next of them.
        others: all else that is found.
    """
    stops = sorted(
        [f.start for f in others if f.category is not Category.ADDRESS and f.category not in _PASSAGES]
        + [
            n.start
            for n in names
            if _APART.search(text, max(0, n.start - 3), n.start) and not _HOUSE_BEHIND.match(text, n.end)
        ]
    )
    for slot in _SLOT.finditer(text):
        yield from _below_settlement(text, slot.end(), _end_of(text, slot.end(), stops))
    near = Ranges(line_of(text, n) for n in names)
    for told in _OWN.finditer(text):
        if any(near.touching(*told.span())):
            yield from _below_settlement(text, told.start(), _end_of(text, told.start(), stops, told.end()))
    for found in others:
        if found.category is Category.ADDRESS:
            end = found.end
            while more := _GOES_ON.match(text, end):
                end = more.end()
            ahead = _NUMBER_AHEAD.search(text, max(0, found.start - _NUMBER_REACH), found.start)
            start = ahead.start() if ahead else found.start
            if end > found.end or ahead:
                yield Finding(start, end, Category.ADDRESS, found.score, _FOUND_BY)


_APART = re.compile(r"[,;:(|]\s?\Z|\n\Z")
_HOUSE_BEHIND = re.compile(
    typewritten(
        r",?\s[0-9]|(?:-[0-9]+)?\s(?:шағын|мөлтек|ш/а|м/а|мкр|м-н|микрорайон|көше|к-сі|даңғыл|тұйы[ғқ]|квартал)"
    ),
    re.I,
)
"""What follows the name of a street or a block, which is no person's here."""
_NUMBER_AHEAD = re.compile(r"(?:(?<!\w)(?:дом\w?|под)\s)?№\s?[0-9]+[а-я]?\sпо\s\Z", re.I)
_NUMBER_REACH = 24
_PASSAGES = frozenset({Category.SPECIAL, Category.HEALTH})


def _end_of(text: str, start: int, stops: Sequence[int], limit: int = 0) -> int:
    """Return where a phrase ends: at its clause's end, or before the next detail of another kind."""
    end = min(start + _LONGEST, limit or len(text), len(text))
    cut = _END.search(text, start, end)
    end = cut.start() if cut else end
    following = bisect_right(stops, start)
    return min(end, stops[following]) if following < len(stops) else end


def _below_settlement(text: str, start: int, end: int) -> Iterator[Finding]:
    """Yield what a phrase says below the settlement, where anything in it is below one."""
    for span in home_parts(text[start:end]):
        yield Finding(start + span[0], start + span[1], Category.ADDRESS, 0.6, _FOUND_BY)


def home_parts(phrase: str) -> Iterator[tuple[int, int]]:
    """Yield the part of a phrase of residence below the settlement, as offsets into it."""
    label = _LABEL.match(phrase)
    at = label.end() if label else 0
    while match := _SETTLEMENT.match(phrase, at):
        at = match.end()
    town = _TOWN.match(phrase, at)
    at = town.end() if town and meaning(town.group(1)).place else at
    rest = phrase[at:]
    lead = len(rest) - len(rest.lstrip(" ,.;:–—-"))
    begin, end = at + lead, len(phrase.rstrip(" ,.;:(–—-"))
    told = phrase[begin:end]
    if len(told) >= _SHORTEST and _BELOW.search(told) and not _LATER.match(told):
        yield begin, end


_LATER = re.compile(
    r"(?:(?:с|до|по|в|на|от)\s)?(?:(?:1[89]|20)[0-9]{2}|[0-9]{1,2}[ .][0-9а-я]+[ .](?:1[89]|20)[0-9]{2})|за\sгранич|"
    r"на\s(?:берегу|родине|территор)|(?:у|с|со|при|вместе)\s(?:\w+\s)?(?:бабушк|дед|мат|отц|сын|доч|брат|сестр|т[её]т|дяд|"
    r"родств|родител|муж|жен|сем|дет|опекун|ним|ней|мной|нами)",
    re.I,
)
"""Dates and company: no homes."""
