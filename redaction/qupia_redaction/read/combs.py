"""Read combs on scans: a number or a name with a sign in each cell of a ruled row.

Attack: on a rough scan the reader takes the rules between the signs for signs, or the row for a drawing. Upright rules
of one height in even steps are taken out, and what stands between them is set side by side and read as a line.
Limits: fewer than `_CELLS` cells; of very many rules the first; rules lower than eleven points (`page.ruled`); cells
that hold several signs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

import numpy as np
import numpy.typing as npt
from PIL import Image

from qupia_redaction.model import Box
from qupia_redaction.ports import Ocr, OcrWord
from qupia_redaction.read.sheets import read_strips
from qupia_redaction.read.sureness import LETTERS, length, meets

_LINE = 71_000_000
_CELLS, _MOST, _MOST_PIECES = 4, 24, 1_500
_RULE, _SAME_HEIGHT, _LARGEST = 4.5, 3.0, 36.0
"""Points: two sides of boxes beside each other, ends of rules beside each other, a cell."""
_EVEN, _HIGH, _WIDE = 0.2, 2.5, 1.6
"""By how much of itself a step may differ from the others; height of a cell in steps; width of a sign in heights."""
_SURE = 0.7
_INSET, _INK, _FULL = 1.3, 60, 0.6
_LEAST = 0.25
"""Height of a sign, of its cell."""
_TALL, _GAP, _BLANK = 36, 0.3, 0.9

_Pixels = npt.NDArray[np.uint8]


def comb_words(ocr: Ocr, grey: Image.Image, dpi: int, rules: Iterable[Box]) -> list[OcrWord]:
    """Return the words of combs, in pixels of the picture.

    Args:
        ocr: reads.
        grey: a scan.
        dpi: its resolution.
        rules: pieces of its upright rules, points.
    """
    pixels = np.asarray(grey)
    found = (_Row.of(pixels, dpi / 72, comb) for comb in _combs(rules))
    rows = [row for row in found if row.is_comb()][:_MOST]
    read = read_strips(ocr, [row.strip() for row in rows], dpi)
    return [
        row.back(word, _LINE + at)
        for at, (row, words) in enumerate(zip(rows, read, strict=True))
        for word in words
        if length([word])
    ]


def unsure(words: Sequence[OcrWord]) -> list[OcrWord]:
    """Return the words of combs that were not read surely, nor by another reading of their place."""
    sure = [word for word in words if word.confidence >= _SURE]
    return [word for word in words if word.confidence < _SURE and not any(meets(word.box, one.box) for one in sure)]


@dataclass(frozen=True, slots=True)
class _Row:
    """The cells of a comb, pixels, and what stands in each: its picture and how far it begins below the cell's top."""

    cells: Sequence[Box]
    signs: Sequence[tuple[_Pixels, int] | None]

    @classmethod
    def of(cls, grey: _Pixels, scale: float, rules: Sequence[Box]) -> _Row:
        """Cut the cells between rules, points, out of a picture of so many pixels a point."""
        cells = [
            Box(one.x1 * scale, max(one.y0, other.y0) * scale, other.x0 * scale, min(one.y1, other.y1) * scale)
            for one, other in pairwise(rules)
        ]
        return cls(cells, [_sign(grey, cell, scale) for cell in cells])

    def is_comb(self) -> bool:
        """Tell whether there is something to read, one sign a cell."""
        shapes = [picture.shape for picture, _ in filter(None, self.signs)]
        narrow = sum(shape[1] <= _WIDE * shape[0] for shape in shapes)
        return len(shapes) >= LETTERS and 2 * narrow > len(shapes)

    def strip(self) -> Image.Image:
        """Return the signs side by side, each as low as in its cell."""
        high = max(top + picture.shape[0] for picture, top in filter(None, self.signs))
        strip = Image.new("L", (round(self._ends()[-1][1] + _GAP * self._high), high + 4), 255)
        for sign, (left, _) in zip(self.signs, self._ends(), strict=True):
            if sign is not None:
                strip.paste(Image.fromarray(sign[0]), (round(left), sign[1]))
        scale = self._scale
        return strip.resize((max(round(strip.width * scale), 1), max(round(strip.height * scale), 1)))

    def back(self, word: OcrWord, line: int) -> OcrWord:
        """Return a word of the strip with its place: the cells of its signs."""
        x0, x1 = word.box.x0 / self._scale, word.box.x1 / self._scale
        mine = [cell for cell, (left, end) in zip(self.cells, self._ends(), strict=True) if left < x1 and x0 < end]
        cells = mine or self.cells
        box = Box(cells[0].x0, min(c.y0 for c in cells), cells[-1].x1, max(c.y1 for c in cells))
        return replace(word, box=box, line=line)

    @property
    def _high(self) -> float:
        return float(median(picture.shape[0] for picture, _ in filter(None, self.signs)))

    @property
    def _scale(self) -> float:
        return min(_TALL / self._high, 1.5)

    def _ends(self) -> list[tuple[float, float]]:
        ends, left = [], _GAP * self._high
        for sign in self.signs:
            wide = sign[0].shape[1] if sign is not None else _BLANK * self._high
            ends.append((left, left + wide))
            left += wide + _GAP * self._high
        return ends


def _combs(pieces: Iterable[Box]) -> Iterator[list[Box]]:
    """Yield rules of one height in even steps, from left to right."""
    for row in _rows(_rules(pieces)):
        comb = row[:1]
        for rule in row[1:]:
            steps = [other.x0 - one.x0 for one, other in pairwise(comb)]
            step = rule.x0 - comb[-1].x0
            if step > _LARGEST or (steps and abs(step - median(steps)) > _EVEN * median(steps)):
                if _is_comb(comb):
                    yield comb
                comb = comb[-1:] if step <= _LARGEST else []
            comb.append(rule)
        if _is_comb(comb):
            yield comb


def _is_comb(rules: Sequence[Box]) -> bool:
    high = median(rule.y1 - rule.y0 for rule in rules) if rules else 0.0
    return len(rules) > _CELLS and high <= _HIGH * median(other.x0 - one.x0 for one, other in pairwise(rules))


def _rules(pieces: Iterable[Box]) -> list[Box]:
    """Join the pieces of each rule, and of two that stand side by side."""
    found: list[Box] = []
    low = [piece for piece in pieces if piece.y1 - piece.y0 <= _HIGH * _LARGEST]
    for piece in sorted(low, key=lambda box: box.x0)[:_MOST_PIECES]:
        at = next((n for n, one in enumerate(found) if piece.x0 - one.x1 < _RULE and _as_high(one, piece)), None)
        if at is None:
            found.append(piece)
        else:
            one = found[at]
            found[at] = Box(one.x0, min(one.y0, piece.y0), piece.x1, max(one.y1, piece.y1))
    return found


def _rows(rules: Sequence[Box]) -> list[list[Box]]:
    rows: list[list[Box]] = []
    for rule in rules:
        row = next((row for row in rows if _as_high(row[-1], rule)), None)
        if row is None:
            rows.append([rule])
        else:
            row.append(rule)
    return rows


def _as_high(one: Box, other: Box) -> bool:
    return abs(one.y0 - other.y0) < _SAME_HEIGHT and abs(one.y1 - other.y1) < _SAME_HEIGHT


def _sign(grey: _Pixels, cell: Box, scale: float) -> tuple[_Pixels, int] | None:
    """Return what stands in a cell, without the rules around it, and how far it begins below the top; None if empty."""
    inset = _INSET * scale
    top, left = round(cell.y0 + inset), round(cell.x0 + inset)
    part = grey[top : max(round(cell.y1 - inset), top), left : max(round(cell.x1 - inset), left)]
    if part.shape[0] < 4 or part.shape[1] < 4:
        return None
    paper = float(np.median(part))
    ink = part < paper - _INK
    bare = part.copy()
    for axis in (0, 1):  # rests of rules beside the cell
        full = ink.mean(axis=1 - axis) > _FULL
        edge = max(len(full) // 5, 1)
        full[edge:-edge] = False
        np.moveaxis(bare, axis, 0)[full] = round(paper)
    ink = bare < paper - _INK
    rows, columns = (np.flatnonzero(ink.sum(axis=axis) > 1) for axis in (1, 0))
    if not len(rows) or not len(columns) or rows[-1] - rows[0] < _LEAST * part.shape[0]:
        return None
    sign = bare[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    white = np.clip(sign.astype(np.float32) * (255 / max(paper - _INK / 2, 1)), 0, 255).astype(np.uint8)
    return white, int(rows[0])
