# ruff: noqa: PLR0917 - tables of masters: one line each reads better
"""What hostile masters are made of: embedded fonts with letters of three languages, raw operators, pictures, pages."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pikepdf
from fontTools import subset
from fontTools.ttLib import TTFont
from pikepdf import Array, Dictionary, Name
from PIL import Image, ImageDraw, ImageFont

FONTS = "/usr/share/fonts/truetype/dejavu/"
SANS = FONTS + "DejaVuSans.ttf"
KK, RU, EN = "Жұмабеков Серік", "Ковальчук Марина", "Bradwell Hutson"
NUMBER = "990412300128"
KEPT = (
    "Зауыт бойынша он екінші бұйрық",
    "Директор подписывает настоящий приказ",
    "Grounds are the application and the report",
)
_LETTERS = "".join(map(chr, [*range(32, 127), 0xA0, 0xAB, 0xAD, 0xBB, *range(0x400, 0x460), *range(0x490, 0x4F0)]))
_MORE = "‐‑–—ʼ’ﬀﬁﬂﬃ²³¹⁰⁴⁵⁶⁷⁸⁹́̈̆\u200b\u2009ΑΒΕΗΙΚΜΝΟΡΤΧο１２３４ＡＢ𝐁𝐫𝐚𝐝"


@dataclass(frozen=True)
class Attack:
    """One hostile master.

    Attributes:
        channel: row of the threat table, short.
        make: builds the bytes.
        secrets: what must be gone; also the terms that are given.
        kept: what must still be read.
        password: opens it.
        turns: the judge turns and mirrors what it reads.
        may_refuse: a refusal is as good.
    """

    channel: str
    make: Callable[[], bytes]
    secrets: tuple[str, ...] = (KK,)
    kept: tuple[str, ...] = KEPT
    password: str | None = None
    may_refuse: bool = False
    turns: bool = False


TWIN = 0xF000
"""The first code of the second drawings of letters."""


@lru_cache
def program(path: str = SANS, twins: str = "") -> tuple[bytes, Mapping[int, int], tuple[int, ...], int]:
    """Return a subset with its character map, advances by glyph, and units an em.

    Args:
        path: font file.
        twins: letters that get a second drawing, by codes from `TWIN`.
    """
    font = TTFont(path)
    options = subset.Options(retain_gids=True, notdef_outline=True, glyph_names=False, hinting=False)
    options.layout_features = []
    cutter = subset.Subsetter(options)
    cutter.populate(text=_LETTERS + _MORE)
    cutter.subset(font)
    _add_twins(font, twins)
    buffer = io.BytesIO()
    font.save(buffer)
    font = TTFont(io.BytesIO(buffer.getvalue()))
    names = font.getReverseGlyphMap()
    cmap = {code: names[name] for code, name in font.getBestCmap().items()}
    order = font.getGlyphOrder()
    return buffer.getvalue(), cmap, tuple(font["hmtx"][name][0] for name in order), font["head"].unitsPerEm


def _add_twins(font: TTFont, letters: str) -> None:
    for number, char in enumerate(letters):
        drawing, name = font.getBestCmap()[ord(char)], f"twin{number}"
        font.setGlyphOrder([*font.getGlyphOrder(), name])
        font["glyf"].glyphs[name] = deepcopy(font["glyf"][drawing])
        font["hmtx"].metrics[name] = font["hmtx"][drawing]
        for table in font["cmap"].tables:
            if table.isUnicode():
                table.cmap[TWIN + number] = name


class Face:
    """An embedded composite font; the code of a character is its glyph, or what `codes` says.

    Args:
        pdf: the document.
        path: font file.
        unicode: what the map tells for a character; None leaves the map out.
        codes: code of a character, with a CIDToGIDMap behind it.
        vertical: writing downwards.
        twins: letters that have a second drawing, with what the map tells of it.
    """

    def __init__(
        self,
        pdf: pikepdf.Pdf,
        path: str = SANS,
        unicode: Mapping[str, str] | bool | None = True,
        codes: Mapping[str, int] | None = None,
        vertical: bool = False,
        twins: Mapping[str, str] | None = None,
    ) -> None:
        self.twins, self.codes = dict(twins or {}), codes
        data, self.cmap, advances, em = program(path, "".join(self.twins))
        chars = {chr(c): g for c, g in self.cmap.items()}
        self._advance = {c: advances[g] / em for c, g in chars.items()}
        by_code = {self.code(c): (c, g) for c, g in chars.items() if codes is None or c in codes}
        widths = Array(
            [x for code in sorted(by_code) for x in (code, Array([round(advances[by_code[code][1]] * 1000 / em)]))]
        )
        descriptor = pdf.make_indirect(
            Dictionary(
                Type=Name.FontDescriptor,
                FontName=Name.DejaVuSans,
                Flags=4,
                FontBBox=Array([-1000, -400, 2000, 1000]),
                ItalicAngle=0,
                Ascent=928,
                Descent=-236,
                CapHeight=729,
                StemV=80,
                FontFile2=pdf.make_stream(data, Length1=len(data)),
            )
        )
        gids: Any = Name.Identity
        if codes is not None:
            table = bytearray(2 * (max(by_code) + 1))
            for code, (_, gid) in by_code.items():
                table[2 * code : 2 * code + 2] = gid.to_bytes(2, "big")
            gids = pdf.make_stream(bytes(table))
        cid = pdf.make_indirect(
            Dictionary(
                Type=Name.Font,
                Subtype=Name.CIDFontType2,
                BaseFont=Name.DejaVuSans,
                CIDToGIDMap=gids,
                DW=600,
                W=widths,
                CIDSystemInfo=Dictionary(
                    Registry=pikepdf.String("Adobe"), Ordering=pikepdf.String("Identity"), Supplement=0
                ),
                FontDescriptor=descriptor,
            )
        )
        kind = Name("/Identity-V") if vertical else Name("/Identity-H")
        self.font = pdf.make_indirect(
            Dictionary(
                Type=Name.Font, Subtype=Name.Type0, BaseFont=Name.DejaVuSans, DescendantFonts=Array([cid]),
                Encoding=kind,
            )
        )  # fmt: skip
        if unicode is not None and unicode is not False:
            self._tell(pdf, {code: char for code, (char, _) in by_code.items()}, unicode)

    def _tell(self, pdf: pikepdf.Pdf, chars: Mapping[int, str], unicode: Mapping[str, str] | bool) -> None:
        said = dict(unicode) if isinstance(unicode, Mapping) else {}
        said.update((chr(TWIN + number), told) for number, told in enumerate(self.twins.values()))
        rows = [(code, said.get(char, char)) for code, char in sorted(chars.items())]
        self.font["/ToUnicode"] = pdf.make_stream(unicode_map(rows))

    def code(self, char: str) -> int:
        """Return the code that shows a character."""
        if self.codes is not None:
            return self.codes[char]
        return self.cmap[ord(char)]

    def hex(self, text: str) -> str:
        """Return a hexadecimal string operand."""
        return "<" + "".join(f"{self.code(c):04x}" for c in text) + ">"

    def sly(self, text: str) -> str:
        """Return a hexadecimal string operand that draws a text by second drawings where there are any."""
        drawn = {char: chr(TWIN + number) for number, char in enumerate(self.twins)}
        return self.hex("".join(drawn.get(char, char) for char in text))

    def width(self, text: str, size: float) -> float:
        """Return the advance in points."""
        return sum(self._advance[c] for c in text) * size


def unicode_map(rows: Iterable[tuple[int, str]], width: int = 2) -> bytes:
    """Return a ToUnicode stream."""
    lines = [f"<{code:0{2 * width}x}> <{text.encode('utf-16-be').hex()}>" for code, text in rows]
    blocks = [lines[i : i + 100] for i in range(0, len(lines), 100)]
    body = "\n".join(f"{len(b)} beginbfchar\n" + "\n".join(b) + "\nendbfchar" for b in blocks)
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def /CMapType 2 def\n"
        f"1 begincodespacerange <{'00' * width}> <{'ff' * width}> endcodespacerange\n{body}\n"
        "endcmap CMapName currentdict /CMap defineresource pop end end"
    ).encode()


class Sheet:
    """A document in the making with one face on every page; the kept lines stand at the top of the first."""

    def __init__(self, pages: int = 1, kept: Sequence[str] = KEPT, size: tuple[float, float] = (595, 842)) -> None:
        self.pdf = pikepdf.new()
        self.face = Face(self.pdf)
        for _ in range(pages):
            page = self.pdf.add_blank_page(page_size=size)
            page.obj["/Resources"] = Dictionary(Font=Dictionary(F1=self.face.font), XObject=Dictionary())
            page.obj["/Contents"] = self.pdf.make_stream(b"")
        for index, text in enumerate(kept):
            self.text(text, 72, 770 - 24 * index)

    def page(self, number: int = 0) -> pikepdf.Page:
        """Return a page."""
        return self.pdf.pages[number]

    def resources(self, kind: str, number: int = 0) -> pikepdf.Object:
        """Return one kind of a page's resources."""
        whole = self.page(number).obj["/Resources"]
        if kind not in whole:
            whole[kind] = Dictionary()
        return whole[kind]

    def add(self, content: str | bytes, page: int = 0) -> None:
        """Append operators."""
        data = content.encode("latin-1") if isinstance(content, str) else content
        self.page(page).contents_add(self.pdf.make_stream(b"\nq\n" + data + b"\nQ\n"))

    def show(self, text: str, x: float = 72, y: float = 500, size: float = 12, more: str = "") -> str:
        """Return operators that show a text."""
        return f"BT /F1 {size} Tf {more} {x:.2f} {y:.2f} Td {self.face.hex(text)} Tj ET\n"

    def text(self, text: str, x: float = 72, y: float = 500, size: float = 12, page: int = 0, more: str = "") -> None:
        """Show a text on a page."""
        self.add(self.show(text, x, y, size, more), page)

    def font(self, name: str, face: Face | pikepdf.Object, page: int = 0) -> None:
        """Name a font on a page."""
        self.resources("/Font", page)[name] = face.font if isinstance(face, Face) else face

    def form(self, content: str | bytes, **keys: Any) -> pikepdf.Stream:
        """Return a form with the sheet's font."""
        data = content.encode("latin-1") if isinstance(content, str) else content
        stream = self.pdf.make_stream(data)
        stream["/Type"], stream["/Subtype"] = Name.XObject, Name.Form
        stream["/BBox"] = Array([0, 0, 595, 842])
        stream["/Resources"] = Dictionary(Font=Dictionary(F1=self.face.font), **keys.pop("Inner", {}))
        for key, value in keys.items():
            stream["/" + key] = value
        return stream

    def image(self, image: Image.Image, kind: str = "raw", **keys: Any) -> pikepdf.Stream:
        """Return an image object."""
        if kind == "jpeg":
            buffer = io.BytesIO()
            image.save(buffer, "JPEG", quality=75)
            stream = self.pdf.make_stream(buffer.getvalue())
            stream["/Filter"] = Name.DCTDecode
        elif image.mode == "1":
            stream = self.pdf.make_stream(image.tobytes())
        else:
            stream = self.pdf.make_stream(image.tobytes())
        stream["/Type"], stream["/Subtype"] = Name.XObject, Name.Image
        stream["/Width"], stream["/Height"] = image.width, image.height
        stream["/BitsPerComponent"] = 1 if image.mode == "1" else 8
        stream["/ColorSpace"] = Name.DeviceRGB if image.mode == "RGB" else Name.DeviceGray
        for key, value in keys.items():
            if value is None:
                del stream["/" + key]
            else:
                stream["/" + key] = value
        return stream

    def place(self, image: pikepdf.Stream, matrix: str, page: int = 0, before: str = "", after: str = "") -> None:
        """Draw an object with a matrix."""
        things = self.resources("/XObject", page)
        name = f"/X{len(things)}"
        things[name] = image
        self.add(f"{before} q {matrix} cm {name} Do Q {after}", page)

    def bytes(self, **options: Any) -> bytes:
        """Save."""
        buffer = io.BytesIO()
        self.pdf.save(buffer, **options)
        return buffer.getvalue()


def words_picture(
    lines: Sequence[str], size: int = 34, ink: Any = 0, paper: Any = 255, pad: int = 16, font: str = SANS
) -> Image.Image:
    """Draw lines of text."""
    face = ImageFont.truetype(font, size)
    wide = max(round(face.getlength(text)) for text in lines) + 2 * pad
    image = Image.new(
        "RGB" if isinstance(paper, tuple) else "L", (wide, round(1.5 * size * len(lines)) + 2 * pad), paper
    )
    pen = ImageDraw.Draw(image)
    for index, text in enumerate(lines):
        pen.text((pad, pad + round(1.5 * size * index)), text, ink, face)
    return image


def scan_picture(lines: Sequence[str], dpi: int = 200, size: float = 12, top: int = 60, left: int = 60) -> Image.Image:
    """Draw an A4 page as a scan; a line may carry its own place as (text, x, y) in points."""
    scale = dpi / 72
    image = Image.new("L", (round(595 * scale), round(842 * scale)), 250)
    pen = ImageDraw.Draw(image)
    face = ImageFont.truetype(SANS, round(size * scale))
    for index, text in enumerate(lines):
        pen.text((left * scale, (top + 22 * index) * scale), text, 25, face)
    return image


def at(image: Image.Image, x: float, y: float, height: float) -> str:
    """Return a matrix that places a picture at its own proportions."""
    return f"{height * image.width / image.height:.2f} 0 0 {height:.2f} {x} {y}"
