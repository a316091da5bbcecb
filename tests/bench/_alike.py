"""Compare a master with its rendition as a judge would: pixels by two engines, text by two readers, words by counts.

A rendition shows fields and annotations as page content, and lacks letters that nobody sees: a page counts as the same
when it is that of the master with its annotations made content by PDFium itself, and letters without ink left out.
"""

from __future__ import annotations

import re
import warnings
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pymupdf
import pypdfium2

DPI = 100
_FAINT = 12
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Seen:
    """What a page shows and says.

    Attributes:
        pixels: by engine; forms filled in by the engine's form reader stand apart.
        texts: by reader, blanks as one.
        unseen: words of which a letter has no ink, or lies off the page, by PDFium.
        drawn: the text with annotations and fields as page content, by PDFium.
    """

    pixels: dict[str, np.ndarray]
    texts: dict[str, str]
    unseen: Counter[str] = field(default_factory=Counter)
    drawn: str = ""

    def differs(self, other: Seen) -> list[str]:
        """Return the names of engines and readers that see something else."""
        shown = {name: _same(own, other.pixels[name]) for name, own in self.pixels.items()}
        drawn = _same(self.pixels["pdfium-drawn"], other.pixels["pdfium"])
        shown["pdfium"] |= (
            shown.pop("pdfium-forms") | drawn | shown.pop("pdfium-drawn")
        )  # viewers draw fields either way
        found = [f"{name}-pixels" for name, same in shown.items() if not same]
        said = [name for name, own in self.texts.items() if own != other.texts[name]]
        return found + [f"{name}-text" for name in said if not self._tells(other, name)]

    def _tells(self, other: Seen, name: str) -> bool:
        """Tell whether another page says the same but for what is unseen, and what fields say."""
        whole = self.drawn if name == "pdfium" else self.texts[name]
        had, has = (Counter(word.casefold() for word in _WORD.findall(text)) for text in (whole, other.texts[name]))
        return not (had - has) - self.unseen and not has - had


def _same(one: np.ndarray, other: np.ndarray) -> bool:
    return one.shape == other.shape and bool(np.array_equal(one, other))


def _drawn(data: bytes, password: str | None) -> list[tuple[np.ndarray, str]]:
    """Return pages and texts of a document with its annotations made page content by PDFium."""
    found: list[tuple[np.ndarray, str]] = []
    with pypdfium2.PdfDocument(data, password=password) as document:
        document.init_forms()
        for number in range(len(document)):
            pypdfium2.raw.FPDFPage_Flatten(document[number], pypdfium2.raw.FLAT_NORMALDISPLAY)
            page = document[number]
            shown = page.render(scale=DPI / 72, may_draw_forms=False, rev_byteorder=True).to_numpy().copy()
            found.append((shown, plain(page.get_textpage().get_text_range())))
    return found


def _unseen(page: pypdfium2.PdfPage, shown: np.ndarray) -> Counter[str]:
    """Count the words of which a letter is not seen."""
    text, high, scale = page.get_textpage(), page.get_size()[1], DPI / 72
    whole = text.get_text_range()
    found: Counter[str] = Counter()
    for match in _WORD.finditer(whole) if text.count_chars() == len(whole) else ():
        boxes = (text.get_charbox(at) for at in range(*match.span()))
        if not all(_inked(shown, (x0 * scale, (high - y1) * scale, x1 * scale, (high - y0) * scale))
                   for x0, y0, x1, y1 in boxes):  # fmt: skip
            found[match.group().casefold()] += 1
    return found


def _inked(shown: np.ndarray, box: tuple[float, float, float, float]) -> bool:
    left, top, right, bottom = box
    part = shown[max(int(top), 0) : max(int(bottom) + 1, 0), max(int(left), 0) : max(int(right) + 1, 0)]
    return bool(part.size) and int(part.max()) - int(part.min()) >= _FAINT


def look(data: bytes, password: str | None = None) -> list[Seen]:
    """Return what each page of a document shows; annotations drawn, since a viewer draws them."""
    pages: list[Seen] = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        content = _drawn(data, password)
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
                    {"pdfium": own, "pdfium-forms": forms, "pdfium-drawn": content[number][0], "mupdf": theirs.copy()},
                    {name: plain(text) for name, text in texts.items()},
                    _unseen(page, forms),
                    content[number][1],
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


def unseen(pages: Sequence[Seen]) -> Counter[str]:
    """Count the words of a document that are not seen whole."""
    return sum((page.unseen for page in pages), Counter[str]())


def lost(before: Counter[str], after: Counter[str], term: str) -> Counter[str]:
    """Return the words that are gone though they do not hold the term."""
    return Counter({word: n for word, n in (before - after).items() if term not in word})
