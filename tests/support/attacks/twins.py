"""Attacks by second drawings of letters: a map that says letters which OCR takes for those that are drawn.

The rest of the font is honest, so that a sample of its lines agrees with the text, and a name is never read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tests.support.attacks.kit import Attack, Face, Sheet

Draw = Callable[[Sheet], None]

PETRENKO = {"П": "Н", "е": "с", "т": "г", "р": "д", "н": "и", "к": "х", "о": "с"}
SHCHUKIN = {"Щ": "Ш", "З": "Э"}
TOP = (
    "Опись фонда составлена в двух экземплярах",
    "Жинакта ескі хаттар мен карталар бар",
    "Объезд складов завершён, цены указаны ниже",
    "Это ещё не всё: эхо, этаж, шаги, мышь",
)


def _attack(channel: str, draw: Draw, *secrets: str, kept: tuple[str, ...] = (), pages: int = 1) -> Attack:
    def make() -> bytes:
        sheet = Sheet(pages, ())
        draw(sheet)
        return sheet.bytes()

    return Attack(channel, make, secrets, (*TOP, *kept))


def _show(sheet: Sheet, shown: str, x: float, y: float, page: int = 0) -> None:
    sheet.add(f"BT /F2 12 Tf {x:.2f} {y:.2f} Td {shown} Tj ET", page)


def _in_one_font(name: str, twins: Mapping[str, str], pages: int = 1) -> Draw:
    """A name that stands on the last page, in the font of all lines."""

    def draw(sheet: Sheet) -> None:
        face = Face(sheet.pdf, twins=twins)
        for page in range(pages):
            sheet.font("/F2", face, page)
            for index, line in enumerate(TOP):
                _show(sheet, face.hex(line), 72, 770 - 24 * index, page)
        _show(sheet, face.hex("Карточку выдали: ") + " Tj " + face.sly(name), 72, 500, pages - 1)

    return draw


def _in_another(name: str, twins: Mapping[str, str], inside: bool) -> Draw:
    """A name in a second font of the same face, whole, or only the letters in question."""

    def draw(sheet: Sheet) -> None:
        face = Face(sheet.pdf, twins=twins)
        sheet.font("/F2", face)
        for index, line in enumerate(TOP):
            sheet.text(line, 72, 770 - 24 * index)
        sheet.text("Карточку выдали:", 72, 500)
        x = 72 + sheet.face.width("Карточку выдали: ", 12)
        for char in name:
            if inside and char not in twins:
                sheet.text(char, x, 500)
            else:
                _show(sheet, face.sly(char), x, 500)
            x += sheet.face.width(char, 12)

    return draw


TWINS: tuple[Attack, ...] = (
    _attack("letters OCR takes for each other", _in_one_font("Петренко", PETRENKO), "Петренко"),
    _attack("from the second page on", _in_one_font("Петренко", PETRENKO, pages=2), "Петренко", pages=2),
    _attack("one letter of a name", _in_one_font("Щукин Захар", SHCHUKIN), "Щукин", "Захар"),
    _attack("a name in a font of its own", _in_another("Петренко", PETRENKO, inside=False), "Петренко"),
    _attack("letters of a second font in a word", _in_another("Щукин Захар", SHCHUKIN, inside=True), "Щукин", "Захар"),
)
