"""Invented papers as scans: typeset, printed to pixels at three noise levels, read by OCR, searched, and counted.

Run in the folder `redaction`: `python -m training.scans [--every N] [--level NAME] [--show]`; a part of `make eval`
with `SCANS=1`. What is hidden is decided by the steps of a rendition (intake, reading, finding); where
a detail stands is known from the typesetting. Counted are words: a word of a detail is hidden when most of its ink is
covered; it is readable when OCR makes nearly its letters of it. What nobody can read is counted apart.
"""

from __future__ import annotations

import argparse
import io
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

import numpy as np
import pikepdf
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from qupia_redaction.detect import Finder, build_finder
from qupia_redaction.intake.admission import admit
from qupia_redaction.model import Box, Limits
from qupia_redaction.ocr.tesseract import TesseractOcr
from qupia_redaction.read.reading import Reading, read_document
from training.papers import KINDS, Paper, read_papers

_FONTS = Path(__file__).parents[2] / "server" / "qupia_server" / "samples" / "fonts"
_WIDE, _HIGH, _MARGIN = 595.0, 842.0, 48.0
_PAPER = 236
_READABLE = 0.7
COVERED = 0.6
"""Of a word, this share of its width is covered where it counts as hidden."""
EVERY = 9
"""Of the papers, so many apart are measured."""


@dataclass(frozen=True, slots=True)
class Level:
    """How a scan came out: resolution, degrees of skew, grain and shade in greys, lens blur, JPEG quality, ink."""

    name: str
    dpi: int
    skew: float
    grain: float
    blur: float
    quality: int
    ink: int
    dust: int
    target: str


LEVELS = (
    Level("300 dpi, clean", 300, 0.3, 3, 0.5, 80, 30, 10, "hidden 95, kept 90"),
    Level("200 dpi, noisy", 200, -0.9, 12, 0.7, 50, 50, 120, "hidden 93, kept 90"),
    Level("150 dpi, poor", 150, 1.3, 16, 0.8, 35, 75, 200, "hidden 85, kept 90"),
)


@dataclass(frozen=True, slots=True)
class Printed:
    """A word of a paper on its page: letters, where they begin, mark ("" for none), page from 1, box before skewing."""

    text: str
    start: int
    mark: str
    page: int
    box: Box


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every", type=int, default=EVERY, help="of the papers, so many apart")
    parser.add_argument("--level", default="", help="a part of a level's name")
    parser.add_argument("--show", action="store_true", help="print what stays, and what is hidden in vain")
    options = parser.parse_args()
    levels = [level for level in LEVELS if options.level in level.name]
    sys.stdout.write("\n".join(table(build_finder(), options.every, levels, options.show)) + "\n")


def table(finder: Finder, every: int = EVERY, levels: Sequence[Level] = LEVELS, show: bool = False) -> Iterator[str]:
    """Yield the lines of the table for the documentation."""
    papers = read_papers()[::every]
    yield f"{len(papers)} invented papers as scans, per cent of words:"
    yield ""
    kinds = list(KINDS.values())
    yield f"| scan | readable | hidden of what is readable | {' | '.join(kinds)} | hidden of all | kept | target |"
    yield "|" + " --- |" * (len(kinds) + 6)
    ocr = TesseractOcr()
    for level in (None, *levels):
        counts: Counter[str] = Counter()
        for paper in papers:
            judged = _typed(paper, finder) if level is None else scanned(paper, level, (finder, ocr))
            for line in _count(judged, counts):
                if show:
                    sys.stdout.write(f"{level.dpi if level else 'typed'} {paper.name}: {line}\n")
        cells = [_cent(counts, "readable", "private"), _cent(counts, "hidden", "readable")]
        cells += [_cent(counts, f"hidden {kind}", f"readable {kind}") for kind in kinds]
        cells += [_cent(counts, "hidden of all", "private"), _cent(counts, "kept", "others")]
        yield f"| {level.name if level else 'none: typed'} | {' | '.join(cells)} | {level.target if level else ''} |"


def _cent(counts: Counter[str], part: str, whole: str) -> str:
    return str(round(100 * counts[part] / counts[whole], 1)) if counts[whole] else ""


Judged = tuple[Printed, float, float]
"""A word, how much of it is covered, and how much of its letters is read, 0 to 1."""


def _typed(paper: Paper, finder: Finder) -> Iterator[Judged]:
    """Yield the words of a paper as they are found in its text: what no scan can better."""
    covered = np.zeros(len(paper.text))
    for entity in finder.entities(paper.text, wide=False):
        covered[entity.start : entity.end] = 1
    for word in printed(paper):
        yield word, float(covered[word.start : word.start + len(word.text)].mean()), 1.0


def scanned(paper: Paper, level: Level, engines: tuple[Finder, TesseractOcr]) -> Iterator[Judged]:
    """Yield the words of a paper as they are found in its scan."""
    words = list(printed(paper))
    finder, ocr = engines
    source = admit(scan(words, level), None, Limits())
    reading = read_document(source, Limits(), ocr)
    covered, seen = _covered(reading, finder), _seen(reading)
    for word in words:
        box = _skewed(word.box, level.skew)
        yield word, _share(box, covered[word.page]), _read_as(word.text, box, seen[word.page])


def _count(judged: Iterable[Judged], counts: Counter[str]) -> Iterator[str]:
    """Add the words of one paper; yield what went wrong."""
    for word, share, read in judged:
        hidden, readable = share >= COVERED, read >= _READABLE
        if word.mark in KINDS:
            kind = KINDS[word.mark]
            counts.update({"private": 1, "readable": readable, f"readable {kind}": readable})
            counts.update({"hidden": readable and hidden, f"hidden {kind}": readable and hidden})
            counts["hidden of all"] += hidden
            if readable and not hidden:
                yield f"stays {kind} {word.text}"
        elif word.mark != "N":
            counts.update({"others": 1, "kept": share <= 1 - COVERED})
            if share > 1 - COVERED:
                yield f"in vain {word.mark or 'other'} {word.text}"


def printed(paper: Paper) -> Iterator[Printed]:
    """Set a paper: columns in a face of even widths, all else in print; long lines go on in the next one."""
    name, size = ("DejaVuSansMono", 8.5) if "   " in paper.text else ("DejaVuSerif", 10.5)
    face = ImageFont.truetype(str(_FONTS / f"{name}.ttf"), 100)
    step, page, y, start = 1.6 * size, 1, _MARGIN + size, 0
    for line in paper.text.split("\n"):
        x, at = _MARGIN, 0
        for word in line.split(" "):
            wide = face.getlength(word) * size / 100
            if word and x + wide > _WIDE - 0.6 * _MARGIN and x > _MARGIN:
                x, y = _MARGIN, y + step
            if y > _HIGH - _MARGIN:
                page, y = page + 1, _MARGIN + size
            if word:
                yield from _parts(paper, word, start + at, (page, x, y, size / 100), face)
            x += wide + face.getlength(" ") * size / 100
            at += len(word) + 1
        start, y = start + len(line) + 1, y + step


def _parts(
    paper: Paper, word: str, start: int, place: tuple[int, float, float, float], face: ImageFont.FreeTypeFont
) -> Iterator[Printed]:
    """Yield a word, in parts where a mark begins or ends within it."""
    page, x, y, scale = place
    marks = [next((m for a, b, m in paper.marks if a <= start + i < b), "") for i in range(len(word))]
    begin = 0
    for end in range(1, len(word) + 1):
        if end == len(word) or marks[end] != marks[begin]:
            left, right = (x + face.getlength(word[:edge]) * scale for edge in (begin, end))
            yield Printed(
                word[begin:end], start + begin, marks[begin], page, Box(left, y - 80 * scale, right, y + 22 * scale)
            )
            begin = end


def scan(words: Sequence[Printed], level: Level) -> bytes:
    """Print words to pixels at a level of noise, one JPEG a page."""
    with pikepdf.new() as pdf:
        for number in range(1, max((word.page for word in words), default=1) + 1):
            image = _aged(_drawn([word for word in words if word.page == number], level), level, number)
            data = io.BytesIO()
            image.save(data, "JPEG", quality=level.quality)
            stream = pikepdf.Stream(pdf, data.getvalue())
            stream["/Type"], stream["/Subtype"] = pikepdf.Name.XObject, pikepdf.Name.Image
            stream["/Width"], stream["/Height"], stream["/BitsPerComponent"] = image.width, image.height, 8
            stream["/ColorSpace"], stream["/Filter"] = pikepdf.Name.DeviceGray, pikepdf.Name.DCTDecode
            page = pdf.add_blank_page(page_size=(_WIDE, _HIGH))
            page.obj["/Resources"] = pikepdf.Dictionary(XObject=pikepdf.Dictionary(P=stream))
            page.obj["/Contents"] = pdf.make_stream(f"q {_WIDE} 0 0 {_HIGH} 0 0 cm /P Do Q".encode())
        target = io.BytesIO()
        pdf.save(target, static_id=True)
        return target.getvalue()


def _drawn(words: Sequence[Printed], level: Level) -> Image.Image:
    scale = level.dpi / 72
    image = Image.new("L", (round(_WIDE * scale), round(_HIGH * scale)), _PAPER)
    pen = ImageDraw.Draw(image)
    for word in words:
        size = (word.box.y1 - word.box.y0) / 1.02
        name = "DejaVuSansMono" if size < 9 else "DejaVuSerif"
        face = ImageFont.truetype(str(_FONTS / f"{name}.ttf"), round(size * scale))
        pen.text((word.box.x0 * scale, (word.box.y1 - 0.22 * size) * scale), word.text, level.ink, face, anchor="ls")
    return image


def _aged(image: Image.Image, level: Level, seed: int) -> Image.Image:
    lot = np.random.default_rng(seed)
    turned = image.rotate(level.skew, Image.Resampling.BICUBIC, fillcolor=_PAPER)
    soft = np.asarray(turned.filter(ImageFilter.GaussianBlur(level.blur)), dtype=np.float32)
    shade = Image.fromarray(lot.normal(1, 0.02, (9, 7)).astype(np.float32)).resize(image.size, Image.Resampling.BICUBIC)
    rough = soft * np.asarray(shade) + lot.normal(0, level.grain, soft.shape)
    for y, x in lot.integers(0, (soft.shape[0] - 3, soft.shape[1] - 3), (level.dust, 2)):
        rough[y : y + 3, x : x + 3] = 80
    return Image.fromarray(np.clip(rough, 0, 255).astype(np.uint8))


def _skewed(box: Box, degrees: float) -> Box:
    """Return where a box lies once its page is turned around its middle, counter-clockwise."""
    x, y = (box.x0 + box.x1) / 2 - _WIDE / 2, (box.y0 + box.y1) / 2 - _HIGH / 2
    sine, cosine = np.sin(np.radians(degrees)), np.cos(np.radians(degrees))
    across, down = float(x * cosine + y * sine - x), float(y * cosine - x * sine - y)
    return Box(box.x0 + across, box.y0 + down, box.x1 + across, box.y1 + down)


def _covered(reading: Reading, finder: Finder) -> dict[int, list[Box]]:
    """Return the boxes of characters that a rendition would hide, by page."""
    boxes: dict[int, list[Box]] = {text.number: [] for text in reading.texts}
    for detail in (*finder.find(reading.texts, ()), *reading.unread):
        text = reading.texts[detail.page - 1]
        boxes[detail.page] += [box for box in text.boxes[detail.start : detail.end] if box is not None]
    return boxes


def _seen(reading: Reading) -> dict[int, list[tuple[str, Box]]]:
    """Return the words that were read, with their boxes, by page."""
    return {text.number: list(_words(text.text.reveal(), text.boxes)) for text in reading.texts}


def _words(text: str, places: Sequence[Box | None]) -> Iterator[tuple[str, Box]]:
    start = 0
    for word in text.replace("\n", " ").split(" "):
        boxes = [box for box in places[start : start + len(word)] if box is not None]
        if boxes:
            yield (
                word,
                Box(
                    min(b.x0 for b in boxes),
                    min(b.y0 for b in boxes),
                    max(b.x1 for b in boxes),
                    max(b.y1 for b in boxes),
                ),
            )
        start += len(word) + 1


def _share(box: Box, others: Sequence[Box]) -> float:
    """Return the share of a box's width over which others lie that meet its middle."""
    middle = (box.y0 + box.y1) / 2
    covered = np.zeros(100, dtype=bool)
    for other in others:
        if other.y0 - 1 <= middle <= other.y1 + 1:
            first, last = (round(100 * (x - box.x0) / (box.x1 - box.x0)) for x in (other.x0 - 0.6, other.x1 + 0.6))
            covered[max(first, 0) : max(last, 0)] = True
    return float(covered.mean())


def _read_as(text: str, box: Box, seen: Sequence[tuple[str, Box]]) -> float:
    """Return how much of a word's letters is read in its place, 0 to 1: in the best of its readings."""
    wanted = _folded(text)
    if not wanted:
        return 0.0
    here = [_folded(word) for word, other in seen if _share(box, [other]) > 0.3]
    return max((_alike(wanted, word) for word in [*here, "".join(here)]), default=0.0)


def _alike(wanted: str, word: str) -> float:
    blocks = SequenceMatcher(None, wanted, word, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks) / len(wanted)


def _folded(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())


if __name__ == "__main__":
    main()
