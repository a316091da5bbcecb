# ruff: noqa: E501 - tables of masters: one line each reads better
"""Attacks by single drawings: fonts that are honest about nearly all they draw, letters on waves, codes set in letters."""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import zxingcpp
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.pens.transformPen import TransformPen
from fontTools.ttLib import TTFont
from pikepdf import Array, Dictionary, Name
from PIL import ImageDraw, ImageFont

from tests.support.attacks.kit import SANS, Attack, Face, Sheet, at, scan_picture, unicode_map, words_picture

Draw = Callable[[Sheet], None]
Glyph = tuple[float, Sequence[tuple[float, float, float, float]] | str]
"""Advance, and bars (left, bottom, right, top) or a text to draw."""

RU, KK, EN, NUMBER = "Кречетников Глеб", "Төлегенова Айсара", "Penfield Marlowe", "071120553344"
TOP = ("Мәжіліс хаттамасы түгел тіркелді", "Комиссия утвердила смету ремонта", "The roof will be mended in autumn")
HONEST = "работы выполняются подрядчиком в срок до первого октября, сметы, Глеб"
_FIRST = 3000
_NARROW = {
    "0": "000110100",
    "1": "100100001",
    "2": "001100001",
    "3": "101100000",
    "4": "000110001",
    "5": "100110000",
    "7": "000100101",
    "*": "010010100",
}


def _attack(channel: str, draw: Draw, *secrets: str, kept: tuple[str, ...] = (), pages: int = 1, **more: Any) -> Attack:
    def make() -> bytes:
        sheet = Sheet(pages, TOP)
        draw(sheet)
        return sheet.bytes()

    return Attack(channel, make, secrets or (RU,), (*TOP, *kept), **more)


def _second_codes(text: str, said: Callable[[int], str | None], page: int = 0) -> Draw:
    """Set a text in a font that is honest elsewhere: the letters for which `said` tells anything have codes of their own."""

    def draw(sheet: Sheet) -> None:
        face = Face(sheet.pdf, unicode=None)
        cid = face.font["/DescendantFonts"][0]
        gids = b"".join(gid.to_bytes(2, "big") for gid in range(_FIRST))
        widths: list[Any] = list(cid["/W"].as_list())
        rows, shown = [(gid, chr(code)) for code, gid in face.cmap.items()], ""
        for index, char in enumerate(text):
            told = said(index)
            code = face.code(char) if told is None else _FIRST + index
            gids += face.code(char).to_bytes(2, "big")
            widths += [_FIRST + index, Array([round(face.width(char, 1000))])]
            rows += [(code, told)] if told else []
            shown += f"{code:04x}"
        cid["/CIDToGIDMap"], cid["/W"] = sheet.pdf.make_stream(gids), Array(widths)
        face.font["/ToUnicode"] = sheet.pdf.make_stream(unicode_map(sorted(rows)))
        sheet.font("/O", face)
        sheet.add(f"BT /O 12 Tf 72 600 Td {face.hex(HONEST)} Tj ET")
        sheet.font("/O", face, page)
        sheet.add(f"BT /O 12 Tf 72 500 Td <{shown}> Tj ET", page)

    return draw


def _at(places: set[int], said: str) -> Callable[[int], str | None]:
    return lambda index: said if index in places else None


def _compact(sheet: Sheet, name: str, glyphs: dict[int, Glyph], said: dict[int, str]) -> None:
    """Name a simple font whose drawings are made here, with codes from `glyphs` and a map from `said`."""
    source = TTFont(SANS)
    letters, names, em = source.getGlyphSet(), source.getBestCmap(), source["head"].unitsPerEm
    programs, metrics = {".notdef": T2CharStringPen(500, letters).getCharString()}, {".notdef": (500, 0)}
    for code, (advance, shapes) in glyphs.items():
        pen, x = T2CharStringPen(advance, letters), 0.0
        for shape in shapes:
            if isinstance(shape, str):
                letters[names[ord(shape)]].draw(TransformPen(pen, (1000 / em, 0, 0, 1000 / em, x, 0)))
                x += source["hmtx"][names[ord(shape)]][0] * 1000 / em
            else:
                left, bottom, right, top = shape
                pen.moveTo((left, bottom))
                for corner in ((left, top), (right, top), (right, bottom)):
                    pen.lineTo(corner)
                pen.closePath()
        programs[f"c{code}"], metrics[f"c{code}"] = pen.getCharString(), (round(advance), 0)
    builder = FontBuilder(1000, isTTF=False)
    builder.setupGlyphOrder(list(programs))
    builder.setupCharacterMap({})
    builder.setupCFF("Own", {}, programs, {})
    builder.setupHorizontalMetrics(metrics)
    builder.setupHorizontalHeader()
    for setup in (builder.setupOS2, builder.setupPost):
        setup()
    builder.setupNameTable({})
    buffer = io.BytesIO()
    builder.save(buffer)
    program = sheet.pdf.make_stream(TTFont(io.BytesIO(buffer.getvalue())).getTableData("CFF "), Subtype=Name.Type1C)
    descriptor = Dictionary(
        Type=Name.FontDescriptor, FontName=Name.Own, Flags=4, FontBBox=Array([-200, -300, 9000, 1100]), ItalicAngle=0,
        Ascent=900, Descent=-200, CapHeight=700, StemV=80, FontFile3=program,
    )  # fmt: skip
    first, last = min(glyphs), max(glyphs)
    sheet.font(name, sheet.pdf.make_indirect(Dictionary(
        Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Own, FirstChar=first, LastChar=last,
        Widths=Array([round(glyphs[code][0]) if code in glyphs else 0 for code in range(first, last + 1)]),
        FontDescriptor=sheet.pdf.make_indirect(descriptor),
        Encoding=Dictionary(Differences=Array([x for code in glyphs for x in (code, Name(f"/c{code}"))])),
        ToUnicode=sheet.pdf.make_stream(unicode_map(sorted(said.items()), 1)),
    )))  # fmt: skip


def _one_drawing(said: str) -> Draw:
    def draw(sheet: Sheet) -> None:
        _compact(sheet, "/W", {65: (sheet.face.width(RU, 1000), RU)}, {65: said})
        sheet.add("BT /W 12 Tf 72 500 Td (A) Tj ET")

    return draw


def _drawn_signs(sheet: Sheet) -> None:
    """A font that says letters for one line and signs for the other, each drawing once."""
    own, other = list(dict.fromkeys(HONEST)), list(dict.fromkeys(RU))
    codes = {33 + i: char for i, char in enumerate(own + other)}
    said = {code: "!?.,:;-"[code % 7] if code >= 33 + len(own) else char for code, char in codes.items()}
    _compact(sheet, "/S", {code: (sheet.face.width(char, 1000), char) for code, char in codes.items()}, said)
    sheet.add(f"BT /S 12 Tf 72 600 Td <{bytes(33 + own.index(c) for c in HONEST).hex()}> Tj ET")
    sheet.add(f"BT /S 12 Tf 72 500 Td <{bytes(33 + len(own) + other.index(c) for c in RU).hex()}> Tj ET")


def _bars(sheet: Sheet) -> None:
    """Code 39 in a font whose bars say that they are stars."""
    glyphs: dict[int, Glyph] = {}
    for code, bars in enumerate(_NARROW.values(), 65):
        x, shapes = 0.0, []
        for index, wide in enumerate(bars):
            step = 120 if wide == "1" else 50
            shapes += [(x, 0.0, x + step, 800.0)] if index % 2 == 0 else []
            x += step
        glyphs[code] = (x + 50, shapes)
    _compact(sheet, "/C", glyphs, dict.fromkeys(glyphs, "✶"))
    shown = bytes(65 + list(_NARROW).index(digit) for digit in f"*{NUMBER}*")
    sheet.add(f"BT /C 24 Tf 72 400 Td <{shown.hex()}> Tj ET")


def _dots(sheet: Sheet) -> None:
    """A QR code of round dots that do not touch."""
    code = np.asarray(zxingcpp.create_barcode(NUMBER, zxingcpp.BarcodeFormat.QRCode).to_image(scale=1))
    dark = np.argwhere(code < 128)
    dots = (f"{72 + 3 * x} {500 - 3 * y} m {72 + 3 * x} {500 - 3 * y} l S" for y, x in dark)
    sheet.add("1 J 2.9 w " + "\n".join(dots))


def _wave(sheet: Sheet) -> None:
    x = 72.0
    for index, char in enumerate(RU):
        sheet.text(char, x, 500 + 5 * math.sin(0.9 * index))
        x += sheet.face.width(char, 12)


def _pile(sheet: Sheet) -> None:
    for index, char in enumerate(RU.split(maxsplit=1)[0]):
        sheet.text(char, 400, 400 + 14 * index)


def _shadow(sheet: Sheet) -> None:
    for aside, grey in ((1.2, 0.75), (-0.4, 0.95), (0.0, 0.0)):
        sheet.add(f"{grey} g " + sheet.show(f"дом {RU} рядом", 72 + aside, 500 - aside, 14))


def _bar(sheet: Sheet) -> None:
    """White words in a red bar that is a picture."""
    image = words_picture([f"видел {RU} тут"], ink=(255, 255, 255), paper=(180, 0, 0))
    sheet.place(sheet.image(image), at(image, 72, 480, 30))


def _stamped() -> bytes:
    """A scan with a round stamp of the office across the name."""
    sheet, blue = Sheet(kept=()), (40, 60, 200)
    lines = ("Протокол собрания жильцов", "", f"Выступил {RU} из пятого дома", "", "Собрание закрыто в восемь вечера")
    image = scan_picture(lines, size=13).convert("RGB")
    pen = ImageDraw.Draw(image)
    for rim, width in ((0, 7), (28, 4)):
        pen.ellipse((380 + rim, 200 + rim, 720 - rim, 410 - rim), outline=blue, width=width)
    pen.text((450, 300), "МӨР № 7", blue, ImageFont.truetype(SANS, 40))
    for step in range(0, 280, 24):
        pen.line((410 + step, 230, 440 + step, 350), blue, 3)
    sheet.place(sheet.image(image, "jpeg"), "595 0 0 842 0 0")
    return sheet.bytes()


def _with_tail() -> bytes:
    sheet = Sheet(1, TOP)
    return sheet.bytes() + f"\n%%EOF\n99 0 obj ({RU}) endobj\n".encode() + RU.encode("utf-16-be")


DRAWINGS: tuple[Attack, ...] = (
    _attack("second codes of letters lie, on another page", _second_codes(RU, lambda i: "мы нашли ещё сметы"[i], 1), pages=2),
    _attack("letters of a name for private use", _second_codes(RU, _at({2, 3, 12}, "\ue010"))),
    _attack("letters of a name say blanks", _second_codes(RU, _at({2, 3, 12}, " "))),
    _attack("letters of a name say nothing", _second_codes(RU, _at({2, 3, 12}, ""))),
    _attack("letters say three letters", _second_codes(RU, lambda i: RU[i] + "ъъ" if i in {2, 12} else None)),
    _attack("one digit lies", _second_codes(NUMBER, _at({3}, "4")), NUMBER),
    _attack("one drawing shows a name and says a dot", _one_drawing("•")),
    _attack("one drawing shows a name and says a word", _one_drawing("опись")),
    _attack("drawings of their own say signs", _drawn_signs),
    _attack("Code 39 set in a font", _bars, NUMBER),
    _attack("QR code of dots", _dots, NUMBER),
    _attack("letters on a wave", _wave),
    _attack("letters piled upwards", _pile, RU.split(maxsplit=1)[0]),
    _attack("shadow and light", _shadow, kept=("рядом",)),
    _attack("white words on a red bar", _bar),
    _attack("red on green of one grey", lambda s: s.add("0 0.6 0 rg 60 490 400 26 re f 1 0.09 0 rg " + s.show(f"дом {RU} рядом", size=14)), kept=("рядом",)),
    _attack("zero width between all letters", lambda s: s.text("saw " + "\u200b".join(EN) + " there"), EN, kept=("there",)),
    _attack("Kazakh endings upon endings", lambda s: s.text("кеше Төлегеноваларымыздікі Айсараның келді"), KK, kept=("келді",)),
    Attack("stamp across a name", _stamped, (RU,), ("Протокол собрания жильцов", "Собрание закрыто")),
    Attack("objects behind the end", _with_tail, (RU,), TOP),
)  # fmt: skip
