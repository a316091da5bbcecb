"""What stands in the place of a hidden detail: nothing, the category's word, something coarser, or a pseudonym.

Nothing here may depend on the length of what is hidden: a year has four digits, a city comes from a closed list, a
pseudonym has a constant length. Pseudonyms are keyed hashes: stable under one project's key, unlinkable under two.
A known person has one pseudonym everywhere; the name of somebody else has one for all its forms in a document, made of
the fullest of them.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable

from qupia_redaction.errors import RedactionRefused, RefusalCode
from qupia_redaction.model import UNREAD, Category, Detail, Method, RedactionOrder
from qupia_redaction.plan.labels import unread_label
from qupia_redaction.plan.namesakes import Namesakes
from qupia_redaction.terms.fold import fold
from qupia_redaction.terms.forms import base

MIN_KEY = 16
"""Shortest project key, bytes of UTF-8."""

_YEAR = re.compile(r"(?<!\d)(1[89]\d\d|20\d\d)(?!\d)")
_LETTERS = 8
_HEAD = 5
_CITIES = tuple(
    tuple(names.split("/"))
    for names in (
        "Астана/Astana Алматы/Almaty Шымкент/Shymkent Ақтау/Актау Ақтөбе/Актобе Атырау Көкшетау/Кокшетау "
        "Қарағанды/Караганда/Karaganda Қостанай/Костанай Қызылорда/Кызылорда Орал/Уральск Өскемен/Усть-Каменогорск "
        "Павлодар/Pavlodar Петропавл/Петропавловск Семей/Semey Талдықорған/Талдыкорган Тараз Түркістан/Туркестан "
        "Жезқазған/Жезказган Қонаев/Конаев Екібастұз/Экибастуз Теміртау/Темиртау Рудный Балқаш/Балхаш Риддер "
        "Семипалатинск Целиноград Алма-Ата Чимкент Джамбул Гурьев Акмолинск Верный Кустанай Кзыл-Орда"
    ).split(" ")
)
"""Cities of Kazakhstan, each with its spellings; names of other times stand for themselves."""


class StandIns:
    """Chooses method and words for details of one order.

    Args:
        order: names methods and the project's key.
        names: all that the document names as persons.

    Raises:
        RedactionRefused: OBLIGATION_UNFULFILLABLE when pseudonyms are asked for and the key is missing or short.
    """

    def __init__(self, order: RedactionOrder, names: Iterable[str] = ()) -> None:
        self._methods = dict(order.methods)
        self._unread = unread_label(order.language)
        self._key = order.project_key.reveal().encode() if order.project_key else b""
        if Method.PSEUDONYMISE in self._methods.values() and len(self._key) < MIN_KEY:
            raise RedactionRefused(RefusalCode.OBLIGATION_UNFULFILLABLE)
        pseudonymous = self._methods.get(Category.PERSON) is Method.PSEUDONYMISE
        self._names, self._others = Namesakes(names if pseudonymous else ()), Namesakes()

    def of(self, detail: Detail, text: str) -> tuple[Method, str]:
        """Return how a detail is hidden and the words in its place; "" is the category's own word.

        Args:
            detail: what was found.
            text: the hidden characters.
        """
        method = self._methods.get(detail.category, Method.MASK)
        if detail.found_by == UNREAD and method is not Method.REMOVE:
            return Method.MASK, self._unread
        if method is Method.GENERALISE:
            coarser = generalised(detail.category, text)
            return (method, coarser) if coarser else (Method.MASK, "")
        if method is Method.PSEUDONYMISE:
            return method, self._pseudonym(detail, text)
        return method, ""

    def _pseudonym(self, detail: Detail, text: str) -> str:
        names = self._names if detail.category is Category.PERSON else self._others
        named = detail.person_id or names.key_of(text)
        digest = hmac.digest(self._key, f"{detail.category.value}\0{named}".encode(), hashlib.sha256)
        return f"#{base64.b32encode(digest).decode()[:_LETTERS]}"


def generalised(category: Category, text: str) -> str:
    """Return the year of a date or the city of an address; "" where that cannot be told surely."""
    if category is Category.BIRTH_DATE:
        years = set(_YEAR.findall(text))
        return years.pop() if len(years) == 1 else ""
    if category is Category.ADDRESS:
        words = {form(word) for word in re.findall(r"[\w-]+", text) for form in (fold, base)}
        found = [names for names in _CITIES if any({fold(name), base(name)} & words for name in names)]
        return _spelt(found[0], text.lower()) if len(found) == 1 else ""
    return ""


def _spelt(names: tuple[str, ...], low: str) -> str:
    """Return the spelling of a city that the text uses."""
    return next((name for name in names if name[:_HEAD].lower() in low), names[0])
