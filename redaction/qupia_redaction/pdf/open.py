"""Open admitted bytes with PyMuPDF and turn its faults into refusals."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pymupdf

from qupia_redaction.errors import RedactionRefused, RefusalCode
from qupia_redaction.pdf.flatten import ENGINE_ERRORS, quiet


@contextmanager
def open_document(data: bytes) -> Iterator[pymupdf.Document]:
    """Open a document for one job.

    Raises:
        RedactionRefused: DAMAGED when it does not open.
    """
    quiet()
    try:
        document = pymupdf.open(stream=data, filetype="pdf")
    except ENGINE_ERRORS as error:
        raise RedactionRefused(RefusalCode.DAMAGED) from error
    try:
        yield document
    finally:
        document.close()
        pymupdf.TOOLS.store_shrink(100)


@contextmanager
def page_faults(number: int) -> Iterator[None]:
    """Turn the engine's faults while working on a page into UNREADABLE_PAGE."""
    try:
        yield
    except ENGINE_ERRORS as error:
        raise RedactionRefused(RefusalCode.UNREADABLE_PAGE, number) from error
