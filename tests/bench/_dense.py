"""A dense page of minutes, as archives hold them: about 3,500 letters in Kazakh and Russian, twenty private details.

Scanned by the samples' own machinery: grey, 300 dpi, slightly skewed, noisy. All people are invented.
"""

from __future__ import annotations

from qupia_server.samples.marks import Gold
from qupia_server.samples.scan import ScanLook, scan_pdf
from qupia_server.samples.sheet import Face, Sheet, Style

DPI = 300
DETAILS = 20
_SEED = 7
_PEOPLE = (
    "Нұрпейісова Айгерім Бақытқызы",
    "Шнайдерфельд Иван Карлович",
    "Тлеубердин Марат Оразович",
    "Кожабергенова Салтанат Ермекқызы",
)
_BUSINESS = (
    "Комиссия рассмотрела представленные материалы о работе цеха за прошлый квартал и нашла, что план выполнен не "
    "полностью по причине позднего подвоза сырья.",
    "Жиналыс зауыттың жылдық есебін тыңдап, цехтардың жұмысын қанағаттанарлық деп тапты және келесі жылдың жоспарын "
    "бекітті.",
    "Учёт инструмента ведётся небрежно, кладовая закрывается не вовремя, отчёты поступают с опозданием на две недели "
    "против срока.",
    "Кітапхана қоры толықтырылып, жаңа оқулықтар мен журналдар алынды, оқу залы кешке дейін ашық болады.",
    "Постановили: утвердить распределение премий по цехам, поручить бухгалтерии выплату до конца месяца, контроль "
    "возложить на партийное бюро.",
)
_ITEMS = 8


def dense_scan() -> bytes:
    """Return the page as a PDF."""
    sheet = Sheet(Gold(), style=Style(Face.SERIF, 9.5, leading=1.32), y=60)
    sheet.centre("ПРОТОКОЛ № 14 заседания заводского комитета", Style(Face.BOLD, 12))
    for number in range(_ITEMS):
        business = (_BUSINESS[(number + step) % len(_BUSINESS)] for step in (0, 2, 4))
        sheet.para(f"{next(business)} {_speaker(number)} {next(business)} {next(business)}")
    return scan_pdf([sheet], ScanLook(dpi=DPI, skew=0.4, noise=4, quality=60), _SEED)


def _speaker(number: int) -> str:
    name = _PEOPLE[number % len(_PEOPLE)]
    if number % 2:
        return (
            f"Слушали: {{{name}}}, тел. {{8 (727) 250-0{number}-1{number}}}, прожив. по адресу: "
            f"ул. {{Заводская, д. {number + 3}, кв. {number + 8}}}."
        )
    return f"Сөз сөйледі: {{{name}}}, ЖСН {{99010150000{number}}}."
