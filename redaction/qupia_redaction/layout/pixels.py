"""Pages as pixels: black out rectangles in the decoded picture and encode it anew, in kind.

No stream of the master is copied: metadata, previews, alternates and cut-away parts end here.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from qupia_redaction.layout.bands import Pixels, Places, Scale
from qupia_redaction.layout.reflow import Move
from qupia_redaction.model import Box, Category, Mark
from qupia_redaction.page.askew import Band
from qupia_redaction.page.greys import median, reaches

JPEG_QUALITY = 80
COVER = 28
_GREY_SPREAD = 10
_THUMB = 200
_BILEVEL_SHARE = 0.995
_RULE_BELOW, _RULE_SHARE = 140, 0.97
_OTHER_GROUND = 40
_RIM = 3
_HALF_LINE = 0.6
"""What a label takes above and below its middle, of its size."""


@dataclass(frozen=True, slots=True)
class PagePicture:
    """An encoded picture that fills a page.

    Attributes:
        data: the encoded bytes.
        width, height: pixels.
        colour: RGB, else grey.
        bilevel: CCITT group 4, one bit a pixel; else JPEG.
    """

    data: bytes = field(repr=False)
    width: int
    height: int
    colour: bool
    bilevel: bool


@dataclass(frozen=True, slots=True)
class JpegHabits:
    """How a JPEG was encoded.

    Attributes:
        tables: quantisation tables, one to four.
        sampling: 0 for 4:4:4, 1 for 4:2:2, 2 for 4:2:0.
    """

    tables: tuple[tuple[int, ...], ...]
    sampling: int


def cover(image: Image.Image, marks: Sequence[Mark], scale: Scale, labels: Mapping[Category, str], font: bytes) -> None:
    """Overwrite rectangles in place and print their labels.

    Args:
        image: pixels, changed.
        marks: rectangles in points.
        scale: pixels a point.
        labels: word by category.
        font: font program for the labels.
    """
    pen = ImageDraw.Draw(image)
    dark, white = ((COVER,) * 3, (255,) * 3) if image.mode == "RGB" else (COVER, 255)
    areas = [_pixels(mark.box, scale) for mark in marks]
    for x0, y0, x1, y1 in areas:
        pen.rectangle((x0, y0, max(x1 - 1, x0), max(y1 - 1, y0)), fill=dark)
    written: list[tuple[int, int, int, int]] = []
    for mark, (x0, y0, x1, y1) in zip(marks, areas, strict=True):
        size = max(6, min(round((y1 - y0) * 0.55), round(9 * (scale[1] if isinstance(scale, tuple) else scale))))
        face = ImageFont.truetype(io.BytesIO(font), size)
        margin, middle = size // 3, (y0 + min(y1, y0 + 3 * size)) // 2
        words = mark.words(labels[mark.category])
        half = math.ceil(_HALF_LINE * size)
        place = (x0 + margin, middle - half, x0 + margin + math.ceil(face.getlength(words)), middle + half)
        others = (area for area in areas if area != (x0, y0, x1, y1))
        if place[2] <= x1 - margin and not any(_cut(area, place) for area in others) and not _over(written, place):
            pen.text((x0 + margin, middle), words, white, face, "lm")
            written.append(place)


def _cut(area: tuple[int, int, int, int], place: tuple[int, int, int, int]) -> bool:
    """Tell whether the rim of another mark runs through a label: half of it would be gone, or that mark not whole."""
    x0, y0, x1, y1 = area
    inside = place[0] > x0 + _RIM and place[1] > y0 + _RIM and place[2] < x1 - _RIM and place[3] < y1 - _RIM
    return not inside and _over([(x0 - _RIM, y0 - _RIM, x1 + _RIM, y1 + _RIM)], place)


def _over(areas: Iterable[tuple[int, int, int, int]], place: tuple[int, int, int, int]) -> bool:
    return any(a[0] < place[2] and place[0] < a[2] and a[1] < place[3] and place[1] < a[3] for a in areas)


def reset(
    image: Image.Image, wiped: Sequence[Band], moves: Sequence[Move], scale: Scale, pieces: Sequence[Pixels | None] = ()
) -> Image.Image:
    """Wipe areas out to the colour of their paper, and put pixels elsewhere, in place; return the same picture.

    Args:
        image: pixels, changed.
        wiped: areas along the slope of their lines, points.
        moves: pixels to put back, of the picture as it was.
        scale: pixels a point.
        pieces: those pixels, RGB, where they were drawn anew; None, or none at all, to take them from the picture.
    """
    shape = image.height, image.width
    before = [
        Places.along(move.band, scale, shape).taken(image) if piece is None else _in_mode(piece, image.mode)
        for move, piece in zip(moves, pieces or [None] * len(moves), strict=True)
    ]
    for band in wiped:
        places = Places.along(band, scale, shape)
        if places.any:
            level = Image.fromarray(places.taken(image))
            for left, right in _grounds(level):
                area = level.crop((left, 0, right, level.height))
                level.paste(_paper(area), (left, 0), _without_rules(area))
            places.put(image, np.asarray(level))
    for move, pixels in zip(moves, before, strict=True):
        places = Places.along(move.to, scale, shape).within(*pixels.shape[:2])
        places.put(image, pixels[: places.high, : places.tops.size])
    return image


def _in_mode(piece: Pixels, mode: str) -> Pixels:
    return piece if mode == "RGB" or not piece.size else np.asarray(Image.fromarray(piece).convert(mode))


def _pixels(box: Box, scale: Scale) -> tuple[int, int, int, int]:
    across, down = scale if isinstance(scale, tuple) else (scale, scale)
    return round(box.x0 * across), round(box.y0 * down), round(box.x1 * across), round(box.y1 * down)


def _grounds(area: Image.Image) -> list[tuple[int, int]]:
    """Cut an area where its ground changes: a coloured bar that covers a part of a line keeps its colour."""
    columns = np.median(np.asarray(area.convert("L"))[::2], axis=0)
    reach = min(area.height, (area.width - 1) // 2)
    around = np.pad((2 * columns).astype(np.int16), reach, mode="edge")  # twice a median of bytes is whole
    windows = np.lib.stride_tricks.sliding_window_view(around, 2 * reach + 1)
    ground = np.partition(windows, reach, axis=1)[:, reach] / 2
    cuts = [0, *(np.flatnonzero(np.abs(np.diff(ground)) > _OTHER_GROUND) + 1).tolist(), area.width]
    return [(left, right) for left, right in pairwise(cuts) if right > left]


def _without_rules(area: Image.Image) -> Image.Image:
    """Return where an area may be wiped: not where rules of a form or table run from side to side of it."""
    grey = np.asarray(area.convert("L"))
    if median(grey) < _RULE_BELOW:
        return Image.new("L", area.size, 255)  # a dark ground is no rule
    dark = grey < _RULE_BELOW
    rows, columns = dark.mean(axis=1) > _RULE_SHARE, dark.mean(axis=0) > _RULE_SHARE
    free = ~(rows[:, None] | columns[None, :])
    return Image.fromarray((free * 255).astype(np.uint8))


def _paper(area: Image.Image) -> Image.Image:
    """Return paper of an area's size: grains of its brighter half, strewn by the same lot each time."""
    whole = np.asarray(area)
    pixels = whole.reshape(area.height * area.width, -1)
    light = pixels[:, 0].astype(np.int32)
    for band in range(1, pixels.shape[1]):
        light += pixels[:, band]
    counts = np.bincount(light)
    levels = np.arange(len(counts))
    usual = _median(levels, counts)
    grain = _median(np.abs(levels - usual), counts)
    paper = np.flatnonzero((np.abs(levels - usual) <= 3 * grain)[light])
    drawn = pixels.take(paper.take(np.random.default_rng(0).integers(0, len(paper), len(pixels))), axis=0)
    return Image.fromarray(drawn.reshape(whole.shape))


def _median(values: np.ndarray, counts: np.ndarray) -> float:
    """Return the median of values that occur so many times each: far faster than sorting the pixels."""
    order = np.argsort(values, kind="stable")
    upto = np.cumsum(counts[order])
    low, high = (int(np.searchsorted(upto, rank, side="right")) for rank in ((upto[-1] - 1) // 2, upto[-1] // 2))
    return float(values[order[low]] + values[order[high]]) / 2


def without_colour(image: Image.Image) -> Image.Image:
    """Return the picture in grey when it has no colour to speak of."""
    if image.mode == "L":
        return image
    part = max(1, min(image.size) // _THUMB)
    colours = image if image.mode == "RGB" else image.convert("RGB")  # a copy of a page would be large
    most, least = reaches(np.asarray(colours.reduce(part)))
    return image.convert("L") if int((most - least).max()) <= _GREY_SPREAD else image


def encode(image: Image.Image, habits: JpegHabits | None = None) -> PagePicture:
    """Encode in kind: two-tone pictures as CCITT, others as JPEG.

    Args:
        image: grey or RGB.
        habits: of the JPEG that the pixels come from; None for a quality of our own.
    """
    if image.mode == "L" and habits is None and _two_tone(image):
        return PagePicture(_group4(image), image.width, image.height, colour=False, bilevel=True)
    if image.info:
        raise ValueError("pixels with texts")  # the encoder would write them into the file
    buffer = io.BytesIO()
    colour = image.mode == "RGB"
    if habits is None:
        image.save(buffer, "JPEG", quality=JPEG_QUALITY, optimize=True)
    else:
        tables = [list(table) for table in (habits.tables if colour else habits.tables[:1])]
        sampling = habits.sampling if colour else 0
        image.save(buffer, "JPEG", qtables=tables, subsampling=sampling, optimize=True)
    return PagePicture(buffer.getvalue(), image.width, image.height, colour, bilevel=False)


def _two_tone(image: Image.Image) -> bool:
    histogram = image.histogram()
    extremes = sum(histogram[:12]) + sum(histogram[244:]) + histogram[COVER]
    return extremes >= _BILEVEL_SHARE * image.width * image.height


def _group4(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    tags = {278: image.height}  # one strip holds all rows
    image.point(lambda value: 255 if value > 127 else 0).convert("1").save(
        buffer, "TIFF", compression="group4", tiffinfo=tags
    )
    with Image.open(buffer) as tiff:
        offset, count = tiff.tag_v2[273][0], tiff.tag_v2[279][0]  # type: ignore[attr-defined]
        zero_is_black = tiff.tag_v2[262] == 1  # type: ignore[attr-defined]
    if not zero_is_black:
        raise ValueError("photometric interpretation")
    return buffer.getvalue()[offset : offset + count]
