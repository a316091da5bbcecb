"""Drop of a picture's samples what no viewer shows: indices of one colour become one, low bytes of 16 bits go. Pure.

Attack: a name written in an index whose colour is the paper's, or in the low bytes of its greys. The page shows nothing
of it, and whoever decodes the stream reads it. Limits: colours that differ by a shade, inks that a tint function
ignores.
"""

from __future__ import annotations

_INDICES = {1, 2, 4, 8}


def one_index_a_colour(data: bytes, bits: int, table: bytes, wide: int) -> bytes:
    """Return samples in which indices of the same colour are the first of them; others as they are.

    Args:
        data: rows of indices, each filled up to whole bytes.
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
    shown = [firsts[min(index, last)] for index in range(1 << bits)]
    places, every = range(0, 8, bits), (1 << bits) - 1
    return data.translate(bytes(sum(shown[byte >> at & every] << at for at in places) for byte in range(256)))


def high_bytes(data: bytes) -> bytes:
    """Return samples of 8 bits for those of 16."""
    return data[::2]
