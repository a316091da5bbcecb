"""What must stay though it looks like a detail: archive ciphers, BIN of organisations, an office's contacts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from qupia_redaction.model import Category
from qupia_redaction.nlp.rows import Rows
from qupia_redaction.recognizers.checks import digits
from qupia_redaction.recognizers.doubted import is_of_person
from qupia_redaction.recognizers.finding import Finding
from qupia_redaction.recognizers.office_calls import office_calls
from qupia_redaction.recognizers.office_places import office_places

_NUM = r"№?\s?[0-9]{1,5}[а-яa-zА-Я]?(?:\s?/\s?[0-9]{1,3})?"
_FONDS = rf"(?:\b[Фф](?:онд)?\.?\s?(?:№\s?)?(?:[РПЛ]\s?-?\s?)?{_NUM}|\b[Ff](?:onds)?\.?\s?(?:R-)?{_NUM})"
_OPIS = rf"(?:\b[Оо]п(?:ись)?\.?\s?{_NUM}|\b[Oo]p(?:is)?\.?\s?{_NUM}|\b[Ii]nv(?:entory)?\.?\s?{_NUM})"
_ITEM = rf"(?:\b[Дд](?:ело)?\.?\s?{_NUM}|\b[Dd]\.?\s?{_NUM}|\bед\.\s?хр\.\s?{_NUM}|\b[Ff]ile\s?{_NUM})"
_SHEET = r"[0-9]{1,5}(?:\s?\(?об\.?\)?)?"
_SHEETS = rf"(?:\b(?:[Лл](?:л|ист[а-яы]*)?|[Ll]l?|[Ss]heets?|[Pp]p?)\.?\s?{_SHEET}(?:\s?[-–,]\s?{_SHEET})*)"
_GAP = r"[\s,.;]{0,3}"
_BOX = (
    r"(?:[\s,.;]{1,3}(?:кор(?:обка|\.)|карт(?:онка|очк[аи]|\.)|пачка|связка|св\.|папка)\s?(?:№\s?)?"
    r"[0-9]{1,5}(?:\s?[-–]\s?[0-9]{1,5})?){0,3}"
)
"""Boxes and cards behind the inventory of a cipher."""

_KK = (
    r"(?:\b(?:Р-)?[0-9]{1,5}\s?-?\s?[қк]ор[а-яғқңі]*[\s,.;]{1,3})?\b[0-9]{1,4}(?:-[а-я]{1,3}(?=-))?\s?-?\s?т[іи]з(?:[іи]мдеме|бе)[а-яі]*"
    r"(?:[\s,.;]{1,3}(?:[0-9]{1,5},\s)?[0-9]{1,5}[а-я]?\s?-?\s?[іи]с[а-яі]*)?(?:[\s,.;]{1,3}(?:[0-9]{1,5},\s)?"
    r"[0-9]{1,5}(?:\s?[-–]\s?[0-9]{1,5})?\s?-?\s?п(?:ара[қк][а-яғқі]*|\.)?)?"
)
_LINE_OF = (
    r"(?<!\w)(?:ф(?:онд)?\.?\s?(?:№\s?)?[0-9]{1,5}|қор(?:\s?№)?\s?[0-9]{1,5}|[0-9]{1,5}\s?-\s?қ(?:ор\w*|\.))[^\n;|:]{1,60}?"
    r"(?<!\w)(?:[0-9]{1,4}\s?-\s?(?:іс|т\.)|іс|д(?:ело|\.)|ед\.)[^\n;|:]{1,20}?(?<!\w)(?:л(?:л|ист\w*)?|п(?:арақ\w*)?|б|[0-9]{1,4}(?=\s?-?\s?п))"
    r"(?:\.|\s)?\s?(?:[0-9]{1,4}(?:\s?(?:об|[–,-])\.?)?\s?)*(?:п(?:арақ\w*|\.))?"
)
_ENTERED = (
    r"(?<!\w)арх(?:\.|ивн\w+)\s?(?:дел\w|№|уг\w*\.?\s?дел\w)\s?(?:№\s?)?(?:[А-Я]-)?[0-9]{2,7}(?:[\s,]{1,2}(?:пачка|связка)\s[0-9]+)?(?:[\s,]{1,2}т\.\s?[0-9]+)?(?:[\s,]{1,2}лл?\.\s?[0-9]+)?"
    r"|(?<!\w)за\s№\s[0-9][0-9A-Za-zА-Яа-я]{0,5}[-/][0-9A-Za-zА-Яа-я/-]{1,10}"
    r"|№\s[0-9]{1,5}(?:-[а-я]{1,3})?(?=\s(?:бұйры[қғ]|өкім|қаулы|жарлы[қғ]|шешім|хаттама)[а-яғқңі]{0,6}(?!\w))"
    r"|(?<!\w)(?:order|decision|resolution|letter|minutes)\s(?:No\.?|№)\s?[0-9]{1,5}(?:[-/][A-ZА-Я0-9]{1,5})?"
    r"|(?<![\w-])[0-9]{4}-[0-9]{2}-[0-9]{2}-[0-9]{1,2}[а-я]?/[0-9]{1,6}(?![\w-])"
    r"|(?<!\w)шифр\s(?:№\s)?[0-9А-Я]{1,6}[-–./][0-9А-Я./-]{1,12}"
    r"|(?<!\w)[0-9]{1,5}-[кқ]\.,\s[0-9]{1,4}-т\.,\s[0-9]{1,5}[а-я]?-[іи]с(?:,\s[0-9]{1,4}(?:[–-][0-9]{1,4})?\s?б{1,2}\.)?"
    r"|(?<!\w)қ(?:ор)?\.\s?[0-9]{1,5},\s?т(?:із)?\.\s?[0-9]{1,4}(?:-[а-я]{1,2})?,\s?[іи](?:с)?\.?\s?[0-9]{1,5}"
    r"(?:[,;]\s?(?:п(?:арақ)?|[іи]с?)\.?\s?[0-9]{1,5}(?:-?(?:арты|сырты))?(?:,\s[0-9]{1,5}(?:-?(?:арты|сырты))?)*)*"
    r"|(?<!\w)(?:похозяйственн\w+\sкниг\w|шаруашылы[қк]\sк[іи]табы|household\sbook)"
    r"\s(?:№|No\.)\s?[0-9]{1,4}"
    r"|(?<!\w)(?:ответ|жауап)\w{0,3}\s(?:дан|послан|направлен|отправлен|бер[іи]лд[іи]|ж[іи]бер[іи]лд[іи])\w?"
    r"\s(?:за\s)?№\s?[0-9A-ZА-Я/-]{1,14}"
    r"|(?<!\w)(?:ж[іи]бер[іи]лд[іи]|жолданды|отправлено|отослано|sent|т[іи]ркелд[іи])[:,]?\s"
    r"[0-9][0-9. /]{4,11},\s(?:(?:т[іи]ркеу|рег\.|reg\.)\s)?№\s?[0-9A-ZА-Я/-]{1,12}"
    r"|(?<!\w)(?:registered|entered)\s(?:under\s)?(?:No\.?|№)\s?[0-9]{1,6}"
    r"|(?<!\w)(?:приказ|распоряжени|постановлени)[а-яё]{0,3}(?:\s[а-яё]{3,16}\.?){1,3}\s№\s?[0-9]{1,5}(?:-[а-я]{1,2}(?!\w))?"
    r"|(?-i:(?<!\w)(?:АУД|АСД|АКД|ФПД)\s?№\s?[0-9]{2,7}(?:,\sт\.\s?[0-9]{1,3})?(?:,\sлл?\.\s?[0-9]{1,4}(?:\s?[-–]\s?[0-9]{1,4})?)?)"
    r"|(?<!водительск)(?<!\w)нотари[уа]\w+[^\n;]{0,60}лицензи[яиюей]{1,2}\s(?:№|N)\s?[0-9A-ZА-Я-]{2,12}"
    r"|№\s?[0-9]{4,9}(?=\sлицензия)"
    r"|№\s?[0-9]{1,5}(?:/[0-9]{1,4})?(?=\s{1,4}[0-9]{1,3}\s(?:слов|сөз|words))"
    r"|(?<!билет )(?<!билеті )(?<!серии )(?<!сериясы )"
    r"(?<!\w)(?:вх|исх|in|out|кіріс|шығыс|кір|шығ)\.?\s?(?:№|No\.?)\s?[A-ZА-Я0-9][0-9A-ZА-Я/-]{0,12}"
)
"""Numbers under which an office entered a paper or keeps it."""

_CIPHER = re.compile(
    rf"(?:\b(?=\w)|(?=№))(?:{_ENTERED}|{_LINE_OF}|{_FONDS}{_GAP}{_OPIS}{_BOX}(?:{_GAP}{_ITEM})?(?:{_GAP}{_SHEETS}|{_GAP}[0-9]{{1,5}}\s?-\s?п\.)?|{_OPIS}{_GAP}{_ITEM}(?:{_GAP}{_SHEETS})?|{_KK})",
    re.I,
)
_BIN = re.compile(
    r"(?<![\w/])(?:БСН\s?/\s?БИН|БИН\s?/\s?БСН|(?:БИН|БСН|ВСН|BIN|бин|бсн)(?!\s?/)|(?i:бизнес-идентификационн\w+\s+номер\w*|"
    r"бизнес-сәйкестендіру\s+нөмірі|business\s+identification\s+number))(?:\s(?!ИИН|ЖСН|IIN)[а-яәіңғүұқөһa-z]+){0,3}"
    r"[\s:№.–-]{0,5}([0-9](?:[ -]?[0-9]){11})(?![0-9])"
)

_NEAR = 60
_HEAD_ROWS = 9
_CONTACTS = frozenset({Category.ADDRESS, Category.PHONE, Category.EMAIL})
_ORGANISATION = re.compile(
    r"(?<!\w)(?:архив\w*|мұрағат\w*|министерств\w*|министрлі\w*|управлени\w*|басқарма\w*|департамент\w*|суд(?:а|ы)?|сот(?:ы|(?!\.))|"
    r"прокуратур\w*|комиссариат\w*|диспансер\w*|мекемес\w*|акимат\w*|әкімді\w*|завод\w*|комбинат\w*|больниц\w*|поликлиник\w*|аурухана\w*|емхана\w*|центр\w*|орталы\w*|КГУ|КММ|"
    r"РГУ|РММ|ТОО|ЖШС|АО|ГУ|ММ|школ\w*|мектеп\w*|archive|office|ministry|court|БИН|БСН)(?!\w)"
    r"|(?<!\w)(?:АРХИВ\w*|МҰРАҒАТ\w*|МИНИСТЕРСТВ\w*|УПРАВЛЕНИ\w*|БАСҚАРМА\w*|ПРОКУРАТУР\w*|КОМИССАРИАТ\w*|ДЕПАРТАМЕНТ\w*|СОТЫ|БОЛЬНИЦ\w*|АУРУХАНА\w*|ЕМХАНА\w*|"
    r"МЕКТЕБІ|ШКОЛА)(?!\w)"
)
_HOME = re.compile(
    r"прожива|прописан|зарегистрир|домашн|гражд|заявлен|ИИН(?!\w)|ЖСН(?!\w)|тұратын|тіркелген|тұрғылықты|өтініш|(?<!\w)от\s[А-ЯЁ]|"
    r"Ф\.?И\.?О|from:|от\sкого|кімнен|фамили|пациент|больной|науқас|дата\sрожд|туған|(?<!\w)(?:куда|кому|қайда|кімге|to)\s?:",
    re.I,
)


_PHOTO = re.compile(r"фото|снимок|негатив|сурет|photo", re.I)
_PHOTO_ENTRY = re.compile(
    r"(?:\A|(?<=\n))[ ]{0,4}([0-9]{1,2}-[0-9]{4,6}(?:\s?[-–]\s?[0-9]{1,2}-[0-9]{4,6})?)\.[ ](?=[A-ZА-ЯЁӘІҢҒҮҰҚӨҺ«])"
)
_ENTRIES = 3


def _photo_entries(text: str) -> list[tuple[int, int]]:
    """Return the numbers that open the entries of an album of photographs: `2-51407. Токарь ...`, several of them."""
    entries = [match.span(1) for match in _PHOTO_ENTRY.finditer(text)] if _PHOTO.search(text) else []
    return entries if len(entries) >= _ENTRIES else []


def kept_ranges(text: str) -> list[tuple[int, int]]:
    """Return the ranges of archive ciphers and labelled BINs."""
    ciphers = [m.span() for m in _CIPHER.finditer(text) if not _of_person(text, m)]
    ciphers += _photo_entries(text)
    return ciphers + [m.span(1) for m in _BIN.finditer(text) if _is_bin(m.group(1))]


def _of_person(text: str, match: re.Match[str]) -> bool:
    """Tell whether a number under which a paper was entered is somebody's: `карта больного за № 3-8`."""
    return match.group().startswith("за ") and is_of_person(text, *match.span())


def _is_bin(number: str) -> bool:
    """Tell whether the fifth digit can be a BIN's; an IIN's there is the first digit of a day."""
    return digits(number)[4] in "456"


def office_contacts(
    rows: Rows, names: Sequence[Finding], others: Sequence[Finding], acting: Sequence[Finding] = ()
) -> Iterator[tuple[int, int]]:
    """Yield address, phone and mail of the office whose letterhead opens the document, and contacts of offices.

    The letterhead ends at the first private person and at the first word about somebody's home.

    Args:
        rows: of the document.
        names: of private persons.
        others: every other finding.
        acting: names of officials.
    """
    head = [row for row in rows.rows[:_HEAD_ROWS] if row.page == 0]
    end = max((cell.end for row in head for cell in row.cells), default=0)
    end = min([end, *(name.start for name in names)])
    home = _HOME.search(rows.text, 0, end)
    end = home.start() if home else end
    if _ORGANISATION.search(rows.text, 0, end):
        mine = (f for f in others if f.category in _CONTACTS and f.end <= end)
        yield from ((f.start, f.end) for f in mine if not _HOME.search(rows.text, f.end, f.end + _NEAR))
    yield from office_calls(rows.text, names, others, acting)
    yield from office_places(rows.text, names, others, acting)
