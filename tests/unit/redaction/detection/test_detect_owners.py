"""Whose detail it is: a form about one known person is hers; a second person leaves only row and sentence."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from qupia_redaction.model import Category, KnownPerson, PrivateText

Hidden = Callable[..., list[str]]
Found = Callable[..., list[tuple[str, Category, str | None]]]

ULGI = KnownPerson("p1", (PrivateText("Үлгіев Сынақ Тестович"),), PrivateText("991231600002"))
FORM = (
    "Тегі, аты, әкесінің аты: Үлгіев Сынақ Тестович\nТуған күні: 12.04.1949 ж.\nЖСН: 991231600002\n"
    "Мекенжайы: Үлгі көшесі, 12-үй\nТелефоны: +7 700 000 00 06\nТөлем картасы: 4111 1111 1111 1111\n"
)


def owners(found: list[tuple[str, Category, str | None]]) -> set[str | None]:
    """Return whose the details are."""
    return {owner for _, _, owner in found}


def test_form_about_one_person_is_hers(found: Found) -> None:
    hits = found(FORM, ULGI)
    assert {kind for _, kind, _ in hits} >= {Category.BIRTH_DATE, Category.ADDRESS, Category.PHONE, Category.CARD}
    assert owners(hits) == {"p1"}


@pytest.mark.parametrize(
    "stranger",
    [
        "Мысалова Айгүл Тестқызы",
        "Жұбайы: жұмыс істемейді",
        "брат осуждён",
        "ЖСН: 991231600301",
        "Туған күні: 01.02.1977 ж.",
    ],
)
def test_another_person_closes_the_rest_of_the_form(found: Found, stranger: str) -> None:
    hits = found(FORM + stranger, ULGI)
    assert [owner for words, kind, owner in hits if kind is Category.ADDRESS] == [None]


def test_sentence_over_two_lines_about_one_person(found: Found) -> None:
    text = "Уволить Үлгіева Сынақа Тестовича, слесаря,\n12.04.1949 года рождения. Наградить Образцова Т.П."
    assert "p1" in {o for _, kind, o in found(text, ULGI) if kind is Category.BIRTH_DATE}


def test_detail_behind_a_relative_is_nobodys(found: Found) -> None:
    text = "Үлгіев Сынақ Тестович, жена 12.04.1949 г.р. Образцов Т.П. явился."
    assert {o for _, kind, o in found(text, ULGI) if kind is Category.BIRTH_DATE} == {None}


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("Мысаловой А.Б., родившейся\n19 мая 1985 года, выдать", "19 мая 1985"),
        ("Мен 25.01.1922 күні Үлгі ауданының\nҮлгілі ауылында дүниеге келдім.", "25.01.1922"),
    ],
)
def test_birth_told_in_a_sentence(hidden: Hidden, text: str, date: str) -> None:
    assert any(date in words for words in hidden(text, Category.BIRTH_DATE))


@pytest.mark.parametrize(
    "text",
    [
        "03.09.1931 года\nрождения, работал в колхозе с 1948 года",
        "г. Примерск, 2 декабря 1946 г.",
        "лечился с 7 октября по 28 октября",
    ],
)
def test_other_dates_stay(hidden: Hidden, text: str) -> None:
    assert not any(year in words for words in hidden(text, Category.BIRTH_DATE) for year in ("1948", "1946", "октября"))


def test_passage_ends_where_a_date_begins(hidden: Hidden) -> None:
    assert hidden("Находился на лечении в отделении с 7 октября", Category.HEALTH) == [
        "Находился на лечении в отделении"
    ]


@pytest.mark.parametrize("closing", ["Yours sincerely,\n", "С уважением,\n", "Құрметпен, "])
def test_signature_of_a_letter_is_a_name(hidden: Hidden, closing: str) -> None:
    assert hidden(closing + "Testo Exemplar", Category.PERSON) == ["Testo Exemplar"]


@pytest.mark.parametrize(
    "text",
    [
        "Обычный текст письма.\nОТЧЁТ ПО УЧЁТУ КАДРОВ\nещё строка",
        "текст\nХИРУРГИЧЕСКОЕ ОТДЕЛЕНИЕ\nтекст",
        "Dear Director,",
        "«Үлгі туралы» Заңға сәйкес",
        "Үлгілі\nауданының орталығы",
    ],
)
def test_headings_labels_and_offices_are_no_names(hidden: Hidden, text: str) -> None:
    assert hidden(text, Category.PERSON) == []


def test_name_before_a_verb_and_a_colon_is_a_name(hidden: Hidden) -> None:
    assert hidden("Вчера парламентарий Хуан Примерос сообщил: «Да».", Category.PERSON) == ["Хуан Примерос"]
