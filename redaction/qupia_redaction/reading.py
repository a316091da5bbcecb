"""Read every page: glyphs where they can be trusted, OCR of the picture where not, codes and small pictures besides.

Unreadable means closed: a page of which OCR makes nothing, though there is ink on it, refuses.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from PIL import Image

from qupia_redaction.codes import find_codes
from qupia_redaction.errors import RedactionRefused, RefusalCode
from qupia_redaction.ink import unexplained
from qupia_redaction.intake import Source
from qupia_redaction.lines import Lines, glyph_lines, with_picture_words, word_lines
from qupia_redaction.model import Box, Limits, PageText
from qupia_redaction.pdf.pages import OpenPage, open_pages
from qupia_redaction.ports import Ocr, OcrWord
from qupia_redaction.trust import FontTrust

_CODE_DPI = 200
_MIN_PICTURE = (12.0, 4.0)
_SURE = 0.3
_GLANCE_DPI = 100
_FEW_WORDS = 8
_POOR = 0.35
_INK = 0.004
_MUCH_INK = 0.35
_INK_BELOW = 110


@dataclass(frozen=True, slots=True)
class ReadPage:
    """One page as it was read.

    Attributes:
        lines: text and segments.
        pixels: its picture decides: it was read by OCR and leaves as a picture.
        dpi: resolution of that picture.
        codes: bar and QR codes.
        pictures: boxes of images.
        spilled: text on images of an otherwise typed page begins at this offset.
    """

    lines: Lines
    pixels: bool
    dpi: int
    codes: tuple[Box, ...] = ()
    pictures: tuple[Box, ...] = ()
    spilled: int = 0


@dataclass(frozen=True, slots=True)
class Reading:
    """A whole document as it was read."""

    pages: tuple[ReadPage, ...] = field(repr=False)

    @property
    def texts(self) -> tuple[PageText, ...]:
        """The pages' texts, in order."""
        return tuple(page.lines.text for page in self.pages)

    @property
    def cells(self) -> list[tuple[int, str]]:
        """Texts that stand apart on their line, with their pages."""
        return [(page.lines.text.number, s.text.reveal()) for page in self.pages for s in page.lines.segments]


def read_document(source: Source, limits: Limits, ocr: Ocr) -> Reading:
    """Read all pages.

    Raises:
        RedactionRefused: UNREADABLE_PAGE, TOO_MANY_PIXELS or what the OCR engine raises.
    """
    trust = FontTrust()
    return Reading(tuple(_page(page, ocr, trust) for page in open_pages(source.data, limits.max_pixels)))


def _page(page: OpenPage, ocr: Ocr, trust: FontTrust) -> ReadPage:
    if page.distrusted:
        return _scanned(page, ocr)
    content = page.content
    lines = glyph_lines(content.number, (content.width, content.height), content.glyphs, content.unseen)
    if trust.lies(page, lines.segments, ocr):
        return _scanned(page, ocr)
    spilled = len(lines.text.text)
    codes: tuple[Box, ...] = ()
    if content.pictures or content.art:  # a code may be one path of many squares
        dpi = page.dpi_for(_CODE_DPI)
        codes = find_codes(page.picture(dpi, grey=True), 72 / dpi)
    for box in _readable(content.pictures, codes):
        dpi = page.dpi_for(page.scan_dpi())
        words = ocr.read(page.picture(dpi, grey=True, clip=box), dpi, block=True)
        sure = [word for word in words if word.confidence > _SURE]
        lines = with_picture_words(lines, sure, (box.x0, box.y0), 72 / dpi)
    lines = _with_drawn_words(page, lines, ocr)
    return ReadPage(lines, False, _CODE_DPI, codes, content.pictures, spilled)


def _with_drawn_words(page: OpenPage, lines: Lines, ocr: Ocr) -> Lines:
    """Append words that are drawn without glyphs."""
    content = page.content
    for dpi in (page.dpi_for(_GLANCE_DPI), page.dpi_for(_CODE_DPI)):
        left = unexplained(page.picture(dpi, grey=True), dpi / 72, content.glyphs, content.pictures)
        if left is None:
            return lines
        image, (x, y) = left
    words = [word for word in ocr.read(image, dpi, block=True) if word.confidence > _SURE and _is_word(word)]
    return with_picture_words(lines, words, (x * 72 / dpi, y * 72 / dpi), 72 / dpi) if words else lines


def _is_word(word: OcrWord) -> bool:
    return sum(char.isalnum() for char in word.text.reveal()) > 1


def _readable(pictures: Sequence[Box], codes: Sequence[Box]) -> list[Box]:
    """Return pictures that can hold words; those that are codes hold none."""
    distinct = dict.fromkeys(pictures)
    return [
        box
        for box in distinct
        if box.x1 - box.x0 >= _MIN_PICTURE[0]
        and box.y1 - box.y0 >= _MIN_PICTURE[1]
        and not any(_mostly(box, code) for code in codes)
    ]


def _mostly(box: Box, code: Box) -> bool:
    wide = min(box.x1, code.x1) - max(box.x0, code.x0)
    high = min(box.y1, code.y1) - max(box.y0, code.y0)
    return wide > 0 and high > 0 and wide * high > 0.4 * (box.x1 - box.x0) * (box.y1 - box.y0)


def _scanned(page: OpenPage, ocr: Ocr) -> ReadPage:
    dpi = page.scan_dpi()
    image = page.picture(dpi, grey=True)
    words = ocr.read(image, dpi)
    number, size = page.content.number, (page.content.width, page.content.height)
    if _unreadable(words, _ink(image)):
        raise RedactionRefused(RefusalCode.UNREADABLE_PAGE, number)
    text = word_lines(number, size, words, 72 / dpi)
    codes = find_codes(image, 72 / dpi)
    return ReadPage(Lines(text), True, dpi, codes, page.content.pictures, len(text.text))


def _ink(image: Image.Image) -> float:
    """Return the share of dark pixels, 0 to 1."""
    return sum(image.reduce(4).histogram()[:_INK_BELOW]) / (image.width * image.height / 16)


def _unreadable(words: Sequence[OcrWord], ink: float) -> bool:
    letters = [word for word in words if sum(char.isalnum() for char in word.text.reveal()) > 1]
    if len(letters) < _FEW_WORDS:
        poor = [word for word in letters if word.confidence >= _POOR]
        return not poor and _INK < ink < _MUCH_INK
    return sum(word.confidence for word in letters) / len(letters) < _POOR
