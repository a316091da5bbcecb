"""A trained tagger of names: conditional random fields over word features (`features`), with probabilities.

What is most likely is one thing, what must not be left visible another: a word that is a person with a small
probability is reported too, with that probability.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

import pycrfsuite

from qupia_redaction.nlp.features import TOKEN, features

PERSON = "PER"
TAGGED = "crf"
_LIKELY = 0.5  # what stands in the most likely reading is worth so much, however many others there are
_NOTHING = "O"
FLOOR = 0.01
"""A word that is a person with a smaller probability is not reported."""

OTHER_FLOOR = 0.15
"""A word that is nothing most likely is reported where something else is at least so probable."""


@dataclass(frozen=True, slots=True)
class Span:
    """A named entity.

    Attributes:
        start, end: where.
        kind: PER, LOC, ORG, or another kind of the model.
        score: probability, 0 to 1.
        best: it is the most likely reading; False for a person that is only possible.
        source: the model that saw it.
    """

    start: int
    end: int
    kind: str
    score: float = 0.85
    best: bool = True
    source: str = "natasha"


_Token = tuple[int, int]


class Tagger:
    """One model, loaded. Not thread-safe.

    Args:
        model: the bytes of a CRFsuite model.
        capitals: the model reads texts typed in CAPITALS.
    """

    def __init__(self, model: bytes, capitals: bool) -> None:
        self._model: Any = pycrfsuite.Tagger()
        self._model.open_inmemory(model)
        self._capitals = capitals
        self._bytes = model  # the engine reads it in place
        self._labels: dict[str, list[str]] = {}
        for label in self._model.labels():
            self._labels.setdefault(label[2:], []).append(label)

    def spans(self, text: str, ranges: Sequence[tuple[int, int]]) -> Iterator[Span]:
        """Yield the entities in ranges of a text; each range is read as one run of words."""
        for start, end in ranges:
            tokens = [match.span() for match in TOKEN.finditer(text, start, end)]
            if tokens:
                yield from self._run(text, tokens)

    def _run(self, text: str, tokens: list[_Token]) -> Iterator[Span]:
        words = [text[start:end] for start, end in tokens]
        self._model.set(features(words, self._capitals))
        labels = self._model.tag()
        yield from self._likely(tokens, labels)
        yield from self._possible(tokens, labels)

    def _likely(self, tokens: Sequence[_Token], labels: Sequence[str]) -> Iterator[Span]:
        """Yield the entities of the most likely reading; the weakest word gives the probability."""
        first = 0
        for at in range(1, len(tokens) + 1):
            if at == len(tokens) or not _goes_on(labels[at - 1], labels[at]):
                kind = labels[first][2:]
                if kind:
                    score = min(self._probability(kind, n) for n in range(first, at))
                    yield Span(
                        tokens[first][0], tokens[at - 1][1], kind, max(score, 0.5 * (kind == PERSON)), True, TAGGED
                    )
                first = at

    def _possible(self, tokens: Sequence[_Token], labels: Sequence[str]) -> Iterator[Span]:
        """Yield runs of words that are nothing of a kind most likely, but may be."""
        first, held, scores = 0, "", [0.0]
        for at in range(len(tokens) + 1):
            kind, score = self._guess(labels[at], at) if at < len(tokens) else ("", 0.0)
            if kind == held:
                scores.append(score)
                continue
            if held:
                yield Span(tokens[first][0], tokens[at - 1][1], held, max(scores), False, TAGGED)
            first, held, scores = at, kind, [score]

    def _guess(self, label: str, at: int) -> tuple[str, float]:
        """Return what a word may be beside its most likely reading: a person rather than another kind."""
        rest = 1 - self._probability("", at)
        if rest < FLOOR or label[2:] == PERSON:
            return "", 0.0
        person = self._probability(PERSON, at)
        if person >= FLOOR and (person >= rest / 2 or label[2:] or rest < OTHER_FLOOR):
            return PERSON, person
        if label == _NOTHING and rest >= OTHER_FLOOR:
            return max(((k, self._probability(k, at)) for k in self._labels if k), key=lambda pair: pair[1])
        return (PERSON, person) if person >= FLOOR else ("", 0.0)

    def _probability(self, kind: str, at: int) -> float:
        return float(sum(self._model.marginal(label, at) for label in self._labels[kind]))


def _goes_on(label: str, following: str) -> bool:
    return following[:2] == "I-" and label[2:] == following[2:]


def load_tagger(name: str, capitals: bool) -> Tagger:
    """Load a shipped model by the name of its file without the ending."""
    return Tagger(resources.files(__package__).joinpath(f"models/{name}.crf").read_bytes(), capitals)
