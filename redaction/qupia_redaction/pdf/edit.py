"""The document while it is marked: replace lines, blot areas, turn pages into pixels, stamp, finish."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from types import TracebackType

import pymupdf

from qupia_redaction.faults import PixelsNeeded
from qupia_redaction.layout.pixels import PagePicture, cover, encode, reset, without_colour
from qupia_redaction.layout.reflow import Reflow
from qupia_redaction.layout.typeset import CannotSet
from qupia_redaction.model import Box, Category, Corners, Mark
from qupia_redaction.page.lines import Lines
from qupia_redaction.pdf import apply
from qupia_redaction.pdf.compose import append_sheet, finished
from qupia_redaction.pdf.flat import Flat, flat, shapes
from qupia_redaction.pdf.fonts import Faces, label_font
from qupia_redaction.pdf.open import open_document, page_faults
from qupia_redaction.pdf.own_fonts import OwnFont
from qupia_redaction.pdf.pictures import stores_more_than_shown
from qupia_redaction.pdf.render import FLAT_DPI, checked_dpi
from qupia_redaction.pdf.scans import Shown, habits_of, stored_scan
from qupia_redaction.pdf.setting import set_again
from qupia_redaction.pdf.write import Writer, corners
from qupia_redaction.plan.planning import Span
from qupia_redaction.rebuild.order import Place


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a page that becomes pixels shows.

    Attributes:
        lines: how it was read.
        spans: what of it is hidden.
        dpi: at which it was read; 0 when nobody looked at its pixels.
    """

    lines: Lines
    spans: Sequence[Span]
    dpi: int = 0


@dataclass(frozen=True, slots=True)
class Over:
    """What comes over the picture of a page: marks, and words nobody sees, with their places."""

    marks: Sequence[Mark]
    words: Sequence[tuple[str, Box]]


class Editor:
    """Edits one admitted document page by page; a context manager.

    Args:
        data: the document.
        labels: words on marks.
        max_pixels: bound of the job.
        shown: what pages show, where somebody has looked.

    Attributes:
        pictures: pages that became pixels.
        places: where the lines belong that were set again, by page.
        tokens: the marks in these lines, by page.
    """

    def __init__(
        self, data: bytes, labels: Mapping[Category, str], max_pixels: int, shown: Mapping[int, Shown] | None = None
    ) -> None:
        self._data = data
        self._labels = labels
        self._max_pixels = max_pixels
        self._shown = shown or {}
        self._stack = ExitStack()
        self._wanting: set[int] = set()
        self._fonts: dict[int, OwnFont | None] = {}
        self._writer = Writer()
        self.pictures: dict[int, PagePicture] = {}
        self.places: dict[int, list[Place]] = {}
        self.tokens: dict[int, list[Corners]] = {}

    def __enter__(self) -> Editor:
        self._document: pymupdf.Document = self._stack.enter_context(open_document(self._data))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def replace(self, number: int, lines: Lines, spans: Sequence[Span], marks: Sequence[Mark]) -> None:
        """Set the lines with spans again and blot the marks; a page where that is not safe is noted for pixels."""
        with page_faults(number):
            page = self._document[number - 1]
            if stores_more_than_shown(page, self._max_pixels):
                self._wanting.add(number)
                return
            faces = Faces(self._document, page, self._fonts)
            try:
                new = set_again(page, lines, spans, faces, self._labels)
            except (CannotSet, apply.CannotErase):
                self._wanting.add(number)
                return
            apply.blot(page, marks, self._labels)  # it writes the content anew, so lines come after it
            self.places[number] = self._writer.write(page, new, faces, lines.segments)
            self.tokens[number] = [corners(token, line.frame) for line in new for token in line.tokens]

    def shapes(self, number: int) -> list[Box]:
        """Return where parts of paths are drawn on a page."""
        with page_faults(number):
            return shapes(self._document[number - 1])

    def flatten(self, number: int, read: Drawn, new: Reflow, over: Over) -> None:
        """Replace a page by its picture, lines set again and marks drawn, and an unseen layer of words that stay."""
        with page_faults(number):
            page = self._document[number - 1]
            width, height = page.rect.width, page.rect.height
            habits = habits_of(page)
            scan = stored_scan(page, self._max_pixels, self._shown.get(number))
            if scan is None:
                dpi = checked_dpi(page, read.dpi or FLAT_DPI, self._max_pixels)
                drawn = flat(page, dpi, read.lines, read.spans, new.moves)
            else:
                drawn = Flat(scan)
            image, scale = without_colour(drawn.image), (drawn.image.width / width, drawn.image.height / height)
            image = reset(image, new.wiped, new.moves, scale, drawn.pieces)
            cover(image, over.marks, scale, self._labels, label_font())
            self.pictures[number] = encode(image, habits)
            self._document.new_page(number - 1, width=width, height=height)
            self._document.delete_page(number)
            apply.write_unseen_words(self._document[number - 1], over.words)

    def stamp(self, number: int, text: str) -> None:
        """Write the stamp into the margin of a page."""
        with page_faults(number):
            apply.write_stamp(self._document[number - 1], text)

    def append(self, lines: list[str], stamp: str) -> None:
        """Add a page of our own behind the last one."""
        append_sheet(self._document, lines, stamp)

    def finish(self) -> bytes:
        """Return the document with fonts reduced to what is shown.

        Raises:
            PixelsNeeded: some pages could not be marked as text.
        """
        if self._wanting:
            raise PixelsNeeded(frozenset(self._wanting))
        with page_faults(1):
            return finished(self._document)
