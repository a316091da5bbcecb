"""Names of persons: the NER's findings, and patterns of given name, surname, patronymic and initials.

Patterns serve Kazakh and English, and Russian lists and forms where the NER has no sentence to go by.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import Any

from presidio_analyzer import LocalRecognizer, RecognizerResult

from qupia_redaction.model import Category
from qupia_redaction.nlp.engine import Reading
from qupia_redaction.nlp.features import small_words, stem_of
from qupia_redaction.nlp.gazetteer import plain_words
from qupia_redaction.nlp.keys import ENDINGS, key
from qupia_redaction.nlp.morphology import may_be_surname, meaning
from qupia_redaction.nlp.shapes import Shape, shape
from qupia_redaction.nlp.tagger import PERSON, TAGGED, Span
from qupia_redaction.nlp.words import Word
from qupia_redaction.recognizers.pattern import ANALYSIS_LANGUAGE, result

_JOIN = re.compile(r" {1,2}|\. ?|\. ?\n|, ?(?=\Z)")
_BREAK = re.compile(r" ?\n ?")
_OPENING = re.compile(r"(?:^|[.!?:;«\"„(]\s*|\n\s*)\Z")
_LINE_OPENING = re.compile(r"(?:\A|\n)\W*(?:[0-9]{1,2}[.)]\s?)?\Z")
_CHILD = frozenset({"ұлы", "улы", "қызы", "кызы", "uly", "kyzy", "qyzy", "ұғлы", "оглы", "оғлы"})
_CHILD_BEGINS = frozenset(child[0] for child in _CHILD)
_GENITIVE = re.compile(r"(?:ның|нің|дың|дің|тың|тің|нын|нин)$")
_PLACE_LIKE_SURNAME = re.compile(r"\w{2,}(?:ов|ев|ин)а?", re.I)
_PARTICLES = _CHILD | frozenset("фон де ван дер бен бин ибн аль эль ди да ла ле оф ага бек заде".split())
_ORDINARY = re.compile(r" (?P<word>[а-яёәғқңөұүһі]{2,})(?!\w)(?!-)\.?\s?|(?<=\w{3})\.\s|\n")
_CAPITALISED = re.compile(r"\w{2,}(?:-\w+)*")
_ABBREVIATIONS = frozenset(
    "Гр Ст Ул Пр Им Кв Др Св Оп Дд Лл Ед Тт Вв Гг Рр Тг Пп Рс Mr Ms Dr St No Op Nr Ch Vs".split()
)
_UNITS = frozenset("ГЖТСРК")  # in CAPITALS: years, thalers and the like behind a number
_NUMBER_AHEAD = re.compile(r"[0-9]\s?\Z")
_ADJECTIVE = re.compile(r"\w(?:ая|ое|ые|ый|ие)")
_LABEL_GOES_ON = re.compile(r"(?: [а-яёәғқңөұүһі]+){0,3} [а-яёәғқңөұүһі]+[^\Wдт][ыі] ?(?:\([^)\n]{1,20}\) ?)?:")
_INSTITUTION = re.compile(r"\w+[сц]к(?:ий|ая|ое|им|ого|ому|ом|ой|ую)\s+(?:рай|гор|обл|авто|сель)?[А-ЯЁӘІҢҒҮҰҚӨҺ]{2,6}")
_NO_SURNAME = re.compile(r"(?<=[А-ЯЁ])(?:ОЕ|ЕЕ|ЫЕ|ИЕ)(?!\w)")
_MOST_WORDS, _PAIR = 5, 2
_CAPITAL_WORD = r"[^\W\d_a-zа-яёәіңғүұқөһ][^\W\d_]*(?:[-'’ʼ‑][^\W\d_]+)*"
_SMALL_WORD = r"(?:ұлы|улы|қызы|кызы|бен|бин|ибн|фон|аль|әл|de|van|der|den|ten|bin|al|von)\w*"
_NAME_RUN = re.compile(
    rf"(?<!\w){_CAPITAL_WORD}\.?(?:[ ]{{0,2}}\n?[ ]?(?:{_CAPITAL_WORD}\.?|{_SMALL_WORD}))*(?<!\.)(?:(?<=\b\w)\.)?"
)
_ABBREVIATION = re.compile(r"[A-ZА-ЯЁӘІҢҒҮҰҚӨҺ]{2,6}")
_NEXT_WORD = re.compile(r"[ \n]([а-яё]+)")
_RUSSIAN_ADJECTIVE = re.compile(r"\w+(?:[сц]к(?:ий|ая|ое|ого|ой|ому|им|ом|ую)|ый|ая|ое|ые)")
_SURE = 0.5
_VERY_SURE = 0.8  # of every word: `Утебай Мереке` is a name, though the second word is a feast
_PROSE = 60
_POSSIBLE_ENTRY = 0.15  # forms and lists are not what the taggers were trained on
_MIXED = 0.3  # a Kazakh name in a Russian line; the tagger knows little of the rest of it
_POSSIBLE = 0.03  # hides 97.8 % of the persons of KazNERD at 0.6 % over-redaction
_SHORT = 4


class TaggedNames(LocalRecognizer):
    """Turn the taggers' persons into findings: the likely ones and the possible ones."""

    def __init__(self) -> None:
        super().__init__([Category.PERSON.value], name="tagged_names", supported_language=ANALYSIS_LANGUAGE)

    def load(self) -> None:
        """Do nothing: the NLP engine holds the models."""

    def analyze(self, text: str, entities: Sequence[str], nlp_artifacts: Any) -> list[RecognizerResult]:  # noqa: ARG002
        """Return one finding a person; half of the score is the probability."""
        reading: Reading = nlp_artifacts
        found = []
        for span in reading.spans:
            if span.kind == PERSON and span.source == TAGGED and span.score >= _least(reading, span.start):
                for start, end in _name_runs(text, span):
                    why = "likely" if span.best else "possible"
                    found.append(result(self, (start, end), 0.5 + span.score / 2, why))
        return found


def _least(reading: Reading, at: int) -> float:
    """Return how probable a person must be in a line: less is enough in prose of the tagger's own language."""
    line = reading.line(at)
    if line.language == "ru":
        return _MIXED
    return _POSSIBLE if line.end - line.start > _PROSE else _POSSIBLE_ENTRY


def _name_runs(text: str, span: Span) -> Iterator[tuple[int, int]]:
    """Yield the parts of a tagger's person that can be a name: words with capitals, initials, `ұлы`."""
    doubtful = span.score < _SURE
    if not doubtful and _line(text, span.start, span.end).islower():
        yield span.start, span.end
    sure = span.best and span.score > _VERY_SURE
    for match in _NAME_RUN.finditer(text, span.start, span.end):
        start, end = _trim(text, *match.span(), doubtful, sure)
        words = [w for w in _CAPITALISED.findall(text, start, end) if not w.isdigit()]
        if len(words) > 1 or (words and not _is_no_lone_name(text, start, end, doubtful)):
            yield start, end


def _is_no_lone_name(text: str, start: int, end: int, doubtful: bool) -> bool:
    """Tell whether a lone word is listed, an abbreviation, or an adjective before its noun."""
    word = text[start:end]
    if shape(word).stop:
        return True
    if word.isupper() and len(word) <= _SHORT - (not doubtful) and not _line(text, start, end).isupper():
        return True
    noun = _NEXT_WORD.match(text, end)
    return noun is not None and _RUSSIAN_ADJECTIVE.fullmatch(word) is not None and meaning(noun.group(1)).plain


class NerNames(LocalRecognizer):
    """Turn the NER's persons into findings."""

    def __init__(self) -> None:
        super().__init__([Category.PERSON.value], name="ner_names", supported_language=ANALYSIS_LANGUAGE)

    def load(self) -> None:
        """Do nothing: the NLP engine holds the model."""

    def analyze(self, text: str, entities: Sequence[str], nlp_artifacts: Any) -> list[RecognizerResult]:  # noqa: ARG002
        """Return one finding a person of the NER; lone lower-case or listed words are not names."""
        reading: Reading = nlp_artifacts
        persons = (s for s in reading.spans if s.kind == PERSON and s.source != TAGGED)
        pieces = [_trim(text, s.start + a, s.start + b) for s in persons for a, b in _pieces(text[s.start : s.end])]
        kazakh = [(line.start, line.end) for line in reading.lines if line.language == "kk"]
        mixed = not is_shouted(text)
        return [
            result(self, (start, end), 0.85, "natasha")
            for start, end in pieces
            if _looks_like_a_name(text[start:end])
            and not _doubtful(text, start, end, _inside(start, kazakh))
            and not _is_phrase(text, (start, end), mixed, _inside(start, kazakh))
            and not _opens_line(text, start, end)
        ]


def _doubtful(text: str, start: int, end: int, kazakh: bool) -> bool:
    """Tell whether the NER saw a name only because of capitals.

    It was trained on Russian prose: it takes the first word of a Kazakh sentence for a name, and many words of
    headings. Such a finding needs a word with the shape of a name, or two words outside of CAPITALS.
    """
    looks = [shape(word) for word in _CAPITALISED.findall(text, start, end)]
    if any(s.part and (len(looks) > 1 or not s.common) for s in looks):
        return False
    if len(looks) == 1 and _ADJECTIVE.search(text, start, end):
        return True
    if any(s.shouted for s in looks):
        return kazakh or all(s.plain for s in looks) or (len(looks) == 1 and not is_shouted(_line(text, start, end)))
    opening = _OPENING.search(text, max(0, start - 3), start) is not None
    return len(looks) == 1 and opening and (kazakh or looks[0].common)


def _opens_line(text: str, start: int, end: int) -> bool:
    """Tell whether a lone common word begins a line or an entry, or is an adjective before its noun."""
    word = text[start:end]
    looks = shape(word)
    if not _CAPITALISED.fullmatch(word) or looks.part:
        return False
    noun = _NEXT_WORD.match(text, end)
    if noun is not None and _RUSSIAN_ADJECTIVE.fullmatch(word) is not None:
        return meaning(noun.group(1)).plain or noun.group(1) in {"р", "губ", "обл"}
    opening = _LINE_OPENING.search(text, max(0, start - 8), start) is not None
    if word.isupper() and opening and not text.isupper():
        return text[end : end + 1] in {"\n", ""} and stem_of(key(word)) in small_words()
    return opening and meaning(word).plain


def _is_phrase(text: str, span: tuple[int, int], mixed: bool, kazakh: bool) -> bool:
    """Tell whether words without the shape of a name are a label, an abbreviation, an institution or a heading.

    Args:
        text, span: where the words are.
        mixed: the document has small letters, so that capitals mark headings and stamps.
        kazakh: the line is Kazakh, where words of office take many endings.
    """
    start, end = span
    if _INSTITUTION.fullmatch(text, start, end):
        return True
    looks = [shape(word) for word in _CAPITALISED.findall(text, start, end)]
    if any(s.part and (len(looks) > 1 or not s.common) for s in looks):
        return False
    if mixed and looks and all(s.shouted for s in looks) and _is_heading(text, start, end):
        return True
    if len(looks) != 1:
        return False
    if kazakh and (_LABEL_GOES_ON.match(text, end) or plain_words().find(key(text[start:end]))):
        return True
    return end - start <= _SHORT and text[end : end + 1] == "."


def _is_heading(text: str, start: int, end: int) -> bool:
    """Tell whether words in CAPITALS stand among others in CAPITALS, or hold an adjective no surname looks like."""
    line = _line(text, start, end)
    rest = line.replace(text[start:end], "", 1)
    return _NO_SURNAME.search(text, start, end) is not None or (line.isupper() and any(map(str.isalpha, rest)))


def _line(text: str, start: int, end: int) -> str:
    stop = text.find("\n", end)
    return text[text.rfind("\n", 0, start) + 1 : stop if stop >= 0 else len(text)]


def is_shouted(text: str) -> bool:
    """Tell whether a document is typed in CAPITALS for the most part."""
    letters = set(text)  # few, and a text is counted for one of them in no time
    return sum(text.count(c) for c in letters if c.isupper()) > sum(text.count(c) for c in letters if c.islower())


def _inside(at: int, ranges: list[tuple[int, int]]) -> bool:
    place = bisect_right(ranges, (at, len(ranges) and ranges[-1][1])) - 1
    return place >= 0 and ranges[place][0] <= at < ranges[place][1]


def _trim(text: str, start: int, end: int, doubtful: bool = False, sure: bool = False) -> tuple[int, int]:
    """Cut words that are no names off both ends of a span: listed ones, and in doubt common Russian ones.

    Args:
        text, start, end: the span.
        doubtful: the tagger thinks another reading likelier.
        sure: the tagger is sure of every word, so that a listed word beside half of a name is its other half.
    """

    def foreign(word: str) -> bool:
        return shape(word).stop or (doubtful and meaning(word).plain)

    words = list(_CAPITALISED.finditer(text, start, end))
    if len(words) > 1 and _ABBREVIATION.fullmatch(words[0].group()) and not words[1].group().isupper():
        start = words.pop(0).end()
    least = 0 if doubtful else 1
    if len(words) == _PAIR and _is_pair(words[0].group(), words[1].group(), sure):
        return start, end
    while len(words) > least and foreign(words[0].group()):
        start = words.pop(0).end()
    while len(words) > least and foreign(words[-1].group()):
        end = words.pop().start()
    return start, end


def _is_pair(first: str, second: str, sure: bool) -> bool:
    """Tell whether two words are a name, though one of them alone is listed as none."""
    if _is_given(second) and _PLACE_LIKE_SURNAME.fullmatch(first):
        return True
    if _is_given(first) and not shape(first).stop and may_be_surname(second):
        return True
    half = shape(first)
    return sure and not half.stop and (half.given or half.surname) and not second.isupper()


def _pieces(span: str) -> Iterator[tuple[int, int]]:
    """Cut a span of the NER at small words, sentence ends, and line ends after two words."""
    at = 0
    for match in _ORDINARY.finditer(span):
        word = match.group("word")
        goes_on = word is not None and word.lower() in _PARTICLES
        if match.group() == "\n":
            goes_on = len(span[at : match.start()].replace(".", " ").split()) < 2
        if not goes_on:
            yield at, match.start()
            at = match.end()
    yield at, len(span)


def _is_given(word: str) -> bool:
    """Tell whether a word is a given name and nothing else."""
    return shape(word).given and not shape(word).common


def _looks_like_a_name(text: str) -> bool:
    words = re.findall(r"[^\W_]+", text)
    if any(c.isdigit() for c in text) or not any(w[0].isupper() and len(w) > 1 for w in words):
        return False
    if len(words) > 1:
        return True
    abbreviation = words[0].isupper() and len(words[0]) < _SHORT + 1
    return not (shape(words[0]).stop or (abbreviation and not meaning(words[0]).only_name))


class PatternNames(LocalRecognizer):
    """Find names by the shapes of neighbouring words."""

    def __init__(self) -> None:
        super().__init__([Category.PERSON.value], name="pattern_names", supported_language=ANALYSIS_LANGUAGE)

    def load(self) -> None:
        """Do nothing: the word lists load at first use."""

    def analyze(self, text: str, entities: Sequence[str], nlp_artifacts: Any) -> list[RecognizerResult]:  # noqa: ARG002
        """Return a finding for each run of words that has enough evidence."""
        reading: Reading = nlp_artifacts
        places = _Places(reading)
        mixed = not is_shouted(text)
        found = []
        for run in _runs(text, reading.words):
            for part in _name_parts(text, run):
                score, why = _judge(text, part)
                span = (part[0].start, part[-1].end + _dot(text, part[-1]))
                if mixed and len(part) == 1 and _is_plural_heading(text, part[0]):
                    continue
                if score >= 0.5 and (score >= 0.7 or not places.covers(*span)):
                    found.append(result(self, span, score, why))
        return found


def _is_plural_heading(text: str, word: Word) -> bool:
    """Tell whether a lone word of a heading in CAPITALS can be a plural in the genitive (`УЧЁТ КАДРОВ`)."""
    line = _line(text, word.start, word.end)
    return word.text.isupper() and word.text.endswith(("ОВ", "ЕВ", "ЁВ")) and line.isupper() and " " in line.strip()


class _Places:
    """Places and organisations of the NER, in order, to doubt weak names inside them.

    What a tagger takes for one only because it is nothing else leaves no doubt.
    """

    def __init__(self, reading: Reading) -> None:
        places = (s for s in reading.spans if s.kind in {"LOC", "ORG"} and (s.score >= _SURE or not s.best))
        self._spans = [(s.start, s.end) for s in places]
        self._at = 0

    def covers(self, start: int, end: int) -> bool:
        """Tell whether the range touches a place; ranges must come in rising order."""
        while self._at < len(self._spans) and self._spans[self._at][1] <= start:
            self._at += 1
        return self._at < len(self._spans) and self._spans[self._at][0] < end


def _dot(text: str, word: Word) -> int:
    """Return 1 where the dot of a final initial belongs to the name."""
    return int(len(word.text) == 1 and text[word.end : word.end + 1] == ".")


def is_initial(text: str, word: Word) -> bool:
    """Tell whether a word is an initial: one or two letters, the first a capital, then a dot."""
    pair = len(word.text) == 2 and word.text[1].islower() and word.text not in _ABBREVIATIONS
    short = len(word.text) == 1 or pair
    if word.text in _UNITS and _NUMBER_AHEAD.search(text, max(0, word.start - 6), word.start):
        return False
    return short and word.text[0].isupper() and text[word.end : word.end + 1] == "."


def _is_child(word: str) -> bool:
    """Tell whether a word is `ұлы` or `қызы` written apart, with or without a case ending."""
    if word[0] not in _CHILD_BEGINS:
        return False
    low = word.lower()
    return any(low.startswith(c) and key(low[len(c) :]) in ENDINGS for c in _CHILD)


def _runs(text: str, words: Sequence[Word]) -> Iterator[list[Word]]:
    """Yield neighbouring words that may form names together."""
    run: list[Word] = []
    for word in words:
        fits = is_initial(text, word) or _may_be_part(word, run)
        if run and not (fits and _joined(text, run, word)):
            yield run
            run = []
        if fits:
            run.append(word)
    if run:
        yield run


def _may_be_part(word: Word, run: list[Word]) -> bool:
    if _is_child(word.text):
        return bool(run) and not _GENITIVE.search(run[-1].text.lower())
    looks = shape(word.text)
    return looks.capital and not (looks.stop and not looks.given)


def _joined(text: str, run: list[Word], word: Word) -> bool:
    last = run[-1]
    gap = text[last.end : word.start]
    initial = is_initial(text, last)
    if _BREAK.fullmatch(gap) or (initial and gap.startswith(".") and "\n" in gap):
        return _continues(text, run, word)
    if gap.startswith("."):
        return initial and _JOIN.fullmatch(gap) is not None
    return gap in {" ", "  "}


def _continues(text: str, run: list[Word], word: Word) -> bool:
    """Tell whether a name goes on in the next line: it lacks a part and the next word is that part."""
    first, now = shape(run[-1].text), shape(word.text)
    if is_initial(text, run[-1]):
        return len(run) <= 2 and all(is_initial(text, w) for w in run) and now.capital
    if len(run) == 1 and first.surname:
        return now.given or is_initial(text, word)
    return len(run) <= 2 and first.given and now.patronymic


def _name_parts(text: str, run: list[Word]) -> Iterator[list[Word]]:
    """Cut a run down to the words around its evidence, at most `_MOST_WORDS` each."""
    core = [n for n, word in enumerate(run) if _is_evidence(text, word)]
    while core:
        first = last = core[0]
        while last + 1 in core and last + 1 - first < _MOST_WORDS:
            last += 1
        core = [n for n in core if n > last]
        low, high = _widen(text, run, first, last)
        yield run[low : high + 1]


def _is_evidence(text: str, word: Word) -> bool:
    return shape(word.text).part or is_initial(text, word) or _is_child(word.text)


def _widen(text: str, run: list[Word], first: int, last: int) -> tuple[int, int]:
    """Take in one unknown capitalised word on each side where the evidence lacks a part."""
    looks = [shape(w.text) for w in run[first : last + 1]]
    lower_child = _is_child(run[first].text)
    before, after = first - 1, last + 1
    surname = any(s.surname for s in looks)
    initials = any(is_initial(text, w) for w in run[first : last + 1])
    lacking = lower_child or not (surname and len(looks) > 1)
    patronymic = looks[0].patronymic and not lower_child
    if before >= 0 and lacking and _open(run[before], initials or lower_child or patronymic):
        first = before - int(patronymic and before > 0 and shape(run[before - 1].text).surname)
    if after < len(run) and not surname and _open(run[after], initials):
        last = after
    return first, last


def _open(word: Word, sure: bool) -> bool:
    looks = shape(word.text)
    return looks.capital and not looks.stop and (sure or not looks.shouted)


def _judge(text: str, words: list[Word]) -> tuple[float, str]:
    """Return how sure the words are a name, and why."""
    looks = [shape(w.text) for w in words]
    initials = sum(is_initial(text, w) for w in words)
    others = sum(s.capital for s in looks)
    if any(s.patronymic for s in looks) or any(_is_child(w.text) for w in words[1:]):
        return (0.9, "patronymic") if others > 1 else (0.7, "patronymic alone")
    if initials:
        return _judge_initials(words, looks, initials)
    if others > 1:
        return _judge_pair(looks)
    return _judge_single(text, words[0], looks[0])


def _judge_initials(words: list[Word], looks: list[Shape], initials: int) -> tuple[float, str]:
    full = [w for w, s in zip(words, looks, strict=True) if s.capital and len(w.text) > 2]
    if not full:
        return 0.0, ""
    sure = initials > 1 or any(s.part for s in looks)
    return (0.85, "initials") if sure else (0.6, "one initial")


def _judge_pair(looks: list[Shape]) -> tuple[float, str]:
    if any(s.given and not s.common for s in looks):
        return 0.8, "given name and another"
    if any(s.given for s in looks):
        sure = any(s.surname or s.weak for s in looks)
        return (0.8, "given name and surname") if sure else (0.5, "common given name and another")
    if any(s.surname and not s.plain for s in looks):
        return 0.7, "surname and another"
    return 0.0, ""


def _judge_single(text: str, word: Word, looks: Shape) -> tuple[float, str]:
    opening = _OPENING.search(text, max(0, word.start - 3), word.start) is not None
    if looks.given and not looks.common:
        return 0.6, "given name"
    if looks.surname and not looks.plain and len(word.text) > 4 and not (opening and looks.shouted):
        return 0.55, "surname"
    return 0.0, ""
