"""The words that every document of ours holds: names of the format, of maps and of font programs.

A hidden text that is such a word ("Contents", "Filter") would be found in each rendition. Where it stands as the format
has it, as a name or as an operator of a map, it tells nothing; anywhere else it is found as any other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from qupia_redaction.check.folding import fold

_NAMES = (
    "Ascent AvgWidth Background BaseEncoding BaseFont BitsPerComponent BitsPerCoordinate BitsPerFlag BlackPoint Bounds"
    " CIDFontType CIDSystemInfo CIDToGIDMap CapHeight Catalog CharProcs CharStrings ColorSpace Columns Compatible"
    " Contents Coords CCITTFaxDecode DCTDecode Darken DecodeParms Decode Default DescendantFonts Descent DeviceCMYK"
    " DeviceGray DeviceRGB DeviceN Difference Differences Domain Encode Encoding Exclusion Extend ExtGState FirstChar"
    " Filter FlateDecode FontBBox FontDescriptor FontFile FontMatrix FontName FontInfo FontType FontWeight Function"
    " Functions FunctionType GlobalState Height Identity ImageMask Indexed Intent Interpolate ItalicAngle LastChar"
    " Leading Length Lighten Luminosity MacRomanEncoding Matrix MaxWidth MediaBox MissingWidth Multiply Normal ObjStm"
    " Ordering Overlay PaintType Parent Pattern PatternType Perceptual Private Registry Resources Saturation Screen"
    " Separation Shading ShadingType StandardEncoding Subrs Subtype Supplement Symbol Times Courier Helvetica ToUnicode"
    " Transparency TrueType VerticesPerRow WhitePoint Widths WinAnsiEncoding XHeight XObject"
    " DestOutputProfile OutputConditionIdentifier OutputIntent OutputIntents"
)
_KEYWORDS = (
    "begin beginbfchar beginbfrange begincmap begincodespacerange currentdict currentfile defineresource definefont"
    " eexec endbfchar endcmap endcodespacerange endobj endstream findresource noaccess readonly startxref stream"
    " trailer"
)
_NAME = re.compile(rb"/(?:" + "|".join(sorted(_NAMES.split(), key=len, reverse=True)).encode() + rb")(?![A-Za-z])")
_KEYWORD = re.compile(rb"(?<![A-Za-z(])(?:" + "|".join(_KEYWORDS.split()).encode() + rb")(?![A-Za-z)])")
_OURS = frozenset(map(fold, (*_NAMES.split(), *_KEYWORDS.split())))


def is_ours(text: str) -> bool:
    """Tell whether a text is, folded, one of the words of the format."""
    return fold(text) in _OURS


def without_ours(block: bytes) -> bytes:
    """Return bytes without the words of the format where they stand as such."""
    return _KEYWORD.sub(b"", _NAME.sub(b"", block))


def parted(texts: Iterable[str]) -> tuple[list[str], list[str]]:
    """Return texts that are no words of the format, and those that are."""
    others: list[str] = []
    ours: list[str] = []
    for text in texts:
        (ours if is_ours(text) else others).append(text)
    return others, ours
