"""The engine's built-in fonts: they cover Kazakh, Russian and English and set what Qupia itself writes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import pymupdf

from qupia_redaction.page.lines import Style
from qupia_redaction.pdf.own_fonts import OwnFont, own_font

_MOST_KNOWN = 4_000
_FAMILIES = {
    "sans": ("helv", "hebo", "heit", "hebi"),
    "serif": ("tiro", "tibo", "tiit", "tibi"),
    "mono": ("cour", "cobo", "coit", "cobi"),
}


@cache
def font(name: str) -> pymupdf.Font:
    """Return a built-in font by its short name, loaded once; it asks the engine for the width of a letter once."""
    loaded = pymupdf.Font(name)
    widths = Widths(lambda char: float(pymupdf.Font.text_length(loaded, char, fontsize=1)))
    loaded.text_length = widths.of_text  # type: ignore[method-assign, assignment]  # all that is asked of them
    loaded.char_lengths = widths.of_letters  # type: ignore[method-assign, assignment]
    return loaded


class Widths:
    """Widths of letters, remembered: the engine takes ten microseconds for each, of which a page has thousands.

    Args:
        measure: returns the width of a letter in ems.
    """

    def __init__(self, measure: Callable[[str], float]) -> None:
        self._measure = measure
        self._known: dict[str, float] = {}

    def of_text(self, text: str, fontsize: float = 11, small_caps: int = 0) -> float:
        """Return what `pymupdf.Font.text_length` does, to the last bit."""
        total = 0.0
        for em in self._ems(text, small_caps):  # one after the other, as the engine does: `sum` rounds better
            total += em
        return total * fontsize

    def of_letters(self, text: str, fontsize: float = 11, small_caps: int = 0) -> list[float]:
        """Return what `pymupdf.Font.char_lengths` does."""
        return [fontsize * em for em in self._ems(text, small_caps)]

    def _ems(self, text: str, small_caps: int) -> list[float]:
        if small_caps:
            raise ValueError("small capitals")  # nobody asks for them
        if len(self._known) > _MOST_KNOWN:
            self._known.clear()
        for char in text:
            if char not in self._known:
                self._known[char] = self._measure(char)
        return [self._known[char] for char in text]


SCRIPTS = (1, 6, 5, 19, 9, 4, 23)
"""Scripts for which the engine brings a font, by its numbers: Latin, Greek and Cyrillic in one, Arabic, Hebrew, Thai,
Devanagari, Armenian, Georgian."""


@cache
def script_font(script: int) -> pymupdf.Font:
    """Return the engine's font for a script, loaded once."""
    return pymupdf.Font(script=script)


@cache
def unseen_font(code: int) -> pymupdf.Font | None:
    """Return a font that has a character, for words that nobody sees; None where none has.

    Fonts are asked in one order, so that the choice tells nothing.
    """
    if font("helv").has_glyph(code):
        return font("helv")
    others = (script_font(script) for script in SCRIPTS)
    return next((face for face in (*others, font("cjk")) if face.has_glyph(code)), None)


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
