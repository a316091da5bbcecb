"""Number the letters of a font anew, in the order in which the output shows them.

Attack: codes and slots of a subset are given out in the order in which the master used its letters, so that the codes
of kept words tell how many new letters a hidden name had. Every embedded font whose letters can be told for sure
becomes a composite font with codes of our own; all others are copied as they are (see `fonts`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Protocol

import pikepdf
from fontTools import agl
from fontTools.encodings.MacRoman import MacRoman
from fontTools.encodings.StandardEncoding import StandardEncoding

from qupia_redaction.faults import UnknownContent
from qupia_redaction.rebuild.compact import Compact
from qupia_redaction.rebuild.glyf import EMPTY, TrueType, glyphs_by_code, subset, tables_of, truetype
from qupia_redaction.rebuild.maps import read_cids, read_map, writes_downwards
from qupia_redaction.rebuild.widths import Heights, cid_heights, cid_widths, simple_widths

_SYMBOLIC = 4
_SFNT = frozenset({b"\0\1\0\0", b"OTTO", b"true"})
_MOST = 60_000
_BLANKS = frozenset({b"", b"\0 ", b"\0\xa0", b"\0\t"})
Bounds = tuple[int, int, int, int]


class Program(Protocol):
    """A font program that can be cut down."""

    def check(self, glyph: int) -> None:
        """Raise UnknownContent when this glyph cannot be taken."""
        ...

    def cut(self, glyphs: list[int]) -> tuple[bytes, Bounds]:
        """Return a program with these glyphs after glyph 0, and bounds in thousandths of an em."""
        ...


@dataclass(slots=True)
class Recode:
    """New codes for the codes of one font.

    Attributes:
        size: bytes a code in the master.
        glyph: glyph of a code; None when nobody can say.
        widths: advance by code, thousandths of an em; `width` for codes that are not there.
        texts: UTF-16BE by code.
        key: where the program stands in a descriptor.
        heights: how letters lie by CID, in writing downwards; None in any other.
        cids: CID of a code.
    """

    size: int
    glyph: Callable[[int], int | None]
    widths: Mapping[int, float]
    width: float
    texts: Mapping[int, bytes]
    program: Program
    key: str
    heights: Heights | None = None
    cids: Callable[[int], int] = lambda code: code
    _codes: dict[int, int] = field(default_factory=dict)
    _glyphs: list[int] = field(default_factory=list)

    def encode(self, raw: bytes) -> bytes:
        """Return a string in new codes.

        Raises:
            UnknownContent: a letter that the program does not draw for sure.
        """
        codes = [int.from_bytes(raw[i : i + self.size], "big") for i in range(0, len(raw), self.size)]
        return b"".join(self._code(code).to_bytes(2, "big") for code in codes)

    def _code(self, code: int) -> int:
        if code not in self._codes:
            if len(self._codes) >= _MOST:
                raise UnknownContent
            glyph = self.glyph(code)
            if glyph is None:  # readers leave a blank out and draw the box of a missing letter for others
                glyph = EMPTY if self.texts.get(code, b"") in _BLANKS else 0
            self.program.check(glyph)
            self._codes[code] = len(self._codes) + 1
            self._glyphs.append(glyph)
        return self._codes[code]

    def shown_width(self, code: int) -> float:
        """Return the advance of a code of the master."""
        return float(self.widths.get(code, self.width))

    def lies(self) -> Heights | None:
        """Return how letters lie by new code; None in level writing."""
        if self.heights is None:
            return None
        own = {new: self.heights.own.get(self.cids(old)) for old, new in self._codes.items()}
        return Heights(self.heights.usual, {new: place for new, place in own.items() if place is not None})

    def finish(self) -> tuple[bytes, Bounds, dict[int, float], dict[int, bytes]]:
        """Return program, bounds, widths and texts by new code."""
        data, bounds = self.program.cut(self._glyphs)
        widths = {new: self.shown_width(old) for old, new in self._codes.items()}
        texts = {new: self.texts[old] for old, new in self._codes.items() if self.texts.get(old)}
        return data, bounds, widths, texts


@dataclass(slots=True)
class _Outlines:
    """A TrueType program as a `Program`."""

    font: TrueType

    def check(self, glyph: int) -> None:
        if glyph > 0xFFFF:
            raise UnknownContent

    def cut(self, glyphs: list[int]) -> tuple[bytes, Bounds]:
        data, bounds = subset(self.font, glyphs)
        units = int.from_bytes(self.font.tables[b"head"][18:20], "big") or 1000
        x0, y0, x1, y1 = (round(side * 1000 / units) for side in bounds)
        return data, (x0, y0, x1, y1)


@dataclass(slots=True)
class _Charstrings:
    """A compact program as a `Program`."""

    font: Compact

    def check(self, glyph: int) -> None:
        if glyph != EMPTY:
            self.font.check(glyph)

    def cut(self, glyphs: list[int]) -> tuple[bytes, Bounds]:
        return self.font.subset(glyphs)


def recode(font: pikepdf.Object, hides: bool = True) -> Recode | None:
    """Return new codes for a font; None when it must be copied as it is.

    Args:
        font: the font dictionary.
        hides: something was taken out of the document: letters without a map must not keep what their codes say.
    """
    try:
        kind = str(font.get("/Subtype"))
        if kind == "/Type0":
            return _composite(font, hides)
        return _simple(font) if kind in {"/TrueType", "/Type1", "/MMType1"} else None
    except (UnknownContent, KeyError, ValueError, TypeError, IndexError, AttributeError, pikepdf.PdfError):
        return None


def _composite(font: pikepdf.Object, hides: bool) -> Recode | None:
    if hides and not isinstance(font.get("/ToUnicode"), pikepdf.Stream):
        return None
    encoding = font.get("/Encoding")
    if isinstance(encoding, pikepdf.Stream):
        return _by_own_codes(font, encoding)
    downwards = str(encoding) == "/Identity-V"
    return _by_identity(font, downwards) if downwards or str(encoding) == "/Identity-H" else None


def _by_own_codes(font: pikepdf.Object, encoding: pikepdf.Stream) -> Recode | None:
    """Return new codes for a font with an encoding of its own in the file."""
    data = encoding.read_bytes()
    cids, downwards = read_cids(data), writes_downwards(data)
    if bool(int(encoding.get("/WMode", 0))) != downwards or "/UseCMap" in encoding:
        return None  # readers disagree
    plain = _by_identity(font, downwards)
    if plain is None:
        return None
    glyph = plain.glyph
    widths = {code: plain.shown_width(cid) for code, cid in cids.items()}
    return replace(
        plain,
        glyph=lambda code: glyph(cids[code]) if code in cids else None,
        widths=widths,
        cids=lambda code: cids.get(code, 0),
    )


def _by_identity(font: pikepdf.Object, downwards: bool) -> Recode | None:
    plain = _by_number(font)
    if plain is None or not downwards:
        return plain
    return replace(plain, heights=cid_heights(font["/DescendantFonts"][0]))


def _by_number(font: pikepdf.Object) -> Recode | None:
    inner = font["/DescendantFonts"][0]
    stated = font.get("/ToUnicode")
    texts = read_map(stated.read_bytes()) if isinstance(stated, pikepdf.Stream) else _said_by_codes()
    widths, width = cid_widths(inner)
    program, key = _program(inner["/FontDescriptor"])
    if program is None:
        return None
    if isinstance(program, _Charstrings):
        return Recode(2, program.font.glyph_of_cid, widths, width, texts, program, key)
    table = inner.get("/CIDToGIDMap", pikepdf.Name.Identity)
    if isinstance(table, pikepdf.Name):
        return Recode(2, lambda code: code, widths, width, texts, program, key) if str(table) == "/Identity" else None
    data = table.read_bytes()
    return Recode(
        2, lambda code: int.from_bytes(data[2 * code : 2 * code + 2], "big"), widths, width, texts, program, key
    )


@cache
def _said_by_codes() -> Mapping[int, bytes]:
    """Return what readers make of codes without a map: the letters of these numbers."""
    return {code: chr(code).encode("utf-16-be") for code in range(1, 0xD800)}


def _program(descriptor: pikepdf.Object) -> tuple[_Outlines | _Charstrings | None, str]:
    if "/FontFile2" in descriptor:
        return _Outlines(truetype(descriptor["/FontFile2"].read_bytes())), "/FontFile2"
    if "/FontFile3" not in descriptor:
        return None, ""
    data = descriptor["/FontFile3"].read_bytes()
    if data[:4] in _SFNT:
        tables = tables_of(data)
        if b"CFF " not in tables:
            return None, ""
        data = tables[b"CFF "]
    return _Charstrings(Compact(data)), "/FontFile3"


def _simple(font: pikepdf.Object) -> Recode | None:
    if "/Widths" not in font or "/FontDescriptor" not in font:
        return None
    descriptor = font["/FontDescriptor"]
    program, key = _program(descriptor)
    if program is None:
        return None
    widths = simple_widths(font)
    named = names_of(font.get("/Encoding"))
    if isinstance(program, _Charstrings):
        glyphs = _by_name(program.font, font.get("/Encoding"), named)
    else:
        symbolic = bool(int(descriptor.get("/Flags", 0)) & _SYMBOLIC)
        glyphs = _by_map(glyphs_by_code(descriptor["/FontFile2"].read_bytes()), named, symbolic)
    unicode = font.get("/ToUnicode")
    texts = {code: _utf16(name) for code, name in named.items()}
    if isinstance(unicode, pikepdf.Stream):
        texts.update(read_map(unicode.read_bytes()))
    used = {code for code, width in widths.items() if width}
    if not glyphs or any(glyphs.get(code) is None for code in used if code in glyphs):
        return None
    if not any(texts.get(code) for code in used):
        return None
    return Recode(1, glyphs.get, widths, float(descriptor.get("/MissingWidth", 0)), texts, program, key)


def names_of(encoding: pikepdf.Object | None) -> dict[int, str]:
    """Return names of glyphs by code as the font dictionary states them."""
    if encoding is None:
        return {}
    base = encoding if isinstance(encoding, pikepdf.Name) else encoding.get("/BaseEncoding")
    names = dict(_BASES.get(str(base), {}))
    if isinstance(encoding, pikepdf.Dictionary):
        code = 0
        for item in encoding.get("/Differences", pikepdf.Array()).as_list():
            if isinstance(item, pikepdf.Name):
                names[code] = str(item)[1:]
                code += 1
            else:
                code = int(item)
    return names


def _by_name(program: Compact, encoding: pikepdf.Object | None, named: Mapping[int, str]) -> dict[int, int | None]:
    names: dict[int, str] = {}
    if encoding is None or (isinstance(encoding, pikepdf.Dictionary) and "/BaseEncoding" not in encoding):
        own = dict(enumerate(StandardEncoding)) if program.standard else program.encoding()
        names = {code: name for code, name in own.items() if name != ".notdef"}
    names.update(named)
    found = {code: program.glyph(name) for code, name in names.items()}
    return {code: glyph for code, glyph in found.items() if glyph is not None}


def _by_map(maps: Mapping[tuple[int, int], Mapping[int, int]], named: Mapping[int, str], symbolic: bool) -> dict[
    int, int | None
]:  # fmt: skip
    """Return glyphs by code; None where the ways in which readers look them up disagree."""
    by_letter, by_symbol, by_mac = (maps.get(key, {}) for key in ((3, 1), (3, 0), (1, 0)))
    ways: list[dict[int, int]] = []
    if named and not (symbolic and by_symbol):
        mac = {name: code for code, name in enumerate(MacRoman)}
        ways.append({c: by_letter[_letter(n)] for c, n in named.items() if _letter(n) in by_letter})
        if not by_letter:
            ways.append({c: by_mac[mac[n]] for c, n in named.items() if n in mac and mac[n] in by_mac})
    if symbolic or not named:
        ways.append({code: by_symbol[code + high] for high in (0xF000, 0) for code in range(256)
                     if code + high in by_symbol})  # fmt: skip
        ways.append({code: glyph for code, glyph in by_mac.items() if code < 256})
    codes = {code for way in ways for code in way}
    found: dict[int, int | None] = {}
    for code in codes:
        glyphs = {way[code] for way in ways if code in way}
        found[code] = glyphs.pop() if len(glyphs) == 1 else None
    return found


def _letter(name: str) -> int:
    text = agl.toUnicode(name)
    return ord(text) if len(text) == 1 else -1


def _utf16(name: str) -> bytes:
    return str(agl.toUnicode(name)).encode("utf-16-be")


def _windows() -> dict[int, str]:
    texts = {code: bytes([code]).decode("cp1252", "replace") for code in range(32, 256)}
    names = {code: agl.UV2AGL[ord(text)] for code, text in texts.items() if ord(text) in agl.UV2AGL}
    return {**names, 127: "bullet", 160: "space", 173: "hyphen"}


def _listed(names: list[str]) -> dict[int, str]:
    return {code: name for code, name in enumerate(names) if name != ".notdef"}


_BASES = {
    "/WinAnsiEncoding": _windows(),
    "/MacRomanEncoding": _listed(MacRoman),
    "/StandardEncoding": _listed(StandardEncoding),
}
