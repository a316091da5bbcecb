"""Names behind the labels of cards and forms: in two languages or three, behind blanks, a tab, a colon, or below."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from qupia_redaction.model import Category

Hidden = Callable[..., list[str]]

SURNAMES = ("ТЕГІ / ФАМИЛИЯ", "Тегі/Фамилия", "SURNAME / ТЕГІ", "Фамилия", "Surname")
GIVEN = ("АТЫ / ИМЯ", "Аты/Имя", "GIVEN NAMES / АТЫ", "Имя", "Given names")
FATHERS = ("ӘКЕСІНІҢ АТЫ / ОТЧЕСТВО", "Әкесінің аты/Отчество", "PATRONYMIC / ӘКЕСІНІҢ АТЫ", "Отчество", "Patronymic")


@pytest.mark.parametrize("labels", list(zip(SURNAMES, GIVEN, FATHERS, strict=True)))
@pytest.mark.parametrize("gap", ["  ", "    ", "\t", "\n", ": "])
def test_every_name_of_a_card_is_hidden(hidden: Hidden, labels: tuple[str, ...], gap: str) -> None:
    values = ("СЫНАҚБАЕВА", "МЕРЕЙ", "ҮЛГІЖАНҚЫЗЫ")
    text = "".join(f"{label}{gap}{value}\n" for label, value in zip(labels, values, strict=True))
    told = " ".join(hidden(text, Category.PERSON))
    assert [value for value in values if value not in told] == []


@pytest.mark.parametrize("gap", ["  ", "\t", ": "])
def test_labels_in_three_languages(hidden: Hidden, gap: str) -> None:
    text = f"Тегі / Фамилия / Surname{gap}Сынақов\nАты / Имя / Given name{gap}Ұлан\n"
    assert hidden(text, Category.PERSON) == ["Сынақов", "Ұлан"]


def test_short_names_and_common_words_behind_labels(hidden: Hidden) -> None:
    """`ӘБІШ` looks like an office cut short, `НҰР` is a word that is no name elsewhere."""
    text = "Жеке куәлік\nТегі / Фамилия  ӘБІШ\nАты / Имя  НҰР\n"
    assert hidden(text, Category.PERSON) == ["ӘБІШ", "НҰР"]


def test_head_of_a_table_in_two_languages_stays(hidden: Hidden) -> None:
    text = "Тегі / Фамилия   Аты / Имя   Әкесінің аты / Отчество   Ұлты / Национальность\n"
    assert hidden(text, Category.PERSON) == []
