"""Vectors of Russian words that come with natasha (navec, MIT), read so that they take 32 MB instead of 112.

The package keeps its 250,000 words as strings in two dictionaries and a list, once for the vectors and once more for
the tagger of names. Here they stay the sorted bytes that they are in the file, and both ask them.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from functools import lru_cache
from gzip import GzipFile
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from navec import Navec
from navec.meta import Meta
from navec.pq import PQ
from navec.tar import Tar

_EMBEDDING = "data/emb/navec_news_v1_1B_250K_300d_100q.tar"
_UNKNOWN, _PADDING = "<unk>", "<pad>"
_NUMBER_BYTES = 4
_CACHED = 8192
_STEP = 64
"""Of so many words one is kept as it is, to find the others by: 0.2 MB."""


class SortedWords:
    """Numbers of words: `get`, `in` and `[]` for the vectors, `encode` for the tagger.

    Args:
        text: the words in order of their bytes, one a line, then `<unk>` and `<pad>`.

    Attributes:
        unk_id, pad_id: the numbers of those two.
    """

    def __init__(self, text: bytes) -> None:
        self._text = text
        breaks = np.flatnonzero(np.frombuffer(text, np.uint8) == ord("\n")).astype(np.uint32)
        self._breaks = array("I", breaks.tobytes())
        self.unk_id, self.pad_id = len(breaks) - 1, len(breaks)
        if (self._word(self.unk_id), self._word(self.pad_id)) != (_UNKNOWN.encode(), _PADDING.encode()):
            raise ValueError("the list of words does not end as it should")
        self._marks = [self._word(at) for at in range(0, self.unk_id, _STEP)]
        self._number = lru_cache(maxsize=_CACHED)(self._search)

    def __len__(self) -> int:
        return self.pad_id + 1

    def __contains__(self, word: str) -> bool:
        return self._number(word) is not None

    def __getitem__(self, word: str) -> int:
        number = self._number(word)
        if number is None:
            raise KeyError
        return number

    def encode(self, word: str) -> int:
        """Return the number of a word in small letters, or that of `<unk>`."""
        number = self._number(word)
        return self.unk_id if number is None else number

    def _search(self, word: str) -> int | None:
        wanted = word.encode("utf-8", "replace")
        mark = max(0, bisect_right(self._marks, wanted) - 1) * _STEP
        near = range(mark, min(mark + _STEP, self.unk_id))
        at = mark + bisect_left(near, wanted, key=self._word)
        if at < self.unk_id and self._word(at) == wanted:
            return at
        return {_UNKNOWN: self.unk_id, _PADDING: self.pad_id}.get(word)

    def _word(self, number: int) -> bytes:
        start = self._breaks[number - 1] + 1 if number else 0
        return self._text[start : self._breaks[number]] if number < len(self._breaks) else self._text[start:]


class _Vectors(PQ):  # type: ignore[misc]  # navec is not typed
    """Vectors without their lengths and the products of all with all: nobody asks how alike words are."""

    def precompute(self) -> None:
        self.qdims = np.arange(self.qdim)


@lru_cache(maxsize=1)
def embedding() -> Navec:
    """Return the vectors, read once: the Russian tagger shares them."""
    with Tar(str(natasha_home() / _EMBEDDING)) as tar:
        meta = Meta.from_file(tar.load("meta.json"))
        words = GzipFile(mode="rb", fileobj=tar.load("vocab.bin"))
        many = int.from_bytes(words.read(_NUMBER_BYTES), "little")
        words.read(many * _NUMBER_BYTES)  # how often each was met
        return Navec(meta, SortedWords(words.read()), _Vectors.from_file(tar.load("pq.bin")))


def natasha_home() -> Path:
    """Return the folder of the natasha package.

    Raises:
        ModuleNotFoundError: it is not installed.
    """
    spec = find_spec("natasha")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("natasha is not installed")
    return Path(spec.submodule_search_locations[0])
