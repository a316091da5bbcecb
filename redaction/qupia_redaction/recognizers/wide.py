"""Everything that names or describes somebody in a plain text, wider than what a profile hides, with public labels.

For measuring and for texts that come from elsewhere: places, organisations, all dates and numbers with a meaning are
found beside the private details. Officials in office are persons here, though no private
ones; what else the rules keep on documents of an archive (an office's address) is no finding here either.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import regex

from qupia_redaction.model import Category
from qupia_redaction.nlp.engine import Reading
from qupia_redaction.nlp.gazetteer import country_words
from qupia_redaction.recognizers.finding import Finding
from qupia_redaction.recognizers.pattern import typewritten

PERSON = "PERSON"
_CATEGORIES: Mapping[Category, str] = {
    Category.PERSON: PERSON,
    Category.IIN: "ID",
    Category.DOCUMENT_NUMBER: "ID",
    Category.PHONE: "PHONE",
    Category.EMAIL: "EMAIL",
    Category.IBAN: "IBAN",
    Category.CARD: "CARD",
    Category.ADDRESS: "ADDRESS",
    Category.BIRTH_DATE: "DATE",
    Category.HEALTH: "HEALTH",
    Category.SPECIAL: "DEMOGRAPHIC",
    Category.CODE: "IP",
}
_KINDS = {
    "LOC": "LOCATION",
    "ORG": "ORGANIZATION",
    "FAC": "FACILITY",
    "DEM": "DEMOGRAPHIC",
    "POS": "POSITION",
    "DATE": "DATE",
    "ADR": "ADDRESS",
    "ID": "ID",
    "AGE": "AGE",
    "TIT": "TITLE",
    "QTY": "QUANTITY",
    "OTH": "OTHER",
}
_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|"
    r"Nov(?:ember)?|Dec(?:ember)?)"
)
_PATTERNS = (
    (
        "DATE",
        rf"(?i)\b(?:\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}(?:,?\s+\d{{4}})?|{_MONTH}\s+(?:\d{{1,2}}(?:st|nd|rd|th)?,?\s+)?\d{{4}})\b",
    ),
    ("DATE", r"(?<![\w./-])\d{1,4}[./-]\d{1,2}[./-]\d{2,4}(?![\w/-])"),
    (
        "DATE",
        r"(?<=(?i:\b(?:in|during|since|until|till|of|from|between|and|by|year|spring|summer|autumn|winter)\s))(?:1[89]|20)\d\d(?!\w)",
    ),
    (
        "DATE",
        r"(?i)\bbetween\s(?=(?:\d{1,2}\s)?\p{L}{3,9}\s\d)|\b(?:first|second)\s(?:half|quarter)\sof(?=\s\d)|\b(?:\d+|two|three|four|five|six|seven|eight|nine|ten)\s(?:days?|weeks?|months?|years?)\b",
    ),
    ("DATE", r"\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b"),
    ("AGE", r"(?i)\b\d{1,3}(?=[ -]years?[ -]old\b)|(?<=\b(?:aged?|turn(?:ed|s|ing)?|just turned)\s(?:of\s)?)\d{1,3}\b"),
    ("URL", r"(?i)\b(?:https?://|www\.)[^\s<>\"]+[^\s<>\".,;)]"),
    ("TITLE", r"\b(?:Mr|Mrs|Ms|Miss|Dr|Prof|Sir|Lady)\b\.?"),
    (
        "QUANTITY",
        r"(?<!\w)(?:EUR|USD|GBP|TRL|TRY|PLN|SEK|ATS|DEM|NOK|DKK|CHF|FRF|RUB|KZT|[$€£₸])\s?\d[\d,.\u00a0 ]*\d?",
    ),
    (
        "QUANTITY",
        r"(?<!\w)\d[\d,.]*(?:\s(?:million|billion|thousand))?\s?(?:%|per\scent|euros?|dollars|pounds|tenge|roubles?|kroner|zlotys?|liras?)",
    ),
    ("IP", r"(?i)(?<![\w:])(?:[0-9a-f]{1,4}:){4,7}[0-9a-f]{0,4}(?![\w:])"),
)
_ADDRESS_LINES = regex.compile(r"(?:[ ,]*\n[ ]*(?=[^\n]*\w)[\p{Lu}\d,][^\n:]{0,28}(?=\n|$|[.?!]))+")
_COMPILED = [(label, regex.compile(pattern)) for label, pattern in _PATTERNS]
_WORD = regex.compile(r"(?<![\w])([A-Za-z]{4,}?)(?:e?s)?(?!\w)")
_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Entity:
    """A finding with its public label.

    Attributes:
        start, end: offsets into the text that was read.
        label: what it is, in the words of the scorer.
        score: 0 to 1.
        found_by: recognizer.
        private: a private detail that profiles hide; False for what is only wider.
        classes: what a passage tells of, see `special`.
    """

    start: int
    end: int
    label: str
    score: float
    found_by: str
    private: bool = False
    classes: frozenset[Category] = frozenset()


def private_entities(findings: Sequence[Finding]) -> Iterator[Entity]:
    """Yield the private details under their public labels."""
    for f in findings:
        label = _CATEGORIES.get(f.category, "OTHER")
        yield Entity(f.start, f.end, label, f.score, f.found_by, private=True, classes=f.classes)


_PAPER = regex.compile(
    typewritten(
        r"(?<!\w)(?:ИИН|ЖСН|IIN|(?i:приказ\w{0,2}|бұйрық|буйрык|жарлық|справк[аи]|анықтама\w*|протокол|хаттама\w*|приговор|үкім|шешім|опись|"
        r"тізім\w*|оп\.|лл?\.|сч[её]т|шот|ведомост\w|анкета|сауалнама|автобиография|өмірбаян\w*|характеристика|мінездеме|свидетельство|"
        r"куәлік|выписка|үзінді|архив\w*|мұрағат\w*|книга|кітабы|журнал\w?|карт(?:а|асы|очка)|заявление|жалоба|өтініш|арыз|загс|ахаж|"
        r"г\.\s?р\.|ж\.\s?т\.|таб\.|тов\.|жолдас|подпись|қолы|ордер|акт|решение|фото\w*|запись|жазбасы|опек\w|эпикриз|диагноз\w?|"
        r"билет\w?|список|адрес\w?|мекенжай\w*|допрос\w?|истец|истица|ответчик\w?|талапкер\w*|жауапкер\w*|айыпталушы\w*|іс\s№|трудодн\w+|лицев(?:ые|ых|ой|ого)\s+сч[её]т\w*|счетовод\w*|ревкомисси\w+|табел\w+|"
        r"fonds|opis|oblast|kazakhstan|kazakh|tenge|kulaks?|kolkhoz|special\ssettlements?|labou?r\sarmy|commandant.?s\soffice|"
        r"қазақстан\sреспубликасы|state\sarchives?|regional\s(?:commission|archives?)|specialised\sinter-district\scourt|"
        r"astana|almaty|alma-ata|karaganda|akmola|kostanay|kustanai|semipalatinsk|shymkent|pavlodar|aktobe|kokshetau|taraz)|§)(?!\w)"
    )
)
_SHORT_LINE = 110
_LEAST_LINES = 3
_MANY_WORDS = 4
_LATIN, _CYRILLIC = regex.compile(r"[A-Za-z]"), regex.compile(r"[\u0400-\u052f]")
_ONE_PERSON = frozenset({Category.BIRTH_DATE, Category.IIN, Category.DOCUMENT_NUMBER})
_FOREIGN = regex.compile(r"application \(nos?\.|Convention for the Protection|\bthe Chamber\b")


def is_paper(text: str, findings: Sequence[Finding]) -> bool:
    """Tell whether a text reads like a paper of an archive of Kazakhstan, and not like news or a foreign court's case.

    On papers, places, organisations, officials and other dates are what must stay, so they are no findings.
    """
    lines = [line for line in text.splitlines() if line.strip()]
    kinds = {f.category for f in findings} - {Category.PERSON}
    few = len(lines) < _LEAST_LINES
    if few and not kinds & _ONE_PERSON:
        return False
    short = sum(len(line) < _SHORT_LINE for line in lines) * 2 > len(lines)
    foreign = len(_LATIN.findall(text)) > len(_CYRILLIC.findall(text))
    if foreign:
        return bool(_words_of_papers(text, 1)) and not _FOREIGN.search(text, timeout=_SECONDS)
    if few or (short and kinds):
        return True
    return bool(_words_of_papers(text, 1 if short or len(kinds) > 1 else _MANY_WORDS))


def _words_of_papers(text: str, least: int) -> set[str]:
    """Return some words of papers that a text holds, none where there are fewer than asked for."""
    words: set[str] = set()
    for match in _PAPER.finditer(text, timeout=_SECONDS):
        words.add(match.group().lower())
        if len(words) >= least:
            return words
    return set()


def wide_entities(text: str, reading: Reading) -> Iterator[Entity]:
    """Yield what the taggers and general patterns see beside private details."""
    for name in reading.acting:
        yield Entity(name.start, name.end, PERSON, name.score, name.found_by)
    for span in reading.spans:
        label = _KINDS.get(span.kind)
        if label:
            yield Entity(span.start, span.end, label, span.score, span.source)
            yield from _more_lines(text, span.end) if label == "ADDRESS" else ()
    for label, pattern in _COMPILED:
        for match in pattern.finditer(text, timeout=_SECONDS):
            yield Entity(*match.span(), label, 0.6, "wide_pattern")
    for match in _WORD.finditer(text):
        if match.group(1).lower() in country_words():
            yield Entity(*match.span(), "DEMOGRAPHIC", 0.6, "country")


def apart_from(entities: Iterable[Entity], kept: Sequence[tuple[int, int]]) -> Iterator[Entity]:
    """Yield entities without those that share a letter with what must stay, such as archive ciphers."""
    return (one for one in entities if not any(one.start < end and start < one.end for start, end in kept))


def _more_lines(text: str, at: int) -> Iterator[Entity]:
    """Yield the short lines right behind the line of an address: town, region, country."""
    match = _ADDRESS_LINES.match(text, at, timeout=_SECONDS)
    if match:
        yield Entity(at, match.end(), "ADDRESS", 0.5, "address_lines")


def without_overlaps(entities: Sequence[Entity]) -> list[Entity]:
    """Return entities in order; where two share a character the private, longer or surer one stays whole.

    What the weaker one covers more is kept as a piece of its own: nothing that was found gets visible.
    """
    rank = sorted(entities, key=lambda e: (not e.private, e.start - e.end, -e.score))
    taken: list[Entity] = []  # in order of the text; none overlaps another
    for entity in rank:
        at = bisect_left(taken, entity.start, key=lambda e: e.end)
        pieces, start = [], entity.start
        while at < len(taken) and taken[at].start < entity.end:
            pieces.append((start, taken[at].start))
            start = max(start, taken[at].end)
            at += 1
        for low, high in [*pieces, (start, entity.end)]:
            if low < high:
                piece = replace(entity, start=low, end=high)
                insort(taken, piece, key=lambda e: e.start)
    return taken
