"""Lines whose place follows from the width of another one, which bears a name: blocks at the right margin.

The eighth part of the attack on widths (`width_masters`): compared by what is set again, not by bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tests.support.width_type import LEFT, RIGHT, ROW, at, centred, flush, width

_TOP = 720.0


def _flush_left(lines: Sequence[str]) -> str:
    """Set lines that begin where the longest one must begin to end at the margin."""
    x = RIGHT - max(map(width, lines))
    return "".join(at(text, x, _TOP - ROW * row) for row, text in enumerate(lines)) + at("ЗАЯВЛЕНИЕ", LEFT, 620)


def _addressed(name: str) -> str:
    return _flush_left(("Директору завода имени Кирова", f"от слесаря {name}", "проживающего в Алматы"))


def _several(name: str) -> str:
    return _flush_left(("Кому:", name, f"копия: {name}"))


def _approved(name: str) -> str:
    """Set lines on the middle of the longest one, which ends at the margin."""
    lines = ("УТВЕРЖДАЮ", f"Директор {name}", "3 марта 1987 г.")
    middle = RIGHT - max(map(width, lines)) / 2
    return "".join(centred(text, middle, _TOP - ROW * row) for row, text in enumerate(lines))


def _flush_right(name: str) -> str:
    lines = ("Председателю комиссии", "архивного управления", f"гр. {name},", "тел. 22-33-44")
    return "".join(flush(text, RIGHT, _TOP - ROW * row) for row, text in enumerate(lines))


BLOCKS: dict[str, Callable[[str], str]] = {
    "block at the right": _addressed,
    "block at the right, name in two lines": _several,
    "block at the right on its middle": _approved,
    "block that ends at the right": _flush_right,
}
"""Lines that stand where a name made them stand."""
