"""Homes that no street tells: what a phrase of residence says below the settlement; settlements stay."""

from __future__ import annotations

import pytest

from qupia_redaction.model import Category
from qupia_redaction.recognizers.finding import Finding
from qupia_redaction.recognizers.homes import home_parts, homes


@pytest.mark.parametrize(
    ("text", "home"),
    [
        ("проживающей: с. Благовещенка, за мельницей, третья хата от моста", "за мельницей, третья хата от моста"),
        ("Местожительство: г. Семипалатинск, Затон, соб. дом", "Затон, соб. дом"),
        ("Жительство: г. Темиртау, Парковая д.6-а – 40. Дом. т. 4-19-73", "Парковая д.6-а – 40"),
        ("Үйі Қызылтау бауырында. Тұтқын қағазы", "Қызылтау бауырында"),
        ("Туратын жери 2 бригада, кыстак", "2 бригада, кыстак"),
        ("who lived in barrack 9 by the brickworks, Karaganda", "barrack 9 by the brickworks"),
    ],
)
def test_homes_behind_words_of_residence(text: str, home: str) -> None:
    assert home in [text[f.start : f.end].removesuffix(", Karaganda") for f in homes(text, [], [])]


@pytest.mark.parametrize(
    "text",
    [
        "проживает в г. Тараз.",
        "живёт у бабушки",
        "Мекенжайы: Алматы облысы, Талғар ауданы",
        "прописан с 02.11.2011",
        "жил за границей",
    ],
)
def test_settlements_company_and_dates_stay(text: str) -> None:
    assert list(homes(text, [], [])) == []


def test_a_block_that_bears_a_name_is_no_end_of_a_home() -> None:
    text = "Адрес: Шымкент қаласы, Үлгілі-2 шағын ауданы, Бұлақ көшесі, 214-ғимарат, 17-пәтер"
    at = text.index("Үлгілі")
    name = Finding(at, at + len("Үлгілі-2"), Category.PERSON, 0.66, "test")
    assert text[at:] in [text[f.start : f.end] for f in homes(text, [name], [])]


def test_a_home_by_its_place_counts_beside_a_person_only() -> None:
    text = "Ковбаса Трофим, 1902, изба крайняя к оврагу."
    name = Finding(0, 14, Category.PERSON, 0.9, "test")
    assert [text[f.start : f.end] for f in homes(text, [name], [])] == ["изба крайняя к оврагу"]
    assert list(homes(text, [], [])) == []


def test_an_address_goes_on_over_its_entrance() -> None:
    text = "ул. Мира 5, вход со двора, в суд не явился"
    found = Finding(0, 10, Category.ADDRESS, 0.8, "test")
    assert [text[f.start : f.end] for f in homes(text, [], [found])] == ["ул. Мира 5, вход со двора"]


def test_cells_of_settlements_stay() -> None:
    assert list(home_parts("аул № 5")) == []
    assert list(home_parts("ферма үйі")) == [(0, 9)]
