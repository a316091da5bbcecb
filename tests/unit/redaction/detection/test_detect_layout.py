"""What only the place on the page tells: values beside labels, dates under headers, officials beside offices."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from qupia_redaction.model import Box, Category, Detail, KnownPerson, PageText, PrivateText, TextSource
from qupia_redaction.ports import DetailFinder

ULGI = KnownPerson("p1", (PrivateText("Үлгіев Сынақ Тестович"),), PrivateText("991231600002"))
Piece = tuple[float, float, str]
SKEW, STEP, HIGH = -0.02, 5.0, 8.0
LONG_LINE: Piece = (50.0, 60.0, "завод имени праздника, отдел по работе с людьми и письмами")
"""Only long lines tell how askew a page is."""


def laid_out(pieces: Sequence[Piece]) -> PageText:
    """Set pieces of text at (x, y), one line each in the order given, on a page scanned askew."""
    text = ""
    boxes: list[Box | None] = []
    for x, y, words in pieces:
        text += "\n" if text else ""
        boxes += [None] * (len(text) - len(boxes))
        for at, char in enumerate(words):
            left = x + at * STEP
            top = y + SKEW * left
            boxes.append(None if char == " " else Box(left, top, left + STEP, top + HIGH))
        text += words
    return PageText(1, PrivateText(text), tuple(boxes), TextSource.OCR, 595.0, 842.0)


def seen(finder: DetailFinder, pieces: Sequence[Piece], *persons: KnownPerson) -> list[tuple[str, Category]]:
    """Return what is found, as (words, category)."""
    page = laid_out([LONG_LINE, *pieces])
    found: tuple[Detail, ...] = finder.find([page], persons)
    return [(page.text.reveal()[d.start : d.end], d.category) for d in found]


def columns(*pairs: tuple[str, str]) -> list[Piece]:
    """Read a form column by column, as OCR does: all labels first, then all values."""
    labels = [(50.0, 100.0 + 18 * row, label) for row, (label, _) in enumerate(pairs)]
    values = [(300.0, 100.0 + 18 * row, value) for row, (_, value) in enumerate(pairs)]
    return [*labels, *values]


FORM = columns(
    ("3. Год, число, м-ц рожд.", "8 июня 1908"),
    ("4. Место работы", "завод «Образец»"),
    ("5. Национальность", "немец"),
    ("7. Партийность", "состоял до 1937 г."),
    ("11. Привлекался ли к суду", "да, в 1941 г."),
    ("16. Домашний адрес", "г. Примерск, ул: Тестовая, д. 3"),
)


@pytest.mark.parametrize(
    ("value", "category"),
    [
        ("8 июня 1908", Category.BIRTH_DATE),
        ("немец", Category.SPECIAL),
        ("состоял до 1937 г.", Category.SPECIAL),
        ("да, в 1941 г.", Category.SPECIAL),
        ("ул: Тестовая, д. 3", Category.ADDRESS),
    ],
)
def test_value_beside_its_label_is_hidden(finder: DetailFinder, value: str, category: Category) -> None:
    assert (value, category) in seen(finder, FORM)


def test_labels_and_other_values_stay(finder: DetailFinder) -> None:
    hidden = " ".join(words for words, _ in seen(finder, FORM))
    assert not any(word in hidden for word in ("Партийность", "Национальность", "завод", "Примерск"))


def test_value_of_the_next_row_is_not_taken(finder: DetailFinder) -> None:
    pieces = columns(("5. Национальность", "немец"), ("8. Образование", "семь классов"))
    assert [words for words, _ in seen(finder, pieces)] == ["немец"]


TABLE: list[Piece] = [
    (50.0, 100.0, "Тегі, аты, әкесінің аты"),
    (250.0, 100.0, "Туған күні"),
    (350.0, 100.0, "Ұлты"),
    (420.0, 100.0, "Отағасына"),
    (50.0, 120.0, "Мысалова Айгүл Тестқызы"),
    (250.0, 120.0, "22.11.1936"),
    (350.0, 120.0, "қазақ"),
    (420.0, 120.0, "әйелі"),
    (50.0, 160.0, "Бухгалтер"),
    (250.0, 160.0, "03.04.1960"),
]


def test_row_of_a_person_under_headers(finder: DetailFinder) -> None:
    found = seen(finder, TABLE)
    assert ("22.11.1936", Category.BIRTH_DATE) in found
    assert ("қазақ", Category.SPECIAL) in found


def test_headers_and_rows_of_nobody_stay(finder: DetailFinder) -> None:
    hidden = [words for words, _ in seen(finder, TABLE)]
    assert not any(word in words for words in hidden for word in ("Отағасына", "Туған", "03.04.1960"))


def test_date_in_a_row_without_birth_header_stays(finder: DetailFinder) -> None:
    pieces = [(50.0, 100.0, "Мысалова Айгүл Тестқызы"), (300.0, 100.0, "22.11.1936")]
    assert Category.BIRTH_DATE not in {kind for _, kind in seen(finder, pieces)}


@pytest.mark.parametrize("office", ["Бөлім басшысы", "Главный бухгалтер", "Кассир", "Кеңес хатшысы"])
def test_official_across_the_gap_for_a_signature_stays(finder: DetailFinder, office: str) -> None:
    pieces = [(50.0, 100.0, office), (50.0, 130.0, "1 мая 1960 г."), (380.0, 100.0, "Қ.Ж. Образцов")]
    assert seen(finder, pieces) == []


def test_private_name_in_the_next_row_is_hidden(finder: DetailFinder) -> None:
    pieces = [(50.0, 100.0, "Кассир"), (380.0, 100.0, "Қ.Ж. Образцов"), (380.0, 130.0, "С.Т. Примеров")]
    assert ("С.Т. Примеров", Category.PERSON) in seen(finder, pieces)
