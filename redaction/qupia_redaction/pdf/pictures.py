"""Tell whether the pictures stored on a page hold more than the page shows.

Attacks: a picture under a white box, cut by a clip or by the edge of the page, masked, transparent, blended away,
or so small that nobody reads it before zooming in. Its samples would be copied whole. Such a page leaves as
pixels; pictures are compared tile by tile with what is seen in their place.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pymupdf
from PIL import Image

from qupia_redaction.pdf.read import dpi_within, grey_pixels

_DPI = 110
_FINEST_DPI = 450
_TILE = 8
_UNLIKE = 20.0
_CONTRAST, _FLAT = 60.0, 12.0
_WRITTEN, _BLANK = 4, 1
_SHIFT = 2
_CLEAR = 16
_SLACK = 0.001
_ASKEW = 0.01
_MAX_PICTURES = 200
_STEPS = [(down, right) for down in range(3) for right in range(3) if (down, right) != (1, 1)]
_KINDS = {"fill-image", "fill-imgmask"}

Grey = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class _Stand:
    """How a picture stands on its page: at right angles, mirrored or not.

    Attributes:
        wide, high: points along its own rows and columns.
        lies: its rows run along the page's columns.
        back, up: it runs against the page's columns, rows.
    """

    wide: float
    high: float
    lies: bool
    back: bool
    up: bool

    def upright(self, picture: Grey) -> Grey:
        """Return it as the page shows it."""
        turned = picture.T if self.lies else picture
        return turned[:: -1 if self.up else 1, :: -1 if self.back else 1]


def _stand(transform: Sequence[float]) -> _Stand | None:
    """Return how a picture stands; None where it is not at right angles."""
    a, b, c, d, *_ = transform
    if abs(b) + abs(c) < _ASKEW * (abs(a) + abs(d)):
        return _Stand(abs(a), abs(d), False, a < 0, d < 0)
    if abs(a) + abs(d) < _ASKEW * (abs(b) + abs(c)):
        return _Stand(abs(b), abs(c), True, c < 0, b < 0)
    return None


def stores_more_than_shown(page: pymupdf.Page, max_pixels: int) -> bool:
    """Tell whether a picture of this page must not be copied as it is stored."""
    painted = sum(1 for kind, _ in page.get_bboxlog() if kind in _KINDS)
    if painted == 0:
        return False
    stored = list(_stored(page))
    if len(stored) != painted or painted > _MAX_PICTURES:
        return True
    shown = grey_pixels(page, dpi_within(page.rect.width, page.rect.height, _DPI, max_pixels))
    scale = shown.shape[1] / page.rect.width
    doubtful = [block for block in stored if _hides(block, shown, scale)]
    return bool(doubtful) and any(_hides(block, shown, scale) for block in _in_colour(page, doubtful))


def _stored(page: pymupdf.Page) -> Iterator[dict[str, Any]]:
    flags = pymupdf.TEXT_PRESERVE_IMAGES
    content: dict[str, Any] = page.get_text("dict", flags=flags, clip=pymupdf.INFINITE_RECT())
    return (block for block in content["blocks"] if block["type"] == 1)


def _in_colour(page: pymupdf.Page, blocks: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield pictures as their own colour spaces and masks of one colour show them, which their files alone do not."""
    known: dict[tuple[float, ...], set[int]] = {}
    for info in page.get_image_info(xrefs=True):
        known.setdefault(tuple(info["bbox"]), set()).add(info["xref"])
    for block in blocks:
        there = known.get(tuple(block["bbox"]), {0})
        xref = min(there) if len(there) == 1 else 0  # of several in one place nobody knows which it is
        if not xref or not block["colorspace"]:
            yield block
            continue
        pixmap = pymupdf.Pixmap(page.parent, xref)
        if not pixmap.alpha:
            yield {**block, "image": pixmap}
            continue
        rows = np.frombuffer(pixmap.samples, dtype=np.uint8).reshape(pixmap.height, pixmap.stride)
        clear = rows[:, pixmap.n - 1 : pixmap.width * pixmap.n : pixmap.n]
        yield {**block, "image": pymupdf.Pixmap(pixmap, 0), "clear": clear}


def _is_fine(block: dict[str, Any], stand: _Stand) -> bool:
    """Tell whether letters in a picture may be too small to be read on the page."""
    return bool(block["width"] * 72 > _FINEST_DPI * stand.wide or block["height"] * 72 > _FINEST_DPI * stand.high)


def _hides(block: dict[str, Any], shown: Grey, scale: float) -> bool:
    stand = _stand(block["transform"])
    x0, y0, x1, y1 = (side * scale for side in block["bbox"])
    inside = x0 > -2 and y0 > -2 and x1 < shown.shape[1] + 2 and y1 < shown.shape[0] + 2
    if stand is None or not inside or _is_fine(block, stand):
        return True
    left, top = (max(math.floor(side + _SLACK), 0) for side in (x0, y0))  # the engine fits pictures to whole pixels
    place = shown[top : math.ceil(y1 - _SLACK), left : math.ceil(x1 - _SLACK)]
    if place.shape[0] < 2 or place.shape[1] < 2:
        return bool(block["width"] * block["height"] > 4 * _TILE**2)
    picture = stand.upright(_grey(block["image"]))
    if not block["colorspace"]:
        return _painted_otherwise(_scaled(picture, place), place)
    mask = _grey(block["mask"]) if block.get("mask") else block.get("clear")
    if mask is not None:
        mask = stand.upright(mask)
        if _secret_below(picture, mask):
            return True
        picture = _over_white(picture, mask)
        if _secret_in(_scaled(mask, place), place):
            return True
    if not _unlike(_scaled(picture, place), place):
        return _blank_over(_scaled(picture, place), place)
    enlarged = picture.shape[0] < place.shape[0] and picture.shape[1] < place.shape[1]
    return not enlarged or _unlike(_resized(picture, place.shape, Image.Resampling.BILINEAR), place)


def _painted_otherwise(stencil: Grey, place: Grey) -> bool:
    """Tell whether a stencil is not what is seen there, in whatever colour it is painted on whatever paper."""
    shape, seen = _tiles(stencil), _tiles(place)
    if shape.max() - shape.min() < _FLAT:
        return bool(seen.max() - seen.min() > _CONTRAST)
    slope, paper = np.polyfit(shape.ravel(), seen.ravel(), 1)
    if abs(slope) * (shape.max() - shape.min()) < _FLAT:
        return True
    painted = np.clip(slope * stencil.astype(np.float32) + paper, 0, 255).astype(np.uint8)
    return _unlike(painted, place) or _secret_in(stencil, place)


def _unlike(picture: Grey, place: Grey) -> bool:
    """Tell whether a tile differs however the picture is moved by a pixel: its edges fall between two of the page's."""
    shown = _tiles(place)
    least = np.abs(_tiles(picture) - shown)
    if least.max() <= _UNLIKE:
        return False
    wide = np.pad(picture, 1, "edge")
    high, across = picture.shape
    for down, right in _STEPS:
        least = np.minimum(least, np.abs(_tiles(wide[down : down + high, right : right + across]) - shown))
    return bool(least.max() > _UNLIKE)


def _grey(encoded: bytes | pymupdf.Pixmap) -> Grey:
    pixmap = encoded if isinstance(encoded, pymupdf.Pixmap) else pymupdf.Pixmap(encoded)
    if pixmap.colorspace is not None and pixmap.colorspace.n != 1:
        pixmap = pymupdf.Pixmap(pymupdf.csGRAY, pixmap)
    rows = np.frombuffer(pixmap.samples, dtype=np.uint8).reshape(pixmap.height, pixmap.stride)
    return rows[:, : pixmap.width * pixmap.n : pixmap.n]


def _secret_below(picture: Grey, mask: Grey) -> bool:
    """Tell whether what the mask makes clear is more than one flat colour."""
    clear = picture[_resized(mask, picture.shape) < _CLEAR]
    return clear.size > 0 and int(clear.max()) - int(clear.min()) > _CONTRAST


def _secret_in(mask: Grey, place: Grey) -> bool:
    """Tell whether the mask has a shape where the page shows none."""
    shape, seen = (_spread(array) for array in (mask, place))
    return bool(np.any((shape > _CONTRAST) & (seen < _FLAT)))


def _blank_over(picture: Grey, place: Grey) -> bool:
    """Tell whether a picture has a shape, however faint, where the page has none for some pixels around: it is covered.

    Its edges fall between two of the page's pixels.
    """
    low, high = (_blocks(_widened(place, pick)) for pick in (np.minimum, np.maximum))
    blank = high.max(axis=(1, 3)) - low.min(axis=(1, 3)) <= _BLANK
    return bool(np.any(blank & (_spread(picture) > _WRITTEN)))


def _widened(picture: Grey, pick: np.ufunc) -> Grey:
    """Return for each pixel the least or the greatest of those near it."""
    for axis in (0, 1):
        one = picture
        for step in range(1, _SHIFT + 1):
            ahead, back = np.roll(one, -step, axis), np.roll(one, step, axis)
            picture = pick(picture, pick(ahead, back))
    return picture


def _over_white(picture: Grey, mask: Grey) -> Grey:
    cover = _resized(mask, picture.shape).astype(np.float32) / 255
    mixed: Grey = (picture * cover + 255 * (1 - cover)).astype(np.uint8)
    return mixed


def _scaled(picture: Grey, place: Grey) -> Grey:
    return _resized(picture, place.shape)


def _resized(picture: Grey, shape: tuple[int, ...], how: Image.Resampling = Image.Resampling.BOX) -> Grey:
    if picture.shape == shape:
        return picture
    image = Image.fromarray(np.ascontiguousarray(picture)).resize((shape[1], shape[0]), how)
    return np.asarray(image)


def _blocks(picture: Grey) -> npt.NDArray[np.float32]:
    high, wide = (max(side // _TILE, 1) * _TILE for side in picture.shape)
    padded = np.pad(picture, ((0, max(high - picture.shape[0], 0)), (0, max(wide - picture.shape[1], 0))), "edge")
    return padded[:high, :wide].reshape(high // _TILE, _TILE, wide // _TILE, _TILE).astype(np.float32)


def _tiles(picture: Grey) -> npt.NDArray[np.float32]:
    tiles: npt.NDArray[np.float32] = _blocks(picture).mean(axis=(1, 3))
    return tiles


def _spread(picture: Grey) -> npt.NDArray[np.float32]:
    blocks = _blocks(picture)
    spread: npt.NDArray[np.float32] = blocks.max(axis=(1, 3)) - blocks.min(axis=(1, 3))
    return spread
