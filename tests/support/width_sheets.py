"""Pages with one name on which more than operators depends on it: forms, clips, pictures, shades, frames and tables.

The fourth part of the attack on widths (`width_masters`): each sheet is a whole document of its own.
"""

from __future__ import annotations

import io
from collections.abc import Callable

import pikepdf
from pikepdf import Array, Dictionary, Name

from tests.support.width_masters import bare
from tests.support.width_type import KEPT, LEFT, RIGHT, ROW, at, centred, flush, width

START = LEFT + width("Гражданин ")
"""Where the name begins in a line of its own."""


class Sheet:
    """A page with lines that are always the same, to which a layout adds what depends on the name."""

    def __init__(self, page: bytes) -> None:
        self._pdf = pikepdf.open(io.BytesIO(page))
        self.page = self._pdf.pages[0].obj
        self.page["/Annots"] = Array()
        self.page["/Resources"]["/XObject"] = Dictionary()

    def draw(self, operators: str) -> None:
        """Draw below everything else on the page."""
        old = self.page["/Contents"].read_bytes()
        self.page["/Contents"] = self._pdf.make_stream(operators.encode() + b"\n" + old)

    def replace(self, operators: str) -> None:
        """Draw nothing but this on the page."""
        self.page["/Contents"] = self._pdf.make_stream(operators.encode())

    def name(self, kind: str, thing: pikepdf.Object) -> str:
        """Put a resource on the page and return its name."""
        resources = self.page["/Resources"]
        if f"/{kind}" not in resources:
            resources[f"/{kind}"] = Dictionary()
        name = f"/{kind[0]}{len(resources[f'/{kind}'])}"
        resources[f"/{kind}"][name] = thing
        return name

    def form(self, operators: str, box: tuple[float, float, float, float]) -> pikepdf.Object:
        """Return a form with the fonts of the page."""
        form = self._pdf.make_stream(operators.encode())
        form["/Type"], form["/Subtype"] = Name.XObject, Name.Form
        form["/BBox"] = Array([round(side, 3) for side in box])
        form["/Resources"] = Dictionary(Font=self.page["/Resources"]["/Font"])
        return form

    def picture(self, wide: int = 1, high: int = 1, pixel: bytes = b"\xff\xe0\x80", **keys: object) -> pikepdf.Object:
        """Return a picture of one colour."""
        made = self._pdf.make_stream(pixel * wide * high)
        made["/Type"], made["/Subtype"] = Name.XObject, Name.Image
        made["/Width"], made["/Height"], made["/BitsPerComponent"] = wide, high, 8
        made["/ColorSpace"] = Name.DeviceRGB
        for key, value in keys.items():
            made[f"/{key}"] = value
        return made

    def shade(self, x0: float, x1: float) -> pikepdf.Object:
        """Return a shade from one side to the other."""
        function = Dictionary(FunctionType=2, Domain=Array([0, 1]), C0=Array([1, 1, 0.6]), C1=Array([1, 0.8, 0.4]), N=1)
        return Dictionary(
            ShadingType=2, ColorSpace=Name.DeviceRGB, Coords=Array([round(x0, 3), 0, round(x1, 3), 0]),
            Function=function, Extend=Array([True, True]),
        )  # fmt: skip

    def annotate(self, kind: str, box: tuple[float, float, float, float], **keys: object) -> None:
        """Put an annotation over a place of the page."""
        made = Dictionary(Type=Name.Annot, Subtype=Name(f"/{kind}"), Rect=Array([round(s, 3) for s in box]), F=4)
        for key, value in keys.items():
            made[f"/{key}"] = value
        self.page["/Annots"].append(self._pdf.make_indirect(made))
        if kind == "Widget":
            self._pdf.Root["/AcroForm"] = Dictionary(Fields=self.page["/Annots"])

    def saved(self) -> bytes:
        """Return the document."""
        buffer = io.BytesIO()
        self._pdf.save(buffer, static_id=True)
        return buffer.getvalue()


def _form_of_name(sheet: Sheet, name: str) -> None:
    """Show the name in a form cut to it, in a line of the page."""
    form = sheet.name("XObject", sheet.form(at(name, 0, 3), (0, 0, width(name), 14)))
    sheet.draw(at("Гражданин", LEFT, 700) + f"q 1 0 0 1 {START:.3f} 697 cm {form} Do Q\n")


def _form_of_line(sheet: Sheet, name: str) -> None:
    """Show each line in a form cut to it."""
    for row, text in enumerate((f"Гражданин {name} {KEPT}", "Срок испытания один месяц.", "Оклад по расписанию.")):
        form = sheet.name("XObject", sheet.form(at(text, 0, 3), (0, 0, width(text), 14)))
        sheet.draw(f"q 1 0 0 1 {LEFT} {697 - ROW * row} cm {form} Do Q\n")


_LINES = ("Срок испытания один месяц.", "Оклад по расписанию.")


def _form_of_lines(sheet: Sheet, name: str) -> None:
    """Show a paragraph in a form cut to its longest line, that of the name."""
    lines = (f"Гражданин {name} принят в цех слесарем.", *_LINES)
    wide = max(map(width, lines))
    text = "".join(at(line, 0, 40 - ROW * row) for row, line in enumerate(lines))
    form = sheet.name("XObject", sheet.form(text, (0, 0, wide, 54)))
    sheet.draw(f"q 1 0 0 1 {LEFT} 660 cm {form} Do Q\n")


def _group_of_lines(sheet: Sheet, name: str) -> None:
    """The same, as a group of its own, as drawing programs export."""
    lines = (f"Гражданин {name} принят в цех слесарем.", *_LINES)
    text = "".join(at(line, LEFT, 700 - ROW * row) for row, line in enumerate(lines))
    form = sheet.form(text, (LEFT, 660, LEFT + max(map(width, lines)), 714))
    form["/Group"] = Dictionary(S=Name.Transparency, CS=Name.DeviceRGB)
    sheet.draw(f"q {sheet.name('XObject', form)} Do Q\n")


def _clipped_line(sheet: Sheet, name: str) -> None:
    """Clip each line to its own rectangle."""
    for row, text in enumerate((f"Гражданин {name} {KEPT}", *_LINES)):
        y = 700 - ROW * row
        sheet.draw(f"q {LEFT} {y - 4} {width(text):.3f} 15 re W n {at(text, LEFT, y)}Q\n")


def _clipped_lines(sheet: Sheet, name: str) -> None:
    """Clip a paragraph to its longest line, that of the name."""
    lines = (f"Гражданин {name} принят в цех слесарем.", *_LINES)
    text = "".join(at(line, LEFT, 700 - ROW * row) for row, line in enumerate(lines))
    sheet.draw(f"q {LEFT} 660 {max(map(width, lines)):.3f} 54 re W n {text}Q\n")


def _framed_lines(sheet: Sheet, name: str) -> None:
    """Frame a paragraph that is as wide as its longest line, that of the name."""
    lines = (f"Гражданин {name} принят в цех слесарем.", *_LINES)
    text = "".join(at(line, LEFT, 700 - ROW * row) for row, line in enumerate(lines))
    sheet.draw(f".5 w {LEFT - 5} 655 {max(map(width, lines)) + 10:.3f} 64 re S {text}")


def _grounded_lines(sheet: Sheet, name: str) -> None:
    """Lay a ground below such a paragraph."""
    lines = (f"Гражданин {name} принят в цех слесарем.", *_LINES)
    text = "".join(at(line, LEFT, 700 - ROW * row) for row, line in enumerate(lines))
    sheet.draw(f".9 .9 .7 rg {LEFT - 5} 655 {max(map(width, lines)) + 10:.3f} 64 re f 0 g {text}")


def _framed_pair(sheet: Sheet, name: str) -> None:
    """Frame a name and its caption, both centred in a frame as wide as the name."""
    middle, wide = 300.0, width(name) + 16
    lines = centred(name, middle, 700) + centred("директор", middle, 684)
    sheet.draw(f".5 w {middle - wide / 2:.3f} 676 {wide:.3f} 42 re S {lines}")


def _pill(sheet: Sheet, name: str) -> None:
    """Lay a rounded ground behind the name."""
    a, b, r = START - 6, START + width(name) + 6, 7
    c = r * 0.4477
    path = (
        f"{a + r:.3f} 695 m {b - r:.3f} 695 l {b - c:.3f} 695 {b:.3f} {695 + c:.3f} {b:.3f} {695 + r} c "
        f"{b:.3f} {709 - c:.3f} {b - c:.3f} 709 {b - r:.3f} 709 c {a + r:.3f} 709 l "
        f"{a + c:.3f} 709 {a:.3f} {709 - c:.3f} {a:.3f} {709 - r} c "
        f"{a:.3f} {695 + c:.3f} {a + c:.3f} 695 {a + r:.3f} 695 c h"
    )
    sheet.draw(f".8 .9 1 rg {path} f 0 g " + at("Гражданин", LEFT, 700) + at(name, START, 700))


def _pill_picture(sheet: Sheet, name: str) -> None:
    """Lay a picture as wide as the name behind it."""
    pill = sheet.name("XObject", sheet.picture(4, 2))
    ground = f"q {width(name) + 8:.3f} 0 0 15 {START - 4:.3f} 696 cm {pill} Do Q\n"
    sheet.draw(ground + at("Гражданин", LEFT, 700) + at(name, START, 700))


def _pill_in_stream(sheet: Sheet, name: str) -> None:
    """Lay a picture of the stream itself behind the name."""
    pill = "BI /W 1 /H 1 /BPC 8 /CS /G ID \x7f EI"
    ground = f"q {width(name) + 8:.3f} 0 0 15 {START - 4:.3f} 696 cm {pill}\nQ\n"
    sheet.draw(ground + at("Гражданин", LEFT, 700) + at(name, START, 700))


def _pill_cut(sheet: Sheet, name: str) -> None:
    """Cut the ground behind the name out of a picture as wide as the page."""
    ground = sheet.name("XObject", sheet.picture(4, 2))
    cut = f"q {START - 4:.3f} 696 {width(name) + 8:.3f} 15 re W n 595 0 0 842 0 0 cm {ground} Do Q\n"
    sheet.draw(cut + at("Гражданин", LEFT, 700) + at(name, START, 700))


def _shaded(sheet: Sheet, name: str) -> None:
    """Shade the ground behind the name."""
    a, b = START - 4, START + width(name) + 4
    shade = sheet.name("Shading", sheet.shade(a, b))
    ground = f"q {a:.3f} 696 {b - a:.3f} 15 re W n {shade} sh Q\n"
    sheet.draw(ground + at("Гражданин", LEFT, 700) + at(name, START, 700))


def _patterned(sheet: Sheet, name: str) -> None:
    """Fill the ground behind the name with a shade."""
    a, b = START - 4, START + width(name) + 4
    shade = sheet.name("Pattern", Dictionary(PatternType=2, Shading=sheet.shade(a, b)))
    ground = f"q /Pattern cs {shade} scn {a:.3f} 696 {b - a:.3f} 15 re f Q\n"
    sheet.draw(ground + at("Гражданин", LEFT, 700) + at(name, START, 700))


def _shadow(sheet: Sheet, name: str) -> None:
    """Let a box around the name throw a soft shadow, which is a picture with a mask."""
    mask = sheet.picture(8, 2, b"\x40", ColorSpace=Name.DeviceGray)
    shadow = sheet.name("XObject", sheet.picture(8, 2, b"\0\0\0", SMask=sheet._pdf.make_indirect(mask)))
    a, wide = START - 4, width(name) + 8
    drawn = f"q {wide + 6:.3f} 0 0 21 {a - 1:.3f} 691 cm {shadow} Do Q 1 g {a:.3f} 696 {wide:.3f} 15 re f 0 g\n"
    sheet.draw(drawn + at("Гражданин", LEFT, 700) + at(name, START, 700))


def _picture_below(sheet: Sheet, name: str) -> None:
    """Underline the name with a stretched picture."""
    line = sheet.name("XObject", sheet.picture(1, 1, b"\0\0\0"))
    drawn = f"q {width(name):.3f} 0 0 .7 {START:.3f} 697.5 cm {line} Do Q\n"
    sheet.draw(drawn + at("Гражданин", LEFT, 700) + at(name, START, 700))


def _form_below(sheet: Sheet, name: str) -> None:
    """Underline the name with a stretched form."""
    line = sheet.name("XObject", sheet.form("0 0 1 1 re f", (0, 0, 1, 1)))
    drawn = f"q {width(name):.3f} 0 0 .7 {START:.3f} 697.5 cm {line} Do Q\n"
    sheet.draw(drawn + at("Гражданин", LEFT, 700) + at(name, START, 700))


def _overline(sheet: Sheet, name: str) -> None:
    """Draw a stroke well above the name."""
    drawn = f".5 w {START:.3f} 722 m {START + width(name):.3f} 722 l S\n"
    sheet.draw(drawn + at("Гражданин", LEFT, 700) + at(name, START, 700))


def _high_bracket(sheet: Sheet, name: str) -> None:
    """Draw a bracket well above the name, with a word over its middle."""
    a, b = START, START + width(name)
    drawn = f".5 w {a:.3f} 716 m {a:.3f} 722 l {b:.3f} 722 l {b:.3f} 716 l S\n" + centred("кто", (a + b) / 2, 728, 7)
    sheet.draw(drawn + at("Гражданин", LEFT, 700) + at(name, START, 700))


def _dotted(sheet: Sheet, name: str) -> None:
    """Underline the name with dots, each drawn by itself."""
    dots = "".join(f"{START + 3 * i:.3f} 697 1 1 re f\n" for i in range(int(width(name) / 3)))
    sheet.draw(dots + at("Гражданин", LEFT, 700) + at(name, START, 700))


def _dashed(sheet: Sheet, name: str) -> None:
    """Underline the name with a dashed stroke."""
    drawn = f"q [2 1] 0 d .5 w {START:.3f} 697 m {START + width(name):.3f} 697 l S Q\n"
    sheet.draw(drawn + at("Гражданин", LEFT, 700) + at(name, START, 700))


def _filled_out(sheet: Sheet, name: str) -> None:
    """Draw a rule from the end of the name to the margin."""
    drawn = f".5 w {START + width(name) + 3:.3f} 698 m {RIGHT} 698 l S\n"
    sheet.draw(drawn + at("Гражданин", LEFT, 700) + at(name, START, 700))


def _long_rule(sheet: Sheet, name: str) -> None:
    """Underline all of a line that is longer than three hundred points."""
    text = f"Гражданин {name} {KEPT} номер четыре"
    sheet.draw(f".5 w {LEFT} 697 m {LEFT + width(text):.3f} 697 l S\n" + at(text, LEFT, 700))


def _long_mark(sheet: Sheet, name: str) -> None:
    """Lay a ground behind all of a line that is longer than three hundred points."""
    text = f"Гражданин {name} {KEPT} номер четыре"
    sheet.draw(f"1 1 .5 rg {LEFT} 696 {width(text):.3f} 14 re f 0 g\n" + at(text, LEFT, 700))


def _marks_of_kept(sheet: Sheet, name: str) -> None:
    """Underline and ground a kept word that stands behind the name."""
    x, wide = START + width(name + " "), width("принят")
    drawn = f".5 w {x:.3f} 697 m {x + wide:.3f} 697 l S 1 1 .5 rg {x:.3f} 698 {wide:.3f} 11 re f 0 g\n"
    sheet.draw(drawn + at(f"Гражданин {name} {KEPT}", LEFT, 700))


def _picture_rules(sheet: Sheet, name: str) -> None:
    """Rule a table with pictures, its column of names as wide as the name."""
    line = sheet.name("XObject", sheet.picture(1, 1, b"\0\0\0"))
    x = (LEFT, LEFT + 30, LEFT + 30 + width(name) + 10, LEFT + 40 + width(name) + 120)
    rows = (("1", name, "слесарь"), ("2", "вакансия", "токарь"), ("3", "нет", "кузнец"))
    drawn = "".join(f"q .5 0 0 60 {a:.3f} 654 cm {line} Do Q\n" for a in x)
    drawn += "".join(f"q {x[-1] - x[0]:.3f} 0 0 .5 {x[0]} {714 - 20 * r} cm {line} Do Q\n" for r in range(4))
    drawn += "".join(at(t, a + 5, 700 - 20 * r) for r, row in enumerate(rows) for t, a in zip(row, x, strict=False))
    sheet.draw(drawn)


def _fitted_table(sheet: Sheet, name: str) -> None:
    """Rule a table with strokes, its column of names as wide as the name."""
    x = (LEFT, LEFT + 30, LEFT + 30 + width(name) + 10, LEFT + 40 + width(name) + 120)
    rows = (("1", name, "слесарь"), ("2", "вакансия", "токарь"), ("3", "нет", "кузнец"))
    drawn = ".5 w " + "".join(f"{a:.3f} 654 m {a:.3f} 714 l S\n" for a in x)
    drawn += "".join(f"{x[0]} {714 - 20 * r} m {x[-1]:.3f} {714 - 20 * r} l S\n" for r in range(4))
    drawn += "".join(at(t, a + 5, 700 - 20 * r) for r, row in enumerate(rows) for t, a in zip(row, x, strict=False))
    sheet.draw(drawn)


def _fitted_bare_table(sheet: Sheet, name: str) -> None:
    """The same without any rule."""
    x = (LEFT, LEFT + 30, LEFT + 30 + width(name) + 24)
    rows = (("1", name, "слесарь"), ("2", "вакансия", "токарь"), ("3", "нет", "кузнец"))
    sheet.draw("".join(at(t, a, 700 - 20 * r) for r, row in enumerate(rows) for t, a in zip(row, x, strict=True)))


def _slanted_grid(sheet: Sheet, name: str) -> None:
    """Show a ruled row askew, the rule behind the name fitted to it."""
    x = (0, 30, 30 + width(name) + 10, 330)
    drawn = ".5 w " + "".join(f"{a:.3f} -6 m {a:.3f} 14 l S\n" for a in x) + "0 -6 m 330 -6 l S 0 14 m 330 14 l S\n"
    drawn += "".join(at(t, a + 5, 0) for t, a in zip(("1", name, "слесарь"), x, strict=False))
    sheet.draw(f"q .9945 .1045 -.1045 .9945 {LEFT} 660 cm {drawn}Q\n")


def _slanted_frame(sheet: Sheet, name: str) -> None:
    """Frame a name askew."""
    drawn = f".7 w -4 -5 {width(name) + 8:.3f} 18 re S " + at(name, 0, 0)
    sheet.draw(f"q .9563 .2924 -.2924 .9563 {LEFT} 620 cm {drawn}Q\n")


def _right_pair(sheet: Sheet, name: str) -> None:
    """Set two lines with the name in each against a right edge that no other line shares."""
    end = 431.7
    sheet.draw(flush(f"Начальник {name}", end, 700) + flush(f"(за него {name})", end, 684) + at(KEPT, LEFT, 640))


def _right_column(sheet: Sheet, name: str) -> None:
    """Set a block of lines to the right whose longest, that of the name, ends at the margin."""
    x = RIGHT - width(f"Директору {name}")
    lines = (f"Директору {name}", "завода", "заявление")
    sheet.draw("".join(at(line, x, 700 - ROW * row) for row, line in enumerate(lines)) + at(KEPT, LEFT, 620))


def _gap_after(sheet: Sheet, name: str) -> None:
    """Let words follow the name behind a wide gap that is always the same."""
    sheet.draw(at(f"Гражданин {name}", LEFT, 700) + at(KEPT, START + width(name) + 45, 700))


def _two_gaps(sheet: Sheet, name: str) -> None:
    """Let two lines below go on where the name ends."""
    x = START + width(name) + 8
    sheet.draw(at(f"Гражданин {name}", LEFT, 700))
    sheet.draw(at("принят слесарем", x, 706, 7) + at("с первого марта", x, 696, 7))


def _brace(sheet: Sheet, name: str) -> None:
    """Close two lines with a brace behind the longer one, that of the name, and a note behind it."""
    x = LEFT + width(f"Гражданин {name}") + 6
    lines = at(f"Гражданин {name}", LEFT, 700) + at("Гражданка Ан", LEFT, 684)
    sheet.draw(f".7 w {x:.3f} 710 m {x + 4:.3f} 710 l {x + 4:.3f} 680 l {x:.3f} 680 l S\n" + lines)
    sheet.draw(at("супруги", x + 10, 692))


def _tick(sheet: Sheet, name: str) -> None:
    """Draw a small box to tick behind the name."""
    x = START + width(name) + 6
    sheet.draw(f".7 w {x:.3f} 698 9 9 re S\n" + at(f"Гражданин {name}", LEFT, 700))


def _icon(sheet: Sheet, name: str) -> None:
    """Show a small picture behind the name."""
    icon = sheet.name("XObject", sheet.picture(4, 4, b"\x20\x80\x20"))
    drawn = f"q 10 0 0 10 {START + width(name) + 4:.3f} 698 cm {icon} Do Q\n"
    sheet.draw(drawn + at(f"Гражданин {name}", LEFT, 700))


def _signature_stamp(sheet: Sheet, name: str) -> None:
    """Show a large picture behind the name, as a stamp over its end."""
    icon = sheet.name("XObject", sheet.picture(8, 8, b"\x80\x80\xff"))
    drawn = f"q 70 0 0 70 {START + width(name) + 12:.3f} 660 cm {icon} Do Q\n"
    sheet.draw(drawn + at(f"Гражданин {name}", LEFT, 700))


def _linked(sheet: Sheet, name: str) -> None:
    """Link words behind the name and under it to a page of the document."""
    x = START + width(name + " ")
    sheet.draw(at(f"Гражданин {name} {KEPT}", LEFT, 700))
    goal = Array([sheet.page, Name.XYZ, round(x, 3), 700, 0])
    sheet.annotate("Link", (x, 697, x + width("принят"), 709), Dest=goal)
    sheet.annotate("Link", (LEFT, 557, LEFT + 80, 569), Dest=goal)
    outline = Dictionary(Title="Основание", Dest=goal, Count=0)
    root = sheet._pdf.make_indirect(Dictionary(Type=Name.Outlines))
    item = sheet._pdf.make_indirect(outline)
    item["/Parent"], root["/First"], root["/Last"], root["/Count"] = root, item, item, 1
    sheet._pdf.Root["/Outlines"] = root


def _shade_of_path(sheet: Sheet, name: str) -> None:
    """Shade a ground of rounded sides, moved and scaled into place."""
    wide = width(name) + 8
    shade = sheet.name("Shading", sheet.shade(0, 1))
    path = "0 0 m 1 0 l 1 .8 1 1 .9 1 c 0 1 l h"
    ground = f"q {wide:.3f} 0 0 15 {START - 4:.3f} 696 cm {path} W n {shade} sh Q\n"
    sheet.draw(ground + at("Гражданин", LEFT, 700) + at(name, START, 700))


SHEETS: dict[str, Callable[[Sheet, str], None]] = {
    "form cut to the name": _form_of_name,
    "forms cut to lines": _form_of_line,
    "form cut to the longest line": _form_of_lines,
    "group cut to the longest line": _group_of_lines,
    "lines clipped": _clipped_line,
    "clip cut to the longest line": _clipped_lines,
    "frame fitted to the longest line": _framed_lines,
    "ground fitted to the longest line": _grounded_lines,
    "frame around name and caption": _framed_pair,
    "rounded ground": _pill,
    "picture as ground": _pill_picture,
    "picture of the stream as ground": _pill_in_stream,
    "ground cut out of a picture": _pill_cut,
    "shade as ground": _shaded,
    "shade of a path as ground": _shade_of_path,
    "pattern as ground": _patterned,
    "shadow": _shadow,
    "picture as underline": _picture_below,
    "form as underline": _form_below,
    "stroke well above": _overline,
    "bracket well above": _high_bracket,
    "dots as underline": _dotted,
    "dashes as underline": _dashed,
    "rule behind the name": _filled_out,
    "line underlined whole": _long_rule,
    "line on a ground": _long_mark,
    "marks of a kept word": _marks_of_kept,
    "table ruled by pictures": _picture_rules,
    "table fitted to the name": _fitted_table,
    "table fitted to the name, no rules": _fitted_bare_table,
    "grid askew": _slanted_grid,
    "frame askew": _slanted_frame,
    "two names against an edge": _right_pair,
    "block at the right": _right_column,
    "words behind a gap": _gap_after,
    "two lines behind the name": _two_gaps,
    "brace": _brace,
    "box to tick": _tick,
    "small picture behind": _icon,
    "large picture behind": _signature_stamp,
    "links": _linked,
}
"""Sheets by what they show."""

TOLD = frozenset({
    "ground cut out of a picture",
    "table ruled by pictures",
    "table fitted to the name",
    "table fitted to the name, no rules",
    "grid askew",
    "frame askew",
    "block at the right",
    "two lines behind the name",
    "brace",
    "large picture behind",
})  # fmt: skip
"""What still tells the width of a name; `redaction/README.md` says so."""


def sheet_of(kind: str, name: str) -> bytes:
    """Return a document of one of `SHEETS` with a name."""
    sheet = Sheet(bare())
    SHEETS[kind](sheet, name)
    return sheet.saved()
