# ruff: noqa: E501, N802 - tables of masters: one line each reads better
"""Attacks on finding: the eye reads the secret, the extractor reads something else or nothing."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable
from typing import Any

import pikepdf
from fontTools.pens.basePen import BasePen
from fontTools.ttLib import TTFont
from pikepdf import Array, Dictionary, Name

from tests.support.attacks.kit import EN, KEPT, KK, NUMBER, RU, SANS, Attack, Face, Sheet, program, unicode_map

Draw = Callable[[Sheet], None]
BESIDE = "жоспар дайын болды"


def _sheet(draw: Draw, pages: int = 1) -> Callable[[], bytes]:
    def make() -> bytes:
        sheet = Sheet(pages)
        sheet.text(BESIDE, 72, 300)
        draw(sheet)
        return sheet.bytes()

    return make


def _attack(channel: str, draw: Draw, *secrets: str, kept: tuple[str, ...] = (), pages: int = 1, **more: Any) -> Attack:
    return Attack(channel, _sheet(draw, pages), secrets or (KK,), (*KEPT, BESIDE, *kept), **more)


def _line(text: str, *secrets: str, kept: tuple[str, ...] = (), channel: str = "") -> Attack:
    return _attack(channel, lambda s: s.text(text), *secrets, kept=kept)


def _per_glyph(order: Callable[[list[int]], list[int]], spacing: float = 0.0) -> Draw:
    """Show each letter by its own operators in some order."""

    def draw(sheet: Sheet) -> None:
        text, x, parts = "see " + RU + " here", 72.0, []
        for char in text:
            parts.append((char, x))
            x += sheet.face.width(char, 12) + spacing
        for index in order(list(range(len(parts)))):
            if parts[index][0] != " ":
                sheet.text(parts[index][0], parts[index][1])

    return draw


def _shuffled(places: list[int]) -> list[int]:
    random.Random(3).shuffle(places)
    return places


def _interleaved(sheet: Sheet) -> None:
    """Draw two lines letter by letter in turns."""
    above, below = RU + " келді", "кеше таңертең хат жаз"
    x, y = 72.0, 72.0
    for one, two in zip(above, below, strict=False):
        sheet.text(one, x, 500)
        sheet.text(two, y, 480)
        x, y = x + sheet.face.width(one, 12), y + sheet.face.width(two, 12)


def _kerned(sheet: Sheet) -> None:
    items = " ".join(f"{sheet.face.hex(c)} {(-1) ** i * 40}" for i, c in enumerate("see " + KK + " here"))
    sheet.add(f"BT /F1 12 Tf 72 500 Td [{items}] TJ ET")


def _spaced_tc(sheet: Sheet) -> None:
    sheet.text("see " + KK + " here", more="7 Tc")


def _moved_back(sheet: Sheet) -> None:
    """Draw the second half first and step back with a TJ offset."""
    head, tail = "Жұма", "беков Серік"
    wide, own = sheet.face.width(head, 1000), sheet.face.width(tail, 1000)
    items = f"{-wide} {sheet.face.hex(tail)} {own + wide} {sheet.face.hex(head)}"
    sheet.add(f"BT /F1 12 Tf 72 500 Td [{items}] TJ ET")


def _lines(*rows: tuple[str, float, float]) -> Draw:
    def draw(sheet: Sheet) -> None:
        for text, x, y in rows:
            sheet.text(text, x, y)

    return draw


def _over_pages(sheet: Sheet) -> None:
    sheet.text("жұмысшы Жұмабеков", 72, 60)
    sheet.text("Серік жұмысқа келді", 72, 790, page=1)


def _hyphen_over_pages(sheet: Sheet) -> None:
    sheet.text("рабочая Коваль-", 72, 60)
    sheet.text("чук Марина пришла", 72, 790, page=1)


def _two_columns(sheet: Sheet) -> None:
    """Two columns of prose; the name breaks from the foot of one to the head of the other."""
    left = ["осы бағанда мәтін бар еді", "екінші жол да осында тұр", "үшінші жол одан кейін", "төртінші жол Жұмабеков"]
    right = [
        "Серік деген адам келді",
        "бірінші жолдан кейінгі сөз",
        "тағы бір жол осында бар",
        "соңғы жол осымен бітеді",
    ]
    for index, (one, two) in enumerate(zip(left, right, strict=True)):
        sheet.text(one, 72, 520 - 18 * index, 11)
        sheet.text(two, 310, 520 - 18 * index, 11)


def _table(sheet: Sheet) -> None:
    """A narrow cell wraps the name; the neighbour has words on the same lines."""
    sheet.add("0.5 w 72 460 120 60 re 192 460 300 60 re S")
    for text, x, y in (("Жұмабе-", 76, 505), ("ков Серік", 76, 490), ("слесарь", 200, 505), ("пятый разряд", 200, 490)):
        sheet.text(text, x, y)


def _cells(sheet: Sheet) -> None:
    sheet.add("0.5 w 72 460 150 30 re 222 460 150 30 re 372 460 150 30 re S")
    for text, x in (("Жұмабеков", 76), ("Серік", 226), ("слесарь", 376)):
        sheet.text(text, x, 470)


def _digit_cells(sheet: Sheet) -> None:
    """One digit a cell, as on forms."""
    for index, digit in enumerate(NUMBER):
        sheet.add(f"0.5 w {72 + 20 * index} 495 20 20 re S")
        sheet.text(digit, 78 + 20 * index, 500)


def _turned(matrix: str, size: float = 12) -> Draw:
    return lambda s: s.add(f"BT /F1 {size} Tf {matrix} Tm {s.face.hex('see ' + KK + ' today')} Tj ET")


def _stacked(sheet: Sheet) -> None:
    for index, char in enumerate("Марина"):
        sheet.text(char, 480, 640 - 15 * index)
    for index, char in enumerate("Ковальчук"):
        sheet.text(char, 500, 640 - 15 * index)


def _stacked_one(sheet: Sheet) -> None:
    for index, char in enumerate("Ковальчук"):
        sheet.text(char, 500, 640 - 15 * index)


def _vertical(sheet: Sheet) -> None:
    face = Face(sheet.pdf, vertical=True)
    sheet.font("/V", face)
    sheet.add(f"BT /V 12 Tf 500 660 Td {face.hex('қара ' + KK + ' бүгін')} Tj ET")


def _vertical_lies(sheet: Sheet) -> None:
    face = Face(sheet.pdf, vertical=True, unicode=None)
    sheet.font("/V", face)
    sheet.add(f"BT /V 12 Tf 500 660 Td {face.hex(KK)} Tj ET")


def _own_font(text: str, **keys: Any) -> Draw:
    def draw(sheet: Sheet) -> None:
        face = Face(sheet.pdf, **keys)
        sheet.font("/L", face)
        sheet.add(f"BT /L 12 Tf 72 500 Td {face.hex(text)} Tj ET")

    return draw


def _swap(text: str, instead: str) -> dict[str, str]:
    return {char: instead[index % len(instead)] for index, char in enumerate(dict.fromkeys(text))}


_CODES = {c: 40 + 3 * i for i, c in enumerate(dict.fromkeys("қараңыз бүгін" + KK + NUMBER))}


def _whole_word(sheet: Sheet) -> None:
    """One code means the whole surname, and the others mean nothing."""
    said = dict.fromkeys(KK, "") | {"Ж": "Нұрлан қала"}
    _own_font(KK, unicode=said)(sheet)


def _names_only(sheet: Sheet) -> None:
    """A simple font whose letters have numbers for names and no map."""
    data, *_ = program()
    letters = list(dict.fromkeys(KK))
    descriptor = Dictionary(
        Type=Name.FontDescriptor, FontName=Name.X, Flags=4, FontBBox=Array([-1000, -400, 2000, 1000]), ItalicAngle=0,
        Ascent=928, Descent=-236, CapHeight=729, StemV=80, FontFile2=sheet.pdf.make_stream(data),
    )  # fmt: skip
    simple = Dictionary(
        Type=Name.Font, Subtype=Name.TrueType, BaseFont=Name.X, FirstChar=33, LastChar=33 + len(letters) - 1,
        Widths=Array([600] * len(letters)), FontDescriptor=sheet.pdf.make_indirect(descriptor),
        Encoding=Dictionary(Differences=Array([33, *(Name(f"/uni{ord(c):04X}") for c in letters)])),
    )  # fmt: skip
    sheet.font("/S", sheet.pdf.make_indirect(simple))
    codes = bytes(33 + letters.index(c) for c in KK).hex()
    sheet.add(f"BT /S 12 Tf 72 500 Td <{codes}> Tj ET")


class _Pen(BasePen):  # type: ignore[misc]  # fontTools has no types
    """Writes outlines as path operators."""

    def __init__(self, glyphs: object, scale: float, x: float, y: float) -> None:
        super().__init__(glyphs)
        self.out: list[str] = []
        self._place = (scale, x, y)

    def _at(self, *points: tuple[float, float]) -> str:
        scale, x, y = self._place
        return " ".join(f"{x + px * scale:.3f} {y + py * scale:.3f}" for px, py in points)

    def _moveTo(self, pt: tuple[float, float]) -> None:
        self.out.append(self._at(pt) + " m")

    def _lineTo(self, pt: tuple[float, float]) -> None:
        self.out.append(self._at(pt) + " l")

    def _curveToOne(self, pt1: tuple[float, float], pt2: tuple[float, float], pt3: tuple[float, float]) -> None:
        self.out.append(self._at(pt1, pt2, pt3) + " c")

    def _closePath(self) -> None:
        self.out.append("h")


def outlines(text: str, x: float, y: float, size: float) -> str:
    """Return a text as filled outlines."""
    font = TTFont(SANS)
    glyphs, names, em = font.getGlyphSet(), font.getBestCmap(), font["head"].unitsPerEm
    out: list[str] = []
    for char in text:
        pen = _Pen(glyphs, size / em, x, y)
        glyphs[names[ord(char)]].draw(pen)
        out += pen.out
        x += font["hmtx"][names[ord(char)]][0] * size / em
    return "\n".join(out)


def _type3(mapped: str | None, text: str = KK) -> Draw:
    def draw(sheet: Sheet) -> None:
        letters = list(dict.fromkeys(text))

        def wide(char: str) -> int:
            return round(sheet.face.width(char, 1000))

        procs = {f"/g{i}": sheet.pdf.make_stream(
            f"{wide(c)} 0 -100 -300 1200 1000 d1 {outlines(c, 0, 0, 1000)} f".encode()
        ) for i, c in enumerate(letters)}  # fmt: skip
        font = Dictionary(
            Type=Name.Font, Subtype=Name.Type3, FontBBox=Array([0, -300, 900, 1000]), FirstChar=65,
            LastChar=64 + len(letters), FontMatrix=Array([0.001, 0, 0, 0.001, 0, 0]),
            Widths=Array([wide(c) for c in letters]), CharProcs=Dictionary(procs),
            Encoding=Dictionary(Differences=Array([65, *(Name(f"/g{i}") for i in range(len(letters)))])),
            Resources=Dictionary(),
        )  # fmt: skip
        if mapped:
            rows = [(65 + i, mapped[i % len(mapped)] if mapped != "true" else c) for i, c in enumerate(letters)]
            font["/ToUnicode"] = sheet.pdf.make_stream(unicode_map(rows, 1))
        sheet.font("/T3", sheet.pdf.make_indirect(font))
        codes = bytes(65 + letters.index(c) for c in text).hex()
        sheet.add(f"BT /T3 14 Tf 72 500 Td <{codes}> Tj ET")

    return draw


def _drawn(how: str, text: str = KK, size: float = 14) -> Draw:
    return lambda s: s.add(f"{outlines(text, 72, 500, size)} {how}")


def _on_band(ground: str, ink: str) -> Draw:
    band = f"{ground} rg 60 480 420 60 re f {ink} rg"
    return lambda s: s.add(f"{band} {outlines(KK, 72, 500, 20)} f")


def _half_drawn(sheet: Sheet) -> None:
    """The first half is text, the second outlines."""
    sheet.text("жұмысшы Жұма", 72, 500)
    sheet.add(outlines("беков Серік", 72 + sheet.face.width("жұмысшы Жұма", 12), 500, 12) + " f")


def _pattern(sheet: Sheet) -> None:
    cell = sheet.pdf.make_stream(sheet.show(KK, 5, 8, 14).encode())
    cell["/Type"], cell["/PatternType"], cell["/PaintType"], cell["/TilingType"] = Name.Pattern, 1, 1, 1
    cell["/BBox"], cell["/XStep"], cell["/YStep"] = Array([0, 0, 160, 30]), 160, 30
    cell["/Resources"] = Dictionary(Font=Dictionary(F1=sheet.face.font))
    sheet.resources("/Pattern")["/P"] = cell
    sheet.add("/Pattern cs /P scn 72 460 160 30 re f")


def _soft_mask(kind: str) -> Draw:
    def draw(sheet: Sheet) -> None:
        group = sheet.form("1 g " + sheet.show(KK, 80, 500, 20))
        group["/Group"] = Dictionary(S=Name.Transparency, CS=Name.DeviceGray)
        state = Dictionary(SMask=Dictionary(S=Name("/" + kind), G=group))
        sheet.resources("/ExtGState")["/G0"] = sheet.pdf.make_indirect(state)
        sheet.add("/G0 gs 0 g 60 480 400 60 re f")

    return draw


def _shading_text(sheet: Sheet) -> None:
    """Letters as a clip that a shading fills."""
    shade = Dictionary(
        ShadingType=2, ColorSpace=Name.DeviceGray, Coords=Array([72, 0, 400, 0]), Extend=Array([True, True]),
        Function=Dictionary(FunctionType=2, Domain=Array([0, 1]), C0=Array([0]), C1=Array([0.4]), N=1),
    )  # fmt: skip
    sheet.resources("/Shading")["/Sh"] = shade
    sheet.add(f"BT /F1 18 Tf 7 Tr 72 500 Td {sheet.face.hex(KK)} Tj ET /Sh sh")


def _actual(said: str, shown: str) -> Draw:
    def draw(sheet: Sheet) -> None:
        raw = said.encode("utf-16-be").hex()
        sheet.add(f"/Span <</ActualText <feff{raw}>>> BDC BT /F1 12 Tf 72 500 Td {sheet.face.hex(shown)} Tj ET EMC")

    return draw


def _structure(sheet: Sheet) -> None:
    """Replacement text in the structure tree."""
    element = sheet.pdf.make_indirect(Dictionary(
        Type=Name.StructElem, S=Name.P, ActualText=pikepdf.String("басқа сөз"), Alt=pikepdf.String(KK),
        E=pikepdf.String(KK), T=pikepdf.String(KK), ID=pikepdf.String(KK), K=0, Pg=sheet.page().obj,
    ))  # fmt: skip
    sheet.pdf.Root["/StructTreeRoot"] = sheet.pdf.make_indirect(Dictionary(
        Type=Name.StructTreeRoot, K=Array([element]),
        ParentTree=Dictionary(Nums=Array([0, Array([element])])), IDTree=Dictionary(Names=Array([pikepdf.String(KK), element])),
        RoleMap=Dictionary({"/" + "Bradwell": Name.P}),
    ))  # fmt: skip
    sheet.page().obj["/StructParents"] = 0
    sheet.pdf.Root["/MarkInfo"] = Dictionary(Marked=True)
    sheet.add(f"/P <</MCID 0>> BDC BT /F1 12 Tf 72 500 Td {sheet.face.hex('see ' + KK + ' here')} Tj ET EMC")


def _tight(sheet: Sheet) -> None:
    """Lines that overlap in their font boxes."""
    for index, text in enumerate(
        ("жоғарғы жол осында қалады", f"ортада {KK} тұр", "төменгі жол да қалады", "соңғы жол тағы бар")
    ):
        sheet.text(text, 72, 500 - 9.5 * index, 12)


def _overprint(sheet: Sheet) -> None:
    for step in (0.0, 0.3, 0.5):
        sheet.text(f"қара {KK} бүгін", 72 + step, 500)


def _alias(text: str, table: dict[str, str]) -> str:
    return "".join(table.get(c, c) for c in text)


_LATIN = dict(zip("авеікморстухАВЕІКМНОРСТУХ", "abeikmopctyxABEIKMHOPCTYX", strict=True)) | {
    "а": "a",
    "в": "в",
    "к": "к",
    "м": "м",
    "т": "т",
}
_GREEK = {"М": "Μ", "о": "ο", "А": "Α", "В": "Β", "Е": "Ε", "К": "Κ", "О": "Ο", "Р": "Ρ", "Т": "Τ"}


def _simple(channel: str, text: str, *secrets: str, kept: tuple[str, ...] = ()) -> Attack:
    return _line(text, *secrets, kept=kept, channel=channel)


FINDING: tuple[Attack, ...] = (
    _simple("capitals", f"КҮНІ {KK.upper()} КЕЛДІ", kept=("КЕЛДІ",)),
    _simple("lower case", f"күні {KK.lower()} келді", kept=("келді",)),
    _simple("declined Kazakh", "бұйрық Жұмабековке Серікке берілді", kept=("берілді",)),
    _simple("declined Russian", "приказ Ковальчук Марине отдан", RU, kept=("отдан",)),
    _simple("order turned round", "приказ Марина Ковальчук отдан", RU, kept=("отдан",)),
    _simple("surname and initial", "приказ М. Ковальчук отдан", "Ковальчук", kept=("отдан",)),
    _simple("number with spaces", "нөмірі 990 412 300 128 болды", NUMBER, kept=("нөмірі", "болды")),
    _simple("number with hyphens", "нөмірі 9904-1230-0128 болды", NUMBER, kept=("нөмірі", "болды")),
    _simple("number with dots and thin spaces", "нөмірі 990.412\u2009300\xa0128 болды", NUMBER, kept=("нөмірі", "болды")),
    _simple("number with letters", "нөмірі 99O4l23ОО128 болды", NUMBER, kept=("нөмірі", "болды")),
    _simple("number in pairs", "нөмірі 99 04 12 30 01 28 болды", NUMBER, kept=("нөмірі", "болды")),
    _simple("letters with spaces", "мен Ж ұ м а б е к о в С е р і к келдім", kept=("келдім",)),
    _simple("letters with dots", "I saw B.r.a.d.w.e.l.l H.u.t.s.o.n there", EN, kept=("there",)),
    _simple("soft hyphens", "мен Жұма\xadбе\xadков Се\xadрік келдім", kept=("келдім",)),
    _simple("zero width", "мен Жұма\u200bбеков Се\u200bрік келдім", kept=("келдім",)),
    _simple("no-break hyphen and space", "мен Жұмабеков\xa0Серік келдім", kept=("келдім",)),
    _simple("Latin look-alikes", f"мен {_alias(KK, _LATIN)} келдім", kept=("келдім",)),
    _simple("Greek look-alikes", f"вот {_alias(RU, _GREEK)} пришла", RU, kept=("пришла",)),
    _simple("Cyrillic in a Latin name", "see Вrаdwеll Нutsоn there", EN, kept=("there",)),
    _simple("decomposed letters", f"это {unicodedata.normalize('NFD', 'Щёкин Андрей')} пришёл", "Щёкин Андрей", kept=("пришёл",)),
    _simple("ligatures", "see Griﬃth Winﬂow there", "Griffith Winflow", kept=("there",)),
    _simple("superscript digits", "нөмірі ⁹⁹⁰⁴¹²³⁰⁰¹²⁸ болды", NUMBER, kept=("болды",)),
    _simple("combining marks upon letters", "see Br\u0301adwe\u0301ll Hutson there", EN, kept=("there",)),
    _simple("two-letter secret", "келді Ли кеше Лист Лимон Али тұр", "Ли", kept=("Лист", "Лимон", "Али")),
    _simple("hyphened compound", "это Ковальчук-Петрова пришла", "Ковальчук", kept=("пришла",)),
    _attack("one letter an operator", _per_glyph(list), RU, kept=("here",)),
    _attack("letters backwards", _per_glyph(lambda order: order[::-1]), RU, kept=("here",)),
    _attack("letters shuffled", _per_glyph(_shuffled), RU, kept=("here",)),
    _attack("letters wide apart, shuffled", _per_glyph(_shuffled, 6.0), RU),
    _attack("two lines interleaved", _interleaved, RU, kept=("кеше таңертең",)),
    _attack("kerned letter by letter", _kerned, kept=("here",)),
    _attack("spaced by Tc", _spaced_tc),
    _attack("second half first", _moved_back),
    _attack("hyphen at a line's end", _lines(("мен Жұма-", 72, 500), ("беков Серік келді", 72, 480)), kept=("келді",)),
    _attack("break without hyphen", _lines(("мен Жұмабеков", 72, 500), ("Серік келді", 72, 480)), kept=("келді",)),
    _attack("number over lines", _lines(("нөмірі 990412", 72, 500), ("300128 болды", 72, 480)), NUMBER, kept=("болды",)),
    _attack("number hyphened over lines", _lines(("нөмірі 990412-", 72, 500), ("300128 болды", 72, 480)), NUMBER, kept=("болды",)),
    _attack("break over pages", _over_pages, pages=2, kept=("жұмысқа келді",)),
    _attack("hyphen over pages", _hyphen_over_pages, RU, pages=2, kept=("пришла",)),
    _attack("break over columns", _two_columns, kept=("деген адам келді", "тағы бір жол осында")),
    _attack("wrapped in a cell", _table, kept=("слесарь", "пятый разряд")),
    _attack("name over two cells", _cells, kept=("слесарь",)),
    _attack("one digit a cell", _digit_cells, NUMBER),
    _attack("turned 90", _turned("0 1 -1 0 300 400")),
    _attack("turned 180", _turned("-1 0 0 -1 400 400")),
    _attack("turned 270", _turned("0 -1 1 0 300 600")),
    _attack("turned 30", _turned("0.866 0.5 -0.5 0.866 100 380")),
    _attack("turned 7", _turned("0.9925 0.1219 -0.1219 0.9925 100 400")),
    _attack("mirrored text", _turned("-1 0 0 1 400 400")),
    _attack("flipped text", _turned("1 0 0 -1 100 400")),
    _attack("skewed text", _turned("1 0 0.7 1 100 400")),
    _attack("narrow text", lambda s: s.text(f"қара {KK} бүгін", more="40 Tz")),
    _attack("stacked letters", _stacked_one, "Ковальчук"),
    _attack("stacked letters in two columns", _stacked, RU),
    _attack("vertical writing", _vertical),
    _attack("vertical writing without a map", _vertical_lies),
    _attack("no Unicode map", _own_font(f"қараңыз {KK} бүгін", unicode=None)),
    _attack("no Unicode map, short", _own_font("Серік", unicode=None), "Серік"),
    _attack("map into private use", _own_font(KK, unicode={c: chr(0xE000 + i) for i, c in enumerate(dict.fromkeys(KK))})),
    _attack("map that lies", _own_font(KK, unicode=_swap(KK, "жақсы сөздер"))),
    _attack("map that lies, one word", _own_font("Серік", unicode=_swap("Серік", "қалам")), "Серік"),
    _attack("map that lies about a number", _own_font(NUMBER, unicode=_swap(NUMBER, "5670184")), NUMBER),
    _attack("map that lies about two letters", _own_font(f"мен {KK} келдім", unicode={"б": "п", "С": "Т"})),
    _attack("map that lies in a script that OCR does not know", _own_font(KK, unicode=_swap(KK, "بتثجحخدذرزسشصضطظعغفق"))),
    _attack("map to spaces", _own_font(KK, unicode=dict.fromkeys(KK, " "))),
    _attack("map of one code to many words", _whole_word),
    _attack("CIDToGIDMap with a true map", _own_font(f"қараңыз {KK} бүгін", codes=_CODES)),
    _attack("CIDToGIDMap without a map", _own_font(KK, codes=_CODES, unicode=None)),
    _attack("CIDToGIDMap with a lying map", _own_font(KK, codes=_CODES, unicode=_swap(KK, "жақсы сөздер"))),
    _attack("simple font by glyph names", _names_only),
    _attack("Type 3 without a map", _type3(None)),
    _attack("Type 3 with a true map", _type3("true")),
    _attack("Type 3 with a lying map", _type3("жақсы сөздер")),
    _attack("filled outlines", _drawn("f")),
    _attack("light outlines on a dark band", _on_band("0.1 0.3 0.6", "1 1 1")),
    _attack("outlines on a pale band", _on_band("0.8 0.8 0.9", "0.7 0.7 0.8")),
    _attack("pale outlines", lambda s: s.add(f"0.92 g {outlines(KK, 72, 500, 20)} f")),
    _attack("stroked outlines", _drawn("S", size=20)),
    _attack("outlined number", _drawn("f", NUMBER), NUMBER),
    _attack("half text, half outlines", _half_drawn),
    _attack("outlines as a clip", _drawn("W n 0 g 60 480 400 60 re f", size=20)),
    _attack("outlines large", _drawn("f", "Ковальчук", 70), "Ковальчук"),
    _attack("tiling pattern", _pattern, may_refuse=True),
    _attack("soft mask, luminosity", _soft_mask("Luminosity")),
    _attack("soft mask, alpha", _soft_mask("Alpha")),
    _attack("letters as clip of a shading", _shading_text),
    _attack("ActualText lies", _actual("жақсы сөздер", f"қара {KK} бүгін")),
    _attack("ActualText empty", _actual("", KK)),
    _attack("ActualText tells", _actual(KK, "жай ғана сөз"), kept=("жай ғана сөз",)),
    _attack("structure tree", _structure, kept=("here",)),
    _attack("tight lines", _tight, kept=("жоғарғы жол осында қалады", "төменгі жол да қалады")),
    _attack("overprint", _overprint, kept=("бүгін",)),
    _attack("stroked text", lambda s: s.text(f"қара {KK} бүгін", more="1 Tr 0.3 w", size=16), kept=("бүгін",)),
    _attack("rise", lambda s: s.text(f"қара {KK} бүгін", more="5 Ts"), kept=("бүгін",)),
)  # fmt: skip
