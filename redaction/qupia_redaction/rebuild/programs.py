"""Reduce font programs to what drawing needs: no names, notices, layout rules or private tables.

Attack: a program's name table, notice or extra table holds text; a check for the secret's bytes does not see a short
one. Limit: glyph names and outlines of a Type 1 program stay as they are; what the subset of it contains tells which
letters the master had.
"""

from __future__ import annotations

import io
import re
import struct
from typing import Any

from fontTools.cffLib import CFFFontSet, CharStrings, TopDict
from fontTools.ttLib import TTFont, TTLibError

from qupia_redaction.faults import UnknownContent

_DRAWN = frozenset(
    {b"glyf", b"loca", b"head", b"hhea", b"hmtx", b"maxp", b"cvt ", b"fpgm", b"prep", b"cmap", b"vhea", b"vmtx"}
    | {b"CFF ", b"post"}
)
_SFNT = frozenset({b"\0\1\0\0", b"OTTO", b"true"})
_MAX_TABLES = 64
_TOLD = ("version", "Notice", "Copyright", "FullName", "FamilyName", "Weight", "BaseFontName", "PostScript")
_CLEAR_TEXT = re.compile(rb"/(?:version|Notice|Copyright|FullName|FamilyName|Weight)\s*\((?:\\.|[^()\\])*\)")
_COMMENT = re.compile(rb"%(?!!)[^\r\n]*")
_HEADER = re.compile(rb"^%![^\r\n]*")
_NAMED = re.compile(rb"/FontName\s*/[^\s/(){}<>\[\]]+")


def bare_program(data: bytes, by_name: bool, letters: frozenset[str] | None = None) -> bytes:
    """Return a font program without anything but drawing.

    Args:
        data: TrueType, OpenType, bare CFF or Type 1.
        by_name: letters are looked up by glyph names, so that a table of names stays.
        letters: names of the glyphs that may be shown; outlines of others go, where a bare CFF names them.

    Raises:
        UnknownContent: none of these, or its directory is broken.
    """
    if data[:4] in _SFNT:
        return _bare_sfnt(data, by_name)
    if data[:2] in {b"%!", b"\x80\x01"}:
        return data
    if data[:1] == b"\x01":
        return _bare_cff(data, letters)
    raise UnknownContent


def bare_type1(data: bytes, length1: int) -> tuple[bytes, int]:
    """Return a Type 1 program without the texts of its clear part, and that part's new length.

    Raises:
        UnknownContent: the parts are not where they are said to be.
    """
    clear, rest = data[:length1], data[length1:]
    if not clear.startswith(b"%!") or b"eexec" not in clear[-64:]:
        raise UnknownContent
    clear = _HEADER.sub(b"%!PS-AdobeFont-1.0: F", clear, count=1)
    clear = _COMMENT.sub(b"", clear)
    clear = _CLEAR_TEXT.sub(lambda match: match.group().split(b"(")[0] + b"()", clear)
    clear = _NAMED.sub(b"/FontName /F", clear)
    return clear + rest, len(clear)


def _bare_sfnt(data: bytes, by_name: bool) -> bytes:
    count = int.from_bytes(data[4:6], "big")
    if count > _MAX_TABLES:
        raise UnknownContent
    tables: dict[bytes, bytes] = {}
    for index in range(count):
        tag, _, offset, length = struct.unpack_from(">4sIII", data.ljust(12 + 16 * count, b"\0"), 12 + 16 * index)
        if tag in _DRAWN:
            tables[tag] = data[offset : offset + length]
    if b"CFF " in tables:
        tables[b"CFF "] = _bare_cff(tables[b"CFF "])
    if b"post" in tables and not by_name:
        tables[b"post"] = struct.pack(">I", 0x00030000) + tables[b"post"][4:32].ljust(28, b"\0")
    return _packed(data[:4], tables)


def _packed(kind: bytes, tables: dict[bytes, bytes]) -> bytes:
    power = max(len(tables).bit_length() - 1, 0)
    head = struct.pack(">4sHHHH", kind, len(tables), 16 << power, power, 16 * len(tables) - (16 << power))
    offset, rows, bodies = 12 + 16 * len(tables), [], []
    for tag in sorted(tables):
        body = tables[tag]
        padded = body + b"\0" * (-len(body) % 4)
        total = sum(struct.unpack(f">{len(padded) // 4}I", padded)) & 0xFFFFFFFF
        rows.append(struct.pack(">4sIII", tag, total, offset, len(body)))
        bodies.append(padded)
        offset += len(padded)
    return b"".join([head, *rows, *bodies])


def _bare_cff(data: bytes, letters: frozenset[str] | None = None) -> bytes:
    fonts = CFFFontSet()
    try:
        fonts.decompile(io.BytesIO(data), None, isCFF2=False)
        holder = TTFont(recalcBBoxes=False)
        if len(fonts.fontNames) != 1:
            raise UnknownContent
        fonts.fontNames[0] = "F"
        for part in _dictionaries(fonts[0]):
            for key in _TOLD:
                part.rawDict.pop(key, None)
                part.__dict__.pop(key, None)
        if letters is not None and not hasattr(fonts[0], "ROS"):
            _blank(fonts[0].CharStrings, letters)
        target = io.BytesIO()
        fonts.compile(target, holder, isCFF2=False)
    except (TTLibError, AssertionError, AttributeError, IndexError, KeyError, ValueError, TypeError, struct.error) as e:
        raise UnknownContent from e
    return target.getvalue()


def _blank(outlines: CharStrings, letters: frozenset[str]) -> None:
    for name in outlines.keys():  # noqa: SIM118 - fontTools iterates over keys() only
        if name not in letters and name != ".notdef":
            outlines[name].setBytecode(b"\x0e")


def _dictionaries(top: TopDict) -> list[Any]:
    inner = list(getattr(top, "FDArray", []) or [])
    for part in inner:
        if "FontName" in part.rawDict:
            part.rawDict["FontName"] = part.FontName = "F"
    return [top, *inner]
