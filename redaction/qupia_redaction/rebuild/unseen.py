"""Drop of a picture's samples what no viewer shows: indices of one colour, low bytes, shades of a ground. Pure.

Attack: a name written in an index whose colour is the paper's, in the low bytes of its greys, or in a shade that
differs from the paper by less than an eye tells. The page shows nothing of it, and whoever decodes the stream reads it.
So what is nearly a colour of which much of the picture consists becomes that colour. Limits: shades within photographs,
JPEG.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

_FAINT = 4
_EDGE, _TILE = 2, 32
_GROUND_SHARE = 0.1
_LOOKED_AT = 200_003
_AT_ONCE = 1 << 20
_MOST_INKS = 4
_KEYED = 255

_INDICES = {1, 2, 4, 8}


@dataclass(frozen=True, slots=True)
class Palette:
    """What the indices of a picture show.

    Attributes:
        table: colours, one behind the other.
        wide: bytes of a colour.
        keyed: indices that show nothing.
        shades: colours that differ by little look alike; where functions mix inks nobody knows.
    """

    table: bytes = field(repr=False)
    wide: int
    keyed: range = range(0)
    shades: bool = True


def one_index_a_colour(data: bytes, bits: int, palette: Palette) -> bytes:
    """Return samples in which indices of the same colour are the first of them, or the ground that they nearly are.

    Args:
        data: rows of indices, each filled up to whole bytes.
        bits: of an index.
        palette: what they show.
    """
    table, wide, keyed = palette.table, palette.wide, palette.keyed
    colours = [table[at : at + wide] for at in range(0, len(table) - wide + 1, wide)][: 1 << min(bits, 8)]
    if bits not in _INDICES or not colours:
        return data
    first: dict[bytes, int] = {}
    shown = [keyed.start if index in keyed else first.setdefault(colour, index) for index, colour in enumerate(colours)]
    if palette.shades:
        shown = _grounded(shown, colours, _counted(data, bits, shown), keyed)
    return data if shown == list(range(len(colours))) else _renumbered(data, bits, shown)


def _grounded(shown: Sequence[int], colours: Sequence[bytes], counts: npt.NDArray[np.int64], keyed: range) -> list[int]:
    """Return what shows each index when those of nearly the colour of a ground are the ground."""
    table = np.array([list(colour) for colour in colours], np.int16)
    grounds: list[int] = []
    for one in map(int, np.argsort(-counts, kind="stable")):
        if counts[one] < _GROUND_SHARE * counts.sum():
            break
        if one not in keyed and not any(_is_near(table[one], table[other]) for other in grounds):
            grounds.append(one)
    return [
        next((g for g in grounds if index not in keyed and _is_near(table[index], table[g])), index) for index in shown
    ]


def _is_near(one: npt.NDArray[np.int16], other: npt.NDArray[np.int16]) -> bool:
    return bool((np.abs(one - other) <= _FAINT).all())


def _renumbered(data: bytes, bits: int, shown_by: Sequence[int]) -> bytes:
    """Return samples with each index replaced."""
    last = len(shown_by) - 1  # a greater index shows the last colour
    shown = [shown_by[min(index, last)] for index in range(1 << bits)]
    places, every = range(0, 8, bits), (1 << bits) - 1
    return data.translate(bytes(sum(shown[byte >> at & every] << at for at in places) for byte in range(256)))


def _counted(data: bytes, bits: int, shown: Sequence[int]) -> npt.NDArray[np.int64]:
    """Count the samples by the index that shows them; those beyond the table are its last."""
    bytewise = np.bincount(np.frombuffer(data, np.uint8), minlength=256)
    every, last = np.arange(256), len(shown) - 1
    counts = np.zeros(len(shown), np.int64)
    for place in range(0, 8, bits):
        indices = np.minimum(every >> place & ((1 << bits) - 1), last)
        np.add.at(counts, np.asarray(shown)[indices], bytewise)
    return counts


def flat_grounds(data: bytes, wide: int, across: int, keyed: Sequence[tuple[int, int]] = ()) -> bytes:
    """Return samples of 8 bits in which what is nearly the colour of a ground is the ground.

    Beside any other colour shades stay where they are few for what is seen around them: they are its soft edge, and the
    page shows them. Limit: shades below a pattern that fills a third of what is around them.

    Args:
        data: rows of samples.
        wide: samples of a colour; of more than four the data stay as they are.
        across: colours of a row.
        keyed: the least and the most of each sample of the colours that show nothing.
    """
    if wide > _MOST_INKS or not 0 < wide * across <= len(data):
        return data
    pixels = np.frombuffer(data, np.uint8, len(data) // (wide * across) * wide * across).reshape(-1, wide).copy()
    key = np.clip(np.array(keyed if len(keyed) == wide else [(1, 0)] * wide, np.int16), 0, 255).astype(np.uint8)
    grounds = [ground for ground in _grounds(pixels) if not _within(ground[None], key).all()]
    spans = [
        (np.stack((np.maximum(one, _FAINT) - _FAINT, np.minimum(one, 255 - _FAINT) + _FAINT), 1)) for one in grounds
    ]
    nearest = np.zeros(len(pixels), np.uint8)
    for start in range(0, len(pixels), _AT_ONCE):
        part, near = pixels[start : start + _AT_ONCE], nearest[start : start + _AT_ONCE]
        hidden = _within(part, key)
        for at, span in enumerate(spans, start=1):
            near[_within(part, span) & ~hidden] = at
        part[hidden], near[hidden] = key[:, 0], _KEYED
    seen, shade = (nearest == 0).reshape(-1, across), np.zeros(len(pixels), np.bool_)
    for at, ground in enumerate(grounds, start=1):
        shade |= (nearest == at) & ~_within(pixels, np.stack((ground, ground), 1))
    edges = _beside(seen) & shade.reshape(-1, across)
    edges &= _tiles(edges, edges.shape) < 2 * _tiles(seen, edges.shape)
    nearest[edges.ravel()] = 0
    for at, ground in enumerate(grounds, start=1):
        pixels[nearest == at] = ground
    return pixels.tobytes() + data[pixels.size :]


def _beside(seen: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Return what lies within a soft edge of what is seen, by rows and columns."""
    level, near = seen.copy(), seen.copy()
    for at in range(1, _EDGE + 1):
        level[:, at:] |= seen[:, :-at]
        level[:, :-at] |= seen[:, at:]
    near |= level
    for at in range(1, _EDGE + 1):
        near[at:] |= level[:-at]
        near[:-at] |= level[at:]
    return near


def _tiles(flags: npt.NDArray[np.bool_], size: tuple[int, int]) -> npt.NDArray[np.int32]:
    """Count flags by square parts of a picture, and give each of its pixels the count of its part."""
    down, across = (np.arange(0, side, _TILE) for side in size)
    counts = np.add.reduceat(np.add.reduceat(flags, down, axis=0, dtype=np.int32), across, axis=1)
    return counts.repeat(_TILE, axis=0)[: size[0]].repeat(_TILE, axis=1)[:, : size[1]]


def _within(pixels: npt.NDArray[np.uint8], span: npt.NDArray[np.uint8]) -> npt.NDArray[np.bool_]:
    """Tell of each pixel whether all its samples lie between the first and the second number of their row."""
    found = np.ones(len(pixels), np.bool_)
    for ink, (low, high) in enumerate(span):
        found &= (pixels[:, ink] >= low) & (pixels[:, ink] <= high)
    return found


def _grounds(pixels: npt.NDArray[np.uint8]) -> list[npt.NDArray[np.uint8]]:
    """Return the colours of which much consists, the most frequent first, none a shade of another."""
    some = pixels[:: max(len(pixels) // _LOOKED_AT | 1, 1)]
    packed = np.zeros(len(some), np.uint32)
    for ink in range(some.shape[1]):
        packed = packed << np.uint32(8) | some[:, ink]
    _, at, counts = np.unique(packed, return_index=True, return_counts=True)
    found: list[npt.NDArray[np.uint8]] = []
    for one in np.argsort(-counts, kind="stable"):
        if counts[one] < _GROUND_SHARE * len(some):
            break
        colour = some[at[one]].copy()
        if all(int(np.abs(colour.astype(np.int16) - other).max()) > _FAINT for other in found):
            found.append(colour)
    return found


def high_bytes(data: bytes) -> bytes:
    """Return samples of 8 bits for those of 16."""
    return data[::2]
