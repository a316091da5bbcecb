"""Lines in scripts that OCR does not know: believed where it reads nonsense, never where it reads anything else."""

from __future__ import annotations

from collections.abc import Iterator

import pymupdf
import pytest

from qupia_redaction.model import UNREAD, Box, Limits, PrivateText
from qupia_redaction.pdf.fonts import font, script_font
from qupia_redaction.pdf.pages import OpenPage
from qupia_redaction.pdf.read import PageContent
from qupia_redaction.ports import OcrWord
from qupia_redaction.read.blending import Blend, blended
from qupia_redaction.read.foreign import foreign_places

HEBREW = "משרד הנמל מנהל רישום"
LATIN = "The harbour office keeps a register"
HEBREW_SCRIPT = 5
LEFT, RIGHT, TOP, BOTTOM = 30.0, 245.0, 35.0, 55.0


@pytest.fixture
def content() -> Iterator[PageContent]:
    """Return the content of a page with a line that OCR does not know and one that it does."""
    with pymupdf.open() as document:
        page = document.new_page(width=500, height=150)
        writer = pymupdf.TextWriter(page.rect)
        writer.append((LEFT, 50), HEBREW, font=script_font(HEBREW_SCRIPT), fontsize=20)
        writer.append((LEFT, 100), LATIN, font=font("helv"), fontsize=12)
        writer.write_text(page)
        yield OpenPage(page, Limits().max_pixels).content


def _word(text: str, confidence: float, x0: float = LEFT, x1: float = 140.0) -> OcrWord:
    return OcrWord(PrivateText(text), Box(x0, TOP, x1, BOTTOM), confidence, 0)


NONSENSE = (_word("пваг", 0.3), _word("7wn", 0.5, 145, 210))


def _read(content: PageContent, *words: OcrWord, foreign: bool = True) -> tuple[str, str, Blend]:
    """Return the text that is believed, the text that is searched only, and the blend itself."""
    below = [
        OcrWord(PrivateText(word), Box(30 + 32 * at, 88, 58 + 32 * at, 102), 0.95, 1)
        for at, word in enumerate(LATIN.split())
    ]
    blend = blended(content, [*words, *below], (), 1.0, foreign)
    text = blend.lines.text.text.reveal()
    return text[: blend.believed], text[blend.believed :], blend


def test_a_line_of_which_ocr_makes_nonsense_is_believed_and_the_nonsense_is_searched_only(content: PageContent) -> None:
    believed, searched, _ = _read(content, *NONSENSE)
    assert all(word in believed for word in HEBREW.split())
    assert "пваг" not in believed
    assert "пваг" in searched


@pytest.mark.parametrize(
    "words",
    [
        pytest.param((_word("Харольд", 0.96), _word("Пенфилд", 0.95, 145, 210)), id="the whole line is read surely"),
        pytest.param((_word("пваг", 0.3), _word("Penfield", 0.9, 145, 210)), id="one word of it is read surely"),
        pytest.param((), id="no ink is seen there"),
        pytest.param((_word("пваг", 0.3, 30, 60),), id="ink is seen on a part of it only"),
        pytest.param((*NONSENSE, _word("wide", 0.3, 200, 400)), id="ink goes on where it ends"),
    ],
)
def test_a_line_that_may_be_of_a_map_that_lies_is_searched_only(content: PageContent, words: list[OcrWord]) -> None:
    believed, searched, blend = _read(content, *words)
    assert not any(word in believed for word in HEBREW.split())
    assert all(word in searched for word in HEBREW.split())
    assert all(word.text.reveal() in believed for word in words)
    assert not list(foreign_places(blend.lines))


def test_pages_that_may_hide_what_they_draw_believe_no_such_line(content: PageContent) -> None:
    believed, *_ = _read(content, *NONSENSE, foreign=False)
    assert "пваг" in believed
    assert not any(word in believed for word in HEBREW.split())


def test_words_of_such_lines_count_as_not_read_surely(content: PageContent) -> None:
    believed, _, blend = _read(content, *NONSENSE)
    places = list(foreign_places(blend.lines))
    assert {believed[place.start : place.end] for place in places} == set(HEBREW.split())
    assert {place.found_by for place in places} == {UNREAD}
