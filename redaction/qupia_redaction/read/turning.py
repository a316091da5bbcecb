"""Read writing that stands on its side or its head, askew, or mirrored: what no reading of a picture explains.

Attack: a name in the margin, on its side, of a page that is well read otherwise, noisy or dense. What is left of a page
that made no sense is turned as a whole; of other pages each bit of ink that could hold a word (`bits`) is turned by
itself, many on one sheet. Limit: the lines of one bit run alike.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps

from qupia_redaction.model import Box
from qupia_redaction.page.bits import bits_of
from qupia_redaction.page.cells import Mask
from qupia_redaction.ports import Ocr, OcrWord
from qupia_redaction.read.ink import long_runs
from qupia_redaction.read.sheets import read_strips
from qupia_redaction.read.sureness import LETTERS, believed, length, sure

LINE = 100_000
"""Numbers of turned lines begin here."""
_SURE_TURNED, _CERTAIN = 0.7, 0.9
_ROUNDS = 2
LINES = (_ROUNDS + 1) * LINE
"""What is turned once more has numbers above these."""
_SHEET = 1_000
_CONTRAST = 50
_CELL_POINTS = 4.0
_CELLS = 14
_FULL, _EMPTY = 0.75, 0.04
_STEP = 3
_SMALL = 360
_TOGETHER, _MOST_SIGNS = 24, 0.5


def turned_words(ocr: Ocr, grey: Image.Image, dpi: int, seen: Sequence[OcrWord]) -> list[OcrWord]:
    """Return what is read when all that is left of a picture is turned.

    Args:
        ocr: reads.
        grey: the picture.
        dpi: its resolution.
        seen: what explains its ink.

    Returns:
        Words with the line along which they run.
    """
    found: list[OcrWord] = []
    boxes = [word.box for word in seen]
    for turn in range(_ROUNDS):
        left = _left(np.asarray(grey), dpi, boxes)
        if left is None:
            break
        best: list[OcrWord] = []
        for place, words in _readings(ocr, left[0], dpi):
            if _weight(words) > _weight(best):
                best = [place.back(word, left[1], (turn + 1) * LINE) for word in words]
            if length(best) > LETTERS and sure(best) > _CERTAIN:
                break
        if not best:
            break
        found += best
        boxes += [word.box for word in best]
    return found


def scattered_words(
    ocr: Ocr, grey: Image.Image, dpi: int, read: tuple[Sequence[OcrWord], Sequence[OcrWord]]
) -> list[OcrWord]:
    """Return what is read when each bit of ink that is left of a picture is turned by itself.

    Args:
        ocr: reads.
        grey: the picture.
        dpi: its resolution.
        read: the words that explain its ink, and all that were read.

    Returns:
        Words with the line along which they run.
    """
    boxes, tried = [word.box for word in read[0]], [word.box for word in read[1]]
    bits = [
        _Bit(part, corner, any(_touch(box, corner, part.size) for box in tried), signs)
        for part, corner, signs in bits_of(grey, dpi, boxes)
    ]
    found: list[OcrWord] = []
    for start in range(0, len(bits), _TOGETHER):
        best = _best_readings(ocr, bits[start : start + _TOGETHER], dpi)
        found += [replace(word, line=(start + at + 1) * LINE + word.line) for at, words in best for word in words]
    return found


@dataclass(frozen=True, slots=True)
class _Bit:
    """Ink that lies together, and where.

    Attributes:
        part: dark on white.
        origin: its upper left corner, pixels.
        tried: something was read there as it lies.
        signs: pieces of ink; what is read is of about as many letters, or a likeness that a part of it has.
    """

    part: Image.Image
    origin: tuple[int, int]
    tried: bool
    signs: int = 0

    def is_read_by(self, words: Sequence[OcrWord]) -> bool:
        """Tell whether words are most of what is written here, and one of them is more than initials."""
        longest = max((length([word]) for word in words), default=0)
        return longest >= LETTERS and length(words) >= _MOST_SIGNS * self.signs


def _best_readings(ocr: Ocr, bits: Sequence[_Bit], dpi: int) -> Iterator[tuple[int, list[OcrWord]]]:
    """Yield what is read best of each bit, with its number; mirrored only where nothing is certain."""
    best: list[list[OcrWord]] = [[] for _ in bits]
    for mirrored in (False, True):
        open_bits = [at for at, words in enumerate(best) if not (length(words) > LETTERS and sure(words) > _CERTAIN)]
        places = [(at, place) for at in open_bits for place in _positions(bits[at], mirrored)]
        for (at, place), words in zip(places, _read_all(ocr, [place.picture for _, place in places], dpi), strict=True):
            if _weight(words) > _weight(best[at]) and bits[at].is_read_by(words):
                best[at] = [place.back(word, bits[at].origin, 0) for word in words]
    return ((at, words) for at, words in enumerate(best) if words)


def _read_all(ocr: Ocr, pictures: Sequence[Image.Image], dpi: int) -> list[list[OcrWord]]:
    """Return what is believed of each picture: small ones share a sheet."""
    small = [picture for picture in pictures if max(picture.size) <= _SHEET]
    on_sheet = iter(read_strips(ocr, small, dpi))
    seen = [next(on_sheet) if max(p.size) <= _SHEET else ocr.read(p, dpi, block=True) for p in pictures]
    return [believed(words, _SURE_TURNED) for words in seen]


def _positions(bit: _Bit, mirrored: bool) -> Iterator[_Place]:
    """Yield the positions in which a bit may be writing; as it lies too, if nothing was read there."""
    slant, part = _course(bit.part), bit.part
    along = 90.0 if part.height > part.width else 0.0
    angles = dict.fromkeys((slant, slant + 180, along, along + 180))
    if not mirrored and bit.tried:
        angles.pop(0.0, None)
    for angle in angles:
        if abs(angle - slant) in {0, 180} or abs(angle - slant) % 180 >= _STEP:
            yield _turned_place(part, angle, mirrored)


def _touch(box: Box, origin: tuple[int, int], size: tuple[int, int]) -> bool:
    x, y = (box.x0 + box.x1) / 2 - origin[0], (box.y0 + box.y1) / 2 - origin[1]
    return 0 <= x <= size[0] and 0 <= y <= size[1]


def _readings(ocr: Ocr, part: Image.Image, dpi: int) -> Iterator[tuple[_Place, list[OcrWord]]]:
    """Yield what is read in each position: of small parts on one sheet, for starting the engine costs most there."""
    if max(part.size) > _SHEET:
        for place in _places(part):
            yield place, believed(ocr.read(place.picture, dpi, block=True), _SURE_TURNED)
        return
    places = list(_places(part))
    for place, words in zip(places, read_strips(ocr, [place.picture for place in places], dpi), strict=True):
        yield place, believed(words, _SURE_TURNED)


def _weight(words: Iterable[OcrWord]) -> float:
    return sum(len(word.text) * word.confidence for word in words if len(word.text) > 1)


def _left(grey: npt.NDArray[np.uint8], dpi: int, read: Iterable[Box]) -> tuple[Image.Image, tuple[int, int]] | None:
    """Return the part that no word explains, dark on white, and where it lies; None when it has hardly letters."""
    paper = int(np.median(grey[::4, ::4]))
    rest, pad = grey.copy(), max(dpi // 50, 2)
    for box in read:
        rest[max(int(box.y0) - pad, 0) : int(box.y1) + pad, max(int(box.x0) - pad, 0) : int(box.x1) + pad] = paper
    ink: Mask = np.abs(rest.astype(np.int16) - paper) > _CONTRAST
    ink &= ~(long_runs(ink, dpi / 72) | long_runs(ink.T, dpi / 72).T)
    if _lettered(ink, dpi) < _CELLS:
        return None
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    rim = dpi // 12
    top, first = max(int(rows[0]) - rim, 0), max(int(columns[0]) - rim, 0)
    part = rest[top : int(rows[-1]) + rim, first : int(columns[-1]) + rim]
    return Image.fromarray(part if paper > 127 else 255 - part), (first, top)


def _lettered(ink: Mask, dpi: int) -> int:
    """Count the cells that are neither empty nor full, as those with letters are."""
    side = max(int(_CELL_POINTS * dpi / 72), 2)
    high, wide = ink.shape[0] // side * side, ink.shape[1] // side * side
    if not high or not wide:
        return 0
    shares = ink[:high, :wide].reshape(high // side, side, wide // side, side).mean(axis=(1, 3))
    return int(((shares > _EMPTY) & (shares < _FULL)).sum())


@dataclass(frozen=True, slots=True)
class _Place:
    """A picture turned and mirrored, and the way back."""

    picture: Image.Image
    angle: float
    mirrored: bool
    size: tuple[int, int]

    def back(self, word: OcrWord, origin: tuple[int, int], line: int) -> OcrWord:
        """Return a word with the box and the course that it has in the unturned picture."""
        box = word.box
        middle = (box.y0 + box.y1) / 2
        start, end = self._point(box.x0, middle), self._point(box.x1, middle)
        corners = [self._point(x, y) for x in (box.x0, box.x1) for y in (box.y0, box.y1)]
        xs, ys = [x + origin[0] for x, _ in corners], [y + origin[1] for _, y in corners]
        course = tuple((x + origin[0], y + origin[1]) for x, y in (start, end))
        return replace(
            word, box=Box(min(xs), min(ys), max(xs), max(ys)), line=line + word.line,
            course=(*course[0], *course[1], box.y1 - box.y0),
        )  # fmt: skip

    def _point(self, x: float, y: float) -> tuple[float, float]:
        if self.mirrored:
            x = self.picture.width - x
        dx, dy = x - self.picture.width / 2, y - self.picture.height / 2
        turn = math.radians(self.angle)
        return (
            dx * math.cos(turn) - dy * math.sin(turn) + self.size[0] / 2,
            dx * math.sin(turn) + dy * math.cos(turn) + self.size[1] / 2,
        )


def _places(part: Image.Image) -> Iterator[_Place]:
    """Yield the positions in which the ink may be writing, the likely ones first."""
    slant = _slant(part)
    angles = [slant, slant + 180] if abs(slant) >= _STEP else [180.0]
    if abs(slant) < _STEP and part.height > part.width:
        angles += [90.0, 270.0]
    for angle in angles:
        yield _turned_place(part, angle, mirrored=False)
    for angle in (slant, slant + 180):
        yield _turned_place(part, angle, mirrored=True)


def _turned_place(part: Image.Image, angle: float, mirrored: bool) -> _Place:
    turned = part.rotate(angle, expand=True, fillcolor=255, resample=Image.Resampling.BICUBIC)
    return _Place(ImageOps.mirror(turned) if mirrored else turned, angle, mirrored, part.size)


def _course(part: Image.Image) -> float:
    """Return the angle, degrees, of one line or a few: letters below each other look like lines, but take more room."""
    slant = _slant(part)
    if abs(slant) < _STEP:
        return slant
    small = _small(part)
    across = slant - 90 if slant > 0 else slant + 90
    return max((slant, across), key=lambda angle: float(np.square(_rows(small, angle)).sum()))


def _slant(part: Image.Image) -> float:
    """Return the angle, degrees, by which the ink falls into lines best when it is turned back."""
    small = _small(part)
    best, sharpest = 0.0, -1.0
    for angle in range(-90 + _STEP, 91, _STEP):
        sharp = float(np.square(np.diff(_rows(small, angle))).sum()) * (1.02 if angle in {0, 90} else 1.0)
        if sharp > sharpest:
            best, sharpest = float(angle), sharp
    return best


def _small(part: Image.Image) -> Image.Image:
    small = part.copy()
    small.thumbnail((_SMALL, _SMALL))
    return Image.fromarray(255 - np.asarray(small))


def _rows(ink: Image.Image, angle: float) -> npt.NDArray[np.float32]:
    """Return the ink of each row of a turned picture."""
    turned = ink.rotate(angle, expand=True, resample=Image.Resampling.BILINEAR)
    rows: npt.NDArray[np.float32] = np.asarray(turned, dtype=np.float32).sum(axis=1)
    return rows
