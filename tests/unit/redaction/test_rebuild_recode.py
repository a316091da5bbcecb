"""Do codes, slots and names of a subset still tell which letters the master had?"""

from __future__ import annotations

import io
from pathlib import Path

import pikepdf
import pymupdf
import pytest
from fontTools.cffLib import CFFFontSet
from fontTools.ttLib import TTFont, newTable
from fontTools.ttLib.tables._c_m_a_p import CmapSubtable

from qupia_redaction.faults import UnknownContent
from qupia_redaction.rebuild import build
from qupia_redaction.rebuild.compact import Compact
from qupia_redaction.rebuild.glyf import EMPTY, glyphs_by_code, subset, truetype
from tests.support.hostile_reader import pdfium_text

_SERIF = Path("/usr/share/fonts/truetype/dejavu/DejaVuSerif.ttf")
KEPT = "Көкжиек зауыты"


def _program() -> bytes:
    if not _SERIF.exists():
        pytest.skip("needs a TrueType font")
    return _SERIF.read_bytes()


def _sequential(before: str, kept: str = KEPT) -> bytes:
    """Return a page in a simple font whose codes are given out as letters come, as office programs do.

    The letters of `before` were used on a page that is not there any more.
    """
    data = _program()
    glyphs = glyphs_by_code(data)[(3, 1)]
    letters = "".join(dict.fromkeys(before + kept))
    cut, _ = subset(truetype(data), [glyphs[ord(char)] for char in letters])
    font = TTFont(io.BytesIO(cut))
    _add_map(font, {code: f"glyph{code:05d}" for code in range(1, len(letters) + 1)})
    target = io.BytesIO()
    font.save(target)
    pdf = pikepdf.new()
    program = pdf.make_stream(target.getvalue(), Length1=len(target.getvalue()))
    descriptor = pikepdf.Dictionary(
        Type=pikepdf.Name.FontDescriptor, FontName=pikepdf.Name.Any, Flags=4, FontFile2=program
    )
    metrics = truetype(cut)
    lines = [f"<{code:02x}> <{ord(char):04x}>" for code, char in enumerate(letters, 1)]
    unicode = f"{len(lines)} beginbfchar\n" + "\n".join(lines) + "\nendbfchar"
    page = pdf.add_blank_page(page_size=(300, 200))
    page.obj["/Resources"] = pikepdf.Dictionary(
        Font=pikepdf.Dictionary(
            F1=pdf.make_indirect(
                pikepdf.Dictionary(
                    Type=pikepdf.Name.Font, Subtype=pikepdf.Name.TrueType, BaseFont=pikepdf.Name.Any, FirstChar=0,
                    LastChar=len(letters), FontDescriptor=descriptor, ToUnicode=pdf.make_stream(unicode.encode()),
                    Widths=pikepdf.Array(
                        [0, *(round(metrics.metric(code)[0] / 2.048) for code in range(1, len(letters) + 1))]
                    ),
                )
            )
        )
    )  # fmt: skip
    codes = "".join(f"{letters.index(char) + 1:02x}" for char in kept)
    page.obj["/Contents"] = pdf.make_stream(f"BT /F1 12 Tf 20 100 Td <{codes}> Tj ET".encode())
    buffer = io.BytesIO()
    pdf.save(buffer)
    return buffer.getvalue()


def _add_map(font: TTFont, names: dict[int, str]) -> None:
    font.setGlyphOrder([".notdef", *names.values()])
    table = CmapSubtable.newSubtable(0)
    table.platformID, table.platEncID, table.language, table.cmap = 1, 0, 0, names
    font["cmap"] = newTable("cmap")
    font["cmap"].tableVersion, font["cmap"].tables = 0, [table]


def test_letters_used_elsewhere_leave_no_slot_and_no_code() -> None:
    outputs = [build(_sequential(before), {}).data for before in ("", "Ким", "Ыбырайымжанов Щербақ", "КөкКим")]

    assert len(set(outputs)) == 1
    assert pdfium_text(outputs[0]).split() == KEPT.split()


def test_a_page_looks_the_same_in_new_codes() -> None:
    master = _sequential("Ким")

    with pymupdf.open(stream=master) as before, pymupdf.open(stream=build(master, {}).data) as after:
        assert after[0].get_pixmap(dpi=150).samples == before[0].get_pixmap(dpi=150).samples


def test_word_spaces_keep_their_width_in_new_codes() -> None:
    with pymupdf.open() as document:
        page = document.new_page()
        page.insert_font(fontname="F9", fontfile=str(_SERIF), set_simple=True)
        page.insert_text((72, 100), "one two three", fontname="F9", fontsize=12)
        master = bytes(document.tobytes())
    with pikepdf.open(io.BytesIO(master)) as pdf:
        content = pdf.pages[0].obj["/Contents"]
        stream = content[0] if isinstance(content, pikepdf.Array) else content
        stream.write(stream.read_bytes().replace(b"BT", b"BT 7 Tw"))
        buffer = io.BytesIO()
        pdf.save(buffer)

    with (
        pymupdf.open(stream=buffer.getvalue()) as before,
        pymupdf.open(stream=build(buffer.getvalue(), {}).data) as new,
    ):
        places = [
            [tuple(round(side, 1) for side in word[:4]) for word in d[0].get_text("words")] for d in (before, new)
        ]
    assert places[1] == places[0]
    assert len(places[0]) == 3


def test_parts_of_a_glyph_come_along_and_others_do_not() -> None:
    data = _program()
    glyphs = glyphs_by_code(data)[(3, 1)]

    cut, bounds = subset(truetype(data), [glyphs[ord("é")], EMPTY])

    left = TTFont(io.BytesIO(cut))
    assert left["maxp"].numGlyphs == 5  # the missing letter, é, a blank, and the two parts of é
    assert left["glyf"][left.getGlyphOrder()[1]].isComposite()
    assert set(left.keys()) <= {"GlyphOrder", "cvt ", "fpgm", "prep", "glyf", "loca", "head", "hhea", "hmtx", "maxp"}
    assert bounds[2] > bounds[0]


def test_a_compact_program_keeps_given_glyphs_without_names() -> None:
    font = Compact(pymupdf.Font("helv").buffer)
    glyphs = [font.glyph("a"), font.glyph("eacute")]
    for glyph in glyphs:
        assert glyph is not None
        font.check(glyph)

    data, _ = font.subset([glyph for glyph in glyphs if glyph is not None])

    fonts = CFFFontSet()
    fonts.decompile(io.BytesIO(data), None, isCFF2=False)
    assert fonts[0].charset == [".notdef", "g1", "g2"]
    assert len(fonts.GlobalSubrs) == 0
    assert b"eacute" not in data


@pytest.mark.parametrize("data", [b"", b"\0\1\0\0", b"\0\1\0\0\xff\xff" + b"x" * 40])
def test_broken_programs_are_not_opened(data: bytes) -> None:
    with pytest.raises(UnknownContent):
        truetype(data)
