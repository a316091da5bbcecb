"""A trained tagger of names: conditional random fields over word features (`features`), with probabilities.

What is most likely is one thing, what must not be left visible another: a word that is a person with a small
probability is reported too, with that probability.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import pycrfsuite

from qupia_redaction.nlp.features import TOKEN, features
from qupia_redaction.nlp.network import Network, unpacked
from qupia_redaction.nlp.shares import FLOOR, NOTHING, Alone, Shares, Together

PERSON = "PER"
TAGGED = "crf"
_LIKELY = 0.5  # what stands in the most likely reading is worth so much, however many others there are


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
        second: a network that is asked, too; the mean of both probabilities counts.

    Attributes:
        second: the same.
    """

    def __init__(self, model: bytes, capitals: bool, second: Network | None = None) -> None:
        self._model: Any = pycrfsuite.Tagger()
        self._model.open_inmemory(model)
        self._bytes = model  # the engine reads it in place
        self._capitals = capitals
        self._known: list[str] = self._model.labels()
        self.second = second
        self._kinds: dict[str, list[str]] = {}
        for label in self._known:
            self._kinds.setdefault(label[2:], []).append(label)

    def spans(self, text: str, ranges: Sequence[tuple[int, int]]) -> Iterator[Span]:
        """Yield the entities in ranges of a text; each range is read as one run of words."""
        runs = [tokens for start, end in ranges if (tokens := [m.span() for m in TOKEN.finditer(text, start, end)])]
        words = [[text[start:end] for start, end in tokens] for tokens in runs]
        for tokens, shares in zip(runs, self._shares(words), strict=True):
            yield from _likely(tokens, shares)
            yield from _possible(tokens, shares, [kind for kind in self._kinds if kind])

    def _shares(self, runs: Sequence[Sequence[str]]) -> Iterator[Shares]:
        second = self.second.probabilities(runs, self._capitals, self._known) if self.second and runs else ()
        for number, words in enumerate(runs):
            self._model.set(features(words, self._capitals))
            if second:
                yield Together(self._known, self._model.marginal, second[number])
            else:
                yield Alone(self._model.tag(), self._kinds, self._model.marginal)


def _likely(tokens: Sequence[_Token], shares: Shares) -> Iterator[Span]:
    """Yield the entities of the most likely reading; the weakest word gives the probability."""
    labels, first = shares.labels, 0
    for at in range(1, len(tokens) + 1):
        if at == len(tokens) or not _goes_on(labels[at - 1], labels[at]):
            kind = labels[first][2:]
            if kind:
                score = min(shares.of(kind, n) for n in range(first, at))
                yield Span(
                    tokens[first][0], tokens[at - 1][1], kind, max(score, _LIKELY * (kind == PERSON)), True, TAGGED
                )
            first = at


def _possible(tokens: Sequence[_Token], shares: Shares, kinds: Sequence[str]) -> Iterator[Span]:
    """Yield runs of words that are nothing of a kind most likely, but may be."""
    first, held, scores = 0, "", [0.0]
    for at in range(len(tokens) + 1):
        kind, score = _guess(shares, at, kinds) if at < len(tokens) else ("", 0.0)
        if kind == held:
            scores.append(score)
            continue
        if held:
            yield Span(tokens[first][0], tokens[at - 1][1], held, max(scores), False, TAGGED)
        first, held, scores = at, kind, [score]


def _guess(shares: Shares, at: int, kinds: Sequence[str]) -> tuple[str, float]:
    """Return what a word may be beside its most likely reading: a person rather than another kind."""
    label, rest = shares.labels[at], 1 - shares.of("", at)
    if rest < FLOOR or label[2:] == PERSON:
        return "", 0.0
    person = shares.of(PERSON, at)
    if person >= FLOOR and (person >= rest / 2 or label[2:] or rest < shares.other_floor):
        return PERSON, person
    if label == NOTHING and rest >= shares.other_floor:
        return max(((kind, shares.of(kind, at)) for kind in kinds), key=lambda pair: pair[1])
    return (PERSON, person) if person >= FLOOR else ("", 0.0)


def _goes_on(label: str, following: str) -> bool:
    return following[:2] == "I-" and label[2:] == following[2:]


def load_tagger(name: str, capitals: bool) -> Tagger:
    """Load a shipped model by the name of its file without the ending, and the network beside it if there is one."""
    model = resources.files(__package__).joinpath(f"models/{name}.crf")
    return Tagger(model.read_bytes(), capitals, network_beside(model))


def network_beside(model: Traversable) -> Network | None:
    """Load the network of a model's language, if there is one: it reads texts as they are and in CAPITALS."""
    name = model.name.removesuffix(".crf").removesuffix("-capitals")
    beside = model.parent if isinstance(model, Path) else resources.files(__package__).joinpath("models")
    file = beside.joinpath(f"{name}.npz")
    return unpacked(file.read_bytes()) if file.is_file() else None
