"""Specks that were read as letters: a line may hold thousands of them."""

from __future__ import annotations

from qupia_redaction.nlp.rows import Cell, _rows


def test_thousands_of_specks_on_a_line_are_told_apart_from_its_cells() -> None:
    specks = [Cell(10 * at, 10 * at + 9, 0.1 * at, 0.1 * at + 0.5, 50.0, 8.0) for at in range(1, 1_500)]
    label = Cell(0, 9, 300.0, 360.0, 50.0, 8.0)

    rows = list(_rows(0, [label, *specks]))

    assert rows[0].cells == (label,)
    assert sum(len(row.cells) for row in rows) == 1_500
