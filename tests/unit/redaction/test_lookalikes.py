"""Second drawings of letters: a map that says what OCR reads wrongly anyhow hides no name, honest twins stay text."""

from __future__ import annotations

import shutil

import pymupdf
import pypdfium2
import pytest

from qupia_redaction.model import Limits, RedactionOrder
from qupia_redaction.page.drawings import Other
from qupia_redaction.page.lines import Glyph, Style
from qupia_redaction.page.lookalikes import Sighted, in_doubt, letters_of, lies, twins
from qupia_redaction.pdf.read import drawn_glyphs
from qupia_redaction.pipeline import redact
from tests.support.attacks.kit import Attack, Face, Sheet
from tests.support.attacks.run import ending
from tests.support.attacks.twins import PETRENKO, SHCHUKIN, TOP, TWINS
from tests.support.engine import engine
from tests.support.features import FEATURES
from tests.support.fold_finder import FoldFinder

STYLE = Style(serif=False, bold=False, italic=False, mono=False, colour=0, size=10.0, face="F", font="F")
needs_ocr = pytest.mark.skipif(shutil.which("tesseract") is None, reason="needs Tesseract")


def _glyphs(said: str, shapes: list[int]) -> list[Glyph]:
    return [Glyph(char, 6.0 * at, 6.0 * at + 5, 50.0, STYLE, shape=shapes[at]) for at, char in enumerate(said)]


def test_what_is_read_in_the_place_of_a_letter_is_noted() -> None:
    sighted = Sighted()
    sighted.add(_glyphs("ворона", [3, 4, 5, 4, 6, 7]), "вopoиa")

    assert sighted.wrong == {("н", 6): {"и"}}
    assert {("в", 3), ("р", 5), ("а", 7)} <= sighted.right


def test_only_letters_of_one_drawing_each_are_asked() -> None:
    assert letters_of([_glyphs("fi-x", [8, -1, 9, 10])]) == {("x", 10)}


def test_two_drawings_that_say_the_same_are_twins() -> None:
    assert twins({("с", 5), ("с", 90), ("С", 6), ("д", 7)}) == {("с", 5), ("с", 90)}


@pytest.mark.parametrize(
    ("said", "other", "read", "twofold", "lie"),
    [
        ("н", "п", {"п"}, False, True),
        ("н", "п", {"м"}, False, False),
        ("н", "п", set(), False, False),
        ("н", "п", set(), True, True),
        ("ш", "щ", set(), False, True),
        ("3", "з", {"з"}, True, False),
    ],
)
def test_shape_and_another_witness_make_a_lie(said: str, other: str, read: set[str], twofold: bool, lie: bool) -> None:
    drawn = (said, 40)
    sighted = Sighted(wrong={drawn: read} if read else {})

    assert lies({drawn: Other(other, sure=True)}, {drawn} if twofold else set(), sighted) is lie


def test_letters_that_were_read_right_are_not_asked() -> None:
    sighted = Sighted(right={("н", 1), ("щ", 2)}, wrong={("н", 1): {"и"}, ("г", 3): {"т"}})

    assert in_doubt({("н", 1), ("щ", 2), ("г", 3), ("д", 4)}, {("д", 4)}, sighted) == {("щ", 2), ("г", 3), ("д", 4)}


@needs_ocr
@pytest.mark.parametrize("attack", TWINS, ids=lambda attack: attack.channel)
def test_who_disbelieves_reads_no_name_in_letters_that_say_others(attack: Attack) -> None:
    end, detail = ending(attack, FoldFinder())

    assert end == "ok", detail


@needs_ocr
def test_honest_twins_stay_text_for_who_disbelieves() -> None:
    """Programs merged of subsets and alternates hold a letter twice; two letters in a font of their own are no lie."""
    sheet = Sheet(1, TOP)
    own = {char: char for char in {*PETRENKO, *SHCHUKIN}}
    face = Face(sheet.pdf, twins=own)
    sheet.font("/F2", face)
    words = "Петренко Щукин Захар"
    sheet.add(f"BT /F2 12 Tf 72 500 Td {face.hex(words)} Tj 0 -30 Td {face.sly(words)} Tj ET")
    few = Face(sheet.pdf, twins=own)
    sheet.font("/F3", few)
    sheet.add(f"BT /F3 12 Tf 72 400 Td {few.sly('Щ')} Tj /F1 12 Tf {sheet.face.hex('ит')} Tj ET")

    rendition = redact(
        sheet.bytes(), RedactionOrder(hide=frozenset(), terms_only=True), Limits(), FoldFinder(), engine()
    )

    assert rendition.report.ocr_pages == 0
    with pypdfium2.PdfDocument(rendition.data) as document:
        assert document[0].get_textpage().get_text_range().count("Петренко Щукин Захар") == 2


def test_letters_that_are_written_downwards_have_their_drawings() -> None:
    with pymupdf.open(stream=FEATURES["downwards"]()) as document:
        letters = [glyph for glyph in drawn_glyphs(document[0]) if glyph.stacked and glyph.char.strip()]

    assert sum(glyph.char == "o" for glyph in letters) == 3
    drawings = {(glyph.char, glyph.shape) for glyph in letters}
    assert len(drawings) == len({char for char, _ in drawings}) == len({shape for _, shape in drawings})
    assert min(shape for _, shape in drawings) > 0
