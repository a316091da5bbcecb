"""Attacks by typing and by order: digits for letters, percent signs, letters round a stamp, initials, tags in tags."""

from __future__ import annotations

import math
from collections.abc import Callable
from urllib.parse import quote

from pikepdf import Array, Dictionary, Name, String
from PIL import Image

from tests.support.attacks.kit import Attack, Sheet

Draw = Callable[[Sheet], None]

KK, RU, EN = "Сәрсенғалиұлы Дәурен", "Щербинина Зоя", "Whitcombe Prudence"
NUMBER = "990704450017"
_LONG = 60
TOP = ("Ауданның мұрағат бөлімі анықтама береді", "Комиссия рассмотрела материалы", "The committee heard the report")


def _attack(channel: str, draw: Draw, *secrets: str, kept: tuple[str, ...] = ()) -> Attack:
    def make() -> bytes:
        sheet = Sheet(1, TOP)
        draw(sheet)
        return sheet.bytes()

    return Attack(channel, make, secrets, (*TOP, *kept))


def _typed(*lines: str) -> Draw:
    def draw(sheet: Sheet) -> None:
        for index, line in enumerate(lines):
            sheet.text(line, 72, 500 - 24 * index, 12 if len(line) < _LONG else 7)

    return draw


def _round(sheet: Sheet) -> None:
    """Letters along the rim of a stamp, each on a line of its own."""
    text = f"* {RU} * НОТАРИУС *"
    for index, char in enumerate(text):
        at = math.pi * 0.95 - index * 1.8 * math.pi / len(text)
        x, y, turn = 300 + 60 * math.cos(at), 400 + 60 * math.sin(at), at - math.pi / 2
        cos, sin = math.cos(turn), math.sin(turn)
        matrix = f"{cos:.4f} {sin:.4f} {-sin:.4f} {cos:.4f} {x:.2f} {y:.2f}"
        sheet.add(f"BT /F1 11 Tf {matrix} Tm {sheet.face.hex(char)} Tj ET")
    sheet.text("Зауыт мөрі", 270, 396)


def _initial(sheet: Sheet) -> None:
    """A large initial that is drawn last, and its word in small capitals."""
    sheet.text(EN[1:] + " wrote it", 72 + sheet.face.width(EN[0], 32), 500)
    sheet.text("a line of its own", 72, 440)
    sheet.text(EN[0], 72, 488, 32)


def _tags_in_tags(sheet: Sheet) -> None:
    """Replacement text within replacement text: told to ignore it, an engine still takes the outer one."""
    surname, given = KK.split()
    sheet.resources("/Properties")["/MC0"] = Dictionary(ActualText=String("жай сөз"))
    shown = sheet.face.hex
    sheet.add(
        f"/Span /MC0 BDC BT /F1 12 Tf 72 500 Td /Span <</ActualText (\\376\\377) >> BDC {shown(surname)} Tj EMC"
        f" {shown(' ')} Tj /P <</#41ctualText (xx)>> BDC {shown(given)} Tj EMC {shown(' кейін кетті')} Tj ET EMC"
    )


def _squashed(sheet: Sheet) -> None:
    """Letters without height: the box of a glyph misses the middle of its line."""
    sheet.add("1 0 0 0.001 0 500 cm " + sheet.show(EN, 72, 0, 12))


def _covered_end(sheet: Sheet) -> None:
    """A white mask over a name and other words upon it, so that all but the end of the name seems to show."""
    sheet.text(KK, 72, 500)
    mask = sheet.image(Image.new("1", (8, 8), 0), ImageMask=True, ColorSpace=None)
    sheet.place(mask, "300 0 0 30 60 490", before="1 g")
    sheet.text("үстіне басылған сөз", 72, 500)


def _hidden_though_on(sheet: Sheet) -> None:
    """Every layer is on, and a membership hides all the same."""
    layer = sheet.pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String("План")))
    sheet.pdf.Root["/OCProperties"] = Dictionary(OCGs=Array([layer]), D=Dictionary())
    sheet.resources("/Properties")["/M0"] = Dictionary(Type=Name.OCMD, OCGs=Array([layer]), P=Name.AllOff)
    sheet.add("/OC /M0 BDC " + sheet.show("дом с видом", 72, 500) + " EMC")


SLY: tuple[Attack, ...] = (
    _attack(
        "digits and signs for letters", _typed("Wh1tc0mb3 Prud3nc3 came", "Wh!tc0mb3 Prud3nc3 left"), EN, kept=("came",)
    ),
    _attack("letters of the other alphabet", _typed("Щep6uнuнa 3oя пришла", "Щeрбuнинa 3оR"), RU, kept=("пришла",)),
    _attack("letters for digits", _typed("саны 99O7O4A5OOl7 жазылды"), NUMBER, kept=("жазылды",)),
    _attack("percent signs", _typed(f"/?fio={quote(EN)}&x", f"/?q={quote(RU)} карточка"), EN, RU, kept=("карточка",)),
    _attack("letters round a stamp", _round, RU, kept=("Зауыт мөрі",)),
    _attack("large initial, drawn last", _initial, EN, kept=("wrote it", "a line of its own")),
    _attack("replacement text in replacement text", _tags_in_tags, KK, kept=("кейін кетті",)),
    _attack("letters without height", _squashed, EN),
    _attack("end of a name covered", _covered_end, KK),
    _attack("membership that hides though all is on", _hidden_though_on, "дом с видом"),
)
