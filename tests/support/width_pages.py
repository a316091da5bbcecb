"""Whole stretches of a page that depend on a name: prose in lines and columns, and tables drawn cell by cell.

The fifth part of the attack on widths (`width_masters`).
"""

from __future__ import annotations

from collections.abc import Callable

from tests.support.width_type import LEFT, RIGHT, ROW, SIZE, at, centred, codes, width

_ABOVE = "Комиссия в составе трёх человек рассмотрела дело и нашла, что"
_BELOW = "просьба его подлежит удовлетворению, о чём и сделана запись."


def _words(text: str) -> list[tuple[str, float]]:
    """Return the words of a line that is stretched between the margins, with their places."""
    words, x, placed = text.split(), 0.0, []
    gap = (RIGHT - LEFT - sum(map(width, words))) / (len(words) - 1)
    for word in words:
        placed.append((word, x))
        x += width(word) + gap
    return placed


def _moved(name: str) -> str:
    """Move from word to word of a stretched paragraph by widths that are rounded, from line to line as well."""
    out, last = f"BT /F {SIZE} Tf {LEFT} 700 Td\n", 0.0
    for row, text in enumerate((_ABOVE, f"работу {name} ведёт в срок", _BELOW)):
        for index, (word, x) in enumerate(_words(text)):
            out += f"{x - last:.2f} {-ROW if row and not index else 0} Td {codes(word)} Tj\n"
            last = x
    return out + "ET\n"


def _columns(name: str) -> str:
    """Set two columns of prose; whether all lines of the first are long depends on the name."""
    left = ("Настоящий договор заключён", "в городе Алматы сроком на", f"год, {name}", "обязуется явиться на место",
            "работы своевременно и без", "опозданий, а также вести")  # fmt: skip
    right = ("Работодатель обязан платить", "сумму до первого числа всех", "следующих за отчётным дней",
             "и выдавать справки обо всём", "что касается работы в цехе", "и не требовать лишнего дня")  # fmt: skip
    columns = ((LEFT, left), (310.0, right))
    return "".join(at(text, x, 700 - ROW * row, 9) for x, lines in columns for row, text in enumerate(lines))


def _boxes(name: str) -> str:
    """Centre the cells of two rows in frames of their own, which names almost fill."""
    cells = ((100, 200, name, 690), (300, 150, "слесарь", 690), (100, 200, "вакансия", 670), (300, 150, "кузнец", 670))
    frames = "".join(f"{x} {y} {wide} 20 re S " for x, wide, _, y in cells)
    return f".5 w {frames}\n" + "".join(centred(text, x + wide / 2, y + 6) for x, wide, text, y in cells)


def _under_long(name: str) -> str:
    """Centre a caption that is far longer than the name under it, near the right edge of the page."""
    caption = "(фамилия, имя, отчество при наличии, как в удостоверении)"
    return at(name, 434, 700, 9) + centred(caption, 434 + width(name, 9) / 2, 690, 5)


PAGES: dict[str, Callable[[str], str]] = {
    "stretched prose, moves rounded": _moved,
    "two columns of prose": _columns,
    "centred in frames": _boxes,
    "long caption near the edge": _under_long,
}

ROUNDED = frozenset({"stretched prose, moves rounded"})
"""Pages on which lines that stay begin a hair apart before the output is written: their bytes alone can be compared."""
