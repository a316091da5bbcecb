"""Compare a master with its rendition as a judge would: pixels by two engines, text by two readers, words by counts."""

from __future__ import annotations

import re
import warnings
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pymupdf
import pypdfium2

DPI = 100
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Seen:
    """What a page shows and says.

    Attributes:
        pixels: by engine; forms filled in by the engine's form reader stand apart.
        texts: by reader, blanks as one.
    """

    pixels: dict[str, np.ndarray]
    texts: dict[str, str]

    def differs(self, other: Seen) -> list[str]:
        """Return the names of engines and readers that see something else."""
        shown = {name: _same(own, other.pixels[name]) for name, own in self.pixels.items()}
        shown["pdfium"] |= shown.pop("pdfium-forms")  # viewers draw fields either way
        found = [f"{name}-pixels" for name, same in shown.items() if not same]
        return found + [f"{name}-text" for name, own in self.texts.items() if own != other.texts[name]]


def _same(one: np.ndarray, other: np.ndarray) -> bool:
    return one.shape == other.shape and bool(np.array_equal(one, other))


def look(data: bytes, password: str | None = None) -> list[Seen]:
    """Return what each page of a document shows; annotations drawn, since a viewer draws them."""
    pages: list[Seen] = []
    with pypdfium2.PdfDocument(data, password=password) as document, pymupdf.open(stream=data, filetype="pdf") as other:
        if password is not None:
            other.authenticate(password)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of forms that this build of the engine cannot draw
            document.init_forms()
        for number, page in enumerate(document):
            own = page.render(scale=DPI / 72, may_draw_forms=False, rev_byteorder=True).to_numpy().copy()
            forms = page.render(scale=DPI / 72, may_draw_forms=True, rev_byteorder=True).to_numpy().copy()
            drawn = other[number].get_pixmap(dpi=DPI, annots=True, alpha=False) if number < len(other) else None
            theirs = np.frombuffer(drawn.samples, np.uint8).reshape(drawn.height, -1) if drawn else np.zeros((1, 1))
            said = other[number].get_text() if number < len(other) else ""
            texts = {"pdfium": page.get_textpage().get_text_range(), "mupdf": said}
            pages.append(
                Seen(
                    {"pdfium": own, "pdfium-forms": forms, "mupdf": theirs.copy()},
                    {name: plain(text) for name, text in texts.items()},
                )
            )
    return pages


def plain(text: str) -> str:
    """Return a text with its blanks as one and without signs that show nothing."""
    return " ".join(re.sub("[\u00ad\ufffe\u0000-\u0008\ufeff\u200b]", "", text).split())


def words(pages: Sequence[Seen]) -> Counter[str]:
    """Count the words of a document as PDFium reads them."""
    return Counter(word.casefold() for page in pages for word in _WORD.findall(page.texts["pdfium"]))


def term_of(pages: Sequence[Seen]) -> str | None:
    """Choose a word to hide: of 4 to 12 letters, among the rarest, in the middle of the document; None when none is."""
    counts = words(pages)
    fit = [word for word in counts if 4 <= len(word) <= 12 and word.isalpha()]
    rare = sorted(word for word in fit if counts[word] == min(counts[one] for one in fit))
    return rare[len(rare) // 2] if rare else None


def lost(before: Counter[str], after: Counter[str], term: str) -> Counter[str]:
    """Return the words that are gone though they do not hold the term."""
    return Counter({word: n for word, n in (before - after).items() if term not in word})
