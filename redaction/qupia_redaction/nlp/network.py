"""A small convolutional network that reads labels of words: the second opinion beside the taggers' random fields.

Each word is the sum of the vectors of its features (`features`), filed by hashes of their names; layers look at
neighbours. Only numpy is needed. All runs of a text are read at once, as one row of words with gaps between runs.
`redaction/training/train.py` writes the files.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qupia_redaction.nlp.features import own_features

Floats = NDArray[np.float32]
Rows = list[list[float]]
REACH = (1, 2)
"""How far each of the inner layers looks to both sides."""

GAP = max(REACH)
"""Empty places between two runs, so that no layer sees the neighbouring run."""

_CACHED = 4096  # words; a KB each
_SMALLEST = 1e-5


def row_of(feature: str, rows: int) -> int:
    """Return the place of a feature's vector; 0 is nobody's."""
    return zlib.crc32(feature.encode()) % (rows - 1) + 1


def normal(values: Floats) -> Floats:
    """Return each row with mean 0 and variance 1."""
    centred = values - values.mean(axis=-1, keepdims=True)
    spread = np.einsum("ij,ij->i", centred, centred)[:, None] / values.shape[-1]
    shown: Floats = centred / np.sqrt(spread + _SMALLEST)
    return shown


def beside(values: Floats, reach: int) -> Floats:
    """Return each row with the rows so far before and behind it, side by side; beyond the ends stand zeros."""
    before, after = np.zeros_like(values), np.zeros_like(values)
    before[reach:], after[:-reach] = values[:-reach], values[reach:]
    return np.concatenate([before, values, after], axis=1)


def softmax(values: Floats) -> Floats:
    """Return probabilities by row."""
    powers = np.exp(values - values.max(axis=1, keepdims=True))
    shares: Floats = powers / powers.sum(axis=1, keepdims=True)
    return shares


class Network:
    """One network, loaded.

    Args:
        parts: the arrays of a model file, by name.

    Attributes:
        labels: what the columns of the probabilities mean.
    """

    def __init__(self, parts: Mapping[str, NDArray[Any]]) -> None:
        self.labels = tuple(str(label) for label in parts["labels"])
        self._vectors, self._scales = parts["vectors"], parts["scales"].astype(np.float32)
        self._weights = {
            name: parts[name].astype(np.float32) for name in parts if name not in {"labels", "vectors", "scales"}
        }
        self._word = lru_cache(maxsize=_CACHED)(self._read_word)
        self._columns = lru_cache(maxsize=2)(self._order)

    def probabilities(self, runs: Sequence[Sequence[str]], capitals: bool, labels: Sequence[str]) -> list[Rows]:
        """Return, for each run of words, a row of probabilities a word.

        Args:
            runs: words and marks as they stand; none is empty.
            capitals: the text is typed in CAPITALS.
            labels: the order of the columns; what the network does not know is never so.
        """
        starts = np.cumsum([GAP, *(len(run) + GAP for run in runs)]).tolist()
        filled = np.zeros((starts[-1], 1), dtype=np.float32)
        entered = np.zeros((starts[-1], 3, len(self._weights["enter_bias"])), dtype=np.float32)
        for start, run in zip(starts, runs, strict=False):  # the last one is the end
            filled[start : start + len(run)] = 1
            entered[start : start + len(run)] = [self._word(word, capitals) for word in run]
        shares = self._layers(entered, filled)
        shares = shares[:, self._columns(tuple(labels))]
        return [shares[start : start + len(run)].tolist() for start, run in zip(starts, runs, strict=False)]

    def _layers(self, entered: Floats, filled: Floats) -> Floats:
        """Return probabilities by word and gap, and a column of zeros."""
        weights = self._weights
        state = entered[:, 1] + weights["enter_bias"]
        state[1:] += entered[:-1, 0]
        state[:-1] += entered[1:, 2]
        state = np.maximum(state, 0) * filled
        for number, reach in enumerate(REACH):
            seen = beside(normal(state) * filled, reach)
            state = state + np.maximum(seen @ weights[f"inner{number}"] + weights[f"inner{number}_bias"], 0) * filled
        shares = softmax(normal(state) @ weights["leave"] + weights["leave_bias"])
        return np.concatenate([shares, np.zeros_like(shares[:, :1])], axis=1)

    def _order(self, labels: tuple[str, ...]) -> NDArray[np.int64]:
        """Return where each label's column is; the last column is that of labels nobody knows."""
        known = {label: number for number, label in enumerate(self.labels)}
        return np.array([known.get(label, len(known)) for label in labels])

    def _read_word(self, word: str, capitals: bool) -> Floats:
        """Return what a word tells the word behind it, itself and the word before it."""
        at = [row_of(feature, len(self._vectors)) for feature in own_features(word, capitals)]
        summed = (self._vectors[at] * self._scales[at, None]).sum(axis=0, keepdims=True, dtype=np.float32)
        told: Floats = (normal(summed) @ self._weights["enter"]).reshape(3, -1)
        return told


def packed(parts: Mapping[str, NDArray[Any]]) -> bytes:
    """Return the bytes of a model file: the same arrays give the same bytes."""
    held = io.BytesIO()
    np.savez(held, **parts)  # type: ignore[arg-type]  # names are no options
    return held.getvalue()


def unpacked(held: bytes) -> Network:
    """Read a model file."""
    with np.load(io.BytesIO(held), allow_pickle=False) as parts:
        return Network({name: parts[name] for name in parts.files})


def rounded(vectors: Floats) -> tuple[NDArray[np.int8], Floats]:
    """Return vectors as small whole numbers, and what one is worth in each row."""
    scales = np.maximum(np.abs(vectors).max(axis=1), _SMALLEST) / 127
    return np.rint(vectors / scales[:, None]).astype(np.int8), scales.astype(np.float32)
