"""Patterns run only where they can match: what they find is what a plain search finds, for each of the shipped ones."""

from __future__ import annotations

import sys

import pytest
import regex

from qupia_redaction.nlp.fold import fold
from qupia_redaction.nlp.shown import LENGTHS, Shown, plain
from qupia_redaction.recognizers.demands import DIGITS, LETTERS, demands
from qupia_redaction.recognizers.guards import Guards, Index
from qupia_redaction.recognizers.pattern import CheckedPatternRecognizer, load_recognizers
from training.papers import read_papers

FLAGS = regex.MULTILINE | regex.VERSION1


@pytest.fixture(scope="module")
def recognizers() -> list[CheckedPatternRecognizer]:
    return load_recognizers()


def found(pattern: str, text: str) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Return what a plain search and a guarded one find."""
    compiled = regex.compile(pattern, FLAGS)
    opened = Guards([compiled], 20.0).open(Shown(text))
    spans = [m.span() for _, guarded in opened for m in guarded.finditer(Shown(text))]
    return [m.span() for m in compiled.finditer(text)], spans


def test_shipped_patterns_find_the_same(recognizers: list[CheckedPatternRecognizer]) -> None:
    seen = set()
    for paper in read_papers()[::8]:
        shown = Shown(fold(paper.text).text)
        for recognizer in recognizers:
            opened = dict(recognizer.guards.open(shown))
            for number, pattern in enumerate(recognizer.told):
                guarded = opened.get(number)
                expected = [m.span() for m in regex.compile(pattern.regex, FLAGS).finditer(shown.text)]
                spans = [m.span() for m in guarded.finditer(shown)] if guarded else []
                assert spans == expected, pattern.name
                seen.update([pattern.name] * bool(expected))
    assert len(seen) > 60


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("(?i:туған жылы) [0-9]{4}", "Туған жылы 1950, ТУҒАН ЖЫЛЫ 1951"),
        ("(?i:strasse) [0-9]", "Lange Straße 5"),
        ("(?i:kin)", "\u212aIN, k\u0131n, K\u0130N"),
        (r"(?<![0-9])[0-9]{3}", "\u0665123 x123 1234"),
        (r"\b(?:дом|кв)\.?\s[0-9]+", "дом 5, ²дом 6, водом 7, _дом 8"),
        (r"(?<!\w)(?:№\s?)?[0-9]{2}", "№ 12 и 34, №56"),
        (r"(?:года? )?рожд\.", "года рожд. и рожд. прирожд."),
        (r"(?=абв)а|(?<=г)д", "абв гд"),
        (r"(?:a|)b{2,3}", "abb bbb bbbbbb"),
        (r"номер\s?\K[0-9]{2}", "номер 1234 номер56"),
    ],
)
def test_finds_the_same_where_letters_differ(pattern: str, text: str) -> None:
    expected, guarded = found(pattern, text)
    assert guarded == expected
    assert expected


def test_demands_what_a_pattern_cannot_do_without() -> None:
    told = demands(r"(?<!\w)(?:туған\s+жылы|рожд[а-я]+)[\s:]{1,3}(?:19|20)[0-9]{2}")
    assert any(words <= {"туган", "жылы", "рожд"} for words in told.words)
    assert frozenset({"0000"}) in told.words
    assert told.begins == frozenset({"туган", "рожд"})
    assert told.apart == {LETTERS, DIGITS}
    assert not told.many_ways


def test_a_pattern_that_is_not_understood_demands_nothing() -> None:
    assert demands(r"[[a-z]--[aeiou]]x{1}") == demands(r"(?P>word)")
    assert demands(r"(?P>word)").words == ()
    assert demands(r"(?P>word)").many_ways


def test_many_ways_to_match_are_told() -> None:
    assert demands(r"(?:\w+\s?)+x").many_ways
    assert not demands(r"\w+\s?x{4}").many_ways


def test_a_text_that_lacks_what_is_demanded_opens_nothing() -> None:
    guards = Guards([regex.compile(r"паспорт\s[0-9]{4}")], 20.0)
    assert guards.open(Shown("паспорт без номера")) == []
    assert guards.open(Shown("в 1950 году")) == []
    assert [number for number, _ in guards.open(Shown("паспорт 1950"))] == [0]


def test_guards_that_share_an_index_open_their_own_patterns() -> None:
    index = Index()
    one = Guards([regex.compile("паспорт"), regex.compile("билет")], 20.0, index)
    other = Guards([regex.compile("билет"), regex.compile("метрика")], 20.0, index)
    shown = Shown("билет и метрика")
    assert [number for number, _ in one.open(shown)] == [1]
    assert [number for number, _ in other.open(shown)] == [0, 1]


@pytest.mark.parametrize("length", [0, 1, 4, 5, 4095, 4096, 4097, 9000])
def test_all_runs_of_a_text_are_seen_wherever_it_is_cut(length: int) -> None:
    text = "".join(chr(ord("а") + at * at % 31) for at in range(length))
    assert Shown(text).runs == {text[at : at + n] for n in LENGTHS for at in range(length - n + 1)}


def test_hostile_texts_are_not_tame() -> None:
    assert Shown("Справка дана Үлгіеву С. Е.\n" * 40).tame
    assert not Shown("9" * 100).tame
    assert not Shown("a" + " " * 100).tame
    assert not Shown("a b " * 1000).tame


def test_letters_that_patterns_take_for_the_same_are_the_same() -> None:
    everything = "".join(map(chr, range(sys.maxunicode + 1)))
    for letter in "abfijklnstтвоедъьіқҰş":
        for match in regex.findall(f"(?i){letter}", everything, flags=FLAGS):
            assert plain(match) == plain(letter)
