"""Dates of children in the line of a family, months as Roman numbers, quoted blocks, ends of villages, cards."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from qupia_redaction.model import Category

Hidden = Callable[..., list[str]]


def test_dates_of_children_are_hidden_in_an_inventory_too(hidden: Hidden) -> None:
    text = "(Опись вложения)\nФамилия Тестов\nИмя Сынақ\nДети: Айгүл, 10.1.79; Марат, 22.06.82; Болат, 84 г.\n"
    assert hidden(text, Category.BIRTH_DATE) == ["10.1.79", "22.06.82", "84 г."]


def test_other_dates_of_an_inventory_stay(hidden: Hidden) -> None:
    assert hidden("Опись дел\nЛичное дело Тестова Айгүл, 10.1.79; 12 л.\n", Category.BIRTH_DATE) == []


def test_a_month_in_roman_behind_the_year(hidden: Hidden) -> None:
    text = "Список членов хозяйства\n4. Тестова Роза, квартирантка, 1930\n5. Тестова Айгүл, 1930 XII, немка\n"
    assert "1930 XII" in hidden(text, Category.BIRTH_DATE)


@pytest.mark.parametrize(
    ("text", "home"),
    [
        ("Тіркелген мекенжайы: Семей қ., «Үлгілі» ш/а, 22-үй", "«Үлгілі» ш/а, 22-үй"),
        ("Тестов Сынақ, ул. Жібек жолы, 3-б. По данным отдела", "ул. Жібек жолы, 3-б."),
        ("Тестов Сынақ   Кладбинка, край Заречный, дом 9   там же", "край Заречный, дом 9"),
    ],
)
def test_blocks_and_ends_of_villages(hidden: Hidden, text: str, home: str) -> None:
    assert any(home.rstrip(".") in told for told in hidden(text, Category.ADDRESS))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("ҚАЗАҚСТАН РЕСПУБЛИКАСЫ\n№ 041882360      ТУҒАН ЖЕРІ: АТЫРАУ ОБЛЫСЫ", "041882360"),
        ("*штрих-код: 101005873004-99*", "101005873004-99"),
    ],
)
def test_numbers_of_cards(hidden: Hidden, text: str, number: str) -> None:
    assert any(number in told for told in hidden(text, Category.DOCUMENT_NUMBER))
