"""Words of a scan that were seen and not read surely: possibly private, hidden by the profile, and marked as such.

A name that OCR misreads, or a hand that it cannot read, is found by no detector. What it read with little confidence,
what is no word of the three languages, and what a second reading does not confirm is hidden where names are hidden
(or a long common word, no name, that it says surely where the first reading differs by a letter).
Limits: a word of fewer than `_LETTERS` letters may be anything; writing that OCR does not see at all stays. Measured on
invented scans: of 1,000 words 0 at 300 dpi, 4 at 200 dpi with noise, 17 at 150 dpi, a third of them read rightly.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from qupia_redaction.model import UNREAD, Box, Category, Detail, PageText
from qupia_redaction.nlp.morphology import meaning
from qupia_redaction.nlp.vocabulary import is_word
from qupia_redaction.ports import OcrWord
from qupia_redaction.read.sureness import meets

_SURE = 0.7
_LETTERS, _LONG = 3, 6
_WORD = re.compile(r"\S+")


def unread_words(words: Sequence[OcrWord], again: Sequence[OcrWord]) -> list[OcrWord]:
    """Return the words that may be anything.

    Args:
        words: as they were read first.
        again: second readings of doubtful lines.
    """
    doubted = [word for word in words if word.confidence < _SURE and _may_be_a_name(_letters(word))]
    return [word for word in doubted if not any(_same(word, other) or _clears_up(word, other) for other in again)]


def unread_places(page: PageText, words: Sequence[OcrWord], scale: float, within: tuple[int, int]) -> list[Detail]:
    """Return where words stand in the text of their page, as details of persons.

    Args:
        page: its text with boxes, points.
        words: as `unread_words` returns them, boxes in pixels.
        scale: points a pixel.
        within: the part of the text that was read from pixels and is believed.
    """
    return [
        Detail(page.number, start, end, Category.PERSON, round(1 - word.confidence, 2), UNREAD)
        for start, end, said, middle in _places(page, within)
        for word in words
        if said == word.text.reveal() and _holds(word.box, scale, middle)
    ]


def _may_be_a_name(letters: str) -> bool:
    return len(letters) >= _LETTERS and not is_word(letters)


def _letters(word: OcrWord) -> str:
    return "".join(filter(str.isalnum, word.text.reveal().casefold()))


def _same(word: OcrWord, other: OcrWord) -> bool:
    return _letters(word) == _letters(other) and meets(word.box, other.box)


def _clears_up(word: OcrWord, other: OcrWord) -> bool:
    """Tell whether a second reading surely says a common word, no name or place, and the first differs by a letter."""
    first, second = _letters(word), _letters(other)
    if len(first) < _LONG or len(first) != len(second) or other.confidence < _SURE or not meets(word.box, other.box):
        return False
    return sum(one != two for one, two in zip(first, second, strict=True)) == 1 and meaning(second).plain


def _places(page: PageText, within: tuple[int, int]) -> Iterator[tuple[int, int, str, tuple[float, float]]]:
    """Yield the words of a text, each with the middle of its first letter."""
    for match in _WORD.finditer(page.text.reveal(), *within):
        box = page.boxes[match.start()]
        if box is not None:
            yield match.start(), match.end(), match.group(), ((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2)


def _holds(box: Box, scale: float, point: tuple[float, float]) -> bool:
    return box.x0 * scale <= point[0] <= box.x1 * scale and box.y0 * scale <= point[1] <= box.y1 * scale
