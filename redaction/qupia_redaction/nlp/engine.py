"""The NLP engine under presidio: lines with languages, words, and named entities by language.

Kazakh and English lines are read by our taggers, Russian ones by natasha's model; a line that may be both is read by
both. Everything is inside the installed packages: nothing is downloaded. Loaded once, in a worker process.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from presidio_analyzer.nlp_engine import NlpArtifacts, NlpEngine
from spacy.tokens import Doc
from spacy.vocab import Vocab

from qupia_redaction.nlp.russian import RussianNames
from qupia_redaction.nlp.shown import Shown
from qupia_redaction.nlp.tagger import Span, Tagger, load_tagger
from qupia_redaction.nlp.words import Line, split_lines, split_words

_BLOCK = 1200  # characters a reading of Russian; longer ones cost memory, shorter ones lose context
_WRAPPED = 45  # a shorter line is an entry of its own, not a part of a paragraph
_TAGGED = frozenset({"kk", "en"})
_Range = tuple[int, int]


class Reading(NlpArtifacts):
    """What the engine read: lines, words and entities of one text.

    Attributes:
        shown: the text as patterns see it.
        scanned: OCR read a part of it.
        acting: findings of officials in office, once the document is settled: no private persons.
        kept: ranges that stay whatever was seen in them, with the reason, once the document is settled.
    """

    def __init__(self, engine: LineEngine, text: str, lines: list[Line], spans: list[Span]) -> None:
        super().__init__([], engine.no_tokens, [], [], engine, "mul", [])
        self.lines = lines
        self.words = split_words(text, lines)
        self.shown = Shown(text)
        self.spans = spans
        self.scanned = False
        self.acting: list[Any] = []
        self.kept: list[tuple[int, int, Any]] = []
        self._starts = [line.start for line in lines]

    def line(self, at: int) -> Line:
        """Return the line that holds an offset."""
        return self.lines[bisect_right(self._starts, at) - 1]


class LineEngine(NlpEngine):
    """Reads a text line by line; languages may change at every line.

    Args:
        language: the one language name under which presidio's registry knows our recognizers.
        languages: whose names are read: kk, ru, en.
    """

    def __init__(self, language: str, languages: Collection[str] = ("kk", "ru", "en")) -> None:
        self._language = language
        self._languages = languages
        self._loaded = False
        self._russian: RussianNames | None = None
        self._taggers: dict[tuple[str, bool], Tagger] = {}
        self.no_tokens = Doc(Vocab())

    def load(self) -> None:
        """Load all models (0.1 s, 40 MB)."""
        self._loaded = True
        self._russian = RussianNames() if "ru" in self._languages else None
        for language in _TAGGED.intersection(self._languages):
            self._taggers[language, False] = load_tagger(language, capitals=False)
            self._taggers[language, True] = load_tagger(f"{language}-capitals", capitals=True)

    def is_loaded(self) -> bool:
        """Tell whether the models are in memory."""
        return self._loaded

    def process_text(self, text: str, language: str) -> Reading:  # noqa: ARG002  # presidio's signature
        """Split into lines and words, and find entities."""
        lines = split_lines(text)
        spans = sorted(self._entities(text, lines), key=lambda s: (s.start, s.end))
        return Reading(self, text, lines, spans)

    def process_batch(
        self, texts: Iterable[str], language: str, batch_size: int = 1, n_process: int = 1, **_: Any
    ) -> Iterator[tuple[str, Reading]]:
        """Read several texts, one after the other."""
        del batch_size, n_process
        for text in texts:
            yield text, self.process_text(text, language)

    def is_stopword(self, word: str, language: str) -> bool:  # noqa: ARG002
        """Return False: context is matched on text, not on lemmas."""
        return False

    def is_punct(self, word: str, language: str) -> bool:  # noqa: ARG002
        """Return False: context is matched on text, not on lemmas."""
        return False

    def get_supported_entities(self) -> list[str]:
        """Return nothing: entities are turned into findings by our own recognizer."""
        return []

    def get_supported_languages(self) -> list[str]:
        """Return the one language name of the registry."""
        return [self._language]

    def _entities(self, text: str, lines: list[Line]) -> Iterator[Span]:
        if self._russian is not None:
            yield from self._russian.spans(text, list(_blocks([n for n in lines if n.read_as("ru")])))
        for (language, capitals), tagger in self._taggers.items():
            mine = [
                n
                for n in lines
                if n.capitals == capitals and (n.language == language or (n.mixed and language == "kk"))
            ]
            yield from tagger.spans(text, list(_paragraphs(text, mine)))


def _blocks(lines: Sequence[Line]) -> Iterator[_Range]:
    """Yield ranges of neighbouring lines, each about `_BLOCK` characters."""
    start = end = -1
    for line in lines:
        if start >= 0 and (line.start != end + 1 or line.end - start > _BLOCK):
            yield start, end
            start = -1
        start = line.start if start < 0 else start
        end = line.end
    if start >= 0:
        yield start, end


def _paragraphs(text: str, lines: Sequence[Line]) -> Iterator[_Range]:
    """Yield ranges of lines that one sentence may run over; short lines stand alone."""
    start = end = -1
    for line in lines:
        wraps = start >= 0 and line.start == end + 1 and end - text.rfind("\n", 0, end) > _WRAPPED
        if start >= 0 and not (wraps and line.end - start <= _BLOCK):
            yield start, end
            start = -1
        start = line.start if start < 0 else start
        end = line.end
    if start >= 0:
        yield start, end
