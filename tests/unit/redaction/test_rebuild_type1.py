"""A Type 1 program keeps the letters that are still shown, what they are made of, and nothing that names others."""

from __future__ import annotations

import io
from typing import Any

import pikepdf
import pymupdf
import pytest

from qupia_redaction.faults import UnknownContent
from qupia_redaction.rebuild import Doubts, build
from qupia_redaction.rebuild.type1 import subset_type1

_EEXEC, _CHARSTRING = 55665, 4330


def _crypt(data: bytes, key: int, forth: bool) -> bytes:
    out = bytearray()
    for byte in data:
        out.append(byte ^ (key >> 8))
        key = ((out[-1] if forth else byte) + key) * 52845 + 22719 & 0xFFFF
    return bytes(out)


def _number(value: int) -> bytes:
    if -107 <= value <= 107:
        return bytes([value + 139])
    return bytes([255]) + value.to_bytes(4, "big", signed=True)


def _code(*steps: int | bytes) -> bytes:
    plain = b"".join(step if isinstance(step, bytes) else _number(step) for step in steps)
    return _crypt(b"\0\0\0\0" + plain, _CHARSTRING, True)


HSBW, MOVE, LINE, CLOSE, END, CALL, RETURN = b"\x0d", b"\x15", b"\x05", b"\x09", b"\x0e", b"\x0a", b"\x0b"


def _box(wide: int, routine: int | None = None) -> bytes:
    middle: tuple[int | bytes, ...] = (wide, 0, LINE) if routine is None else (routine, CALL)
    return _code(0, wide + 100, HSBW, 50, 0, MOVE, *middle, 0, 500, LINE, -wide, 0, LINE, CLOSE, END)


def _program(letters: dict[str, bytes], routines: list[bytes], encoding: dict[int, str]) -> tuple[bytes, int, int]:
    rows = "".join(f"dup {code} /{name} put\n" for code, name in encoding.items())
    clear = (
        "%!PS-AdobeFont-1.0: F\n/FontName /F def /FontMatrix [0.001 0 0 0.001 0 0] readonly def "
        "/FontBBox {0 0 999 999} def\n/PaintType 0 def /FontType 1 def "
        f"/Encoding 256 array 0 1 255 {{1 index exch /.notdef put}} for\n{rows}"
        "readonly def currentdict end\ncurrentfile eexec\n"
    ).encode()
    private = b"dup /Private 8 dict dup begin /RD {string currentfile exch readstring pop} executeonly def "
    private += b"/ND {noaccess def} executeonly def /NP {noaccess put} def /BlueValues [] def /lenIV 4 def\n"
    private += b"/password 5839 def /Subrs %d array\n" % len(routines)
    private += b"".join(b"dup %d %d RD %s NP\n" % (i, len(code), code) for i, code in enumerate(routines))
    private += b"ND\n2 index /CharStrings %d dict dup begin\n" % len(letters)
    private += b"".join(b"/%s %d RD %s ND\n" % (name.encode(), len(code), code) for name, code in letters.items())
    private += b"end end readonly put noaccess put dup /FontName get exch definefont pop mark currentfile closefile\n"
    hidden = _crypt(b"\0\0\0\0" + private, _EEXEC, True)
    return clear + hidden + b"0" * 512 + b"\ncleartomark", len(clear), len(hidden)


ROUTINES = [_code(RETURN)] * 5 + [_code(300, 0, LINE, RETURN), _code(77, 0, LINE, RETURN)]
LETTERS = {
    ".notdef": _code(0, 250, HSBW, END), "A": _box(300, 5), "B": _box(200), "Ginv": _box(77, 6),
    "acute": _box(30), "Aacute": _code(0, 400, HSBW, 0, 0, 0, 65, 194, b"\x0c\x06"),
}  # fmt: skip
ENCODING = {65: "A", 66: "B", 71: "Ginv", 193: "Aacute"}


def _inside(data: bytes, clear: int) -> bytes:
    return _crypt(data[clear : len(data) - 532], _EEXEC, False)


@pytest.mark.parametrize("letters", [None, frozenset({"A"})])
def test_other_letters_and_their_routines_go(letters: frozenset[str] | None) -> None:
    data, clear, private = _program(LETTERS, ROUTINES, ENCODING)

    reduced, new = subset_type1(data, (clear, private), letters, {65})

    inside = _inside(reduced, new)
    assert b"/Ginv" not in reduced[:new] + inside
    assert b"/B " not in inside
    assert b"/A " in inside
    assert b"/CharStrings 2 dict" in inside
    assert ROUTINES[5] in inside
    assert ROUTINES[6] not in inside


def test_what_an_accented_letter_is_made_of_stays() -> None:
    data, clear, private = _program(LETTERS, ROUTINES, ENCODING)

    inside = _inside(*subset_type1(data, (clear, private), None, {193}))

    assert all(name in inside for name in (b"/Aacute ", b"/A ", b"/acute "))
    assert b"/B " not in inside


def test_a_letter_is_drawn_whose_routine_stands_behind_one_that_went() -> None:
    letters = {**LETTERS, "A": _box(77, 6), "Ginv": _box(300, 5)}
    master = _page(b"A", letters=letters, routines=ROUTINES, encoding=ENCODING)

    with pymupdf.open(stream=master) as before, pymupdf.open(stream=build(master, {}).data) as after:
        picture = before[0].get_pixmap(dpi=100).samples
        assert after[0].get_pixmap(dpi=100).samples == picture
        assert picture.count(0) > 100


def test_a_routine_called_through_the_one_that_replaces_hints_stays() -> None:
    routines = [*ROUTINES[:4], _code(1, 3, b"\x0c\x10", b"\x0c\x11", CALL, RETURN), *ROUTINES[5:]]
    letters = {**LETTERS, "A": _code(0, 177, HSBW, 50, 0, MOVE, 6, 4, CALL, 0, 500, LINE, CLOSE, END)}
    data, clear, private = _program(letters, routines, ENCODING)

    inside = _inside(*subset_type1(data, (clear, private), None, {65}))

    assert ROUTINES[6] in inside
    assert ROUTINES[5] not in inside


def test_what_is_no_type1_program_is_not_copied() -> None:
    with pytest.raises(UnknownContent):
        subset_type1(b"%!PS currentfile eexec\n" + b"\x12" * 600, (23, 600), None, {65})


def _page(shown: bytes, **program: Any) -> bytes:
    data, clear, private = _program(**program)
    pdf = pikepdf.new()
    stream = pdf.make_stream(data, Length1=clear, Length2=private, Length3=len(data) - clear - private)
    descriptor = pikepdf.Dictionary(Type=pikepdf.Name.FontDescriptor, FontName=pikepdf.Name.F, Flags=4, FontFile=stream)
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.F, FirstChar=65, LastChar=71,
        Widths=pikepdf.Array([400, 300, 0, 0, 0, 0, 177]), FontDescriptor=descriptor,
    )  # fmt: skip
    page = pdf.add_blank_page(page_size=(200, 100))
    page.obj["/Resources"] = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=pdf.make_indirect(font)))
    page.obj["/Contents"] = pdf.make_stream(b"BT /F1 40 Tf 20 30 Td (" + shown + b") Tj ET")
    buffer = io.BytesIO()
    pdf.save(buffer)
    return buffer.getvalue()


def test_a_page_looks_the_same_and_leaves_alike_whatever_the_master_held() -> None:
    whole = _page(b"AB", letters=LETTERS, routines=ROUTINES, encoding=ENCODING)
    less = {name: code for name, code in LETTERS.items() if name != "Ginv"}
    plain = _page(b"AB", letters=less, routines=ROUTINES, encoding={65: "A", 66: "B"})

    outputs = [build(master, {}).data for master in (whole, plain)]

    with pymupdf.open(stream=whole) as before, pymupdf.open(stream=outputs[0]) as after:
        picture = before[0].get_pixmap(dpi=100).samples
        assert after[0].get_pixmap(dpi=100).samples == picture
        assert picture.count(0) > 500
    assert b"Ginv" not in outputs[0]


def test_letters_that_are_not_what_they_say_get_codes_and_names_of_our_own() -> None:
    master = _page(b"A\301B", letters=LETTERS, routines=ROUTINES, encoding=ENCODING)
    with pikepdf.open(io.BytesIO(master)) as pdf:
        font = pdf.pages[0].obj["/Resources"]["/Font"]["/F1"]
        font["/LastChar"], font["/Widths"] = 193, pikepdf.Array([400, 300, *[0] * 126, 400])
        buffer = io.BytesIO()
        pdf.save(buffer)

    made = build(buffer.getvalue(), {}, doubts=Doubts(hides=True, pages=frozenset({1}))).data

    with pymupdf.open(stream=buffer.getvalue()) as before, pymupdf.open(stream=made) as after:
        picture = before[0].get_pixmap(dpi=100).samples
        assert after[0].get_pixmap(dpi=100).samples == picture
        assert after[0].get_text().strip() == before[0].get_text().strip()
    with pikepdf.open(io.BytesIO(made)) as pdf:
        font = next(iter(pdf.pages[0].obj["/Resources"]["/Font"].values()))
        inside = _inside(font.FontDescriptor.FontFile.read_bytes(), int(font.FontDescriptor.FontFile.Length1))
        assert b"(A" not in pdf.pages[0].Contents.read_bytes()
        assert [str(name) for name in font.Encoding.Differences if isinstance(name, pikepdf.Name)] == [
            "/Q0",
            "/Q1",
            "/Q2",
        ]
        assert b"/B " not in inside
        assert b"/Ginv" not in inside
