"""Stamps of state and official secrecy: a document that bears one never passes, whatever the decision said.

Only a stamp counts: a line of its own, short, in capitals or with a capital first letter; never the words in running
text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from qupia_redaction.errors import RedactionRefused, RefusalCode
from qupia_redaction.model import PageText

_TAIL = r"(?:[\s.,:;\"'»№!)]*(?:экз(?:емпляр)?\.?|дана)?\s*(?:№|N)?\s*\d{0,4}[\s.)\"»]*)"
_STAMPS = re.compile(
    r"^[\s\"'«(]*(?:"
    r"Секретно|СЕКРЕТНО|Совершенно\s+секретно|СОВЕРШЕННО\s+СЕКРЕТНО|Сов\.\s*секретно|СОВ\.\s*СЕКРЕТНО"
    r"|Особой\s+важности|ОСОБОЙ\s+ВАЖНОСТИ|Для\s+служебного\s+пользования|ДЛЯ\s+СЛУЖЕБНОГО\s+ПОЛЬЗОВАНИЯ|ДСП"
    r"|Құпия|ҚҰПИЯ|Өте\s+құпия|ӨТЕ\s+ҚҰПИЯ|Аса\s+маңызды|АСА\s+МАҢЫЗДЫ"
    r"|Қызмет\s+бабында\s+пайдалану\s+үшін|ҚЫЗМЕТ\s+БАБЫНДА\s+ПАЙДАЛАНУ\s+ҮШІН|ҚБП"
    r"|SECRET|TOP\s+SECRET"
    r")" + _TAIL + r"$"
)


def refuse_secret(pages: Iterable[PageText], cells: Iterable[tuple[int, str]] = ()) -> None:
    """Refuse a document with a secrecy stamp.

    Args:
        pages: texts of all pages.
        cells: page numbers with texts that stand apart on a line.

    Raises:
        RedactionRefused: SECRECY_MARKING with the page.
    """
    for page in pages:
        for line in page.text.reveal().split("\n"):
            _look(page.number, line)
    for number, cell in cells:
        _look(number, cell)


def _look(page: int, line: str) -> None:
    if _STAMPS.match(line.strip()) or _STAMPS.match(re.sub(r"(?<=\b\w) (?=\w\b)", "", line.strip())):
        raise RedactionRefused(RefusalCode.SECRECY_MARKING, page)
