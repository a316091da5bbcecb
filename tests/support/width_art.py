"""What is drawn beside a name and ends with it: curves, rings, arrows, cells for letters, and what fills its line.

The third part of `width_masters`. In each layout all that depends on the name is the name and what is as wide as it.
"""

from __future__ import annotations

from collections.abc import Callable

from tests.support.width_type import KEPT, LEFT, RIGHT, at, flush, width

_START = LEFT + width("Гражданин ")


def _line(name: str) -> str:
    return at(f"Гражданин {name}", LEFT, 700) + at(KEPT, LEFT, 660)


def _wave(name: str) -> str:
    """Draw a wavy stroke of curves under the name, higher than the usual."""
    x, end, side, out = _START, _START + width(name), 5.0, f"0.5 w {_START:.2f} 697 m "
    while x < end - 0.01:
        to = min(x + 6, end)
        out += f"{x + 2:.2f} {697 + side} {to - 2:.2f} {697 + side} {to:.2f} 697 c "
        x, side = to, -side
    return _line(name) + out + "S\n"


def _ring(name: str) -> str:
    """Draw a ring around the name that stands well off it."""
    a, b = _START - 18, _START + width(name) + 18
    ring = f"0.7 w {a:.2f} 703 m {a:.2f} 725 {b:.2f} 725 {b:.2f} 703 c {b:.2f} 681 {a:.2f} 681 {a:.2f} 703 c S\n"
    return ring + at(f"Гражданин {name}", LEFT, 700) + at(KEPT, LEFT, 640)


def _crossed(name: str) -> str:
    """Cross the name out."""
    a, b = _START, _START + width(name)
    return _line(name) + f"1 w {a:.2f} 696 m {b:.2f} 710 l S {a:.2f} 710 m {b:.2f} 696 l S\n"


def _bow(name: str) -> str:
    """Close the line with a bow."""
    x = _START + width(name) + 3
    return _line(name) + f"0.7 w {x:.2f} 712 m {x + 5:.2f} 705 {x + 5:.2f} 700 {x:.2f} 692 c S\n"


def _arrow(name: str) -> str:
    """Lead an arrow away from the end of the name."""
    x = _START + width(name) + 3
    head = f"{x:.2f} 703 m {x + 5:.2f} 700 l S\n"
    return _line(name) + f"0.7 w {x:.2f} 703 m 500 740 l S " + head


def _low(name: str) -> str:
    """Draw a stroke well below the name."""
    return _line(name) + f"0.5 w {_START:.2f} 692 m {_START + width(name):.2f} 692 l S\n"


def _note(name: str) -> str:
    """Draw the rule above a note in which a name stands; one of the names ends where it does."""
    end = LEFT + width("1 Фонд Сағынханова Ая", 8)
    notes = at(f"1 Фонд {name}, опись 2, лист 14.", LEFT, 80, 8) + at("2 Там же.", LEFT, 68, 8)
    return f"0.5 w {LEFT} 92 m {end:.2f} 92 l S\n" + notes + at(KEPT, LEFT, 700)


def _cells(name: str) -> str:
    """Write one letter a cell, the cells far apart and parted by strokes."""
    pitch, count = 17.0, 27
    strokes = "".join(f"{LEFT + pitch * i} 696 m {LEFT + pitch * i} 709 l S\n" for i in range(count + 1))
    rules = "".join(f"{LEFT} {y} m {LEFT + pitch * count} {y} l S\n" for y in (696, 709))
    letters = ((c, LEFT + pitch * i + (pitch - width(c, 6)) / 2) for i, c in enumerate(name) if c != " ")
    return "0.5 w\n" + rules + strokes + "".join(at(c, x, 700, 6) for c, x in letters) + at(KEPT, LEFT, 670)


def _by_chance(name: str) -> str:
    """End another line where the line of one of the names ends, and begin neither where others begin."""
    start, end = LEFT + 31.7, LEFT + 31.7 + width("Нұрханов Ержан")
    return at(name, start, 700) + flush(KEPT, end, 640) + at("Заявление", LEFT, 620)


def _run_on(unit: str) -> Callable[[str], str]:
    """Return a layout that fills the line behind the name with a unit, as often as there is room."""

    def layout(name: str) -> str:
        count = int((RIGHT - LEFT - width(name) - 40) / width(unit))
        return at(f"{name} {unit * count}", LEFT, 700) + flush("12", RIGHT, 700) + at(KEPT, LEFT, 684)

    return layout


ART: dict[str, Callable[[str], str]] = {
    "wavy stroke": _wave,
    "ring": _ring,
    "crossed out": _crossed,
    "closed by a bow": _bow,
    "arrow": _arrow,
    "stroke well below": _low,
    "rule above a note": _note,
    "letters in wide cells": _cells,
    "line that ends there by chance": _by_chance,
    "filled with pairs of signs": _run_on("-."),
    "filled with signs apart": _run_on("= "),
}
