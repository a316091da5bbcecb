"""From plan to marked pages: lines set again, areas blotted, or the page as pixels with covered rectangles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from qupia_redaction.intake.admission import Source
from qupia_redaction.layout.areas import RIM, picture_area, text_areas, together
from qupia_redaction.layout.pixels import PagePicture
from qupia_redaction.layout.reflow import reflow
from qupia_redaction.layout.snapping import snapped
from qupia_redaction.mark.sheet import legend
from qupia_redaction.model import UNREAD, Box, Category, Corners, Limits, Mark, PageText, RedactionOrder
from qupia_redaction.page.lines import Lines
from qupia_redaction.pdf.edit import Drawn, Editor, Over
from qupia_redaction.pdf.fonts import label_width
from qupia_redaction.plan.labels import mark_label, stamp
from qupia_redaction.plan.planning import Plan, Span
from qupia_redaction.read.codes import unpacked
from qupia_redaction.read.reading import Reading, ReadPage
from qupia_redaction.rebuild.order import Place
from qupia_redaction.terms.search import mentions

_ASKED = frozenset({"term", "known_person", "known_iin"})
SCAN_SHARE = 0.5
"""A picture that covers this share of its page is a scan of the page."""
_QUIET = 0.2
"""Share of a picture's side that may be white beside a code: four modules of the 29 of the smallest, and some more."""


@dataclass(frozen=True, slots=True)
class Marked:
    """Pages after marking.

    Attributes:
        data: a document in which hidden things are gone and pages that became pixels are blank.
        pictures: those pages' pictures.
        covered: rectangles over pixels.
        others: marks besides those of the plan: codes, pictures.
        legend: paragraphs of the page behind the last one; empty when there is none.
        places: where the lines belong that were set again, by page.
        boxes: where characters of pages that became pixels stand now; those of a hidden text have their mark's.
        doubted: pages of text whose letters are not what they say: no code of the master may be copied.
        tokens: marks in lines that were set again as letters, by page.
    """

    data: bytes = field(repr=False)
    pictures: Mapping[int, PagePicture]
    covered: tuple[Mark, ...]
    others: tuple[Mark, ...] = ()
    legend: tuple[str, ...] = ()
    places: Mapping[int, Sequence[Place]] = field(default_factory=dict, repr=False)
    boxes: Mapping[int, Sequence[Box | None]] = field(default_factory=dict, repr=False)
    doubted: frozenset[int] = frozenset()
    tokens: Mapping[int, Sequence[Corners]] = field(default_factory=dict, repr=False)

    @property
    def extra(self) -> Mapping[Category, int]:
        """Numbers of the marks besides those of the plan, by category."""
        return Counter(mark.category for mark in self.others)


@dataclass(frozen=True, slots=True)
class Orders:
    """What marking needs to know besides the pages."""

    order: RedactionOrder
    limits: Limits
    pixels: frozenset[int] = frozenset()

    @property
    def labels(self) -> Mapping[Category, str]:
        """Words on marks in the order's language."""
        return {category: mark_label(category, self.order.language) for category in Category}

    def mark_width(self, span: Span, em: float) -> float:
        """Return the width of a mark in a picture, points: that of its words at the size in which they are drawn."""
        size = min(0.66 * em, 9.0)
        return label_width(span.label or self.labels[span.category], size) + size + 2.0

    @property
    def stamp(self) -> str:
        """The line in the margin."""
        return stamp(self.order)

    def legend(self, plan: Plan, others: Sequence[Mark]) -> list[str]:
        """Return the paragraphs of the last page; none for a plain rendition."""
        if self.order.plain:
            return []
        spans = [span for spans in plan.spans.values() for span in spans]
        hidden = [*(span.category for span in spans), *(mark.category for mark in others)]
        unread = any(span.found_by == UNREAD for span in spans)
        return legend(hidden, self.order.cipher, self.order.language, unread=unread)


def mark(source: Source, reading: Reading, plan: Plan, orders: Orders) -> Marked:
    """Mark every page.

    Args:
        source: the admitted document.
        reading: how its pages were read.
        plan: what is hidden.
        orders: language, limits, and pages that must become pixels.

    Raises:
        PixelsNeeded: pages on which text cannot be replaced safely.
    """
    covered: list[Mark] = []
    boxes: dict[int, Sequence[Box | None]] = {}
    beside: list[Mark] = []
    shown = {page.lines.text.number: page.shown for page in reading.pages if page.shown is not None}
    with Editor(source.data, orders.labels, orders.limits.max_pixels, shown) as editor:
        for page in reading.pages:
            number = page.lines.text.number
            spans = plan.spans[number]
            others = _others(page, spans, orders.order)
            beside += others
            spilled = on_pictures(page, spans)
            stays = not page.pixels or (page.stays and not spans and not others)
            if not stays or number in orders.pixels or any(_sure(page, span) for span in spilled):
                text = _exact(page.lines, editor) if spans else page.lines.text
                new = reflow(text, spans, orders.mark_width, page.believed, page.rules)
                boxes[number] = new.boxes
                marks = [*new.marks, *text_areas(text, new.left), *others]
                text = replace(text, boxes=new.boxes)
                over = Over(marks, _left(text, page.believed, spans, marks))
                editor.flatten(number, Drawn(page.lines, spans, page.dpi), new, over)
            else:
                marks = [*text_areas(page.lines.text, spilled), *others]
                editor.replace(number, page.lines, spans, marks)
            covered += marks
            if not orders.order.plain:
                editor.stamp(number, orders.stamp)
        told = orders.legend(plan, beside)
        if told:
            editor.append(told, orders.stamp)
        doubted = frozenset(page.lines.text.number for page in reading.pages if page.doubted) - set(editor.pictures)
        return Marked(
            editor.finish(), editor.pictures, tuple(covered), tuple(beside), tuple(told), editor.places, boxes, doubted,
            editor.tokens,
        )  # fmt: skip


def _exact(lines: Lines, editor: Editor) -> PageText:
    """Return a page's text with words at the places of the shapes that they are drawn by."""
    return snapped(lines.text, lines.segments, editor.shapes(lines.text.number))


def _others(page: ReadPage, spans: Sequence[Span], order: RedactionOrder) -> list[Mark]:
    """Return rectangles over codes and pictures that are to be hidden."""
    text = page.lines.text
    size = (text.width, text.height)
    pictures = [box for box in page.pictures if not _is_scan(box, size)] if Category.IMAGE in order.hide else []
    hidden: list[tuple[Box, Category]] = []
    for code in page.codes:
        told = order.names_texts if code.text is None else mentions(unpacked(code.text.reveal()), order.terms)
        if told or Category.CODE in order.hide:
            frame = next((box for box in pictures if _frames(box, code.box)), None)
            hidden.append((code.box if frame is None else _inside(frame), Category.CODE))
            pictures = [box for box in pictures if box is not frame]
    hidden += [(_inside(box), Category.IMAGE) for box in pictures]
    kept = [] if not hidden else [
        box
        for at, box in enumerate(text.boxes[: page.believed])
        if box is not None and not any(span.start <= at < span.end for span in spans)
    ]  # fmt: skip
    areas = [
        (area, category)
        for category in dict.fromkeys(category for _, category in hidden)
        for area in together([box for box, its in hidden if its is category], kept)
    ]
    return [picture_area(text.number, area, size, category, kept) for area, category in areas]


def _frames(picture: Box, code: Box) -> bool:
    """Tell whether a picture is that of a code, with white around it: one mark is enough for both."""
    margin = _QUIET * max(picture.x1 - picture.x0, picture.y1 - picture.y0)
    sides = code.x0 - picture.x0, code.y0 - picture.y0, picture.x1 - code.x1, picture.y1 - code.y1
    return all(-RIM <= side <= margin for side in sides)


def _inside(picture: Box) -> Box:
    """Return what, with the rim that every code gets, is a picture: its edges are exact, a word may stand close by."""
    return Box(picture.x0 + RIM, picture.y0 + RIM, picture.x1 - RIM, picture.y1 - RIM)


def _is_scan(picture: Box, page: tuple[float, float]) -> bool:
    """Tell whether a picture is the page itself rather than a picture on it.

    What a scan shows besides text (faces, signatures, stamps) is not told apart yet: it stays.
    """
    return (picture.x1 - picture.x0) * (picture.y1 - picture.y0) >= SCAN_SHARE * page[0] * page[1]


def on_pictures(page: ReadPage, spans: Sequence[Span]) -> list[Span]:
    """Return the spans that lie in words read off pictures or drawings, without second readings of hidden letters."""
    text = page.lines.text
    hidden = [box for s in spans for box in text.boxes[s.start : min(s.end, page.spilled)] if box is not None]
    gone = {glyph.box for glyph in page.lines.unseen} if any(span.start >= page.cut for span in spans) else set()
    return [
        span
        for span in spans
        if span.end > page.spilled
        and not all(
            _hit(box, hidden) or (span.start >= page.cut and box in gone) for box in text.boxes[span.start : span.end]
        )
    ]


def _hit(box: Box | None, hidden: Sequence[Box]) -> bool:
    """Tell whether the middle of a letter lies in one that is hidden; what has no place lies nowhere else."""
    if box is None:
        return True
    x, y = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
    return any(h.x0 - 1 <= x <= h.x1 + 1 and h.y0 - 1 <= y <= h.y1 + 1 for h in hidden)


def _sure(page: ReadPage, span: Span) -> bool:
    """Tell whether words were surely read off a picture or drawing: their neighbours can be kept as pixels only.

    What detectors make of a doubtful reading is a signature more often than a name: its ink goes, the page stays text.
    """
    return span.start < page.believed or span.found_by in _ASKED


def _left(text: PageText, believed: int, spans: tuple[Span, ...], marks: list[Mark]) -> list[tuple[str, Box]]:
    """Return the believed words of a page that are neither hidden nor under a rectangle."""
    words: list[tuple[str, Box]] = []
    start = 0
    for word in text.text.reveal()[:believed].replace("\n", " ").split(" "):
        end = start + len(word)
        boxes = [box for box in text.boxes[start:end] if box is not None]
        hidden = any(span.start < end and span.end > start for span in spans)
        if word and boxes and not hidden:
            box = _around(boxes)
            if not any(_meets(box, mark.box) for mark in marks):
                words.append((word, box))
        start = end + 1
    return words


def _around(boxes: list[Box]) -> Box:
    return Box(min(b.x0 for b in boxes), min(b.y0 for b in boxes), max(b.x1 for b in boxes), max(b.y1 for b in boxes))


def _meets(word: Box, mark: Box) -> bool:
    """Tell whether more than the edge of a word lies under a mark."""
    wide, high = 0.15 * (word.x1 - word.x0), 0.2 * (word.y1 - word.y0)
    return (
        word.x0 + wide < mark.x1 and mark.x0 < word.x1 - wide and word.y0 + high < mark.y1 and mark.y0 < word.y1 - high
    )
