"""The attack on widths: set many names in the same place of the same page and look for any difference in the output."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

import pymupdf
from PIL import Image

from qupia_redaction.layout.typeset import Layout
from qupia_redaction.model import Category, Limits, RedactionOrder
from qupia_redaction.page.lines import glyph_lines
from qupia_redaction.pdf.fonts import Faces
from qupia_redaction.pdf.read import _glyphs as drawn
from qupia_redaction.pdf.setting import _blocks, _fitted, layouts_of
from qupia_redaction.pipeline import redact
from qupia_redaction.plan.planning import Span
from qupia_redaction.ports import Ocr
from tests.support.fold_finder import FoldFinder
from tests.support.width_masters import content, master
from tests.support.width_type import names, width

ORDER = RedactionOrder(hide=frozenset({Category.PERSON}), cipher="Ф. 1", plain=True)
LABELS = {category: str(category) for category in Category}


def spread(count: int) -> list[str]:
    """Return names from the narrowest to the widest, evenly spread over all widths."""
    ordered = _by_width()
    return [ordered[index * (len(ordered) - 1) // (count - 1)] for index in range(count)]


@cache
def _by_width() -> Sequence[str]:
    return sorted(set(names()), key=lambda name: (width(name), name))


def redacted(layout: str, name: str, ocr: Ocr) -> bytes:
    """Return the rendition of a page with a name."""
    return redact(master(layout, name), ORDER, Limits(), FoldFinder(name), ocr).data


class NoWords:
    """Finds no words in pictures: frames, grounds and curves are looked at."""

    def read(self, image: Image.Image, dpi: int, block: bool = False) -> tuple[()]:
        """Return nothing."""
        return ()

    def glance(self, image: Image.Image, dpi: int, languages: Sequence[str]) -> tuple[()]:
        """Return nothing."""
        return ()

    def versions(self) -> Mapping[str, str]:
        """Return nothing."""
        return {}


class Stage:
    """One page that is set with one name after the other and never drawn: some ten thousand names a minute.

    Args:
        layout: one of `LAYOUTS`.
    """

    def __init__(self, layout: str) -> None:
        self._layout = layout
        self._document = pymupdf.open(stream=master(layout, next(names())))
        self._stream = self._document[0].get_contents()[0]
        self._faces = Faces(self._document, self._document[0], {})

    def geometry(self, name: str) -> tuple[object, ...]:
        """Return all that stays or is set again on the page with this name."""
        self._document.update_stream(self._stream, content(self._layout, name), compress=False)
        page = self._document[0]
        lines = glyph_lines(1, (page.rect.width, page.rect.height), [glyph for glyph, _ in drawn(page)])
        spans = [Span(d.start, d.end, d.category) for d in FoldFinder(name).find([lines.text], ())]
        whole = Layout(self._faces.measure, LABELS, page.rect.width, lines.segments, spans)
        tables, layouts = _fitted(page, layouts_of(whole, page.rect.height))
        moved, layouts = _blocks(layouts)
        cells = [*(line for table in tables for line in table.lines), *moved]
        new = [*cells, *(line for _, layout in layouts for line in layout.lines())]
        gone = [(line.erased.start, line.erased.end) for line in new]
        kept = sorted(  # which order they are read in may depend on the name, the output's does not
            (segment.text.reveal(), round(segment.drawn[0].x0, 2), round(segment.drawn[0].baseline, 2))
            for segment in lines.segments
            if not any(start <= segment.start < end for start, end in gone)
        )
        words = tuple((w.text.reveal(), round(w.x, 3), round(w.baseline, 2), w.style) for n in new for w in n.words)
        tokens = tuple((round(t.x, 3), round(t.baseline, 2), round(t.width, 3), t.size) for n in new for t in n.tokens)
        rules = tuple(repr(piece) for line in cells for piece in line.rules)
        return len(spans), words, tokens, tuple(kept), rules
