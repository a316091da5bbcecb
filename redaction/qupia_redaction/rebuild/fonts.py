"""Copy fonts by known keys, with maps and widths of the characters that are still shown only.

Attack: a subset, a width table or a Unicode map made for the master tells which letters occurred in it. Type 3 fonts
are programs: see `procedures`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Set

import pikepdf
from fontTools import agl
from fontTools.encodings.StandardEncoding import StandardEncoding

from qupia_redaction.faults import UnknownContent
from qupia_redaction.rebuild.maps import read_map, write_map
from qupia_redaction.rebuild.plain import known_name, numbers, pick
from qupia_redaction.rebuild.procedures import copy_procedures
from qupia_redaction.rebuild.programs import bare_program, bare_type1
from qupia_redaction.rebuild.recode import Recode
from qupia_redaction.rebuild.renamed import Renamed
from qupia_redaction.rebuild.type1 import TAIL_LENGTH, renamed_type1, subset_type1
from qupia_redaction.rebuild.widths import Heights, cid_heights, cid_widths

_DESCRIPTOR = frozenset(
    "/Flags /FontBBox /ItalicAngle /Ascent /Descent /CapHeight /StemV /StemH /AvgWidth /MaxWidth /MissingWidth /Leading"
    " /XHeight /FontWeight".split()
)
_LOOKS = frozenset("/Flags /ItalicAngle /Ascent /Descent /CapHeight /StemV /StemH /FontWeight".split())
_SIMPLE = frozenset({"/Type1", "/TrueType", "/MMType1"})
_CID = frozenset({"/CIDFontType0", "/CIDFontType2"})
_IDENTITY = frozenset({"/Identity-H", "/Identity-V"})
_ENCODINGS = frozenset({"/WinAnsiEncoding", "/MacRomanEncoding", "/MacExpertEncoding", "/StandardEncoding"})
_PREDEFINED = frozenset(
    f"/{name}-{way}"
    for way in "HV"
    for name in (
        "GB-EUC GBpc-EUC GBK-EUC GBKp-EUC GBK2K UniGB-UCS2 UniGB-UTF16 B5pc HKscs-B5 ETen-B5 ETenms-B5 CNS-EUC"
        " UniCNS-UCS2 UniCNS-UTF16 83pv-RKSJ 90ms-RKSJ 90msp-RKSJ 90pv-RKSJ Add-RKSJ EUC Ext-RKSJ UniJIS-UCS2"
        " UniJIS-UCS2-HW UniJIS-UTF16 UniJIS2004-UTF16 KSC-EUC KSCms-UHC KSCms-UHC-HW KSCpc-EUC UniKS-UCS2 UniKS-UTF16"
    ).split()
) | {"/H", "/V"}
_ORDERS = frozenset({"Japan1", "GB1", "CNS1", "Korea1"})
_PROGRAMS = ("/FontFile", "/FontFile2", "/FontFile3")
_PROGRAM_TYPES = frozenset({"/Type1C", "/CIDFontType0C", "/OpenType"})
_NUMBERED = re.compile(
    r"\.notdef|uni[0-9A-F]{4}|u[0-9A-F]{4,6}|(?:g|glyph|gid|cid|index|[A-Za-z])\d{1,5}|[A-Za-z]{1,3}"
)
_FORM = re.compile(
    r"(?:display|text|big|Big|bigg|Bigg|inv|alt|\.(?:alt|sc|smcp|case|oldstyle|onum|lnum|tnum|pnum|sup|sub|small))\Z"
)
"""Ends of the names of a sign's forms: in formulas by size, else small capitals, kinds of digits."""
_JOINED = re.compile(r"[fijlht](?:_[fijlht]){1,2}|radical(?:big|Big|bigg|Bigg|tp|bt|vertex)")
"""Letters that are set as one, and what is drawn of a root."""
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


def copy_font(pdf: pikepdf.Pdf, font: pikepdf.Object, shown: Iterable[bytes], hides: bool = True) -> pikepdf.Object:
    """Copy a font into `pdf`.

    Args:
        pdf: the new document.
        font: the font dictionary.
        shown: every string shown in it.
        hides: something was taken out of the document: what cannot be cut down to what is shown must not be copied.

    Raises:
        UnknownContent: an unknown part.
    """
    kind = str(font.get("/Subtype"))
    if kind == "/Type0":
        return pdf.make_indirect(_composite(pdf, font, shown, hides))
    if kind == "/Type3":
        return copy_procedures(pdf, font, {code for text in shown for code in text})
    if kind not in _SIMPLE:
        raise UnknownContent
    codes = {code for text in shown for code in text}
    copy = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name(kind))
    copy["/BaseFont"] = _font_name(font)
    if "/Widths" in font:
        first = int(font.get("/FirstChar", 0))
        widths = {first + i: width for i, width in enumerate(font["/Widths"].as_list()) if first + i in codes}
        low, high = (min(widths), max(widths)) if widths else (0, 0)
        copy["/FirstChar"], copy["/LastChar"] = low, high
        copy["/Widths"] = numbers(pikepdf.Array([widths.get(code, 0) for code in range(low, high + 1)]))
    if "/FontDescriptor" in font:
        copy["/FontDescriptor"] = _descriptor(pdf, font["/FontDescriptor"], _letters(font, codes), codes)
    if "/Encoding" in font:
        embedded = any(key in font.get("/FontDescriptor", {}) for key in _PROGRAMS)
        encoding = _encoding(font["/Encoding"], codes, embedded)
        if encoding is not None:
            copy["/Encoding"] = encoding
    _unicode_map(pdf, font, copy, codes, 1)
    return pdf.make_indirect(copy)


def recoded_font(pdf: pikepdf.Pdf, font: pikepdf.Object, new: Recode | Renamed) -> pikepdf.Object:
    """Write a font with codes of our own into `pdf`.

    Args:
        pdf: the new document.
        font: the master's font, for its looks.
        new: codes, widths, texts and program.
    """
    if isinstance(new, Renamed):
        return _renamed_font(pdf, font, new)
    data, bounds, widths, texts = new.finish()
    inner = font["/DescendantFonts"][0] if "/DescendantFonts" in font else font
    descriptor = pick(inner["/FontDescriptor"], _LOOKS)
    descriptor["/Type"], descriptor["/FontName"] = (
        pikepdf.Name.FontDescriptor,
        _font_name(inner["/FontDescriptor"], "/FontName"),
    )
    descriptor["/FontBBox"] = pikepdf.Array(list(bounds))
    stream = pdf.make_stream(data, Length1=len(data))
    if new.key == "/FontFile3":
        stream = pdf.make_stream(data, Subtype=pikepdf.Name.CIDFontType0C)
    descriptor[new.key] = stream
    cid = pikepdf.Dictionary(Type=pikepdf.Name.Font, BaseFont=_font_name(font), DW=0)
    cid["/Subtype"] = pikepdf.Name.CIDFontType0 if new.key == "/FontFile3" else pikepdf.Name.CIDFontType2
    cid["/CIDSystemInfo"] = pikepdf.Dictionary(
        Registry=pikepdf.String("Adobe"), Ordering=pikepdf.String("Identity"), Supplement=0
    )
    cid["/W"] = _width_list(widths)
    cid["/FontDescriptor"] = pdf.make_indirect(descriptor)
    if new.key == "/FontFile2":
        cid["/CIDToGIDMap"] = pikepdf.Name.Identity
    copy = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type0, BaseFont=_font_name(font))
    heights = new.lies()
    copy["/Encoding"] = pikepdf.Name("/Identity-H" if heights is None else "/Identity-V")
    if heights is not None:
        _write_heights(cid, heights)
    copy["/DescendantFonts"] = pikepdf.Array([pdf.make_indirect(cid)])
    copy["/ToUnicode"] = pdf.make_stream(write_map(texts, 2))
    return pdf.make_indirect(copy)


def _renamed_font(pdf: pikepdf.Pdf, font: pikepdf.Object, new: Renamed) -> pikepdf.Object:
    letters, (widths, texts) = new.letters(), new.stated()
    names = {name: f"Q{index}" for index, name in enumerate(dict.fromkeys(letters.values()))}
    source = font["/FontDescriptor"]["/FontFile"]
    data, clear = bare_type1(source.read_bytes(), int(source["/Length1"]))
    data, clear = renamed_type1(data, (clear, int(source["/Length2"])), names)
    descriptor = pick(font["/FontDescriptor"], _DESCRIPTOR)
    descriptor["/Type"] = pikepdf.Name.FontDescriptor
    descriptor["/FontName"] = _font_name(font["/FontDescriptor"], "/FontName")
    descriptor["/FontFile"] = pdf.make_stream(
        data, Length1=clear, Length2=len(data) - clear - TAIL_LENGTH, Length3=TAIL_LENGTH
    )
    low, high = min(letters, default=0), max(letters, default=0)
    copy = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=_font_name(font))
    copy["/FirstChar"], copy["/LastChar"] = low, high
    copy["/Widths"] = pikepdf.Array([_plain_number(widths.get(code, 0.0)) for code in range(low, high + 1)])
    listed = [part for code in sorted(letters) for part in (code, pikepdf.Name(f"/{names[letters[code]]}"))]
    copy["/Encoding"] = pikepdf.Dictionary(Type=pikepdf.Name.Encoding, Differences=pikepdf.Array(listed))
    copy["/FontDescriptor"] = pdf.make_indirect(descriptor)
    copy["/ToUnicode"] = pdf.make_stream(write_map(texts, 1))
    return pdf.make_indirect(copy)


def _write_heights(cid: pikepdf.Object, heights: Heights) -> None:
    """Write how letters lie that are written downwards."""
    cid["/DW2"] = pikepdf.Array([_plain_number(number) for number in heights.usual])
    listed: list[object] = []
    for code in sorted(heights.own):
        listed += [code, pikepdf.Array([_plain_number(number) for number in heights.own[code]])]
    if listed:
        cid["/W2"] = pikepdf.Array(listed)


def _width_list(widths: Mapping[int, float]) -> pikepdf.Array:
    """Return widths in the form of /W, one run for codes that follow each other."""
    kept: list[object] = []
    run: list[float] = []
    for code in sorted(widths):
        if run and code == int(kept[-1]) + len(run):  # type: ignore[call-overload]  # the last entry is a code
            run.append(_plain_number(widths[code]))
            continue
        if run:
            kept.append(pikepdf.Array(run))
        kept.append(code)
        run = [_plain_number(widths[code])]
    return pikepdf.Array([*kept, pikepdf.Array(run)]) if run else pikepdf.Array()


def _plain_number(value: float) -> float:
    return int(value) if value == int(value) else round(value, 4)


def _composite(pdf: pikepdf.Pdf, font: pikepdf.Object, shown: Iterable[bytes], hides: bool) -> pikepdf.Dictionary:
    encoding = font.get("/Encoding")
    if not isinstance(encoding, pikepdf.Name):
        raise UnknownContent
    if str(encoding) not in _IDENTITY:
        if hides or "/ToUnicode" in font:
            raise UnknownContent
        return _predefined(pdf, font, known_name(encoding, _PREDEFINED))
    codes = {int.from_bytes(text[i : i + 2], "big") for text in shown for i in range(0, len(text) - 1, 2)}
    copy = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type0)
    copy["/BaseFont"] = _font_name(font)
    copy["/Encoding"] = pikepdf.Name(str(encoding))
    copy["/DescendantFonts"] = pikepdf.Array([pdf.make_indirect(_cid(pdf, font["/DescendantFonts"][0], codes))])
    _unicode_map(pdf, font, copy, codes, 2)
    return copy


def _predefined(pdf: pikepdf.Pdf, font: pikepdf.Object, encoding: pikepdf.Name) -> pikepdf.Dictionary:
    """Copy a font of which an encoding that every reader has says what its codes mean."""
    inner = font["/DescendantFonts"][0]
    copy = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type0, Encoding=encoding)
    copy["/BaseFont"] = _font_name(font)
    cid = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=known_name(inner.get("/Subtype"), _CID))
    cid["/BaseFont"] = _font_name(inner)
    cid["/CIDSystemInfo"] = _order(inner)
    for key in ("/W", "/DW", "/W2", "/DW2"):
        if key in inner:
            cid[key] = numbers(inner[key])
    if "/CIDToGIDMap" in inner:
        cid["/CIDToGIDMap"] = known_name(inner["/CIDToGIDMap"], frozenset({"/Identity"}))
    if "/FontDescriptor" in inner:
        cid["/FontDescriptor"] = _descriptor(pdf, inner["/FontDescriptor"])
    copy["/DescendantFonts"] = pikepdf.Array([pdf.make_indirect(cid)])
    return copy


def _order(font: pikepdf.Object) -> pikepdf.Dictionary:
    system = font["/CIDSystemInfo"]
    order = str(system["/Ordering"])
    if order not in _ORDERS:
        raise UnknownContent
    supplement = int(system.get("/Supplement", 0))
    return pikepdf.Dictionary(
        Registry=pikepdf.String("Adobe"), Ordering=pikepdf.String(order), Supplement=max(min(supplement, 9), 0)
    )


def _cid(pdf: pikepdf.Pdf, font: pikepdf.Object, codes: set[int]) -> pikepdf.Dictionary:
    copy = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=known_name(font.get("/Subtype"), _CID))
    copy["/BaseFont"] = _font_name(font)
    embedded = any(key in font["/FontDescriptor"] for key in _PROGRAMS)
    copy["/CIDSystemInfo"] = pikepdf.Dictionary(
        Registry=pikepdf.String("Adobe"), Ordering=pikepdf.String("Identity"), Supplement=0
    )
    if not embedded:  # codes that stand for letters that everybody knows, or nobody knows what shows
        copy["/CIDSystemInfo"] = _order(font)
    widths, width = cid_widths(font)
    copy["/DW"] = width
    copy["/W"] = _width_list({code: widths[code] for code in codes & set(widths)})
    if "/W2" in font or "/DW2" in font:
        heights = cid_heights(font)
        _write_heights(copy, Heights(heights.usual, {c: place for c, place in heights.own.items() if c in codes}))
    if "/CIDToGIDMap" in font:
        copy["/CIDToGIDMap"] = _glyph_map(pdf, font["/CIDToGIDMap"], codes)
    copy["/FontDescriptor"] = _descriptor(pdf, font["/FontDescriptor"])
    return copy


def _glyph_map(pdf: pikepdf.Pdf, value: pikepdf.Object, codes: set[int]) -> pikepdf.Object:
    if isinstance(value, pikepdf.Name):
        return known_name(value, frozenset({"/Identity"}))
    data = bytearray(value.read_bytes())
    for code in range(len(data) // 2):
        if code not in codes:
            data[2 * code : 2 * code + 2] = b"\0\0"
    return pdf.make_stream(bytes(data).rstrip(b"\0") + b"\0\0")


def _descriptor(
    pdf: pikepdf.Pdf, source: pikepdf.Object, letters: frozenset[str] | None = None, codes: Set[int] = frozenset()
) -> pikepdf.Object:
    copy = pick(source, _DESCRIPTOR)
    copy["/Type"] = pikepdf.Name.FontDescriptor
    copy["/FontName"] = _font_name(source, "/FontName")
    for key in _PROGRAMS:
        if key in source:
            program = _program(pdf, source[key], key, (letters, codes))
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
        named = (_encoding(encoding, codes) or pikepdf.Dictionary(Differences=pikepdf.Array()))["/Differences"]
        letters |= {str(item)[1:] for item in named if isinstance(item, pikepdf.Name)}
        if "/BaseEncoding" not in encoding:
            return frozenset(letters) if len(named) and _all_named(named, codes) else None
    return frozenset(letters)


def _all_named(differences: pikepdf.Object, codes: set[int]) -> bool:
    """Tell whether every shown code has a name: the program's own encoding is not asked then."""
    return sum(isinstance(item, pikepdf.Name) for item in differences.as_list()) >= len(codes)


def _program(
    pdf: pikepdf.Pdf, source: pikepdf.Object, key: str, shown: tuple[frozenset[str] | None, Set[int]]
) -> pikepdf.Stream:
    data, (letters, codes) = source.read_bytes(), shown
    if key != "/FontFile":
        data = bare_program(data, letters is not None, letters)
        return pdf.make_stream(data, Length1=len(data))
    first, second = (int(source.get(length, 0)) for length in ("/Length1", "/Length2"))
    data, first = bare_type1(data, first)
    data, first = subset_type1(data, (first, second), letters, codes)
    return pdf.make_stream(data, Length1=first, Length2=len(data) - first - TAIL_LENGTH, Length3=TAIL_LENGTH)


def _font_name(font: pikepdf.Object, key: str = "/BaseFont") -> pikepdf.Name:
    """Keep a well-known family, which decides what readers substitute; any other name may be text."""
    name = str(font.get(key, "/Font"))[1:].rsplit("+", 1)[-1]
    family = _FAMILY.match(name)
    styles = [style for style in _STYLES if style.lower() in name.lower()]
    plain = ",".join(filter(None, (family.group() if family else "Font", "".join(styles))))
    return pikepdf.Name(f"/{name if name in _STANDARD else plain}")


def _encoding(encoding: pikepdf.Object, codes: set[int], embedded: bool = True) -> pikepdf.Object | None:
    """Copy an encoding; None for a name that no reader knows, which means as much as none."""
    if isinstance(encoding, pikepdf.Name):
        return known_name(encoding, _ENCODINGS) if str(encoding) in _ENCODINGS else None
    copy = pikepdf.Dictionary(Type=pikepdf.Name.Encoding)
    if str(encoding.get("/BaseEncoding")) in _ENCODINGS:
        copy["/BaseEncoding"] = known_name(encoding["/BaseEncoding"], _ENCODINGS)
    kept: list[object] = []
    code, last = 0, -2
    for item in encoding.get("/Differences", pikepdf.Array()).as_list():
        if isinstance(item, pikepdf.Name):
            if code in codes:
                kept += ([] if code == last + 1 else [code]) + [_glyph_name(item, embedded)]
                last = code
            code += 1
        else:
            code = int(item)
    copy["/Differences"] = pikepdf.Array(kept)
    return copy


def _glyph_name(name: pikepdf.Name, embedded: bool) -> pikepdf.Name:
    """Copy a glyph's name when it is one of those that everybody knows, or a number; else it may be text.

    A name that nobody knows means no letter in a font from the reader's machine.
    """
    text = str(name)[1:]
    if _is_listed(text) or _NUMBERED.fullmatch(text) or _JOINED.fullmatch(text):
        return pikepdf.Name(str(name))
    if not embedded:
        return pikepdf.Name("/.notdef")
    raise UnknownContent


def _is_listed(text: str) -> bool:
    """Tell whether a name stands in the list that everybody has, be it with one of the ends for forms of a sign."""
    plain = _FORM.sub("", text)
    return any(name in names for name in (text, plain) for names in (agl.AGL2UV, agl.LEGACY_AGL2UV))


def _unicode_map(pdf: pikepdf.Pdf, font: pikepdf.Object, copy: pikepdf.Dictionary, codes: set[int], width: int) -> None:
    if not isinstance(font.get("/ToUnicode"), pikepdf.Stream):
        return
    known = read_map(font["/ToUnicode"].read_bytes())
    copy["/ToUnicode"] = pdf.make_stream(write_map({code: known[code] for code in codes & set(known)}, width))
