"""Read strips of pages that stay text by OCR: what the text does not say, pixels may still show.

Attack: a name that is no text any more or never was: outlines of its letters, letters of a font whose map says other
words, a picture of it that stayed in its place. The channels of text are blind to it and agree. So the surroundings of
each place where something was hidden, and of each mark, are rendered by PDFium and read, all strips of a page in one
go. What PDFium's own text says there explains what is read; what the page keeps elsewhere explains it, too; anything
else that looks like a hidden text is a trace. Limits: writing across most others of its page, light on dark, or shorter
than four letters is not read; where marks are dense the strips are narrower.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

import numpy as np
import numpy.typing as npt
import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image

from qupia_redaction.check.expectation import Expected
from qupia_redaction.check.folding import fold, folded_words
from qupia_redaction.check.sight import NARROW, RIM, Sight, Sums, languages, page_box, scale_for, turned
from qupia_redaction.check.traces import Seen, alike, traces, unexplained
from qupia_redaction.model import Box, Corners
from qupia_redaction.ports import Ocr

_REACHES = ((0.7, 4.0), (0.4, 2.0), (0.2, 1.0))
"""Lines above and below, em to the sides."""
_MOST_INK = 0.3
_LITTLE_INK = 80.0
_INK = 130
_GAP = 4
_SHORT = 4
_WHITE = np.uint8(255)

Words = Sequence[tuple[str, Box]]


@dataclass(frozen=True, slots=True)
class Text:
    """What PDFium says about a page.

    Attributes:
        words: folded, with their boxes, points.
        size: width and height of the page, points.
    """

    words: Words
    size: tuple[float, float]


class Strips:
    """Looks at pages of text of one document.

    Args:
        expected: what was hidden and what stays.
    """

    def __init__(self, expected: Expected) -> None:
        self._expected = expected
        self._printed = fold(" ".join([*expected.labels, *expected.printed]))

    def tell(
        self, number: int, page: pypdfium2.PdfPage, reader: pypdfium2.PdfTextPage, ocr: Callable[[], Ocr]
    ) -> bool | None:
        """Tell whether a page shows something hidden that its text does not say; None when there is nothing to look at.

        Args:
            number: of the page.
            page: open in PDFium.
            reader: its text.
            ocr: is asked for when there is something to read.
        """
        around = self._expected.around.get(number)
        if around is None:
            return None
        size = page.get_size()
        marks = [_around(corners) for corners in self._expected.tokens.get(number, ())]
        scale = scale_for(Sight(tuple(replace(place, boxes=place.was) for place in around.places)))
        pixels = _grey(page, scale)
        if around.turn:
            pixels = np.ascontiguousarray(np.rot90(pixels, around.turn))
            marks = turned(marks, around.turn, *size)
        level = around.level(*size)
        for box in marks:
            _wipe(pixels, box, scale)
        canvas, rows = _surroundings(pixels, scale, [*marks, *(box for place in level.places for box in place.was)])
        if not (canvas < _INK).any():
            return False
        kept = _turned_words(words_of(reader, size[1]), around.turn, size)
        seen = _read(canvas, rows, scale, (ocr(), languages(around)))
        strange = self._unknown(number, unexplained(seen, kept, self._printed), level)
        places = [(place.text.reveal(), (*place.was, *_beside(place.was, marks))) for place in level.places]
        return traces(strange, places, (), "")

    def _unknown(self, number: int, seen: Sequence[Seen], sight: Sight) -> list[Seen]:
        """Return the words that no word which stays on the page explains as well as a hidden one does."""
        if not seen:
            return []
        stays = self._expected.kept.get(number)
        kept = set(folded_words(stays.reveal())) if stays else set()
        hidden = {part for place in sight.places for part in map(fold, place.text.reveal().split())}
        hidden |= {fold(place.text.reveal()) for place in sight.places}
        return [word for word in seen if word.text not in kept and not _stays(word.text, kept, hidden)]


def words_of(reader: pypdfium2.PdfTextPage, high: float) -> list[tuple[str, Box]]:
    """Return the words of a page, folded, with their boxes.

    Args:
        reader: the page's text.
        high: height of the page, points.
    """
    sides = [ctypes.c_double() for _ in range(4)]
    words: list[tuple[str, Box]] = []
    letters: list[tuple[str, Box]] = []
    for at in range(reader.count_chars()):
        char = chr(pdfium.FPDFText_GetUnicode(reader, at) or 32)
        if char.isspace():
            words += _word(letters)
            letters = []
        elif pdfium.FPDFText_GetCharBox(reader, at, *sides):
            x0, x1, y0, y1 = (side.value for side in sides)
            letters.append((char, Box(x0, high - y1, x1, high - y0)))
    return words + _word(letters)


def _word(letters: Sequence[tuple[str, Box]]) -> list[tuple[str, Box]]:
    text = fold("".join(char for char, _ in letters))
    if not text:
        return []
    boxes = [box for _, box in letters]
    sides = min(b.x0 for b in boxes), min(b.y0 for b in boxes), max(b.x1 for b in boxes), max(b.y1 for b in boxes)
    return [(text, Box(*sides))]


def _turned_words(words: Words, turn: int, size: tuple[float, float]) -> Words:
    if not turn:
        return words
    boxes = turned([box for _, box in words], turn, *size)
    return [(text, box) for (text, _), box in zip(words, boxes, strict=True)]


def _stays(word: str, kept: set[str], hidden: set[str]) -> bool:
    """Tell whether a word that stays elsewhere on the page is at least as like what was read as any hidden one."""
    ratio = _likeness(word, kept)
    return ratio > 0 and ratio >= _likeness(word, hidden)


def _likeness(word: str, others: set[str]) -> float:
    matcher = SequenceMatcher(None, "", word, autojunk=False)
    best = 0.0
    for other in others:
        if len(other) >= _SHORT and alike(word, other):
            matcher.set_seq1(other)
            best = max(best, matcher.ratio())
    return best


def _grey(page: pypdfium2.PdfPage, scale: float) -> np.ndarray:
    bitmap = page.render(scale=scale, grayscale=True)
    return np.array(bitmap.to_numpy().reshape(bitmap.height, -1))


def _around(corners: Corners) -> Box:
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    return Box(min(xs), min(ys), max(xs), max(ys))


def _wipe(pixels: np.ndarray, box: Box, scale: float) -> None:
    """Make a mark white: as pixels it was looked at already, and its label is none of the words in question."""
    x0, y0, x1, y1 = (max(round(side * scale), 0) for side in (box.x0, box.y0, box.x1, box.y1))
    pixels[max(y0 - 1, 0) : y1 + 1, max(x0 - 1, 0) : x1 + 1] = _WHITE


def _beside(places: Sequence[Box], marks: Sequence[Box]) -> list[Box]:
    """Return the marks on the lines of a hidden text."""
    return [m for m in marks if any(m.y0 < b.y1 and b.y0 < m.y1 for b in places)]


def _surroundings(page: np.ndarray, scale: float, boxes: Sequence[Box]) -> tuple[np.ndarray, np.ndarray]:
    """Return the surroundings of boxes on white, empty rows left out, and the numbers of the rows.

    They are narrower where they would hold more than a third of the page's ink, or some forty words.
    """
    paper = float(np.median(page[::4, ::4]))
    ink = page < min(_INK, 0.7 * paper)
    sums, usual = Sums(ink), sorted(min(b.y1 - b.y0, b.x1 - b.x0) for b in boxes)[len(boxes) // 2]
    most = max(_MOST_INK * np.count_nonzero(ink), _LITTLE_INK * (usual * scale) ** 2)
    near = np.zeros(page.shape, dtype=bool)
    for lines, ems in _REACHES:
        near[:] = False
        for box in boxes:
            em = min(max(box.y1 - box.y0, usual), 2 * usual) * scale
            sides = [side * scale for side in (box.x0, box.y0, box.x1, box.y1)]
            near[sums.around(sides, (lines * em, ems * em), 0.5 * em)] = True
        if np.count_nonzero(ink & near) <= most:
            break
    held: npt.NDArray[np.bool_] = np.logical_or.reduce(near, axis=1)
    for step in range(1, _GAP):  # lines that are not neighbours stay apart
        held[:-step] |= near[step:].any(axis=1)
        held[step:] |= near[:-step].any(axis=1)
    rows = np.flatnonzero(held)
    soft = np.where(near[rows], np.minimum(page[rows] * (255 / max(paper * 0.85, 1.0)), 255), 255)
    return np.pad(soft.astype(np.uint8), RIM, constant_values=255), rows


def _read(canvas: np.ndarray, rows: np.ndarray, scale: float, how: tuple[Ocr, Sequence[str]]) -> list[Seen]:
    image = Image.fromarray(canvas)
    narrow = image.resize((round(image.width * NARROW), image.height), Image.Resampling.BILINEAR)
    words = how[0].glance(narrow, round(scale * 72), how[1])
    return [Seen(fold(word.text.reveal()), page_box(word.box, rows, scale), word.line) for word in words]
