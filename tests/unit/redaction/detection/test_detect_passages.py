"""Birth dates, addresses, health and special passages in Kazakh, Russian and English."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from qupia_redaction.model import Category

Hidden = Callable[..., list[str]]

MATCHES = [
    (Category.BIRTH_DATE, "дата рождения: 05.03.1957", "05.03.1957"),
    (Category.BIRTH_DATE, "1957 г.р.", "1957"),
    (Category.BIRTH_DATE, "родился 5 марта 1957 года", "5 марта 1957"),
    (Category.BIRTH_DATE, "род. 5/III-57, рождён 5/III-57", "5/III-57"),
    (Category.BIRTH_DATE, "туған күні 05.03.1957 ж.", "05.03.1957"),
    (Category.BIRTH_DATE, "1957 жылғы 5 наурызда туған", "1957 жылғы 5 наурыз"),
    (Category.BIRTH_DATE, "1957 жылы туған", "1957"),
    (Category.BIRTH_DATE, "1957 ж.т.", "1957"),
    (Category.BIRTH_DATE, "born on 5 March 1957", "5 March 1957"),
    (Category.BIRTH_DATE, "Улгиев С.Т. 1957 слесарь", "1957"),
    (Category.ADDRESS, "г. Алматы, ул. Образцовая, д. 12, кв. 34", "ул. Образцовая, д. 12, кв. 34"),
    (Category.ADDRESS, "живёт: мкр. 5, дом 3, кв. 4", "мкр. 5, дом 3, кв. 4"),
    (Category.ADDRESS, "Адрес: г. Алматы, Абая 10-5", "Абая 10-5"),
    (Category.ADDRESS, "ул. Образцовая,\nд. 12, кв. 34", "ул. Образцовая,\nд. 12, кв. 34"),
    (Category.ADDRESS, "Үлгі көшесі, 12-үй, 34-пәтер", "Үлгі көшесі, 12-үй, 34-пәтер"),
    (Category.ADDRESS, "Үлгі к-сі 12/34", "Үлгі к-сі 12/34"),
    (Category.ADDRESS, "Бұқар жырау даңғылы, 12/3", "Бұқар жырау даңғылы, 12/3"),
    (Category.ADDRESS, "lives at 12 Example Street, Apt 4", "12 Example Street, Apt 4"),
    (Category.ADDRESS, "индекс Z05T3E5", "Z05T3E5"),
    (Category.HEALTH, "Диагноз: хронический бронхит. Выписан.", "хронический бронхит"),
    (Category.HEALTH, "инвалид II группы", "инвалид II группы"),
    (Category.HEALTH, "диагнозы: өкпе қабынуы", "өкпе қабынуы"),
    (Category.HEALTH, "Diagnosis: bronchitis", "bronchitis"),
    (Category.SPECIAL, "национальность: казах, образование: среднее", "казах"),
    (Category.SPECIAL, "ұлты қазақ", "қазақ"),
    (Category.SPECIAL, "партийность - член КПСС", "член КПСС"),
    (Category.SPECIAL, "Судимость: не судим", "не судим"),
    (Category.SPECIAL, "соттылығы: жоқ", "жоқ"),
    (Category.SPECIAL, "оклад 120 руб. в месяц", "120 руб."),
    (Category.SPECIAL, "раскулачен и выслан", "раскулачен"),
]

NEAR_MISSES = [
    (Category.BIRTH_DATE, "приказ от 05.03.1987 № 45-к"),
    (Category.BIRTH_DATE, "22.11.2026\nГр. Образец"),
    (Category.BIRTH_DATE, "в 1957 году построен завод"),
    (Category.ADDRESS, "г. Алматы, Алматинская область"),
    (Category.ADDRESS, "Қарағанды қаласы, Абай ауданы"),
    (Category.ADDRESS, "дело 12, лист 5"),
    (Category.HEALTH, "министерство здравоохранения"),
    (Category.SPECIAL, "национальный архивный фонд"),
    (Category.SPECIAL, "цена 120 руб."),
]


@pytest.mark.parametrize(("category", "text", "secret"), MATCHES)
def test_finds(hidden: Hidden, category: Category, text: str, secret: str) -> None:
    assert any(secret in words for words in hidden(text, category)), hidden(text, category)


@pytest.mark.parametrize(("category", "text"), NEAR_MISSES)
def test_leaves(hidden: Hidden, category: Category, text: str) -> None:
    assert hidden(text, category) == []


def test_next_field_stays(hidden: Hidden) -> None:
    assert hidden("национальность: казах, образование: среднее", Category.SPECIAL) == ["казах"]
