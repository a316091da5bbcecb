"""Copy fonts by known keys, with maps and widths of the characters that are still shown only.

Attack: a subset, a width table or a Unicode map made for the master tells which letters occurred in it. Type 3 fonts
are programs: pages that use them are pixels.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

import pikepdf
from fontTools import agl
from fontTools.encodings.StandardEncoding import StandardEncoding

from qupia_redaction.faults import UnknownContent
from qupia_redaction.rebuild.plain import known_name, numbers, pick
from qupia_redaction.rebuild.programs import bare_program, bare_type1

_DESCRIPTOR = frozenset(
    "/Flags /FontBBox /ItalicAngle /Ascent /Descent /CapHeight /StemV /StemH /AvgWidth /MaxWidth /MissingWidth /Leading"
    " /XHeight /FontWeight".split()
)
_SIMPLE = frozenset({"/Type1", "/TrueType", "/MMType1"})
_CID = frozenset({"/CIDFontType0", "/CIDFontType2"})
_IDENTITY = frozenset({"/Identity-H", "/Identity-V"})
_ENCODINGS = frozenset({"/WinAnsiEncoding", "/MacRomanEncoding", "/MacExpertEncoding", "/StandardEncoding"})
_PROGRAMS = ("/FontFile", "/FontFile2", "/FontFile3")
_PROGRAM_TYPES = frozenset({"/Type1C", "/CIDFontType0C", "/OpenType"})
_HEX = re.compile(rb"<([0-9A-Fa-f\s]*)>")
_MAP = re.compile(rb"begin(bfchar|bfrange)(.*?)end\1", re.DOTALL)
_RANGE = re.compile(rb"<([0-9A-Fa-f\s]+)>\s*<([0-9A-Fa-f\s]+)>\s*(\[.*?\]|<[0-9A-Fa-f\s]*>)", re.DOTALL)
_MAX_SPAN = 65_536
_NUMBERED = re.compile(
    r"\.notdef|uni[0-9A-F]{4}|u[0-9A-F]{4,6}|(?:g|glyph|gid|cid|index|[A-Za-z])\d{1,5}|[A-Za-z]{1,3}"
)
_ACCENTS = frozenset(
    "acute grave circumflex dieresis tilde ring cedilla caron breve macron dotaccent ogonek dotlessi"
    " hungarumlaut".split()
)
_FAMILY = re.compile(
    r"Arial|Helvetica|TimesNewRoman|Times|Courier|CourierNew|Calibri|Cambria|Verdana|Tahoma|Georgia|Symbol|ZapfDingbats"
)
_STYLES = ("Bold", "Italic", "Oblique")
_STANDARD = frozenset(
    "Courier Courier-Bold Courier-Oblique Courier-BoldOblique Helvetica Helvetica-Bold Helvetica-Oblique"
    " Helvetica-BoldOblique Times-Roman Times-Bold Times-Italic Times-BoldItalic Symbol ZapfDingbats".split()
)


def copy_font(pdf: pikepdf.Pdf, font: pikepdf.Object, shown: Iterable[bytes]) -> pikepdf.Object:
    """Copy a font into `pdf`.

    Args:
        pdf: the new document.
        font: the font dictionary.
        shown: every string shown in it.

    Raises:
        UnknownContent: Type 3 or an unknown part.
    """
    kind = str(font.get("/Subtype"))
    if kind == "/Type0":
        return pdf.make_indirect(_composite(pdf, font, shown))
    if kind not in _SIMPLE:
        raise UnknownContent
    codes = {code for text in shown for code in text}
    copy = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name(kind))
    copy["/BaseFont"] = _font_name(font)
    if "/Widths" in font:
        first = int(font.get("/FirstChar", 0))
        widths = [w if first + i in codes else 0 for i, w in enumerate(font["/Widths"].as_list())]
        copy["/FirstChar"], copy["/LastChar"] = first, first + len(widths) - 1
        copy["/Widths"] = numbers(pikepdf.Array(widths))
    if "/FontDescriptor" in font:
        copy["/FontDescriptor"] = _descriptor(pdf, font["/FontDescriptor"], _letters(font, codes))
    if "/Encoding" in font:
        copy["/Encoding"] = _encoding(font["/Encoding"], codes)
    _unicode_map(pdf, font, copy, codes, 1)
    return pdf.make_indirect(copy)


def _composite(pdf: pikepdf.Pdf, font: pikepdf.Object, shown: Iterable[bytes]) -> pikepdf.Dictionary:
    encoding = font.get("/Encoding")
    if not isinstance(encoding, pikepdf.Name) or str(encoding) not in _IDENTITY:
        raise UnknownContent
    codes = {int.from_bytes(text[i : i + 2], "big") for text in shown for i in range(0, len(text) - 1, 2)}
    copy = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type0)
    copy["/BaseFont"] = _font_name(font)
    copy["/Encoding"] = pikepdf.Name(str(encoding))
    copy["/DescendantFonts"] = pikepdf.Array([pdf.make_indirect(_cid(pdf, font["/DescendantFonts"][0], codes))])
    _unicode_map(pdf, font, copy, codes, 2)
    return copy


def _cid(pdf: pikepdf.Pdf, font: pikepdf.Object, codes: set[int]) -> pikepdf.Dictionary:
    copy = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=known_name(font.get("/Subtype"), _CID))
    copy["/BaseFont"] = _font_name(font)
    copy["/CIDSystemInfo"] = pikepdf.Dictionary(
        Registry=pikepdf.String("Adobe"), Ordering=pikepdf.String("Identity"), Supplement=0
    )
    copy["/DW"] = numbers(font.get("/DW", 1000))
    if "/W" in font:
        copy["/W"] = _widths(list(font["/W"].as_list()), codes)
    if "/CIDToGIDMap" in font:
        copy["/CIDToGIDMap"] = _glyph_map(pdf, font["/CIDToGIDMap"], codes)
    copy["/FontDescriptor"] = _descriptor(pdf, font["/FontDescriptor"])
    if not any(key in copy["/FontDescriptor"] for key in _PROGRAMS):
        raise UnknownContent  # a font from the reader's machine, with identity codes: nobody knows what shows
    return copy


def _widths(entries: list[object], codes: set[int]) -> pikepdf.Array:
    found: dict[int, object] = {}
    index = 0
    while index + 1 < len(entries):
        first, second = int(entries[index]), entries[index + 1]  # type: ignore[call-overload]
        if isinstance(second, pikepdf.Array):
            found.update({first + i: w for i, w in enumerate(second.as_list())})
            index += 2
        elif index + 2 < len(entries) and 0 <= int(second) - first <= _MAX_SPAN:  # type: ignore[call-overload]
            found.update({c: entries[index + 2] for c in codes if first <= c <= int(second)})  # type: ignore[call-overload]
            index += 3
        else:
            raise UnknownContent
    kept: list[object] = []
    for code in sorted(codes & set(found)):
        kept += [code, pikepdf.Array([numbers(found[code])])]
    return pikepdf.Array(kept)


def _glyph_map(pdf: pikepdf.Pdf, value: pikepdf.Object, codes: set[int]) -> pikepdf.Object:
    if isinstance(value, pikepdf.Name):
        return known_name(value, frozenset({"/Identity"}))
    data = bytearray(value.read_bytes())
    for code in range(len(data) // 2):
        if code not in codes:
            data[2 * code : 2 * code + 2] = b"\0\0"
    return pdf.make_stream(bytes(data).rstrip(b"\0") + b"\0\0")


def _descriptor(pdf: pikepdf.Pdf, source: pikepdf.Object, letters: frozenset[str] | None = None) -> pikepdf.Object:
    copy = pick(source, _DESCRIPTOR)
    copy["/Type"] = pikepdf.Name.FontDescriptor
    copy["/FontName"] = _font_name(source, "/FontName")
    for key in _PROGRAMS:
        if key in source:
            program = _program(pdf, source[key], key, letters)
            if key == "/FontFile3":
                program["/Subtype"] = known_name(source[key].get("/Subtype"), _PROGRAM_TYPES)
            copy[key] = program
    return pdf.make_indirect(copy)


def _letters(font: pikepdf.Object, codes: set[int]) -> frozenset[str] | None:
    """Return names of all glyphs that the codes may show, whichever encoding holds; None when nobody can say."""
    if "/Encoding" not in font:
        return None
    shown = bytes(sorted(codes))
    texts = [shown.decode(name, "ignore") for name in ("cp1252", "mac-roman", "latin-1")]
    plain = unicodedata.normalize("NFKD", "".join(texts))
    letters = {agl.UV2AGL[ord(char)] for char in "".join([*texts, plain]) if ord(char) in agl.UV2AGL}
    letters |= {StandardEncoding[code] for code in codes} | _ACCENTS
    encoding = font["/Encoding"]
    if not isinstance(encoding, pikepdf.Name):
        named = _encoding(encoding, codes)["/Differences"]
        letters |= {str(item)[1:] for item in named if isinstance(item, pikepdf.Name)}
        if "/BaseEncoding" not in encoding:
            return frozenset(letters) if len(named) and _all_named(named, codes) else None
    return frozenset(letters)


def _all_named(differences: pikepdf.Object, codes: set[int]) -> bool:
    """Tell whether every shown code has a name: the program's own encoding is not asked then."""
    return sum(isinstance(item, pikepdf.Name) for item in differences.as_list()) >= len(codes)


def _program(pdf: pikepdf.Pdf, source: pikepdf.Object, key: str, letters: frozenset[str] | None) -> pikepdf.Stream:
    data = source.read_bytes()
    if key != "/FontFile":
        data = bare_program(data, letters is not None, letters)
        return pdf.make_stream(data, Length1=len(data))
    lengths = [int(source.get(length, 0)) for length in ("/Length1", "/Length2", "/Length3")]
    data, lengths[0] = bare_type1(data, lengths[0])
    return pdf.make_stream(data[: sum(lengths)], Length1=lengths[0], Length2=lengths[1], Length3=lengths[2])


def _font_name(font: pikepdf.Object, key: str = "/BaseFont") -> pikepdf.Name:
    """Keep a well-known family, which decides what readers substitute; any other name may be text."""
    name = str(font.get(key, "/Font"))[1:].rsplit("+", 1)[-1]
    family = _FAMILY.match(name)
    styles = [style for style in _STYLES if style.lower() in name.lower()]
    plain = ",".join(filter(None, (family.group() if family else "Font", "".join(styles))))
    return pikepdf.Name(f"/{name if name in _STANDARD else plain}")


def _encoding(encoding: pikepdf.Object, codes: set[int]) -> pikepdf.Object:
    if isinstance(encoding, pikepdf.Name):
        return known_name(encoding, _ENCODINGS)
    copy = pikepdf.Dictionary(Type=pikepdf.Name.Encoding)
    if "/BaseEncoding" in encoding:
        copy["/BaseEncoding"] = known_name(encoding["/BaseEncoding"], _ENCODINGS)
    kept: list[object] = []
    code, last = 0, -2
    for item in encoding.get("/Differences", pikepdf.Array()).as_list():
        if isinstance(item, pikepdf.Name):
            if code in codes:
                kept += ([] if code == last + 1 else [code]) + [_glyph_name(item)]
                last = code
            code += 1
        else:
            code = int(item)
    copy["/Differences"] = pikepdf.Array(kept)
    return copy


def _glyph_name(name: pikepdf.Name) -> pikepdf.Name:
    """Copy a glyph's name when it is one of those that everybody knows, or a number; else it may be text."""
    text = str(name)[1:]
    if text in agl.AGL2UV or text in agl.LEGACY_AGL2UV or _NUMBERED.fullmatch(text):
        return pikepdf.Name(str(name))
    raise UnknownContent


def _unicode_map(pdf: pikepdf.Pdf, font: pikepdf.Object, copy: pikepdf.Dictionary, codes: set[int], width: int) -> None:
    if not isinstance(font.get("/ToUnicode"), pikepdf.Stream):
        return
    known = _read_map(font["/ToUnicode"].read_bytes())
    rows = [f"<{code:0{2 * width}x}> <{known[code].hex()}>" for code in sorted(codes & set(known)) if known[code]]
    blocks = [rows[i : i + 100] for i in range(0, len(rows), 100)]
    space = f"1 begincodespacerange <{'00' * width}> <{'ff' * width}> endcodespacerange"
    head = ["/CIDInit /ProcSet findresource begin 12 dict begin begincmap", "/CMapType 2 def", space]
    body = [line for block in blocks for line in (f"{len(block)} beginbfchar", *block, "endbfchar")]
    tail = ["endcmap CMapName currentdict /CMap defineresource pop end end"]
    copy["/ToUnicode"] = pdf.make_stream("\n".join([*head, *body, *tail]).encode())


def _read_map(data: bytes) -> dict[int, bytes]:
    known: dict[int, bytes] = {}
    for kind, body in _MAP.findall(data):
        if kind == b"bfchar":
            values = [_bytes(text) for text in _HEX.findall(body)]
            known.update({int.from_bytes(k, "big"): v for k, v in zip(values[::2], values[1::2], strict=False)})
            continue
        for low, high, target in _RANGE.findall(body):
            first, last = int(low, 16), int(high, 16)
            if not 0 <= last - first <= _MAX_SPAN:
                raise UnknownContent
            if target.startswith(b"["):
                known.update({first + i: _bytes(text) for i, text in enumerate(_HEX.findall(target))})
            else:
                start = _bytes(target.strip(b"<>"))
                known.update({first + i: _after(start, i) for i in range(last - first + 1)})
    return known


def _bytes(text: bytes) -> bytes:
    digits = b"".join(text.split()).decode()
    return bytes.fromhex(digits + "0" * (len(digits) % 2))


def _after(start: bytes, offset: int) -> bytes:
    value = int.from_bytes(start, "big") + offset
    return value.to_bytes(max(len(start), 1), "big") if value < 256 ** max(len(start), 1) else b""
