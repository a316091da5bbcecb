"""The engine's built-in fonts: they cover Kazakh, Russian and English and set what Qupia itself writes."""

from __future__ import annotations

from functools import cache

import pymupdf

from qupia_redaction.lines import Style
from qupia_redaction.pdf.flatten import ENGINE_ERRORS

_FAMILIES = {
    "sans": ("helv", "hebo", "heit", "hebi"),
    "serif": ("tiro", "tibo", "tiit", "tibi"),
    "mono": ("cour", "cobo", "coit", "cobi"),
}


@cache
def font(name: str) -> pymupdf.Font:
    """Return a built-in font by its short name, loaded once."""
    return pymupdf.Font(name)


class Faces:
    """The fonts of one page, for words that are set again: its own where they have the letters, else built-in ones.

    Args:
        document: open.
        page: whose fonts are meant.
        cache: programs loaded so far, by object number; shared between the pages of a document.
    """

    def __init__(self, document: pymupdf.Document, page: pymupdf.Page, cache: dict[int, pymupdf.Font | None]) -> None:
        self._own: dict[str, list[pymupdf.Font]] = {}
        for xref, _, kind, name, *_ in page.get_fonts(full=True):
            if xref not in cache:
                cache[xref] = _embedded(document, xref) if kind in {"Type0", "TrueType"} else None
            loaded = cache[xref]
            if loaded is not None:
                self._own.setdefault(name.rsplit("+", 1)[-1], []).append(loaded)

    def choose(self, text: str, style: Style) -> pymupdf.Font | None:
        """Return the font to set a text in; None when none has all its letters."""
        candidates: list[pymupdf.Font] = [*self._own.get(style.face, ()), builtin(style)]
        for face in candidates:
            if all(face.has_glyph(ord(char)) for char in text):
                return face
        return None

    def measure(self, text: str, style: Style) -> float | None:
        """Return the width of a text, points; None when no font has all its letters."""
        face = self.choose(text, style)
        return None if face is None else float(face.text_length(text, fontsize=style.size))


def builtin(style: Style) -> pymupdf.Font:
    """Return the built-in font nearest to a style."""
    family = "mono" if style.mono else "serif" if style.serif else "sans"
    return font(_FAMILIES[family][style.bold + 2 * style.italic])


def _embedded(document: pymupdf.Document, xref: int) -> pymupdf.Font | None:
    """Load an embedded TrueType program that maps letters to glyphs by itself."""
    _, extension, _, program = document.extract_font(xref)
    if extension not in {"ttf", "otf"} or not program:
        return None
    try:
        face = pymupdf.Font(fontbuffer=program)
        return face if face.has_glyph(ord(" ")) and 0 < face.glyph_advance(ord(" ")) < 1 else None
    except ENGINE_ERRORS:
        return None


def label_font() -> bytes:
    """Return the font program for labels that are drawn into pixels."""
    return bytes(font("hebo").buffer)


def label_width(text: str, size: float) -> float:
    """Return the width of a label that is drawn into pixels, points."""
    return float(font("hebo").text_length(text, fontsize=size))
