"""Forms: a label in the left column, its value in the right one, on one baseline, with nothing but space between.

Text order does not tell such pairs (OCR reads column by column), rows do. The value is hidden, the label stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from qupia_redaction.model import Category
from qupia_redaction.nlp.rows import Cell, Row, Rows
from qupia_redaction.recognizers.classes import classes_of
from qupia_redaction.recognizers.finding import Finding
from qupia_redaction.recognizers.homes import home_parts
from qupia_redaction.recognizers.tables import DATE, YEAR, is_head_word, is_header

_LABELS = {
    Category.BIRTH_DATE: r"""
        (?:дата|год|день|число|месяц|м-ц)\b.{0,30}\bрожд[а-я.]* | туған\s+(?:күні|жылы|айы).{0,40} |
        туылған\s+(?:күні|жылы) | date\s+of\s+birth | туған\s+күні\s?/\s?date\s+of\s+birth | д\.\s?р\.?""",
    Category.SPECIAL: r"""
        национальность | народность | вероисповедание | религия | (?:бывшее\s+)?сословие.{0,20} | взыскания |
        (?:соц\w*\.?|социальное)\s*(?:происх\w*\.?|положение) | партийность | партийный\s+стаж | партстаж |
        член\s+(?:кпсс|вкп).{0,20} | (?:сведения\s+о\s+)?судимост[иь] | привлекал(?:ся|ась|и).{0,30}суд.{0,30} |
        был[аи]?\s+ли.{0,15}(?:под\s+судом|судим|осужд).{0,30} | подвергал(?:ся|ась).{0,30} |
        был[аи]?\s+ли.{0,12}(?:за\s+границей|в\s+плену).{0,20} | родственники\s+за\s+границей.{0,20} |
        (?:семейное|имущественное)\s+положение | состав\s+семьи | ұлты | діні? | партиялығы | соттылығы |
        әлеуметтік\s+(?:тегі|шығу\s+тегі|жағдайы) | шыққан\s+тегі | отбасы(?:лық)?\s+жағдайы | мүліктік\s+жағдайы |
        шет\s?елдегі\s+туыстары | (?:айлық\s+|зейнетақы\s+)?мөлшері | мал\s+басы | nationality | ethnicity | religion |
        marital\s+status | party""",
    Category.HEALTH: r"""
        диагноз(?:ы)?.{0,30} | состояние\s+здоровья | инвалидность | группа\s+инвалидности | мүгедекті[гк]і? |
        перенес[её]нные\s+(?:болезни|заболевания) | денсаулық\s+жағдайы | diagnosis""",
    Category.PERSON: r"""
        (?:given|family|middle|father['’]?s|first|last|full|maiden)\s+names?(?:\s?\(s\))? | surnames? | forenames? |
        patronymics? |
        фамилия(?:[,\s]+имя)?(?:[,\s]+(?:и\s+)?отчество)?
        (?:\s+(?:ребенка|ребёнка|умерш\w+|заявител\w+|родител\w+|матери|отца|
        главы(?:\s+\w+)?|владельца|больного|учащегося|супруг\w|опекуна|мужа|жены|работника|члена\s+\w+))? |
        имя(?:[,\s]+(?:и\s+)?отчество)?(?:\s+(?:ребенка|ребёнка|родившегося|умершего))? | отчество |
        ф\.?\s?и\.?\s?о\.?(?:\s\w+)? | ф\. | и\. | фамилия/тегі | имя/аты |
        отчество/әкесінің\s+аты | тегі/фамилия | аты/имя | т\.?а\.?ә\.? |
        (?:изменени[ея]|прежн\w+|девичья|другие)\s+фамили[ияй].{0,20} | әкесінің\s+аты | аты(?:[\s-]*жөні)? |
        тегі(?:[,\s]+аты)?(?:[,\s]+әкесінің\s+аты)? | name""",
    Category.DOCUMENT_NUMBER: r"""
        паспорт.{0,40} | удостоверение(?:\s+личности)? | военный\s+билет | партбилет | партийный\s+билет |
        трудовая\s+книжка | свидетельство\s+о\s+\w+ | жеке\s+куәлі[гк]і? | төлқұжат\w* | табельный\s+номер |
        номер\s+документа | құжат(?:тың)?\s+нөмірі | таб\.?\s?№?""",
    Category.ADDRESS: r"""
        (?:домашний\s+|почтовый\s+)?адрес(?:\s+\w+){0,3} | место\s?жительств[ао] | прописка | прописан[а-я]* |
        мекен-?\s?жайы? | тұрғылықты\s+(?:жері|мекенжайы) | (?:home\s+)?address""",
    Category.PHONE: r"""
        (?:домашний\s+|моб\w*\.?\s+|рабочий\s+)?тел(?:ефон|\.)? | (?:ұялы\s+)?телефоны? | phone | telephone""",
}
_LABEL = [(category, re.compile(pattern, re.I | re.X)) for category, pattern in _LABELS.items()]
_ANY_LABEL = re.compile("|".join(f"(?:{pattern})" for pattern in _LABELS.values()), re.I | re.X)
_EDGES = re.compile(r"^[\W\d_]+|[\s:;,–—_=»«\"'|-]+$")
_NO_NAME = (
    r"(?!(?:Нет|Не|Жоқ|No|ИИН|ЖСН|БСН|БИН|РНН|РОВД|ГОВД|МВД|ҚР|РК|ӘМ|ҚазССР|"
    r"Туған|Жынысы|Пол|Дата|Год|Разряд|Квота|Отчество|Отраб)(?!\w))"
)
_CAPITAL = r"[A-ZА-ЯЁӘІҢҒҮҰҚӨҺ][\w’'-]{1,30}"
_NAME = re.compile(
    rf"(?<!\w){_NO_NAME}{_CAPITAL}(?:[ /]+{_NO_NAME}(?:{_CAPITAL}|"
    rf"[A-ZА-ЯЁӘІҢҒҮҰҚӨҺ]\.(?:\s?[A-ZА-ЯЁӘІҢҒҮҰҚӨҺ]\.)?))*|\A\s*[А-ЯЁӘІҢҒҮҰҚӨҺ]\.\s*\Z"
)
_NUMBER = re.compile(
    r"(?:[IVXLІХУ1]{1,6}\s?[-–]\s?)?(?:[A-ZА-ЯІҚӘҢҒҮҰӨҺ]{1,3}\s?[-–]?\s?)?(?:№\s?)?"
    r"(?<![0-9.])[0-9](?:[0-9 -]{3,18})[0-9](?![0-9.])"
)
_PHONE = re.compile(r"\+?[0-9(][0-9\s().-]{3,18}[0-9]")
_KNOWN_PLACE = re.compile(
    r"^\W*(?:(?:республика\s+\w+|[\w-]+\s+(?:обл\w*\.?|р-н|район|облысы|ауданы|қаласы|қ\.|ауылы|кент[і.]?|а\.\s?о\.)"
    r"|(?:г|гор|город|с|село|пос|пгт|аул|п|ст)[.:,]?\s+[\w-]+)(?!\w)[\s,;:.]*)+",
    re.I,
)
_TOKEN = re.compile(r"\S+")
_NEXT_FIELD = re.compile(r"\.\s+[A-ZА-ЯЁӘІҢҒҮҰҚӨҺ0-9§]|[,.;]\s[\w\s-]{2,30}:")
_LONGEST_LINE = 120
_LABEL_WORDS = 9
_JUNK = 4
_MOST_ROWS = 4
_SEEN, _TOLD = 0.8, 0.9
_PASSAGES = frozenset({Category.SPECIAL, Category.HEALTH})


@dataclass(frozen=True, slots=True)
class Field:
    """A label and the cells of its value."""

    category: Category
    label: tuple[int, int]
    value: tuple[Cell, ...]


def find_fields(rows: Rows) -> list[Field]:
    """Return the labelled fields whose values stand in other cells."""
    fields = []
    for number, row in enumerate(rows.rows):
        lines = [_line_field(rows.text, cell) for cell in row.cells]
        persons = sum(field is not None and field.category is Category.PERSON for field in lines)
        slashed = _slashed(rows, row)
        named = persons > 1 or slashed is not None or _fills_card(rows, row.cells)
        if named or not is_header(rows.shown(row)):
            found = slashed or (_field(rows, number) if len(row.cells) > 1 else _label_above(rows, number))
            fields += [field for field in ((found, *lines) if named or found is None else (found,)) if field]
    return fields


def _fills_card(rows: Rows, cells: Sequence[Cell]) -> bool:
    """Tell whether a row is a label in two languages or three and its value, as cards of identity have them.

    Such a row is as full of labels as the head of a table, which holds nothing but labels.
    """
    label, *values = (rows.text[cell.start : cell.end] for cell in cells)
    filled = [value for value in values if not (_whole_label(value) or is_header(value))]
    return "/" in label and _whole_label(label) is not None and 0 < len(values) == len(filled)


def _slashed(rows: Rows, row: Row) -> Field | None:
    """Return the field of a line that was cut at the slashes of a label in three languages."""
    between = [rows.text[a.end : b.start].strip() for a, b in pairwise(row.cells)]
    if not between or any(sign != "/" for sign in between):
        return None
    field = _line_field(rows.text, Cell(row.cells[0].start, row.cells[-1].end))
    return None if field is None or is_header(rows.text[slice(field.value[0].start, field.value[0].end)]) else field


def _label_above(rows: Rows, number: int) -> Field | None:
    """Return the field of a line that is nothing but a label, its value being the line below (cards of identity)."""
    label = rows.rows[number].cells[0]
    category = _whole_label(rows.text[label.start : label.end])
    below = rows.rows[number + 1] if number + 1 < len(rows.rows) else None
    if category is None or below is None or below.page != rows.rows[number].page:
        return None
    value = below.cells[0]
    inside = rows.text[value.start : value.end]
    if len(below.cells) > 1 or value.start - label.end > _JUNK or ":" in inside or _whole_label(inside):
        return None
    return Field(category, (label.start, label.end), (value,))


def _whole_label(text: str) -> Category | None:
    """Return what a line announces that is a label in one language or two."""
    found = [label_category(part) for part in text.split("/")]
    return found[0] if found and all(found) else None


def _line_field(text: str, cell: Cell) -> Field | None:
    """Return the field of a cell that starts with a label, in one language or two (`ТЕГІ / ФАМИЛИЯ Үлгіев`)."""
    if cell.end - cell.start > _LONGEST_LINE:
        return None
    words = list(_TOKEN.finditer(text, cell.start, cell.end))
    first = at = next((n for n, w in enumerate(words[:3]) if any(map(str.isalpha, w.group()))), 0)
    category = None
    for last in range(first, min(first + _LABEL_WORDS, len(words) - 1)):
        label = _label_to(text, words[at:], last - at)
        if label is None:
            continue
        category = category or label
        if not (words[last].group().endswith("/") or words[last + 1].group().startswith("/")):
            start = words[last + 1].start()
            stop = _NEXT_FIELD.search(text, start, cell.end)
            value = Cell(start, stop.start() if stop else cell.end)
            return Field(category, (words[first].start(), words[last].end()), (value,))
        at = last + 1
    return None


def _label_to(text: str, words: Sequence[re.Match[str]], last: int) -> Category | None:
    """Return what the words up to one announce together, where the next words do not make a longer label."""
    label = label_category(text[words[0].start() : words[last].end()].strip("/"))
    if label is None or words[last].group().endswith(":"):
        return label
    longer = range(last + 1, min(last + _LABEL_WORDS // 2, len(words) - 1))
    ends = (text[words[0].start() : words[n].end()] for n in longer)
    return None if any("/" not in end and label_category(end) is not None for end in ends) else label


def field_findings(rows: Rows, fields: Sequence[Field]) -> Iterator[Finding]:
    """Yield what is private in the values of fields."""
    for field in fields:
        told = classes_of(rows.text[slice(*field.label)]) if field.category in _PASSAGES else frozenset()
        for cell in field.value:
            value = rows.text[cell.start : cell.end]
            for start, end in private_parts(value, field.category):
                score = _TOLD if field.category is Category.PERSON and _is_lone(value, start, end) else _SEEN
                yield Finding(cell.start + start, cell.start + end, field.category, score, "form_field", classes=told)


def _is_lone(value: str, start: int, end: int) -> bool:
    """Tell whether a name is all that a value says: behind its label `ҰЛАН` is no guard and `ӘБІШ` no office."""
    words = value[start:end].split()
    return value.strip(" .,") == value[start:end] and not any(map(is_head_word, words))


def label_category(text: str) -> Category | None:
    """Return what a label announces, or None for other text."""
    bare = _EDGES.sub("", text)
    if _ANY_LABEL.fullmatch(bare) is None:
        return None
    return next((category for category, pattern in _LABEL if pattern.fullmatch(bare)), None)


def _field(rows: Rows, number: int) -> Field | None:
    row = rows.rows[number]
    first = 0
    while first < min(2, len(row.cells) - 1) and _is_junk(rows.text, row.cells[first]):
        first += 1
    for last in range(min(first + 3, len(row.cells) - 1), first, -1):
        label = " ".join(rows.text[c.start : c.end] for c in row.cells[first:last])
        category = label_category(label) or _whole_label(label)
        if category:
            value = list(_until_label(rows.text, row.cells[last:]))
            if not value:
                return None
            span = (row.cells[first].start, row.cells[last - 1].end)
            return Field(category, span, (*value, *_below(rows, number, value[0])))
    return None


def _is_junk(text: str, cell: Cell) -> bool:
    """Tell whether a cell is a running number or specks."""
    inside = text[cell.start : cell.end]
    return len(inside) <= _JUNK and label_category(inside) is None


def _until_label(text: str, cells: Sequence[Cell]) -> Iterator[Cell]:
    for cell in cells:
        inside = text[cell.start : cell.end]
        if label_category(inside) or inside.rstrip().endswith(":"):
            return
        yield cell


def _below(rows: Rows, number: int, value: Cell) -> Iterator[Cell]:
    """Yield the lines on which a value goes on: nothing stands to their left."""
    step, y = 2.6 * value.height, value.y
    for row in rows.rows[number + 1 : number + 1 + _MOST_ROWS]:
        first = row.cells[0]
        if row.page != rows.rows[number].page or first.y - y > step or first.x0 < value.x0 - value.height:
            return
        y = first.y
        yield from row.cells


def private_parts(value: str, category: Category) -> Iterator[tuple[int, int]]:
    """Yield the private parts of the value of a field, as offsets into it."""
    if category is Category.BIRTH_DATE:
        found = DATE.search(value) or YEAR.search(value)
        yield from [found.span()] if found else []
    elif category is Category.PERSON:
        yield from (match.span() for match in _NAME.finditer(value))
    elif category is Category.DOCUMENT_NUMBER:
        yield from (match.span() for match in _NUMBER.finditer(value))
    elif category is Category.PHONE:
        yield from (match.span() for match in _PHONE.finditer(value))
    elif category is Category.ADDRESS:
        place = _KNOWN_PLACE.match(value)
        start = place.end() if place else 0
        if any(c.isdigit() for c in value[start:]):
            yield start, len(value)
        else:
            yield from home_parts(value)
    else:
        yield 0, len(value)
