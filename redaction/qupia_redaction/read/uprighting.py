"""Read a column of short level words again that the engine took for lines on their side: numbers of a form's questions.

The engine looks for columns first; one that is two letters wide and twenty lines high reads as writing turned upwards.
Read as one block with what stands beside it, it is what it is. What was read before is searched still, never believed.
Limit: what reads less surely so stays as it was read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from statistics import median

from PIL import Image

from qupia_redaction.model import Box
from qupia_redaction.ports import Ocr, OcrWord
from qupia_redaction.read.sureness import by_line, length, meets, sure

_SURE = 0.68
_LEVEL = 3
_WIDE, _AMID, _NEXT = 2.5, 4.0, 2.5
"""How wide a column is, gaps within it, and the one to the next word, of a line's height."""
_RIM = 0.5
_LINE = 60_000_000


def uprighted(ocr: Ocr, grey: Image.Image, dpi: int, words: Sequence[OcrWord]) -> tuple[list[OcrWord], list[OcrWord]]:
    """Return a page's words with such columns read level, and what was read there before.

    Args:
        ocr: reads.
        grey: the page.
        dpi: its resolution.
        words: as they were read first.
    """
    level = [word for word in words if not word.course]
    poor = [line for line in by_line(words) if any(word.course for word in line) and sure(line) < _SURE]
    if not poor or length(level) < _LEVEL * sum(map(length, poor)):
        return list(words), []
    kept, dropped = list(words), list[OcrWord]()
    em = median(word.box.y1 - word.box.y0 for word in level)
    for line in poor:
        column = _column(line, kept, em)
        again = [_surer(word, kept) for word in _read_level(ocr, grey, dpi, column, em)] if line[0] in kept else []
        gone = [w for w in kept if (w in column and w.course) or any(meets(w.box, other.box) for other in again)]
        if sure(again) >= _SURE and _weight(again) > _weight(gone):
            dropped += gone
            kept = _joined([word for word in kept if word not in gone], again, em)
    return kept, dropped


def _column(line: Sequence[OcrWord], words: Sequence[OcrWord], em: float) -> list[OcrWord]:
    """Return the words of a turned line and the narrow ones above and below that follow it: a page may lie askew."""
    mine = [word for word in line if word.course]
    found, whole = list(mine), _around(mine)
    for way in (1, -1):
        end, edge = whole, whole.y1 if way > 0 else -whole.y0
        for word in sorted(words, key=lambda word: way * (word.box.y0 + word.box.y1)):
            box = word.box
            ahead = (box.y0 if way > 0 else -box.y1) - edge
            if -0.3 * em < ahead < _AMID * em and _narrow(box, end, em) and word not in mine:
                found.append(word)
                end, edge = box, box.y1 if way > 0 else -box.y0
    return found


def _narrow(box: Box, last: Box, em: float) -> bool:
    """Tell whether a word stands in the column of another: as far left, and not much farther to the right."""
    return abs(box.x0 - last.x0) < em and box.x1 < last.x0 + _WIDE * em


def _read_level(ocr: Ocr, grey: Image.Image, dpi: int, column: Sequence[OcrWord], em: float) -> list[OcrWord]:
    """Return what stands in a column as it reads with all that stands to the right of it."""
    whole = _around(column)
    left, top = max(round(whole.x0 - _RIM * em), 0), max(round(whole.y0 - _RIM * em), 0)
    part = grey.crop((left, top, grey.width, min(round(whole.y1 + _RIM * em), grey.height)))
    read = (_placed(word, left, top) for word in ocr.read(part, dpi, block=True))
    return [word for word in read if not word.course and word.box.x1 <= whole.x1 + _RIM * em and length([word])]


def _surer(word: OcrWord, words: Sequence[OcrWord]) -> OcrWord:
    """Return a word as it was read first where that was surer: "14" beside a speck reads as "214" in a block."""
    same = [one for one in words if not one.course and _is_same(one.box, word.box) and one.confidence > word.confidence]
    return max(same, key=lambda one: one.confidence, default=word)


def _is_same(one: Box, other: Box) -> bool:
    """Tell whether two level readings are of one word: a larger one holds most of the smaller."""
    wide = min(one.x1, other.x1) - max(one.x0, other.x0)
    return _level(one, other) and wide > 0.7 * max(one.x1 - one.x0, other.x1 - other.x0)


def _placed(word: OcrWord, left: int, top: int) -> OcrWord:
    box = word.box
    return replace(word, box=Box(box.x0 + left, box.y0 + top, box.x1 + left, box.y1 + top), line=word.line + _LINE)


def _joined(words: list[OcrWord], column: Sequence[OcrWord], em: float) -> list[OcrWord]:
    """Put each word of a column before the one beside it, in whose line it stands; else behind all."""
    for word in column:
        beside = [
            (other.box.x0, at) for at, other in enumerate(words)
            if not other.course and -0.3 * em < other.box.x0 - word.box.x1 < _NEXT * em and _level(word.box, other.box)
        ]  # fmt: skip
        if beside:
            at = min(beside)[1]
            words.insert(at, replace(word, line=words[at].line))
        else:
            words.append(word)
    return words


def _level(one: Box, other: Box) -> bool:
    shared = min(one.y1, other.y1) - max(one.y0, other.y0)
    return shared > 0.5 * min(one.y1 - one.y0, other.y1 - other.y0)


def _around(words: Sequence[OcrWord]) -> Box:
    boxes = [word.box for word in words]
    return Box(min(b.x0 for b in boxes), min(b.y0 for b in boxes), max(b.x1 for b in boxes), max(b.y1 for b in boxes))


def _weight(words: Sequence[OcrWord]) -> float:
    return sum(len(word.text) * word.confidence for word in words)
