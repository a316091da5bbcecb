"""Whose address it is: an office's stays, a home is hidden, and in doubt it is a home."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from qupia_redaction.model import Category

Hidden = Callable[..., list[str]]
PERSON = "Үлгіева Сынақ Тестқызы туралы анықтама берілді.\n"

OFFICES = [
    "Қызметтің мекенжайы: бөлек. Пробация қызметінің мекенжайы: Абай қ., Сынақ көшесі, 19, тел. 8 (7187) 00-34-34",
    "Суд запросил архив ЗАГС, адрес: г. Абай, ул. Пробная, 41; ответ получен",
    "Құжаттар полиция департаментінің арнаулы архивінде сақтаулы (Сынақ көшесі, 20).",
    "Адрес конторы: ул. Пробная, 38, тел. 46-05-39",
    "Экземпляр хранится в делах нотариальной конторы, пр. Пробный, 162, тел. 50-41-19",
]
HOMES = [
    "Адрес: школа № 2, ул. Пробная, 5",
    "Пробин Петр Тестович, сторож школы № 3, ул. Пробная, 5",
    "Принят в редакцию, проживает: ул. Пробная, 17",
    "Мектеп директорының көмекшісі Сынақ көшесі, 12 тұратын",
    "Больница, ул. Пробная, 5, кв. 7",
    "Анкета. Ул. Пробная, 5",
]


@pytest.mark.parametrize("text", OFFICES)
def test_addresses_of_offices_stay(hidden: Hidden, text: str) -> None:
    assert hidden(PERSON + text, Category.ADDRESS) == []


@pytest.mark.parametrize("text", HOMES)
def test_homes_and_what_nobody_can_tell_are_hidden(hidden: Hidden, text: str) -> None:
    assert len(hidden(PERSON + text, Category.ADDRESS)) == 1
