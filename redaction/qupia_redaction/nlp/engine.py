"""The NLP engine under presidio: lines with languages, words, and Russian NER (natasha's slovnet model).

No spaCy model, nothing downloaded: the model and its embeddings are inside the natasha package. Loaded once, in a
worker process. natasha's own `MorphVocab` needs pkg_resources and is not used.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from navec import Navec
from presidio_analyzer.nlp_engine import NlpArtifacts, NlpEngine
from slovnet import NER
from spacy.tokens import Doc
from spacy.vocab import Vocab

from qupia_redaction.nlp.case import restore_case
from qupia_redaction.nlp.words import Line, Word, split_lines, split_words

_NER = "data/model/slovnet_ner_news_v1.tar"
_EMBEDDING = "data/emb/navec_news_v1_1B_250K_300d_100q.tar"
_BLOCK = 1200  # characters a NER input; longer ones cost memory, shorter ones lose context


@dataclass(frozen=True, slots=True)
class Span:
    """A named entity of the NER: PER, LOC or ORG."""

    start: int
    end: int
    kind: str


class Reading(NlpArtifacts):
    """What the engine read: lines, words and entities of one text."""

    def __init__(self, engine: LineEngine, lines: list[Line], words: list[Word], spans: list[Span]) -> None:
        super().__init__([], engine.no_tokens, [], [], engine, "mul", [])
        self.lines = lines
        self.words = words
        self.spans = spans


class LineEngine(NlpEngine):
    """Reads a text line by line; languages may change at every line.

    Args:
        language: the one language name under which presidio's registry knows our recognizers.
    """

    def __init__(self, language: str) -> None:
        self._language = language
        self._ner: Any = None
        self.no_tokens = Doc(Vocab())

    def load(self) -> None:
        """Load NER model and embeddings from the installed package (about 1 s, 170 MB)."""
        home = _natasha_home()
        self._ner = NER.load(str(home / _NER))
        self._ner.navec(Navec.load(str(home / _EMBEDDING)))

    def is_loaded(self) -> bool:
        """Tell whether the model is in memory."""
        return self._ner is not None

    def process_text(self, text: str, language: str) -> Reading:  # noqa: ARG002  # presidio's signature
        """Split into lines and words, and find entities."""
        lines = split_lines(text)
        return Reading(self, lines, split_words(text, lines), list(self._entities(text, lines)))

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
        blocks = list(_blocks(lines))
        inputs = [restore_case(text[start:end]) for start, end in blocks]
        for (start, _end), markup in zip(blocks, self._ner.map(inputs), strict=True):
            for span in markup.spans:
                yield Span(start + span.start, start + span.stop, span.type)


def _blocks(lines: list[Line]) -> Iterator[tuple[int, int]]:
    """Yield ranges of consecutive lines, each about `_BLOCK` characters; English lines go with the rest."""
    start = end = -1
    for line in lines:
        if start >= 0 and line.end - start > _BLOCK:
            yield start, end
            start = -1
        start = line.start if start < 0 else start
        end = line.end
    if start >= 0:
        yield start, end


def _natasha_home() -> Path:
    spec = find_spec("natasha")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("natasha is not installed")
    return Path(spec.submodule_search_locations[0])
