"""What the words of a clause are about, by vectors of Russian words that come with natasha's tagger (navec, MIT).

A small net over the mean of the vectors tells how private a clause is: words that nobody wrote down for the model of
clauses stand near words that somebody did. Its weights come from `training/train_clauses.py`. Words without a vector
say nothing; how many of a clause's words have one is told beside the score.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from math import sqrt
from typing import Any

import numpy as np
import numpy.typing as npt

from qupia_redaction.nlp.vectors import embedding

_LEAST_LETTERS = 3
Vector = npt.NDArray[np.float64]


class Meanings:
    """The net: vectors summed, a layer of `tanh`, a score.

    Attributes of the mapping: `inner` (a row a unit, rounded), `shift`, `outer`, `bias`.
    """

    def __init__(self, weights: Mapping[str, Any]) -> None:
        self._inner = np.array(weights["inner"], float)
        self._shift = np.array(weights["shift"], float)
        self._outer = np.array(weights["outer"], float)
        self._bias = float(weights["bias"])
        self._projected = lru_cache(maxsize=16384)(self._project)

    def score(self, words: Sequence[str]) -> tuple[float, float]:
        """Return how private words sound (log odds, 0 for none known), and the share of words that have a vector."""
        long = [w for w in words if len(w) >= _LEAST_LETTERS and not w.isdigit()]
        known = [shown for shown in map(self._projected, long) if shown is not None]
        if not known:
            return 0.0, 0.0
        inner = np.tanh(sum(known) / sqrt(len(known)) + self._shift)
        return float(inner @ self._outer) + self._bias, len(known) / len(long)

    def _project(self, word: str) -> Vector | None:
        vector = vector_of(word)
        return None if vector is None else self._inner @ vector


def vector_of(word: str) -> Vector | None:
    """Return the vector of a word at length 1, or None where the list does not have it."""
    vectors = embedding()
    low = word.lower().replace("ё", "е")
    if low not in vectors:
        return None
    vector = np.asarray(vectors[low], float)
    return vector / float(np.linalg.norm(vector))
