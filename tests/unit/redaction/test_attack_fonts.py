"""Font programs and names as carriers of text: short names, which a search for bytes cannot tell from chance."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pikepdf
import pymupdf
import pytest
from fontTools.cffLib import CFFFontSet
from fontTools.ttLib import TTFont

from qupia_redaction.faults import UnknownContent
from qupia_redaction.rebuild.fonts import copy_font
from qupia_redaction.rebuild.programs import bare_program, bare_type1

SHORT = "Vu Oy"


def _truetype() -> bytes:
    program = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")
    if not program.exists():
        pytest.skip("needs a TrueType font")
    return program.read_bytes()


def test_a_truetype_program_keeps_drawing_tables_only() -> None:
    font = TTFont(io.BytesIO(_truetype()))
    font["name"].setName(SHORT, 1, 3, 1, 0x409)
    target = io.BytesIO()
    font.save(target)

    bare = bare_program(target.getvalue(), by_name=False)

    left = TTFont(io.BytesIO(bare))
    assert not {"name", "GSUB", "GPOS", "kern", "OS/2"} & set(left.keys())
    assert SHORT.encode("utf-16-be") not in bare
    assert left["glyf"][left.getBestCmap()[ord("A")]].numberOfContours > 0


def _compact() -> bytes:
    """Return a bare CFF program with texts in it."""
    fonts = CFFFontSet()
    fonts.decompile(io.BytesIO(pymupdf.Font("helv").buffer), None, isCFF2=False)
    fonts.fontNames[0] = "VuOy"
    fonts[0].rawDict["FullName"] = fonts[0].FullName = SHORT
    fonts[0].rawDict["Notice"] = fonts[0].Notice = SHORT
    target = io.BytesIO()
    fonts.compile(target, TTFont(recalcBBoxes=False), isCFF2=False)
    return target.getvalue()


def test_a_compact_program_keeps_no_texts_and_only_shown_letters() -> None:
    bare = bare_program(_compact(), by_name=True, letters=frozenset({"a", "b"}))

    fonts = CFFFontSet()
    fonts.decompile(io.BytesIO(bare), None, isCFF2=False)
    assert b"Vu" not in bare
    assert fonts.fontNames == ["F"]
    outlines = fonts[0].CharStrings
    assert len(outlines["a"].bytecode) > 1
    assert len(outlines["V"].bytecode) == 1


def test_a_type1_program_keeps_no_texts_in_its_clear_part() -> None:
    clear = b"%!PS-AdobeFont-1.0: VuOy 1\n% Vu Oy\n/FontName /VuOy def /FullName (Vu \\(Oy\\)) def currentfile eexec\n"
    data, length = bare_type1(clear + b"\1\2\3", len(clear))

    assert b"Vu" not in data
    assert b"Oy" not in data
    assert data[length:] == b"\1\2\3"


def _simple(**keys: Any) -> pikepdf.Dictionary:
    return pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, **keys)


def test_names_of_fonts_are_those_that_everybody_knows() -> None:
    with pikepdf.new() as pdf:
        names = [
            str(copy_font(pdf, _simple(BaseFont=pikepdf.Name(name)), [b"a"])["/BaseFont"])
            for name in ("/VuOy", "/ABCDEF+VuOy-Bold", "/Helvetica-Bold", "/ArialMT", "/TimesNewRomanPS-BoldMT")
        ]

    assert names == ["/Font", "/Font,Bold", "/Helvetica-Bold", "/Arial", "/TimesNewRoman,Bold"]


def test_names_of_glyphs_are_no_texts() -> None:
    with pikepdf.new() as pdf:
        known = pikepdf.Dictionary(Differences=pikepdf.Array([97, pikepdf.Name("/afii10017")]))
        told = pikepdf.Dictionary(Differences=pikepdf.Array([97, pikepdf.Name("/VuOy")]))
        copy_font(pdf, _simple(BaseFont=pikepdf.Name.Helvetica, Encoding=known), [b"a"])
        copy = copy_font(pdf, _simple(BaseFont=pikepdf.Name.Helvetica, Encoding=told), [b"a"])
        embedded = pikepdf.Dictionary(FontFile3=pdf.make_stream(b"", Subtype=pikepdf.Name.Type1C))
        with pytest.raises(UnknownContent):
            copy_font(pdf, _simple(BaseFont=pikepdf.Name("/Font"), Encoding=told, FontDescriptor=embedded), [b"a"])

    assert list(copy["/Encoding"]["/Differences"]) == [97, pikepdf.Name("/.notdef")]


@pytest.mark.parametrize("name", ["summationdisplay", "integraltext", "one.oldstyle", "a.sc", "f_f_i", "radicalbigg"])
def test_names_of_forms_of_a_sign_stay(name: str) -> None:
    """Formulas, small capitals and joined letters of embedded fonts made their pages pixels."""
    with pikepdf.new() as pdf:
        encoding = pikepdf.Dictionary(Differences=pikepdf.Array([97, pikepdf.Name(f"/{name}")]))
        embedded = pikepdf.Dictionary(FontFile3=pdf.make_stream(_compact(), Subtype=pikepdf.Name.Type1C))
        font = _simple(BaseFont=pikepdf.Name("/Font"), Encoding=encoding, FontDescriptor=embedded)
        assert list(copy_font(pdf, font, [b"a"])["/Encoding"]["/Differences"]) == [97, pikepdf.Name(f"/{name}")]


@pytest.mark.parametrize("name", ["VuOydisplay", "Ivanov.alt", "I_v_a_n_o_v", "f_i_l_t", "display"])
def test_an_end_makes_no_name_of_a_text(name: str) -> None:
    with pikepdf.new() as pdf:
        encoding = pikepdf.Dictionary(Differences=pikepdf.Array([97, pikepdf.Name(f"/{name}")]))
        embedded = pikepdf.Dictionary(FontFile3=pdf.make_stream(_compact(), Subtype=pikepdf.Name.Type1C))
        font = _simple(BaseFont=pikepdf.Name("/Font"), Encoding=encoding, FontDescriptor=embedded)
        with pytest.raises(UnknownContent):
            copy_font(pdf, font, [b"a"])
