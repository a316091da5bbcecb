"""Take groups out of a stream in which nothing is drawn any more: their clips and colours tell what was there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import pikepdf

_DRAWS = frozenset("S s f F f* B B* b b* sh Do Tj TJ ' \"".split()) | {"INLINE IMAGE"}

T = TypeVar("T", bound="pikepdf.ContentStreamInstruction | pikepdf.ContentStreamInlineImage")


def draws(instruction: pikepdf.ContentStreamInstruction | pikepdf.ContentStreamInlineImage) -> bool:
    """Tell whether an instruction can leave a trace on the page by itself."""
    return str(instruction.operator) in _DRAWS


def without_empty_groups(instructions: Sequence[T]) -> list[T]:
    """Return the instructions without groups, text objects and closing operators that draw nothing."""
    out: list[T] = []
    opened: list[tuple[str, int, bool]] = []  # operator, where it stands in `out`, whether something was drawn since
    for instruction in instructions:
        operator = str(instruction.operator)
        if operator in {"q", "BT"}:
            opened.append((operator, len(out), False))
        elif draws(instruction):
            opened = [(kind, at, True) for kind, at, _ in opened]
        elif operator in {"Q", "ET"} and opened and opened[-1][0] == {"Q": "q", "ET": "BT"}[operator]:
            kind, at, drawn = opened.pop()
            if not drawn:
                out[at:] = [] if kind == "q" else _state(out[at + 1 :])
                continue
        out.append(instruction)
    return out


def _state(inner: Sequence[T]) -> list[T]:
    """Return what a text object without letters leaves behind for others: fonts, colours, spacing."""
    return [i for i in inner if str(i.operator) not in {"Td", "TD", "Tm", "T*"}]
