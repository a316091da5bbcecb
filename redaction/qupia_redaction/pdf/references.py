"""Drawings of known letters: the engine's own fonts, rendered once a process and only where they are asked for."""

from __future__ import annotations

import string
from collections.abc import Iterable
from functools import cache

import numpy as np
import pymupdf
from pymupdf import mupdf

from qupia_redaction.page.drawings import Drawing, Gallery, drawing_of
from qupia_redaction.pdf.fonts import SCRIPTS, font, script_font

_EM = 64
_SCISSOR = 4 * _EM
_LATIN = string.ascii_letters + string.digits
_CYRILLIC = "".join(map(chr, range(0x410, 0x450))) + "ЁёӘәҒғҚқҢңӨөҰұҮүҺһІіЇїЄєЎў"
_GREEK = "".join(chr(code) for code in (*range(0x391, 0x3AA), *range(0x3B1, 0x3CA)) if code != 0x3A2) + "ϑϕϵϱ"
_SIGNS = (
    "!\"#$%&'()*+,-./:;<=>?@[\\]^_{|}~«»—–№§°±×÷•…→←↑↓↔⇒⇔∑∏∫√∞≈≠≤≥∈∉⊂⊃⊆⊇∪∩∀∃∅∇∂⋅∗∘∼≡∝⊕⊗∧∨¬⟨⟩′″†‡¶©®€£"
    "■□●○◆◇▲△▼▽★☆✓✔✘✗☐☑☒\u2329\u232a"
)
_FACES = (
    (_LATIN, ("helv", "hebo", "heit", "tiro", "tibo", "tiit", "cour")),
    (_CYRILLIC, ("helv", "hebo", "tiro", "tiit", "cour")),
    (_GREEK, ("helv", "tiro", "tiit", "symb")),
    (_SIGNS, ("helv", "tiro", "symb", "zadb", "cjk")),
)
_BLOCKS = (
    (range(0x590, 0x600), 5), (range(0x600, 0x700), 6), (range(0xFB50, 0xFE00), 6), (range(0xFE70, 0xFF00), 6),
    (range(0x900, 0x980), 9), (range(0xE00, 0xE80), 19), (range(0x530, 0x590), 4), (range(0x10A0, 0x1100), 23),
)  # fmt: skip
"""Characters of scripts by the engine's numbers of these."""
_MANY = (range(0x3000, 0x3100), range(0x3400, 0x4DC0), range(0x4E00, 0xA000), range(0xAC00, 0xD7A4))
"""Characters of which there are thousands, or that stand among these."""
_SAMPLE = (*range(0x3001, 0x30FF), *range(0x4E00, 0x9FA6, 16), *range(0xAC00, 0xD7A4, 32))


def of_many(char: str) -> bool:
    """Tell whether a character belongs to a script of thousands."""
    return len(char) == 1 and any(ord(char) in block for block in _MANY)


def gallery_for(chars: Iterable[str]) -> Gallery:
    """Return the drawings with which those that say some characters are compared: all of their scripts, and ours."""
    wanted = {char for char in chars if len(char) == 1}
    whole = _plain()
    for script in sorted({script for char in wanted for block, script in _BLOCKS if ord(char) in block}):
        whole = whole.joined(_script(script))
    if any(of_many(char) for char in wanted):
        whole = whole.joined(_sample())
    own = [one for char in sorted(wanted) for one in _drawn_by_all(char)]
    return whole.joined(Gallery.of(own)) if own else whole


def _drawn_by_all(char: str) -> list[tuple[str, Drawing]]:
    """Return the drawings of a character that is not always asked for: letters with accents, rare signs."""
    if char in _LATIN + _CYRILLIC + _GREEK:
        return []
    names = ("cjk",) if of_many(char) else ("helv", "tiro", "tiit", "symb", "zadb", "cjk")
    faces = [font(name) for name in names]
    return [one for face in (*faces, script_font(SCRIPTS[0])) for one in _drawn(face, [char])]


@cache
def _plain() -> Gallery:
    known = [one for chars, names in _FACES for name in names for one in _drawn(font(name), chars)]
    return Gallery.of([*known, *_drawn(script_font(SCRIPTS[0]), _LATIN + _CYRILLIC + _GREEK + _SIGNS)])


@cache
def _script(script: int) -> Gallery:
    chars = [chr(code) for block, number in _BLOCKS if number == script for code in block]
    return Gallery.of(_drawn(script_font(script), chars))


@cache
def _sample() -> Gallery:
    return Gallery.of(_drawn(font("cjk"), [chr(code) for code in _SAMPLE]))


def _drawn(face: pymupdf.Font, chars: Iterable[str]) -> list[tuple[str, Drawing]]:
    """Return those of some characters that a font has, with their drawings in it."""
    found = []
    for char in chars:
        glyph = face.has_glyph(ord(char))
        drawing = _rendered(face, glyph) if glyph else None
        if drawing is not None:
            found.append((char, drawing))
    return found


def _rendered(face: pymupdf.Font, glyph: int) -> Drawing | None:
    room = mupdf.FzIrect(-_SCISSOR, -_SCISSOR, _SCISSOR, _SCISSOR)
    pixmap = mupdf.fz_render_glyph_pixmap(face.this, glyph, mupdf.FzMatrix(_EM, 0, 0, -_EM, 0, 0), room, 8)
    wide, high = pixmap.w(), pixmap.h()
    if not wide or not high:
        return None
    samples = np.frombuffer(mupdf.fz_pixmap_samples_memoryview(pixmap), np.uint8)
    return drawing_of(samples.reshape(high, pixmap.stride())[:, :wide].copy(), _EM, -pixmap.y())
