"""Turn annotations and form widgets into page content, and count pages with a second parser."""

from __future__ import annotations

from contextlib import suppress

import pymupdf

from qupia_redaction.errors import RedactionRefused, RefusalCode

ENGINE_ERRORS = (RuntimeError, ValueError, TypeError, IndexError, AttributeError, pymupdf.mupdf.FzErrorBase)
"""What PyMuPDF raises on damaged input; callers turn it into a refusal."""


def quiet() -> None:
    """Keep the engine's messages, which may quote the document, out of every stream."""
    pymupdf.TOOLS.mupdf_display_errors(False)
    pymupdf.TOOLS.mupdf_display_warnings(False)
    pymupdf.TOOLS.set_subset_fontnames(True)  # fonts are told apart by their tags


def count_pages(data: bytes) -> int | None:
    """Count pages as MuPDF sees them; None when it cannot open the file at all."""
    quiet()
    try:
        with pymupdf.open(stream=data, filetype="pdf") as document:
            return None if document.needs_pass else int(document.page_count)
    except ENGINE_ERRORS:
        return None


def count_loaded(data: bytes, most: int) -> int:
    """Count the pages that MuPDF can load indeed, whatever the document says that it has; of `most` at most."""
    quiet()
    found = 0
    try:
        with pymupdf.open(stream=data, filetype="pdf") as document:
            for number in range(min(int(document.page_count), most)):
                with suppress(*ENGINE_ERRORS):
                    found += document[number] is not None
    except ENGINE_ERRORS:
        return found
    return found


def bake(data: bytes) -> bytes:
    """Make annotations and widgets part of their pages.

    Raises:
        RedactionRefused: DAMAGED when the engine cannot.
    """
    quiet()
    try:
        with pymupdf.open(stream=data, filetype="pdf") as document:
            document.bake(annots=True, widgets=True)
            return bytes(document.tobytes(garbage=0, deflate=False, no_new_id=True))
    except ENGINE_ERRORS as error:
        raise RedactionRefused(RefusalCode.DAMAGED) from error
