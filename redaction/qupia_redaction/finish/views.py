"""Pictures of pages of a finished rendition, for people who look at a screen.

Made from checked bytes only, by the engine that checked them: a view shows nothing that the rendition does not hold.
"""

from __future__ import annotations

import io

import pypdfium2

from qupia_redaction.errors import RedactionRefused, RefusalCode
from qupia_redaction.rendition import CheckedRendition

_MOST_PIXELS = 40_000_000


def page_view(rendition: CheckedRendition, page: int, dpi: int = 100) -> bytes:
    """Return a page as PNG, without any word about where it comes from.

    Args:
        rendition: a PDF that passed the check.
        page: page number from 1.
        dpi: resolution.

    Raises:
        RedactionRefused: NOT_A_PDF for a rendition that is text; UNREADABLE_PAGE when there is no such page or it
            cannot be drawn; TOO_MANY_PIXELS.
    """
    if not rendition.data.startswith(b"%PDF-"):
        raise RedactionRefused(RefusalCode.NOT_A_PDF)
    try:
        with pypdfium2.PdfDocument(rendition.data) as document:
            if not 1 <= page <= len(document):
                raise RedactionRefused(RefusalCode.UNREADABLE_PAGE, page)
            shown = document[page - 1]
            width, height = shown.get_size()
            if width * height * (dpi / 72) ** 2 > _MOST_PIXELS:
                raise RedactionRefused(RefusalCode.TOO_MANY_PIXELS, page)
            buffer = io.BytesIO()
            shown.render(scale=dpi / 72).to_pil().save(buffer, "PNG")
            return buffer.getvalue()
    except (pypdfium2.PdfiumError, ValueError, OSError) as error:
        raise RedactionRefused(RefusalCode.UNREADABLE_PAGE, page) from error
