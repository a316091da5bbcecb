"""Shapes of drawings: what OCR cannot read is vouched for by its look, and a map that lies is not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from typing import cast

import numpy as np
import pymupdf
import pytest
from PIL import Image

from qupia_redaction.model import Box, Limits, PrivateText
from qupia_redaction.page.drawings import Gallery, drawing_of, own_parts
from qupia_redaction.page.lines import Glyph, glyph_lines
from qupia_redaction.page.testimony import key_of
from qupia_redaction.pdf.apply import write_unseen_words
from qupia_redaction.pdf.fonts import font, script_font
from qupia_redaction.pdf.pages import OpenPage
from qupia_redaction.ports import Ocr, OcrWord
from qupia_redaction.read.trust import FontTrust
from qupia_redaction.read.witness import vouched

GREEK = "Το λιμεναρχείο τηρεί μητρώο"
CHINESE = "港口办公室保存着三月至十月的登记册职员们记下船长"
HEBREW, THAI = "משרד הנמל מנהל רישום של כל דוברה", "กงานทาเรอเกบ"
TYPED = "Harbour Порт Үлгілі 0123456789"
BOLD = font("tibi")
HEBREW_SCRIPT, THAI_SCRIPT = 5, 19

Seen = Callable[[pymupdf.Font, str], tuple[OpenPage, list[Glyph]]]


def _line(face: pymupdf.Font, text: str, size: float = 11.0) -> pymupdf.Document:
    document = pymupdf.open()
    page = document.new_page(width=500, height=100)
    writer = pymupdf.TextWriter(page.rect)
    writer.append((30, 50), text, font=face, fontsize=size)
    writer.write_text(page)
    return document


@pytest.fixture
def seen() -> Iterator[Seen]:
    """Open a page of one line in a font, with its glyphs."""
    with ExitStack() as stack:

        def open_page(face: pymupdf.Font, text: str) -> tuple[OpenPage, list[Glyph]]:
            page = OpenPage(stack.enter_context(_line(face, text))[0], Limits().max_pixels)
            return page, list(page.content.glyphs)

        yield open_page


def _is_vouched(page: OpenPage, glyphs: list[Glyph]) -> bool:
    glyphs = [glyph for glyph in glyphs if glyph.char.strip()]
    return vouched([glyphs], {key_of(glyph) for glyph in glyphs}, page)


@pytest.mark.parametrize(
    ("face", "text"),
    [
        (BOLD, TYPED),
        (BOLD, GREEK),
        (font("cjk"), CHINESE),
        (script_font(HEBREW_SCRIPT), HEBREW),
        (script_font(THAI_SCRIPT), THAI),
        (font("symb"), "∑∏∫∞≤≥∈∪∩απ"),
        (font("symb"), "\u2329\u232a"),
    ],
)
def test_honest_letters_are_vouched_for(seen: Seen, face: pymupdf.Font, text: str) -> None:
    page, glyphs = seen(face, text)
    assert _is_vouched(page, glyphs)


@pytest.mark.parametrize(
    ("face", "drawn", "said"),
    [
        (BOLD, "Penfield", "register"),
        (BOLD, "Кольчук", "Соседня"),
        (BOLD, "850412", "731998"),
        (font("cjk"), "王小明住在北京市", "港口公室保存登记"),
        (font("cjk"), "Penfield", "港口公室保存登记"),
        (script_font(HEBREW_SCRIPT), "משרדהנמל", "גטיכסעפץ"),
        (font("symb"), "∑∏∫∞", "Name"),
        (BOLD, "Pe", "\u27e8\u27e9"),
        (BOLD, "Penfield", "∑∏∫∞≤≥∈∪"),
        (BOLD, "Penfield", " ••••••• "[:8]),
    ],
)
def test_a_map_that_lies_finds_no_witness(seen: Seen, face: pymupdf.Font, drawn: str, said: str) -> None:
    page, glyphs = seen(face, drawn)
    lying = [replace(glyph, char=char) for glyph, char in zip(glyphs, said, strict=False)]
    assert not vouched([lying], {key_of(glyph) for glyph in lying}, page)


def test_angle_brackets_are_one_sign_whichever_code_says_them(seen: Seen) -> None:
    """TeX says them by codes for which the engine has no drawing."""
    page, glyphs = seen(font("symb"), "\u2329\u232a")
    said = [replace(glyph, char=char) for glyph, char in zip(glyphs, "\u27e8\u27e9", strict=True)]
    assert _is_vouched(page, said)
    swapped = [replace(glyph, char=char) for glyph, char in zip(glyphs, "\u27e9\u27e8", strict=True)]
    assert not _is_vouched(page, swapped)


@pytest.mark.parametrize("at", range(8))
def test_one_letter_that_lies_is_enough(seen: Seen, at: int) -> None:
    page, glyphs = seen(BOLD, "Penfield")
    glyphs[at] = replace(glyphs[at], char="W")
    assert not _is_vouched(page, glyphs)


def test_what_stands_over_a_letter_is_no_part_of_its_drawing_but_what_is_joined_to_it_is() -> None:
    ink = np.zeros((40, 60), np.uint8)
    ink[16:36, 20:24] = 255
    bare = own_parts(ink, 15, 40)
    ruled = ink.copy()
    ruled[4:6, 5:60] = 255
    assert np.array_equal(own_parts(ruled, 15, 40), bare)
    ruled[6:16, 20:22] = 255
    assert not np.array_equal(own_parts(ruled, 15, 40), bare)


def test_letters_drawn_over_do_not_pass_for_what_they_were() -> None:
    """The page is the witness, not the font."""
    with _line(BOLD, "ПППППП", 20.0) as document:
        for left in range(30, 180, 4):
            document[0].draw_line((left, 30), (left + 14, 55), width=1.5)
        opened = OpenPage(document[0], Limits().max_pixels)
        assert not _is_vouched(opened, list(opened.content.glyphs))


def test_the_same_shape_elsewhere_on_the_line_is_another_sign() -> None:
    """A comma is no apostrophe."""
    ink = np.zeros((64, 64), np.uint8)
    ink[50:60, 30:36] = 255
    low, high = drawing_of(ink, 64, 54), drawing_of(np.roll(ink, -40, axis=0), 64, 54)
    assert low is not None
    assert high is not None
    gallery = Gallery.of([(",", low), ("'", high)])
    assert gallery.vouches(",", [low])
    assert not gallery.vouches(",", [high])


class _Babbling:
    """An engine that does not know the script."""

    def read(self, _image: Image.Image, _dpi: int, *, block: bool = False) -> list[OcrWord]:
        return [OcrWord(PrivateText("ToAtpevap"), Box(30, 30, 300, 60), 0.9, 0)]


@pytest.mark.parametrize(("said", "lies"), [("", False), ("Καλημέρα στην πόλη μου εδώ ", True)])
def test_disbelieve_what_ocr_cannot_read_only_when_its_shapes_say_otherwise(seen: Seen, said: str, lies: bool) -> None:
    page, glyphs = seen(BOLD, GREEK)
    tagged = [replace(g, style=replace(g.style, font="QWXZVK+Times"), char=said[at] if said else g.char)
              for at, g in enumerate(glyphs)]  # fmt: skip
    lines = glyph_lines(1, (500, 100), tagged)
    assert FontTrust().lies(page, lines.segments, cast(Ocr, _Babbling())) is lies


def test_words_of_any_script_stay_searchable_under_a_picture() -> None:
    words = ["Harbour", "Порт", "λιμεναρχείο", "港口办公室", "הנמל"[::-1], "ทะเบยน"]  # as they stand, from the left
    with pymupdf.open() as document:
        page = document.new_page(width=500, height=300)
        write_unseen_words(page, [(word, Box(20, 20 * at, 120, 20 * at + 12)) for at, word in enumerate(words, 1)])
        assert page.get_text().split() == [*words[:4], "הנמל", words[5]]
        assert not any(page.get_pixmap(colorspace=pymupdf.csGRAY).samples.strip(b"\xff"))
