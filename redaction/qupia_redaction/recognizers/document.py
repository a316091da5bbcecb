"""What only the whole document can tell: names found once are everywhere, officials stay, details have owners."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from qupia_redaction.model import Category
from qupia_redaction.nlp.engine import Reading
from qupia_redaction.nlp.keys import StemIndex, key
from qupia_redaction.nlp.morphology import meaning
from qupia_redaction.nlp.rows import Rows
from qupia_redaction.nlp.shapes import shape
from qupia_redaction.nlp.words import Word
from qupia_redaction.recognizers.acting import officials
from qupia_redaction.recognizers.bare_streets import bare_streets
from qupia_redaction.recognizers.births import row_births
from qupia_redaction.recognizers.classes import classed
from qupia_redaction.recognizers.clauses import passages_by_model
from qupia_redaction.recognizers.columns import column_findings, head_rows, offices_in_columns
from qupia_redaction.recognizers.doubted import governed_numbers
from qupia_redaction.recognizers.echoes import echoes
from qupia_redaction.recognizers.finding import Finding, Ranges, merge, subtract
from qupia_redaction.recognizers.forms import Field, field_findings, find_fields
from qupia_redaction.recognizers.homes import homes
from qupia_redaction.recognizers.keep import kept_ranges, office_contacts
from qupia_redaction.recognizers.known import KnownPersons
from qupia_redaction.recognizers.labelled import labelled_findings
from qupia_redaction.recognizers.misread import misread_names
from qupia_redaction.recognizers.no_names import is_no_name
from qupia_redaction.recognizers.owners import assign
from qupia_redaction.recognizers.passages import amounts, passages
from qupia_redaction.recognizers.peers import peers
from qupia_redaction.recognizers.placed import placed_numbers
from qupia_redaction.recognizers.tables import is_header, table_findings
from qupia_redaction.recognizers.whole_names import (
    Touched,
    beside_offices,
    cut,
    in_cells,
    labelled,
    of_papers,
    opens_phrase,
    shouted_words,
    tight,
    whole,
)
from qupia_redaction.recognizers.wide import is_paper

DOCUMENT_LOOKS = (
    "form_field",
    "labelled_field",
    "table_column",
    "row_year",
    "passage",
    "clause_model",
    "amount",
    "governed_number",
    "line_of_person",
    "home_slot",
    "propagation",
)
"""What looks at the whole document, beside the recognizers of the registry."""

_SPREAD_FROM, _STRONG = 0.7, 0.9
_TABLE_CELLS = 3
_HEADED = frozenset({Category.PERSON, Category.SPECIAL, Category.HEALTH})
_PLACE_AFTER = re.compile(
    r"[ \n](?:[кқа]\.(?!\s?[А-ЯЁӘІҢҒҮҰҚӨҺ]\.)|ауд\.|обл\.|"
    r"кент[іи]|сел(?:о|а|осы)|орта\sмектеб|милиция|аймағ|локомотив|станса|бөктер|губ\.|р-на?(?!\w)|с/с|РВК|райбольниц|"
    r"аудан|облыс|қала|ауылы|ауылды[қк]\s(?:совет|кеңес|округ)|(?:сов|кол)хозы|атында[ғг]ы|"
    r"көше|даңғыл|теңіз|өзен|станция|район|област|сельсовет|губерн|уезд|oblast|"
    r"region|district|university|street|village)",
    re.I,
)
_NAMED_AFTER = re.compile(
    r"[ \n](?:атында[ғг]ы|ауданы\w*|облысы\w*|көшесі\w*|даңғылы\w*|"
    r"ауылы\w*|ауылды[қк]\s(?:совет|кеңес|округ)\w*|кенті\w*|фронты\w*)(?!\w)",
    re.I,
)
_PLACE_BEFORE = re.compile(
    r"(?<!\w)(?:им\.|имени|с\.|г\.|гор\.|пос\.|ст\.|аул|село|город[ае]?|деревн\w|станци\w|район[ае]?|облыс\w*|"
    r"пос[её]лок|(?:village|town|city|district|region|oblast|aul|province|settlement|canton)(?:\sof)?)\s?[«\"]?$",
    re.I,
)
_HEAD_OF_TOWN = re.compile(
    r"(?<!\w)(?:мэр|глава|аким|губернатор|житель|прокурор|начальник|староста|голова)\w{0,2}\s"
    r"(?:города|района|села|области|посёлка|поселка)\s\Z",
    re.I,
)
_VILLAGE_OF = re.compile(r"(?:village|town|city|aul)\sof\s\Z", re.I)
_QUOTES = frozenset('«»"“”„')
_OF_A_FARM = re.compile(
    r"(?:совхоз\w{0,2}|колхоз\w{0,2}|к-за?|с-за?|завод\w{0,2}|фабрик\w|ТОО|ЖШС|АО|артел\w|трест\w?)\s[«\"“„]?\Z", re.I
)
_FARM = re.compile(r"\s(?:кеңшар|ұжымшар|совхоз|колхоз|зауыт|завод|ЖШС|ТОО|АО|бірлесті|шаруа\sқожалы)", re.I)
_BIRTH_TAIL = re.compile(
    r"(?:[ ]?(?:г\.\s?р\.|г\.р(?!\w)|[гr]\.\s?[рp]\.|ж\.\s?т\.|жж?\.т\.?)|[ ]?(?:г\.(?!\w)|ж\.(?!\w)|года?(?!\w)|"
    r"жыл[ығі]{0,2}[ыі]?(?!\w))|(?<=ж)\.[ ]?т\.|(?<=г)\.[ ]?р\.)?(?:[ ](?:рожд(?:ения|\.)?|туған|туылған)(?!\w))?",
    re.I,
)
_BIRTH_LEAD = re.compile(
    r"(?<!\w)(?:(?:род\.|рожд\.|туғ\.|р\.|b\.|born(?:[ ](?:on|in|about|c\.))?|year[ ]of[ ]birth|"
    r"около|ок\.|шамамен|в)[ ]|"
    r"[0-9]{1,2}[ ](?:лет|года?|жаста?)[ ,(]{1,3})\Z", re.I)  # fmt: skip
_NUMBER_TAIL = re.compile(r"(?:\s?[/-]\s?[A-ZА-Я]{1,3}|[/-](?:[0-9]{1,6}|[а-я]))(?!\w)")
_NUMBER_LEAD = re.compile(r"(?<!\w)(?:(?:сери[яи]\w?|сериясы|сер\.|series)[\s:]{1,2}(?:№\s?)?|no\.[ ]?)\Z", re.I)
"""Words of a number itself: whoever marks a number with its series marks the word too."""
_DECLINED = re.compile(r"(.{2,}(?:ов|ев|ин|ын|ск|цк))(?:а|у|им|ом|е|ои|ою|их|ии|аи|ого|ому|аиа|ую|и)?")


def settle(rows: Rows, reading: Reading, raw: Sequence[Finding], known: KnownPersons) -> list[Finding]:
    """Turn what recognizers saw into what the document holds.

    Args:
        rows: the folded text as rows.
        reading: what the engine read in it.
        raw: findings of single recognizers.
        known: the persons of the catalogue.

    Returns:
        Findings merged by category, with owners where there is no doubt.
    """
    text, words = rows.text, Touched(reading.words)
    fields = find_fields(rows)
    headings = _Headings(rows, fields)
    raw = [*raw, *field_findings(rows, fields), *column_findings(rows), *labelled_findings(rows)]
    sure = known.names(text, reading.words)
    seen = [whole(text, tight(text, f), words) for f in raw if f.category is Category.PERSON]
    seen = [left for name in seen for part in in_cells(text, name) if (left := cut(text, part))]
    seen = [n for n in seen if labelled(n) or not (_is_of_papers(text, n) or is_no_name(text, n))]
    names = merge([*beside_offices(text, headings.without(seen)), *sure])
    private = _without_officials(rows, names, sure, words)
    told = set(private)
    reading.acting = [name for name in names if name not in told]
    private = merge([*private, *_spread(private, reading.words)])
    private = merge([*private, *peers(rows, private)])
    if reading.scanned:
        private = merge([*private, *_misread(private, sure, words, reading)])
    others = headings.without([tight(text, f) for f in raw if f.category is not Category.PERSON])
    private = _without_places(text, private, sure, others)
    others += [*row_births(text, private), *table_findings(rows, private)]
    kept = kept_ranges(text)
    others += [*homes(text, private, others), *governed_numbers(text, private, others, kept)]
    others += [*placed_numbers(text, private, reading.shown), *bare_streets(text, private, others)]
    named = [*private, *reading.acting]
    clauses, sums = list(passages(text, named, kept, reading.shown)), list(amounts(text))
    if is_paper(text, [*private, *others, *clauses]):  # of other texts the model knows nothing
        cells = [cell.start for row in rows.rows if len(row.cells) >= _TABLE_CELLS for cell in row.cells]
        by_rules = [f for f in [*others, *clauses, *sums] if f.category in _HEADED]
        details = [f for f in others if f.category not in _HEADED]
        clauses += passages_by_model(text, [*named, *details], kept, cells, by_rules)
    others += [*headings.without(clauses), *sums]
    others = [_with_tail(text, f) if f.category is Category.BIRTH_DATE else f for f in others]
    others = [_with_letter(text, f) if f.category is Category.DOCUMENT_NUMBER else f for f in others]
    others += echoes(text, others)
    found = merge([*_owned(text, private, words, known), *_beside_officials(others, reading.acting, text)])
    contacts = list(office_contacts(rows, private, others, reading.acting))
    reading.kept = [(a, b, "cipher") for a, b in kept] + [(a, b, "contact") for a, b in contacts]
    settled = subtract(found, Ranges([*kept, *contacts]), text)
    numbered = _with_known(settled, known.numbers(text))
    return list(classed(text, assign(text, _strongest_number(numbered), known)))


def _is_of_papers(text: str, name: Finding) -> bool:
    """Tell whether what looks like a name is made of words of papers."""
    return shouted_words(text, name) or opens_phrase(text, name) or of_papers(text, name)


def _beside_officials(findings: Sequence[Finding], acting: Sequence[Finding], text: str) -> list[Finding]:
    """Cut the names of officials out of passages: who acts in office stays, whatever the sentence is about."""
    return subtract(findings, Ranges((name.start, name.end) for name in acting), text)


class _Headings:
    """Labels of forms and heads of tables: weak names and passages in them are none.

    Args:
        rows: of the document.
        fields: its filled forms.
    """

    def __init__(self, rows: Rows, fields: Sequence[Field]) -> None:
        self._rows = rows
        self._labels = Ranges(field.label for field in fields)
        filled = {rows.number(cell.start) for field in fields for cell in field.value}
        heads = {n for n, row in enumerate(rows.rows) if n not in filled and is_header(rows.shown(row))}
        self._heads = heads | (head_rows(rows) - filled)

    def without(self, findings: Sequence[Finding]) -> list[Finding]:
        """Return the findings that are neither labels nor, where they are weak, in heads."""
        return [f for f in findings if f.category not in _HEADED or not self._holds(f)]

    def _holds(self, finding: Finding) -> bool:
        if self._labels.covers(finding.start, finding.end):
            return True
        return finding.score < _STRONG and self._rows.number(finding.start) in self._heads


def _without_places(
    text: str, names: list[Finding], sure: Sequence[Finding], others: Sequence[Finding]
) -> list[Finding]:
    """Drop names that name a street of an address, a place or an institution; known persons stay."""
    streets = Ranges((f.start, f.end) for f in others if f.category is Category.ADDRESS)
    known = Ranges((f.start, f.end) for f in sure)
    return [
        name
        for name in names
        if any(known.touching(name.start, name.end))
        or not (streets.covers(name.start, name.end) or _is_place(text, name))
    ]


def _is_place(text: str, name: Finding) -> bool:
    if _NAMED_AFTER.match(text, name.end) or _VILLAGE_OF.search(text, max(0, name.start - 18), name.start):
        return True
    quoted = text[name.start - 1 : name.start] in _QUOTES and text[name.end : name.end + 1] in _QUOTES
    if quoted and (_OF_A_FARM.search(text, max(0, name.start - 16), name.start) or _FARM.match(text, name.end + 1)):
        return True
    if " " in text[name.start : name.end]:
        return False
    if _PLACE_AFTER.match(text, name.end):
        return True
    if _HEAD_OF_TOWN.search(text, max(0, name.start - 40), name.start):
        looks = shape(text[name.start : name.end])
        if looks.surname and not meaning(text[name.start : name.end]).place:
            return False
    return _PLACE_BEFORE.search(text, max(0, name.start - 18), name.start) is not None


def _with_tail(text: str, date: Finding) -> Finding:
    """Widen a birth date over the words that belong to it: `род.`, `born`, `г.р.`, `года рождения`, `ж.т.`, `туған`."""
    tail = _BIRTH_TAIL.match(text, date.end)
    lead = _BIRTH_LEAD.search(text, max(0, date.start - 16), date.start)
    return replace(date, start=lead.start() if lead else date.start, end=tail.end() if tail else date.end)


def _with_letter(text: str, number: Finding) -> Finding:
    """Widen a number over the letter or part behind it, and over its own words: `44907/К`, `серия БЛ № 318826`."""
    tail = _NUMBER_TAIL.match(text, number.end)
    lead = _NUMBER_LEAD.search(text, max(0, number.start - 12), number.start)
    return replace(number, start=lead.start() if lead else number.start, end=tail.end() if tail else number.end)


def _without_officials(rows: Rows, names: Sequence[Finding], sure: Sequence[Finding], words: Touched) -> list[Finding]:
    """Drop officials in office, unless they are known as persons concerned."""
    acting = set(officials(rows, names, list(offices_in_columns(rows))))
    known_starts = {s.start for s in sure}
    return [
        name
        for name in names
        if name not in acting or any(w.start in known_starts for w in words.touching(name.start, name.end))
    ]


def _surnames(words: Sequence[Word]) -> list[str]:
    """Return the words of a name that are neither initials, given names nor patronymics."""
    looks = [(w.text, shape(w.text)) for w in words]
    return [t for t, s in looks if s.capital and len(t) > 3 and not (s.given or s.patronymic or s.stop)]


def _spread(names: Sequence[Finding], words: Sequence[Word]) -> Iterator[Finding]:
    """Find the surnames of sure names again, everywhere in the document."""
    index: StemIndex[None] = StemIndex()
    by_offset = Touched(words)
    for name in names:
        inside = by_offset.touching(name.start, name.end)
        if name.score >= _SPREAD_FROM and len(inside) > 1:
            for surname in _surnames(inside):
                if not meaning(surname).only_place:
                    index.add_word(surname, None)
                    index.add(_base(key(surname)), None)
    for word in words if len(index) else ():
        looks = shape(word.text)
        if looks.capital and not looks.stop and not (looks.shouted and looks.plain) and index.find(key(word.text)):
            yield Finding(word.start, word.end, Category.PERSON, 0.75, "propagation")


def _base(folded: str) -> str:
    """Return the key of a declined surname without its ending, so that other cases and the other sex meet it."""
    match = _DECLINED.fullmatch(folded)
    return match.group(1) if match else folded


def _misread(names: Sequence[Finding], sure: Sequence[Finding], words: Touched, reading: Reading) -> Iterator[Finding]:
    """Find misread forms of the surnames and patronymics of sure names."""
    told = [n for n in (*names, *sure) if n.score >= _SPREAD_FROM]
    whole = {w.text for n in told for w in words.touching(n.start, n.end) if not shape(w.text).given}
    yield from misread_names(reading.words, sorted(whole))


def _owned(text: str, names: Sequence[Finding], words: Touched, known: KnownPersons) -> list[Finding]:
    """Give each name its known owner where nothing speaks against it."""
    decided = []
    doubted: set[int] = set()
    for name in names:
        inside = words.touching(name.start, name.end)
        owner, strangers = known.owner(text, inside)
        doubted |= strangers
        decided.append((name, inside, owner))
    return [replace(n, person_id=owner or known.lone_surname(inside, doubted)) for n, inside, owner in decided]


def _with_known(findings: list[Finding], numbers: list[Finding]) -> list[Finding]:
    """Let a known IIN stand for what recognizers saw in its place."""
    known = Ranges((n.start, n.end) for n in numbers)
    rest = [f for f in findings if f.category is not Category.IIN or not known.covers(f.start, f.end)]
    return merge([*rest, *numbers])


_NUMBERS = (Category.IIN, Category.IBAN, Category.CARD, Category.PHONE, Category.DOCUMENT_NUMBER, Category.CODE)
_NEIGHBOURS = 8


def _strongest_number(findings: list[Finding]) -> list[Finding]:
    """Where two kinds of number claim the same digits, the surer and longer one wins."""
    numbers = sorted((f for f in findings if f.category in _NUMBERS), key=lambda f: (f.start, f.end))
    beaten = set()
    for at, number in enumerate(numbers):
        near = numbers[max(0, at - _NEIGHBOURS) : at + _NEIGHBOURS]
        if any(_beats(other, number) for other in near):
            beaten.add(number)
    return [f for f in findings if f not in beaten]


def _beats(one: Finding, other: Finding) -> bool:
    inside = one.start <= other.start and one.end >= other.end and one is not other
    rank = (one.score, one.end - one.start, -_NUMBERS.index(one.category))
    return inside and rank > (other.score, other.end - other.start, -_NUMBERS.index(other.category))
