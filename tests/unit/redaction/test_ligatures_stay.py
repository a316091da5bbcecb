"""Ligatures: one drawing that says several letters is read in order; a line with one has not lost a letter."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pikepdf
import pymupdf
import pypdfium2
import pytest

from qupia_redaction.model import Category
from qupia_redaction.page.testimony import says_words
from qupia_redaction.pdf.ligatures import parted, spot_of
from qupia_redaction.pdf.read import drawn_glyphs
from qupia_redaction.pipeline import redact
from qupia_redaction.rebuild.maps import read_map, write_map
from tests.unit.redaction.pdfs.build import LIMITS, ORDER, NoOcr, TermFinder, changed

PLAIN = replace(ORDER, plain=True)
_LIGATURE = "\ufb03"


def char(text: str, x: float, width: float) -> dict[str, Any]:
    return {"c": text, "origin": (x, 100.0), "bbox": (x, 90.0, x + width, 103.0), "synthetic": False}


BEGUN = {spot_of((0, 100), "o"), spot_of((6, 100), "f"), spot_of((15, 100), "c"), spot_of((14, 100), "r")}


def ends(chars: Iterable[dict[str, Any]]) -> list[tuple[str, float, float]]:
    """Return where letters begin and end."""
    return [(one["c"], one["origin"][0], one["bbox"][2]) for one in chars]


def test_letters_of_a_ligature_share_its_width() -> None:
    chars = [char("o", 0, 6), char("f", 6, 9), char("f", 15, 0), char("i", 15, 0), char("c", 15, 5)]
    parts = {spot_of((6, 100), "f"), spot_of((6, 100), "i")}

    assert ends(parted(chars, parts, BEGUN)) == [("o", 0, 6), ("f", 6, 9), ("f", 9, 12), ("i", 12, 15), ("c", 15, 20)]


def test_letters_of_a_ligature_share_its_width_when_the_engine_gives_them_that_of_their_font() -> None:
    chars = [char("o", 0, 6), char("f", 6, 8), char("i", 14, 3), char("r", 14, 4)]

    assert ends(parted(chars, {spot_of((6, 100), "i")}, BEGUN)) == [
        ("o", 0, 6),
        ("f", 6, 10),
        ("i", 10, 14),
        ("r", 14, 18),
    ]


def test_a_letter_that_is_drawn_is_no_part_of_another_one() -> None:
    chars = [char("f", 6, 8), char("i", 14, 3)]

    assert list(parted(chars, {spot_of((6, 100), "i")}, {spot_of((14, 100), "i")})) == chars


def test_a_letter_without_width_is_no_part_of_another_one() -> None:
    chars = [char("a", 0, 6), char("b", 6, 0), char("c", 6, 5)]

    assert list(parted(chars, set(), set())) == chars


def with_ligatures(spelled: bool, ligature: str = _LIGATURE) -> bytes:
    """Return a page with a ligature that says its letters in its font's map, or has a code of its own."""
    document = pymupdf.open()
    page = document.new_page()
    face = pymupdf.Font(fontfile="/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")
    writer = pymupdf.TextWriter(page.rect)
    for row, line in enumerate(("The harbour office of Westmole keeps it", "And the office of the canal keeps it")):
        told = line.replace(unicodedata.normalize("NFKC", ligature), ligature)
        writer.append((72, 100 + 16 * row), told, font=face, fontsize=11)
    writer.write_text(page)

    says = {face.has_glyph(ord(ligature)): unicodedata.normalize("NFKC", ligature).encode("utf-16-be")}

    def spell(pdf: pikepdf.Pdf) -> None:
        for font in pdf.pages[0].obj["/Resources"]["/Font"].values():
            font["/ToUnicode"] = pdf.make_stream(write_map({**read_map(font["/ToUnicode"].read_bytes()), **says}, 2))

    return changed(document.tobytes(), spell) if spelled else bytes(document.tobytes())


@pytest.mark.parametrize("spelled", [True, False])
def test_lines_with_ligatures_keep_their_words(spelled: bool) -> None:
    master = with_ligatures(spelled)

    data = redact(master, PLAIN, LIMITS, TermFinder({"Westmole": Category.PERSON}), NoOcr()).data

    with pypdfium2.PdfDocument(data) as document:
        text = document[0].get_textpage().get_text_range()
    assert "Westmole" not in text
    assert sum(word in {"office", "o\ufb03ce"} for word in text.split()) == 2


def test_a_line_with_a_ligature_beside_a_marked_one_is_not_set_again() -> None:
    data = redact(with_ligatures(spelled=True), PLAIN, LIMITS, TermFinder({"Westmole": Category.PERSON}), NoOcr()).data

    with pymupdf.open(stream=data) as document:
        trace = [
            chr(code) for span in document[0].get_texttrace() for code, drawing, _, _ in span["chars"] if drawing < 0
        ]
    assert trace == ["f", "i"]


def test_one_drawing_of_two_equal_letters_has_its_number_and_says_no_word() -> None:
    """Else the font that has it counts as lying, and its pages become pixels."""
    with pymupdf.open(stream=with_ligatures(spelled=True, ligature="\ufb00"), filetype="pdf") as document:
        glyphs = [glyph for glyph in drawn_glyphs(document[0]) if glyph.char.strip()]
    at = next(at for at, glyph in enumerate(glyphs) if glyph.char == "f")
    assert [glyph.char for glyph in glyphs[at - 1 : at + 3]] == ["o", "f", "f", "i"]
    assert glyphs[at].shape > 0
    assert not says_words(glyphs)
