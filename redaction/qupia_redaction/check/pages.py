"""Look at one finished page with PDFium: its text, what lies under marks, and its pixels where pixels can hold text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium

from qupia_redaction.check import codes, marks, sight
from qupia_redaction.check.channels import Channel, Looked, leak
from qupia_redaction.check.counting import Secrets
from qupia_redaction.check.expectation import Expected
from qupia_redaction.check.folding import fold
from qupia_redaction.check.rendered import Rendered, within
from qupia_redaction.check.stains import stained
from qupia_redaction.check.strips import Page, Strips
from qupia_redaction.check.terms import OwnTerms
from qupia_redaction.check.ways import Ways
from qupia_redaction.errors import RedactionRefused, RefusalCode
from qupia_redaction.model import Box
from qupia_redaction.ports import Ocr

_CODE_SCALE = 2.0
_MANY_PATHS = 100
"""A code can be a path for each of its squares; fewer paths than this draw frames and rules."""
_DRAWN = frozenset({pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_FORM, pdfium.FPDF_PAGEOBJ_SHADING})


_LEAST_PICTURE = 40.0, 8.0
"""Width and height of a picture in which a name could be read, points."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page that is open in PDFium."""

    number: int
    page: pypdfium2.PdfPage
    reader: pypdfium2.PdfTextPage

    def close(self) -> None:
        """Let go of it; more than once is all right."""
        self.reader.close()
        self.page.close()


@dataclass(frozen=True, slots=True)
class Document:
    """What is known of a document as a whole.

    Attributes:
        leading: its outline and links.
        digest: of its bytes.
    """

    leading: Ways
    digest: bytes


class PageLook:
    """Looks at the pages of one document.

    Args:
        expected: what must be true of them.
        secrets: what was hidden.
        looked: is told of each channel that was clean.
        ocr: reads pixels; None refuses pages that need it.
        whole: what is known of the document.
    """

    def __init__(self, expected: Expected, secrets: Secrets, looked: Looked, ocr: Ocr | None, whole: Document) -> None:
        self._leading = whole.leading
        self._expected = expected
        self._secrets = secrets
        self._unseen = Secrets(replace(expected, secrets=expected.unseen))
        self._terms = OwnTerms(expected)
        self._looked = looked
        self._ocr = ocr
        self._strips = Strips(expected, whole.digest)
        self._labels = [fold(label) for label in expected.labels]
        self._marks: list[marks.Labelled] = []

    def look(self, sheet: Sheet) -> None:
        """Look at one page.

        Raises:
            RedactionRefused: LEAK_FOUND with channel and page, or ENGINE_ERROR without a reader of pixels.
        """
        text = sheet.reader.get_text_range()
        told = any(hidden.told_by(text, sheet.number) for hidden in (self._secrets, self._unseen))
        if told or self._terms.stand_in(text):
            raise leak(Channel.TEXT, sheet.number)
        self._looked.clean(Channel.TEXT)
        boxes = [mark.box for mark in self._expected.covered if mark.page == sheet.number]
        self._look_at_ways(sheet, text, boxes)
        self._look_under(sheet, boxes)
        what = self._expected.sights.get(sheet.number)
        rendered = Rendered(sheet.page, None if what is None else within(sheet.page, sight.scale_for(what)))
        self._look_at_lines(sheet, rendered)
        if boxes or what is not None or self._may_hold_codes(sheet.page):
            self._look_at_pixels(sheet, rendered, boxes)

    def finish(self) -> None:
        """Compare the sizes of all marks.

        Raises:
            RedactionRefused: LEAK_FOUND.
        """
        if marks.unequal(self._marks):
            raise leak(Channel.SIZES)
        if self._marks:
            self._looked.clean(Channel.SIZES)
        if self._leading:
            self._looked.clean(Channel.WAYS)

    def _look_at_ways(self, sheet: Sheet, text: str, boxes: Sequence[Box]) -> None:
        """Compare titles that lead to this page with its text, and look for letters under links, away from marks."""
        if self._leading.unread(sheet.number, text) or any(
            self._terms.stand_in(title) for number, title in self._leading.titles if number == sheet.number
        ):
            raise leak(Channel.WAYS, sheet.number)
        high = sheet.page.get_size()[1]
        for x0, y0, x1, y1 in (area for number, area in self._leading.areas if number == sheet.number):
            box = Box(x0 + 1, high - y1 + 1, x1 - 1, high - y0 - 1)
            marked = any(box.x0 < b.x1 and b.x0 < box.x1 and box.y0 < b.y1 and b.y0 < box.y1 for b in boxes)
            if marked or not sheet.reader.get_text_bounded(x0, y0, x1, y1).strip():
                raise leak(Channel.WAYS, sheet.number)

    def _look_under(self, sheet: Sheet, boxes: Sequence[Box]) -> None:
        high = sheet.page.get_size()[1]
        drawn = [] if not self._expected.secrets.get(sheet.number) else self._drawn(sheet)
        if any(marks.text_under(sheet.reader, high, box, self._labels) for box in boxes):
            raise leak(Channel.UNDER_MARKS, sheet.number)
        if any(not mark.alone for mark in drawn):
            raise leak(Channel.UNDER_MARKS, sheet.number)
        self._marks += drawn
        if boxes or drawn:
            self._looked.clean(Channel.UNDER_MARKS)

    def _look_at_lines(self, sheet: Sheet, rendered: Rendered) -> None:
        """Look at the marks in lines of text as pixels, and read what stands around them."""
        drawn = self._expected.tokens.get(sheet.number, ())
        if any(stained(sheet.page, corners) for corners in drawn):
            raise leak(Channel.MARKS, sheet.number)
        if drawn:
            self._looked.clean(Channel.MARKS)
        page = Page(sheet.number, sheet.page, sheet.reader, rendered, _pictures(sheet.page))
        told = self._strips.tell(page, lambda: self._reader(sheet))
        if told:
            raise leak(Channel.SIGHT, sheet.number)
        if told is False:
            self._looked.clean(Channel.SIGHT)

    def _drawn(self, sheet: Sheet) -> list[marks.Labelled]:
        if any(mark.page == sheet.number for mark in self._expected.covered):
            return []  # marks on a grid: their sizes follow from places, not from labels
        return list(marks.labelled(sheet.page, sheet.reader, self._expected.labels))

    def _may_hold_codes(self, page: pypdfium2.PdfPage) -> bool:
        paths = 0
        for at in range(pdfium.FPDFPage_CountObjects(page)):
            kind = pdfium.FPDFPageObj_GetType(pdfium.FPDFPage_GetObject(page, at))
            paths += kind == pdfium.FPDF_PAGEOBJ_PATH
            if kind in _DRAWN or paths > _MANY_PATHS:
                return True
        return False

    def _look_at_pixels(self, sheet: Sheet, rendered: Rendered, boxes: Sequence[Box]) -> None:
        what = self._expected.sights.get(sheet.number)
        scale = rendered.scale(_CODE_SCALE)
        pixels = rendered.grey(scale)
        if any(marks.bright(pixels, box, scale) or marks.shaded(pixels, box, scale) for box in boxes):
            raise leak(Channel.MARKS, sheet.number)
        if boxes:
            self._looked.clean(Channel.MARKS)
        self._look_for_codes(pixels, sheet)
        places = _pictures(sheet.page) if what is None else []
        sheet.close()  # what it decoded is not kept while its pixels are read
        if what is not None:
            if sight.tells(pixels, scale, what, boxes, self._reader(sheet)):
                raise leak(Channel.SIGHT, sheet.number)
            self._looked.clean(Channel.SIGHT)
        elif places:
            self._read_pictures(pixels, scale, places, sheet)

    def _reader(self, sheet: Sheet) -> Ocr:
        if self._ocr is None:
            raise RedactionRefused(RefusalCode.ENGINE_ERROR, sheet.number, Channel.SIGHT.value)
        return self._ocr

    def _read_pictures(self, pixels: np.ndarray, scale: float, places: Sequence[Box], sheet: Sheet) -> None:
        """Read the pictures of a page of text once more: what is hidden elsewhere may stand in them unread."""
        if not self._secrets.any:
            return
        words = sight.words_on(pixels, scale, places, self._reader(sheet))
        if self._secrets.stand_in("".join(words), sheet.number) or self._terms.stand_in(" ".join(words)):
            raise leak(Channel.SIGHT, sheet.number)
        self._looked.clean(Channel.SIGHT)

    def _look_for_codes(self, pixels: np.ndarray, sheet: Sheet) -> None:
        for text in codes.contents(pixels):
            if self._expected.no_codes or self._secrets.stand_in(text) or self._terms.stand_in(text):
                raise leak(Channel.CODES, sheet.number)
        self._looked.clean(Channel.CODES)


def _pictures(page: pypdfium2.PdfPage) -> list[Box]:
    """Return where pictures stand that are large enough for words."""
    high = page.get_size()[1]
    boxes = []
    for item in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE]):
        x0, y0, x1, y1 = item.get_bounds()
        if x1 - x0 >= _LEAST_PICTURE[0] and y1 - y0 >= _LEAST_PICTURE[1]:
            boxes.append(Box(x0, high - y1, x1, high - y0))
    return boxes
