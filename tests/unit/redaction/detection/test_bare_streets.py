"""Streets that nothing calls one, births in more words, and what only looks like either."""

from __future__ import annotations

import pytest

from qupia_redaction.detect import Finder
from qupia_redaction.model import Category
from qupia_redaction.recognizers.bare_streets import bare_streets
from qupia_redaction.recognizers.births import row_births
from qupia_redaction.recognizers.finding import Finding

NAME = "Тест Мидхат"


def _names(text: str) -> list[Finding]:
    return [Finding(text.index(NAME), text.index(NAME) + len(NAME), Category.PERSON, 0.9, "test")]


@pytest.mark.parametrize(
    ("text", "street"),
    [
        (f"{NAME}  1922  слепой  Школьная 16  тел. нет", "Школьная 16"),
        (f"{NAME}, Семей, Ғ. Қараш 7, 12\n", "Ғ. Қараш 7, 12"),
        (f"{NAME} | Дворцовая площадь 2, 15 | дет. сад", "Дворцовая площадь 2, 15"),
        (f"{NAME} | Гоголя, 14 | пенсионер", "Гоголя, 14"),
        (f"{NAME}, многодетная, Новостройка, бар. 3", "Новостройка, бар. 3"),
        (f"{NAME} – Сәтбаев 6-3", "Сәтбаев 6-3"),
    ],
)
def test_streets_in_lines_of_persons(text: str, street: str) -> None:
    assert [text[f.start : f.end] for f in bare_streets(text, _names(text), [])] == [street]


@pytest.mark.parametrize(
    "text",
    [
        f"{NAME}, слесарь, Разряд 5",
        f"{NAME} | Палата 6 | Коров 2 | Декабря 14",
        f"{NAME}, слепой\nШкольная 16",
        f"{NAME} | Подпись\n1 | 0147",
        f"{NAME}, Новостройка 3",
    ],
)
def test_what_is_no_street(text: str) -> None:
    assert list(bare_streets(text, _names(text), [])) == []


@pytest.mark.parametrize(
    ("text", "born"),
    [
        (f"{NAME} - 1900-1968", "1900-1968"),
        (f"{NAME}., около 1880, без документов", "1880"),
        (f"{NAME} (лақап аты Шолақ), 1905", "1905"),
        (f"{NAME}, 1954 жыл, жаз. Келмеді", "1954 жыл, жаз"),
        ("Год рождения – двадцать третий", "двадцать третий"),
        ("тысяча девятьсот тридцать шестого года рождения", "тысяча девятьсот тридцать шестого года"),
        ("туған жылы – мың тоғыз жүз отыз төрт", "мың тоғыз жүз отыз төрт"),
        (f"О рождении\n№ 51. {NAME}, 3 июня. Мать", "3 июня"),
    ],
)
def test_births_behind_names_and_in_words(text: str, born: str) -> None:
    names = _names(text) if NAME in text else []
    assert born in [text[f.start : f.end] for f in row_births(text, names)]


@pytest.mark.parametrize("text", [f"{NAME}, 1941-1945, фронт", f"{NAME}, 3 июня. Пришёл", f"№ 5. {NAME}, 3 июня."])
def test_what_is_no_birth(text: str) -> None:
    assert list(row_births(text, _names(text))) == []


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("Тестов Марат (род. в 37 г.) явился", "37"),
        ("жасы 1890 жылғы, ер", "1890 жылғы"),
        ("квартира по Коммунистическому проспекту, 84, кв. 7", "Коммунистическому проспекту, 84, кв. 7"),
        ("От Тестовой Анны, пос. Шахан, 2-й барак, комн. 14", "2-й барак, комн. 14"),
        ("soс. код 323324VGL1643883", "323324VGL1643883"),
        ("мой номер 8(70 1)57 7128 0", "8(70 1)57 7128 0"),
    ],
)
def test_patterns(finder: Finder, text: str, hidden: str) -> None:
    found = finder.entities(text, wide=False)
    assert any(e.start <= text.index(hidden) and text.index(hidden) + len(hidden) <= e.end for e in found)
