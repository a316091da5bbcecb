"""Births in any words behind their label, and forms of dates behind names; who works in office by newer words stays."""

from __future__ import annotations

import pytest

from qupia_redaction.detect import Finder
from qupia_redaction.model import Category
from qupia_redaction.recognizers.births import row_births
from qupia_redaction.recognizers.finding import Finding


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("Родилась: в марте 1889 г., в с. Коктал", "в марте 1889 г."),
        ("Родился двадцатого октября 1909 г., аул № 7", "двадцатого октября 1909 г."),
        ("Дата рожд. 22 9 1940. Соц. карта", "22 9 1940"),
        ("Рожд. марта 3, крещ. 5 того же", "марта 3"),
    ],
)
def test_dates_in_words_behind_a_label(text: str, date: str) -> None:
    assert date in [text[f.start : f.end] for f in row_births(text, [])]


@pytest.mark.parametrize("date", ["1966.03.03", "1903 года", "1954 жылы 9 май"])
def test_dates_behind_a_name(date: str) -> None:
    text = f"Үлгіева Айгүл, {date}, қазақ"
    name = Finding(0, 13, Category.PERSON, 0.9, "test")
    assert [text[f.start : f.end] for f in row_births(text, [name])] == [date]


def test_a_label_without_a_date_is_no_birth() -> None:
    assert list(row_births("Родился в селе, рожд. второго ребёнка", [])) == []


@pytest.mark.parametrize(
    "line",
    ["Начальник отдела Т. Мамбеталин. Мөр орны", "Кассир Т. Пірәлі. 2011 жылғы 5 қазан.", "Контролёр Сиволап"],
)
def test_who_signs_stays(finder: Finder, line: str) -> None:
    text = f"Ведомость\nҮлгіева Айгүл, 1966, 4000 руб.\n{line}"
    assert not [e for e in finder.entities(text, wide=False) if e.start >= text.index(line)]
