"""Numbers that their place tells: entries before names, series parted from their number, nouns behind, lists, tabs."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from qupia_redaction.model import Category, Detail
from qupia_redaction.nlp.fold import fold
from qupia_redaction.nlp.shown import Shown
from qupia_redaction.recognizers.doubted import governed_numbers
from qupia_redaction.recognizers.finding import Finding
from qupia_redaction.recognizers.keep import kept_ranges
from qupia_redaction.recognizers.placed import placed_numbers


def _names(text: str, name: str) -> list[Finding]:
    return [Finding(text.index(name), text.index(name) + len(name), Category.PERSON, 0.9, "test")] if name else []


def _placed(text: str, name: str = "") -> list[str]:
    return [text[f.start : f.end] for f in placed_numbers(text, _names(text, name), Shown(text))]


def _governed(text: str) -> list[str]:
    return [text[f.start : f.end] for f in governed_numbers(text, [], [], [])]


@pytest.mark.parametrize(
    ("text", "name", "number"),
    [
        ("Свидетельство о смерти сер. ІІІ-ЖС за № 207714", "", "ІІІ-ЖС за № 207714"),
        ("әскери билет сериясы АБ, нөмірі 1882047", "", "АБ, нөмірі 1882047"),
        ("паспорт № 448120, серия II-КБ", "", "II-КБ"),
        ("Series and number: 02 No. 0551937.", "", "02 No. 0551937"),
        ("туу туралы 7947 акт жазбасы", "", "7947"),
        ("12-шаруашылық, иесі", "", "12"),
        ("118 нөмірлі әскери билет", "", "118"),
        ("под № 74 в книге записей актов о смерти", "", "74"),
        ("Сынып\n№ 15. Сынақ Мысал, бағасы бес", "Сынақ Мысал", "15"),
        ("двор 7 – Пример Готфрид", "", "7"),
        ("слепой, Тест Мидхат, 2-41-90", "Тест Мидхат", "2-41-90"),
    ],
)
def test_what_the_place_tells(text: str, name: str, number: str) -> None:
    assert _placed(text, name) == [number]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("облигация серия 014, № 448120", ""),
        ("кооперативте 12 шаруашылық бар", ""),
        ("№ 15. Постановили: принять", ""),
        ("Тест Мидхат, 15-12-34", "Тест Мидхат"),
        ("счёт игры 2-41-90", ""),
    ],
)
def test_what_the_place_does_not_tell(text: str, name: str) -> None:
    assert _placed(text, name) == []


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("сч. 86 и 87 сверены", ["86", "87"]),
        ("медкнижка № 11840", ["11840"]),
        ("акт жазбасының реті 6794", ["6794"]),
        ("Парақ № 1770453 жазылды", ["1770453"]),
        ("справка № 101220847719034", ["101220847719034"]),
        ("ОТБАСЫ ІСІ № 2204", ["№ 2204"]),
        ("ордер пузырный № 448", ["448"]),
        ("постановление Совнаркома № 1182", []),
        ("вагон № 44817, эшелон № 118", []),
        ("Лист № 118", []),
        ("Decree No. 2923", []),
    ],
)
def test_what_governs(text: str, numbers: list[str]) -> None:
    assert _governed(text) == numbers


def test_an_entered_number_of_a_persons_paper_is_not_kept() -> None:
    assert kept_ranges("отношение за № 32/48") != []
    assert kept_ranges("с картой больного за № 32/48") == []


def test_tabs_part_cells_and_a_lone_tab_is_a_blank() -> None:
    assert fold("Таб.\tФИО\tОклад\nИмя:\tСынақ\n\tабзац").text == "Таб.\tФИО\tОклад\nИмя: Сынақ\n абзац"


def test_an_account_with_a_column_a_month(details: Callable[..., tuple[Detail, ...]]) -> None:
    """Half of such a head is months: the number in the first column is the worker's, sums below months are pay."""
    text = (
        "Т.н. | Тегі, аты | Туған жылы | Қызметі | Қаңтар | Ақпан | Наурыз | Ұсталғаны\n"
        "0117 | Пробин Қосжан | 1921 | аға шопан | 684 | 671 | 702 | 60"
    )
    shown = [text[d.start : d.end] for d in details(text)]
    assert {"0117", "684", "671", "702", "60"} <= set(shown)
    assert not [s for s in shown if "Қаңтар" in s or "шопан" in s]
