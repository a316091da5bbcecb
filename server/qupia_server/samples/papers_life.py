"""Papers of private life: questionnaire, letters, a diary, an autobiography, a letter from abroad.

All people are invented. Marks as in `marks`.
"""

from __future__ import annotations

from qupia_server.samples.furniture import signature
from qupia_server.samples.marks import Gold
from qupia_server.samples.paper import Paper
from qupia_server.samples.scan import ScanLook
from qupia_server.samples.sheet import GREY, INK, Face, Sheet, Stroke, Style

_TYPED = Style(Face.TYPED, 10.5, leading=1.6)
_FORM = Style(Face.TYPED, 9.5, leading=1.45)
_HAND = Style(Face.HAND, 13, INK, 1.75)


def questionnaire() -> Paper:
    """Return a questionnaire of 1952, typed form, scanned skewed at 200 dpi."""
    gold = Gold()
    page = Sheet(gold, style=_FORM, y=58)
    page.line("[Кокжиекский завод «Ұшқын»]. Отдел кадров")
    page.skip(8)
    page.centre("[ЛИЧНЫЙ ЛИСТОК ПО УЧЕТУ КАДРОВ]", Style(Face.TYPED, 13))
    page.skip(66)
    for label, value in _FIELDS:
        page.field(label, value, column=205)
    page.skip(10)
    page.line("[14 марта 1952 г.]        Личная подпись:")
    signature(page, 390, page.y - 10, "questionnaire")
    corners = ((460.0, 52.0), (540.0, 52.0), (540.0, 158.0), (460.0, 158.0), (460.0, 52.0))
    page.drawn.append(Stroke(corners, 0.8, GREY))
    page.at(470, 108, "место для", Style(Face.TYPED, 8, GREY))
    page.at(462, 118, "фотокарточки", Style(Face.TYPED, 8, GREY))
    return Paper("d-0003", (page,), gold, ScanLook(dpi=200, skew=1.4, noise=5, quality=50))


_FIELDS = (
    ("1. Фамилия", "{Шнайдерфельд}"),
    ("   имя, отчество", "{Иван Карлович}"),
    ("2. Изменения фамилии", "до 1941 г. писался {Иоганн}"),
    ("3. Год, число, м-ц рожд.", "{8 июня 1908}"),
    ("4. Место рождения", "с. Марьинское"),
    ("5. Национальность", "<немец>"),
    ("6. Соц. происхождение", "<из крестьян-середняков>"),
    ("7. Партийность", "<беспартийный>"),
    ("8. Образование", "7 классов"),
    ("9. Какими языками владеет", "немецким, русским, казахским разговорным"),
    ("10. Был ли за границей", "не был"),
    ("11. Привлекался ли к суду", "<состоит на учёте спецкомендатуры с 1941 г.>"),
    ("12. Семейное положение", "<женат>, жена {Шнайдерфельд Мария Петровна}, {1912 г.р.}, дочь {Эмма}, {1938 г.р.}"),
    ("13. Родственники за границей", "<брат> {Карл}, связи не имеет"),
    ("14. Отношение к воинской обязанности", "билет <АА 0000012>"),
    ("15. Паспорт", "<III-ЖД № 000412>, выдан Тасбулакским РОМ"),
    ("16. Домашний адрес", "г. Кокжиек, ул. {Заводская, д. 3, кв. 8}"),
)


def old_letter() -> Paper:
    """Return a typed letter of 1946, older than 75 years, scanned at 200 dpi."""
    gold = Gold()
    page = Sheet(gold, style=_TYPED, y=80)
    page.line("[г. Кокжиек, 2 декабря 1946 г.]", x=300)
    page.skip(20)
    for text in _OLD_LETTER:
        page.para(text, indent=36)
        page.skip(6)
    page.skip(20)
    page.line("Твой брат {Николай Сосновидов}", x=280)
    signature(page, 380, page.y + 6, "brother")
    page.skip(44)
    page.line("{Сосновидову Андрею Петровичу}, с. Марьинское, ул. {Речная, д. 5}")
    return Paper("d-0010", (page,), gold, ScanLook(dpi=200, skew=-1.3, noise=6, quality=50, blur=0.8))


_OLD_LETTER = (
    "Дорогой брат {Андрей}! Вот уже год, как я вернулся с войны и живу в Кокжиеке. Работаю на заводе [«Ұшқын»], "
    "дали комнату в бараке, зимой тепло, уголь привозят.",
    "{Мария} <родила сына>, назвали {Петром}, в честь отца. Мальчик крепкий, только <всю осень болел коклюшем>. "
    "Хлеб пока по карточкам, но огород выручил: картошки накопали двадцать мешков.",
    "От {Анны Лукиничны} слышал, что ты собираешься продавать дом. Не спеши: весной приеду сам, там и решим. "
    "Деньги за корову получи на почте, перевод отправил [28 ноября].",
)


def diary() -> Paper:
    """Return a leaf of a Kazakh diary of 17 March 1949, handwritten, scanned at 200 dpi in colour."""
    gold = Gold()
    page = Sheet(gold, style=_HAND, y=92)
    for number in range(28):
        page.rule(40, 96 + number * 22.75, 555, 0.25)
    page.line("[1949 жылғы 17 наурыз, бейсенбі]")
    for text in _DIARY:
        page.para(text)
    signature(page, 420, page.y + 20, "diary")
    look = ScanLook(dpi=200, skew=0.9, noise=4, quality=45, colour=True, blur=0.7)
    return Paper("d-0011", (page,), gold, look)


_DIARY = (
    "Бүгін таңертең [Үлгілі ауылына] {Оразалы Көкбұлақов} келді. Қыстан аман шықтық, мал төлдей бастады, бірақ "
    "жем-шөп аз.",
    "Кешке {Дәурен} екеуміз мектептің төбесін жөндедік. {Зейнеп} апай <екі аптадан бері сырқат>, дәрігер "
    "аудан орталығынан әлі келген жоқ.",
    "{Бекежан Жұлдызтаев} деген атыма аудандық газеттен хат келді: әңгімемді сәуірде баспақшы. Қуанғанымнан "
    "ұйықтай алмадым. Мұны әзірге тек {Күлпашқа} айттым.",
)


def foreign_letter() -> Paper:
    """Return an English letter of 1993 from a foreign correspondent."""
    gold = Gold()
    page = Sheet(gold, style=Style(size=11, leading=1.45))
    page.centre("[University of Northbridge]", Style(Face.BOLD, 14))
    page.centre("Department of Migration History", Style(size=9.5, colour=GREY))
    page.rule(page.margin, page.y - 4, page.size[0] - page.margin, 0.8)
    page.skip(24)
    page.pair("The Director", "[14 October 1993]")
    page.line("[State Archive of Kokzhiek Region]")
    page.line("Kokzhiek, Kazakhstan")
    page.skip(16)
    page.line("Dear Director,")
    page.skip(4)
    for text in _FOREIGN:
        page.para(text, indent=0)
        page.skip(7)
    page.line("Yours sincerely,")
    signature(page, 64, page.y + 22, "edmund")
    page.skip(40)
    page.line("{Edmund Thistlewood}")
    page.line("Telephone {+44 1632 960001}, e-mail {e.thistlewood@example.org}", Style(size=9.5))
    return Paper("d-0015", (page,), gold)


_FOREIGN = (
    "I am writing a history of the families who were moved to the Kokzhiek region in the [autumn of 1941], and I "
    "should be grateful for your help.",
    "My late mother, {Martha Schneiderfeld}, born on {3 May 1911}, often spoke of her cousin {Ivan Schneiderfeld}, who "
    "worked at the [Ushqyn works] after the war. His daughter {Emma Schneiderfeld} wrote to us until [1968]; her last "
    "address was {3 Zavodskaya Street, flat 8}, Kokzhiek.",
    "Would it be possible to receive copies of his personal file, in particular of the questionnaire of "
    "[1952]? I enclose a copy of my mother's birth certificate and can pay for the copies from account "
    "{KZ90 999T EST0 0000 0001} of the Northbridge Fund.",
)


def private_letter() -> Paper:
    """Return a Kazakh letter of 1984 that is privately owned."""
    gold = Gold()
    page = Sheet(gold, style=Style(Face.HAND, 12, INK, 1.6))
    page.line("[Көкжиек, 1984 жылғы 2 шілде]", x=330)
    page.skip(16)
    for text in _PRIVATE:
        page.para(text)
        page.skip(4)
    page.line("Сағынышпен, {Назым Жұлдызтаева}", x=300)
    signature(page, 400, page.y + 10, "nazym")
    return Paper("d-0016", (page,), gold)


_PRIVATE = (
    "Қымбатты {Айгерім}! Хатыңды алып, қатты қуандым. Әкем {Бекежанның} жазбаларын реттеп жатырмын, "
    "ішінде [1949 жылғы күнделігі] де бар.",
    "Өзім <маусымда ажырасқаным> жайлы ешкімге айтқан жоқпын, тек саған жазып отырмын. {Ұлан} екеуміз "
    "енді бөлек тұрамыз, балалар менде.",
    "Жаңа мекенжайым: Көкжиек қаласы, {Самал көшесі, 5-үй, 21-пәтер}, телефоным {3-21-09}. Келсең, қонақ бөлме дайын.",
)


def autobiography() -> Paper:
    """Return an undated Kazakh autobiography."""
    gold = Gold()
    page = Sheet(gold, style=Style(size=12, leading=1.55))
    page.centre("[ӨМІРБАЯН]", Style(Face.BOLD, 15))
    page.skip(14)
    for text in _AUTOBIOGRAPHY:
        page.para(text)
        page.skip(5)
    page.skip(20)
    page.pair("Қолы:", "{Көкбұлақов О.С.}")
    signature(page, 330, page.y - 18, "orazaly")
    return Paper("d-0017", (page,), gold)


_AUTOBIOGRAPHY = (
    "Мен, {Көкбұлақов Оразалы Сейітұлы}, {25.01.1922} күні [Тасбұлақ ауданының Үлгілі ауылында] <кедей шаруаның "
    "отбасында> дүниеге келдім. Ұлтым <қазақ>.",
    "Жеті жасымда әкем {Сейіт} қайтыс болып, анам {Рабиғаның} қолында өстім. Төрт сынып бітіргеннен кейін колхозда "
    "қой бақтым.",
    "Әйелім {Көкбұлақова Бибіжан Әлімқызы}, {1927 жылы туған}, колхозда істейді. Қызым {Үміт} мектепте оқиды. "
    "<Туыстарымнан сотталғандар жоқ>.",
)
