"""Small documents that Qupia writes itself, and the last save before the rebuild."""

from __future__ import annotations

import re

import pymupdf

from qupia_redaction.pdf.apply import write_stamp
from qupia_redaction.pdf.fonts import font

_A4 = (595.0, 842.0)
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)")


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
    stated = _widths(document)
    document.subset_fonts()
    for xref, widths in _widths(document).items():  # the engine rounds them, and lines end elsewhere
        exact = stated.get(xref, {})
        listed = " ".join(f"{exact.get(code, width) if width else 0:.9g}" for code, width in widths.items())
        document.xref_set_key(xref, "Widths", f"[{listed}]")
    return bytes(document.tobytes(garbage=3, deflate=False, no_new_id=True))


def _widths(document: pymupdf.Document) -> dict[int, dict[int, float]]:
    """Return what simple fonts state of the widths of their letters, by code, by the number of the font."""
    found: dict[int, dict[int, float]] = {}
    for xref in range(1, document.xref_length()):
        if document.xref_get_key(xref, "Type")[1] != "/Font":
            continue
        kind, value = document.xref_get_key(xref, "Widths")
        listed = document.xref_object(int(value.split()[0]), compressed=True) if kind == "xref" else value
        numbers = listed.strip("[]").split()
        first = document.xref_get_key(xref, "FirstChar")[1]
        if kind in {"xref", "array"} and first.isdecimal() and all(map(_NUMBER.fullmatch, numbers)):
            found[xref] = dict(enumerate(map(float, numbers), int(first)))
    return found
