"""Pictures become pages of pixels, upright, on white, and bombs are turned away before they are decoded."""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import replace
from typing import Any

import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageDraw

from qupia_redaction.errors import RedactionRefused, RefusalCode
from qupia_redaction.intake.photographs import as_pdf
from qupia_redaction.model import Limits

LIMITS = Limits(max_pixels=1_000_000, max_pages=5)


def drawn(mode: str = "RGB") -> Image.Image:
    """Return a picture with a dark upper left quarter."""
    image = Image.new("L", (120, 80), 255)
    ImageDraw.Draw(image).rectangle((0, 0, 59, 39), 0)
    return image.convert(mode)


def encoded(image: Image.Image, form: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, form, **options)
    return buffer.getvalue()


def seen(data: bytes, page: int = 0) -> Image.Image:
    with pypdfium2.PdfDocument(data) as document:
        shown: Image.Image = document[page].render(scale=1).to_pil().convert("L")
        return shown


@pytest.mark.parametrize(
    ("mode", "form"),
    [("L", "JPEG"), ("RGB", "JPEG"), ("CMYK", "JPEG"), ("1", "PNG"), ("L", "PNG"), ("P", "PNG"), ("RGBA", "PNG"),
     ("LA", "PNG"), ("1", "TIFF"), ("RGB", "TIFF"), ("F", "TIFF"), ("CMYK", "TIFF")],
)  # fmt: skip
def test_a_picture_is_one_page_that_looks_like_it(mode: str, form: str) -> None:
    page = seen(as_pdf(encoded(drawn(mode), form, dpi=(72, 72)), LIMITS))
    assert page.size == (120, 80)
    assert page.getpixel((10, 10)) < 40  # type: ignore[operator] # one band
    assert page.getpixel((100, 60)) > 215  # type: ignore[operator] # one band


def test_what_is_no_picture_comes_back_as_it_is() -> None:
    assert as_pdf(b"%PDF-1.7", LIMITS) == b"%PDF-1.7"


def test_every_frame_of_a_tiff_is_a_page() -> None:
    frames = [drawn("1"), drawn("L").rotate(180), drawn("RGB")]
    data = as_pdf(encoded(frames[0], "TIFF", save_all=True, append_images=frames[1:], dpi=(72, 72)), LIMITS)
    with pypdfium2.PdfDocument(data) as document:
        assert len(document) == 3
    assert seen(data, 1).getpixel((100, 60)) < 40  # type: ignore[operator] # one band


def test_transparent_paper_is_white() -> None:
    image = Image.new("RGBA", (50, 50), (0, 0, 0, 0))
    assert seen(as_pdf(encoded(image, "PNG", dpi=(72, 72)), LIMITS)).getextrema() == (255, 255)


@pytest.mark.parametrize(("orientation", "size", "dark"), [(6, (80, 120), (70, 10)), (1, (120, 80), (10, 10))])
@pytest.mark.parametrize("progressive", [False, True])
def test_a_photo_is_turned_as_its_camera_says_and_nothing_else_comes_along(
    orientation: int, size: tuple[int, int], dark: tuple[int, int], progressive: bool
) -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = orientation, "Үлгіев"
    master = encoded(drawn(), "JPEG", exif=exif, dpi=(72, 72), comment=b"Sekret", progressive=progressive)
    data = as_pdf(master + b"Sekret", LIMITS)
    assert seen(data).size == size
    assert seen(data).getpixel(dark) < 40  # type: ignore[operator] # one band
    with pikepdf.open(io.BytesIO(data)) as pdf:
        raw = b"".join(item.read_raw_bytes() for item in pdf.objects if isinstance(item, pikepdf.Stream))
    assert b"Sekret" not in raw + data
    assert "Үлгіев".encode() not in raw + data


def header(width: int, height: int) -> bytes:
    """Return a PNG that states a size and holds next to nothing."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    )


MANY = encoded(drawn("1"), "TIFF", save_all=True, append_images=[drawn("1")] * 5)
MOVING = encoded(drawn("L"), "PNG", save_all=True, append_images=[drawn("L").rotate(90)])


@pytest.mark.parametrize(
    ("master", "code"),
    [
        (header(100_000, 100_000), RefusalCode.TOO_MANY_PIXELS),
        (header(2_000, 2_000), RefusalCode.TOO_MANY_PIXELS),
        (header(500, 500), RefusalCode.DAMAGED),
        (encoded(drawn(), "PNG")[:100], RefusalCode.DAMAGED),
        (encoded(drawn(), "JPEG")[:300], RefusalCode.DAMAGED),
        (b"\xff\xd8\xff" + b"nothing" * 9, RefusalCode.DAMAGED),
        (MANY, RefusalCode.TOO_MANY_PAGES),
        (MOVING, RefusalCode.UNKNOWN_CONTENT),
    ],
    ids=["bomb", "large", "empty", "cut PNG", "cut JPEG", "no JPEG", "many frames", "moving"],
)
def test_bombs_and_broken_pictures_are_refused(master: bytes, code: RefusalCode) -> None:
    with pytest.raises(RedactionRefused) as caught:
        as_pdf(master, LIMITS)
    assert caught.value.code is code


def test_bytes_and_frames_together_are_bounded() -> None:
    master = encoded(drawn("RGB"), "TIFF", save_all=True, append_images=[drawn("RGB")] * 3)
    with pytest.raises(RedactionRefused) as caught:
        as_pdf(master, replace(LIMITS, max_inflated=20_000))
    assert caught.value.code is RefusalCode.TOO_MUCH_INFLATED
    with pytest.raises(RedactionRefused) as caught:
        as_pdf(master, replace(LIMITS, max_bytes=1_000))
    assert caught.value.code is RefusalCode.TOO_MANY_BYTES
