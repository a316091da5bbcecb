"""Clauses are decided by their neighbours, by what rules found beside them, and by what their words mean."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from qupia_redaction.model import Category, Detail
from qupia_redaction.nlp.meanings import Meanings, vector_of
from qupia_redaction.recognizers.clause_context import Seen, decide, surroundings
from qupia_redaction.recognizers.clauses import clauses, passages_by_model, seen
from qupia_redaction.recognizers.finding import Finding, Ranges

HINT = "ночевал на станции"
TELLING = "Мать умерла от тифа, отец арестован, {}, сестра попала в детдом."
PLAIN = "План перевыполнен на 104 процента, {}, смета утверждена, отчёт сдан в срок."


def _hidden(text: str) -> list[str]:
    return [text[f.start : f.end] for f in passages_by_model(text, [], [])]


def test_a_hint_counts_among_private_clauses_and_not_among_others() -> None:
    assert HINT in _hidden(TELLING.format(HINT))
    assert HINT not in _hidden(PLAIN.format(HINT))


def test_what_rules_found_counts() -> None:
    text = "здесь сказано нечто, и ещё что-то"
    found = list(clauses(text, Ranges([])))
    told = Finding(0, 19, Category.HEALTH, 0.65, "passage"), Finding(5, 12, Category.SPECIAL, 0.65, "passage")
    assert [one.told for one in seen(text, found, told)] == [1.0, 0.0]


def test_neighbours_are_those_of_the_sentence_and_of_the_paragraph() -> None:
    text = "один, два. Три\nчетыре"
    rows = surroundings(text, [_seen(text, "один", 9.0), _seen(text, "два"), _seen(text, "Три"), _seen(text, "четыре")])
    before_in_paragraph, before_in_sentence = [row[11] for row in rows], [row[13] for row in rows]
    assert [round(value) for value in before_in_paragraph] == [0, 1, 0, 0]
    assert [round(value) for value in before_in_sentence] == [0, 1, 0, 0]
    best_in_sentence, best_in_paragraph = [row[17] for row in rows], [row[19] for row in rows]
    assert [round(value) for value in best_in_sentence] == [0, 1, 0, 0]
    assert [round(value) for value in best_in_paragraph] == [0, 1, 1, 0]


def _seen(text: str, word: str, score: float = -9.0) -> Seen:
    start = text.index(word)
    return Seen(start, start + len(word), "other", "other", score, 0.0, 0.0, 0.0)


def test_a_name_inside_does_not_part_a_clause() -> None:
    text = "с Сынақовым ходил; к Сынақову, потом"
    found = list(clauses(text, Ranges([(2, 11), (21, 29)])))
    rows = surroundings(text, list(seen(text, found, [])))
    assert [c.start for c in found] == [0, 12, 19, 31]
    assert [row[16] > 0 for row in rows] == [True, False, False, False]


def test_neighbours_are_asked_again() -> None:
    text = "один, два"
    pair = [_seen(text, "один", 30.0), _seen(text, "два", -3.0)]
    many = len(surroundings(text, pair)[0])
    own, before = [0.0] * many, [0.0] * (2 * many)
    own[0] = before[11] = 1.0  # a clause's own score; how likely the one before it is after the first round
    assert decide(text, pair, [own]) == [30.0, -3.0]
    assert decide(text, pair, [own, before]) == pytest.approx([0.0, 1.0])


def test_a_comma_inside_of_a_number_ends_no_clause() -> None:
    text = "жер 0,15 га, бақша"
    assert [text[c.start : c.end] for c in clauses(text, Ranges([]))] == ["жер 0,15 га", "бақша"]


@pytest.mark.parametrize("date", ["9.II", "12.XI.1988"])
def test_a_mere_date_is_no_passage(date: str) -> None:
    assert date not in _hidden(f"Мать умерла от тифа, отец арестован, {date}, сестра попала в детдом")


def test_no_clauses_have_no_surroundings() -> None:
    assert surroundings("", []) == []
    assert _hidden("") == []


@pytest.mark.parametrize("word", ["теща", "ТЁЩА"])
def test_words_have_vectors_in_any_spelling(word: str) -> None:
    vector = vector_of(word)
    assert vector is not None
    assert abs(float(vector @ vector) - 1) < 1e-6


def test_unknown_words_say_nothing() -> None:
    net = Meanings({"inner": [[1.0] * 300], "shift": [0.5], "outer": [2.0], "bias": 3.0})
    assert net.score(["ыыыъъ", "12", "и"]) == (0.0, 0.0)
    score, known = net.score(["теща", "ыыыъъ"])
    assert score != 0.0
    assert known == 0.5


def test_sums_under_short_heads_of_pay_are_hidden(details: Callable[..., tuple[Detail, ...]]) -> None:
    text = (
        "Лицевой счет на 1991 год\nМесяц | Дни | Сдельно | Подох. | Алим. | Ссуда | На руки\n"
        "I | 22 | 188,40 | 50,27 | 100,06 | 50 | 245,68"
    )
    hidden = {text[d.start : d.end] for d in details(text)}
    assert {"188,40", "50,27", "100,06", "50", "245,68"} <= hidden
    assert "22" not in hidden


def test_heads_of_columns_are_known_from_typewriters_without_kazakh_letters(
    details: Callable[..., tuple[Detail, ...]],
) -> None:
    text = "№ | аты-жони | жынысы | туган куни | улты\n1 | Сынаков Улги Тестулы | ер | 1908 | удмурт"
    assert "удмурт" in {text[d.start : d.end] for d in details(text)}


def test_a_lone_hint_in_a_text_of_public_life_stays() -> None:
    hint = "с ним пропала связь"
    public = "План перевыполнен на 104 процента, смета утверждена, отчёт сдан в срок, мост открыт для движения"
    assert hint not in _hidden(". ".join([public] * 3 + [hint]))
