"""What carries no private word stays: officials in running text, headings, labels, words of papers taken for names."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from qupia_redaction.model import Category
from qupia_redaction.recognizers.public import is_public

Hidden = Callable[..., list[str]]

OFFICIALS = [
    "Операция прошла в срок, хирург Сулейменов, наркоз местный.",
    "Докладывает инструктор Лобанов. Слушали отчёт.",
    "Опись составила архивариус Терехова Т., 15.05.1990.",
    "Сдано зав. приемником Утебалиеву.",
    "Принял директор совхоза Ф. Т. Моргун.",
    "Арестовал сотрудник УГБ Дорохин, 4 февраля.",
    "Кадр қызметі: Р. Жанысбек. Іс тігілді.",
    "Дәрігерлер Ж. Нығметов, С. Ким",
    "ХАТТАМА № 3\nКатынаскандар: Кунжариков (торага), Пономаренко, Алдиярова (хатшы)\nКАРАЛДЫ: мәселелер",
    "Thanks to Mr Sadykov, deputy director of the regional archive, the file was found.",
]
NO_NAMES = [
    "РЕЕСТР ДЕЙСТВИЙ / НОТАРИАТТЫҚ ІС-ӘРЕКЕТТЕР ТІЗІЛІМІ, Шу қаласы, 1999 ж.",
    "ШАРУАШЫЛЫК КИТАБЫ № 3. 1949-1951 жж. Аккум ауылсоветы",
    "ЖАУАП АЛУ ХАТТАМАСЫ\n1938 жыл, қаңтардың 21-күні.",
    "ТУУ ТУРАЛЫ АКТ ЖАЗБАСЫ / ЗАПИСЬ АКТА О РОЖДЕНИИ № 83\nЖазылған күні 2 июня.",
    "Тізім берілді.\nТуыстарыңнан хат келді ме?",
    "Призван Шиелийским РВК в 1999 г.",
    "Report.\n11 Jan. Fell asleep twice in class.",
    "Бірегей нөмір / Уникальный номер: 5. Алу күні мен уақыты / Дата получения: 22.01.2024",
]
STILL_NAMES = [
    ("Уволить бухгалтера Образцова, который болел.", "Образцова"),
    ("ПРОТОКОЛ\nВыступил Образцов: отец его жив.", "Образцов"),
    ("Кладовщик Образцов А. П. принят с 1 мая.", "Образцов А. П."),
    ("Бухгалтер Образцова уволена по сокращению", "Образцова"),
    ("Бірлік Берікұлының таңданысын тыңдайық.", "Бірлік Берікұлының"),
    ("Dear Mrs. Halvorsen,\nThank you for your letter.", "Mrs. Halvorsen"),
]


@pytest.mark.parametrize("text", OFFICIALS)
def test_an_official_in_running_text_stays(hidden: Hidden, text: str) -> None:
    assert hidden(text, Category.PERSON) == []


@pytest.mark.parametrize("text", NO_NAMES)
def test_words_of_papers_are_no_names(hidden: Hidden, text: str) -> None:
    assert hidden(text, Category.PERSON) == []


@pytest.mark.parametrize(("text", "name"), STILL_NAMES)
def test_of_whom_something_is_decided_and_names_like_words_go(hidden: Hidden, text: str, name: str) -> None:
    assert hidden(text, Category.PERSON) == [name]


@pytest.mark.parametrize(
    ("clause", "public"),
    [
        ("екі мың он төртінші жылғы бірінші шілде", True),
        ("1966 ж. мамыр", True),
        ("қаласында теміржолшы", True),
        ("слесарь АТК-3", True),
        ("шағым 10 күн ішінде беріледі", True),
        ("Следствию известно", True),
        ("жеті жыл", False),
        ("сорок первый год", False),
        ("жылқы 3", False),
        ("сторож без ноги", False),
        ("шопан болып тұтқында", False),
        ("МАСТЕР " * 34 + "ә", False),
        ("№№№№1111 " * 26 + "ә", False),
    ],
)
def test_a_clause_is_public_by_all_of_its_words(clause: str, public: bool) -> None:
    assert is_public(clause, 0, len(clause)) == public


def test_what_a_form_asks_stays_and_the_answer_goes(hidden: Hidden) -> None:
    text = "АНКЕТА\n9. Есть ли родственники за границей: тётка осуждена в 1938 г.\nОтец осуждён."
    assert hidden(text, Category.SPECIAL) == ["тётка осуждена в 1938 г", "Отец осуждён"]


def test_heads_of_columns_stay(hidden: Hidden) -> None:
    head = "№\tФ. И. О.\tДолжность\tОтдел"
    assert hidden(f"{head}\n1\tСынақов Марат\tводитель\tцех 1\n2\tҮлгілиева А. К.\tсторож\tцех 2", Category.PERSON) == [
        "Сынақов Марат",
        "Үлгілиева А. К.",
    ]
