"""Read the words of finished pages, for the outline and the links that are rebuilt from them."""

from __future__ import annotations

from collections.abc import Collection

import pymupdf

from qupia_redaction.model import Box, PrivateText
from qupia_redaction.pdf.open import open_document, page_faults
from qupia_redaction.rebuild.guiding import PageWord

_FLAGS = pymupdf.TEXT_IGNORE_ACTUALTEXT | pymupdf.TEXT_PRESERVE_WHITESPACE | pymupdf.TEXT_MEDIABOX_CLIP


def page_words(data: bytes, numbers: Collection[int]) -> dict[int, list[PageWord]]:
    """Return the words of some pages of a finished document, in the order in which they are drawn.

    Raises:
        RedactionRefused: the engine cannot read what was just written.
    """
    found: dict[int, list[PageWord]] = {}
    with open_document(data) as document:
        for number in sorted(numbers):
            with page_faults(number):
                page = document[number - 1]
                words = page.get_text("words", flags=_FLAGS)
                unit = page.rect.width / page.mediabox.width  # the engine gives points, whatever a page's unit is
            found[number] = [
                PageWord(PrivateText(text), Box(*(side / unit for side in box))) for *box, text, _, _, _ in words
            ]
    return found
