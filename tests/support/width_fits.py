"""Tables fitted to a name in more ways: as wide as the text, under a head that bears the name, of one column, dashed.

The seventh part of the attack on widths (`width_masters`): compared by what is set again, not by bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import accumulate

from tests.support.width_tables import _HIGH, _PAD, _TOP, Rows, _bounds, _rows, _strokes, _texts
from tests.support.width_type import LEFT, RIGHT, at, width


def _table(rows: Rows, bounds: Sequence[float]) -> str:
    return _strokes(bounds, len(rows)) + _texts(rows, bounds)


def _needs(rows: Rows) -> list[float]:
    return [max(map(width, column)) + 2 * _PAD for column in zip(*rows, strict=True)]


def _in_proportion(name: str) -> str:
    """Share what is left between the margins out in proportion to what columns need, as browsers do."""
    needs = _needs(_rows(name))
    share = (RIGHT - LEFT) / sum(needs)
    return _table(_rows(name), list(accumulate([LEFT, *(need * share for need in needs)])))


def _evenly(name: str) -> str:
    """Share it out evenly."""
    needs = _needs(_rows(name))
    more = (RIGHT - LEFT - sum(needs)) / len(needs)
    return _table(_rows(name), list(accumulate([LEFT, *(need + more for need in needs)])))


def _to_the_last(name: str) -> str:
    """Give it to the last column."""
    return _table(_rows(name), [*accumulate([LEFT, *_needs(_rows(name))[:-1]]), RIGHT])


def _under_head(head: str, rows: Rows) -> str:
    """Set a row with one cell above a table; where it is too long all columns are wider."""
    bounds = _bounds(rows)
    more = max(width(head) + 2 * _PAD - bounds[-1] + LEFT, 0.0) / (len(bounds) - 1)
    bounds = [x + more * at for at, x in enumerate(bounds)]
    inner = bounds[1:-1]
    uprights = "".join(
        f"{x:.3f} {_TOP - _HIGH * (len(rows) + 1)} m {x:.3f} {_TOP - _HIGH * (x in inner)} l S\n" for x in bounds
    )
    levels = "".join(
        f"{LEFT} {_TOP - _HIGH * row} m {bounds[-1]:.3f} {_TOP - _HIGH * row} l S\n" for row in range(len(rows) + 2)
    )
    words = [at(text, x + _PAD, _TOP - 14 - _HIGH * row) for row, texts in enumerate(rows, 1)
             for text, x in zip(texts, bounds, strict=False)]  # fmt: skip
    return f".5 w {uprights}{levels}" + at(head, LEFT + _PAD, _TOP - 14) + "".join(words)


def _name_above(name: str) -> str:
    return _under_head(f"Бригада: {name}", (("1", "вакансия", "токарь"), ("2", "нет", "кузнец")))


def _name_above_and_below(name: str) -> str:
    return _under_head(f"Бр. {name}", _rows(name)[1:])


def _head_above(name: str) -> str:
    return _under_head("Бригада завода", _rows(name)[1:])


def _one_filled(name: str) -> str:
    """Leave the second column to those who sign."""
    rows = (("ФИО", "Подпись"), (name, ""), ("вакансия", ""), ("нет", ""))
    return _table(rows, _bounds(rows))


def _one_column(name: str) -> str:
    rows = (("ФИО",), (name,), ("вакансия",), ("нет",))
    return _table(rows, _bounds(rows))


def _dashed(name: str) -> str:
    rows = _rows(name)
    return f"q [2 2] 0 d {_strokes(_bounds(rows), 4)}Q\n" + _texts(rows, _bounds(rows))


FITS: dict[str, Callable[[str], str]] = {
    "room shared out in proportion": _in_proportion,
    "room shared out evenly": _evenly,
    "room of the last column": _to_the_last,
    "name in a head above all columns": _name_above,
    "name in a head above its own column": _name_above_and_below,
    "head above all columns": _head_above,
    "one filled column": _one_filled,
    "one column": _one_column,
    "dashed rules": _dashed,
}
"""Tables whose columns are as wide as a name made them."""
