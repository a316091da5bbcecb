"""Clauses that tell of health, family, origin, party, faith, offences or repression: hidden from end to end.

The words that tell so stand in `passages.yaml`; here is how far a passage reaches. A passage never runs over a name or
an official, over a heading, or over a line that begins something new. Input is foreign text: the words are matched at
word beginnings only, clauses are cut at `_LONGEST` characters.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import regex
import yaml

from qupia_redaction.errors import RedactionRefused, RefusalCode
from qupia_redaction.model import Category
from qupia_redaction.nlp.shown import Shown
from qupia_redaction.recognizers.demands import demands
from qupia_redaction.recognizers.finding import Finding
from qupia_redaction.recognizers.guards import Guards
from qupia_redaction.recognizers.pattern import typewritten

_SECONDS = 20.0
_LONGEST = 160
_WRAPPED = 50
_FOUND_BY = "passage"
_CUT = regex.compile(
    r"(?<=[^\W\d]{3}|[)»\"0-9]|\b(?:г|гг|ж|жж|др|б/п)\.?)[.!?](?=\s+[\p{Lu}«\"§–—-]|\s*\n|\s{2,}[\p{Lu}0-9])"
    r"|(?<!\w)(?:жұмыстан|қызметінен|қызметинен|лауазымынан|демалыс|берілсін|сөгіс|согис|жариялан\w*|"
    r"тағайындалсын|талап\s+арыз\w*|жолдас\w*|тараптар|"
    r"жауапкер\w*|арасындағы|негізінде|бойынша|объявить|определить|назначить|предоставить|с\s+предупреждением|"
    r"сотта(?!\w)|[0-9]{4}\s?жыл\w*\s[0-9]{1,2}\s\w+н\s+бастап)(?!\w)"
    r"|(?<=[^\W\d]{5})\.(?=\s+[0-9])|[,;:|()«»„“”\"\t]|\s[–—-]\s|\s{2,}"
)
_MEDICAL = regex.compile(
    typewritten(
        r"(?<!\w)(?:медицинск\w+\s+(?:карт|документац)|медкарт|эпикриз|истори\w\s+болезни|диспансер\w*\b|"
        r"при[её]ма\s+больных|"
        r"медициналық\s+карта|сырқатнама|ауру\s+тарихы|судебно-медицинск|medical\s+(?:record|card))"
    ),
    regex.I,
)
_SENTENCE = regex.compile(r"(?<=[^\W\d]{3}|[0-9)])[.](?=\s+[\p{Lu}])|:\s")
_BACK = regex.compile(
    r"(?:(?:(?:в|с|до|от|на|за|по|к)\s)?(?:[0-9]{1,2}[\s./]?)?(?:[0-9]{1,2}\.|[IVX]{1,4}[-/.]|[а-яё]{3,8}\s)?"
    r"(?:[0-9]{4}|[0-9]{2}(?=\s?г))\s?(?:г\.|год[ауе]?|гг\.)?\s)?"
    r"(?:(?:не|был[аи]?|ранее|дважды|умер[лаи]*|тяжело|тройкой\s\w+|за|по|в|с|из|на|от|органами\s\w+|что|"
    r"отец\s(?:его|её|мой)|из-за|и)\s){0,3}\Z",
    regex.I,
)
_NEAR = regex.compile(
    r"(?:(?:[0-9]{4}\s?(?:ж\.|жыл\w{0,4})\s)(?:[0-9]{1,2}\s\w{4,10}\s)?)?(?:(?:[0-9]+|бір|екі|үш|төрт|бес|алты|"
    r"жеті|сегіз|тоғыз|он|ұлты)\s)?\Z",
    regex.I,
)
_BACK_BY = {"clause": _BACK, "near": _NEAR}
_HEADING = regex.compile(r"[^\p{Ll}\n]*\Z")
_LINE = regex.compile(r"[^\n]+(?:,\n[^\n]+)?")
_BEFORE_CUE = 45  # Kazakh says the sum first
_PAY = regex.compile(
    typewritten(
        r"(?<!\w)(?:начислен|удержан|на\s+руки|к\s+выдаче|(?:должностной\s+)?оклад|зарплат|заработн|жалован|"
        r"пенси|пособи|алимент|заработ|"
        r"взнос|стипенди|долг(?!о)|ссуд|размер|доход|получа|жалақы|айлы[қғ]|еңбекақы|зейнетақы|жәрдемақы|мөлшер|"
        r"қарыз|шәкіртақы|табыс|salary|pay(?!\w)|wage|pension|income)"
    ),
    regex.I,
)
_UNIT = (
    r"(?:руб(?:л\w+|\.)?|р\.|сом\w{0,3}|с\.|мың\s+теңге\w*|теңге\w*|тенге|тг\.?|тыс\.?\s\w+|коп\w*\.?|тиын|"
    r"roubles?|rubles?|tenge|KZT|%|пайыз|процент\w*)"
)
_AMOUNT = regex.compile(
    rf"(?<![\w.,/№-])[0-9]{{1,3}}(?:[ ]?[0-9]{{3}})*(?:[.,=-][0-9]{{2}})?\s?(?:\([^)\n]{{3,60}}\)\s?)?{_UNIT}(?!\w)"
    rf"(?:\s?[0-9]{{1,2}}\s?(?:коп\w*\.?|к\.|тиын|т\.))?"
    r"(?:\s(?:пенсии|пособия|алиментов))?"
    r"|(?<![\w.,/№-])[0-9]{1,5}[-=.,][0-9]{2}(?![\w-]|[.,][0-9])",
    regex.I,
)
_SUMS = frozenset({Category.MONEY})
_SUM_TOTAL = regex.compile(r"\W*(?:итого|всего|барлығы|жиыны|total)(?!\w)", regex.I)
_MONTH = regex.compile(
    r"\W*(?:[0-9]{1,2}[.)]\s*)?(?:янв|фев|мар|апр|ма[йя]|июн|июл|авг|сен|окт|ноя|дек|қаңтар|ақпан|наурыз|сәуір|"
    r"мамыр|маусым|шілде|тамыз|қыркүйек|қазан|қараша|желтоқсан)\w*\W",
    regex.I,
)
DATED = regex.compile(
    r"арест|осужд|осужен|приговор|суд|высл|высыл|сосл|расстрел|реабил|раскул|репресс|умер|погиб|сконч|брак|"
    r"развод|разв[её]л|замуж|лечени|"
    r"тұтқын|сотта|қайтыс|қаза|ақтал|неке|үйлен",
    regex.I,
)
_LAST_DATE = regex.compile(
    r"\s(?:(?:с|со|от|до|по|на)\s)?(?:[0-9]{1,2}\s(?:январ|феврал|март|апрел|ма[йя]|июн|июл|август|сентябр|"
    r"октябр|ноябр|декабр)\w*\s[0-9]{4}"
    r"|[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{2,4})(?:\s?(?:г\.?|года))?\s*\Z",
    regex.I,
)
"""A whole date at the end says when it was decided: other dates than of birth stay, where they are no fate's own."""

_NUMBERED = re.compile(r"(?:\A|\n|\s{2})[ ]*[0-9]{1,2}[.)][ ]?[^\n:;,.]{0,30}\Z")
_BEGINS = r"\b(?=\w)"
"""Where a word begins: told so, it is looked for in two thirds of the time of a negative look behind."""

_BEGINS_OR_BRACKET = rf"(?:{_BEGINS}|(?<!\w)(?=\())"
_TRIM = " \n\t.,;:–—-«»\"'()|"


@dataclass(frozen=True, slots=True)
class _Rule:
    """Words of one kind, how far from them a passage reaches, and the numbers of their patterns.

    Few words may begin with any word and would have the whole text searched: they have a pattern of their own, which
    tells whether they may stand in a text at all.

    Attributes:
        whole: with all words.
        told: without the loose ones; the same where there are none.
        loose: of the loose ones alone.
    """

    category: Category
    reach: str
    whole: int
    told: int
    loose: int


def passages(
    text: str, names: Sequence[Finding], kept: Sequence[tuple[int, int]], shown: Shown | None = None
) -> Iterator[Finding]:
    """Yield the clauses that hold a telling word.

    Args:
        text: the folded text.
        names: of private persons and officials; passages stop there.
        kept: what stays, as ranges; passages stop there, too.
        shown: the text as patterns see it, where it was looked at.

    Raises:
        RedactionRefused: TIME_LIMIT when a pattern runs too long on this text.
    """
    walls = sorted({place for n in names for place in (n.start, n.end)} | {p for range_ in kept for p in range_})
    inside = sorted((n.start, n.end) for n in names)
    medical = _MEDICAL.search(text, timeout=_SECONDS) is not None
    try:
        rules, guards = _rules()
        shown = shown or Shown(text)
        opened = dict(guards.open(shown))
        for rule in rules:
            reach = "sentence" if medical and rule.category is Category.HEALTH else rule.reach
            words = opened.get(rule.told if rule.loose not in opened else rule.whole)
            for match in words.finditer(shown) if words else ():
                if not _is_heading(text, match.start()) and not _within(inside, match.start()):
                    start, end = _reach(text, match, reach, walls)
                    if _asks(text, start, end):
                        continue
                    yield Finding(start, end, rule.category, 0.65, _FOUND_BY)
    except TimeoutError as error:
        raise RedactionRefused(RefusalCode.TIME_LIMIT) from error


def _asks(text: str, start: int, end: int) -> bool:
    """Tell whether a passage is what a numbered line of a form asks before a colon: only the answer is private."""
    asked = text[end : end + 2].lstrip().startswith(":")
    return asked and _NUMBERED.search(text, max(0, start - _LONGEST), start) is not None


def amounts(text: str) -> Iterator[Finding]:
    """Yield sums of money in lines that tell of somebody's pay, pension or debts, and in lists by month.

    Raises:
        RedactionRefused: TIME_LIMIT when a pattern runs too long on this text.
    """
    told = False
    try:
        for line in _LINE.finditer(text, timeout=_SECONDS):
            if not any(map(str.isalnum, line.group())):
                continue
            cue = None if _SUM_TOTAL.match(text, line.start()) else _PAY.search(text, *line.span())
            told = told or cue is not None
            if cue or (told and _MONTH.match(text, line.start())):
                start = max(line.start(), cue.start() - _BEFORE_CUE) if cue else line.start()
                for match in _AMOUNT.finditer(text, start, line.end()):
                    yield Finding(*match.span(), Category.SPECIAL, 0.7, "amount", classes=_SUMS)
    except TimeoutError as error:
        raise RedactionRefused(RefusalCode.TIME_LIMIT) from error


def _within(ranges: Sequence[tuple[int, int]], at: int) -> bool:
    place = bisect_right(ranges, (at, len(ranges) and 1 << 60)) - 1
    return place >= 0 and ranges[place][1] > at


def _is_heading(text: str, start: int) -> bool:
    """Tell whether a word stands in a line of CAPITALS of a text that has small letters."""
    line_start = text.rfind("\n", max(0, start - _LONGEST), start) + 1 or max(0, start - _LONGEST)
    line_end = text.find("\n", start, start + _LONGEST)
    line = text[line_start : line_end if line_end >= 0 else start + _LONGEST]
    return bool(_HEADING.match(line)) and any(map(str.islower, text[max(0, line_start - 300) : line_start + 300]))


def _reach(text: str, match: re.Match[str] | regex.Match[str], reach: str, walls: Sequence[int]) -> tuple[int, int]:
    low, high = _between_walls(text, match.start(), match.end(), walls)
    end = match.end() if reach == "near" else next((cut for cut in _cuts(text, match.end(), high)), high)
    if reach == "sentence":
        end = next((m.start() for m in _SENTENCE.finditer(text, match.end(), high)), high)
        start = max([low, *(m.end() for m in _SENTENCE.finditer(text, low, match.start()))])
    elif reach == "whole":
        start = max([low, *_ends_of_cuts(text, low, match.start())])
    else:
        back = _BACK_BY[reach].search(
            text, max(low, match.start() - 60, _last_cut(text, low, match.start())), match.start()
        )
        start = back.start() if back else match.start()
    inside = text[start:end].rstrip(_TRIM)
    date = None if DATED.search(inside) else _LAST_DATE.search(inside)
    inside = inside[: date.start()] if date else inside
    return start + len(inside) - len(inside.lstrip(_TRIM)), start + max(1, len(inside.rstrip(_TRIM)))


def _between_walls(text: str, start: int, end: int, walls: Sequence[int]) -> tuple[int, int]:
    """Return how far a clause may reach at most: to the next name, and not over the ends of paragraphs."""
    at = bisect_right(walls, start)
    low = max(walls[at - 1] if at else 0, start - _LONGEST)
    beyond = bisect_right(walls, end - 1)
    high = min(walls[beyond] if beyond < len(walls) else len(text), end + _LONGEST)
    breaks = [m for m in re.finditer(r"\n", text[low:start]) if not _wraps(text, low + m.start())]
    low = low + breaks[-1].end() if breaks else low
    stop = next(
        (m.start() for m in re.finditer(r"\n", text[end:high]) if not _wraps(text, end + m.start())), high - end
    )
    return low, end + stop


def _wraps(text: str, at: int) -> bool:
    """Tell whether a line end is inside of a paragraph: a long line, and a small letter behind it."""
    line = at - (text.rfind("\n", 0, at) + 1)
    return line > _WRAPPED and text[at + 1 : at + 2].islower()


def _cuts(text: str, start: int, end: int) -> Iterator[int]:
    return (m.start() for m in _CUT.finditer(text, start, end))


def _ends_of_cuts(text: str, start: int, end: int) -> Iterator[int]:
    return (m.end() for m in _CUT.finditer(text, start, end))


def _last_cut(text: str, start: int, end: int) -> int:
    return max([start, *_ends_of_cuts(text, start, end)])


@cache
def _rules() -> tuple[tuple[_Rule, ...], Guards]:
    source = resources.files(__package__).joinpath("passages.yaml").read_text("utf-8")
    rules, patterns = [], []
    for entry in yaml.safe_load(source):
        begins = _BEGINS_OR_BRACKET if entry.get("bracket") else _BEGINS
        patterns.append(_any_of(begins, entry["words"]))
        told = loose = whole = len(patterns) - 1
        free = [word for word in entry["words"] if demands(_any_of(begins, [word]).pattern).begins is None]
        if free and len(free) < len(entry["words"]):
            patterns += [_any_of(begins, [w for w in entry["words"] if w not in free]), _any_of(begins, free)]
            told, loose = whole + 1, whole + 2
        rules.append(_Rule(Category(entry["category"]), entry["reach"], whole, told, loose))
    return tuple(rules), Guards(patterns, _SECONDS)


def _any_of(begins: str, words: Sequence[str]) -> regex.Pattern[str]:
    return regex.compile(begins + f"(?:{typewritten('|'.join(words))})", regex.I | regex.VERSION1)
