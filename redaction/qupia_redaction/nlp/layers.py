"""The layers of slovnet's tagger with less copying: the same sums of the same numbers, laid out as they lie in memory.

slovnet gathers the neighbours of each word number by number, which costs more than the sums themselves. Here words
with their neighbours are pieces of one array, copied whole. Sums are added in another order: scores differ in their
last digits from slovnet's, tags do not.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import as_strided

Floats = npt.NDArray[np.float32]


class Embedding:
    """Vectors of words out of their codes, and of shapes beside them.

    Args:
        layer: slovnet's, with its numbers.
    """

    def __init__(self, layer: Any) -> None:
        codes = layer.word.codes.array
        parts, centroids, chunk = codes.shape
        self._indexes, self._shapes = layer.word.indexes.array, layer.shape.weight.array
        self._codes = np.ascontiguousarray(codes.reshape(parts * centroids, chunk))
        self._begins = np.arange(parts) * centroids
        self._wide = parts * chunk

    def __call__(self, words: npt.NDArray[np.int64], shapes: npt.NDArray[np.int64]) -> Floats:
        """Return runs x words x numbers of words and shapes by their numbers."""
        places = self._indexes[words] + self._begins
        vectors = self._codes.take(places, axis=0).reshape(*words.shape, self._wide)
        return np.concatenate((vectors, self._shapes[shapes]), axis=-1)


class Convolution:
    """One layer: words with their neighbours, what is below nothing cut off, brought to scale.

    Args:
        layer: slovnet's, with its numbers.
    """

    def __init__(self, layer: Any) -> None:
        weight = layer.conv.weight.array  # filters x numbers x neighbours
        self._filters, _, self._near = weight.shape
        self._weight = np.ascontiguousarray(weight.transpose(2, 1, 0).reshape(-1, self._filters))
        self._bias, self._beside = layer.conv.bias.array, int(layer.conv.padding)
        norm = layer.norm
        self._scale = (norm.mean.array, norm.std.array, norm.weight.array, norm.bias.array)

    def __call__(self, runs: Floats, padding: npt.NDArray[np.bool_]) -> Floats:
        """Return runs x words x filters; zeros where there is padding."""
        many, long, wide = runs.shape
        row = np.zeros((many, long + 2 * self._beside, wide), np.float32)
        row[:, self._beside : self._beside + long] = runs
        whole, step, _ = row.strides
        near = as_strided(row, (many, long, self._near * wide), (whole, step, row.itemsize), writeable=False)
        shown = near.reshape(many * long, self._near * wide) @ self._weight
        shown += self._bias
        np.maximum(shown, 0, out=shown)
        mean, spread, weight, bias = self._scale
        shown -= mean
        shown /= spread
        shown *= weight
        shown += bias
        shown[padding.reshape(-1)] = 0
        filtered: Floats = shown.reshape(many, long, self._filters)
        return filtered


class Layers:
    """The whole net: numbers of words in, scores of tags out.

    Args:
        model: slovnet's tagger of names, with its numbers.
    """

    def __init__(self, model: Any) -> None:
        self._embedding = Embedding(model.emb)
        self._convolutions = [Convolution(layer) for layer in model.encoder.layers]
        self._head = model.head

    def scores(self, inputs: Any) -> Floats:
        """Return runs x words x tags.

        Args:
            inputs: as slovnet's encoder makes them.
        """
        shown = self._embedding(inputs.word_id, inputs.shape_id)
        for convolution in self._convolutions:
            shown = convolution(shown, inputs.pad_mask)
        scores: Floats = self._head(shown)
        return scores
