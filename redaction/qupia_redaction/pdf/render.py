"""Pictures of pages for OCR, for codes and for pages that become pixels."""

from __future__ import annotations

import pymupdf
from PIL import Image

from qupia_redaction.errors import RedactionRefused, RefusalCode
from qupia_redaction.memory import give_back
from qupia_redaction.model import Box
from qupia_redaction.pdf.read import dpi_within

MIN_DPI = 72
FLAT_DPI = 200
MAX_DPI = 300
GLANCE_DPI = 40
_LARGE = 6_000_000
_SPACE, _GREYS = 5, frozenset({"DeviceGray", ""})
"""Where the engine's list of pictures tells how one is coloured; masks are in the colour that they are painted in."""
_PICTURES_ONLY = frozenset({"fill-image", "ignore-text"})


def picture(page: pymupdf.Page, dpi: int, grey: bool = False, clip: Box | None = None) -> Image.Image:
    """Render a page, or a part of it, to pixels."""
    space = pymupdf.csGRAY if grey else pymupdf.csRGB
    area = pymupdf.Rect(clip.x0, clip.y0, clip.x1, clip.y1) if clip else None
    pixmap = page.get_pixmap(dpi=dpi, colorspace=space, alpha=False, annots=False, clip=area)
    mode = "L" if grey else "RGB"
    return Image.frombytes(mode, (pixmap.width, pixmap.height), pixmap.samples_mv, "raw", mode, pixmap.stride, 1)


def scan_picture(page: pymupdf.Page, dpi: int) -> tuple[Image.Image, Image.Image | None]:
    """Render a page that OCR decides on: its greys, and a glance at it where pictures are all that it shows.

    Pictures in colour are taken as they are and made grey afterwards: that takes the engine longer than decoding them.
    """
    coloured = any(item[_SPACE] not in _GREYS for item in page.get_images())
    whole = picture(page, dpi, grey=not coloured)
    grey = whole.convert("L") if coloured else whole
    if any(kind not in _PICTURES_ONLY for kind, _ in page.get_bboxlog()):
        return grey, None
    size = max(round(whole.width * GLANCE_DPI / dpi), 1), max(round(whole.height * GLANCE_DPI / dpi), 1)
    return grey, whole.resize(size, Image.Resampling.BOX, reducing_gap=1.0)


def forget(image: Image.Image) -> None:
    """Let the engine forget the pictures it has decoded, and give memory back, if they are large.

    Args:
        image: the render of a page that is read next: where it is large that takes seconds, to which decoding a
            picture once more is nothing.
    """
    if image.width * image.height > _LARGE:
        pymupdf.TOOLS.store_shrink(100)
        give_back()


def scan_dpi(page: pymupdf.Page, max_pixels: int) -> int:
    """Return the resolution to read a page at: that of its largest picture, 200 to 300.

    Raises:
        RedactionRefused: TOO_MANY_PIXELS when the page is too large for 72 dpi.
    """
    own = [
        info["width"] * 72 / max(info["bbox"][2] - info["bbox"][0], 1.0)
        for info in page.get_image_info()
        if (info["bbox"][2] - info["bbox"][0]) > 0.5 * page.rect.width
    ]
    wished = min(max(max(own, default=FLAT_DPI), FLAT_DPI), MAX_DPI)
    return checked_dpi(page, wished, max_pixels)


def checked_dpi(page: pymupdf.Page, dpi: float, max_pixels: int) -> int:
    """Return `dpi` lowered to the pixel limit.

    Raises:
        RedactionRefused: TOO_MANY_PIXELS below 72 dpi.
    """
    within = dpi_within(page.rect.width, page.rect.height, round(dpi), max_pixels)
    if within < MIN_DPI:
        raise RedactionRefused(RefusalCode.TOO_MANY_PIXELS, page.number + 1)
    return within
