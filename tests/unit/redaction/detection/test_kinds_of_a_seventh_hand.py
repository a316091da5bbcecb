"""Kinds a fresh hand's papers lost: certificates of life, long codes, corrected births, notes, offices' numbers."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from qupia_redaction.model import Category
from qupia_redaction.recognizers.keep import kept_ranges

Hidden = Callable[..., list[str]]
BEFORE = "Ф. 12 Оп. 3 Д. 45 Л. 6\nПРОТОКОЛ № 7\nДата рождения\n"

NUMBERS = [
    ("Приложена справка домоуправления № 38 от 4 мая.", "38"),
    ("Справка о снятии с учёта № 4471 выдана на руки.", "4471"),
    ("Аурухананың № 71 анықтамасы тігілген.", "71"),
    ("Больничный лист серии КН № 402118 с 5 мая.", "серии КН № 402118"),
    ("Карточка военнообязанного № 33-К хранится.", "33-К"),
    ("Метрики детей № 204, № 87 и № 9.", "87"),
    ("Запрос подтверждён сообщением № 7c1e-90ab сервиса.", "7c1e-90ab"),
    ("QR: QmFzZTY0VGVzdDEyMzQ1Njc4OTA", "QmFzZTY0VGVzdDEyMzQ1Njc4OTA"),
    ("Счёт в Народном банке: № 0811 3370 2", "0811 3370 2"),
]
KEPT = [
    ("Похозяйственная книга № 8 за 1961 год.", "№ 8"),
    ("Ответ дан № 206 от 14 мая.", "№ 206"),
    ("Құжат жолданды: 12.04.1988, тіркеу № 640.", "№ 640"),
    ("Проверено, АСД № 00271, т. 2, л. 14.", "АСД № 00271, т. 2, л. 14"),
    ("Удостоверено нотариусом города, лицензия № 0004410.", "№ 0004410"),
    ("№ 118/4   31 слов   принята утром", "№ 118/4"),
    ("Приказом военного комиссара № 52 оштрафован.", "№ 52"),
]
BIRTHS = [
    ("Сынақов Бекет (1884 ж. шамасында туған) шаруа.\n", "1884"),
    ("  Тестов Марк     12.VI.1953   сын     ученик\n", "12.VI.1953"),
    ("Туған жылын түзету керек: 1948 емес, 1946.\n", "1946"),
    ("В графе год рождения не 1931, а 1933.\n", "1933"),
    ("Новорождённый: мальчик, вес 3100 г; 02.03.2014, в 11 ч утра\n", "02.03.2014"),
]
HOMES = [
    ("Тестова живёт по адресу М. Сынақов көшесі, 14-үй.", "М. Сынақов көшесі, 14-үй"),
    ("Мекен: Бас кошесиндеги 7 уй", "Бас кошесиндеги 7 уй"),
    ("Проживаем в общ. № 5, комн. 11 и 12.", "общ. № 5, комн. 11 и 12"),
    ("Пробина, Дом СМУ, кв. 9.", "Дом СМУ, кв. 9"),
    ("КУДА: АРКАЛЫК УЛ СЫНАКОВА 12 КВ 3", "УЛ СЫНАКОВА 12 КВ 3"),
]
ACTING = [
    "Ауылдық әкімшілік.\nАуыл әкімі Бекет Сынақов оған қағаз бермеді.\n",
    "Визы: юрисконсульт Тестов П. А.   ОК Г. Пробина\n",
    "АХАЖ іс жүргізушісі Ж. Сынақова\n",
    "Тексерген: аудандық статистик Л. Пробин 3.II-57 ж.\n",
    "Больной консультирован доц. Тестовым Д. С., лечение прежнее.\n",
    "Директордың міндетін атқарушы С. Р. Сынақова\n",
    "Директор совхоза Тестов при всех назвал меня лентяйкой и убавил оклад.\n",
    "[На полях:] Вх. № 40. Тов. Тестову — проверить на месте. Пробин\n",
    "СЛУШАЛИ: воспитатель 7 «А» Тестов В. Г. о поведении ученика (1977 г.р.).\n",
    "ТЕЛЕГРАММА\nштемпель города. Приняла Тестова\n",
    "Registered No. 7.\nTo B. Synakova for search.\n",
]
PRIVATE = [
    "Директор совхоза Пробин награжден медалью.\n",
    "Деньги приняла Тестова\n",
    "Тов. Тестову — явиться на комиссию.\n",
    "Резолюция: установить Тестова.\n",
]


@pytest.mark.parametrize(("text", "number"), NUMBERS)
def test_numbers_of_persons_papers(hidden: Hidden, text: str, number: str) -> None:
    assert any(number in found for found in hidden(f"{BEFORE}{text}\n", Category.DOCUMENT_NUMBER))


@pytest.mark.parametrize(("text", "number"), KEPT)
def test_numbers_that_an_office_counts_by(text: str, number: str) -> None:
    start = text.index(number)
    assert any(a <= start and start + len(number) <= b for a, b in kept_ranges(text))


def test_a_hidden_half_of_a_telephone(hidden: Hidden) -> None:
    assert hidden(f"{BEFORE}Келісім +7 701 *** 22 08 нөмірінен берілді.\n", Category.PHONE) == ["+7 701 *** 22 08"]


@pytest.mark.parametrize(("text", "date"), BIRTHS)
def test_births(hidden: Hidden, text: str, date: str) -> None:
    assert any(date in found for found in hidden(BEFORE + text, Category.BIRTH_DATE))


@pytest.mark.parametrize(("text", "home"), HOMES)
def test_homes(hidden: Hidden, text: str, home: str) -> None:
    assert any(home in found for found in hidden(f"{BEFORE}{text}\n", Category.ADDRESS))


@pytest.mark.parametrize("text", ACTING)
def test_who_acts_in_office_stays(hidden: Hidden, text: str) -> None:
    assert hidden(BEFORE + text, Category.PERSON) == []


@pytest.mark.parametrize("text", PRIVATE)
def test_who_does_not_is_hidden(hidden: Hidden, text: str) -> None:
    assert len(hidden(BEFORE + text, Category.PERSON)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "Анықтама телефоны (қабылдау): 8 (7292) 70-11-03",
        "Сұрақтар бойынша: Жалағаш кенті, тел. 8 (24231) 2-31-40",
        "Орындаушы: Е. Пробина, қызметтік телефон 8 (72772) 4-31-13",
    ],
)
def test_telephones_of_offices_stay(hidden: Hidden, text: str) -> None:
    assert hidden(f"{BEFORE}Өтініш қаралды.\n\n{text}\n", Category.PHONE) == []


@pytest.mark.parametrize(
    "text", ["Малика Сынақова ауылдық округі тізімі.", "Сынақ ауылдык советы берген.", "Панфилов атындагы мектеп."]
)
def test_places_that_bear_names_stay(hidden: Hidden, text: str) -> None:
    assert hidden(f"{BEFORE}{text}\n", Category.PERSON) == []
