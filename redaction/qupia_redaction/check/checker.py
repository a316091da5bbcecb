"""Read the finished bytes with other engines (pikepdf, PDFium) and refuse on any trace of what was hidden.

The channels are those of `channels.Channel`: pages lost; keys that the rebuild does not write; raw and decoded bytes in
the usual encodings and wrappings; strings through their fonts' maps; PDFium's text of each page; text under marks;
pixels and sizes of marks; bar codes; what OCR reads around places on pages that became pixels, and on pages of text
around marks, in a sample of lines and in ink that no text explains; titles of the outline and areas of links, which
must be read on their pages. What is legitimately kept elsewhere is counted, so that it is not
mistaken for a trace.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator
from dataclasses import replace

import pikepdf
import pypdfium2

from qupia_redaction.check.channels import Channel, Looked, leak
from qupia_redaction.check.counting import LONG, Long, Secrets
from qupia_redaction.check.expectation import Expected
from qupia_redaction.check.folding import fold, needles
from qupia_redaction.check.needles import Needles
from qupia_redaction.check.operators import OperatorReader
from qupia_redaction.check.pages import Document, PageLook, Sheet
from qupia_redaction.check.structure import all_bytes, foreign_keys, ways_of
from qupia_redaction.check.vocabulary import parted, without_ours
from qupia_redaction.check.wrappings import carved, unwrapped
from qupia_redaction.errors import RedactionRefused, RefusalCode
from qupia_redaction.model import Report
from qupia_redaction.ports import Ocr
from qupia_redaction.rendition import CheckedRendition, issue

_RAW_LETTERS = LONG
_RAW_DIGITS = 9
_FAULTS = (
    pikepdf.PdfError, pypdfium2.PdfiumError, RuntimeError, ValueError, TypeError, KeyError, IndexError, AttributeError,
    OverflowError,
)  # fmt: skip


def check(data: bytes, expected: Expected, report: Callable[[], Report], ocr: Ocr | None = None) -> CheckedRendition:
    """Return the rendition if no trace is found; its report tells how each channel ended.

    Args:
        data: the finished bytes.
        expected: what must be true of them.
        report: asked for when all channels are clean.
        ocr: reads pixels; without it a document is refused that may show in pixels what was hidden in it.

    Raises:
        RedactionRefused: LEAK_FOUND, READERS_DISAGREE or UNKNOWN_CONTENT with the channel; ENGINE_ERROR when a reader
            fails.
    """
    looked = Looked()
    try:
        secrets = Secrets(expected)
        _look_at_objects(data, looked)
        _look_in_bytes(data, expected, looked)
        _look_in_operators(data, secrets, looked)
        document = Document(ways_of(data), hashlib.sha256(data).digest())
        _look_at_pages(data, expected, PageLook(expected, secrets, looked, ocr, document))
        looked.clean(Channel.PAGES)
    except _FAULTS as error:
        raise RedactionRefused(RefusalCode.ENGINE_ERROR) from error
    return issue(data, replace(report(), channels=looked.results))


def _look_at_objects(data: bytes, looked: Looked) -> None:
    if foreign_keys(data) is not None:
        raise RedactionRefused(RefusalCode.UNKNOWN_CONTENT, None, Channel.OBJECTS.value)
    looked.clean(Channel.OBJECTS)


def _look_in_bytes(data: bytes, expected: Expected, looked: Looked) -> None:
    hidden = {
        part: fold(part)
        for page in expected.secrets.values()
        for text in page
        for part in (text.reveal(), *text.reveal().split(), *text.reveal().split(", "))
        if _tells(part)
    }
    sought = Long(hidden.values())
    kept = {
        form
        for text in (*(text.reveal() for text in expected.kept.values()), *expected.labels)
        for form in sought.within(fold(text))
    }
    plain, format_words = parted({part for part, form in hidden.items() if form not in kept})
    told, words = Needles(needles(plain)), Needles(needles(format_words))
    if any(told.stand_in(block) or (format_words and words.stand_in(without_ours(block))) for block in _blocks(data)):
        raise leak(Channel.BYTES)
    looked.clean(Channel.BYTES)


def _blocks(data: bytes) -> Iterator[bytes]:
    for block in (*all_bytes(data), *carved(data)):
        yield block
        yield unwrapped(block)


def _tells(part: str) -> bool:
    """Tell whether finding these bytes by chance is out of the question."""
    folded = fold(part)
    return len(folded) >= (_RAW_DIGITS if folded.isdigit() else _RAW_LETTERS)


def _look_in_operators(data: bytes, secrets: Secrets, looked: Looked) -> None:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for number, texts in enumerate(OperatorReader(pdf).pages(), 1):
            if any(secrets.stand_in(text, number) for text in texts):
                raise leak(Channel.OPERATORS, number)
    looked.clean(Channel.OPERATORS)


def _look_at_pages(data: bytes, expected: Expected, look: PageLook) -> None:
    with pypdfium2.PdfDocument(data) as document:
        if len(document) != expected.pages:
            raise RedactionRefused(RefusalCode.READERS_DISAGREE, None, Channel.PAGES.value)
        for number, page in enumerate(document, 1):
            sheet = Sheet(number, page, page.get_textpage())
            look.look(sheet)
            sheet.close()
    look.finish()
