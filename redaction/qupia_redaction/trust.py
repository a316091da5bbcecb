"""Ask OCR about a sample of each font: does it draw what its Unicode map says?

Attack: a font whose map lies, so that the text reads harmless and the eye reads the secret, or the other way round.
A font that fails the sample closes every page it is used on: OCR of the picture decides there. Every font program is
sampled by itself, however little is set in it, and every letter of it once; what fails is read once more, larger.
Limit: two codes for one letter of which one lies, and letters that look alike.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from PIL import Image

from qupia_redaction.lines import Glyph, Segment
from qupia_redaction.model import Box
from qupia_redaction.pdf.pages import OpenPage
from qupia_redaction.ports import Ocr
from qupia_redaction.sheets import read_strips, side_by_side

ALIKE = 0.6
_ENOUGH = 12
_FEW = 3
_DIGITS = 6
_LINES = 4
_DPI = 200
_LARGE_DPI = 300
_STRANGE = 0.34
_SURE = 0.85
_LONG = 6
_LOOKALIKES = str.maketrans("авсенікмортхуһ", "abcehikmoptxyh")
_TWINS = str.maketrans("ғқңөұүәіїйёщъзоо0l1|э", "гкноууаiииешьзoooiiiз")
_SHAPES = ("aаәæ", "бвbьъы8зэ3s56", "oо0өcсeеёqg9dдpр", "iіl1jtfгrт7ї")
"""Letters that OCR takes for each other; all others are one more group."""


@dataclass(frozen=True, slots=True)
class _Run:
    """Neighbouring glyphs of one line in one font."""

    glyphs: tuple[Glyph, ...]

    @property
    def text(self) -> str:
        return "".join(glyph.char for glyph in self.glyphs)

    @property
    def letters(self) -> str:
        return letters(self.text)


@dataclass(slots=True)
class FontTrust:
    """What is known about the fonts of one document.

    Attributes:
        known: letters and digits by font's own name that the eye was asked about.
        lying: fonts by their own names.
    """

    known: dict[str, set[str]] = field(default_factory=dict)
    lying: set[str] = field(default_factory=set)

    def lies(self, page: OpenPage, segments: Sequence[Segment], ocr: Ocr) -> bool:
        """Tell whether a font of this page draws other letters than it says; new fonts and letters are sampled."""
        by_font: dict[str, list[_Run]] = {}
        for run in _runs(segments):
            by_font.setdefault(run.glyphs[0].style.font, []).append(run)
        for font, runs in by_font.items():
            if self.lying & set(by_font):
                break
            if not self._believes(font, runs, page, ocr):
                self.lying.add(font)
        return bool(self.lying & set(by_font))

    def _believes(self, font: str, runs: Sequence[_Run], page: OpenPage, ocr: Ocr) -> bool:
        said = {char for run in runs for char in run.letters}
        known = self.known.setdefault(font, set())
        new = said - known
        if known and len(new) < _FEW and not any(char.isdigit() for char in new):
            return True
        sample = _sample(runs, new)
        if sum(len(run.letters) for run in sample) >= _FEW:
            known |= said
            return _agrees(sample, page, ocr)
        drawn = [run for run in runs if run.text.strip()]
        enough = not known and sum(len(run.text.strip()) for run in drawn) >= 2 * _FEW
        if not enough:
            return True
        known.add("")
        return not _speaks(drawn[:_LINES], page, ocr)


def letters(text: str) -> str:
    """Return letters and digits in lower case, without accents, look-alikes as one."""
    plain = unicodedata.normalize("NFKD", text).casefold().translate(_LOOKALIKES)
    return "".join(char for char in plain if char.isalnum()).translate(_TWINS)


def _runs(segments: Iterable[Segment]) -> Iterator[_Run]:
    for segment in segments:
        run: list[Glyph] = []
        for glyph in segment.drawn:
            if run and glyph.style.font != run[0].style.font:
                yield _Run(tuple(run))
                run = []
            run.append(glyph)
        if run:
            yield _Run(tuple(run))


def _sample(runs: Sequence[_Run], wanted: set[str]) -> list[_Run]:
    """Choose few runs in which all wanted letters occur, and the one with the most digits; level ones go first."""
    level = [run for run in runs if run.glyphs[0].upright] or list(runs)
    chosen: list[_Run] = []
    left = set(wanted)
    while left and len(chosen) < _LINES:
        best = max((run for run in level), key=lambda run: len(left & set(run.letters)))
        if not left & set(best.letters):
            break
        chosen.append(best)
        left -= set(best.letters)
    if any(char.isdigit() for char in wanted):
        counted = max(level, key=lambda run: sum(char.isdigit() for char in run.text))
        chosen += [] if counted in chosen else [counted]
    return chosen


def _agrees(sample: Sequence[_Run], page: OpenPage, ocr: Ocr) -> bool:
    said = [run.text for run in sample]
    seen = _read(sample, page, ocr, page.dpi_for(_DPI))
    if _alike(said, seen):
        doubtful = replaced(said, seen)
        if not _proves(doubtful):
            return True
        return not _proves(doubtful & replaced(said, _read(sample, page, ocr, page.dpi_for(_LARGE_DPI))))
    if sum(len(run.letters) for run in sample) >= 4 * _ENOUGH:
        return False
    return _alike(said, _read(sample, page, ocr, page.dpi_for(_LARGE_DPI)))


def _proves(pairs: set[tuple[str, str]]) -> bool:
    """Tell whether so much was read otherwise that OCR cannot be to blame: one digit, or two letters."""
    return len(pairs) > 1 or any(said.isdigit() for said, _ in pairs)


def replaced(said: Sequence[str], seen: Sequence[str]) -> set[tuple[str, str]]:
    """Return letters that are never read as they are said, but as one other of quite another shape."""
    right: set[str] = set()
    wrong: dict[str, set[str]] = {}
    for one, other in zip(map(letters, said), map(letters, seen), strict=True):
        for kind, a, b, c, d in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
            if kind == "equal":
                right |= set(one[a:b])
            elif kind == "replace" and b - a == d - c:
                for mine, its in zip(one[a:b], other[c:d], strict=True):
                    wrong.setdefault(mine, set()).add(its)
    return {
        (char, next(iter(others))) for char, others in wrong.items()
        if char not in right and len(others) == 1 and _unlike(char, next(iter(others)))
    }  # fmt: skip


def _unlike(one: str, other: str) -> bool:
    """Tell whether two letters, or two digits, are of shapes that OCR does not mistake for each other."""
    return one.isdigit() == other.isdigit() and (one.isdigit() or _shape(one) != _shape(other))


def _shape(letter: str) -> int:
    return next((number for number, group in enumerate(_SHAPES) if letter in group), len(_SHAPES))


def _speaks(sample: Sequence[_Run], page: OpenPage, ocr: Ocr) -> bool:
    """Tell whether signs that are no letters by their map are read as words."""
    said = sum(len(run.letters) for run in sample)
    return sum(len(letters(text)) for text in _read(sample, page, ocr, page.dpi_for(_DPI))) >= said + _FEW


def _alike(said: Sequence[str], seen: Sequence[str]) -> bool:
    digits = [[char for char in "".join(texts) if char.isdigit()] for texts in (said, seen)]
    if len(digits[0]) >= _DIGITS and SequenceMatcher(None, digits[0], digits[1], autojunk=False).ratio() < ALIKE:
        return False
    whole = likeness("".join(said), "".join(seen))
    pairs = zip(said, seen, strict=True)
    if whole < _SURE and any(len(letters(one)) >= _LONG and likeness(one, other) < _STRANGE for one, other in pairs):
        return False
    return whole >= ALIKE


def likeness(one: str, other: str) -> float:
    """Compare two texts letter by letter, 0 to 1."""
    return SequenceMatcher(None, letters(one), letters(other), autojunk=False).ratio()


def _read(sample: Sequence[_Run], page: OpenPage, ocr: Ocr, dpi: int) -> list[str]:
    """Read each run by itself on one sheet."""
    strips = [run_picture(run.glyphs, page, dpi) for run in sample]
    return ["".join(word.text.reveal() for word in words) for words in read_strips(ocr, strips, dpi)]


def run_picture(glyphs: Sequence[Glyph], page: OpenPage, dpi: int) -> Image.Image:
    """Return what neighbouring glyphs look like when they are set level, whichever way they run."""
    first = glyphs[0]
    if first.stacked:
        letters_only = [glyph for glyph in glyphs if glyph.char.strip()]
        return side_by_side([page.picture(dpi, grey=True, clip=_letter(glyph)) for glyph in letters_only])
    if first.upright:
        return page.picture(dpi, grey=True, clip=_around(glyphs))
    boxes = [glyph.box for glyph in glyphs]
    around = Box(min(b.x0 for b in boxes), min(b.y0 for b in boxes), max(b.x1 for b in boxes), max(b.y1 for b in boxes))
    picture = page.picture(dpi, grey=True, clip=_grown(around, 2))
    return picture.rotate(math.degrees(math.atan2(first.turn[1], first.turn[0])), expand=True, fillcolor=255)


def _letter(glyph: Glyph) -> Box:
    """Return where a letter of vertical writing is drawn, by its baseline."""
    box, size = glyph.box, glyph.style.size
    return Box(box.x0 - 0.1 * size, box.y0 - 0.1 * size, box.x1 + 0.1 * size, box.y0 + 1.15 * size)


def _grown(box: Box, by: float) -> Box:
    return Box(box.x0 - by, box.y0 - by, box.x1 + by, box.y1 + by)


def _around(glyphs: Sequence[Glyph]) -> Box:
    size = max(glyph.style.size for glyph in glyphs)
    y = glyphs[0].baseline
    return Box(glyphs[0].x0 - 2, y - size, max(glyph.x1 for glyph in glyphs) + 2, y + 0.35 * size)
