"""Offices in any case before a surname: who acts by one stays, whom an order or a family tells of does not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from qupia_redaction.model import Category

Hidden = Callable[..., list[str]]

ACTING = [
    "Контроль возложить на заместителя начальника планового отдела Тестову С.К.\n",
    "Расписка передана секретарю поселкового совета Сынакову, копия осталась у меня.\n",
    "Осмотрена терапевтом гор. поликлиники № 4 Пробиной Ф., жалоб нет.\n",
    "Хабарлама аудан прокурорының аға көмекшісі Д. Сынақовқа жіберілді.\n",
    "Ответ подписан руководителем отдела ЗАГС г. Кентау Ш. Пробиной.\n",
    "Deputy akim S. Synakov said that the school stays open.\n",
]
PRIVATE = [
    "Назначен начальником планового отдела Сынаков П. вместо ушедшего.\n",
    "Принять инспектором отдела кадров Пробину А.\n",
    "Жена - врач районной больницы Тестова С.К., двое детей.\n",
    "Бывший начальник планового отдела Сынаков живёт один.\n",
    "Врачу Тестову И.И. снизить премию за оставление дежурства.\n",
    "Инспектору отдела кадров Пробиной А. вернуть прежнюю фамилию.\n",
]
BEFORE = "Ф. 12 Оп. 3 Д. 45 Л. 6\nПРОТОКОЛ № 7\n"


@pytest.mark.parametrize("text", ACTING)
def test_who_acts_by_an_office_stays(hidden: Hidden, text: str) -> None:
    assert hidden(BEFORE + text, Category.PERSON) == []


@pytest.mark.parametrize("text", PRIVATE)
def test_an_office_does_not_show_a_private_person(hidden: Hidden, text: str) -> None:
    assert len(hidden(BEFORE + text, Category.PERSON)) == 1
