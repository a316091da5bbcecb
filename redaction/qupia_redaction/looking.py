"""Read a picture thoroughly: as it lies, what is left of its ink turned and mirrored, and doubtful lines once more.

Attack: writing that stands on its side or its head, askew, or mirrored; letters that one reading mistakes. Limits:
what no reading explains is looked at in six positions, twice, where the first reading guessed at letters;
on pages, where it guessed at much that makes no sense, or what is left lies close together.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps

from qupia_redaction.askew import slope
from qupia_redaction.ink import long_runs
from qupia_redaction.model import Box
from qupia_redaction.nlp.vocabulary import is_word
from qupia_redaction.ports import Ocr, OcrWord
from qupia_redaction.sheets import read_strips

_LINE = 100_000
_SURE_PAGE, _SURE_BLOCK, _SURE_TURNED, _CERTAIN = 0.68, 0.88, 0.7, 0.9
_LETTERS = 3
_PLAIN = 0.8
_FAIR, _LONG_WORD, _LONG_WORDS, _KNOWN_SHARE = 0.45, 4, 3, 0.6
"""Of turned and mirrored lines at most a third of the longer words are words; none of 150 made sense."""
_ROUNDS = 2
_SHEET = 1_000
_GUESSED, _GUESSED_SHARE = 6, 0.3
_DOUBTFUL = 0.7
_MOST_DOUBTFUL = 16
_LETTER, _RIM = 26, 0.22
_LARGE = 220
_CONTRAST = 50
_CELL_POINTS = 4.0
_CELLS = 14
_FULL, _EMPTY = 0.75, 0.04
_STEP = 3
_SMALL = 360
_CYRILLIC = ("kaz", "rus")

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Look:
    """What was read.

    Attributes:
        words: in reading order, turned ones last.
        doubts: other readings of doubtful lines: to be searched, not to be believed.
    """

    words: tuple[OcrWord, ...]
    doubts: tuple[OcrWord, ...] = ()


def look(ocr: Ocr, image: Image.Image, dpi: int, block: bool = False) -> Look:
    """Read a picture in every position.

    Args:
        ocr: reads.
        image: grey pixels.
        dpi: their resolution.
        block: one block of text, not a page: it is small, so that less is believed at first sight.
    """
    words = ocr.read(image, dpi, block)
    seen = believed(words, _SURE_BLOCK) if block else _explained(words)
    guessed, share = _length(words) - _length(seen), _GUESSED_SHARE * _length(words)
    much = not words or guessed >= max(_GUESSED, share)
    turned = _turned(ocr, image.convert("L"), dpi, seen, much) if much or guessed >= _GUESSED else []
    doubts = tuple(_again(ocr, image, words))
    straight = [word for word in words if not any(_covers(other, word) for other in turned) or word in seen]
    return Look((*straight, *turned), doubts)


def _covers(turned: OcrWord, word: OcrWord) -> bool:
    return turned.confidence > word.confidence and _meets(turned.box, word.box)


def believed(words: Iterable[OcrWord], least: float) -> list[OcrWord]:
    """Return the words of lines that were read well, 0 to 1; single letters may be anything."""
    return [word for line in _by_line(words) if _sure(line) >= least and _length(line) >= _LETTERS for word in line]


def plain_words(words: Iterable[OcrWord]) -> Iterator[OcrWord]:
    """Yield the words that are letters beyond doubt: of several kinds, and surely read."""
    for word in words:
        letters = {char for char in word.text.reveal().casefold() if char.isalnum()}
        if len(letters) > 1 and word.confidence >= _PLAIN and not word.course:
            yield word


def _explained(words: Iterable[OcrWord]) -> list[OcrWord]:
    """Return the words of a page's lines that were read well, or fairly and make sense, as no turned line does."""
    return [
        word
        for line in _by_line(words)
        if _length(line) >= _LETTERS and (_sure(line) >= _SURE_PAGE or (_sure(line) >= _FAIR and _makes_sense(line)))
        for word in line
    ]


def _makes_sense(line: Iterable[OcrWord]) -> bool:
    """Tell whether most of a line's longer words are words: on a noisy page the reader is sure of few."""
    letters = ("".join(filter(str.isalpha, word.text.reveal())) for word in line)
    long = [word for word in letters if len(word) >= _LONG_WORD]
    return len(long) >= _LONG_WORDS and sum(map(is_word, long)) >= _KNOWN_SHARE * len(long)


def _by_line(words: Iterable[OcrWord]) -> list[list[OcrWord]]:
    lines: dict[int, list[OcrWord]] = {}
    for word in words:
        lines.setdefault(word.line, []).append(word)
    return list(lines.values())


def _length(line: Iterable[OcrWord]) -> int:
    return sum(char.isalnum() for word in line for char in word.text.reveal())


def _sure(line: Sequence[OcrWord]) -> float:
    weights = [(len(word.text), word.confidence) for word in line]
    return sum(weight * sure for weight, sure in weights) / max(sum(weight for weight, _ in weights), 1)


def _turned(ocr: Ocr, grey: Image.Image, dpi: int, seen: Sequence[OcrWord], much: bool) -> list[OcrWord]:
    """Return words that are read in other positions, with the line along which they run; of little, if it is small."""
    found: list[OcrWord] = []
    boxes = [word.box for word in seen]
    for turn in range(_ROUNDS):
        left = _left(np.asarray(grey), dpi, boxes)
        if left is None or not (much or max(left[0].size) <= _SHEET):
            break
        best: list[OcrWord] = []
        for place, words in _readings(ocr, left[0], dpi):
            if _weight(words) > _weight(best):
                best = [place.back(word, left[1], (turn + 1) * _LINE) for word in words]
            if _length(best) > _LETTERS and _sure(best) > _CERTAIN:
                break
        if not best:
            break
        found += best
        boxes += [word.box for word in best]
    return found


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


def _slant(part: Image.Image) -> float:
    """Return the angle, degrees, by which the ink falls into lines best when it is turned back."""
    small = part.copy()
    small.thumbnail((_SMALL, _SMALL))
    ink = Image.fromarray(255 - np.asarray(small))
    best, sharpest = 0.0, -1.0
    for angle in range(-90 + _STEP, 91, _STEP):
        turned = ink.rotate(angle, expand=True, resample=Image.Resampling.BILINEAR)
        rows = np.asarray(turned, dtype=np.float32).sum(axis=1)
        sharp = float(np.square(np.diff(rows)).sum()) * (1.02 if angle in {0, 90} else 1.0)
        if sharp > sharpest:
            best, sharpest = float(angle), sharp
    return best


def _again(ocr: Ocr, image: Image.Image, words: Sequence[OcrWord]) -> list[OcrWord]:
    """Read doubtful lines once more, level, in another size, with the models of one script only."""
    lines = _by_line(words)
    doubtful = [line for line in lines if any(_doubted(word) for word in line)][:_MOST_DOUBTFUL]
    if not doubtful:
        return []
    fall, grey = slope([(word.text.reveal(), word.box) for word in line] for line in lines), image.convert("L")
    strips = [_strip(grey, line, fall) for line in doubtful]
    found: list[OcrWord] = []
    for number, seen in enumerate(read_strips(ocr, [strip.picture for strip in strips], _LARGE, _CYRILLIC)):
        if _said(seen) != _said(doubtful[number]):
            found += [strips[number].back(word, 50 * _LINE + number) for word in seen]
    return found


@dataclass(frozen=True, slots=True)
class _Strip:
    """A line cut out of its page, level and in another size, and the way back.

    Attributes:
        picture: its pixels.
        place: left end, and how high the line would begin there and end if it began at the left edge of the page.
        slope: rows that it falls a column.
        scale: its size over that on the page.
    """

    picture: Image.Image
    place: tuple[float, float, float]
    slope: float
    scale: float

    def back(self, word: OcrWord, line: int) -> OcrWord:
        """Return a word with its place on the page."""
        left, top, bottom = self.place
        x0 = left + word.box.x0 / self.scale
        x1 = left + max(word.box.x1, word.box.x0 + 1) / self.scale
        fall = self.slope * (x0 + x1) / 2
        y0, y1 = max(top + word.box.y0 / self.scale, top), min(top + word.box.y1 / self.scale, bottom)
        return replace(word, box=Box(x0, y0 + fall, x1, y1 + fall), line=line)


def _strip(grey: Image.Image, line: Sequence[OcrWord], slope: float) -> _Strip:
    """Cut a line out along its slope: straight across a page that lies askew, halves of its neighbours come along."""
    high = max(word.box.y1 - word.box.y0 for word in line)
    pad, falls = _RIM * high, [slope * (word.box.x0 + word.box.x1) / 2 for word in line]
    left = max(min(word.box.x0 for word in line) - pad, 0)
    right = min(max(word.box.x1 for word in line) + pad, grey.width)
    top = min(word.box.y0 - fall for word, fall in zip(line, falls, strict=True)) - pad
    bottom = max(word.box.y1 - fall for word, fall in zip(line, falls, strict=True)) + pad
    size = max(math.ceil(right - left), 1), max(math.ceil(bottom - top), 1)
    along = (1, 0, left, slope, 1, top + slope * left)
    cut = grey.transform(size, Image.Transform.AFFINE, along, Image.Resampling.BICUBIC, fillcolor=_paper(grey))
    scale = min(_LETTER / max(high, 1), 3.0)
    small = cut.resize((max(round(size[0] * scale), 1), max(round(size[1] * scale), 1)), Image.Resampling.BICUBIC)
    return _Strip(small, (left, top, bottom), slope, scale)


def _paper(grey: Image.Image) -> int:
    return int(np.median(np.asarray(grey)[::8, ::8]))


def _said(words: Iterable[OcrWord]) -> str:
    return "".join(char for word in words for char in word.text.reveal().casefold() if char.isalnum())


def _doubted(word: OcrWord) -> bool:
    text = word.text.reveal()
    if sum(char.isalnum() for char in text) < 3:
        return False
    return word.confidence < _DOUBTFUL or _mixed(text)


def _mixed(text: str) -> bool:
    """Tell whether letters of two scripts stand in one word."""
    latin = any("a" <= char <= "z" for char in text.casefold())
    return latin and any("а" <= char <= "ӿ" for char in text.casefold())


def _meets(one: Box, other: Box) -> bool:
    high = min(one.y1, other.y1) - max(one.y0, other.y0)
    if high <= 0:
        return False  # most words stand on other lines
    wide = min(one.x1, other.x1) - max(one.x0, other.x0)
    least = min((one.x1 - one.x0) * (one.y1 - one.y0), (other.x1 - other.x0) * (other.y1 - other.y0))
    return wide > 0 and wide * high > 0.3 * least
