"""Words for offices: who signs or acts by office is no private person; and what the words alone are not."""

from __future__ import annotations

import re

OFFICES = (
    r"судь[яиюе]|судьёй|председательствующ[а-яё]+(?:\s+судь[а-яё]+)?|под\s+председательством(?:\s+судьи)?|"
    r"(?:при\s+)?секретар[ьяеюё]м?(?:\s+судебного\s+заседания)?|(?:под)?прокурор[ау]?|нотариус[ау]?|директор[ау]?|"
    r"архивист|архивариус|нач(?:альник[ау]?|\.)|заведующ(?:ий|ая|его|ей)|зав\.|председател[ьяю]|следовател[ьяю]|"
    r"(?:лечащий\s+|главный\s+|старший\s+)?врач|исполнитель|министр|ректор|декан|(?:главный\s+|старший\s+)?бухгалтер|"
    r"священник|протоиерей|диакон|псаломщик|мулла|имам|исп\.|специалист|парторг|секретарь\s+парткома|допросил[аи]?|"
    r"(?:старший\s+|младший\s+)?(?:оперуполномоченный|уполномоченный|следователь|инспектор)(?:\s+[А-ЯЁ]{2,6})?|"
    r"(?:зам(?:еститель|\.)?\s+)?начальника?\s+[А-ЯЁ]{3,6}|заведующ(?:ий|ая)\s+[А-ЯЁ]{2,6}|маман(?:ы)?|молда|"
    r"(?:нач(?:альник|\.)|зав(?:едующий|\.)|гл(?:авный|\.))\s+(?:отдела\s+кадров|отделом\s+кадров|бухгалтер|архива?|архивом)|"
    r"кассир|управляющий|комендант|инспектор|регистратор|делопроизводитель|комиссар|управделами|"
    r"(?:бөлім\s+|басқарма\s+)?басшысы|төраға(?:сы)?|судья(?:сы)?|төрағалық\s+етуші|хатшы(?:сы)?|прокуроры?|нотариусы?|"
    r"директоры?|бастығы|бастық|меңгерушісі|(?:бас\s+)?(?:бухгалтері?|есепші(?:сі)?)|кассирі?|мұрағатшы|архивші|"
    r"дәрігер(?:і)?|орындаушы(?:сы)?|тергеуші|министрі|әкімі?|тіркеуші|іс\s+жүргізуші|"
    r"judge|clerk|registrar|prosecutor|notary|director|president|archivist|accountant|cashier|head|chairman|secretary"
)
"""Alternatives of a pattern, without the outer brackets."""

_ONLY = re.compile(rf"(?:\W*(?:{OFFICES}))+\W*", re.I)
_FIRST = re.compile(rf"\W*(?:{OFFICES})(?!\w)\W*", re.I)


def is_office(text: str) -> bool:
    """Tell whether a text is nothing but words for offices."""
    return _ONLY.fullmatch(text) is not None


def office_ahead(text: str) -> int:
    """Return the length of an office and what divides it from the name behind it, or 0."""
    match = _FIRST.match(text)
    return match.end() if match and match.end() < len(text) else 0
