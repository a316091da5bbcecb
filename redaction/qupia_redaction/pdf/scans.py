"""The one picture that is a scanned page, as it is stored, so that it can leave in kind: same pixels, same JPEG habits.

Attacks: a picture of which the page shows a part only, or in other colours. What is taken is compared with the render,
tile by tile; where they differ the render is taken. Limit: pixels within the job's bound, 8 bits a channel.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pymupdf
from PIL import Image, JpegImagePlugin

from qupia_redaction.layout.pixels import JpegHabits
from qupia_redaction.pdf.render import GLANCE_DPI, picture

_DRAWN = {"fill-image"}
_UNSEEN = {"ignore-text"}
_MOST_DPI = 330
_UNLIKE = 14.0
_EDGE = 0.8
_TILE = 6
_JPEG = "jpeg"
_FILTER = 8
"""Where the engine's list of pictures tells how one is encoded."""


def habits_of(page: pymupdf.Page) -> JpegHabits | None:
    """Return how the largest JPEG of a page is encoded; None when it has none that covers half of it."""
    found = _largest(page)
    if found is None:
        return None
    stored = page.parent.extract_image(found["xref"]) if found["xref"] and _is_jpeg(page, found["xref"]) else {}
    if stored.get("ext") != _JPEG:
        return None
    with Image.open(io.BytesIO(stored["image"])) as image:
        return _habits(image)


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page shows at a glance: little enough to be kept until the page is marked.

    Attributes:
        size: of the glance, pixels.
        tiles: its mean colours, small squares of it each.
    """

    size: tuple[int, int]
    tiles: Image.Image = field(repr=False)

    @classmethod
    def of(cls, glance: Image.Image) -> Shown:
        """Return what a coarse picture of a page shows."""
        return cls(glance.size, glance.convert("RGB").reduce(_TILE))

    def is_like(self, image: Image.Image) -> bool:
        """Tell whether a picture shows the same."""
        small = image.resize(self.size, Image.Resampling.BOX).convert("RGB").reduce(_TILE)
        one, other = (np.asarray(side, dtype=np.int16) for side in (self.tiles, small))
        return bool(np.abs(one - other).max() <= _UNLIKE)


def stored_scan(page: pymupdf.Page, max_pixels: int, shown: Shown | None = None) -> Image.Image | None:
    """Return the pixels of the picture that is the page, or None when the page is more or less than one picture.

    Args:
        page: of the document as it was admitted.
        max_pixels: bound of the job.
        shown: what the page shows; None when nobody has looked yet.
    """
    kinds = [kind for kind, _ in page.get_bboxlog() if kind not in _UNSEEN]
    found = _largest(page)
    if found is None or len(kinds) != 1 or kinds[0] not in _DRAWN or not found["xref"] or not _fills(found, page):
        return None
    document, xref = page.parent, found["xref"]
    if any(document.xref_get_key(xref, key)[0] != "null" for key in ("Decode", "SMask", "Mask")):
        return None
    if found["width"] * found["height"] > max_pixels:
        return None
    fine = found["width"] * 72 > _MOST_DPI * (found["bbox"][2] - found["bbox"][0])
    if fine and document.xref_get_key(xref, "BitsPerComponent")[1] != "1":
        return None
    image = _decoded(document.extract_image(xref)) if _is_jpeg(page, xref) else _unpacked(document, xref)
    if image is None:
        return None
    return image if (shown or Shown.of(picture(page, GLANCE_DPI))).is_like(image) else None


def _largest(page: pymupdf.Page) -> dict[str, Any] | None:
    """Return the largest picture that shows on a page, with its `xref` or 0, if it covers half of the page."""
    listed = page.get_images()
    plain = all(item[_FILTER] == "DCTDecode" for item in listed)
    infos = list(_jpegs(page, listed)) if plain else page.get_image_info(xrefs=True)
    whole = page.rect.width * page.rect.height
    best = max(infos, key=lambda info: _area(info["bbox"]), default=None)
    return best if best is not None and _area(best["bbox"]) >= 0.5 * whole else None


def _jpegs(page: pymupdf.Page, listed: Sequence[tuple[Any, ...]]) -> Iterator[dict[str, Any]]:
    """Yield what shows on a page, told by its bytes: telling it by its pixels decodes all of them twice."""
    stored = {page.parent.extract_image(item[0]).get("image"): item[0] for item in listed}
    shown: dict[str, Any] = page.get_text("dict", flags=pymupdf.TEXT_PRESERVE_IMAGES)
    for block in shown["blocks"]:
        if block["type"] == 1:
            yield block | {"xref": stored.get(block["image"], 0)}


def _area(box: tuple[float, float, float, float]) -> float:
    return max(box[2] - box[0], 0.0) * max(box[3] - box[1], 0.0)


def _fills(info: dict[str, Any], page: pymupdf.Page) -> bool:
    """Tell whether a picture stands upright and fills the page exactly."""
    a, b, c, d, _, _ = info["transform"]
    edges = zip(info["bbox"], (0.0, 0.0, page.rect.width, page.rect.height), strict=True)
    return a > 0 and d > 0 and abs(b) + abs(c) < 1e-3 * (a + d) and all(abs(x - y) < _EDGE for x, y in edges)


def _is_jpeg(page: pymupdf.Page, xref: int) -> bool:
    """Tell whether a picture is a JPEG: the engine hands out all others packed as PNG, which takes seconds."""
    return "/".join(page.parent.xref_get_key(xref, "Filter")).strip("[] ").endswith("/DCTDecode")


def _decoded(stored: dict[str, Any]) -> Image.Image | None:
    if not stored:
        return None
    with Image.open(io.BytesIO(stored["image"])) as image:
        if image.mode not in {"L", "RGB"}:
            return None
        image.load()  # what is loaded stays when the file is closed: a copy would be as large
    image.info = {}  # comments and profiles of the master would be written into the copy
    return image


def _unpacked(document: pymupdf.Document, xref: int) -> Image.Image | None:
    pixmap = pymupdf.Pixmap(document, xref)
    if pixmap.alpha or pixmap.n not in {1, 3} or pixmap.colorspace is None:
        return None
    mode = "L" if pixmap.n == 1 else "RGB"
    return Image.frombuffer(
        mode, (pixmap.width, pixmap.height), pixmap.samples_mv, "raw", mode, pixmap.stride, 1
    ).copy()


def _habits(image: Image.Image) -> JpegHabits:
    tables = image.quantization  # type: ignore[attr-defined]  # a JPEG has them
    return JpegHabits(tuple(tuple(tables[key]) for key in sorted(tables)), max(JpegImagePlugin.get_sampling(image), 0))
