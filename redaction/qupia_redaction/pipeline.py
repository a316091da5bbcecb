"""The spine of a redaction: intake, read, find, plan, mark, rebuild, check. One way, without going back.

Runs inside a worker process; input is hostile. Whatever fails here is a refusal with a reason and no bytes.
"""

from __future__ import annotations

import resource
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial

from qupia_redaction.check import Channel, Expected, check, check_text
from qupia_redaction.engines import engine_versions
from qupia_redaction.errors import RedactionRefused, RefusalCode
from qupia_redaction.faults import PixelsNeeded
from qupia_redaction.finish.expected import expectation, expected_of_text
from qupia_redaction.finish.fidelity import changed_pages
from qupia_redaction.finish.guided import guided
from qupia_redaction.finish.text_rendition import page_texts
from qupia_redaction.intake.admission import Source, admit
from qupia_redaction.intake.navigation import Navigation
from qupia_redaction.intake.photographs import as_pdf
from qupia_redaction.mark.marking import Marked, Orders, mark
from qupia_redaction.mark.sheet import metadata_sheet
from qupia_redaction.memory import give_back
from qupia_redaction.model import Box, Detail, Limits, Mark, PrivateText, RedactionOrder, RenditionKind, Report
from qupia_redaction.plan.planning import Plan, Span, make_plan, records_of
from qupia_redaction.plan.secrecy import refuse_secret
from qupia_redaction.ports import DetailFinder, Metered, Ocr
from qupia_redaction.read.codes import unpacked
from qupia_redaction.read.doubts import counted, uncut, with_seen
from qupia_redaction.read.reading import Reading, read_document
from qupia_redaction.rebuild import Built, Doubts, build
from qupia_redaction.rendition import CheckedRendition
from qupia_redaction.terms.search import Layout, find_terms
from qupia_redaction.terms.wordlists import narrowed, without_kept

_ROUNDS = 4
_AT_MARKS = frozenset({Channel.UNDER_MARKS.value, Channel.MARKS.value})

Tell = Callable[[str], None]
"""Is told the name of each step of the spine when it begins."""


def redact(master: bytes, order: RedactionOrder, limits: Limits, finder: DetailFinder, ocr: Ocr) -> CheckedRendition:
    """Make a checked rendition of a document; see `Redactor.redact`."""
    return Redactor(finder, ocr).redact(master, order, limits)


def find_details(
    master: bytes, order: RedactionOrder, limits: Limits, finder: DetailFinder, ocr: Ocr
) -> tuple[Detail, ...]:
    """Find the private details of a document; see `Redactor.find`."""
    return Redactor(finder, ocr).find(master, order, limits)


@dataclass(frozen=True, slots=True)
class Redactor:
    """The engines of a redaction.

    Attributes:
        finder: finds private details.
        ocr: reads pictures.
        tell: is told of each step; None when nobody waits.
    """

    finder: DetailFinder
    ocr: Ocr
    tell: Tell | None = None

    def redact(self, master: bytes, order: RedactionOrder, limits: Limits) -> CheckedRendition:
        """Make a checked rendition of a document.

        Args:
            master: the stored bytes, untrusted: a PDF, or a picture in one of the forms of `photographs`.
            order: what to hide.
            limits: bounds of the job.

        Raises:
            RedactionRefused: there is no rendition, for the reason it carries.
        """
        clock = _Clock(self.tell, self.ocr)
        if order.metadata_only or order.rendition is RenditionKind.METADATA:
            return _sheet(order, clock)
        with clock.step("intake"):
            source = admit(as_pdf(master, limits), order.password, limits)
        with clock.step("read"):
            reading = self._read(source, order, limits)
        with clock.step("find"):
            layout = _layout(reading)
            order = _with_lists(reading, layout, order)
            details = self._found(reading, layout, order)
        plan = make_plan(reading.texts, details, order)

        def report(pages: int, others: Sequence[Mark] = ()) -> Report:
            records = records_of(_counted(reading, plan), others)
            return Report(
                pages=pages,
                marks=dict(Counter(record.category for record in records)),
                kept=plan.kept,
                ocr_pages=sum(page.pixels for page in reading.pages),
                seconds=clock.seconds(),
                cpu_seconds=clock.cpu_seconds(),
                engines=engine_versions(self.finder, self.ocr),
                records=records,
            )

        if order.rendition is RenditionKind.TEXT:
            texts = page_texts(reading, plan, order)
            return check_text(texts, expected_of_text(reading, plan, order), lambda: report(source.pages))
        pixels: frozenset[int] = frozenset()
        while True:
            with clock.step("rebuild"):
                marked, built = _rebuilt(source, reading, plan, Orders(order, limits, pixels))
            clock.begin("check")
            give_back()
            try:
                expected = expectation(reading, plan, marked, order)
                return check(built.data, expected, partial(report, built.pages, marked.others), self.ocr)
            except RedactionRefused as refusal:
                if refusal.channel == Channel.WAYS and source.navigation:
                    source = replace(source, navigation=Navigation())  # an outline is no reason to refuse a document
                else:
                    pixels = _instead(refusal, marked, pixels)

    def find(self, master: bytes, order: RedactionOrder, limits: Limits) -> tuple[Detail, ...]:
        """Find the private details of a document and make no rendition.

        Raises:
            RedactionRefused: the document cannot be read.
        """
        source = admit(as_pdf(master, limits), order.password, limits)
        reading = read_document(source, limits, self.ocr)
        layout = _layout(reading)
        return self._found(reading, layout, _with_lists(reading, layout, order))

    def _read(self, source: Source, order: RedactionOrder, limits: Limits) -> Reading:
        reading = read_document(source, limits, self.ocr)
        if not order.terms_only:
            refuse_secret(reading.texts, reading.cells)
        return reading

    def _found(self, reading: Reading, layout: Layout, order: RedactionOrder) -> tuple[Detail, ...]:
        """Run the detectors, unless the order forbids it, and look for the order's own terms."""
        found = () if order.terms_only else (*self.finder.find(reading.texts, order.persons), *reading.unread)
        details = without_kept(reading.texts, found, order) if order.keeps else found
        found = (*details, *find_terms(reading.texts, order.terms, layout))
        by_page: dict[int, list[Detail]] = {page.number: [] for page in reading.texts}
        for detail in found:
            by_page[detail.page].append(detail)
        shown = [
            d for p in reading.pages for d in with_seen(p.lines.text, by_page[p.lines.text.number], p.spilled, p.cut)
        ]
        return tuple(sorted(shown, key=lambda d: (d.page, d.start, d.end)))


def _with_lists(reading: Reading, layout: Layout, order: RedactionOrder) -> RedactionOrder:
    """Return an order in which the entries of its word lists that the document may hold are its own."""
    coded = [unpacked(code.text.reveal()) for page in reading.pages for code in page.codes if code.text is not None]
    return narrowed(order, reading.texts, layout, coded)


def _layout(reading: Reading) -> Layout:
    cuts = [[(segment.start, segment.end) for segment in page.lines.segments] for page in reading.pages]
    eyes = [0 if page.pixels else page.spilled for page in reading.pages]
    return Layout(cuts, eyes, [page.lines.drawn for page in reading.pages])


def _counted(reading: Reading, plan: Plan) -> dict[int, tuple[Span, ...]]:
    """Return the spans of each page without those that only repeat another reading of their place."""
    counts: dict[int, tuple[Span, ...]] = {}
    for page in reading.pages:
        text = page.lines.text
        once = uncut(text, plan.spans[text.number], page.spilled, page.cut)
        counts[text.number] = counted(text, once, page.believed)
    return counts


def _instead(refusal: RedactionRefused, marked: Marked, pixels: frozenset[int]) -> frozenset[int]:
    """Return the pages to be made pixels in another try: with the one of text whose marks the check found unsafe.

    What it found elsewhere on a page would show in its pixels as well.

    Raises:
        RedactionRefused: the refusal itself, where pixels would not help or too many pages were tried.
    """
    page = refusal.page
    at_marks = refusal.code is RefusalCode.LEAK_FOUND and refusal.channel in _AT_MARKS
    if not at_marks or page is None or page in marked.pictures or len(pixels) >= _ROUNDS:
        raise refusal
    return pixels | {page}


def _rebuilt(source: Source, reading: Reading, plan: Plan, orders: Orders) -> tuple[Marked, Built]:
    """Mark and rebuild; pages on which text is not safe become pixels in the next round."""
    pixels = orders.pixels
    if orders.order.rendition is RenditionKind.PDF_RASTER:
        pixels = frozenset(page.lines.text.number for page in reading.pages)
    for _ in range(_ROUNDS + 1):  # the last one for pages that are found to look otherwise
        try:
            marked = mark(source, reading, plan, Orders(orders.order, orders.limits, pixels))
            hides = bool(marked.covered) or any(plan.spans.values())
            built = build(marked.data, marked.pictures, marked.places, Doubts(hides, marked.doubted), source.device)
            changed = changed_pages(source.data, built.data, _untouched(reading, plan, marked))
            if changed:
                raise PixelsNeeded(changed)
            return marked, guided(built, source.navigation, reading, plan, marked)
        except PixelsNeeded as need:
            pixels |= need.pages
    raise RedactionRefused(RefusalCode.UNKNOWN_CONTENT)


def _untouched(reading: Reading, plan: Plan, marked: Marked) -> dict[int, list[Box]]:
    """Return the pages of which nothing was hidden, and which are no pictures, with the places of unseen letters."""
    marks = {mark.page for mark in marked.covered} | set(marked.pictures)
    pages = {page.lines.text.number: page.lines for page in reading.pages}
    return {
        number: [glyph.box for glyph in lines.unseen]
        for number, lines in pages.items()
        if number not in marks and not plan.spans[number]
    }


def _sheet(order: RedactionOrder, clock: _Clock) -> CheckedRendition:
    def report() -> Report:
        return Report(1, seconds=clock.seconds(), cpu_seconds=clock.cpu_seconds())

    data, text = metadata_sheet(order)
    expected = Expected(pages=1, kept={1: PrivateText(text)})
    if order.rendition is RenditionKind.TEXT:
        return check_text({1: text}, expected, report)
    return check(build(data, {}).data, expected, report)


class _Clock:
    """Wall clock by step, CPU of this process, its children and the processes of an engine.

    Args:
        tell: is told of each step that begins.
        ocr: the engine.
    """

    def __init__(self, tell: Tell | None, ocr: Ocr) -> None:
        self._tell = tell
        self._ocr = ocr
        self._began = time.monotonic()
        self._cpu = _cpu(ocr)
        self._steps: dict[str, float] = {}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Measure one step."""
        self.begin(name)
        start = time.monotonic()
        yield
        self._steps[name] = round(self._steps.get(name, 0.0) + time.monotonic() - start, 4)

    def begin(self, name: str) -> None:
        """Say that a step begins."""
        if self._tell is not None:
            self._tell(name)

    def seconds(self) -> dict[str, float]:
        """Return the steps so far; what is left of the whole is the check."""
        rest = time.monotonic() - self._began - sum(self._steps.values())
        return {**self._steps, "check": round(rest, 4)}

    def cpu_seconds(self) -> float:
        """Return CPU seconds since the beginning."""
        return round(_cpu(self._ocr) - self._cpu, 4)


def _cpu(ocr: Ocr) -> float:
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    own = sum(usage.ru_utime + usage.ru_stime for usage in usages)
    return own + (ocr.cpu_seconds if isinstance(ocr, Metered) else 0.0)
