"""Ask OCR about a sample of each font: does it draw what its Unicode map says?

Attack: a font whose map lies, so that the text reads harmless and the eye reads the secret, or the other way round.
A font that fails the sample closes every page it is used on: OCR of the picture decides there. Every font program is
sampled by itself, however little is set in it, and every drawing of it once (`testimony`); what fails is read once
more, larger. Letters that look alike are asked for their shapes (`lookalikes`).
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from itertools import groupby, islice

from PIL import Image

from qupia_redaction.model import Box
from qupia_redaction.page.fontnames import draws_what_it_says
from qupia_redaction.page.lines import Glyph, Segment
from qupia_redaction.page.lookalikes import Sighted, drawn_as, in_doubt, letters_of, lies, twins
from qupia_redaction.page.testimony import (
    Drawn,
    Heard,
    Key,
    compare,
    convicted,
    exactly,
    key_of,
    letters,
    says_words,
    telling,
    two_faced,
)
from qupia_redaction.pdf.pages import OpenPage
from qupia_redaction.ports import Ocr
from qupia_redaction.read.sheets import on_paper, read_strips, side_by_side
from qupia_redaction.read.witness import shown_otherwise, vouched

ALIKE = 0.6
_ENOUGH = 12
_FEW = 3
_DIGITS = 6
_LINES = 4
_BESIDE = 8
_MOST_EXCERPTS = 60
_AGAIN = 2
_DPI = 200
_LARGE_DPI = 300
_STRANGE = 0.34
_SURE = 0.85
_LONG = 6
_WIDE_EM = 2.5
_LEADERS = 4
_READ_SHARE = 0.3
_TALL, _DEEP = 0.88, 0.28
"""Of a letter over and under its baseline; more of a strip would show the next lines."""


@dataclass(frozen=True, slots=True)
class _Run:
    """Neighbouring glyphs of one line in one font.

    Attributes:
        glyphs: the run.
        line: all glyphs of the line.
    """

    glyphs: tuple[Glyph, ...]
    line: Sequence[Glyph] = ()

    @property
    def text(self) -> str:
        return "".join(glyph.char for glyph in self.glyphs)

    @property
    def letters(self) -> str:
        return letters(self.text)


@dataclass(frozen=True, slots=True)
class _Sample:
    """What is shown to the eye of one font.

    Attributes:
        chosen: runs in which each drawing in question occurs.
        runs: all there are.
        whole: much is new, so that runs must look like what they say as a whole, too.
        new: the drawings in question.
        twofold: drawings of these runs of which the font has another that says the same.
    """

    chosen: Sequence[_Run]
    runs: Sequence[_Run]
    whole: bool
    new: frozenset[Key] = frozenset()
    twofold: frozenset[Drawn] = frozenset()


@dataclass(slots=True)
class FontTrust:
    """What is known about the fonts of one document.

    Attributes:
        known: drawings by font's own name that the eye was asked about.
        lying: fonts by their own names.
        drawn: drawings of letters by font's own name.
    """

    known: dict[str, set[Key]] = field(default_factory=dict)
    lying: set[str] = field(default_factory=set)
    drawn: dict[str, set[Drawn]] = field(default_factory=dict)

    def lies(self, page: OpenPage, segments: Sequence[Segment], ocr: Ocr) -> bool:
        """Tell whether a font of this page draws other letters than it says; new fonts and drawings are sampled."""
        by_font: dict[str, list[_Run]] = {}
        for run in _runs(segments):
            if not draws_what_it_says(run.glyphs[0].style.font):
                by_font.setdefault(run.glyphs[0].style.font, []).append(run)
        for font, runs in by_font.items():
            if self.lying & set(by_font):
                break
            if not self._believes(font, runs, page, ocr):
                self.lying.add(font)
        return bool(self.lying & set(by_font))

    def _believes(self, font: str, runs: Sequence[_Run], page: OpenPage, ocr: Ocr) -> bool:
        known = self.known.setdefault(font, set())
        said = {key for run in runs for key in telling(run.glyphs)}
        new = said - known
        if not new and (known or not _mute(runs)):
            return True
        fresh = not known
        known |= said
        if two_faced(known):
            return False
        here = letters_of(run.glyphs for run in runs)
        drawn = self.drawn.setdefault(font, set())
        drawn |= here
        twofold = frozenset(twins(drawn) & here)
        chosen = _choice(runs, new)
        if chosen is None:
            return _vouched(runs, new, page)
        shown, all_of_it = (sum(len(run.letters) for run in some) for some in (chosen, runs))
        if all_of_it >= _FEW:
            whole = shown >= _FEW and (fresh or _much(new))
            return _agrees(_Sample(chosen, runs, whole, frozenset(new), twofold), page, ocr)
        known.add(("", 0))
        if _few_lie(runs, here, page, ocr):
            return False
        silent = not _mute(runs) or not _speaks([run for run in runs if run.text.strip()][:_LINES], page, ocr)
        return silent or _vouched(runs, {key_of(glyph) for run in runs for glyph in run.glyphs}, page)


def _much(new: Iterable[Key]) -> bool:
    return sum(bool(key[0]) for key in new) > _FEW


def _mute(runs: Sequence[_Run]) -> bool:
    """Tell whether signs are so many, or so wide, that they may be words."""
    drawn = [glyph for run in runs for glyph in run.glyphs if glyph.char.strip()]
    wide = any(glyph.x1 - glyph.x0 > _WIDE_EM * glyph.style.size for glyph in drawn)
    return wide or len(drawn) >= 2 * _FEW


def _runs(segments: Iterable[Segment]) -> Iterator[_Run]:
    for segment in segments:
        for _, part in groupby(_without_leaders(segment.drawn), key=lambda glyph: glyph.style.font if glyph else None):
            if glyphs := [glyph for glyph in part if glyph is not None]:
                yield _Run(tuple(glyphs), segment.drawn)


def _without_leaders(glyphs: Sequence[Glyph]) -> Iterator[Glyph | None]:
    """Yield glyphs, None in the place of one sign that is drawn many times: OCR reads rows of dots as anything."""
    for (char, _), part in groupby(glyphs, key=lambda glyph: (glyph.char, glyph.shape)):
        same = list(part)
        if len(same) >= _LEADERS and not char.isalnum():
            yield None
        else:
            yield from same


def _choice(runs: Sequence[_Run], wanted: set[Key]) -> list[_Run] | None:
    """Choose few runs, then excerpts, in which all wanted drawings occur; level ones go first, None for too many."""
    level = [run for run in runs if run.glyphs[0].upright] or list(runs)
    chosen: list[_Run] = []
    left = set(wanted)
    while left and len(chosen) < _LINES:
        best = max((run for run in level), key=lambda run: len(left & set(telling(run.glyphs))))
        if not left & set(telling(best.glyphs)):
            break
        chosen.append(best)
        left -= set(telling(best.glyphs))
    if any(key[0].isdigit() for key in wanted):
        counted = max(level, key=lambda run: sum(char.isdigit() for char in run.text))
        chosen += [] if counted in chosen else [counted]
    for run in (*level, *(run for run in runs if run not in level)) if left else ():
        for key, at in telling(run.glyphs).items():
            if key in left:
                part = _Run(run.glyphs[max(at - _BESIDE, 0) : at + _BESIDE + 1])
                chosen.append(part)
                left -= set(telling(part.glyphs))
    return chosen if len(chosen) <= _MOST_EXCERPTS else None


def _agrees(sample: _Sample, page: OpenPage, ocr: Ocr) -> bool:
    """Tell whether runs look like what they say, as a whole and drawing by drawing; doubts are looked at larger.

    Drawings that OCR reads otherwise are asked for their shapes. A drawing that says several letters
    which nobody sets as one is a lie: neither could tell.
    """
    if any(says_words(run.glyphs) for run in sample.runs):
        return False
    seen = _read(sample.chosen, page, ocr, page.dpi_for(_DPI))
    return _heard_right(sample, seen, page, ocr) and not _shows_otherwise(sample, seen, page)


def _shows_otherwise(sample: _Sample, seen: Sequence[str], page: OpenPage) -> bool:
    """Tell whether letters that OCR may take for each other are others by their shapes."""
    sighted = Sighted()
    for run, text in zip(sample.chosen, seen, strict=True):
        sighted.add(run.glyphs, text)
    runs = [run.glyphs for run in sample.runs]
    here = {drawn for drawn in letters_of(runs) if (exactly(drawn[0]), drawn[1]) in sample.new}
    doubtful = in_doubt(here | sample.twofold, sample.twofold, sighted)
    return bool(doubtful) and lies(shown_otherwise(runs, doubtful, page), sample.twofold, sighted)


def _few_lie(runs: Sequence[_Run], drawn: set[Drawn], page: OpenPage, ocr: Ocr) -> bool:
    """Tell whether a font of a few letters, of which OCR makes nothing, draws others in the words of other fonts."""
    shown = shown_otherwise([run.glyphs for run in runs], drawn, page)
    if not shown:
        return False
    beside = [_in_its_line(run) for run in runs if any(drawn_as(glyph) in shown for glyph in run.glyphs)][
        :_MOST_EXCERPTS
    ]
    sighted = Sighted()
    for run, text in zip(beside, _read(beside, page, ocr, page.dpi_for(_LARGE_DPI)), strict=True):
        sighted.add(run.glyphs, text)
    return lies(shown, frozenset(), sighted)


def _in_its_line(run: _Run) -> _Run:
    """Return a run with what stands beside it on its line; drawings of other fonts have no number."""
    font = run.glyphs[0].style.font
    at = next(at for at, glyph in enumerate(run.line) if glyph is run.glyphs[0])
    part = run.line[max(at - _BESIDE, 0) : at + len(run.glyphs) + _BESIDE]
    return _Run(tuple(glyph if glyph.style.font == font else replace(glyph, shape=-1) for glyph in part))


def _heard_right(sample: _Sample, seen: Sequence[str], page: OpenPage, ocr: Ocr) -> bool:
    """Tell whether runs are read as they say; see `_agrees`."""
    chosen = sample.chosen
    said = [run.text for run in chosen[:_LINES]]
    if sample.whole and not _alike(said, seen[:_LINES]):
        if sum(len(run.letters) for run in chosen[:_LINES]) >= 4 * _ENOUGH:
            return _unread_vouched(sample, seen, page)
        seen = _read(chosen, page, ocr, page.dpi_for(_LARGE_DPI))
        if not _alike(said, seen[:_LINES]):
            return _unread_vouched(sample, seen, page)
    first = _heard(chosen, seen).suspects()
    if not first:
        return True
    doubtful = _with(first, sample)
    guilty = convicted(first, _heard(doubtful, _read(doubtful, page, ocr, page.dpi_for(_LARGE_DPI))).suspects())
    return not guilty or _vouched(sample.runs, guilty, page)


def _unread_vouched(sample: _Sample, seen: Sequence[str], page: OpenPage) -> bool:
    """Ask the shapes of all drawings in question but those of lines that were read nearly as they say."""
    pairs = list(zip(sample.chosen, seen, strict=True))
    read = [(run, text) for run, text in pairs if len(run.letters) >= _LONG and likeness(run.text, text) >= _SURE]
    right = _heard([run for run, _ in read], [text for _, text in read]).right
    return _vouched(sample.runs, sample.new - right, page)


def _vouched(runs: Sequence[_Run], keys: Collection[Key], page: OpenPage) -> bool:
    return vouched([run.glyphs for run in runs], keys, page)


def _heard(runs: Sequence[_Run], seen: Sequence[str]) -> Heard:
    heard = Heard()
    for run, text in zip(runs, seen, strict=True):
        compare(heard, run.glyphs, text)
    return heard


def _with(keys: Iterable[Key], sample: _Sample) -> list[_Run]:
    """Return the parts of runs in which some drawings stand: of the sample, and a few more."""
    found: list[_Run] = []
    others = [run for run in sample.runs if run not in sample.chosen]
    for key in keys:
        for runs, most in ((sample.chosen, len(sample.chosen)), (others, _AGAIN)):
            found += [part for part in islice(_around_key(key, runs), most) if part not in found]
    return found


def _around_key(key: Key, runs: Iterable[_Run]) -> Iterator[_Run]:
    for run in runs:
        at = next((at for at, glyph in enumerate(run.glyphs) if key_of(glyph) == key), None)
        if at is not None:
            yield _Run(run.glyphs[max(at - 2 * _BESIDE, 0) : at + 2 * _BESIDE + 1])


def _speaks(sample: Sequence[_Run], page: OpenPage, ocr: Ocr) -> bool:
    """Tell whether signs that are no letters by their map are read as words."""
    said = sum(len(run.letters) for run in sample)
    return sum(len(letters(text)) for text in _read(sample, page, ocr, page.dpi_for(_DPI))) >= said + _FEW


def _alike(all_said: Sequence[str], all_seen: Sequence[str]) -> bool:
    """Compare runs as a whole; those that OCR cannot read at all count only where they are most of the letters."""
    read = [(one, other) for one, other in zip(all_said, all_seen, strict=True) if letters(other)]
    much = sum(len(letters(one)) for one, _ in read) >= _READ_SHARE * len(letters("".join(all_said)))
    said, seen = zip(*read, strict=True) if read and much else (all_said, all_seen)
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
    strips = [on_paper(run_picture(run.glyphs, page, dpi)) for run in sample]
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
    return Box(glyphs[0].x0 - 2, y - _TALL * size, max(glyph.x1 for glyph in glyphs) + 2, y + _DEEP * size)
