"""Give letters of a Type 1 program other codes and names, on pages whose letters are not what they say.

Attack: codes and names of letters that spell what the page does not show. Their map is kept, which was searched with
the page's text. Used only for documents with such a page: all others keep the codes of their Type 1 fonts, which are
those of a known encoding, and not numbered in the order of use.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pikepdf
from fontTools import agl

from qupia_redaction.faults import UnknownContent
from qupia_redaction.rebuild.maps import read_map
from qupia_redaction.rebuild.recode import names_of
from qupia_redaction.rebuild.type1 import encoding_of
from qupia_redaction.rebuild.widths import simple_widths

_CODES = tuple(code for code in range(33, 256) if code not in {127, 160, 173})
_MUTE = tuple(code for code in range(1, 32) if code not in {9, 10, 13})
"""Codes that are given out, and those for letters that say nothing, which readers leave out; 32 would be a blank."""


@dataclass(slots=True)
class Renamed:
    """New codes for the codes of one font.

    Attributes:
        size: bytes a code in the master.
        names: of letters by code.
        widths: thousandths of an em by code.
        texts: UTF-16BE by code.
    """

    names: Mapping[int, str]
    widths: Mapping[int, float]
    texts: Mapping[int, bytes]
    size: int = 1
    _codes: dict[int, int] = field(default_factory=dict)

    def encode(self, raw: bytes) -> bytes:
        """Return a string in new codes.

        Raises:
            UnknownContent: a letter without a name or a width, or too many letters.
        """
        return bytes(map(self._code, raw))

    def _code(self, code: int) -> int:
        if code not in self._codes:
            free = [new for new in (_CODES if self.texts.get(code) else _MUTE) if new not in self._codes.values()]
            if code not in self.names or code not in self.widths or not free:
                raise UnknownContent
            self._codes[code] = free[0]
        return self._codes[code]

    def letters(self) -> dict[int, str]:
        """Return the names of letters by new code."""
        return {new: self.names[old] for old, new in sorted(self._codes.items(), key=lambda pair: pair[1])}

    def stated(self) -> tuple[dict[int, float], dict[int, bytes]]:
        """Return widths and texts by new code."""
        texts = {new: self.texts[old] for old, new in self._codes.items() if self.texts.get(old)}
        return {new: self.widths[old] for old, new in self._codes.items()}, texts


def renamed(font: pikepdf.Object) -> Renamed | None:
    """Return new codes for a font with a Type 1 program; None for any other, or one that does not say its letters."""
    try:
        program = font["/FontDescriptor"]["/FontFile"]
        named = names_of(font.get("/Encoding"))
        encoding = font.get("/Encoding")
        if encoding is None or (isinstance(encoding, pikepdf.Dictionary) and "/BaseEncoding" not in encoding):
            named = {**encoding_of(program.read_bytes(), int(program["/Length1"])), **named}
        texts = {code: str(agl.toUnicode(name)).encode("utf-16-be") for code, name in named.items()}
        if isinstance(font.get("/ToUnicode"), pikepdf.Stream):
            texts.update(read_map(font["/ToUnicode"].read_bytes()))
        return Renamed(named, simple_widths(font), texts)
    except (UnknownContent, KeyError, ValueError, TypeError, IndexError, AttributeError, pikepdf.PdfError):
        return None
