"""Each kind of number: what is found, and the near misses that are not."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from qupia_redaction.detect import Finder
from qupia_redaction.model import Category
from qupia_redaction.recognizers.checks import iin_check_digit, is_card, is_iban, is_iin

Hidden = Callable[..., list[str]]

MATCHES = [
    (Category.IIN, "ИИН 991231600002", "991231600002"),
    (Category.IIN, "ЖСН: 991231 600 301 берілді", "991231 600 301"),
    (Category.IIN, "IIN 991231500006", "991231500006"),
    (Category.IIN, "номер 991231500707 в списке", "991231500707"),
    (Category.IIN, "ИИН 850229300001", "850229300001"),
    (Category.IIN, "ИИН 991231600003", "991231600003"),
    (Category.IIN, "ИИН 99I23l6ООО02", "99I23l6ООО02"),
    (Category.IIN, "ИИН\n991231\n600002", "991231\n600002"),
    (Category.IIN, "Заявление\n9 9 1 2 3 1 6 0 0 0 0 2\nПрошу", "9 9 1 2 3 1 6 0 0 0 0 2"),
    (Category.IIN, "9 | 9 | 1 | 2 | 3 | 1 | 6 | 0 | 0 | 0 | 0 | 2", "9 | 9 | 1 | 2 | 3 | 1 | 6 | 0 | 0 | 0 | 0 | 2"),
    (Category.IIN, "ИИН заявителя (заполняется в клетках):\n9 9 4 5 3 1 6 0 0 0 0 2", "9 9 4 5 3 1 6 0 0 0 0 2"),
    (Category.IIN, "РНН/ИИН: 123456789012", "123456789012"),
    (Category.IIN, "ЖСН/БСН 991231600002", "991231600002"),
    (Category.PHONE, "звоните +7 701 123-45-67", "+7 701 123-45-67"),
    (Category.PHONE, "8(7172)12-34-56", "8(7172)12-34-56"),
    (Category.PHONE, "тел. 5-12-34", "5-12-34"),
    (Category.PHONE, "ұялы тел.: 87011234567", "87011234567"),
    (Category.PHONE, "phone: 727 212 34 56", "727 212 34 56"),
    (Category.EMAIL, "пишите ulgi.test@example.kz.", "ulgi.test@example.kz"),
    (Category.EMAIL, "почта үлгі@мысал.қаз", "үлгі@мысал.қаз"),
    (Category.IBAN, "счёт KZ90 999T EST0 0000 0001", "KZ90 999T EST0 0000 0001"),
    (Category.IBAN, "KZ91999TEST000000001", "KZ91999TEST000000001"),
    (Category.CARD, "карта 4111 1111 1111 1111", "4111 1111 1111 1111"),
    (Category.CARD, "төлем картасы 4111111111111112", "4111111111111112"),
    (Category.DOCUMENT_NUMBER, "удостоверение личности № 012345678", "012345678"),
    (Category.DOCUMENT_NUMBER, "жеке куәлігі 012345678", "012345678"),
    (Category.DOCUMENT_NUMBER, "№ 012345678 выдано МВД РК", "№ 012345678"),
    (Category.DOCUMENT_NUMBER, "паспорт N12345678", "N12345678"),
    (Category.DOCUMENT_NUMBER, "паспорт XIV-ЖА № 123456", "XIV-ЖА № 123456"),
    (Category.DOCUMENT_NUMBER, "свидетельство о рождении I-ЖА № 123456", "I-ЖА № 123456"),
    (Category.DOCUMENT_NUMBER, "запись акта № 123", "123"),
    (Category.DOCUMENT_NUMBER, "актінің № 123 жазбасы", "123"),
    (Category.DOCUMENT_NUMBER, "военный билет АА № 0000000", "АА № 0000000"),
    (Category.DOCUMENT_NUMBER, "әскери билет АА 0000000", "АА 0000000"),
    (Category.DOCUMENT_NUMBER, "лицевой счёт № 77", "77"),
    (Category.DOCUMENT_NUMBER, "зейнетақы ісі № 1234", "1234"),
    (Category.DOCUMENT_NUMBER, "амб. карта № 555", "555"),
    (Category.DOCUMENT_NUMBER, "РНН 123456789012", "123456789012"),
    (Category.DOCUMENT_NUMBER, "кадастровый номер 09-142-001-1234", "09-142-001-1234"),
    (Category.DOCUMENT_NUMBER, "гос. номер 123 ABC 02", "123 ABC 02"),
    (Category.DOCUMENT_NUMBER, "водительское удостоверение AB 123456", "AB 123456"),
    (Category.DOCUMENT_NUMBER, "IDKAZ0000000000991231600002<<<", "IDKAZ0000000000991231600002<<<"),
]

NEAR_MISSES = [
    (Category.IIN, "БИН 450640000003"),
    (Category.IIN, "БСН: 450641000009 берілген"),
    (Category.IIN, "BIN 450640000401"),
    (Category.IIN, "сумма 123456789012 тенге"),
    (Category.IIN, "Бағалары: 5 | 4 | 5 | 3 | 4 | 4 | 5 | 5 | 4 | 3 | 5 | 4"),
    (Category.IIN, "БИН\n4 5 0 6 4 0 0 0 0 0 0 3"),
    (Category.IIN, "9912316000021"),
    (Category.PHONE, "приказ № 12-45-к от 05.03.1987"),
    (Category.PHONE, "с 1957-1960 гг."),
    (Category.EMAIL, "по @ 5 руб. за штуку"),
    (Category.IBAN, "приказ KZ 12"),
    (Category.CARD, "номер дела 4111 1111 1111 1112"),
    (Category.DOCUMENT_NUMBER, "приказ № 45-к от 05.03.1987"),
    (Category.DOCUMENT_NUMBER, "дело № 2-1234/99"),
    (Category.DOCUMENT_NUMBER, "15. Паспорт\n16. Домашний адрес"),
    (Category.DOCUMENT_NUMBER, "в 1987 году 123456 тонн"),
]


@pytest.mark.parametrize(("category", "text", "secret"), MATCHES)
def test_finds(hidden: Hidden, category: Category, text: str, secret: str) -> None:
    assert any(secret in words for words in hidden(text, category)), hidden(text, category)


@pytest.mark.parametrize(("category", "text"), NEAR_MISSES)
def test_leaves(hidden: Hidden, category: Category, text: str) -> None:
    assert hidden(text, category) == []


@pytest.mark.parametrize(
    "number",
    (
        "991231600002 991231600301 991231500006 991231500707 450640000003 450641000009 450642000004 "
        "450650000008 450663000009 450640000401 850229300001"
    ).split(),
)
def test_right_check_digits(number: str) -> None:
    assert is_iin(number)


def test_base_without_check_digit() -> None:
    assert iin_check_digit("99123160110") is None
    assert not is_iin("991231601100")


def test_other_checks() -> None:
    assert is_iban("KZ90 999T EST0 0000 0001")
    assert not is_iban("KZ91 999T EST0 0000 0001")
    assert is_card("4111111111111111")
    assert not is_card("4111111111111112")


CIPHERS = [
    "Основание: Ф. 12 Оп. 3 Д. 45 Л. 6",
    "ф. Р-45, оп. 2, д. 7, лл. 12-15",
    "Ф. 123 Оп. 1 Д. 45 Л. 6 (об.)",
    "Негізі: 123-қор, 1-тізімдеме, 45-іс, 6-п.",
    "фонд 12, опись 3, дело 45, лист 6 об.",
]


@pytest.mark.parametrize("cipher", CIPHERS)
def test_archive_cipher_stays(found: Callable[..., list[object]], cipher: str) -> None:
    assert found(cipher) == []


@pytest.mark.parametrize("cipher", CIPHERS)
def test_archive_cipher_is_nothing_in_running_text_either(finder: Finder, cipher: str) -> None:
    numbers = [range(m.start(), m.end()) for m in re.finditer(r"\d+", cipher)]
    found = finder.entities(cipher, wide=True)
    assert not [e for e in found if any(e.start < n.stop and n.start < e.end for n in numbers)]
