"""Births right behind a name, as lists tell them: `, 1915`, `2016-05-17`, `1940 жылғы қазан`, `27.VII.1915`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from qupia_redaction.model import Category
from qupia_redaction.recognizers.finding import Finding, Ranges
from qupia_redaction.recognizers.pattern import typewritten

_YEAR = r"(?:18[5-9]|19[0-9]|20[0-9])[0-9]"
_MONTH_KK = typewritten(r"(?:қаңтар|ақпан|наурыз|сәуір|мамыр|маусым|шілде|тамыз|қыркүйек|қазан|қараша|желтоқсан)")
_ANIMAL = typewritten("(?:тышқан|сиыр|барыс|қоян|ұлу|жылан|жылқы|қой|мешін|тауық|ит|доңыз)")
_MONTH_RU = r"(?:январ|феврал|март|апрел|ма|июн|июл|август|сентябр|октябр|ноябр|декабр)[а-яё]{0,3}"
_NUMBER_KK = (
    r"(?:бір|екі|үш|төрт|бес|алты|жеті|сегіз|тоғыз|он|жиырма|отыз|қырық|елу|алпыс|жетпіс|сексен|тоқсан)[а-яғқңі]{0,5}"
)
_SEASON = rf"(?:[0-9]{{1,2}}[ ])?(?:{_MONTH_KK}|көктем|көке[кг]|жаз|күз|қыс)[а-яғқңі]{{0,8}}(?:[ ]айы[а-яғқңі]{{0,5}})?"
_MONTH_EN = "(?:january|february|march|april|may|june|july|august|september|october|november|december)"
_FORMS = (
    rf"[0-3]?[0-9][ ]{_MONTH_EN},?[ ]{_YEAR}",
    rf"{_MONTH_EN}[ ][0-3]?[0-9],[ ]{_YEAR}",
    rf"[0-3][0-9]\.[01][0-9]\.{_YEAR}[ ][гж]\.",
    rf"{_YEAR}-(?:0[1-9]|1[0-2])-[0-3][0-9]",
    rf"{_YEAR}[ ]жылдың[ ]{_SEASON}",
    rf"{_YEAR}[ ](?:г\.|года),?[ ](?:месяца?[ ][а-яё]{{3,12}}|(?:в[ ])?{_MONTH_RU})",
    rf"[0-3]?[0-9][ ]{_MONTH_RU}[ ]{_YEAR}(?:[ ](?:г\.|года))?",
    rf"{_YEAR},[ ](?:[0-3]?[0-9](?:-?го)?[ ])?(?:{_MONTH_RU}|{_MONTH_KK})",
    rf"[0-3]?[0-9][. /-]{{1,2}}[IVXІХ]{{1,4}}[. /-]{{1,2}}(?:{_YEAR}|[0-9]{{2}}(?![0-9]))(?:[ ]?(?:г\.|ж\.))?",
    r"[0-9]{2}[ ]?г\.(?:[ ]?р\.)?",
    rf"{_YEAR}[ ](?:I{{1,3}}|I?[VX]|VI{{1,3}}|XI{{1,2}}|ХI{{0,2}}|Х?І{{1,3}})",
    rf"{_YEAR}\.(?:0?[1-9]|1[0-2])\.[0-3]?[0-9]",
    rf"{_YEAR}[ ]год(?:а|у)?",
    rf"{_YEAR}[ ](?:г\.|ж\.|года?|жылы?|жылғы),?[ ]"
    rf"(?:[0-3]?[0-9][ ]?(?:\.[01]?[0-9]|{_MONTH_RU}|{_MONTH_KK}\w*)|{_SEASON})",
    rf"(?:[а-яәіңғүұқөһ]+[ ]){{0,2}}(?:{_NUMBER_KK}[ ]){{1,4}}жыл(?:ғы|ы)(?:[ ]{_NUMBER_KK}){{1,3}}[ ]{_MONTH_KK}",
    rf"{_YEAR}[ ](?:жылы?|ж\.)[ ,]{{1,2}}{_ANIMAL}[ ]жыл(?:ы(?:ның[ ]{_SEASON})?)?",
    rf"{_YEAR}[ ]?(?:ж\.|жылғы|жылы|жыл)(?:[ ]{_MONTH_KK}(?:да|де|та|те)?)?",
)

_ROW_TOLD = re.compile(
    rf"(?:,[ ]|[ ]\()((?:(?:около|ок\.|примерно|шамамен)[ ])?(?:{'|'.join(_FORMS)}))"
    r"(?=\s?[,;)|–—\n]|\.(?:\s|\Z)|(?<=г\.)\s[А-ЯЁ]|\s*\Z)",
    re.I,
)

_WORD_OF_DATE = (
    rf"(?:[0-3]?[0-9](?:-?(?:го|е|ші|шы|ыншы|інші|st|nd|rd|th))?|{_YEAR}|{_MONTH_RU}|{_MONTH_KK}[а-яғқңі]{{0,4}}|{_MONTH_EN}|[IVXІХ]{{1,4}}|"
    rf"{_NUMBER_KK}|(?:перв|втор|трет|четв[её]рт|пят|шест|седьм|восьм|девят|[а-яё]*надцат|двадцат|тридцат)[а-яё]{{1,4}}|"
    r"(?:тысяч|девятьсот|восемьсот|[а-яё]*десят|сорок|девяност)[а-яё]{0,4}|мың|жүз|hundred|and|ночь|под|месяце?|"
    r"г\.|года?|году|ж\.|жыл(?:ы|ғы|дың)?|айы(?:ның)?|"
    r"(?:first|second|third|[a-z]+th|nineteen|[a-z]+ty(?:-[a-z]+)?|one|two|three|four|five|six|seven|eight|nine)|of|the|on|в|на|около|ок\.|шамамен)"
)
_TOLD_OUT = re.compile(
    r"(?<!\w)(?:родил(?:ся|ась)|рожд(?:[её]н|ена|\.)|(?:время|дата|день|год)\sрожд\w+|туған\s(?:күні|жылы|уақыты)|туылған\s(?:күні|жылы|уақыты)|"
    r"туған\sжылы,\sайы,\sкүні|дата\sрожд\.|(?:по)?явил(?:ся|ась)\sна\sсвет|born(?:\son|\sin)?|date\sof\sbirth)[\s:–—-]{1,3}"
    rf"((?:{_WORD_OF_DATE}[ ,./-]{{1,2}}){{1,8}}(?:{_WORD_OF_DATE}|\([0-9.]{{8,10}}\)))(?![\w])",
    re.I,
)
"""A date in any words behind a label of birth."""
_BIRTH_BEHIND = re.compile(r"(?<=[а-яёқғі]\s)(?:рожд(?:ения|\.)|туған|туылған|г\.?\s?р\.?(?!\w))", re.I)
_TOLD_BEFORE = re.compile(rf"(?<!\w)((?:(?:{_WORD_OF_DATE})[ ]){{2,7}})\Z", re.I)
"""A date in words before what says that it is a birth's."""
_WIDEST_DATE = 70
_LOOSE_END = re.compile(r"(?:[ ,]+(?:of|the|on|в|на|около|ок\.))+\s*\Z", re.I)
_YEAR_OR_MONTH = re.compile(
    rf"{_YEAR}|{_MONTH_RU}|{_MONTH_KK}|{_MONTH_EN}|[0-9]\s[0-9]|"
    r"тысяч|[вд]ятьсот|восемьсот|мың|жүз|nineteen|eighteen|надцат|десят|двадцат|тридцат|сорок|девяност",
    re.I,
)
_BEHIND_IIN = re.compile(
    rf"[ ,|;(–—-]{{1,4}}(?:(?:ИИН|ЖСН|IIN)[ :№]{{0,3}})?[0-9](?:[ ]?[0-9]){{11}}\)?[ ,|;]{{1,4}}"
    rf"((?:{'|'.join(_FORMS)}|[0-3]?[0-9]\.[01]?[0-9]\.{_YEAR}(?:[ ]?[гж]\.)?))(?!\w)",
    re.I,
)
_KIN_AHEAD = re.compile(
    r"(?<!\w)(?:сын|доч(?:ь|ери)|жена|муж|брат|сестра|мать|отец|внук|внучка|баласы|ұлы|қызы|әйелі|жұбайы|күйеуі|анасы|әкесі|"
    r"немересі|інісі|сіңлісі|son|daughter|wife|husband)[:,]?[ ]\Z",
    re.I,
)
_KIN_LENGTH = 14
_TOLD_OF_ONESELF = re.compile(rf",[ ]({_YEAR}[ ](?:жылдың|жылғы|жылы)[ ]{_SEASON})(?=[ ,])", re.I)
_ROW_YEAR = re.compile(
    r"\.?(?:[ ]\([^()\n0-9]{3,30}\))?[ ,|;(–-]{1,4}(?:(?:около|ок\.|примерно|шамамен)[ ])?"
    r"((?:18[5-9]|19[0-9]|20[01])[0-9])(?:(?![0-9]|[-–/.][0-9]| ?(?:г(?:\.|\s|$)|год|жыл|ж\.))"
    r"|(?=\s?(?:г|ж)\.?\s?[,;)–—|-])|(?=\s?(?:г\.|ж\.|жыл\w*)?\s?(?:шамасында\s|шамамен\s|мөлшерінде\s|примерно\s)?"
    r"(?:г\.?\s?р|ж\.?\s?т|рожд|туған|туган)))",
    re.I,
)
_KIN_BEHIND = re.compile(r"[ ]?[–—-][ ]|,[ ]?|[ ]\|[ ]|[ ]{2,}")
_KIN_TOLD = re.compile(r"[^\n,;:.0-9|–—]{1,28}")
_KIN_GAP = re.compile(r"\.?,[ ]?|[ ]\|[ ]|\.[ ]|[ ][–—-][ ]|[ ]{2,}")
_KIN_PARTS = 3
_KIN_YEAR = re.compile(
    rf"([0-3]?[0-9] {_MONTH_RU} {_YEAR}|{_YEAR}, ?{_MONTH_KK}|{_YEAR}\.[01][0-9]\.[0-3][0-9]|"
    r"(?:[0-3]?[0-9]\.(?:[01]?[0-9]|[IVXІХ]{1,4})\.)?(?:18[5-9]|19[0-9]|20[01])[0-9](?:\s?(?:ж\.|жылғы|г\.)(?:\s[0-9]{1,2}\s[^\W\d]{3,10})?)?)"
    r"(?=\s?(?:[,;)|\n]|\.\s|\.?\Z|\s{2}))",
    re.I,
)
_ROW_DATE = re.compile(r"[ ,|;–-]{1,4}([0-9]{1,2}[./][0-9]{1,2}[./](?:[0-9]{4}|[0-9]{2}))(?![0-9])")
_WIDE_DATE = re.compile(
    rf"(?:[ ][А-ЯЁӘІҢҒҮҰҚӨҺ][а-яёәіңғүұқөһ]{{2,20}})?(?:[ ]{{2,40}}|\t|[ ]?\|[ ]?)"
    rf"((?:{'|'.join(_FORMS)}|[0-3]?[0-9][./][01]?[0-9][./]{_YEAR}|{_YEAR}))"
    r"(?:[ ]{2,40}|\t|[ ]?\|[ ]?)"
    r"(?:сын|доч(?:ь|ка)|жена|муж|мать|отец|брат|сестра|внук|внучка|ұлы|қызы|баласы|әйелі|күйеуі|анасы|әкесі|немересі|келіні|"
    r"улы|кызы|айели|анасы|акеси|немереси|келини|son|daughter|wife|husband|mother|father)(?!\w)",
    re.I,
)
"""A date between a name and what kin it is, in a list without heads."""
_LIST_DATE = re.compile(r",[ ]([0-9]{1,2}\.[0-9]{1,2}\.(?:19[0-9]{2}|20[01][0-9]))(?=\s?[,;)])")
_ROW_KAZAKH = re.compile(
    r"[ ,|;(–—-]{1,4}((?:18[5-9]|19[0-9]|20[01])[0-9]\s?(?:ж\.|жылғы|"
    r"жылы)\s[0-9]{1,2}\s[а-яәғқңөұүһі]{4,10})\s?(?=[,;)|–—.\n-]|\Z)",
    re.I,
)
_FAMILY = re.compile(
    r"(?<![^\n.;])[ ]?(?:[0-9]{1,2}[.)]\s?)?(?:дети|(?:мо|его|е[её]|наши|несовершеннолетние)\w?[ ]дети|"
    r"состав[ ]семьи|члены[ ]семьи|сын(?:овья)?|доч(?:ь|ери)|балалары(?:м(?:ыз)?)?|ұлдары|қыздары|"
    r"отбасы[ ](?:құрамы|мүшелері)|children|sons?|daughters?|"
    r"family(?:[ ]members)?)(?:[ ]\([^)\n]{1,20}\))?[ ]?[:–—][^\n]{3,400}",
    re.I,
)
"""A line that lists who belongs to a family."""
_FAMILY_DATE = re.compile(
    rf"[ ,(–—-]{{1,4}}((?:{'|'.join(_FORMS)}|"
    rf"[0-3]?[0-9]\s?[./-]\s?[01]?[0-9]\s?[./-]\s?(?:{_YEAR}|[0-9]{{2}})(?:[ ]?[гж]\.)?|"
    rf"{_YEAR}|[0-9]{{2}}[ ]?[гж]\.))(?!\w|[–—-][0-9])",
    re.I,
)
_INVENTORY = re.compile(r"(?<!\w)(?:опись\s|крайние\s+даты|заголовок\s+дела|тізімдеме\s+№|істің\s+тақырыбы)", re.I)
_LIFE = re.compile(
    r"[ ,(–—-]{1,4}(((?:18|19)[0-9]{2})(?:[ ]?[гж]\.)?[ ]?[–—-][ ]?((?:18|19|20)[0-9]{2})(?:[ ]?(?:гг?|жж?)\.)?)"
    r"(?=[ ]?(?:[).;,\n]|\Z))"
)
_DAY_OF_ENTRY = re.compile(
    rf",[ ]((?:[0-3]?[0-9][ ](?:{_MONTH_RU}|{_MONTH_KK}\w{{0,3}})|[0-3]?[0-9]\.[01][0-9]))(?=[.,;])(?!\.[0-9])", re.I
)
_ENTRY_AHEAD = re.compile(r"(?:\A|\n)[ ]{0,4}(?:№|N)[ ]?[0-9]{1,5}[.,)]?[ –—-]{1,3}\Z")
_ENTRY_LENGTH = 16
_SHORTEST_LIFE = 21
_BIRTH_WORD = re.compile(r"рожд|туған|birth|born", re.I)
_OF_AN_ENTRY = re.compile(r"(?:\s?(?:г|ж)\.)?(?:,\s[a-zа-яёәіңғүұқөһ]|\s?\))")
_SHORT_DATE = re.compile(r",[ ]([0-3]?[0-9]\.[01]?[0-9]\.[0-9]{2}(?:[ ]?г\.)?)(?=[,;)|])")
_CLOSE_DATE = re.compile(r"[ ]{1,2}([0-3][0-9]\.[01][0-9]\.(?:18|19|20)[0-9]{2})(?=[ ]+[a-zа-яёәіңғүұқөһ])")
_YEAR_NEAR, _DIGIT = re.compile(r"[0-9]{4}"), re.compile(r"[0-9]")
_KIN_REACH = 130
_FULL_WORD = re.compile(r"[^\W\d_]{3,}")


def row_births(text: str, names: Sequence[Finding]) -> Iterator[Finding]:
    """Yield the year or date right behind a name, as rows of lists and autobiographies have it.

    Args:
        text: the folded text.
        names: of private persons.
    """
    inventory = _INVENTORY.search(text) is not None  # years behind a title are the file's
    spans = [*_of_kin(text, names), *_behind_names(text, names), *_without_comma(text, names)]
    for span in _of_families(text, names):
        yield Finding(*span, Category.BIRTH_DATE, 0.6, "row_year")
    for told in _TOLD_OUT.finditer(text):
        date = _LOOSE_END.sub("", told.group(1))
        if _YEAR_OR_MONTH.search(date):
            yield Finding(told.start(1), told.start(1) + len(date), Category.BIRTH_DATE, 0.6, "row_year")
    for behind in _BIRTH_BEHIND.finditer(text):
        ahead = _TOLD_BEFORE.search(text, max(0, behind.start() - _WIDEST_DATE), behind.start())
        if ahead is not None and _YEAR_OR_MONTH.search(ahead.group(1)):
            end = ahead.start(1) + len(ahead.group(1).rstrip())
            yield Finding(ahead.start(1), end, Category.BIRTH_DATE, 0.6, "row_year")
    for span in spans:
        if not inventory or _OF_AN_ENTRY.match(text, span[1]):
            yield Finding(*span, Category.BIRTH_DATE, 0.6, "row_year")


def _of_families(text: str, names: Sequence[Finding]) -> Iterator[tuple[int, int]]:
    """Yield the dates behind the names of a line that lists a family: also short ones, also in an inventory."""
    lines = Ranges(line.span() for line in _FAMILY.finditer(text))
    for name in names:
        date = _FAMILY_DATE.match(text, name.end) if any(lines.touching(name.start, name.end)) else None
        if date:
            yield date.span(1)


def _behind_names(text: str, names: Sequence[Finding]) -> Iterator[tuple[int, int]]:
    """Yield what stands right behind each name."""
    dates = _BIRTH_WORD.search(text) is not None
    for name in names:
        match = _ROW_TOLD.match(text, name.end) or _TOLD_OF_ONESELF.match(text, name.end)
        match = match or _BEHIND_IIN.match(text, name.end)
        match = match or _life(text, name.end) or _WIDE_DATE.match(text, name.end)
        match = match or _ROW_YEAR.match(text, name.end) or _ROW_KAZAKH.match(text, name.end)
        match = match or (_DAY_OF_ENTRY.match(text, name.end) if dates and _opens_entry(text, name.start) else None)
        born = dates or _KIN_AHEAD.search(text, max(0, name.start - _KIN_LENGTH), name.start)
        match = match or (_ROW_DATE if born else _LIST_DATE).match(text, name.end)
        if match is None and len(_FULL_WORD.findall(text, name.start, name.end)) > 1:
            match = _SHORT_DATE.match(text, name.end)
        if match:
            yield match.span(1)


def _opens_entry(text: str, at: int) -> bool:
    """Tell whether a name opens an entry of a register: `№ 51. Назира`."""
    return _ENTRY_AHEAD.search(text, max(0, at - _ENTRY_LENGTH), at) is not None


def _life(text: str, at: int) -> re.Match[str] | None:
    """Return the years of a life right behind a name: longer than a service or a war."""
    match = _LIFE.match(text, at)
    return match if match and int(match[3]) - int(match[2]) >= _SHORTEST_LIFE else None


def _of_kin(text: str, names: Sequence[Finding]) -> list[tuple[int, int]]:
    """Return the years behind kin and trades, where they differ and a birth is spoken of or several are told."""
    told = [match for name in names if (match := _kin_year(text, name.end))]
    years = {match.group(1)[-4:] for match in told}
    several = len(told) > 1 or _BIRTH_WORD.search(text) is not None
    return [match.span(1) for match in told] if several and 2 * len(years) > len(told) else []


def _kin_year(text: str, start: int) -> re.Match[str] | None:
    """Return the date behind a name and at most three words of kin or trade, none of which holds a digit."""
    if not _YEAR_NEAR.search(text, start, start + _KIN_REACH):
        return None
    digit = _DIGIT.search(text, start)
    match = _KIN_YEAR.match(text, digit.start()) if digit else None
    return match if match and _is_kin(text, start, match.start()) else None


def _is_kin(text: str, start: int, end: int) -> bool:
    """Tell whether a range holds what may stand between a name and its date.

    As one pattern this took minutes: a run of blanks is parted in many ways. Here each place is looked at once.
    """
    places = _ends(_KIN_BEHIND, text, {start}, end)
    for _ in range(_KIN_PARTS):
        if end in places:
            return True
        places = _ends(_KIN_GAP, text, _ends(_KIN_TOLD, text, places, end), end)
    return end in places


def _ends(pattern: re.Pattern[str], text: str, starts: set[int], end: int) -> set[int]:
    """Return all places up to an end where a match that begins at one of some places can end."""
    return {at for start in starts for at in range(start + 1, end + 1) if pattern.fullmatch(text, start, at)}


def _without_comma(text: str, names: Sequence[Finding]) -> list[tuple[int, int]]:
    """Return the dates between names and small words of entries, where all differ: a day of work would not."""
    told = [match for name in names if (match := _CLOSE_DATE.match(text, name.end))]
    differ = len({match.group(1) for match in told}) == len(told) > 1
    return [match.span(1) for match in told] if differ else []
