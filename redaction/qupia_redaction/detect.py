"""Find private details: presidio's analyzer over our readers, then what a whole document can tell.

Input is text of foreign documents, typed or read by OCR. Steps: fold all pages into one text (`nlp.fold`), read it
(`nlp.engine`), run the recognizers, search the known persons, spread found names over the document, keep what must
stay readable, decide owners, and report page by page. No network at any time. Loads models: build it in a worker.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from functools import cache
from importlib.metadata import version
from typing import TypeVar

from presidio_analyzer import AnalyzerEngine, RecognizerRegistry

from qupia_redaction.model import DETECTED, Category, Detail, KnownPerson, PageText, PrivateText, TextSource
from qupia_redaction.nlp.engine import LineEngine, Reading
from qupia_redaction.nlp.fold import Pages
from qupia_redaction.nlp.rows import find_rows
from qupia_redaction.plan.special import hides, without
from qupia_redaction.recognizers.context import NearbyWords
from qupia_redaction.recognizers.document import DOCUMENT_LOOKS, settle
from qupia_redaction.recognizers.explain import Explanation, Kept, Seen, kept_words, looks
from qupia_redaction.recognizers.finding import Finding
from qupia_redaction.recognizers.known import KnownPersons
from qupia_redaction.recognizers.names import NerNames, PatternNames, TaggedNames
from qupia_redaction.recognizers.pattern import ANALYSIS_LANGUAGE, load_recognizers
from qupia_redaction.recognizers.weighed import weighed
from qupia_redaction.recognizers.wide import (
    Entity,
    apart_from,
    is_paper,
    private_entities,
    wide_entities,
    without_overlaps,
)

RULES_VERSION = "13"
"""Raise when patterns, lists or rules change: it is part of the key of cached renditions."""

THRESHOLD = 0.5
"""Findings with a lower score are not reported."""


class Finder:
    """The detectors, loaded. Not thread-safe.

    Args:
        engine: the loaded NLP engine.
        analyzer: presidio's analyzer over that engine.
    """

    def __init__(self, engine: LineEngine, analyzer: AnalyzerEngine) -> None:
        self._engine = engine
        self._analyzer = analyzer

    def find(self, pages: Sequence[PageText], persons: Sequence[KnownPerson]) -> tuple[Detail, ...]:
        """Find the private details of a document.

        Args:
            pages: in order; names broken over a page end are found and reported once a page.
            persons: persons concerned; their names and IIN are searched in every spelling.

        Returns:
            Details sorted by page and offset; findings of one category never overlap on a page.

        Raises:
            RedactionRefused: TIME_LIMIT when a pattern runs too long on this text.
        """
        if not pages:
            return ()
        book = Pages([page.text.reveal() for page in pages])
        _, findings = self._read(book, pages, persons)
        return tuple(_details(book, pages, findings))

    def entities(self, text: str, wide: bool | None = None, shown: AbstractSet[Category] = frozenset()) -> list[Entity]:
        """Find private details and, wider, everything else that names or describes somebody.

        Args:
            text: a plain text; no page, no persons known.
            wide: with places, organisations, dates and officials; None for only where the text is no archive's paper.
            shown: categories that are left out, as `special.without` does.

        Returns:
            Entities in order that do not overlap; offsets are into `text`.

        Raises:
            RedactionRefused: TIME_LIMIT when a pattern runs too long on this text.
        """
        page = PageText(1, PrivateText(text), (None,) * len(text), TextSource.GLYPHS, 0, 0)
        book = Pages([text])
        reading, findings = self._read(book, [page], [])
        wider = not is_paper(book.text, findings) if wide is None else wide
        others = wide_entities(book.text, reading) if wider else ()
        asked = without(DETECTED, shown)
        private = private_entities([f for f in findings if hides(asked, f.category, f.classes)])
        free = apart_from(others, [(a, b) for a, b, why in reading.kept if why == "cipher"])
        found = weighed([*private, *free], book.text, reading) if wider else private
        placed = (replace(e, start=a, end=b) for e in found for _, a, b in book.parts(e.start, e.end))
        return without_overlaps([e for e in placed if any(c.isalnum() for c in text[e.start : e.end])])

    def explain(self, text: str) -> Explanation:
        """Tell what was seen in a plain text, and why each word that is not hidden stays.

        Args:
            text: a plain text; no page, no persons known.

        Returns:
            Offsets are into `text`; the words of the text are not repeated.

        Raises:
            RedactionRefused: TIME_LIMIT when a pattern runs too long on this text.
        """
        page = PageText(1, PrivateText(text), (None,) * len(text), TextSource.GLYPHS, 0, 0)
        book = Pages([text])
        reading, found = self._read(book, [page], [])
        results = self._analyzer.analyze(
            book.text, ANALYSIS_LANGUAGE, score_threshold=0.0, nlp_artifacts=reading, return_decision_process=True
        )
        seen = looks(results)
        kept = kept_words(book.text, reading, seen, found, THRESHOLD)
        asked = {str(r.to_dict()["name"]) for r in self._analyzer.get_recognizers(ANALYSIS_LANGUAGE)}
        names = tuple(sorted({*asked, *DOCUMENT_LOOKS}))
        return Explanation(tuple(_placed(book, seen)), tuple(_placed(book, kept)), names, THRESHOLD)

    def versions(self) -> Mapping[str, str]:
        """Return names and versions of everything that shapes the findings."""
        return {"qupia-rules": RULES_VERSION, **_installed()}

    def _read(
        self, book: Pages, pages: Sequence[PageText], persons: Sequence[KnownPerson]
    ) -> tuple[Reading, list[Finding]]:
        reading = self._engine.process_text(book.text, ANALYSIS_LANGUAGE)
        reading.scanned = any(page.source is TextSource.OCR for page in pages)
        rows = find_rows(book, pages, reading.lines, reading.words)
        return reading, settle(rows, reading, self._analyze(book.text, reading), KnownPersons(persons))

    def _analyze(self, text: str, reading: Reading) -> list[Finding]:
        results = self._analyzer.analyze(text, ANALYSIS_LANGUAGE, score_threshold=THRESHOLD, nlp_artifacts=reading)
        return [
            Finding(r.start, r.end, Category(r.entity_type), r.score, r.recognition_metadata["recognizer_name"])
            for r in results
        ]


@cache
def _installed() -> Mapping[str, str]:
    """Return the versions of packages: looking them up reads their folders each time."""
    packages = ("presidio-analyzer", "natasha", "slovnet", "navec", "pymorphy3-dicts-ru", "python-crfsuite")
    return {name: version(name) for name in packages}


_Placed = TypeVar("_Placed", Seen, Kept)


def _placed(book: Pages, looks_: Iterable[_Placed]) -> Iterator[_Placed]:
    """Yield the same with offsets into the original text."""
    for look in looks_:
        for _, start, end in book.parts(look.start, look.end)[:1]:
            yield replace(look, start=start, end=end)


def _details(book: Pages, pages: Sequence[PageText], findings: Sequence[Finding]) -> list[Detail]:
    texts = [page.text.reveal() for page in pages]
    details = [
        Detail(
            pages[page].number,
            *_without_blanks(texts[page], start, end),
            f.category,
            f.score,
            f.found_by,
            f.person_id,
            f.classes,
        )
        for f in findings
        for page, start, end in book.parts(f.start, f.end)
        if texts[page][start:end].strip()
    ]
    return sorted(details, key=lambda d: (d.page, d.start, d.end))


def _without_blanks(text: str, start: int, end: int) -> tuple[int, int]:
    """Return a range without the blanks at its ends."""
    inside = text[start:end]
    return start + len(inside) - len(inside.lstrip()), end - len(inside) + len(inside.rstrip())


def build_finder(languages: Collection[str] = ("kk", "ru", "en")) -> Finder:
    """Load models, lists and patterns (1.2 s, 165 MB; 250 MB once texts were read); call it in a worker process only.

    Args:
        languages: whose names are read; patterns look at every line.
    """
    engine = LineEngine(ANALYSIS_LANGUAGE, languages)
    engine.load()
    names = [NerNames(), TaggedNames(), PatternNames()]
    registry = RecognizerRegistry([*load_recognizers(), *names], supported_languages=[ANALYSIS_LANGUAGE])
    analyzer = AnalyzerEngine(
        registry=registry,
        nlp_engine=engine,
        supported_languages=[ANALYSIS_LANGUAGE],
        context_aware_enhancer=NearbyWords(),
    )
    return Finder(engine, analyzer)
