# ruff: noqa: E501, PLR0917 - tables of masters: one line each reads better
"""Attacks in pixels: scans, layers over scans that lie, pictures on typed pages, codes, masks, leftovers."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import numpy as np
import pikepdf
import pymupdf
import zxingcpp
from pikepdf import Array, Dictionary, Name
from PIL import Image, ImageFilter

from tests.support.attacks.kit import EN, KEPT, KK, NUMBER, RU, Attack, Sheet, at, scan_picture, words_picture

Draw = Callable[[Sheet], None]
BESIDE = "жоспар дайын болды"
PAGE = (
    "Зауыт бойынша он екінші бұйрық", "Директор подписывает настоящий приказ", "",
    f"Бұйрық {KK} туралы шықты", "Келесі жолда басқа сөздер тұрады", f"Приказ о работнице {RU} издан",
    f"Нөмірі {NUMBER} болып табылады", "Grounds are the application and the report", "Соңғы жол осымен аяқталады",
)  # fmt: skip
SECRETS = (KK, RU, NUMBER)
STAY = ("Директор подписывает настоящий приказ", "Келесі жолда басқа сөздер", "Grounds are the application")


def _scan(change: Callable[[Image.Image], Image.Image] | None = None, layer: str = "", kind: str = "jpeg", turn: int = 0,
          secrets: tuple[str, ...] = SECRETS, dpi: int = 200, lines: tuple[str, ...] = PAGE) -> Callable[[], bytes]:  # fmt: skip
    def make() -> bytes:
        sheet = Sheet(kept=())
        image = scan_picture(lines, dpi)
        if change:
            image = change(image)
        sheet.place(sheet.image(image, kind), "595 0 0 842 0 0")
        if layer:
            _layer(sheet, layer)
        if turn:
            sheet.page().obj["/Rotate"] = turn
        return sheet.bytes()

    return make


def _layer(sheet: Sheet, layer: str) -> None:
    """Put an invisible layer over a scan: right, shifted down by three lines, or about other people."""
    for index, text in enumerate(PAGE):
        y = 842 - 60 - 22 * index - 11
        said = {"lies": "мүлдем басқа сөздер осында", "misread": text.replace("б", "6").replace("к", "н")}.get(
            layer, text
        )
        if said:
            sheet.text(said, 60, y - (66 if layer == "shifted" else 0), 12, more="3 Tr")


def _whole(
    channel: str,
    make: Callable[[], bytes],
    secrets: tuple[str, ...] = SECRETS,
    kept: tuple[str, ...] = STAY,
    **more: Any,
) -> Attack:
    return Attack(channel, make, secrets, kept, **more)


def _attack(channel: str, draw: Draw, *secrets: str, kept: tuple[str, ...] = (), pages: int = 1, **more: Any) -> Attack:
    def make() -> bytes:
        sheet = Sheet(pages)
        sheet.text(BESIDE, 72, 300)
        draw(sheet)
        return sheet.bytes()

    return Attack(channel, make, secrets or (KK,), (*KEPT, BESIDE, *kept), **more)


def _noisy(image: Image.Image) -> Image.Image:
    noise = np.random.default_rng(1).normal(0, 14, (image.height, image.width))
    rough = np.clip(np.asarray(image, dtype=np.float32) + noise, 0, 255).astype(np.uint8)
    return Image.fromarray(rough).filter(ImageFilter.GaussianBlur(0.7))


def _skewed(image: Image.Image) -> Image.Image:
    return image.rotate(1.6, fillcolor=250, resample=Image.Resampling.BICUBIC)


def _faint(image: Image.Image) -> Image.Image:
    return image.point(lambda v: 150 + v * 100 // 255)


def _picture(change: Callable[[Image.Image], Image.Image] | None = None, lines: tuple[str, ...] = (f"мен {KK} келдім",),
             height: float = 30, **keys: Any) -> Draw:  # fmt: skip
    def draw(sheet: Sheet) -> None:
        image = words_picture(lines)
        tall = change(image) if change else image
        scale = height / image.height
        sheet.place(sheet.image(tall, **keys), f"{tall.width * scale:.2f} 0 0 {tall.height * scale:.2f} 72 420")

    return draw


def _by_matrix(matrix: Callable[[float, float], str]) -> Draw:
    def draw(sheet: Sheet) -> None:
        image = words_picture([f"мен {KK} келдім"])
        sheet.place(sheet.image(image), matrix(28.0 * image.width / image.height, 28.0))

    return draw


def _strips() -> bytes:
    """A scan in strips that cut lines of text through the middle."""
    sheet = Sheet(kept=())
    image = scan_picture(PAGE)
    for top in range(0, image.height, 37):
        part = image.crop((0, top, image.width, min(top + 37, image.height)))
        y = 842 - (top + part.height) * 72 / 200
        sheet.place(sheet.image(part), f"595 0 0 {part.height * 72 / 200 + 0.05:.3f} 0 {y:.3f}")
    return sheet.bytes()


def _tiles(sheet: Sheet) -> None:
    """A picture cut into columns, one object each."""
    image = words_picture([f"мен {KK} келдім"])
    for left in range(0, image.width, 60):
        part = image.crop((left, 0, min(left + 60, image.width), image.height))
        sheet.place(sheet.image(part), f"{part.width * 0.4:.2f} 0 0 {image.height * 0.4:.2f} {72 + left * 0.4:.2f} 420")


def _half_and_half(sheet: Sheet) -> None:
    """The first half of the name is text, the second a picture."""
    sheet.text("мен Жұма", 72, 500, 14)
    image = words_picture(["беков Серік"], 40, pad=2)
    sheet.place(sheet.image(image), at(image, 72 + sheet.face.width("мен Жұма", 14), 493, 21))


def _stencil(sheet: Sheet) -> None:
    image = words_picture([f"мен {KK} келдім"]).point(lambda v: 255 if v > 127 else 0).convert("1")
    stream = sheet.image(image, ImageMask=True, ColorSpace=None)
    sheet.place(stream, at(image, 72, 420, 30), before="0 g")


def _inline(sheet: Sheet) -> None:
    image = words_picture([f"мен {KK} келдім"])
    data = image.tobytes().hex()
    sheet.add(
        f"q {at(image, 72, 420, 30)} cm BI /W {image.width} /H {image.height} /CS /G /BPC 8 /F /AHx ID {data}> EI Q"
    )


def _mask(inverse: bool) -> Draw:
    def draw(sheet: Sheet) -> None:
        mask = words_picture([f"мен {KK} келдім"], ink=255, paper=0)
        base = Image.new("L", mask.size, 255 if inverse else 0)
        sheet.place(sheet.image(base, SMask=sheet.image(mask)), at(mask, 72, 420, 30))

    return draw


def _under_mask(sheet: Sheet) -> None:
    """The mask makes the secret clear; the samples still hold it."""
    image = words_picture(["көрінетін суреттегі сөз", KK])
    mask = Image.new("L", image.size, 255)
    mask.paste(0, (0, image.height // 2, image.width, image.height))
    sheet.place(sheet.image(image, SMask=sheet.image(mask)), at(image, 72, 400, 60))


def _cropped_away(sheet: Sheet) -> None:
    image = words_picture(["көрінетін суреттегі сөз", "", KK])
    height = 90.0
    sheet.place(sheet.image(image, "jpeg"), at(image, 72, 380, height), before="72 430 400 60 re W n")


def _covered(sheet: Sheet) -> None:
    image = words_picture([f"мен {KK} келдім"])
    sheet.place(sheet.image(image, "jpeg"), at(image, 72, 420, 30), after="1 g 60 410 400 60 re f")


def _thumbs(sheet: Sheet) -> None:
    page, small = sheet.page().obj, words_picture([KK])
    page["/Thumb"] = sheet.image(small)
    shown = words_picture(["көрінетін суреттегі сөз"])
    sheet.place(sheet.image(shown, Alternates=Array([Dictionary(Image=sheet.image(small), DefaultForPrinting=True)]),
                            OPI=Dictionary({"/2.0": Dictionary(F=pikepdf.String(KK))}), Name=Name("/" + EN.split()[0]),
                            Metadata=sheet.pdf.make_stream(KK.encode()), ID=pikepdf.String(KK)), at(shown, 72, 420, 30))  # fmt: skip


def _exif(sheet: Sheet) -> None:
    shown, thumb = words_picture(["көрінетін суреттегі сөз"]), io.BytesIO()
    words_picture([KK], 14).save(thumb, "JPEG")
    exif = Image.Exif()
    exif[270], exif[315] = EN, KK
    buffer = io.BytesIO()
    shown.save(buffer, "JPEG", exif=exif, comment=KK.encode(), icc_profile=b"\0" * 128 + KK.encode("utf-16-be"))
    data = buffer.getvalue()
    app = b"\xff\xed" + (2 + len(thumb.getvalue())).to_bytes(2, "big") + thumb.getvalue()
    stream = sheet.image(shown)
    stream.write(data[:2] + app + data[2:] + EN.encode() + thumb.getvalue(), filter=Name.DCTDecode)
    sheet.place(stream, at(shown, 72, 420, 30))


def _after_rows(sheet: Sheet) -> None:
    """Samples go on below the stated height."""
    image = words_picture(["көрінетін суреттегі сөз", KK])
    sheet.place(
        sheet.image(image, Height=image.height // 2), f"{image.width * 0.4:.1f} 0 0 {image.height * 0.2:.1f} 72 420"
    )


def _indexed(sheet: Sheet) -> None:
    """A palette in which ink and paper differ only in blue."""
    image = words_picture([f"мен {KK} келдім"]).point(lambda v: 1 if v > 127 else 0)
    stream = sheet.image(
        image, ColorSpace=Array([Name.Indexed, Name.DeviceRGB, 1, pikepdf.String(b"\x20\x30\xa0\xff\xf0\x80")])
    )
    sheet.place(stream, at(image, 72, 420, 30))


def _code(
    kind: zxingcpp.BarcodeFormat, vector: bool = False, invert: bool = False, side: float = 3, text: str = NUMBER
) -> Draw:
    def draw(sheet: Sheet) -> None:
        image = Image.fromarray(np.asarray(zxingcpp.create_barcode(text, kind).to_image(scale=1 if vector else 4)))
        if vector:
            dark = [(int(x), int(y)) for y, x in np.argwhere(np.asarray(image) < 128)]
            squares = " ".join(f"{72 + x * side:.2f} {480 - y * side:.2f} {side:.2f} {side:.2f} re" for x, y in dark)
            sheet.add((f"0 g 60 340 300 160 re f 1 g {squares} f") if invert else squares + " f")
            return
        image = image.convert("L")
        if invert:
            image = image.point(lambda v: 255 - v)
        sheet.place(
            sheet.image(image), f"{image.width * side / 4:.1f} 0 0 {max(image.height * side / 4, 40):.1f} 72 340"
        )

    return draw


def _damaged_code(sheet: Sheet) -> None:
    """A code with its corner torn; another camera may still read it."""
    image = np.asarray(zxingcpp.create_barcode(NUMBER, zxingcpp.BarcodeFormat.QRCode).to_image(scale=4)).copy()
    image[-24:, -24:] = 255
    picture = Image.fromarray(image)
    sheet.place(sheet.image(picture), "120 0 0 120 72 340")


def _many_small(sheet: Sheet) -> None:
    """Each letter is a picture of its own."""
    x = 72.0
    for char in f"мен {KK} келдім":
        if char != " ":
            image = words_picture([char], 40, pad=3)
            sheet.place(sheet.image(image), f"{image.width * 0.3:.2f} 0 0 {image.height * 0.3:.2f} {x:.2f} 420")
            x += image.width * 0.3 - 1.2
        else:
            x += 6


def _stamp_over(sheet: Sheet) -> None:
    """A page that is typed but for a turned stamp in a picture."""
    image = words_picture(["Тексерген", KK], 40).rotate(18, expand=True, fillcolor=255)
    sheet.place(sheet.image(image), at(image, 300, 380, 110))


def _tall_scan() -> bytes:
    """A page that lies on its side and stays so."""
    sheet = Sheet(kept=(), size=(842, 595))
    sheet.place(sheet.image(scan_picture(PAGE).rotate(90, expand=True), "jpeg"), "842 0 0 595 0 0")
    return sheet.bytes()


def _turned_page() -> bytes:
    """A page that lies on its side in the file and is turned for reading."""
    sheet = Sheet(kept=(), size=(842, 595))
    sheet.place(sheet.image(scan_picture(PAGE).rotate(90, expand=True), "jpeg"), "842 0 0 595 0 0")
    sheet.page().obj["/Rotate"] = 90
    return sheet.bytes()


def _upside_down() -> bytes:
    sheet = Sheet(kept=())
    sheet.place(sheet.image(scan_picture(PAGE).rotate(180), "jpeg"), "595 0 0 842 0 0")
    return sheet.bytes()


def _typed_over_scan() -> bytes:
    """A scan with visible typed words on it."""
    sheet = Sheet(kept=())
    sheet.place(sheet.image(scan_picture(PAGE[:3]), "jpeg"), "595 0 0 842 0 0")
    sheet.text(f"қосымша {KK} жазылды", 60, 500)
    sheet.text("Келесі жолда басқа сөздер", 60, 470)
    sheet.text("Grounds are the application", 60, 440)
    return sheet.bytes()


def _fax() -> bytes:
    """CCITT group 4, stored by MuPDF's neighbour Pillow."""
    sheet = Sheet(kept=())
    image = scan_picture(PAGE).point(lambda v: 255 if v > 127 else 0).convert("1")
    buffer = io.BytesIO()
    image.save(buffer, "TIFF", compression="group4", tiffinfo={278: image.height})
    with Image.open(buffer) as tiff:
        offset, count = tiff.tag_v2[273][0], tiff.tag_v2[279][0]  # type: ignore[attr-defined]
    stream = sheet.image(image)
    stream.write(buffer.getvalue()[offset : offset + count], filter=Name.CCITTFaxDecode,
                 decode_parms=Dictionary(K=-1, Columns=image.width, Rows=image.height, BlackIs1=False))  # fmt: skip
    sheet.place(stream, "595 0 0 842 0 0")
    return sheet.bytes()


def _by_mupdf() -> bytes:
    """A searchable scan as OCR programs write it: image and invisible text by another writer."""
    with pymupdf.open() as document:
        page = document.new_page(width=595, height=842)
        buffer = io.BytesIO()
        scan_picture(PAGE).save(buffer, "JPEG", quality=70)
        page.insert_image(page.rect, stream=buffer.getvalue())
        page.insert_font("dv", "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")
        for index, text in enumerate(PAGE):
            page.insert_text((60, 72 + 22 * index), text, fontname="dv", fontsize=12, render_mode=3)
        document.set_metadata({"title": KK, "author": RU})
        return bytes(document.tobytes())


PIXELS: tuple[Attack, ...] = (
    _whole("scan", _scan()),
    _whole("scan, noisy", _scan(_noisy)),
    _whole("scan, skewed", _scan(_skewed)),
    _whole("scan, faint", _scan(_faint)),
    _whole("scan, 300 dpi", _scan(dpi=300)),
    _whole("scan, 120 dpi", _scan(dpi=120)),
    _whole("scan with a right layer", _scan(layer="right")),
    _whole("scan with a shifted layer", _scan(layer="shifted")),
    _whole("scan with a lying layer", _scan(layer="lies")),
    _whole("scan with a misread layer", _scan(layer="misread")),
    _whole("scan by MuPDF with layer and metadata", _by_mupdf),
    _whole("scan on a turned page", _turned_page, turns=True),
    _whole("scan turned 90 in its picture", _tall_scan, turns=True),
    _whole("scan upside down", _upside_down, turns=True),
    _whole("scan as fax", _fax),
    _whole("scan with typed words", _typed_over_scan, secrets=(KK,)),
    _whole("scan in strips", _strips),
    _attack("picture with text", _picture(), kept=()),
    _attack("picture, white on black", _picture(lambda i: i.point(lambda v: 255 - v))),
    _attack("picture, number", _picture(lines=(f"нөмірі {NUMBER} болды",)), NUMBER),
    _attack("picture, faint", _picture(lambda i: i.point(lambda v: 200 + v * 55 // 255))),
    _attack("picture, small print", _picture(height=13)),
    _attack("picture turned 90", _picture(lambda i: i.rotate(90, expand=True)), turns=True),
    _attack("picture turned 180", _picture(lambda i: i.rotate(180, expand=True)), turns=True),
    _attack("picture turned 270", _picture(lambda i: i.rotate(270, expand=True)), turns=True),
    _attack("picture turned 12", _picture(lambda i: i.rotate(12, expand=True, fillcolor=255)), turns=True),
    _attack("picture mirrored in its pixels", _picture(lambda i: i.transpose(Image.Transpose.FLIP_LEFT_RIGHT)), turns=True),
    _attack("picture flipped in its pixels", _picture(lambda i: i.transpose(Image.Transpose.FLIP_TOP_BOTTOM)), turns=True),
    _attack("picture turned by its matrix", _by_matrix(lambda w, h: f"0 {w:.1f} {-h:.1f} 0 300 380"), turns=True),
    _attack("picture upside down by its matrix", _by_matrix(lambda w, h: f"{-w:.1f} 0 0 {-h:.1f} 500 450"), turns=True),
    _attack("picture mirrored by its matrix", _by_matrix(lambda w, h: f"{-w:.1f} 0 0 {h:.1f} 500 420"), turns=True),
    _attack("picture skewed by its matrix", _by_matrix(lambda w, h: f"{w:.1f} 40 0 {h:.1f} 72 420"), turns=True),
    _attack("picture in tiles", _tiles),
    _attack("letters as pictures", _many_small),
    _attack("half text, half picture", _half_and_half),
    _attack("stencil", _stencil),
    _attack("inline picture", _inline),
    _attack("text in a soft mask", _mask(inverse=False)),
    _attack("white text in a soft mask", _mask(inverse=True)),
    _attack("masked away", _under_mask, kept=("көрінетін суреттегі сөз",)),
    _attack("cropped away", _cropped_away, kept=("көрінетін суреттегі сөз",)),
    _attack("picture under a white box", _covered),
    _attack("thumbnails, alternates, OPI", _thumbs, KK, "Bradwell", kept=("көрінетін суреттегі сөз",)),
    _attack("EXIF, comments, previews", _exif, KK, EN, kept=("көрінетін суреттегі сөз",)),
    _attack("samples below the height", _after_rows),
    _attack("palette", _indexed),
    _attack("turned stamp", _stamp_over, turns=True),
    _attack("QR code", _code(zxingcpp.BarcodeFormat.QRCode), NUMBER),
    _attack("QR code, squares", _code(zxingcpp.BarcodeFormat.QRCode, vector=True), NUMBER),
    _attack("QR code, inverted", _code(zxingcpp.BarcodeFormat.QRCode, invert=True), NUMBER),
    _attack("QR code, small", _code(zxingcpp.BarcodeFormat.QRCode, side=0.9), NUMBER),
    _attack("QR code, Kazakh", _code(zxingcpp.BarcodeFormat.QRCode, text=KK)),
    _attack("QR code, torn", _damaged_code, NUMBER),
    _attack("DataMatrix", _code(zxingcpp.BarcodeFormat.DataMatrix), NUMBER),
    _attack("Aztec, squares", _code(zxingcpp.BarcodeFormat.Aztec, vector=True), NUMBER),
    _attack("PDF417", _code(zxingcpp.BarcodeFormat.PDF417, side=1.4), NUMBER),
    _attack("Code 128", _code(zxingcpp.BarcodeFormat.Code128, side=1.4), NUMBER),
    _attack("EAN-13", _code(zxingcpp.BarcodeFormat.EAN13, side=1.4, text="4006381333931"), "4006381333931"),
)  # fmt: skip
