"""Numbers, births, addresses, contacts and ciphers as papers of other hands have them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from qupia_redaction.model import Category

Hidden = Callable[..., list[str]]

NUMBERS = [
    ("Больной № 98/55: Ахметов Р. Ф., палата 3", "98/55"),
    ("ист. бол. 1901, доставлен из хирургии", "1901"),
    ("Номер партбилета 3480619", "3480619"),
    ("Копию паспорта (серия ZE 4418207) прилагаю", "ZE 4418207"),
    ("гос. номер АЦ 07-44, мотоцикл", "АЦ 07-44"),
    ("her passport copy (No. 535118027) was destroyed", "535118027"),
    ("sick note No. 0091247 was handed in", "0091247"),
    ("Сберкнижка 4-00218 выдана", "4-00218"),
    ("Шаруашылықтың нөмірі (лицевой счет) № 118", "118"),
    ("Замираға (есеп бөлімі, таб. 00088)", "00088"),
]


@pytest.mark.parametrize(("text", "number"), NUMBERS)
def test_numbers(hidden: Hidden, text: str, number: str) -> None:
    assert any(number in found for found in hidden(text, Category.DOCUMENT_NUMBER))


def test_a_number_found_once_is_found_everywhere(hidden: Hidden) -> None:
    text = "Больничный лист № 402120 выдан Ахметову Р. Ф.\nПроверено: по листку 402120 оплачено, склад 402121 закрыт.\n"
    assert [n for n in hidden(text, Category.DOCUMENT_NUMBER) if "40212" in n] == ["402120", "402120"]


BIRTHS = [
    (
        "ӨМІРБАЯН\nМен, Есқараева Бибінұр Тұрлыханқызы, 1949 жылдың 11 қарашасында Ақтөбе облысында",
        "1949 жылдың 11 қараша",
    ),
    ("Ахметов Рустам, 8.VIII-79 г. Истица просит", "8.VIII-79"),
    ("ФИО Хамзина Рымбала    Год рожд. 40    Проф. ламповщица", "40"),
    ("Заявление Кайзер Фриды Александровны, 19.07.27, удостоверение", "19.07.27"),
    ("Туған күні / Date of birth: 31 12 2099", "31 12 2099"),
]


@pytest.mark.parametrize(("text", "birth"), BIRTHS)
def test_births(hidden: Hidden, text: str, birth: str) -> None:
    assert any(birth in found for found in hidden(text, Category.BIRTH_DATE))


def test_a_whole_cell_under_births_is_hidden(hidden: Hidden) -> None:
    rows = "1 | Тортбаев Сейсенкул | ер | 1908, декабрь | казак\n2 | Тортбаева Пернекул | айел | 19.III.61 ж. | казак\n"
    found = hidden("№ | Аты-жони | Жынысы | Туган жылы | Улты\n" + rows, Category.BIRTH_DATE)
    assert found == ["1908, декабрь", "19.III.61 ж."]


def test_dates_of_work_behind_one_name_stay(hidden: Hidden) -> None:
    assert hidden("Ахметов Болат Серикович 05.03.1987 уволен", Category.BIRTH_DATE) == []


ADDRESSES = [
    ("прожив.: г. Уфа, Цюрупы 9, кв. 3, трудовая выслана", "Цюрупы 9, кв. 3"),
    ("по 2-му Мясокомбинатскому проезду, дом № 7, паспорт", "2-му Мясокомбинатскому проезду, дом № 7"),
    ("прож. там же, дом 9.", "дом 9"),
    ("Адрес: г. Тараз, массив Карасу, 12-41", "Карасу, 12-41"),
    ("send the file to my home, 44 Tole bi Street, apt 9, Almaty", "44 Tole bi Street, apt 9"),
    ("Residential address: Apt. 60, 11B Satpayev Avenue, Atyrau", "Apt. 60, 11B Satpayev Avenue"),
    ("Мекенжайым: Шалқар қаласы, Вокзал маңы көшесі 17 үй, 4 пәтер.", "Вокзал маңы көшесі 17 үй, 4 пәтер"),
]


@pytest.mark.parametrize(("text", "address"), ADDRESSES)
def test_addresses(hidden: Hidden, text: str, address: str) -> None:
    assert any(address in found for found in hidden(text, Category.ADDRESS))


KEPT = [
    "Шифр 2-1144. Первый эшелон, станция Атбасар.",
    "ОКМПА, 40-қ., 1-т., 213-іс, 5–6 бб.",
    "1969 жылғы № 44 бұйрықпен тағайындалған.",
    "He was promoted by Order No. 51-K.",
    "Анықтама телефоны: 3-14-77",
    "Телефон для справок 2-12-64",
]


@pytest.mark.parametrize("text", KEPT)
def test_numbers_of_offices_stay(hidden: Hidden, text: str) -> None:
    found = [hidden(text, kind) for kind in (Category.DOCUMENT_NUMBER, Category.ADDRESS, Category.PHONE)]
    assert found == [[], [], []]


def test_phone_of_a_sender_is_no_office_s(hidden: Hidden) -> None:
    text = "From: serik.daul@example.kz   To: info@archive.example\nАрхив Улытау, г. Жезказган\n"
    assert "serik.daul@example.kz" in hidden(text, Category.EMAIL)


def test_maiden_name_belongs_to_the_name(hidden: Hidden) -> None:
    assert hidden("Жена: Утепбергенова (дев. Снегирь) Инна Аркадьевна, 1938", Category.PERSON) == [
        "Утепбергенова (дев. Снегирь) Инна Аркадьевна"
    ]
