"""Read a picture thoroughly: as it lies, what is left of its ink turned and mirrored, and doubtful lines once more.

Attack: writing that stands on its side or its head, askew, or mirrored (`turning`); letters that one reading mistakes.
A page of which the first reading makes no sense is turned as a whole, on others what is left of the ink. Limits: ink of
fewer than three letters or signs is not turned; `_MOST_DOUBTFUL` lines are read once more.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image

from qupia_redaction.model import Box
from qupia_redaction.nlp.vocabulary import is_word
from qupia_redaction.page.askew import own_slope, slope
from qupia_redaction.ports import Ocr, OcrWord
from qupia_redaction.read.boards import board_words
from qupia_redaction.read.dots import blended_dots
from qupia_redaction.read.fitting import fitted
from qupia_redaction.read.sheets import read_strips
from qupia_redaction.read.stacks import stacked_words
from qupia_redaction.read.sureness import LETTERS, believed, by_line, length, meets, sure
from qupia_redaction.read.turning import LINE, LINES, scattered_words, turned_words
from qupia_redaction.read.uprighting import uprighted

_SURE_PAGE, _SURE_BLOCK, _SURE_BESIDE = 0.68, 0.88, 0.85
"""A line turned by itself is read so surely at most; what makes no sense and is less sure may be turned."""
_PLAIN = 0.8
_FAIR, _LONG_WORD, _LONG_WORDS, _KNOWN_SHARE = 0.45, 4, 3, 0.6
"""Of turned and mirrored lines at most a third of the longer words are words; none of 150 made sense."""
_GUESSED, _GUESSED_SHARE = 6, 0.3
_DOUBTFUL = 0.7
_MOST_DOUBTFUL = 16
_LETTER, _RIM = 26, 0.22
_LARGE = 220
_NARROW, _USUAL, _WIDE = 0.3, 0.6, 0.95
"""Width of a letter over the height of its line."""
_CYRILLIC = ("kaz", "rus")


@dataclass(frozen=True, slots=True)
class Look:
    """What was read.

    Attributes:
        words: in reading order, turned ones last.
        doubts: other readings of doubtful lines: to be searched, not to be believed.
        stacked: words whose letters stand one below the other; to be searched only, too.
    """

    words: tuple[OcrWord, ...]
    doubts: tuple[OcrWord, ...] = ()
    stacked: tuple[OcrWord, ...] = ()


def look(ocr: Ocr, image: Image.Image, dpi: int, block: bool = False) -> Look:
    """Read a picture in every position.

    Args:
        ocr: reads.
        image: grey pixels.
        dpi: their resolution.
        block: one block of text, not a page: it is small, so that less is believed at first sight.
    """
    grey = blended_dots(image if image.mode == "L" else image.convert("L"), dpi)
    first = ocr.read(grey, dpi, block)
    words, before = (list(first), []) if block else uprighted(ocr, grey, dpi, first)
    seen = believed(words, _SURE_BLOCK) if block else _explained(words)
    guessed, share = length(words) - length(seen), _GUESSED_SHARE * length(words)
    much = not words or guessed >= max(_GUESSED, share)
    plain = seen if block else _explained(words, _SURE_BESIDE)
    turned = turned_words(ocr, grey, dpi, seen) if much else scattered_words(ocr, grey, dpi, (plain, words))
    if much and 0 < length(seen) < length(turned):  # numbers on their head seem to make sense as they lie
        turned += [replace(word, line=word.line + LINES) for word in turned_words(ocr, grey, dpi, turned)]
    doubts = (*_again(ocr, grey, words), *before, *(board_words(ocr, grey, dpi) if block else ()))
    straight = [word for word in words if not any(_covers(other, word) for other in turned) or word in plain]
    return Look((*fitted(grey, straight), *turned), doubts, tuple(stacked_words(ocr, grey, dpi, [*words, *turned])))


def _covers(turned: OcrWord, word: OcrWord) -> bool:
    return turned.confidence > word.confidence and meets(turned.box, word.box)


def plain_words(words: Iterable[OcrWord]) -> Iterator[OcrWord]:
    """Yield the words that are letters beyond doubt: of several kinds, and surely read."""
    for word in words:
        letters = {char for char in word.text.reveal().casefold() if char.isalnum()}
        if len(letters) > 1 and word.confidence >= _PLAIN and not word.course:
            yield word


def _explained(words: Iterable[OcrWord], least: float = _SURE_PAGE) -> list[OcrWord]:
    """Return the words of a page's lines that were read well, or fairly and make sense, as no turned line does."""
    return [
        word
        for line in by_line(words)
        if length(line) >= LETTERS and (sure(line) >= least or (sure(line) >= _FAIR and _makes_sense(line)))
        for word in line
    ]


def _makes_sense(line: Sequence[OcrWord]) -> bool:
    """Tell whether most of a line's longer words are words: on a noisy page the reader is sure of few."""
    letters = ("".join(filter(str.isalpha, word.text.reveal())) for word in line)
    long = [word for word in letters if len(word) >= _LONG_WORD]
    enough = _LONG_WORDS if sure(line) < _SURE_PAGE else 1
    return len(long) >= enough and sum(map(is_word, long)) >= _KNOWN_SHARE * len(long)


def _again(ocr: Ocr, grey: Image.Image, words: Sequence[OcrWord]) -> list[OcrWord]:
    """Read doubtful lines once more, level, in another size, with the models of one script only."""
    lines = by_line(words)
    doubtful = [line for line in lines if any(_doubted(word) for word in line)][:_MOST_DOUBTFUL]
    if not doubtful:
        return []
    fall = slope([(word.text.reveal(), word.box) for word in line] for line in lines)
    strips = [_strip(grey, line, own_slope([word.box for word in line], fall)) for line in doubtful]
    found: list[OcrWord] = []
    for number, seen in enumerate(read_strips(ocr, [strip.picture for strip in strips], _LARGE, _CYRILLIC)):
        if _said(seen) != _said(doubtful[number]):
            found += [strips[number].back(word, 50 * LINE + number) for word in seen]
    return found


@dataclass(frozen=True, slots=True)
class _Strip:
    """A line cut out of its page, level and in another size, and the way back.

    Attributes:
        picture: its pixels.
        place: left end, and how high the line would begin there and end if it began at the left edge of the page.
        slope: rows that it falls a column.
        scale: its height over that on the page.
        across: its width over that on the page; letters that were drawn too wide or narrow are wide as usual.
    """

    picture: Image.Image
    place: tuple[float, float, float]
    slope: float
    scale: float
    across: float

    def back(self, word: OcrWord, line: int) -> OcrWord:
        """Return a word with its place on the page."""
        left, top, bottom = self.place
        x0 = left + word.box.x0 / self.across
        x1 = left + max(word.box.x1, word.box.x0 + 1) / self.across
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
    across = scale * _squeeze(line, high)
    small = cut.resize((max(round(size[0] * across), 1), max(round(size[1] * scale), 1)), Image.Resampling.BICUBIC)
    return _Strip(small, (left, top, bottom), slope, scale, across)


def _squeeze(line: Sequence[OcrWord], high: float) -> float:
    """Return by how much letters of a line are to be made narrower or wider; 1 where they look as usual."""
    share = sum(word.box.x1 - word.box.x0 for word in line) / (max(high, 1) * sum(len(word.text) for word in line))
    return 1.0 if _NARROW < share < _WIDE else _USUAL / share


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
