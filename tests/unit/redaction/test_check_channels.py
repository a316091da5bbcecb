"""Each channel of the check alone: a document that tells by this way only is refused, and the refusal names it."""

from __future__ import annotations

import base64
import io
import shutil
import zlib
from collections.abc import Callable
from urllib.parse import quote

import numpy as np
import pikepdf
import pymupdf
import pytest
import zxingcpp
from PIL import Image, ImageDraw

from qupia_redaction.check import Channel, Expected, Place, Sight, check, marks
from qupia_redaction.check.channels import CLEAN, NOT_NEEDED
from qupia_redaction.check.operators import OperatorReader
from qupia_redaction.check.wrappings import carved, unwrapped
from qupia_redaction.errors import RedactionRefused, RefusalCode
from qupia_redaction.model import Box, Category, Mark, PrivateText, RedactionOrder, Report
from qupia_redaction.pipeline import redact
from qupia_redaction.rebuild import build
from qupia_server.samples.sheet import Face, pil_font
from tests.support.engine import engine
from tests.unit.redaction.pdfs.build import KEPT, LIMITS, ORDER, SECRET, NoOcr, TermFinder, changed, typed

DARK = (0.13, 0.15, 0.18)
LATIN = "Zhumabekov"


def _sheet(draw: Callable[[pymupdf.Page], object], pages: int = 1) -> bytes:
    """Draw on blank pages and build them as the library does."""
    with pymupdf.open() as document:
        for _ in range(pages):
            draw(document.new_page(width=595, height=842))
        return build(bytes(document.tobytes()), {}).data


def _expected(secret: str = SECRET, **more: object) -> Expected:
    return Expected(1, {1: [PrivateText(secret)]}, **more)  # type: ignore[arg-type]  # tests name fields


def _channel(data: bytes, expected: Expected) -> str:
    with pytest.raises(RedactionRefused) as caught:
        check(data, expected, lambda: Report(1), NoOcr())
    assert SECRET not in str(caught.value)
    return caught.value.channel


def _blank(page: pymupdf.Page) -> None:
    page.insert_text((72, 100), "Order 12")


def _with_stream(raw: bytes, **keys: str) -> bytes:
    def add(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].obj["/Resources"]["/Private"] = pdf.make_stream(raw, **keys)

    return changed(_sheet(_blank), add)


def test_a_report_tells_how_each_channel_ended() -> None:
    plain = redact(typed(), ORDER, LIMITS, TermFinder(), NoOcr()).report.channels

    assert set(plain) == {channel.value for channel in Channel}
    assert {name for name, how in plain.items() if how == NOT_NEEDED} == {"codes", "ways"}
    assert set(plain.values()) == {CLEAN, NOT_NEEDED}


@pytest.mark.parametrize(
    "codec", ["utf-8", "utf-16-be", "utf-16-le", "cp1251", "koi8-r", "kz1048", "cp866", "iso8859-5", "mac_cyrillic"]
)
@pytest.mark.parametrize("turned", [False, True], ids=["forwards", "backwards"])
def test_bytes_in_every_alphabet(codec: str, turned: bool) -> None:
    text = SECRET[::-1] if turned else SECRET

    assert _channel(_with_stream(b"x" + text.encode(codec)), _expected()) == Channel.BYTES


def _octal(raw: bytes) -> bytes:
    return b"".join(b"\\%03o" % byte for byte in raw)


WRAPPINGS: dict[str, Callable[[bytes], bytes]] = {
    "hex": lambda raw: raw.hex().encode(),
    "hex capitals": lambda raw: raw.hex(" ").upper().encode(),
    "hex in rows": lambda raw: raw.hex("\v").encode(),
    "octal": _octal,
    "percent": lambda raw: quote(raw).encode(),
    "base64": base64.b64encode,
    "base64 inside": lambda raw: base64.b64encode(b"ab" + raw + b"c"),
    "base64 in addresses": base64.urlsafe_b64encode,
}


@pytest.mark.parametrize("wrap", WRAPPINGS.values(), ids=WRAPPINGS)
@pytest.mark.parametrize("codec", ["utf-8", "utf-16-be", "cp1251"])
def test_bytes_in_every_wrapping(wrap: Callable[[bytes], bytes], codec: str) -> None:
    raw = SECRET.encode(codec)

    assert raw in unwrapped(b"(before) " + wrap(raw) + b" after")
    assert _channel(_with_stream(b"before " + wrap(raw) + b" after"), _expected()) == Channel.BYTES


def test_bytes_of_a_stream_that_no_object_owns() -> None:
    orphan = b"\n9999 0 obj <</Length 9>> stream\n" + zlib.compress(SECRET.encode()) + b"\nendstream endobj\n"

    assert SECRET.encode() in b"".join(carved(orphan))
    assert _channel(_sheet(_blank) + orphan, _expected()) == Channel.BYTES


def test_foreign_keys_deep_inside() -> None:
    def add(pdf: pikepdf.Pdf) -> None:
        deep = pikepdf.Dictionary(Title=pikepdf.String("x"))
        for _ in range(12):
            deep = pikepdf.Dictionary(Inner=deep)
        pdf.pages[0].obj["/Resources"]["/Private"] = deep

    assert _channel(changed(_sheet(_blank), add), _expected()) == Channel.OBJECTS


def test_a_lost_page() -> None:
    assert _channel(_sheet(_blank), Expected(2)) == Channel.PAGES


def test_text_of_a_page() -> None:
    """Bytes do not tell: the letters are codes of a subset. The operators' own test is below."""
    twice = _expected(LATIN, kept={1: PrivateText(LATIN)})
    data = _sheet(lambda page: [page.insert_text((72, 100 + 20 * row), LATIN) for row in range(2)])

    assert _channel(data, twice) == Channel.TEXT


def _form_nobody_draws(pdf: pikepdf.Pdf) -> None:
    resources = pdf.pages[0].obj["/Resources"]
    form = pdf.make_stream(pdf.pages[0].Contents.read_bytes())
    form["/Type"], form["/Subtype"] = pikepdf.Name.XObject, pikepdf.Name.Form
    form["/BBox"], form["/Resources"] = pikepdf.Array([0, 0, 9, 9]), resources
    resources["/XObject"] = pikepdf.Dictionary(Idle=form)
    pdf.pages[0].Contents = pdf.make_stream(b" ")


def test_operators_of_a_form_that_nobody_draws() -> None:
    secret = "Сарыбаев"
    data = build(typed([secret]), {}).data

    assert _channel(changed(data, _form_nobody_draws), _expected(secret)) == Channel.OPERATORS


def _font(keys: dict[str, object], unicode_map: bytes | None = None) -> Callable[[pikepdf.Pdf], None]:
    def change(pdf: pikepdf.Pdf) -> None:
        font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
        for key, value in keys.items():
            font[key] = value
        if unicode_map is not None:
            font["/ToUnicode"] = pdf.make_stream(unicode_map)
        pdf.pages[0].obj["/Resources"] = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=font))
        pdf.pages[0].Contents = pdf.make_stream(b"BT /F 12 Tf [(\\001\\002) -20 <0304> (a\\)b)] TJ ET % (comment)")

    return change


def _names(*names: str) -> pikepdf.Dictionary:
    return pikepdf.Dictionary(Differences=pikepdf.Array([1, *(pikepdf.Name(name) for name in names)]))


MAP = b"2 beginbfchar <01> <0416> <02> <04AF> endbfchar 1 beginbfrange <03> <04> <043C> endbfrange"
LIST = b"1 beginbfrange <01> <04> [<0416> <04AF> <043C> <043D>] endbfrange"


@pytest.mark.parametrize(
    ("change", "texts"),
    [
        (_font({"/Encoding": _names("/afii10024", "/u", "/m", "/a")}), ("Жumaa)b",)),
        (_font({"/Encoding": pikepdf.Name.WinAnsiEncoding}, MAP), ("Жүмн", "\x01\x02\x03\x04a)b")),
        (_font({}, LIST), ("Жүмн", "a)b")),
    ],
)
def test_strings_go_through_the_maps_of_their_fonts(
    change: Callable[[pikepdf.Pdf], None], texts: tuple[str, ...]
) -> None:
    with pikepdf.open(io.BytesIO(changed(_sheet(_blank), change))) as pdf:
        found = next(OperatorReader(pdf).pages())

    assert found == texts


def _box(page: pymupdf.Page, box: Box, text: str, fill: tuple[float, float, float] = DARK) -> None:
    page.draw_rect(pymupdf.Rect(box.x0, box.y0, box.x1, box.y1), color=None, fill=fill)
    page.insert_text((box.x0 + 3, box.y1 - 4), text, fontsize=9, color=(1, 1, 1))


LABELS = ("name PD-7", "address PD-7")
PLACE = Box(72, 90, 172, 106)


def test_text_under_a_rectangle() -> None:
    """What lies there was never found: no list of secrets has it."""
    mark = Mark(1, PLACE, Category.PERSON)

    def draw(page: pymupdf.Page) -> None:
        page.insert_text((80, 102), "Order twelve", fontsize=12)
        _box(page, PLACE, "name PD-7")

    assert _channel(_sheet(draw), Expected(1, covered=(mark,), labels=LABELS)) == Channel.UNDER_MARKS


def test_text_under_a_token() -> None:
    def draw(page: pymupdf.Page) -> None:
        page.insert_text((130, 102), "twelve", fontsize=12)
        _box(page, PLACE, "name PD-7")

    assert _channel(_sheet(draw), _expected(labels=LABELS)) == Channel.UNDER_MARKS


def test_a_label_alone_is_no_text_under_a_mark() -> None:
    mark = Mark(1, PLACE, Category.PERSON)
    data = _sheet(lambda page: _box(page, PLACE, "name PD-7"))

    report = check(data, Expected(1, covered=(mark,), labels=LABELS), lambda: Report(1), NoOcr()).report
    assert report.channels[Channel.UNDER_MARKS] == report.channels[Channel.MARKS] == CLEAN


@pytest.mark.parametrize("shade", [0.0, 0.35, 0.42])
def test_a_mark_that_lets_its_ground_through(shade: float) -> None:
    mark = Mark(1, PLACE, Category.PERSON)

    def draw(page: pymupdf.Page) -> None:
        _box(page, PLACE, "name PD-7")
        for x in range(120, 160, 8):
            page.draw_rect(pymupdf.Rect(x, 93, x + 3, 103), color=None, fill=(shade,) * 3)

    expected = Expected(1, covered=(mark,), labels=LABELS)
    if shade == 0.0:  # as dark as the mark, or nearly
        assert check(_sheet(draw), expected, lambda: Report(1), NoOcr()).report.pages == 1
    else:
        assert _channel(_sheet(draw), expected) == Channel.MARKS


def test_a_mark_that_is_not_there() -> None:
    mark = Mark(1, Box(72, 390, 172, 406), Category.PERSON)

    assert _channel(_sheet(_blank), Expected(1, covered=(mark,))) == Channel.MARKS


@pytest.mark.parametrize(("more", "told"), [(0.0, False), (0.3, False), (6.0, True)])
def test_marks_of_one_label_that_differ_in_width(more: float, told: bool) -> None:
    def draw(page: pymupdf.Page) -> None:
        _box(page, PLACE, "name PD-7")
        _box(page, Box(72, 190, 172 + more, 206), "name PD-7")
        _box(page, Box(72, 290, 190, 306), "address PD-7")

    if told:
        assert _channel(_sheet(draw), _expected(labels=LABELS)) == Channel.SIZES
    else:
        report = check(_sheet(draw), _expected(labels=LABELS), lambda: Report(1), NoOcr()).report
        assert report.channels[Channel.SIZES] == CLEAN


def _with_code(text: str) -> bytes:
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode)
    squares = np.array(zxingcpp.write_barcode_to_image(code, scale=4))
    buffer = io.BytesIO()
    Image.fromarray(squares).save(buffer, "PNG")
    return _sheet(lambda page: page.insert_image(pymupdf.Rect(100, 100, 260, 260), stream=buffer.getvalue()))


def test_a_code_that_holds_a_secret_is_a_leak() -> None:
    data = _with_code(f"name={SECRET.upper()}")

    assert _channel(data, _expected()) == Channel.CODES
    assert check(_with_code("ledger 12"), _expected(), lambda: Report(1), NoOcr()).report.channels["codes"] == CLEAN


def test_any_code_is_a_leak_where_codes_are_hidden() -> None:
    assert _channel(_with_code("ledger 12"), _expected(no_codes=True)) == Channel.CODES


def _with_picture(text: str) -> bytes:
    picture = Image.new("L", (600, 80), 255)
    ImageDraw.Draw(picture).text((20, 20), text, fill=0, font=pil_font(Face.SERIF, 34))
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return _sheet(lambda page: page.insert_image(pymupdf.Rect(100, 100, 300, 127), stream=buffer.getvalue()))


@pytest.mark.skipif(shutil.which("tesseract") is None, reason="Tesseract is not installed")
def test_pictures_on_pages_of_text_are_read() -> None:
    with pytest.raises(RedactionRefused) as caught:
        check(_with_picture(f"Принят {SECRET}"), _expected(), lambda: Report(1), engine())
    assert caught.value.channel == Channel.SIGHT

    clean = check(_with_picture("Принят слесарем"), _expected(), lambda: Report(1), engine())
    assert clean.report.channels["sight"] == CLEAN
    kept = _expected(kept={1: PrivateText(SECRET)})
    assert check(_with_picture(SECRET), kept, lambda: Report(1), engine()).report.pages == 1


def test_pixels_without_a_reader_name_their_channel() -> None:
    sight = Sight((Place(PrivateText(SECRET), (PLACE,)),))
    with pytest.raises(RedactionRefused) as caught:
        check(_sheet(_blank), Expected(1, sights={1: sight}), lambda: Report(1))
    assert (caught.value.code, caught.value.channel) == (RefusalCode.ENGINE_ERROR, Channel.SIGHT)


def test_clean_pages_of_every_kind_pass() -> None:
    order = RedactionOrder(hide=ORDER.hide, cipher="Ф. 1")
    rendition = redact(typed(pages=3), order, LIMITS, TermFinder(), NoOcr())

    assert KEPT.split()[0] in _text(rendition.data)
    assert rendition.report.channels[Channel.SIZES] == CLEAN


def _text(data: bytes) -> str:
    with pymupdf.open(stream=data, filetype="pdf") as document:
        return "".join(page.get_text() for page in document)


@pytest.mark.parametrize(
    ("text", "clean"),
    [("namep7", True), ("namep7na", True), ("p7namep7", True), ("namep7serik", False), ("serikbnamep7", False)],
)
def test_only_pieces_of_labels_may_reach_into_a_mark(text: str, *, clean: bool) -> None:
    assert marks.only_labels(text, "namep7", {"namep7", "specialdataa16"}) is clean


@pytest.mark.parametrize("key", ["/Info", "/OutputConditionIdentifier"])
def test_words_in_an_output_intent_are_foreign(key: str) -> None:
    def forge(pdf: pikepdf.Pdf) -> None:
        intent = pikepdf.Dictionary(Type=pikepdf.Name.OutputIntent, S=pikepdf.Name.GTS_PDFA1)
        intent["/OutputConditionIdentifier"], intent[key] = pikepdf.String(""), pikepdf.String("Made by somebody")
        intent["/DestOutputProfile"] = pdf.make_stream(b"profile", N=3)
        pdf.Root["/OutputIntents"] = pikepdf.Array([intent])

    assert _channel(changed(_sheet(_blank), forge), _expected()) == Channel.OBJECTS
