"""Cut a compact (CFF) program down to given glyphs, in a given order, with names, notices and shared parts gone.

Attack: names of glyphs, subroutines and slots of the master's subset tell which letters it had. Outlines are written
out without subroutines and glyphs are numbered.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Sequence
from typing import Any

from fontTools.cffLib import CFFFontSet, TopDict
from fontTools.cffLib.transforms import desubroutinizeCharString
from fontTools.misc.psCharStrings import T2CharString
from fontTools.ttLib import TTFont, TTLibError

from qupia_redaction.faults import UnknownContent
from qupia_redaction.rebuild.glyf import EMPTY

_TOLD = (
    "version", "Notice", "Copyright", "FullName", "FamilyName", "Weight", "BaseFontName", "PostScript", "UniqueID",
    "XUID", "Encoding", "UIDBase",
)  # fmt: skip
_FAULTS = (
    TTLibError, AssertionError, AttributeError, IndexError, KeyError, ValueError, TypeError, struct.error,
    NotImplementedError,
)  # fmt: skip


class Compact:
    """An opened CFF program; glyphs are taken one after the other.

    Raises:
        UnknownContent: it cannot be read.
    """

    def __init__(self, data: bytes) -> None:
        self._fonts = CFFFontSet()
        try:
            self._fonts.decompile(io.BytesIO(data), None, isCFF2=False)
            if len(self._fonts.fontNames) != 1:
                raise UnknownContent
            self._top: TopDict = self._fonts[0]
            self._outlines = self._top.CharStrings
            self.names: list[str] = list(self._top.charset)
            self.keyed = hasattr(self._top, "ROS")
        except _FAULTS as error:
            raise UnknownContent from error
        self._slot = {name: index for index, name in enumerate(self.names)}

    def glyph(self, name: str) -> int | None:
        """Return the number of a named glyph."""
        return self._slot.get(name)

    def glyph_of_cid(self, cid: int) -> int | None:
        """Return the glyph that a CID shows: by the charset of a keyed program, by number in another."""
        if self.keyed:
            return self._slot.get(f"cid{cid:05d}" if cid else ".notdef")
        return cid if cid < len(self.names) else None

    def encoding(self) -> dict[int, str]:
        """Return the program's own encoding; empty when it is a standard one."""
        own = self._top.Encoding
        if isinstance(own, str):
            return {}
        return {code: name for code, name in enumerate(own) if name and name != ".notdef"}

    @property
    def standard(self) -> bool:
        """Whether its own encoding is Adobe's standard encoding."""
        return bool(self._top.Encoding == "StandardEncoding")

    def check(self, glyph: int) -> None:
        """Write an outline out in full.

        Raises:
            UnknownContent: it is made of other glyphs by name.
        """
        try:
            outline = self._outlines[self.names[glyph]]
            desubroutinizeCharString(outline)
            program = outline.program
        except _FAULTS as error:
            raise UnknownContent from error
        if program[-1:] == ["endchar"] and len(program) >= 5 and all(not isinstance(p, str) for p in program[-5:-1]):
            raise UnknownContent

    def subset(self, glyphs: Sequence[int]) -> tuple[bytes, tuple[int, int, int, int]]:
        """Return a program whose glyph 0 is the master's and whose glyph i + 1 is `glyphs[i]`, and its bounds.

        Raises:
            UnknownContent: the engine cannot write it.
        """
        order = [0, *glyphs]
        try:
            self.check(0)
            blank = T2CharString(program=["endchar"], private=self._outlines[".notdef"].private)
            outlines = [blank if glyph == EMPTY else self._outlines[self.names[glyph]] for glyph in order]
            bounds = _bounds(outlines)
            self._reduce(order, outlines, bounds)
            target = io.BytesIO()
            self._fonts.compile(target, TTFont(recalcBBoxes=False), isCFF2=False)
        except _FAULTS as error:
            raise UnknownContent from error
        return target.getvalue(), bounds

    def _reduce(self, order: Sequence[int], outlines: Sequence[Any], bounds: tuple[int, int, int, int]) -> None:
        top = self._top
        names = [".notdef", *(f"cid{i:05d}" if self.keyed else f"g{i}" for i in range(1, len(order)))]
        if self.keyed:
            kinds = top.FDSelect.gidArray
            top.FDSelect.format = None
            top.FDSelect.gidArray = [kinds[max(glyph, 0)] for glyph in order]
            top.ROS, top.CIDCount = ("Adobe", "Identity", 0), len(order)
            top.rawDict.update(ROS=top.ROS, CIDCount=top.CIDCount)
        store = self._outlines
        if store.charStringsAreIndexed:
            index = store.charStringsIndex
            index.items = list(outlines)
            for part in ("file", "offsets"):
                index.__dict__.pop(part, None)
            store.charStrings = {name: slot for slot, name in enumerate(names)}
        else:
            store.charStrings = dict(zip(names, outlines, strict=True))
        top.charset = names
        top.numGlyphs = len(names)
        self._fonts.fontNames[0] = "F"
        self._fonts.GlobalSubrs.clear()
        for part in [top, *(getattr(top, "FDArray", None) or [])]:
            _bare(part)
        top.FontBBox = list(bounds)
        top.rawDict["FontBBox"] = top.FontBBox


def _bare(part: Any) -> None:
    """Take texts and subroutines out of a dictionary of the program."""
    for key in _TOLD:
        part.rawDict.pop(key, None)
        part.__dict__.pop(key, None)
    if "FontName" in part.rawDict:
        part.rawDict["FontName"] = part.FontName = "F"
    private = getattr(part, "Private", None)
    if private is not None:
        private.rawDict.pop("Subrs", None)
        private.__dict__.pop("Subrs", None)


def _bounds(outlines: Sequence[Any]) -> tuple[int, int, int, int]:
    boxes = [box for box in (outline.calcBounds(None) for outline in outlines) if box is not None]
    if not boxes:
        return 0, 0, 0, 0
    low = [int(min(box[side] for box in boxes)) for side in (0, 1)]
    high = [int(max(box[side] for box in boxes)) + 1 for side in (2, 3)]
    return low[0], low[1], high[0], high[1]
