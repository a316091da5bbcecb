"""Take hidden glyphs, their underlines and pixels out of a page and write marks and kept words in their place.

The engine removes glyphs whose box meets a rectangle; ours are a narrow band over the middle of the letters, so that
neighbours in tight lines survive. Each pass states explicitly what it may touch.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import groupby, pairwise, takewhile
from typing import Any

import pymupdf

from qupia_redaction.layout.shades import without_shades
from qupia_redaction.layout.typeset import NewLine
from qupia_redaction.model import Box, Category, Mark
from qupia_redaction.page.frames import Frame
from qupia_redaction.page.lines import Glyph, Segment
from qupia_redaction.pdf.art import PATHS, PICTURES, SHADE, telling
from qupia_redaction.pdf.fonts import font, unseen_font
from qupia_redaction.pdf.read import drawn_glyphs

_DARK = (0.13, 0.15, 0.18)
_GREY = (0.45, 0.45, 0.45)
_WHITE = (1.0, 1.0, 1.0)
_PAINT_NOTHING: Any = False
_IMAGES_NONE, _IMAGES_GONE, _IMAGES_PIXELS = 0, 1, 2
_ART_NONE, _ART_COVERED, _ART_TOUCHED = 0, 1, 2
_TEXT_REMOVE, _TEXT_NONE = 0, 1
_MAX_ART, _MAX_ROUNDS = 1000, 60
_HAIR = 0.02
_SIZE_STEP = 0.25
_FONT_BOX = 1.3, 0.5
"""How high above a baseline and how far below it boxes of fonts reach, em: the engine takes letters by these."""


Spot = tuple[str, tuple[float, float], int, int]
"""A letter, the direction of its line, and where it stands along and across it, by halves of a point."""


class CannotErase(Exception):
    """Say that something unseen cannot be removed without what is seen: the page becomes pixels."""


def erase_unseen(page: pymupdf.Page, unseen: Sequence[Glyph], segments: Sequence[Segment]) -> None:
    """Remove glyphs that are drawn but not seen.

    Raises:
        CannotErase: they share their place with glyphs that are seen, or stay in spite of it.
    """
    gone = [glyph for glyph in unseen if glyph.char.strip()]
    if not gone:
        return
    bands = [_to_the_line(_band([glyph]), glyph) for glyph in gone]
    seen = [_band([glyph]) for segment in segments for glyph in segment.drawn]
    if len(gone) * len(seen) > 4_000_000 or any(_meets(one, other) for one in bands for other in seen):
        raise CannotErase
    _apply(page, bands, (_IMAGES_NONE, _ART_NONE, _TEXT_REMOVE))
    if not places(gone).isdisjoint(places(glyph for glyph in drawn_glyphs(page) if glyph.char.strip())):
        raise CannotErase


def _to_the_line(band: pymupdf.Rect, glyph: Glyph) -> pymupdf.Rect:
    """Widen the band of a glyph down to its line: letters squashed to nothing have no middle above it."""
    if glyph.area is None:
        band.y1 = glyph.baseline + _HAIR
    return band


def places(glyphs: Iterable[Glyph]) -> set[Spot]:
    """Return which letters stand where, each on its own line; blanks too, if they are among them."""
    return {(glyph.char, glyph.turn, round(glyph.x0 * 2), round(glyph.baseline * 2)) for glyph in glyphs}


def erase_lines(page: pymupdf.Page, lines: Sequence[NewLine]) -> None:
    """Remove the glyphs of lines, and the rules and frames that belong to them or tell where they ended.

    Raises:
        CannotErase: there is too much art to take out.
    """
    if not lines:
        return
    drawn = drawn_glyphs(page)
    slanting = [line.erased for line in lines if not line.erased.upright]
    askew = [_band([glyph]) for one in slanting for glyph in (*one.drawn, *_blanks_askew(one, drawn))]
    lines = [line for line in lines if line.erased.upright]
    bands = [
        _on_page(line.frame, band)
        for line in lines
        for band in (*_segment_bands(line.erased), *_blanks(line, [g for g in drawn if g.turn == line.frame.turn]))
    ]
    _apply(page, [*bands, *askew], (_IMAGES_NONE, _ART_NONE, _TEXT_REMOVE))
    erase_art(page, lines)


def erase_art(page: pymupdf.Page, lines: Sequence[NewLine]) -> None:
    """Remove the rules and frames that belong to lines or tell where they ended.

    Raises:
        CannotErase: there is too much art to take out.
    """
    lines = [line for line in lines if line.erased.upright]
    told = telling(page, lines)
    for rects in _apart(told.paths):
        _apply(page, rects, (_IMAGES_NONE, _ART_COVERED, _TEXT_NONE))
    _remove_pictures(page, told.pictures)
    _remove_shades(page, told.shades)
    around = [_on_page(line.frame, _surroundings(line.erased)) for line in lines]
    _apply(page, around, (_IMAGES_NONE, _ART_COVERED, _TEXT_NONE))


def erase_rules(page: pymupdf.Page, places: Iterable[Box]) -> None:
    """Remove the rules and grounds of tables that are drawn again.

    Raises:
        CannotErase: something of them stays.
    """
    rects = [pymupdf.Rect(place.x0 - 2, place.y0 - 2, place.x1 + 2, place.y1 + 2) for place in places]
    _apply(page, rects, (_IMAGES_NONE, _ART_COVERED, _TEXT_NONE))
    left = [pymupdf.Rect(box) for kind, box in page.get_bboxlog() if rects and kind in PATHS]
    if any(rect.contains(path) for rect in rects for path in left):
        raise CannotErase


def erase_letters(page: pymupdf.Page, glyphs: Iterable[Glyph]) -> None:
    """Remove single letters, each by the middle of it."""
    _apply(page, [_band([glyph]) for glyph in glyphs], (_IMAGES_NONE, _ART_NONE, _TEXT_REMOVE))


def _on_page(frame: Frame, rect: pymupdf.Rect) -> pymupdf.Rect:
    return _rect(frame.box(Box(rect.x0, rect.y0, rect.x1, rect.y1)))


def blot(page: pymupdf.Page, marks: Sequence[Mark], labels: Mapping[Category, str]) -> None:
    """Overwrite pixels, art and text under rectangles and cover them."""
    if not marks:
        return
    rects = [_rect(mark.box) for mark in marks]
    glyphs = [glyph for glyph in drawn_glyphs(page) if glyph.char.strip()]
    under = [glyph for glyph in glyphs if any(_meets(_rect(glyph.box), rect) for rect in rects)]
    stay = [glyph for glyph in glyphs if glyph.area is None and not any(_meets(_rect(glyph.box), r) for r in rects)]
    _apply(page, [_band([glyph]) for glyph in under], (_IMAGES_NONE, _ART_NONE, _TEXT_REMOVE))
    _apply(page, [_clear(rect, stay) for rect in rects], (_IMAGES_NONE, _ART_NONE, _TEXT_REMOVE))
    _apply(page, rects, (_IMAGES_PIXELS, _ART_TOUCHED, _TEXT_NONE))
    for mark, rect in zip(marks, rects, strict=True):
        page.draw_rect(rect, color=None, fill=_DARK)
        size, text, face = min(8.0, rect.height * 0.5), mark.words(labels[mark.category]), font("hebo")
        if face.text_length(text, fontsize=size) <= rect.width - 4:  # never over what stays beside it
            writer = pymupdf.TextWriter(page.rect)
            writer.append((rect.x0 + 2, rect.y0 + size + 1), text, font=face, fontsize=size)
            writer.write_text(page, color=_WHITE)


def _clear(rect: pymupdf.Rect, stay: Iterable[Glyph]) -> pymupdf.Rect:
    """Return a rectangle without what font boxes of letters that stay above and below it take of it."""
    top, bottom = rect.y0, rect.y1
    for glyph in stay:
        if glyph.x0 < rect.x1 and rect.x0 < glyph.x1:
            above, below = (
                glyph.baseline + _FONT_BOX[1] * glyph.style.size,
                glyph.baseline - _FONT_BOX[0] * glyph.style.size,
            )
            if glyph.box.y1 <= rect.y0 < above:
                top = max(top, above)
            if glyph.box.y0 >= rect.y1 > below:
                bottom = min(bottom, below)
    return pymupdf.Rect(rect.x0, top, rect.x1, bottom) if top < bottom else pymupdf.Rect()


def write_stamp(page: pymupdf.Page, text: str) -> None:
    """Write the small grey line into the bottom margin."""
    size = max(3.0, min(6.5, page.rect.width / 60))
    width = font("helv").text_length(text, fontsize=size)
    if width > page.rect.width - 8:
        size *= (page.rect.width - 8) / width
    writer = pymupdf.TextWriter(page.rect)
    writer.append((min(24.0, page.rect.width * 0.04), page.rect.height - size), text, font=font("helv"), fontsize=size)
    writer.write_text(page, color=_GREY)


def write_unseen_words(page: pymupdf.Page, words: Iterable[tuple[str, Box]]) -> None:
    """Write the words of a picture invisibly, so that a scan can be searched; signs that no font has are left out."""
    writer = pymupdf.TextWriter(page.rect)
    for text, box in words:
        runs = [(face, "".join(run)) for face, run in groupby(text, key=lambda char: unseen_font(ord(char)))]
        natural = sum(face.text_length(run, fontsize=1.0) for face, run in runs if face is not None)
        if natural <= 0.0:
            continue
        size = min((box.x1 - box.x0) / max(natural, 0.1), (box.y1 - box.y0) * 1.6)
        size = max(1.0, round(size / _SIZE_STEP) * _SIZE_STEP)  # else it tells how places were rounded
        x, y = box.x0, box.y1 - 0.2 * (box.y1 - box.y0)
        for face, run in runs:
            if face is not None:
                writer.append((x, y), run, font=face, fontsize=size)
                x += face.text_length(run, fontsize=size)
    writer.write_text(page, render_mode=3)


def _apply(page: pymupdf.Page, rects: Iterable[pymupdf.Rect], touch: tuple[int, int, int]) -> None:
    document = page.parent
    first = document.xref_length()
    for rect in rects:
        if not rect.is_empty:
            page.add_redact_annot(rect, fill=_PAINT_NOTHING, cross_out=False)
    behind = document.xref_length()
    if behind > first:
        images, graphics, text = touch
        page.apply_redactions(images=images, graphics=graphics, text=text)
        _forget(document, range(first, behind))


def _forget(document: pymupdf.Document, objects: Iterable[int]) -> None:
    """Empty rectangles that were applied: they have left their page, but a document keeps them until it is saved."""
    for number in objects:
        if document.xref_is_stream(number):
            document.update_stream(number, b" ", compress=False)
        document.update_object(number, "<<>>")  # not deleted: who walks over all objects fails on those


def _segment_bands(segment: Segment) -> list[pymupdf.Rect]:
    """One band for each stretch of glyphs of one size and baseline."""
    runs: list[list[Glyph]] = []
    for glyph in segment.drawn:
        last = runs[-1][0] if runs else None
        if last and abs(glyph.baseline - last.baseline) <= 0.1 and abs(glyph.style.size - last.style.size) <= 0.1:
            runs[-1].append(glyph)
        else:
            runs.append([glyph])
    return [*map(_band, runs), *(_between(one[-1], other[0]) for one, other in pairwise(runs))]


def _between(one: Glyph, other: Glyph) -> pymupdf.Rect:
    """Return the band between two runs: a blank that is drawn there would tell where the first one ended."""
    size, baseline = min(one.style.size, other.style.size), max(one.baseline, other.baseline)
    inset = 0.02 * size
    if other.area is not None or one.area is not None or other.x0 - one.x1 <= 2 * inset:
        return pymupdf.Rect()
    return pymupdf.Rect(one.x1 + inset, baseline - 0.42 * size, other.x0 - inset, baseline - 0.06 * size)


def _blanks(line: NewLine, drawn: Iterable[Glyph]) -> list[pymupdf.Rect]:
    """Yield bands over blanks before and behind a line, up to other letters: where they begin tells where it ended."""
    mine = line.erased.drawn
    size, left, right = max(g.style.size for g in mine), min(g.x0 for g in mine), max(g.x1 for g in mine)
    row = [
        replace(g, x0=g.x0 + line.frame.begins, x1=g.x1 + line.frame.begins, area=None)
        for g in drawn
        if any(abs(g.baseline - m.baseline) <= 0.1 * size for m in (mine[0], mine[-1]))
    ]
    after = sorted((g for g in row if g.x0 >= right - 0.1 * size), key=lambda g: g.x0)
    before = sorted((g for g in row if g.x1 <= left + 0.1 * size), key=lambda g: -g.x1)
    runs = (list(takewhile(lambda g: not g.char.strip(), side)) for side in (after, before))
    return [_band(run) for run in runs if run]


def _blanks_askew(segment: Segment, drawn: Iterable[Glyph]) -> list[Glyph]:
    """Return the blanks that are drawn on a line askew: where one stands tells what ended there."""
    first = segment.drawn[0]
    near = 0.1 * first.style.size
    return [
        g
        for g in drawn
        if not g.char.strip() and g.turn == first.turn and abs(g.baseline - first.baseline) <= near and g.area
    ]


def _band(glyphs: Sequence[Glyph]) -> pymupdf.Rect:
    if glyphs[0].area is not None:
        area = glyphs[0].area
        wide, high = (area.x1 - area.x0) / 3, (area.y1 - area.y0) / 3
        return pymupdf.Rect(area.x0 + wide, area.y0 + high, area.x1 - wide, area.y1 - high)
    size, baseline = glyphs[0].style.size, glyphs[0].baseline
    x0, x1 = min(g.x0 for g in glyphs), max(g.x1 for g in glyphs)
    inset = min(0.04 * size, (x1 - x0) * 0.2)
    return pymupdf.Rect(x0 + inset, baseline - 0.42 * size, max(x1 - inset, x0 + inset + 0.05), baseline - 0.06 * size)


def _surroundings(segment: Segment) -> pymupdf.Rect:
    """Where underlines and highlights of exactly this text lie."""
    drawn = segment.drawn
    size = max(glyph.style.size for glyph in drawn)
    x0, x1, y = min(g.x0 for g in drawn), max(g.x1 for g in drawn), drawn[0].baseline
    return pymupdf.Rect(x0 - 2, y - 1.05 * size, x1 + 2, y + 0.4 * size)


def _apart(rects: Sequence[pymupdf.Rect]) -> list[list[pymupdf.Rect]]:
    """Sort rectangles into rounds of ones that do not meet: art that one cuts is not seen as covered by another."""
    rounds: list[list[pymupdf.Rect]] = []
    if len(rects) > _MAX_ART:
        raise CannotErase
    for rect in rects:
        free = next((one for one in rounds if not any(_meets(rect, other) for other in one)), None)
        if free is None:
            rounds.append([rect])
        else:
            free.append(rect)
    if len(rounds) > _MAX_ROUNDS:
        raise CannotErase
    return rounds


def _remove_pictures(page: pymupdf.Page, places: Sequence[Box]) -> None:
    """Take small pictures out: the engine removes every picture that meets a rectangle, so theirs are dots.

    Raises:
        CannotErase: a picture that stays lies behind one of them.
    """
    gone = set(places)
    stay = [pymupdf.Rect(box) for kind, box in page.get_bboxlog() if kind in PICTURES and Box(*box) not in gone]
    dots = [_dot(box) for box in places]
    if any(_meets(dot, other) for dot in dots for other in stay):
        raise CannotErase
    _apply(page, dots, (_IMAGES_GONE, _ART_NONE, _TEXT_NONE))


def _remove_shades(page: pymupdf.Page, places: Sequence[Box]) -> None:
    """Take shades out that fill clips in some places; those that fill paths have gone with these."""
    if not places or all(kind != SHADE for kind, _ in page.get_bboxlog()):
        return
    page.clean_contents()
    upwards = ~page.transformation_matrix
    boxes = [Box(*(pymupdf.Rect(_rect(box)) * upwards)) for box in places]
    page.parent.update_stream(page.get_contents()[0], without_shades(page.read_contents(), boxes))


def _meets(one: pymupdf.Rect, other: pymupdf.Rect) -> bool:
    return bool(one.x0 < other.x1 and other.x0 < one.x1 and one.y0 < other.y1 and other.y0 < one.y1)


def _rect(box: Box) -> pymupdf.Rect:
    return pymupdf.Rect(box.x0, box.y0, box.x1, box.y1)


def _dot(box: Box) -> pymupdf.Rect:
    """Return the middle of a place, smaller than it."""
    x, y = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
    wide, high = min(_HAIR, (box.x1 - box.x0) / 4), min(_HAIR, (box.y1 - box.y0) / 4)
    return pymupdf.Rect(x - wide, y - high, x + wide, y + high)
