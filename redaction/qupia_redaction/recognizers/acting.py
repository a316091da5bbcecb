"""Who acts in office: judges, clerks, directors, notaries, doctors who sign. Their names stay readable.

Three things tell it: a court's or an inquiry's composition names the office right before the person; a signature line
is an office, a gap and a name; a column of a table is headed by an office. A name told so once is the same official
elsewhere in the document, unless it is also somebody else's. Whoever is known as a person concerned is never one.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qupia_redaction.nlp.keys import key, stem
from qupia_redaction.nlp.rows import Rows
from qupia_redaction.recognizers.finding import Finding, Ranges
from qupia_redaction.recognizers.offices import AT_WORK, COURT, IN_OFFICE, OFFICES
from qupia_redaction.recognizers.pattern import typewritten
from qupia_redaction.recognizers.titles import is_titled

_RANK = (
    r"(?:(?:мл\.|ст\.|младший|старший|генерал-?|под)?\s?(?:лейтенант|сержант|капитан|майор|полковник|лейтенанты|"
    r"старшина)\w{0,3}"
    r"(?:\s+(?:г/б|ГБ|госбезопасности|милиции|полиции|юстиции))?\s+)?"
)
_COMRADE = r"(?:(?:т|тов|гр)\.?\s?)?"
_ADDED = r"(?:\s+(?:[А-ЯЁӘІҢҒҮҰҚӨҺ]{2,8}|[а-яё]+ого|[а-яё]+ой|суда|сельсовета|РИКа|собрания|заседания))?"
_BEFORE = re.compile(typewritten(rf"(?<!\w)(?:{COURT}){_ADDED}[\s:,–—-]{{0,3}}{_RANK}{_COMRADE}\Z"), re.I)
_INSTITUTION = (
    r"(?:[ ](?:(?-i:[А-ЯЁӘІҢҒҮҰҚӨҺ]{2,6})|(?:сов|кол)хоза|артели|сельсовета|аулсовета|музея|архива|школы|интерната|"
    r"детдома|больницы|поликлиники|суда|отдела|отделени[яе]м?|конторы|завода|фабрики|треста|рудника|шахты|цеха|участка|"
    r"стройки|колонии|лагеря|приемником|складом|базой|фермой|отделом|районо|облоно|собеса|военкомата|милиции|исполкома|"
    r"райкома|обкома|горкома|станции|почты|банка|комендатуры|«[^»\n]{2,20}»))"
)
_IN_OFFICE = re.compile(
    typewritten(
        rf"(?<![\w-])(?:(?:{IN_OFFICE}){_INSTITUTION}{{0,2}}|сотрудник\w?{_INSTITUTION}{{1,2}})"
        rf"[ ]?:?[ ](?:ночн\w+[ ])?{_RANK}\Z"
    ),
    re.I,
)
_CONCERNED = re.compile(
    r"[^.;\n]{0,160}?(?:(?<!\sа)[лн]с[ыіи]н(?!\w)|сөгіс|выговор|на\sвид|увол(?:ить|ен|ьн)|назнач(?:ить|ен)|прин(?:ять|ят)(?!ы?\sмеры)|перев(?:ести|ед[её]н)|"
    r"освоб(?:одить|ожд)|предостав(?:ить|лен)|осужд|арестован|рожд|туған|г\.\s?р|ж\.\s?т|dismiss|born|сокращен|наказан|премир|"
    r"награжд|отпуск|исключ|оклад|начислен|удержан|(?<!\w)(?:руб|тенге|теңге|сом(?!\w))|босатыл|шығарыл|тағайындал|ауыстырыл|марапат|"
    r"appointed|hired|transferred|sick|заболел|болен|умер|погиб)",
    re.I,
)
_PLURAL = re.compile(
    r"(?<!\w)(?:заседател(?:ей|и|ями)|член(?:ы|ов|ами)|мүшелері|дәрігерлер|врачи|инспекторы|понятые\sот\sсовета|суд(?:ей|ьями|ьи)|прокуроров|адвокатов|защитников|билер\w*|судьялар\w*|"
    r"заседатель?(?:лер|дер)\w*)[\s:]",
    re.I,
)
_AND = re.compile(r"\s?(?:,|и|және|мен)\s?")
_WORD = r"[^\W\d_][\w/-]*[.,:]?"
_LINE = re.compile(
    typewritten(rf"\W{{0,4}}(?:и\.\s?о\.\s+)?(?:{_WORD}\s+){{0,5}}?(?:{OFFICES})(?!\w)(?P<rest>[^\n;]{{0,90}})\Z"), re.I
)
_LINE_SHORT = re.compile(typewritten(rf"\W{{0,4}}(?:{_WORD}\s+){{0,2}}?(?:{AT_WORK})\W{{0,6}}(?:тт?\.?\s?)?\Z"), re.I)
_BEHIND_COMMA = re.compile(typewritten(rf",\s(?:{OFFICES})\Z"), re.I)
_NO_OFFICE = re.compile(
    r"(?<!\w)(?:от|гр|гражд\w*|на\s+имя|рожд\w*|жен[аыуе]|муж\w?|сын\w?|доч\w+|отец|отца|мать|матери|брат\w?|"
    r"сестр\w|дан[аоы]?|выдан\w*|"
    r"туған|әкесі|анасы|ұлы|қызы|азамат\w*|ответчик\w?|истец|потерпевш\w+|обвиняем\w+|подсудим\w+|уволить|"
    r"принять|назначить|перевести|"
    r"работал\w*|прожива\w+|в\s+пользу|пайдасына|(?:заңды|сенімді)\s+өкіл\w*|взыскан\w*|удержан\w*|я|на|за|с|к|[а-яё]+(?:ть|ться)|жолдас\w*|міндет\w*(?!\sатқарушы)|берілсін|өтініш\w*)(?!\w)",
    re.I,
)
_SEGMENT = re.compile(
    r"(?:(?<=\w{3})|(?<=[0-9]{2}))[.;!?]\s+(?=[^\W\d_])|\s{2,}|\|\s?|\)[,.]?\s|[»\"][.,]?\s|(?<=подпись)\s|(?<=қолы)\s",
    re.I,
)
_TAIL = re.compile(
    rf"^(?:[\s_/()«».,-]{{0,20}}(?:\n|$)|\.?\s{{2}}|;\s|[.,]?\s(?:главный\s|бас\s|ст\.\s)?(?:{OFFICES})(?!\w)|"
    r"[.]\s(?:[0-3]?[0-9]\s?[./\s]|(?:19|20)[0-9]{2}\s|Мөр|Печат|М\.|Основани|Негіз|Round|Seal|Stamp)|,\s[0-3]?[0-9]\.[01]?[0-9]\.|\s\(signed|"
    r"[.]\s(?:Tel|Тел|Т|Личное|Дело|Исп|Орынд|Тексер|Сверен|Провер|Checked|Phone)|,\sішкі|\s(?:қатысты|қатысуымен|участвовал)|"
    r"\s{1,3}[0-3]?[0-9][./](?:[01]?[0-9]|[IVX]{1,4})[./-](?:19|20)?[0-9]{2}(?!\w)|"
    rf"[,.]?\s{{0,2}}(?:тел|тлф|исп|м\.?\s?п|м\.?о|[0-9]{{1,4}}-?\s?(?:кабинет|каб|бөлме))\b|"
    r"[,.]?\s[^\W\d_]+\s(?:архивист|специалист))",
    re.I,
)
_SENTENCE_GOES_ON = re.compile(r"\s(?:[0-9]{1,2}\s)?[а-яёәіңғүұқөһ]{5,}")
_APPROVED = re.compile(
    r"(?<!\w)(?:approved|endorsed|signed|утверждаю|согласовано|бекітемін|келісілді)(?:\sby)?\s?:?\s\Z", re.I
)
_TITLED = re.compile(rf",\s[^\n,;.]{{0,24}}(?:{OFFICES})(?!\w)", re.I)
_TO_HEAD = re.compile(
    r"\W*(?:директору|начальнику|заведующ(?:ему|ей)|председателю|руководителю|прокурору|министру|ректору|главному\s+врачу|"
    r"[^\n:]{0,60}(?:директорына|басшысына|бастығына|төрағасына|меңгерушісіне|прокурорына|ректорына))(?!\w)[^\n:]{0,90}",
    re.I,
)
_BY_ME = re.compile(r"(?<!\w)(?:мной|мною)[ ]?,\s\Z")
_COUNSEL = re.compile(r"(?<!\w)(?:advocate|counsel|lawyer|barrister|attorney),?\s(?:(?:Mr|Mrs|Ms|Dr)\.?\s)?\Z")
_LISTED_BY = re.compile(
    r"(?<!\w)(?:тізімдемен[іи]|іст[іи]|қорды)\s(?:құрған|жасаған|құрастырған|қалыптастырған|реттеген)\s?:\s\Z|"
    r"(?<!\w)(?:опись|дело|фонд)\s(?:составил|сформировал|обработал)а?\s?:\s\Z",
    re.I,
)
"""Who wrote an inventory of an archive."""
_FOR_OFFICE = re.compile(
    r"(?<!\w)Представител(?:ь|я|ем|ю)\s(?:акимата|прокуратуры|полиции|суда|архива|отдела\s(?:образования|опеки)|органа\sопеки)"
    r"(?:\s(?:г|гор|с)\.\s?[А-ЯЁӘІҢҒҮҰҚӨҺ][\w-]+|\s(?:города|района|области)\s[А-ЯЁӘІҢҒҮҰҚӨҺ][\w-]+|"
    r"\s[А-ЯЁ][\w-]+ого\s(?:района|р-на))?\s\Z"
)
"""Who speaks for an office in court."""
_CONSULTED = re.compile(
    r"(?<!\w)(?:консультирован\w?|консультаци[яию]|осмотрен\w?|оперирован\w?|оперировал|кеңес\sберген|қараған|examined\sby)\s?:?\s"
    r"(?:\w+\.?\s)?(?:доц(?:\.|ент\w{0,2})|проф(?:\.|ессор\w{0,2})|асс\.|ассистент\w{0,2}|д-р\w{0,2}|Dr\.?)\s\Z",
    re.I,
)
"""Whom a clinic asked for advice."""
_WIRED_BY = re.compile(r"(?<!\w)(?:приня|переда)ла?\s\Z|(?<!\w)пер\.\s\Z", re.I)
_WIRE = re.compile(r"телегра(?:мм|ф)|жеделхат", re.I)
"""Who took or passed a telegram."""
_TASKED = re.compile(r"(?<!\w)(?:Тов|Т)\.\s?\Z")
_TASK = re.compile(r"\s?[,–—:-]{1,2}\s?(?:[а-яё]{2,12}\s)?[а-яё]{3,}(?:ть|ти)(?:ся)?(?!\w)")
_NOTED = re.compile(r"(?<!\w)(?:Вх|Резолюци[яи]|На\sполях|Виза)(?!\w)[^\n]*\Z")
_ASKED = re.compile(r"(?<!\w)To\s\Z")
_FOR_WORK = re.compile(
    r"\sfor\s(?:search|reply|action|execution|filing|information|registration|consideration)(?!\w)", re.I
)
"""Whom a note on a paper gives it to, and what for."""
_TO_ME = re.compile(r"[^.;\n]{0,70}?(?<!\w)(?:меня|мне|нас|нам|мені|маған|бізді|бізге|«)(?!\w)", re.I)
"""What somebody in office does or says to the one who complains."""
_REPORTS = re.compile(r"\s(?:об?|туралы)\s(?!себе)", re.I)
_NOTE_ENDS = re.compile(r"(?:[.!»\"]|[0-9])\s\Z")
_ENDS_NOTE = re.compile(r"[.»\"\])]{0,3}\s*(?:\n|\Z)")
_RIGHT_BEFORE = (_COUNSEL, _LISTED_BY, _FOR_OFFICE, _CONSULTED)
_NOTARY = re.compile(r",[^\n;]{0,40}нотариус", re.I)
_COMPANY = re.compile(
    r"(?<!\w)(?:комисси[яией]{1,2}(?:\s+(?:в\s+составе|при\s+\w+))?|в\s+составе|состав(?:\s+(?:комиссии|суда|тройки|бюро|президиума))?|"
    r"(?:төраға|комиссия)(?:[^\n.]|(?<=\b[^\W\d_])\.){0,60}мүшелері|председател[^\n.]{1,60}члены(?:\s+комиссии)?|"
    r"мы,\s+ниже[а-яё]+|біз,\s+төменде[а-яғқңөұүһі\s]+|комиссия(?:\s+құрамы|\s+мүшелері)?)(?:\s?[:,]|(?<=мүшелері)\s|(?<=члены)\s|(?<=комиссии)\s)",
    re.I,
)
_BETWEEN_MEMBERS = re.compile(r"[^\n.;0-9]{0,70}")
_NO_MEMBER = re.compile(
    r"(?<!\w)(?:по|об?|в\s+отношении|рассмотр\w+|ист[цк]\w+|обвин\w+|гр|гражд\w+|свидет\w+|осужд\w+|потерпевш\w+|"
    r"понят\w+|присутстви\w|куәгер\w*|ответч\w+|провер\w+|освидет\w+|осмотр\w+|обслед\w+|семь\w+|составил\w+|сделал\w*|у|на|за|дом[ау]?|"
    r"азамат\w*|айып\w*|тексер\w+|куә\w*|отбасы\w*|қара\w*|үйі\w*)(?!\w)",
    re.I,
)
_MEETING = re.compile(
    typewritten(
        r"(?<!\w)(?:қатысқандар|қатынасқандар|присутствовали|участвовали|present)\s?:(?=[^\n]{0,160}(?:төраға|хатшы|председат|секретар|мүшелері|chair|secretary))"
    ),
    re.I,
)
_OFFICE_BEHIND = re.compile(
    rf",\s(?:[^\W\d_]+\s){{0,2}}?(?:{OFFICES})[ .)]*(?:\n|\Z)|,\s(?:the\s|our\s)?"
    r"(?:deputy\s|senior\s|chief\s|acting\s)?(?:director|head|archivist|registrar|inspector|officer|manager|notary(?:\spublic)?)\sof\s",
    re.I,
)
_GAPS = " \t:_/—–.-("
_NEAR = 60
_LAST_ROWS = 5
_SIGNED_CLOSE = re.compile(r"\s*[^\W\d_a-zа-яё][^\W\d_]{3,}(?:[\s.]+[^\s,:;|0-9]{1,20}){0,4}\s{1,3}")
_SIGNED = re.compile(r"[^\W\d_][^\n|:]{3,70}[^\W\d_][.)»\"]?(?:\s{2,}|\t|[ .…_]{3,})[ \t]*")
_NO_SIGNER = re.compile(
    r"(?<!\w)(?:заявител|просител|свидетел|опрошен|обвиняем|подозреваем|арестованн|доверител|наследник|получ|расписк|подпис|владел|больн|"
    r"колхозник|член\s+(?:колхоза|артели)|рабоч|автор|фамил|имя|отчеств|ф\.?\s?и|өтініш|арыз|куә|талапкер|алушы|иесі|қолы|тегі|аты|"
    r"applicant|witness|signature|names?|surname|given|forename|patronymic|фото|рис\.|сурет|слева|справа|муж|жена|сын|дочь|глава|ученик|студент|пенсионер|"
    r"колы|куйеу|жигит|калындык|зайыб|ері(?!\w))",
    re.I,
)
_JOINED = re.compile(r"\W*(?:и|да|және|мен|пен|бен)\s", re.I)
_LOOK_BACK = 90
_NEIGHBOURS = 12
_REACH = 240
_INITIALS = re.compile(r"(?<!\w)([^\W\d_])\.")
_FULL = re.compile(r"[^\W\d_]{2,}(?:[-'’][^\W\d_]+)*")


@dataclass(frozen=True, slots=True)
class _Named:
    """A name with the stem of its surname, its initials, and whether a given name is written out."""

    finding: Finding
    surname: str
    letters: str
    full: bool


def officials(rows: Rows, names: Sequence[Finding], columns: Sequence[tuple[int, int]]) -> list[Finding]:
    """Return the names that act in office, wherever they stand.

    Args:
        rows: of the document.
        names: every person found, in order.
        columns: cells headed by an office.
    """
    headed = Ranges(columns)
    told: set[Finding] = set(_members(rows.text, names))
    for number, name in enumerate(names):
        earlier = names[max(0, number - _NEIGHBOURS) : number]
        if (
            name in told
            or headed.covers(name.start, name.end)
            or _is_second(rows.text, name, earlier, told)
            or _is_told(rows, name, earlier)
        ):
            told.add(name)
    if not told:
        return []
    alike: defaultdict[str, list[_Named]] = defaultdict(list)
    for name in names:
        named = _named(rows.text, name)
        alike[named.surname].append(named)
    return sorted((n for group in alike.values() for n in _acting(group, told)), key=lambda f: f.start)


def _acting(group: Sequence[_Named], told: set[Finding]) -> Iterator[Finding]:
    """Yield the officials among names of one surname; who is also a private person in full is none."""
    private = {n.letters for n in group if n.finding not in told and n.full}
    acting = [n for n in group if n.finding in told and not any(_fit(n.letters, other) for other in private)]
    yield from (n.finding for n in acting)
    known = {n.letters for n in acting}
    others = {n.letters for n in group if n.finding not in told}
    if group[0].surname and known and all(any(_fit(letters, k) for k in known) for letters in others):
        yield from (n.finding for n in group if n.finding not in told and not n.full)


def _named(text: str, name: Finding) -> _Named:
    inside = text[name.start : name.end]
    words = [w for w in _FULL.findall(inside) if len(w) > 1]
    initials = "".join(_INITIALS.findall(inside)).upper()
    if not initials and len(words) > 1:
        initials = "".join(w[0] for w in words[1:]).upper()
    surname = stem(key(words[0])) if words else ""
    return _Named(name, surname, initials, len([w for w in words if w[0].isupper()]) > 1)


def _is_second(text: str, name: Finding, earlier: Sequence[Finding], told: set[Finding]) -> bool:
    """Tell whether a name is the second one behind an office in the plural (`заседателей ... и ...`)."""
    before = earlier[-1] if earlier else None
    if before is None or before not in told or not _AND.fullmatch(text, before.end, name.start):
        return False
    return _PLURAL.search(text, max(0, before.start - 40), before.start) is not None


def _members(text: str, names: Sequence[Finding]) -> Iterator[Finding]:
    """Yield the names of a commission or a court as its act lists them, up to the first other word or full stop."""
    for cue in sorted([*_COMPANY.finditer(text), *_MEETING.finditer(text)], key=lambda m: m.end()):
        at = cue.end()
        for name in names[bisect_left(names, at, key=lambda n: n.start) :]:
            between = text[at : name.start]
            if not _BETWEEN_MEMBERS.fullmatch(between) or _NO_MEMBER.search(between):
                break
            yield name
            at = name.end + text.startswith(".", name.end)


def _is_told(rows: Rows, name: Finding, earlier: Sequence[Finding]) -> bool:
    """Tell whether the words before a name say that it acts in office."""
    lead = rows.text[max(0, name.start - _LOOK_BACK) : name.start]
    if _BEFORE.search(" ".join(lead.split()) + " ") or any(told.search(lead) for told in _RIGHT_BEFORE):
        return True
    if _APPROVED.search(lead) and _TITLED.match(rows.text, name.end):
        return True
    if _is_addressed(rows, name) or _is_noted(rows.text, name, lead):
        return True
    if _BY_ME.search(lead) and _NOTARY.match(rows.text, name.end):
        return True
    if _OFFICE_BEHIND.match(rows.text, name.end) and not _CONCERNED.match(rows.text, name.end, name.end + _REACH):
        before = rows.around(name.start, name.end)[0]
        if rows.text[name.end + 2 : name.end + 3].isascii() or not before.strip(" .,—–-"):
            return True
    before, after = rows.around(name.start, name.end)
    if _in_office(rows.text, name, lead):
        return True
    before = before[-_REACH:]
    shown = (rows.text[n.start : n.end] for n in earlier)
    cut = max((before.rfind(told) + len(told) for told in shown if told in before), default=0)
    return _signs(before[cut:], after[:_NEAR]) or _closes(rows, name, before[cut:], after)


def _is_addressed(rows: Rows, name: Finding) -> bool:
    """Tell whether a name stands alone in the row below the office that a letter is addressed to."""
    number = rows.number(name.start)
    if not number:
        return False
    row = rows.text[rows.rows[number].cells[0].start : rows.rows[number].cells[-1].end]
    above = rows.rows[number - 1].cells
    alone = not row.replace(rows.text[name.start : name.end], "", 1).strip(" .,")
    return alone and _TO_HEAD.fullmatch(rows.text, above[0].start, above[-1].end) is not None


def _in_office(text: str, name: Finding, lead: str) -> bool:
    """Tell whether an office stands right before a mere surname, of which nothing is decided."""
    inside = text[name.start : name.end]
    if len([w for w in _FULL.findall(inside) if len(w) > 1]) > 1:
        return False
    if not (_IN_OFFICE.search(lead) or is_titled(text, name.start, name.end)):
        return False
    if _REPORTS.match(text, name.end):
        return True
    concerned = _CONCERNED.match(text, name.end, name.end + _REACH)
    to_me = _TO_ME.match(text, name.end, name.end + _REACH) if concerned else None
    return concerned is None or (to_me is not None and to_me.end() < concerned.end())


def _is_noted(text: str, name: Finding, lead: str) -> bool:
    """Tell whether a note on the paper gives it to a name or is signed by it, or the name took or passed a telegram."""
    if _WIRED_BY.search(lead):
        return _WIRE.search(text) is not None
    if _ASKED.search(lead):
        return _FOR_WORK.match(text, name.end) is not None
    line = text[text.rfind("\n", 0, name.start) + 1 : name.start]
    noted = _NOTED.search(line) is not None
    signs = " " not in text[name.start : name.end] and _NOTE_ENDS.search(lead) and _ENDS_NOTE.match(text, name.end)
    if noted and signs:
        return True
    return noted and _TASKED.search(lead) is not None and _TASK.match(text, name.end) is not None


def _signs(before: str, after: str) -> bool:
    """Tell whether an office and at most a gap stand before a name that ends its line."""
    bare = before.rstrip(_GAPS)
    starts = [0, *(m.end() for m in _SEGMENT.finditer(bare))]
    if any(_LINE_SHORT.match(bare, at) for at in starts) and not _SENTENCE_GOES_ON.match(after):
        return True
    if not _TAIL.match(after):
        return False
    if _BEHIND_COMMA.search(bare):
        return True
    found = (_LINE.match(bare, at) for at in reversed(starts))
    return any(m is not None and not (_NO_OFFICE.search(m.group()) or _JOINED.match(m.group())) for m in found)


def _closes(rows: Rows, name: Finding, before: str, after: str) -> bool:
    """Tell whether a name stands alone at the right of one of the last lines, some words and a gap before it."""
    number = rows.number(name.start)
    if number is None or number < len(rows.rows) - _LAST_ROWS or after.strip(" .,()\n"):
        return False
    initials = _INITIALS.search(rows.text, name.start, name.end)
    close = initials is not None and number >= len(rows.rows) - 2 and _SIGNED_CLOSE.fullmatch(before) is not None
    return (close or _SIGNED.fullmatch(before) is not None) and not (
        _NO_OFFICE.search(before) or _NO_SIGNER.search(before)
    )


def _fit(one: str, other: str) -> bool:
    """Tell whether initials can be one person's: the shorter row begins the longer one."""
    return one.startswith(other) or other.startswith(one)
