"""Lines whose place follows from the width of a name in another one: blocks at the right margin, what hangs behind it.

The eighth part of the attack on widths (`width_masters`): compared by what is set again, not by bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tests.support.width_type import KEPT, LEFT, RIGHT, ROW, at, centred, flush, width

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


def _says(name: str) -> str:
    """Begin the lines of what somebody said under its first word."""
    x = LEFT + width(f"{name}: ")
    said = ("Прошу перенести вопрос", "на другое заседание,", "не все прочли дело.")
    return at(f"{name}:", LEFT, _TOP) + "".join(at(text, x, _TOP - ROW * row) for row, text in enumerate(said))


def _says_with(name: str) -> str:
    """Name the bearer in what was said, too."""
    return _says(name) + at(f"Тогда {name} вышел,", LEFT + width(f"{name}: "), _TOP - 3 * ROW)


def _put_in(name: str) -> str:
    """Write a small word above one behind the name."""
    x = LEFT + width(f"Гражданин {name} ")
    return at(f"Гражданин {name} {KEPT}", LEFT, _TOP) + at("временно", x, _TOP + 10, 7)


def _leader(name: str) -> str:
    """Fill lines with dots in the run of their words, up to numbers at the margin."""
    rows = (("Введение", "3"), (f"Личное дело: {name}", "17"), ("Указатель имён", "134"))
    out = ""
    for row, (text, number) in enumerate(rows):
        dots = int((RIGHT - LEFT - width(text + number)) / width("."))
        out += at(text + "." * dots, LEFT, _TOP - ROW * row) + flush(number, RIGHT, _TOP - ROW * row)
    return out


BLOCKS: dict[str, Callable[[str], str]] = {
    "block at the right": _addressed,
    "block at the right, name in two lines": _several,
    "block at the right on its middle": _approved,
    "lines that hang behind a name": _says,
    "lines that hang behind a name and name it": _says_with,
    "small word above the line": _put_in,
    "leader up to a number": _leader,
    "block that ends at the right": _flush_right,
}
"""Lines that stand where a name made them stand."""
