"""Drop of a picture's samples what no viewer shows: indices of one colour become one, low bytes of 16 bits go. Pure.

Attack: a name written in an index whose colour is the paper's, or in the low bytes of its greys. The page shows nothing
of it, and whoever decodes the stream reads it. Limits: colours that differ by a shade, inks that a tint function
ignores.
"""

from __future__ import annotations

import numpy as np

_INDICES = {1, 2, 4, 8}


def one_index_a_colour(data: bytes, shape: tuple[int, int], bits: int, table: bytes, wide: int) -> bytes:
    """Return samples in which indices of the same colour are the first of them; others as they are.

    Args:
        data: rows of indices, each filled up to whole bytes.
        shape: width and height, pixels.
        bits: of an index.
        table: colours, one behind the other.
        wide: bytes of a colour.
    """
    colours = [table[at : at + wide] for at in range(0, len(table) - wide + 1, wide)][: 1 << min(bits, 8)]
    first: dict[bytes, int] = {}
    firsts = [first.setdefault(colour, index) for index, colour in enumerate(colours)]
    if bits not in _INDICES or len(first) == len(colours):
        return data
    last = len(colours) - 1  # a greater index shows the last colour
    known = np.array([firsts[min(index, last)] for index in range(1 << bits)], np.uint8)
    rows = np.frombuffer(data, np.uint8).reshape(shape[1], -1)
    places = np.unpackbits(rows, axis=1).reshape(shape[1], -1, bits)
    indices = np.packbits(places, axis=2)[:, :, 0] >> (8 - bits)
    told = np.unpackbits(known[indices][:, :, None], axis=2)[:, :, 8 - bits :]
    return np.packbits(told.reshape(shape[1], -1), axis=1).tobytes()


def high_bytes(data: bytes) -> bytes:
    """Return samples of 8 bits for those of 16."""
    return data[::2]
