"""Papers of offices: archive certificate, pension certificate, eGov certificate, household book, medical extract.

All people are invented; identifiers are synthetic. Marks as in `marks`.
"""

from __future__ import annotations

from qupia_server.samples.furniture import qr_code, seal, signature, stamp
from qupia_server.samples.marks import Gold
from qupia_server.samples.paper import Paper
from qupia_server.samples.scan import ScanLook
from qupia_server.samples.sheet import A4_WIDE, GREY, INK, Face, Sheet, Style

_SMALL = Style(size=9)
_BOLD = Style(Face.BOLD, 11)
_TITLE = Style(Face.BOLD, 14)
_TYPED = Style(Face.TYPED, 10, leading=1.5)


def archive_certificate() -> Paper:
    """Return an archive certificate of 2024, Kazakh letterhead and Russian text."""
    gold = Gold()
    page = Sheet(gold, y=58)
    _letterhead(page)
    page.pair("[2024 ж. 11 қыркүйек]  [№ 03-14/218]", "{Аккаиновой Айгерим Дауреновне}")
    page.pair("", "г. Кокжиек, ул. {Образцовая, д. 12, кв. 34}")
    page.pair("", "тел. {+7 (700) 000-00-01}")
    page.skip(24)
    page.centre("[АРХИВТІК АНЫҚТАМА]", _TITLE)
    page.centre("[АРХИВНАЯ СПРАВКА]", _TITLE)
    page.skip(10)
    for text in _CERTIFICATE:
        page.para(text)
        page.skip(4)
    page.skip(8)
    page.para("Основание / Негіздеме: [Ф. 12 Оп. 3 Д. 45 Л. 6, 6 об.]; [Ф. 12 Оп. 3 Д. 51 Л. 112]", _BOLD, indent=0)
    page.skip(28)
    page.pair("Архив директоры / Директор архива", "~Г.Б. Таңсәулеева~")
    signature(page, 330, page.y - 16, "archive")
    page.pair("Орындаушы / Исполнитель", "~Н.П. Ветроградова~")
    seal(page, 300, page.y + 60, "КӨКЖИЕК ОБЛЫСЫНЫҢ МЕМЛЕКЕТТІК АРХИВІ • ")
    return Paper("d-0002", (page,), gold)


def _letterhead(page: Sheet) -> None:
    page.centre("[«Көкжиек облысының мемлекеттік архиві» КММ]", _BOLD)
    page.centre("[КГУ «Государственный архив Кокжиекской области»]", _BOLD)
    contacts = "Көкжиек қ., Архив көшесі, 1  •  БСН/БИН 450640000003  •  archive@example.kz  •  8 (7172) 00-00-12"
    page.centre(contacts, Style(size=8, colour=GREY))
    page.rule(page.margin, page.y - 4, page.size[0] - page.margin, 1.2)
    page.skip(22)


_CERTIFICATE = (
    "По документам [архивного фонда № 12 «Исполком Тасбулакского районного Совета»] установлено, что "
    "{Аккаинов Даурен Сапарович}, {03.09.1931} года рождения, действительно проживал и работал в колхозе "
    "[«Үлгілі»] с [1948 года] по [1966 год], что подтверждается записями похозяйственных книг.",
    "В книге за [1958-1960 годы] в составе хозяйства указаны: глава {Аккаинов Даурен}, жена {Аккаинова Кулпаш "
    "Ермековна}, сын {Аккаинов Марат Дауренович}. Сведений о заработной плате в документах не имеется.",
    "Аталған мәліметтер {Аққайыңова Айгерім Дәуренқызының} (ЖСН {991231600002}) өтініші бойынша берілді. "
    "Анықтама зейнетақы тағайындау органына ұсыну үшін жасалды.",
)


def pension_certificate() -> Paper:
    """Return a pension certificate of 2019 in Kazakh."""
    gold = Gold()
    page = Sheet(gold)
    page.centre("[ҚАЗАҚСТАН РЕСПУБЛИКАСЫ]", _BOLD)
    page.centre("[Көкжиек қалалық зейнетақы төлеу орталығы]", _BOLD)
    page.rule(page.margin, page.y - 4, page.size[0] - page.margin, 1.2)
    page.skip(26)
    page.centre("[ЗЕЙНЕТАҚЫ АНЫҚТАМАСЫ]", _TITLE)
    page.pair("[2019 жылғы 4 ақпан]", "зейнетақы ісі <№ 0017745>")
    page.skip(12)
    for label, value in _PENSION:
        page.field(label, value)
    page.skip(14)
    page.para(
        "Анықтама {Липоградова Вера Ильиничнаға} тұрғын үй көмегін ресімдеу үшін берілді. Деректердің дұрыстығы "
        "үшін [Көкжиек қалалық зейнетақы төлеу орталығы] жауапты."
    )
    page.skip(36)
    page.pair("Бөлім басшысы", "~Қ.Ж. Самалтаев~")
    signature(page, 320, page.y - 16, "pension")
    seal(page, 190, page.y + 60, "ЗЕЙНЕТАҚЫ ТӨЛЕУ ОРТАЛЫҒЫ • КӨКЖИЕК • ")
    return Paper("d-0006", (page,), gold)


_PENSION = (
    ("Тегі, аты, әкесінің аты:", "{Липоградова Вера Ильинична}"),
    ("Туған күні:", "{12.04.1949} ж."),
    ("ЖСН:", "{991231600301}"),
    ("Жеке куәлігі:", "<№ 000000127>, ҚР ІІМ, 2009 ж."),
    ("Мекенжайы:", "Көкжиек қаласы, {Үлгі көшесі, 12-үй, 34-пәтер}"),
    ("Телефоны:", "{+7 700 000 00 06}"),
    ("Зейнетақы түрі:", "[жасына байланысты зейнетақы]"),
    ("Тағайындалған күні:", "[2007 жылғы 12 қазан]"),
    ("Айлық мөлшері:", "<84 316 теңге>"),
    ("Мүгедектігі:", "<III топ мүгедектігі, жалпы сырқат>"),
    ("Банк шоты (IBAN):", "{KZ90 999T EST0 0000 0001}"),
    ("Төлем картасы:", "{4111 1111 1111 1111}"),
)


def egov_certificate() -> Paper:
    """Return a bilingual address certificate with a QR code that repeats its data."""
    gold = Gold()
    page = Sheet(gold, y=56)
    page.pair("[Электрондық үкімет]", "[Электронное правительство]", Style(Face.BOLD, 12, INK))
    page.pair("Құжат электрондық түрде жасалған", "Бірегей нөмірі: <10100000000001>", Style(size=8, colour=GREY))
    page.rule(page.margin, page.y, page.size[0] - page.margin, 1.2)
    page.skip(34)
    page.centre("[ТҰРАҚТЫ ТҰРҒЫЛЫҚТЫ ЖЕРІНДЕ ТІРКЕЛУІ ТУРАЛЫ АНЫҚТАМА]", Style(Face.BOLD, 11))
    page.centre("[СПРАВКА О РЕГИСТРАЦИИ ПО МЕСТУ ЖИТЕЛЬСТВА]", Style(Face.BOLD, 11))
    page.skip(16)
    for label, value in _EGOV:
        page.field(label, value, column=170)
    page.skip(16)
    page.para(
        "Осы анықтама талап етілген жерге ұсыну үшін берілді. Справка выдана для предъявления по месту требования."
    )
    page.skip(20)
    page.para(
        "[«Электрондық құжат және электрондық цифрлық қолтаңба туралы» Заңға сәйкес "
        "қағаз жеткізгіштегі құжатпен бірдей.] Штрих-код содержит данные, подписанные электронной цифровой подписью.",
        Style(size=8.5, colour=GREY),
    )
    name = "Аккаинова Айгерим Дауреновна"
    qr_code(page, 70, page.y + 10, 120, f"10100000000001|991231600002|{name}|Образцовая 12-34")
    qr_code(page, 215, page.y + 10, 120, "EDS|CN=АККАИНОВА АЙГЕРИМ|SERIALNUMBER=IIN991231600002")
    return Paper("d-0008", (page,), gold)


_EGOV = (
    ("Берілген күні / Дата выдачи", "[21.01.2025]"),
    ("ЖСН / ИИН", "{991231600002}"),
    ("Тегі / Фамилия", "{Аққайыңова} / {Аккаинова}"),
    ("Аты / Имя", "{Айгерім} / {Айгерим}"),
    ("Әкесінің аты / Отчество", "{Дәуренқызы} / {Дауреновна}"),
    ("Туған күні / Дата рождения", "{14.05.1965}"),
    ("Мекенжайы", "Көкжиек обл., Көкжиек қ., {Үлгі көшесі, 12-үй, 34-пәтер}"),
    ("Адрес", "Кокжиекская обл., г. Кокжиек, ул. {Образцовая, д. 12, кв. 34}"),
    ("Тіркелген күні / Дата регистрации", "[19.08.2003]"),
    ("Телефон", "{+7 (700) 000-00-01}"),
)


def household_book() -> Paper:
    """Return a page of a Kazakh household book of 1958 to 1960: two families on one spread."""
    gold = Gold()
    page = Sheet(gold, A4_WIDE, margin=36, y=44)
    printed = Style(Face.BOLD, 13)
    page.centre("[ШАРУАШЫЛЫҚ КІТАБЫ]  [1958-1960 жылдар]", printed)
    page.pair("[Тасбұлақ ауылдық кеңесі, Үлгілі ауылы]", "парақ 6", Style(size=10))
    page.skip(8)
    _household(page, "Шаруашылықтың жеке шоты <№ 114>. Отағасы: {Аққайыңов Дәурен Сапарұлы}", _FIRST_HOUSE)
    page.line("Үйі: 1952 ж. салынған, 3 бөлме. Мал басы: <2 сиыр, 14 қой, 1 ат>. Мекенжайы: {Үлгі көшесі, 12-үй}")
    page.skip(10)
    _household(page, "Шаруашылықтың жеке шоты <№ 115>. Отағасы: {Көкбұлақов Оразалы Сейітұлы}", _SECOND_HOUSE)
    page.line("Үйі: 1949 ж. салынған, 2 бөлме. Мал басы: <1 сиыр, 6 қой>. Мекенжайы: {Үлгі көшесі, 14-үй}")
    page.skip(14)
    page.pair("Кеңес хатшысы ~Самалтаев~", "[1960 жылғы 1 маусым]", Style(Face.HAND, 11, INK))
    signature(page, 250, page.y - 14, "secretary")
    return Paper("d-0004", (page,), gold, ScanLook(dpi=300, skew=-0.7, noise=2.5, quality=32, colour=True, blur=0.9))


_BOOK_HEAD = (
    "№",
    "Тегі, аты, әкесінің аты",
    "Жынысы",
    "Туған күні",
    "Ұлты",
    "Отағасына туыстығы",
    "Білімі",
    "Жұмыс орны",
)
_BOOK_WIDTHS = (26, 206, 60, 86, 70, 110, 90, 122)
_FIRST_HOUSE = (
    ("{Аққайыңов Дәурен Сапарұлы}", "ер", "{03.09.1931}", "<қазақ>", "отағасы", "7 сынып", "колхоз, жылқышы"),
    ("{Аққайыңова Күлпаш Ермекқызы}", "әйел", "{22.11.1936}", "<қазақ>", "әйелі", "7 сынып", "колхоз, сауыншы"),
    ("{Аққайыңова Зейнеп Тұрарқызы}", "әйел", "{10.02.1904}", "<қазақ>", "анасы", "сауатсыз", "үй шаруасында"),
    ("{Аққайыңов Сержан Дәуренұлы}", "ер", "{16.07.1958}", "<қазақ>", "баласы", "", ""),
)
_SECOND_HOUSE = (
    ("{Көкбұлақов Оразалы Сейітұлы}", "ер", "{25.01.1922}", "<қазақ>", "отағасы", "4 сынып", "колхоз, шопан"),
    ("{Көкбұлақова Бибіжан Әлімқызы}", "әйел", "{08.03.1927}", "<қазақ>", "әйелі", "5 сынып", "колхоз"),
    ("{Көкбұлақова Үміт Оразалықызы}", "әйел", "{30.12.1950}", "<қазақ>", "қызы", "оқушы", ""),
)


def _household(page: Sheet, title: str, people: tuple[tuple[str, ...], ...]) -> None:
    page.line(title, Style(Face.BOLD, 10))
    page.skip(8)
    rows = [_BOOK_HEAD, *((str(number), *row) for number, row in enumerate(people, start=1))]
    page.table(_BOOK_WIDTHS, rows, Style(size=10))


def medical_extract() -> Paper:
    """Return a typed extract from a medical history of 1991, scanned at 150 dpi."""
    gold = Gold()
    page = Sheet(gold, style=_TYPED)
    page.line("МИНЗДРАВ КазССР                       Форма 027/у", _TYPED)
    page.line("[Кокжиекская городская больница № 2]", _TYPED)
    page.skip(14)
    page.centre("ВЫПИСКА ИЗ ИСТОРИИ БОЛЕЗНИ <№ 4471>", Style(Face.TYPED, 12))
    page.skip(8)
    for text in _MEDICAL:
        page.para(text, indent=0)
        page.skip(4)
    page.skip(30)
    page.line("Лечащий врач        ~Камнецветова Р.Т.~", _TYPED)
    signature(page, 400, page.y - 14, "doctor")
    page.line("[28 октября 1991 г.]", _TYPED)
    look = Style(Face.BOLD, 10, INK)
    stamp(page, (350, 690), ("ГОРОДСКАЯ БОЛЬНИЦА № 2", "ТЕРАПЕВТИЧЕСКОЕ ОТД."), look, 3)
    return Paper("d-0007", (page,), gold, ScanLook(dpi=150, skew=1.1, noise=5, quality=58, blur=0.45))


_MEDICAL = (
    "Фамилия, имя, отчество: {Липоградова Вера Ильинична}",
    "Дата рождения: {12.04.1949}",
    "Адрес: г. Кокжиек, ул. {Образцовая, д. 12, кв. 34}",
    "Телефон: {2-45-67}",
    "Место работы: [завод «Ұшқын»], бухгалтер",
    "Находилась на лечении в терапевтическом отделении с [7 октября] по [28 октября 1991 г.]",
    "Диагноз: <язвенная болезнь двенадцатиперстной кишки, K26.3, стадия обострения>.",
    "Анамнез: <считает себя больной с 1984 года>, лечилась амбулаторно. Лекарственной аллергии не отмечает. "
    "Муж {Липоградов Степан Фомич} здоров, дочь {Жанна} здорова.",
    "Проведено лечение: режим, диета № 1, медикаментозная терапия. Выписана с улучшением.",
    "Рекомендовано: наблюдение участкового терапевта, освобождение от ночных смен сроком на 6 месяцев. "
    "Листок нетрудоспособности <АБ № 000317>.",
)
