"""Read words whose letters stand upright one below the other: no reading of lines makes a word of them.

Attack: a name down the margin of a scan, or in outlines, a letter a line. What no word of more than a letter explains
is looked at for narrow columns; their letters are set side by side, each as high over the line as it stands in its
step, and read as one line. Limits: fewer than three letters, letters wider than `_WIDEST` points, columns that stand
closer side by side than letters do.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps

from qupia_redaction.model import Box
from qupia_redaction.page.cells import Mask, ink_cells
from qupia_redaction.ports import Ocr, OcrWord
from qupia_redaction.read.sheets import read_strips
from qupia_redaction.read.sureness import LETTERS, length

_LINE = 70_000_000
_FAINT, _SURE, _SURE_SIGN = 36, 0.3, 0.8
_WIDEST, _NEXT, _AMID, _RIM = 36.0, 1.6, 0.6, 3
"""Width of a letter, points; paper between two, of the larger one; what they share, of the narrower; rims an inch."""
_MARK, _MOST = 0.3, 24
"""Height of a dot or breve over its letter, of the usual letter; columns that are read."""
_TALL, _GAP = 36, 0.16
"""Pixels of a letter as it is read at most, and paper between two, of its height."""

_Pixels = npt.NDArray[np.uint8]


def stacked_words(ocr: Ocr, grey: Image.Image, dpi: int, words: Sequence[OcrWord]) -> list[OcrWord]:
    """Return the words of columns of single letters, with the line down which they run.

    Args:
        ocr: reads.
        grey: dark letters on paper.
        dpi: their resolution.
        words: as they were read level.
    """
    explained = [word.box for word in words if length([word]) > 1 and _is_level(word)]
    signs = [w.box for w in words if w.confidence > _SURE_SIGN and w.text.reveal().strip("().").isdecimal()]
    found = (_column(grey, box) for box in _chains(_bits(grey, dpi, explained), _WIDEST * dpi / 72))
    columns = [column for column in found if column and not column.is_read_by(signs)][:_MOST]
    if not columns:
        return []
    read = read_strips(ocr, [column.strip() for column in columns], dpi)
    return [
        column.back(word, _LINE + at)
        for at, (column, some) in enumerate(zip(columns, read, strict=True))
        for word in some
        if length([word]) >= LETTERS and word.confidence > _SURE
    ]


@dataclass(frozen=True, slots=True)
class _Column:
    """Letters below each other: their pictures, where they stand, pixels, and how far each reaches below the line."""

    letters: Sequence[_Pixels]
    boxes: Sequence[Box]
    below: Sequence[float]

    def is_read_by(self, signs: Sequence[Box]) -> bool:
        """Tell whether most signs were read surely one by one: numbers of rows, single digits of a table."""
        return 2 * sum(any(_holds(box, sign) for sign in signs) for box in self.boxes) > len(self.boxes)

    def strip(self) -> Image.Image:
        """Return the letters side by side."""
        rise = max(box.y1 - box.y0 - low for box, low in zip(self.boxes, self.below, strict=True))
        high = round(rise + max(*self.below, 0))
        strip = Image.new("L", (round(self._ends()[-1][1] + self._gap), high + 2), 255)
        for letter, low, (left, _) in zip(self.letters, self.below, self._ends(), strict=True):
            strip.paste(Image.fromarray(letter), (round(left), max(round(rise + low) - letter.shape[0], 0)))
        scale = self._scale
        return strip.resize((max(round(strip.width * scale), 1), max(round(strip.height * scale), 1)))

    def back(self, word: OcrWord, line: int) -> OcrWord:
        """Return a word of the strip with its place and its course, downwards."""
        x0, x1 = word.box.x0 / self._scale, word.box.x1 / self._scale
        mine = [box for box, (left, right) in zip(self.boxes, self._ends(), strict=True) if left < x1 and x0 < right]
        box = _around(mine or self.boxes)
        middle = (box.x0 + box.x1) / 2
        return replace(word, box=box, line=line, course=(middle, box.y0, middle, box.y1, box.x1 - box.x0))

    @property
    def _gap(self) -> float:
        return _GAP * max(box.y1 - box.y0 for box in self.boxes)

    @property
    def _scale(self) -> float:
        return min(_TALL / max(box.y1 - box.y0 for box in self.boxes), 1.5)

    def _ends(self) -> list[tuple[float, float]]:
        ends, left = [], self._gap
        for letter in self.letters:
            ends.append((left, left + letter.shape[1]))
            left += letter.shape[1] + self._gap
        return ends


def _is_level(word: OcrWord) -> bool:
    return not word.course and word.confidence > _SURE and word.box.x1 - word.box.x0 > word.box.y1 - word.box.y0


def _bits(grey: Image.Image, dpi: int, explained: Iterable[Box]) -> list[Box]:
    """Return the bits of ink that no word explains; a rim keeps a narrow picture from being nothing but ink."""
    rim = dpi // _RIM
    framed = ImageOps.expand(grey, rim, _paper(grey))
    cells = ink_cells(framed, 72 / dpi, _FAINT).without(_moved(box, rim) for box in explained)
    return [_moved(box, -rim) for _, box in cells.groups()]


def _paper(grey: Image.Image) -> int:
    return int(np.median(np.asarray(grey)[::4, ::4]))


def _moved(box: Box, by: int) -> Box:
    return Box(box.x0 + by, box.y0 + by, box.x1 + by, box.y1 + by)


def _chains(boxes: Iterable[Box], widest: float) -> Iterator[Box]:
    """Yield the columns that narrow bits of ink make."""
    bits = sorted((box for box in boxes if box.x1 - box.x0 <= widest), key=lambda box: box.y0)
    made: list[Box] = []
    ends = np.full((len(bits), 3), np.nan)  # of columns that may go on; a noisy page has thousands
    for at, bit in enumerate(bits):
        near = np.flatnonzero(_followed(ends[:at], bit))
        ends[near] = np.nan
        made.append(_around([*(made[one] for one in near.tolist()), bit]))
        ends[at] = made[-1].x0, made[-1].x1, made[-1].y1
    last = (made[at] for at in np.flatnonzero(~np.isnan(ends[:, 0])).tolist())
    return (box for box in last if box.x1 - box.x0 <= widest and box.y1 - box.y0 > 2 * (box.x1 - box.x0))


def _followed(ends: npt.NDArray[np.float64], bit: Box) -> Mask:
    """Tell which columns, by their sides and lower ends, a bit of ink continues."""
    left, right, low = ends.T
    wide = np.maximum(right - left, bit.x1 - bit.x0)
    narrow = np.minimum(right - left, bit.x1 - bit.x0)
    shared = np.minimum(right, bit.x1) - np.maximum(left, bit.x0)
    found: Mask = (shared >= _AMID * narrow) & (bit.y0 - low <= _NEXT * np.maximum(wide, bit.y1 - bit.y0))
    return found


def _column(grey: Image.Image, box: Box) -> _Column | None:
    """Return the letters of a column; None where there are hardly any, or what stands there is wider than letters."""
    x0, y0 = max(int(box.x0), 0), max(int(box.y0), 0)
    part = np.asarray(grey.crop((x0, y0, min(int(box.x1), grey.width), min(int(box.y1), grey.height))))
    ink: Mask = part < int(np.median(part)) - _FAINT
    rows = _joined(_runs(np.asarray(ink.any(axis=1))))
    if len(rows) < LETTERS:
        return None
    letters, boxes = [], []
    for top, end in rows:
        across = np.flatnonzero(ink[top:end].any(axis=0))
        left, right = int(across[0]), int(across[-1]) + 1
        letters.append(part[top:end, left:right])
        boxes.append(Box(x0 + left, y0 + top, x0 + right, y0 + end))
    high = median(one.y1 - one.y0 for one in boxes)
    like = [one for one in boxes if 0.5 * high <= one.y1 - one.y0 <= 2 * high and one.x1 - one.x0 <= 2 * high]
    if 5 * len(like) < 4 * len(boxes):
        return None
    return _Column(letters, boxes, _below([one.y1 for one in boxes], high))


def _below(ends: Sequence[float], high: float) -> list[float]:
    """Return by how much letters reach below the line, or end above it, if they stand in even steps."""
    step = median(after - before for before, after in pairwise(ends))
    first = median(end - step * at for at, end in enumerate(ends))
    below = [end - first - step * at for at, end in enumerate(ends)]
    return [low if abs(low) <= 0.5 * high else 0.0 for low in below]


def _runs(rows: Mask) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(rows, prepend=False, append=False)).tolist()
    return list(zip(edges[::2], edges[1::2], strict=True))


def _joined(rows: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join dots and breves to the letters below them; leave specks out."""
    if not rows:
        return []
    usual = median(sorted((end - top for top, end in rows), reverse=True)[: max(len(rows) // 2, 1)])
    found: list[tuple[int, int]] = []
    for top, end in reversed(rows):
        if found and end - top < _MARK * usual and found[-1][0] - end < _MARK * usual:
            found[-1] = (top, found[-1][1])
        elif end - top >= _MARK * usual:
            found.append((top, end))
    return found[::-1]


def _holds(box: Box, sign: Box) -> bool:
    return box.x0 <= (sign.x0 + sign.x1) / 2 <= box.x1 and box.y0 <= (sign.y0 + sign.y1) / 2 <= box.y1


def _around(boxes: Sequence[Box]) -> Box:
    return Box(min(b.x0 for b in boxes), min(b.y0 for b in boxes), max(b.x1 for b in boxes), max(b.y1 for b in boxes))
