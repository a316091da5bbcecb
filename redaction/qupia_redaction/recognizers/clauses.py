"""Clauses that a linear model takes for private: passages told in words that nobody listed.

`passages` knows words; this module weighs all words of a clause, by their beginnings, and what stands before it. The
weights are learned from invented papers and phrases (`training/train_clauses.py`) and lie in `clauses.json`. Input is
foreign text: a clause is at most `_LONGEST` characters long, and its cost grows with its words alone.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib import resources
from itertools import pairwise

from qupia_redaction.model import Category
from qupia_redaction.nlp.keys import key
from qupia_redaction.nlp.meanings import Meanings
from qupia_redaction.recognizers.clause_context import Seen, decide
from qupia_redaction.recognizers.finding import Finding, Ranges, merge
from qupia_redaction.recognizers.passages import DATED
from qupia_redaction.recognizers.public import is_public

_LONGEST = 240
_WRAPPED = 50
_FOUND_BY = "clause_model"
_CUT = re.compile(
    r"(?<=[^\W\d_]{3})[.!?](?=\s|$)|(?<=[0-9)»\"])[.!?](?=\s+[^\W\d_a-zа-яё])|(?<=\b[гж])\.(?=\s+[A-ZА-ЯЁӘІҢҒҮҰҚӨҺ])"
    r"|(?<![0-9]),|,(?![0-9])|[;:!?|()«»„“”\"\t]|\s[–—-]\s|\s{3,}|\n"
)
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*|[0-9]+")
_TRAILS = {":": "colon", ".": "stop", "!": "stop", ",": "comma", ";": "comma", "\n": "line", "": "line", "?": "asked"}
_TRIM = " \n\t.,;:–—-«»\"'()|№"
_SURE, _SURE_LONE = 0.5, 1.0
_FEW = 10
_ROUNDS = 2
_MERE_DATE = re.compile(r"[\dIVXІХ.,\s/–-]+(?:г|ж)?\.?", re.I)
_MONTH = (
    r"(?:январ|феврал|март|апрел|ма[йя]|июн|июл|август|сентябр|октябр|ноябр|декабр|қаңтар|ақпан|наурыз|сәуір|мамыр|"
    r"маусым|шілде|тамыз|қыркүйек|қазан|қараша|желтоқсан)\w*"
)
_DATE_OR_ARTICLE = (
    rf"(?:(?:с|со|от|до|по|на|с\s?г\.)\s)?(?:[0-9]{{1,2}}\s{_MONTH}\s[0-9]{{4}}(?:\s?(?:г\.?|года))?|"
    rf"[0-9]{{4}}\s?(?:жыл\w*|ж\.)\s[0-9]{{1,2}}\s{_MONTH}(?:\sбастап)?|[0-9]{{1,2}}\.[0-9]{{1,2}}\.[0-9]{{2,4}}(?:\s?(?:г|ж)\.?)?|"
    r"(?:на\sосновании\s)?ст(?:\.|ать[еи])\s?[0-9]+(?:\s?(?:п|ч)\.\s?[0-9]+)*(?:\s(?:КЗоТ|УК|ТК|ГК|КоБС)(?:\s\w+)?)?|"
    r"(?:\w+\s)?[А-ЯӘҚ]{2,4}-\w{3}\s[0-9]+-баб\w*|\w+\sшартының\s[0-9]+-баб\w*)"
)
_DATE_FIRST = re.compile(rf"\W*(?:{_DATE_OR_ARTICLE}(?!\w)\W*)+", re.I)
_DATE_LAST = re.compile(rf"(?:\W+{_DATE_OR_ARTICLE})+\W*\Z", re.I)
_SUM = re.compile(r"[\d\s.,-]*(?:(?:руб|коп|тенге|теңге|сом|тиын)\w*|[рк](?!\w))\W*", re.I)
_SURE_SUM = 1.2  # what a sum without a word must reach: most are of offices and cases
_TOTAL = re.compile(r"итого|всего|барлығы|жиыны|total", re.I)
_DECIDED = re.compile(
    r"\W*(?:(?<!\w)(?:объявить|предоставить|назначить|считать|оказать|выдать|выплатить|взыскивать|удержать|"
    r"прошу\s(?:назначить|предоставить)|показал[аи]?|пояснил[аи]?|заявил[аи]?|указывая|рассмотрев|согласно|"
    r"улты|национальность|нац\.|партийность|партиялығы|происхождение|контрол[её]ра?|освободить|уволить|принять|перевести|жолдас|азамат\w*|мырза\w*)(?!\w)\W*)+",
    re.I,
)
_ORDERED = re.compile(
    r"(?:\W*(?<!\w)(?:[^\W\d_]{4,}(?:с[ыі]н)|сұраймын|өтінемін|айтты|көрсетті|түсіндірді|қарап|анықтағаны|көрсетілген|"
    r"тапқаны|туралы|талап|арыз\w*|бойынша|лауазымынан|қызметінен|жұмыстан|орнынан|объявить|предоставить|с\s?предупреждением|демалыс\w*|рұқсат|ақысыз|деп|"
    r"(?:[0-9]+|бір|екі|үш|төрт|бес|алты|жеті|он)\s?(?:жұмыс\s)?күн(?:ге|дік)?"
    r")(?!\w))*"
    r"\W*(?<!\w)(?:(?:беріл|жіберіл|босатыл|түсіріл|жариялан|етіл|жұмыстан\sшығарыл)с[ыі]н|айтты|көрсетті|түсіндірді|қарап|анықтағаны|"
    r"көрсетілген|тапқаны|объявить|предоставить|с\s?предупреждением|демалыс\w*|рұқсат|ақысыз)\W*\Z",
    re.I,
)
"""Only verbs of leave and dismissal: those of pay and punishment (`тағайындалсын`) are a part of what was decided."""
_LONG, _BEFORE, _MARGIN = 5, 6, 8
_LENGTHS = ("", "0", "00", "000", "0000", "00000")
"""Of numbers only the length tells, up to five."""


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause and what stands around it: `text[start:end]`.

    Attributes:
        before: the words before it in its line, nearest last: a label, or the clause before.
        lead: how it begins: `line`, `colon`, `name` (right behind a person), or `other`.
        trail: how it ends: `colon` (it is a label), `name`, `stop`, `comma`, `line`, or `other`.
    """

    start: int
    end: int
    before: str
    lead: str
    trail: str


def clauses(text: str, walls: Ranges, cells: Sequence[int] = ()) -> Iterator[Clause]:
    """Yield the clauses of a text.

    Args:
        text: the folded text.
        walls: names and what is kept: clauses end there.
        cells: offsets at which clauses end too.
    """
    edges = sorted({p for m in _cuts(text) for p in m} | {p for range_ in walls.spans for p in range_} | {*cells})
    starts, ends = {a for a, _ in walls.spans}, {b for _, b in walls.spans}
    line, last = 0, ""
    for start, end in zip([0, *edges], [*edges, len(text)], strict=True):
        inside = text[start:end]
        if "\n" in text[max(0, start - 1) : start + 1] or start == 0:
            line, last = start, ""
        shown = inside.strip(_TRIM)
        if not shown or walls.covers(start, end) or not any(map(str.isalpha, shown)):
            continue
        at = start + inside.index(shown)
        gap = text[max(line, start - 3) : at]
        lead = "colon" if ":" in gap else "line" if not last and at - line < _MARGIN else "other"
        lead = "name" if start in ends else lead
        trail = "name" if end in starts else _TRAILS.get(text[end : end + 1], "other")
        yield Clause(at, min(at + len(shown), at + _LONGEST), last, lead, trail)
        last = shown


def _cuts(text: str) -> Iterator[tuple[int, int]]:
    for match in _CUT.finditer(text):
        if match.group() != "\n" or not _wraps(text, match.start()):
            yield match.span()


def _wraps(text: str, at: int) -> bool:
    """Tell whether a line end is inside of a paragraph: a long line, and a small letter behind it."""
    line = at - (text.rfind("\n", 0, at) + 1)
    return line > _WRAPPED and text[at + 1 : at + 2].islower()


def word_features(word: str) -> Iterator[str]:
    """Yield what a word shows: itself, its beginnings, its end; of numbers only their length."""
    if word.isdigit():
        yield f"#{min(len(word), 5)}"
        return
    shown = key(word)
    yield "w" + shown
    for length in (3, 4, 5, 7):
        if len(shown) > length:
            yield f"p{shown[:length]}"
    if len(shown) > _LONG:
        yield "e" + shown[-4:]


def place_features(shown: str, clause: Clause) -> Iterator[str]:
    """Yield what a clause shows beside its words: pairs of them, how many, its place, the words before."""
    stems = ["#" if w.isdigit() else key(w)[:4] for w in words_of(shown)]
    for one, other in pairwise(stems):
        yield f"{one}_{other}"
    yield f"n{min(len(stems), 8)}"
    if clause.lead:
        yield f"t{clause.trail}{clause.lead}"
        yield ("U" if shown[:1].isupper() else "u") + clause.lead
        for word in words_of(clause.before)[-_BEFORE:]:
            yield f"{'L' if clause.lead == 'colon' else 'b'}{key(word)[:5]}"


def words_of(shown: str) -> list[str]:
    """Return the words and numbers of a text."""
    return _WORD.findall(shown)


def passages_by_model(
    text: str,
    names: Sequence[Finding],
    kept: Sequence[tuple[int, int]],
    cells: Sequence[int] = (),
    told: Sequence[Finding] = (),
) -> Iterator[Finding]:
    """Yield the clauses that the model takes for private, without neutral words at their ends.

    Args:
        text: the folded text.
        names: of private persons and officials; clauses end there.
        kept: what stays.
        cells: where cells of tables begin; clauses end there.
        told: the passages that rules found.
    """
    around = _model().around
    found = list(clauses(text, Ranges([*((n.start, n.end) for n in names), *kept]), cells))
    scores = decide(text, list(seen(text, found, told)), around)
    many = sum(score > _SURE for score in scores) * _FEW > len(scores)  # of a text of public life, lone hints are none
    for clause, score in zip(found, scores, strict=True):
        shown = text[clause.start : clause.end]
        if clause.trail != "colon" and score > (_SURE if many and not shown.isascii() else _SURE_LONE):
            start, end = _without_edges(text, clause)
            if not any(map(str.isalpha, text[start:end])) or _TOTAL.search(clause.before):
                continue
            if _SUM.fullmatch(shown) and (score < _SURE_SUM or not any(map(str.isdigit, shown))):  # or a head
                continue
            if _MERE_DATE.fullmatch(text, start, end) or is_public(text, start, end):
                continue
            yield Finding(start, end, Category.SPECIAL, 1 / (1 + math.exp(-score)), _FOUND_BY)


def seen(text: str, found: Sequence[Clause], told: Sequence[Finding]) -> Iterator[Seen]:
    """Yield what each clause shows for itself, before its neighbours are asked.

    Args:
        text: the folded text.
        found: its clauses in order.
        told: the passages that rules found.
    """
    model = _model()
    rules = Ranges([(f.start, f.end) for f in merge(replace(f, category=Category.SPECIAL) for f in told)])
    for clause in found:
        shown = text[clause.start : clause.end]
        words = words_of(shown)
        own = model.bias + sum(_weight(_LENGTHS[min(len(w), 5)] if w.isdigit() else w) for w in words)
        own += sum(model.weights.get(f, 0.0) for f in place_features(shown, clause))
        yield seen_alone(clause, own, rules, model.meanings.score(words))


def seen_alone(clause: Clause, own: float, rules: Ranges, meant: tuple[float, float]) -> Seen:
    """Return what a clause of a known score shows."""
    start, end = clause.start, clause.end
    inside = sum(min(b, end) - max(a, start) for a, b in rules.touching(start, end))
    return Seen(start, end, clause.lead, clause.trail, own, min(1.0, inside / (end - start)), *meant)


def _without_edges(text: str, clause: Clause) -> tuple[int, int]:
    """Cut off the ends of a clause what says who decided what, when and by which article, and nothing of a person."""
    start, end = clause.start, clause.end
    dated = DATED.search(text, start, end) is not None
    fronts, backs = ((_DECIDED,), (_ORDERED,)) if dated else ((_DECIDED, _DATE_FIRST), (_ORDERED, _DATE_LAST))
    for _ in range(_ROUNDS):
        for front in fronts:
            found = front.match(text, start, end)
            start = found.end() if found else start
        for back in backs:
            found = back.search(text, start, end)
            end = found.start() if found else end
    return start, end


@lru_cache(maxsize=16384)
def _weight(word: str) -> float:
    weights = _model().weights
    return sum(weights.get(f, 0.0) for f in word_features(word))


@dataclass(frozen=True, slots=True)
class _Model:
    """Weights of words and places, what words mean, weights of surroundings by round."""

    weights: Mapping[str, float]
    bias: float
    meanings: Meanings
    around: Sequence[Sequence[float]]


@cache
def _model() -> _Model:
    number = lru_cache(maxsize=None)(float)  # weights are rounded: few are different, and each is kept once
    words, context = (
        json.loads(resources.files(__package__).joinpath(name).read_text("utf-8"), parse_float=number)
        for name in ("clauses.json", "clause_context.json")
    )
    return _Model(words["weights"], words["bias"], Meanings(context["meanings"]), context["around"])
