"""Hostile masters, each with an invented name in one odd place and ordinary text that must stay."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import numpy as np
import pikepdf
import zxingcpp
from pikepdf import Array, Dictionary, Name
from PIL import Image, ImageDraw, ImageFont

NAME = "Bradwell Hutson"
KEPT = "was hired as a fitter in spring"
BODY = (
    "Order of the plant number twelve",
    f"Worker {NAME} {KEPT}",
    "The director signs this order on behalf of the plant",
    "Grounds are the application and the medical report",
)
_SANS = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"

Change = Callable[[pikepdf.Pdf, pikepdf.Page], None]


def line(text: str, x: float = 72, y: float = 500, size: float = 12) -> bytes:
    """Return operators that show a text."""
    return f"BT /F1 {size} Tf {x} {y} Td ({text}) Tj ET\n".encode("latin-1")


def master(change: Change | None = None, body: tuple[str, ...] = BODY, pages: int = 1) -> bytes:
    """Return a typed master after a change of its first page."""
    pdf = pikepdf.new()
    font = pdf.make_indirect(
        Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding)
    )
    for _ in range(pages):
        page = pdf.add_blank_page(page_size=(595, 842))
        page.obj["/Resources"] = Dictionary(Font=Dictionary(F1=font), XObject=Dictionary())
        page.obj["/Contents"] = pdf.make_stream(
            b"".join(line(text, y=742 - 20 * index) for index, text in enumerate(body))
        )
    if change:
        change(pdf, pdf.pages[0])
    buffer = io.BytesIO()
    pdf.save(buffer)
    return buffer.getvalue()


def add(pdf: pikepdf.Pdf, page: pikepdf.Page, content: bytes) -> None:
    """Append operators to a page."""
    page.contents_add(pdf.make_stream(b"\nq\n" + content + b"\nQ\n"))


def form(pdf: pikepdf.Pdf, page: pikepdf.Page, content: bytes, **inner: Any) -> pikepdf.Stream:
    """Return a form with the page's font."""
    stream = pdf.make_stream(content)
    stream["/Type"], stream["/Subtype"] = Name.XObject, Name.Form
    stream["/BBox"] = Array([0, 0, 595, 842])
    stream["/Resources"] = Dictionary(Font=page.obj["/Resources"]["/Font"], **inner)
    return stream


def text_picture(text: str = NAME, height: int = 60, ink: int = 0, paper: int = 255) -> Image.Image:
    """Draw a text."""
    face = ImageFont.truetype(_SANS, round(height * 0.6))
    image = Image.new("L", (round(face.getlength(text)) + 30, height), paper)
    ImageDraw.Draw(image).text((15, height // 2), text, ink, face, "lm")
    return image


def picture(pdf: pikepdf.Pdf, image: Image.Image, **keys: Any) -> pikepdf.Stream:
    """Return a grey image."""
    stream = pdf.make_stream(image.convert("L").tobytes())
    stream["/Type"], stream["/Subtype"] = Name.XObject, Name.Image
    stream["/Width"], stream["/Height"], stream["/BitsPerComponent"] = image.width, image.height, 8
    stream["/ColorSpace"] = Name.DeviceGray
    for key, value in keys.items():
        stream["/" + key] = value
    return stream


def _placed(image: Callable[[pikepdf.Pdf], pikepdf.Stream], before: bytes, after: bytes = b"") -> Change:
    def change(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
        page.obj["/Resources"]["/XObject"]["/Im"] = image(pdf)
        add(pdf, page, before + b" /Im Do " + after)

    return change


def _covered_picture() -> Change:
    return _placed(lambda pdf: picture(pdf, text_picture()), b"q 200 0 0 30 72 400 cm", b"Q 1 g 60 390 240 60 re f")


def _picture_with_mask_array(pdf: pikepdf.Pdf) -> pikepdf.Stream:
    return picture(pdf, text_picture(ink=40, paper=255), Mask=Array([0, 120]))


def _transparent_picture(pdf: pikepdf.Pdf) -> pikepdf.Stream:
    image = text_picture()
    return picture(pdf, image, SMask=picture(pdf, Image.new("L", image.size, 0)))


def _text_in_mask(pdf: pikepdf.Pdf) -> pikepdf.Stream:
    mask = text_picture(ink=255, paper=0)
    return picture(pdf, Image.new("L", mask.size, 0), SMask=picture(pdf, mask))


def _white_text_in_mask(pdf: pikepdf.Pdf) -> pikepdf.Stream:
    mask = text_picture(ink=255, paper=0)
    return picture(pdf, Image.new("L", mask.size, 255), SMask=picture(pdf, mask))


def _tall_picture(pdf: pikepdf.Pdf) -> pikepdf.Stream:
    image = Image.new("L", (900, 300), 255)
    image.paste(text_picture("a photo of the new workshop"), (5, 5))
    image.paste(text_picture(), (5, 220))
    return picture(pdf, image)


def _state(**keys: Any) -> Change:
    def change(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
        page.obj["/Resources"]["/XObject"]["/Im"] = picture(pdf, text_picture())
        page.obj["/Resources"]["/ExtGState"] = Dictionary(G0=Dictionary(**keys))
        add(pdf, page, b"q /G0 gs 200 0 0 30 72 400 cm /Im Do Q")

    return change


def _nested_forms(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
    inner = form(pdf, page, line(f"deep {NAME} here"))
    middle = form(pdf, page, b"/X Do", XObject=Dictionary(X=inner))
    outer = form(pdf, page, b"q 1 0 0 1 0 -20 cm /X Do Q", XObject=Dictionary(X=middle))
    for one in pdf.pages:
        one.obj["/Resources"]["/XObject"]["/X"] = outer
        add(pdf, one, b"/X Do q 1 0 0 1 0 -100 cm /X Do Q")


def _pattern(pdf: pikepdf.Pdf, page: pikepdf.Page, indirect: bool = False) -> None:
    cell = pdf.make_stream(line(NAME, 5, 5))
    cell["/Type"], cell["/PaintType"], cell["/TilingType"] = Name.Pattern, 1, 1
    cell["/PatternType"] = pdf.make_indirect(pikepdf.Object.parse(b"1")) if indirect else 1
    cell["/BBox"], cell["/XStep"], cell["/YStep"] = Array([0, 0, 140, 30]), 140, 30
    cell["/Resources"] = Dictionary(Font=page.obj["/Resources"]["/Font"])
    page.obj["/Resources"]["/Pattern"] = Dictionary(P=cell)
    add(pdf, page, b"/Pattern cs /P scn 72 300 430 120 re f")


def _indirect_pattern(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
    _pattern(pdf, page, indirect=True)


def _deep_pattern(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
    """Hide a pattern behind nine forms."""
    holder = form(pdf, page, b"/Pattern cs /P scn 72 300 430 120 re f")
    cell = pdf.make_stream(line(NAME, 5, 5))
    cell["/PatternType"], cell["/PaintType"], cell["/TilingType"] = 1, 1, 1
    cell["/BBox"], cell["/XStep"], cell["/YStep"] = Array([0, 0, 140, 30]), 140, 30
    cell["/Resources"] = Dictionary(Font=page.obj["/Resources"]["/Font"])
    holder["/Resources"]["/Pattern"] = Dictionary(P=cell)
    for _ in range(9):
        holder = form(pdf, page, b"/X Do", XObject=pdf.make_indirect(Dictionary(X=holder)))
    page.obj["/Resources"]["/XObject"]["/X"] = holder
    add(pdf, page, b"/X Do")


def _soft_mask(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
    """Paint a rectangle through a mask group that draws the name; nothing says so but loose references."""
    group = form(pdf, page, b"1 g " + line(NAME, 80, 400, 20))
    group["/Group"] = Dictionary(S=Name.Transparency, CS=Name.DeviceGray)
    state = pdf.make_indirect(Dictionary(SMask=Dictionary(S=Name.Luminosity, G=group)))
    page.obj["/Resources"]["/ExtGState"] = pdf.make_indirect(Dictionary(G0=state))
    add(pdf, page, b"/G0 gs 0 g 60 380 400 60 re f")


def _type3(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
    image = text_picture()
    glyph = b"1000 0 0 0 4000 1000 d1 4000 0 0 500 0 0 cm BI /W %d /H %d /CS /G /BPC 8 /F /AHx ID %s> EI" % (
        image.width, image.height, image.tobytes().hex().encode(),
    )  # fmt: skip
    font = Dictionary(
        Type=Name.Font, Subtype=Name.Type3, FontBBox=Array([0, 0, 4000, 1000]), FirstChar=97, LastChar=97,
        FontMatrix=Array([0.001, 0, 0, 0.001, 0, 0]), Widths=Array([1000]),
        Encoding=Dictionary(Differences=Array([97, Name.a])), CharProcs=Dictionary(a=pdf.make_stream(glyph)),
        Resources=Dictionary(),
    )  # fmt: skip
    page.obj["/Resources"]["/Font"]["/T3"] = pdf.make_indirect(font)
    add(pdf, page, b"BT /T3 60 Tf 72 400 Td (a) Tj ET")


def _inline_picture(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
    image = text_picture()
    add(pdf, page, b"1 0 0 1 0 0 cm 200 0 0 30 72 400 cm BI /W %d /H %d /CS /G /BPC 8 /F /AHx ID %s> EI" % (
        image.width, image.height, image.tobytes().hex().encode(),
    ))  # fmt: skip


def _hidden_inline_picture(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
    _inline_picture(pdf, page)
    add(pdf, page, b"1 g 60 390 300 50 re f")


def _layers(pdf: pikepdf.Pdf, **config: Any) -> pikepdf.Object:
    group = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=pikepdf.String(NAME)))
    pdf.Root["/OCProperties"] = Dictionary(OCGs=Array([group]), D=Dictionary(**config))
    return group


def _membership_off(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
    group = _layers(pdf)
    pdf.Root["/OCProperties"]["/D"]["/OFF"] = Array([group])
    page.obj["/Resources"]["/Properties"] = Dictionary(M=Dictionary(Type=Name.OCMD, OCGs=Array([group]), P=Name.AllOn))
    add(pdf, page, b"/OC /M BDC " + line(NAME) + b" EMC")


def _expression(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
    group = _layers(pdf)
    visible = Array([Name.Not, group])
    page.obj["/Resources"]["/Properties"] = Dictionary(M=Dictionary(Type=Name.OCMD, VE=visible))
    add(pdf, page, b"/OC /M BDC " + line(NAME) + b" EMC")


def _print_only(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
    group = _layers(pdf)
    group["/Usage"] = Dictionary(Print=Dictionary(PrintState=Name.ON), View=Dictionary(ViewState=Name.OFF))
    pdf.Root["/OCProperties"]["/D"]["/AS"] = Array(
        [Dictionary(Event=Name.View, OCGs=Array([group]), Category=Array([Name.View]))]
    )
    page.obj["/Resources"]["/Properties"] = Dictionary(M=group)
    add(pdf, page, b"/OC /M BDC " + line(NAME) + b" EMC")


def _layer_by_form(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
    group = _layers(pdf)
    pdf.Root["/OCProperties"]["/D"]["/OFF"] = Array([group])
    hidden = form(pdf, page, line(NAME))
    hidden["/OC"] = group
    outer = form(pdf, page, b"/X Do", XObject=Dictionary(X=hidden))
    page.obj["/Resources"]["/XObject"]["/X"] = outer
    add(pdf, page, b"/X Do")


def _annotation(**keys: Any) -> Change:
    def change(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
        base = Dictionary(Type=Name.Annot, Rect=Array([72, 400, 400, 430]), F=4, **keys)
        page.obj["/Annots"] = Array([pdf.make_indirect(base)])

    return change


def _stamp_with_look(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
    look = form(pdf, page, line(NAME, 2, 10))
    look["/BBox"] = Array([0, 0, 328, 30])
    _annotation(Subtype=Name.Stamp, AP=Dictionary(N=look), Contents=pikepdf.String(NAME), T=pikepdf.String(NAME))(
        pdf, page
    )


def _field(**keys: Any) -> Change:
    def change(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
        _annotation(
            Subtype=Name.Widget, T=pikepdf.String(NAME), TU=pikepdf.String(NAME), DA=pikepdf.String("/F1 12 Tf 0 g"),
            **keys,
        )(pdf, page)  # fmt: skip
        fonts = page.obj["/Resources"]["/Font"]
        pdf.Root["/AcroForm"] = Dictionary(
            Fields=Array(list(page.obj["/Annots"])), DR=Dictionary(Font=fonts), NeedAppearances=True,
            XFA=pdf.make_stream(f"<xdp>{NAME}</xdp>".encode()), DA=pikepdf.String("/F1 12 Tf 0 g"),
        )  # fmt: skip

    return change


def _spaced(operators: str) -> Change:
    letters = " 120 ".join(f"({char})" for char in NAME)
    return lambda pdf, page: add(
        pdf, page, f"BT /F1 12 Tf {operators} 72 500 Td (Mr ) Tj [{letters}] TJ ( stays here) Tj ET".encode()
    )


def _matrix(matrix: str) -> Change:
    return lambda pdf, page: add(pdf, page, f"BT /F1 14 Tf {matrix} Tm (see {NAME} today) Tj ET".encode())


def _backwards(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
    """Draw the letters from the last to the first."""
    places = [(72 + 9 * index, char) for index, char in enumerate(NAME)]
    add(pdf, page, b"".join(line(char, x) for x, char in reversed(places) if char != " "))


def _stacked(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
    add(pdf, page, b"".join(line(char, 500, 600 - 13 * index) for index, char in enumerate(NAME) if char != " "))


def _superscripts(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
    """Let the letters jump up and down within their line."""
    add(pdf, page, b"".join(line(char, 72 + 9 * i, 500 + 5 * (i % 2)) for i, char in enumerate(NAME) if char != " "))


def _clipped(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
    add(pdf, page, b"0 0 1 1 re W n " + line(NAME))


def _tiny(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
    add(pdf, page, line(NAME, size=0.1) + line(NAME, y=450, size=0.9))


def _clip_mode(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
    add(pdf, page, f"BT /F1 20 Tf 7 Tr 72 400 Td ({NAME}) Tj ET 0 g 60 380 300 60 re f".encode())


def _half_hidden(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
    """Put white letters over a dark bar, and grey ones that hardly differ from the paper."""
    add(pdf, page, b"0.985 g " + line(NAME))


def _small_picture_strip() -> Change:
    return _placed(lambda pdf: picture(pdf, text_picture(height=80)), b"90 0 0 7.5 72 400 cm")


def _micro_picture() -> Change:
    return _placed(lambda pdf: picture(pdf, text_picture(height=80)), b"9 0 0 2 72 400 cm")


def _exif_picture(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
    buffer = io.BytesIO()
    exif = Image.Exif()
    exif[270] = NAME
    shown = text_picture("a photo of the workshop")
    shown.save(buffer, "JPEG", comment=NAME.encode(), exif=exif, icc_profile=b"\0" * 128 + NAME.encode())
    stream = pdf.make_stream(buffer.getvalue() + NAME.encode())
    for key, value in (("/Width", shown.width), ("/Height", shown.height), ("/BitsPerComponent", 8)):
        stream[key] = value
    stream["/Type"], stream["/Subtype"], stream["/Filter"] = Name.XObject, Name.Image, Name.DCTDecode
    profile = pdf.make_stream(b"\0" * 128 + NAME.encode(), N=1)
    stream["/ColorSpace"] = Array([Name.ICCBased, profile])
    stream["/Metadata"] = pdf.make_stream(NAME.encode())
    stream["/Alternates"] = Array([Dictionary(Image=picture(pdf, text_picture()))])
    page.obj["/Resources"]["/XObject"]["/Im"] = stream
    add(pdf, page, b"200 0 0 20 72 400 cm /Im Do")


def _hyphened(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
    add(pdf, page, line("the worker Brad-", y=500) + line("well Hutson arrived", y=480))


def _soft_hyphen(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
    add(pdf, page, b"BT /F1 12 Tf 72 500 Td (see Brad\\255well Hut\\255son there) Tj ET")


def _path_name(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
    """Put the name into resource names, marked content and structure."""
    name = Name("/" + NAME.replace(" ", ""))
    page.obj["/Resources"]["/Font"][str(name)] = page.obj["/Resources"]["/Font"]["/F1"]
    tag = str(name)[1:]
    add(pdf, page, f"/{tag} <</T ({NAME})>> BDC BT /{tag} 12 Tf 72 500 Td (plain words) Tj ET EMC".encode())


def _named_things(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
    key = "/" + NAME.replace(" ", "")
    page.obj["/Resources"]["/XObject"][key] = picture(pdf, text_picture("a photo of the workshop"))
    page.obj["/Resources"]["/ExtGState"] = Dictionary({key: Dictionary(CA=1, ca=1)})
    page.obj["/Resources"]["/ColorSpace"] = Dictionary({key: Array([Name.CalGray, Dictionary(WhitePoint=[1, 1, 1])])})
    add(pdf, page, f"{key} gs {key} cs 0 sc 200 0 0 20 72 400 cm {key} Do".encode())


def _outlined(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
    """Draw the name as filled outlines, a rectangle for each run of dark pixels."""
    image = text_picture(height=48)
    rows = []
    for y in range(image.height):
        start = None
        for x in range(image.width + 1):
            dark = x < image.width and image.getpixel((x, y)) < 128  # type: ignore[operator]  # grey: one number
            if dark and start is None:
                start = x
            elif not dark and start is not None:
                rows.append(f"{72 + start * 0.6:.1f} {420 - y * 0.6:.1f} {(x - start) * 0.6:.1f} 0.65 re")
                start = None
    add(pdf, page, (" ".join(rows) + " f").encode())


def _drawn_code(kind: zxingcpp.BarcodeFormat, side: float, tall: float = 1.0) -> Change:
    """Draw a code with the name in it as one path."""

    def change(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
        image = zxingcpp.create_barcode(NAME, kind).to_image(scale=1)
        dark = [(int(x), int(y)) for y, x in np.argwhere(np.asarray(image) < 128)]
        squares = [f"{72 + x * side:.2f} {420 - y * side * tall:.2f} {side:.2f} {side * tall:.2f} re" for x, y in dark]
        add(pdf, page, (" ".join(squares) + " f").encode())

    return change


MASTERS: dict[str, Change] = {
    "QR code as one path": _drawn_code(zxingcpp.BarcodeFormat.QRCode, 3),
    "DataMatrix as one path": _drawn_code(zxingcpp.BarcodeFormat.DataMatrix, 3),
    "Code 128 as one path": _drawn_code(zxingcpp.BarcodeFormat.Code128, 1.2),
    "picture under a white box": _covered_picture(),
    "picture masked by colour": _placed(_picture_with_mask_array, b"200 0 0 30 72 400 cm"),
    "picture wholly transparent": _placed(_transparent_picture, b"200 0 0 30 72 400 cm"),
    "text in a soft mask of a picture": _placed(_text_in_mask, b"200 0 0 30 72 400 cm"),
    "white text in a soft mask": _placed(_white_text_in_mask, b"200 0 0 30 72 400 cm"),
    "picture partly clipped": _placed(_tall_picture, b"72 460 300 40 re W n 300 0 0 100 72 400 cm"),
    "picture partly off the page": _placed(_tall_picture, b"300 0 0 100 72 -40 cm"),
    "picture off the page": _placed(lambda pdf: picture(pdf, text_picture()), b"200 0 0 30 900 400 cm"),
    "picture without opacity": _state(ca=0),
    "picture blended away": _state(BM=Name.Lighten),
    "picture in small print": _small_picture_strip(),
    "picture the size of a dot": _micro_picture(),
    "picture mirrored": _placed(lambda pdf: picture(pdf, text_picture()), b"-200 0 0 30 300 400 cm"),
    "picture turned": _placed(lambda pdf: picture(pdf, text_picture()), b"0 200 -30 0 300 300 cm"),
    "picture with white decode": _placed(
        lambda pdf: picture(pdf, text_picture(), Decode=Array([1, 1])), b"200 0 0 30 72 400 cm"
    ),
    "inline picture": _inline_picture,
    "inline picture under a white box": _hidden_inline_picture,
    "EXIF, profile, alternates": _exif_picture,
    "forms in forms on two pages": _nested_forms,
    "tiling pattern": _pattern,
    "tiling pattern, type by reference": _indirect_pattern,
    "tiling pattern behind forms": _deep_pattern,
    "soft mask by loose references": _soft_mask,
    "Type 3": _type3,
    "membership that is off": _membership_off,
    "visibility expression": _expression,
    "layer for print only": _print_only,
    "form on a hidden layer": _layer_by_form,
    "stamp with a look": _stamp_with_look,
    "free text without a look": _annotation(
        Subtype=Name.FreeText, Contents=pikepdf.String(f"see {NAME}"), DA=pikepdf.String("/F1 12 Tf 0 g")
    ),
    "note": _annotation(Subtype=Name.Text, Contents=pikepdf.String(NAME), RC=pikepdf.String(NAME)),
    "redaction mark that overlays the name": _annotation(
        Subtype=Name.Redact, OverlayText=pikepdf.String(NAME), DA=pikepdf.String("/F1 12 Tf 0 g"), Repeat=True
    ),
    "highlight that quotes": _annotation(
        Subtype=Name.Highlight, Contents=pikepdf.String(NAME), QuadPoints=Array([72, 430, 400, 430, 72, 400, 400, 400])
    ),
    "unknown annotation": _annotation(Subtype=Name("/Projection"), Contents=pikepdf.String(NAME)),
    "button caption": _field(FT=Name.Btn, Ff=65536, MK=Dictionary(CA=pikepdf.String(NAME), BG=Array([0.9]))),
    "field value without a look": _field(FT=Name.Tx, V=pikepdf.String(NAME), DV=pikepdf.String(NAME)),
    "choice": _field(FT=Name.Ch, Ff=131072, V=pikepdf.String(NAME), Opt=Array([pikepdf.String(NAME)])),
    "letters in a TJ": _spaced(""),
    "letters with Tc, Tw, Tz": _spaced("3 Tc 5 Tw 80 Tz"),
    "text at 30 degrees": _matrix("0.866 0.5 -0.5 0.866 72 300"),
    "text skewed": _matrix("1 0 0.5 1 72 300"),
    "text mirrored": _matrix("-1 0 0 1 400 300"),
    "text upside down": _matrix("-1 0 0 -1 400 300"),
    "letters drawn backwards": _backwards,
    "letters stacked": _stacked,
    "letters that jump": _superscripts,
    "text clipped away": _clipped,
    "text too small to see": _tiny,
    "text as clip": _clip_mode,
    "text almost white": _half_hidden,
    "hyphen at a line's end": _hyphened,
    "soft hyphens": _soft_hyphen,
    "names of resources and tags": _path_name,
    "names of pictures and states": _named_things,
    "outlines": _outlined,
}
