"""Read the widths that fonts state, thousandths of an em by code."""

from __future__ import annotations

import pikepdf

from qupia_redaction.faults import UnknownContent

_MAX_SPAN = 65_536


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
