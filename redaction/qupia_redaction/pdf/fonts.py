"""The engine's built-in fonts: they cover Kazakh, Russian and English and set what Qupia itself writes."""

from __future__ import annotations

from functools import cache

import pymupdf

from qupia_redaction.lines import Style

_FAMILIES = {
    "sans": ("helv", "hebo", "heit", "hebi"),
    "serif": ("tiro", "tibo", "tiit", "tibi"),
    "mono": ("cour", "cobo", "coit", "cobi"),
}


@cache
def font(name: str) -> pymupdf.Font:
    """Return a built-in font by its short name, loaded once."""
    return pymupdf.Font(name)


def font_for(style: Style) -> pymupdf.Font:
    """Return the built-in font nearest to a style."""
    family = "mono" if style.mono else "serif" if style.serif else "sans"
    return font(_FAMILIES[family][style.bold + 2 * style.italic])


def measure(text: str, style: Style) -> float | None:
    """Return the width of a text, points; None when the font lacks one of its letters."""
    face = font_for(style)
    if not all(face.has_glyph(ord(char)) for char in text):
        return None
    return float(face.text_length(text, fontsize=style.size))


def label_font() -> bytes:
    """Return the font program for labels that are drawn into pixels."""
    return bytes(font("hebo").buffer)
