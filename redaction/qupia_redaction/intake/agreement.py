"""Ask a second parser whether the repaired bytes still say what the stored ones say.

Attack: a file that two parsers read differently (objects under two numbers, generations that do not fit, lengths that
lie): one shows a page, the other an empty one, and what is redacted and checked is not what the owner stored. PDFium
reads both; letters that it reads in the stored bytes and not in the repaired ones are lost, or were another text.
Limits: words that are pixels; what PDFium itself cannot open is passed over, for then there is no second reading.
"""

from __future__ import annotations

from collections import Counter

import pypdfium2

from qupia_redaction.errors import RedactionRefused, RefusalCode
from qupia_redaction.model import PrivateText

_Letters = Counter[str]


def refuse_other_text(master: bytes, repaired: bytes, password: PrivateText | None, circles: bool = False) -> None:
    """Compare the letters page by page; more of them in the repaired bytes are drawn annotations.

    Where the parsers count pages differently (a lying /Count), the letters of all pages are compared.

    Args:
        master: the stored bytes.
        repaired: the same document, as the first parser wrote it.
        password: opens the stored bytes; None when the caller gave none.
        circles: forms that draw themselves were opened. PDFium draws those twice: how often a letter stands is open.

    Raises:
        RedactionRefused: READERS_DISAGREE with the page, where it is one.
    """
    before, after = _pages(master, password), _pages(repaired, None)
    if circles:
        before, after = ([_Letters(set(page)) for page in pages] for pages in (before, after))
    if len(before) == len(after):
        pairs = enumerate(zip(before, after, strict=True), 1)
        page = next((number for number, (one, other) in pairs if not one <= other), None)
        if page is not None:
            raise RedactionRefused(RefusalCode.READERS_DISAGREE, page)
    elif not sum(before, _Letters()) <= sum(after, _Letters()):
        raise RedactionRefused(RefusalCode.READERS_DISAGREE)


def _pages(data: bytes, password: PrivateText | None) -> list[_Letters]:
    try:
        with pypdfium2.PdfDocument(data, password=password.reveal() if password else None) as document:
            return [_letters(document, index) for index in range(len(document))]
    except pypdfium2.PdfiumError:
        return []


def _letters(document: pypdfium2.PdfDocument, index: int) -> _Letters:
    """Count the letters and digits of a page; none of one that cannot be read."""
    try:
        page = document[index]
        reader = page.get_textpage()
    except pypdfium2.PdfiumError:
        return _Letters()
    text = reader.get_text_range()
    reader.close()
    page.close()
    return _Letters(filter(str.isalnum, text))
