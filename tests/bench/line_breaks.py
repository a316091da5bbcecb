"""How much the places of line breaks still tell about a hidden name.

Lines below a mark are not wrapped anew, so the word that begins the next line says how long the line above it was. A
paragraph is wrapped as a word processor does (as many words a line as fit), once for every name, with the name at each
word of its second line; what can be told is the entropy of the words that end its lines, in bits, beside the
entropy of the name itself.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from tests.support.width_type import names, width

_TEXT = (
    "По документам архивного фонда районного исполнительного комитета установлено что действительно проживал и работал "
    "в колхозе с весны до поздней осени и получал зерно за трудодни наравне с другими членами артели как указано в "
    "ведомости за год и в книге протоколов общего собрания"
).split()
_COLUMN = 480.0
_BLANK = 3.8
_LINE = 9


def run() -> Iterator[dict[str, Any]]:
    """Yield what breaks tell: the mean and the most over the places in the line, and how many names share the least."""
    known = sorted(set(names()))
    widths = [width(name) for name in known]
    rest = [width(word) for word in _TEXT]
    told, fewest = [], len(known)
    for place in range(_LINE, 2 * _LINE):
        breaks = Counter(_ends(rest, place, wide) for wide in widths)
        told.append(_entropy(list(breaks.values())))
        fewest = min(fewest, *breaks.values())
    yield {
        "names": len(known),
        "bits_of_a_name": round(math.log2(len(known)), 1),
        "bits_told_mean": round(sum(told) / len(told), 2),
        "bits_told_most": round(max(told), 2),
        "fewest_names_that_break_alike": fewest,
    }


def _ends(rest: Sequence[float], place: int, wide: float) -> tuple[int, ...]:
    """Return at which words the lines behind the name end."""
    ends: list[int] = []
    x = 0.0
    for number, word in enumerate([*rest[:place], wide, *rest[place:]]):
        if x and x + word > _COLUMN:
            ends.append(number)
            x = 0.0
        x += word + _BLANK
    return tuple(end for end in ends if end > place)


def _entropy(counts: Sequence[int]) -> float:
    whole = sum(counts)
    return -sum(count / whole * math.log2(count / whole) for count in counts)
