"""Names and the type in which the attack on widths sets them, measured to a thousandth of an em.

All names are put together from invented lists of Kazakh and Russian surnames and given names.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import product
from pathlib import Path

from qupia_redaction.rebuild.glyf import glyphs_by_code, subset, truetype

SERIF = Path("/usr/share/fonts/truetype/dejavu/DejaVuSerif.ttf")
PROGRAMS = {"F": SERIF, "B": SERIF.with_name("DejaVuSerif-Bold.ttf")}
"""Fonts by their name on the page: plain and bold."""
SIZE = 11.0
LEFT, RIGHT, WIDE, HIGH = 72.0, 523.0, 595, 842
ROW = 16.0
KEPT = "принят слесарем в цех"
HEAD, TAIL = "ПРИКАЗ № 12 по заводу", "Основание: заявление и медицинская справка."
_LETTERS = "".join(
    chr(code) for code in (*range(32, 127), *range(0x410, 0x450), *map(ord, "ЁёӘәҒғҚқҢңӨөҰұҮүҺһІі№«»—…·"))
)

_STEMS = (
    "Аба Әбді Айт Алма Асан Ақ Бай Бек Бола Бөрі Ғали Дәу Досан Ер Есім Жақ Жан Жұма Жүсіп Иса Кен Көк Қара Қойшы Құл "
    "Мұқа Мырза Нұр Оңғар Орын Өте Сағын Сары Сейіт Смағұл Тас Тілеу Төле Ұлан Үсен Шай Шоң Ыбырай Іле Кузне Шмид Ким "
    "Цой Ли Васи Миха Щерба Ю"
).split()
_ENDS = "ов ова баев баева ұлы қызы ханов ханова енко ин ина ский ская мұратов мұратова жанов жанова ев ева".split()
_GIVEN = (
    "Ән Ая Бек Гүл Ержан Жәния Зере Ия Қанат Лев Мәди Нұрсұлтан Олжас Өмір Пётр Рәбиға Сәуле Тоғжан Ұлжан Яна "
    "Шаһкәрім Щелкан Гүлжаухар Светлана Максимилиан"
).split()


def names() -> Iterator[str]:
    """Yield more than 20,000 pairs of surname and name, in a fixed order."""
    for stem, end, given in product(_STEMS, _ENDS, _GIVEN):
        yield f"{stem}{end} {given}"


@cache
def font(face: str = "F") -> tuple[bytes, dict[str, int], dict[str, float]]:
    """Return one program with all letters, and codes and widths in thousandths by letter."""
    data = PROGRAMS[face].read_bytes()
    whole, glyphs = truetype(data), glyphs_by_code(data)[(3, 1)]
    cut, _ = subset(whole, [glyphs[ord(char)] for char in _LETTERS])
    widths = {char: round(whole.metric(glyphs[ord(char)])[0] * 1000 / 2048) for char in _LETTERS}
    return cut, {char: code for code, char in enumerate(_LETTERS, 1)}, {c: float(w) for c, w in widths.items()}


def width(text: str, size: float = SIZE, face: str = "F") -> float:
    """Return the width of a text, points."""
    return sum(font(face)[2][char] for char in text) * size / 1000


def codes(text: str) -> str:
    """Return a text as a hexadecimal string of the page's fonts."""
    return "<" + "".join(f"{font()[1][char]:04x}" for char in text) + ">"


def at(text: str, x: float, y: float, size: float = SIZE, face: str = "F") -> str:
    """Return operators that show a text at its place."""
    return f"BT /{face} {size} Tf 1 0 0 1 {x:.3f} {y:.3f} Tm {codes(text)} Tj ET\n"


def centred(text: str, x: float, y: float, size: float = SIZE, face: str = "F") -> str:
    """Return operators that show a text with its middle at a place."""
    return at(text, x - width(text, size, face) / 2, y, size, face)


def flush(text: str, x: float, y: float, size: float = SIZE, face: str = "F") -> str:
    """Return operators that show a text that ends at a place."""
    return at(text, x - width(text, size, face), y, size, face)
