"""Pages of an admitted document, one after the other, as the reading step asks for them."""

from __future__ import annotations

from collections.abc import Iterator

import pymupdf
from PIL import Image

from qupia_redaction.model import Box
from qupia_redaction.pdf import render
from qupia_redaction.pdf.classify import is_strange, needs_ocr, refuse_told_patterns
from qupia_redaction.pdf.open import open_document, page_faults
from qupia_redaction.pdf.read import PageContent, read_page
from qupia_redaction.pdf.scans import Shown


class OpenPage:
    """One page while its document is open.

    Attributes:
        content: what it holds.
        distrusted: OCR decides on it.
        strange: it is distrusted and uses what is never copied.
        shown: what it shows, once somebody has glanced at it.
    """

    def __init__(self, page: pymupdf.Page, max_pixels: int) -> None:
        self._page = page
        self._max_pixels = max_pixels
        self._glance: Image.Image | None = None
        self.shown: Shown | None = None
        self.content: PageContent = read_page(page, max_pixels)
        refuse_told_patterns(page.parent, page)
        self.distrusted: bool = needs_ocr(page.parent, page, self.content)
        self.strange: bool = self.distrusted and is_strange(page.parent, page)

    def picture(self, dpi: int, grey: bool = False, clip: Box | None = None) -> Image.Image:
        """Render the page or a part of it."""
        with page_faults(self.content.number):
            return render.picture(self._page, dpi, grey, clip)

    def scan(self, dpi: int) -> Image.Image:
        """Render the page in grey, and keep a glance at it where that costs nothing."""
        with page_faults(self.content.number):
            grey, self._glance = render.scan_picture(self._page, dpi)
        return grey

    def glance(self) -> Image.Image:
        """Return the page coarsely in colour; what it shows there is kept in `shown`."""
        image = self._glance or self.picture(render.GLANCE_DPI)
        self.shown = Shown.of(image)
        return image

    def scan_dpi(self) -> int:
        """Return the resolution for OCR; see `render.scan_dpi`."""
        return render.scan_dpi(self._page, self._max_pixels)

    def dpi_for(self, dpi: int) -> int:
        """Return `dpi` within the pixel limit; see `render.checked_dpi`."""
        return render.checked_dpi(self._page, dpi, self._max_pixels)


def open_pages(data: bytes, max_pixels: int) -> Iterator[OpenPage]:
    """Yield the pages of a document in order; each is valid until the next is asked for.

    Raises:
        RedactionRefused: UNREADABLE_PAGE when the engine cannot read a page.
    """
    with open_document(data) as document:
        for index in range(document.page_count):
            with page_faults(index + 1):
                page = OpenPage(document[index], max_pixels)
            yield page
