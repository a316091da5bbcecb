"""Copy fonts by known keys, with maps and widths of the characters that are still shown only.

Attack: a subset, a width table or a Unicode map made for the master tells which letters occurred in it. Type 3 fonts
are programs: pages that use them are pixels.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import pikepdf

from qupia_redaction.faults import UnknownContent
from qupia_redaction.rebuild.plain import known_name, numbers, pick

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
        copy["/FontDescriptor"] = _descriptor(pdf, font["/FontDescriptor"])
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


def _descriptor(pdf: pikepdf.Pdf, source: pikepdf.Object) -> pikepdf.Object:
    copy = pick(source, _DESCRIPTOR)
    copy["/Type"] = pikepdf.Name.FontDescriptor
    copy["/FontName"] = _font_name(source, "/FontName")
    for key in _PROGRAMS:
        if key in source:
            program = pdf.make_stream(source[key].read_bytes())
            for length in ("/Length1", "/Length2", "/Length3"):
                if length in source[key]:
                    program[length] = int(source[key][length])
            if key == "/FontFile3":
                program["/Subtype"] = known_name(source[key].get("/Subtype"), _PROGRAM_TYPES)
            copy[key] = program
    return pdf.make_indirect(copy)


def _font_name(font: pikepdf.Object, key: str = "/BaseFont") -> pikepdf.Name:
    """Keep the family, which decides what readers substitute; drop the tag of the subset."""
    name = str(font.get(key, "/Font"))[1:].rsplit("+", 1)[-1]
    return pikepdf.Name("/" + (re.sub(r"[^A-Za-z0-9,.-]", "", name)[:40] or "Font"))


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
                kept += ([] if code == last + 1 else [code]) + [pikepdf.Name(str(item))]
                last = code
            code += 1
        else:
            code = int(item)
    copy["/Differences"] = pikepdf.Array(kept)
    return copy


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
