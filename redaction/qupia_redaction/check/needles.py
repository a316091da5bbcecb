"""Look for many byte strings in one pass: pictures are megabytes and secrets have a dozen encodings each."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

_HEAD = 4


class Needles:
    """Byte strings to look for.

    Args:
        needles: what to look for; none is shorter than four bytes.

    Raises:
        ValueError: one is shorter.
    """

    def __init__(self, needles: Sequence[bytes]) -> None:
        if any(len(needle) < _HEAD for needle in needles):
            raise ValueError("needle")
        self._by_head: dict[bytes, list[bytes]] = {}
        for needle in needles:
            self._by_head.setdefault(needle[:_HEAD], []).append(needle)
        self._first, self._second = np.zeros(1 << 16, dtype=bool), np.zeros(1 << 16, dtype=bool)
        for head in self._by_head:
            self._first[head[0] << 8 | head[1]] = True
            self._second[head[2] << 8 | head[3]] = True

    def stand_in(self, block: bytes) -> bool:
        """Tell whether any of them stands in a block."""
        if not self._by_head or len(block) < _HEAD:
            return False
        values = np.frombuffer(block, dtype=np.uint8).astype(np.uint16)
        pairs = values[:-1] << 8 | values[1:]
        hits = np.flatnonzero(self._first.take(pairs[:-2]))
        hits = hits[self._second.take(pairs.take(hits + 2))]
        return any(
            block.startswith(needle, at)
            for at in hits.tolist()
            for needle in self._by_head.get(block[at : at + _HEAD], ())
        )
