"""Who acts in office: judges, clerks, directors, notaries, doctors who sign. Their names stay readable.

Three things tell it: a court's or an inquiry's composition names the office right before the person; a signature line is
an office, a gap and a name; a column of a table is headed by an office. A name told so once is the same official
elsewhere in the document, unless it is also somebody else's. Whoever is known as a person concerned is never one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from qupia_redaction.nlp.keys import key, stem
from qupia_redaction.nlp.rows import Rows
from qupia_redaction.recognizers.finding import Finding, Ranges
from qupia_redaction.recognizers.offices import AT_WORK, COURT, OFFICES
from qupia_redaction.recognizers.pattern import typewritten

_RANK = (
    r"(?:(?:мл\.|ст\.|младший|старший|генерал-?|под)?\s?(?:лейтенант|сержант|капитан|майор|полковник|лейтенанты|старшина)\w{0,3}"
    r"(?:\s+(?:г/б|ГБ|госбезопасности|милиции|полиции|юстиции))?\s+)?"
)
_COMRADE = r"(?:(?:т|тов|гр)\.?\s?)?"
_ADDED = r"(?:\s+(?:[А-ЯЁӘІҢҒҮҰҚӨҺ]{2,8}|[а-яё]+ого|[а-яё]+ой|суда|сельсовета|РИКа|собрания|заседания))?"
_BEFORE = re.compile(typewritten(rf"(?<!\w)(?:{COURT}){_ADDED}[\s:,–—-]{{0,3}}{_RANK}{_COMRADE}\Z"), re.I)
_PLURAL = re.compile(
    r"(?<!\w)(?:заседател(?:ей|и|ями)|суд(?:ей|ьями|ьи)|прокуроров|адвокатов|защитников|билер\w*|судьялар\w*|заседатель?лер\w*)\s",
    re.I,
)
_AND = re.compile(r"\s?(?:,|и|және|мен)\s?")
_WORD = r"[^\W\d_][\w/-]*[.,:]?"
_LINE = re.compile(
    typewritten(rf"\W{{0,4}}(?:и\.\s?о\.\s+)?(?:{_WORD}\s+){{0,5}}?(?:{OFFICES})(?!\w)(?P<rest>[^\n;]{{0,90}})\Z"), re.I
)
_LINE_SHORT = re.compile(typewritten(rf"\W{{0,4}}(?:{_WORD}\s+){{0,2}}?(?:{AT_WORK})\W{{0,6}}\Z"), re.I)
_BEHIND_COMMA = re.compile(typewritten(rf",\s(?:{OFFICES})\Z"), re.I)
_NO_OFFICE = re.compile(
    r"(?<!\w)(?:от|гр|гражд\w*|на\s+имя|рожд\w*|жен[аыуе]|муж\w?|сын\w?|доч\w+|отец|отца|мать|матери|брат\w?|сестр\w|дан[аоы]?|выдан\w*|"
    r"туған|әкесі|анасы|ұлы|қызы|азамат\w*|ответчик\w?|истец|потерпевш\w+|обвиняем\w+|подсудим\w+|уволить|принять|назначить|перевести|"
    r"работал\w*|прожива\w+|я|на|за|с|к|[а-яё]+(?:ть|ться)|жолдас\w*|міндет\w*|берілсін|өтініш\w*)(?!\w)",
    re.I,
)
_SEGMENT = re.compile(
    r"(?<=\w{3})[.;!?]\s+(?=[^\W\d_])|\s{2,}|\|\s?|\)[,.]?\s|[»\"]\s|(?<=подпись)\s|(?<=қолы)\s", re.I
)
_TAIL = re.compile(
    rf"^(?:[\s_/()«».,-]{{0,20}}(?:\n|$)|\.?\s{{2}}|[.,]?\s(?:главный\s|бас\s|ст\.\s)?(?:{OFFICES})\b|[,.]?\s{{0,2}}(?:тел|тлф|исп|м\.?\s?п|м\.?о)\b|"
    r"[,.]?\s[^\W\d_]+\s(?:архивист|специалист))",
    re.I,
)
_GAPS = " \t:_/—–.-("
_NEAR = 60
_LOOK_BACK = 90
_INITIALS = re.compile(r"(?<!\w)([^\W\d_])\.")
_FULL = re.compile(r"[^\W\d_]{2,}(?:[-'’][^\W\d_]+)*")


def officials(rows: Rows, names: Sequence[Finding], columns: Sequence[tuple[int, int]]) -> list[Finding]:
    """Return the names that act in office, wherever they stand.

    Args:
        rows: of the document.
        names: every person found.
        columns: cells headed by an office.
    """
    headed = Ranges(columns)
    told = {name for name in names if headed.covers(name.start, name.end)}
    before: Finding | None = None
    for name in names:
        joined = before is not None and before in told and _AND.fullmatch(rows.text, before.end, name.start) is not None
        plural = joined and before is not None and _PLURAL.search(rows.text, max(0, before.start - 40), before.start)
        if plural or _is_told(rows, name, names):
            told.add(name)
        before = name
    private = [_parts(rows.text, n) for n in names if n not in told and _is_full(rows.text, n)]
    acting = {n for n in told if not any(_meet(_parts(rows.text, n), other) for other in private)}
    return [name for name in names if name in acting or _is_same(rows.text, name, acting, names)]


def _is_full(text: str, name: Finding) -> bool:
    """Tell whether a given name or patronymic is written out."""
    return len([w for w in _FULL.findall(text, name.start, name.end) if w[0].isupper()]) > 1


def _meet(one: tuple[frozenset[str], str], other: tuple[frozenset[str], str]) -> bool:
    return bool(one[0] & other[0]) and _fit(one[1], other[1])


def _is_told(rows: Rows, name: Finding, names: Sequence[Finding]) -> bool:
    """Tell whether the words before a name say that it acts in office."""
    lead = rows.text[max(0, name.start - _LOOK_BACK) : name.start]
    if _BEFORE.search(" ".join(lead.split()) + " "):
        return True
    before, after = rows.around(name.start, name.end)
    inside = [n for n in names if n.end <= name.start and n.end > name.start - len(before) - 4]
    shown = (rows.text[n.start : n.end] for n in inside)
    cut = max((before.rfind(told) + len(told) for told in shown if told in before), default=0)
    return _signs(before[cut:], after[:_NEAR])


def _signs(before: str, after: str) -> bool:
    """Tell whether an office and at most a gap stand before a name that ends its line."""
    bare = before.rstrip(_GAPS)
    starts = [0, *(m.end() for m in _SEGMENT.finditer(bare))]
    if any(_LINE_SHORT.match(bare, at) for at in starts):
        return True
    if not _TAIL.match(after):
        return False
    if _BEHIND_COMMA.search(bare):
        return True
    found = (_LINE.match(bare, at) for at in reversed(starts))
    return any(m is not None and not _NO_OFFICE.search(m.group()) for m in found)


def _is_same(text: str, name: Finding, told: set[Finding], names: Sequence[Finding]) -> bool:
    """Tell whether a name is an official's, and can be nobody else's in the document."""
    surname, initials = _parts(text, name)
    if not surname or not told or _is_full(text, name):
        return False
    officials_: list[str] = []
    others: list[str] = []
    for other in names:
        theirs, letters = _parts(text, other)
        if theirs & surname and other is not name:
            (officials_ if other in told else others).append(letters)
    if not officials_ or not any(_fit(initials, letters) for letters in officials_):
        return False
    return all(any(_fit(letters, known) for known in officials_) for letters in [*others, initials])


def _fit(one: str, other: str) -> bool:
    """Tell whether initials can be one person's: the shorter row begins the longer one."""
    return one.startswith(other) or other.startswith(one)


def _parts(text: str, name: Finding) -> tuple[frozenset[str], str]:
    """Return the stems of the long words of a name and its initials; full names give letters, too."""
    inside = text[name.start : name.end]
    words = [w for w in _FULL.findall(inside) if len(w) > 1]
    initials = "".join(_INITIALS.findall(inside)).upper()
    if not words:
        return frozenset(), initials
    if not initials and len(words) > 1:
        initials = "".join(w[0] for w in words[1:]).upper()
    longest = words[0] if len(words) > 1 else max(words, key=len)
    return frozenset({stem(key(longest))}), initials
