# ruff: noqa: E501 - tables of masters: one line each reads better
"""Attacks by what paints: cells of patterns, large initials, blending, pictures of one grey, dark pages, odd units."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pikepdf
from pikepdf import Array, Dictionary, Name
from PIL import Image, ImageDraw, ImageFont

from tests.support.attacks.kit import SANS, Attack, Sheet, scan_picture, words_picture

Draw = Callable[[Sheet], None]

RU, KK, EN, NUMBER = "Сапожкова Лидия", "Өтегенов Бақыт", "Harrowgate Edwin", "081203445566"
TOP = ("Кітапхана қоры толықтырылды", "Опись составлена в двух экземплярах", "All shelves were counted twice")


def _attack(channel: str, draw: Draw, *secrets: str, kept: tuple[str, ...] = (), pages: int = 1, **more: Any) -> Attack:
    def make() -> bytes:
        sheet = Sheet(pages, TOP)
        draw(sheet)
        return sheet.bytes()

    return Attack(channel, make, secrets or (RU,), (*TOP, *kept), **more)


def _cell(sheet: Sheet, content: str, size: tuple[float, float] = (200, 40), **keys: Any) -> pikepdf.Stream:
    cell = sheet.pdf.make_stream(content.encode())
    cell["/Type"], cell["/PatternType"], cell["/PaintType"], cell["/TilingType"] = Name.Pattern, 1, 1, 1
    cell["/BBox"], cell["/XStep"], cell["/YStep"] = Array([0, 0, *size]), size[0], size[1]
    cell["/Resources"] = Dictionary(Font=Dictionary(F1=sheet.face.font), **keys.pop("Inner", {}))
    for key, value in keys.items():
        cell["/" + key] = value
    return cell


def _tiles(text: str, paint: str = "/Pattern cs /P scn 60 200 420 200 re f", **keys: Any) -> Draw:
    def draw(sheet: Sheet) -> None:
        sheet.resources("/Pattern")["/P"] = _cell(sheet, sheet.show(text, 5, 12, 12), (220, 40), **keys)
        sheet.add(paint)

    return draw


def _page(draw: Draw, **keys: Any) -> Draw:
    def whole(sheet: Sheet) -> None:
        draw(sheet)
        for key, value in keys.items():
            sheet.page().obj["/" + key] = value

    return whole


def _form(sheet: Sheet) -> None:
    cell = _cell(sheet, sheet.show(f"үй {RU} тұр", 5, 12, 12), (220, 40))
    form = sheet.form("/Pattern cs /P scn 0 0 300 100 re f", Inner={"Pattern": Dictionary(P=cell)})
    sheet.place(form, "1.2 0 0 1.2 70 300")


def _bare(sheet: Sheet) -> None:
    sheet.resources("/Pattern")["/P"] = _cell(sheet, sheet.show(f"үй {RU} тұр", 5, 12, 12), (220, 40), PaintType=2)
    sheet.resources("/ColorSpace")["/CP"] = Array([Name.Pattern, Name.DeviceRGB])
    sheet.add("/CP cs 0 0.2 0.6 /P scn 60 200 420 200 re f")


def _pictures(sheet: Sheet) -> None:
    picture = sheet.image(words_picture([f"үй {RU} тұр"]))
    cell = _cell(sheet, "q 200 0 0 24 5 8 cm /X Do Q", (220, 40), Inner={"XObject": Dictionary(X=picture)})
    sheet.resources("/Pattern")["/P"] = cell
    sheet.add("/Pattern cs /P scn 60 200 420 160 re f")


def _nested(sheet: Sheet) -> None:
    inner = _cell(sheet, sheet.show(f"үй {RU} тұр", 5, 12, 12), (220, 40))
    outer = _cell(sheet, "/Pattern cs /P scn 0 0 220 80 re f", (230, 90), Inner={"Pattern": Dictionary(P=inner)})
    sheet.resources("/Pattern")["/P"] = outer
    sheet.add("/Pattern cs /P scn 60 200 420 200 re f")


def _across(sheet: Sheet) -> None:
    """Half of a name ends a cell, the other half begins it: tiles side by side show it whole."""
    head, tail = RU[:4], RU[4:]
    wide = sheet.face.width(RU + " үй тұр ", 12)
    content = sheet.show(tail + " үй тұр ", 0, 12, 12) + sheet.show(head, wide - sheet.face.width(head, 12), 12, 12)
    sheet.resources("/Pattern")["/P"] = _cell(sheet, content, (wide, 40))
    sheet.add("/Pattern cs /P scn 60 200 500 120 re f")


def _watermark(sheet: Sheet) -> None:
    sheet.resources("/Pattern")["/P"] = _cell(
        sheet, "0.85 g " + sheet.show(RU, 5, 2, 12), (150, 60), Matrix=Array([0.94, 0.34, -0.34, 0.94, 0, 0])
    )
    sheet.add("/Pattern cs /P scn 60 200 420 300 re f")
    for row in range(4):
        sheet.text(f"Бөлме {row + 1}: есік пен терезе бүтін", 72, 260 + 40 * row)


def _initial(text: str, size: float = 42, drop: float = 0, gap: float = 1.0) -> Draw:
    """A large first letter, `drop` points below the line that goes on."""

    def draw(sheet: Sheet) -> None:
        sheet.text(text[0], 72, 500 - drop, size)
        sheet.text(text[1:], 72 + sheet.face.width(text[0], size) + gap, 500, 12)
        sheet.text("келесі жол осы жерден басталады", 72 + sheet.face.width(text[0], size) + gap, 484, 12)
        sheet.text("осымен аяқталды", 72, 440, 12)

    return draw


def _blend(mode: str, ink: str, ground: str = "") -> Draw:
    def draw(sheet: Sheet) -> None:
        sheet.resources("/ExtGState")["/G0"] = sheet.pdf.make_indirect(Dictionary(BM=Name("/" + mode)))
        sheet.add(f"{ground} /G0 gs {ink} " + sheet.show(f"бөлме {RU} терезе", 72, 500, 13))

    return draw


def _units(unit: float, turn: int = 0) -> Draw:
    def draw(sheet: Sheet) -> None:
        page = sheet.page().obj
        page["/MediaBox"], page["/UserUnit"], page["/Rotate"] = Array([0, 0, 595 / unit, 842 / unit]), unit, turn
        sheet.text(f"бөлме {RU} терезе", 72, 500, 13)
        parts = sheet.pdf.make_stream(b"q %f 0 0 %f 0 0 cm " % (1 / unit, 1 / unit)), sheet.pdf.make_stream(b" Q")
        sheet.page().contents_add(parts[0], prepend=True)
        sheet.page().contents_add(parts[1])

    return draw


def _photo(dark: int, text: bool = False) -> Draw:
    """A page that is one dark picture; with a name on it or without a letter."""

    def draw(sheet: Sheet) -> None:
        rows = np.random.default_rng(7).integers(0, dark, (12, 9))
        image = Image.fromarray(rows.astype(np.uint8)).resize((596, 842), Image.Resampling.BICUBIC)
        if text:
            ImageDraw.Draw(image).text((60, 300), f"бөлме {RU}", 255, ImageFont.truetype(SANS, 20))
        sheet.place(sheet.image(image, "jpeg"), "595 0 0 842 0 0", page=1)
        if not text:
            sheet.text(f"бөлме {RU} терезе", 72, 500)

    return draw


def _two_colours(ink: tuple[int, int, int], paper: tuple[int, int, int], wide: float = 1.0, high: float = 30) -> Draw:
    def draw(sheet: Sheet) -> None:
        image = words_picture([f"бөлме {RU} терезе"], ink=ink, paper=paper)
        flat = sheet.image(image, "raw", ColorSpace=Name.DeviceRGB)
        sheet.place(flat, f"{wide * high * image.width / image.height:.1f} 0 0 {high} 50 420")

    return draw


def _stamps(count: int, names: Sequence[str]) -> Callable[[], bytes]:
    """A scan with many coloured stamps, each across a name."""

    def make() -> bytes:
        sheet = Sheet(kept=())
        lines = ["Акт обхода складских помещений", ""]
        for index in range(count):
            lines += [f"Сектор {index + 1} принял {names[index % len(names)]} вечером", "", "Замечаний нет", ""]
        image = scan_picture(lines, size=11).convert("RGB")
        pen = ImageDraw.Draw(image)
        for index in range(count):
            x, y = 560, (60 + 22 * (2 + 4 * index) + 7) * 200 / 72
            colour = [(40, 60, 200), (190, 40, 60), (30, 130, 60), (120, 40, 150)][index % 4]
            for rim in (0, 22):
                pen.ellipse((x - 110 + rim, y - 60 + rim / 2, x + 110 - rim, y + 60 - rim / 2), outline=colour, width=5)
            for step in range(-90, 90, 20):
                pen.line((x + step, y - 30, x + step + 20, y + 30), colour, 3)
        sheet.place(sheet.image(image, "jpeg"), "595 0 0 842 0 0")
        return sheet.bytes()

    return make


def _hatch(sheet: Sheet) -> None:
    """A cell without a word behind a table; the page stays text or becomes pixels, the name goes."""
    cell = _cell(sheet, "0.5 w 0.7 G 0 0 m 6 6 l S", (6, 6))
    sheet.resources("/Pattern")["/P"] = cell
    sheet.add("/Pattern cs /P scn 60 470 400 60 re f")
    sheet.text(f"бөлме {RU} терезе", 72, 400, 13)


PAINTING: tuple[Attack, ...] = (
    _attack("tiles all over, words beside the name", _tiles(f"үй {RU} тұр"), kept=("тұр",)),
    _attack("tiles of a turned page", _page(_tiles(f"үй {RU} тұр"), Rotate=90), kept=("тұр",)),
    _attack("tiles of a page with an origin", _page(_tiles(f"үй {RU} тұр"), MediaBox=Array([-20, -30, 575, 812])), kept=("тұр",)),
    _attack("tiles in a form that is moved", _form, kept=("тұр",)),
    _attack("tiles without a colour", _bare, kept=("тұр",)),
    _attack("tiles of pictures", _pictures),
    _attack("tiles in tiles", _nested, kept=("тұр",)),
    _attack("tiles that make a name together", _across, kept=("тұр",)),
    _attack("tiles turned by their matrix", _tiles(f"үй {RU} тұр", Matrix=Array([0, 1, -1, 0, 0, 0])), kept=("тұр",), turns=True),
    _attack("letters painted with tiles", _tiles(RU, "BT /Pattern cs /P scn /F1 90 Tf 60 300 Td 2 Tr <" + "0024" * 3 + "> Tj ET")),
    _attack("a stroke painted with tiles", _tiles(RU, "/Pattern CS /P SCN 60 w 60 300 m 500 300 l S")),
    _attack("tiles behind words", _watermark),
    _attack("hatching without words", _hatch, kept=("терезе",)),
    _attack("a large initial", _initial(f"{RU} терезені сүртті"), kept=("терезені сүртті", "келесі жол осы", "осымен аяқталды")),
    _attack("a large initial that hangs", _initial(f"{RU} терезені сүртті", 42, 20), kept=("терезені сүртті", "келесі жол осы", "осымен аяқталды")),
    _attack("difference", _blend("Difference", "1 g"), kept=("бөлме", "терезе")),
    _attack("screen", _blend("Screen", "0.9 g", "0.1 g 60 490 400 30 re f"), kept=("бөлме", "терезе")),
    _attack("units of two", _units(2), kept=("бөлме", "терезе")),
    _attack("units of a half on a turned page", _units(0.5, 90), kept=("бөлме", "терезе")),
    _attack("a dark page without words", _photo(90), kept=("бөлме", "терезе"), pages=2),
    _attack("a name on a dark picture", _photo(60, text=True), pages=2),
    _attack("picture of red on green of one grey", _two_colours((219, 30, 30), (40, 130, 40)), kept=("терезе",)),
    _attack("picture stretched to twice its width", _two_colours((0, 0, 0), (255, 255, 255), 2.0, 16), kept=("терезе",)),
    _attack("picture stretched to thrice its height", _two_colours((0, 0, 0), (255, 255, 255), 0.34, 60)),
    Attack("eight stamps across names", _stamps(8, (RU, EN)), (RU, EN), ("Акт обхода складских", "Замечаний нет")),
)  # fmt: skip
