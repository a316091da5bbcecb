"""Read the widths that fonts state, thousandths of an em by code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pikepdf

from qupia_redaction.faults import UnknownContent

_MAX_SPAN = 65_536
_USUAL = (880.0, -1000.0)


@dataclass(frozen=True, slots=True)
class Heights:
    """How letters that are written downwards lie, thousandths of an em.

    Attributes:
        usual: height of the place where a letter begins above its line, and the way to the next one.
        own: the way to the next letter, and where a letter begins, by CID; others begin in the middle of their width.
    """

    usual: tuple[float, float] = _USUAL
    own: Mapping[int, tuple[float, float, float]] = field(default_factory=dict)


def simple_widths(font: pikepdf.Object) -> dict[int, float]:
    """Return the widths of a simple font by code."""
    first = int(font.get("/FirstChar", 0))
    return {first + index: float(width) for index, width in enumerate(font["/Widths"].as_list())}


def cid_widths(font: pikepdf.Object) -> tuple[dict[int, float], float]:
    """Return the widths of a descendant font by CID, and the width of all others.

    Raises:
        UnknownContent: the list is broken.
    """
    found: dict[int, float] = {}
    entries = list(font["/W"].as_list()) if "/W" in font else []
    index = 0
    while index + 1 < len(entries):
        first, second = int(entries[index]), entries[index + 1]
        if isinstance(second, pikepdf.Array):
            found.update({first + i: float(w) for i, w in enumerate(second.as_list())})
            index += 2
        elif index + 2 < len(entries) and 0 <= int(second) - first <= _MAX_SPAN:
            width = float(entries[index + 2])
            found.update(dict.fromkeys(range(first, int(second) + 1), width))
            index += 3
        else:
            raise UnknownContent
    return found, float(font.get("/DW", 1000))


def cid_heights(font: pikepdf.Object) -> Heights:
    """Return how the letters of a descendant font lie when they are written downwards.

    Raises:
        UnknownContent: the list is broken.
    """
    found: dict[int, tuple[float, float, float]] = {}
    entries = list(font["/W2"].as_list()) if "/W2" in font else []
    while entries:
        first, second = int(entries.pop(0)), entries.pop(0) if entries else None
        if isinstance(second, pikepdf.Array):
            numbers = [float(number) for number in second.as_list()]
            found.update({first + i: _three(numbers[3 * i :]) for i in range(len(numbers) // 3)})
        elif second is not None and 0 <= int(second) - first <= _MAX_SPAN:
            found.update(dict.fromkeys(range(first, int(second) + 1), _three([float(entry) for entry in entries[:3]])))
            entries = entries[3:]
        else:
            raise UnknownContent
    usual = [float(number) for number in font["/DW2"].as_list()] if "/DW2" in font else list(_USUAL)
    return Heights((usual[0], usual[1]), found)


def _three(numbers: list[float]) -> tuple[float, float, float]:
    if len(numbers) < 3:
        raise UnknownContent
    return numbers[0], numbers[1], numbers[2]
