"""The engine's built-in fonts: they cover Kazakh, Russian and English and set what Qupia itself writes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import pymupdf

from qupia_redaction.lines import Style
from qupia_redaction.pdf.own_fonts import OwnFont, own_font

_FAMILIES = {
    "sans": ("helv", "hebo", "heit", "hebi"),
    "serif": ("tiro", "tibo", "tiit", "tibi"),
    "mono": ("cour", "cobo", "coit", "cobi"),
}


@cache
def font(name: str) -> pymupdf.Font:
    """Return a built-in font by its short name, loaded once."""
    return pymupdf.Font(name)


@dataclass(frozen=True, slots=True)
class BuiltIn:
    """A font of the engine's, or one loaded by it, as a face for words."""

    font: pymupdf.Font

    def sets(self, text: str) -> bool:
        """Tell whether all letters are there."""
        return all(self.font.has_glyph(ord(char)) for char in text)

    def width(self, text: str, size: float) -> float:
        """Return the width of a text, points."""
        return float(self.font.text_length(text, fontsize=size))

    def operand(self, text: str) -> str:
        """Return what TJ shows."""
        return "[<" + "".join(f"{self.font.has_glyph(ord(char)):04x}" for char in text) + ">]"


class Faces:
    """The fonts of one page, for words that are set again: its own where they have the letters, else built-in ones.

    Args:
        document: open.
        page: whose fonts are meant.
        cache: fonts read so far, by object number; shared between the pages of a document.
    """

    def __init__(self, document: pymupdf.Document, page: pymupdf.Page, cache: dict[int, OwnFont | None]) -> None:
        self._own: dict[str, list[OwnFont]] = {}
        for xref, _, kind, name, *_ in page.get_fonts(full=True):
            if xref not in cache:
                cache[xref] = own_font(document, xref, kind)
            found = cache[xref]
            if found is not None:
                self._own.setdefault(name.rsplit("+", 1)[-1], []).append(found)

    def choose(self, text: str, style: Style) -> OwnFont | BuiltIn | None:
        """Return the font to set a text in; None when none has all its letters."""
        candidates: list[OwnFont | BuiltIn] = [*self._own.get(style.face, ()), BuiltIn(builtin(style))]
        return next((face for face in candidates if face.sets(text)), None)

    def measure(self, text: str, style: Style) -> float | None:
        """Return the width of a text, points; None when no font has all its letters."""
        face = self.choose(text, style)
        return None if face is None else face.width(text, style.size)


def builtin(style: Style) -> pymupdf.Font:
    """Return the built-in font nearest to a style."""
    family = "mono" if style.mono else "serif" if style.serif else "sans"
    return font(_FAMILIES[family][style.bold + 2 * style.italic])


def label_font() -> bytes:
    """Return the font program for labels that are drawn into pixels."""
    return bytes(font("hebo").buffer)


def label_width(text: str, size: float) -> float:
    """Return the width of a label that is drawn into pixels, points."""
    return float(font("hebo").text_length(text, fontsize=size))
