"""From what recognizers took for a name to the whole name and nothing else: edges, initials, neighbours, cells.

Patterns and taggers begin too early (a heading, the first word of a sentence) or end too soon (an initial, the last
part of a hyphenated surname). What is decided here is decided by the words around a name alone.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace

from qupia_redaction.nlp.features import paper_words, small_words, stem_of
from qupia_redaction.nlp.gazetteer import given_names
from qupia_redaction.nlp.keys import key
from qupia_redaction.nlp.morphology import Meaning, may_be_surname, meaning
from qupia_redaction.nlp.shapes import shape
from qupia_redaction.nlp.words import Word, Words
from qupia_redaction.recognizers.finding import Finding
from qupia_redaction.recognizers.offices import is_office, office_ahead

_TOLD_SURELY = 0.7
_MONTH = re.compile(
    r"(?:қаңтар|ақпан|наурыз|сәуір|мамыр|маусым|шілде|тамыз|қыркүйек|қазан|қараша|желтоқсан)(?:ның|нің|дың|дің|"
    r"тың|тің)",
    re.I,
)
_UPPER = "A-ZА-ЯЁӘІҢҒҮҰҚӨҺ"
_INITIALS_BEFORE = re.compile(rf"(?<![\w.])(?:[{_UPPER}]\.[ ]?){{1,2}}\Z")
_PARTICLE = re.compile(r"(?<![\w.])(?:ибн|фон|ван|дер|бен|бин|аль|эль|тер)[ -]\Z", re.I)
_INITIALS_AFTER = re.compile(
    rf"(?:[ ]?[{_UPPER}]\.(?:[ ]?[{_UPPER}]\.)?(?![а-яё]))?(?:[ ](?:и|"
    rf"және)[ ][{_UPPER}]\.[ ]?[{_UPPER}]\.(?!\s?[{_UPPER}][а-я]))?"
)
_CAPITALISED = re.compile(r"[A-ZА-ЯЁӘІҢҒҮҰҚӨҺ][\w-]*")
_LONG_WORD = 5
_LOOSE = frozenset(" \n,;")
_SHORT_LEAD = 4
_TOLD, _HARDLY = 0.65, 0.9
_PHRASE_BEGINS = re.compile(r"(?:\A|\n|[.!?:;|]\s|\s{2})\W{0,3}(?:[0-9]{1,2}[.)]\s?)?\Z")
_HEADING_BEHIND = re.compile(r"[ ]{0,40}(?:\n|[:№/]|\Z)")
_UNKNOWN = Meaning()
_PHRASE_BEHIND = re.compile(r"[ ]\n?[a-zа-яёәіңғүұқөһ]|[ ]?[:/]")
_SURNAME_FORM = re.compile(r"\w{2,}(?:ов|ев|ёв|ин|ын|енко|чук|ск[ий]й)(?:а|у|ым|ой|е|ың|ның|ға|ке|қа)?", re.I)
_INITIAL = re.compile(r"(?<!\w)[^\W\d_]\.")
_NEXT_WORD = re.compile(r"[ ]([A-ZА-ЯЁӘІҢҒҮҰҚӨҺ][\w-]{2,})")
_MAIDEN = re.compile(
    r"\s\((?:қыз\s?кезі\w*|кыз\s?кези\w*|бойдақ\s+кезі\w*|урожд\w*\.?|дев\.|девичья|бывш\w*\.?|до\sбрака|née|nee|born)"
    rf"(?:\s(?:тегі|фамилия))?\s[^()\n]{{2,24}}\)(?:[ ][{_UPPER}][\w-]+){{0,2}}"
    rf"|,\s(?:бывш\.|урожд\.|в\sдевичестве|дев\.)\s[{_UPPER}][\w-]+",
    re.I,
)
_ENTRY_GOES_ON = re.compile(r"\s?[,;:(|)]|\s{2}|[ ][–—-][ ]|[ ]?\n|[ ](?:18|19|20)[0-9]{2}(?![0-9])")
_PLACE_LIKE_SURNAME = re.compile(r"(?:\A|[\n;:«(|]\s?|[0-9][.)]\s)([А-ЯЁ][а-яё]{2,12}(?:ов|ев|ин)а?)[ ]\Z")
_FORMER_WORD = re.compile(r"(?<=[а-яё][ ])([А-ЯЁ][а-яё]{1,14})[ ]\Z")
_ADJECTIVE_ENDING = re.compile(r"(?:[ыи]й|ая|ое|ые|ого|ому|ой|ым|ом|ую|ых)\Z")
_TRADE = re.compile(r"\w{3,}(?:шы|ші|гер|кер|бике)")
_ABBREVIATION = re.compile(r"[A-ZА-ЯЁӘІҢҒҮҰҚӨҺ]{2,4}(?:-[а-яәіңғүұқөһ]{1,4})?")
_NAME_LABEL = re.compile(
    r"(?:Выступил[аи]?|Докладывает|Доложил[аи]?|Слушали|Присутствовали|Пассажир|Невеста|Жених|Вдов[аы]|Доярка(?:-\w+)?|Тракторист|"
    r"Расписал(?:ся|ась|ись)|Подписал(?:ся|ась|и)?|Рядовой|Ефрейтор|Курсант|Алушы|Толтыру(?:шы|ған)|Ку[әа]лар|Тіркеу|Тұрағым?|"
    r"Получател\w|Получил[аи]?|Заполнил[аи]?|Владелец|Иесі|Ескертпе|Өтінуші|Сұратушы)\s{1,}|"
    r"(?:Ф\.?\s?И\.?\s?О\.?|Т\.?\s?А\.?\s?Ә\.?|Гр\.|Б-ная|Б-ной)\s{1,}"
)
_STAMP = re.compile(r"М\.\s?[ПО]\.\s?(?=[А-Я])")  # `М.П.`: where a seal goes
_ENDED = re.compile(r"(?<=[^\W\d_]{4})\.\s(?=[^\W\d_]{4})")
_INITIALS_ENDED = re.compile(r"[^\W\d_]{3,}\s[^\W\d_]\.\s?[^\W\d_]\.(?=\s[^\W\d_]{4})")
_LEADS = re.compile(r"[A-ZА-ЯЁӘІҢҒҮҰҚӨҺ]{2,6}[ ](?=[A-ZА-ЯЁӘІҢҒҮҰҚӨҺ](?:\.|[а-яёәіңғүұқөһ]))")
_KAZAKH_FORM = re.compile(
    r"\w{3,}(?:(?:[ғқкг][ае]н)(?:д[ае]р|ы|і)\w{0,4}|\w{2,}[лдт][ыі][қкғг](?:[ыі]\w{0,3})?|[лдт][ае]р[ыі][ңм]\w{0,6}|[аейы]т[ыі]н[ыі]\w{0,3})"
)
"""Endings of verbs and of `yours` that no name has: `Шақырылғандар`, `Туыстарыңнан`, `Төленетіні`, `Диспансерлік`."""

_DATED_LABEL = re.compile(
    r"(?:Алу|Беру|Төлеу|Тіркеу|Туу|Қайтару|Жақын|Нағашы)(?=\s(?:күн|уақыт|мерзім|орн|адам|туыс|апа|ата|әже|аға)\w*)"
)
_OF_DISTRICT = re.compile(r"\s[А-ЯЁ][а-яё]+[сц]кого\Z")
_DISTRICT = re.compile(r"\s(?:р-на|района|обл|с/с|сельсовета|уезда)")
_OFFICE_NAME = re.compile(
    r"\w+[сц]к(?:ий|ая|ое|им|ого|ому|ом|ой|ую)\s+(?:[А-ЯЁӘІҢҒҮҰҚӨҺ]{2,4}|(?:обл|рай|гор)(?:оно|зо|фо|ком|исполком|совет|собес|военкомат)\w?)",
    re.I,
)
_NEAR_DAY = re.compile(r"[0-9][ ]\Z")
_ENGLISH_MONTH = re.compile(r"(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)\.?")
_NUMERAL = re.compile(r"[IVX]{1,4}\.\s(?=[А-ЯЁӘІҢҒҮҰҚӨҺ])")
_WIDE_GAP = re.compile(r"[ ]{3,}|\s*\t\s*")
_TWO_LETTERS = re.compile(r"[^\W\d_]{2}")
_SHORT_LINE = 60
_BY_TAGGER = frozenset({"tagged_names", "form_field", "ner_names"})
_OF_PLACE = re.compile(r"\w{3,}[сц]к(?:им|ого|ом|ому|ой|ую|ая|ий|ое|их)")
_OFFICE_BEHIND = re.compile(
    r"[ \n](?:[А-ЯЁ]{2,6}(?![а-яё.])|"
    r"(?:рай|гор|обл|сель|аул|нар|вол)?(?:исполком|совет|воен|суд|отдел|загс|рагс|ком|загот|фин|оно)\w*)"
)
_KAZAKH_LETTER = re.compile(r"[ӘІҢҒҮҰҚӨҺ]")
_LINE_NEAR = 60
_BY_SHAPE = frozenset({"pattern_names", "labelled_name"})


class Touched:
    """The words of a text, found by offset.

    Args:
        words: in order.
    """

    def __init__(self, words: Sequence[Word]) -> None:
        self._words = words
        self._starts = words.starts if isinstance(words, Words) else [w.start for w in words]

    def touching(self, start: int, end: int) -> list[Word]:
        """Return the words that share a letter with a stretch."""
        at = bisect_left(self._starts, start)
        at -= at > 0 and self._words[at - 1].end > start
        found = []
        while at < len(self._words) and self._words[at].start < end:
            found.append(self._words[at])
            at += 1
        return found


def labelled(name: Finding) -> bool:
    """Tell whether a name is all that stands behind the label of a name: no word of papers is asked there."""
    return name.found_by == "form_field" and name.score >= _HARDLY


def shouted_words(text: str, name: Finding) -> bool:
    """Tell whether a name is nothing but common words in CAPITALS, without an initial; the taggers know better."""
    words = re.findall(r"[^\W\d_]+", text[name.start : name.end])
    if not all(len(w) > 1 and w.isupper() for w in words):
        return False
    by_shape = name.found_by in _BY_SHAPE
    kazakh = (
        by_shape and _KAZAKH_LETTER.search(text, max(0, name.start - _LINE_NEAR), name.end + _LINE_NEAR) is not None
    )
    return all(
        (meaning(w).plain and not shape(w).given and not (shape(w).surname and not by_shape))
        or (by_shape and stem_of(key(w)) in small_words() and not (_is_listed(w) if kazakh else meaning(w).only_given))
        for w in words
    )


def _is_listed(word: str) -> bool:
    """Tell whether a word is a given name of the lists without an ending: the dictionary knows Russian words only."""
    folded = key(word)
    return any(key(given.name) == folded and not given.common for given in given_names().find(folded))


def cut(text: str, name: Finding) -> Finding | None:
    """Cut a line's first common word off a name's end, a Kazakh trade off its front; drop mere abbreviations."""
    start, end = name.start, name.end
    for lead in (_STAMP, _NUMERAL, _NAME_LABEL):
        label = lead.match(text, start, end)
        start = label.end() if label and label.end() < end else start
    start, end = _in_one_sentence(text, start, end)
    if _ENGLISH_MONTH.fullmatch(text, start, end) and _NEAR_DAY.search(text, max(0, start - 3), start):
        return None
    at = text.find("\n", start, end)
    if at > 0 and (first := _CAPITALISED.match(text, at + 1, end)) and _is_common(first.group()):
        end = at
    trade = _CAPITALISED.match(text, start, end)
    rest = trade and _CAPITALISED.search(text, trade.end(), end)
    if trade and rest and len(rest.group()) > 1 and _TRADE.fullmatch(trade.group()) and not shape(trade.group()).part:
        start = rest.start()
    start = _without_lead(text, start, end)
    if text[start:end].isupper():
        start, end = _without_edges(text, start, end)
    words = _CAPITALISED.findall(text, start, end)
    if (
        not labelled(name)
        and name.found_by in _BY_TAGGER
        and _is_told_plain(text, start, end, name.found_by == "ner_names")
    ):
        return None
    if _MONTH.fullmatch(text, start, end) and text[end : end + 2].strip().isdigit():
        return None
    if (
        words
        and not labelled(name)
        and all(_ABBREVIATION.fullmatch(w) for w in words)
        and any(map(str.islower, text[max(0, start - 40) : end + 40]))
    ):
        return None
    if (start, end) == (name.start, name.end):
        return name
    return replace(name, start=start, end=end) if start < end else None


def _in_one_sentence(text: str, start: int, end: int) -> tuple[int, int]:
    """Cut off a name what a full stop or an office's abbreviation parts from it, where that is no name by itself."""
    first = _INITIALS_ENDED.match(text, start, end)
    if first and all(_is_no_part(word) for word in _CAPITALISED.findall(text, first.end(), end)):
        return start, first.end()
    stop = _ENDED.search(text, start, end)
    if stop and all(_is_no_part(word) for word in _CAPITALISED.findall(text, stop.end(), end)):
        return start, stop.start()
    if stop and all(_is_no_part(word) for word in _CAPITALISED.findall(text, start, stop.start())):
        return stop.end(), end
    ending = _OF_DISTRICT.search(text, start, end)
    if ending and ending.start() > start and _DISTRICT.match(text, end):
        return start, ending.start()
    form = _CAPITALISED.match(text, start, end)
    rest = form and _CAPITALISED.search(text, form.end(), end)
    if form and rest and _KAZAKH_FORM.fullmatch(form.group()) and not shape(form.group()).part:
        return rest.start(), end
    lead = _LEADS.match(text, start, end)
    return (lead.end(), end) if lead and any(map(str.islower, text[start:end])) else (start, end)


def _is_no_part(word: str) -> bool:
    """Tell whether a word is one of papers, or of several of them, and has no look of a name."""
    if shape(word).part:
        return False
    parts = [part for part in word.split("-") if len(part) > 1]
    return all(shape(p).stop or meaning(p).plain or stem_of(key(p)) in paper_words() for p in parts)


def in_cells(text: str, name: Finding) -> list[Finding]:
    """Return the parts of a name that wide gaps cut: each holds more than initials and stands in a cell of its own."""
    parts, at = [], name.start
    for gap in _WIDE_GAP.finditer(text, name.start, name.end):
        if _TWO_LETTERS.search(text, at, gap.start()):
            parts.append(replace(name, start=at, end=gap.start()))
            at = gap.end()
    if not parts:
        return [name]
    return [*parts, replace(name, start=at)] if _TWO_LETTERS.search(text, at, name.end) else parts


def _without_lead(text: str, start: int, end: int) -> int:
    """Return where a name begins behind a common word with a capital (`Прозектор Эпштейн М.Н.`, `Труп Крыгина`).

    The rest must be a whole name by itself: a word with initials, or behind a Russian word a surname by its form.
    """
    first = _CAPITALISED.match(text, start, end)
    rest = first and _CAPITALISED.search(text, first.end(), end)
    if first is None or rest is None or len(first.group()) < _SHORT_LEAD or not _is_common(first.group()):
        return start
    others = [shape(word) for word in _CAPITALISED.findall(text, rest.start(), end) if len(word) > 1]
    told = any((look.surname or look.weak) and not look.given for look in others) and meaning(first.group()).plain
    return rest.start() if told or (others and _INITIAL.search(text, rest.start(), end)) else start


def _is_told_plain(text: str, start: int, end: int, by_russian: bool) -> bool:
    """Tell whether a lone word that a tagger took for a name is an office's adjective, or a common Russian word.

    The Russian tagger knows surnames that are common words; the others do not.
    """
    word = text[start:end]
    if not _CAPITALISED.fullmatch(word):
        return False
    if _OF_PLACE.fullmatch(word) and _OFFICE_BEHIND.match(text, end):
        return True
    if shape(word).part or by_russian:
        return False
    line = text.find("\n", end)
    first = text[max(0, start - 2) : start] in {"", "  "} or text[max(0, start - 1) : start] == "\n"
    entry = first and (line if line >= 0 else len(text)) - text.rfind("\n", 0, start) < _SHORT_LINE
    return meaning(word).plain or (entry and _is_common(word))


def _without_edges(text: str, start: int, end: int) -> tuple[int, int]:
    """Cut common words off a name in CAPITALS: before a surname, and behind two parts of a name."""
    words = list(_CAPITALISED.finditer(text, start, end))
    looks = [shape(word.group()) for word in words]
    several = sum(look.part for look in looks) > 1  # what is cut off is none of these
    while len(words) > 1 and (looks[1].surname or looks[1].weak) and _is_told_common(words[0].group()):
        del words[0], looks[0]
        start = words[0].start()
    while len(words) > 2 and several and _is_told_common(words[-1].group()):
        del words[-1], looks[-1]
        end = words[-1].end()
    return start, end


def _is_told_common(word: str) -> bool:
    """Tell whether a word in CAPITALS is long, of the language, and no part of a name."""
    looks = shape(word)
    if looks.part or len(word) < _LONG_WORD:
        return False
    return meaning(word).plain or (stem_of(key(word)) in small_words() and not meaning(word).surname)


def _is_common(word: str) -> bool:
    """Tell whether a word with a capital is one of the language, and no part of a name by its shape."""
    looks = shape(word)
    if looks.part or word.isupper():
        return False
    return meaning(word).plain or (len(word) > 3 and stem_of(key(word)) in paper_words() and not meaning(word).surname)


def opens_phrase(text: str, name: Finding) -> bool:
    """Tell whether a lone word that begins a line or a sentence is a word of papers, and no name as it stands.

    Short stems of given names with an ending (`Кірісі`, `Алушы`) and surnames that only the dictionary knows
    (`Тексеру`) are no evidence there; a listed name itself, or a longer one with an ending, is.
    """
    word = text[name.start : name.end]
    behind = (_HEADING_BEHIND if word.isupper() and not text.isupper() else _PHRASE_BEHIND).match(text, name.end)
    told = name.score >= _TOLD and (name.found_by != "ner_names" or meaning(word) != _UNKNOWN)
    if told or not behind or not _CAPITALISED.fullmatch(word):
        return False
    if _PHRASE_BEGINS.search(text, max(0, name.start - 12), name.start) is None:
        return False
    folded = key(word)
    if stem_of(folded) not in paper_words() or _SURNAME_FORM.fullmatch(word) or shape(word).patronymic:
        return False
    filed = given_names().find(folded)
    return not any(folded.startswith(key(given.name)) for given in filed)


def of_papers(text: str, name: Finding) -> bool:
    """Tell whether a name is nothing but words of papers: a heading in CAPITALS, or several words in any place.

    None of the words may have the look of a name, so that those which are names too (`Бақыт`) stay names.
    """
    words = _CAPITALISED.findall(text, name.start, name.end)
    if not words or _INITIAL.search(text, name.start, name.end):
        return False
    label = _DATED_LABEL.match(text, name.start)
    if (label and label.end() == name.end) or _OFFICE_NAME.fullmatch(text, name.start, name.end):
        return True
    if len(words) == 1 and _KAZAKH_FORM.fullmatch(words[0]) and not shape(words[0]).part:
        return _PHRASE_BEGINS.search(text, max(0, name.start - 12), name.start) is not None
    shouted = all(map(str.isupper, words)) and not text.isupper()
    known = sum(map(_is_no_part, words))
    if (
        shouted
        and known
        and len(words) > 1
        and not any(shape(word).surname or shape(word).patronymic for word in words)
    ):
        return _in_heading(text, name) or 2 * known > len(words)
    if known < len(words):
        return False
    if len(words) > 1:
        return not any(meaning(word).surname or meaning(word).given for word in words)
    begins = _PHRASE_BEGINS.search(text, max(0, name.start - 12), name.start) is not None
    return meaning(words[0]) == _UNKNOWN and (shouted or (begins and name.score < _HARDLY))


def _in_heading(text: str, name: Finding) -> bool:
    """Tell whether the line of a name is in CAPITALS and goes on, or begins, with a word of papers."""
    line = text[text.rfind("\n", 0, name.start) + 1 : (text.find("\n", name.end) + 1 or len(text) + 1) - 1]
    others = _CAPITALISED.findall(line.replace(text[name.start : name.end], "", 1))
    return line.isupper() and any(len(word) > _SHORT_LEAD and _is_no_part(word) for word in others)


def beside_offices(text: str, names: Sequence[Finding]) -> Iterator[Finding]:
    """Cut offices off the front of names; what is nothing but an office is no name."""
    for name in names:
        ahead = office_ahead(text[name.start : name.end])
        if not is_office(text[name.start + ahead : name.end]):
            yield replace(name, start=name.start + ahead) if ahead else name


def whole(text: str, finding: Finding, words: Touched) -> Finding:
    """Widen a name to whole words: a left-over ending tells sex or sound harmony."""
    touched = words.touching(finding.start, finding.end)
    if not touched:
        return finding
    start, end = min(finding.start, touched[0].start), max(finding.end, touched[-1].end)
    start, end = _over_initials(text, _over_particle(text, start)), _over_rest(text, end)
    maiden = _MAIDEN.match(text, end)
    end = maiden.end() if maiden else end
    if len(touched) == 1:
        start, end = _over_neighbour(text, start, end, finding.score >= _TOLD_SURELY)
    return finding if (start, end) == (finding.start, finding.end) else replace(finding, start=start, end=end)


def _over_neighbour(text: str, start: int, end: int, sure: bool) -> tuple[int, int]:
    """Take in the other half of a name of one word: a surname behind a given name, a given name before a surname.

    Surnames that are common words, foreign given names: no list has them, but here nothing else can be meant.
    """
    word = text[start:end]
    looks = shape(word)
    behind = _NEXT_WORD.match(text, end)
    if sure and looks.given and not looks.common and behind and behind.group(1).isupper() == word.isupper():
        other = behind.group(1)
        listed = shape(other).stop and (other.isupper() or len(other) < _LONG_WORD)
        if not listed and may_be_surname(other) and not meaning(other).only_place:
            return start, behind.end()
    if looks.surname and not looks.given and behind and _ENTRY_GOES_ON.match(text, behind.end()):
        other = behind.group(1)
        half = shape(other).given or not (shape(other).stop or meaning(other).only_place)
        if half and other.isupper() == word.isupper():
            return start, behind.end()
    place = _PLACE_LIKE_SURNAME.search(text, max(0, start - 24), start)
    if place and looks.given and not looks.common and not word.isupper():
        return place.start(1), end
    before = _FORMER_WORD.search(text, max(0, start - 16), start)
    if sure and before and not looks.given and not word.isupper():
        other = before.group(1)
        known = meaning(other)
        if not (shape(other).stop or known.place or _ADJECTIVE_ENDING.search(other)) and len(other) < _LONG_WORD + 1:
            return before.start(1), end
    return start, end


def _over_initials(text: str, start: int) -> int:
    """Return where a name begins, the initials before it counted in."""
    match = _INITIALS_BEFORE.search(text, max(0, start - 9), start)
    return match.start() if match else start


def _over_particle(text: str, start: int) -> int:
    """Return where a name begins, the particle before it counted in."""
    match = _PARTICLE.search(text, max(0, start - 6), start)
    return match.start() if match else start


def _over_rest(text: str, end: int) -> int:
    """Return where a name ends, initials behind it and those of a second person of that surname counted in."""
    match = _INITIALS_AFTER.match(text, end)
    return match.end() if match else end


def tight(text: str, finding: Finding) -> Finding:
    """Drop white space and commas at the ends of a finding."""
    inside = text[finding.start : finding.end]
    if inside[:1] not in _LOOSE and inside[-1:] not in _LOOSE:
        return finding
    head = len(inside) - len(inside.lstrip(" \n,;"))
    return replace(finding, start=finding.start + head, end=finding.start + len(inside.rstrip(" \n,;")))
