"""What stays, stays: turned lines, neighbours, drawn forms, ticks, and pages without marks to the pixel."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pikepdf
import pymupdf
import pypdfium2
import pytest
from PIL import Image

from qupia_redaction.check.marks import Labelled, unequal
from qupia_redaction.check.vocabulary import parted, without_ours
from qupia_redaction.faults import UnknownContent
from qupia_redaction.intake.operators import plain_shows
from qupia_redaction.model import Box, Category, PrivateText
from qupia_redaction.page.frames import Frame
from qupia_redaction.page.lines import Glyph, Segment, Style, glyph_lines
from qupia_redaction.pipeline import redact
from qupia_redaction.ports import OcrWord
from qupia_redaction.read.packed import Shelf, packed_lines
from qupia_redaction.rebuild.maps import read_cids
from qupia_redaction.rebuild.profiles import bare_profile
from tests.unit.redaction.pdfs.build import (
    KEPT,
    LATIN_SECRET,
    LIMITS,
    ORDER,
    SECRET,
    NoOcr,
    TermFinder,
    changed,
    latin,
    redrawn,
    text_of,
    traces,
    typed,
)

PLAIN = replace(ORDER, plain=True)


def redacted(master: bytes, terms: dict[str, Category] | None = None) -> bytes:
    rendition = redact(master, PLAIN, LIMITS, TermFinder(terms), NoOcr())
    assert rendition.report.ocr_pages == 0
    return rendition.data


def pixels(data: bytes, page: int = 0) -> npt.NDArray[np.uint8]:
    with pypdfium2.PdfDocument(data) as document:
        return np.array(document[page].render(scale=100 / 72).to_numpy())


def drawn(write: Callable[[pymupdf.Page], None]) -> bytes:
    document = pymupdf.open()
    write(document.new_page(width=595, height=842))
    return bytes(document.tobytes())


def test_a_short_name_in_a_line_that_leans_a_little_is_found_beside_its_words() -> None:
    def write(page: pymupdf.Page) -> None:
        point = pymupdf.Point(72, 300)
        page.insert_text(point, "To Li Yan as before", fontsize=12, morph=(point, pymupdf.Matrix(1, 0, 0.14, 1, 0, 0)))

    data = redacted(drawn(write), {"Li Yan": Category.PERSON})

    assert "as before" in text_of(data)
    assert "Yan" not in text_of(data)


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_turned_lines_are_set_again_as_letters(turn: int) -> None:
    def write(page: pymupdf.Page) -> None:
        for index, line in enumerate(("Order of the day", f"Mr {LATIN_SECRET} is hired", "from the sixth of March")):
            shift = index * 17 if turn != 90 else -index * 17
            x, y = (300 + shift, 400) if turn != 180 else (400, 400 - shift)
            page.insert_text((x, y), line, fontsize=12, rotate=turn)

    data = redacted(drawn(write))

    with pypdfium2.PdfDocument(data) as document:
        assert not any(document[0].get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE])), "the page is no picture"
    words = text_of(data).split()
    assert {"Mr", "is", "hired", "Order", "March"} <= set(words)
    assert traces(data, LATIN_SECRET) == []


@pytest.mark.parametrize("turn", [(1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0)])
def test_a_frame_leads_to_the_page_and_back(turn: tuple[float, float]) -> None:
    frame = Frame(turn, 50.0)
    there = frame.box(Box(10, 20, 40, 30))

    assert frame.inside(there) == Box(10, 20, 40, 30)


@pytest.mark.parametrize("operator", ["'", '0 0 ({}) "'])
def test_lines_that_begin_with_a_quote_operator_lose_what_is_hidden(operator: str) -> None:
    line = f"Mr {LATIN_SECRET} is hired"
    shown = f"({line}) '" if operator == "'" else operator.format(line)

    def write(pdf: pikepdf.Pdf) -> None:
        content = f"BT /helv 12 Tf 17 TL 72 700 Td (Order) Tj {shown} T* (from March) Tj ET"
        pdf.pages[0].obj["/Contents"] = pdf.make_stream(content.encode())

    data = redacted(changed(latin(), write))

    assert traces(data, LATIN_SECRET) == []
    assert {"Order", "Mr", "is", "hired"} <= set(text_of(data).split())


def test_words_drawn_over_each_other_are_told_apart() -> None:
    def write(page: pymupdf.Page) -> None:
        page.insert_text((72, 100), "Small word", fontsize=10)
        page.insert_text((72, 100), LATIN_SECRET, fontsize=30)

    data = redacted(drawn(write))

    assert traces(data, LATIN_SECRET) == []
    assert {"Small", "word"} <= set(text_of(data).split())


def test_a_blank_that_letters_reach_into_is_a_blank() -> None:
    style = Style(False, False, False, False, 0, 12.0)
    glyphs = [Glyph("A", 0, 8, 50, style), Glyph("l", 9.8, 12, 50, style, apart=True), Glyph("i", 12, 14, 50, style)]

    assert glyph_lines(1, (100, 100), glyphs).text.text.reveal() == "A li"


def test_ticks_stay_where_they_are() -> None:
    def write(page: pymupdf.Page) -> None:
        page.insert_text((72, 100), "4", fontsize=12, fontname="zadb")
        page.insert_text((86, 100), f"{LATIN_SECRET} agrees", fontsize=12)

    master = drawn(write)
    data = redacted(master)

    assert "agrees" in text_of(data)
    area = (slice(120, 142), slice(98, 116))
    assert np.array_equal(pixels(master)[area], pixels(data)[area])


def test_stored_appearances_are_drawn_and_not_made_anew() -> None:
    def write(pdf: pikepdf.Pdf) -> None:
        look = pdf.make_stream(
            b"BT /F0 12 Tf 2 4 Td (stored value) Tj ET", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form,
            BBox=pikepdf.Array([0, 0, 200, 20]),
            Resources=pikepdf.Dictionary(Font=pikepdf.Dictionary(F0=pdf.pages[0].obj["/Resources"]["/Font"]["/helv"])),
        )  # fmt: skip
        field = pdf.make_indirect(
            pikepdf.Dictionary(
                Type=pikepdf.Name.Annot,
                Subtype=pikepdf.Name.Widget,
                FT=pikepdf.Name.Tx,
                T=pikepdf.String("f"),
                F=4,
                Rect=pikepdf.Array([72, 300, 272, 320]),
                AP=pikepdf.Dictionary(N=look),
            )
        )
        pdf.pages[0].obj["/Annots"] = pikepdf.Array([field])
        pdf.Root["/AcroForm"] = pikepdf.Dictionary(Fields=pikepdf.Array([field]), NeedAppearances=True)

    assert "stored value" in text_of(redacted(changed(latin(), write)))


def _profile() -> bytes:
    curve = b"curv" + b"\0" * 4 + struct.pack(">IH", 1, 0x0133)
    tags = {
        b"rXYZ": b"XYZ " + b"\0" * 4 + struct.pack(">3i", 40000, 20000, 1000),
        b"gXYZ": b"XYZ " + b"\0" * 4 + struct.pack(">3i", 20000, 40000, 5000),
        b"bXYZ": b"XYZ " + b"\0" * 4 + struct.pack(">3i", 3192, 5536, 48061),
        b"wtpt": b"XYZ " + b"\0" * 4 + struct.pack(">3i", 63190, 65536, 54061),
        b"rTRC": curve, b"gTRC": curve, b"bTRC": curve,
        b"cprt": b"text" + b"\0" * 4 + b"Sarybaev Yerlan\0",
    }  # fmt: skip
    table, bodies, offset = [struct.pack(">I", len(tags))], [], 132 + 12 * len(tags)
    for name, body in tags.items():
        padded = body + b"Yerl" + b"\0" * (-len(body) % 4)
        table.append(struct.pack(">4sII", name, offset, len(body) + 4))
        bodies.append(padded)
        offset += len(padded)
    head = struct.pack(">I", offset) + b"SECR" + struct.pack(">I", 0x02100000) + b"mntrRGB XYZ " + b"\0" * 12 + b"acsp"
    head = head.ljust(68, b"\0") + struct.pack(">3i", 63190, 65536, 54061)
    return b"".join([head.ljust(128, b"\0"), *table, *bodies])


def test_a_profile_keeps_its_numbers_only() -> None:
    bare = bare_profile(_profile(), 3)

    assert bare is not None
    assert all(word not in bare for word in (b"Sarybaev", b"Yerl", b"SECR", b"cprt"))
    assert bare_profile(bare, 3) == bare
    assert bare_profile(_profile(), 4) is None, "of other components"
    assert bare_profile(_profile()[:200], 3) is None, "cut off"


def test_colours_by_a_profile_stay_to_the_pixel() -> None:
    def write(pdf: pikepdf.Pdf) -> None:
        space = pikepdf.Array([pikepdf.Name.ICCBased, pdf.make_stream(_profile(), N=3)])
        pdf.pages[0].obj["/Resources"]["/ColorSpace"] = pikepdf.Dictionary(CS0=space)
        pdf.pages[0].contents_add(pdf.make_stream(b"/CS0 cs 0.2 0.7 0.4 sc 72 300 100 100 re f"))

    master = changed(latin(["Nothing is hidden here"]), write)

    assert np.array_equal(pixels(master), pixels(redacted(master)))


def test_a_page_without_marks_stays_though_it_is_mostly_a_picture() -> None:
    image = Image.linear_gradient("L").resize((300, 300))
    buffer = io.BytesIO()
    image.save(buffer, "PNG")

    def write(page: pymupdf.Page) -> None:
        page.insert_image(pymupdf.Rect(20, 150, 570, 700), stream=buffer.getvalue())
        page.insert_text((72, 100), "Nothing is hidden here", fontsize=12)

    class ReadsWords(NoOcr):
        def read(self, image: Image.Image, dpi: int, block: bool = False) -> tuple[OcrWord, ...]:
            return tuple(
                OcrWord(PrivateText(word), Box(200 + 90 * i, 250, 280 + 90 * i, 280), 0.9, 0)
                for i, word in enumerate("Nothing is hidden here".split())
            )

    master = drawn(write)
    rendition = redact(master, PLAIN, LIMITS, TermFinder(), ReadsWords())

    assert rendition.report.ocr_pages == 1
    assert np.array_equal(pixels(master), pixels(rendition.data))
    assert text_of(master) == text_of(rendition.data)


def test_forms_find_resources_where_they_are_drawn() -> None:
    def write(pdf: pikepdf.Pdf) -> None:
        resources = pdf.pages[0].obj["/Resources"]
        form = pdf.make_stream(
            b"BT /helv 12 Tf 72 300 Td (inside a form) Tj ET", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form,
            BBox=pikepdf.Array([0, 0, 595, 842]), Resources=pikepdf.Dictionary(ProcSet=pikepdf.Array([])),
        )  # fmt: skip
        resources["/XObject"] = pikepdf.Dictionary(Fx=form)
        pdf.pages[0].contents_add(pdf.make_stream(b"/Fx Do"))

    assert "inside a form" in text_of(redacted(changed(latin(), write)))


def test_halftones_and_idle_transfers_do_not_make_pixels() -> None:
    def write(pdf: pikepdf.Pdf) -> None:
        state = pikepdf.Dictionary(TR=pikepdf.Name.Identity, HT=pikepdf.Name.Default, BG2=pikepdf.Name.Default)
        pdf.pages[0].obj["/Resources"]["/ExtGState"] = pikepdf.Dictionary(G0=state)
        pdf.pages[0].contents_add(pdf.make_stream(b"/G0 gs"), prepend=True)

    assert "is hired as a fitter" in text_of(redacted(changed(latin(), write)))


def test_words_of_the_format_are_found_where_they_are_no_words_of_the_format() -> None:
    others, ours = parted(["Contents", "Sarybaev"])

    assert (others, ours) == (["Sarybaev"], ["Contents"])
    assert b"Contents" not in without_ours(b"<< /Contents 4 0 R /Filter /FlateDecode >>")
    assert b"Contents" in without_ours(b"(Contents) Tj")
    assert b"/ContentsOfMine" in without_ours(b"/ContentsOfMine Do")


def test_smaller_marks_of_the_same_shape_are_equal() -> None:
    assert not unequal([Labelled("x", True, 40.0, 8.4), Labelled("x", True, 36.0, 7.56)])
    assert unequal([Labelled("x", True, 40.0, 8.4), Labelled("x", True, 44.0, 8.4)])


def test_packed_lines_say_the_same() -> None:
    style = Style(True, False, False, False, 0, 12.0, "Face", "Font")
    glyphs = [Glyph(char, 10.0 + i, 11.0 + i, 50.5, style, shape=i) for i, char in enumerate("word")]
    turned = [replace(glyph, turn=(0.0, 1.0), area=Box(1, 2, 3, 4)) for glyph in glyphs]
    lines = glyph_lines(1, (100, 100), [*glyphs, *turned])

    packed = packed_lines(lines, Shelf())

    assert list(packed.text.boxes) == list(lines.text.boxes)
    assert [list(s.glyphs) for s in packed.segments] == [list(s.glyphs) for s in lines.segments]
    assert packed.segments[1].glyphs[1:3] == list(lines.segments[1].glyphs[1:3])
    assert packed.text.boxes[-1] == lines.text.boxes[-1]
    assert isinstance(packed.segments[0], Segment)
    assert packed.text.text == PrivateText(lines.text.text.reveal())


def test_a_shelf_forgets_what_was_not_asked_for_lately() -> None:
    shelf = Shelf()
    shelf.unpacked(0, lambda: ["once"])
    assert shelf.unpacked(0, lambda: ["anew"]) == ["once"]

    for number in range(1, 20):
        shelf.unpacked(number, list)

    assert shelf.unpacked(0, lambda: ["anew"]) == ["anew"]


OWN_CODES = b"""/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <0000> <ffff> endcodespacerange
1 begincidchar <0001> 1 endcidchar 2 begincidrange <0000> <7fff> 0 <8000> <ffff> 32768 endcidrange endcmap end"""


def test_fonts_with_codes_of_their_own_stay_fonts() -> None:
    def write(pdf: pikepdf.Pdf) -> None:
        for item in pdf.objects:
            if isinstance(item, pikepdf.Dictionary) and item.get("/Encoding") == "/Identity-H":
                item["/Encoding"] = pdf.make_stream(OWN_CODES, Type=pikepdf.Name.CMap, CMapName=pikepdf.Name.Own)

    data = redacted(changed(typed(), write))

    assert KEPT in text_of(data)
    assert traces(data, SECRET) == []
    with pytest.raises(UnknownContent):
        read_cids(OWN_CODES.replace(b"<ffff> endcodespacerange", b"<ff> endcodespacerange"))
    with pytest.raises(UnknownContent):
        read_cids(OWN_CODES + b"/Adobe-Japan1-2 usecmap")


def test_neighbours_of_a_tight_line_survive() -> None:
    def write(page: pymupdf.Page) -> None:
        page.insert_text((72, 100), "upper words stay", fontsize=12)
        page.insert_text((72, 103), f"Mr {LATIN_SECRET} too", fontsize=12)

    data = redrawn(redacted(drawn(write)), lambda _: None)

    assert {"upper", "words", "stay"} <= set(text_of(data).split())
    assert traces(data, LATIN_SECRET) == []


def test_a_narrow_cell_shows_the_code_alone_and_its_neighbour_stays() -> None:
    def write(page: pymupdf.Page) -> None:
        for row, name in enumerate(("Ames", "Zhao", "Bell", "Zhao")):
            for x, word in ((72, f"{row + 1}."), (100, name), (130, "fitter"), (220, "Almaty")):
                page.insert_text((x, 100 + 20 * row), word, fontsize=11)

    data = redacted(drawn(write), {"Zhao": Category.PERSON})

    with pypdfium2.PdfDocument(data) as document:
        assert not any(document[0].get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE])), "the page is no picture"
    words = text_of(data).split()
    assert (words.count("fitter"), words.count("Almaty"), words.count("P7")) == (4, 4, 2)
    assert traces(data, "Zhao") == []


def test_a_mark_in_a_ruled_cell_does_not_reach_over_its_rule() -> None:
    """The next cell is empty, so no word keeps the mark back: only the rule between them does."""

    def write(page: pymupdf.Page) -> None:
        for row, name in enumerate(("Ames", "Zhao", "Bell")):
            for x, word in ((72, f"{row + 1}."), (130, name), (320, "Almaty")):
                page.insert_text((x, 100 + 20 * row), word, fontsize=11)
        for x in (126, 158, 200):
            page.draw_line((x, 86), (x, 146), width=0.6)

    data = redacted(drawn(write), {"Zhao": Category.PERSON})

    with pypdfium2.PdfDocument(data) as document:
        paths = document[0].get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_PATH])
        sides = {(path.get_bounds()[0], path.get_bounds()[2]) for path in paths}
    ((left, right),) = [side for side in sides if side[1] - side[0] > 5]
    assert 126 < left < right < 158


def test_marks_of_cells_side_by_side_do_not_reach_into_each_other() -> None:
    def write(page: pymupdf.Page) -> None:
        for row, names in enumerate((("Ed", "Karl"), ("Li", "Kent"), ("Al", "Kurt"))):
            for x, word in ((72, names[0]), (104, names[1]), (400, "Almaty")):
                page.insert_text((x, 100 + 20 * row), word, fontsize=11)

    data = redacted(drawn(write), {"Li": Category.PERSON, "Kent": Category.CODE})

    with pypdfium2.PdfDocument(data) as document:
        paths = document[0].get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_PATH])
        sides = sorted({(path.get_bounds()[0], path.get_bounds()[2]) for path in paths})
    assert len(sides) == 2
    assert sides[0][1] <= sides[1][0]


def test_a_page_whose_group_is_none_stays_text() -> None:
    def break_group(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].obj["/Group"] = 5

    master = changed(latin(), break_group)

    data = redacted(master, {"nowhere": Category.PERSON})

    assert np.array_equal(pixels(master), pixels(data))
    assert text_of(data) == text_of(master)


def test_bytes_that_are_no_operators_are_left_to_the_filter() -> None:
    def write(pdf: pikepdf.Pdf) -> None:
        content = b"BT /helv 12 Tf 72 700 Td (plain) ' ET \xea\x47 0 0 5 5 re f"
        pdf.pages[0].obj["/Contents"] = pdf.make_stream(content)
        plain_shows(pdf)

        assert b"\xea\x47" in pdf.pages[0].obj["/Contents"].read_bytes()
        assert b"T*" in pdf.pages[0].obj["/Contents"].read_bytes()

    changed(latin(), write)
