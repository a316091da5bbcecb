"""Telephones and mailboxes: an office's stay, a person's do not, and in doubt it is a person's."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from qupia_redaction.model import Category

Hidden = Callable[..., list[str]]
CONTACTS = (Category.PHONE, Category.EMAIL)
PERSON = "Үлгіева Сынақ Тестқызы туралы анықтама берілді.\n"

OFFICES = [
    "Басылымның тапсырысы қабылданды. Тел. редакции 2-44-17",
    "Кәсіподақ комитетінің мекенжайы: Жаркент қ., Жібек жолы көшесі, 4, тел. 8 (7283) 10-00-17",
    "Выдано конторой: г. Абай, ул. Гагарина, 9, каб. 12, телефон 4-17-70",
    "Құжаттар бөлімі, 3-кабинет, ішкі 0-44",
    "Поправки к описи принимаются, тел. 4-15-92",
    "The Registry is at 7 Probe Street, room 4, tel. +7 (7142) 00-18-20",
    "Хаттар үшін: info@example.kz",
]
PERSONS = [
    "Повестка вручена, в суд не явился, тел. 8 (7187) 00-00-12",
    "Жұмыс орны: мектеп. Үй тел. 2-30-18",
    "Школа-интернат № 3. Үлгіев Сынақ, тел. 2-14-60",
    "Завод. Домашний телефон 3-18-40",
    "Конторой сообщено, тел. сот. 8 300 714 62 05",
    "The archive asks for a fee. Please telephone (3272) 42-91-60",
    "Бухгалтерия завода, 8 701 000 00 17",
    "Қабылдау бөлмесі. Хат: infokova@example.kz",
    "Редакция\n\nТел. 2-44-17",
]


@pytest.mark.parametrize("text", OFFICES)
def test_contacts_of_offices_stay(hidden: Hidden, text: str) -> None:
    assert [hidden(PERSON + text, kind) for kind in CONTACTS] == [[], []]


@pytest.mark.parametrize("text", PERSONS)
def test_contacts_of_persons_and_of_nobody_known_are_hidden(hidden: Hidden, text: str) -> None:
    assert [len(hidden(PERSON + text, kind)) for kind in CONTACTS] in ([1, 0], [0, 1])
