"""Tables whose columns are as wide as their widest cell, that of a name among them, as word processors fit them.

The sixth part of the attack on widths (`width_masters`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import accumulate, pairwise

from tests.support.width_type import LEFT, WIDE, at, centred, flush, width

_HEAD = ("№", "ФИО", "Должность", "Год")
_PAD, _HIGH, _TOP = 5.4, 20.0, 714.0

Rows = Sequence[Sequence[str]]


def _rows(name: str) -> Rows:
    return _HEAD, ("1", name, "слесарь", "1987"), ("2", "вакансия", "токарь", "1988"), ("3", "нет", "кузнец", "1990")


def _bounds(rows: Rows, left: float = LEFT, pad: float = _PAD) -> list[float]:
    """Return the bounds of columns that are as wide as their widest cell."""
    widths = [max(map(width, column)) + 2 * pad for column in zip(*rows, strict=True)]
    return list(accumulate([left, *widths]))


def _strokes(bounds: Sequence[float], rows: int) -> str:
    """Return rules along all rows and columns."""
    bottom = _TOP - _HIGH * rows
    upright = "".join(f"{x:.3f} {bottom} m {x:.3f} {_TOP} l S\n" for x in bounds)
    level = "".join(
        f"{bounds[0]:.3f} {_TOP - _HIGH * r} m {bounds[-1]:.3f} {_TOP - _HIGH * r} l S\n" for r in range(rows + 1)
    )
    return f".5 w {upright}{level}"


def _texts(rows: Rows, bounds: Sequence[float], pad: float = _PAD) -> str:
    """Return the words of a table, each cell beginning where its column does."""
    return "".join(
        at(text, x + pad, _TOP - 14 - _HIGH * r)
        for r, row in enumerate(rows)
        for x, text in zip(bounds, row, strict=False)
    )


def _ruled(name: str) -> str:
    rows = _rows(name)
    return _strokes(_bounds(rows), len(rows)) + _texts(rows, _bounds(rows))


def _narrow(name: str) -> str:
    """Leave as little room beside words as some word processors do."""
    bounds = _bounds(_rows(name), pad=2.75)
    return _strokes(bounds, 4) + _texts(_rows(name), bounds, 2.75)


def _grounded(name: str) -> str:
    """Lay a ground behind the head."""
    bounds = _bounds(_rows(name))
    return f".8 g {LEFT} {_TOP - _HIGH} {bounds[-1] - LEFT:.3f} {_HIGH} re f 0 g\n" + _ruled(name)


def _framed(name: str) -> str:
    """Frame each cell."""
    bounds = _bounds(_rows(name))
    frames = "".join(
        f"{a:.3f} {_TOP - _HIGH * r} {b - a:.3f} {_HIGH} re S\n" for r in range(1, 5) for a, b in pairwise(bounds)
    )
    return ".5 w " + frames + _texts(_rows(name), bounds)


def _middle(name: str) -> str:
    """Centre the table on the page."""
    rows = [row[:3] for row in _rows(name)]
    bounds = _bounds(rows, (WIDE - _bounds(rows, 0.0)[-1]) / 2)
    return _strokes(bounds, len(rows)) + _texts(rows, bounds)


def _at_the_right(name: str) -> str:
    """Set the table against the right margin, where no line ends but one at its left begins."""
    rows = [row[:3] for row in _rows(name)]
    bounds = _bounds(rows, WIDE - LEFT - _bounds(rows, 0.0)[-1])
    return _strokes(bounds, len(rows)) + _texts(rows, bounds)


def _two(name: str) -> str:
    """Show the name's column and one more."""
    rows = [row[1:3] for row in _rows(name)]
    return _strokes(_bounds(rows), len(rows)) + _texts(rows, _bounds(rows))


def _last(name: str) -> str:
    """Show the name in the last column."""
    rows = [(row[0], row[2], row[1]) for row in _rows(name)]
    return _strokes(_bounds(rows), len(rows)) + _texts(rows, _bounds(rows))


def _aligned(name: str) -> str:
    """Centre the head, set numbers to the right, draw rules as thin rectangles and words in clips of their cells."""
    rows = _rows(name)
    bounds, bottom = _bounds(rows), _TOP - _HIGH * 4
    drawn = "".join(f"{x - 0.24:.3f} {bottom} .48 {_TOP - bottom} re f*\n" for x in bounds)
    drawn += "".join(f"{LEFT} {_TOP - _HIGH * r - 0.24} {bounds[-1] - LEFT:.3f} .48 re f*\n" for r in range(5))
    for r, row in enumerate(rows):
        y = _TOP - 14 - _HIGH * r
        for a, b, text in zip(bounds, bounds[1:], row, strict=False):
            word = (
                centred(text, (a + b) / 2, y)
                if not r
                else flush(text, b - _PAD, y)
                if text.isdigit()
                else at(text, a + _PAD, y)
            )
            drawn += f"q {a:.2f} {y - 6} {b - a:.2f} {_HIGH} re W* n {word}Q\n"
    return drawn


def _merged(name: str) -> str:
    """Let one cell of the head take two columns."""
    rows = (("№", "", "", "Год"), *_rows(name)[1:])
    bounds, bottom = _bounds(rows), _TOP - _HIGH * 4
    level = "".join(f"{LEFT} {_TOP - _HIGH * r} m {bounds[-1]:.3f} {_TOP - _HIGH * r} l S\n" for r in range(5))
    upright = "".join(f"{x:.3f} {bottom} m {x:.3f} {_TOP - _HIGH * (n == 2)} l S\n" for n, x in enumerate(bounds))
    head = centred("Кто и кем", (bounds[1] + bounds[3]) / 2, _TOP - 14)
    filled = [[text for text in row if text] for row in rows[1:]]
    words = "".join(
        at(t, x + _PAD, _TOP - 14 - _HIGH * r)
        for r, row in enumerate(filled, 1)
        for x, t in zip(bounds, row, strict=False)
    )
    return (
        f".5 w {level}{upright}{head}{words}" + at("№", LEFT + _PAD, _TOP - 14) + at("Год", bounds[3] + _PAD, _TOP - 14)
    )


def _open(name: str) -> str:
    """Leave the sides of the table open."""
    bounds = _bounds(_rows(name))
    outer = {f"{x:.3f} {_TOP - 80} m {x:.3f} {_TOP} l S\n" for x in (bounds[0], bounds[-1])}
    drawn = _strokes(bounds, 4)
    for rule in outer:
        drawn = drawn.replace(rule, "")
    return drawn + _texts(_rows(name), bounds)


def _every_other(name: str) -> str:
    """Lay a ground behind each cell of every other row."""
    bounds = _bounds(_rows(name))
    cells = "".join(
        f"{a:.3f} {_TOP - _HIGH * (r + 1)} {b - a:.3f} {_HIGH} re f\n" for r in (0, 2) for a, b in pairwise(bounds)
    )
    return f".9 g {cells}0 g\n" + _texts(_rows(name), bounds)


def _twice(name: str) -> str:
    """Show the name in several cells of two tables, on a page with a ground and a frame."""
    rows = (*_rows(name), ("4", f"сын {name}", "сторож", ""))[1:]
    second = (("Цех", "Кто", "Оклад"), ("1", name, "120"), ("2", "никто", "90"))
    one = _strokes(_bounds(rows), len(rows)) + _texts([[*row[:3], row[3] or "нет"] for row in rows], _bounds(rows))
    two = _strokes(_bounds(second), 3) + _texts(second, _bounds(second))
    return f"1 g 0 0 {WIDE} 842 re f 0 g 20 20 555 802 re S\n{one}q 1 0 0 1 0 -180 cm {two}Q\n"


def _beside_text(name: str) -> str:
    """Write a line into a column of its own at the right, and one close below the table."""
    return _two(name) + at("печать", 480, 690) + at("Итого по цеху: трое.", LEFT, _TOP - _HIGH * 4 - 14)


def _bare(name: str) -> str:
    """Show no rules."""
    return _texts(_rows(name), _bounds(_rows(name)))


def _bare_in_prose(name: str) -> str:
    """Show no rules, between lines of prose as near as rows."""
    prose = at("Список рабочих цеха, принятых в марте:", LEFT, _TOP + 6) + at("Всего трое рабочих.", LEFT, _TOP - 94)
    rows = _rows(name)[1:]
    return prose + _texts(("", *rows), _bounds(rows, LEFT - 2.75, 2.75), 2.75)


def _along(name: str) -> str:
    """Show rules along rows only, and a ground behind the head."""
    rows = [row[:3] for row in _rows(name)]
    bounds = _bounds(rows)
    ground = f".9 g {LEFT} {_TOP - _HIGH} {bounds[-1] - LEFT:.3f} {_HIGH} re f 0 g .5 w\n"
    level = "".join(f"{LEFT} {_TOP - _HIGH * r} m {bounds[-1]:.3f} {_TOP - _HIGH * r} l S\n" for r in range(5))
    return ground + level + _texts(rows, bounds)


def _along_cells(name: str) -> str:
    """Show rules below each cell, two columns only."""
    rows = [row[1:3] for row in _rows(name)]
    bounds = _bounds(rows)
    rules = "".join(
        f"{a:.3f} {_TOP - _HIGH * r} {b - a:.3f} .75 re f\n" for r in range(1, 5) for a, b in pairwise(bounds)
    )
    return rules + _texts(rows, bounds)


def _set_widths_bare(name: str) -> str:
    """Show all in columns of a set width without rules."""
    return _texts(_rows(name), SET)


def _set_widths(name: str) -> str:
    """Show all in columns of a set width, as forms do."""
    return _strokes(SET, 4) + _texts(_rows(name), SET)


SET = (LEFT, 110.0, 330.0, 420.0, 500.0)
"""Bounds of columns that no name moves."""

TABLES: dict[str, Callable[[str], str]] = {
    "fitted table, ruled": _ruled,
    "fitted table, little room": _narrow,
    "fitted table, ground behind the head": _grounded,
    "fitted table, cells framed": _framed,
    "fitted table in the middle": _middle,
    "fitted table at the right": _at_the_right,
    "fitted table, two columns": _two,
    "fitted table, name last": _last,
    "fitted table, thin rectangles and clips": _aligned,
    "fitted table, merged head": _merged,
    "fitted table, open sides": _open,
    "fitted table, every other row on grounds": _every_other,
    "fitted tables, several cells": _twice,
    "fitted table, words beside and below": _beside_text,
    "fitted table, no rules": _bare,
    "fitted table, no rules, between lines": _bare_in_prose,
    "fitted table, rules along rows": _along,
    "fitted table, rules below cells": _along_cells,
    "table of set widths": _set_widths,
    "table of set widths, no rules": _set_widths_bare,
}
"""Tables, most of them fitted."""
