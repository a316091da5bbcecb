"""Read every page: glyphs where they can be trusted, OCR of the picture where not, codes and small pictures besides.

Unreadable means closed: a page of which OCR makes nothing, though there is ink on it, refuses.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from PIL import Image, ImageChops

from qupia_redaction.errors import RedactionRefused, RefusalCode
from qupia_redaction.intake.admission import Source
from qupia_redaction.model import Box, Detail, Limits, PageText
from qupia_redaction.page.clusters import clusters
from qupia_redaction.page.greys import highest, lowest
from qupia_redaction.page.lines import Glyph, Lines, glyph_lines, with_picture_words
from qupia_redaction.page.ruled import upright_rules
from qupia_redaction.pdf.pages import OpenPage, open_pages
from qupia_redaction.pdf.read import PageContent, unmapped
from qupia_redaction.pdf.render import forget
from qupia_redaction.pdf.scans import Shown
from qupia_redaction.ports import Ocr, OcrWord
from qupia_redaction.read.blending import blended, longer, with_lines, with_text
from qupia_redaction.read.codes import Code, find_codes, may_be_codes
from qupia_redaction.read.combs import comb_words, unsure
from qupia_redaction.read.dots import joined_dots
from qupia_redaction.read.foreign import foreign_places
from qupia_redaction.read.grounds import on_grounds, pale
from qupia_redaction.read.hues import has_hues, in_hues
from qupia_redaction.read.ink import unexplained
from qupia_redaction.read.looking import Look, look, plain_words
from qupia_redaction.read.packed import Shelf, packed_lines
from qupia_redaction.read.remembering import RememberingOcr
from qupia_redaction.read.sheets import read_strips
from qupia_redaction.read.stamps import under_colour
from qupia_redaction.read.trust import FontTrust, run_picture
from qupia_redaction.read.unread import unread_places, unread_words

_CODE_DPI = 200
_PICTURE_DPI = 300
_MIN_PICTURE = (12.0, 4.0)
_SURE = 0.3
_GLANCE_DPI = 100
_FEW_WORDS = 8
_POOR = 0.35
_INK = 0.004
_MUCH_INK = 0.35
_RUN = 3
_MOST_RUNS, _SHEET = 240, 40
_INK_BELOW = 110
_COARSE, _STROKE_MM = 4, 4.5

_Finder = Callable[[Image.Image, float, Sequence[Glyph], Sequence[Box]], tuple[Image.Image, tuple[int, int]] | None]


@dataclass(frozen=True, slots=True)
class ReadPage:
    """One page as it was read.

    Attributes:
        lines: text and segments.
        pixels: its picture decides: it was read by OCR and leaves as a picture.
        dpi: resolution of that picture.
        codes: bar and QR codes.
        pictures: boxes of images.
        spilled: text on images of an otherwise typed page begins at this offset.
        believed: text after this offset is searched and marked, but not to be believed: it must not be written.
        cut: behind this offset stand lines that show in part only, as they would read whole.
        stays: though its picture was read, it may leave as it is when nothing on it is hidden.
        rules: what runs down its picture between the cells of tables.
        doubted: its letters are not what they say, or say nothing: it stays with codes of our own only.
        shown: what it shows at a glance, where it was read by OCR.
        unread: words of its picture that were not read surely; they may be names.
    """

    lines: Lines
    pixels: bool
    dpi: int
    codes: tuple[Code, ...] = ()
    pictures: tuple[Box, ...] = ()
    spilled: int = 0
    believed: int = sys.maxsize
    cut: int = sys.maxsize
    stays: bool = False
    rules: tuple[Box, ...] = ()
    doubted: bool = False
    shown: Shown | None = None
    unread: tuple[Detail, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """A whole document as it was read."""

    pages: tuple[ReadPage, ...] = field(repr=False)

    @property
    def texts(self) -> tuple[PageText, ...]:
        """The pages' texts, in order."""
        return tuple(page.lines.text for page in self.pages)

    @property
    def unread(self) -> tuple[Detail, ...]:
        """Words of scans that may be names."""
        return tuple(detail for page in self.pages for detail in page.unread)

    @property
    def cells(self) -> list[tuple[int, str]]:
        """Texts that stand apart on their line, with their pages."""
        return [(page.lines.text.number, s.text.reveal()) for page in self.pages for s in page.lines.segments]


def read_document(source: Source, limits: Limits, ocr: Ocr) -> Reading:
    """Read all pages.

    Raises:
        RedactionRefused: UNREADABLE_PAGE, TOO_MANY_PIXELS or what the OCR engine raises.
    """
    trust, ocr = FontTrust(), RememberingOcr(ocr)
    shelf, pages = Shelf(), []
    for page in open_pages(source.data, limits.max_pixels):
        read = _page(page, ocr, trust)
        pages.append(replace(read, lines=packed_lines(read.lines, shelf)))
    return Reading(tuple(pages))


@dataclass(slots=True)
class _Draft:
    """A typed page's text in the making.

    Attributes:
        lines: what is believed so far.
        doubts: words that are searched only, with their origin and scale.
    """

    lines: Lines
    doubts: list[tuple[Sequence[OcrWord], tuple[float, float], float]] = field(default_factory=list)

    def add(self, seen: Look, origin: tuple[float, float], scale: float) -> list[OcrWord]:
        """Append what was read in a part of the page; return what is believed of it."""
        sure = [word for word in seen.words if word.confidence > _SURE]
        if sure:
            self.lines = with_picture_words(self.lines, sure, origin, scale)
        unsure = (word for word in seen.words if word.confidence <= _SURE)
        self.doubts.append(([*unsure, *seen.doubts, *seen.stacked], origin, scale))
        return sure

    def whole(self) -> Lines:
        """Return all of it, the doubts last."""
        lines = self.lines
        for words, origin, scale in self.doubts:
            lines = with_picture_words(lines, words, origin, scale) if words else lines
        return lines


def _page(page: OpenPage, ocr: Ocr, trust: FontTrust) -> ReadPage:
    if page.distrusted:
        return _scanned(page, ocr)
    content = page.content
    lines = glyph_lines(content.number, (content.width, content.height), content.glyphs, content.unseen)
    if trust.lies(page, lines.segments, ocr):
        return replace(_scanned(page, ocr), doubted=True)
    spilled, draft = len(lines.text.text), _Draft(lines)
    codes: tuple[Code, ...] = ()
    if content.pictures or content.art or may_be_codes(content.glyphs):  # a code may be one path of many squares
        dpi = page.dpi_for(_CODE_DPI)
        codes = find_codes(page.picture(dpi, grey=True), 72 / dpi)
    dpi = page.dpi_for(_PICTURE_DPI)
    for box in _readable(clusters(content.pictures), [code.box for code in codes]):
        seen = look(ocr, page.picture(dpi, grey=True, clip=box), dpi, block=True)
        draft.add(seen, (box.x0, box.y0), 72 / dpi)
    _add_drawn_words(page, draft, ocr)
    believed, whole = len(draft.lines.text.text), draft.whole()
    cut, lines = len(whole.text.text), _with_cut_lines(content, whole)
    return ReadPage(lines, False, _CODE_DPI, codes, content.pictures, spilled, believed, cut)


def _with_cut_lines(content: PageContent, lines: Lines) -> Lines:
    """Append lines of which the page shows a part only, as they would read whole: half a name tells."""
    if not any(glyph.char.strip() for glyph in content.unseen):
        return lines
    unseen = set(map(id, content.unseen))
    size = (content.width, content.height)
    whole = glyph_lines(content.number, size, content.drawn)
    cut = [s for s in whole.segments if 0 < sum(id(glyph) in unseen for glyph in s.drawn) < len(s.drawn)]
    glyphs = [glyph for segment in cut for glyph in segment.drawn]
    return with_lines(lines, glyph_lines(content.number, size, glyphs)) if glyphs else lines


def _add_drawn_words(page: OpenPage, draft: _Draft, ocr: Ocr) -> None:
    """Append words that are drawn without glyphs, and the lines in which they stand as they read whole."""
    content, dpi = page.content, page.dpi_for(_GLANCE_DPI)
    glance = page.picture(dpi, grey=True)
    ways: list[_Finder] = [unexplained, on_grounds, pale]
    if has_hues(page.picture(dpi), glance, dpi / 72, (content.glyphs, content.pictures)):
        ways += [in_hues(find, page.picture) for find in ways]
    for find in ways:
        if find(glance, dpi / 72, content.glyphs, content.pictures) is not None:
            _add_found_words(page, draft, ocr, find)


def _add_found_words(page: OpenPage, draft: _Draft, ocr: Ocr, find: _Finder) -> None:
    content, dpi = page.content, page.dpi_for(_CODE_DPI)
    left = find(page.picture(dpi, grey=True), dpi / 72, content.glyphs, content.pictures)
    if left is None:
        return
    image, (x, y) = left
    joined, apart = joined_dots(image, dpi / 72), Look(())
    if joined is not None:  # small letters look like dots: turned ones must be read before they are joined, too
        apart, image = look(ocr, image, dpi, block=True), joined
        draft.add(Look((), (*apart.words, *apart.doubts), apart.stacked), (x * 72 / dpi, y * 72 / dpi), 72 / dpi)
    seen = look(ocr, image, dpi, block=True)
    lines = {word.line for word in seen.words if _is_word(word)}
    words = tuple(word for word in seen.words if word.line in lines and _letters(word))
    found = draft.add(Look(words, seen.doubts if words else (), seen.stacked), (x * 72 / dpi, y * 72 / dpi), 72 / dpi)
    if not found and not any(_is_word(word) and word.confidence > _SURE for word in apart.words):
        return
    strip = Box(0, max(y * 72 / dpi - 12, 0), content.width, min((y + image.height) * 72 / dpi + 12, content.height))
    beside = ocr.read(page.picture(dpi, grey=True, clip=strip), dpi, block=True)
    origin = (strip.x0, strip.y0)
    draft.doubts.append((longer(draft.lines, beside, origin, 72 / dpi), origin, 72 / dpi))


def _is_word(word: OcrWord) -> bool:
    """Tell whether something read off shapes is a word; single letters are ones beside words only."""
    return _letters(word) > 1


def _letters(word: OcrWord) -> int:
    return sum(char.isalnum() for char in word.text.reveal())


def _readable(pictures: Sequence[Box], codes: Sequence[Box]) -> list[Box]:
    """Return pictures that can hold words; those that are codes hold none."""
    return [
        box
        for box in pictures
        if box.x1 - box.x0 >= _MIN_PICTURE[0]
        and box.y1 - box.y0 >= _MIN_PICTURE[1]
        and not any(_mostly(box, code) for code in codes)
    ]


def _mostly(box: Box, code: Box) -> bool:
    wide = min(box.x1, code.x1) - max(box.x0, code.x0)
    high = min(box.y1, code.y1) - max(box.y0, code.y0)
    return wide > 0 and high > 0 and wide * high > 0.4 * (box.x1 - box.x0) * (box.y1 - box.y0)


def _scanned(page: OpenPage, ocr: Ocr) -> ReadPage:
    dpi = page.scan_dpi()
    image = page.scan(dpi)
    forget(image)
    seen = look(ocr, image, dpi)
    content = page.content
    if _unreadable(seen.words, lambda: _ink(image, dpi)):
        raise RedactionRefused(RefusalCode.UNREADABLE_PAGE, content.number)
    plain = [word.box for word in plain_words(seen.words)]
    rules = upright_rules(image, dpi)
    combs = comb_words(ocr, image, dpi, rules)
    words, apart = (*seen.words, *unsure(combs)), (*seen.stacked, *combs, *under_colour(page, dpi, ocr, plain))
    doubts = (*seen.doubts, *apart)
    blend = blended(content, words, doubts, 72 / dpi, foreign=not page.distrusted)
    unread = unread_words(words, seen.doubts)
    places = unread_places(blend.lines.text, unread, 72 / dpi, (blend.read_from, blend.believed))
    lines = _with_unread_runs(page, blend.lines, ocr)
    codes = find_codes(image, 72 / dpi, plain)
    return ReadPage(
        lines,
        True,
        dpi,
        codes,
        content.pictures,
        len(lines.text.text),
        blend.believed,
        stays=not page.strange and _is_all_seen(content),
        doubted=any(unmapped(glyph.char) for glyph in content.glyphs),
        rules=rules,
        shown=page.shown,
        unread=(*places, *foreign_places(blend.lines)),
    )


def _is_all_seen(content: PageContent) -> bool:
    """Tell whether all letters of a page are seen; a scan has none, and leaves with those that were read.

    What the page draws otherwise, the rebuild copies by its own list, or makes the page pixels.
    """
    if any(glyph.char.strip() for glyph in content.unseen):
        return False
    return any(glyph.char.strip() for glyph in content.glyphs) or not content.pictures


def _with_unread_runs(page: OpenPage, lines: Lines, ocr: Ocr) -> Lines:
    """Append what glyphs of unknown meaning show when they are set level: OCR of the page cannot read them turned."""
    content = page.content
    said = glyph_lines(content.number, (content.width, content.height), content.glyphs)
    runs = [s.drawn for s in said.segments if not s.upright and sum(unmapped(g.char) for g in s.drawn) >= _RUN]
    if not runs:
        return lines
    if len(runs) > _MOST_RUNS:
        raise RedactionRefused(RefusalCode.UNREADABLE_PAGE, content.number)
    dpi = page.dpi_for(_PICTURE_DPI)
    sheets = (runs[at : at + _SHEET] for at in range(0, len(runs), _SHEET))
    read = [w for some in sheets for w in read_strips(ocr, [run_picture(run, page, dpi) for run in some], dpi)]
    for run, words in zip(runs, read, strict=True):
        text = " ".join(word.text.reveal() for word in words)
        if text:
            step = len(run) / len(text)
            glyphs = [replace(run[min(int(i * step), len(run) - 1)], char=char) for i, char in enumerate(text)]
            lines = with_text(lines, text, [glyph.box for glyph in glyphs])
    return lines


def _ink(image: Image.Image, dpi: int) -> float:
    """Return the share of pixels that are strokes: dark, and in no area wider than a stroke; 0 on dark pages."""
    dark = image.reduce(_COARSE).convert("L").point(lambda tone: 255 if tone < _INK_BELOW else 0)
    size = dark.width * dark.height
    if dark.histogram()[255] >= _MUCH_INK * size:
        return 0.0
    wide = round(_STROKE_MM / 25.4 * dpi / _COARSE) | 1
    areas = Image.fromarray(highest(lowest(np.asarray(dark), wide), wide))
    return ImageChops.subtract(dark, areas).histogram()[255] / size


def _unreadable(words: Sequence[OcrWord], ink: Callable[[], float]) -> bool:
    letters = [word for word in words if sum(char.isalnum() for char in word.text.reveal()) > 1]
    if len(letters) < _FEW_WORDS:
        poor = [word for word in letters if word.confidence >= _POOR]
        return not poor and ink() > _INK
    return sum(word.confidence for word in letters) / len(letters) < _POOR
