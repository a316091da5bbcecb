"""Tell by its shape whether a drawing shows the letter that it says: the second witness where OCR cannot read. Pure.

Attack: a font whose map lies. OCR knows three alphabets and reads lines; of formulas, single letters and other scripts
it makes nothing, or nonsense, and an honest font would pass for a liar. So a drawing is compared with those of many
letters in fonts that are known, and it must be nearest to the letter that it says. Limit: letters of one shape
(`_SAME`), and of scripts with thousands of letters those that differ by a stroke.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum

import numpy as np
import numpy.typing as npt
from PIL import Image

from qupia_redaction.page.testimony import exactly

Ink = npt.NDArray[np.uint8]
Rows = npt.NDArray[np.float32]

_SIDE, _RIM = 32, 4
_FRAME = _SIDE + 2 * _RIM
_THIN = 10
_INKED = 90
_CELL = 4
_OWN_SHARE = 0.3
_BATCH = 256
_ENOUGH, _SURE, _TIE = 0.62, 0.75, 0.03
"""How alike a drawing is to its letter at least; from `_SURE` on another letter may be as near as that."""
_SURELY_OTHER = 0.88
"""Letters in which others are set, as in the name of LaTeX, are less like any letter."""
_FAR, _FAR_COSTS = 0.08, 0.5
_MANY_ENOUGH, _MANY_TIES, _WEAK_TIES = 0.55, 3, 30
_SMOOTH = np.array([1, 4, 6, 4, 1], np.float32) / 16
_SAME = str.maketrans(
    "οντκρυγαεωηιχσμφπθϕϵϑλ∪∩∨∧∑∏∆\u27e8\u27e9\u3008\u3009", "ovtkpuyaewnixomфпoфeoлunvлσпδ\u2329\u232a\u2329\u232a"
)
"""Letters and signs of one shape, beside those that `testimony` takes for one."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """One letter in a square of its own, and where it stands.

    Attributes:
        box: its ink, `_FRAME` pixels square.
        top, bottom: its edges, em below the baseline.
    """

    box: Ink = field(repr=False)
    top: float
    bottom: float


def drawing_of(ink: Ink, em: float, baseline: float) -> Drawing | None:
    """Return the drawing that an area shows; None where it shows nothing.

    Args:
        ink: rows of pixels, 255 for ink.
        em: pixels.
        baseline: pixels from the first row.
    """
    on = ink > _INKED
    rows, columns = np.flatnonzero(on.any(axis=1)), np.flatnonzero(on.any(axis=0))
    if not len(rows):
        return None
    top, bottom, left, right = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
    high, wide = bottom - top, right - left
    side = max(high, wide)
    size = max(round(_SIDE * wide / side), _THIN), max(round(_SIDE * high / side), _THIN)
    way = Image.Resampling.BOX if side > _SIDE else Image.Resampling.BILINEAR
    fitted = np.asarray(Image.fromarray(ink[top:bottom, left:right]).resize(size, way))
    box = np.zeros((_FRAME, _FRAME), np.uint8)
    y, x = (_FRAME - size[1]) // 2, (_FRAME - size[0]) // 2
    box[y : y + size[1], x : x + size[0]] = fitted
    return Drawing(box, (top - baseline) / em, (bottom - baseline) / em)


def said_as(char: str) -> str:
    """Return what a character counts as when drawings are compared: look-alikes of all alphabets are one."""
    return (exactly(char) or char).translate(_SAME)


class Rank(Enum):
    """How surely a drawing is what it says, among thousands."""

    SURE = "sure"
    WEAK = "weak"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Other:
    """A letter that a drawing is rather than the one it says.

    Attributes:
        letter: folded.
        sure: so alike that nobody else need say so.
    """

    letter: str
    sure: bool


@dataclass(frozen=True, slots=True)
class Gallery:
    """Drawings of known letters.

    Attributes:
        said: what each counts as.
        rows: their shapes.
        places: their edges.
    """

    said: npt.NDArray[np.str_]
    rows: Rows = field(repr=False)
    places: Rows = field(repr=False)

    @classmethod
    def of(cls, known: Sequence[tuple[str, Drawing]]) -> Gallery:
        """Return a gallery of characters with their drawings."""
        drawings = [drawing for _, drawing in known]
        return cls(np.array([said_as(char) for char, _ in known]), _shapes(drawings), _places(drawings))

    def joined(self, other: Gallery) -> Gallery:
        """Return the drawings of both."""
        rows, places = np.concatenate((self.rows, other.rows)), np.concatenate((self.places, other.places))
        return Gallery(np.concatenate((self.said, other.said)), rows, places)

    def vouches(self, char: str, drawings: Sequence[Drawing]) -> bool:
        """Tell whether at least half of some drawings are nearer to a character than to all that look otherwise.

        Args:
            char: what they say.
            drawings: instances of one.
        """
        mine, nearer, ties = self._compared(char, drawings)
        right = ((mine >= _SURE) & (nearer == 0)) | ((mine >= _ENOUGH) & (ties == 0))
        return bool(len(right)) and bool(2 * right.sum() >= len(right))

    def rank(self, char: str, drawings: Sequence[Drawing]) -> Rank:
        """Tell how surely drawings are a character of a script that has thousands, of which a few may be nearer."""
        mine, _, ties = self._compared(char, drawings)
        if not len(mine) or float(np.median(mine)) < _MANY_ENOUGH:
            return Rank.NONE
        place = float(np.median(ties))
        return Rank.SURE if place < _MANY_TIES else Rank.WEAK if place < _WEAK_TIES else Rank.NONE

    def other(self, char: str, drawings: Sequence[Drawing]) -> Other | None:
        """Return the letter that drawings are rather than what they say; None where they may be either."""
        found = [self._nearest(char, drawing) for drawing in drawings]
        letters = [one.letter for one in found if one is not None]
        likely = max(letters, key=letters.count, default="")
        if 2 * letters.count(likely) <= len(found):
            return None
        return Other(likely, all(one is not None and one.sure for one in found))

    def _nearest(self, char: str, drawing: Drawing) -> Other | None:
        own = self.said == said_as(char)
        if not own.any():
            return None
        others = np.where(own, -1.0, self._alike([drawing])[0])
        mine = float((_shapes([drawing]) @ self.rows[own].T).max())  # small capitals stand lower than capitals
        best = int(others.argmax())
        if others[best] < _SURE or others[best] <= mine + _TIE or not self.said[best].isalnum():
            return None
        return Other(str(self.said[best]), bool(others[best] >= _SURELY_OTHER))

    def _compared(self, char: str, drawings: Sequence[Drawing]) -> tuple[Rows, Rows, Rows]:
        """Return how alike each drawing is to its character, how many others are nearer by far, and how many at all."""
        own = self.said == said_as(char)
        if not drawings or not own.any():
            return (np.zeros(0, np.float32),) * 3
        alike = self._alike(drawings)
        mine = alike[:, own].max(axis=1)
        nearer, ties = ((alike[:, ~own] > mine[:, None] + by).sum(axis=1) for by in (_TIE, 0))
        return mine, nearer, ties

    def _alike(self, drawings: Sequence[Drawing]) -> Rows:
        """Return how alike each drawing is to each of the gallery."""
        off = np.abs(_places(drawings)[:, None, :] - self.places[None, :, :]).max(axis=2)
        return np.asarray(_shapes(drawings) @ self.rows.T - _FAR_COSTS * np.maximum(off - _FAR, 0), np.float32)


def _places(drawings: Sequence[Drawing]) -> Rows:
    return np.array([(one.top, one.bottom) for one in drawings], np.float32).reshape(-1, 2)


def _shapes(drawings: Sequence[Drawing]) -> Rows:
    """Return the directions of edges over a coarse grid, and a little of the ink, each row of length 1."""
    parts = [_some(drawings[at : at + _BATCH]) for at in range(0, len(drawings), _BATCH)]
    return np.concatenate(parts) if parts else np.zeros((0, 1), np.float32)


def _some(drawings: Sequence[Drawing]) -> Rows:
    ink = np.stack([one.box for one in drawings]).astype(np.float32) / 255
    down, across = np.gradient(ink, axis=(1, 2))
    steep = np.maximum(np.hypot(down, across), 1e-6)
    level, slanting = (across**2 - down**2) / steep, 2 * across * down / steep
    planes = [np.maximum(plane, 0) for plane in (level, slanting, -level, -slanting)]
    stack = _smooth(_smooth(np.stack([*planes, 0.3 * ink], axis=1), 2), 3)
    cells = _FRAME // _CELL
    grid = stack.reshape(len(drawings), -1, cells, _CELL, cells, _CELL).sum(axis=(3, 5)).reshape(len(drawings), -1)
    grid = np.sqrt(grid)
    return np.asarray(grid / np.maximum(np.linalg.norm(grid, axis=1, keepdims=True), 1e-6), np.float32)


def _smooth(stack: npt.NDArray[np.float32], axis: int) -> npt.NDArray[np.float32]:
    rim = [(0, 0)] * stack.ndim
    rim[axis] = (2, 2)
    wide, size = np.pad(stack, rim), stack.shape[axis]
    parts = [weight * np.take(wide, range(at, at + size), axis) for at, weight in enumerate(_SMOOTH)]
    return np.asarray(sum(parts), np.float32)


def own_parts(ink: Ink, left: int, right: int) -> Ink:
    """Return of an area only what belongs to the letter between two columns: parts that touch, mostly within them.

    Parts that go on beyond the area are of neighbours, lines above and below, and rules, unless they are most of what
    there is: scripts that join their letters are cut at the columns.
    """
    labels = _labels(ink > _INKED // 2)
    edges = {int(one) for side in (labels[:, 0], labels[:, -1], labels[0], labels[-1]) for one in side} - {0}
    sizes = np.bincount(labels.ravel())
    within = np.bincount(labels[:, left:right].ravel(), minlength=len(sizes))
    whole = {one for one in range(1, len(sizes)) if one not in edges and 2 * within[one] >= sizes[one]}
    kept = np.zeros_like(ink)
    mine = np.isin(labels, list(whole))
    if sum(within[one] for one in whole) < _OWN_SHARE * within[1:].sum():
        mine[:, left:right] |= np.isin(labels[:, left:right], list(edges))
    kept[mine] = ink[mine]
    return kept


def _labels(on: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """Number the parts of ink that touch, from 1."""
    parents: list[int] = [0]

    def root(one: int) -> int:
        while parents[one] != one:
            one = parents[one]
        return one

    labels = np.zeros(on.shape, np.int64)
    before: list[tuple[int, int, int]] = []
    for y, row in enumerate(on):
        edges = np.flatnonzero(np.diff(np.concatenate(([0], row.view(np.int8), [0]))))
        here = []
        for start, end in edges.reshape(-1, 2):
            parents.append(len(parents))
            mine = len(parents) - 1
            for first, last, label in before:
                if first <= end and start <= last:
                    one, other = sorted((root(mine), root(label)))
                    parents[other] = one
            labels[y, start:end] = mine
            here.append((start, end, mine))
        before = here
    roots = np.array([root(one) for one in range(len(parents))])
    return np.asarray(np.unique(roots, return_inverse=True)[1][labels], np.int64)
