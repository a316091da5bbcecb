"""Fonts of many letters: written downwards, with an encoding of their own in the file, without a map."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import pikepdf
import pymupdf

from tests.support.features.parts import Array, Dictionary, Name, String, drawn, many

WORDS = "Composite words"
_CMAP = (
    "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Own def /WMode %d def"
    " 1 begincodespacerange <0000> <ffff> endcodespacerange 1 begincidrange <0000> <ffff> 0 endcidrange endcmap"
)


@cache
def _face() -> pymupdf.Font:
    return pymupdf.Font(fontfile="/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")


def _glyphs(text: str) -> list[int]:
    return [_face().has_glyph(ord(char)) for char in text]


def composite(
    encoding: str = "Identity-H", named: bool = True, own: int | None = None, **keys: Any
) -> Callable[[pikepdf.Pdf], pikepdf.Object]:
    """Return an embedded font whose codes are numbers of its drawings.

    Args:
        encoding: name of its encoding.
        named: it has a map.
        own: its encoding stands in the file and writes downwards (1) or level (0).
        keys: of the descendant.
    """

    def make(pdf: pikepdf.Pdf) -> pikepdf.Object:
        looks = Dictionary(Type=Name.FontDescriptor, FontName=Name("/ABCDEF+DejaVuSans"), Flags=4, ItalicAngle=0)
        looks.update(Dictionary(Ascent=928, Descent=-236, CapHeight=729, StemV=80, FontBBox=[-1021, -463, 1793, 1232]))
        looks["/FontFile2"] = pdf.make_stream(bytes(_face().buffer), Length1=len(_face().buffer))
        widths = {g: round(1000 * _face().glyph_advance(ord(c))) for g, c in zip(_glyphs(WORDS), WORDS, strict=True)}
        system = Dictionary(Registry=String("Adobe"), Ordering=String("Identity"), Supplement=0)
        cid = Dictionary(Type=Name.Font, Subtype=Name.CIDFontType2, BaseFont=Name("/ABCDEF+DejaVuSans"), **keys)
        cid.update(Dictionary(CIDSystemInfo=system, FontDescriptor=pdf.make_indirect(looks), CIDToGIDMap=Name.Identity))
        cid["/W"] = Array([part for glyph, width in widths.items() for part in (glyph, Array([width]))])
        font = Dictionary(Type=Name.Font, Subtype=Name.Type0, BaseFont=cid.BaseFont, DescendantFonts=Array([cid]))
        font["/Encoding"] = Name(f"/{encoding}")
        if own is not None:
            font["/Encoding"] = pdf.make_stream((_CMAP % own).encode(), Type=Name.CMap, CMapName=Name.Own, WMode=own)
        if named:
            rows = "".join(
                f"<{g:04x}> <{ord(c):04x}> " for g, c in dict(zip(_glyphs(WORDS), WORDS, strict=True)).items()
            )
            font["/ToUnicode"] = pdf.make_stream(f"{len(widths)} beginbfchar {rows}endbfchar".encode())
        return pdf.make_indirect(font)

    return make


def _shown(font: Callable[[pikepdf.Pdf], Any], x: int, y: int) -> Any:
    codes = "".join(f"{glyph:04x}" for glyph in _glyphs(WORDS))
    return drawn(f"BT /F2 14 Tf {x} {y} Td <{codes}> Tj ET", Font_F2=font)


_OWN_PLACES = Array([_glyphs("C")[0], Array([-1200, 400, 900]), _glyphs("m")[0], _glyphs("p")[0], -800, 300, 700])

many(
    composite=_shown(composite(), 30, 120),
    composite_own_encoding=_shown(composite(own=0), 30, 120),
    composite_without_map=_shown(composite(named=False), 30, 120),
    downwards=_shown(composite("Identity-V"), 250, 260),
    downwards_metrics=_shown(composite("Identity-V", DW2=[900, -900]), 250, 260),
    downwards_places=_shown(composite("Identity-V", W2=_OWN_PLACES), 250, 280),
    downwards_own_encoding=_shown(composite(own=1), 250, 260),
)
