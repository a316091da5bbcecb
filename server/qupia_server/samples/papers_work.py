"""Papers of the «Ұшқын» works: an order on personnel, a pay list, and a volume of sixty pages.

All people are invented. Marks as in `marks`.
"""

from __future__ import annotations

import random

from qupia_server.samples.furniture import signature
from qupia_server.samples.marks import Gold
from qupia_server.samples.paper import Paper
from qupia_server.samples.sheet import A4_WIDE, Face, Sheet, Style

_SMALL = Style(size=9)
_BOLD = Style(Face.BOLD, 12)
_TITLE = Style(Face.BOLD, 15)
_VOLUME_PAGES = 60
_ORDERS_A_MONTH = 6

_RU_PEOPLE = (
    "Лиственцев Пётр Андреевич",
    "Ветроградова Нина Павловна",
    "Полынцев Семён Игнатьевич",
    "Озероградов Виктор Лукич",
    "Камнецветова Раиса Тимофеевна",
    "Смолянцев Георгий Маркович",
    "Шнайдерфельд Эмма Ивановна",
    "Акбултов Ерлан Таскынович",
    "Аккаинов Марат Дауренович",
    "Степноградов Аркадий Фёдорович",
)
_KK_PEOPLE = (
    "Көкбұлақов Оразалы Сейітұлы",
    "Таңсәулеева Гүлнәр Бекетқызы",
    "Самалтаев Қайрат Жомартұлы",
    "Қарлығашева Шәмші Әбілқызы",
    "Гүлтөбеков Ұлан Өтепұлы",
    "Аққайыңов Дәурен Сапарұлы",
    "Жұлдызтаева Назым Бекежанқызы",
    "Үкітаев Нұртас Һарунұлы",
)
_RU_DEEDS = (
    "Принять на работу: {{{name}}}, {post}, с [{date}]. Основание: личное заявление.",
    "Перевести на другую работу: {{{name}}}, {post}, с [{date}] в связи с производственной необходимостью.",
    "Уволить по собственному желанию: {{{name}}}, {post}, с [{date}], ст. 32 КЗоТ КазССР.",
    "Предоставить очередной отпуск: {{{name}}}, {post}, на 24 рабочих дня с [{date}].",
    "Объявить выговор: {{{name}}}, {post}, за <появление на работе в нетрезвом состоянии> [{date}].",
    "Выплатить единовременное пособие: {{{name}}}, {post}, проживает: ул. {{Заводская, д. {house}, кв. {flat}}}.",
)
_KK_DEEDS = (
    "Жұмысқа қабылдансын: {{{name}}}, {post}, [{date}] бастап. Негізі: жеке өтініші.",
    "Басқа жұмысқа ауыстырылсын: {{{name}}}, {post}, [{date}] бастап өндіріс қажеттігіне байланысты.",
    "Өз тілегі бойынша жұмыстан босатылсын: {{{name}}}, {post}, [{date}] бастап.",
    "Кезекті еңбек демалысы берілсін: {{{name}}}, {post}, [{date}] бастап 24 жұмыс күніне.",
    "Біржолғы жәрдемақы төленсін: {{{name}}}, {post}, тұрады: {{Үлгі көшесі, {house}-үй, {flat}-пәтер}}.",
)
_RU_POSTS = ("токарь 3 разряда", "слесарь-сборщик", "бухгалтер", "инженер ОТК", "кладовщик", "наладчик станков")
_KK_POSTS = ("токарь", "слесарь", "есепші", "инженер", "қоймашы", "экономист")
_RU_MONTHS = ("января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября")
_KK_MONTHS = ("қаңтар", "ақпан", "наурыз", "сәуір", "мамыр", "маусым", "шілде", "тамыз", "қыркүйек", "қазан")
_KK_MONTHS_FROM = ("қаңтардан", "ақпаннан", "наурыздан", "сәуірден", "мамырдан", "маусымнан", "шілдеден", "тамыздан",
              "қыркүйектен", "қазаннан")  # fmt: skip


def personnel_order() -> Paper:
    """Return the order on personnel No. 45-к of 1987."""
    gold = Gold()
    page = Sheet(gold)
    page.centre("МИНИСТЕРСТВО МЕСТНОЙ ПРОМЫШЛЕННОСТИ", _SMALL)
    page.centre("[Кокжиекский завод «Ұшқын»]", _BOLD)
    page.skip(18)
    page.centre("П Р И К А З   [№ 45-к]", _TITLE)
    page.pair("г. Кокжиек", "[5 марта 1987 г.]")
    page.skip(10)
    page.line("[По личному составу]", _BOLD)
    page.skip(6)
    for text in _ORDER:
        page.para(text)
        page.skip(5)
    page.skip(20)
    page.pair("Директор завода", "~П.А. Рощинский~")
    signature(page, 300, page.y - 16, "director")
    page.skip(10)
    page.pair("С приказом ознакомлены:", "{Е.Т. Акбултов}")
    page.pair("", "{Д.С. Аккаинов}")
    page.pair("", "{В.И. Липоградова}")
    page.skip(26)
    page.line("Исп. ~Ветроградова~, тел. {5-12-34}", _SMALL)
    return Paper("d-0001", (page,), gold)


_ORDER = (
    "§ 1. Уволить {Акбултова Ерлана Таскыновича}, слесаря сборочного цеха № 2, таб. № 1147, с [6 марта 1987 года] "
    "по [ст. 33 п. 4 КЗоТ КазССР] за <прогул без уважительных причин> 27 и 28 февраля. Основание: докладная "
    "записка начальника цеха, объяснительная записка.",
    "§ 2. Предоставить {Липоградовой Вере Ильиничне}, {12.04.1949} года рождения, бухгалтеру расчётной группы, "
    "отпуск по <уходу за ребёнком до достижения им возраста полутора лет> с [9 марта 1987 года]. Проживает по "
    "адресу: г. Кокжиек, ул. {Образцовая, д. 12, кв. 34}.",
    "§ 3. Объявить благодарность мастеру участка {Аккаинову Даурену Сапаровичу} за многолетний добросовестный "
    "труд и выдать денежную премию в размере 40 рублей. Приказ огласить на собрании цеха.",
    "§ 4. Установить с [1 марта 1987 года] ученице токаря {Аккаиновой Айгерим Дауреновне}, {14 мая 1965} года "
    "рождения, оклад 95 рублей на период обучения. Наставник: {Аккаинов Марат}.",
)


def pay_list() -> Paper:
    """Return the pay list of March 1979: many people on one sheet."""
    gold = Gold()
    page = Sheet(gold, A4_WIDE, margin=40, y=50)
    page.centre("[Кокжиекский завод «Ұшқын»], сборочный цех № 2", _SMALL)
    page.centre("[ЛИЦЕВЫЕ СЧЕТА ПО ЗАРАБОТНОЙ ПЛАТЕ]", _TITLE)
    page.centre("за [март 1979 года]", Style(size=11))
    page.skip(14)
    head = ("№", "Таб. №", "Фамилия, имя, отчество", "Год рожд.", "Должность", "Начислено, руб.", "Удержано, руб.",
            "В том числе алименты", "На руки, руб.", "Подпись")  # fmt: skip
    rows = [head, *(_pay_row(number, *line) for number, line in enumerate(_PAY, start=1))]
    page.table((24, 48, 190, 48, 110, 72, 66, 72, 66, 66), rows, _SMALL)
    for number in range(len(_PAY)):
        signature(page, 742, 151 + number * 16.7, f"pay{number}", 0.7)
    page.line("[Итого начислено: 1 862 руб. 40 коп.] Выплата произведена по ведомости [№ 31] от [5 апреля 1979 г.]")
    page.skip(10)
    page.pair("Главный бухгалтер  ~Камнецветова Р.Т.~", "Кассир  ~Таңсәулеева Г.Б.~")
    return Paper("d-0012", (page,), gold)


_PAY = (
    ("1102", "{Аккаинов Даурен Сапарович}", "1931", "мастер участка", "214-50", "38-60", "", "175-90"),
    ("1147", "{Акбултов Ерлан Таскынович}", "1958", "слесарь 2 разр.", "142-00", "61-06", "<35-50>", "80-94"),
    ("1150", "{Лиственцев Пётр Андреевич}", "1940", "токарь 5 разр.", "198-20", "33-70", "", "164-50"),
    ("1163", "{Ветроградова Нина Павловна}", "1951", "кладовщик", "118-00", "17-70", "", "100-30"),
    ("1171", "{Самалтаев Кайрат Жомартович}", "1947", "слесарь 4 разр.", "176-40", "73-21", "<44-10>", "103-19"),
    ("1180", "{Озероградов Виктор Лукич}", "1933", "наладчик", "205-80", "35-00", "", "170-80"),
    ("1188", "{Шнайдерфельд Эмма Ивановна}", "1938", "контролёр ОТК", "151-30", "25-70", "", "125-60"),
    ("1191", "{Полынцев Семён Игнатьевич}", "1944", "электрик", "168-90", "28-70", "", "140-20"),
    ("1204", "{Карлыгашева Шамши Абиловна}", "1955", "ученица токаря", "95-00", "12-30", "", "82-70"),
    ("1209", "{Липоградов Степан Фомич}", "1944", "шофёр", "187-30", "31-80", "", "155-50"),
    ("1212", "{Смолянцев Георгий Маркович}", "1929", "вахтёр", "105-00", "14-90", "", "90-10"),
    ("1215", "{Гультобеков Улан Утепович}", "1950", "грузчик", "100-00", "15-00", "", "85-00"),
)


def _pay_row(number: int, badge: str, name: str, year: str, post: str, *sums: str) -> tuple[str, ...]:
    return (str(number), badge, name, f"~{year}~", post, *sums, "")


def order_volume() -> Paper:
    """Return a volume of orders of 1984: sixty pages, Russian and Kazakh mixed."""
    gold = Gold()
    chance = random.Random(1984)
    pages = [_cover(gold)]
    pages += [_volume_page(gold, chance, number) for number in range(2, _VOLUME_PAGES + 1)]
    return Paper("d-0013", tuple(pages), gold)


def _cover(gold: Gold) -> Sheet:
    page = Sheet(gold, y=150)
    page.centre("[Кокжиекский завод «Ұшқын»]", _BOLD)
    page.skip(60)
    page.centre("ДЕЛО [№ 17]", _TITLE)
    page.centre("[Приказы по личному составу]", _BOLD)
    page.centre("[Жеке құрам жөніндегі бұйрықтар]", _BOLD)
    page.skip(40)
    page.centre("Начато: [3 января 1984 г.]")
    page.centre("Окончено: [19 октября 1984 г.]")
    page.skip(200)
    page.line("[Ф. 5  Оп. 2-л  Д. 17]")
    page.line("На 60 листах. Хранить 75 лет.")
    return page


def _volume_page(gold: Gold, chance: random.Random, number: int) -> Sheet:
    page = Sheet(gold)
    kazakh = number % 3 == 0
    page.pair("«Ұшқын» зауыты" if kazakh else "Завод «Ұшқын»", f"л. {number}", _SMALL)
    page.skip(14)
    heading = f"№ {number}-ж БҰЙРЫҚ" if kazakh else f"ПРИКАЗ № {number}-к"
    page.centre(f"[{heading}]", _BOLD)
    month = (number - 2) // _ORDERS_A_MONTH
    day = (number - 2) % _ORDERS_A_MONTH * 4 + 3
    date = f"1984 жылғы {day} {_KK_MONTHS[month]}" if kazakh else f"{day} {_RU_MONTHS[month]} 1984 г."
    page.pair("Көкжиек қаласы" if kazakh else "г. Кокжиек", f"[{date}]")
    page.skip(8)
    deeds = chance.sample(_KK_DEEDS if kazakh else _RU_DEEDS, 5)
    people = chance.sample(_KK_PEOPLE if kazakh else _RU_PEOPLE, len(deeds))
    for paragraph, (deed, name) in enumerate(zip(deeds, people, strict=True), start=1):
        page.para(f"§ {paragraph}. {_deed(deed, name, chance, (kazakh, month))}")
        page.skip(6)
    page.skip(24)
    page.pair("Зауыт директоры" if kazakh else "Директор завода", "~П.А. Рощинский~")
    signature(page, 300, page.y - 16, "director")
    return page


def _deed(deed: str, name: str, chance: random.Random, when: tuple[bool, int]) -> str:
    kazakh, month = when
    day = chance.randint(1, 28)
    date = f"1984 жылғы {day} {_KK_MONTHS_FROM[month]}" if kazakh else f"{day} {_RU_MONTHS[month]} 1984 года"
    return deed.format(
        name=name,
        post=chance.choice(_KK_POSTS if kazakh else _RU_POSTS),
        date=date,
        house=chance.randint(1, 98),
        flat=chance.randint(1, 120),
    )
