"""What the taggers think of persons in Kazakh running text, in the wide findings: where they end, how sure they are."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any, cast

import pytest

from qupia_redaction.detect import Finder
from qupia_redaction.nlp.tagger import TAGGED, Span
from qupia_redaction.nlp.words import Line
from qupia_redaction.recognizers.weighed import weighed
from qupia_redaction.recognizers.wide import Entity

TEXT = "Бүгін Әріптесім Үлгі Сынақов Қаладан Ауылға қарай жол тартып, көп кешікпей қайтып келді."


def spans_of(*told: tuple[str, str, float, bool]) -> list[Span]:
    return [Span(*where(words), kind, score, best, TAGGED) for words, kind, score, best in told]


def where(words: str) -> tuple[int, int]:
    return TEXT.index(words), TEXT.index(words) + len(words)


def seen(
    words: str, spans: Sequence[Span], label: str = "PERSON", by: str = "pattern_names", language: str = "kk"
) -> Any:
    line = Line(0, len(TEXT), language)
    reading = cast(Any, SimpleNamespace(spans=list(spans), line=lambda _: line))
    entity = Entity(*where(words), label, 0.8, by, private=True)
    return {TEXT[e.start : e.end]: round(e.score, 2) for e in weighed([entity], TEXT, reading)}


def test_a_likely_person_is_told_without_the_words_beside_it() -> None:
    spans = spans_of(("Үлгі Сынақов", "PER", 0.96, True))
    assert seen("Әріптесім Үлгі Сынақов", spans) == {"Үлгі Сынақов": 0.98}


def test_a_word_beside_it_that_may_be_a_name_is_told_by_itself() -> None:
    spans = spans_of(("Үлгі Сынақов", "PER", 0.96, True), ("Әріптесім", "PER", 0.1, False))
    assert seen("Әріптесім Үлгі Сынақов", spans) == {"Әріптесім": 0.61, "Үлгі Сынақов": 0.98}


def test_a_word_with_the_shape_of_a_name_stays_whatever_the_taggers_think() -> None:
    assert "Сынақов" in seen("Үлгі Сынақов", spans_of(("Үлгі", "PER", 0.96, True)))


def test_places_are_no_persons_where_the_taggers_are_sure() -> None:
    spans = spans_of(("Қаладан", "LOC", 0.9, True), ("Ауылға", "LOC", 0.7, True))
    assert seen("Қаладан Ауылға", spans) == {}
    assert seen("Қаладан Ауылға", [*spans, *spans_of(("Қаладан", "PER", 0.1, False))]) == {"Қаладан": 0.61}


def test_behind_a_person_stands_a_surname_though_it_be_a_place() -> None:
    spans = spans_of(("Үлгі", "PER", 0.9, True), ("Сынақов", "LOC", 0.9, True))
    assert "Сынақов" in seen("Үлгі Сынақов", spans)


def test_what_patterns_alone_see_is_less_sure_and_still_told() -> None:
    assert seen("Үлгі Сынақов", []) == {"Үлгі Сынақов": 0.56}


@pytest.mark.parametrize(("by", "language"), [("known_names", "kk"), ("pattern_names", "ru")])
def test_other_findings_and_other_languages_are_left_alone(by: str, language: str) -> None:
    assert seen("Үлгі Сынақов", [], by=by, language=language) == {"Үлгі Сынақов": 0.8}


def test_a_place_inside_of_a_passage_is_told_as_a_place() -> None:
    spans = spans_of(("Қаладан", "LOC", 0.9, True))
    assert set(seen("Сынақов Қаладан Ауылға", spans, label="HEALTH", by="clauses")) == {"Сынақов", "Ауылға"}


def test_the_wide_findings_are_weighed_and_what_a_profile_hides_is_not_cut(finder: Finder) -> None:
    text = "Әріптесім Руслан Үлгіұлы осы жайлы кешкі жаңалықтар хабарында тарқатып айтады."
    wide, private = (
        [text[e.start : e.end] for e in finder.entities(text, wide=w) if e.label == "PERSON"] for w in (True, False)
    )
    assert wide == ["Руслан Үлгіұлы"]
    assert "Руслан Үлгіұлы" in private[0]
    assert private != wide
