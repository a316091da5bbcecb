"""Tables and lists: a header says what a column holds, and the row belongs to the person in it.

A date under a birth header is a birth date only beside a private person's name; so with nationality and pay. Rows, not
columns, decide: OCR shifts cells, and a needless mark costs less than a leak. Where a row holds several dates, those
under the header are taken, if any are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qupia_redaction.model import Category
from qupia_redaction.nlp.rows import Cell, Row, Rows
from qupia_redaction.recognizers.finding import Finding

DATE = re.compile(
    r"(?<![0-9./])(?:0?[1-9]|[12][0-9]|3[01])\s?[./-]\s?(?:[01]?[0-9]|[IVXІХ]{1,4})\s?[./-]\s?"
    r"(?:(?:1[789]|20)[0-9]{2}|[0-9]{2})(?![0-9])"
    r"|(?<![0-9])(?:0?[1-9]|[12][0-9]|3[01])\s+[а-яәғқңөұүһі]{3,10}\s+(?:1[789]|20)[0-9]{2}(?![0-9])"
    r"|(?:1[789]|20)[0-9]{2}\s?(?:ж\.|жыл[а-яғқңі]*)\s+[0-9]{1,2}[\s-]+[а-яәғқңөұүһі]{3,12}"
    r"|(?:1[789]|20)[0-9]{2}\s?(?:г\.|года)?,\s[0-9]{1,2}\s[а-яәғқңөұүһі]{3,12}",
    re.I,
)
"""A whole date."""

YEAR = re.compile(r"(?<![0-9№./-])(?<!№ )(?:18[5-9]|19[0-9]|20[01])[0-9](?![0-9./-])")
"""A year that can be a year of birth."""

_BIRTH = re.compile(r"рожд(?:\.|ения)?(?!\w)|туған\s+(?:күні|жылы|айы)|туған(?!\w)|birth|born", re.I)
_ETHNIC = re.compile(r"(?<!\w)(?:ұлты|национальн[а-я.]*|нац\.|народность|nationality|ethnicity)(?!\w)", re.I)
_PAY = re.compile(
    r"начислен|удержан|на\s+руки|алимент|оклад|зарплат|заработ|жалақы|еңбекақы|ұсталды|есептелді|қолға\s+берілді|"
    r"salary|wage",
    re.I,
)
_STAFF = re.compile(r"(?<!\w)таб(?:\.|ельн\w*)?(?!\w)", re.I)
_NUMBER_BEFORE = re.compile(r"(?:^|[\s|])([0-9]{2,8})[\s|]{1,6}\Z")
_HEADER_WORD = re.compile(
    r"(?<!\w)(?:фамилия|имя|отчество|ф\.?\s?и\.?\s?о|пол|год|дата|рожд[а-я.]*|должность|профессия|адрес|подпись|"
    r"примечани[а-я]+|начислен[а-я]+|удержан[а-я]+|на\s+руки|алимент[а-я]*|руб|№|таб|п/п|образование|национальн[а-я.]*|"
    r"место|работы|оклад|разряд|родств[а-я]+|отношение|номер|тегі|teri|аты|әкесінің|жынысы|туған|күні|жылы|ұлты|"
    r"білімі|жұмыс|орны|лауазымы|туыстығы|отағасына|мекенжайы|қолы|ескерту|жалақы|name|sex|birth|date|address|"
    r"отдел|подразделени[ея]|цех|участок|стаж|бөлімі|өтілі|department|родившихся|умерших|месяц\s+и\s+день|звание|восприемник\w*|крещени\w*|имена|родител\w*|nationality|education|occupation|position|signature|relation)(?!\w)",
    re.I,
)
_ETHNONYM = re.compile(
    r"(?<!\w)(?:казах(?:и|а|у|ом)?|казашк[аиуе]|русск(?:ий|ая|ого|ой)|нем(?:ец|ца|ка|ки)|укра(?:инец|инца|инка|инки)|"
    r"татар(?:ин|ина|ка|ки)|чечен(?:ец|ца|ка)|ингуш(?:ка)?|коре(?:ец|йца|янка)|поля(?:к|ка)|полька|еврей(?:ка)?|уйгур(?:ка)?|узбе(?:к|чка)|грек|"
    r"гречанка|белорус(?:ка)?|дунган(?:ин|ка)?|кирги(?:з|зка)|башкир(?:ка)?|молдаван(?:ин|ка)|литов(?:ец|ка)|турок|турчанка|"
    r"азербайджан(?:ец|ка)|армян(?:ин|ка)|каз|рус|укр|нем|қазақ|орыс|неміс|шешен|кәріс|ұйғыр|өзбек|татар|украин|"
    r"қырғыз|түрік|поляк|дүнген|грек|чуваш|мордв(?:ин|а))(?!\w)",
    re.I,
)
_AMOUNT = re.compile(r"(?<![\w.-])[0-9]{1,3}(?:[ ]?[0-9]{3})*[-.,=][0-9]{2}(?![\w])")
_BIRTH_CELL = re.compile(
    r"\W*(?:(?:дата|год|день|г\.)\s*рожд[а-я.]*|туған\s+(?:күні|жылы)|(?:date|year)\s+of\s+birth)\W*", re.I
)
_VALUE_FOLLOWS = re.compile(r"рожд[а-я.]*\s*:|туған\s+\w+\s*:|birth\s*:", re.I)
_TWO_LANGUAGES = re.compile(r"[^\W\d]+(?:\s[^\W\d]+){0,2}\s?/\s?[^\W\d]+(?:\s[^\W\d]+){1,4}")  # `АТЫ / ИМЯ Сынақ`
_HEADER_WORDS = 3
_HEADER_SHARE = 2  # every second word: sentences of verdicts and filled forms have such words too
_SHORT = 60
_ETHNIC_CLASS, _PAY_CLASS = frozenset({Category.NATIONALITY}), frozenset({Category.MONEY})


@dataclass(slots=True)
class _Headers:
    """What the headers above the present row of a page announce."""

    birth: Cell | None = None
    birth_seen: bool = False
    ethnic: bool = False
    pay: bool = False
    staff: bool = False


def is_header(shown: str) -> bool:
    """Tell whether a row is the head of a table: several words of headers and no date."""
    if ": " in shown or _TWO_LANGUAGES.fullmatch(shown):
        return False
    found = [m.group().lower() for m in _HEADER_WORD.finditer(shown)]
    dense = _HEADER_SHARE * len(found) > len(shown.split())
    return dense and len(set(found)) >= _HEADER_WORDS and not DATE.search(shown)


def is_head_word(word: str) -> bool:
    """Tell whether a word is one of headers."""
    return _HEADER_WORD.fullmatch(word) is not None


def table_findings(rows: Rows, names: Sequence[Finding]) -> Iterator[Finding]:
    """Yield birth dates, nationalities and pay in the rows of private persons.

    Args:
        rows: of the document.
        names: of private persons only.
    """
    owned: dict[int, int] = {}
    for name in names:
        number = rows.number(name.start)
        if number is not None:
            owned[number] = max(owned.get(number, 0), name.end)
    headers, page, last = _Headers(), -1, -9
    starts = {rows.number(name.start): name.start for name in reversed(names)}
    for number, row in enumerate(rows.rows):
        if row.page != page:
            headers, page = _Headers(), row.page
        shown = rows.shown(row)
        if number in owned:
            yield from _in_row(rows, row, headers)
            yield from _staff_number(rows, row, starts[number], headers)
        elif is_header(shown) or _heads_births(rows, row, number - 1 == last):
            last = number
            _read_header(rows, row, headers)


def _heads_births(rows: Rows, row: Row, follows: bool) -> bool:
    """Tell whether a row is the second line of a header, or has the birth header for a cell of its own."""
    shown = rows.shown(row)
    if len(shown) > _SHORT or _VALUE_FOLLOWS.search(shown) or DATE.search(shown):
        return False
    return follows or any(_BIRTH_CELL.fullmatch(rows.text[c.start : c.end]) for c in row.cells)


def _read_header(rows: Rows, row: Row, headers: _Headers) -> None:
    shown = rows.shown(row)
    headers.ethnic |= _ETHNIC.search(shown) is not None
    headers.pay |= _PAY.search(shown) is not None
    headers.staff |= _STAFF.search(shown) is not None
    if _BIRTH.search(shown):
        headers.birth_seen = True
        headers.birth = next((c for c in row.cells if _BIRTH.search(rows.text[c.start : c.end])), None)


def _staff_number(rows: Rows, row: Row, name: int, headers: _Headers) -> Iterator[Finding]:
    """Yield the number between the running number of a row and its name, where a header announces it.

    Only in texts without cells: four digits alone in a cell cannot be told from other numbers of the sheet by the
    check that looks for what must be gone, and it would refuse the whole sheet.
    """
    start = row.cells[0].start
    plain = headers.staff and len(row.cells) == 1
    match = _NUMBER_BEFORE.search(rows.text, start, max(start, name)) if plain else None
    if match:
        yield Finding(*match.span(1), Category.DOCUMENT_NUMBER, 0.75, "table_column")


def _in_row(rows: Rows, row: Row, headers: _Headers) -> Iterator[Finding]:
    if headers.birth_seen:
        dates = _spans(rows, row, DATE) or _spans(rows, row, YEAR)
        for start, end in _under(row, dates, headers.birth):
            yield Finding(start, end, Category.BIRTH_DATE, 0.75, "table_column")
    if headers.ethnic:
        for start, end in _spans(rows, row, _ETHNONYM):
            yield Finding(start, end, Category.SPECIAL, 0.75, "table_column", classes=_ETHNIC_CLASS)
    if headers.pay:
        for start, end in _spans(rows, row, _AMOUNT):
            yield Finding(start, end, Category.SPECIAL, 0.7, "table_column", classes=_PAY_CLASS)


def _spans(rows: Rows, row: Row, pattern: re.Pattern[str]) -> list[tuple[int, int]]:
    return [m.span() for cell in row.cells for m in pattern.finditer(rows.text, cell.start, cell.end)]


def _under(row: Row, dates: list[tuple[int, int]], header: Cell | None) -> list[tuple[int, int]]:
    """Return the dates under the header; all of them where none or no header is to be seen there."""
    if header is None or len(dates) < 2:
        return dates
    under = []
    for cell in row.cells:
        if cell.x0 < header.x1 + cell.height and header.x0 - cell.height < cell.x1:
            under += [d for d in dates if cell.start <= d[0] < cell.end]
    return under or dates
