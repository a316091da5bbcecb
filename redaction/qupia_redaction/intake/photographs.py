"""Turn a picture into a PDF of pictures: JPEG, PNG and TIFF, one page a frame.

Attacks: decompression bombs, endless frames, sizes that the header denies, formats that nobody asked for. Only three
formats are tried, the header's size is compared before anything is decoded, and frames are counted one by one.
Nothing but pixels goes on: colour profiles, previews, comments and positions stay behind.
"""

from __future__ import annotations

import io
import re
import warnings
import zlib
from collections.abc import Iterator

import pikepdf
from PIL import Image, ImageOps, ImageSequence

from qupia_redaction.errors import RedactionRefused, RefusalCode
from qupia_redaction.model import Limits

_MAGIC = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"II*\x00", b"MM\x00*")
_FORMATS = ("JPEG", "PNG", "TIFF")
_DPI = 200.0
_DPI_RANGE = (50.0, 1200.0)
_LONGEST_SIDE = 14_400.0
_QUALITY = 92
_FRAME_BYTES = 4
_ORIENTATION = 0x0112
_MARK, _END, _SCAN = 0xFF, 0xD9, 0xDA
_NEEDED = frozenset({0xDA, 0xDB, 0xDD, 0xEE})
"""Segments of a JPEG that its pixels need, beside frames and tables: scan, quantisation, restarts, kind of colour."""
_NEXT = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
"""The next segment behind a scan."""


def as_pdf(master: bytes, limits: Limits) -> bytes:
    """Return a PDF that shows the pictures of `master`; what is no picture comes back as it is.

    Args:
        master: untrusted.
        limits: bounds of the job; all frames together must keep to them.

    Raises:
        RedactionRefused: TOO_MANY_BYTES, TOO_MANY_PAGES, TOO_MANY_PIXELS, TOO_MUCH_INFLATED or DAMAGED.
    """
    if not master.startswith(_MAGIC):
        return master
    if len(master) > limits.max_bytes:
        raise RedactionRefused(RefusalCode.TOO_MANY_BYTES)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _converted(master, limits)
    except Image.DecompressionBombError as error:
        raise RedactionRefused(RefusalCode.TOO_MANY_PIXELS) from error
    except (
        OSError,
        SyntaxError,
        ValueError,
        TypeError,
        KeyError,
        EOFError,
        IndexError,
        zlib.error,
        OverflowError,
    ) as error:
        raise RedactionRefused(RefusalCode.DAMAGED) from error


def _converted(master: bytes, limits: Limits) -> bytes:
    with Image.open(io.BytesIO(master), formats=_FORMATS) as picture, pikepdf.new() as pdf:
        _measure(picture, 1, limits)
        for number, frame in enumerate(_frames(picture, limits), 1):
            plain = _plain(frame, number)
            stream = _as_it_is(pdf, master, plain) if plain is picture else None
            _add_page(pdf, stream or _stream(pdf, plain), plain.size, _dpi(frame))
        buffer = io.BytesIO()
        pdf.save(buffer, static_id=True)
        return buffer.getvalue()


def _frames(picture: Image.Image, limits: Limits) -> Iterator[Image.Image]:
    """Yield frame by frame; each is measured before it is decoded."""
    inflated = 0
    for number, frame in enumerate(ImageSequence.Iterator(picture), 1):
        if picture.format == "PNG" and number > 1:
            raise RedactionRefused(RefusalCode.UNKNOWN_CONTENT)  # a moving picture is no document
        if picture.format != "TIFF" and number > 1:
            return  # what a camera adds behind the photo is a smaller copy of it
        if number > limits.max_pages:
            raise RedactionRefused(RefusalCode.TOO_MANY_PAGES)
        _measure(frame, number, limits)
        inflated += frame.width * frame.height * len(frame.getbands())
        if inflated > limits.max_inflated * _FRAME_BYTES:
            raise RedactionRefused(RefusalCode.TOO_MUCH_INFLATED, number)
        frame.load()
        yield frame


def _measure(frame: Image.Image, number: int, limits: Limits) -> None:
    if frame.width * frame.height > limits.max_pixels:
        raise RedactionRefused(RefusalCode.TOO_MANY_PIXELS, number)


def _plain(frame: Image.Image, number: int) -> Image.Image:
    """Return upright black and white, grey or colour pixels on white paper."""
    turned = frame.getexif().get(_ORIENTATION, 1) != 1
    upright = ImageOps.exif_transpose(frame) if turned else frame
    if upright.mode in {"1", "L", "RGB"} and "transparency" not in upright.info:
        return upright
    if upright.mode.startswith(("I", "F")):
        return _stretched(upright, number)
    if upright.mode == "CMYK":
        return upright.convert("RGB")
    if upright.mode == "LA":
        upright = upright.convert("RGBA")
    if upright.mode == "RGBA" or "transparency" in upright.info:
        paper = Image.new("RGBA", upright.size, "white")
        return Image.alpha_composite(paper, upright.convert("RGBA")).convert("RGB")
    return upright.convert("RGB")


def _stretched(frame: Image.Image, number: int) -> Image.Image:
    """Bring pixels of more than eight bits down to eight."""
    if frame.mode.startswith("I;16"):
        return frame.convert("I").point(lambda value: value / 257).convert("L")
    low, high = frame.getextrema()
    if not isinstance(low, int | float) or not isinstance(high, int | float) or high <= low:
        raise RedactionRefused(RefusalCode.UNREADABLE_PAGE, number)
    scale = 255 / (high - low)
    return frame.point(lambda value: (value - low) * scale).convert("L")


def _dpi(frame: Image.Image) -> float:
    """Return the resolution the file states, where it is believable."""
    stated = frame.info.get("dpi", (_DPI, _DPI))
    try:
        dpi = float(stated[0])
    except (TypeError, ValueError, IndexError, ZeroDivisionError):
        return _DPI
    believable = _DPI_RANGE[0] <= dpi <= _DPI_RANGE[1]
    return max(dpi if believable else _DPI, max(frame.size) * 72 / _LONGEST_SIDE)


def _add_page(pdf: pikepdf.Pdf, stream: pikepdf.Stream, size: tuple[int, int], dpi: float) -> None:
    width, height = (round(side * 72 / dpi, 2) for side in size)
    page = pdf.add_blank_page(page_size=(width, height))
    page.obj["/Resources"] = pikepdf.Dictionary(XObject=pikepdf.Dictionary(P=stream))
    page.obj["/Contents"] = pdf.make_stream(f"q {width} 0 0 {height} 0 0 cm /P Do Q".encode())


def _as_it_is(pdf: pikepdf.Pdf, master: bytes, image: Image.Image) -> pikepdf.Stream | None:
    """Wrap a JPEG without another loss; the rebuild encodes it anew in any case."""
    if image.format == "JPEG" and image.mode in {"L", "RGB"}:
        return _wrapped(pdf, image, _bare_jpeg(master), "/DCTDecode", 8)
    return None


def _bare_jpeg(master: bytes) -> bytes:
    """Return the segments of a JPEG that its pixels need: no comments or previews, nothing behind the end."""
    kept, at = [b"\xff\xd8"], 2
    while (mark := master[at + 1]) != _END:
        if master[at] != _MARK:
            raise ValueError("segment")
        if mark == _MARK:  # filling between segments
            at += 1
            continue
        end = at + 2 + int.from_bytes(master[at + 2 : at + 4], "big")
        if mark == _SCAN:
            following = _NEXT.search(master, end)
            if following is None:
                raise ValueError("no end")
            end = following.start()
        if mark in _NEEDED or 0xC0 <= mark <= 0xCF:
            kept.append(master[at:end])
        at = end
    return b"".join([*kept, b"\xff\xd9"])


def _stream(pdf: pikepdf.Pdf, image: Image.Image) -> pikepdf.Stream:
    if image.mode == "1":
        return _wrapped(pdf, image, zlib.compress(image.tobytes(), 6), "/FlateDecode", 1)
    if image.format == "PNG":
        return _wrapped(pdf, image, zlib.compress(image.tobytes(), 6), "/FlateDecode", 8)
    buffer = io.BytesIO()
    bare = image.copy()
    bare.info = {}  # comments and profiles would come along
    bare.save(buffer, "JPEG", quality=_QUALITY, subsampling=0)
    return _wrapped(pdf, image, buffer.getvalue(), "/DCTDecode", 8)


def _wrapped(pdf: pikepdf.Pdf, image: Image.Image, data: bytes, coding: str, bits: int) -> pikepdf.Stream:
    grey = image.mode in {"1", "L"}
    stream = pikepdf.Stream(pdf, data)
    stream["/Type"], stream["/Subtype"] = pikepdf.Name.XObject, pikepdf.Name.Image
    stream["/Width"], stream["/Height"], stream["/BitsPerComponent"] = image.width, image.height, bits
    stream["/ColorSpace"] = pikepdf.Name.DeviceGray if grey else pikepdf.Name.DeviceRGB
    stream["/Filter"] = pikepdf.Name(coding)
    return stream
