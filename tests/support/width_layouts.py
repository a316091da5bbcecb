"""More ways of setting one name on a page: headings, running lines, leaders, tabs, runs of their own, breaks, forms.

The second half of `width_masters`. In each layout all that depends on the name is the name and what follows it, as a
program sets it that knows the widths of its letters.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from tests.support.width_type import KEPT, LEFT, RIGHT, ROW, SIZE, WIDE, at, centred, codes, flush, names, width

_MIDDLE = WIDE / 2


def _below_picture(name: str) -> str:
    """Centre a name below a photograph at the left."""
    picture = "0.7 g 140 620 90 110 re f 0.4 g 165 660 40 50 re f 0 g\n"
    return picture + centred(name, 185, 606, 9) + at(KEPT, 300, 680)


def _below_pictures(name: str) -> str:
    """Centre a name below the second of three photographs, each with a name of its own."""
    frames = "".join(f"0.7 g {x - 40} 640 80 90 re f 0 g\n" for x in (130, 297.5, 465))
    return frames + centred("Первый снимок", 130, 626, 9) + centred(name, 297.5, 626, 9) + centred("Цех", 465, 626, 9)


def _heading(name: str) -> str:
    """Centre a bold heading in which the name stands between words."""
    return centred("О ПРИЁМЕ НА РАБОТУ", _MIDDLE, 720, 14, "B") + centred(
        f"о зачислении {name} в цех", _MIDDLE, 702, 14, "B"
    )


def _title(name: str) -> str:
    """Centre the name alone under a title."""
    return centred("АВТОБИОГРАФИЯ", _MIDDLE, 720, 14, "B") + centred(name, _MIDDLE, 700, 14, "B")


def _running(name: str) -> str:
    """Set the name into the running head and the foot of the page."""
    head = at("Личное дело № 4", LEFT, 810, 8) + flush(f"{name}, л. 3", RIGHT, 810, 8)
    return head + at(KEPT, LEFT, 700) + centred("— 3 —", _MIDDLE, 30, 8)


def _foot(name: str) -> str:
    """Centre the name in the foot of the page."""
    return at(KEPT, LEFT, 700) + centred(f"{name} · 3 · опись", _MIDDLE, 30, 8)


def _between_leaders(name: str) -> str:
    """Fill the line with dots on both sides of the name, up to a number at the margin."""
    free = RIGHT - LEFT - width(name) - width("12") - 20
    dots = "." * int(free / 2 / width("."))
    return at(f"{dots} {name} {dots}", LEFT, 700) + flush("12", RIGHT, 700) + at("Список " + "." * 60, LEFT, 684)


def _tab(name: str) -> str:
    """Set a page number against the margin behind the name."""
    rows = ((name, "17"), ("Приложение первое", "21"), ("Указатель", "134"))
    return "".join(at(t, LEFT, 700 - ROW * r) + flush(n, RIGHT, 700 - ROW * r) for r, (t, n) in enumerate(rows))


def _number(name: str) -> str:
    """Set one line of a list of contents, the number against the margin; no other line has one."""
    return at(name, LEFT, 700) + flush("17", RIGHT, 700)


def _boxed(name: str) -> str:
    """Draw a frame around the name."""
    x = LEFT + width("Гражданин ")
    frame = f"0.5 w {x - 2:.2f} 696 {width(name) + 4:.2f} 14 re S\n"
    return frame + at(f"Гражданин {name} {KEPT}", LEFT, 700)


def _lines_around(name: str) -> str:
    """Draw four strokes around the name, one by one, and one through it."""
    x0, x1 = LEFT - 2, LEFT + width(name) + 2
    ends = ((x0, 696, x1, 696), (x0, 710, x1, 710), (x0, 696, x0, 710), (x1, 696, x1, 710), (x0, 703, x1, 703))
    strokes = "".join(f"{a:.2f} {b} m {c:.2f} {d} l S\n" for a, b, c, d in ends)
    return "0.5 w\n" + strokes + at(name, LEFT, 700) + at(KEPT, LEFT, 684)


def _run(name: str, face: str, size: float) -> str:
    """Set the name in a run of its own, in another face or size."""
    x = LEFT + width("Гражданин ")
    rest = at(f" {KEPT} номер 4.", x + width(name, size, face), 700)
    return at("Гражданин ", LEFT, 700) + at(name, x, 700, size, face) + rest


def _bold(name: str) -> str:
    return _run(name, "B", SIZE)


def _large(name: str) -> str:
    return _run(name, "F", 13.0)


def _two_fonts(name: str) -> str:
    """Set the surname bold and the given name plain."""
    surname, given = name.split(" ")
    x = LEFT + width(surname + " ", SIZE, "B")
    return at(surname, LEFT, 700, SIZE, "B") + at(f"{given}, {KEPT}", x, 700)


def _first_large(name: str) -> str:
    """Begin the name with a large letter."""
    x = LEFT + width(name[0], 16)
    return at(name[0], LEFT, 700, 16) + at(f"{name[1:]} {KEPT}", x, 700)


def _spaced(name: str) -> str:
    """Space out the letters of the name alone."""
    x = LEFT + width("Гражданин ")
    after = x + width(name) + 2 * len(name)
    run = f"BT /F {SIZE} Tf 2 Tc {x:.3f} 700 Td {codes(name)} Tj 0 Tc ET\n"
    return at("Гражданин ", LEFT, 700) + run + at(f" {KEPT}", after, 700)


def _stretched_letters(name: str) -> str:
    """Stretch the letters of the name to nine tenths."""
    x = LEFT + width("Гражданин ")
    run = f"BT /F {SIZE} Tf 90 Tz {x:.3f} 700 Td {codes(name)} Tj 100 Tz ET\n"
    return at("Гражданин ", LEFT, 700) + run + at(f" {KEPT}", x + 0.9 * width(name), 700)


def _fitted(name: str) -> str:
    """Stretch all letters of the line so that it fills its width, as some scanners' text does."""
    text = f"Гражданин {name} {KEPT} номер"
    return f"BT /F {SIZE} Tf {100 * (RIGHT - LEFT) / width(text):.4f} Tz {LEFT} 700 Td {codes(text)} Tj 100 Tz ET\n"


def _over_two_lines(name: str) -> str:
    surname, given = name.split(" ")
    return at(f"На должность слесаря принят {surname}", LEFT, 700) + at(f"{given}, житель города.", LEFT, 684)


def _hyphenated(name: str) -> str:
    """Break the surname at its middle."""
    surname, given = name.split(" ")
    half = max(len(surname) // 2, 1)
    first = f"На должность слесаря принят {surname[:half]}-"
    return at(first, LEFT, 700) + at(f"{surname[half:]} {given}, житель города.", LEFT, 684)


def _before_paragraph(name: str) -> str:
    """End the line with the name; the words of the next paragraph are placed one by one."""
    x, out = LEFT, at(f"Рассмотрено заявление гражданина {name}", LEFT, 700)
    for word in "Комиссия решила просьбу удовлетворить полностью".split():
        out += at(word, x, 684)
        x += width(word + " ")
    return out


def _alone_right(name: str) -> str:
    """Set the name against the right margin, where no other line ends."""
    return flush(name, RIGHT, 700) + at(KEPT, LEFT, 660)


def _right_cells(name: str) -> str:
    """Set the cells of a column against its right side."""
    rows = (("1", name), ("2", "вакансия"), ("3", "временно не замещена"))
    return "".join(at(n, 77, 700 - 20 * r) + flush(t, 360, 700 - 20 * r) for r, (n, t) in enumerate(rows))


def _ruled_centred(name: str) -> str:
    """Centre the cells of a ruled table, its rows above each other."""
    rows = (("1", name, "слесарь"), ("2", "вакансия", "токарь"), ("3", "нет", "кузнец"))
    rules = "".join(f"72 {714 - 20 * row} m 523 {714 - 20 * row} l S\n" for row in range(4))
    bars = "".join(f"{x} 714 m {x} 654 l S\n" for x in (72, 105, 375, 523))
    cells = ((88.5, 240.0, 449.0),) * 3
    text = "".join(
        centred(cell, x, 700 - 20 * row)
        for row, texts in enumerate(rows)
        for cell, x in zip(texts, cells[row], strict=True)
    )
    return "0.5 w\n" + rules + bars + text


def _upwards(name: str) -> str:
    """Run the line up along the left margin."""
    return f"BT /F {SIZE} Tf 0 1 -1 0 40 200 Tm {codes(f'Гражданин {name} {KEPT}')} Tj ET\n" + at(KEPT, LEFT, 700)


def _signature(name: str) -> str:
    """Set the name behind a rule of underscores, against the right margin."""
    return at("Директор завода", LEFT, 700) + flush(f"________ /{name}/", RIGHT, 700)


def _over_rule(name: str) -> str:
    """Centre the name over a rule of a form, with a note below it."""
    rule = "0.5 w 250 697 m 450 697 l S\n"
    return at("Заявитель:", LEFT, 700) + rule + centred(name, 350, 700) + centred("(фамилия, имя)", 350, 688, 7)


def _listed(name: str) -> str:
    """Set the items of a numbered list, their lines hanging."""
    items = (f"{name}, {KEPT};", "ученик токаря;", "двое рабочих.")
    return "".join(
        at(f"{r}.", LEFT + 18, 700 - ROW * r) + at(t, LEFT + 36, 700 - ROW * r) for r, t in enumerate(items, 1)
    )


def _first_lines(name: str) -> str:
    """Begin two paragraphs further in, the name in both lines that do so."""
    first = at(f"п. 1. Принять {name} слесарем.", LEFT + 24, 700) + at("Срок испытания один месяц.", LEFT, 684)
    return first + at("п. 2. Контроль за собой оставляю.", LEFT, 652)


def _centred_lines(name: str) -> str:
    """Centre three lines of a title, the name in the middle one."""
    lines = ("РЕШЕНИЕ", f"по делу {name}", "о восстановлении на работе")
    return "".join(centred(text, _MIDDLE, 710 - ROW * row) for row, text in enumerate(lines))


def _noted(name: str, rise: float) -> str:
    """Set the number of a note behind the name, above or below its line."""
    x = LEFT + width(f"Гражданин {name}")
    rest = at(f", {KEPT} номер 4.", x + width("1", 7), 700)
    return at(f"Гражданин {name}", LEFT, 700) + at("1", x, 700 + rise, 7) + rest


def _note(name: str) -> str:
    return _noted(name, 4.6)


def _high_note(name: str) -> str:
    """Set a note behind a blank after the name that ends the line, as high as its letters."""
    return at(name, LEFT, 700) + at("12)", LEFT + width(name + " "), 706, 6) + at(KEPT, LEFT, 684)


def _low_note(name: str) -> str:
    return _noted(name, -4.6)


@cache
def _widest() -> float:
    return max(map(width, names()))


def _chance(name: str) -> str:
    """Centre a caption under the name, and begin another line where the caption of the widest name begins."""
    caption = "(фамилия, имя)"
    lone = at(f"{KEPT} до конца срока", 200 + (_widest() - width(caption, 7)) / 2, 640)
    return at(name, 200, 700) + centred(caption, 200 + width(name) / 2, 690, 7) + lone


def _padded(name: str) -> str:
    """Pad the name with blanks on both sides, in one run, to the width of its line."""
    blanks = " " * int((RIGHT - LEFT - width(name)) / 2 / width(" "))
    return at(f"{blanks}{name}{blanks}", LEFT, 700) + at(KEPT, LEFT, 684)


def _trailing(name: str) -> str:
    """Underlay the rest of the line with blanks of their own."""
    free = int((RIGHT - LEFT - width(name)) / width(" "))
    return at(name, LEFT, 700) + at(" " * free, LEFT + width(name), 700) + at(KEPT, LEFT, 684)


MORE: dict[str, Callable[[str], str]] = {
    "below a picture": _below_picture,
    "below the second of three pictures": _below_pictures,
    "in a heading": _heading,
    "alone below a heading": _title,
    "running head": _running,
    "foot": _foot,
    "between leaders": _between_leaders,
    "before numbers at the margin": _tab,
    "before one number at the margin": _number,
    "boxed": _boxed,
    "strokes around and through": _lines_around,
    "bold run": _bold,
    "larger run": _large,
    "two fonts": _two_fonts,
    "large first letter": _first_large,
    "spaced letters": _spaced,
    "narrow letters": _stretched_letters,
    "line stretched to its width": _fitted,
    "over two lines": _over_two_lines,
    "hyphenated": _hyphenated,
    "ends the line above placed words": _before_paragraph,
    "right-aligned alone": _alone_right,
    "right-aligned cells": _right_cells,
    "centred ruled cells": _ruled_centred,
    "upwards": _upwards,
    "signature": _signature,
    "centred over a rule": _over_rule,
    "list": _listed,
    "first line of a paragraph": _first_lines,
    "centred lines": _centred_lines,
    "raised note": _note,
    "high note behind a blank": _high_note,
    "lowered note": _low_note,
    "caption and a line that begins there by chance": _chance,
    "padded with blanks": _padded,
    "blanks behind": _trailing,
}
