"""Births, numbers, homes and officials in the forms that unusual papers have; and what looks like them and stays."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from qupia_redaction.model import Category

Hidden = Callable[..., list[str]]
B, N, A, T = Category.BIRTH_DATE, Category.DOCUMENT_NUMBER, Category.ADDRESS, Category.PHONE

FOUND = [
    (B, "Үлгіева Айгүл Тестқызы, 2099-05-17, оқушы", "2099-05-17"),
    (B, "Үлгіев Асқар Тестұлы, 1940 жылғы қазан, слесарь", "1940 жылғы қазан"),
    (B, "Үлгіев Асқар Тестұлы, 1899 жылғы, шаруа", "1899 жылғы"),
    (B, "Образцов Пётр Ильич, 1926 года, месяца уразы, из кочевников", "1926 года, месяца уразы"),
    (B, "Образцов Пётр Ильич, 27.VII.1915, слесарь", "27.VII.1915"),
    (B, "Образцов Пётр Ильич, 1896, 20 июля, слесарь", "1896, 20 июля"),
    (B, "Образцов Пётр Ильич, около 1886 г. рожд., слесарь", "около 1886 г. рожд."),
    (B, "Үлгіев Асқар, тоқсан сегізінші жылғы он бірінші наурыз.", "тоқсан сегізінші жылғы он бірінші наурыз"),
    (B, "Родилась 9 июня того же года. Имя: Анна", "9 июня того же года"),
    (B, "Қай жылы, айы, күні туған — 48-жыл, көктемнің екінші күні", "48-жыл, көктемнің екінші күні"),
    (B, "Когда родились: весной сорок первого года", "весной сорок первого года"),
    (B, "Obrazets L., year of birth 1926, teacher", "year of birth 1926"),
    (B, "1. ҮЛГІЕВ\n2. АСҚАР\n3. 29.03.2099 Алматы\n4a. 14.08.2120", "29.03.2099"),
    (N, "Похозяйственная книга. Лиц. счет 211", "211"),
    (N, "Билет военный АЕ 4416302", "АЕ 4416302"),
    (N, "жеке куәлік ҚР 10-0887341", "ҚР 10-0887341"),
    (N, "Үлгіева Айгүл — рожд., 1961, № 18; мать одна", "18"),
    (N, "Үлгіева Айгүл — брак, № 33", "33"),
    (A, "Мекенжайы: Сынақ жағалауы, 9-2", "Сынақ жағалауы, 9-2"),
    (A, "Тіркеу Б. Сынақұлы 90, сақтандырылған", "Б. Сынақұлы 90"),
    (A, "Тұрағым Сынақ, 160, төртінші подъезд", "Сынақ, 160, төртінші подъезд"),
    (A, "Issued to Mr Obrazets, ul. Testowa 14 m. 3, Town", "ul. Testowa 14 m. 3"),
    (A, "wohnhaft Teststraße 12", "Teststraße 12"),
    (T, "Для ответа: кв. 6, 5-44-02", "5-44-02"),
]

STAYS = [
    (B, "Приказ № 4 от 27.VII.1915"),
    (B, "Завод пущен 9 июня того же года"),
    (B, "Қор 1940 жылғы қазан айында өткізілді"),
    (B, "Акты за 2012-05-17, все"),
    (N, "На лицевой счет 211 руб. зачислено"),
    (N, "Смерть старых порядков, очерк, 1961"),
    (A, "Тіркеу 12 мамырда басталады"),
    (A, "Регистрация делегатов, 160 человек"),
    (A, "Телефоны 3-11-64"),
    (Category.PERSON, "Her claim was made in July 2000 and was refused on 11 July 2000."),
]


@pytest.mark.parametrize(("kind", "text", "words"), FOUND)
def test_odd_form_is_hidden(hidden: Hidden, kind: Category, text: str, words: str) -> None:
    assert words in hidden(text, kind)


@pytest.mark.parametrize(("kind", "text"), STAYS)
def test_what_looks_like_it_stays(hidden: Hidden, kind: Category, text: str) -> None:
    assert hidden(text, kind) == []


@pytest.mark.parametrize(
    "text",
    [
        "Бухгалтер артели Образцов. Остаток за кассой.",
        "Қабылдаған Н. Үлгібердина, 12.08.74",
        "Қайта өңдеген Ә. Үлгібек, 2009",
        "Емдеуші З. Үлгімырзаева, бөлім басшысы",
        "Я, сержант госбезопасности Образцов, нашел следующее",
        "Входящий передан инспектору Образцову, срок 20 дней",
    ],
)
def test_who_acts_in_a_sentence_stays(hidden: Hidden, text: str) -> None:
    assert hidden(text, Category.PERSON) == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Расписалась Образцова. Сдано", "Образцова"),
        ("Объявить выговор инспектору Образцову", "Образцову"),
        ("Сотрудник Образцов А. П. уволен по сокращению", "Образцов А. П."),
    ],
)
def test_label_stays_and_name_goes(hidden: Hidden, text: str, name: str) -> None:
    assert hidden(text, Category.PERSON) == [name]
