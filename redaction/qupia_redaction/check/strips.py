"""Read parts of pages that stay text by OCR: what the text does not say, pixels may still show.

Attack: a name that is no text any more or never was: outlines of its letters, letters of a font whose map says other
words, a picture of it that stayed in its place. The channels of text are blind to it and agree. So the surroundings of
each place where something was hidden, and of each mark, are rendered by PDFium and read, all strips of a page in one go
with a sample of other lines (`sample`) and with ink that no text explains (`loose`). What PDFium's own text says there
explains what is read; what the page keeps elsewhere explains it, too; anything else that looks like a hidden text is a
trace: away from places of its own only one of six letters and more that stays nowhere (`likely`). Limits: writing
across most hidden texts of its page, light on dark, or shorter than four letters is not read; where marks are dense the
strips are narrower; where PDFium says other text stands, a scrap of a hidden one passes for that text misread.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher

import numpy as np
import numpy.typing as npt
import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image

from qupia_redaction.check.expectation import Expected
from qupia_redaction.check.folding import fold, folded_words
from qupia_redaction.check.likely import Likely
from qupia_redaction.check.loose import loose_ink
from qupia_redaction.check.rendered import Rendered
from qupia_redaction.check.sample import Sample, drawings
from qupia_redaction.check.sight import NARROW, RIM, Place, Sight, Sums, languages, page_box, scale_for, turned
from qupia_redaction.check.traces import Seen, alike, lines_of, traces, unexplained
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
class Page:
    """A page that is looked at.

    Attributes:
        number: of the page.
        open: in PDFium.
        reader: its text.
        rendered: its pixels.
        pictures: that are read otherwise, points.
    """

    number: int
    open: pypdfium2.PdfPage
    reader: pypdfium2.PdfTextPage
    rendered: Rendered
    pictures: Sequence[Box] = ()


@dataclass(frozen=True, slots=True)
class _Level:
    """A page as it is read: turned so that most hidden texts lie level.

    Attributes:
        pixels: in grey, marks wiped out.
        scale: pixels a point.
        sight: where the master had what was hidden.
        marks: in its lines.
        words: folded, as PDFium tells them.
    """

    pixels: np.ndarray = field(repr=False)
    scale: float
    sight: Sight
    marks: Sequence[Box]
    words: Words = field(repr=False)


class Strips:
    """Looks at pages of text of one document.

    Args:
        expected: what was hidden and what stays.
        seed: bytes that follow from the document: they choose the sample.
    """

    def __init__(self, expected: Expected, seed: bytes) -> None:
        self._expected = expected
        self._printed = fold(" ".join([*expected.labels, *expected.printed]))
        self._likely = Likely(expected)
        self._sample = Sample(seed)
        texts = {text for hidden in expected.secrets.values() for text in hidden} if self._likely else set()
        self._languages = languages(Sight(tuple(Place(text, ()) for text in sorted(texts))))

    def tell(self, page: Page, ocr: Callable[[], Ocr]) -> bool | None:
        """Tell whether a page shows something hidden that its text does not say; None when there is nothing to look at.

        Args:
            page: that stays text.
            ocr: is asked for when there is something to read.
        """
        sight = self._expected.around.get(page.number)
        if sight is None and not self._likely:
            return None
        level = self._level(page, sight or Sight(()))
        near = _surroundings(level) if sight is not None else np.zeros(level.pixels.shape, dtype=bool)
        if self._likely and not level.sight.turn:
            self._add_sample(near, level, page)
        if not near.any():
            return None
        canvas, rows = _canvas(level.pixels, near)
        level = replace(level, pixels=canvas)
        del near  # nothing is held while pixels are read
        if not (canvas < _INK).any():
            return False
        models = self._languages if sight is None else languages(sight)
        seen = _read(canvas, rows, level.scale, (ocr(), models))
        return self._told(page.number, unexplained(seen, level.words, self._printed), level)

    def _level(self, page: Page, sight: Sight) -> _Level:
        size = page.open.get_size()
        marks = [_around(corners) for corners in self._expected.tokens.get(page.number, ())]
        scale = page.rendered.scale(scale_for(Sight(tuple(replace(p, boxes=p.was) for p in sight.places))))
        pixels = page.rendered.grey(scale).copy()
        for box in (*marks, *(mark.box for mark in self._expected.covered if mark.page == page.number)):
            _wipe(pixels, box, scale)
        words = words_of(page.reader, size[1])
        if sight.turn:
            pixels = np.ascontiguousarray(np.rot90(pixels, sight.turn))
            marks = turned(marks, sight.turn, *size)
            boxes = turned([box for _, box in words], sight.turn, *size)
            words = [(text, box) for (text, _), box in zip(words, boxes, strict=True)]
        return _Level(pixels, scale, replace(sight.level(*size), turn=sight.turn), marks, words)

    def _add_sample(self, near: npt.NDArray[np.bool_], level: _Level, page: Page) -> None:
        """Add some lines of a page, and what its text does not explain."""
        drawn = drawings(page.open)
        words = [box for _, box in level.words if not any(_meet(box, other) for other in drawn)]
        loose = loose_ink(level.pixels, level.scale, [*words, *page.pictures], self._sample.lot(page.number))
        if loose is not None:
            near |= loose
        boxes = [box for box in words if not any(_meet(box, other) for other in page.pictures)]
        for box in self._sample.lines(page.number, page.open, boxes):
            x0, y0, x1, y1 = (max(round(side * level.scale), 0) for side in (box.x0, box.y0, box.x1, box.y1))
            near[max(y0 - _GAP, 0) : y1 + _GAP, max(x0 - _GAP, 0) : x1 + _GAP] = True

    def _told(self, number: int, seen: Sequence[Seen], level: _Level) -> bool:
        """Tell whether words show something hidden that no word which stays on the page explains as well."""
        if not seen:
            return False
        stays = self._expected.kept.get(number)
        kept = set(folded_words(stays.reveal())) if stays else set()
        strange = [word for word in seen if word.text not in kept]
        own = {form for place in level.sight.places for form in _forms(place)}
        places = [(p.text.reveal(), (*p.was, *_beside(p.was, level.marks))) for p in level.sight.places]
        unlike = [word for word in strange if not _stays(word.text, kept, own)]
        bare = [word for word in unlike if _likeness(word.text, own) or not _on_text(word, level.words)]
        if traces(bare, places, (), "") or traces(unlike, [(text, ()) for text, _ in places], (), ""):
            return True  # where other text stands, a scrap of a hidden one is that text misread; a whole one is not
        if any(self._likely.within(line) for line in lines_of(strange)):
            return True
        found = ((word.text, self._likely.like(word.text)) for word in strange)
        return any(forms and not _stays(text, kept, forms) for text, forms in found)


def _on_text(word: Seen, words: Words) -> bool:
    return any(_meet(word.box, box) for _, box in words)


def _forms(place: Place) -> list[str]:
    text = place.text.reveal()
    return [fold(text), *map(fold, text.split())]


def _meet(one: Box, other: Box) -> bool:
    """Tell whether the middle of a box lies in another one."""
    x, y = (one.x0 + one.x1) / 2, (one.y0 + one.y1) / 2
    return other.x0 <= x <= other.x1 and other.y0 <= y <= other.y1


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
        if pdfium.FPDFText_HasUnicodeMapError(reader, at) == 1:
            continue  # what it shows, nobody says
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


def _stays(word: str, kept: Iterable[str], hidden: Iterable[str]) -> bool:
    """Tell whether a word that stays elsewhere on the page is at least as like what was read as any hidden one."""
    ratio = _likeness(word, kept)
    return ratio > 0 and ratio >= _likeness(word, hidden)


def _likeness(word: str, others: Iterable[str]) -> float:
    matcher = SequenceMatcher(None, "", word, autojunk=False)
    best = 0.0
    for other in others:
        if len(other) >= _SHORT and alike(word, other):
            matcher.set_seq1(other)
            best = max(best, matcher.ratio())
    return best


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


def _surroundings(level: _Level) -> npt.NDArray[np.bool_]:
    """Return what is near places and marks: less where it would hold a third of the page's ink, or some forty words."""
    boxes = [*level.marks, *(box for place in level.sight.places for box in place.was)]
    page, scale = level.pixels, level.scale
    ink = page < min(_INK, 0.7 * float(np.median(page[::4, ::4])))
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
    return near


def _canvas(page: np.ndarray, near: npt.NDArray[np.bool_]) -> tuple[np.ndarray, np.ndarray]:
    """Return parts of a page on white, other rows left out, and the numbers of its rows."""
    paper = float(np.median(page[::4, ::4]))
    some = np.flatnonzero(near.any(axis=1))
    rows = np.unique(np.clip(some[:, None] + np.arange(1 - _GAP, _GAP), 0, len(page) - 1))  # strips stay apart
    lighter = np.minimum(np.arange(256) * (255 / max(paper * 0.85, 1.0)), 255).astype(np.uint8)
    return np.pad(np.where(near[rows], lighter[page[rows]], _WHITE), RIM, constant_values=255), rows


def _read(canvas: np.ndarray, rows: np.ndarray, scale: float, how: tuple[Ocr, Sequence[str]]) -> list[Seen]:
    image = Image.fromarray(canvas)
    narrow = image.resize((round(image.width * NARROW), image.height), Image.Resampling.BILINEAR)
    words = how[0].glance(narrow, round(scale * 72), how[1])
    return [Seen(fold(word.text.reveal()), page_box(word.box, rows, scale), word.line) for word in words]
