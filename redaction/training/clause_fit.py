"""Fit the three parts of the model of clauses: weights of words, the net over meanings, weights of surroundings.

Always the same result on one machine: a seeded order, no threads needed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import sqrt
from typing import Any

import numpy as np
import numpy.typing as npt

from qupia_redaction.nlp.meanings import vector_of

Example = tuple[list[str], bool, float]
"""Features, whether private, and how much it counts."""
Told = tuple[list[str], bool, float]
"""Words, whether private, and how much it counts."""
Numbers = npt.NDArray[np.floating[Any]]

_ROUNDS, _RATE, _SMALL, _BATCH = 12, 0.125, 0.01, 16
_UNITS, _NET_ROUNDS, _NET_BATCH, _NET_RATE = 24, 15, 128, 0.009
_NET_SMALL_INNER, _NET_SMALL_OUTER = 1e-3, 2e-4
_STEPS, _RIDGE = 60, 1e-3
_MOST = 30.0
_LEAST_LETTERS = 3


def fit_words(rows: Sequence[Example]) -> tuple[dict[str, float], float]:
    """Return weights and bias of a logistic regression, by adaptive steps over small batches."""
    index: dict[str, int] = {}
    numbers = [np.array([index.setdefault(f, len(index)) for f in shown]) for shown, _, _ in rows]
    private, counts = np.array([r[1] for r in rows], float), np.array([r[2] for r in rows])
    weights, squares, bias = np.zeros(len(index)), np.ones(len(index)), 0.0
    order, rng = np.arange(len(rows)), np.random.default_rng(7)
    for _ in range(_ROUNDS):
        rng.shuffle(order)
        for at in range(0, len(order), _BATCH):
            picked = order[at : at + _BATCH]
            flat = np.concatenate([numbers[i] for i in picked])
            own = np.repeat(np.arange(len(picked)), [len(numbers[i]) for i in picked])
            score = bias + np.bincount(own, weights[flat], len(picked))
            step = counts[picked] * (private[picked] - _likely(score))
            bias += 0.02 * float(step.sum())
            slope = step[own] - _SMALL * weights[flat]
            which, back = np.unique(flat, return_inverse=True)
            squares[which] += np.bincount(back, slope * slope)
            weights[which] += _RATE * np.bincount(back, slope) / np.sqrt(squares[which])
    return {feature: float(weights[i]) for feature, i in index.items()}, bias


def fit_meanings(rows: Sequence[Told]) -> Mapping[str, Any]:
    """Return the weights of `nlp.meanings.Meanings`."""
    vectors = [(_vector(words), float(private), counts) for words, private, counts in rows]
    known = [(v, private, counts) for v, private, counts in vectors if v is not None]
    shown, private, counts = np.stack([r[0] for r in known]), np.array([r[1] for r in known]), [r[2] for r in known]
    net = _Net(shown.shape[1])
    order, rng = np.arange(len(known)), np.random.default_rng(3)
    weight = np.array(counts)
    for turn in range(_NET_ROUNDS):
        rng.shuffle(order)
        for at in range(0, len(order), _NET_BATCH):
            picked = order[at : at + _NET_BATCH]
            net.step(shown[picked], private[picked], weight[picked], _NET_RATE / (1 + 0.3 * turn))
    return net.weights()


def fit_surroundings(rows: Sequence[tuple[Sequence[float], bool, float]]) -> list[float]:
    """Return the weights of surroundings: a ridge logistic regression, the last number is constant."""
    shown, private = np.array([r[0] for r in rows]), np.array([r[1] for r in rows], float)
    counts = np.array([r[2] for r in rows])
    mean, spread = shown.mean(0), shown.std(0) + 1e-6
    mean[-1], spread[-1] = 0.0, 1.0
    scaled, share = (shown - mean) / spread, counts / counts.sum()
    weights = np.zeros(shown.shape[1])
    for _ in range(_STEPS):
        likely = _likely(scaled @ weights)
        slope = scaled.T @ ((likely - private) * share) + _RIDGE * weights
        bend = (scaled * (likely * (1 - likely) * share)[:, None]).T @ scaled + _RIDGE * np.eye(len(weights))
        weights = weights - np.linalg.solve(bend, slope)
    plain = weights / spread
    plain[-1] -= float((plain * mean)[:-1].sum())
    return [round(float(w), 3) for w in plain]


def _likely(score: Numbers) -> Numbers:
    return 1 / (1 + np.exp(-np.clip(score, -_MOST, _MOST)))


def _vector(words: Sequence[str]) -> Numbers | None:
    long = [vector_of(w) for w in words if len(w) >= _LEAST_LETTERS and not w.isdigit()]
    known = [v for v in long if v is not None]
    return np.sum(known, 0) / sqrt(len(known)) if known else None


class _Net:
    """One layer of `tanh`, trained with Adam."""

    def __init__(self, width: int) -> None:
        rng = np.random.default_rng(3)
        inner, outer = rng.normal(0, 0.1, (width, _UNITS)), rng.normal(0, 0.3, _UNITS)
        self._parts: list[Numbers] = [inner, np.zeros(_UNITS), outer, np.zeros(1)]
        self._first = [np.zeros_like(p) for p in self._parts]
        self._second = [np.zeros_like(p) for p in self._parts]
        self._steps = 0

    def step(self, shown: Numbers, private: Numbers, counts: Numbers, rate: float) -> None:
        inner, shift, outer, bias = self._parts
        hidden = np.tanh(shown @ inner + shift)
        wrong = counts * (_likely(hidden @ outer + bias) - private) / len(shown)
        back = np.outer(wrong, outer) * (1 - hidden * hidden)
        slopes = [
            shown.T @ back + _NET_SMALL_INNER * inner,
            back.sum(0),
            hidden.T @ wrong + _NET_SMALL_OUTER * outer,
            np.array([wrong.sum()]),
        ]
        self._steps += 1
        for at, slope in enumerate(slopes):
            self._first[at] = 0.9 * self._first[at] + 0.1 * slope
            self._second[at] = 0.999 * self._second[at] + 0.001 * slope * slope
            scale = np.sqrt(self._second[at] / (1 - 0.999**self._steps)) + 1e-8
            self._parts[at] = self._parts[at] - rate * self._first[at] / (1 - 0.9**self._steps) / scale

    def weights(self) -> Mapping[str, Any]:
        inner, shift, outer, bias = (np.round(part, 3).tolist() for part in (self._parts[0].T, *self._parts[1:]))
        return {"inner": inner, "shift": shift, "outer": outer, "bias": bias[0]}
