"""Small documents that Qupia writes itself, and the last save before the rebuild."""

from __future__ import annotations

import pymupdf

from qupia_redaction.pdf.apply import write_stamp
from qupia_redaction.pdf.fonts import font

_A4 = (595.0, 842.0)


def text_sheet(lines: list[str], stamp: str) -> bytes:
    """Set a few lines on an A4 page with the stamp."""
    with pymupdf.open() as document:
        append_sheet(document, lines, stamp)
        return finished(document)


def append_sheet(document: pymupdf.Document, lines: list[str], stamp: str) -> None:
    """Set a few lines on an A4 page of their own behind the last one, with the stamp."""
    page = document.new_page(width=_A4[0], height=_A4[1])
    writer = pymupdf.TextWriter(page.rect)
    area = pymupdf.Rect(72, 96, _A4[0] - 72, _A4[1] - 96)
    writer.fill_textbox(area, "\n\n".join(lines), font=font("helv"), fontsize=12)
    writer.write_text(page)
    write_stamp(page, stamp)


def finished(document: pymupdf.Document) -> bytes:
    """Subset fonts to what is still shown and return the bytes."""
    document.subset_fonts()
    return bytes(document.tobytes(garbage=3, deflate=False, no_new_id=True))
