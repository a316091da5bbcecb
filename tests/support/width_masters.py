"""One page, one name, many ways of setting it: masters that differ in the name only must leave as the same bytes."""

from __future__ import annotations

import io
from collections.abc import Callable

import pikepdf
from pikepdf import Array, Dictionary, Name

from qupia_redaction.rebuild.maps import write_map
from tests.support.width_art import ART
from tests.support.width_blocks import BLOCKS
from tests.support.width_fits import FITS
from tests.support.width_layouts import MORE
from tests.support.width_pages import PAGES
from tests.support.width_tables import TABLES
from tests.support.width_type import (
    HEAD,
    HIGH,
    KEPT,
    LEFT,
    PROGRAMS,
    RIGHT,
    ROW,
    SIZE,
    TAIL,
    WIDE,
    at,
    codes,
    font,
    width,
)


def _left(name: str) -> str:
    return at(f"Гражданин {name} {KEPT} номер 4.", LEFT, 700)


def _only(name: str) -> str:
    return at(name, LEFT, 700) + at(KEPT, LEFT, 660)


def _justified(name: str) -> str:
    """Place every word of a stretched line by itself."""
    words = f"Гражданин {name} {KEPT} номер".split()
    gap = (RIGHT - LEFT - sum(map(width, words))) / (len(words) - 1)
    x, out = LEFT, ""
    for word in words:
        out += at(word, x, 700)
        x += width(word) + gap
    return out


def _stretched(name: str) -> str:
    """Stretch the blanks of one TJ."""
    words = f"Гражданин {name} {KEPT} номер".split()
    gap = (RIGHT - LEFT - sum(map(width, words))) / (len(words) - 1)
    offset = (width(" ") - gap) * 1000 / SIZE
    body = f" {offset:.3f} ".join(codes(word + " ") for word in words[:-1])
    return f"BT /F {SIZE} Tf {LEFT} 700 Td [{body} {offset:.3f} {codes(words[-1])}] TJ ET\n"


def _letters(name: str) -> str:
    """Stretch a line between its letters as well."""
    text = f"Гражданин {name} {KEPT} номер"
    spread = (RIGHT - LEFT - width(text)) / len(text)
    return f"BT /F {SIZE} Tf {spread:.4f} Tc {LEFT} 700 Td {codes(text)} Tj 0 Tc ET\n"


def _cell(name: str) -> str:
    rows = (("1", name, "слесарь"), ("2", "не замещена", "токарь"), ("3", "не замещена", "кузнец"))
    text = "".join(
        at(cell, x, 700 - 20 * row)
        for row, cells in enumerate(rows)
        for cell, x in zip(cells, (77, 110, 380), strict=True)
    )
    rules = "".join(f"72 {714 - 20 * row} m 523 {714 - 20 * row} l S\n" for row in range(4))
    return "0.5 w\n" + rules + "105 714 m 105 654 l S 375 714 m 375 654 l S\n" + text


def _clipped_cell(name: str) -> str:
    """Clip each cell and each word of it to its own rectangle, as browsers and drawing programs do."""
    x, out = 110.0, "q 105 694 270 20 re W n\n"
    for word in f"{name} временно".split():
        out += f"q {x:.2f} 690 {width(word):.2f} 20 re W n {at(word, x, 700)}Q\n"
        x += width(word + " ")
    return out + "Q\n" + at("слесарь", 380, 700)


def _relative(name: str) -> str:
    """Move from word to word by its width, as typesetters do."""
    out, last, x = f"BT /F {SIZE} Tf {LEFT} 700 Td\n", 0.0, 0.0
    for word in f"Гражданин {name} {KEPT}".split():
        out += f"{round(x, 2) - last:.2f} 0 Td {codes(word)} Tj\n"
        last = round(x, 2)
        x += width(word + " ")
    return out + f"{-last:.2f} -{ROW} Td {codes('номер 4.')} Tj ET\n"


def _following(name: str) -> str:
    """Show the rest of the line with no move at all."""
    return f"BT /F {SIZE} Tf {LEFT} 700 Td {codes('Гражданин ')} Tj {codes(name)} Tj {codes(' ' + KEPT)} Tj ET\n"


def _single(name: str) -> str:
    """Place every letter by itself."""
    x, out = LEFT, f"BT /F {SIZE} Tf\n"
    for char in f"Гражданин {name} {KEPT}":
        out += f"1 0 0 1 {x:.2f} 700 Tm {codes(char)} Tj\n"
        x += width(char)
    return out + "ET\n"


def _tagged(name: str) -> str:
    """Mark every word's content, its length included."""
    x, out = LEFT, ""
    for index, word in enumerate(f"Гражданин {name} {KEPT}".split()):
        out += f"/Span <</MCID {index} /N {len(word)}>> BDC q 0 0 0 rg {at(word, x, 700)}Q EMC\n"
        x += width(word + " ")
    return out


def _centred(name: str) -> str:
    text = f"Личное дело: {name}"
    return at(text, (WIDE - width(text)) / 2, 700)


def _caption(name: str) -> str:
    """Centre a caption under a name that stands at the left."""
    caption = "(фамилия, имя)"
    return at(name, 200, 700) + at(caption, 200 + (width(name) - width(caption, 7)) / 2, 690, 7)


def _right(name: str) -> str:
    lines = (f"Начальник: {name}", "Директор: подпись", "3 марта 1987 года")
    return "".join(at(text, RIGHT - width(text), 700 - ROW * row) for row, text in enumerate(lines))


def _underlined(name: str) -> str:
    return (
        at("Я, " + name, LEFT, 700)
        + f"0.5 w {LEFT + width('Я, '):.2f} 698 m {LEFT + width('Я, ' + name):.2f} 698 l S\n"
    )


def _leader(name: str) -> str:
    dots = "." * int((RIGHT - LEFT - width(name) - 30) / width("."))
    return at(name + " " + dots + " 12", LEFT, 700)


def _coloured(name: str) -> str:
    """Show the name in colours of its own, its frame behind it."""
    x = LEFT + width("Гражданин ")
    frame = f"0.9 0.9 0.6 rg {x - 2:.2f} 696 {width(name) + 4:.2f} 14 re f 0 g\n"
    rest = at(KEPT, x + width(name + " "), 700)
    return frame + at("Гражданин", LEFT, 700) + "0.6 0 0 rg " + at(name, x, 700) + "0 g " + rest


def _centred_cell(name: str) -> str:
    """Centre the cells of a column."""
    rows = (("1", name), ("2", "вакансия"), ("3", "временно не замещена"))
    cells = "".join(at(text, 240 - width(text) / 2, 700 - 20 * row) for row, (_, text) in enumerate(rows))
    return cells + "".join(at(number, 77, 700 - 20 * row) for row, (number, _) in enumerate(rows))


def _lone_cell(name: str) -> str:
    """Centre a name between a label and what follows on the line."""
    return at("ФИО:", LEFT, 700) + at(name, 250 - width(name) / 2, 700) + at("1987 г. р.", 430, 700)


def _indented(name: str) -> str:
    """Begin a paragraph that is set further in than all other lines."""
    return at(f"Гражданин {name} {KEPT}", LEFT + 31.7, 700) + at("на неполный рабочий день.", LEFT, 684)


def _first(name: str) -> str:
    return at(f"{name}, {KEPT}", LEFT, 700) + at(f"Итого по цеху: {KEPT}", LEFT, 684)


def _last(name: str) -> str:
    return at(f"Назначить бригадиром: {name}", LEFT, 700)


def _columns(name: str) -> str:
    """Set two columns side by side, the name in the left one."""
    left = (f"Бригадир {name} и", "его бригада закончили", "работу в срок и сдали", "инструмент в кладовую")
    right = ("Кладовщик принял весь", "инструмент по описи и", "расписался в журнале", "за третью смену")
    out = "".join(at(text, LEFT, 700 - ROW * row, 8) for row, text in enumerate(left))
    return out + "".join(at(text, 310, 700 - ROW * row, 8) for row, text in enumerate(right))


def _slanting(name: str) -> str:
    turned = at(f"Гражданин {name} {KEPT}", 0, 0)
    return f"q 0.9563 0.2924 -0.2924 0.9563 {LEFT} 600 cm {turned}Q\n"


LAYOUTS: dict[str, Callable[[str], str]] = {
    "left": _left,
    "alone": _only,
    "justified, words placed": _justified,
    "justified, stretched blanks in one TJ": _stretched,
    "justified, letter spacing": _letters,
    "table cell": _cell,
    "clipped words in a cell": _clipped_cell,
    "words moved by their widths": _relative,
    "runs without moves": _following,
    "letters placed": _single,
    "marked content": _tagged,
    "centred": _centred,
    "caption centred below": _caption,
    "right-aligned": _right,
    "underlined": _underlined,
    "leader": _leader,
    "colours and frame": _coloured,
    "centred cells": _centred_cell,
    "centred between neighbours": _lone_cell,
    "indented": _indented,
    "begins the line": _first,
    "ends the line": _last,
    "two columns": _columns,
    "slanting": _slanting,
    **MORE,
    **ART,
    **PAGES,
    **TABLES,
}


ALL = LAYOUTS | FITS | BLOCKS
"""All of them; those that are not in `LAYOUTS` are compared by what is set again."""


def content(layout: str, name: str) -> bytes:
    """Return the operators of a page with a name, set in one of the layouts between lines that are always the same."""
    return _between_lines(ALL[layout](name))


def _between_lines(drawn: str) -> bytes:
    return (at(HEAD, LEFT, 760) + drawn + at(TAIL, LEFT, 560)).encode()


def master(layout: str, name: str) -> bytes:
    """Return a page with a name; see `content`."""
    return _page(content(layout, name))


def bare() -> bytes:
    """Return a page with nothing but the lines that are always the same."""
    return _page(_between_lines(""))


def _page(drawn: bytes) -> bytes:
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(WIDE, HIGH))
    faces = [face for face in PROGRAMS if f"/{face} ".encode() in drawn]
    page.obj["/Resources"] = Dictionary(Font=Dictionary({f"/{face}": _font(pdf, face) for face in faces}))
    page.obj["/Contents"] = pdf.make_stream(drawn)
    buffer = io.BytesIO()
    pdf.save(buffer, static_id=True)
    return buffer.getvalue()


def _font(pdf: pikepdf.Pdf, face: str) -> pikepdf.Object:
    """Return a font of the page."""
    program, numbers, widths = font(face)
    name = Name(f"/Serif{face}")
    descriptor = Dictionary(
        Type=Name.FontDescriptor, FontName=name, Flags=4, FontBBox=Array([0, -200, 1000, 900]), ItalicAngle=0,
        Ascent=900, Descent=-200, CapHeight=700, StemV=80, FontFile2=pdf.make_stream(program, Length1=len(program)),
    )  # fmt: skip
    inner = Dictionary(
        Type=Name.Font, Subtype=Name.CIDFontType2, BaseFont=name, CIDToGIDMap=Name.Identity,
        CIDSystemInfo=Dictionary(Registry=pikepdf.String("Adobe"), Ordering=pikepdf.String("Identity"), Supplement=0),
        FontDescriptor=pdf.make_indirect(descriptor), DW=600, W=Array([1, Array([widths[char] for char in numbers])]),
    )  # fmt: skip
    unicode = {code: char.encode("utf-16-be") for char, code in numbers.items()}
    return pdf.make_indirect(
        Dictionary(
            Type=Name.Font,
            Subtype=Name.Type0,
            BaseFont=name,
            Encoding=Name("/Identity-H"),
            DescendantFonts=Array([pdf.make_indirect(inner)]),
            ToUnicode=pdf.make_stream(write_map(unicode, 2)),
        )
    )
