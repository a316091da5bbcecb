"""Read the finished bytes with other engines (pikepdf, PDFium) and refuse on any trace of what was hidden.

Channels: pages lost; keys that the rebuild does not write; PDFium's text of each page; raw and decoded bytes in the
usual encodings; pixels under marks; what can be read around places on pages that became pixels. What is legitimately
kept elsewhere is counted, so that it is not mistaken for a trace.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pikepdf
import pypdfium2

from qupia_redaction.check.folding import fold, folded_words, needles
from qupia_redaction.check.needles import Needles
from qupia_redaction.check.sight import DARK, Sight, scale_for, tells
from qupia_redaction.check.structure import all_bytes, foreign_keys
from qupia_redaction.errors import RedactionRefused, RefusalCode
from qupia_redaction.model import Box, Mark, PrivateText, Report
from qupia_redaction.ports import Ocr
from qupia_redaction.rendition import CheckedRendition, issue

_LONG = 6
_RAW_LETTERS = 6
_RAW_DIGITS = 9
_SOLID_SHARE = 0.55
_MOST_PIXELS = 6_000


@dataclass(frozen=True, slots=True)
class Expected:
    """What must be true of the output.

    Attributes:
        pages: how many.
        secrets: hidden texts by page.
        kept: the text that stays, by page; the stamp included.
        covered: rectangles that must be dark on pages that became pixels, and over pictures.
        sights: pages that are looked at, for what was hidden on them is pixels.
        labels: words that the library itself prints, on marks of any page, as often as it likes.
    """

    pages: int
    secrets: Mapping[int, Sequence[PrivateText]] = field(default_factory=dict)
    kept: Mapping[int, PrivateText] = field(default_factory=dict, repr=False)
    covered: Sequence[Mark] = ()
    sights: Mapping[int, Sight] = field(default_factory=dict, repr=False)
    labels: Sequence[str] = ()


def check(data: bytes, expected: Expected, report: Callable[[], Report], ocr: Ocr | None = None) -> CheckedRendition:
    """Return the rendition if no trace is found.

    Args:
        data: the finished bytes.
        expected: what must be true of them.
        report: asked for when all channels are clean.
        ocr: looks at pages; without it a document with `sights` is refused.

    Raises:
        RedactionRefused: LEAK_FOUND, READERS_DISAGREE or UNKNOWN_CONTENT; also when a reader fails.
    """
    try:
        if foreign_keys(data) is not None:
            raise RedactionRefused(RefusalCode.UNKNOWN_CONTENT)
        texts = _texts(data, expected, ocr)
        _look_in_texts(texts, expected)
        _look_in_bytes(data, expected)
    except (pikepdf.PdfError, pypdfium2.PdfiumError, RuntimeError, ValueError, TypeError, KeyError) as error:
        raise RedactionRefused(RefusalCode.ENGINE_ERROR) from error
    return issue(data, report())


def _texts(data: bytes, expected: Expected, ocr: Ocr | None) -> dict[int, str]:
    """Read every page with PDFium; look at its pixels on the way where something was covered."""
    marks: dict[int, list[Mark]] = {}
    for mark in expected.covered:
        marks.setdefault(mark.page, []).append(mark)
    texts: dict[int, str] = {}
    with pypdfium2.PdfDocument(data) as document:
        if len(document) != expected.pages:
            raise RedactionRefused(RefusalCode.READERS_DISAGREE)
        for number in range(1, expected.pages + 1):
            page = document[number - 1]
            reader = page.get_textpage()
            texts[number] = reader.get_text_range()
            reader.close()
            if number in marks or number in expected.sights:
                boxes = [mark.box for mark in marks.get(number, ())]
                if _shows(page, boxes, expected.sights.get(number), ocr):
                    raise RedactionRefused(RefusalCode.LEAK_FOUND, number)
            page.close()
    return texts


def _shows(page: pypdfium2.PdfPage, marks: Sequence[Box], sight: Sight | None, ocr: Ocr | None) -> bool:
    """Tell whether a rectangle is not dark, or something hidden can be read."""
    scale = min(scale_for(sight) if sight else 1.0, _MOST_PIXELS / max(page.get_size()))
    bitmap = page.render(scale=scale, grayscale=True)
    pixels = bitmap.to_numpy().reshape(bitmap.height, -1)
    if any(_bright(pixels, box, scale) for box in marks):
        return True
    if sight is None:
        return False
    if ocr is None:
        raise RedactionRefused(RefusalCode.ENGINE_ERROR)
    return tells(pixels, scale, sight, marks, ocr)


def _bright(pixels: np.ndarray, box: Box, scale: float) -> bool:
    x0, x1 = int(box.x0 * scale) + 1, int(box.x1 * scale) - 1
    y0, y1 = int(box.y0 * scale) + 1, int(box.y1 * scale) - 1
    area = pixels[y0:y1, x0:x1]
    return bool(area.size) and float(np.mean(area < DARK)) < _SOLID_SHARE


def _look_in_texts(texts: Mapping[int, str], expected: Expected) -> None:
    """Compare how often each secret stands on a page with how often it may."""
    secrets = {secret for page in expected.secrets.values() for text in page for secret in _forms(text.reveal())}
    labels = [fold(text) for text in expected.labels]
    for number, text in texts.items():
        kept = expected.kept[number].reveal() if number in expected.kept else ""
        mine = {secret for t in expected.secrets.get(number, ()) for secret in _forms(t.reveal())}
        found, allowed = fold(text), fold(kept)
        for secret in (s for s in secrets if len(s) >= _LONG and s in found):
            ours = sum(found.count(label) * label.count(secret) for label in labels if secret in label)
            if found.count(secret) > allowed.count(secret) + ours:
                raise RedactionRefused(RefusalCode.LEAK_FOUND, number)
        words, may = Counter(folded_words(text)), Counter(folded_words(kept))
        short = (s for s in mine if 1 < len(s) < _LONG and words[s] > may[s])
        if any(s not in allowed and not any(s in label for label in labels) for s in short):
            raise RedactionRefused(RefusalCode.LEAK_FOUND, number)


def _forms(secret: str) -> set[str]:
    """Return the folded secret and its long parts: half a name is a trace as well."""
    parts = {fold(part) for part in secret.split()}
    return {fold(secret), *(part for part in parts if len(part) >= _LONG)} - {""}


def _look_in_bytes(data: bytes, expected: Expected) -> None:
    kept = " ".join(map(fold, (*(text.reveal() for text in expected.kept.values()), *expected.labels)))
    hidden = {
        part
        for page in expected.secrets.values()
        for text in page
        for part in (text.reveal(), *text.reveal().split(), *text.reveal().split(", "))
        if _tells(part) and fold(part) not in kept
    }
    sought = Needles(needles(hidden))
    if any(sought.stand_in(block) for block in all_bytes(data)):
        raise RedactionRefused(RefusalCode.LEAK_FOUND)


def _tells(part: str) -> bool:
    """Tell whether finding these bytes by chance is out of the question."""
    folded = fold(part)
    return len(folded) >= (_RAW_DIGITS if folded.isdigit() else _RAW_LETTERS)
