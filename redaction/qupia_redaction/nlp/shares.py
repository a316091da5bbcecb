"""Probabilities of labels, word by word: what the random field says alone, or what it and the network say together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import log
from typing import Protocol

NOTHING = "O"
FLOOR = 0.01
"""A word that is anything at all with a smaller probability is nothing."""

_SMALLEST = 1e-9
_IMPOSSIBLE = float("-inf")
Marginal = Callable[[str, int], float]


class Shares(Protocol):
    """What a run of words may be.

    Attributes:
        other_floor: a word that is nothing most likely is reported where something else is at least so probable.
    """

    other_floor: float

    @property
    def labels(self) -> Sequence[str]:
        """The most likely reading."""

    def of(self, kind: str, at: int) -> float:
        """Return how probable it is that a word is of a kind; the empty kind is nothing."""


class Alone:
    """What the random field says.

    Args:
        labels: its most likely reading.
        kinds: the labels of each kind.
        marginal: returns the probability of a label at a word.
    """

    other_floor = 0.15

    def __init__(self, labels: Sequence[str], kinds: dict[str, list[str]], marginal: Marginal) -> None:
        self.labels, self._kinds, self._marginal = labels, kinds, marginal

    def of(self, kind: str, at: int) -> float:
        """Return how probable it is that a word is of a kind; the empty kind is nothing."""
        return float(sum(self._marginal(label, at) for label in self._kinds[kind]))


class Together:
    """The mean of what the field and the network say. Words that are nothing to both cost one question.

    Args:
        known: all labels.
        marginal: the field's probability of a label at a word.
        second: the network's, a row a word in the order of `known`.
    """

    other_floor = 1.0  # what is no person is told by the likeliest reading alone

    def __init__(self, known: Sequence[str], marginal: Marginal, second: Sequence[Sequence[float]]) -> None:
        nothing = known.index(NOTHING)
        self._kinds = _places(known)
        self._rows: dict[int, list[float]] = {}
        for at, row in enumerate(second):
            if 1 - (marginal(NOTHING, at) + row[nothing]) / 2 >= FLOOR:
                self._rows[at] = [(marginal(label, at) + p) / 2 for label, p in zip(known, row, strict=True)]
        self.labels = [NOTHING] * len(second)
        for first, rows in _neighbours(self._rows):
            for number, label in enumerate(_decoded(rows, known)):
                self.labels[first + number] = known[label]

    def of(self, kind: str, at: int) -> float:
        """Return how probable it is that a word is of a kind; the empty kind is nothing."""
        row = self._rows.get(at)
        if row is None:
            return 0.0 if kind else 1.0
        return sum(row[n] for n in self._kinds[kind])


def _places(known: Sequence[str]) -> dict[str, list[int]]:
    places: dict[str, list[int]] = {}
    for number, label in enumerate(known):
        places.setdefault(label[2:], []).append(number)
    return places


def _neighbours(rows: dict[int, list[float]]) -> list[tuple[int, list[list[float]]]]:
    """Return the rows of neighbouring words together, each run with its first place."""
    runs: list[tuple[int, list[list[float]]]] = []
    for at, row in rows.items():
        if runs and runs[-1][0] + len(runs[-1][1]) == at:
            runs[-1][1].append(row)
        else:
            runs.append((at, [row]))
    return runs


def _decoded(rows: Sequence[Sequence[float]], known: Sequence[str]) -> list[int]:
    """Return the likeliest labels in which nothing goes on that has not begun."""
    inner = {number: _before(label, known) for number, label in enumerate(known) if label.startswith("I-")}
    scores = [_IMPOSSIBLE if number in inner else log(p + _SMALLEST) for number, p in enumerate(rows[0])]
    paths: list[list[int]] = []
    for row in rows[1:]:
        best = max(range(len(known)), key=scores.__getitem__)
        path = [max(inner[n], key=scores.__getitem__) if n in inner else best for n in range(len(known))]
        scores = [scores[path[number]] + log(p + _SMALLEST) for number, p in enumerate(row)]
        paths.append(path)
    labels = [max(range(len(known)), key=scores.__getitem__)]
    for path in reversed(paths):
        labels.append(path[labels[-1]])
    return labels[::-1]


def _before(label: str, known: Sequence[str]) -> list[int]:
    """Return the labels behind which an entity of this kind goes on."""
    return [number for number, other in enumerate(known) if other[2:] == label[2:]]
