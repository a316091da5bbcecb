"""Join pictures that lie side by side: tiles, strips and letters of their own are one picture to the eye."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from qupia_redaction.model import Box

_NEAR = 2.0
_LETTER = 30.0
_SHARE = 0.4
_MANY = 3_000


def clusters(boxes: Sequence[Box]) -> list[Box]:
    """Return boxes around groups of neighbours, from top to bottom; without more than `_MANY` boxes to compare."""
    groups: list[Box] = []
    for box in sorted(dict.fromkeys(boxes), key=lambda b: (b.y0, b.x0)):
        near = [group for group in groups[-_MANY:] if _touches(group, box)]
        groups = [group for group in groups if group not in near]
        groups.append(_around([*near, box]))
    while len(merged := _once(groups)) < len(groups):
        groups = merged
    return groups


def stretches(told: npt.NDArray[Any], apart: float) -> Iterator[tuple[int, int]]:
    """Yield where a row of flags is set, first and behind the last; gaps up to `apart` do not part a stretch."""
    places = np.flatnonzero(told)
    if not places.size:
        return
    cuts = np.flatnonzero(np.diff(places) > apart) + 1
    for part in np.split(places, cuts):
        yield int(part[0]), int(part[-1]) + 1


def _once(groups: Sequence[Box]) -> list[Box]:
    out: list[Box] = []
    for group in groups:
        near = [other for other in out if _touches(other, group)]
        out = [other for other in out if other not in near]
        out.append(_around([*near, group]))
    return out


def _touches(one: Box, other: Box) -> bool:
    """Tell whether two boxes meet, or nearly: small ones may have a word's gap between them."""
    low = min(one.y1 - one.y0, other.y1 - other.y0)
    aside = max(_NEAR, _SHARE * low) if low <= _LETTER else _NEAR
    return (
        one.x0 - aside < other.x1 and other.x0 < one.x1 + aside
        and one.y0 - _NEAR < other.y1 and other.y0 < one.y1 + _NEAR
    )  # fmt: skip


def _around(boxes: Sequence[Box]) -> Box:
    return Box(min(b.x0 for b in boxes), min(b.y0 for b in boxes), max(b.x1 for b in boxes), max(b.y1 for b in boxes))
