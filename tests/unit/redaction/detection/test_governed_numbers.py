"""Numbers that the noun in front of them governs: papers of persons are hidden, what offices count stays."""

from __future__ import annotations

import pytest

from qupia_redaction.model import Category
from qupia_redaction.recognizers.doubted import governed_numbers
from qupia_redaction.recognizers.finding import Finding


def _told(text: str, name: str = "") -> list[str]:
    names = [Finding(text.index(name), text.index(name) + len(name), Category.PERSON, 0.9, "test")] if name else []
    return [text[f.start : f.end] for f in governed_numbers(text, names, [], [])]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Расчётная тетрадь колхозника № 77.", "77"),
        ("Вид на жительство серия АБ 118203", "АБ 118203"),
        ("эваколисток 0844", "0844"),
        ("Тұтқын қағазы № 4471.", "4471"),
        ("дело подопечного № 34;", "34"),
        ("Жер учаскесінің актісі № 0771123", "0771123"),
        ("Соц. карта № 5500 3381.", "5500 3381"),
        ("prisoner number K-2231, who lived", "K-2231"),
        ("Удостоверевие № 1188-к", "1188-к"),
        ("справка родильного дома № 19/7", "19/7"),
        ("Справка о смерти № 512", "512"),
        ("АХАЖ анықтамасы № 8", "8"),
        ("МАКЕТ ДЕЛА № 104418-П", "104418-П"),
    ],
)
def test_papers_of_persons(text: str, number: str) -> None:
    assert _told(text) == [number]


@pytest.mark.parametrize(
    "text",
    [
        "Приказ № 211 от 5 марта 1951 г.",
        "школа № 15, участок № 3",
        "медициналық куәландыру актісі № 218",
        "выдана справка № 118",
        "справка роддома № 3",
        "пенсия 54 сом, карта 12 шт.",
        "Следственное дело № 4417.",
        "ARCHIVAL CERTIFICATE No. 77-2",
        "в 1941-1945 гг. служил",
        "премия 1 250 000 теңге",
    ],
)
def test_what_offices_count_stays(text: str) -> None:
    assert _told(text) == []


def test_a_long_number_without_a_label_is_somebodys_beside_a_person() -> None:
    assert _told("Жук П.С. 30118842 явился", "Жук П.С.") == ["30118842"]
    assert _told("явился 30118842") == []
    assert _told("Жук П.С. 1941-1945", "Жук П.С.") == []
