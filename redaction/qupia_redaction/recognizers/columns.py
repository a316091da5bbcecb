"""Tables whose cells can be told: the header over a column says what each of its cells holds.

Where a line of a page has no cells (one blank between words), `tables` goes by rows alone. A cell counts as private
only where its row looks like an entry: it follows a header and has nearly as many cells.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from qupia_redaction.model import Category
from qupia_redaction.nlp.rows import TYPED, Cell, Row, Rows
from qupia_redaction.recognizers.finding import Finding
from qupia_redaction.recognizers.forms import private_parts
from qupia_redaction.recognizers.pattern import typewritten

_FOUND_BY = "table_column"
_KINDS: tuple[tuple[str, str], ...] = (
    ("office", r"исполнител|орындаушы|(?:леч\w*\.?\s)?врач|дәрігер|принял|қабылдаған|инспектор|руководител|басшы"),
    ("birth", r"рожд|туған|туылған|birth|born|(?<!\w)г\.?\s?р\.?(?!\w)|(?<!\w)д\.?\s?р\.?(?!\w)|ж\.?\s?т\.?(?!\w)"),
    ("ethnic", r"национ|(?<!\w)нац\.|ұлты|народност|nationality|ethnic"),
    ("kin", r"родств|отношени\w+\s+к(?!\s+(?:воин|военн))|туысты|отағасына|семейн|отбасы|жағдайы|kinship|relation"),
    ("pay", r"начислен|удерж|на\s+руки|к\s+выдаче|к\s+получ|оклад|сумма|заработ|зарплат|алимент|подоход|аванс|тариф|"
            r"ставка|(?<!\w)за[её]м|пенси|пособи|штраф|долг|есептел|ұстал|қолға|жалақы|еңбекақы|мөлшері|сомасы|төленді|"
            r"ақшасы|трудодн|еңбек\s?күн|астығ|salary|wage|(?<!\w)pay|amount|pension|(?<!\w)(?:подох|алим|ссуд|профс|проф\.\s?взн|"
            r"сдельн|повремен|ночн|сверхур|преми|б/л(?!\w)|б/лист|больнич|выдан|остаток|взыскан|исп\.\s?лист|салы[қг]|зейнет|"
            r"жәрдем|сыйақы|үстеме|қарыз|берілді|погаш|прода|tax|bonus|loan|deduct|net(?!\w)|gross)"),
    ("staff", r"(?<!\w)таб(?:\.|ель\w*)?(?!\w)|(?<!\w)т\.?[/.]\s?[бн№](?!\w)|staff\s+n"),
    ("address", r"адрес|мекен|жительств|тұрғылықты|address|residence"),
    ("phone", r"(?<!\w)тел(?:\.|еф\w*)?(?!\w)|phone|байланыс"),
    ("number", r"сери[яи]|иин|жсн|iin|паспорт|удостовер|уд\.?\s?л|куәлі|төлқұжат|свидетельств|билет|"
               r"лиц\w*\.?\s+сч[её]т|снилс|сик|passport|document"),
    ("health", r"диагноз|болезн|заболев|ауру|инвалид|мүгедек|причина\s+смерт|өлім|diagnos|здоров"),
    ("special", r"партийн|партия|соц\w*\.?\s*(?:полож|происх)|сослови|вероисп|религи|судим|сотт|party|religion|"
                r"категори|квота|льгот|стать[яи]|приговор|мера\s+наказ|үкім|жаза"),
    ("month", r"(?<!\w)(?:январ|феврал|март(?:ы|а)?(?!\w)|апрел|ма[йя](?!\w)|июн|июл|август|сентябр|октябр|ноябр|"
              r"декабр|қаңтар|ақпан|наурыз|сәуір|мамыр|маусым|шілде|тамыз|қыркүйек|қазан(?!\w)|қараша|желтоқсан)"),
    ("other", r"должност|қызметі(?!\w)|"
              r"профес|лауазым|мамандық|работ|жұмыс|образован|білім|(?<!\w)пол(?!\w)|жынысы|дата|күні|срок|"
              r"мерзім|листов|парақ|примечан|ескерту|содержан|мазмұн|заголов|тақырып|индекс|разряд|цех|подпись|роспись|"
              r"расписка|"
              r"қолы|№|р/с|п/п|(?<!\w)(?:месяц|мес\.|дн(?:и|ей)|айы?(?!\w)|күн(?!\w)|month|days?(?!\w))|основан|негіз|откуда|қайдан|position|occupation|title|sheet|date"),
    ("name", r"ф\.?\s?и\.?\s?о|фамил|(?<!\w)имя|отчеств|(?<!\w)тегі|(?<!\w)аты|т\.?\s?а\.?\s?ә|(?<!\w)names?(?!\w)|"
             r"surname|собственник|владел|қызметкер|работник|заявитель|өтініш\s+берген|оқушы|студент"),
)  # fmt: skip
_KIND = [(kind, re.compile(typewritten(pattern), re.I)) for kind, pattern in _KINDS]
_AS_FIELD = {
    "name": Category.PERSON,
    "birth": Category.BIRTH_DATE,
    "address": Category.ADDRESS,
    "phone": Category.PHONE,
    "number": Category.DOCUMENT_NUMBER,
}
_AS_WHOLE = {
    "ethnic": Category.SPECIAL,
    "kin": Category.SPECIAL,
    "pay": Category.SPECIAL,
    "special": Category.SPECIAL,
    "health": Category.HEALTH,
}
CLASSES = {
    "ethnic": frozenset({Category.NATIONALITY}),
    "kin": frozenset({Category.FAMILY}),
    "pay": frozenset({Category.MONEY}),
}
"""Classes of what stands under headers and behind labels of some kinds."""

_NAME_HEAD = re.compile(r"[^\W\d_]*(?:фамил|имя|отчеств|тегі|аты|surname|name)[^\W\d_]*", re.I)
_VALUE = re.compile(
    r"(?<=[^\W\d_]\s)[A-ZА-ЯЁӘІҢҒҮҰҚӨҺ][а-яёәіңғүұқөһ]{2,}\s*\Z|[^\W\d_]{2,}\s[A-ZА-Я]\.\s*\Z|"
    r"\A\s*[A-ZА-ЯЁӘІҢҒҮҰҚӨҺ][а-яёәіңғүұқөһ]{2,}\s[A-ZА-ЯЁӘІҢҒҮҰҚӨҺ][а-яё]{2,}"
)
_KOPECKS = re.compile(r"[0-9]{1,5}[-=.,][0-9]{2}")
_WHOLE_NAME = re.compile(typewritten(r"ф\.?\s?и\.?\s?о|фамил|(?<!\w)аты-жөні|т\.?\s?а\.?\s?ә"), re.I)
_SHORT_BIRTH = 30
_DIGITS = re.compile(r"[0-9]{2,8}")
_LETTER = re.compile(r"[^\W\d_]{2,}")
_DASH = re.compile(r"\W*(?:(?:нет|жоқ|no|б/н|то же|сол)\W*)?", re.I)
_TOTAL = re.compile(r"итого|всего|барлығы|жиыны|жиынтығы|total", re.I)
_LEAST_CELLS = 3
_WIDEST_HEAD = 60


@dataclass(slots=True)
class _Table:
    """A header and what its columns hold, left to right."""

    cells: tuple[Cell, ...]
    kinds: tuple[str, ...]
    last: int
    names: bool = field(init=False)

    def __post_init__(self) -> None:
        self.names = "name" in self.kinds


def column_findings(rows: Rows) -> Iterator[Finding]:
    """Yield what stands in columns whose header announces a private detail."""
    table: _Table | None = None
    for number, row in enumerate(rows.rows):
        head = _header(rows, row, number)
        if head is not None:
            table = head
        elif table is not None and _is_entry(rows, row, table, number):
            table.last = number
            yield from _entry(rows, row, table)
        elif table is not None and (row.page != rows.rows[table.last].page or len(row.cells) == 1):
            table = table if _goes_on(rows, row, table, number) else None


def offices_in_columns(rows: Rows) -> Iterator[tuple[int, int]]:
    """Yield the cells under a header that names an office: who stands there acts by it."""
    table: _Table | None = None
    for number, row in enumerate(rows.rows):
        head = _header(rows, row, number)
        table = head or table
        if head is None and table is not None and "office" in table.kinds and _is_entry(rows, row, table, number):
            table.last = number
            yield from ((c.start, c.end) for c, kind in _paired(row, table) if kind == "office")


def head_rows(rows: Rows) -> set[int]:
    """Return the numbers of the rows that head tables."""
    return {number for number, row in enumerate(rows.rows) if _header(rows, row, number) is not None}


def _header(rows: Rows, row: Row, number: int) -> _Table | None:
    """Return the table that a row heads, or None: three cells or more, most of which are known headers."""
    cells = [cell for cell in row.cells if cell.end > cell.start]
    if len(cells) < _LEAST_CELLS or any(cell.end - cell.start > _WIDEST_HEAD for cell in cells):
        return None
    if any(_VALUE.search(_NAME_HEAD.sub("", rows.text[cell.start : cell.end])) for cell in cells):
        return None
    kinds = tuple(kind_of(rows.text[cell.start : cell.end]) for cell in row.cells)
    known = sum(kind != "" for kind in kinds)
    digits = sum(any(map(str.isdigit, rows.text[c.start : c.end])) for c in cells)
    if 2 * known <= len(cells) or digits > len(cells) // 3 or not set(kinds) - {"", "other", "month"}:
        return None
    return _Table(row.cells, kinds, number)


def kind_of(header: str) -> str:
    """Return the kind of detail that a header or a label announces, or nothing."""
    if header.rstrip().endswith(":"):
        return ""
    kind = next((kind for kind, pattern in _KIND if pattern.search(header)), "")
    return "named" if kind == "birth" and _WHOLE_NAME.search(header) else kind


def _is_entry(rows: Rows, row: Row, table: _Table, number: int) -> bool:
    """Tell whether a row is an entry of the table: near it, and of nearly as many cells."""
    near = row.page == rows.rows[table.last].page and number - table.last <= _LEAST_CELLS
    return near and len(row.cells) > 1 and 2 * len(row.cells) > len(table.cells)


def _goes_on(rows: Rows, row: Row, table: _Table, number: int) -> bool:
    """Tell whether a lone cell is the end of the entry above or of a signature, and no text behind the table."""
    same = row.page == rows.rows[table.last].page and number - table.last <= _LEAST_CELLS
    return same and row.cells[0].end - row.cells[0].start < _WIDEST_HEAD


def _paired(row: Row, table: _Table) -> Iterator[tuple[Cell, str]]:
    """Yield cells with the kind of their column: by number where counts agree and no place denies it, else by place.

    An entry may leave one cell empty and have one (a running number, a signature) that the header lacks.
    """
    placed = [(cell, _column_of(cell, table)) for cell in row.cells]
    apart = sum(column not in {None, number} for number, (_, column) in enumerate(placed))
    if len(row.cells) == len(table.cells) and (_is_typed(row) or 2 * apart < len(placed)):
        yield from zip(row.cells, table.kinds, strict=True)
        return
    yield from ((cell, table.kinds[column]) for cell, column in placed if column is not None)


def _column_of(cell: Cell, table: _Table) -> int | None:
    """Return the number of the header under which most of a cell stands."""
    shared = [min(cell.x1, h.x1) - max(cell.x0, h.x0) for h in table.cells]
    best = max(range(len(shared)), key=shared.__getitem__)
    return best if shared[best] > 0 else None


def _is_typed(row: Row) -> bool:
    """Tell whether letters stand for places: such columns need not be straight."""
    return all(cell.height == TYPED for cell in row.cells)


def _entry(rows: Rows, row: Row, table: _Table) -> Iterator[Finding]:
    if any(_TOTAL.search(rows.text, cell.start, cell.end) for cell in row.cells):  # cells may lie far apart in the text
        return
    for cell, header in _paired(row, table):
        text = rows.text[cell.start : cell.end]
        if _DASH.fullmatch(text):
            continue
        paid = "pay" in table.kinds and (header == "month" or _KOPECKS.fullmatch(text.strip()))
        kind = "pay" if paid else header
        if not table.names and kind not in {"pay", "health"}:
            continue
        for start, end, category in parts_of(text, kind):
            told = CLASSES.get(kind, frozenset())
            yield Finding(cell.start + start, cell.start + end, category, 0.8, _FOUND_BY, classes=told)


def parts_of(text: str, kind: str) -> Iterator[tuple[int, int, Category]]:
    """Yield the private parts of a value of some kind, as offsets into it, with their categories."""
    if kind == "named":
        yield from parts_of(text, "name")
        yield from parts_of(text, "birth")
    elif kind == "birth" and len(text) < _SHORT_BIRTH and any(map(str.isdigit, text)):
        yield 0, len(text), Category.BIRTH_DATE
    elif kind in _AS_FIELD:
        category = _AS_FIELD[kind]
        for start, end in private_parts(text, category):
            yield start, end, category
    elif kind == "staff":
        match = _DIGITS.search(text)
        if match:
            yield *match.span(), Category.DOCUMENT_NUMBER
    elif kind in _AS_WHOLE and (any(map(str.isdigit, text)) or (_LETTER.search(text) and kind != "pay")):
        yield 0, len(text), _AS_WHOLE[kind]
