"""Teach a network of `qupia_redaction.nlp.network`: losses, their slopes, and steps. Only numpy; seeds are fixed."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qupia_redaction.nlp.features import own_features
from qupia_redaction.nlp.network import GAP, REACH, Floats, Network, beside, normal, rounded, row_of, softmax

Numbers = NDArray[np.int64]
Run = tuple[Sequence[str], Sequence[str], bool]
"""Words, labels, and whether they are typed in CAPITALS."""

_LEXICAL = "wm"  # features that name the word or its stem
_SMOOTH = 0.02  # of a label's share goes to all labels
_FIRST, _SECOND, _TINY = 0.9, 0.999, 1e-8  # Adam's
_WARM = 200  # steps until the pace is full


@dataclass(frozen=True, slots=True)
class Plan:
    """Sizes and pace of a training."""

    rows: int = 32768
    wide: int = 64
    inner: int = 96
    rounds: int = 8
    batch: int = 48
    pace: float = 3e-3
    decay: float = 0.01
    forget: float = 0.4
    forget_words: float = 0.15
    seed: int = 7


@dataclass(slots=True)
class Batch:
    """Some runs as arrays."""

    features: Numbers  # a row a word, 0 beyond the last feature
    place: Numbers  # of each word among words and gaps
    filled: Floats
    labels: Numbers


@dataclass(slots=True)
class Learner:
    """A network that learns.

    Args:
        labels: what it tells apart.
        plan: sizes and pace.
    """

    labels: Sequence[str]
    plan: Plan
    weights: dict[str, Floats] = field(init=False)
    _rng: np.random.Generator = field(init=False)
    _known: dict[tuple[str, bool], tuple[Numbers, NDArray[np.bool_]]] = field(init=False, default_factory=dict)
    _moments: dict[str, tuple[Floats, Floats]] = field(init=False)
    _steps: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        plan, many = self.plan, len(self.labels)
        self._rng = np.random.default_rng(plan.seed)
        shapes = {"vectors": (plan.rows, plan.wide), "enter": (plan.wide, 3 * plan.inner), "leave": (plan.inner, many)}
        shapes |= {f"inner{n}": (3 * plan.inner, plan.inner) for n in range(len(REACH))}
        spread = {"vectors": 0.1}
        self.weights = {
            name: self._rng.normal(0, spread.get(name, (2 / shape[0]) ** 0.5), shape).astype(np.float32)
            for name, shape in shapes.items()
        }
        self.weights["vectors"][0] = 0
        for name, size in (
            ("enter", plan.inner),
            ("leave", many),
            *((f"inner{n}", plan.inner) for n in range(len(REACH))),
        ):
            self.weights[f"{name}_bias"] = np.zeros(size, dtype=np.float32)
        self._moments = {name: (np.zeros_like(w), np.zeros_like(w)) for name, w in self.weights.items()}

    def learn(self, runs: Sequence[Run]) -> Iterator[float]:
        """Go over all runs as often as the plan says; yield the mean loss of each round."""
        order = random.Random(self.plan.seed)  # noqa: S311  # variety, not a secret
        total = self.plan.rounds * -(-len(runs) // self.plan.batch)
        for _ in range(self.plan.rounds):
            shuffled = order.sample(list(runs), len(runs))
            losses = []
            for at in range(0, len(shuffled), self.plan.batch):
                loss, slopes = self.slopes(self.batch(shuffled[at : at + self.plan.batch]))
                self._step(slopes, total)
                losses.append(loss)
            yield float(np.mean(losses))

    def parts(self) -> dict[str, NDArray[Any]]:
        """Return the arrays of a model file."""
        vectors, scales = rounded(self.weights["vectors"])
        rest = {name: w.astype(np.float16) for name, w in self.weights.items() if name != "vectors"}
        return {"labels": np.array(self.labels), "vectors": vectors, "scales": scales.astype(np.float16), **rest}

    def network(self) -> Network:
        """Return the network as it is by now."""
        return Network(self.parts())

    def batch(self, runs: Sequence[Run]) -> Batch:
        """Return runs as arrays; some words are told without their names, so that the rest of what is known counts."""
        told = [self._features(word, capitals) for words, _, capitals in runs for word in words]
        wide = max(len(rows) for rows, _ in told)
        features = np.zeros((len(told), wide), dtype=np.int64)
        forgotten = self._rng.random(len(told)) < self.plan.forget_words
        for number, (rows, lexical) in enumerate(told):
            features[number, : len(rows)] = np.where(lexical, 0, rows) if forgotten[number] else rows
        lengths = [len(words) for words, *_ in runs]
        starts = np.cumsum([GAP, *(n + GAP for n in lengths)])
        place = np.concatenate([np.arange(s, s + n) for s, n in zip(starts[:-1], lengths, strict=True)])
        filled = np.zeros((starts[-1], 1), dtype=np.float32)
        filled[place] = 1
        known = {label: number for number, label in enumerate(self.labels)}
        labels = np.array([known[label] for _, row, _ in runs for label in row])
        return Batch(features, place, filled, labels)

    def _features(self, word: str, capitals: bool) -> tuple[Numbers, NDArray[np.bool_]]:
        if (word, capitals) not in self._known:
            own = own_features(word, capitals)
            rows = np.array([row_of(feature, self.plan.rows) for feature in own])
            self._known[word, capitals] = rows, np.array([feature[0] in _LEXICAL for feature in own])
        return self._known[word, capitals]

    def _keep(self, shape: tuple[int, ...]) -> Floats:
        """Return what to multiply with so that a share is forgotten and the rest speaks louder."""
        kept = self._rng.random(shape, dtype=np.float32) >= self.plan.forget
        return (kept / (1 - self.plan.forget)).astype(np.float32)

    def slopes(self, batch: Batch) -> tuple[float, dict[str, Floats]]:
        """Return the loss of a batch and how it changes with each weight."""
        weights, filled, inner = self.weights, batch.filled, self.plan.inner
        summed = weights["vectors"][batch.features].sum(axis=1)
        known = normal(summed)
        keep_known = self._keep(known.shape)
        dropped = known * keep_known
        told = np.zeros((len(filled), 3 * inner), dtype=np.float32)
        told[batch.place] = dropped @ weights["enter"]
        entered = _gathered(told, inner) + weights["enter_bias"]
        state = np.maximum(entered, 0) * filled
        states, seen, opened = [state], [], []
        for number, reach in enumerate(REACH):
            seen.append(beside(normal(state) * filled, reach))
            opened.append(seen[-1] @ weights[f"inner{number}"] + weights[f"inner{number}_bias"])
            state = state + np.maximum(opened[-1], 0) * filled
            states.append(state)
        last = state[batch.place]
        keep_last = self._keep(last.shape)
        left: Floats = normal(last) * keep_last
        shares = softmax(left @ weights["leave"] + weights["leave_bias"])
        loss, slope = _loss(shares, batch.labels)

        found = {"leave": left.T @ slope, "leave_bias": slope.sum(axis=0)}
        back = np.zeros_like(state)
        back[batch.place] = _normal_back(last, slope @ weights["leave"].T * keep_last)
        for number, reach in reversed(list(enumerate(REACH))):
            through = back * filled * (opened[number] > 0)
            found[f"inner{number}"] = seen[number].T @ through
            found[f"inner{number}_bias"] = through.sum(axis=0)
            spread = _beside_back(through @ weights[f"inner{number}"].T, reach) * filled
            back = back + _normal_back(states[number], spread)
        back = back * filled * (entered > 0)
        found["enter_bias"] = back.sum(axis=0)
        given = _gathered_back(back)[batch.place]
        found["enter"] = dropped.T @ given
        found["vectors"] = _normal_back(summed, given @ weights["enter"].T * keep_known)
        return loss, {**found, "vectors": self._by_row(batch.features, found["vectors"])}

    def _by_row(self, features: Numbers, slopes: Floats) -> Floats:
        """Return slopes of the vectors: each feature of a word gets the word's."""
        order = np.argsort(features, axis=None, kind="stable")
        rows = features.ravel()[order]
        first = np.flatnonzero(np.r_[True, rows[1:] != rows[:-1]])
        summed = np.zeros_like(self.weights["vectors"])
        summed[rows[first]] = np.add.reduceat(slopes[order // features.shape[1]], first, axis=0)
        summed[0] = 0
        return summed

    def _step(self, slopes: dict[str, Floats], total: int) -> None:
        """Change the weights: Adam, with less pace towards the end; vectors that were not met stay."""
        self._steps += 1
        length = float(np.sqrt(sum(float((s * s).sum()) for s in slopes.values())))
        pace = self.plan.pace * min(1, self._steps / _WARM) * max(0.02, 1 - self._steps / total)
        for name, slope in slopes.items():
            met = np.flatnonzero(slope.any(axis=1)) if name == "vectors" else slice(None)
            one = slope[met] * min(1, 5 / max(length, _TINY))
            first, second = self._moments[name]
            first[met] = _FIRST * first[met] + (1 - _FIRST) * one
            second[met] = _SECOND * second[met] + (1 - _SECOND) * one * one
            mean, square = first[met] / (1 - _FIRST**self._steps), second[met] / (1 - _SECOND**self._steps)
            weight = self.weights[name]
            weight[met] -= pace * (mean / (np.sqrt(square) + _TINY) + self.plan.decay * weight[met])


def _loss(shares: Floats, labels: Numbers) -> tuple[float, Floats]:
    """Return the mean loss of shares and its slope by the values before `softmax`."""
    wanted = np.full_like(shares, _SMOOTH / shares.shape[1])
    wanted[np.arange(len(labels)), labels] += 1 - _SMOOTH
    loss = -float((wanted * np.log(shares + 1e-9)).sum()) / len(labels)
    return loss, (shares - wanted) / np.float32(len(labels))


def _gathered(told: Floats, inner: int) -> Floats:
    """Return what each place is told by the word before it, its own and the one behind it."""
    state = told[:, inner : 2 * inner].copy()
    state[1:] += told[:-1, :inner]
    state[:-1] += told[1:, 2 * inner :]
    return state


def _gathered_back(slopes: Floats) -> Floats:
    before, after = np.zeros_like(slopes), np.zeros_like(slopes)
    before[:-1], after[1:] = slopes[1:], slopes[:-1]
    return np.concatenate([before, slopes, after], axis=1)


def _beside_back(slopes: Floats, reach: int) -> Floats:
    before, own, after = np.split(slopes, 3, axis=1)
    summed: Floats = own.copy()
    summed[:-reach] += before[reach:]
    summed[reach:] += after[:-reach]
    return summed


def _normal_back(values: Floats, slopes: Floats) -> Floats:
    """Return slopes by what `normal` was given, from those by what it returned."""
    centred = values - values.mean(axis=-1, keepdims=True)
    scale = np.sqrt((centred * centred).mean(axis=-1, keepdims=True) + 1e-5)
    shown = centred / scale
    rest = slopes - slopes.mean(axis=-1, keepdims=True) - shown * (slopes * shown).mean(axis=-1, keepdims=True)
    back: Floats = rest / scale
    return back
